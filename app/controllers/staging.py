"""The state of the staging desk: a lane or an order is open, and goods are brought and moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.controllers.document_desk import DocumentController
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.ids import Kind
from app.operations.staging import restage, stage, unstage
from app.queries.staging import lane, order_to_stage, staging_counts

if TYPE_CHECKING:
    from app.queries.staging import OrderToStage, StandingGoods


def lines_by_order(goods: Sequence[StandingGoods]) -> Mapping[int, tuple[int, ...]]:
    """The order lines of goods, order by order."""
    lines: dict[int, dict[int, None]] = {}
    for each in goods:
        lines.setdefault(each.order_id, {})[each.line_id] = None
    return {order: tuple(found) for order, found in lines.items()}


class StagingController(DocumentController):
    """Stages, restages and brings back."""

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="staging",
            loads={
                Kind.ORDER: lambda session, id: order_to_stage(session, order=id),
                Kind.LOCATION: lambda session, id: lane(session, lane=id),
            },
            counts=staging_counts,
            touched_by=(Kind.ORDER, Kind.CARTON, Kind.TRIP),
            parent=parent,
        )

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
