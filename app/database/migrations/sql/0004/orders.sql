-- Orders.

-- Planned once: it runs several times in nearly every command, and one plan serves any number.
CREATE OR REPLACE FUNCTION refresh_orders(p_orders bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
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
