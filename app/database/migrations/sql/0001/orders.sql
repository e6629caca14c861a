-- The state and status of orders, derived from their lines, one way.

CREATE FUNCTION refresh_orders(p_orders bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE sales_order o
     SET state = d.state, status = d.status, is_short = d.is_short
    FROM (
      SELECT s.id, s.state,
             CASE
               WHEN s.state IN ('draft', 'cancelled', 'closed') THEN s.state
               WHEN s.open = 0 THEN 'packed'
               WHEN s.packed > 0 THEN 'part_packed'
               WHEN s.loaded > 0 THEN CASE WHEN s.loaded >= s.open THEN 'loaded'
                                           ELSE 'part_loaded' END
               WHEN s.staged > 0 THEN CASE WHEN s.staged >= s.open THEN 'staged'
                                           ELSE 'part_staged' END
               WHEN s.allocated > 0 THEN CASE WHEN s.allocated >= s.open THEN 'allocated'
                                              ELSE 'part_allocated' END
               ELSE 'waiting'
             END AS status,
             s.state = 'confirmed' AND s.backordered > 0 AS is_short
        FROM (
          SELECT o.id,
                 CASE
                   WHEN o.state = 'confirmed' AND t.lines > 0 AND t.unfinished = 0 THEN 'closed'
                   WHEN o.state = 'closed' AND (t.lines = 0 OR t.unfinished > 0) THEN 'confirmed'
                   ELSE o.state
                 END AS state,
                 t.*
            FROM sales_order o
            CROSS JOIN LATERAL (
              SELECT count(*) AS lines,
                     count(*) FILTER (
                       WHERE l.open > 0 OR l.allocated > 0 OR l.invoiceable > 0
                          OR l.drop_ordered > l.drop_confirmed) AS unfinished,
                     coalesce(sum(l.open), 0) AS open,
                     coalesce(sum(l.packed - l.returned), 0) AS packed,
                     coalesce(sum(l.loaded), 0) AS loaded,
                     coalesce(sum(l.staged), 0) AS staged,
                     coalesce(sum(l.allocated), 0) AS allocated,
                     coalesce(sum(l.backordered), 0) AS backordered
                FROM sales_order_line l WHERE l.order_id = o.id) t
           WHERE o.id = ANY (p_orders)) s) d
   WHERE o.id = d.id
     AND (o.state, o.status, o.is_short) IS DISTINCT FROM (d.state, d.status, d.is_short);
END $$;

CREATE FUNCTION order_lines_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM refresh_orders(ARRAY(SELECT DISTINCT n.order_id FROM new_line n));
  RETURN NULL;
END $$;

CREATE FUNCTION order_lines_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM refresh_orders(ARRAY(SELECT DISTINCT o.order_id FROM old_line o));
  RETURN NULL;
END $$;

CREATE TRIGGER order_line_added AFTER INSERT ON sales_order_line
  REFERENCING NEW TABLE AS new_line FOR EACH STATEMENT EXECUTE FUNCTION order_lines_added();
CREATE TRIGGER order_line_changed AFTER UPDATE ON sales_order_line
  REFERENCING OLD TABLE AS old_line FOR EACH STATEMENT EXECUTE FUNCTION order_lines_changed();
CREATE TRIGGER order_line_removed AFTER DELETE ON sales_order_line
  REFERENCING OLD TABLE AS old_line FOR EACH STATEMENT EXECUTE FUNCTION order_lines_changed();

-- People confirm, cancel and reopen; closing belongs to the lines.
CREATE FUNCTION order_state_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF pg_trigger_depth() = 1
     AND (old.state, new.state) NOT IN (('draft', 'confirmed'), ('draft', 'cancelled'),
                                        ('confirmed', 'cancelled'), ('cancelled', 'draft'))
  THEN
    RAISE EXCEPTION 'order % cannot go from % to %', old.number, old.state, new.state
      USING ERRCODE = 'OW020';
  END IF;
  IF new.state = 'cancelled' AND EXISTS (
       SELECT FROM sales_order_line l WHERE l.order_id = new.id AND l.allocated > 0)
  THEN
    RAISE EXCEPTION 'order % still has goods promised to it', old.number USING ERRCODE = 'OW021';
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION order_state_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  -- Not a join: that is planned for one row, and the tables here may have thousands.
  v_orders bigint[] := ARRAY(
    SELECT d.id FROM (SELECT id, state FROM new_order EXCEPT SELECT id, state FROM old_order) d);
BEGIN
  IF cardinality(v_orders) > 0 THEN
    PERFORM refresh_orders(v_orders);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER order_state_is_legal BEFORE UPDATE OF state ON sales_order
  FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state)
  EXECUTE FUNCTION order_state_changes();
CREATE TRIGGER order_state_refreshes AFTER UPDATE ON sales_order
  REFERENCING OLD TABLE AS old_order NEW TABLE AS new_order
  FOR EACH STATEMENT EXECUTE FUNCTION order_state_changed();
-- An order starts as a draft, whoever inserts it.
CREATE FUNCTION order_starts_as_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.state <> 'draft' THEN
    RAISE EXCEPTION 'an order starts as a draft' USING ERRCODE = 'OW020';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER order_is_new BEFORE INSERT ON sales_order
  FOR EACH ROW EXECUTE FUNCTION order_starts_as_draft();
