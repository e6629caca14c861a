-- Trips: a truck, stops that stay, and who left when.

CREATE FUNCTION truck_of_trip(p_truck bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM location p WHERE p.id = p_truck AND p.kind = 'truck') THEN
    RAISE EXCEPTION 'a trip is made with a truck' USING ERRCODE = 'OW040';
  END IF;
END $$;

-- A truck that left stays gone unless a manager says otherwise; what is on it belongs to its trip.
CREATE OR REPLACE FUNCTION trip_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_command(ARRAY[current_command_id()]);
  IF new.truck_id <> old.truck_id THEN
    IF old.state <> 'planned' THEN
      RAISE EXCEPTION 'trip % is % and keeps its truck', old.number, old.state
        USING ERRCODE = 'OW040';
    END IF;
    PERFORM truck_of_trip(new.truck_id);
  END IF;
  IF old.state IN ('departed', 'returned', 'cancelled')
     AND (new.driver, new.dock, new.planned_date) <> (old.driver, old.dock, old.planned_date) THEN
    RAISE EXCEPTION 'trip % is % and stays as it was', old.number, old.state
      USING ERRCODE = 'OW040';
  END IF;
  IF new.state = old.state THEN
    RETURN new;
  END IF;
  IF (old.state, new.state) NOT IN (
       ('planned', 'loading'), ('loading', 'planned'), ('loading', 'departed'),
       ('departed', 'returned'), ('departed', 'loading'), ('planned', 'cancelled'),
       ('loading', 'cancelled'))
  THEN
    RAISE EXCEPTION 'trip % cannot go from % to %', old.number, old.state, new.state
      USING ERRCODE = 'OW040';
  END IF;
  IF old.state = 'departed' AND new.state = 'loading'
     AND NOT pg_has_role(session_user, role_of('manager'), 'MEMBER') THEN
    RAISE EXCEPTION 'only a manager calls a departed trip back' USING ERRCODE = '42501';
  END IF;
  IF old.state = 'loading'
     AND EXISTS (SELECT FROM allocation a WHERE a.location_id = old.truck_id) THEN
    RAISE EXCEPTION 'goods are still on the truck of trip %', old.number USING ERRCODE = 'OW041';
  END IF;
  -- Who left when is written down here: it is what the next one is told.
  IF new.state = 'departed' THEN
    new.departed_at := now();
    new.departed_by := (SELECT c.operator FROM command c WHERE c.id = current_command_id());
  ELSIF new.state <> 'returned' THEN
    new.departed_at := NULL;
    new.departed_by := NULL;
  END IF;
  RETURN new;
END $$;

DROP TRIGGER trip_change_is_legal ON trip;

CREATE TRIGGER trip_change_is_legal BEFORE UPDATE ON trip
  FOR EACH ROW EXECUTE FUNCTION trip_changes();

CREATE OR REPLACE FUNCTION trip_starts_planned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.state <> 'planned' OR new.departed_at IS NOT NULL THEN
    RAISE EXCEPTION 'a trip starts planned' USING ERRCODE = 'OW040';
  END IF;
  PERFORM truck_of_trip(new.truck_id);
  RETURN new;
END $$;

-- Stops and orders are planned while the trip has not left; what is on its truck stays planned, at
-- a stop of that trip.
CREATE FUNCTION trip_plan_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_trip trip;
BEGIN
  SELECT * INTO v_trip FROM trip t
   WHERE t.id = CASE WHEN tg_op = 'DELETE' THEN old.trip_id ELSE new.trip_id END;
  IF v_trip.state NOT IN ('planned', 'loading')
     OR (tg_op = 'UPDATE' AND new.trip_id <> old.trip_id) THEN
    RAISE EXCEPTION 'trip % is % and keeps its stops', v_trip.number, v_trip.state
      USING ERRCODE = 'OW040';
  END IF;
  IF tg_table_name = 'trip_order' THEN
    IF tg_op <> 'DELETE' AND NOT EXISTS (
         SELECT FROM trip_stop s WHERE s.id = new.stop_id AND s.trip_id = new.trip_id) THEN
      RAISE EXCEPTION 'that is no stop of trip %', v_trip.number USING ERRCODE = 'OW040';
    END IF;
    IF v_trip.state = 'loading'
       AND (tg_op = 'DELETE' OR (tg_op = 'UPDATE' AND new.order_id <> old.order_id))
       AND EXISTS (SELECT FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
                    WHERE a.location_id = v_trip.truck_id AND l.order_id = old.order_id) THEN
      RAISE EXCEPTION 'goods are still on the truck of trip %', v_trip.number
        USING ERRCODE = 'OW041';
    END IF;
  END IF;
  RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
