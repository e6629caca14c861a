"""The prices of an order's lines beside what they would be found to be now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.money import round_half_away
from app.queries.pricing.lookup import (
    DocumentPrices,
    PricePart,
    PriceRequest,
    PriceResult,
    TypedDiscount,
    price_document,
    reductions,
)
from app.rules.orders import PartKind, PriceSource
from app.rules.pricing.choosing import PRICE_DECIMALS
from app.rules.totals import TotalsLine, line_amount, net_price

KEPT = frozenset({PriceSource.MANUAL, PriceSource.QUOTED, PriceSource.CONFIGURED})
"""Prices that a person typed, promised or put together: never overwritten without asking."""


@dataclass(frozen=True, slots=True)
class StoredPrice:
    """A line with its price as it is stored; quantities in base units, price per price unit.

    `counted` judges the steps: what is wanted, and what was cancelled because it came back.
    `invoiced` is what stands on invoices; `is_part` of another line, whose price it shares.
    """

    id: int
    line_no: int
    item_id: int
    item: str
    name: str
    unit: str
    unit_factor: Decimal
    wanted: Decimal
    counted: Decimal
    invoiced: Decimal
    price_unit: str
    price_factor: Decimal
    unit_price: Decimal
    source: PriceSource
    explanation: dict[str, Any]
    tax_class_id: int | None
    amount: Decimal
    order_discount: Decimal
    is_part: bool
    parts: tuple[PricePart, ...]

    @property
    def is_kept(self) -> bool:
        """Whether it may only be overwritten when somebody says so."""
        return self.source in KEPT

    @property
    def in_unit(self) -> Decimal:
        """What is wanted, in the unit it was typed in."""
        return self.wanted / self.unit_factor

    @property
    def is_settled(self) -> bool:
        """Whether all that is wanted stands on invoices: at the price it was invoiced at."""
        return self.invoiced > 0 and self.wanted <= self.invoiced

    @property
    def typed_price(self) -> Decimal | None:
        """The unit price a person typed."""
        is_typed = any(
            part.kind is PartKind.PRICE and part.source is PriceSource.MANUAL for part in self.parts
        )
        return self.unit_price if is_typed else None

    @property
    def typed_discount(self) -> TypedDiscount | None:
        """The percentage a person typed; the price it is taken off keeps its source."""
        return next(
            (
                TypedDiscount(part.percent, part.label)
                for part in self.parts
                if part.kind is PartKind.PERCENT_OFF
                and part.source is PriceSource.MANUAL
                and part.percent is not None
            ),
            None,
        )

    @property
    def is_typed(self) -> bool:
        """Whether price or discount are a person's, to be taken off only when somebody says so."""
        return self.is_kept or self.typed_discount is not None

    @property
    def rule(self) -> list[str] | None:
        """What the price rests on; of a price with a typed discount, only the price."""
        rule = self.explanation.get("rule")
        return rule[:1] if rule is not None and self.typed_discount is not None else rule

    def keeping_discount(self, found: PriceResult) -> PriceResult:
        """What was found, with the discount that a person typed in place of those found."""
        return found if self.is_kept else replace(found, typed=self.typed_discount)

    @property
    def net(self) -> Decimal:
        """Per price unit after discounts, not rounded."""
        return net_price(self.for_totals(Decimal(1)))

    def for_totals(self, quantity: Decimal) -> TotalsLine:
        """As the totals take it, for so many price units."""
        return TotalsLine(self.id, quantity, self.unit_price, *reductions(self.parts))

    def request(self, customer: int, on: date, currency: str) -> PriceRequest:
        """The question what it costs."""
        return PriceRequest(self.id, customer, self.item_id, self.counted, on, currency, self.unit)


@dataclass(frozen=True, slots=True)
class PriceDifference:
    """What a line costs, and what it would or does cost now; per price unit, after discounts.

    `after` is None where no price is found. A crossed step is told by `from_step` and `to_step`.
    """

    line_id: int
    line_no: int
    item: str
    name: str
    source: PriceSource
    before: Decimal
    before_unit: str
    before_amount: Decimal
    new_source: PriceSource
    after: Decimal | None
    after_unit: str
    after_amount: Decimal | None
    label: str
    from_step: Decimal | None
    to_step: Decimal | None

    @property
    def is_typed(self) -> bool:
        """Whether a person typed what it costs now."""
        return self.source in KEPT


STORED_PRICES = """
    SELECT l.id, l.line_no, l.item_id, i.number AS item, l.description AS name, l.unit,
           l.unit_factor::text, l.wanted::text, (l.wanted + l.came_back)::text AS counted,
           l.invoiced::text, l.price_unit, l.price_factor::text, l.unit_price::text,
           l.price_source AS source, l.price_explanation AS explanation, l.tax_class_id,
           l.amount::text,
           l.order_discount::text, l.parent_id IS NOT NULL AS is_part,
           (SELECT json_agg(json_build_array(p.kind, p.source, p.label, p.base::text,
                                             p.effect::text, p.percent::text, p.amount::text)
                            ORDER BY p.sequence)
              FROM line_price_part p WHERE p.line_id = l.id) AS parts
      FROM sales_order_line l JOIN item i ON i.id = l.item_id
     WHERE l.order_id = :order
"""
"""The lines of an order with their prices, as `stored_price` reads them."""

