-- Logins. Nobody who signs in may create roles; this function may, and grants only the groups
-- of this database. It is owned by {p}_accounts, a role nobody can log in as.
CREATE OR REPLACE FUNCTION create_login(p_login text, p_password text, p_groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_group text;
  -- Who was made here says so; groups alone do not: they are given to anybody who has a login.
  v_ours text := 'Login of ' || (SELECT role_prefix FROM installation);
  v_is_ours boolean := EXISTS (
    SELECT FROM pg_roles r
     WHERE r.rolname = p_login AND shobj_description(r.oid, 'pg_authid') = v_ours);
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
    EXECUTE format('COMMENT ON ROLE %I IS %L', p_login, v_ours);
    v_is_ours := true;
  END IF;
  -- A person of another company on this server comes in with the password they have there.
  IF p_password IS NOT NULL AND v_is_ours THEN
    EXECUTE format('ALTER ROLE %I PASSWORD %L', p_login, p_password);
  ELSIF p_password IS NOT NULL AND EXISTS (SELECT FROM login_group WHERE login = p_login) THEN
    RAISE EXCEPTION 'the password of % is changed by whoever made the login', p_login
      USING ERRCODE = 'OW040';
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

-- Who has a login here already is ours, unless another company says so.
CREATE FUNCTION mark_logins() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE each record;
BEGIN
  FOR each IN
    SELECT DISTINCT r.rolname FROM login_group g JOIN pg_roles r ON r.rolname = g.login
     WHERE shobj_description(r.oid, 'pg_authid') IS NULL
  LOOP
    EXECUTE format('COMMENT ON ROLE %I IS %L', each.rolname,
                   'Login of ' || (SELECT role_prefix FROM installation));
  END LOOP;
END $$;
GRANT CREATE ON SCHEMA public TO {p}_accounts;
ALTER FUNCTION mark_logins() OWNER TO {p}_accounts;
REVOKE CREATE ON SCHEMA public FROM {p}_accounts;
SELECT mark_logins();
DROP FUNCTION mark_logins();
