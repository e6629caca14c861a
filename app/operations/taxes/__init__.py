"""Taxes are set here: classes of goods, jurisdictions, dated rates, customers' exemptions."""

from app.operations.taxes.customers import (
    change_tax_exemption,
    create_tax_exemption,
    set_customer_tax_class,
)
from app.operations.taxes.jurisdictions import (
    NewJurisdiction,
    TaxSaved,
    change_jurisdiction,
    change_tax_class,
    create_jurisdiction,
    create_tax_class,
)
from app.operations.taxes.rates import (
    NewTaxRate,
    TaxRatesSaved,
    change_tax_rate,
    create_tax_rate,
    create_tax_rates,
    renew_tax_rate,
)
from app.operations.taxes.refusals import PlaceTwice, PostalRangeUnclear, TaxRateTwice

__all__ = [
    "NewJurisdiction",
    "NewTaxRate",
    "PlaceTwice",
    "PostalRangeUnclear",
    "TaxRateTwice",
    "TaxRatesSaved",
    "TaxSaved",
    "change_jurisdiction",
    "change_tax_class",
    "change_tax_exemption",
    "change_tax_rate",
    "create_jurisdiction",
    "create_tax_class",
    "create_tax_exemption",
    "create_tax_rate",
    "create_tax_rates",
    "renew_tax_rate",
    "set_customer_tax_class",
]
