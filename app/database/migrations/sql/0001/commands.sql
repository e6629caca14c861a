-- Commands: claimed first, answered last, exactly once. Facts carry the command that made them.

-- The database role of a group. Roles are cluster-wide, so they carry the database's prefix.
CREATE FUNCTION role_of(p_group text) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT role_prefix || '_' || p_group FROM installation
$$;

-- Whether a login is in a group, directly or through another (dispatch is also floor).
CREATE FUNCTION login_has_group(p_login text, p_group text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM pg_roles r, pg_roles g
     WHERE r.rolname = p_login AND g.rolname = role_of(p_group)
       AND pg_has_role(r.oid, g.oid, 'MEMBER'))
$$;

-- The first statement of every command. Waits for an attempt with the same id still in flight.
-- is_new: go ahead; otherwise `result` is the answer the first attempt got.
-- groups: what the login may do, and at a station what login *and* operator may do.
CREATE FUNCTION claim_command(
  p_id uuid, p_verb text, p_arguments jsonb, p_operator text, p_station text,
  p_sequence bigint, p_happened_at timestamptz,
  OUT is_new boolean, OUT result jsonb, OUT groups text[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_operator text := coalesce(nullif(p_operator, ''), session_user);
  v_old command;
BEGIN
  IF EXISTS (SELECT FROM command c WHERE c.xid = pg_current_xact_id_if_assigned()) THEN
    RAISE EXCEPTION 'a transaction holds one command' USING ERRCODE = 'OW001';
  END IF;
  IF v_operator <> session_user
     AND NOT EXISTS (SELECT FROM person p WHERE p.login = v_operator AND p.is_active) THEN
    RAISE EXCEPTION 'unknown operator %', v_operator USING ERRCODE = 'OW002';
  END IF;
  IF p_station IS NOT NULL
     AND NOT EXISTS (SELECT FROM station s WHERE s.code = p_station AND s.is_active) THEN
    RAISE EXCEPTION 'unknown station %', p_station USING ERRCODE = 'OW003';
  END IF;
  INSERT INTO command (id, verb, arguments, login, operator, station, station_sequence,
                       happened_at)
  VALUES (p_id, p_verb, p_arguments, session_user, v_operator, p_station, p_sequence,
          coalesce(p_happened_at, now()))
  ON CONFLICT (id) DO NOTHING;
  is_new := FOUND;
  IF NOT is_new THEN
    SELECT * INTO v_old FROM command c WHERE c.id = p_id;
    IF v_old.verb <> p_verb OR v_old.arguments <> p_arguments OR v_old.login <> session_user THEN
      RAISE EXCEPTION 'command % was used for something else', p_id USING ERRCODE = 'OW004';
    END IF;
    result := v_old.result;
    RETURN;
  END IF;
  PERFORM set_config('orderwright.command', p_id::text, true);
  groups := ARRAY(
    SELECT g FROM unnest(ARRAY['sales', 'floor', 'dispatch', 'stock', 'purchasing',
                               'accounting', 'manager', 'admin']) g
     WHERE login_has_group(session_user, g)
       AND (v_operator = session_user OR login_has_group(v_operator, g)));
END $$;

-- The last statement of every command: its answer, and one event saying what it touched.
CREATE FUNCTION finish_command(p_id uuid, p_result jsonb, p_touched jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_event bigint;
BEGIN
  UPDATE command c SET result = coalesce(p_result, 'null'::jsonb)
   WHERE c.id = p_id AND c.xid = pg_current_xact_id() AND c.login = session_user
     AND c.result IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'command % is not claimed in this transaction', p_id USING ERRCODE = 'OW005';
  END IF;
  INSERT INTO event (command_id, touched) VALUES (p_id, p_touched) RETURNING id INTO v_event;
  INSERT INTO event_touch (kind, subject_id, event_id)
  SELECT DISTINCT t ->> 0, (t ->> 1)::bigint, v_event FROM jsonb_array_elements(p_touched) t;
  RETURN v_event;
END $$;

-- Facts may be made only inside a command claimed in this transaction by this login.
CREATE FUNCTION require_command(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(p_ids) AS t(id)
     WHERE NOT EXISTS (
       SELECT FROM command c
        WHERE c.id = t.id AND c.xid = pg_current_xact_id() AND c.login = session_user
          AND c.result IS NULL))
  THEN
    RAISE EXCEPTION 'stock changes only inside a command claimed in this transaction'
      USING ERRCODE = 'OW005';
  END IF;
END $$;

-- The ledger, the command log and its events are only ever appended to, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', tg_table_name USING ERRCODE = 'OW006';
END $$;

CREATE TRIGGER stock_move_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_move
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER command_is_kept BEFORE DELETE OR TRUNCATE ON command
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Serials for SSCCs, from a block of a thousand leased to the station.
CREATE FUNCTION take_sscc_serial(p_station text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_serial bigint;
BEGIN
  UPDATE station SET sscc_next = sscc_next + 1
   WHERE code = p_station AND sscc_next < sscc_end RETURNING sscc_next - 1 INTO v_serial;
  IF FOUND THEN RETURN v_serial; END IF;
  IF EXISTS (SELECT FROM station WHERE code = p_station) THEN
    UPDATE number_series SET next = next + 1000 WHERE code = 'sscc'
      RETURNING next - 1000 INTO v_serial;
    UPDATE station SET sscc_next = v_serial + 1, sscc_end = v_serial + 1000
     WHERE code = p_station;
  ELSE
    UPDATE number_series SET next = next + 1 WHERE code = 'sscc' RETURNING next - 1 INTO v_serial;
  END IF;
  RETURN v_serial;
END $$;
