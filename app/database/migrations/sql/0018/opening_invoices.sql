-- An opening invoice looks up each of its lines by the line's own goods. Written as one anti-join
-- it read every move of the company for each invoice once it was planned so, and bringing in a
-- history took time with the square of its orders.
CREATE OR REPLACE FUNCTION invoice_adds_up(p_invoice invoice) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_goods numeric; v_charges numeric; v_tax numeric; v_total numeric; v_rows bigint;
  v_forward bigint;
BEGIN
  SELECT count(*), coalesce(sum(l.amount - l.order_discount), 0) INTO v_rows, v_goods
    FROM invoice_line l WHERE l.invoice_id = p_invoice.id;
  IF p_invoice.kind = 'opening' THEN
    SELECT count(*) INTO v_forward
      FROM invoice_line l
      CROSS JOIN LATERAL (SELECT FROM stock_move m
                           WHERE m.order_line_id = l.order_line_id
                             AND m.reason = 'brought_forward' LIMIT 1) AS forward
     WHERE l.invoice_id = p_invoice.id;
    IF v_rows = 0 OR v_forward < v_rows THEN
      RAISE EXCEPTION 'only what was brought forward was invoiced elsewhere'
        USING ERRCODE = 'OW032';
    END IF;
    RETURN;
  END IF;
  SELECT v_rows + count(*), coalesce(sum(c.amount), 0) INTO v_rows, v_charges
    FROM invoice_charge c WHERE c.invoice_id = p_invoice.id;
  SELECT coalesce(sum(t.amount), 0) INTO v_tax
    FROM invoice_tax t WHERE t.invoice_id = p_invoice.id;
  v_total := v_goods + v_charges + CASE WHEN p_invoice.prices_include_tax THEN 0 ELSE v_tax END;
  IF v_rows = 0 OR (p_invoice.goods_amount, p_invoice.charges_amount, p_invoice.tax_amount,
                    p_invoice.total_amount, p_invoice.base_total_amount)
       <> (v_goods, v_charges, v_tax, v_total,
           round(v_total * p_invoice.exchange_rate,
                 currency_decimals((SELECT k.currency FROM company k)))) THEN
    RAISE EXCEPTION 'the invoice does not say what its lines come to' USING ERRCODE = 'OW032';
  END IF;
END $$;
