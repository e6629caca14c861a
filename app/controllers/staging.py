"""The state of the staging desk: a lane or an order is open, and goods are brought and moved."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.controllers.document_desk import Together
from app.controllers.scanning import RunsScans, ScanningController
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_, plain, render
from app.gateways.sound import Sounds
from app.operations.floor import Moved, StoppedByHold
from app.operations.staging import (
    NotAsItWasBrought,
    NothingStaged,
    restage,
    stage,
    stage_carton,
    undo_stage,
    unstage,
)
from app.queries.scans import Scanned
from app.queries.staging import (
    OrderToStage,
    StandingGoods,
    ToBring,
    lane,
    order_to_stage,
    staging_counts,
    to_bring,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOT_FOR_STAGING = N_("{number} is no lane, order, picklist, carton or item. Scan one of these.")
NO_LANE_SAID = N_("{number} has no lane of its own. Scan a lane first, then {number} again.")
NOT_A_LANE = N_("{number} is no lane. Scan the code that hangs over a lane.")
NOT_PICKED = N_("Nothing of {number} is on a cart or bench. Pick it first.")
THERE_ALREADY = N_("{number} is in {place} already")
BROUGHT = N_("{number} brought to {place}")
BROUGHT_SOME = N_("{quantity} of {number} for {order} brought to {place}")
NOT_OF_ORDER = N_(
    "{number} is not among the picked goods of {order}. Put it aside, or open the order it is for."
)
BOXED = N_("{number} for {order} is boxed. Scan its carton.")
NONE_LEFT = N_("All of {number} for {order} is in a lane already. Put it back.")
NOBODYS = N_("No {number} waits on a cart or bench for an order. Put it back where it came from.")
SEVERAL_ORDERS = N_("{number} waits for {orders}. Open the order you mean, then scan it again.")
SEVERAL_LOTS = N_("{number} for {order} is of several lots: {lots}. Scan the lot.")
NOTHING_TO_UNDO = N_("No scan of this desk is left to take back.")
MOST_UNDONE = 100
"""Scans that are remembered for undo; nobody takes back more of them one by one."""
TAKEN_BACK = N_("{number} taken back to {place}")


def lines_by_order(goods: Sequence[StandingGoods]) -> Mapping[int, tuple[int, ...]]:
    """The order lines of goods, order by order."""
    lines: dict[int, dict[int, None]] = {}
    for each in goods:
        lines.setdefault(each.order_id, {})[each.line_id] = None
    return {order: tuple(found) for order, found in lines.items()}


@dataclass(frozen=True, slots=True)
class StagedByScan:
    """What one scan brought to a lane, for which orders, and what it was."""

    number: str
    lane: int
    orders: tuple[int, ...]


class StagingController(ScanningController):
    """Stages, restages and brings back, and answers scans.

    A scanned lane is where all scans after it bring goods to, until another lane is opened;
    before one is scanned, goods go to their order's own lane.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        runner: RunsScans,
        *,
        sounds: Sounds | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(
            tasks,
            runner,
            name="staging",
            sounds=sounds,
            loads={
                Kind.ORDER: lambda session, id: order_to_stage(session, order=id),
                Kind.LOCATION: lambda session, id: lane(session, lane=id),
            },
            counts=staging_counts,
            touched_by=(Kind.ORDER, Kind.CARTON, Kind.TRIP),
            parent=parent,
        )
        self.lane: tuple[int, str] | None = None
        """The lane that was scanned, with its code."""
        self.order_lane: tuple[int, int, str] | None = None
        """The order that another lane than its own was chosen for, that lane and its code."""
        self.quantity: Decimal | None = None
        """A quantity scanned for the next item."""
        self._staged: deque[StagedByScan] = deque(maxlen=MOST_UNDONE)
        self._is_answering = self._is_undone_next = False
        """Whether a scan is not answered yet, and whether it is to be taken back when it is."""
        self.scan_good.connect(self._answered)
        for came_to_nothing in (self.scan_asks, self.scan_wrong, self.command_scanned):
            came_to_nothing.connect(self._forget_undo)

    def choose(self, kind: Kind, id: Any) -> None:
        """Open a document; another lane than the scanned one is not where scans go."""
        if self.lane is not None and kind is Kind.LOCATION and id != self.lane[0]:
            self.lane = None
        super().choose(kind, id)

    def lane_for(self, order: OrderToStage) -> tuple[int, str] | None:
        """The lane that was said for an order, with its code; None is its own, if it has one."""
        if self.order_lane is not None and self.order_lane[0] == order.id:
            return self.order_lane[1:]
        return self.lane

    def stage(self, order: int, to: int | None, lines: tuple[int, ...] = ()) -> None:
        """Bring an order's goods, or some lines' of them, to a lane or to its own."""
        self.do(stage, order=order, lane=to, lines=lines)

    def stage_goods(
        self, order: OrderToStage, to: int | None, goods: Sequence[StandingGoods]
    ) -> None:
        """Bring these goods to a lane: lot by lot and place by place, where others stay."""
        ids = {each.id for each in goods}
        lines = {each.line_id for each in goods}
        if all(each.id in ids for each in order.on_the_way if each.line_id in lines):
            self.stage(order.id, to, tuple(sorted(lines)))
            return
        parts = dict.fromkeys((each.line_id, each.lot, each.place_id) for each in goods)
        self.do_each(
            stage,
            [
                {
                    "order": order.id,
                    "lane": to,
                    "lines": (line,),
                    "lot": lot or None,
                    "from_place": place,
                }
                for line, lot, place in parts
            ],
        )

    def stage_part(self, goods: StandingGoods, to: int, quantity: Decimal) -> None:
        """Bring so much of these goods to a lane."""
        self.do(
            stage,
            order=goods.order_id,
            lane=to,
            lines=(goods.line_id,),
            quantity=quantity,
            lot=goods.lot or None,
            from_place=goods.place_id,
        )

    def stage_orders(self, orders: Sequence[int]) -> None:
        """Bring several orders' goods each to its own lane."""
        self.do_each(stage, [{"order": order} for order in orders])

    def restage(self, goods: Sequence[StandingGoods], to: int) -> None:
        """Move goods that stand in one lane to another."""
        self.do_each(
            restage,
            [
                {"order": order, "lane": to, "lines": lines, "from_lane": goods[0].place_id}
                for order, lines in lines_by_order(goods).items()
            ],
        )

    def bring_back(self, goods: Sequence[StandingGoods], to: int, reason: str) -> None:
        """Bring goods back to a bin, with a reason."""
        places = {(each.order_id, each.place_id) for each in goods}
        self.do_each(
            unstage,
            [
                {
                    "order": order,
                    "to": to,
                    "reason": reason,
                    "from_place": place,
                    "lines": lines_by_order(
                        [e for e in goods if (e.order_id, e.place_id) == (order, place)]
                    )[order],
                }
                for order, place in sorted(places)
            ],
        )

    # Scans

    @property
    def can_undo(self) -> bool:
        """Whether a scan is left to take back."""
        return bool(self._staged)

    def scan(self, code: str) -> None:
        self._is_answering = True
        super().scan(code)

    def read_more(self, session: Session, thing: Scanned) -> ToBring:
        is_order = self.chosen is not None and self.chosen[0] is Kind.ORDER
        order = self.chosen[1] if self.chosen is not None and is_order else None
        return to_bring(session, kind=Kind(thing.kind), id=thing.id, order=order)

    def answer_quantity(self, quantity: Decimal) -> None:
        self.quantity = quantity
        fields = {"quantity": plain(quantity)}
        self.scan_good.emit(render(N_("{quantity} of the next item"), fields))

    def answer_thing(self, thing: Scanned, more: ToBring) -> None:
        if thing.kind == Kind.LOCATION:
            self._go_to_lane(thing, more.place_kind)
        elif thing.kind in (Kind.ORDER, Kind.PICKLIST):
            self._bring_orders(thing, more.orders)
        elif thing.kind == Kind.CARTON:
            self._bring_carton(thing, more.orders[0])
        elif thing.kind in (Kind.ITEM, Kind.LOT):
            self._bring_item(thing, more.orders)
        else:
            self._stop(N_("not for staging"), NOT_FOR_STAGING, number=thing.number)

    def undo(self) -> None:
        """Take back what the last scan brought to a lane: also one that is still under way."""
        if self._is_answering:
            self._is_undone_next = True
            return
        if not self._staged:
            self._stop(N_("nothing to undo"), NOTHING_TO_UNDO)
            return
        last = self._staged.pop()
        left = list(last.orders)

        def work() -> Together:
            results = []
            while left:
                results.append(self._runner.do(undo_stage, order=left[0], lane=last.lane))
                del left[0]
            return Together.of(results)

        def tell(result: Together) -> None:
            fields = {"number": last.number, "place": _places(result)}
            self.scan_good.emit(render(TAKEN_BACK, fields))
            self.reload()

        def refuse(refusal: BusinessError) -> None:
            if not isinstance(refusal, (NothingStaged, NotAsItWasBrought)):  # these have gone on
                self._staged.append(replace(last, orders=tuple(left)))
            self.scan_wrong.emit(render(N_("not taken back")), refusal.message())

        self._tasks.write(work, done=tell, refused=refuse, owner=self)

    # Within

    def _answered(self, _sentence: str) -> None:
        """A scan did what it should; where it was wrong already, it is taken back."""
        is_undone, self._is_undone_next = self._is_undone_next, False
        self._is_answering = False
        if is_undone:
            self.undo()

    def _forget_undo(self, *_answer: object) -> None:
        """The scan brought nothing: there is nothing of it to take back."""
        self._is_answering = self._is_undone_next = False

    def _stop(self, word: str, sentence: str, **fields: str) -> None:
        self.scan_wrong.emit(render(word), render(sentence, fields))

    def _go_to_lane(self, thing: Scanned, kind: str) -> None:
        if kind != "staging":
            self._stop(N_("no lane"), NOT_A_LANE, number=thing.number)
            return
        self.lane, self.order_lane = (thing.id, thing.number), None
        self.choose(Kind.LOCATION, thing.id)
        self.scan_good.emit(thing.number)

    def _lane_of(self, order: OrderToStage) -> int | None:
        said = self.lane_for(order)
        return order.lane_id if said is None else said[0]

    def _to_move(self, order: OrderToStage) -> list[StandingGoods]:
        """What a scan of the order brings: all on its way; to a lane that was said all else too."""
        said = self.lane_for(order)
        return [
            each
            for each in order.goods
            if each.place_kind != "staging" or (said is not None and each.place_id != said[0])
        ]

    def _may_go(self, orders: Sequence[OrderToStage]) -> bool:
        """Whether no order is held back and each has a lane; otherwise the scan is answered."""
        held = next((each for each in orders if each.hold), None)
        without = next((each for each in orders if self._lane_of(each) is None), None)
        if held is not None:
            refusal = StoppedByHold(order=held.number, hold=held.hold)
            self.scan_wrong.emit(render(N_("on hold")), refusal.message())
        elif without is not None:
            self._stop(N_("which lane?"), NO_LANE_SAID, number=without.number)
        return held is None and without is None

    def _bring_orders(self, thing: Scanned, orders: Sequence[OrderToStage]) -> None:
        moving = [each for each in orders if self._to_move(each)]
        standing = [goods.place for each in orders for goods in each.goods]
        if not moving and standing:
            place = ", ".join(dict.fromkeys(standing))
            self.scan_good.emit(render(THERE_ALREADY, {"number": thing.number, "place": place}))
            self._show_scanned(orders)
        elif not moving:
            self._stop(N_("not picked"), NOT_PICKED, number=thing.number)
        elif self._may_go(moving):
            calls = [
                {
                    "order": each.id,
                    "lane": self._lane_of(each),
                    "lines": tuple({goods.line_id: None for goods in self._to_move(each)}),
                    "picked": True,
                }
                for each in moving
            ]
            self._stage(thing, moving, stage, calls, BROUGHT)

    def _bring_carton(self, thing: Scanned, order: OrderToStage) -> None:
        if self._may_go([order]):
            call = {"order": order.id, "carton": thing.id, "lane": self._lane_of(order)}
            self._stage(thing, [order], stage_carton, [call], BROUGHT)

    def _bring_item(self, thing: Scanned, orders: Sequence[OrderToStage]) -> None:
        size, self.quantity = (self.quantity or Decimal(1)) * thing.factor, None
        if len(orders) != 1:
            word, sentence = N_("nobody's"), NOBODYS
            if orders:
                word, sentence = N_("which order?"), SEVERAL_ORDERS
            names = ", ".join(each.number for each in orders)
            self._stop(word, sentence, number=thing.number, orders=names)
            return
        (order,) = orders
        mine = [each for each in order.goods if _is_of(each, thing)]
        loose = [each for each in mine if each in order.on_the_way and not each.carton_id]
        fields = {"number": thing.number, "order": order.number}
        if not loose:
            boxed = any(each in order.on_the_way for each in mine)
            word, sentence = N_("not on this order"), NOT_OF_ORDER
            if mine:
                word, sentence = (N_("boxed"), BOXED) if boxed else (N_("all staged"), NONE_LEFT)
            self._stop(word, sentence, **fields)
            return
        lots = ", ".join(dict.fromkeys(each.lot for each in loose))
        if len({each.lot for each in loose}) > 1:
            self._stop(N_("which lot?"), SEVERAL_LOTS, lots=lots, **fields)
            return
        if not self._may_go([order]):
            return
        # The first line whose goods lie together; where none has as many, the most there are.
        found = next((each for each in loose if each.quantity >= size), None) or max(
            loose, key=lambda each: each.quantity
        )
        call = {
            "order": order.id,
            "lane": self._lane_of(order),
            "lines": (found.line_id,),
            "quantity": size,
            "lot": found.lot or None,
            "from_place": found.place_id,
        }
        said = {"quantity": plain(size), "order": order.number}
        self._stage(thing, [order], stage, [call], BROUGHT_SOME, **said)

    def _stage(
        self,
        thing: Scanned,
        orders: Sequence[OrderToStage],
        verb: Callable[..., Moved],
        calls: Sequence[Mapping[str, Any]],
        sentence: str,
        **fields: str,
    ) -> None:
        """Bring what was scanned to its lane, and answer."""
        lanes = {each.id: self._lane_of(each) for each in orders}

        def tell(result: Together) -> None:
            is_news = any(each.quantity for each in result.results)
            said = sentence if is_news else THERE_ALREADY
            place = _places(result)
            if is_news:
                for to in dict.fromkeys(lanes.values()):
                    brought = tuple(id for id, its_lane in lanes.items() if its_lane == to)
                    self._staged.append(StagedByScan(thing.number, int(to or 0), brought))
            self.scan_good.emit(render(said, {"number": thing.number, "place": place} | fields))
            self._show_scanned(orders)

        def refuse(refusal: BusinessError) -> None:
            self.scan_wrong.emit(render(N_("not staged")), refusal.message())
            self.reload()

        self._tasks.write(
            lambda: self._run_each(verb, calls), done=tell, refused=refuse, owner=self
        )

    def _show_scanned(self, orders: Sequence[OrderToStage]) -> None:
        """The scanned lane fills in view; without one the order is opened."""
        if self.lane is None or self.chosen != (Kind.LOCATION, self.lane[0]):
            self.choose(Kind.ORDER, orders[0].id)


def _places(result: Together) -> str:
    return ", ".join(dict.fromkeys(each.place for each in result.results))


def _is_of(goods: StandingGoods, thing: Scanned) -> bool:
    return thing.id == (goods.lot_id if thing.kind == Kind.LOT else goods.item_id)
