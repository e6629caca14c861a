-- Who may do what. {p} is the prefix of this database's group roles (see database/roles.py).
-- Insert and update are granted column by column where the database derives the rest.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {p}_reader, {p}_admin;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  current_command_id(),
  claim_command(uuid, text, jsonb, text, text, bigint, timestamptz),
  finish_command(uuid, jsonb, jsonb), lock_orders(bigint[]), lock_allocations(bigint[]),
  lock_goods(bigint[]), login_has_group(text, text), role_of(text), mark_labels_stale(bigint)
  TO {p}_reader, {p}_admin;
GRANT EXECUTE ON FUNCTION lock_stock(bigint[], bigint[], bigint[]),
  lock_available(bigint, bigint[]) TO {p}_sales, {p}_floor, {p}_purchasing;
GRANT EXECUTE ON FUNCTION lock_trips(bigint[]), lock_picklists(bigint[]), lock_cartons(bigint[]),
  take_sscc_serial(text) TO {p}_floor, {p}_sales;
GRANT EXECUTE ON FUNCTION lock_invoices(bigint[]) TO {p}_accounting;

-- Every program asks whether it fits the schema.
GRANT SELECT ON alembic_version TO {p}_reader, {p}_admin;

-- Everybody who works with documents reads them; what some may not read stands below.
GRANT SELECT ON
  company, exchange_rate, payment_terms, delivery_mode, tax_class, tax_rate,
  person, login_group, station, printer, station_printer,
  account_group, customer, supplier, address,
  item_group, item, item_unit, item_alias,
  warehouse, location, lot, move_rule, stock_move, stock_balance, allocation,
  hold_code, sales_order, sales_order_line, line_price_part, order_charge, order_tax, order_note,
  picklist, picklist_line, carton_type, carton, shipment, trip, trip_stop, trip_order,
  print_job, event, event_touch, installation
  TO {p}_reader;
GRANT SELECT (id, verb, login, operator, station, station_sequence, happened_at, entered_at, xid)
  ON command TO {p}_reader;
GRANT SELECT ON command TO {p}_manager;
GRANT SELECT ON item_cost TO {p}_purchasing, {p}_accounting, {p}_manager;
GRANT SELECT ON invoice, invoice_line, invoice_charge, invoice_tax, archived_document
  TO {p}_sales, {p}_accounting;

-- Paper: anybody may ask for it and report how it went.
GRANT INSERT (document, subject_id, copies, printer_id, station, operator),
  UPDATE (state, result, finished_at, printer_id) ON print_job TO {p}_reader;
GRANT INSERT (document, subject_id, pdf, sha256) ON archived_document TO {p}_accounting;

-- sales
GRANT INSERT (customer_id, warehouse_id, lane_id, delivery_mode_id, terms_id, currency,
  exchange_rate, customer_po, contact, bill_to, ship_to, order_date, requested_date,
  promised_date, ship_complete, priority, backorder_policy, comments, internal_notes,
  prices_include_tax, tax_rounding, goods_amount, charges_amount, tax_amount, total_amount,
  number) ON sales_order TO {p}_sales;
GRANT UPDATE (state, customer_id, warehouse_id, lane_id, delivery_mode_id, terms_id, currency,
  exchange_rate, customer_po, contact, bill_to, ship_to, order_date, requested_date,
  promised_date, ship_complete, priority, backorder_policy, hold_code, hold_reason, comments,
  internal_notes, cancel_reason, prices_include_tax, tax_rounding, goods_amount,
  charges_amount, tax_amount, total_amount, version) ON sales_order TO {p}_sales;
GRANT INSERT (order_id, line_no, item_id, description, unit, unit_quantity, unit_factor, ordered,
  cancelled, tolerance, fulfilment, requested_date, promised_date, parent_id, substitute_of_id,
  price_unit, list_price, unit_price, price_source, price_explanation, amount, order_discount,
  tax_class_id) ON sales_order_line TO {p}_sales;
