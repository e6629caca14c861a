-- Papers: what is posted says its base amount too, and a print job ends once.

CREATE OR REPLACE FUNCTION invoice_adds_up(p_invoice invoice) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_goods numeric; v_charges numeric; v_tax numeric; v_total numeric; v_rows bigint;
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
  v_total := v_goods + v_charges + CASE WHEN p_invoice.prices_include_tax THEN 0 ELSE v_tax END;
  IF v_rows = 0 OR (p_invoice.goods_amount, p_invoice.charges_amount, p_invoice.tax_amount,
                    p_invoice.total_amount, p_invoice.base_total_amount)
       <> (v_goods, v_charges, v_tax, v_total,
           round(v_total * p_invoice.exchange_rate,
                 currency_decimals((SELECT k.currency FROM company k)))) THEN
    RAISE EXCEPTION 'the invoice does not say what its lines come to' USING ERRCODE = 'OW032';
  END IF;
END $$;

-- A job ends printed or failed, a failed one is queued again, and what was printed stays so. The
-- paper of an invoice is asked for and given out by those who may read it.
CREATE FUNCTION print_job_ends_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.document = 'invoice'
     AND NOT pg_has_role(session_user, role_of('sales'), 'MEMBER')
     AND NOT pg_has_role(session_user, role_of('accounting'), 'MEMBER') THEN
    RAISE EXCEPTION 'invoices are printed by sales and accounting' USING ERRCODE = '42501';
  END IF;
  IF tg_op = 'UPDATE' THEN
    IF (old.state, new.state) NOT IN (
         ('queued', 'printed'), ('queued', 'failed'), ('failed', 'queued')) THEN
      RAISE EXCEPTION 'print job % is % already', old.id, old.state USING ERRCODE = 'OW022';
    END IF;
    new.finished_at := CASE WHEN new.state <> 'queued' THEN now() END;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER print_job_ends_once BEFORE INSERT OR UPDATE ON print_job
  FOR EACH ROW EXECUTE FUNCTION print_job_ends_once();
REVOKE EXECUTE ON FUNCTION print_job_ends_once() FROM PUBLIC;
