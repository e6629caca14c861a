"""Papers looked at before they are printed: the same bytes, drawn, by the keys of every desk."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.core.actor import Group
from app.core.ids import Kind
from app.documents import page_picture
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.picking import make_picklist, pick_order
from app.operations.print_queue import PrintQueue
from app.operations.printing import request_print
from app.rules.printing import DocumentKind
from app.views import theme
from app.views.billing.desk import InvoicingDesk
from app.views.orders.desk import OrdersDesk
from app.views.paper_preview import PreviewWindow
from app.views.picking.desk import PickingDesk
from app.views.trucks.desk import TrucksDesk
from app.views.widgets.key_sheet import KeyHint, keys_of
from app.views.widgets.page_view import PageView
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.trips import gone_trip, planned_trip, staged
from tests.ui.administration_at_work import opened
from tests.ui.floor_stage import FloorStage
from tests.ui.packing_station import Open

LOOK = "Ctrl+Shift+P"
A4 = (210.0, 297.0)


@pytest.fixture
def invoice(day: Day) -> int:
    """Two pumps, packed and invoiced; nothing of it is printed yet."""
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    made = day.runner.do(invoice_order, order=order).invoice_id
    day.runner.do(post_invoice, invoice=made)
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM print_job"))
    return int(made)


def _window(desk: QWidget) -> PreviewWindow:
    found = desk.findChild(PreviewWindow, "preview")
    assert isinstance(found, PreviewWindow)
    return found


def _is_gone(desk: QWidget) -> bool:
    window = desk.findChild(PreviewWindow, "preview")
    return window is None or not window.isVisible()


def _looked_at(stage: FloorStage, key: str = LOOK) -> PreviewWindow:
    """The paper that the key shows, drawn."""
    stage.press(key)
    stage.wait(lambda: stage.desk.findChild(PreviewWindow, "preview") is not None)
    window = _window(stage.desk)
    stage.wait(lambda: window.pages.is_drawn)
    return window


def _jobs(day: Day) -> list[tuple[object, ...]]:
    return [tuple(row) for row in day.ask("SELECT document, subject_id FROM print_job ORDER BY id")]


def _on_invoice(stage: FloorStage, invoice: int) -> InvoicingDesk:
    desk = stage.open(InvoicingDesk, Group.ACCOUNTING)
    desk.show_thing(invoice)
    stage.wait(lambda: desk.document.model is not None)
    desk.list.rows.setFocus()
    return desk


def test_an_invoice_is_looked_at_and_printed_with_enter(
    stage_: FloorStage, day: Day, invoice: int, tmp_path: Path
) -> None:
    desk = _on_invoice(stage_, invoice)
    assert KeyHint(LOOK, "Preview", "Invoicing") in keys_of(desk, "Invoicing")
    window = _looked_at(stage_)
    assert window.windowTitle() == "Preview: Invoice"
    assert window._facts.text() == (
        f"page 1 of 1  ·  {round(window.pages.zoom * 100)} %  ·  goes to Paper folder  ·  INV-1001"
    )
    picture = window.pages.picture(0)
    assert picture is not None
    colours = {picture.pixelColor(x, y).name() for x in range(0, 600, 3) for y in range(0, 300, 3)}
    assert {"#ffffff"} < colours  # there is something on the paper
    stage_.picture_of(window, "preview-invoice")
    assert window.paper is not None
    shown = window.paper.pdf
    assert _jobs(day) == []
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "It is being printed.")
    assert _is_gone(desk)
    assert desk.window().focusWidget() is desk.list.rows
    assert _jobs(day) == [("invoice", invoice)]
    (printed,) = PrintQueue(day.runner, folder=tmp_path).run_once()
    assert printed.paths[0].read_bytes() == shown


def test_esc_goes_back_and_nothing_was_asked_for(
    stage_: FloorStage, day: Day, invoice: int
) -> None:
    desk = _on_invoice(stage_, invoice)
    commands = day.one("SELECT count(*) FROM command")
    _looked_at(stage_)
    stage_.press("Esc")
    stage_.wait(lambda: _is_gone(desk))
    assert desk.window().focusWidget() is desk.list.rows
    assert _jobs(day) == []
    assert day.one("SELECT count(*) FROM archived_document") == 0
    assert day.one("SELECT count(*) FROM command") == commands


def test_a_paper_is_saved_as_the_bytes_that_are_shown(
    stage_: FloorStage, invoice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        offered.append(Path(name).name)
        return str(tmp_path / goal), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    _on_invoice(stage_, invoice)
    window = _looked_at(stage_)
    assert window.paper is not None
    goal = "kept"
    stage_.press("Ctrl+S")
    stage_.wait(lambda: window.messages.text == "Saved as kept.pdf.")
    assert (tmp_path / "kept.pdf").read_bytes() == window.paper.pdf
    assert offered == ["INV-1001.pdf"]
    goal = "no folder/kept.pdf"
    stage_.press("Ctrl+S")
    stage_.wait(lambda: "could not be written" in window.messages.text)
    assert window.messages.text.endswith("Choose another folder or name.")


def test_a_paper_that_cannot_be_made_says_why_and_cannot_be_printed(
    stage_: FloorStage, day: Day, invoice: int
) -> None:
    desk = _on_invoice(stage_, invoice)
    window = desk.preview(DocumentKind.MANIFEST, 999, lambda: pytest.fail("printed"))
    stage_.wait(lambda: "999" in window._nothing.accessibleName())
    assert window._nothing.accessibleName().startswith(
        "There is no paper to show There is no trip 999."
    )
    stage_.picture_of(window, "preview-nothing")
    stage_.press("Return")
    stage_.press("Ctrl+S")
    assert window.isVisible()
    stage_.press("Esc")
    stage_.wait(lambda: _is_gone(desk))


def test_a_damaged_archive_is_told_in_a_sentence(
    stage_: FloorStage, day: Day, invoice: int
) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO archived_document (document, subject_id, pdf, sha256)
                    VALUES ('invoice', :id, 'damaged', encode(sha256('damaged'), 'hex'))"""),
            {"id": invoice},
        )
    desk = _on_invoice(stage_, invoice)
    stage_.press(LOOK)
    window = _window(desk)
    stage_.wait(lambda: "cannot be drawn" in window._nothing.accessibleName())
    stage_.press("Esc")


