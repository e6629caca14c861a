-- What an order says it comes to is what its lines, charges and taxes come to, whoever writes them.

-- Where a command has written amounts: noted while it writes, gone when it is answered. A row
-- never outlives its transaction, so nothing of it needs to be logged.
CREATE UNLOGGED TABLE order_to_add_up (
  xid XID8 DEFAULT pg_current_xact_id() NOT NULL,
  order_id BIGINT NOT NULL,
  CONSTRAINT pk_order_to_add_up PRIMARY KEY (xid, order_id)
);

-- Which command is at work is not asked of the session, which may say anything meanwhile. The
-- owner of the data folder may be at work without one.
CREATE FUNCTION note_orders_to_add_up(p_orders bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM command c WHERE c.xid = pg_current_xact_id()) THEN
    INSERT INTO order_to_add_up (order_id) SELECT DISTINCT o FROM unnest(p_orders) o
    ON CONFLICT DO NOTHING;
  END IF;
END $$;

-- Heads, and rows that change: few at a time.
CREATE FUNCTION order_is_to_add_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF tg_table_name = 'sales_order' THEN
    PERFORM note_orders_to_add_up(ARRAY[new.id]);
  ELSIF tg_op = 'INSERT' THEN
    PERFORM note_orders_to_add_up(ARRAY[new.order_id]);
  ELSIF tg_op = 'DELETE' THEN
    PERFORM note_orders_to_add_up(ARRAY[old.order_id]);
  ELSE
    PERFORM note_orders_to_add_up(ARRAY[old.order_id, new.order_id]);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER order_is_to_add_up AFTER INSERT ON sales_order
  FOR EACH ROW EXECUTE FUNCTION order_is_to_add_up();
CREATE TRIGGER order_is_to_add_up_anew
  AFTER UPDATE OF goods_amount, charges_amount, tax_amount, total_amount, prices_include_tax
  ON sales_order FOR EACH ROW
  WHEN ((new.goods_amount, new.charges_amount, new.tax_amount, new.total_amount,
         new.prices_include_tax)
        IS DISTINCT FROM (old.goods_amount, old.charges_amount, old.tax_amount, old.total_amount,
                          old.prices_include_tax))
  EXECUTE FUNCTION order_is_to_add_up();
CREATE TRIGGER order_is_to_add_up AFTER UPDATE OF order_id, amount, order_discount
  ON sales_order_line FOR EACH ROW
  WHEN ((new.order_id, new.amount, new.order_discount)
        IS DISTINCT FROM (old.order_id, old.amount, old.order_discount))
  EXECUTE FUNCTION order_is_to_add_up();
CREATE TRIGGER order_is_to_add_up
  AFTER INSERT OR DELETE OR UPDATE OF order_id, line_id, amount ON order_charge
  FOR EACH ROW EXECUTE FUNCTION order_is_to_add_up();
CREATE TRIGGER order_is_to_add_up AFTER UPDATE ON order_tax
  FOR EACH ROW EXECUTE FUNCTION order_is_to_add_up();

-- Rows that come and go: as many as an order has lines.
CREATE OR REPLACE FUNCTION order_lines_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_orders bigint[] := ARRAY(SELECT DISTINCT n.order_id FROM new_line n);
BEGIN
  PERFORM note_orders_to_add_up(v_orders);
  PERFORM refresh_orders(v_orders);
  RETURN NULL;
END $$;
CREATE FUNCTION order_lines_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_orders bigint[] := ARRAY(SELECT DISTINCT o.order_id FROM old_line o);
BEGIN
  PERFORM note_orders_to_add_up(v_orders);
  PERFORM refresh_orders(v_orders);
  RETURN NULL;
END $$;
DROP TRIGGER order_line_removed ON sales_order_line;
CREATE TRIGGER order_line_removed AFTER DELETE ON sales_order_line
  REFERENCING OLD TABLE AS old_line FOR EACH STATEMENT EXECUTE FUNCTION order_lines_removed();
