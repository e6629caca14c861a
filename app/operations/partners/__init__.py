"""Customers, suppliers, and their addresses."""

from app.operations.partners.accounts import ChangedAddress, PartnerAddress
from app.operations.partners.customers import (
    CustomerChange,
    CustomerSaved,
    NewCustomer,
    change_customer,
    create_customer,
)
from app.operations.partners.suppliers import (
    NewSupplier,
    SupplierChange,
    SupplierSaved,
    change_supplier,
    create_supplier,
)

__all__ = [
    "ChangedAddress",
    "CustomerChange",
    "CustomerSaved",
    "NewCustomer",
    "NewSupplier",
    "PartnerAddress",
    "SupplierChange",
    "SupplierSaved",
    "change_customer",
    "change_supplier",
    "create_customer",
    "create_supplier",
]
