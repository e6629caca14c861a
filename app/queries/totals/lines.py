"""The lines of a basket: quantities in base units, prices found where none is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, NotFound, raise_all
from app.core.messages import N_
from app.core.money import ZERO, decimals_of
from app.core.quantity import check_quantity, to_base
from app.queries.pricing import (
    DocumentPrices,
    PriceRequest,
    PriceResult,
    price_document,
    reductions,
)
from app.queries.totals.question import BasketLine, rates_given
from app.rules.billing import TaxRounding
from app.rules.orders import PriceSource
from app.rules.reckoning import GoodsLine
from app.rules.records import check_number
from app.rules.taxes import TaxSituation
from app.rules.totals import TotalsLine, line_amount


class LineWithoutPrice(BusinessError):
    """A line that names neither a price nor an item that has one."""

    sentence = N_("Line {line} has no price in {currency}. Give it one, or an item that has one.")


class UnitWithoutItem(BusinessError):
    """A unit that no item explains."""

    sentence = N_("Line {line}: {item} has no unit {unit}. Count it in its base unit.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer and the company say where the question does not."""

    currency: str
    on: date
    ship_to: Mapping[str, Any]
    delivery_mode_id: int | None
    prices_include_tax: bool
    rounding: TaxRounding
    customer_id: int

    @classmethod
    def of(
        cls,
        session: Session,
        customer: int | None,
        delivery_mode: str | None,
        on: date | None,
        currency: str | None,
    ) -> Asked:
        if currency is not None:
            decimals_of(currency)
        if delivery_mode is not None and "\0" in delivery_mode:
            raise NotFound(what="delivery mode", value=delivery_mode.replace("\0", "?"))
        row = session.execute(
            _ASKED, {"customer": customer, "mode": delivery_mode, "on": on, "currency": currency}
        ).one()
        if customer is not None and row.customer_id is None:
            raise NotFound(what="customer", value=customer)
        if delivery_mode is not None and row.given_mode is None:
            raise NotFound(what="delivery mode", value=delivery_mode)
        return cls(
            row.currency,
            row.on_date,
            row.ship_to or {},
            row.given_mode or row.usual_mode,
            row.prices_include_tax,
            TaxRounding(row.tax_rounding),
            row.customer_id or 0,
        )


_ASKED = text("""
    SELECT coalesce(CAST(:currency AS text), c.currency, k.currency) AS currency,
           coalesce(CAST(:on AS date), (now() AT TIME ZONE k.time_zone)::date) AS on_date,
           k.prices_include_tax, k.tax_rounding, c.id AS customer_id, m.id AS given_mode,
           c.delivery_mode_id AS usual_mode,
           (SELECT jsonb_build_object('region', a.region, 'postal_code', a.postal_code,
                                      'country', a.country)
              FROM address a WHERE a.customer_id = c.id ORDER BY a.is_ship_to DESC, a.id LIMIT 1
           ) AS ship_to
      FROM company k
      LEFT JOIN customer c ON c.id = CAST(:customer AS bigint)
      LEFT JOIN delivery_mode m ON m.code = CAST(:mode AS text)
""")

_ITEMS = text("""
    SELECT i.id, i.number, i.base_unit, i.quantity_decimals, i.tax_class_id,
           (SELECT coalesce(jsonb_object_agg(u.name, u.factor::text), '{}')
              FROM item_unit u WHERE u.item_id = i.id) AS units
      FROM item i WHERE i.id = ANY (:items)
""")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what its item and its price say."""

    asked: BasketLine
    number: int
    facts: Any
    quantity: Decimal
    price_factor: Decimal
    price: Decimal
    source: PriceSource
    amounts_off: tuple[Decimal, ...]
    percents_off: tuple[Decimal, ...]

    @property
    def name(self) -> str:
        """The item's number, else its description, else the line."""
        if self.facts:
            return str(self.facts.number)
        return self.asked.description or f"line {self.number}"

    def goods(self, key: int, situation: TaxSituation) -> GoodsLine:
        """As charges and taxes want it. Raises: NotFound for the tax class."""
        rates = self.asked.rates
        return GoodsLine(
            TotalsLine(
                key,
                self.quantity,
                self.price,
                self.amounts_off,
                self.percents_off,
                () if rates is None else rates_given(rates),
                price_factor=self.price_factor,
            ),
            self.facts.id if self.facts else -self.number,
            self.name,
            self._tax_class(situation),
            self.quantity,
            has_own_rates=rates is not None,
        )

    def _tax_class(self, situation: TaxSituation) -> int | None:
        if self.asked.tax_class is not None:
            return class_id(situation, self.asked.tax_class)
        return self.facts.tax_class_id if self.facts else None