CREATE FUNCTION order_taxes_came() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM note_orders_to_add_up(ARRAY(SELECT DISTINCT t.order_id FROM changed_tax t));
  RETURN NULL;
END $$;
CREATE TRIGGER order_tax_came AFTER INSERT ON order_tax
  REFERENCING NEW TABLE AS changed_tax FOR EACH STATEMENT EXECUTE FUNCTION order_taxes_came();
CREATE TRIGGER order_tax_went AFTER DELETE ON order_tax
  REFERENCING OLD TABLE AS changed_tax FOR EACH STATEMENT EXECUTE FUNCTION order_taxes_came();

-- Orders that the command has written amounts of, all at once. Nothing is written after it is
-- answered, and nothing is committed before.
CREATE FUNCTION orders_add_up() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_orders bigint[];
  v_number text;
BEGIN
  WITH noted AS (
    DELETE FROM order_to_add_up d WHERE d.xid = pg_current_xact_id() RETURNING d.order_id)
  SELECT array_agg(order_id) INTO v_orders FROM noted;
  IF v_orders IS NULL THEN
    RETURN;
  END IF;
  SELECT o.number INTO v_number
    FROM unnest(v_orders) n(id)
    JOIN sales_order o ON o.id = n.id
    CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount - l.order_discount), 0) AS goods
                          FROM sales_order_line l WHERE l.order_id = n.id) g
    CROSS JOIN LATERAL (SELECT coalesce(sum(c.amount), 0) AS charges,
                               count(*) FILTER (WHERE l.order_id <> n.id) AS strange
                          FROM order_charge c LEFT JOIN sales_order_line l ON l.id = c.line_id
                         WHERE c.order_id = n.id) c
    CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0) AS tax,
                               count(*) FILTER (WHERE l.order_id <> n.id
                                                   OR k.order_id <> n.id) AS strange
                          FROM order_tax t
                          LEFT JOIN sales_order_line l ON l.id = t.line_id
                          LEFT JOIN order_charge k ON k.id = t.charge_id
                         WHERE t.order_id = n.id) x
   WHERE c.strange > 0 OR x.strange > 0
      OR (o.goods_amount, o.charges_amount, o.tax_amount, o.total_amount)
         <> (g.goods, c.charges, x.tax,
             g.goods + c.charges + CASE WHEN o.prices_include_tax THEN 0 ELSE x.tax END)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % does not say what its lines, charges and taxes come to', v_number
      USING ERRCODE = 'OW026';
  END IF;
END $$;

-- The last statement of every command: its answer, and one event saying what it touched.
CREATE OR REPLACE FUNCTION finish_command(p_id uuid, p_result jsonb, p_touched jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_event bigint;
BEGIN
  -- Every window reads these pairs; one that is none would be in the way of all that follow.
  IF EXISTS (SELECT FROM jsonb_array_elements(p_touched) t
              WHERE jsonb_typeof(t) <> 'array' OR jsonb_array_length(t) <> 2
                 OR jsonb_typeof(t -> 0) <> 'string' OR jsonb_typeof(t -> 1) <> 'number') THEN
    RAISE EXCEPTION 'what was touched is pairs of a kind and an id' USING ERRCODE = 'OW005';
  END IF;
  PERFORM orders_add_up();
  UPDATE command c SET result = coalesce(p_result, 'null'::jsonb)
   WHERE c.id = p_id AND c.xid = pg_current_xact_id() AND c.login = session_user
     AND c.result IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'command % is not claimed in this transaction', p_id USING ERRCODE = 'OW005';
  END IF;
  INSERT INTO event (command_id, touched) VALUES (p_id, p_touched) RETURNING id INTO v_event;
  INSERT INTO event_touch (kind, subject_id, event_id)
  SELECT DISTINCT t ->> 0, (t ->> 1)::bigint, v_event FROM jsonb_array_elements(p_touched) t;
  RETURN v_event;
END $$;

REVOKE EXECUTE ON FUNCTION note_orders_to_add_up(bigint[]), order_is_to_add_up(),
  order_lines_removed(), order_taxes_came(), orders_add_up() FROM PUBLIC;
