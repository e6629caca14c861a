"""The one window: desks made when opened, the finder, the keys, the message bar."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.controllers.tasks import TaskRunner
from app.core.errors import NotFound
from app.views import theme
from app.views.finder import FinderRow
from app.views.main_window import Desk, MainWindow
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton, MoreButton, key_text
from app.views.widgets.found_list import in_sections
from app.views.widgets.key_sheet import KeySheet
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.text import Text

PATIENCE = 5000


class Page(QWidget):
    """A desk with one field and one button."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = MessageBar(self)
        self.field = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(ActionButton(Action("new", "New order", "Ctrl+N")))
        self.setFocusProxy(self.field)

    def keys(self) -> Sequence[tuple[str, str]]:
        return [("F4", "Open the list")]


class Shop:
    """A search that can be held up, and the desks that were made."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def make(self, key: str) -> QWidget:
        self.made.append(key)
        return Page()

    def search(self, _session: Any, text: str) -> Sequence[FinderRow]:
        self.asked.append(text)
        self.gate.wait(PATIENCE / 1000)
        rows = (
            FinderRow("Items", "Bilge pump", code="BL-0075", target="item 75"),
            FinderRow("Orders", "SO-10", target="order 10"),
            FinderRow("Orders", "SO-1", target="order 1", is_exact=text == "SO-1"),
        )
        return [each for each in rows if text.casefold() in f"{each.title} {each.code}".casefold()]


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, tasks: TaskRunner, shop: Shop) -> MainWindow:
    desks = [
        Desk("orders", "SELL", "Orders", "shopping-cart", lambda: shop.make("orders"), "Alt+1"),
        Desk("picking", "FLOOR", "Picking", "hand-pointing", lambda: shop.make("picking")),
    ]
    made = MainWindow(desks, tasks, search=shop.search, who="Maria Anders", role="Sales")
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=PATIENCE)
    return made


def settle(qtbot: QtBot, tasks: TaskRunner) -> None:
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)


def test_a_desk_is_made_when_it_is_first_opened_and_only_once(
    window: MainWindow, shop: Shop, qtbot: QtBot
) -> None:
    assert shop.made == []
    first = window.open_desk("orders")
    window.open_desk("picking")
    assert window.open_desk("orders") is first
    assert shop.made == ["orders", "picking"]
    assert window.open_key == "orders"
    assert window.windowTitle() == "Orders – Orderwright"


def test_the_key_of_a_button_that_cannot_be_pressed_says_why(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = window.open_desk("orders")
    button = page.findChild(ActionButton)
    assert isinstance(button, ActionButton)
    chosen: list[str] = []
    button.chosen.connect(chosen.append)
    button.show_action(Action("new", "New order", "Ctrl+N", why_not="this needs the role sales"))
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.messages.text == "New order: this needs the role sales."
    window.messages.clear()
    qtbot.keyClick(page, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert (window.messages.text, chosen) == ("", [])
    button.show_action(Action("new", "New order", "Ctrl+N"))
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert (window.messages.text, chosen) == ("", ["new"])


def test_what_a_desk_said_is_not_there_any_more_when_one_comes_back(window: MainWindow) -> None:
    page = window.open_desk("orders")
    assert isinstance(page, Page)
    page.messages.show_good("Staged 2 in S-01.")
    window.open_desk("orders")
    assert page.messages.text == "Staged 2 in S-01."
    window.open_desk("picking")
    window.open_desk("orders")
    assert page.messages.text == ""


def test_a_desk_one_does_not_have_cannot_be_opened(window: MainWindow) -> None:
    with pytest.raises(KeyError):
        window.open_desk("administration")


def test_the_rail_opens_desks_by_keyboard_and_skips_headings(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_desk("orders")
    window.rail.setFocus()
    qtbot.keyClick(window.rail, Qt.Key.Key_Down)
    qtbot.keyClick(window.rail, Qt.Key.Key_Return)
    assert window.open_key == "picking"


def test_a_shortcut_opens_its_desk_from_anywhere(window: MainWindow, qtbot: QtBot) -> None:
    window.open_desk("picking")
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert window.open_key == "orders"


def test_counts_stand_beside_desks_and_are_read_aloud(window: MainWindow) -> None:
    window.show_counts({"orders": "23"})
    row = window.rail.entries.row_of("orders")
    assert row is not None
    index = window.rail.entries.index(row)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Orders, 23"


def test_ctrl_k_finds_with_the_exact_match_first_and_gives_the_focus_back(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner
) -> None:
    page = window.open_desk("orders")
    assert isinstance(page, Page)
    page.field.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.finder_field.hasFocus()
    qtbot.keyClicks(window.finder_field, "SO-1")
    settle(qtbot, tasks)
    assert [each.title for each in window.finder.rows()] == ["SO-1", "SO-10"]
    with qtbot.waitSignal(window.found, timeout=PATIENCE) as found:
        qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert found.args == ["order 1"]
    assert not window.finder.isVisible()
    assert page.field.hasFocus()


def test_a_desk_found_while_the_finder_had_the_focus_hears_its_keys_at_once(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner
) -> None:
    window.finder_field.setFocus()  # as after a click, or when the window has just opened
    qtbot.keyClicks(window.finder_field, "Picking")
    settle(qtbot, tasks)
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    page = window.desk("picking")
    assert isinstance(page, Page)
    assert page.field.hasFocus()


def test_a_desk_opens_where_one_left_it(window: MainWindow, qtbot: QtBot) -> None:
    page = window.open_desk("orders")
    button = page.findChild(ActionButton)
    assert isinstance(button, ActionButton)
    button.setFocus()
    window.open_desk("picking")
    window.open_desk("orders")
    assert button.hasFocus()


def test_down_chooses_another_one(window: MainWindow, qtbot: QtBot, tasks: TaskRunner) -> None:
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "SO-1")
    settle(qtbot, tasks)
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Down)
    with qtbot.waitSignal(window.found, timeout=PATIENCE) as found:
        qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert found.args == ["order 10"]


def test_enter_before_the_answer_takes_the_exact_one_when_it_comes(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner, shop: Shop
) -> None:
    found: list[object] = []
    window.found.connect(found.append)
    shop.gate.clear()
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "SO-1")
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert found == []
    shop.gate.set()
    settle(qtbot, tasks)
    assert found == ["order 1"]


def test_an_answer_after_escape_shows_nothing(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner, shop: Shop
) -> None:
    shop.gate.clear()
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "SO")
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Escape)
    shop.gate.set()
    settle(qtbot, tasks)
    assert not window.finder.isVisible()
    assert window.finder_field.text() == ""


def test_what_the_finder_did_not_find_is_said_whole_in_large_letters_too(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner, dressed: QApplication
) -> None:
    theme.apply(dressed, "light", 2.0)
    window.open_desk("orders")
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.finder_field, "zzzz")
    settle(qtbot, tasks)
    finder = window.finder
    (said,) = [each for each in finder.findChildren(Text) if "zzzz" in each.text()]
    assert said.text() == "Nothing found for zzzz. Check the spelling."
    qtbot.waitUntil(lambda: said.height() >= said.fontMetrics().height(), timeout=PATIENCE)
    assert finder.rect().contains(said.geometry())


def test_the_finder_opens_desks_too(window: MainWindow, qtbot: QtBot, tasks: TaskRunner) -> None:
    found: list[object] = []
    window.found.connect(found.append)
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "picki")
    settle(qtbot, tasks)
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert window.open_key == "picking"
    assert found == []


def test_a_desk_called_exactly_so_goes_before_what_only_contains_it(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner
) -> None:
    page = window.open_desk("picking")
    button = page.findChild(ActionButton)
    assert button is not None
    button.show_action(Action("join", "Join orders"))
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "orders")
    settle(qtbot, tasks)
    assert [row.title for row in window.finder.rows()] == ["Orders", "Join orders"]
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert window.open_key == "orders"


def test_the_finder_does_what_can_be_done_at_this_desk(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner
) -> None:
    page = window.open_desk("orders")
    done: list[str] = []
    new = page.findChild(ActionButton)
    assert new is not None
    new.chosen.connect(done.append)
    more = MoreButton()
    more.chosen.connect(done.append)
    more.show_actions((Action("hold", "Hold …"), Action("cancel", "Cancel …", why_not="packed")))
    layout = page.layout()
    assert layout is not None
    layout.addWidget(more)
    for typed in ("new ord", "hold"):
        window.finder.open()
        qtbot.keyClicks(window.finder_field, typed)
        settle(qtbot, tasks)
        qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert done == ["new", "hold"]
    more.show_actions((Action("add", "Picking list"),))
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "picking")
    settle(qtbot, tasks)
    assert [each.title for each in window.finder.rows()] == ["Picking", "Picking list"]
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert (window.open_key, done) == ("picking", ["new", "hold"])
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "cancel")
    settle(qtbot, tasks)
    assert window.finder.rows() == []


def test_desks_without_a_key_of_their_own_have_one_by_their_place(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_desk("orders")
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.open_key == "picking"


def test_a_plus_among_the_keys_stays() -> None:
    assert (key_text("Ctrl++"), key_text("Ctrl+Shift+L")) == ("Ctrl +", "Ctrl Shift L")


def test_sections_keep_their_order_under_the_exact_match() -> None:
    rows = (
        FinderRow("Items", "a"),
        FinderRow("Orders", "b"),
        FinderRow("Items", "c"),
        FinderRow("Orders", "d", is_exact=True),
    )
    entries = [each if isinstance(each, str) else each.title for each in in_sections(rows)]
    assert entries == ["Exact match", "d", "Items", "a", "c", "Orders", "b"]


def test_a_refusal_nobody_took_stands_in_the_message_bar_until_the_next_desk(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner
) -> None:
    window.open_desk("orders")

    def work() -> None:
        raise NotFound(what="order", value="SO-1")

    tasks.write(work)
    settle(qtbot, tasks)
    assert window.messages.text.startswith("There is no order SO-1.")
    assert window.messages.tone == Tone.WRONG
    window.open_desk("orders")
    assert window.messages.text != ""
    window.open_desk("picking")
    assert window.messages.text == ""


def test_f1_shows_the_keys_of_this_desk_first(window: MainWindow, qtbot: QtBot) -> None:
    window.open_desk("orders")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    assert sheet.isVisible()
    hints = [(each.group, each.key, each.title) for each in sheet.hints]
    assert hints[:2] == [("Orders", "Ctrl+N", "New order"), ("Orders", "F4", "Open the list")]
    assert ("Everywhere", "Ctrl+K", "Find anything") in hints
    assert ("Desks", "Alt+1", "Orders") in hints
    sheet.close()


def test_the_foot_shows_where_and_how_well_one_is_connected(window: MainWindow) -> None:
    window.show_connection("No connection", Tone.WRONG)
    assert window._connection.accessibleName() == "No connection"


def test_a_small_window_keeps_the_rail_as_icons(
    window: MainWindow, qtbot: QtBot, dressed: QApplication
) -> None:
    assert window._side.width() == theme.px(197)
    theme.apply(dressed, "light", 2.0)
    qtbot.waitUntil(lambda: window._side.width() == theme.px(52), timeout=PATIENCE)
    theme.apply(dressed, "light", 1.0)
    qtbot.waitUntil(lambda: window._side.width() == theme.px(197), timeout=PATIENCE)


def test_everything_that_takes_focus_has_a_name(window: MainWindow) -> None:
    window.open_desk("orders")
    nameless = [
        each
        for each in window.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.isVisible()
        and not each.accessibleName()
        and not isinstance(each, QLineEdit)
        and type(each).__module__.startswith("app.")
    ]
    assert nameless == []
