-- A number is a number. To PostgreSQL, NaN is greater than every number: it passes every check of
-- the kind `> 0`, and a balance of NaN would never run out. Infinity has no place in our columns.
DO $$
DECLARE each record;
BEGIN
  FOR each IN
    SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid = 'numeric'::regtype AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     GROUP BY 1 ORDER BY 1
  LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (''NaN'' <> ALL (ARRAY[%s]))',
                   each.name, 'ck_' || each.name || '_only_numbers', each.columns);
  END LOOP;
END $$;
