-- What was booked as come back by mistake stayed with the customer: each move of the mistake is
-- reversed by one of its own, from where the goods came to, back to the customer.

ALTER TABLE move_rule DROP CONSTRAINT ck_move_rule_movereason,
  ADD CONSTRAINT ck_move_rule_movereason CHECK (reason IN ('receive', 'opening', 'adjust',
    'transfer', 'pick', 'stage', 'unstage', 'load', 'unload', 'box', 'pack', 'unpack', 'return',
    'unreturn', 'scrap', 'drop_ship', 'brought_forward'));
ALTER TABLE stock_move DROP CONSTRAINT ck_stock_move_movereason,
  ADD CONSTRAINT ck_stock_move_movereason CHECK (reason IN ('receive', 'opening', 'adjust',
    'transfer', 'pick', 'stage', 'unstage', 'load', 'unload', 'box', 'pack', 'unpack', 'return',
    'unreturn', 'scrap', 'drop_ship', 'brought_forward'));
INSERT INTO move_rule (reason, from_kind, to_kind, group_name)
SELECT 'unreturn', kind, 'customer', 'manager'
  FROM unnest(ARRAY['receiving', 'storage', 'counter', 'quarantine', 'staging']) kind;

CREATE FUNCTION take_returns_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM new_move WHERE reason = 'unreturn') THEN
    RETURN NULL;
  END IF;
  IF EXISTS (
       SELECT FROM new_move m
        WHERE m.reason = 'unreturn' AND NOT EXISTS (
          SELECT FROM stock_move r
           WHERE r.id = m.reverses_id AND r.reason = 'return' AND r.item_id = m.item_id
             AND r.lot_id IS NOT DISTINCT FROM m.lot_id
             AND r.serial IS NOT DISTINCT FROM m.serial
             AND r.carton_id IS NOT DISTINCT FROM m.carton_id
             AND r.from_location_id = m.to_location_id AND r.to_location_id = m.from_location_id
             AND r.quantity = m.quantity AND r.order_line_id = m.order_line_id
             AND r.shipment_id = m.shipment_id))
     OR EXISTS (
       SELECT FROM new_move m JOIN stock_move r ON r.reverses_id = m.reverses_id AND r.id <> m.id
        WHERE m.reason = 'unreturn') THEN
    RAISE EXCEPTION 'what did not come back so cannot be taken back, nor twice'
      USING ERRCODE = 'OW019';
  END IF;
  UPDATE sales_order_line l SET returned = l.returned - d.quantity
    FROM (SELECT m.order_line_id, sum(m.quantity) AS quantity FROM new_move m
           WHERE m.reason = 'unreturn' GROUP BY 1) d
   WHERE l.id = d.order_line_id;
  RETURN NULL;
END $$;
-- Its name comes after stock_move_applies: promises have gone along by then.
CREATE TRIGGER stock_move_takes_back AFTER INSERT ON stock_move
  REFERENCING NEW TABLE AS new_move FOR EACH STATEMENT EXECUTE FUNCTION take_returns_back();

-- A serial whose return was a mistake is with its customer.
CREATE OR REPLACE FUNCTION serial_goes_to_one_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_times bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('serial ' || new.item_id || ' ' || new.serial, 0));
  SELECT count(*) FILTER (WHERE m.reason IN ('pack', 'unreturn'))
         - count(*) FILTER (WHERE m.reason IN ('unpack', 'return'))
    INTO v_times
    FROM stock_move m
   WHERE m.item_id = new.item_id AND m.serial = new.serial
     AND m.reason IN ('pack', 'unpack', 'return', 'unreturn');
  IF v_times > 1 OR new.quantity <> 1 THEN
    RAISE EXCEPTION 'serial % is with a customer already', new.serial USING ERRCODE = 'OW014';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER stock_move_serial ON stock_move;
CREATE TRIGGER stock_move_serial AFTER INSERT ON stock_move FOR EACH ROW
  WHEN (new.serial IS NOT NULL AND new.reason IN ('pack', 'unreturn'))
  EXECUTE FUNCTION serial_goes_to_one_customer();

CREATE OR REPLACE FUNCTION lock_serial(p_item bigint, p_serial text) RETURNS text
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
     AND m.reason IN ('pack', 'unpack', 'return', 'unreturn')
  HAVING count(*) FILTER (WHERE m.reason IN ('pack', 'unreturn'))
         > count(*) FILTER (WHERE m.reason IN ('unpack', 'return'));
  RETURN v_place;
END $$;

REVOKE EXECUTE ON FUNCTION take_returns_back() FROM PUBLIC;
