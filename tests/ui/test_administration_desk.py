"""The administrator's desk by its keys: settings, currencies, printers, paper, cartons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.actor import Group
from app.core.ids import Kind
from app.gateways.printers import PrinterKind
from app.operations.backup import FileThere
from app.operations.company import NewExchangeRate, change_payment_terms, set_exchange_rates
from app.operations.print_queue import PrintQueue
from app.operations.printers import create_printer, use_printer
from app.operations.printing import request_print
from app.queries.doctor import Difference
from app.rules.printing import DocumentKind, PrinterRole
from app.views.widgets.wording import write_full_day
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.ui.administration_at_work import StageAs, opened, rows, said, tick, values
from tests.ui.forms_at_work import ask, choose, fill, refused, saved, told

D = Decimal


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
    assert [entry.what for entry in stage.model.timeline] == ["changed the company's settings"]

    desk.list.setFocus()
    stage.press("Down", 2)
    stage.wait(lambda: stage.model.title == "Time and codes")
    assert values(stage)["Time zone"] == "UTC"
    stage.press("Return", 2)
    assert stage.asking.field("time_zone").hasFocus()
    fill(stage, time_zone="Mars/Olympus", scan_prefix="o")
    refused(
        stage, "o cannot begin our own codes: use 2 to 4 capital letters.", beside="scan_prefix"
    )
    assert "Mars/Olympus" in told(stage, "time_zone")
    fill(stage, time_zone="Europe/Berlin", scan_prefix="OW")
    saved(stage)
    stage.wait(lambda: values(stage)["Time zone"] == "Europe/Berlin")

    desk.list.setFocus()
    stage.press("Up")
    stage.wait(lambda: stage.model.title == "Name and papers")
    ask(stage, "Ctrl+Return")
    fill(stage, name="", email="nobody")
    refused(stage, "The name is empty. Enter one.", beside="name")
    assert "nobody is not an e-mail address" in told(stage, "email")
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
        "terms",
        "delivery",
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
    refused(stage, "Type what one unit is worth.", beside="rate")
    fill(stage, currency="usd", rate="0")
    refused(
        stage,
        "USD is the company's own currency: it is always 1. Rate another one.",
        beside="currency",
    )
    assert "The exchange rate must be from 0.0000000001" in told(stage, "rate")
    fill(stage, currency="zzz", rate="1.08", valid_from="someday")
    refused(stage, "someday is not a day.", beside="valid_from")
    fill(stage, valid_from="2026-01-01")
    refused(stage, "ZZZ is not an ISO 4217 currency code.", beside="currency")
    fill(stage, currency="eur")
    stage.picture_of(stage.asking, "administration-new-rate")
    saved(stage)
    said(stage, "1 EUR = 1.08 USD from 1 Jan 2026 on.")
    stage.wait(lambda: desk.document.model is not None and stage.model.title == "EUR")
    assert rows(stage) == [("EUR", "1.08 USD", "")]

    tomorrow = today + timedelta(days=1)
    ask(stage, "Ctrl+Return")
    assert stage.asking.field("valid_from").text() == write_full_day(today)
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


# ---------------------------------------------------------------- backup


@dataclass(frozen=True)
class _Kept:
    differences: tuple[Difference, ...] = ()


def test_a_company_of_this_computer_is_backed_up_by_key(
    stage_as: StageAs, day: Day, tmp_path: Path
) -> None:
    stage = stage_as("adam")
    kept: list[Path] = []
    answers: list[Any] = [
        FileThere(file=tmp_path / "a"),
        _Kept((Difference("stock_balance", "7", "on_hand", "3", "4"),)),
        _Kept(),
    ]

    def back_up(file: Path) -> Any:
        kept.append(file)
        answer = answers.pop(0)
        if isinstance(answer, FileThere):
            raise answer
        return answer

    stage.backed_up_by = back_up
    opened(stage, "company")
    stage.press("B")
    offered = stage.asking.field("file").text()
    assert offered.endswith("test-trading-" + stage.desk._context.today.isoformat() + ".backup")
    fill(stage, file="")
    refused(stage, "Say which file the company is kept in.", beside="file")
    fill(stage, file=str(tmp_path / "a"))
    refused(stage, "There is a file", beside="file")
    fill(stage, file=str(tmp_path / "b"))
    stage.picture_of(stage.asking, "administration-backup")
    refused(stage, "is made, but 1 numbers in it are not what the facts say, the first: stock")
    saved(stage)
    said(stage, f"The company is kept in {tmp_path / 'b'}; everything in it adds up.")
    assert kept == [tmp_path / "a", tmp_path / "b", tmp_path / "b"]


def test_a_server_of_ones_own_is_not_backed_up_from_the_window(stage_as: StageAs, day: Day) -> None:
    stage = stage_as("adam")
    opened(stage, "company")
    (backup,) = stage.model.secondary
    assert backup.why_not == "the server's administrator backs it up"


# ---------------------------------------------------------------- terms and delivery modes


def test_payment_terms_are_made_refused_and_changed_by_keys(
    stage_as: StageAs, day: Day, today: date
) -> None:
    stage = stage_as("karl")
    opened(stage, "terms", Group.ACCOUNTING)
    assert rows(stage) == [("30 days net", "30 days", "")]
    due = today + timedelta(days=30)
    assert stage.model.notices[0].sentence == (
        f"An invoice of today is due on {due.day} {due:%b} {due.year}."
    )
    ask(stage, "N")
    fill(stage, code="NET30", name="", days="9999")
    refused(stage, "There is payment terms NET30 already.", beside="code")
    assert "The name is empty" in told(stage, "name")
    assert "The number of days must be from 0 to 3650" in told(stage, "days")
    assert told(stage) == ""
    fill(stage, days="")
    refused(stage, "Type how many days.", beside="days")
    fill(stage, code="NET10", name="10 days net", days="10")
    saved(stage)
    said(stage, "The terms 10 days net are there.")
    stage.wait(lambda: stage.model.title == "10 days net")
    ask(stage, "Ctrl+Return")
    fill(stage, days="14", name="14 days net")
    saved(stage)
    stage.wait(lambda: stage.model.facts[0].value == "14 days")
    assert day.ask("SELECT code, name, days FROM payment_terms ORDER BY 1") == [
        ("NET10", "14 days net", 14),
        ("NET30", "30 days net", 30),
    ]


def test_terms_that_somebody_else_changed_meanwhile_are_not_overwritten_unseen(
    stage_as: StageAs, day: Day
) -> None:
    stage = stage_as("karl")
    opened(stage, "terms", Group.ACCOUNTING)
    ask(stage, "Ctrl+Return")
    fill(stage, days="45")
    day.runner.do(change_payment_terms, code="NET30", days=28, name="28 days net")
    refused(stage, "28 days net was changed by Maria at", beside="days")
    assert "while you had it open: days: 28." in told(stage, "days")
    saved(stage)
    stage.wait(lambda: stage.model.facts[0].value == "45 days")
    assert stage.model.title == "28 days net"  # which was not touched here
    assert day.ask("SELECT name, days FROM payment_terms") == [("28 days net", 45)]


def test_a_delivery_mode_is_made_and_changed_by_keys(stage_as: StageAs, day: Day) -> None:
    stage = stage_as("adam")
    opened(stage, "delivery")
    assert [title for title, _amount, _badge in rows(stage)] == [
        "Carrier",
        "Counter",
        "Pick-up",
        "Our truck",
    ]
    ask(stage, "N")
    fill(stage, code="TRUCK", name="Night truck", days="2")
    choose(stage, "kind", "On our own truck")
    refused(stage, "There is delivery mode TRUCK already.", beside="code")
    fill(stage, code="NIGHT")
    saved(stage)
    stage.wait(lambda: stage.model.title == "Night truck")
    assert [fact.value for fact in stage.model.facts] == ["On our own truck", "2 days"]
    ask(stage, "Ctrl+Return")
    fill(stage, days="1")
    saved(stage)
    stage.wait(lambda: stage.model.facts[1].value == "1 day")
    assert day.ask("SELECT name, kind, transit_days FROM delivery_mode WHERE code = 'NIGHT'") == [
        ("Night truck", "own_truck", 1)
    ]


def test_terms_are_accountings_and_delivery_modes_the_administrators(
    stage_as: StageAs, day: Day
) -> None:
    stage = stage_as("adam")
    opened(stage, "terms")
    for key in ("N", "Ctrl+Return"):
        stage.press(key)
        assert stage.asking is None
    stage = stage_as("karl")
    opened(stage, "delivery", Group.ACCOUNTING)
    for key in ("N", "Ctrl+Return"):
        stage.press(key)
        assert stage.asking is None
    assert stage.model.action is not None
    assert stage.model.action.why_not == "this needs the role admin"


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
    refused(stage, "The name is empty. Enter one.", beside="name")
    assert "The printer FOLDER cannot be at 10.0.0.9:x" in told(stage, "address")
    assert "There is printer FOLDER already." in told(stage, "code")
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
    refused(stage, "The printer ZEBRA prints labels only (ZPL), not documents.", beside="documents")
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
    stage.wait(lambda: len(stage.model.timeline) == 4)
    assert [(entry.who, entry.what) for entry in stage.model.timeline] == [
        ("Adam", "changed the printer"),
        ("Adam", "said what is printed on it no longer"),
        ("Adam", "said what is printed on it"),
        ("Adam", "made the printer"),
    ]
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
    stage.wait(lambda: [badge.word for badge in stage.model.badges] == ["Ready"])
    ask(stage, "E")
    fill(stage, address=str(tmp_path / "gone"))
    saved(stage)
    stage.wait(lambda: [badge.word for badge in stage.model.badges] == ["Not ready"])
    assert "there is no such folder" in stage.model.notices[0].sentence
    ask(stage, "E")
    choose(stage, "language", "Labels only")
    refused(stage, "prints labels only (ZPL), not documents, picklists.", beside="language")
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
    assert [(entry.who, entry.what) for entry in stage.model.timeline] == [
        ("Fritz", "was the window that printed, or tried to, at PACK-1"),
        ("Adam", "asked for it again"),
        ("Fritz", "was the window that printed, or tried to, at PACK-1"),
        ("Fritz", "asked for it, at PACK-1"),
    ]
    assert stage.model.action is not None
    assert stage.model.action.why_not == "only what failed is printed again"
    assert day.ask("SELECT DISTINCT state FROM print_job") == [("printed",)]


def test_from_a_printer_to_its_failed_paper_and_back(stage_as: StageAs, broken: list[int]) -> None:
    stage = stage_as("adam")
    desk = opened(stage, "printers")
    stage.wait(lambda: ("Old printer", "", "3 papers failed") in rows(stage))
    desk.show_thing(2)
    stage.wait(lambda: stage.model.title == "Old printer" and bool(stage.model.badges))
    assert [notice.sentence[:29] for notice in stage.model.notices] == [
        "The printer Old printer (/tmp",
        "3 papers were not printed.",
    ]
    (look,) = stage.model.notices[1].actions
    desk.document.action_chosen.emit(look.key)
    stage.wait(lambda: desk.list.model.request.text == "GONE")
    stage.wait(lambda: len(rows(stage)) == 3)
    desk.list.setFocus()
    stage.press("Home")
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
    refused(
        stage,
        "A size is length, width and height inside. Enter all three, or none.",
        beside="length_mm",
    )
    assert "There is carton type TOTE already." in told(stage, "code")
    fill(stage, code="BOX-L", height_mm="300", volume_l="80")
    refused(
        stage, "80 litres do not go into 600 × 400 × 300 mm: that is 72 litres.", beside="volume_l"
    )
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
