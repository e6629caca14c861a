"""What the packer is asked and types or scans: the type of a carton, a quantity."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests.factories.day import Day
from tests.ui.packing_station import OK, Open, enter


@pytest.fixture
def small_box(day: Day) -> None:
    """A third type of carton, for up to 2 kg."""
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO carton_type (code, name, tare_kg, max_kg, volume_l)"
                " VALUES ('BOX-S', 'Box S', 0.2, 2, 12)"
            )
        )


def types_of_cartons(day: Day) -> list[str]:
    rows = day.ask("SELECT t.code FROM carton c JOIN carton_type t ON t.id = c.type_id ORDER BY 1")
    return [row.code for row in rows]


def test_the_type_of_a_carton_is_chosen_by_key_for_it_and_those_that_follow(
    station: Open, qtbot: QtBot, day: Day, two_lines: int, small_box: None
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    assert at.desk.panel.words.text() == "the next item opens one  ·  Box M (F5)"
    qtbot.keyClick(at.desk, Qt.Key.Key_F5)
    assert at.desk.banner.answer.word == "CARTON TYPE?"
    assert at.sentence.startswith("1 Box M, 2 Tote, 3 Box S. Type its number")
    assert enter(at, qtbot, None, "2") == "Tote"
    assert at.desk.panel.words.text() == "the next item opens one  ·  Tote (F5)"
    assert at.answer("PUMP") == "GOOD"
    assert types_of_cartons(day) == ["TOTE"]
    assert enter(at, qtbot, Qt.Key.Key_F5, "box-m") == "Box M"
    assert at.sentence == "Carton 1 is one now, and those that follow."
    at.answer("PUMP", "OWXNEW-CARTON", "PUMP")
    assert types_of_cartons(day) == ["BOX-M", "BOX-M"]
    assert at.desk.panel.words.text().startswith("Box M (F5)  ·  1.6 of 20 kg")
    # The next order begins with the usual type again.
    at.answer("OWXTYPE-TOTE")
    day.order(("PUMP", 1))
    at.answer("OWOSO-1002")
    assert at.desk.panel.words.text() == "the next item opens one  ·  Box M (F5)"


def test_the_type_of_a_carton_is_chosen_by_scan_unless_it_cannot_carry_the_goods(
    station: Open, day: Day, two_lines: int, small_box: None
) -> None:
    at = station()
    assert at.answer("OWXTYPE-TOTE") == "NO ORDER"
    at.answer("OWOSO-1001", "PUMP", "PUMP")
    assert at.answer("OWXTYPE-BOX-S") == "STOP: TOO HEAVY"
    assert "Carton 1 weighs 2.6 kg by its contents; Box S takes 2 kg." in at.sentence
    assert at.answer(OK, "OWXTYPE-CRATE") == "STOP: UNKNOWN TYPE"
    assert "There are: 1 Box M, 2 Tote, 3 Box S." in at.sentence
    assert at.answer(OK, "OWXTYPE") == "CARTON TYPE?"
    assert at.answer("OWXTYPE-TOTE") == "Tote"
    assert types_of_cartons(day) == ["TOTE"]
    assert at.answer("PUMP") == "GOOD"
    assert day.ask("SELECT verb FROM command WHERE verb = 'change_carton_type'") == [
        ("change_carton_type",)
    ]


def test_a_type_that_is_none_is_asked_for_again_and_escape_goes_back_to_codes(
    station: Open, qtbot: QtBot, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    assert enter(at, qtbot, Qt.Key.Key_F5, "7") == "CARTON TYPE?"
    assert at.sentence == "7 is none of them: 1 Box M, 2 Tote. Type one of the numbers."
    assert at.desk.entry.selectedText() == "7"
    qtbot.keyClick(at.desk.entry, Qt.Key.Key_Escape)
    assert enter(at, qtbot, None, "pump") == "GOOD"
    assert types_of_cartons(day) == ["BOX-M"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-3", "-3 cannot be packed: more than 0, and at most 999999999999.9999."),
        ("0", "0 cannot be packed: more than 0"),
        ("1000000000000", "1000000000000 cannot be packed"),
        ("pump", "pump is not a number. Write it like 1,234.50."),
    ],
)
def test_a_quantity_typed_wrongly_is_asked_for_again(
    station: Open, qtbot: QtBot, day: Day, two_lines: int, typed: str, sentence: str
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    assert enter(at, qtbot, Qt.Key.Key_F4, typed) == "QUANTITY?"
    assert sentence in at.sentence
    assert enter(at, qtbot, None, "5") == "× 5"
    assert at.answer("PUMP") == "GOOD"
    assert day.lines(two_lines)[0].boxed == 5


def test_a_quantity_scanned_while_one_is_to_be_typed_leaves_the_line_for_codes(
    station: Open, qtbot: QtBot, day: Day, two_lines: int
) -> None:
    at = station()
    at.answer("OWOSO-1001", "OWXQUANTITY")
    assert at.answer("OWQ4") == "× 4"
    assert enter(at, qtbot, None, "pump") == "GOOD"
    assert day.lines(two_lines)[0].boxed == 4


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("OWQ0", "STOP: NOT A QUANTITY"),
        ("OWQ0.0000", "STOP: NOT A QUANTITY"),
        ("OWQ-3", "STOP: NOT READABLE"),
        ("OWQ1000000000000", "STOP: NOT READABLE"),
        ("OWQ1e12", "STOP: NOT READABLE"),
        ("OWQ", "STOP: NOT READABLE"),
    ],
)
def test_a_quantity_code_for_nothing_or_too_much_stops_before_any_goods(
    station: Open, day: Day, two_lines: int, code: str, word: str
) -> None:
    at = station()
    at.answer("OWOSO-1001")
    assert at.answer(code, "PUMP") == word
    assert day.lines(two_lines)[0].boxed == 0
    at.answer(OK)
    assert day.lines(two_lines)[0].boxed == 1
