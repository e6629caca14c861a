-- A day is a day of our calendar. PostgreSQL also keeps infinity, years before Christ and years of
-- five digits, which no program can read back: one such row and nobody reads the table any more.
DO $$
DECLARE each record;
BEGIN
  FOR each IN
    SELECT c.relname AS name,
           string_agg(format(CASE a.atttypid WHEN 'date'::regtype
                               THEN '(%1$I >= ''0001-01-01'' AND %1$I <= ''9999-12-31'')'
                               -- A day of room on both sides: it is shown in other time zones.
                               ELSE '(%1$I >= ''0001-01-02 00:00+00'' AND %1$I < ''9999-12-31 00:00+00'')'
                             END, a.attname), ' AND ' ORDER BY a.attnum) AS days
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid IN ('date'::regtype, 'timestamptz'::regtype) AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     GROUP BY 1 ORDER BY 1
  LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%s)',
                   each.name, 'ck_' || each.name || '_only_days', each.days);
  END LOOP;
END $$;
