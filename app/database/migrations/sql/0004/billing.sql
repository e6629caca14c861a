-- Invoices say what their rows say, and are of their order.

-- What is posted says what its rows say, or was invoiced elsewhere for goods that left before.
CREATE FUNCTION invoice_adds_up(p_invoice invoice) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_goods numeric; v_charges numeric; v_tax numeric; v_rows bigint;
BEGIN
  SELECT count(*), coalesce(sum(l.amount - l.order_discount), 0) INTO v_rows, v_goods
    FROM invoice_line l WHERE l.invoice_id = p_invoice.id;
  IF p_invoice.kind = 'opening' THEN
    IF EXISTS (SELECT FROM invoice_line x WHERE x.invoice_id = p_invoice.id
                  AND NOT EXISTS (SELECT FROM stock_move m WHERE m.order_line_id = x.order_line_id
                                     AND m.reason = 'brought_forward'))
       OR v_rows = 0 THEN
      RAISE EXCEPTION 'only what was brought forward was invoiced elsewhere'
        USING ERRCODE = 'OW032';
    END IF;
    RETURN;
  END IF;
  SELECT v_rows + count(*), coalesce(sum(c.amount), 0) INTO v_rows, v_charges
    FROM invoice_charge c WHERE c.invoice_id = p_invoice.id;
  SELECT coalesce(sum(t.amount), 0) INTO v_tax
    FROM invoice_tax t WHERE t.invoice_id = p_invoice.id;
  IF v_rows = 0 OR (p_invoice.goods_amount, p_invoice.charges_amount, p_invoice.tax_amount,
                    p_invoice.total_amount)
       <> (v_goods, v_charges, v_tax,
           v_goods + v_charges + CASE WHEN p_invoice.prices_include_tax THEN 0 ELSE v_tax END) THEN
    RAISE EXCEPTION 'the invoice does not say what its lines come to' USING ERRCODE = 'OW032';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION invoice_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF old.state = 'posted' THEN
    RAISE EXCEPTION 'invoice % is posted and does not change', old.number
      USING ERRCODE = 'OW030';
  END IF;
  IF tg_op = 'DELETE' THEN
    RETURN old;
  END IF;
  IF new.state = 'posted' THEN
    PERFORM invoice_adds_up(new);
    new.posted_at := now();
    new.posted_by := (SELECT c.operator FROM command c WHERE c.id = current_command_id());
    IF new.kind = 'invoice' THEN
      UPDATE number_series s SET next = s.next + 1 WHERE s.code = 'invoice'
        RETURNING s.prefix || (s.next - 1) INTO new.number;
    END IF;
  ELSIF new.number IS NOT NULL THEN
    RAISE EXCEPTION 'an invoice number is given by posting' USING ERRCODE = 'OW031';
  END IF;
  RETURN new;
END $$;

CREATE OR REPLACE FUNCTION invoice_starts_as_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_order record;
BEGIN
  IF new.state <> 'draft' OR new.number IS NOT NULL THEN
    RAISE EXCEPTION 'an invoice starts as a draft without a number' USING ERRCODE = 'OW031';
  END IF;
  SELECT o.number, o.hold_code, (o.customer_id, o.currency, o.exchange_rate, o.prices_include_tax)
           = (new.customer_id, new.currency, new.exchange_rate, new.prices_include_tax) AS is_its,
         new.kind = 'invoice' AND coalesce(h.stops_invoicing, false) AS is_stopped
    INTO v_order
    FROM sales_order o LEFT JOIN hold_code h ON h.code = o.hold_code WHERE o.id = new.order_id;
  IF v_order.is_stopped THEN
    RAISE EXCEPTION 'order % is on hold (%)', v_order.number, v_order.hold_code
      USING ERRCODE = 'OW024';
  END IF;
  IF NOT v_order.is_its THEN
    RAISE EXCEPTION 'an invoice is its order''s: customer, currency and rate of %', v_order.number
      USING ERRCODE = 'OW032';
  END IF;
  RETURN new;
END $$;

-- Rows of a posted invoice neither come, change nor go.
CREATE OR REPLACE FUNCTION invoice_row_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_invoice bigint;
  v_state text;
BEGIN
  FOREACH v_invoice IN ARRAY
    CASE tg_op WHEN 'INSERT' THEN ARRAY[new.invoice_id]
               WHEN 'DELETE' THEN ARRAY[old.invoice_id]
               ELSE ARRAY[old.invoice_id, new.invoice_id] END
  LOOP
    -- Whoever posts it at this moment is waited for.
    SELECT i.state INTO v_state FROM invoice i WHERE i.id = v_invoice FOR SHARE;
    IF v_state = 'posted' THEN
      RAISE EXCEPTION 'a posted invoice does not change' USING ERRCODE = 'OW030';
    END IF;
  END LOOP;
  RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
END $$;

-- What stands on an invoice, draft or posted, counts as invoiced on the order line.
CREATE OR REPLACE FUNCTION invoice_lines_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'invoice lines are replaced, not changed' USING ERRCODE = 'OW030';
  END IF;
  IF tg_op = 'INSERT' AND EXISTS (
       SELECT FROM changed_line d
         JOIN invoice i ON i.id = d.invoice_id
         JOIN sales_order_line l ON l.id = d.order_line_id
        WHERE l.order_id <> i.order_id OR l.item_id <> d.item_id)
  THEN
    RAISE EXCEPTION 'an invoice bills the lines of its order' USING ERRCODE = 'OW032';
  END IF;
  IF tg_op = 'INSERT' THEN
    UPDATE sales_order_line l SET invoiced = l.invoiced + d.quantity
      FROM (SELECT order_line_id, sum(quantity) AS quantity FROM changed_line GROUP BY 1) d
     WHERE l.id = d.order_line_id;
  ELSE
    UPDATE sales_order_line l SET invoiced = l.invoiced - d.quantity
      FROM (SELECT order_line_id, sum(quantity) AS quantity FROM changed_line GROUP BY 1) d
     WHERE l.id = d.order_line_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION invoice_charges_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'invoice charges are replaced, not changed' USING ERRCODE = 'OW030';
  END IF;
  IF tg_op = 'INSERT' AND EXISTS (
       SELECT FROM changed_charge d
         JOIN invoice i ON i.id = d.invoice_id
         JOIN order_charge c ON c.id = d.order_charge_id
        WHERE c.order_id <> i.order_id OR d.amount < 0)
  THEN
    RAISE EXCEPTION 'an invoice bills the charges of its order' USING ERRCODE = 'OW032';
  END IF;
  UPDATE order_charge c
     SET invoiced = c.invoiced + CASE WHEN tg_op = 'INSERT' THEN d.amount ELSE -d.amount END
    FROM (SELECT order_charge_id, sum(amount) AS amount FROM changed_charge GROUP BY 1) d
   WHERE c.id = d.order_charge_id;
  RETURN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION invoice_adds_up(invoice) FROM PUBLIC;
