-- A command is claimed with a number of its station, and answered.

-- Whether a login is in a group, directly or through another (dispatch is also floor).
CREATE OR REPLACE FUNCTION login_has_group(p_login text, p_group text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(pg_has_role(to_regrole(quote_ident(p_login)),
                              to_regrole(quote_ident(role_of(p_group))), 'MEMBER'), false)
$$;

-- The first statement of every command. Waits for an attempt with the same id still in flight.
-- is_new: go ahead; otherwise `result` is the answer the first attempt got.
-- groups: what the login may do, and at a station what login *and* operator may do.
CREATE OR REPLACE FUNCTION claim_command(
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
  -- Stations count on from the highest number there is: one far ahead would end the counting.
  IF p_sequence NOT BETWEEN 1 AND 100000 + (
       SELECT coalesce(max(c.station_sequence), 0) FROM command c WHERE c.station = p_station) THEN
    RAISE EXCEPTION 'station % is not at command %', p_station, p_sequence USING ERRCODE = 'OW003';
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
CREATE OR REPLACE FUNCTION finish_command(p_id uuid, p_result jsonb, p_touched jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_event bigint;
BEGIN
  -- Every window reads these pairs; one that is none would be in the way of all that follow.
  IF EXISTS (SELECT FROM jsonb_array_elements(p_touched) t
              WHERE jsonb_typeof(t) <> 'array' OR jsonb_array_length(t) <> 2
                 OR jsonb_typeof(t -> 0) <> 'string' OR jsonb_typeof(t -> 1) <> 'number') THEN
    RAISE EXCEPTION 'what was touched is pairs of a kind and an id' USING ERRCODE = 'OW005';
  END IF;
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

-- A command that is claimed is answered before the commit: without its event nobody would look,
-- and given again it would have no answer.
CREATE FUNCTION command_is_answered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM command c WHERE c.id = new.id AND c.result IS NULL) THEN
    RAISE EXCEPTION 'command % is claimed and not answered', new.id USING ERRCODE = 'OW005';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER command_is_answered AFTER INSERT ON command
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION command_is_answered();

-- Facts may be made only inside a command claimed in this transaction by this login.
CREATE OR REPLACE FUNCTION require_command(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(p_ids) AS t(id)
     WHERE NOT EXISTS (
       SELECT FROM command c
        WHERE c.id = t.id AND c.xid = pg_current_xact_id() AND c.login = session_user
          AND c.result IS NULL))
  THEN
    RAISE EXCEPTION 'changes are made only inside a command claimed in this transaction'
      USING ERRCODE = 'OW005';
  END IF;
END $$;

REVOKE EXECUTE ON FUNCTION command_is_answered() FROM PUBLIC;
