"""One order as a document: head, money, lines, why it is not moving, history, related papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind, OrderRef
from app.core.messages import N_
from app.queries.orders.money import ChargeRow, ShipmentChargeRow, TaxRow, money_of
from app.queries.orders.progress import (
    Hold,
    LinePlace,
    NotMoving,
    ReasonKind,
    Said,
    Step,
    next_step,
    progress_words,
    reasons_of,
)
from app.queries.orders.timeline import Happening, timeline
from app.queries.stock import may_be_promised
from app.rules.orders import Fulfilment, OrderState, OrderStatus, PartKind, PriceSource


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line; quantities in base units but for `unit_quantity`, which is as entered.

    `packed`, `loaded`, `staged`, `allocated` and `short` do not overlap; `allocated` is what
    lies in bins, on carts and on benches. `free` is what nobody has in this warehouse and
    `listed` what is on an open picklist. `price` is per `price_unit`, before discounts.
    """

    id: int
    line_no: int
    item_id: int
    item: str
    name: str
    fulfilment: Fulfilment
    unit: str
    unit_quantity: Decimal
    base_unit: str
    quantity_decimals: int
    wanted: Decimal
    cancelled: Decimal
    packed: Decimal
    loaded: Decimal
    staged: Decimal
    allocated: Decimal
    short: Decimal
    open: Decimal
    invoiceable: Decimal
    free: Decimal
    listed: Decimal
    places: tuple[LinePlace, ...]
    requested_date: date | None
    list_price: Decimal | None
    price: Decimal
    price_unit: str
    price_source: PriceSource
    price_words: tuple[Said, ...]
    typed_discount: Decimal | None
    amount: Decimal
    words: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedDocument:
    """Another document of this order; `number` of a draft invoice is empty.

    `is_away`: a trip that left with goods of this order and is not back yet.
    """

    kind: Kind
    id: int
    number: str
    state: str
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Donor:
    """Another order, wanted no earlier, that has in its bins what a line is short of."""

    line_id: int
    from_line_id: int
    order_id: int
    number: str
    requested_date: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """An order with everything a person asks about it, in its own currency.

    `margin_percent` is of the goods at today's cost; None for who may not know, and where an
    item has no cost. `today` is the company's date.
    """

    id: int
    number: str
    version: int
    state: OrderState
    status: OrderStatus
    customer_id: int
    customer: str
    customer_number: str
    customer_po: str
    contact: str
    ship_to: str
    ship_to_address: dict[str, str]
    delivery_mode: str
    delivery: str
    delivery_kind: str
    terms: str
    currency: str
    order_date: date
    requested_date: date
    promised_date: date | None
    ship_complete: bool
    priority: int
    warehouse: str
    lane: str
    hold: Hold | None
    comments: str
    internal_notes: str
    cancel_reason: str
    today: date
    goods: Decimal
    order_discount: Decimal
    charges: tuple[ChargeRow, ...]
    shipment_charges: tuple[ShipmentChargeRow, ...]
    taxes: tuple[TaxRow, ...]
    tax_certificate: str
    total: Decimal
    margin_percent: Decimal | None
    lines: tuple[DocumentLine, ...]
    reasons: tuple[NotMoving, ...]
    donors: tuple[Donor, ...]
    next_step: Step | None
    timeline: tuple[Happening, ...]
    related: tuple[RelatedDocument, ...]


_HEAD = text("""
    SELECT o.id, o.number, o.version, o.state, o.status, o.customer_id, c.name AS customer,
           c.number AS customer_number, o.customer_po, o.contact,
           o.ship_to AS ship_to_address, m.code AS delivery_mode, m.name AS delivery,
           m.kind AS delivery_kind, coalesce(t.name, '') AS terms, o.currency, o.order_date,
           o.requested_date, o.promised_date, o.ship_complete, o.priority, w.code AS warehouse,
           coalesce(lane.code, '') AS lane, o.comments, o.internal_notes, o.cancel_reason,
           (now() AT TIME ZONE k.time_zone)::date AS today, o.goods_amount AS goods,
           o.total_amount AS total, o.tax_certificate, o.warehouse_id,
           h.code AS hold_code, h.name AS hold_name, o.hold_reason, h.stops_allocation,
           h.stops_picking, h.stops_packing, h.stops_invoicing,
           has_table_privilege('invoice', 'SELECT') AS may_see_invoices,
           has_table_privilege('item_cost', 'SELECT') AS may_see_cost
      FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      JOIN delivery_mode m ON m.id = o.delivery_mode_id
      JOIN warehouse w ON w.id = o.warehouse_id
      CROSS JOIN company k
      LEFT JOIN payment_terms t ON t.id = o.terms_id
      LEFT JOIN location lane ON lane.id = o.lane_id
      LEFT JOIN hold_code h ON h.code = o.hold_code
     WHERE o.id = :order""")

