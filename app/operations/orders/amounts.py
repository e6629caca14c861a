"""What an order comes to: charges by rule, discounts, taxes by jurisdiction, totals; stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, insert, text, update
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Session

from app.core.memory import uncollected
from app.models.orders import OrderCharge
from app.operations.orders.discount import OrderDiscount
from app.queries.orders.standing import StandingLine, StandingOrder, standing_order
from app.queries.pricing import DocumentPrices
from app.rules.charges import StandingCharge
from app.rules.reckoning import GoodsLine, Reckoned, left_at, reckon
from app.rules.taxes import TaxRateOf
from app.rules.totals import RateTotal, Totals, TotalsRequest, sum_of_lines


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


_TAX_COLUMNS = {
    "line_id": "bigint",
    "charge_id": "bigint",
    "jurisdiction_id": "bigint",
    "jurisdiction": "text",
    "sequence": "bigint",
    "name": "text",
    "percent": "numeric",
    "is_compound": "boolean",
    "base": "numeric",
    "amount": "numeric",
}
_TAX_NAMES = ", ".join(_TAX_COLUMNS)
_TAXES = f"""
    json_to_recordset(:taxes) AS n({", ".join(f"{n} {kind}" for n, kind in _TAX_COLUMNS.items())})
"""
_INSERT_TAXES = text(f"""
    INSERT INTO order_tax (order_id, {_TAX_NAMES}) SELECT :order, {_TAX_NAMES} FROM {_TAXES}
""").bindparams(bindparam("taxes", type_=JSON))


def store_taxes(
    session: Session,
    order_id: int,
    result: Totals,
    line_ids: Sequence[int],
    charge_ids: Sequence[int],
) -> None:
    """Write the tax rows of a new order; keys in `result` are positions in the id lists."""
    if result.taxes:
        rows = _tax_rows(result, line_ids, charge_ids)
        session.execute(_INSERT_TAXES, {"order": order_id, "taxes": rows})


def _tax_rows(
    result: Totals, line_ids: Sequence[int], charge_ids: Sequence[int]
) -> list[dict[str, Any]]:
    """The tax rows as `_TAXES` reads them."""
    return [
        {
            "line_id": None if row.line_key is None else line_ids[row.line_key],
            "charge_id": None if row.charge_key is None else charge_ids[row.charge_key],
            "jurisdiction_id": row.rate.jurisdiction_id,
            "jurisdiction": row.rate.jurisdiction,
            "sequence": row.rate.sequence,
            "name": row.rate.name,
            "percent": str(row.rate.percent),
            "is_compound": row.rate.is_compound,
            "base": str(row.base),
            "amount": str(row.amount),
        }
        for row in result.taxes
    ]


# ---------------------------------------------------------------- reckoning anew

_SAME_TAX = " AND ".join(
    f"coalesce(t.{name}, 0) = coalesce(n.{name}, 0)"
    if name.endswith("_id")
    else f"t.{name} = n.{name}"
    for name in _TAX_COLUMNS
)

# What stays as it was is not written: most lines and taxes of a long order do.
_STORE = f"""
    WITH line AS (
      UPDATE sales_order_line l SET amount = d.amount, order_discount = d.discount
        FROM unnest(CAST(:line_ids AS bigint[]), CAST(:line_amounts AS numeric[]),
                    CAST(:line_discounts AS numeric[])) AS d(id, amount, discount)
       WHERE l.id = d.id
    ), tax AS (
      SELECT * FROM {_TAXES}
    ), gone AS (
      DELETE FROM order_tax t
       WHERE t.order_id = :order AND NOT EXISTS (SELECT FROM tax n WHERE {_SAME_TAX})
    ), come AS (
      INSERT INTO order_tax (order_id, {_TAX_NAMES})
      SELECT :order, {_TAX_NAMES} FROM tax n
       WHERE NOT EXISTS (SELECT FROM order_tax t WHERE t.order_id = :order AND {_SAME_TAX})
    )
    UPDATE sales_order
       SET goods_amount = :goods_amount, charges_amount = :charges_amount,
           tax_amount = :tax_amount, total_amount = :total_amount,
           tax_certificate = :tax_certificate, version = version + 1{{discount}}
     WHERE id = :order
