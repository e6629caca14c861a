"""The administrator's desk by its keys: wrong scans, people, stations; and how all of it looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.gateways.printers import PrinterKind
from app.operations.carton_types import CartonMeasures, create_carton_type
from app.operations.company import NewExchangeRate, set_exchange_rates
from app.operations.print_queue import PrintQueue
from app.operations.printers import create_printer, use_printer
from app.operations.printing import request_print
from app.rules.printing import DocumentKind, PrinterRole
from app.views import theme
from app.views.widgets.action_button import ActionButton
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.ui.administration_at_work import StageAs, opened, rows, said, tick
from tests.ui.forms_at_work import ask, choose, fill, refused, saved, told

D = Decimal
LONG = "Label printer beside the second packing bench of the north hall, near the loading dock"


# ---------------------------------------------------------------- wrong scans


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
    stage.wait(lambda: "Choose the item" in stage.wrong("item"))
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
    refused(stage, "Nina! cannot be a login.", beside="login")
    assert "needs at least one group" in told(stage, "sales")
    assert "There is badge B-anna already" in told(stage, "badge")
    assert "use at least 8" in told(stage, "password")
    assert told(stage) == ""
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
    refused(stage, "The two passwords are not the same. Type both again.", beside="password")
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
    refused(stage, "needs at least one group", beside="sales")
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
    refused(stage, "There is station PACK-1 already.", beside="code")
    assert "use at least 8" in told(stage, "password")
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


# ---------------------------------------------------------------- warehouses and places


def test_a_warehouse_and_its_first_bin_are_made_by_keys_and_the_bins_label_is_printed(
    stage_as: StageAs, day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    stage = stage_as("stefan")
    desk = opened(stage, "warehouses", Group.STOCK)
    ask(stage, "N")
    fill(stage, code="NORTH", name="", time_zone="Mars/Olympus")
    refused(stage, "There is warehouse NORTH already.", beside="code")
    assert "The name is empty" in told(stage, "name")
    assert "Mars/Olympus" in told(stage, "time_zone")
    fill(stage, code="SOUTH", name="South hall", time_zone="")
    saved(stage)
    stage.wait(lambda: stage.model.title == "South hall")
    ask(stage, "Ctrl+Return")
    fill(stage, address="2 Quay Street")
    saved(stage)
    stage.wait(lambda: stage.model.subline == ("SOUTH", "2 Quay Street"))

    stage.view("places")
    stage.wait(lambda: stage.model.title == "A-01")
    ask(stage, "N")
    fill(stage, code="A-01", capacity_kg="-1")
    refused(stage, "There is location A-01 already.", beside="code")
    assert "The capacity must be from 0" in told(stage, "capacity_kg")
    fill(stage, code="Z-01", capacity_kg="500")
    choose(stage, "warehouse", "South hall")
    stage.picture_of(stage.asking, "administration-new-place")
    saved(stage)
    said(stage, "Z-01 is there. P prints its label.")
    stage.wait(lambda: stage.model.title == "Z-01")
    assert [(fact.label, fact.value) for fact in stage.model.facts] == [
        ("Warehouse", "SOUTH"),
        ("Walk sequence", "10"),
        ("Holds at most", "500 kg"),
    ]
    stage.picture("administration-place")
    stage.press("P")
    said(stage, "The label of Z-01 is on its way.")
    (printed,) = PrintQueue(run_as("stefan"), folder=tmp_path).run_once()
    assert (printed.document, printed.is_printed) == (DocumentKind.BIN_LABEL, True)
    ask(stage, "Ctrl+Return")
    fill(stage, name="By the door", walk_sequence="5")
    tick(stage, "is_pickable")
    saved(stage)
    stage.wait(lambda: stage.model.subline == ("Bin", "By the door"))
    assert stage.model.notices[0].sentence == (
        "Nobody picks from here, so nothing here is promised."
    )
    assert [entry.what for entry in stage.model.timeline] == [
        "changed the place",
        "made the place",
    ]
    stage.press("O")
    said(stage, "Z-01 is out of use.")
    stage.wait(lambda: stage.model.badges[0].word == "Out of use")
    assert day.ask(
        """SELECT name, walk_sequence, is_pickable, capacity_kg, is_active
             FROM location WHERE code = 'Z-01'"""
    ) == [("By the door", 5, False, D(500), False)]
    desk.show_thing(1)  # a printer: stefan sees that too
    stage.wait(lambda: stage.model.title == "Paper folder")


def test_a_place_with_goods_stays_in_use(stage_as: StageAs, day: Day) -> None:
    day.stock("PUMP", 3)
    stage = stage_as("stefan")
    opened(stage, "places", Group.STOCK)
    assert stage.model.title == "A-01"
    stage.press("O")
    stage.wait(lambda: "3 pieces of goods still lie in A-01. Move them first." in stage.said)
    assert day.one("SELECT is_active FROM location WHERE code = 'A-01'") is True


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


VIEWS = (
    "company",
    "rates",
    "terms",
    "delivery",
    "printers",
    "paper",
    "cartons",
    "scans",
    "people",
    "stations",
)


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
        stage.view(view)
        assert desk.list.model.rowCount() == 0
        assert desk.list._nothing.isVisible()
        stage.picture(f"administration-{view}-empty")
    new = [b for b in desk.list.findChildren(ActionButton) if b.action.key == "new"]
    assert [button.action.why_not for button in new] == ["nothing is made by hand here"]
