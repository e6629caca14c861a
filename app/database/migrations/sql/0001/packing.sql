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

-- A shipment is cancelled by taking all its goods back, and by nothing else.
CREATE FUNCTION shipment_is_what_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_out numeric;
BEGIN
  SELECT coalesce(sum(CASE m.reason WHEN 'pack' THEN m.quantity ELSE -m.quantity END), 0)
    INTO v_out
    FROM stock_move m WHERE m.shipment_id = new.id AND m.reason IN ('pack', 'unpack');
  IF (SELECT state FROM shipment WHERE id = new.id) = 'cancelled' AND v_out <> 0 THEN
    RAISE EXCEPTION 'shipment % has goods with the customer', new.number USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER shipment_is_what_left AFTER UPDATE OF state ON shipment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.state = 'cancelled')
  EXECUTE FUNCTION shipment_is_what_left();
