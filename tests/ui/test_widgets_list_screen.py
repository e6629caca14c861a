"""The list: pages by key, the filter, the keyboard, and what stays when it is reloaded."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from app.controllers.tasks import TaskRunner
from app.core.errors import NotFound
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.document_frame import DocumentFrame
from app.views.widgets.empty_state import Empty, EmptyState
from app.views.widgets.list_and_document import ListAndDocument
from app.views.widgets.list_screen import ListScreen, SavedView
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import (
    KEPT_PAGES,
    PAGE,
    Column,
    Page,
    PageRequest,
    RowTableModel,
)
from app.views.widgets.text import ElidedText

PATIENCE = 5000


@dataclass(frozen=True)
class Order:
    number: int
    customer: str


class Orders:
    """A table of orders, read by key as a query would."""

    def __init__(self, count: int) -> None:
        self.rows = [Order(number, f"Customer {number}") for number in range(1, count + 1)]
        self.asked: list[PageRequest] = []
        self.gate = threading.Event()
        self.gate.set()

    def fetch(self, _session: Any, request: PageRequest) -> Page:
        self.asked.append(request)
        self.gate.wait(PATIENCE / 1000)
        rows = [each for each in self.rows if request.text in each.customer]
        if request.view == "even":
            rows = [each for each in rows if each.number % 2 == 0]
        if request.descending:
            rows.reverse()
        if request.after is not None:
            rows = [each for each in rows if each.number > request.after]
        page = rows[: request.limit]
        more = len(rows) > len(page)
        return Page(page, page[-1].number if more else None, f"{len(rows)} open")


def card(order: Order) -> Card:
    return Card(order.customer, "1.00", (f"SO-{order.number}",))


COLUMNS = (
    Column("Number", lambda row: str(row.number), 80, sort="number"),
    Column("Customer", lambda row: row.customer, 0),
)


def make(
    qtbot: QtBot, tasks: TaskRunner, orders: Orders, *, as_table: bool = False, **more: Any
) -> ListScreen:
    style: dict[str, Any] = {"columns": COLUMNS} if as_table else {"cards": card}
    screen = ListScreen(
        tasks,
        title="Orders",
        fetch=orders.fetch,
        row_id=lambda row: row.number,
        views=(SavedView("all", "All"), SavedView("even", "Even", "5")),
        **style,
        **more,
    )
    qtbot.addWidget(screen)
    screen.resize(420, 600)
    return screen


def shown(qtbot: QtBot, screen: ListScreen) -> ListScreen:
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        screen.show()
    return screen


def nothing_there(screen: ListScreen) -> EmptyState:
    found = screen.findChild(EmptyState)
    assert found is not None
    return found


def filter_field(screen: ListScreen) -> Any:
    return screen._filter


def test_it_asks_nothing_before_it_is_shown(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(3)
    screen = make(qtbot, tasks, orders)
    screen.reload()
    assert orders.asked == []
    shown(qtbot, screen)
    assert orders.asked == [PageRequest(view="all", limit=PAGE)]
    assert screen.model.rowCount() == 3


@pytest.mark.parametrize("as_table", [False, True])
def test_opening_reads_no_more_pages_than_are_looked_at(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner, as_table: bool
) -> None:
    orders = Orders(5000)
    screen = shown(qtbot, make(qtbot, tasks, orders, as_table=as_table))
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)
    assert len(orders.asked) <= 2
    assert [each.limit for each in orders.asked] == [PAGE] * len(orders.asked)
    assert screen.model.has_more


def test_scrolling_goes_on_from_the_last_key_until_the_end(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(450)
    screen = shown(qtbot, make(qtbot, tasks, orders))

    def to_the_end() -> bool:
        bar = screen.rows.verticalScrollBar()
        bar.setValue(bar.maximum())
        return screen.model.rowCount() == 450

    qtbot.waitUntil(to_the_end, timeout=PATIENCE)
    assert [each.after for each in orders.asked] == [None, 100, 200, 300, 400]
    assert [screen.model.id_at(row) for row in (0, 99, 100, 449)] == [1, 100, 101, 450]
    assert not screen.model.has_more


def test_pages_far_away_are_let_go_and_come_back_when_looked_at(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(PAGE * (KEPT_PAGES + 4))
    model = RowTableModel(tasks, orders.fetch, COLUMNS, lambda row: row.number)
    with qtbot.waitSignal(model.answered, timeout=PATIENCE):
        model.ask(PageRequest())

    def everything_was_seen() -> bool:
        model.fetch_next()
        return model.rowCount() == len(orders.rows)

    qtbot.waitUntil(everything_was_seen, timeout=PATIENCE)
    held = sum(1 for part in model._parts if part.rows is not None)
    assert held == KEPT_PAGES
    assert model.row(5) is None
    qtbot.waitUntil(lambda: model.row(5) is not None, timeout=PATIENCE)
    assert model.id_at(5) == 6
    assert model.rowCount() == len(orders.rows)


def test_the_filter_asks_once_when_typing_pauses(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(200)
    screen = shown(qtbot, make(qtbot, tasks, orders))
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)
    orders.asked.clear()
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        qtbot.keyClicks(filter_field(screen), "mer 15")
    assert [each.text for each in orders.asked] == ["mer 15"]
    assert screen.model.rowCount() == 11
    assert screen._count.text() == "11 open"


def test_a_filter_without_match_says_so_and_escape_brings_everything_back(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    screen = shown(qtbot, make(qtbot, tasks, Orders(5), empty=Empty("No orders yet")))
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        qtbot.keyClicks(filter_field(screen), "nobody")
    assert nothing_there(screen).accessibleName().startswith("No match")
    assert nothing_there(screen).isVisible()
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        qtbot.keyClick(filter_field(screen), Qt.Key.Key_Escape)
    assert screen.model.rowCount() == 5
    assert screen.rows.isVisible()


def test_an_empty_list_says_what_to_do_next_and_offers_it(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    empty = Empty("No orders yet", "Enter one.", action=Action("new", "New order"))
    screen = shown(qtbot, make(qtbot, tasks, Orders(0), empty=empty))
    button = nothing_there(screen).findChild(ActionButton)
    with qtbot.waitSignal(screen.action_chosen, timeout=PATIENCE) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == ["new"]


def test_an_empty_list_and_the_empty_place_beside_it_say_so_at_one_height(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    screen = make(qtbot, tasks, Orders(0), empty=Empty("No orders yet", "Enter one."))
    beside = DocumentFrame(Empty("Nothing chosen", "Choose a row."))
    both = ListAndDocument(screen, beside)
    qtbot.addWidget(both)
    both.resize(1100, 750)
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        both.show()

    def heights() -> list[int]:
        pictures = [each.findChildren(QLabel)[0] for each in both.findChildren(EmptyState)]
        return [each.mapTo(both, QPoint(0, 0)).y() for each in pictures if each.isVisible()]

    qtbot.waitUntil(lambda: len(heights()) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: abs(heights()[0] - heights()[1]) <= 2, timeout=PATIENCE)
    assert screen.minimumSizeHint().height() < 400


def test_a_saved_view_asks_its_own_question_and_shows_its_count(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(10)
    screen = shown(qtbot, make(qtbot, tasks, orders))
    with qtbot.waitSignals([screen.answered, screen.view_chosen], timeout=PATIENCE):
        screen.choose_view("even")
    assert [screen.model.id_at(row) for row in range(5)] == [2, 4, 6, 8, 10]
    screen.show_counts({"even": "1,000+"})
    names = [
        each.accessibleName()
        for each in screen.findChildren(QPushButton)
        if each.property("kind") == "chip"
    ]
    assert names == ["All", "Even, 1,000+"]


def test_up_down_and_enter_work_without_the_mouse(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    screen = make(qtbot, tasks, Orders(5))
    selected: list[int] = []
    opened: list[int] = []
    screen.row_selected.connect(lambda row: selected.append(row.number))
    screen.row_opened.connect(lambda row: opened.append(row.number))
    shown(qtbot, screen)
    screen.focus_filter()
    qtbot.keyClick(filter_field(screen), Qt.Key.Key_Down)
    for _ in range(2):
        qtbot.keyClick(screen.rows, Qt.Key.Key_Down)
    qtbot.keyClick(screen.rows, Qt.Key.Key_Up)
    qtbot.keyClick(screen.rows, Qt.Key.Key_Return)
    assert selected == [1, 2, 3, 2]
    assert opened == [2]


def test_reloading_keeps_the_selected_row_where_it_now_is(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(20)
    screen = shown(qtbot, make(qtbot, tasks, orders))
    screen.select(7)
    orders.rows.insert(0, Order(0, "Customer 0"))
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        screen.reload()
    assert screen.current() == Order(7, "Customer 7")
    assert screen.rows.currentIndex().row() == 7


def test_old_rows_stay_until_the_new_ones_have_come(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(20)
    screen = shown(qtbot, make(qtbot, tasks, orders))
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)
    orders.gate.clear()
    screen.choose_view("even")
    assert screen.model.rowCount() == 20
    with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
        orders.gate.set()
    assert screen.model.rowCount() == 10


def test_a_hidden_list_reloads_when_it_is_seen_again(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(3)
    screen = shown(qtbot, make(qtbot, tasks, orders))
    screen.hide()
    orders.rows.append(Order(4, "Customer 4"))
    asked = len(orders.asked)
    screen.reload()
    assert len(orders.asked) == asked
    shown(qtbot, screen)
    assert screen.model.rowCount() == 4


def test_a_column_that_can_be_sorted_turns_round_on_the_second_click(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(5)
    screen = shown(qtbot, make(qtbot, tasks, orders, as_table=True))
    assert isinstance(screen.rows, QTableView)
    header = screen.rows.horizontalHeader()
    for _ in range(2):
        with qtbot.waitSignal(screen.answered, timeout=PATIENCE):
            header.sectionClicked.emit(0)
    assert [(each.sort, each.descending) for each in orders.asked[-2:]] == [
        ("number", False),
        ("number", True),
    ]
    asked = len(orders.asked)
    header.sectionClicked.emit(1)
    assert len(orders.asked) == asked
    assert screen.model.id_at(0) == 5


def test_a_refused_question_reaches_the_message_bar_and_the_old_rows_stay(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    orders = Orders(3)
    screen = shown(qtbot, make(qtbot, tasks, orders))

    def refuse(_session: Any, _request: PageRequest) -> Page:
        raise NotFound(what="view", value="x")

    screen.model.fetch = refuse
    with qtbot.waitSignal(tasks.refused, timeout=PATIENCE):
        screen.reload()
    assert screen.model.rowCount() == 3


def test_a_card_is_read_aloud_in_full() -> None:
    from decimal import Decimal

    from app.views.widgets.quantity_bar import bar

    words = Card("Brightwater", "12.00", ("SO-1",), bar(Decimal(3), staged=Decimal(2))).words()
    assert words == "Brightwater, 12.00, SO-1, staged 2"


def test_what_is_asked_for_from_elsewhere_is_not_replaced_by_the_first_row(
    qtbot: QtBot, dressed: QApplication, tasks: TaskRunner
) -> None:
    screen = make(qtbot, tasks, Orders(1000))
    chosen: list[int] = []
    screen.row_selected.connect(lambda row: chosen.append(row.number))
    screen.select(900)
    shown(qtbot, screen)
    screen.rows.setFocus()
    assert chosen == []
    assert screen.current() is None or not screen.rows.selectionModel().hasSelection()
    screen.select(3)
    assert chosen == [3]
    qtbot.keyClick(screen.rows, Qt.Key.Key_Down)
    assert chosen == [3, 4]


@pytest.mark.parametrize(("wide", "is_whole"), [(1920, True), (1280, False)])
def test_a_live_change_of_scale_leaves_the_title_readable_and_the_button_whole(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner, wide: int, is_whole: bool
) -> None:
    orders = Orders(3)
    rows = ListScreen(
        tasks,
        title="Trade agreements",
        fetch=orders.fetch,
        row_id=lambda row: row.number,
        action=Action("new", "New agreement", "N"),
    )
    both = ListAndDocument(rows, QWidget())
    qtbot.addWidget(both)
    both.resize(wide, 800)
    with qtbot.waitExposed(both):
        both.show()
    theme.apply(dressed, "light", 2.0)
    button = rows.findChildren(ActionButton)[0]
    title = next(each for each in rows.findChildren(ElidedText) if each.text() == rows.title)

    def is_laid_out() -> bool:
        return button.width() >= button.sizeHint().width()

    qtbot.waitUntil(is_laid_out, timeout=PATIENCE)
    assert rows.width() == min(850, round(wide * 0.38))
    assert (title.width() >= title.sizeHint().width()) is is_whole
    assert title.geometry().right() < button.geometry().left()
    title.grab()
    assert title.toolTip() == ("" if is_whole else "Trade agreements")


class _Around(QWidget):
    """What a list stands in: hears the keys that the list has no use for."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.heard.append(event.text())


@pytest.mark.parametrize("as_table", [False, True])
def test_a_letter_is_left_to_the_window_which_may_say_why_its_button_cannot_be_pressed(
    dressed: QApplication, qtbot: QtBot, tasks: TaskRunner, as_table: bool
) -> None:
    around = _Around()
    qtbot.addWidget(around)
    screen = make(qtbot, tasks, Orders(3), as_table=as_table)
    screen.setParent(around)
    around.show()
    screen.show()
    qtbot.waitUntil(lambda: screen.model.rowCount() == 3, timeout=PATIENCE)
    qtbot.keyClick(screen.rows, Qt.Key.Key_N)
    qtbot.keyClick(screen.rows, Qt.Key.Key_Down)
    assert around.heard == ["n"]
