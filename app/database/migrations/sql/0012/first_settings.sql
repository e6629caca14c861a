-- A company that is set up has the usual ways of delivery and carton types from the start.
GRANT SELECT ON carton_type TO {p}_admin;
GRANT INSERT (code, name, kind, is_default) ON carton_type TO {p}_admin;
