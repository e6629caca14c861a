-- The ledger and promises: what leaves and comes back, what may be promised, who takes it back.

-- What every insert into the ledger does, for all its rows at once.
CREATE OR REPLACE FUNCTION apply_moves() RETURNS trigger
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

  --    Between warehouses goods go by truck or in transit, where they belong to neither.
  SELECT f.code AS from_code, t.code AS to_code INTO bad
    FROM (SELECT DISTINCT from_location_id, to_location_id FROM new_move) m
    JOIN location f ON f.id = m.from_location_id
    JOIN location t ON t.id = m.to_location_id
   WHERE f.warehouse_id <> t.warehouse_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% and % are in different warehouses', bad.from_code, bad.to_code
      USING ERRCODE = 'OW018';
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
       OR l.is_serial <> (i.tracking = 'serial')
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

  --    A hold stops what its code says.
  SELECT o.number, o.hold_code INTO bad
    FROM new_move m
    JOIN sales_order_line l ON l.id = m.order_line_id
    JOIN sales_order o ON o.id = l.order_id
    JOIN hold_code h ON h.code = o.hold_code
   WHERE (m.reason = 'pick' AND h.stops_picking) OR (m.reason = 'pack' AND h.stops_packing)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % is on hold (%)', bad.number, bad.hold_code USING ERRCODE = 'OW024';
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

  --    Goods leave and come back for an order line, with a shipment of its order; only the line's
  --    own item counts on it, and nothing leaves for a draft or with a shipment that came back.
  SELECT s.number INTO bad
    FROM new_move m
    LEFT JOIN sales_order_line l ON l.id = m.order_line_id
    LEFT JOIN sales_order o ON o.id = l.order_id
    LEFT JOIN shipment s ON s.id = m.shipment_id
   WHERE m.reason IN ('pack', 'unpack', 'return', 'brought_forward')
     AND (l.id IS NULL OR s.id IS NULL OR l.item_id <> m.item_id OR s.order_id <> l.order_id
       OR (m.reason = 'pack' AND (o.state IN ('draft', 'cancelled') OR s.state <> 'packed')))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'goods without an order line and its shipment, or booked on another'
      USING ERRCODE = 'OW019';
  END IF;
  --    Nothing comes back that did not leave so.
  SELECT s.number INTO bad
    FROM (SELECT DISTINCT shipment_id FROM new_move
           WHERE shipment_id IS NOT NULL AND reason IN ('unpack', 'return')) n
    JOIN stock_move m ON m.shipment_id = n.shipment_id
    JOIN shipment s ON s.id = n.shipment_id
   GROUP BY s.id, s.number, m.order_line_id, m.item_id, m.lot_id, m.serial
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
  --    Nothing goes into or out of a carton that is away, but what is away with it.
  SELECT c.sscc INTO bad
    FROM new_move m JOIN carton c ON c.id = m.carton_id
   WHERE c.state = 'packed' AND (m.reason NOT IN ('pack', 'unpack', 'unreturn')
                                 OR m.shipment_id IS DISTINCT FROM c.shipment_id)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'carton % has left', bad.sscc USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;

-- A promise is to a confirmed line of that item that no hold stops, in the order's warehouse, of
-- goods that may be sold; goods already promised (they travel: a trigger below a trigger) keep
-- their promise.
CREATE FUNCTION only_what_may_be_promised(p_new allocation[]) RETURNS void
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

CREATE OR REPLACE FUNCTION allocations_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_new allocation[] := ARRAY(SELECT ROW(a.*)::allocation FROM new_allocation a);
BEGIN
  PERFORM require_command(ARRAY(SELECT DISTINCT a.command_id FROM new_allocation a));
  PERFORM only_what_may_be_promised(v_new);
  PERFORM apply_promises(1, v_new);
  RETURN NULL;
END $$;

-- Goods in a lane, on a bench, in a carton or on a truck stay promised until the floor has moved
-- them: whoever is not of the floor takes back only what lies in its bin.
CREATE FUNCTION only_the_floor_takes_back(p_taken allocation[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Deeper than the trigger itself, a move carries the promise along.
  IF pg_trigger_depth() = 1 AND NOT pg_has_role(session_user, role_of('floor'), 'MEMBER')
     AND EXISTS (
       SELECT FROM unnest(p_taken) a JOIN location p ON p.id = a.location_id
        WHERE a.carton_id IS NOT NULL OR p.kind NOT IN ('storage', 'counter'))
  THEN
    RAISE EXCEPTION 'goods that have moved are given back by the floor' USING ERRCODE = '42501';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION allocations_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM require_command(ARRAY[current_command_id()]);
  PERFORM only_the_floor_takes_back(ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  PERFORM apply_promises(-1, ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  PERFORM cancel_unbacked_picks(ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION allocations_changed() RETURNS trigger
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
  PERFORM only_the_floor_takes_back(ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  IF pg_trigger_depth() = 1 THEN
    PERFORM only_what_may_be_promised(ARRAY(
      SELECT ROW(n.*)::allocation FROM new_allocation n JOIN old_allocation o ON o.id = n.id
       WHERE n.quantity > o.quantity));
  END IF;
  PERFORM apply_promises(-1, ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  PERFORM apply_promises(1, ARRAY(SELECT ROW(a.*)::allocation FROM new_allocation a));
  PERFORM cancel_unbacked_picks(ARRAY(SELECT ROW(a.*)::allocation FROM old_allocation a));
  RETURN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION only_what_may_be_promised(allocation[]),
  only_the_floor_takes_back(allocation[]) FROM PUBLIC;
