"""Customers: made and changed, with their addresses and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import CustomerRef, Kind
from app.models.partners import Customer
from app.operations.partners.accounts import (
    ChangedAddress,
    PartnerAddress,
    change_addresses,
    checked_account,
    checked_address,
    own_addresses,
    write_addresses,
)
from app.operations.records import Problems, Seen, Subject, given_by, ids_of, own_changes
from app.rules.orders import AccountKind, BackorderPolicy
from app.rules.records import check_number, check_percent, check_text
from app.rules.taxes import AccountTaxClass


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer as typed. Codes of group, terms and delivery mode; no currency: the company's.

    `credit_limit` in the company's currency: None no limit, 0 prepaid only. Tolerance in percent;
    None leaves it to the item.
    """

    number: str
    name: str
    kind: AccountKind = AccountKind.CUSTOMER
    group: str | None = None
    contact: str = ""
    phone: str = ""
    email: str = ""
    currency: str | None = None
    language: str = "en"
    terms: str | None = None
    delivery_mode: str | None = None
    credit_limit: Decimal | None = None
    backorder_policy: BackorderPolicy = BackorderPolicy.KEEP
    over_pack_tolerance: Decimal | None = None
    ship_complete: bool = False
    account_tax_class: AccountTaxClass | None = None
    addresses: tuple[PartnerAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """What is to be different; None stays as it is. Fields as in `NewCustomer`."""

    name: str | None = None
    kind: AccountKind | None = None
    group: str | None = None
    contact: str | None = None
    phone: str | None = None
    email: str | None = None
    currency: str | None = None
    language: str | None = None
    terms: str | None = None
    delivery_mode: str | None = None
    credit_limit: Decimal | None = None
    backorder_policy: BackorderPolicy | None = None
    over_pack_tolerance: Decimal | None = None
    ship_complete: bool | None = None
    account_tax_class: AccountTaxClass | None = None
    is_active: bool | None = None


Clearable = Literal[
    "group",
    "contact",
    "phone",
    "email",
    "terms",
    "delivery_mode",
    "credit_limit",
    "over_pack_tolerance",
    "account_tax_class",
]
"""Fields of a customer that may be emptied; an empty credit limit is *no limit*."""

NO_CHANGE = CustomerChange()

_NAMED = (
    ("group", "account group", "account_group"),
    ("terms", "payment terms", "payment_terms"),
    ("delivery_mode", "delivery mode", "delivery_mode"),
)
_EMPTY_TEXT = frozenset({"contact", "phone", "email"})


@dataclass(frozen=True, slots=True)
class CustomerSaved:
    """The customer as it is now."""

    customer_id: int
    number: str
    changes: Changes


def create_customer(session: Session, actor: Actor, *, customer: NewCustomer) -> CustomerSaved:
    """Make a customer or prospect, with addresses.

    Raises: NotPermitted (a credit limit: accounting), NumberTaken, NotFound, UnknownCountry,
    UnknownCurrency and what `rules.records` raises; all at once.
    """
    actor.require("create_customer", Group.SALES)
    if customer.credit_limit is not None:
        actor.require("set a credit limit", Group.ACCOUNTING)
    problems, rows = check_customers(session, [customer])
    problems.raise_all()
    (id,) = write_customers(session, rows)
    return CustomerSaved(id, rows[0]["number"], changed(Kind.CUSTOMER, id))


def check_customers(
    session: Session, customers: Sequence[NewCustomer]
) -> tuple[Problems, list[dict[str, Any]]]:
    """What is wrong with new customers, and their rows for `write_customers`; four reads."""
    problems = Problems()
    rows = [_row(index, each, problems) for index, each in enumerate(customers)]
    problems.numbers(session, "customer", "customer", [row["number"] for row in rows])
    for field, what, table in _NAMED:
        codes = [getattr(each, field) for each in customers]
        ids = ids_of(session, table, "code", codes)
        for index, (row, code) in enumerate(zip(rows, codes, strict=True)):
            row[f"{field}_id"] = problems.named(index, field, what, code, ids)
    return problems, rows


def _row(index: int, customer: NewCustomer, problems: Problems) -> dict[str, Any]:
    row = checked_account(index, customer, problems)
    row |= {
        "kind": customer.kind.value,
        "language": problems.check(index, "language", _language, customer.language),
        "credit_limit": customer.credit_limit,
        "backorder_policy": customer.backorder_policy.value,
        "over_pack_tolerance": customer.over_pack_tolerance,
        "ship_complete": customer.ship_complete,
        "account_tax_class": customer.account_tax_class,
    }
    if customer.credit_limit is not None:
        problems.check(index, "credit_limit", check_number, "credit limit", customer.credit_limit)
    if customer.over_pack_tolerance is not None:
        problems.check(
            index, "over_pack_tolerance", check_percent, "tolerance", customer.over_pack_tolerance
        )
    row["addresses"] = [checked_address(index, each, problems) for each in customer.addresses]
    return row


def _language(value: str) -> str:
    return check_text("language", value, 10, required=True)


_COLUMNS = """kind, number, name, name_sort, group_id, contact, phone, email, language, terms_id,
  delivery_mode_id, {limit}backorder_policy, over_pack_tolerance, ship_complete,
  account_tax_class"""


def write_customers(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write checked customers with their addresses; ids come in the order of the rows."""
    # The credit limit is a column of its own right: who may not set it does not name it.
    has_limit = any(row["credit_limit"] is not None for row in rows)
    columns = _COLUMNS.format(limit="credit_limit, " if has_limit else "")
    statement = text(f"""
        INSERT INTO customer (currency, {columns})
        SELECT coalesce(r.currency, (SELECT c.currency FROM company c)), {columns}
          FROM jsonb_to_recordset(:customers) AS r(kind text, number text, name text,
                 name_sort text, group_id bigint, contact text, phone text, email text,
                 currency text, language text, terms_id bigint, delivery_mode_id bigint,
                 credit_limit numeric, backorder_policy text, over_pack_tolerance numeric,
                 ship_complete boolean, account_tax_class text)
        RETURNING number, id""").bindparams(bindparam("customers", type_=JSONB))
    plain = [{k: v for k, v in row.items() if k != "addresses"} for row in rows]
    ids = {row.number: row.id for row in session.execute(statement, {"customers": plain})}
    write_addresses(
        session,
        "customer",
        [(ids[row["number"]], each) for row in rows for each in row["addresses"]],
    )
    return [ids[row["number"]] for row in rows]


def change_customer(
    session: Session,
    actor: Actor,
    *,
    customer: CustomerRef,
    seen: Seen | None = None,
    change: CustomerChange = NO_CHANGE,
    clear: tuple[Clearable, ...] = (),
    add_addresses: tuple[PartnerAddress, ...] = (),
    change_addresses_to: tuple[ChangedAddress, ...] = (),
    remove_addresses: tuple[int, ...] = (),
) -> CustomerSaved:
    """Change a customer: what is given changes, what stands in `clear` is emptied.

    Orders that exist keep what they took from the customer. The credit limit is accounting's.
    `seen` has the lines of the changed address too.
    Raises: NotFound, NotPermitted, ChangedBySomeoneElse, AddressNotTheirs, and as
    `create_customer`; all at once.
    """
    given = given_by(change, clear)
    if not given.get("currency", "as it is"):
        del given["currency"]  # none is the one they have
    touched = given.keys()
    addresses = bool(add_addresses or change_addresses_to or remove_addresses)
    if "credit_limit" in touched:
        actor.require("set a credit limit", Group.ACCOUNTING)
    if touched - {"credit_limit"} or addresses or not touched:
        actor.require("change_customer", Group.SALES)
    now = session.execute(_NOW, {"id": customer}).one_or_none()
    if now is None:
        raise NotFound(what="customer", value=customer)
    subject = Subject(now.name, Kind.CUSTOMER, customer)
    own = own_changes(session, seen, given, now._asdict(), subject)
    problems = Problems()
    row = _checked_change(session, now, own, problems)
    change_addresses(
        session,
        "customer",
        customer,
        now.number,
        add=add_addresses,
        change=own_addresses(session, seen, change_addresses_to, subject),
        remove=remove_addresses,
        problems=problems,
    )
    columns = {f"{name}_id" if f"{name}_id" in row else name for name in own}
    if "name" in columns:
        columns.add("name_sort")
    if columns:
        session.execute(
            update(Customer)
            .where(Customer.id == customer)
            .values({name: row[name] for name in columns})
            .execution_options(synchronize_session=False)
        )
    return CustomerSaved(customer, now.number, changed(Kind.CUSTOMER, customer))


_NOW = text("""
    SELECT c.*, g.code AS "group", t.code AS terms, d.code AS delivery_mode
      FROM customer c
      LEFT JOIN account_group g ON g.id = c.group_id
      LEFT JOIN payment_terms t ON t.id = c.terms_id
      LEFT JOIN delivery_mode d ON d.id = c.delivery_mode_id
     WHERE c.id = :id FOR NO KEY UPDATE OF c""")


def _checked_change(
    session: Session, now: Any, own: dict[str, Any], problems: Problems
) -> dict[str, Any]:
    """The customer's row as it will be, checked by what checks a new one."""
    codes = {name for name, _, _ in _NAMED}
    values = {
        field.name: getattr(now, field.name)
        for field in fields(NewCustomer)
        if field.name not in codes | {"addresses", "number"}
    }
    values["kind"] = AccountKind(now.kind)
    values["backorder_policy"] = BackorderPolicy(now.backorder_policy)
    values |= {
        name: "" if value is None and name in _EMPTY_TEXT else value
        for name, value in own.items()
        if name != "is_active"
    }
    row = _row(0, NewCustomer(number=now.number, **values), problems)
    for field, what, table in _NAMED:
        code = values.get(field)
        row[f"{field}_id"] = problems.named(
            0, field, what, code, ids_of(session, table, "code", [code])
        )
    row["is_active"] = own.get("is_active", now.is_active)
    return row
