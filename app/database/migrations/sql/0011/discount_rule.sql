-- How the nine cells of line discounts are combined is a setting of the company like the others.
GRANT INSERT (discount_rule), UPDATE (discount_rule) ON company TO {p}_admin;
-- Who sets a company up sees which currencies it uses.
GRANT SELECT ON exchange_rate TO {p}_admin;
