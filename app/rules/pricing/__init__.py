"""How prices and discounts are found among trade agreements: pure decisions (domain.md §11)."""