_LINES = """
    WITH line AS MATERIALIZED (SELECT * FROM sales_order_line WHERE order_id = :order),
    free AS (
        SELECT b.item_id, sum(b.on_hand - b.allocated) AS quantity
          FROM stock_balance b
          JOIN location p ON p.id = b.location_id
          LEFT JOIN lot t ON t.id = b.lot_id
         WHERE b.item_id IN (SELECT item_id FROM line WHERE open > 0)
           AND p.warehouse_id = :warehouse AND b.on_hand > b.allocated AND {is_free}
         GROUP BY b.item_id),
    listed AS (
        SELECT k.order_line_id, sum(k.quantity - k.picked) AS quantity
          FROM picklist_line k JOIN line l ON l.id = k.order_line_id
         WHERE k.state = 'open' GROUP BY k.order_line_id),
    place AS (
        SELECT s.order_line_id, jsonb_agg(
                 jsonb_build_array(s.kind, s.code, s.quantity::text) ORDER BY s.kind, s.code)
                 AS places
          FROM (SELECT a.order_line_id, p.kind, p.code, sum(a.quantity) AS quantity
                  FROM allocation a JOIN line l ON l.id = a.order_line_id
                  JOIN location p ON p.id = a.location_id
                 GROUP BY a.order_line_id, p.kind, p.code) s
         GROUP BY s.order_line_id),
    part AS (
        SELECT x.line_id, jsonb_agg(jsonb_build_array(x.kind, x.source,
                 coalesce(person.name, x.label), x.percent::text, x.amount::text)
                 ORDER BY x.sequence) AS parts
          FROM line_price_part x JOIN line l ON l.id = x.line_id
          LEFT JOIN person ON x.source = 'manual' AND person.login = x.label
         GROUP BY x.line_id)
    SELECT l.id, l.line_no, l.item_id, i.number AS item, l.description AS name, l.fulfilment,
           l.unit, l.unit_quantity, i.base_unit, i.quantity_decimals, l.wanted, l.cancelled,
           l.packed - l.returned + l.drop_confirmed + l.performed AS packed, l.loaded, l.staged,
           l.allocated - l.staged - l.loaded AS allocated, l.backordered AS short, l.open,
           l.invoiceable, coalesce(free.quantity, 0) AS free,
           coalesce(listed.quantity, 0) AS listed, coalesce(place.places, '[]') AS places,
           l.requested_date, l.list_price, l.unit_price AS price, l.price_unit, l.price_source,
           jsonb_path_query_first(l.price_explanation,
               '$.candidates[*] ? (@.reason == "item_floor").label') #>> '{{}}' AS beaten,
           coalesce(part.parts, '[]') AS parts, l.amount, l.order_discount, {cost} AS cost
      FROM line l
      JOIN item i ON i.id = l.item_id
      LEFT JOIN free ON free.item_id = l.item_id
      LEFT JOIN listed ON listed.order_line_id = l.id
      LEFT JOIN place ON place.order_line_id = l.id
      LEFT JOIN part ON part.line_id = l.id
     ORDER BY l.line_no, l.id"""
_COST = "(SELECT k.cost * l.wanted FROM item_cost k WHERE k.item_id = l.item_id)"

