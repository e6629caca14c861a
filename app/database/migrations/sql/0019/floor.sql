-- What the floor writes of trips and lists.

-- An order goes out with one trip at a time.
CREATE OR REPLACE FUNCTION trip_plan_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_trip trip;
  v_order text;
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
    IF tg_op <> 'DELETE' THEN
      -- Whoever plans it for another trip at this moment is waited for.
      SELECT o.number INTO v_order FROM sales_order o WHERE o.id = new.order_id
         FOR NO KEY UPDATE;
      IF EXISTS (SELECT FROM trip_order x JOIN trip t ON t.id = x.trip_id
                  WHERE x.order_id = new.order_id AND x.trip_id <> new.trip_id
                    AND t.state IN ('planned', 'loading')) THEN
        RAISE EXCEPTION 'order % is planned for another trip', v_order USING ERRCODE = 'OW040';
      END IF;
    END IF;
  END IF;
  RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
END $$;

-- A line of a list says picked what was picked in the same command, and each piece once.
CREATE OR REPLACE FUNCTION picked_is_what_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_now numeric;
  v_ever numeric;
  v_said numeric;
BEGIN
  SELECT coalesce(sum(m.quantity), 0),
         coalesce(sum(m.quantity) FILTER (WHERE m.command_id = current_command_id()), 0)
    INTO v_ever, v_now
    FROM stock_move m
   WHERE m.order_line_id = new.order_line_id AND m.reason = 'pick'
     AND m.from_location_id = new.location_id AND m.lot_id IS NOT DISTINCT FROM new.lot_id;
  SELECT sum(k.picked) INTO v_said FROM picklist_line k
   WHERE k.picklist_id = new.picklist_id AND k.order_line_id = new.order_line_id
     AND k.location_id = new.location_id AND k.lot_id IS NOT DISTINCT FROM new.lot_id;
  IF new.picked < old.picked OR new.picked - old.picked > v_now OR v_said > v_ever THEN
    RAISE EXCEPTION 'line % of the list was not picked so', new.sequence USING ERRCODE = 'OW025';
  END IF;
  RETURN NULL;
END $$;
