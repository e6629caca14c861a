-- The packing bench: what it locks, and serials that are recorded when packed.

-- Locks what a step at the bench may end or fill, in the one order of locks: the order's open
-- picklists, then its cartons that are not packed (and others that are named). The order itself
-- is locked by the next statement.
CREATE FUNCTION lock_bench(p_order bigint, p_cartons bigint[]) RETURNS SETOF carton
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_ids bigint[];
BEGIN
  PERFORM FROM picklist p
    WHERE p.id IN (SELECT k.picklist_id FROM picklist_line k
                     JOIN sales_order_line l ON l.id = k.order_line_id
                    WHERE l.order_id = p_order AND k.state = 'open')
    ORDER BY p.id FOR NO KEY UPDATE;
  v_ids := p_cartons || ARRAY(SELECT c.id FROM carton c
                               WHERE c.order_id = p_order AND c.state <> 'packed');
  RETURN QUERY SELECT * FROM lock_cartons(v_ids);
END $$;

-- Locks a serial and answers where it is: in a carton, or with a customer; null when free.
CREATE FUNCTION lock_serial(p_item bigint, p_serial text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_place text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('serial ' || p_item || ' ' || p_serial, 0));
  SELECT 'carton ' || c.sscc INTO v_place
    FROM stock_move m JOIN carton c ON c.id = m.carton_id
   WHERE m.item_id = p_item AND m.serial = p_serial AND m.reason = 'box'
     AND m.reverses_id IS NULL AND c.state <> 'packed'
     AND NOT EXISTS (SELECT FROM stock_move r WHERE r.reverses_id = m.id)
   LIMIT 1;
  IF v_place IS NOT NULL THEN RETURN v_place; END IF;
  SELECT 'shipment ' || coalesce(max(s.number) FILTER (WHERE m.reason = 'pack'), '?') INTO v_place
    FROM stock_move m LEFT JOIN shipment s ON s.id = m.shipment_id
   WHERE m.item_id = p_item AND m.serial = p_serial
     AND m.reason IN ('pack', 'unpack', 'return')
  HAVING count(*) FILTER (WHERE m.reason = 'pack')
         > count(*) FILTER (WHERE m.reason <> 'pack');
  RETURN v_place;
END $$;

CREATE FUNCTION serial_goes_to_one_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_times bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('serial ' || new.item_id || ' ' || new.serial, 0));
  SELECT count(*) FILTER (WHERE m.reason = 'pack') - count(*) FILTER (WHERE m.reason <> 'pack')
    INTO v_times
    FROM stock_move m
   WHERE m.item_id = new.item_id AND m.serial = new.serial
     AND m.reason IN ('pack', 'unpack', 'return');
  IF v_times > 1 OR new.quantity <> 1 THEN
    RAISE EXCEPTION 'serial % is with a customer already', new.serial USING ERRCODE = 'OW014';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER stock_move_serial AFTER INSERT ON stock_move FOR EACH ROW
  WHEN (new.serial IS NOT NULL AND new.reason = 'pack')
  EXECUTE FUNCTION serial_goes_to_one_customer();

REVOKE EXECUTE ON FUNCTION lock_serial(bigint, text), lock_bench(bigint, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_serial(bigint, text), lock_bench(bigint, bigint[]) TO {p}_floor;

-- What the order's policy cancels when a shipment is packed; a trigger (trips.sql) keeps it to that.
GRANT UPDATE (cancelled, amount, order_discount) ON sales_order_line TO {p}_floor;
GRANT UPDATE (goods_amount, charges_amount, tax_amount, total_amount, version) ON sales_order
  TO {p}_floor;
GRANT INSERT, DELETE ON order_tax TO {p}_floor;

-- A carton that is packed went with a shipment of its own order and holds no promised goods; one
-- that is not went with none. Looked at when everything of the transaction is done.
CREATE FUNCTION carton_went_or_is_here() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE c carton;
BEGIN
  SELECT * INTO c FROM carton WHERE id = new.id;
  IF tg_op = 'UPDATE' AND old.state = 'packed' AND c.state <> 'packed' AND NOT EXISTS (
       SELECT FROM stock_move m WHERE m.command_id = current_command_id() AND m.carton_id = c.id
          AND m.reason IN ('unpack', 'return')) THEN
    RAISE EXCEPTION 'the goods in carton % are away', c.sscc USING ERRCODE = 'OW016';
  END IF;
  IF (c.state = 'packed') <> (c.shipment_id IS NOT NULL)
     OR c.shipment_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM shipment s WHERE s.id = c.shipment_id AND s.order_id = c.order_id)
     OR c.state = 'packed' AND EXISTS (SELECT FROM allocation a WHERE a.carton_id = c.id) THEN
    RAISE EXCEPTION 'carton % is % but its goods and its shipment say otherwise', c.sscc, c.state
      USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER carton_went_or_is_here AFTER INSERT OR UPDATE OF state, shipment_id
  ON carton DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION carton_went_or_is_here();

-- What is said of a carton that is away stays as it was said; only its tracking number may come late.
CREATE FUNCTION carton_is_away() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'carton % has left', old.sscc USING ERRCODE = 'OW016';
END $$;
CREATE TRIGGER carton_is_away BEFORE UPDATE ON carton FOR EACH ROW
  WHEN (old.state = 'packed' AND new.state = 'packed'
        AND (old.type_id, old.parent_id, old.trip_id, old.shipment_id, old.weight_kg)
            IS DISTINCT FROM
            (new.type_id, new.parent_id, new.trip_id, new.shipment_id, new.weight_kg))
  EXECUTE FUNCTION carton_is_away();

-- A carton is opened on a bench of its order's warehouse.
CREATE FUNCTION carton_is_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM location p JOIN sales_order o ON o.warehouse_id = p.warehouse_id
                  WHERE p.id = new.location_id AND p.kind = 'packing' AND o.id = new.order_id)
  THEN
    RAISE EXCEPTION 'carton % is not opened on a bench of its order''s warehouse', new.sscc
      USING ERRCODE = 'OW016';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER carton_is_opened BEFORE INSERT ON carton
  FOR EACH ROW EXECUTE FUNCTION carton_is_opened();

-- A shipment is packed while goods are away with it and cancelled when all are back; asked when
-- all is done, for it is made before its moves.
CREATE FUNCTION shipment_is_what_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_state text;
BEGIN
  SELECT CASE WHEN sum(CASE m.reason WHEN 'unpack' THEN -m.quantity ELSE m.quantity END) > 0
              THEN 'packed' ELSE 'cancelled' END INTO v_state
    FROM stock_move m
   WHERE m.shipment_id = new.id AND m.reason IN ('pack', 'brought_forward', 'drop_ship', 'unpack');
  IF EXISTS (SELECT FROM shipment s WHERE s.id = new.id AND s.state <> v_state) THEN
    RAISE EXCEPTION 'shipment % is not what its goods say (%)', new.number, v_state
      USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER shipment_is_what_left AFTER INSERT OR UPDATE OF state ON shipment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shipment_is_what_left();
