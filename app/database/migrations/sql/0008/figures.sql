-- Figures whose sign or size is never in doubt, and addresses that are addresses.
ALTER TABLE sales_order
  ADD CONSTRAINT ck_sales_order_rate_positive CHECK (exchange_rate > 0),
  ADD CONSTRAINT ck_sales_order_discount_in_range
    CHECK (discount_percent BETWEEN 0 AND 100 AND discount_amount >= 0),
  ADD CONSTRAINT ck_sales_order_addresses
    CHECK (jsonb_typeof(bill_to) = 'object' AND jsonb_typeof(ship_to) = 'object');
ALTER TABLE sales_order_line
  ADD CONSTRAINT ck_sales_order_line_units_positive
    CHECK (unit_quantity > 0 AND unit_factor > 0),
  ADD CONSTRAINT ck_sales_order_line_amounts_not_negative
    CHECK (amount >= 0 AND order_discount >= 0 AND tolerance >= 0);
ALTER TABLE order_tax
  ADD CONSTRAINT ck_order_tax_not_negative CHECK (percent >= 0 AND base >= 0 AND amount >= 0);
ALTER TABLE invoice
  ADD CONSTRAINT ck_invoice_rate_positive CHECK (exchange_rate > 0),
  ADD CONSTRAINT ck_invoice_addresses
    CHECK (jsonb_typeof(bill_to) = 'object' AND jsonb_typeof(ship_to) = 'object');
ALTER TABLE shipment
  ADD CONSTRAINT ck_shipment_address CHECK (jsonb_typeof(ship_to) = 'object');
ALTER TABLE trip_stop
  ADD CONSTRAINT ck_trip_stop_address CHECK (jsonb_typeof(address) = 'object');
ALTER TABLE carton
  ADD CONSTRAINT ck_carton_weight_not_negative CHECK (weight_kg >= 0),
  ADD CONSTRAINT ck_carton_counts_from_one CHECK (number_in_order >= 1),
  ADD CONSTRAINT ck_carton_not_in_itself CHECK (parent_id <> id);
ALTER TABLE print_job
  ADD CONSTRAINT ck_print_job_copies_in_reason CHECK (copies BETWEEN 1 AND 99);
-- The bytes that went out are the bytes that are kept, once.
ALTER TABLE archived_document
  ADD CONSTRAINT ck_archived_document_is_what_was_sent
    CHECK (sha256 = encode(sha256(pdf), 'hex'));
-- Every move asks what day it is here: a zone nobody knows would stop the floor.
ALTER TABLE company
  ADD CONSTRAINT ck_company_time_zone_known
    CHECK (timestamptz '2000-01-01 00:00+00' AT TIME ZONE time_zone IS NOT NULL),
  ADD CONSTRAINT ck_company_gs1_prefix_digits CHECK (gs1_company_prefix ~ '^[0-9]*$');
ALTER TABLE warehouse
  ADD CONSTRAINT ck_warehouse_time_zone_known
    CHECK (time_zone IS NULL
      OR timestamptz '2000-01-01 00:00+00' AT TIME ZONE time_zone IS NOT NULL);

-- One way to write a currency: 'usd' beside 'USD' would be two prices for one thing.
DO $$
DECLARE each text;
BEGIN
  FOR each IN
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND a.attname = 'currency' AND NOT a.attisdropped
     ORDER BY 1
  LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (currency ~ ''^[A-Z]{3}$'')',
                   each, 'ck_' || each || '_currency_is_a_code');
  END LOOP;
END $$;

-- One way to write the base unit: ''. Under its name it would stand beside itself.
CREATE FUNCTION base_unit_has_no_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM item i WHERE i.id = new.item_id AND i.base_unit = new.unit) THEN
    RAISE EXCEPTION 'a price per base unit leaves the unit empty' USING ERRCODE = 'OW051';
  END IF;
  RETURN new;
END $$;
REVOKE EXECUTE ON FUNCTION base_unit_has_no_name() FROM PUBLIC;
CREATE TRIGGER agreement_unit_is_written_once BEFORE INSERT OR UPDATE OF unit ON trade_agreement
  FOR EACH ROW WHEN (new.unit <> '' AND new.kind <> 'percent')
  EXECUTE FUNCTION base_unit_has_no_name();
CREATE TRIGGER entry_unit_is_written_once BEFORE INSERT OR UPDATE OF unit ON price_book_entry
  FOR EACH ROW WHEN (new.unit <> '') EXECUTE FUNCTION base_unit_has_no_name();
