-- Who keeps which records. A new column is written by nobody until it stands here.

-- customers: sales; what they may owe is set by accounting
GRANT INSERT (number, kind, name, name_sort, group_id, contact, phone, email, currency, language,
  terms_id, delivery_mode_id, backorder_policy, over_pack_tolerance, ship_complete,
  is_tax_exempt, is_active),
  UPDATE (kind, name, name_sort, group_id, contact, phone, email, currency, language, terms_id,
  delivery_mode_id, backorder_policy, over_pack_tolerance, ship_complete, is_tax_exempt,
  is_active) ON customer TO {p}_sales;
GRANT INSERT (credit_limit), UPDATE (credit_limit) ON customer TO {p}_accounting;
GRANT INSERT (code, name, parent_id), UPDATE (name, parent_id) ON account_group TO {p}_sales;

-- suppliers: purchasing
GRANT INSERT (number, name, name_sort, contact, phone, email, currency, lead_time_days,
  is_active),
  UPDATE (name, name_sort, contact, phone, email, currency, lead_time_days, is_active)
  ON supplier TO {p}_purchasing;

-- addresses: sales those of customers, purchasing those of suppliers
GRANT INSERT (customer_id, supplier_id, name, street, city, region, postal_code, country,
  is_bill_to, is_ship_to),
  UPDATE (name, street, city, region, postal_code, country, is_bill_to, is_ship_to), DELETE
  ON address TO {p}_sales, {p}_purchasing;
ALTER TABLE address ENABLE ROW LEVEL SECURITY;
CREATE POLICY address_is_read ON address FOR SELECT TO {p}_reader USING (true);
CREATE POLICY address_of_customer ON address TO {p}_sales USING (customer_id IS NOT NULL);
CREATE POLICY address_of_supplier ON address TO {p}_purchasing USING (supplier_id IS NOT NULL);

-- items and places: stock; what they cost: purchasing
GRANT INSERT (code, name, parent_id), UPDATE (name, parent_id) ON item_group TO {p}_stock;
GRANT INSERT (number, name, name_sort, description, group_id, base_unit, quantity_decimals,
  tracking, list_price, tax_class_id, weight_kg, volume_l, supplier_id, supplier_item_number,
  allow_drop_ship, over_pack_tolerance, reorder_level, is_discontinued, is_active),
  UPDATE (name, name_sort, description, group_id, base_unit, quantity_decimals, tracking,
  list_price, tax_class_id, weight_kg, volume_l, supplier_id, supplier_item_number,
  allow_drop_ship, over_pack_tolerance, reorder_level, is_discontinued, is_active)
  ON item TO {p}_stock;
GRANT INSERT (item_id, name, factor, gtin), UPDATE (name, factor, gtin), DELETE
  ON item_unit TO {p}_stock;
GRANT INSERT (code, item_id, customer_id), DELETE ON item_alias TO {p}_stock, {p}_sales;
GRANT INSERT (item_id, cost), UPDATE (cost), DELETE ON item_cost TO {p}_purchasing;
GRANT INSERT (code, name, address, time_zone), UPDATE (name, address, time_zone)
  ON warehouse TO {p}_stock;
GRANT INSERT (warehouse_id, parent_id, kind, code, name, is_pickable, walk_sequence, capacity_kg,
  capacity_l, capacity_pallets, is_active),
  UPDATE (parent_id, name, is_pickable, walk_sequence, capacity_kg, capacity_l,
  capacity_pallets, is_active) ON location TO {p}_stock;

-- terms: accounting; delivery modes, people, stations and the company itself: admin
GRANT INSERT (code, name, days), UPDATE (name, days) ON payment_terms TO {p}_accounting;
GRANT INSERT (code, name, kind, transit_days, freight), UPDATE (name, transit_days, freight)
  ON delivery_mode TO {p}_admin;
GRANT INSERT (login, name, badge), UPDATE (name, badge, is_active) ON person TO {p}_admin;
GRANT INSERT (code, name, login, warehouse_id, packing_location_id, lane_id),
  UPDATE (name, warehouse_id, packing_location_id, lane_id, is_active) ON station TO {p}_admin;
GRANT INSERT (name, address, phone, email, tax_number, country, currency, time_zone, locale, paper,
  gs1_company_prefix, scan_prefix, tax_rounding, prices_include_tax, item_floor, finish_packs),
  UPDATE (name, address, phone, email, tax_number, country, time_zone, locale, paper,
  gs1_company_prefix, scan_prefix, tax_rounding, prices_include_tax, item_floor, finish_packs)
  ON company TO {p}_admin;

-- history brought forward left on a day of its own
GRANT INSERT (packed_at) ON shipment TO {p}_stock;
