"""What one invoice takes of an order's stored amounts, charges and taxes.

Everything is reckoned as *so far* (this invoice included) less what stood on earlier ones, so
the parts sum to the order. A prorated charge follows the goods amount; one that falls on the
first invoice stands on it whole. The last invoice of an order that can have no more (nothing is
open, promised or still to be invoiced) carries the rest of every charge; when only charges are
left, because one was added late or the remaining lines were cancelled, an invoice of charges
alone is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.money import HUNDRED, ZERO, round_amount
from app.core.quantity import as_priced
from app.rules.billing import TaxRounding
from app.rules.charges import ChargeBilling
from app.rules.totals import part_of

RateKey = tuple[str, int, str, Decimal]
"""Jurisdiction, sequence, name, percent."""


@dataclass(frozen=True, slots=True)
class Share:
    """How far an order, a line or a charge is invoiced with this invoice: part of whole."""

    part: Decimal
    whole: Decimal

    def of(self, stored: Decimal, before: Decimal, currency: str) -> Decimal:
        """The rounded amount that falls on this invoice."""
        return part_of(stored, self.part, self.whole, before, currency)

    def exact(self, stored: Decimal) -> Decimal:
        """What is invoiced of an amount so far, unrounded."""
        return stored * self.part / self.whole if self.whole else ZERO


WHOLE = Share(Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class ShipmentCharge:
    """What one shipment bears by one charge, with its taxes: (rate, base, amount)."""

    id: int
    shipment_id: int
    amount: Decimal
    taxes: tuple[tuple[RateKey, Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One invoice, ready to be written: amounts as text, so that they travel as JSON."""

    order_id: int
    number: str
    currency: str
    head: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    charges: Sequence[Mapping[str, Any]]
    taxes: Sequence[Mapping[str, Any]]

    @property
    def is_empty(self) -> bool:
        """Neither goods nor charges: nothing to ask money for."""
        return not self.lines and not self.charges

    @property
    def total(self) -> Decimal:
        """What it asks for, taxes included."""
        return Decimal(self.head["total"])


def can_have_no_more(rows: Sequence[Any], taken: Mapping[int, Decimal]) -> bool:
    """Whether nothing of the order is left to come once this much is invoiced."""
    return all(
        row.id is None or (row.is_delivered and row.invoiceable == taken.get(row.id, ZERO))
        for row in rows
    )


def reckon_invoice(
    rows: Sequence[Any],
    taken: Mapping[int, Decimal],
    extras: Sequence[Any],
    shipments: Sequence[ShipmentCharge],
) -> Paper:
    """What one invoice says of an order, of whose lines these quantities are taken."""
    head = rows[0]
    currency = head.currency
    is_last = can_have_no_more(rows, taken)
    by_line = {
        row.id: Share(row.before_quantity + taken.get(row.id, ZERO), row.wanted) for row in rows
    }
    lines = [
        {
            "order_line_id": row.id,
            "line_no": row.line_no,
            **_as_priced(row, taken[row.id]),
            "discount_percent": str(_discount_percent(row)),
            "amount": str(by_line[row.id].of(row.amount, row.before_amount, currency)),
            "order_discount": str(
                by_line[row.id].of(row.order_discount, row.before_discount, currency)
            ),
        }
        for row in rows
        if row.id in taken
    ]
    charges: list[dict[str, Any]] = []
    taxes: list[dict[str, Any]] = []
    if taken or is_last:
        whole = _share_of_order(rows, lines, is_last)
        by_charge = _charges(
            head, by_line, whole, extras, charges, is_last=is_last, has_goods=bool(lines)
        )
        taxes = _taxes(head, by_line, by_charge, whole, extras)
        _add_shipments(head, shipments, charges, taxes)
    return Paper(
        head.order_id,
        head.number,
        currency,
        _head(head, lines, charges, taxes),
        lines,
        charges,
        taxes,
    )


def _charges(
    head: Any,
    by_line: Mapping[int, Share],
    whole: Share,
    extras: Sequence[Any],
    rows: list[dict[str, Any]],
    *,
    is_last: bool,
    has_goods: bool,
) -> dict[int, Share]:
    """Put each charge's part into `rows`; how far each charge is invoiced with it.

    A charge is never taken back by an invoice: raising the order after it was invoiced in full
    leaves it as it is.
    """
    shares: dict[int, Share] = {}
    for extra in extras:
        if extra.what != "charge" or extra.billing == ChargeBilling.PER_SHIPMENT:
            continue
        share = whole if extra.line_id is None else by_line[extra.line_id]
        if extra.billing == ChargeBilling.FIRST or (is_last and share.part < share.whole):
            share = WHOLE
        if share.whole == 0:
            # A line that was cancelled altogether: its charge is owed when nothing more comes.
            share = WHOLE if is_last else Share(ZERO, Decimal(1))
        amount = max(ZERO, share.of(extra.amount, extra.before_amount, head.currency))
        shares[extra.id] = Share(extra.before_amount + amount, extra.amount)
        # A person's charge of nothing is shown beside goods; alone it asks for no invoice.
        if amount or (extra.amount == 0 and has_goods):
            rows.append(
                {
                    "order_id": head.order_id,
                    "id": extra.id,
                    "shipment_charge_id": None,
                    "amount": str(amount),
                }
            )
    return shares


