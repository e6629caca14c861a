"""Ctrl+S at any list: what it holds as it is filtered, in a file that a spreadsheet opens."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.controllers.list_files import table_of
from app.core.actor import Group
from app.database.door import Door
from app.main import Workplace, build_window, enter
from app.queries.stock import StockRow
from app.views.list_into_file import ListIntoFile
from app.views.orders.desk import OrdersDesk
from app.views.widgets.list_screen import ListScreen
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage

PATIENCE = 20_000


def save_as(monkeypatch: pytest.MonkeyPatch, file: Path | str) -> list[str]:
    """Answer the question for a file; the names that were offered."""
    offered: list[str] = []

    def answer(_parent: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        offered.append(name)
        return str(file), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return offered


def test_orders_are_written_as_they_are_filtered(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.stock("PUMP", 3)
    first = day.order(("PUMP", 2))
    day.order(("ANCHOR", 1))
    file = tmp_path / "mine.csv"
    offered = save_as(monkeypatch, file)
    desk = stage_.open(OrdersDesk, Group.SALES)
    stage_.press("Ctrl+S")
    stage_.wait(lambda: stage_.said == "2 rows are written into mine.csv.")
    assert offered == ["orders.xlsx"]
    number = day.one("SELECT number FROM sales_order WHERE id = :id", id=first)
    desk.list.filter_by(number)
    stage_.settle()
    stage_.press("Ctrl+S")
    stage_.wait(lambda: stage_.said == "1 row is written into mine.csv.")
    with file.open(encoding="utf-8-sig", newline="") as written:
        (row,) = csv.DictReader(written)
    assert (row["number"], row["status"], row["wanted"]) == (number, "waiting", "2")
    assert {"id", "sorted_on"}.isdisjoint(row)


def test_nobody_is_asked_twice_and_nothing_is_written_when_no_file_is_chosen(
    stage_: FloorStage, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.order(("PUMP", 2))
    offered = save_as(monkeypatch, "")
    stage_.open(OrdersDesk, Group.SALES)
    stage_.press("Ctrl+S")
    assert (offered, stage_.said) == (["orders.xlsx"], "")


def test_a_list_longer_than_a_page_is_written_whole(
    stage_: FloorStage, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        day.order(("PUMP", 1))
    file = tmp_path / "all.xlsx"
    save_as(monkeypatch, file)
    monkeypatch.setattr("app.views.list_into_file.PAGE_WRITTEN", 3)
    stage_.open(OrdersDesk, Group.SALES)
    stage_.press("Ctrl+S")
    stage_.wait(lambda: stage_.said == "7 rows are written into all.xlsx.")
    sheet = load_workbook(file).active
    assert sheet is not None
    heads, *rows = sheet.iter_rows(values_only=True)
    numbers = [row[heads.index("number")] for row in rows]
    assert sorted(map(str, numbers)) == sorted(
        row[0] for row in day.ask("SELECT number FROM sales_order")
    )


def test_more_than_a_file_holds_is_said() -> None:
    rows = [StockRow(*range(len(StockRow.__slots__))) for _ in range(4)]
    table = table_of(rows, most=3)
    assert (len(table.rows), table.is_cut) == (3, True)
    assert table_of(rows[:3], most=3).is_cut is False


def test_every_list_of_every_desk_can_be_written(
    qtbot: QtBot, dressed: QApplication, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.stock("PUMP", 3)
    day.order(("PUMP", 2), ("ANCHOR", 1))
    place = Workplace(enter(Door(day.owner.url, login="maria", papers=tmp_path)))
    failed: list[object] = []
    place.tasks.failed.connect(failed.append)
    try:
        window = build_window(place)
        qtbot.addWidget(window)
        window.show()
        written = []
        for each in window.desks:
            window.open_desk(each.key)
            qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=PATIENCE)
            shown = [one for one in window.findChildren(ListScreen) if one.isVisible()]
            for screen in shown:
                file = tmp_path / f"{each.key}.xlsx"
                save_as(monkeypatch, file)
                screen.rows.setFocus()
                QTest.keyClick(screen.rows, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
                qtbot.waitUntil(file.exists, timeout=PATIENCE)
                qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=PATIENCE)
                assert screen.findChild(ListIntoFile) is not None
                assert load_workbook(file).active is not None
                written.append(each.key)
            assert (each.key, failed) == (each.key, [])
        assert {"orders", "customers", "items", "trips", "picking", "invoices"} <= set(written)
    finally:
        place.close()
