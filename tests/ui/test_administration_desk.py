"""The administrator's desk by its keys: settings, currencies, printers, paper, cartons, people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.gateways.printers import PrinterKind
from app.operations.carton_types import CartonMeasures, create_carton_type
from app.operations.company import NewExchangeRate, set_exchange_rates
from app.operations.print_queue import PrintQueue
from app.operations.printers import create_printer, use_printer
from app.operations.printing import request_print
from app.operations.scanning import ScanNote, note_wrong_scans
from app.rules.printing import DocumentKind, PrinterRole
from app.views import theme
from app.views.administration.desk import AdministrationDesk
from app.views.widgets.action_button import ActionButton
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.ui.floor_stage import FloorStage
from tests.ui.forms_at_work import ask, choose, fill, refused, saved

D = Decimal
LONG = "Label printer beside the second packing bench of the north hall, near the loading dock"
StageAs = Callable[[str], FloorStage]


@pytest.fixture
def stage_as(
    dressed: QApplication, qtbot: QtBot, engine_as: EngineAs, run_as: RunAs, day: Day
) -> Iterator[StageAs]:
    """Opens desks as somebody; nothing may go wrong that no rule foresaw."""
    unexpected: list[Exception] = []

    @contextmanager
    def staged(login: str) -> Iterator[FloorStage]:
        made = FloorStage(qtbot, engine_as(login), run_as(login))
        made.tasks.failed.connect(unexpected.append)
        yield made
        made.tasks.close()

    with ExitStack() as stages:
        yield lambda login: stages.enter_context(staged(login))
    assert unexpected == []


def opened(stage: FloorStage, view: str, *groups: Group) -> AdministrationDesk:
    """The desk at a view, its first row open when there is one."""
    desk = stage.open(AdministrationDesk, *(groups or (Group.ADMIN,)))
    stage.wait(lambda: desk.document.model is not None)
    if view != "company":
        desk.controller.forget()
        stage.view(view)
        if desk.list.model.rowCount():
            stage.wait(lambda: desk.document.model is not None)
    return desk


def said(stage: FloorStage, sentence: str) -> None:
    """Wait until the desk says so."""
    stage.wait(lambda: stage.said == sentence)


def tick(stage: FloorStage, *names: str) -> None:
    """Tick boxes of the open form with Space."""
    for name in names:
        box = stage.asking.field(name)
        assert isinstance(box, QCheckBox)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        stage.press("Space")


def rows(stage: FloorStage) -> list[tuple[str, str, str]]:
    """The cards in the list: title, amount, badge."""
    desk = stage.desk
    found = []
    for number in range(desk.list.model.rowCount()):
        card = desk._card(desk.list.model.row(number))
        found.append((card.title, card.amount, card.badge.word if card.badge else ""))
    return found


def values(stage: FloorStage) -> dict[str, str]:
    """What the lines of the document say, by title."""
    return {line.title: line.amount for line in stage.model.lines}


# ---------------------------------------------------------------- the company


def test_settings_are_read_changed_refused_and_kept_by_keys(stage_as: StageAs, day: Day) -> None:
    stage = stage_as("adam")
    desk = opened(stage, "company")
    assert [title for title, _amount, _badge in rows(stage)] == [
        "Prices and taxes",
        "Name and papers",
        "Time and codes",
    ]
    assert values(stage) == {
        "Prices include tax": "no",
        "Tax is rounded": "on each line",
        "Untaxed where no rate is set": "no",
        "Of several discounts on a line": "the first one found",
        "Lower list price goes first": "yes",
        "Currency": "USD",
    }
    ask(stage, "Ctrl+Return")
    tick(stage, "prices_include_tax")
    choose(stage, "tax_rounding", "once a document")
    choose(stage, "discount_rule", "all")
    stage.picture_of(stage.asking, "administration-settings")
    saved(stage)
    said(stage, "The settings are kept.")
    assert day.ask("SELECT prices_include_tax, tax_rounding, discount_rule FROM company") == [
        (True, "document", "combine")
    ]
    stage.wait(lambda: values(stage)["Tax is rounded"] == "once a document")

    desk.list.setFocus()
    stage.press("Down", 2)
    stage.wait(lambda: stage.model.title == "Time and codes")
    assert values(stage)["Time zone"] == "UTC"
    stage.press("Return", 2)
    assert stage.asking.field("time_zone").hasFocus()
    fill(stage, time_zone="Mars/Olympus", scan_prefix="o")
    refused(stage, "o cannot begin our own codes: use 2 to 4 capital letters.")
    assert "Mars/Olympus" in stage.asking.messages.text
    fill(stage, time_zone="Europe/Berlin", scan_prefix="OW")
    saved(stage)
    stage.wait(lambda: values(stage)["Time zone"] == "Europe/Berlin")

    desk.list.setFocus()
    stage.press("Up")
    stage.wait(lambda: stage.model.title == "Name and papers")
    ask(stage, "Ctrl+Return")
    fill(stage, name="", email="nobody")
    refused(stage, "The name is empty. Enter one.")
    assert "nobody is not an e-mail address" in stage.asking.messages.text
    fill(stage, name="Harbour & Sons", email="desk@example.com", phone="+1 508")
    choose(stage, "paper", "Letter")
    saved(stage)
    stage.wait(lambda: values(stage)["Name"] == "Harbour & Sons")
    assert day.ask("SELECT name, email, paper, address FROM company") == [
        ("Harbour & Sons", "desk@example.com", "Letter", "1 Test Street")
    ]


def test_who_keeps_the_books_sees_the_settings_and_is_told_who_changes_them(
    stage_as: StageAs, day: Day
) -> None:
    stage = stage_as("karl")
    desk = opened(stage, "company", Group.ACCOUNTING)
    assert [chip.property("view") for chip in desk.list._chips.buttons()] == [
        "company",
        "rates",
        "paper",
    ]
    assert stage.model.action is not None
    assert stage.model.action.why_not == "this needs the role admin"
    for key in ("Ctrl+Return", "N"):
        stage.press(key)
        assert stage.asking is None
    stage.press("Return", 2)
    assert stage.asking is None


# ---------------------------------------------------------------- exchange rates


def test_a_currency_gets_its_first_rate_another_and_a_correction_by_keys(
    stage_as: StageAs, day: Day, today: date
) -> None:
    stage = stage_as("karl")
    desk = opened(stage, "rates", Group.ACCOUNTING)
    assert rows(stage) == []
    ask(stage, "N")
    refused(stage, "Type what one unit is worth.")
    fill(stage, currency="usd", rate="0")
    refused(stage, "USD is the company's own currency: it is always 1. Rate another one.")
    assert "The exchange rate must be from 0.0000000001" in stage.asking.messages.text
    fill(stage, currency="zzz", rate="1.08", valid_from="someday")
    refused(stage, "someday is not a day.")
    fill(stage, valid_from="2026-01-01")
    refused(stage, "ZZZ is not an ISO 4217 currency code.")
    fill(stage, currency="eur")
    stage.picture_of(stage.asking, "administration-new-rate")
    saved(stage)
    said(stage, "1 EUR = 1.08 USD from 1 Jan 2026 on.")
    stage.wait(lambda: desk.document.model is not None and stage.model.title == "EUR")
    assert rows(stage) == [("EUR", "1.08 USD", "")]

    tomorrow = today + timedelta(days=1)
    ask(stage, "Ctrl+Return")
    assert stage.asking.field("valid_from").text() == today.isoformat()
    fill(stage, rate="1.1", valid_from=tomorrow.isoformat())
    saved(stage)
    stage.wait(lambda: len(stage.model.lines) == 2)
    assert [(line.amount, line.badge and line.badge.word) for line in stage.model.lines] == [
        ("1.1 USD", "Coming"),
        ("1.08 USD", "Counts today"),
    ]
    assert [line.sub for line in stage.model.lines] == [
        ("1.85 % more than before",),
        ("the first one",),
    ]
    assert stage.model.facts[0].value == "1 EUR = 1.08 USD"
    assert stage.model.facts[1].value == "1 USD = 0.925926 EUR"

    desk.list.setFocus()
    stage.press("Return")
    stage.press("Down")
    stage.press("Return")
    fill(stage, rate="1.09")
    saved(stage)
    said(stage, "1 EUR = 1.09 USD from 1 Jan 2026 on.")
    assert day.ask("SELECT valid_from, rate FROM exchange_rate ORDER BY 1") == [
        (date(2026, 1, 1), D("1.09")),
        (tomorrow, D("1.1")),
    ]


def test_the_administrator_sees_rates_and_changes_none(stage_as: StageAs, day: Day) -> None:
    day.runner.do(set_exchange_rates, rates=(NewExchangeRate("JPY", D("0.0067")),))
    stage = stage_as("adam")
    opened(stage, "rates")
    assert stage.model.title == "JPY"
    for key in ("N", "E", "Ctrl+Return"):
        stage.press(key)
        assert stage.asking is None
    assert stage.model.action is not None
    assert stage.model.action.why_not == "this needs the role accounting"


# ---------------------------------------------------------------- printers and their paper


def test_a_printer_is_made_used_tested_and_put_out_of_use_by_keys(
    stage_as: StageAs, day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    stage = stage_as("adam")
    desk = opened(stage, "printers")
    assert [title for title, _amount, _badge in rows(stage)] == ["Paper folder"]
    assert [(line.title, line.amount) for line in stage.model.lines] == [
        ("All stations without an own one", role) for role in ("Documents", "Labels", "Picklists")
    ]
    ask(stage, "N")
    fill(stage, code="FOLDER", name="", address="10.0.0.9:x")
    refused(stage, "The name is empty. Enter one.")
    assert "The printer FOLDER cannot be at 10.0.0.9:x" in stage.asking.messages.text
    assert "There is printer FOLDER already." in stage.asking.messages.text
    fill(stage, code="ZEBRA", name="Label printer", address=str(tmp_path / "labels"))
    choose(stage, "kind", "Folder")
    choose(stage, "language", "Labels only")
    choose(stage, "dots_per_mm", "12 dots")
    stage.picture_of(stage.asking, "administration-new-printer")
    saved(stage)
    said(stage, "The printer Label printer is there.")
    stage.wait(lambda: stage.model.title == "Label printer")
    stage.wait(lambda: bool(stage.model.badges))
    assert stage.model.badges[0].word == "Not ready"
    assert "there is no such folder" in stage.model.notices[0].sentence

    ask(stage, "U")
    choose(stage, "station", "Packing 1")
    tick(stage, "documents")
    stage.picture_of(stage.asking, "administration-use")
    refused(stage, "The printer ZEBRA prints labels only (ZPL), not documents.")
    tick(stage, "documents")
    saved(stage)
    stage.wait(lambda: [line.title for line in stage.model.lines] == ["Packing 1"])
    assert stage.model.lines[0].amount == "Labels"

    stage.press("Ctrl+Return")
    said(stage, "A test page is on its way to Label printer.")
    (failed,) = PrintQueue(run_as("adam"), folder=tmp_path).run_once()
    assert not failed.is_printed
    desk.controller.reload()
    stage.wait(lambda: any("1 paper was not printed." in n.sentence for n in stage.model.notices))

    stage.press("O")
    stage.wait(lambda: "still prints labels (PACK-1)" in stage.said)
    stage.press("X")
    said(stage, "Labels of Packing 1 are printed where all stations print them.")
    stage.wait(lambda: not stage.model.lines)
    stage.press("O")
    said(stage, "Label printer is switched off.")
    stage.wait(lambda: stage.model.badges[0].word == "Switched off")
    assert stage.model.action is not None
    assert stage.model.action.why_not == "it is switched off"
    assert day.ask("SELECT code, language, dots_per_mm, is_active FROM printer ORDER BY 1") == [
        ("FOLDER", "pdf", 8, True),
        ("ZEBRA", "zpl", 12, False),
    ]


def test_a_printer_is_renamed_and_moved_by_keys(
    stage_as: StageAs, day: Day, tmp_path: Path
) -> None:
    stage = stage_as("adam")
    opened(stage, "printers")
    ask(stage, "E")
    fill(stage, name="Office", address=str(tmp_path))
    saved(stage)
    stage.wait(lambda: stage.model.title == "Office")
    ask(stage, "E")
    choose(stage, "language", "Labels only")
    refused(stage, "prints labels only (ZPL), not documents, picklists.")
    stage.press("Esc")
    # Several stations print there: which is meant says the cursor.
    stage.press("X")
    stage.wait(lambda: "Choose a line first" in stage.said)
    stage.desk.list.setFocus()
    stage.press("Return")
    stage.press("Down")
    stage.press("X")
    said(stage, "Labels of all stations are printed on Office no longer.")
    assert day.ask("SELECT role FROM station_printer ORDER BY 1") == [
        ("documents",),
        ("picklists",),
    ]


@pytest.fixture
def broken(day: Day, run_as: RunAs, tmp_path: Path) -> list[int]:
    """Three papers that failed on a printer that is gone; their jobs."""
    gone = run_as("adam").do(
        create_printer,
        code="GONE",
        name="Old printer",
        kind=PrinterKind.FOLDER,
        address=str(tmp_path / "gone"),
    )
    for station, roles in ((1, (PrinterRole.LABELS,)), (None, (PrinterRole.PICKLISTS,))):
        run_as("adam").do(use_printer, printer=gone.printer_id, roles=roles, station=station)
    fritz = run_as("fritz", station="PACK-1")
    jobs = [
        fritz.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place(code)).job_id
        for code in ("A-01", "A-02", "A-03")
    ]
    done = PrintQueue(fritz, folder=tmp_path).run_once()
    assert [each.is_printed for each in done] == [False, False, False]
    return jobs


def test_failed_paper_is_seen_printed_again_and_moved_by_keys(
    stage_as: StageAs, day: Day, run_as: RunAs, tmp_path: Path, broken: list[int]
) -> None:
    stage = stage_as("adam")
    desk = opened(stage, "paper")
    assert [(title, badge) for title, _when, badge in rows(stage)] == [
        (f"Bin label {place}", "Failed") for place in ("A-03", "A-02", "A-01")
    ]
    chip = next(c for c in desk.list._chips.buttons() if c.property("view") == "paper")
    assert chip.text() == "Not printed  3"
    assert "there is no such folder" in stage.model.notices[0].sentence
    assert [(fact.label, fact.value) for fact in stage.model.facts if fact.label != "Asked for"][
        :3
    ] == [("Printer", "Old printer"), ("By", "fritz"), ("At", "PACK-1")]
    stage.picture("administration-failed")

    desk.list.setFocus()
    stage.press("Space")
    stage.press("Down")
    stage.press("Space")
    stage.wait(lambda: stage.model.action is not None and "2" in stage.model.action.title)
    ask(stage, "M")
    stage.wait(lambda: stage.asking.field("printer").currentText() == "Paper folder")
    saved(stage)
    said(stage, "2 papers are printed again. What fails once more comes back here.")
    done = PrintQueue(run_as("fritz", station="PACK-1"), folder=tmp_path).run_once()
    assert [each.is_printed for each in done] == [True, True]
    stage.press("Home")
    desk.controller.rows_changed.emit()
    stage.wait(lambda: [title for title, *_ in rows(stage)] == ["Bin label A-01"])

    (tmp_path / "gone").mkdir()
    stage.wait(lambda: stage.model.title == "Bin label A-01")
    stage.press("Ctrl+Return")
    said(stage, "1 paper is printed again. What fails once more comes back here.")
    stage.wait(lambda: rows(stage)[0][2] == "Waiting")
    PrintQueue(run_as("fritz", station="PACK-1"), folder=tmp_path).run_once()
    desk.controller.rows_changed.emit()
    desk.controller.reload()
    stage.wait(lambda: rows(stage) == [])
    assert stage.model.badges[0].word == "Printed"
    assert stage.model.action is not None
    assert stage.model.action.why_not == "only what failed is printed again"
    assert day.ask("SELECT DISTINCT state FROM print_job") == [("printed",)]


def test_from_a_printer_to_its_failed_paper_and_back(stage_as: StageAs, broken: list[int]) -> None:
    stage = stage_as("adam")
    desk = opened(stage, "printers")
    stage.wait(lambda: ("Old printer", "", "") in rows(stage))
    desk.show_thing(2)
    stage.wait(lambda: stage.model.title == "Old printer")
    stage.view("paper")
    stage.wait(lambda: stage.model.title == "Bin label A-03")
    (link,) = stage.model.related
    desk.document.action_chosen.emit(link.key)
    stage.wait(lambda: stage.model.title == "Old printer")
    assert desk.list.model.request.view == "printers"
    stage.view("stations")
    stage.wait(lambda: stage.model.title == "Packing 1")
    assert [(line.title, line.sub, line.amount) for line in stage.model.lines] == [
        ("Documents", ("as all stations",), "Paper folder"),
        ("Labels", ("its own printer",), "Old printer"),
        ("Picklists", ("as all stations",), "Old printer"),
    ]


# ---------------------------------------------------------------- carton types


def test_a_carton_type_is_made_changed_made_usual_and_retired_by_keys(
    stage_as: StageAs, day: Day
) -> None:
    stage = stage_as("stefan")
    desk = opened(stage, "cartons", Group.STOCK)
    assert rows(stage) == [("Box M", "40 l", "Usual"), ("Tote", "60 l", "")]
    ask(stage, "N")
    fill(stage, code="TOTE", name="Box L", tare_kg="0.9", length_mm="600", width_mm="400")
    refused(stage, "A size is length, width and height inside. Enter all three, or none.")
    assert "There is carton type TOTE already." in stage.asking.messages.text
    fill(stage, code="BOX-L", height_mm="300", volume_l="80")
    refused(stage, "80 litres do not go into 600 × 400 × 300 mm: that is 72 litres.")
    fill(stage, volume_l="")
    stage.picture_of(stage.asking, "administration-new-carton")
    saved(stage)
    said(stage, "Box L is there. Its barcode is on the command sheet that is printed next.")
    stage.wait(lambda: stage.model.title == "Box L")
    assert [(fact.label, fact.value) for fact in stage.model.facts] == [
        ("Weighs empty", "0.9 kg"),
        ("Holds at most", "any"),
        ("Inside", "600 × 400 × 300 mm"),
        ("Litres", "72 l"),
    ]
    ask(stage, "Ctrl+Return")
    fill(stage, height_mm="200", max_kg="30")
    saved(stage)
    stage.wait(lambda: stage.model.facts[3].value == "48 l")
    stage.press("U")
    said(stage, "New cartons are Box L from now on.")
    stage.wait(lambda: stage.model.badges[0].word == "Usual")
    stage.press("O")
    stage.wait(lambda: "Box L is the usual carton type" in stage.said)
    desk.show_again()
    desk.list.select((Kind.CARTON_TYPE, 2))
    desk.controller.choose(Kind.CARTON_TYPE, 2)
    stage.wait(lambda: stage.model.title == "Tote")
    stage.press("O")
    said(stage, "Tote is retired.")
    stage.wait(lambda: stage.model.badges[0].word == "Retired")
    assert rows(stage)[-1] == ("Tote", "60 l", "Retired")
    assert day.ask(
        "SELECT code, max_kg, volume_l, is_default, is_active FROM carton_type ORDER BY id"
    ) == [
        ("BOX-M", D(20), D(40), False, True),
        ("TOTE", D(25), D(60), False, False),
        ("BOX-L", D(30), D(48), True, True),
    ]
    stage.press("O")
    said(stage, "Tote is back in use.")


# ---------------------------------------------------------------- wrong scans


@pytest.fixture
def scanned(day: Day, run_as: RunAs) -> datetime:
    """Codes scanned wrongly at two desks, today and two days ago; the moment of the older ones."""
    now = datetime.now(UTC)
    before = now - timedelta(days=2)

    def note(login: str, station: str | None, desk: str, at: datetime, *codes: str) -> None:
        notes = tuple(ScanNote(at, code, "UNKNOWN CODE", f"Nothing is {code}.") for code in codes)
        run_as(login, station=station).do(note_wrong_scans, desk=desk, scans=notes)

    note("fritz", "PACK-1", "packing", before, "4711", "4711", "OWBX-9")
    note("stefan", None, "picking", now, "4711", "PUMP", "a\x1db")
    return before


def test_wrong_scans_are_found_by_station_day_and_code(
    stage_as: StageAs, day: Day, scanned: datetime
) -> None:
    stage = stage_as("stefan")
    desk = opened(stage, "scans", Group.STOCK)
    assert [(title, times) for title, times, _badge in rows(stage)] == [
        ("a<1D>b", "1 time"),
        ("PUMP", "1 time"),
        ("4711", "1 time"),
        ("OWBX-9", "1 time"),
        ("4711", "2 times"),
    ]

    def filtered(words: str) -> list[str]:
        desk.list.focus_filter()
        stage.press("Ctrl+A")
        stage.type(words)
        stage.wait(lambda: desk.list.model.request.text == words)
        return [title for title, _times, _badge in rows(stage)]

    assert filtered("pack-1") == ["OWBX-9", "4711"]
    assert filtered("today") == ["a<1D>b", "PUMP", "4711"]
    assert filtered(f"{scanned.date()} 47") == ["4711"]
    assert filtered("picking pump") == ["PUMP"]
    assert filtered("2020-01-01") == []
    desk.list.focus_filter()
    stage.press("Esc")
    stage.wait(lambda: desk.list.model.rowCount() == 5)
    desk.list.select((Kind.WRONG_SCAN, 1))
    desk.controller.choose(Kind.WRONG_SCAN, 1)
    stage.wait(lambda: stage.model.title == "4711")
    desk.document.setFocus()
    stage.press("S")
    stage.wait(lambda: desk.list.model.request.text == "PACK-1")
    stage.press("D")
    stage.wait(lambda: desk.list.model.request.text == str(scanned.date()))


def test_a_code_scanned_wrongly_is_learned_as_a_code_of_an_item(
    stage_as: StageAs, day: Day, scanned: datetime
) -> None:
    stage = stage_as("stefan")
    desk = opened(stage, "scans", Group.STOCK)
    desk.list.select((Kind.WRONG_SCAN, 1))
    desk.controller.choose(Kind.WRONG_SCAN, 1)
    stage.wait(lambda: stage.model.title == "4711")
    assert [(fact.label, fact.value) for fact in stage.model.facts if fact.label != "Last"] == [
        ("Day", f"{scanned.day} {scanned:%b %Y}"),
        ("Scanned", "2 times"),
        ("By", "fritz"),
    ]
    assert [line.sub[:2] for line in stage.model.lines] == [("no station", "picking")]
    assert [notice.sentence for notice in stage.model.notices] == [
        "Nothing is 4711.",
        "Nothing here has this code. When it stands on goods of ours, register it.",
    ]
    stage.picture("administration-scan")
    ask(stage, "Ctrl+Return")
    stage.press("Return")
    stage.wait(lambda: "Choose the item" in stage.asking.messages.text)
    fill(stage, item="anchor")
    saved(stage)
    said(stage, "4711 is a code of Plough anchor now.")
    assert day.ask(
        "SELECT i.number, a.code, a.customer_id FROM item_alias a JOIN item i ON i.id = a.item_id"
    ) == [("ANCHOR", "4711", None)]
    stage.wait(
        lambda: stage.model.notices[-1].sentence == "Today it names the item ANCHOR Plough anchor."
    )
    assert stage.model.action is not None
    assert stage.model.action.why_not == "it is known by now"
    (link,) = stage.model.related
    desk.document.action_chosen.emit(link.key)
    assert stage.opened == [(Kind.ITEM, day.item("ANCHOR"))]


@pytest.mark.parametrize(
    ("code", "why_not"),
    [
        ("PUMP", "it is known by now"),
        ("OWBX-9", "it is no code an item could have"),
        ("a<1D>b", "it is no code an item could have"),
    ],
)
def test_what_no_item_could_have_is_not_learned(
    stage_as: StageAs, day: Day, scanned: datetime, code: str, why_not: str
) -> None:
    stage = stage_as("stefan")
    desk = opened(stage, "scans", Group.STOCK)
    scan = day.one("SELECT min(id) FROM wrong_scan WHERE code = :code", code=code)
    desk.controller.choose(Kind.WRONG_SCAN, scan)
    stage.wait(lambda: stage.model.title == code)
    assert stage.model.action is not None
    assert stage.model.action.why_not == why_not
    stage.press("Ctrl+Return")
    assert stage.asking is None


def test_the_administrator_sees_wrong_scans_and_is_told_who_learns_them(
    stage_as: StageAs, scanned: datetime
) -> None:
    stage = stage_as("adam")
    opened(stage, "scans")
    assert stage.model.title == "a<1D>b"
    assert stage.model.action is not None
    assert stage.model.action.why_not == "this needs the role stock or sales"


# ---------------------------------------------------------------- people and stations


def test_a_person_is_made_refused_changed_locked_and_let_in_again_by_keys(
    stage_as: StageAs, day: Day
) -> None:
    login = f"nina_{day.owner.url.database}"[:40]
    stage = stage_as("adam")
    desk = opened(stage, "people")
    assert [title for title, *_ in rows(stage)] == [
        "Adam",
        "Anna",
        "Doris",
        "Fritz",
        "Karl",
        "Maria",
        "Paula",
        "Stefan",
    ]
    ask(stage, "N")
    fill(stage, login="Nina!", name="Nina", badge="B-anna", password="short")
    refused(stage, "Nina! cannot be a login.")
    for why in ("needs at least one group", "There is badge B-anna already", "use at least 8"):
        assert why in stage.asking.messages.text
    stage.picture_of(stage.asking, "administration-new-person")
    fill(stage, login=login, badge="B-9", password="correct horse")
    tick(stage, "sales", "floor")
    saved(stage)
    said(stage, "Nina can sign in.")
    stage.wait(lambda: stage.model.title == "Nina")
    assert [line.title for line in stage.model.lines] == ["Floor", "Sales"]

    ask(stage, "Ctrl+Return")
    fill(stage, name="Nina Berg", badge="")
    tick(stage, "floor", "dispatch")
    saved(stage)
    stage.wait(lambda: [line.title for line in stage.model.lines] == ["Dispatch", "Sales"])
    assert stage.model.facts[1].value == "none"

    ask(stage, "P")
    fill(stage, password="another horse", again="other horse")
    refused(stage, "The two passwords are not the same. Type both again.")
    fill(stage, again="another horse")
    saved(stage)
    said(stage, "Nina Berg has a new password.")
    assert "horse" not in str(day.ask("SELECT arguments, result FROM command"))

    stage.press("O")
    said(stage, "Nina Berg is locked and has no group any more.")
    stage.wait(lambda: stage.model.badges[0].word == "Locked")
    assert rows(stage)[-1] == ("Nina Berg", login, "Locked")
    assert day.one("SELECT count(*) FROM login_group WHERE login = :login", login=login) == 0
    ask(stage, "O")
    refused(stage, "needs at least one group")
    tick(stage, "stock")
    saved(stage)
    stage.wait(lambda: [line.title for line in stage.model.lines] == ["Stock"])

    desk.list.setFocus()
    stage.press("Home")
    stage.wait(lambda: stage.model.title == "Adam")
    stage.press("O")
    stage.wait(lambda: "adam is the last administrator" in stage.said)
    assert day.one("SELECT is_active FROM person WHERE login = 'adam'") is True


def test_a_station_is_made_changed_and_put_out_of_use_by_keys(stage_as: StageAs, day: Day) -> None:
    login = f"pack2_{day.owner.url.database}"[:40]
    stage = stage_as("adam")
    opened(stage, "stations")
    assert [(fact.label, fact.value) for fact in stage.model.facts] == [
        ("Warehouse", "MAIN"),
        ("Bench or counter", "P-01"),
        ("Lane", "S-01"),
        ("Login", "pack1"),
        ("Groups", "Floor"),
        ("Scanner sends", "code Enter"),
    ]
    ask(stage, "N")
    fill(stage, code="PACK-1", name="Packing 2", login=login, password="x")
    refused(stage, "There is station PACK-1 already.")
    assert "use at least 8" in stage.asking.messages.text
    fill(stage, code="PACK-2", password="correct horse", packing_location="P-01", lane="S-02")
    stage.picture_of(stage.asking, "administration-new-station")
    saved(stage)
    stage.wait(lambda: stage.model.title == "Packing 2")
    assert day.ask(
        """SELECT p.code, l.code, s.login FROM station s
             JOIN location p ON p.id = s.packing_location_id JOIN location l ON l.id = s.lane_id
            WHERE s.code = 'PACK-2'"""
    ) == [("P-01", "S-02", login)]
    ask(stage, "Ctrl+Return")
    fill(stage, name="Bench two")
    tick(stage, "sales")
    saved(stage)
    stage.wait(lambda: stage.model.title == "Bench two")
    assert stage.model.facts[4].value == "Floor, Sales"
    stage.press("O")
    said(stage, "Bench two is out of use; its login does nothing.")
    stage.wait(lambda: stage.model.badges[0].word == "Out of use")
    stage.press("O")
    said(stage, "Bench two is in use again.")
    stage.wait(lambda: not stage.model.badges)
    ask(stage, "P")
    fill(stage, password="another horse", again="another horse")
    saved(stage)
    said(stage, "Bench two has a new password.")


# ---------------------------------------------------------------- how it looks


def _fill_the_company(day: Day, run_as: RunAs, tmp_path: Path, today: date) -> None:
    adam = run_as("adam")
    for number in range(1, 25):
        adam.do(
            create_printer,
            code=f"PRINTER-{number:02}",
            name=LONG if number == 1 else f"Label printer {number}",
            kind=PrinterKind.FOLDER,
            address=str(tmp_path / "a-folder-with-a-long-name" / f"printer-{number}"),
        )
    adam.do(use_printer, printer=2, roles=tuple(PrinterRole), station=1)
    adam.do(
        create_carton_type,
        code="CRATE",
        name="Wooden crate for outboard engines with foam inserts, returnable",
        measures=CartonMeasures(D("38.5"), D(400), None, D(1800), D(900), D(1100)),
    )
    rates = tuple(
        NewExchangeRate("EUR", D("1.08") + D(number) / 1000, today - timedelta(days=7 * number))
        for number in range(-2, 50)
    )
    run_as("karl").do(set_exchange_rates, rates=(*rates, NewExchangeRate("JPY", D("0.0067"))))
    fritz = run_as("fritz", station="PACK-1")
    fritz.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"))
    PrintQueue(fritz, folder=tmp_path).run_once()
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE company SET name = :name"), {"name": f"{LONG} Ltd."})


VIEWS = ("company", "rates", "printers", "paper", "cartons", "scans", "people", "stations")


@pytest.mark.parametrize(("look", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 2.0)])
def test_every_view_draws_full_and_with_long_names(
    stage_as: StageAs,
    day: Day,
    run_as: RunAs,
    dressed: QApplication,
    tmp_path: Path,
    today: date,
    scanned: datetime,
    look: str,
    scale: float,
) -> None:
    """Drawn where ORDERWRIGHT_PICTURES says; all the same they must draw."""
    _fill_the_company(day, run_as, tmp_path, today)
    theme.apply(dressed, look, scale)
    stage = stage_as("adam")
    desk = opened(stage, "company")
    desk.resize(int(1240 * scale), int(800 * scale))
    for view in VIEWS:
        if view != "company":
            desk.controller.forget()
            stage.view(view)
        stage.wait(lambda: desk.document.model is not None)
        if view == "printers":
            desk.show_thing(2)
            stage.wait(lambda: stage.model.title == LONG and bool(stage.model.badges))
        stage.picture(f"administration-{view}-{look}-{scale:g}")
    theme.apply(dressed, "light", 1.0)


def test_an_empty_company_is_told_what_to_do(stage_as: StageAs, day: Day) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM station_printer; DELETE FROM printer")
    stage = stage_as("adam")
    desk = opened(stage, "company")
    for view in ("rates", "printers", "paper", "scans"):
        desk.controller.forget()
        stage.view(view)
        assert desk.list.model.rowCount() == 0
        assert desk.list._nothing.isVisible()
        stage.picture(f"administration-{view}-empty")
    new = [b for b in desk.list.findChildren(ActionButton) if b.action.key == "new"]
    assert [button.action.why_not for button in new] == ["nothing is made by hand here"]
