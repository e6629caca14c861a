-- Who may do what with taxes and charges.
GRANT SELECT ON tax_jurisdiction, tax_exemption, charge_rule, charge_bracket, waived_charge
  TO {p}_reader;
GRANT INSERT, UPDATE ON tax_jurisdiction, tax_exemption, charge_rule TO {p}_accounting;
GRANT INSERT (account_tax_class), UPDATE (account_tax_class) ON customer
  TO {p}_sales, {p}_accounting;
GRANT INSERT (untaxed_is_normal), UPDATE (untaxed_is_normal) ON company TO {p}_admin;
GRANT INSERT, UPDATE, DELETE ON charge_bracket TO {p}_accounting;
GRANT INSERT (order_id, code, line_id, waived_by), DELETE ON waived_charge TO {p}_sales;
GRANT INSERT (tax_certificate), UPDATE (tax_certificate) ON sales_order TO {p}_sales;
GRANT INSERT (tax_certificate) ON invoice TO {p}_accounting;
GRANT EXECUTE ON FUNCTION tax_situation(bigint, jsonb, date),
  fitting_charge_rules(bigint, bigint, bigint[], text, date) TO {p}_reader;
REVOKE INSERT, UPDATE ON order_charge FROM {p}_sales;
GRANT INSERT (order_id, line_id, kind, code, source, rule_id, billing, method, rate, item_ids,
  description, amount, is_taxable, tax_class_id),
  UPDATE (order_id, line_id, kind, code, source, rule_id, billing, method, rate, item_ids,
  description, amount, is_taxable, tax_class_id), DELETE
  ON order_charge TO {p}_sales, {p}_floor;
GRANT UPDATE (tax_certificate) ON sales_order TO {p}_floor;
GRANT EXECUTE ON FUNCTION invoiced_of_order(bigint) TO {p}_sales, {p}_floor;