_STORED = text(f"""
    SELECT * FROM ({STORED_PRICES}) s
     WHERE NOT s.is_part AND (CAST(:line AS bigint) IS NULL OR s.id = :line) ORDER BY s.line_no
""")
_AMOUNTS = (
    "unit_factor",
    "wanted",
    "counted",
    "invoiced",
    "price_factor",
    "unit_price",
    "amount",
    "order_discount",
)


def stored_price(row: Mapping[str, Any]) -> StoredPrice:
    """A row of `STORED_PRICES`, whose amounts are written as text."""
    return StoredPrice(
        **{
            **row,
            **{name: Decimal(row[name]) for name in _AMOUNTS},
            "source": PriceSource(row["source"]),
            "parts": tuple(
                PricePart(
                    PartKind(kind),
                    PriceSource(source),
                    label,
                    Decimal(base),
                    Decimal(effect),
                    None if percent is None else Decimal(percent),
                    None if amount is None else Decimal(amount),
                )
                for kind, source, label, base, effect, percent, amount in row["parts"] or ()
            ),
        }
    )


def stored_prices(session: Session, order: int, line: int | None = None) -> list[StoredPrice]:
    """The lines of an order (or one of them) with their prices as stored. One statement."""
    found = session.execute(_STORED, {"order": order, "line": line}).mappings()
    return [stored_price(dict(row)) for row in found]


def prices_now(
    session: Session,
    stored: Sequence[StoredPrice],
    customer: int,
    on: date,
    currency: str,
    beside: Callable[[], Sequence[PriceRequest]] = tuple,
) -> DocumentPrices:
    """What the lines of an order are found to cost for that customer on that day.

    `beside` reads the other lines, as for `price_document`.
    """
    return price_document(
        session,
        [line.request(customer, on, currency) for line in stored],
        party_id=customer,
        on=on,
        currency=currency,
        beside=beside,
    )


def is_another_rule(stored: StoredPrice, found: PriceResult) -> bool:
    """Whether the price now rests on something else than when it was stored."""
    return found.rule != stored.rule or found.price_unit != stored.price_unit


def difference(stored: StoredPrice, found: PriceResult, currency: str) -> PriceDifference | None:
    """Before and after, when they differ in money."""
    before, after = stored.net, found.net
    if after is not None and _per_base_unit(before, stored.price_factor) == _per_base_unit(
        after, found.price_factor
    ):
        return None
    from_step, to_step = _steps(stored.explanation, found)
    return PriceDifference(
        stored.id,
        stored.line_no,
        stored.item,
        stored.name,
        stored.source,
        round_half_away(before, PRICE_DECIMALS),
        stored.price_unit,
        stored.amount,
        found.source,
        None if after is None else round_half_away(after, PRICE_DECIMALS),
        found.price_unit,
        None if after is None else amount_of(stored.wanted, found, currency),
        found.decision.label,
        from_step,
        to_step,
    )


def _per_base_unit(price: Decimal, factor: Decimal) -> Decimal:
    return round_half_away(price / factor, PRICE_DECIMALS)


def amount_of(wanted: Decimal, found: PriceResult, currency: str) -> Decimal:
    """What so many base units come to at a price that was found."""
    line = TotalsLine(
        0,
        wanted,
        found.unit_price or Decimal(0),
        *reductions(found.parts),
        price_factor=found.price_factor,
    )
    return line_amount(line, currency)


def _steps(before: dict[str, Any], found: PriceResult) -> tuple[Decimal | None, Decimal | None]:
    """The step the price stood on and the one it stands on now, when they are two."""
    old = {
        each["agreement"]: Decimal(each["from_quantity"])
        for each in before.get("candidates", ())
        if each.get("won")
    }
    new = {
        verdict.agreement.id: verdict.agreement.from_quantity
        for verdict in found.decision.verdicts
        if verdict.won
    }
    left = [step for id, step in old.items() if id not in new]
    reached = [step for id, step in new.items() if id not in old]
    if not left and not reached:
        return None, None
    # From no agreement at all, or to none, is from or to the bottom of the ladder.
    from_step, to_step = (*left, Decimal(0))[0], (*reached, Decimal(0))[0]
    return (None, None) if from_step == to_step else (from_step, to_step)


def differences(
    stored: Sequence[StoredPrice], found: Sequence[PriceResult], currency: str
) -> list[PriceDifference]:
    """Before and after of each line that would change; what is settled would not."""
    pairs = (
        difference(line, line.keeping_discount(result), currency)
        for line, result in zip(stored, found, strict=True)
        if not line.is_settled
    )
    return [each for each in pairs if each is not None]
