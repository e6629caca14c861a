"""Why a price is what it is, for whoever asks: the noun `price`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import BusinessError, NotFound
from app.core.ids import CustomerRef, ItemRef, SupplierRef
from app.core.messages import N_
from app.core.money import check_used
from app.core.quantity import check_quantity, to_base
from app.queries.pricing.facts import gather
from app.queries.pricing.lookup import PricePart, PriceRequest, parts_of, questions
from app.rules.pricing.agreements import Side
from app.rules.pricing.decision import decide
from app.rules.pricing.explaining import explanation_of, in_order, sentence_of
from app.rules.pricing.question import Asked


class UnitUnknown(BusinessError):
    """A unit the item does not have."""

    about = ("unit",)
    sentence = N_("{item} has no unit {unit}. It is counted in: {units}.")


class WrongSideParty(BusinessError):
    """A customer on the buy side or a supplier on the sell side."""

    sentence = N_("On the {side} side the party is a {party}. Name one, or leave it out for all.")


@dataclass(frozen=True, slots=True)
class PriceExplained:
    """A price with its whole story. `price` is per `price_unit`, before discounts.

    `reasons` holds one sentence for each candidate, in the order of the explanation's.
    """

    item: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    on: date
    currency: str
    side: Side
    price: Decimal | None
    price_unit: str
    net_price: Decimal | None
    list_price: Decimal | None
    source: str
    parts: tuple[PricePart, ...]
    reasons: tuple[str, ...]
    explanation: dict[str, Any]


_DEFAULTS = text("""
    SELECT i.number, i.base_unit, i.quantity_decimals, k.time_zone,
           coalesce((SELECT c.currency FROM customer c WHERE c.id = :customer),
                    (SELECT s.currency FROM supplier s WHERE s.id = :supplier),
                    k.currency) AS currency,
           ARRAY(SELECT k.currency UNION SELECT currency FROM exchange_rate ORDER BY 1)
             AS currencies,
           (SELECT jsonb_object_agg(u.name, u.factor::text) FROM item_unit u
             WHERE u.item_id = i.id) AS units
      FROM item i CROSS JOIN company k WHERE i.id = :item
""")


def price(
    session: Session,
    *,
    item: ItemRef,
    quantity: Decimal = Decimal(1),
    customer: CustomerRef | None = None,
    supplier: SupplierRef | None = None,
    unit: str | None = None,
    date: date | None = None,
    currency: str | None = None,
    side: Side = Side.SELL,
) -> PriceExplained:
    """What an item costs a customer (or us, on the buy side), and why.

    Without a party it is the price for everybody; `date` is today unless given, `currency` the
    party's. Every agreement that names item and party is listed with its reason, also drafts and
    those of other days and currencies. Raises: NotFound, UnitUnknown, WrongSideParty,
    UnknownCurrency, CurrencyNotUsed, and what `check_quantity` raises.
    """
    party = customer if side is Side.SELL else supplier
    if (supplier if side is Side.SELL else customer) is not None:
        raise WrongSideParty(side=side.value, party="customer" if side is Side.SELL else "supplier")
    row = session.execute(
        _DEFAULTS, {"item": item, "customer": customer, "supplier": supplier}
    ).one_or_none()
    if row is None:
        raise NotFound(what="item", value=item)
    wanted = check_used((currency or row.currency).strip().upper(), row.currencies)
    base = _base_quantity(row, quantity, unit)
    request = PriceRequest(
        0,
        party or 0,
        item,
        base,
        date or today(row.time_zone),
        wanted,
        unit,
        side,
    )
    asked, reasons, decision = explain(session, request)
    return PriceExplained(
        row.number,
        quantity,
        asked.line_unit,
        base,
        request.on,
        request.currency,
        side,
        decision.price,
        decision.price_unit,
        decision.net if decision.net is None or decision.net else Decimal(0),  # not 0E-12
        decision.list_price,
        decision.source.value if decision.price is not None else "none",
        parts_of(decision),
        reasons,
        explanation_of(decision),
    )


def explain(session: Session, request: PriceRequest) -> tuple[Asked, tuple[str, ...], Any]:
    """The question, one sentence for each candidate, and the decision. One statement."""
    facts = gather(session, [request.subject], everything=True)
    asked = questions(facts, [request])[0]
    decision = decide(asked, facts.candidates(request.subject))
    return asked, tuple(sentence_of(asked, each) for each in in_order(decision)), decision


def _base_quantity(row: Any, quantity: Decimal, unit: str | None) -> Decimal:
    if unit in (None, "", row.base_unit):
        return check_quantity(row.number, quantity, row.quantity_decimals)
    units = row.units or {}
    if unit not in units:
        raise UnitUnknown(item=row.number, unit=unit, units=sorted({row.base_unit, *units}))
    return to_base(row.number, quantity, unit, Decimal(units[unit]), row.quantity_decimals)
