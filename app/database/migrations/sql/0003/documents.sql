-- What orders and invoices keep of taxes and charges.

ALTER TABLE sales_order ADD COLUMN tax_certificate TEXT DEFAULT '' NOT NULL;
COMMENT ON COLUMN sales_order.tax_certificate IS
  'The exemption for which it bears no tax; empty: none.';
ALTER TABLE invoice ADD COLUMN tax_certificate TEXT DEFAULT '' NOT NULL;
COMMENT ON COLUMN invoice.tax_certificate IS
  'The exemption for which it bears no tax; empty: none.';

ALTER TABLE order_tax
  ADD COLUMN jurisdiction_id BIGINT,
  ADD COLUMN jurisdiction TEXT DEFAULT '' NOT NULL,
  ADD COLUMN sequence BIGINT DEFAULT 1 NOT NULL,
  ADD COLUMN is_compound BOOLEAN DEFAULT false NOT NULL,
  ADD CONSTRAINT fk_order_tax_jurisdiction_id FOREIGN KEY (jurisdiction_id)
    REFERENCES tax_jurisdiction (id);
COMMENT ON COLUMN order_tax.jurisdiction IS 'Its name then.';

-- The link from an invoice's tax to the order's could never be kept: those are made anew.
ALTER TABLE invoice_tax
  DROP COLUMN order_tax_id,
  ADD COLUMN jurisdiction TEXT DEFAULT '' NOT NULL,
  ADD COLUMN sequence BIGINT DEFAULT 1 NOT NULL,
  ADD COLUMN shipment_id BIGINT,
  ADD CONSTRAINT fk_invoice_tax_shipment_id FOREIGN KEY (shipment_id) REFERENCES shipment (id);
COMMENT ON COLUMN invoice_tax.shipment_id IS 'Of a charge for one shipment.';

-- What was taxed so far was taxed in the company's own country.
UPDATE order_tax t SET jurisdiction_id = j.id, jurisdiction = j.name
  FROM tax_jurisdiction j;
ALTER TABLE invoice_tax DISABLE TRIGGER invoice_tax_is_kept;
UPDATE invoice_tax t SET jurisdiction = j.name FROM tax_jurisdiction j;
ALTER TABLE invoice_tax ENABLE TRIGGER invoice_tax_is_kept;

ALTER TABLE order_charge
  ADD COLUMN code TEXT DEFAULT '' NOT NULL,
  ADD COLUMN source VARCHAR DEFAULT 'manual' NOT NULL,
  ADD COLUMN rule_id BIGINT,
  ADD COLUMN billing VARCHAR DEFAULT 'prorated' NOT NULL,
  ADD COLUMN method VARCHAR,
  ADD COLUMN rate NUMERIC(18, 6),
  ADD COLUMN item_ids BIGINT[],
  ADD COLUMN invoiced NUMERIC(18, 4) DEFAULT 0 NOT NULL,
  ALTER COLUMN kind SET DEFAULT 'shipping',
  ALTER COLUMN kind TYPE VARCHAR;
UPDATE order_charge SET kind = CASE kind WHEN 'freight' THEN 'shipping' ELSE 'special' END
 WHERE kind NOT IN ('shipping', 'special');
ALTER TABLE order_charge
  ADD CONSTRAINT fk_order_charge_rule_id FOREIGN KEY (rule_id) REFERENCES charge_rule (id),
  ADD CONSTRAINT ck_order_charge_chargekind CHECK (kind IN ('shipping', 'special')),
  ADD CONSTRAINT ck_order_charge_chargesource CHECK (source IN ('automatic', 'manual')),
  ADD CONSTRAINT ck_order_charge_chargebilling
    CHECK (billing IN ('prorated', 'first', 'per_shipment')),
  ADD CONSTRAINT ck_order_charge_chargemethod
    CHECK (method IN ('fixed', 'per_quantity', 'percent', 'bracket')),
  ADD CONSTRAINT ck_order_charge_amount_not_negative CHECK (amount >= 0),
  ADD CONSTRAINT ck_order_charge_shipments_bear_their_own
    CHECK (billing <> 'per_shipment' OR amount = 0),
  DROP CONSTRAINT fk_order_charge_line_id,
  ADD CONSTRAINT fk_order_charge_line_id FOREIGN KEY (line_id)
    REFERENCES sales_order_line (id) ON DELETE CASCADE;
COMMENT ON COLUMN order_charge.code IS 'Of the rule it came from; empty: a person''s own.';
COMMENT ON COLUMN order_charge.rate IS 'What the method was reckoned with.';
COMMENT ON COLUMN order_charge.item_ids IS 'The items it is about; null: all.';
COMMENT ON COLUMN order_charge.amount IS
  'Nothing when per shipment: each shipment bears its own.';

ALTER TABLE invoice_charge
  ADD COLUMN shipment_id BIGINT,
  ADD CONSTRAINT fk_invoice_charge_shipment_id FOREIGN KEY (shipment_id)
    REFERENCES shipment (id);
COMMENT ON COLUMN invoice_charge.shipment_id IS
  'The shipment it is charged for, when it is for one.';
CREATE UNIQUE INDEX uq_invoice_charge_shipment_id ON invoice_charge (order_charge_id, shipment_id)
  WHERE shipment_id IS NOT NULL;

-- Who cancels a rest without being sales (packing, coming back) lets the charges follow it.
CREATE TRIGGER order_charges_follow
  BEFORE INSERT OR DELETE OR UPDATE OF amount, rate, billing, description ON order_charge
  FOR EACH ROW EXECUTE FUNCTION amounts_follow_a_return();

-- What stands on an invoice, draft or posted, counts as invoiced on the order's charge.
UPDATE order_charge c SET invoiced = x.amount
  FROM (SELECT order_charge_id, sum(amount) AS amount FROM invoice_charge GROUP BY 1) x
 WHERE x.order_charge_id = c.id;
CREATE INDEX ix_order_charge_rest ON order_charge (order_id) WHERE amount > invoiced;
COMMENT ON COLUMN order_charge.invoiced IS
  'What of it stands on invoices. Derived.';

CREATE FUNCTION invoice_charges_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'invoice charges are replaced, not changed' USING ERRCODE = 'OW030';
  END IF;
  UPDATE order_charge c
     SET invoiced = c.invoiced + CASE WHEN tg_op = 'INSERT' THEN d.amount ELSE -d.amount END
    FROM (SELECT order_charge_id, sum(amount) AS amount FROM changed_charge GROUP BY 1) d
   WHERE c.id = d.order_charge_id;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION invoice_charges_counted() FROM PUBLIC;
CREATE TRIGGER invoice_charge_added AFTER INSERT ON invoice_charge
  REFERENCING NEW TABLE AS changed_charge
  FOR EACH STATEMENT EXECUTE FUNCTION invoice_charges_counted();
CREATE TRIGGER invoice_charge_removed AFTER DELETE ON invoice_charge
  REFERENCING OLD TABLE AS changed_charge
  FOR EACH STATEMENT EXECUTE FUNCTION invoice_charges_counted();
CREATE TRIGGER invoice_charge_changed AFTER UPDATE ON invoice_charge
  REFERENCING NEW TABLE AS changed_charge
  FOR EACH STATEMENT EXECUTE FUNCTION invoice_charges_counted();