GRANT UPDATE (line_no, description, unit, unit_quantity, unit_factor, ordered, cancelled,
  tolerance, fulfilment, requested_date, promised_date, price_unit, list_price, unit_price,
  price_source, price_explanation, amount, order_discount, tax_class_id), DELETE
  ON sales_order_line TO {p}_sales;
GRANT INSERT, UPDATE, DELETE ON line_price_part, order_charge, order_tax TO {p}_sales;
GRANT INSERT (order_id, text, written_by) ON order_note TO {p}_reader;
GRANT USAGE ON SEQUENCE sales_order_number TO {p}_sales;

-- promises: sales and the floor give and release them, the floor moves them
GRANT INSERT (order_line_id, item_id, lot_id, location_id, quantity), UPDATE (quantity), DELETE
  ON allocation TO {p}_sales, {p}_floor;
GRANT INSERT (item_id, lot_id, from_location_id, to_location_id, quantity, reason, note,
  order_line_id, allocation_id, carton_id, shipment_id, serial, happened_at, reverses_id)
  ON stock_move TO {p}_floor, {p}_sales;

-- floor
GRANT INSERT (warehouse_id, trip_id, created_by), UPDATE (state)
  ON picklist TO {p}_floor, {p}_sales;
GRANT INSERT (picklist_id, sequence, order_line_id, item_id, lot_id, location_id, quantity),
  UPDATE (picked, state, reason) ON picklist_line TO {p}_floor, {p}_sales;
GRANT USAGE ON SEQUENCE picklist_number, shipment_number, trip_number TO {p}_floor, {p}_sales;
GRANT INSERT (sscc, order_id, number_in_order, type_id, parent_id, location_id, tracking_number),
  UPDATE (type_id, parent_id, state, shipment_id, trip_id, weight_kg, tracking_number,
          is_label_stale) ON carton TO {p}_floor;
GRANT INSERT (order_id, warehouse_id, delivery_mode_id, trip_id, ship_to, shipped_on,
  is_brought_forward), UPDATE (state) ON shipment TO {p}_floor, {p}_sales;
GRANT INSERT (item_id, code, is_serial, expires_on) ON lot TO {p}_floor, {p}_purchasing;
GRANT UPDATE (blocked_reason, expires_on) ON lot TO {p}_stock;

-- dispatch
GRANT INSERT (truck_id, warehouse_id, driver, dock, planned_date),
  UPDATE (truck_id, state, driver, dock, planned_date, departed_at, departed_by)
  ON trip TO {p}_dispatch;
GRANT INSERT, UPDATE, DELETE ON trip_stop, trip_order TO {p}_dispatch;
-- what a truck brings back; a trigger (trips.sql) keeps it to that
GRANT UPDATE (cancelled, amount, order_discount) ON sales_order_line TO {p}_dispatch;
GRANT UPDATE (goods_amount, charges_amount, tax_amount, total_amount, version) ON sales_order
  TO {p}_dispatch;
GRANT INSERT, DELETE ON order_tax TO {p}_dispatch;

-- stock
GRANT INSERT, UPDATE ON carton_type TO {p}_stock;

-- accounting
GRANT INSERT (kind, customer_id, order_id, bill_to, ship_to, customer_po, invoice_date, due_date,
  terms, currency, exchange_rate, prices_include_tax, tax_rounding, goods_amount,
  charges_amount, tax_amount, total_amount, base_total_amount), UPDATE (state, invoice_date,
  due_date), DELETE ON invoice TO {p}_accounting;
GRANT INSERT ON invoice_line, invoice_charge, invoice_tax TO {p}_accounting;
GRANT INSERT, UPDATE ON exchange_rate, tax_class, tax_rate TO {p}_accounting;

-- admin
GRANT SELECT ON company, person, login_group, station, printer, station_printer, warehouse,
  location, delivery_mode, payment_terms, installation, move_rule TO {p}_admin;
GRANT SELECT (id, verb, login, operator, station, station_sequence, happened_at, entered_at, xid)
  ON command TO {p}_admin;
GRANT SELECT ON event TO {p}_admin;
GRANT INSERT, UPDATE ON printer, station_printer, hold_code TO {p}_admin;
GRANT DELETE ON station_printer TO {p}_admin;
