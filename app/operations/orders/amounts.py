"""What an order comes to: charges by rule, discounts, taxes by jurisdiction, totals; stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, text, update
from sqlalchemy.orm import Session

from app.models.orders import OrderCharge, OrderTax, SalesOrder
from app.operations.orders.discount import OrderDiscount, sum_of_lines
from app.queries.charges import rules_of
from app.queries.pricing import DocumentPrices
from app.queries.taxes import situation_of
from app.rules.billing import TaxRounding
from app.rules.charges import (
    ChargeBilling,
    ChargeKind,
    ChargeMethod,
    ChargeSource,
    StandingCharge,
)
from app.rules.orders import PartKind
from app.rules.reckoning import GoodsLine, Reckoned, left_at, reckon
from app.rules.taxes import TaxRateOf
from app.rules.totals import RateTotal, Totals, TotalsLine, TotalsRequest


def header_amounts(result: Totals) -> dict[str, Decimal]:
    """The four amounts every document header stores."""
    return {
        "goods_amount": result.goods,
        "charges_amount": result.charges,
        "tax_amount": result.tax,
        "total_amount": result.total,
    }


def store_charges(
    session: Session,
    order_id: int,
    before: Sequence[StandingCharge],
    now: Sequence[StandingCharge],
    line_id: Callable[[int], int],
) -> list[int]:
    """Write what changed of an order's charges; ids in the order of `now`."""
    gone = {each.id for each in before} - {each.id for each in now}
    if gone:
        session.execute(
            delete(OrderCharge)
            .where(OrderCharge.id.in_(gone))
            .execution_options(synchronize_session=False)
        )
    stored = {each.id: each for each in before}
    changed = [each for each in now if each.id is not None and stored.get(each.id) != each]
    if changed:
        session.execute(
            update(OrderCharge),
            [{"id": each.id, **_columns(order_id, each, line_id)} for each in changed],
        )
    new = [each for each in now if each.id is None]
    ids: list[int] = []
    if new:
        statement = insert(OrderCharge).returning(OrderCharge.id, sort_by_parameter_order=True)
        ids = list(
            session.execute(
                statement, [_columns(order_id, each, line_id) for each in new]
            ).scalars()
        )
    fresh = iter(ids)
    return [next(fresh) if each.id is None else each.id for each in now]


def _columns(
    order_id: int, charge: StandingCharge, line_id: Callable[[int], int]
) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_id": None if charge.line_key is None else line_id(charge.line_key),
        "kind": charge.kind,
        "code": charge.code,
        "source": charge.source,
        "rule_id": charge.rule_id,
        "billing": charge.billing,
        "method": charge.method,
        "rate": charge.rate,
        "item_ids": None if charge.items is None else sorted(charge.items),
        "description": charge.description,
        "amount": charge.amount,
        "is_taxable": charge.is_taxable,
        "tax_class_id": charge.tax_class_id,
    }


def store_taxes(
    session: Session,
    order_id: int,
    result: Totals,
    line_ids: Sequence[int],
    charge_ids: Sequence[int],
) -> None:
    """Write the tax rows; keys in `result` are positions in the id lists."""
    rows = [
        {
            "order_id": order_id,
            "line_id": None if row.line_key is None else line_ids[row.line_key],
            "charge_id": None if row.charge_key is None else charge_ids[row.charge_key],
            "jurisdiction_id": row.rate.jurisdiction_id,
            "jurisdiction": row.rate.jurisdiction,
            "sequence": row.rate.sequence,
            "name": row.rate.name,
            "percent": row.rate.percent,
            "is_compound": row.rate.is_compound,
            "base": row.base,
            "amount": row.amount,
        }
        for row in result.taxes
    ]
    if rows:
        session.execute(insert(OrderTax), rows)


# ---------------------------------------------------------------- reckoning anew

_HEAD = text("""
    SELECT o.order_date, o.currency, o.prices_include_tax, o.tax_rounding, o.discount_percent,
           o.discount_amount, o.discount_explanation,
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
             WHERE w.order_id = o.id) AS waived
      FROM sales_order o WHERE o.id = :order
""")

_LINES = text("""
    SELECT l.id, l.wanted, l.invoiced, l.unit_price, l.price_factor, l.item_id, i.number,
           l.tax_class_id, l.amount, l.order_discount,
           (SELECT jsonb_agg(jsonb_build_array(p.kind, p.percent::text, p.amount::text)
                             ORDER BY p.sequence)
              FROM line_price_part p
             WHERE p.line_id = l.id AND p.kind IN ('amount_off', 'percent_off')) AS off
      FROM sales_order_line l JOIN item i ON i.id = l.item_id
     WHERE l.order_id = :order ORDER BY l.line_no
""")