END $$;

CREATE TRIGGER trip_stop_is_planned BEFORE INSERT OR UPDATE OR DELETE ON trip_stop
  FOR EACH ROW EXECUTE FUNCTION trip_plan_changes();

CREATE TRIGGER trip_order_is_planned BEFORE INSERT OR UPDATE OR DELETE ON trip_order
  FOR EACH ROW EXECUTE FUNCTION trip_plan_changes();

-- Refused and damaged goods are wanted no more, and the order comes to less; so does an order
-- whose policy cancels its rest when a shipment is packed. Those who book what a truck brings
-- back, or pack, write that and nothing else: only in a command that returned or packed goods of
-- that order, no more than it returned or than was open, and no amount of a line grows.
CREATE OR REPLACE FUNCTION amounts_follow_a_return() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_row jsonb;
  v_before jsonb;
  v_order bigint;
  v_returned numeric;
  v_cancels_rest boolean;
BEGIN
  IF pg_has_role(session_user, role_of('sales'), 'MEMBER') THEN
    RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
  END IF;
  v_row := to_jsonb(CASE WHEN tg_op = 'DELETE' THEN old ELSE new END);
  v_order := coalesce(v_row ->> 'order_id', v_row ->> 'id')::bigint;
  IF tg_op = 'UPDATE' AND (to_jsonb(old) ->> 'order_id') <> (v_row ->> 'order_id') THEN
    RAISE EXCEPTION 'what an order bears stays with it' USING ERRCODE = '42501';
  END IF;
  v_cancels_rest := EXISTS (
    SELECT FROM stock_move m JOIN sales_order_line l ON l.id = m.order_line_id
      JOIN sales_order o ON o.id = l.order_id
     WHERE m.command_id = current_command_id() AND m.reason = 'pack'
       AND o.id = v_order AND o.backorder_policy = 'cancel');
  IF NOT v_cancels_rest AND NOT EXISTS (
    SELECT FROM stock_move m JOIN sales_order_line l ON l.id = m.order_line_id
     WHERE m.command_id = current_command_id() AND m.reason = 'return'
       AND l.order_id = v_order) THEN
    RAISE EXCEPTION 'the amounts of an order are the matter of sales' USING ERRCODE = '42501';
  END IF;
  IF tg_table_name = 'sales_order_line' THEN
    v_before := to_jsonb(old);
    SELECT coalesce(sum(m.quantity), 0) INTO v_returned FROM stock_move m
     WHERE m.command_id = current_command_id() AND m.reason = 'return'
       AND m.order_line_id = (v_row ->> 'id')::bigint;
    IF (v_row ->> 'cancelled')::numeric - (v_before ->> 'cancelled')::numeric NOT BETWEEN 0
         AND greatest(v_returned, CASE WHEN v_cancels_rest THEN (v_before ->> 'open')::numeric
                                       ELSE 0 END)
       OR (v_row ->> 'amount')::numeric > (v_before ->> 'amount')::numeric THEN
      RAISE EXCEPTION 'no more is cancelled than came back or was open' USING ERRCODE = '42501';
    END IF;
  END IF;
  RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
END $$;

REVOKE EXECUTE ON FUNCTION truck_of_trip(bigint), trip_plan_changes() FROM PUBLIC;
REVOKE UPDATE (departed_at, departed_by) ON trip FROM {p}_dispatch;
