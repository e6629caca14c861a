-- Who reads and who makes prices. What we pay is not for sales to see: rows of the buy side are
-- read by purchasing, accounting and the manager alone.
GRANT SELECT ON price_book, price_book_entry, account_group_member, item_group_member,
  account_group_above, item_group_above, trade_agreement TO {p}_reader;
GRANT INSERT, UPDATE ON price_book TO {p}_manager;
GRANT INSERT, UPDATE, DELETE ON price_book_entry, item_group_member TO {p}_manager;
GRANT INSERT, UPDATE, DELETE ON account_group_member TO {p}_manager, {p}_purchasing;
GRANT INSERT, UPDATE ON account_group TO {p}_purchasing;
GRANT INSERT (side, level, kind, customer_id, supplier_id, account_group_id, item_id,
  item_group_id, currency, unit, from_quantity, from_amount, valid_from, valid_to, value,
  priority, stop, across_lines, any_unit, name, reference, state, replaces_id),
  UPDATE (currency, unit, from_quantity, from_amount, valid_from, valid_to, value, priority,
  stop, across_lines, any_unit, name, reference, state), DELETE
  ON trade_agreement TO {p}_manager, {p}_purchasing;

ALTER TABLE trade_agreement ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads_what_we_sell_for ON trade_agreement FOR SELECT TO {p}_reader
  USING (side = 'sell');
CREATE POLICY buyers_read_what_we_buy_for ON trade_agreement FOR SELECT
  TO {p}_purchasing, {p}_accounting USING (side = 'buy');
CREATE POLICY managers_keep_all ON trade_agreement FOR ALL TO {p}_manager
  USING (true) WITH CHECK (true);
CREATE POLICY buyers_keep_the_buy_side ON trade_agreement FOR ALL TO {p}_purchasing
  USING (side = 'buy') WITH CHECK (side = 'buy');
CREATE POLICY memberships_of_suppliers ON account_group_member FOR ALL TO {p}_purchasing
  USING (supplier_id IS NOT NULL) WITH CHECK (supplier_id IS NOT NULL);
CREATE POLICY memberships_of_all ON account_group_member FOR ALL TO {p}_manager
  USING (true) WITH CHECK (true);
CREATE POLICY memberships_are_read ON account_group_member FOR SELECT TO {p}_reader USING (true);
ALTER TABLE account_group_member ENABLE ROW LEVEL SECURITY;

GRANT INSERT (discount_percent, discount_amount, discount_explanation),
  UPDATE (discount_percent, discount_amount, discount_explanation) ON sales_order TO {p}_sales;
GRANT INSERT (price_factor), UPDATE (price_factor) ON sales_order_line TO {p}_sales;
GRANT UPDATE (price_book_id) ON customer TO {p}_manager;
GRANT UPDATE (is_active) ON account_group, item_group TO {p}_manager;
GRANT INSERT (group_id), UPDATE (group_id) ON supplier TO {p}_purchasing;
