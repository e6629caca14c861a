"""What one view of the administrator's desk is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from PySide6.QtWidgets import QWidget

from app.controllers.administration import AdministrationController
from app.core.actor import Group
from app.core.ids import Kind
from app.queries.administration import AdministrationChoices
from app.views.desk_context import DeskContext
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.row_painting import Card
from app.views.widgets.wording import needs

FormDeed = Callable[[dict[str, Any]], None]


class AsksForms(Protocol):
    """The desk, as a topic needs it."""

    @property
    def shown(self) -> Any: ...

    @property
    def choices(self) -> AdministrationChoices: ...

    def ask(self, asking: Asking, deed: FormDeed) -> None: ...

    def current_line(self) -> LineRow | None: ...

    def line_meant(self, things: Any) -> Any: ...

    def look_at(self, view: str, text: str) -> None: ...

    def marked(self, kind: Kind) -> tuple[Any, ...]: ...


def plain_heads(item: str, amount: str, quantity: str = "") -> LineHeads:
    """Heads of lines that are no goods."""
    return LineHeads(item=item, quantity=quantity, price="", amount=amount)


class Topic:
    """One view: who sees it and keeps it, how its rows and documents are written, what is done."""

    kind: ClassVar[Kind]
    view: ClassVar[SavedView]
    seen_by: ClassVar[tuple[Group, ...]]
    kept_by: ClassVar[tuple[Group, ...]]
    nothing: ClassVar[Empty]
    new: ClassVar[str] = ""
    """What the key N makes here; empty where nothing is made by hand."""

    def __init__(
        self,
        desk: AsksForms,
        parent: QWidget,
        control: AdministrationController,
        context: DeskContext,
    ) -> None:
        """`desk` and `parent`, over which forms open, are the same widget."""
        self.desk, self.parent, self.control, self.context = desk, parent, control, context

    @property
    def why_not(self) -> str:
        """Why this person may not change anything here; empty when they may."""
        may = self.context.actor.is_any(*self.kept_by)
        return "" if may else needs(*self.kept_by)

    def card(self, row: Any) -> Card:
        """A row of the list."""
        raise NotImplementedError

    def model(self, shown: Any) -> DocumentModel:
        """What is open, as it is to be read."""
        raise NotImplementedError

    def begin(self) -> None:
        """Ask for a new one."""

    def act(self, action: str, shown: Any) -> None:
        """Do what a button, a key or a link asks for."""
        raise NotImplementedError

    def open_line(self, line: LineRow) -> None:
        """Enter on a line."""
