"""Suppliers: made and changed, with their addresses."""

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
from app.core.ids import Kind, SupplierRef
from app.models.partners import Supplier
from app.operations.partners.accounts import (
    ChangedAddress,
    PartnerAddress,
    change_addresses,
    checked_account,
    checked_address,
    write_addresses,
)
from app.operations.records import Problems
from app.rules.records import check_number

LONGEST_LEAD = Decimal(3650)
"""Days; more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """A supplier as typed; no currency is the company's, lead time in calendar days."""

    number: str
    name: str
    contact: str = ""
    phone: str = ""
    email: str = ""
    currency: str | None = None
    lead_time_days: int | None = None
    is_active: bool = True
    addresses: tuple[PartnerAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplierChange:
    """What is to be different; None stays as it is. Fields as in `NewSupplier`."""

    name: str | None = None
    contact: str | None = None
    phone: str | None = None
    email: str | None = None
    currency: str | None = None
    lead_time_days: int | None = None
    is_active: bool | None = None


Clearable = Literal["contact", "phone", "email", "lead_time_days"]
"""Fields of a supplier that may be emptied."""

NO_CHANGE = SupplierChange()


@dataclass(frozen=True, slots=True)
class SupplierSaved:
    """The supplier as it is now."""

    supplier_id: int
    number: str
    changes: Changes


def create_supplier(session: Session, actor: Actor, *, supplier: NewSupplier) -> SupplierSaved:
    """Make a supplier, with addresses.

    Raises: NotPermitted, NumberTaken, UnknownCountry, UnknownCurrency and what `rules.records`
    raises; all at once.
    """
    actor.require("create_supplier", Group.PURCHASING)
    problems, rows = check_suppliers(session, [supplier])
    problems.raise_all()
    (id,) = write_suppliers(session, rows)
    return SupplierSaved(id, rows[0]["number"], changed(Kind.SUPPLIER, id))


def check_suppliers(
    session: Session, suppliers: Sequence[NewSupplier]
) -> tuple[Problems, list[dict[str, Any]]]:
    """What is wrong with new suppliers, and their rows for `write_suppliers`; one read."""
    problems = Problems()
    rows = [_row(index, each, problems) for index, each in enumerate(suppliers)]
    problems.numbers(session, "supplier", "supplier", [row["number"] for row in rows])
    return problems, rows


def _row(index: int, supplier: NewSupplier, problems: Problems) -> dict[str, Any]:
    row = checked_account(index, supplier, problems)
    row |= {
        "is_active": supplier.is_active,
        "lead_time_days": supplier.lead_time_days,
        "addresses": [checked_address(index, each, problems) for each in supplier.addresses],
    }
    if supplier.lead_time_days is not None:
        problems.check(index, "lead_time_days", _lead_time, supplier.lead_time_days)
    return row


def _lead_time(days: int) -> int:
    check_number("lead time in days", Decimal(days), most=LONGEST_LEAD, decimals=0)
    return days


_WRITE = text("""
    INSERT INTO supplier (number, name, name_sort, contact, phone, email, currency, lead_time_days,
                          is_active)
    SELECT number, name, name_sort, contact, phone, email,
           coalesce(r.currency, (SELECT c.currency FROM company c)), lead_time_days, is_active
      FROM jsonb_to_recordset(:suppliers) AS r(number text, name text, name_sort text, contact text,
             phone text, email text, currency text, lead_time_days bigint, is_active boolean)
    RETURNING number, id
""").bindparams(bindparam("suppliers", type_=JSONB))


def write_suppliers(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write checked suppliers with their addresses; ids come in the order of the rows."""
    plain = [{k: v for k, v in row.items() if k != "addresses"} for row in rows]
    ids = {row.number: row.id for row in session.execute(_WRITE, {"suppliers": plain})}
    write_addresses(
        session,
        "supplier",
        [(ids[row["number"]], each) for row in rows for each in row["addresses"]],
    )
    return [ids[row["number"]] for row in rows]


def change_supplier(
    session: Session,
    actor: Actor,
    *,
    supplier: SupplierRef,
    change: SupplierChange = NO_CHANGE,
    clear: tuple[Clearable, ...] = (),
    add_addresses: tuple[PartnerAddress, ...] = (),
    change_addresses_to: tuple[ChangedAddress, ...] = (),
    remove_addresses: tuple[int, ...] = (),
) -> SupplierSaved:
    """Change a supplier: what is given changes, what stands in `clear` is emptied.

    Raises: NotFound, NotPermitted, AddressNotTheirs, and as `create_supplier`; all at once.
    """
    actor.require("change_supplier", Group.PURCHASING)
    now = session.execute(
        text("SELECT * FROM supplier WHERE id = :id"), {"id": supplier}
    ).one_or_none()
    if now is None:
        raise NotFound(what="supplier", value=supplier)
    given = {
        field.name: value
        for field in fields(change)
        if (value := getattr(change, field.name)) is not None
    }
    if not given.get("currency", now.currency):
        del given["currency"]  # none is the one it has
    cleared: dict[str, Any] = {name: None if name == "lead_time_days" else "" for name in clear}
    kept = {f.name: getattr(now, f.name) for f in fields(NewSupplier) if f.name != "addresses"}
    problems = Problems()
    row = _row(0, NewSupplier(**(kept | given | cleared)), problems)
    change_addresses(
        session,
        "supplier",
        supplier,
        now.number,
        add=add_addresses,
        change=change_addresses_to,
        remove=remove_addresses,
        problems=problems,
    )
    columns = given.keys() | set(clear) | ({"name_sort"} if "name" in given else set())
    if columns:
        session.execute(
            update(Supplier)
            .where(Supplier.id == supplier)
            .values({name: row[name] for name in columns})
            .execution_options(synchronize_session=False)
        )
    return SupplierSaved(supplier, now.number, changed(Kind.SUPPLIER, supplier))