def test_pages_are_drawn_beside_the_window_and_turned_by_key(
    stage_: FloorStage, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()
    draw = page_picture.draw_page

    def watched(*arguments: object) -> object:
        threads.add(threading.current_thread().name)
        return draw(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(page_picture, "draw_page", watched)
    order = day.order(*[("PUMP", n) for n in range(1, 81)])
    desk = stage_.open(OrdersDesk, Group.SALES)
    desk.show_thing(order)
    stage_.wait(lambda: desk.controller.document is not None)
    window = _looked_at(stage_)
    pages = window.pages
    stage_.picture_of(window, "preview-pages")
    many = len(pages.sizes)
    assert many >= 3
    assert pages.page == 1
    seen = [1]
    for _ in range(10 * many):
        stage_.press("PgDown")
        if pages.page != seen[-1]:
            seen.append(pages.page)
    assert seen == list(range(1, many + 1))  # none is left out
    stage_.wait(lambda: pages.is_drawn)
    assert f"page {many} of {many}" in window._facts.text()
    assert pages.picture(0) is None  # what is out of view is not kept
    stage_.press("PgUp", times=10 * many)
    assert pages.page == 1
    stage_.press("End")
    assert pages.page == many
    stage_.press("Home")
    assert (pages.page, pages.verticalScrollBar().value()) == (1, 0)
    assert all(name.startswith("reader") for name in threads)
    stage_.press("Return")
    stage_.settle()
    assert _jobs(day) == [("order_confirmation", order)]


def test_the_paper_grows_and_shrinks_by_key_and_stays_sharp(
    stage_: FloorStage, invoice: int
) -> None:
    scale = theme.scale()
    _on_invoice(stage_, invoice)
    window = _looked_at(stage_)
    pages = window.pages
    fitting = pages.zoom
    assert 0.5 < fitting < 1.5
    stage_.press("Ctrl++")
    larger = pages.zoom
    assert larger > fitting
    stage_.wait(lambda: pages.is_drawn)
    picture = pages.picture(0)
    assert picture is not None
    wide = A4[0] / 25.4 * pages.logicalDpiX() * larger * pages.devicePixelRatioF()
    assert picture.width() == pytest.approx(wide, abs=2)
    stage_.press("Ctrl+=", times=20)
    assert pages.zoom == 4.0
    stage_.press("Ctrl+-", times=30)
    assert pages.zoom == 0.25
    stage_.press("Ctrl+0")
    assert pages.zoom == pytest.approx(fitting)
    window.resize(window.width() // 2, window.height())
    stage_.wait(lambda: pages.zoom < fitting)  # it follows the window
    assert theme.scale() == scale  # the keys are the paper's here, not the window's


def test_what_no_printer_would_take_is_said_and_looked_at_all_the_same(
    stage_: FloorStage, day: Day, invoice: int
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM station_printer"))
    _on_invoice(stage_, invoice)
    window = _looked_at(stage_)
    stage_.picture_of(window, "preview-no-printer")
    assert window.messages.text.startswith("There is no printer for documents at this station.")
    stage_.press("Esc")


def test_a_picklist_is_looked_at(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    made = day.runner.do(make_picklist, orders=(order,), print_it=False).picklist_id
    desk = stage_.open(PickingDesk, Group.FLOOR)
    desk.show_thing(made)
    stage_.wait(lambda: desk.document.model is not None)
    before = _jobs(day)
    window = _looked_at(stage_)
    assert window.windowTitle() == "Preview: Picklist"
    assert _jobs(day) == before
    stage_.press("Return")
    stage_.settle()
    assert _jobs(day) == [*before, ("pick_list", made)]


def test_a_trip_shows_the_paper_of_its_state_by_key_and_the_other_in_the_menu(
    stage_: FloorStage, day: Day
) -> None:
    day.stock("PUMP", 2)
    trip = planned_trip(day, staged(day, ("PUMP", 1)))
    desk = stage_.open(TrucksDesk, Group.DISPATCH, Group.FLOOR)
    desk.show_thing(trip)
    stage_.wait(lambda: desk.document.model is not None)
    assert _looked_at(stage_).windowTitle() == "Preview: Load sheet"
    stage_.press("Esc")
    stage_.wait(lambda: _is_gone(desk))
    desk.document.action_chosen.emit("preview-manifest")
    stage_.wait(lambda: not _is_gone(desk))
    assert [
        each.windowTitle() for each in desk.findChildren(PreviewWindow) if each.isVisible()
    ] == ["Preview: Manifest"]
    stage_.press("Return")
    stage_.settle()
    assert _jobs(day)[-1] == ("manifest", trip)


def test_a_departed_trip_shows_its_manifest(stage_: FloorStage, day: Day) -> None:
    day.stock("PUMP", 2)
    trip = gone_trip(day, staged(day, ("PUMP", 1)))
    desk = stage_.open(TrucksDesk, Group.DISPATCH)
    desk.show_thing(trip)
    stage_.wait(lambda: desk.document.model is not None)
    assert _looked_at(stage_).windowTitle() == "Preview: Manifest"
    stage_.press("Esc")


def test_the_label_of_a_place_is_looked_at_whole_and_as_zpl(stage_: FloorStage, day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE printer SET language = 'zpl', name = 'Zebra'"))
    desk = opened(stage_, "places", Group.ADMIN, Group.STOCK)
    desk.list.select((Kind.LOCATION, day.place("A-01")))
    stage_.wait(lambda: stage_.model.title == "A-01")
    window = _looked_at(stage_, "Shift+P")
    assert window.messages.text == (
        "Zebra is a label printer: it gets this label in its own language (ZPL)."
    )
    stage_.picture_of(window, "preview-label")
    assert window.pages.zoom >= 1.0
    assert window.pages.verticalScrollBar().maximum() == 0
    stage_.press("Return")
    stage_.wait(lambda: stage_.said == "The label of A-01 is on its way.")
    assert _jobs(day) == [("bin_label", day.place("A-01"))]


def test_a_test_page_is_looked_at(stage_: FloorStage, day: Day) -> None:
    desk = opened(stage_, "printers")
    assert _looked_at(stage_, "Ctrl+Shift+Return").windowTitle() == "Preview: Test page"
    stage_.press("Ctrl+Return")
    stage_.wait(lambda: stage_.said == "A test page is on its way to Paper folder.")
    assert _is_gone(desk)
    assert _jobs(day) == [("test_page", 1)]


def test_a_paper_that_failed_is_looked_at_before_it_is_printed_again(
    stage_: FloorStage, day: Day, tmp_path: Path
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE printer SET address = '/no/such/folder'"))
    job = day.runner.do(
        request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01")
    ).job_id
    PrintQueue(day.runner, folder=tmp_path).run_once()
    opened(stage_, "paper", Group.ADMIN, Group.STOCK)
    window = _looked_at(stage_, "Ctrl+Shift+Return")
    assert window.windowTitle() == "Preview: Bin label"
    stage_.press("Return")
    stage_.wait(lambda: "is printed again" in stage_.said)
    assert day.ask("SELECT id, state FROM print_job") == [(job, "queued")]


def test_a_paper_that_waits_is_looked_at_only_and_not_by_whoever_may_not_read_it(
    stage_: FloorStage, day: Day, invoice: int
) -> None:
    day.runner.do(request_print, document=DocumentKind.INVOICE, subject=invoice)
    desk = opened(stage_, "paper", Group.ADMIN, Group.STOCK)
    look = next(each for each in stage_.model.more if each.key == "preview")
    assert look.why_not.startswith("this needs the role sales")
    stage_.press("Ctrl+Shift+Return")
    assert desk.findChild(PreviewWindow) is None


def test_at_the_bench_the_label_or_the_command_sheet_is_looked_at(
    station: Open, qtbot: QtBot, day: Day, two_lines: int
) -> None:
    at = station()
    shift = Qt.KeyboardModifier.ShiftModifier

    def look() -> PreviewWindow:
        qtbot.keyClick(at.desk, Qt.Key.Key_F9, shift)
        qtbot.waitUntil(lambda: not _is_gone(at.desk))
        found = [each for each in at.desk.findChildren(PreviewWindow) if each.isVisible()]
        qtbot.waitUntil(lambda: found[0].pages.is_drawn)
        return found[0]

    window = look()
    assert window.windowTitle() == "Preview: Command sheet"
    window.reject()
    at.answer("OWOSO-1001", "PUMP")
    qtbot.keyClick(at.desk, Qt.Key.Key_F9, shift)
    at.settle()
    assert at.desk.banner.answer.word == "NO LABEL YET"
    at.answer("OWXCLOSE-CARTON")
    before = len(_jobs(day))
    window = look()
    assert window.windowTitle() == "Preview: Carton label"
    assert theme.is_station(window)
    assert len(_jobs(day)) == before
    qtbot.keyClick(window.pages, Qt.Key.Key_Return)
    at.settle()
    assert at.desk.banner.answer.word == "PRINTED AGAIN"
    assert len(_jobs(day)) == before + 1
    window = look()
    handle = window.windowHandle()
    at.scan("PUMP", to=handle)  # whoever scans has gone on
    at.settle()
    assert at.desk.banner.answer.word == "GOOD"
    assert _is_gone(at.desk)


@pytest.mark.parametrize("look", ["light", "dark", "contrast"])
def test_the_paper_is_white_in_every_look(qtbot: QtBot, dressed: object, look: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, look, 1.0)
    view = PageView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    view.show_pages([A4])
    shown = view.grab().toImage()
    assert shown.pixelColor(400, 300) == QColor("white")
    assert shown.pixelColor(4, 300) == theme.colour("track")
    theme.apply(application, "light", 1.0)