@dataclass(frozen=True, slots=True)
class Ready:
    """The lines, and what agreements say of the whole."""

    lines: tuple[Line, ...]
    prices: DocumentPrices | None

    def discount(
        self,
        goods: Sequence[GoodsLine],
        currency: str,
        percent: Decimal | None,
        amount: Decimal | None,
    ) -> tuple[Decimal, Decimal]:
        """The order discount given, else that of the agreements on the sum of the lines."""
        if percent is not None or amount is not None or self.prices is None:
            return percent or ZERO, amount or ZERO
        total = sum((line_amount(line.totals, currency) for line in goods), ZERO)
        found = self.prices.order_discount(total).discounts
        return (found[0].percent or ZERO, found[0].amount or ZERO) if found else (ZERO, ZERO)


def class_id(situation: TaxSituation, code: str) -> int:
    """The id of a tax class. Raises: NotFound."""
    for id, known in situation.classes.items():
        if known == code:
            return id
    raise NotFound(what="tax class", value=code)


def ready_lines(session: Session, asked: Asked, lines: Sequence[BasketLine]) -> Ready:
    """The lines with quantities in base units and prices found where none was given."""
    wanted = sorted({line.item for line in lines if line.item is not None})
    facts = {row.id: row for row in session.execute(_ITEMS, {"items": wanted})} if wanted else {}
    problems: list[BusinessError] = []
    quantities: list[Decimal] = []
    for number, line in enumerate(lines, start=1):
        try:
            quantities.append(_base_quantity(number, line, facts))
        except BusinessError as problem:
            problems.append(problem)
    raise_all(problems)
    requests = [
        PriceRequest(
            number,
            asked.customer_id,
            line.item,
            quantity,
            asked.on,
            asked.currency,
            line.unit,
        )
        for number, (line, quantity) in enumerate(zip(lines, quantities, strict=True), start=1)
        if line.item is not None
    ]
    prices = None
    found: dict[int, PriceResult] = {}
    if requests:
        prices = price_document(
            session,
            requests,
            party_id=asked.customer_id,
            on=asked.on,
            currency=asked.currency,
        )
        found = {each.key: each for each in prices.lines}
    ready = []
    for number, (line, quantity) in enumerate(zip(lines, quantities, strict=True), start=1):
        known = facts[line.item] if line.item is not None else None
        try:
            ready.append(_priced(asked, number, line, known, quantity, found.get(number)))
        except BusinessError as problem:
            problems.append(problem)
    raise_all(problems)
    return Ready(tuple(ready), prices)


def _base_quantity(number: int, line: BasketLine, facts: Mapping[int, Any]) -> Decimal:
    if line.item is None:
        if line.unit is not None:
            raise UnitWithoutItem(line=number, item="it", unit=line.unit)
        return check_quantity(f"line {number}", line.quantity, 4)
    known = facts.get(line.item)
    if known is None:
        raise NotFound(what="item", value=line.item)
    if line.unit is None or line.unit == known.base_unit:
        return check_quantity(known.number, line.quantity, known.quantity_decimals)
    if line.unit not in known.units:
        raise UnitWithoutItem(line=number, item=known.number, unit=line.unit)
    factor = Decimal(known.units[line.unit])
    return to_base(known.number, line.quantity, line.unit, factor, known.quantity_decimals)


def _priced(
    asked: Asked,
    number: int,
    line: BasketLine,
    facts: Any,
    quantity: Decimal,
    found: PriceResult | None,
) -> Line:
    """A typed price takes the place of a found one and of its discounts."""
    price, source, factor = line.price, PriceSource.MANUAL, Decimal(1)
    amounts_off, percents_off = line.amounts_off, line.percents_off
    if price is not None:
        factor = quantity / line.quantity
    elif found is not None:
        price, source, factor = found.unit_price, found.source, found.price_factor
        if not (amounts_off or percents_off):
            amounts_off, percents_off = reductions(found.parts)
    if price is None:
        raise LineWithoutPrice(line=number, currency=asked.currency)
    check_number(f"amount of line {number}", round(quantity / factor * price, 4))
    return Line(
        line,
        number,
        facts,
        quantity,
        factor,
        price,
        source,
        amounts_off,
        percents_off,
    )
