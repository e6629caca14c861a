"""Why an order bears the taxes it does: where, at which rates, on what, and why not elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import OrderRef
from app.core.messages import N_, written_day
from app.queries.orders.progress import Said
from app.queries.taxes import covered, situation_of
from app.rules.orders import OrderState
from app.rules.taxes import TaxSituation, rates_for


@dataclass(frozen=True, slots=True)
class TaxExplained:
    """The tax at one rate of one jurisdiction, and why it is taken.

    `base` is net of the tax, also where prices include it; `lines` (their numbers) and `charges`
    (their names) are what it is taken on, `tax_classes` what these are for tax.
    """

    jurisdiction: str
    name: str
    percent: Decimal
    is_compound: bool
    base: Decimal
    amount: Decimal
    lines: tuple[int, ...]
    charges: tuple[str, ...]
    tax_classes: tuple[str, ...]
    why: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class OrderTaxes:
    """The taxes of an order in its own currency, as they are stored on it.

    `place` and `on` decided them (the ship-to, the order date). `why` is about the whole order,
    such as its exemption; `untaxed` says for each line or charge without tax why it has none.
    """

    order_id: int
    number: str
    currency: str
    on: date
    place: str
    prices_include_tax: bool
    certificate: str
    tax: Decimal
    rates: tuple[TaxExplained, ...]
    why: tuple[Said, ...]
    untaxed: tuple[Said, ...]


_HEAD = text("""
    SELECT o.id, o.number, o.state, o.currency, o.order_date, o.prices_include_tax,
           o.tax_certificate, o.tax_amount, c.name AS customer, c.account_tax_class,
           x.id AS exemption, x.valid_from, x.valid_to,
           tax_situation(o.customer_id, o.ship_to, o.order_date) AS situation
      FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      LEFT JOIN LATERAL (
           SELECT e.id, e.valid_from, e.valid_to FROM tax_exemption e
            WHERE e.customer_id = o.customer_id AND e.certificate = o.tax_certificate
            ORDER BY e.valid_to DESC NULLS FIRST, e.id LIMIT 1) x ON true
     WHERE o.id = :order""")

_RATES = text("""
    SELECT t.jurisdiction, t.jurisdiction_id, j.country, j.region, j.postal_from, j.postal_to,
           t.name, t.percent, t.is_compound, sum(t.base) AS base, sum(t.amount) AS amount,
           array_agg(DISTINCT l.line_no) FILTER (WHERE l.id IS NOT NULL) AS lines,
           array_agg(DISTINCT h.description) FILTER (WHERE h.id IS NOT NULL) AS charges,
           array_agg(DISTINCT k.code) FILTER (WHERE k.id IS NOT NULL) AS tax_classes
      FROM order_tax t
      LEFT JOIN tax_jurisdiction j ON j.id = t.jurisdiction_id
      LEFT JOIN sales_order_line l ON l.id = t.line_id
      LEFT JOIN order_charge h ON h.id = t.charge_id
      LEFT JOIN tax_class k ON k.id = coalesce(l.tax_class_id, h.tax_class_id)
     WHERE t.order_id = :order
     GROUP BY t.jurisdiction, t.jurisdiction_id, j.id, t.name, t.percent, t.is_compound
     ORDER BY min(t.sequence), min(t.id)""")

_UNTAXED = text("""
    SELECT l.line_no, i.number AS name, l.tax_class_id, k.code AS tax_class, true AS is_taxable
      FROM sales_order_line l
      JOIN item i ON i.id = l.item_id
      LEFT JOIN tax_class k ON k.id = l.tax_class_id
     WHERE l.order_id = :order AND l.wanted > 0
       AND NOT EXISTS (SELECT FROM order_tax t WHERE t.line_id = l.id)
    UNION ALL
    SELECT NULL, h.description, h.tax_class_id, k.code, h.is_taxable
      FROM order_charge h
      LEFT JOIN tax_class k ON k.id = h.tax_class_id
     WHERE h.order_id = :order AND h.amount > 0
       AND NOT EXISTS (SELECT FROM order_tax t WHERE t.charge_id = h.id)
     ORDER BY line_no, name""")


def order_taxes_explained(session: Session, *, order: OrderRef) -> OrderTaxes:
    """The taxes of an order, each with the reason for it, and why the rest bears none.

    Three statements, however many lines. Raises: NotFound.
    """
    head = session.execute(_HEAD, {"order": order}).one_or_none()
    if head is None:
        raise NotFound(what="order", value=order)
    now = situation_of(head.situation, head.order_date)
    rates = session.execute(_RATES, {"order": order}).all()
    untaxed = session.execute(_UNTAXED, {"order": order}).all()
    return OrderTaxes(
        head.id,
        head.number,
        head.currency,
        head.order_date,
        str(now.place),
        head.prices_include_tax,
        head.tax_certificate,
        head.tax_amount,
        tuple(_explained(row, head, now) for row in rates),
        tuple(_of_the_whole(head, now)),
        tuple(each for row in untaxed if (each := _untaxed(row, head, now)) is not None),
    )


def _explained(row: Any, head: Any, now: TaxSituation) -> TaxExplained:
    return TaxExplained(
        row.jurisdiction,
        row.name,
        row.percent,
        row.is_compound,
        row.base,
        row.amount,
        tuple(row.lines or ()),
        tuple(row.charges or ()),
        tuple(row.tax_classes or ()),
        tuple(_why(row, head, now)),
    )


def _why(row: Any, head: Any, now: TaxSituation) -> Iterator[Said]:
    if row.jurisdiction_id is None:
        yield Said(N_("The rate came with the order; no jurisdiction here was asked."))
        return
    yield Said(
        N_("The goods go to {place}, and {jurisdiction} is the narrowest area with a rate there."),
        {"place": str(now.place), "jurisdiction": row.jurisdiction},
    )
    yield covered(row.jurisdiction, row.country, row.region, row.postal_from, row.postal_to)
    mine = [
        each
        for each in now.valid
        if each.jurisdiction_id == row.jurisdiction_id
        and (each.rate.name, each.rate.percent) == (row.name, row.percent)
    ]
    if mine and all(each.account_tax_class is not None for each in mine):
        account = mine[0].account_tax_class
        yield Said(
            N_("It is the rate for {account} accounts, and {customer} is one."),
            {"account": str(account), "customer": head.customer},
        )
    if row.is_compound:
        yield Said(N_("It is taken on the goods and on the taxes before it."))
    if head.prices_include_tax:
        yield Said(N_("The prices include it; the base is what is left without it."))
    if not mine and head.state in _OPEN:
        yield Said(
            N_(
                "This rate has been changed or ended since; the order keeps it until it is "
                "changed itself."
            )
        )


_OPEN = (OrderState.DRAFT, OrderState.CONFIRMED)


def _of_the_whole(head: Any, now: TaxSituation) -> Iterator[Said]:
    if head.tax_certificate:
        known = {
            "customer": head.customer,
            "certificate": head.tax_certificate,
            "valid_from": _day(head.valid_from),
            "valid_to": _day(head.valid_to),
        }
        yield Said(_EXEMPT[head.valid_from is not None, head.valid_to is not None], known)
    if head.state not in _OPEN or (now.certificate or "") == head.tax_certificate:
        return
    if now.certificate is None:
        yield Said(
            N_(
                "The certificate {certificate} does not count on {date} any more; the order "
                "keeps it until it is changed itself."
            ),
            {"certificate": head.tax_certificate, "date": written_day(head.order_date)},
        )
    else:
        yield Said(
            N_(
                "The certificate {certificate} counts on {date} now; the order takes it when it "
                "is changed next."
            ),
            {"certificate": now.certificate, "date": written_day(head.order_date)},
        )


def _day(value: date | None) -> str:
    return "" if value is None else written_day(value)


_EXEMPT: Mapping[tuple[bool, bool], str] = {
    (False, False): N_(
        "No tax is charged: {customer} is exempt by certificate {certificate}, without an end."
    ),
    (True, False): N_(
        "No tax is charged: {customer} is exempt by certificate {certificate}, from {valid_from} "
        "on."
    ),
    (False, True): N_(
        "No tax is charged: {customer} is exempt by certificate {certificate}, until {valid_to}."
    ),
    (True, True): N_(
        "No tax is charged: {customer} is exempt by certificate {certificate}, from {valid_from} "
        "to {valid_to}."
    ),
}
"""By whether the certificate's first day is known, and its last."""


def _untaxed(row: Any, head: Any, now: TaxSituation) -> Said | None:
    """Why a line or a charge bears no tax; None where the order's exemption says it all."""
    what: dict[str, str | Decimal] = {"what": row.name}
    if row.line_no is not None:
        what = {"what": f"{row.name} (line {row.line_no})"}
    if not row.is_taxable:
        return Said(N_("{what} bears no tax: it is not taxable."), what)
    if head.tax_certificate:
        return None
    if row.tax_class_id is None:
        if row.line_no is None:
            return Said(N_("{what} bears no tax: nothing it is spread on bears any."), what)
        return Said(N_("{what} bears no tax: it has no tax class."), what)
    known = what | {"tax_class": row.tax_class, "place": str(now.place)}
    if rates_for(now.valid, row.tax_class_id, now.account) is None:
        return Said(
            N_(
                "{what} bears no tax: there is no rate for class {tax_class} in {place}, and the "
                "company lets such goods go untaxed."
            ),
            known,
        )
    return Said(
        N_(
            "{what} bears no tax: there was no rate for class {tax_class} in {place} when the "
            "order was reckoned. There is one now; it counts when the order is changed next."
        ),
        known,
    )
