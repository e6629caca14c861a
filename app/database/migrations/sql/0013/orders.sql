-- Order lines and orders: as finely as the item may be counted, and cancelled altogether.

CREATE FUNCTION line_is_counted_as_its_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_decimals int := (SELECT i.quantity_decimals FROM item i WHERE i.id = new.item_id);
BEGIN
  IF new.ordered <> round(new.ordered, v_decimals)
     OR new.cancelled <> round(new.cancelled, v_decimals) THEN
    RAISE EXCEPTION 'line % is finer than its item may be counted', new.line_no
      USING ERRCODE = 'OW023';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER line_is_counted_as_its_item BEFORE INSERT OR UPDATE OF ordered, cancelled
  ON sales_order_line FOR EACH ROW EXECUTE FUNCTION line_is_counted_as_its_item();

-- Goods are promised to lines that ship from stock, and such a line stays one while they are.
CREATE FUNCTION line_ships_as_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'goods of line % are promised or away: it ships as before', old.line_no
    USING ERRCODE = 'OW022';
END $$;
CREATE TRIGGER line_ships_as_before BEFORE UPDATE OF fulfilment ON sales_order_line
  FOR EACH ROW WHEN (new.fulfilment IS DISTINCT FROM old.fulfilment
                     AND (old.allocated > 0 OR old.packed > 0 OR old.drop_ordered > 0
                          OR old.performed > 0))
  EXECUTE FUNCTION line_ships_as_before();

CREATE OR REPLACE FUNCTION only_what_may_be_promised(p_new allocation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  bad record;
  v_is_new boolean := pg_trigger_depth() = 1;
  v_today date := (now() AT TIME ZONE (SELECT time_zone FROM company))::date;
BEGIN
  SELECT o.number, i.number AS item, p.code, o.state INTO bad
    FROM unnest(p_new) a
    JOIN sales_order_line l ON l.id = a.order_line_id
    JOIN sales_order o ON o.id = l.order_id
    JOIN item i ON i.id = a.item_id
    JOIN location p ON p.id = a.location_id
    LEFT JOIN lot t ON t.id = a.lot_id
   WHERE l.item_id <> a.item_id
      OR o.state <> 'confirmed'
      OR p.kind IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
      OR p.warehouse_id <> o.warehouse_id
      OR (v_is_new AND (a.carton_id IS NOT NULL OR NOT (p.is_pickable OR p.kind = 'packing')))
      OR (v_is_new AND (t.blocked_reason IS NOT NULL OR t.expires_on < v_today))
      OR (v_is_new AND (l.fulfilment <> 'stock'
                        OR a.quantity <> round(a.quantity, i.quantity_decimals::int)))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'item % at % cannot be promised to order % (%)',
      bad.item, bad.code, bad.number, bad.state USING ERRCODE = 'OW017';
  END IF;
  IF NOT v_is_new THEN RETURN; END IF;
  SELECT o.number, o.hold_code INTO bad
    FROM unnest(p_new) a
    JOIN sales_order_line l ON l.id = a.order_line_id
    JOIN sales_order o ON o.id = l.order_id
    JOIN hold_code h ON h.code = o.hold_code AND h.stops_allocation
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % is on hold (%)', bad.number, bad.hold_code USING ERRCODE = 'OW024';
  END IF;
END $$;

-- A cancelled order wants nothing and has delivered nothing: else it would never be invoiced.
CREATE FUNCTION order_is_cancelled_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
       SELECT FROM sales_order o JOIN sales_order_line l ON l.order_id = o.id
        WHERE o.id = new.id AND o.state = 'cancelled'
          AND (l.open > 0 OR l.packed - l.returned + l.drop_ordered + l.performed > 0)) THEN
    RAISE EXCEPTION 'order % is not cancelled while something of it is open or delivered',
      new.number USING ERRCODE = 'OW020';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER order_is_cancelled_whole AFTER UPDATE OF state ON sales_order
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.state = 'cancelled')
  EXECUTE FUNCTION order_is_cancelled_whole();
REVOKE EXECUTE ON FUNCTION line_is_counted_as_its_item(), line_ships_as_before(),
  order_is_cancelled_whole() FROM PUBLIC;
