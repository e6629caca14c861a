-- Who waits for an order finds other cartons and picklists than when the waiting began: those
-- would be locked after the order, against the one order of locks, and two could wait for each
-- other for ever.

-- Locks what hangs on orders, in the one order of locks: their open picklists, their cartons that
-- have not left and these, the orders. What came meanwhile is not locked late: all is let go (an
-- exception ends the subtransaction and its locks) and taken anew.
CREATE FUNCTION lock_what_hangs_on(p_orders bigint[], p_cartons bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_picklists bigint[];
  v_cartons bigint[];
BEGIN
  LOOP
    v_picklists := ARRAY(
      SELECT DISTINCT k.picklist_id FROM picklist_line k
        JOIN sales_order_line l ON l.id = k.order_line_id
       WHERE l.order_id = ANY (p_orders) AND k.state = 'open');
    v_cartons := p_cartons || ARRAY(
      SELECT c.id FROM carton c WHERE c.order_id = ANY (p_orders) AND c.state <> 'packed');
    BEGIN
      PERFORM FROM picklist p WHERE p.id = ANY (v_picklists) ORDER BY p.id FOR NO KEY UPDATE;
      PERFORM FROM carton c WHERE c.id = ANY (v_cartons) ORDER BY c.id FOR NO KEY UPDATE;
      PERFORM FROM sales_order o WHERE o.id = ANY (p_orders) ORDER BY o.id FOR NO KEY UPDATE;
      IF EXISTS (SELECT FROM carton c WHERE c.order_id = ANY (p_orders) AND c.state <> 'packed'
                    AND c.id <> ALL (v_cartons))
         OR EXISTS (SELECT FROM picklist_line k JOIN sales_order_line l ON l.id = k.order_line_id
                     WHERE l.order_id = ANY (p_orders) AND k.state = 'open'
                       AND k.picklist_id <> ALL (v_picklists)) THEN
        RAISE EXCEPTION 'something came meanwhile' USING ERRCODE = 'OW007';
      END IF;
      RETURN;
    EXCEPTION WHEN SQLSTATE 'OW007' THEN
      NULL;
    END;
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION lock_what_hangs_on(bigint[], bigint[]) FROM PUBLIC;

-- Locks all that hangs on the goods of orders, and answers as lock_allocations. For steps that may
-- end picklist lines or carry cartons along.
CREATE OR REPLACE FUNCTION lock_goods(p_orders bigint[]) RETURNS TABLE (
  id bigint, order_id bigint, order_number text, state text, hold_code text, customer_id bigint,
  warehouse_id bigint, lane_id bigint, line_id bigint, line_no bigint, item_id bigint,
  item_number text, lot_id bigint, location_id bigint, location_code text, location_kind text,
  carton_id bigint, quantity numeric
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM lock_what_hangs_on(p_orders, '{}');
  RETURN QUERY SELECT * FROM lock_allocations(p_orders);
END $$;

-- Locks all that hangs on an order at the bench, and answers with its cartons and these.
CREATE OR REPLACE FUNCTION lock_bench(p_order bigint, p_cartons bigint[]) RETURNS SETOF carton
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM lock_what_hangs_on(ARRAY[p_order], p_cartons);
  RETURN QUERY
  SELECT c.* FROM carton c
   WHERE c.id = ANY (p_cartons) OR (c.order_id = p_order AND c.state <> 'packed') ORDER BY c.id;
END $$;
