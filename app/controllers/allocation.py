"""The state of the allocation desk: an order or an item is open, and goods are shared out."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QObject

from app.controllers.document_desk import DocumentController
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.ids import Kind
from app.operations.allocation import (
    allocate_orders,
    allocate_wave,
    reallocate,
    release_line,
    release_order,
)
from app.queries.allocation import allocation, allocation_counts, allocation_document


class AllocationController(DocumentController):
    """Allocates, releases and moves goods between orders."""

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="allocation",
            loads={
                Kind.ORDER: lambda session, id: allocation_document(session, order=id),
                Kind.ITEM: lambda session, id: allocation(session, item=id),
            },
            counts=allocation_counts,
            touched_by=(Kind.ORDER, Kind.STOCK),
            parent=parent,
        )

    def allocate(self, orders: tuple[int, ...], *, all_or_nothing: bool = False) -> None:
        """Promise goods to orders, who stands first goes first."""
        self.do(allocate_orders, orders=orders, all_or_nothing=all_or_nothing)

    def allocate_wave(self, filter: str) -> None:
        """Promise what is free to every order in view that can use it."""
        self.do(allocate_wave, filter=filter)

    def release_line(self, line: int, reason: str) -> None:
        """Take back what is promised to a line."""
        self.do(release_line, line=line, reason=reason)

    def release_order(self, order: int, reason: str) -> None:
        """Take back what is promised to an order."""
        self.do(release_order, order=order, reason=reason)

    def reallocate(self, line: int, to: int, quantity: Decimal, reason: str) -> None:
        """Give goods of one order line to another."""
        self.do(reallocate, line=line, to=to, quantity=quantity, reason=reason)
