"""Importing customers and suppliers, each with one address."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.actor import Group
from app.core.changes import Changes, changed
from app.core.ids import Kind
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.missing import create_groups
from app.operations.partners.accounts import PartnerAddress
from app.operations.partners.customers import NewCustomer, check_customers, write_customers
from app.operations.partners.suppliers import NewSupplier, check_suppliers, write_suppliers
from app.operations.records import Problems
from app.rules.orders import AccountKind, BackorderPolicy
from app.rules.taxes import AccountTaxClass

_WHO = (
    Column("contact", Cell.TEXT, "whom to ask for", default=""),
    Column("phone", Cell.TEXT, "phone number", default=""),
    Column("email", Cell.TEXT, "e-mail address", default=""),
    Column("currency", Cell.CURRENCY, "ISO 4217 code; empty: the company's"),
)
_WHERE = (
    Column("address_name", Cell.TEXT, "name on the address, when it is another", default=""),
    Column("street", Cell.TEXT, "street and house number", default=""),
    Column("city", Cell.TEXT, "city", default=""),
    Column("region", Cell.TEXT, "state, province or county", default=""),
    Column("postal_code", Cell.TEXT, "postal code", default=""),
    Column("country", Cell.COUNTRY, "ISO code or English name", default=""),
)

CUSTOMER_COLUMNS = (
    Column("number", Cell.TEXT, "the customer's number", required=True),
    Column("name", Cell.TEXT, "the customer's name", required=True),
    Column(
        "kind",
        Cell.TEXT,
        "customer or prospect",
        default="customer",
        choices=tuple(each.value for each in AccountKind),
    ),
    Column("group", Cell.TEXT, "code of its group; --create-missing makes it"),
    *_WHO,
    *_WHERE,
    Column("language", Cell.TEXT, "language of its papers", default="en"),
    Column("terms", Cell.TEXT, "code of the payment terms"),
    Column("delivery_mode", Cell.TEXT, "code of the usual delivery mode"),
    Column("credit_limit", Cell.AMOUNT, "company currency; empty: none, 0: prepaid only"),
    Column(
        "backorder_policy",
        Cell.TEXT,
        "what happens to the rest of an order",
        default="keep",
        choices=tuple(each.value for each in BackorderPolicy),
    ),
    Column("ship_complete", Cell.YES_NO, "only whole orders leave", default=False),
    Column(
        "account_tax_class",
        Cell.TEXT,
        "pays the tax rates for this kind of buyer",
        choices=tuple(each.value for each in AccountTaxClass),
    ),
)

SUPPLIER_COLUMNS = (
    Column("number", Cell.TEXT, "the supplier's number", required=True),
    Column("name", Cell.TEXT, "the supplier's name", required=True),
    *_WHO,
    *_WHERE,
    Column("lead_time_days", Cell.WHOLE, "calendar days from order to arrival"),
    Column("is_active", Cell.YES_NO, "still bought from", default=True),
)


def import_customers(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the customers; groups that are missing with `create_missing`."""
    rows = intake.without_repeats(rows, "number")
    if any(row["credit_limit"] is not None for row in rows):
        intake.actor.require("set a credit limit", Group.ACCOUNTING)
    if intake.create_missing:
        create_groups(intake, "account_group", rows)
    problems, ready = check_customers(intake.session, [_customer(row) for row in rows])
    good = _good(intake, rows, problems)
    ids = write_customers(
        intake.session, [new for row, new in zip(rows, ready, strict=True) if row.line in good]
    )
    return changed(Kind.CUSTOMER, ids)


def import_suppliers(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the suppliers."""
    rows = intake.without_repeats(rows, "number")
    problems, ready = check_suppliers(intake.session, [_supplier(row) for row in rows])
    good = _good(intake, rows, problems)
    ids = write_suppliers(
        intake.session, [new for row, new in zip(rows, ready, strict=True) if row.line in good]
    )
    return changed(Kind.SUPPLIER, ids)


def _good(intake: Intake, rows: Sequence[Row], problems: Problems) -> set[int]:
    for each in problems.found:
        intake.reject(rows[each.index], each.field, each.reason)
    return {row.line for row in intake.accepted(rows)}


def _address(row: Row) -> tuple[PartnerAddress, ...]:
    lines = {field: row[field] for field in ("street", "city", "region", "postal_code", "country")}
    if not any(lines.values()) and not row["address_name"]:
        return ()
    return (PartnerAddress(name=row["address_name"], **lines),)


def _customer(row: Row) -> NewCustomer:
    return NewCustomer(
        number=row["number"],
        name=row["name"],
        kind=AccountKind(row["kind"]),
        group=row["group"],
        contact=row["contact"],
        phone=row["phone"],
        email=row["email"],
        currency=row["currency"],
        language=row["language"],
        terms=row["terms"],
        delivery_mode=row["delivery_mode"],
        credit_limit=row["credit_limit"],
        backorder_policy=BackorderPolicy(row["backorder_policy"]),
        ship_complete=row["ship_complete"],
        account_tax_class=AccountTaxClass(row["account_tax_class"])
        if row["account_tax_class"]
        else None,
        addresses=_address(row),
    )


def _supplier(row: Row) -> NewSupplier:
    return NewSupplier(
        number=row["number"],
        name=row["name"],
        contact=row["contact"],
        phone=row["phone"],
        email=row["email"],
        currency=row["currency"],
        lead_time_days=row["lead_time_days"],
        is_active=row["is_active"],
        addresses=_address(row),
    )


CUSTOMERS = ImportKind(
    "customers",
    "whom we sell to: numbers, names, groups, terms, an address",
    (Group.SALES,),
    CUSTOMER_COLUMNS,
    import_customers,
)
SUPPLIERS = ImportKind(
    "suppliers",
    "whom we buy from: numbers, names, lead times, an address",
    (Group.PURCHASING,),
    SUPPLIER_COLUMNS,
    import_suppliers,
)
