"""Lanes and what waits to be brought there, written as they are to be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.controllers.document_desk import Together
from app.core.actor import Group
from app.core.messages import N_
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
from app.views.widgets.wording import (
    counted,
    few,
    needs,
    words,
    write_moment,
    write_near_day,
    write_near_full_day,
)

LANE_HEADS = LineHeads(
    quantity=words(N_("Here")), price=words(N_("Trip")), amount=words(N_("Since"))
)
ORDER_HEADS = LineHeads(
    quantity=words(N_("There")), price=words(N_("Place")), amount=words(N_("Since"))
)
NOT_YOURS = needs(Group.FLOOR)


def _since(value: datetime | None, zone: ZoneInfo) -> str:
    """When something came, at the company's clock."""
    return "" if value is None else write_moment(value, zone)


def lane_card(row: LaneRow, zone: ZoneInfo) -> Card:
    """A lane in the list."""
    if not row.orders:
        return Card(row.code, words(N_("empty")), (row.name,))
    return Card(
        row.code,
        counted(row.orders, "order", "orders"),
        (
            counted(row.cartons, "carton", "cartons") if row.cartons else "",
            counted(row.loose, "loose line", "loose lines") if row.loose else "",
            words(N_("since {day}"), day=_since(row.since, zone)),
            few(row.trips),
        ),
    )


def order_card(row: ToStageRow, is_marked: bool, today: date) -> Card:
    """An order that waits on a cart or bench, as it is read `today`."""
    badge = MARKED if is_marked else Badge(words(N_("On hold")), Tone.WRONG) if row.hold else None
    to = words(N_("to {lane}"), lane=row.lane) if row.lane else words(N_("no lane yet"))
    return Card(
        row.customer,
        few(row.places),
        (row.number, write_near_day(row.requested_date, today), to, row.trip or ""),
        badge=badge,
    )


def _carton_words(goods: StandingGoods) -> str:
    return words(N_("carton …{end}"), end=goods.carton[-6:]) if goods.carton else ""


def _goods(goods: StandingGoods, is_marked: bool, extra: tuple[str, str], sub: str) -> LineRow:
    badge = (
        MARKED
        if is_marked
        else Badge(words(N_("Boxed")), Tone.INFO, "package")
        if goods.carton
        else None
    )
    lot = words(N_("lot {lot}"), lot=goods.lot) if goods.lot else ""
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


def _bring_back(marked: int) -> str:
    if marked > 1:
        return words(N_("Bring back {many} lines"), many=marked)
    return words(N_("Bring back line"))


def lane_model(
    lane: LaneDocument, may: bool, marked: frozenset[int], zone: ZoneInfo
) -> DocumentModel:
    """A lane and what stands in it, order by order."""
    orders = {each.order_id for each in lane.goods}
    cartons = {each.carton_id for each in lane.goods if each.carton_id}
    since = min((each.since for each in lane.goods), default=None)
    why_not = NOT_YOURS if not may else "" if lane.goods else words(N_("nothing stands here"))
    restage, bring_back = words(N_("Restage line")), _bring_back(len(marked))
    if len(marked) > 1:
        restage = words(N_("Restage {many} lines"), many=len(marked))
    return DocumentModel(
        lane.code,
        badges=(
            Badge(words(N_("In use")), Tone.INFO)
            if lane.goods
            else Badge(words(N_("Empty")), Tone.NEUTRAL),
        ),
        subline=(lane.name, lane.warehouse),
        facts=(
            Fact(words(N_("Orders")), str(len(orders))),
            Fact(words(N_("Cartons")), str(len(cartons))),
            Fact(words(N_("Since")), _since(since, zone) or words(N_("empty"))),
        ),
        action=Action("restage-all", words(N_("Restage all")), "Ctrl+Return", why_not=why_not),
        secondary=(
            Action("restage", restage, "F6", why_not=why_not),
            Action("back", bring_back, "F8", why_not=why_not),
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
        no_lines=words(N_("Nothing stands in this lane.")),
    )


def order_model(
    order: OrderToStage,
    may: bool,
    marked: frozenset[int],
    lane: str,
    zone: ZoneInfo,
    today: date,
    orders: int,
) -> DocumentModel:
    """An order and where its goods are; `lane` is where they will go, `orders` are marked."""
    why_not = ""
    if not may:
        why_not = NOT_YOURS
    elif order.hold:
        why_not = words(N_("on hold: {hold}"), hold=order.hold)
    elif not order.on_the_way:
        why_not = words(N_("nothing of it is on a cart or bench"))
    target = lane or order.lane
    stage, title = words(N_("Stage line")), words(N_("Stage all"))
    if len(marked) > 1:
        stage = words(N_("Stage {many} lines"), many=len(marked))
    if orders > 1:
        title = words(N_("Stage {many} orders"), many=orders)
    notices: tuple[Notice, ...] = ()
    if order.hold:
        notices = (
            Notice(
                words(
                    N_("{hold}: this hold stops staging. A manager can release it."),
                    hold=order.hold,
                )
            ),
        )
    return DocumentModel(
        order.number,
        badges=(
            Badge(words(N_("To stage")), Tone.ATTENTION)
            if order.on_the_way
            else Badge(words(N_("Staged")), Tone.GOOD),
        ),
        subline=(order.customer, order.trip or ""),
        facts=(
            Fact(words(N_("Requested")), write_near_full_day(order.requested_date, today)),
            Fact(words(N_("Goes to lane")), target or words(N_("not chosen"))),
            Fact(
                words(N_("Not in a lane")),
                words(
                    N_("{left} of {all}"),
                    left=len(order.on_the_way),
                    all=len(order.goods),
                ),
            ),
        ),
        action=Action("stage-all", title, "Ctrl+Return", why_not=why_not),
        secondary=(
            Action("stage", stage, "F6", why_not=why_not),
            Action("part", words(N_("Part")), "Shift+F6", why_not=why_not),
            Action("to", words(N_("Lane")), "F7"),
            Action(
                "back",
                _bring_back(len(marked)),
                "F8",
                why_not="" if may else NOT_YOURS,
            ),
        ),
        lines=tuple(
            _goods(each, each.id in marked, (each.place, _since(each.since, zone)), "")
            for each in order.goods
        ),
        heads=ORDER_HEADS,
        no_lines=words(N_("Nothing of this order is picked.")),
        notices=notices,
        related=(Action("open-order", words(N_("Order {number}"), number=order.number)),),
    )


def with_scans_here(model: DocumentModel) -> DocumentModel:
    """The same, told to be where scans go."""
    here = Badge(words(N_("Scans go here")), Tone.ACCENT, "barcode")
    return replace(model, badges=(*model.badges, here))


def with_undo(model: DocumentModel) -> DocumentModel:
    """The same with the key that takes the last scan back."""
    undo = Action("undo", words(N_("Undo last scan")), "Shift+F8")
    return replace(model, secondary=(*model.secondary, undo))


def sentence(result: object) -> str:
    """What a verb came to."""
    results = result.results if isinstance(result, Together) else (result,)
    moved = [each for each in results if isinstance(each, Moved)]
    orders = {order for each in moved for order in each.orders}
    places = tuple(dict.fromkeys(each.place for each in moved))
    return words(
        N_("{orders} brought to {places}."),
        orders=counted(len(orders), "order", "orders") if orders else "",
        places=few(places),
    )
