-- What an order is about stays once its goods are promised or gone.
CREATE FUNCTION order_is_about_the_same() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.warehouse_id <> old.warehouse_id AND EXISTS (
       SELECT FROM sales_order_line l WHERE l.order_id = old.id AND l.allocated > 0)
  THEN
    RAISE EXCEPTION 'goods of order % are promised where they lie', old.number
      USING ERRCODE = 'OW021';
  END IF;
  IF (new.customer_id, new.currency, new.prices_include_tax)
       <> (old.customer_id, old.currency, old.prices_include_tax)
     AND EXISTS (
       SELECT FROM sales_order_line l WHERE l.order_id = old.id
          AND (l.packed > 0 OR l.drop_ordered > 0 OR l.performed > 0 OR l.invoiced > 0))
  THEN
    RAISE EXCEPTION 'order % is delivered in part and stays the customer''s', old.number
      USING ERRCODE = 'OW022';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER order_is_about_the_same
  BEFORE UPDATE OF customer_id, warehouse_id, currency, prices_include_tax ON sales_order
  FOR EACH ROW WHEN (
    (new.customer_id, new.warehouse_id, new.currency, new.prices_include_tax)
    IS DISTINCT FROM (old.customer_id, old.warehouse_id, old.currency, old.prices_include_tax))
  EXECUTE FUNCTION order_is_about_the_same();

-- A prospect has no confirmed orders, and an order without lines is none.
CREATE FUNCTION order_may_be_confirmed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM customer c WHERE c.id = new.customer_id AND c.kind = 'customer') THEN
    RAISE EXCEPTION 'order % is a prospect''s', old.number USING ERRCODE = 'OW020';
  END IF;
  IF NOT EXISTS (SELECT FROM sales_order_line l WHERE l.order_id = new.id) THEN
    RAISE EXCEPTION 'order % has no lines', old.number USING ERRCODE = 'OW020';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER order_may_be_confirmed BEFORE UPDATE OF state ON sales_order
  FOR EACH ROW WHEN (old.state = 'draft' AND new.state = 'confirmed')
  EXECUTE FUNCTION order_may_be_confirmed();

CREATE FUNCTION customer_stays_one() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM sales_order o WHERE o.customer_id = new.id
                AND o.state IN ('confirmed', 'closed')) THEN
    RAISE EXCEPTION 'customer % has confirmed orders and is no prospect', new.number
      USING ERRCODE = 'OW020';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER customer_stays_one BEFORE UPDATE OF kind ON customer
  FOR EACH ROW WHEN (old.kind = 'customer' AND new.kind = 'prospect')
  EXECUTE FUNCTION customer_stays_one();
REVOKE EXECUTE ON FUNCTION order_is_about_the_same(), order_may_be_confirmed(),
  customer_stays_one() FROM PUBLIC;

-- Imported orders bring numbers of their own, which may be our next one: then the one after it.
CREATE FUNCTION next_order_number() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_number text;
BEGIN
  LOOP
    v_number := 'SO-' || nextval('sales_order_number');
    EXIT WHEN NOT EXISTS (SELECT FROM sales_order o WHERE o.number = v_number);
  END LOOP;
  RETURN v_number;
END $$;
REVOKE EXECUTE ON FUNCTION next_order_number() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_order_number() TO {p}_sales;
ALTER TABLE sales_order ALTER COLUMN number SET DEFAULT next_order_number();
