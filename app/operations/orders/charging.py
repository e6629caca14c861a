"""Charges on an order by hand: added, changed, taken off. No rule overrules a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import NotFound
from app.core.ids import Kind, OrderRef
from app.core.money import decimals_of
from app.models.charges import WaivedCharge
from app.operations.orders.amounts import refresh_totals, store_charges
from app.operations.orders.notes import leave_note
from app.operations.orders.order import OrderChanged, locked_head, locked_order
from app.operations.orders.refusals import ChargeInvoiced, NothingMoreShips
from app.operations.orders.typed_charges import NewCharge, typed_charges
from app.rules.charges import ChargeBilling, ChargeSource

_FACTS = text("""
    SELECT o.currency, (SELECT jsonb_object_agg(t.id, t.code) FROM tax_class t) AS classes
      FROM sales_order o WHERE o.id = :order
""")


def add_charge(
    session: Session, actor: Actor, *, order: OrderRef, charge: NewCharge
) -> OrderChanged:
    """Add freight or a special charge to an order, or to one line of it.

    On an order that is invoiced already it asks for an invoice of its own.
    Raises: ChargeNotPossible, NothingMoreShips, NotFound, WrongState, NotPermitted.
    """
    actor.require("add_charge", Group.SALES)
    head, lines = locked_order(session, order, "add a charge")
    ships = any(line.open or line.allocated for line in lines)
    if charge.billing is ChargeBilling.PER_SHIPMENT and lines and not ships:
        raise NothingMoreShips(order=head.number)
    facts = session.execute(_FACTS, {"order": order}).one()
    classes = {int(id): code for id, code in (facts.classes or {}).items()}
    typed = typed_charges(
        [charge], facts.currency, {line.line_no: line.line_id for line in lines}, classes
    )
    store_charges(session, order, (), typed, int)
    leave_note(session, actor, order, _words(charge.description, charge.amount, facts.currency))
    result = refresh_totals(session, order)
    return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))


def change_charge(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    charge: int,
    amount: Decimal | None = None,
    description: str | None = None,
) -> OrderChanged:
    """Change what a charge comes to, or its words; from then on no rule changes it.

    The amount of a charge per shipment is that of each shipment.
    Raises: ChargeNotPossible, ChargeInvoiced, NotFound, WrongState, NotPermitted.
    """
    actor.require("change_charge", Group.SALES)
    head = locked_head(session, order, "change a charge")
    row = _stored(session, order, charge, head.number)
    is_per_shipment = row.billing == ChargeBilling.PER_SHIPMENT
    before = row.rate if is_per_shipment else row.amount
    typed = typed_charges(
        [
            NewCharge(
                description if description is not None else row.description,
                amount if amount is not None else before,
                billing=ChargeBilling(row.billing),
            )
        ],
        row.currency,
        {},
        {},
    )[0]
    session.execute(
        text("""
            UPDATE order_charge SET source = :source, description = :description,
                   amount = :amount, method = coalesce(:method, method), rate = :rate
             WHERE id = :id"""),
        {
            "id": charge,
            "source": ChargeSource.MANUAL.value,
            "description": typed.description,
            "amount": typed.amount,
            "method": typed.method.value if typed.method and amount is not None else None,
            "rate": row.rate if is_per_shipment and amount is None else typed.rate,
        },
    )
    words = _words(row.description, before, row.currency)
    now = _words(typed.description, amount if amount is not None else before, row.currency)
    leave_note(session, actor, order, f"{words} to {now}")
    result = refresh_totals(session, order)
    return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))


def remove_charge(session: Session, actor: Actor, *, order: OrderRef, charge: int) -> OrderChanged:
    """Take a charge off that has not been invoiced; no rule brings it back.

    Raises: ChargeInvoiced, NotFound, WrongState, NotPermitted.
    """
    actor.require("remove_charge", Group.SALES)
    head = locked_head(session, order, "remove a charge")
    row = _stored(session, order, charge, head.number)
    session.execute(text("DELETE FROM order_charge WHERE id = :charge"), {"charge": charge})
    amount = row.rate if row.billing == ChargeBilling.PER_SHIPMENT else row.amount
    leave_note(session, actor, order, _words(row.description, amount, row.currency))
    if row.code:
        session.execute(
            insert(WaivedCharge),
            [
                {
                    "order_id": order,
                    "code": row.code,
                    "line_id": row.line_id,
                    "waived_by": actor.operator,
                }
            ],
        )
    result = refresh_totals(session, order)
    return OrderChanged(order, head.number, result.total, changed(Kind.ORDER, order))


def _words(description: str, amount: Decimal, currency: str) -> str:
    return f"{description} {amount:.{decimals_of(currency)}f}"


def _stored(session: Session, order: int, charge: int, number: str) -> Any:
    """The charge as it is stored. Raises: NotFound, ChargeInvoiced."""
    row = session.execute(
        text("""
            SELECT c.*, o.currency, c.invoiced > 0 AS is_invoiced
              FROM order_charge c JOIN sales_order o ON o.id = c.order_id
             WHERE c.id = :charge AND c.order_id = :order"""),
        {"charge": charge, "order": order},
    ).one_or_none()
    if row is None:
        raise NotFound(what="charge", value=charge)
    if row.is_invoiced:
        raise ChargeInvoiced(description=row.description, order=number)
    return row