_DONORS = text("""
    SELECT l.id, d.line_id, d.order_id, d.number, d.requested_date, d.quantity
      FROM unnest(CAST(:lines AS bigint[])) s(id)
      JOIN sales_order_line l ON l.id = s.id
      JOIN sales_order o ON o.id = l.order_id
     CROSS JOIN LATERAL (
           SELECT a.order_line_id AS line_id, o2.id AS order_id, o2.number, o2.requested_date,
                  sum(a.quantity) AS quantity
             FROM allocation a
             JOIN location p ON p.id = a.location_id
             JOIN sales_order_line l2 ON l2.id = a.order_line_id
             JOIN sales_order o2 ON o2.id = l2.order_id
            WHERE a.item_id = l.item_id AND a.carton_id IS NULL
              AND p.kind IN ('storage', 'counter') AND o2.id <> o.id
              AND o2.warehouse_id = o.warehouse_id AND o2.requested_date >= o.requested_date
            GROUP BY a.order_line_id, o2.id, o2.number, o2.requested_date
            ORDER BY o2.requested_date DESC, o2.id DESC LIMIT 1) d
     ORDER BY l.line_no""")

_RELATED = """
    SELECT DISTINCT 'picklist' AS kind, p.id, p.number, p.state, false AS is_away
      FROM sales_order_line l
      JOIN picklist_line k ON k.order_line_id = l.id
      JOIN picklist p ON p.id = k.picklist_id WHERE l.order_id = :order
    UNION ALL
    SELECT 'trip', t.id, t.number, t.state,
           t.state = 'departed' AND EXISTS (
             SELECT FROM shipment s
              WHERE s.order_id = :order AND s.trip_id = t.id AND s.state = 'packed')
      FROM trip_order r JOIN trip t ON t.id = r.trip_id WHERE r.order_id = :order
    UNION ALL
    SELECT 'shipment', id, number, state, false FROM shipment WHERE order_id = :order
    UNION ALL
    SELECT 'carton', id, sscc, state, false FROM carton WHERE order_id = :order"""
_INVOICES = """
    UNION ALL
    SELECT 'invoice', id, coalesce(number, ''), state, false FROM invoice WHERE order_id = :order"""


def order_document(session: Session, *, order: OrderRef) -> OrderDocument:
    """An order with its lines, money, reasons, history and related documents.

    Five statements, however many lines, and one more when something is short. Raises: NotFound.
    """
    head = session.execute(_HEAD, {"order": order}).one_or_none()
    if head is None:
        raise NotFound(what="order", value=order)
    known: dict[str, Any] = dict(head._mapping)
    money = money_of(session, order)
    rows = session.execute(
        text(
            _LINES.format(
                is_free=may_be_promised(":today"),
                cost=_COST if head.may_see_cost else "NULL::numeric",
            )
        ),
        {"order": order, "warehouse": head.warehouse_id, "today": head.today},
    ).all()
    related = tuple(
        RelatedDocument(Kind(row.kind), row.id, row.number, row.state, row.is_away)
        for row in session.execute(
            text(_RELATED + (_INVOICES if head.may_see_invoices else "") + " ORDER BY 1, 2"),
            {"order": order},
        )
    )
    lines = tuple(_line(row, head.state) for row in rows)
    hold = _hold(head)
    numbers = {(each.kind.value, each.id): each.number for each in related}
    state = OrderState(head.state)
    for name in (
        *("warehouse_id", "hold_code", "hold_name", "hold_reason", "may_see_invoices"),
        *("may_see_cost", "stops_allocation", "stops_picking", "stops_packing"),
        "stops_invoicing",
    ):
        del known[name]
    known |= {"state": state, "status": OrderStatus(head.status)}
    reasons = reasons_of(state, hold, head.ship_complete, head.delivery_kind, lines)
    return OrderDocument(
        **known,
        ship_to=one_line(head.ship_to_address),
        hold=hold,
        order_discount=sum((row.order_discount for row in rows), Decimal(0)),
        charges=money.charges,
        shipment_charges=money.shipment_charges,
        taxes=money.taxes,
        margin_percent=_margin(head.goods, [row.cost for row in rows]),
        lines=lines,
        reasons=reasons,
        donors=_donors(session, reasons),
        next_step=next_step(state, hold, lines),
        timeline=timeline(session, order, numbers),
        related=related,
    )


