-- Ids are given by the database: who could write them could take the next one, and the next
-- honest row would be refused.
DO $$
DECLARE each record;
BEGIN
  FOR each IN
    SELECT c.relname AS name, r.rolname AS role,
           (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
              FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND a.attname <> 'id' AND a.attgenerated = '') AS columns
      FROM pg_class c
      CROSS JOIN LATERAL aclexplode(c.relacl) g
      JOIN pg_roles r ON r.oid = g.grantee
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND g.privilege_type = 'INSERT' AND g.grantee <> c.relowner
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id'
                      AND a.attidentity <> '')
     ORDER BY 1, 2
  LOOP
    EXECUTE format('REVOKE INSERT ON %I FROM %I', each.name, each.role);
    EXECUTE format('GRANT INSERT (%s) ON %I TO %I', each.columns, each.name, each.role);
  END LOOP;
END $$;
