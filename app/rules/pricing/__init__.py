"""How prices and discounts are found among trade agreements: pure decisions (docs/money.md)."""
