"""Light, dark or high contrast, larger or smaller: chosen at any desk, there again next time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.controllers.tasks import TaskRunner
from app.views import theme
from app.views.appearance import SIZES, Appearance
from app.views.main_window import Desk, MainWindow
from app.views.widgets.key_sheet import KeySheet

PATIENCE = 5000


@pytest.fixture
def look(dressed: QApplication, tmp_path: Path) -> Iterator[Appearance]:
    yield Appearance(dressed, tmp_path)
    theme.apply(dressed, "light", 1.0)


@pytest.fixture
def window(look: Appearance, qtbot: QtBot, tasks: TaskRunner) -> MainWindow:
    made = MainWindow([Desk("orders", "SELL", "Orders", "shopping-cart", QLineEdit)], tasks)
    qtbot.addWidget(made)
    made.offer(look.offers())
    made.open_desk("orders")
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=PATIENCE)
    return made


def shown() -> tuple[str, float]:
    return theme.name(), theme.scale()


def test_keys_choose_the_next_look_and_size_at_any_desk(window: MainWindow, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    seen = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_L, control | Qt.KeyboardModifier.ShiftModifier)
        seen.append(theme.name())
    assert seen == ["dark", "contrast", "light"]
    qtbot.keyClick(window, Qt.Key.Key_Plus, control)
    qtbot.keyClick(window, Qt.Key.Key_Equal, control)
    assert theme.scale() == 1.25
    qtbot.keyClick(window, Qt.Key.Key_Minus, control)
    assert theme.scale() == 1.1
    qtbot.keyClick(window, Qt.Key.Key_0, control)
    assert theme.scale() == 1.0


def test_the_finder_and_the_key_sheet_offer_them(
    window: MainWindow, qtbot: QtBot, tasks: TaskRunner
) -> None:
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "dark")
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)
    assert theme.name() == "dark"
    window.show_keys()
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    keys = {each.title: each.key for each in sheet.hints}
    assert (keys["Next look"], keys["Larger"]) == ("Ctrl+Shift+L", "Ctrl++")
    sheet.close()


def test_what_was_chosen_is_there_at_the_next_start(
    look: Appearance, dressed: QApplication, tmp_path: Path
) -> None:
    look.choose("contrast")
    look.grow()
    theme.apply(dressed, "light", 1.0)
    Appearance(dressed, tmp_path).dress()
    assert shown() == ("contrast", 1.1)


@pytest.mark.parametrize("kept", ["look=pink\nsize=900", "size=large", "nonsense"])
def test_what_nobody_could_have_chosen_is_the_usual(
    dressed: QApplication, look: Appearance, tmp_path: Path, kept: str
) -> None:
    (tmp_path / "look.ini").write_text(f"[General]\n{kept}\n", encoding="utf-8")
    Appearance(dressed, tmp_path).dress()
    assert shown() == ("light", 1.0)


def test_the_sizes_end_somewhere(look: Appearance) -> None:
    for _ in range(len(SIZES) + 1):
        look.grow()
    assert theme.scale() == SIZES[-1]
    for _ in range(len(SIZES) + 1):
        look.shrink()
    assert theme.scale() == SIZES[0]
