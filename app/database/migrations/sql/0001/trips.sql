-- Trips: what may follow what, whoever asks, and what dispatch may do to an order's amounts.

-- A truck that left stays gone unless a manager says otherwise; what is on it belongs to its trip.
CREATE FUNCTION trip_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_command(ARRAY[current_command_id()]);
  IF new.truck_id <> old.truck_id AND old.state <> 'planned' THEN
    RAISE EXCEPTION 'trip % is % and keeps its truck', old.number, old.state
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
  RETURN new;
END $$;
CREATE TRIGGER trip_change_is_legal BEFORE UPDATE OF state, truck_id ON trip
  FOR EACH ROW EXECUTE FUNCTION trip_changes();

CREATE FUNCTION trip_starts_planned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.state <> 'planned' OR new.departed_at IS NOT NULL THEN
    RAISE EXCEPTION 'a trip starts planned' USING ERRCODE = 'OW040';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER trip_is_new BEFORE INSERT ON trip
  FOR EACH ROW EXECUTE FUNCTION trip_starts_planned();

-- Refused and damaged goods are wanted no more, and the order comes to less; so does an order
-- whose policy cancels its rest when a shipment is packed. Those who book what a truck brings
-- back, or pack, write that and nothing else: only in a command that returned or packed goods of
-- that order, no more than it returned or than was open, and no amount of a line grows.
CREATE FUNCTION amounts_follow_a_return() RETURNS trigger
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
CREATE TRIGGER line_amounts_follow BEFORE UPDATE OF cancelled, amount, order_discount
  ON sales_order_line FOR EACH ROW EXECUTE FUNCTION amounts_follow_a_return();
CREATE TRIGGER order_amounts_follow
  BEFORE UPDATE OF goods_amount, charges_amount, tax_amount, total_amount
  ON sales_order FOR EACH ROW EXECUTE FUNCTION amounts_follow_a_return();
CREATE TRIGGER order_taxes_follow BEFORE INSERT OR DELETE ON order_tax
  FOR EACH ROW EXECUTE FUNCTION amounts_follow_a_return();
