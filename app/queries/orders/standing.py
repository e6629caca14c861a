"""An order as it stands, with all that decides what it comes to: one statement, however long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.money import ZERO
from app.queries.charges import rules_of
from app.queries.pricing.differences import STORED_PRICES, StoredPrice, stored_price
from app.queries.pricing.lookup import PriceResult, reductions
from app.queries.taxes import situation_of
from app.rules.billing import TaxRounding
from app.rules.charges import (
    ChargeBilling,
    ChargeKind,
    ChargeMethod,
    ChargeRule,
    ChargeSource,
    StandingCharge,
)
from app.rules.orders import PartKind
from app.rules.reckoning import GoodsLine
from app.rules.taxes import TaxSituation
from app.rules.totals import TotalsLine


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A line as its order is reckoned: the goods, and what is stored that they come to.

    `discount` is its share of the order's; `invoiced` what stands on invoices, in base units.
    """

    id: int
    goods: GoodsLine
    invoiced: Decimal
    amount: Decimal
    discount: Decimal

    @property
    def is_invoiced(self) -> bool:
        """Whether exactly what is wanted stands on invoices."""
        return self.goods.quantity == self.invoiced

    def at_price(self, found: PriceResult) -> StandingLine:
        """At a price that was found for it."""
        amounts_off, percents_off = reductions(found.parts)
        totals = replace(
            self.goods.totals,
            price=found.unit_price or ZERO,
            amounts_off=amounts_off,
            percents_off=percents_off,
            price_factor=found.price_factor,
        )
        return replace(self, goods=replace(self.goods, totals=totals))


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """An order with its lines in their order; keys of lines and charges are positions in them.

    Taxes and charge rules are those of its ship-to, delivery mode and items on its order date.
    `prices` are there when they were asked for.
    """

    id: int
    customer_id: int
    order_date: date
    currency: str
    prices_include_tax: bool
    tax_rounding: TaxRounding
    discount_percent: Decimal
    discount_amount: Decimal
    discount_explanation: dict[str, Any]
    taxes: TaxSituation
    charge_rules: tuple[ChargeRule, ...]
    charges: tuple[StandingCharge, ...]
    waived: tuple[tuple[str, int | None], ...]
    lines: tuple[StandingLine, ...]
    prices: tuple[StoredPrice, ...] = ()

    def at_prices(self, given: Sequence[PriceResult]) -> StandingOrder:
        """With other prices for the lines whose ids are the keys."""
        results = {each.key: each for each in given}
        lines = tuple(
            line if line.id not in results else line.at_price(results[line.id])
            for line in self.lines
        )
        return replace(self, lines=lines)


_ORDER = """
    SELECT o.id, o.customer_id, o.order_date, o.currency, o.prices_include_tax, o.tax_rounding,
           o.discount_percent, o.discount_amount, o.discount_explanation,
           tax_situation(o.customer_id, o.ship_to, o.order_date) AS taxes,
           fitting_charge_rules(
             o.customer_id, o.delivery_mode_id,
             ARRAY(SELECT DISTINCT l.item_id FROM sales_order_line l WHERE l.order_id = o.id),
             o.currency, o.order_date) AS charge_rules,
           (SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object(
                     'amount', c.amount::text, 'rate', c.rate::text,
                     'invoiced', c.invoiced::text) ORDER BY c.id)
              FROM order_charge c WHERE c.order_id = o.id) AS charges,
           (SELECT jsonb_agg(jsonb_build_array(w.code, w.line_id)) FROM waived_charge w
             WHERE w.order_id = o.id) AS waived,
           (SELECT json_agg(s ORDER BY s.line_no) FROM ({lines}) s) AS lines
      FROM sales_order o WHERE o.id = :order
"""
_REDUCTIONS = """
    SELECT l.id, l.line_no, l.wanted::text, l.invoiced::text, l.unit_price::text,
           l.price_factor::text, l.item_id, i.number AS item, l.tax_class_id, l.amount::text,
           l.order_discount::text,
           (SELECT json_agg(json_build_array(p.kind, p.percent::text, p.amount::text)
                            ORDER BY p.sequence)
              FROM line_price_part p
             WHERE p.line_id = l.id AND p.kind IN ('amount_off', 'percent_off')) AS off
      FROM sales_order_line l JOIN item i ON i.id = l.item_id
     WHERE l.order_id = :order
"""
_WITHOUT_PRICES = text(_ORDER.format(lines=_REDUCTIONS))
_WITH_PRICES = text(_ORDER.format(lines=STORED_PRICES))


