"""Lanes and what waits to be brought there, written as they are to be read."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.controllers.document_desk import Together
from app.core.actor import Group
from app.operations.floor import Moved
from app.queries.staging import LaneDocument, LaneRow, OrderToStage, StandingGoods, ToStageRow
from app.views.document_desk import MARKED
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, few, needs, write_day, write_moment

LANE_HEADS = LineHeads(quantity="Here", price="Trip", amount="Since")
ORDER_HEADS = LineHeads(quantity="There", price="Place", amount="Since")
NOT_YOURS = needs(Group.FLOOR)


def _since(value: datetime | None, zone: ZoneInfo) -> str:
    """When something came, at the company's clock."""
    return "" if value is None else write_moment(value, zone)


def _count(number: int, one: str, more: str) -> str:
    return counted(number, one, more) if number else ""


def lane_card(row: LaneRow, zone: ZoneInfo) -> Card:
    """A lane in the list."""
    if not row.orders:
        return Card(row.code, "empty", (row.name,))
    return Card(
        row.code,
        _count(row.orders, "order", "orders"),
        (
            _count(row.cartons, "carton", "cartons"),
            _count(row.loose, "loose line", "loose lines"),
            f"since {_since(row.since, zone)}",
            few(row.trips),
        ),
    )


def order_card(row: ToStageRow, is_marked: bool) -> Card:
    """An order that waits on a cart or bench."""
    badge = MARKED if is_marked else Badge("On hold", Tone.WRONG) if row.hold else None
    to = f"to {row.lane}" if row.lane else "no lane yet"
    return Card(
        row.customer,
        few(row.places),
        (row.number, write_day(row.requested_date), to, row.trip or ""),
        badge=badge,
    )


def _carton_words(goods: StandingGoods) -> str:
    return f"carton …{goods.carton[-6:]}" if goods.carton else ""


def _goods(goods: StandingGoods, is_marked: bool, extra: tuple[str, str], sub: str) -> LineRow:
    badge = MARKED if is_marked else Badge("Boxed", Tone.INFO, "package") if goods.carton else None
    lot = f"lot {goods.lot}" if goods.lot else ""
    return LineRow(
        goods.id,
        goods.name,
        (sub, goods.item, lot, _carton_words(goods)),
        f"{write_number(goods.quantity)} {goods.unit}",
        price=extra[0],
        amount=extra[1],
        badge=badge,
        source=goods,
    )


def lane_model(
    lane: LaneDocument, may: bool, marked: frozenset[int], zone: ZoneInfo
) -> DocumentModel:
    """A lane and what stands in it, order by order."""
    orders = {each.order_id for each in lane.goods}
    cartons = {each.carton_id for each in lane.goods if each.carton_id}
    since = min((each.since for each in lane.goods), default=None)
    why_not = NOT_YOURS if not may else "" if lane.goods else "nothing stands here"
    many = f" {len(marked)} lines" if len(marked) > 1 else " line"
    return DocumentModel(
        lane.code,
        badges=(Badge("In use", Tone.INFO) if lane.goods else Badge("Empty", Tone.NEUTRAL),),
        subline=(lane.name, lane.warehouse),
        facts=(
            Fact("Orders", str(len(orders))),
            Fact("Cartons", str(len(cartons))),
            Fact("Since", _since(since, zone) or "empty"),
        ),
        action=Action("restage-all", "Restage all", "Ctrl+Return", why_not=why_not),
        secondary=(
            Action("restage", f"Restage{many}", "F6", why_not=why_not),
            Action("back", f"Bring back{many}", "F8", why_not=why_not),
        ),
        lines=tuple(
            _goods(
                each,
                each.id in marked,
                (each.trip or "", _since(each.since, zone)),
                f"{each.order_number}  {each.customer}",
            )
            for each in lane.goods
        ),
        heads=LANE_HEADS,
        no_lines="Nothing stands in this lane.",
    )


def order_model(
    order: OrderToStage, may: bool, marked: frozenset[int], lane: str, zone: ZoneInfo, orders: int
) -> DocumentModel:
    """An order and where its goods are; `lane` is where they will go, `orders` are marked."""
    why_not = ""
    if not may:
        why_not = NOT_YOURS
    elif order.hold:
        why_not = f"on hold: {order.hold}"
    elif not order.on_the_way:
        why_not = "nothing of it is on a cart or bench"
    target = lane or order.lane
    many = f" {len(marked)} lines" if len(marked) > 1 else " line"
    title = f"Stage {orders} orders" if orders > 1 else "Stage all"
    notices: tuple[Notice, ...] = ()
    if order.hold:
        notices = (Notice(f"{order.hold}: this hold stops staging. A manager can release it."),)
    return DocumentModel(
        order.number,
        badges=(
            Badge("To stage", Tone.ATTENTION) if order.on_the_way else Badge("Staged", Tone.GOOD),
        ),
        subline=(order.customer, order.trip or ""),
        facts=(
            Fact("Requested", write_day(order.requested_date)),
            Fact("Goes to lane", target or "not chosen"),
            Fact("Not in a lane", f"{len(order.on_the_way)} of {len(order.goods)}"),
        ),
        action=Action("stage-all", title, "Ctrl+Return", why_not=why_not),
        secondary=(
            Action("stage", f"Stage{many}", "F6", why_not=why_not),
            Action("part", "Part", "Shift+F6", why_not=why_not),
            Action("to", "Lane", "F7"),
            Action("back", f"Bring back{many}", "F8", why_not="" if may else NOT_YOURS),
        ),
        lines=tuple(
            _goods(each, each.id in marked, (each.place, _since(each.since, zone)), "")
            for each in order.goods
        ),
        heads=ORDER_HEADS,
        no_lines="Nothing of this order is picked.",
        notices=notices,
        related=(Action("open-order", f"Order {order.number}"),),
    )


def sentence(result: object) -> str:
    """What a verb came to."""
    results = result.results if isinstance(result, Together) else (result,)
    moved = [each for each in results if isinstance(each, Moved)]
    orders = {order for each in moved for order in each.orders}
    places = tuple(dict.fromkeys(each.place for each in moved))
    return f"{_count(len(orders), 'order', 'orders')} brought to {few(places)}."
