"""Every text of the real window, desk by desk: what is seen, painted or read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QDeadlineTimer,
    QEventLoop,
    QModelIndex,
    Qt,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)
from sqlalchemy import make_url

from app.database.door import Door
from app.main import Workplace, build_window, enter
from app.views import theme
from app.views.widgets.document_frame import DocumentFrame
from app.views.widgets.key_sheet import KeySheet
from app.views.widgets.list_screen import ListScreen
from app.views.widgets.row_painting import CardDelegate

PATIENCE = 20_000
MOST_ROWS = 50
MOST_OPENED = 3
NOT_SAID = {"id", "key", "icon", "kind", "part", "shortcut", "source", "tone", "why"}
"""By these the program knows what is shown; nobody reads them."""


def texts_of(page: QWidget) -> Iterator[str]:
    """What is seen or read aloud of a widget and all that is shown in it."""
    for each in (page, *page.findChildren(QWidget)):
        if not each.isVisible():
            continue
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription())
        if each.isWindow():
            yield each.windowTitle()
        if isinstance(each, QLabel | QAbstractButton):
            yield each.text()
        if isinstance(each, QAbstractButton):
            menu = getattr(each, "menu", lambda: None)()
            yield from (entry.text() for entry in menu.actions()) if menu is not None else ()
        if isinstance(each, DocumentFrame):
            yield from said_in(each.model)
        if isinstance(each, QLineEdit):
            yield each.placeholderText()
        if isinstance(each, QAbstractItemView) and each.model() is not None:
            yield from _cells_of(each.model())
            delegate = each.itemDelegate()
            if isinstance(delegate, CardDelegate):
                rows = range(min(each.model().rowCount(), MOST_ROWS))
                cards = (delegate.card_of(each.model().index(row, 0)) for row in rows)
                yield from (said for card in cards for said in said_in(card))
            if isinstance(each, QTableView) and each.horizontalHeader().isVisible():
                yield from _heads_of(each.model())


def said_in(shown: object) -> Iterator[str]:
    """What is painted of a card, a line, a document: the texts in it, but for keys and names."""
    if isinstance(shown, str) and not isinstance(shown, Enum):
        yield shown
    elif isinstance(shown, tuple | list):
        for each in shown:
            yield from said_in(each)
    elif is_dataclass(shown):
        for field in fields(shown):
            if field.name not in NOT_SAID:
                yield from said_in(getattr(shown, field.name))


def _cells_of(model: QAbstractItemModel) -> Iterator[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
    nowhere, is_list = QModelIndex(), isinstance(model, QAbstractListModel)
    for row in range(min(model.rowCount(nowhere), MOST_ROWS)):
        for column in range(1 if is_list else model.columnCount(nowhere)):
            for role in roles:
                yield str(model.data(model.index(row, column), role) or "")


def _heads_of(model: QAbstractItemModel) -> Iterator[str]:
    for column in range(model.columnCount(QModelIndex())):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")


def _views_of(screen: ListScreen) -> list[str]:
    """Its saved views by key; one without a name where there are none."""
    found = [each.property("view") for each in screen.findChildren(QPushButton)]
    return [each for each in found if each] or [""]


def drive(address: str, login: str) -> dict[str, list[str]]:
    """Every text, by desk."""
    app = QApplication(["orderwright"])
    theme.load_fonts()
    theme.apply(app, "light", 1.0)
    papers = TemporaryDirectory()
    place = Workplace(enter(Door(make_url(address), login=login, papers=Path(papers.name))))
    unexpected: list[Exception] = []
    place.tasks.failed.connect(unexpected.append)
    found: dict[str, list[str]] = {}
    try:
        window = build_window(place)
        window.resize(1500, 900)
        window.show()

        def settle() -> None:
            deadline = QDeadlineTimer(PATIENCE)
            app.processEvents()
            while place.tasks.is_busy and not deadline.hasExpired():
                app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)
            assert not place.tasks.is_busy
            app.processEvents()

        for key in [each.key for each in window.desks]:
            page: Any = window.open_desk(key)
            settle()
            seen = list(texts_of(window))
            for screen in page.findChildren(ListScreen):
                for view in _views_of(screen):
                    screen.choose_view(view)
                    settle()
                    for row in range(min(screen.model.rowCount(), MOST_OPENED)):
                        screen.rows.setCurrentIndex(screen.model.index(row, 0))
                        settle()
                        seen += texts_of(window)
            window.show_keys()
            seen += texts_of(window)
            sheet = window.findChild(KeySheet)
            assert isinstance(sheet, KeySheet)
            QTest.keyClick(sheet, Qt.Key.Key_Escape)
            found[key] = sorted({each for each in seen if each})
        window.close()
    finally:
        place.close()
        papers.cleanup()
    assert unexpected == []
    return found