def standing_order(session: Session, order: int, *, with_prices: bool = False) -> StandingOrder:
    """An order, on request with how the price of each line came about. One statement.

    Raises: NotFound.
    """
    statement = _WITH_PRICES if with_prices else _WITHOUT_PRICES
    row = session.execute(statement, {"order": order}).one_or_none()
    if row is None:
        raise NotFound(what="order", value=order)
    prices: tuple[StoredPrice, ...] = ()
    if with_prices:
        prices = tuple(stored_price(each) for each in row.lines or ())
        lines = tuple(line_of(key, price) for key, price in enumerate(prices))
    else:
        lines = tuple(_line(key, each) for key, each in enumerate(row.lines or ()))
    keys = {line.id: line.goods.totals.key for line in lines}
    return StandingOrder(
        row.id,
        row.customer_id,
        row.order_date,
        row.currency,
        row.prices_include_tax,
        TaxRounding(row.tax_rounding),
        row.discount_percent,
        row.discount_amount,
        row.discount_explanation,
        situation_of(row.taxes, row.order_date),
        rules_of(row.charge_rules),
        tuple(_charge(each, keys) for each in row.charges or ()),
        tuple((code, None if line is None else keys[line]) for code, line in row.waived or ()),
        lines,
        prices,
    )


def line_of(key: int, price: StoredPrice) -> StandingLine:
    """A line at its price, at position `key` of its order."""
    return StandingLine(
        price.id,
        GoodsLine(
            TotalsLine(
                key,
                price.wanted,
                price.unit_price,
                *reductions(price.parts),
                price_factor=price.price_factor,
            ),
            price.item_id,
            price.item,
            price.tax_class_id,
            price.wanted,
        ),
        price.invoiced,
        price.amount,
        price.order_discount,
    )


def _line(key: int, row: Mapping[str, Any]) -> StandingLine:
    wanted = Decimal(row["wanted"])
    off = row["off"] or ()
    return StandingLine(
        row["id"],
        GoodsLine(
            TotalsLine(
                key,
                wanted,
                Decimal(row["unit_price"]),
                tuple(Decimal(amount) for kind, _, amount in off if kind == PartKind.AMOUNT_OFF),
                tuple(Decimal(percent) for kind, percent, _ in off if kind == PartKind.PERCENT_OFF),
                price_factor=Decimal(row["price_factor"]),
            ),
            row["item_id"],
            row["item"],
            row["tax_class_id"],
            wanted,
        ),
        Decimal(row["invoiced"]),
        Decimal(row["amount"]),
        Decimal(row["order_discount"]),
    )


def _charge(row: Mapping[str, Any], keys: Mapping[int, int]) -> StandingCharge:
    invoiced = Decimal(row["invoiced"])
    return StandingCharge(
        row["description"],
        Decimal(row["amount"]),
        ChargeKind(row["kind"]),
        row["is_taxable"],
        row["tax_class_id"],
        None if row["line_id"] is None else keys[row["line_id"]],
        ChargeBilling(row["billing"]),
        ChargeSource(row["source"]),
        row["code"],
        row["rule_id"],
        ChargeMethod(row["method"]) if row["method"] else None,
        None if row["rate"] is None else Decimal(row["rate"]),
        None if row["item_ids"] is None else frozenset(row["item_ids"]),
        row["id"],
        invoiced > 0,
        invoiced=invoiced,
    )
