-- The stock kernel: locks, the ledger's effect on balances, promises and order lines.

-- Locks orders, then their lines, each by id, and answers with the lines as they are now.
CREATE FUNCTION lock_orders(p_orders bigint[]) RETURNS TABLE (
  order_id bigint, number text, state text, hold_code text, customer_id bigint,
  warehouse_id bigint, lane_id bigint, delivery_kind text, ship_complete boolean,
  line_id bigint, line_no bigint, item_id bigint, item_number text, quantity_decimals bigint,
  fulfilment text, wanted numeric, open numeric, allocated numeric, backordered numeric,
  packed numeric, returned numeric, performed numeric, drop_ordered numeric, invoiceable numeric
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM sales_order o WHERE o.id = ANY (p_orders) ORDER BY o.id FOR NO KEY UPDATE;
  PERFORM FROM sales_order_line l WHERE l.order_id = ANY (p_orders)
    ORDER BY l.id FOR NO KEY UPDATE;
  RETURN QUERY
  SELECT o.id, o.number, o.state::text, o.hold_code, o.customer_id, o.warehouse_id, o.lane_id,
         d.kind::text, o.ship_complete, l.id, l.line_no, l.item_id, i.number,
         i.quantity_decimals, l.fulfilment::text, l.wanted, l.open, l.allocated, l.backordered,
         l.packed, l.returned, l.performed, l.drop_ordered, l.invoiceable
    FROM sales_order o
    JOIN delivery_mode d ON d.id = o.delivery_mode_id
    LEFT JOIN sales_order_line l ON l.order_id = o.id
    LEFT JOIN item i ON i.id = l.item_id
   WHERE o.id = ANY (p_orders)
   ORDER BY o.id, l.line_no;
END $$;

-- Locks orders and answers with their promises, where the goods lie, in walk order.
CREATE FUNCTION lock_allocations(p_orders bigint[]) RETURNS TABLE (
  id bigint, order_id bigint, order_number text, state text, hold_code text, customer_id bigint,
  warehouse_id bigint, lane_id bigint, line_id bigint, line_no bigint, item_id bigint,
  item_number text, lot_id bigint, location_id bigint, location_code text, location_kind text,
  carton_id bigint, quantity numeric
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM sales_order o WHERE o.id = ANY (p_orders) ORDER BY o.id FOR NO KEY UPDATE;
  PERFORM FROM sales_order_line l WHERE l.order_id = ANY (p_orders)
    ORDER BY l.id FOR NO KEY UPDATE;
  RETURN QUERY
  SELECT a.id, o.id, o.number, o.state::text, o.hold_code, o.customer_id, o.warehouse_id,
         o.lane_id, l.id, l.line_no, a.item_id, i.number, a.lot_id, a.location_id, p.code,
         p.kind::text, a.carton_id, a.quantity
    FROM sales_order o
    JOIN sales_order_line l ON l.order_id = o.id
    JOIN allocation a ON a.order_line_id = l.id
    JOIN item i ON i.id = a.item_id
    JOIN location p ON p.id = a.location_id
   WHERE o.id = ANY (p_orders)
   ORDER BY p.walk_sequence, p.code, o.id, l.line_no, a.id;
END $$;

-- Locks all that hangs on the goods of orders, in the one order of locks: their open picklists,
-- the cartons they lie in, then as lock_allocations. For steps that may end picklist lines or
-- carry cartons along.
CREATE FUNCTION lock_goods(p_orders bigint[]) RETURNS TABLE (
  id bigint, order_id bigint, order_number text, state text, hold_code text, customer_id bigint,
  warehouse_id bigint, lane_id bigint, line_id bigint, line_no bigint, item_id bigint,
  item_number text, lot_id bigint, location_id bigint, location_code text, location_kind text,
  carton_id bigint, quantity numeric
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM picklist p
    WHERE p.id IN (SELECT k.picklist_id FROM picklist_line k
                     JOIN sales_order_line l ON l.id = k.order_line_id
                    WHERE l.order_id = ANY (p_orders) AND k.state = 'open')
    ORDER BY p.id FOR NO KEY UPDATE;
  PERFORM FROM carton c
    WHERE c.id IN (SELECT a.carton_id FROM allocation a
                     JOIN sales_order_line l ON l.id = a.order_line_id
                    WHERE l.order_id = ANY (p_orders))
    ORDER BY c.id FOR NO KEY UPDATE;
  RETURN QUERY SELECT * FROM lock_allocations(p_orders);
END $$;

-- Creates missing balances in key order, then locks all of them by id. Once per operation.
CREATE FUNCTION lock_stock(p_items bigint[], p_lots bigint[], p_locations bigint[])
RETURNS SETOF stock_balance
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_ids bigint[];
BEGIN
  INSERT INTO stock_balance (item_id, lot_id, location_id)
  SELECT DISTINCT k.item, k.lot, k.place
    FROM unnest(p_items, p_lots, p_locations) AS k(item, lot, place)
    JOIN location p ON p.id = k.place
   WHERE p.kind NOT IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
     AND NOT EXISTS (
       SELECT FROM stock_balance b
        WHERE b.item_id = k.item AND b.location_id = k.place
          AND b.lot_id IS NOT DISTINCT FROM k.lot)
   ORDER BY 1, 3, 2
  ON CONFLICT DO NOTHING;
  v_ids := ARRAY(
    SELECT b.id FROM unnest(p_items, p_lots, p_locations) AS k(item, lot, place)
      JOIN stock_balance b ON b.item_id = k.item AND b.location_id = k.place
       AND b.lot_id IS NOT DISTINCT FROM k.lot);
  PERFORM FROM stock_balance b WHERE b.id = ANY (v_ids) ORDER BY b.id FOR NO KEY UPDATE;
  RETURN QUERY SELECT b.* FROM stock_balance b WHERE b.id = ANY (v_ids) ORDER BY b.id;
END $$;

-- Locks what is free of these items in the warehouse and may be picked, and answers with it.
CREATE FUNCTION lock_available(p_warehouse bigint, p_items bigint[]) RETURNS TABLE (
  item_id bigint, lot_id bigint, location_id bigint, available numeric, walk_sequence bigint,
  expires_on date
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_ids bigint[];
  v_today date := (now() AT TIME ZONE (SELECT time_zone FROM company))::date;
BEGIN
  v_ids := ARRAY(
    SELECT b.id FROM stock_balance b
      JOIN location p ON p.id = b.location_id
      LEFT JOIN lot t ON t.id = b.lot_id
     WHERE b.item_id = ANY (p_items) AND p.warehouse_id = p_warehouse AND p.is_pickable
       AND p.is_active AND b.on_hand > b.allocated AND t.blocked_reason IS NULL
       AND (t.expires_on IS NULL OR t.expires_on >= v_today));
  PERFORM FROM stock_balance b WHERE b.id = ANY (v_ids) ORDER BY b.id FOR NO KEY UPDATE;
  RETURN QUERY
  SELECT b.item_id, b.lot_id, b.location_id, b.on_hand - b.allocated, p.walk_sequence,
         t.expires_on
    FROM stock_balance b
    JOIN location p ON p.id = b.location_id
    LEFT JOIN lot t ON t.id = b.lot_id
   WHERE b.id = ANY (v_ids) AND b.on_hand > b.allocated
   ORDER BY b.item_id, t.expires_on NULLS LAST, p.walk_sequence, p.id;
END $$;

-- What every insert into the ledger does, for all its rows at once.
CREATE FUNCTION apply_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  bad record;
  v_promises bigint;
  v_done bigint;
  v_today date := (now() AT TIME ZONE (SELECT time_zone FROM company))::date;
  v_prefix text := (SELECT role_prefix FROM installation);
BEGIN
  PERFORM require_command(ARRAY(SELECT DISTINCT m.command_id FROM new_move m));

  -- 1. Is this reason allowed between these kinds of place, for this login?
  SELECT m.reason, f.kind AS from_kind, t.kind AS to_kind INTO bad
    FROM (SELECT DISTINCT reason, from_location_id, to_location_id FROM new_move) m
    JOIN location f ON f.id = m.from_location_id
    JOIN location t ON t.id = m.to_location_id
   WHERE NOT EXISTS (
     SELECT FROM move_rule r
      WHERE r.reason = m.reason AND r.from_kind = f.kind AND r.to_kind = t.kind
        AND pg_has_role(session_user, v_prefix || '_' || r.group_name, 'MEMBER'))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'a move % from % to % is not allowed for %',
      bad.reason, bad.from_kind, bad.to_kind, session_user USING ERRCODE = '42501';
  END IF;

  -- 2. Goods go onto a truck only while one of its trips is loading.
  SELECT t.code INTO bad
    FROM new_move m JOIN location t ON t.id = m.to_location_id
   WHERE t.kind = 'truck'
     AND NOT EXISTS (SELECT FROM trip WHERE trip.truck_id = t.id AND trip.state = 'loading')
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'no trip of truck % is loading', bad.code USING ERRCODE = 'OW010';
  END IF;

  -- 3. Lots where the item is tracked by lot, of that item, neither blocked nor expired;
  --    quantities no finer than the item.
  SELECT i.number, l.code, l.blocked_reason, l.expires_on INTO bad
    FROM new_move m
    JOIN item i ON i.id = m.item_id
    LEFT JOIN lot l ON l.id = m.lot_id
   WHERE m.reason <> 'brought_forward'
     AND ((i.tracking IN ('lot', 'serial')) <> (m.lot_id IS NOT NULL)
       OR l.item_id <> m.item_id
       OR (l.is_serial AND m.quantity <> 1)
       OR m.quantity <> round(m.quantity, i.quantity_decimals::int)
       OR (m.reason IN ('pick', 'box', 'pack')
           AND (l.blocked_reason IS NOT NULL OR l.expires_on < v_today)))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'lot or quantity of item % does not fit (lot %, %, expires %)',
      bad.number, coalesce(bad.code, 'none'), coalesce(bad.blocked_reason, 'not blocked'),
      coalesce(bad.expires_on::text, 'never') USING ERRCODE = 'OW011';
  END IF;

  -- 4. Promises that travel leave their place.
  SELECT count(DISTINCT m.allocation_id) INTO v_promises FROM new_move m
   WHERE m.allocation_id IS NOT NULL;
  IF v_promises > 0 THEN
    SELECT count(*) INTO v_done
      FROM (SELECT allocation_id, item_id, lot_id, from_location_id, order_line_id,
                   sum(quantity) AS quantity
              FROM new_move WHERE allocation_id IS NOT NULL
             GROUP BY 1, 2, 3, 4, 5) m
      JOIN allocation a ON a.id = m.allocation_id AND a.item_id = m.item_id
       AND a.lot_id IS NOT DISTINCT FROM m.lot_id AND a.location_id = m.from_location_id
       AND a.order_line_id = m.order_line_id AND a.quantity >= m.quantity;
    IF v_done <> v_promises THEN
      RAISE EXCEPTION 'the promise is no longer there' USING ERRCODE = 'OW012';
    END IF;
    -- Those that go whole first: half of one, once taken, equals what is left of it.
    DELETE FROM allocation a
      USING (SELECT allocation_id, sum(quantity) AS quantity FROM new_move
              WHERE allocation_id IS NOT NULL GROUP BY 1) m
     WHERE a.id = m.allocation_id AND a.quantity = m.quantity;
    UPDATE allocation a SET quantity = a.quantity - m.quantity
      FROM (SELECT allocation_id, sum(quantity) AS quantity FROM new_move
             WHERE allocation_id IS NOT NULL GROUP BY 1) m
     WHERE a.id = m.allocation_id AND a.quantity > m.quantity;
  END IF;

  -- 5. Balances. The CHECKs on the row are the last word.
  INSERT INTO stock_balance (item_id, lot_id, location_id)
  SELECT DISTINCT m.item_id, m.lot_id, m.to_location_id
    FROM new_move m JOIN location t ON t.id = m.to_location_id
   WHERE t.kind NOT IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
     AND NOT EXISTS (
       SELECT FROM stock_balance b
        WHERE b.item_id = m.item_id AND b.location_id = m.to_location_id
          AND b.lot_id IS NOT DISTINCT FROM m.lot_id)
   ORDER BY 1, 3, 2
  ON CONFLICT DO NOTHING;
  WITH delta AS (
    SELECT x.item_id, x.lot_id, x.location_id, sum(x.quantity) AS quantity
      FROM (SELECT item_id, lot_id, to_location_id AS location_id, quantity FROM new_move
            UNION ALL
            SELECT item_id, lot_id, from_location_id, -quantity FROM new_move) x
      JOIN location p ON p.id = x.location_id
     WHERE p.kind NOT IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
     GROUP BY 1, 2, 3),
  changed AS (
    UPDATE stock_balance b SET on_hand = b.on_hand + d.quantity
      FROM delta d
     WHERE b.item_id = d.item_id AND b.location_id = d.location_id
       AND b.lot_id IS NOT DISTINCT FROM d.lot_id
    RETURNING 1)
  SELECT (SELECT count(*) FROM delta) - (SELECT count(*) FROM changed) INTO v_done;
  IF v_done <> 0 THEN
    RAISE EXCEPTION 'there is nothing to take there' USING ERRCODE = 'OW013';
  END IF;

  -- 6. A serial is in one place.
  PERFORM FROM lot WHERE lot.is_serial AND lot.id IN (SELECT m.lot_id FROM new_move m)
    ORDER BY lot.id FOR NO KEY UPDATE;
  SELECT l.code INTO bad
    FROM lot l JOIN stock_balance b ON b.lot_id = l.id
   WHERE l.is_serial AND l.id IN (SELECT m.lot_id FROM new_move m)
   GROUP BY l.id, l.code HAVING sum(b.on_hand) > 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'serial % is already in stock', bad.code USING ERRCODE = 'OW014';
  END IF;

  -- 7. What left for, or came back from, the customer.
  UPDATE sales_order_line l
     SET packed = l.packed + d.packed, returned = l.returned + d.returned
    FROM (SELECT m.order_line_id,
                 sum(CASE WHEN m.reason IN ('pack', 'brought_forward') THEN m.quantity
                          WHEN m.reason = 'unpack' THEN -m.quantity ELSE 0 END) AS packed,
                 sum(CASE WHEN m.reason = 'return' THEN m.quantity ELSE 0 END) AS returned
            FROM new_move m
           WHERE m.reason IN ('pack', 'brought_forward', 'unpack', 'return')
             AND m.order_line_id IS NOT NULL
           GROUP BY 1) d
   WHERE l.id = d.order_line_id;

  --    Nothing comes back that did not leave so, and only the line's own item counts on it.
  SELECT s.number INTO bad
    FROM new_move m
    JOIN sales_order_line l ON l.id = m.order_line_id
    LEFT JOIN shipment s ON s.id = m.shipment_id
   WHERE m.reason IN ('pack', 'unpack', 'return', 'brought_forward')
     AND (l.item_id <> m.item_id OR s.order_id <> l.order_id)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'goods of one order line are booked on another' USING ERRCODE = 'OW019';
  END IF;
  SELECT s.number INTO bad
    FROM (SELECT DISTINCT shipment_id FROM new_move
           WHERE shipment_id IS NOT NULL AND reason IN ('unpack', 'return')) n
    JOIN stock_move m ON m.shipment_id = n.shipment_id
    JOIN shipment s ON s.id = n.shipment_id
   GROUP BY s.id, s.number, m.order_line_id, m.item_id, m.lot_id
  HAVING sum(CASE WHEN m.reason IN ('unpack', 'return') THEN -m.quantity
                  ELSE m.quantity END) < 0
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'more would come back of shipment % than left with it', bad.number
      USING ERRCODE = 'OW019';
  END IF;

  -- 8. Promises that travelled, or came back to go out again (un-packed, or returned into a
  --    lane to be delivered once more), arrive.
  INSERT INTO allocation (order_line_id, item_id, lot_id, location_id, carton_id, quantity)
  SELECT m.order_line_id, m.item_id, m.lot_id, m.to_location_id, m.carton_id, sum(m.quantity)
    FROM new_move m JOIN location t ON t.id = m.to_location_id
   WHERE (m.allocation_id IS NOT NULL OR m.reason = 'unpack'
          OR (m.reason = 'return' AND t.kind = 'staging'))
     AND t.kind NOT IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
   GROUP BY 1, 2, 3, 4, 5
   ORDER BY 1, 2, 4, 3, 5
  ON CONFLICT (order_line_id, item_id, location_id, lot_id, carton_id)
  DO UPDATE SET quantity = allocation.quantity + excluded.quantity;

  -- 9. A carton is where its goods are, and in one place.
  UPDATE carton c SET location_id = m.to_location_id
    FROM (SELECT DISTINCT nm.carton_id, nm.to_location_id FROM new_move nm
            JOIN location t ON t.id = nm.to_location_id
           WHERE nm.carton_id IS NOT NULL AND t.kind NOT IN
             ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')) m
   WHERE c.id = m.carton_id AND c.location_id <> m.to_location_id;
  SELECT a.carton_id INTO bad FROM allocation a
   WHERE a.carton_id IN (SELECT m.carton_id FROM new_move m)
   GROUP BY 1 HAVING count(DISTINCT a.location_id) > 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'carton % would be in two places', bad.carton_id USING ERRCODE = 'OW015';
  END IF;
  SELECT c.sscc INTO bad
    FROM new_move m
    JOIN carton c ON c.id = m.carton_id
    JOIN sales_order_line l ON l.id = m.order_line_id
   WHERE c.order_id <> l.order_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'carton % is of another order', bad.sscc USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER stock_move_applies AFTER INSERT ON stock_move
  REFERENCING NEW TABLE AS new_move FOR EACH STATEMENT EXECUTE FUNCTION apply_moves();

-- What a change of promises does to balances and to the quantities on order lines.
CREATE FUNCTION apply_promises(p_sign int, p_changed allocation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_missing bigint;
BEGIN
  WITH delta AS (
    SELECT a.item_id, a.lot_id, a.location_id, p_sign * sum(a.quantity) AS quantity
      FROM unnest(p_changed) a GROUP BY 1, 2, 3),
  done AS (
    UPDATE stock_balance b SET allocated = b.allocated + d.quantity
      FROM delta d
     WHERE b.item_id = d.item_id AND b.location_id = d.location_id
       AND b.lot_id IS NOT DISTINCT FROM d.lot_id
    RETURNING 1)
  SELECT (SELECT count(*) FROM delta) - (SELECT count(*) FROM done) INTO v_missing;
  IF v_missing <> 0 THEN
    RAISE EXCEPTION 'there is nothing to promise there' USING ERRCODE = 'OW013';
  END IF;
  UPDATE sales_order_line l
     SET allocated = l.allocated + d.allocated, staged = l.staged + d.staged,
         loaded = l.loaded + d.loaded, boxed = l.boxed + d.boxed
    FROM (SELECT a.order_line_id,
                 p_sign * sum(a.quantity) AS allocated,
                 p_sign * coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'staging'), 0)
                   AS staged,
                 p_sign * coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'truck'), 0) AS loaded,
                 p_sign * coalesce(sum(a.quantity) FILTER (
                   WHERE p.kind = 'truck' OR a.carton_id IS NOT NULL), 0) AS boxed
            FROM unnest(p_changed) a JOIN location p ON p.id = a.location_id
           GROUP BY 1) d
   WHERE l.id = d.order_line_id;
END $$;

CREATE FUNCTION allocations_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  bad record;
  v_today date := (now() AT TIME ZONE (SELECT time_zone FROM company))::date;
BEGIN
  PERFORM require_command(ARRAY(SELECT DISTINCT a.command_id FROM new_allocation a));
  -- A promise is to a confirmed line of that item, in the order's warehouse, of goods that may
  -- be sold; goods already promised (pg_trigger_depth > 1: they travel) keep their promise.
  SELECT o.number, i.number AS item, p.code, o.state INTO bad
    FROM new_allocation a
    JOIN sales_order_line l ON l.id = a.order_line_id
    JOIN sales_order o ON o.id = l.order_id
    JOIN item i ON i.id = a.item_id
    JOIN location p ON p.id = a.location_id
    LEFT JOIN lot t ON t.id = a.lot_id
   WHERE l.item_id <> a.item_id
      OR o.state <> 'confirmed'
      OR p.kind IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
      OR p.warehouse_id <> o.warehouse_id
      OR (pg_trigger_depth() = 1
          AND (a.carton_id IS NOT NULL OR NOT (p.is_pickable OR p.kind = 'packing')))
      OR (pg_trigger_depth() = 1
          AND (t.blocked_reason IS NOT NULL OR t.expires_on < v_today))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'item % at % cannot be promised to order % (%)',
      bad.item, bad.code, bad.number, bad.state USING ERRCODE = 'OW017';
  END IF;
  PERFORM apply_promises(1, ARRAY(SELECT ROW(a.*)::allocation FROM new_allocation a));
  RETURN NULL;
END $$;

CREATE FUNCTION allocations_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_command(ARRAY[current_command_id()]);
  PERFORM apply_promises(-1, ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  PERFORM cancel_unbacked_picks(ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  RETURN NULL;
END $$;

CREATE FUNCTION allocations_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_command(ARRAY[current_command_id()]);
  IF EXISTS (
    SELECT FROM new_allocation n JOIN old_allocation o USING (id)
     WHERE (n.order_line_id, n.item_id, n.location_id) <>
           (o.order_line_id, o.item_id, o.location_id)
        OR n.lot_id IS DISTINCT FROM o.lot_id OR n.carton_id IS DISTINCT FROM o.carton_id)
  THEN
    RAISE EXCEPTION 'a promise changes place only by a move' USING ERRCODE = 'OW018';
  END IF;
  PERFORM apply_promises(-1, ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  PERFORM apply_promises(1, ARRAY(SELECT ROW(a.*)::allocation FROM new_allocation a));
  PERFORM cancel_unbacked_picks(ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  RETURN NULL;
END $$;

-- Allocated goods on an open picklist line are bound to it: less promise there, no line.
CREATE FUNCTION cancel_unbacked_picks(p_changed allocation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_lists bigint[];
BEGIN
  WITH stale AS (
    UPDATE picklist_line k SET state = 'cancelled', reason = 'released'
     WHERE k.state = 'open'
       AND EXISTS (
         SELECT FROM unnest(p_changed) a
          WHERE a.order_line_id = k.order_line_id AND a.item_id = k.item_id
            AND a.location_id = k.location_id AND a.lot_id IS NOT DISTINCT FROM k.lot_id)
       AND k.quantity - k.picked > coalesce((
         SELECT sum(a.quantity) FROM allocation a
          WHERE a.order_line_id = k.order_line_id AND a.item_id = k.item_id
            AND a.location_id = k.location_id AND a.lot_id IS NOT DISTINCT FROM k.lot_id), 0)
    RETURNING k.picklist_id)
  SELECT array_agg(DISTINCT picklist_id) INTO v_lists FROM stale;
  IF v_lists IS NOT NULL THEN
    UPDATE picklist p SET state = 'cancelled'
     WHERE p.id = ANY (v_lists) AND p.state = 'open'
       AND NOT EXISTS (SELECT FROM picklist_line k WHERE k.picklist_id = p.id
                         AND k.state IN ('open', 'picked'));
    UPDATE picklist p SET state = 'done'
     WHERE p.id = ANY (v_lists) AND p.state = 'open'
       AND NOT EXISTS (SELECT FROM picklist_line k WHERE k.picklist_id = p.id
                         AND k.state = 'open');
  END IF;
END $$;

CREATE TRIGGER allocation_added AFTER INSERT ON allocation
  REFERENCING NEW TABLE AS new_allocation
  FOR EACH STATEMENT EXECUTE FUNCTION allocations_added();
CREATE TRIGGER allocation_removed AFTER DELETE ON allocation
  REFERENCING OLD TABLE AS old_allocation
  FOR EACH STATEMENT EXECUTE FUNCTION allocations_removed();
CREATE TRIGGER allocation_changed AFTER UPDATE ON allocation
  REFERENCING OLD TABLE AS old_allocation NEW TABLE AS new_allocation
  FOR EACH STATEMENT EXECUTE FUNCTION allocations_changed();

-- Who changes where an order goes makes the labels of its closed cartons stale.
CREATE FUNCTION mark_labels_stale(p_order bigint) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE carton SET is_label_stale = true WHERE order_id = p_order AND state = 'closed'
$$;
