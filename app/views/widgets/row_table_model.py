"""Rows of a list that may have a million of them: only pages around the eye are held.

Pages are fetched by key (what comes after the last row seen), never by number, so the
hundredth page costs what the first one does. Pages far from the eye are let go and
fetched again by the key they began after.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.controllers.tasks import TaskRunner
from app.views.theme import Tone
from app.views.widgets.quantity_bar import Bar
from app.views.widgets.state_badge import Badge

PAGE = 100
KEPT_PAGES = 12
LARGEST_RELOAD = 500
RowRole = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows are wanted: a saved view, what is typed in the filter, after which key."""

    view: str = ""
    text: str = ""
    after: Any = None
    limit: int = PAGE
    sort: str = ""
    descending: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """What every list is asked by, whatever its view: filter, after, limit."""
        return {"filter": self.text, "after": self.after, "limit": self.limit}

    def page(self, rows: Sequence[Any], key: Callable[[Any], Any]) -> Page:
        """The rows that were found; a full page goes on after the key of its last."""
        return Page(rows, key(rows[-1]) if len(rows) == self.limit else None)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order; `next_key` is None at the end; `count_text` such as "23 open", "1,000+"."""

    rows: Sequence[Any]
    next_key: Any = None
    count_text: str = ""


Fetch = Callable[[Any, PageRequest], Page]
"""(session, request) → page; runs on a reader thread."""


def paged(
    read: Callable[..., Sequence[Any]], first: str, key: Callable[[Any], Any] = attrgetter("key")
) -> Fetch:
    """The pages of a list that one query reads by session, view, filter, after and limit.

    `first` is the view shown first; `key` is where a row stands, for the page after it.
    """

    def fetch(session: Any, request: PageRequest) -> Page:
        return request.page(read(session, view=request.view or first, **request.asked), key)

    return fetch


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a plain table. `width` in pixels at 100 %, 0 takes what is left."""

    title: str
    text: Callable[[Any], str]
    width: int = 120
    is_number: bool = False
    is_strong: bool = False
    is_code: bool = False
    tone: Callable[[Any], Tone | str] | None = None
    badge: Callable[[Any], Badge | None] | None = None
    bar: Callable[[Any], Bar | None] | None = None
    sort: str = ""
    """The name the query knows this order by; empty when it cannot be sorted."""


@dataclass(slots=True)
class _Part:
    """A page that was seen: where it began, how long it is, its rows if still held."""

    after: Any
    count: int
    rows: Sequence[Any] | None


