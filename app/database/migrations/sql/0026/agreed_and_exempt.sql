-- A record that counted once is ended or switched off, never deleted, nor made a draft again so
-- that it could be.
CREATE POLICY only_drafts_are_deleted ON trade_agreement AS RESTRICTIVE FOR DELETE
  TO {p}_manager, {p}_purchasing USING (state = 'draft');

CREATE FUNCTION agreement_was_a_draft_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'agreement % counted once and is no draft again', new.id USING ERRCODE = 'OW052';
END $$;
CREATE TRIGGER agreement_was_a_draft_once BEFORE UPDATE OF state ON trade_agreement
  FOR EACH ROW WHEN (old.state <> 'draft' AND new.state = 'draft')
  EXECUTE FUNCTION agreement_was_a_draft_once();

-- An order for which nothing is taxed names a certificate of its customer that is good on its day.
CREATE FUNCTION order_certificate_is_the_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM tax_exemption e
     WHERE e.customer_id = new.customer_id AND e.certificate = new.tax_certificate
       AND coalesce(e.valid_from, '-infinity') <= new.order_date
       AND coalesce(e.valid_to, 'infinity') >= new.order_date) THEN
    RAISE EXCEPTION 'the customer of order % has no certificate % on %',
      new.number, new.tax_certificate, new.order_date USING ERRCODE = 'OW027';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER order_certificate_is_given BEFORE INSERT ON sales_order
  FOR EACH ROW WHEN (new.tax_certificate <> '')
  EXECUTE FUNCTION order_certificate_is_the_customers();
CREATE TRIGGER order_certificate_is_changed BEFORE UPDATE OF tax_certificate ON sales_order
  FOR EACH ROW WHEN (new.tax_certificate <> '' AND new.tax_certificate <> old.tax_certificate)
  EXECUTE FUNCTION order_certificate_is_the_customers();

REVOKE EXECUTE ON FUNCTION agreement_was_a_draft_once(), order_certificate_is_the_customers()
  FROM PUBLIC;