def refresh_totals(
    session: Session,
    order: int,
    prices: DocumentPrices | None = None,
    *,
    follows_discount: bool = False,
) -> Totals:
    """Reckon the order's charges, taxes and totals anew from its lines and their prices.

    Taxes are those of its ship-to on its order date; whoever changed either calls this.
    With `prices` the order discount follows when it rests on another agreement or step now;
    `follows_discount` takes what the agreement says now in any case. Raises: NoTaxRate.
    """
    head = session.execute(_HEAD, {"order": order}).one()
    stored = session.execute(_LINES, {"order": order}).all()
    keys = {row.id: key for key, row in enumerate(stored)}
    standing = [_standing(each, keys) for each in head.charges or ()]
    taxes = situation_of(head.taxes, head.order_date)
    invoiced = _invoiced(session, order, stored)
    lines = [_goods_line(key, row, invoiced.lines) for key, row in enumerate(stored)]
    discount = _discount(head, lines, prices, follows_discount)
    reckoned = reckon(
        TotalsRequest(
            head.currency,
            (),
            discount_percent=discount.percent,
            discount_amount=discount.amount,
            prices_include_tax=head.prices_include_tax,
            rounding=TaxRounding(head.tax_rounding),
        ),
        lines,
        taxes,
        rules_of(head.charge_rules),
        standing,
        [(code, None if line is None else keys[line]) for code, line in head.waived or ()],
    )
    # Who only cancels a rest (packing, coming back) has no say in the discount.
    if invoiced.lines and all(line.totals.invoiced for line in lines if line.quantity):
        reckoned = left_at(reckoned, invoiced.taxes, is_on_top=not head.prices_include_tax)
    values = discount.columns() if prices is not None else {}
    values |= {"tax_certificate": taxes.certificate or ""}
    _store_all(session, order, stored, standing, reckoned, values)
    return reckoned.totals


def _discount(
    head: Any, lines: Sequence[GoodsLine], prices: DocumentPrices | None, follows: bool
) -> OrderDiscount:
    stored = OrderDiscount(head.discount_percent, head.discount_amount, head.discount_explanation)
    if prices is None or (stored.is_fixed and not follows):
        return stored
    found = OrderDiscount.of(
        prices.order_discount(sum_of_lines([line.totals for line in lines], head.currency))
    )
    return found if follows or stored.rule != found.rule else stored


def _store_all(
    session: Session,
    order: int,
    stored: Sequence[Any],
    before: Sequence[StandingCharge],
    reckoned: Reckoned,
    values: dict[str, Any],
) -> None:
    result = reckoned.totals
    line_ids = [row.id for row in stored]
    anew = [
        (row.id, now)
        for row, now in zip(stored, result.lines, strict=True)
        if (row.amount, row.order_discount) != (now.amount, now.discount)
    ]
    if anew:
        session.execute(
            text("""
                UPDATE sales_order_line l SET amount = d.amount, order_discount = d.discount
                  FROM unnest(CAST(:ids AS bigint[]), CAST(:amounts AS numeric[]),
                              CAST(:discounts AS numeric[])) AS d(id, amount, discount)
                 WHERE l.id = d.id"""),
            {
                "ids": [id for id, _ in anew],
                "amounts": [now.amount for _, now in anew],
                "discounts": [now.discount for _, now in anew],
            },
        )
    session.execute(
        delete(OrderTax)
        .where(OrderTax.order_id == order)
        .execution_options(synchronize_session=False)
    )
    charge_ids = store_charges(session, order, before, reckoned.charges, line_ids.__getitem__)
    store_taxes(session, order, result, line_ids, charge_ids)
    session.execute(
        update(SalesOrder)
        .where(SalesOrder.id == order)
        .values(
            **values,
            **header_amounts(result),
            version=SalesOrder.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class _Invoiced:
    """What of an order stands on invoices: amount and discount by line, taxes by rate."""

    lines: Mapping[int, tuple[Decimal, Decimal]]
    taxes: Sequence[RateTotal]


def _invoiced(session: Session, order: int, stored: Sequence[Any]) -> _Invoiced:
    """Asked of the database only when something is invoiced."""
    if not any(row.invoiced for row in stored):
        return _Invoiced({}, ())
    found = session.execute(text("SELECT invoiced_of_order(:order)"), {"order": order}).scalar_one()
    return _Invoiced(
        {
            int(id): (Decimal(amount), Decimal(discount))
            for id, (amount, discount) in found["lines"].items()
        },
        [
            RateTotal(
                TaxRateOf(
                    each["name"],
                    Decimal(each["percent"]),
                    sequence=each["sequence"],
                    jurisdiction=each["jurisdiction"],
                ),
                Decimal(each["base"]),
                Decimal(each["amount"]),
            )
            for each in found["taxes"]
        ],
    )


def _goods_line(key: int, row: Any, invoiced: Mapping[int, tuple[Decimal, Decimal]]) -> GoodsLine:
    off = row.off or []
    return GoodsLine(
        TotalsLine(
            key,
            row.wanted,
            row.unit_price,
            amounts_off=tuple(
                Decimal(amount) for kind, _, amount in off if kind == PartKind.AMOUNT_OFF
            ),
            percents_off=tuple(
                Decimal(percent) for kind, percent, _ in off if kind == PartKind.PERCENT_OFF
            ),
            invoiced=invoiced.get(row.id) if row.wanted == row.invoiced else None,
            price_factor=row.price_factor,
        ),
        row.item_id,
        row.number,
        row.tax_class_id,
        row.wanted,
    )


def _standing(row: Mapping[str, Any], keys: Mapping[int, int]) -> StandingCharge:
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
