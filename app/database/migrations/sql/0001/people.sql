-- Logins. Nobody who signs in may create roles; this function may, and grants only the groups
-- of this database. It is owned by {p}_accounts, a role nobody can log in as.
CREATE FUNCTION create_login(p_login text, p_password text, p_groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_group text;
  v_is_ours boolean := EXISTS (SELECT FROM login_group WHERE login = p_login);
BEGIN
  IF p_login !~ '^[a-z][a-z0-9_.-]{0,40}$' THEN
    RAISE EXCEPTION 'a login is small letters, digits, dot, dash: %', p_login
      USING ERRCODE = 'OW040';
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = p_login
               AND (rolsuper OR rolcreaterole OR NOT rolcanlogin)) THEN
    RAISE EXCEPTION '% is not a login for people', p_login USING ERRCODE = 'OW040';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = p_login) THEN
    EXECUTE format('CREATE ROLE %I LOGIN', p_login);
    v_is_ours := true;
  END IF;
  -- A person of another company on this server comes in with the password they have there.
  IF p_password IS NOT NULL AND v_is_ours THEN
    EXECUTE format('ALTER ROLE %I PASSWORD %L', p_login, p_password);
  END IF;
  FOREACH v_group IN ARRAY p_groups LOOP
    IF v_group NOT IN ('sales', 'floor', 'dispatch', 'stock', 'purchasing', 'accounting',
                       'manager', 'admin') THEN
      RAISE EXCEPTION 'there is no group %', v_group USING ERRCODE = 'OW040';
    END IF;
    EXECUTE format('GRANT %I TO %I', role_of(v_group), p_login);
    INSERT INTO login_group (login, group_name) VALUES (p_login, v_group) ON CONFLICT DO NOTHING;
  END LOOP;
END $$;

-- From now on a login has exactly these groups of this company; with none it does nothing here.
CREATE FUNCTION set_login_groups(p_login text, p_groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_group text;
BEGIN
  FOR v_group IN
    SELECT g.group_name FROM login_group g
     WHERE g.login = p_login AND g.group_name <> ALL (p_groups)
  LOOP
    EXECUTE format('REVOKE %I FROM %I', role_of(v_group), p_login);
  END LOOP;
  DELETE FROM login_group g WHERE g.login = p_login AND g.group_name <> ALL (p_groups);
  PERFORM create_login(p_login, NULL, p_groups);
END $$;

GRANT SELECT ON installation TO {p}_accounts;
GRANT SELECT, INSERT, DELETE ON login_group TO {p}_accounts;
GRANT USAGE ON SCHEMA public TO {p}_accounts;
GRANT EXECUTE ON FUNCTION role_of(text) TO {p}_accounts;
GRANT CREATE ON SCHEMA public TO {p}_accounts;
ALTER FUNCTION create_login(text, text, text[]) OWNER TO {p}_accounts;
ALTER FUNCTION set_login_groups(text, text[]) OWNER TO {p}_accounts;
REVOKE CREATE ON SCHEMA public FROM {p}_accounts;
REVOKE EXECUTE ON FUNCTION create_login(text, text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_login(text, text, text[]) TO {p}_admin;
REVOKE EXECUTE ON FUNCTION set_login_groups(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_login_groups(text, text[]) TO {p}_admin;