def _taxes(
    head: Any,
    by_line: Mapping[int, Share],
    by_charge: Mapping[int, Share],
    whole: Share,
    extras: Sequence[Any],
) -> list[dict[str, Any]]:
    """One row for each rate: what the order's tax rows come to so far, less what was taxed before.

    By rate and not by row, because an order's tax rows are made anew when the order changes; and
    rounded as the order is, each row for itself or once over the document.
    """
    is_rounded_by_row = head.tax_rounding == TaxRounding.LINE
    found: dict[RateKey, tuple[Decimal, Decimal]] = {}
    before: dict[RateKey, tuple[Decimal, Decimal]] = {}
    for extra in extras:
        if extra.what in ("charge", "shipment"):
            continue
        key = (extra.jurisdiction, extra.sequence, extra.name, extra.percent)
        if extra.what == "taxed":
            before[key] = (extra.before_base, extra.before_amount)
            found.setdefault(key, (ZERO, ZERO))
            continue
        if extra.charge_id is not None:
            share = by_charge.get(extra.charge_id, WHOLE)
        else:
            share = whole if extra.line_id is None else by_line[extra.line_id]
        base, amount = share.exact(extra.base), share.exact(extra.amount)
        if is_rounded_by_row:
            base, amount = (round_amount(each, head.currency) for each in (base, amount))
        so_far = found.get(key, (ZERO, ZERO))
        found[key] = (so_far[0] + base, so_far[1] + amount)
    rows = []
    for key, (base, amount) in found.items():
        base_before, amount_before = before.get(key, (ZERO, ZERO))
        base = round_amount(base, head.currency) - base_before
        amount = round_amount(amount, head.currency) - amount_before
        if base or amount:
            rows.append(_tax_row(head, key, base, amount))
    return rows


def _tax_row(
    head: Any, key: RateKey, base: Decimal, amount: Decimal, shipment: int | None = None
) -> dict[str, Any]:
    jurisdiction, sequence, name, percent = key
    return {
        "order_id": head.order_id,
        "jurisdiction": jurisdiction,
        "sequence": sequence,
        "name": name,
        "percent": str(percent),
        "shipment_id": shipment,
        "base": str(base),
        "amount": str(amount),
    }


def _add_shipments(
    head: Any,
    shipments: Sequence[ShipmentCharge],
    charges: list[dict[str, Any]],
    taxes: list[dict[str, Any]],
) -> None:
    for each in shipments:
        charges.append(
            {
                "order_id": head.order_id,
                "id": None,
                "shipment_charge_id": each.id,
                "amount": str(each.amount),
            }
        )
        taxes += [
            _tax_row(head, key, base, amount, each.shipment_id) for key, base, amount in each.taxes
        ]


def _share_of_order(
    rows: Sequence[Any], lines: Sequence[Mapping[str, Any]], is_last: bool
) -> Share:
    """How far the order as a whole is invoiced: by goods amount, and whole when all lines are.

    Where no line costs anything, the first invoice takes what belongs to the whole order.
    """
    now = {line["order_line_id"]: line for line in lines}
    part, whole, is_complete = ZERO, ZERO, True
    for row in rows:
        if row.id is None:
            continue
        whole += row.amount - row.order_discount
        part += row.before_amount - row.before_discount
        quantity = row.before_quantity
        if row.id in now:
            line = now[row.id]
            part += Decimal(line["amount"]) - Decimal(line["order_discount"])
            quantity += Decimal(line["quantity"])
        is_complete = is_complete and quantity == row.wanted
    if is_complete or whole == 0 or (is_last and part < whole):
        return WHOLE
    return Share(part, whole)


def _as_priced(row: Any, quantity: Decimal) -> dict[str, str]:
    """A line's quantity, and how it reads beside its price."""
    read = as_priced(quantity, row.base_unit, row.price_unit, row.price_factor)
    return {
        "quantity": str(quantity),
        "unit": read.unit,
        "unit_quantity": str(read.quantity),
        "unit_price": str(row.unit_price / read.price_divisor),
    }


def _discount_percent(row: Any) -> Decimal:
    """The line's discount as one percentage, for the reader; amounts never depend on it."""
    full: Decimal = row.unit_price * row.wanted / row.price_factor
    amount: Decimal = row.amount
    # What rounding takes is no discount: 10.40 is 10 in yen.
    if full <= 0 or round_amount(full, row.currency) == amount:
        return ZERO
    return max(ZERO, round(HUNDRED * (1 - amount / full), 2))


def _head(
    head: Any,
    lines: Sequence[Mapping[str, Any]],
    charges: Sequence[Mapping[str, Any]],
    taxes: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    goods = sum((Decimal(line["amount"]) - Decimal(line["order_discount"]) for line in lines), ZERO)
    charge = sum((Decimal(each["amount"]) for each in charges), ZERO)
    tax = sum((Decimal(each["amount"]) for each in taxes), ZERO)
    total = goods + charge + (ZERO if head.prices_include_tax else tax)
    issued: date = head.today
    return {
        "order_id": head.order_id,
        "invoice_date": issued.isoformat(),
        "due_date": date.fromordinal(issued.toordinal() + head.days).isoformat(),
        "goods": str(goods),
        "charges": str(charge),
        "tax": str(tax),
        "total": str(total),
        "base_total": str(round_amount(total * head.exchange_rate, head.base_currency)),
    }