class RowTableModel(QAbstractTableModel):
    """The rows of one question, page by page, newest question first.

    Signals:
        answered: the first page of a question has arrived; arg: the words for the count.
        loading: rows are being fetched or no longer; arg: bool.
    """

    answered = Signal(str)
    loading = Signal(bool)

    def __init__(
        self,
        tasks: TaskRunner,
        fetch: Fetch,
        columns: Sequence[Column],
        row_id: Callable[[Any], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.fetch = fetch
        self.columns = tuple(columns)
        self._row_id = row_id
        self._request = PageRequest()
        self._parts: list[_Part] = []
        self._starts: list[int] = []
        self._next_key: Any = None
        self._count = 0
        self._question = 0
        self._is_loading = False
        self._missing: set[int] = set()
        self._key = f"rows-{id(self)}"

    @property
    def request(self) -> PageRequest:
        """The question being answered."""
        return self._request

    @property
    def has_more(self) -> bool:
        """True when rows are left after the last one fetched."""
        return self._next_key is not None

    def ask(self, request: PageRequest) -> None:
        """A new question. The old rows stay until its first page arrives."""
        self._request = replace(request, after=None, limit=PAGE)
        self._start(self._request, [])

    def reload(self, first_visible: int = 0, last_visible: int = 0) -> None:
        """The same question again, as far as it is in view."""
        part = self._part_of(first_visible) if self._parts else 0
        if last_visible < LARGEST_RELOAD:
            part = 0
        before = self._parts[:part]
        limit = min(LARGEST_RELOAD, max(PAGE, last_visible + PAGE // 2)) if part == 0 else PAGE * 2
        after = self._parts[part].after if part else None
        self._start(
            replace(self._request, after=after, limit=limit),
            [_Part(each.after, each.count, None) for each in before],
        )

    def fetch_next(self) -> None:
        """The next page, unless one is on its way or there is none."""
        if self._is_loading or self._next_key is None:
            return
        request = replace(self._request, after=self._next_key, limit=PAGE)
        self._read(request, lambda page: self._append(request, page))

    def _start(self, request: PageRequest, before: list[_Part]) -> None:
        self._question += 1
        self._missing.clear()
        self._read(request, lambda page: self._replace(request, before, page))

    def _read(self, request: PageRequest, done: Callable[[Page], None]) -> None:
        self._set_loading(True)

        def arrived(page: Page) -> None:
            self._set_loading(False)
            done(page)

        self._tasks.read(
            lambda session: self.fetch(session, request),
            done=arrived,
            failed=self._gave_up,
            key=self._key,
            owner=self,
        )

    def _gave_up(self, error: Exception) -> None:
        self._set_loading(False)
        self._tasks.refused.emit(error) if hasattr(error, "message") else None

    def _set_loading(self, is_loading: bool) -> None:
        if self._is_loading != is_loading:
            self._is_loading = is_loading
            self.loading.emit(is_loading)

    def _replace(self, request: PageRequest, before: list[_Part], page: Page) -> None:
        self.beginResetModel()
        self._parts = [*before, _Part(request.after, len(page.rows), page.rows)]
        self._next_key = page.next_key
        self._number()
        self.endResetModel()
        self.answered.emit(page.count_text)

    def _append(self, request: PageRequest, page: Page) -> None:
        self._next_key = page.next_key
        if not page.rows:
            return
        self.beginInsertRows(QModelIndex(), self._count, self._count + len(page.rows) - 1)
        self._parts.append(_Part(request.after, len(page.rows), page.rows))
        self._number()
        self.endInsertRows()
        self._let_go(len(self._parts) - 1)

    def _number(self) -> None:
        self._starts, self._count = [], 0
        for each in self._parts:
            self._starts.append(self._count)
            self._count += each.count

    def _part_of(self, row: int) -> int:
        return max(0, bisect.bisect_right(self._starts, row) - 1)

    def _let_go(self, near: int) -> None:
        held = [i for i, each in enumerate(self._parts) if each.rows is not None]
        for i in sorted(held, key=lambda each: abs(each - near))[KEPT_PAGES:]:
            self._parts[i].rows = None

    def _fill(self, number: int) -> None:
        """Fetch a page again that was let go."""
        if number in self._missing:
            return
        self._missing.add(number)
        part, question = self._parts[number], self._question
        request = replace(self._request, after=part.after, limit=part.count)

        def arrived(page: Page) -> None:
            if question != self._question:
                return
            self._missing.discard(number)
            part.rows = page.rows
            first, last = self._starts[number], self._starts[number] + part.count - 1
            self.dataChanged.emit(
                self.index(first, 0), self.index(last, max(0, self.columnCount() - 1))
            )
            self._let_go(number)

        self._tasks.read(
            lambda session: self.fetch(session, request),
            done=arrived,
            key=f"{self._key}-{number}",
            owner=self,
        )

    def row(self, number: int) -> Any | None:
        """A row, or None while it is being fetched."""
        if not 0 <= number < self._count:
            return None
        part_number = self._part_of(number)
        part = self._parts[part_number]
        if part.rows is None:
            self._fill(part_number)
            return None
        within = number - self._starts[part_number]
        return part.rows[within] if within < len(part.rows) else None

    def id_at(self, number: int) -> Hashable | None:
        """The id of a row, when it is held."""
        row = self.row(number)
        return None if row is None else self._row_id(row)

    def find(self, row_id: Hashable) -> int | None:
        """Where a row is among those held."""
        for start, part in zip(self._starts, self._parts, strict=True):
            for within, row in enumerate(part.rows or ()):
                if self._row_id(row) == row_id:
                    return start + within
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else max(1, len(self.columns))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == RowRole:
            return self.row(index.row())
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        row = self.row(index.row())
        if row is None or not self.columns:
            return None
        column = self.columns[index.column()]
        badge = column.badge(row) if column.badge else None
        shown_bar = column.bar(row) if column.bar else None
        return column.text(row) or (badge and badge.word) or (shown_bar and shown_bar.words()) or ""

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[section].is_number
                else Qt.AlignmentFlag.AlignLeft
            )
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None