"""
_STORE_AMOUNTS = text(_STORE.format(discount="")).bindparams(bindparam("taxes", type_=JSON))
_STORE_DISCOUNT_TOO = text(
    _STORE.format(
        discount=""", discount_percent = :discount_percent, discount_amount = :discount_amount,
           discount_explanation = :discount_explanation"""
    )
).bindparams(bindparam("taxes", type_=JSON), bindparam("discount_explanation", type_=JSONB))


def refresh_totals(session: Session, order: int, prices: DocumentPrices | None = None) -> Totals:
    """Reckon the order's charges, taxes and totals anew from its lines and their prices.

    Taxes are those of its ship-to on its order date; whoever changed either calls this.
    With `prices` the order discount follows when it rests on another agreement or step now.
    Raises: NoTaxRate.
    """
    with uncollected():
        return store_totals(session, standing_order(session, order), prices)


def store_totals(
    session: Session,
    order: StandingOrder,
    prices: DocumentPrices | None = None,
    *,
    follows_discount: bool = False,
) -> Totals:
    """Reckon an order as `refresh_totals` does, from its lines as they are by now.

    `follows_discount` takes the order discount that the agreements say now in any case.
    One statement, where no charge comes or goes and nothing is invoiced. Raises: NoTaxRate.
    """
    invoiced = _invoiced(session, order)
    lines = [_as_invoiced(line, invoiced.lines) for line in order.lines]
    discount = _discount(order, lines, prices, follows_discount)
    reckoned = reckon(
        TotalsRequest(
            order.currency,
            (),
            discount_percent=discount.percent,
            discount_amount=discount.amount,
            prices_include_tax=order.prices_include_tax,
            rounding=order.tax_rounding,
        ),
        lines,
        order.taxes,
        order.charge_rules,
        order.charges,
        order.waived,
    )
    if invoiced.lines and all(line.totals.invoiced for line in lines if line.quantity):
        reckoned = left_at(reckoned, invoiced.taxes, is_on_top=not order.prices_include_tax)
    # Who only cancels a rest (packing, coming back) has no say in the discount.
    _store(session, order, reckoned, None if prices is None else discount)
    return reckoned.totals


def _discount(
    order: StandingOrder,
    lines: Sequence[GoodsLine],
    prices: DocumentPrices | None,
    follows: bool,
) -> OrderDiscount:
    stored = OrderDiscount(
        order.discount_percent, order.discount_amount, order.discount_explanation
    )
    if prices is None or (stored.is_fixed and not follows):
        return stored
    found = OrderDiscount.of(
        prices.order_discount(sum_of_lines((line.totals for line in lines), order.currency))
    )
    return found if follows or stored.rule != found.rule else stored


def _store(
    session: Session,
    order: StandingOrder,
    reckoned: Reckoned,
    discount: OrderDiscount | None,
) -> None:
    result = reckoned.totals
    line_ids = [line.id for line in order.lines]
    charge_ids = store_charges(
        session, order.id, order.charges, reckoned.charges, line_ids.__getitem__
    )
    anew = [
        (line.id, now)
        for line, now in zip(order.lines, result.lines, strict=True)
        if (line.amount, line.discount) != (now.amount, now.discount)
    ]
    session.execute(
        _STORE_AMOUNTS if discount is None else _STORE_DISCOUNT_TOO,
        {
            "order": order.id,
            "line_ids": [id for id, _ in anew],
            "line_amounts": [now.amount for _, now in anew],
            "line_discounts": [now.discount for _, now in anew],
            "taxes": _tax_rows(result, line_ids, charge_ids),
            **header_amounts(result),
            "tax_certificate": order.taxes.certificate or "",
            **({} if discount is None else discount.columns()),
        },
    )


@dataclass(frozen=True, slots=True)
class _Invoiced:
    """What of an order stands on invoices: amount and discount by line, taxes by rate."""

    lines: Mapping[int, tuple[Decimal, Decimal]]
    taxes: Sequence[RateTotal]


def _invoiced(session: Session, order: StandingOrder) -> _Invoiced:
    """Asked of the database only when something is invoiced."""
    if not any(line.invoiced for line in order.lines):
        return _Invoiced({}, ())
    found = session.execute(
        text("SELECT invoiced_of_order(:order)"), {"order": order.id}
    ).scalar_one()
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


def _as_invoiced(line: StandingLine, invoiced: Mapping[int, tuple[Decimal, Decimal]]) -> GoodsLine:
    """A line that is invoiced in full stays at what it was invoiced at."""
    if not invoiced or not line.is_invoiced:
        return line.goods
    return replace(line.goods, totals=replace(line.goods.totals, invoiced=invoiced.get(line.id)))
