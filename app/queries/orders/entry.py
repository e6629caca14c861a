"""What the person who enters an order is told: who the customer is, what an item costs now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import CustomerRef, ItemRef, Kind
from app.queries.beginnings import as_typed
from app.queries.orders.document import one_line
from app.queries.pricing import PricePart, PriceRequest, price_lines
from app.queries.search import Found, search
from app.queries.stock import may_be_promised
from app.rules.orders import PartKind
from app.rules.pricing.decision import Decision
from app.rules.pricing.explaining import nearest_miss


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose by its code: a delivery mode, a hold."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AddressChoice:
    """An address of the customer; `line` is how it is read."""

    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    line: str


@dataclass(frozen=True, slots=True)
class CustomerForOrder:
    """What an order takes from its customer, and what there is to choose from."""

    id: int
    number: str
    name: str
    currency: str
    terms: str
    delivery_mode: str
    delivery: str
    ship_complete: bool
    ship_to: str
    today: date
    addresses: tuple[AddressChoice, ...]
    delivery_modes: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class BetterStep:
    """What so many more base units would bring the price to, after discounts."""

    more: Decimal
    price: Decimal
    price_unit: str


@dataclass(frozen=True, slots=True)
class ItemOffer:
    """An item for a customer: its units, its price for so much of it, and what is free.

    `price` is per price unit (so many base units) before discounts, `net` after them, in
    `currency`; None when somebody has to type one. `quantity` is what was asked about and
    `free` what can be allocated now, both in base units. `better` is the nearest step of an
    agreement that would make it cheaper.
    """

    item_id: int
    number: str
    name: str
    base_unit: str
    quantity_decimals: int
    units: dict[str, Decimal]
    is_sold: bool
    quantity: Decimal
    price: Decimal | None
    net: Decimal | None
    price_unit: str
    price_factor: Decimal
    labels: tuple[str, ...]
    currency: str
    free: Decimal
    better: BetterStep | None


_CUSTOMER = text("""
    SELECT c.id, c.number, c.name, c.currency, coalesce(t.name, '') AS terms,
           m.code AS delivery_mode, m.name AS delivery, c.ship_complete,
           (now() AT TIME ZONE k.time_zone)::date AS today,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(coalesce(nullif(a.name, ''), c.name),
                     a.street, a.city, a.region, a.postal_code, a.country)
                     ORDER BY a.is_ship_to DESC, a.id), '[]')
              FROM address a WHERE a.customer_id = c.id) AS addresses,
           (SELECT jsonb_agg(jsonb_build_array(d.code, d.name) ORDER BY d.name, d.id)
              FROM delivery_mode d) AS delivery_modes
      FROM customer c
      CROSS JOIN company k
      LEFT JOIN payment_terms t ON t.id = c.terms_id
      LEFT JOIN LATERAL (
           SELECT d.code, d.name FROM delivery_mode d
            ORDER BY d.id = c.delivery_mode_id DESC NULLS LAST, d.kind = 'carrier' DESC, d.id
            LIMIT 1) m ON true
     WHERE c.id = :customer""")


def customer_for_order(session: Session, *, customer: CustomerRef) -> CustomerForOrder:
    """A customer as an order sees it. One statement. Raises: NotFound."""
    row = session.execute(_CUSTOMER, {"customer": customer}).one_or_none()
    if row is None:
        raise NotFound(what="customer", value=customer)
    addresses = tuple(_address(each) for each in row.addresses)
    return CustomerForOrder(
        row.id,
        row.number,
        row.name,
        row.currency,
        row.terms,
        row.delivery_mode or "",
        row.delivery or "",
        row.ship_complete,
        addresses[0].line if addresses else "",
        row.today,
        addresses,
        tuple(Choice(code, name) for code, name in row.delivery_modes or ()),
    )


def _address(parts: Sequence[str]) -> AddressChoice:
    names = ("name", "street", "city", "region", "postal_code", "country")
    known = dict(zip(names, parts, strict=True))
    return AddressChoice(**known, line=one_line(known))


def hold_choices(session: Session) -> tuple[Choice, ...]:
    """The holds there are, by name."""
    rows = session.execute(text("SELECT code, name FROM hold_code ORDER BY name, code"))
    return tuple(Choice(code, name) for code, name in rows)


# What is free lies in the warehouse the order would ship from.
_OFFERED = text(f"""
    SELECT i.id, i.number, i.name, i.base_unit, i.quantity_decimals,
           i.is_active AND NOT i.is_discontinued AS is_sold,
           (SELECT coalesce(jsonb_object_agg(u.name, u.factor::text), '{{}}')
              FROM item_unit u WHERE u.item_id = i.id) AS units,
           (SELECT coalesce(sum(b.on_hand - b.allocated), 0)
              FROM stock_balance b
              JOIN location p ON p.id = b.location_id
              LEFT JOIN lot t ON t.id = b.lot_id
             WHERE b.item_id = i.id AND b.on_hand > b.allocated
               AND p.warehouse_id = coalesce(
                     (SELECT o.warehouse_id FROM sales_order o WHERE o.id = :order),
                     (SELECT min(id) FROM warehouse))
               AND {may_be_promised("d.today")}) AS free,
           c.currency, coalesce((SELECT o.order_date FROM sales_order o WHERE o.id = :order),
                                d.today) AS day
      FROM item i
      JOIN customer c ON c.id = :customer
      CROSS JOIN (SELECT (now() AT TIME ZONE time_zone)::date AS today FROM company) d
     WHERE i.id = ANY (:items)""")


def item_offers(
    session: Session,
    *,
    customer: CustomerRef,
    items: Mapping[ItemRef, tuple[Decimal, str | None]],
    order: int | None = None,
) -> dict[int, ItemOffer]:
    """What items cost a customer at these quantities (base units; the line's unit beside).

    With `order` its date and its warehouse count. Two questions, however many items.
    """
    rows = session.execute(
        _OFFERED, {"customer": customer, "order": order, "items": sorted(items)}
    ).all()
    if not rows:
        return {}
    prices = price_lines(
        session,
        [
            PriceRequest(
                row.id, customer, row.id, items[row.id][0], row.day, row.currency, items[row.id][1]
            )
            for row in rows
        ],
    )
    return {
        row.id: ItemOffer(
            row.id,
            row.number,
            row.name,
            row.base_unit,
            row.quantity_decimals,
            {name: Decimal(factor) for name, factor in row.units.items()},
            row.is_sold,
            items[row.id][0],
            price.unit_price,
            None if price.unit_price is None else _net(price.unit_price, price.parts),
            price.price_unit,
            price.price_factor,
            tuple(part.label for part in price.parts),
            row.currency,
            row.free,
            _better(price.decision),
        )
        for row, price in zip(rows, prices, strict=True)
    }


def item_offer(
    session: Session,
    *,
    customer: CustomerRef,
    item: ItemRef,
    quantity: Decimal = Decimal(1),
    unit: str | None = None,
    order: int | None = None,
) -> ItemOffer:
    """What so much of an item costs a customer now, and how much is free. Raises: NotFound."""
    offers = item_offers(session, customer=customer, items={item: (quantity, unit)}, order=order)
    if item not in offers:
        raise NotFound(what="item", value=item)
    return offers[item]


def _better(decision: Decision) -> BetterStep | None:
    near = nearest_miss(decision)
    if near is None:
        return None
    return BetterStep(Decimal(near["more"]), Decimal(near["price"]), near["price_unit"])


def _net(price: Decimal, parts: Sequence[PricePart]) -> Decimal:
    """The price after the discounts that were found."""
    off = sum((part.effect for part in parts if part.kind is not PartKind.PRICE), Decimal(0))
    return max(Decimal(0), price + off)


_BY_CODE = text("""
    SELECT w.code, i.id, 0 AS rank FROM unnest(CAST(:codes AS text[])) w(code)
      JOIN item i ON i.number IN (w.code, upper(w.code))
    UNION SELECT w.code, a.item_id, CASE WHEN a.customer_id IS NULL THEN 2 ELSE 1 END
      FROM unnest(CAST(:codes AS text[])) w(code)
      JOIN item_alias a ON a.code IN (w.code, upper(w.code))
       AND (a.customer_id IS NULL OR a.customer_id = :customer)
    UNION SELECT w.code, u.item_id, 3 FROM unnest(CAST(:codes AS text[])) w(code)
      JOIN item_unit u ON u.gtin = lpad(w.code, 14, '0')
     WHERE w.code ~ '^[0-9]{8,14}$'
     ORDER BY 1, 3""")


def items_by_code(
    session: Session, *, customer: CustomerRef, codes: Sequence[str]
) -> dict[str, int]:
    """The items that are called exactly so: number, the customer's part number, alias, GTIN.

    What names nothing, or several things equally well, is left out. One statement.
    """
    wanted = sorted({as_typed(code) for code in codes} - {""})
    rows: dict[str, list[Any]] = {}
    for row in session.execute(_BY_CODE, {"codes": wanted, "customer": customer}):
        rows.setdefault(row.code, []).append(row)
    found = {}
    for code, hits in rows.items():
        best = {row.id for row in hits if row.rank == hits[0].rank}
        if len(best) == 1:
            found[code] = best.pop()
    return found


def find_things(session: Session, *, kind: Kind, wanted: str) -> tuple[Found, ...]:
    """Customers, or items, that may be meant by what is typed: exact ones first."""
    return tuple(each for each in search(session, wanted=wanted) if each.kind is kind)