def _donors(session: Session, reasons: Sequence[NotMoving]) -> tuple[Donor, ...]:
    """For each line of which nothing is free: the least urgent order that has some."""
    short = [each.line_id for each in reasons if each.kind is ReasonKind.NO_STOCK]
    if not short:
        return ()
    return tuple(Donor(*row) for row in session.execute(_DONORS, {"lines": short}))


def one_line(address: Mapping[str, Any]) -> str:
    """An address on one line, without the name."""
    city = " ".join(
        str(address[part]) for part in ("city", "region", "postal_code") if address.get(part)
    )
    parts = (address.get("street"), city, address.get("country"))
    return ", ".join(str(each) for each in parts if each)


def _hold(head: Any) -> Hold | None:
    if head.hold_code is None:
        return None
    steps = ("allocation", "picking", "packing", "invoicing")
    return Hold(
        head.hold_code,
        head.hold_name,
        head.hold_reason,
        tuple(step for step in steps if getattr(head, f"stops_{step}")),
    )


def _margin(goods: Decimal, costs: Sequence[Decimal | None]) -> Decimal | None:
    """What is left of the goods amount after cost, in percent, to one decimal."""
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs) or goods <= 0:
        return None
    return ((goods - sum(known, Decimal(0))) / goods * 100).quantize(Decimal("0.1"))


def _line(row: Any, state: str) -> DocumentLine:
    values: dict[str, Any] = dict(row._mapping)
    parts = values.pop("parts")
    for name in ("cost", "order_discount", "beaten"):
        del values[name]
    if state != OrderState.CONFIRMED:
        values["short"] = Decimal(0)
    places = tuple(LinePlace(kind, code, Decimal(size)) for kind, code, size in row.places)
    discounts = [
        Decimal(percent)
        for kind, source, _, percent, _ in parts
        if kind == PartKind.PERCENT_OFF and source == PriceSource.MANUAL
    ]
    values |= {
        "fulfilment": Fulfilment(row.fulfilment),
        "price_source": PriceSource(row.price_source),
        "places": places,
        "price_words": _price_words(row, parts),
        "typed_discount": discounts[-1] if discounts else None,
    }
    line = DocumentLine(**values)
    return DocumentLine(**{**values, "words": progress_words(line)})


_BASE_PRICE: Mapping[str, str] = {
    PriceSource.AGREEMENT: N_("agreement {label}"),
    PriceSource.QUOTED: N_("quoted {label}"),
    PriceSource.PRICE_BOOK: N_("price book {label}"),
    PriceSource.CONFIGURED: N_("configured"),
    PriceSource.LIST: N_("list"),
}


def _price_words(row: Any, parts: Sequence[Any]) -> tuple[Said, ...]:
    """Where a price came from: *list*, *typed by Maria, list was 71.90*, *5 % off by Maria*."""
    said: list[Said] = []
    prices = [part for part in parts if part[0] == PartKind.PRICE]
    source, label = (prices[-1][1], prices[-1][2]) if prices else (row.price_source, "")
    if source == PriceSource.MANUAL and prices:
        fields: dict[str, str | Decimal] = {"who": label}
        words = N_("typed by {who}")
        if row.list_price is not None:
            words, fields = (
                N_("typed by {who}, list was {list}"),
                fields | {"list": _price(row.list_price)},
            )
        said.append(Said(words, fields))
    elif source == PriceSource.LIST and row.beaten:
        said.append(Said(N_("own list price, below agreement {label}"), {"label": row.beaten}))
    elif source in _BASE_PRICE:
        said.append(Said(_BASE_PRICE[source], {"label": label}))
    for kind, part_source, name, percent, amount in parts:
        if kind == PartKind.PERCENT_OFF:
            words = (
                N_("{size} % off by {label}")
                if part_source == PriceSource.MANUAL
                else N_("{size} % off, {label}")
            )
            said.append(Said(words, {"size": Decimal(percent), "label": name}))
        elif kind in (PartKind.AMOUNT_OFF, PartKind.EXTRA) and amount is not None:
            words = (
                N_("{size} off, {label}")
                if kind == PartKind.AMOUNT_OFF
                else N_("{size} more, {label}")
            )
            said.append(Said(words, {"size": Decimal(amount), "label": name}))
    return tuple(said)


def _price(value: Decimal) -> str:
    """A unit price with at least two decimals."""
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{places}f}"
