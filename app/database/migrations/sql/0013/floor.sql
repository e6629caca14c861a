-- The floor: what is said of a step is what the ledger says.

-- In lanes, on carts, in cartons and on trucks lies only what is somebody's; and what is taken back
-- is the very move it takes back, or nobody could take that one back again.
CREATE FUNCTION moves_are_what_they_say() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
       SELECT FROM new_move m
        WHERE m.reason IN ('pick', 'stage', 'load', 'unload', 'box', 'pack')
          AND m.allocation_id IS NULL AND m.reverses_id IS NULL) THEN
    RAISE EXCEPTION 'only goods that are promised to an order are picked, staged, loaded or packed'
      USING ERRCODE = 'OW012';
  END IF;
  IF EXISTS (
       SELECT FROM new_move m JOIN stock_move r ON r.id = m.reverses_id
        WHERE (m.item_id, m.from_location_id, m.to_location_id, m.quantity)
                <> (r.item_id, r.to_location_id, r.from_location_id, r.quantity)
           OR m.lot_id IS DISTINCT FROM r.lot_id
           OR m.order_line_id IS DISTINCT FROM r.order_line_id
           OR m.serial IS DISTINCT FROM r.serial) THEN
    RAISE EXCEPTION 'a move is reversed by the same goods going the same way back'
      USING ERRCODE = 'OW018';
  END IF;
  RETURN NULL;
END $$;
-- Its name comes after stock_move_applies: what is not there or not allowed is said first.
CREATE TRIGGER stock_move_says AFTER INSERT ON stock_move
  REFERENCING NEW TABLE AS new_move FOR EACH STATEMENT EXECUTE FUNCTION moves_are_what_they_say();

-- A line of a picklist says picked what was picked in the same command.
ALTER TABLE picklist_line
  ADD CONSTRAINT ck_picklist_line_picked_is_all CHECK (state <> 'picked' OR picked = quantity);

CREATE FUNCTION picked_is_what_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.picked < old.picked OR new.picked - old.picked > (
       SELECT coalesce(sum(m.quantity), 0) FROM stock_move m
        WHERE m.command_id = current_command_id() AND m.order_line_id = new.order_line_id
          AND m.reason = 'pick' AND m.from_location_id = new.location_id
          AND m.lot_id IS NOT DISTINCT FROM new.lot_id) THEN
    RAISE EXCEPTION 'line % of the list was not picked so', new.sequence USING ERRCODE = 'OW025';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER picked_is_what_moved AFTER UPDATE OF picked ON picklist_line
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.picked IS DISTINCT FROM old.picked)
  EXECUTE FUNCTION picked_is_what_moved();

CREATE FUNCTION picklist_is_finished() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM picklist p JOIN picklist_line k ON k.picklist_id = p.id
              WHERE p.id = new.id AND p.state <> 'open' AND k.state = 'open') THEN
    RAISE EXCEPTION 'list % still has lines to pick', new.number USING ERRCODE = 'OW025';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER picklist_is_finished AFTER UPDATE OF state ON picklist
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.state <> 'open')
  EXECUTE FUNCTION picklist_is_finished();

-- A carton is on the trip that its goods are on, or left with.
CREATE FUNCTION carton_travels_with_its_goods() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_sscc text;
BEGIN
  SELECT c.sscc INTO v_sscc
    FROM carton c
    LEFT JOIN shipment s ON s.id = c.shipment_id
    LEFT JOIN trip t ON t.truck_id = c.location_id AND t.state = 'loading'
   WHERE c.id = new.id
     AND CASE WHEN c.state = 'packed' THEN c.trip_id IS DISTINCT FROM s.trip_id
              ELSE c.trip_id IS DISTINCT FROM t.id
                   AND EXISTS (SELECT FROM allocation a WHERE a.carton_id = c.id) END;
  IF FOUND THEN
    RAISE EXCEPTION 'carton % is not on that trip', v_sscc USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER carton_travels_with_its_goods
  AFTER UPDATE OF trip_id, location_id, shipment_id ON carton
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION carton_travels_with_its_goods();

-- A shipment is of its order's warehouse, left with the truck it says, and is of history only when
-- its goods are.
CREATE OR REPLACE FUNCTION shipment_is_what_left() RETURNS trigger
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
  IF tg_op = 'INSERT' AND (
       EXISTS (SELECT FROM sales_order o
                WHERE o.id = new.order_id AND o.warehouse_id <> new.warehouse_id)
    OR EXISTS (
       SELECT FROM stock_move m
         JOIN location f ON f.id = m.from_location_id
         LEFT JOIN trip t ON t.id = new.trip_id
        WHERE m.shipment_id = new.id AND m.reason IN ('pack', 'brought_forward')
          AND (m.reason = 'brought_forward') <> new.is_brought_forward
           OR m.shipment_id = new.id AND m.reason = 'pack'
          AND t.truck_id IS DISTINCT FROM CASE f.kind WHEN 'truck' THEN f.id END)) THEN
    RAISE EXCEPTION 'the goods of shipment % did not leave so', new.number
      USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION moves_are_what_they_say(), picked_is_what_moved(),
  picklist_is_finished(), carton_travels_with_its_goods() FROM PUBLIC;
