"""Every paper from real rows: what it says, what a scanner reads on it, where it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound, NotPermitted
from app.documents.document import Document
from app.gateways.printers import PrinterTarget, Sent
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import (
    NewCharge,
    NewLine,
    add_charge,
    cancel_line,
    change_order,
    confirm_order,
    enter_order,
)
from app.operations.packing import box, open_carton
from app.operations.picking import make_picklist, pick_order
from app.operations.print_queue import PrintQueue
from app.operations.printing import (
    CopiesOutOfRange,
    NotFailed,
    NotQueued,
    print_command_sheet,
    record_print,
    request_print,
    retry_print,
)
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading, undepart
from app.queries.billing import invoice
from app.queries.paper import paper, scanner_commands
from app.queries.paper.printed import PaperPreview, paper_preview, render_paper
from app.rules.charges import ChargeBilling
from app.rules.printing import DocumentKind, NoPrinter, NotALabel, PrintJobState
from app.rules.scanning import SHEET_QUANTITIES, StationCommand, parse
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.factories.shipping import pack
from tests.unit.documents.reading import in_order, pages_as_words, texts

Print = Callable[[DocumentKind, int], Document]


@pytest.fixture
def printed(day: Day) -> Print:
    """Renders a paper from the database as it is now."""

    def render(document: DocumentKind, subject: int) -> Document:
        with Session(day.owner) as session:
            return render_paper(paper(session, document=document, subject=subject))

    return render


@dataclass(frozen=True, slots=True)
class Sold:
    """An order that went all the way by carrier; ids of what it left behind."""

    order: int
    picklist: int
    carton: int
    shipment: int
    invoice: int


@pytest.fixture
def sold(day: Day) -> Sold:
    """Two pumps in a carton to Falmouth, invoiced with freight and posted."""
    run = day.runner
    day.stock("PUMP", 4)
    order = day.order(("PUMP", 2), customer_po="PO 4711")
    run.do(add_charge, order=order, charge=NewCharge("Freight", Decimal("12.50")))
    run.do(change_order, order=order, comments="Please count on receipt.")
    run.do(allocate_order, order=order)
    picklist = run.do(make_picklist, orders=(order,)).picklist_id
    run.do(pick_order, order=order, to=day.place("P-01"))
    bench = day.place("P-01")
    carton = run.do(open_carton, order=order, location=bench).carton_id
    boxed = run.do(
        box, order=order, item=day.item("PUMP"), quantity=Decimal(2), carton=carton, location=bench
    )
    assert boxed.finished is not None
    shipment = boxed.finished.shipment_id
    assert shipment is not None
    invoice = run.do(invoice_order, order=order).invoice_id
    run.do(post_invoice, invoice=invoice)
    return Sold(order, picklist, carton, shipment, invoice)


def test_a_picklist_carries_codes_for_itself_its_bins_and_lines(
    day: Day, sold: Sold, printed: Print
) -> None:
    document = printed(DocumentKind.PICK_LIST, sold.picklist)
    line = day.one("SELECT id FROM picklist_line")
    number = day.one("SELECT number FROM picklist")
    assert texts(document) == sorted([f"OWP{number}", f"OWK{line}", "OWBA-01"])
    assert in_order(pages_as_words(document)[0], number, "SO-1001", "PUMP", "A-01")


def test_a_packing_slip_says_what_was_packed(day: Day, sold: Sold, printed: Print) -> None:
    document = printed(DocumentKind.PACKING_SLIP, sold.shipment)
    words = pages_as_words(document)[0]
    for each in ("Brightwater Marine", "Falmouth", "PO 4711", "Bilge pump", "Please count"):
        assert each in words
    assert "OWOSO-1001" in texts(document)
    assert day.one("SELECT sscc FROM carton") in "".join(texts(document)) + words.replace(" ", "")
    assert in_order(words, "Cartons", "Carton Type SSCC", "1 Box M")


def test_a_carton_label_carries_its_sscc_and_order(day: Day, sold: Sold, printed: Print) -> None:
    document = printed(DocumentKind.CARTON_LABEL, sold.carton)
    sscc = day.one("SELECT sscc FROM carton")
    assert f"00{sscc}" in texts(document)
    words = pages_as_words(document)[0]
    assert "Brightwater Marine" in words
    assert "SO-1001" in words
    assert "1 of 1" in words
    assert document.zpl is not None
    assert document.zpl.startswith("^XA")


def test_a_bin_label_is_read_as_its_bin(day: Day, printed: Print) -> None:
    document = printed(DocumentKind.BIN_LABEL, day.place("A-02"))
    assert texts(document) == ["OWBA-02"]


def test_every_code_of_the_command_sheet_is_read_as_what_its_word_says(
    day: Day, printed: Print
) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO carton_type (code, name, is_active) VALUES"
                " ('OLD', 'Old box', false), ('boîte', 'Boîte', true)"
            )
        )
    document = printed(DocumentKind.COMMAND_SHEET, 1)
    scans = [parse(each, today=date(2026, 1, 1)) for each in texts(document)]
    assert all(scan.valid for scan in scans)
    assert {scan.command for scan in scans} - {None} == set(StationCommand)
    assert sorted(scan.carton_type for scan in scans if scan.carton_type) == ["BOX-M", "TOTE"]
    assert sorted(scan.quantity for scan in scans if scan.quantity) == list(SHEET_QUANTITIES)
    words = " ".join(pages_as_words(document))
    assert in_order(words, "Packing 1", "OK, go on", "OWXOK", "Undo last", "OWXUNDO", "Finish")
    assert in_order(words, "Carton type", "Box M", "OWXTYPE-BOX-M", "× 12", "OWQ12")


def test_the_command_sheet_is_asked_for_by_its_station_and_shown_as_rows(
    day: Day, tmp_path: Path
) -> None:
    day.runner.do(print_command_sheet, station=1, copies=2)
    with pytest.raises(NotFound, match="station"):
        day.runner.do(print_command_sheet, station=99)
    (done,) = PrintQueue(day.runner, folder=tmp_path).run_once()
    assert (done.document, done.is_printed) == (DocumentKind.COMMAND_SHEET, True)
    assert done.paths[0].read_bytes().startswith(b"%PDF")
    with Session(day.owner) as session:
        shown = scanner_commands(session)
    assert ("OWXFINISH", "Finish") in [(each.code, each.word) for each in shown]


def test_an_invoice_prints_what_was_posted(day: Day, sold: Sold, printed: Print) -> None:
    words = pages_as_words(printed(DocumentKind.INVOICE, sold.invoice))[0]
    total = day.one("SELECT total_amount FROM invoice")
    assert in_order(
        words, "INV-1001", "Bilge pump", "79.80", "Subtotal", "79.80", "Freight", "12.50"
    )
    assert in_order(words, "Sales tax 8% on 92.30", "7.38", "Total USD", f"{total:.2f}")
    assert "PO 4711" in words
    assert "30 days net" in words


def test_an_order_confirmation_says_what_was_ordered(sold: Sold, printed: Print) -> None:
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, sold.order))[0]
    assert in_order(words, "SO-1001", "Bilge pump", "39.90", "79.80", "Freight", "Total USD")
    assert in_order(words, "Total USD", "99.68")


def test_a_draft_on_paper_says_that_it_is_none_and_when_the_goods_are_wanted(
    day: Day, printed: Print
) -> None:
    wanted = date(2031, 5, 7)
    draft = day.draft(("PUMP", 1), requested_date=wanted)
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, draft))[0]
    assert in_order(words, "Order, not confirmed", "SO-1001", "Requested for", "7 May 2031")
    order = day.order(("PUMP", 1), requested_date=wanted)
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, order))[0]
    assert in_order(words, "Order confirmation", "Requested for", "7 May 2031")


def test_a_confirmation_of_prices_with_tax_says_what_of_them_is_tax(
    day: Day, printed: Print
) -> None:
    with Session(day.owner) as session:
        session.execute(text("UPDATE company SET prices_include_tax = true"))
        session.commit()
    order = day.order(("PUMP", 1))
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, order))[0]
    assert in_order(words, "Subtotal", "39.90", "of which Sales tax 8% on", "2.96")
    assert in_order(words, "2.96", "Total USD", "39.90")


def test_an_order_confirmation_says_what_each_shipment_costs_beside(
    day: Day, printed: Print
) -> None:
    per_shipment = NewCharge("Crate", Decimal(18), billing=ChargeBilling.PER_SHIPMENT)
    order = day.order(("PUMP", 1), charges=(NewCharge("Freight", Decimal(0)), per_shipment))
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, order))[0]
    assert in_order(words, "Subtotal", "39.90", "Freight", "0.00", "Plus Crate, per shipment")
    assert in_order(words, "per shipment", "Total USD", "43.09")
    day.stock("PUMP", 1)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    made = day.runner.do(invoice_order, order=order)
    words = pages_as_words(printed(DocumentKind.INVOICE, made.invoice_id))[0]
    assert in_order(words, "Freight", "0.00", "Crate, SH-1001", "18.00", "Total USD", "62.53")


@pytest.fixture
def by_the_case(day: Day) -> int:
    """Twelve pumps by the case of six: 210.00 a case, 5.00 off a case, then 10 %."""
    prices = Prices(day)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET discount_rule = 'combine'"))
    prices.agree("price", 210, customer="C-1", item="PUMP", unit="case")
    prices.agree("amount_off", 5, customer="C-1", item="PUMP", unit="case")
    prices.agree("percent", 10, customer="C-1")
    lines = (NewLine(day.item("PUMP"), Decimal(2), "case"),)
    order = day.runner.do(enter_order, customer=1, lines=lines).order_id
    day.runner.do(confirm_order, order=order)
    assert day.one("SELECT amount FROM sales_order_line") == Decimal(369)
    return int(order)


def test_a_price_for_a_case_stands_beside_cases_with_what_is_taken_off(
    day: Day, printed: Print, by_the_case: int
) -> None:
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, by_the_case))[0]
    assert in_order(words, "Bilge pump", "2 case 210.00 -5.00 10% 369.00")
    # Part of a case that four decimals do not hold is counted in pieces, at the price of one.
    line = day.lines(by_the_case)[0].id
    day.runner.do(cancel_line, line=line, reason="enough", quantity=Decimal(1))
    words = pages_as_words(printed(DocumentKind.ORDER_CONFIRMATION, by_the_case))[0]
    assert in_order(words, "Bilge pump", "11 pc 35.00 -0.833333 10% 338.25")


def test_an_invoice_by_the_case_says_how_many_cases(
    day: Day, printed: Print, by_the_case: int
) -> None:
    day.stock("PUMP", 12)
    day.runner.do(allocate_order, order=by_the_case)
    day.runner.do(pick_order, order=by_the_case, to=day.place("P-01"))
    day.runner.do(pack, order=by_the_case)
    line = day.lines(by_the_case)[0].id
    for quantity, expected in (
        (3, "0.5 case 210.00 12.14% 92.25"),
        (2, "2 pc 35.00 12.14% 61.50"),
        (7, "7 pc 35.00 12.14% 215.25"),
    ):
        made = day.runner.do(invoice_order, order=by_the_case, lines={line: Decimal(quantity)})
        words = pages_as_words(printed(DocumentKind.INVOICE, made.invoice_id))[0]
        assert in_order(words, "Bilge pump", expected), words
    with Session(day.owner) as session:
        (shown,) = invoice(session, invoice=1).lines
    assert (shown.quantity, shown.unit) == (Decimal("0.5"), "case")
    assert shown.unit_price == Decimal(210)


@pytest.mark.parametrize("has_left", [False, True])
def test_a_manifest_lists_what_is_on_the_truck(day: Day, printed: Print, has_left: bool) -> None:
    day.stock("ANCHOR", 3)
    order = day.order(("ANCHOR", 2), customer="C-2")
    run = day.runner
    run.do(allocate_order, order=order)
    run.do(pick_order, order=order, to=day.place("CART-1"))
    run.do(stage, order=order, lane=day.place("S-01"))
    trip = run.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    run.do(start_loading, trip=trip)
    run.do(load, trip=trip, order=order)
    if has_left:
        run.do(depart, trip=trip)
    document = printed(DocumentKind.MANIFEST, trip)
    words = pages_as_words(document)[0]
    assert in_order(words, "Harbour Stores", "Plough anchor", "2")
    assert f"OWT{day.one('SELECT number FROM trip')}" in texts(document)
    assert ("SH-" in words) is has_left


def test_a_load_sheet_begins_with_the_last_stop_and_says_where_the_goods_stand(
    day: Day, printed: Print
) -> None:
    day.stock("ANCHOR", 3)
    day.stock("PUMP", 1)
    near = day.order(("PUMP", 4), customer="C-1", delivery_mode="TRUCK")
    far = day.order(("ANCHOR", 2), customer="C-2")
    run = day.runner
    for order in (near, far):
        run.do(allocate_order, order=order)
        run.do(stage, order=order, lane=day.place("S-01"))
    trip = run.do(plan_trip, truck=day.place("TRUCK-1"), orders=(near, far)).trip_id
    words = pages_as_words(printed(DocumentKind.LOAD_SHEET, trip))[0]
    assert in_order(words, "Load sheet", "To load 44.8 kg", "May carry 1000 kg")
    assert in_order(words, "Stop 2", "Harbour Stores", "S-01", "ANCHOR", "2 pc", "40 kg")
    assert in_order(words, "Stop 1", "Brightwater", "S-01", "PUMP", "1 pc", "not there yet", "3 pc")
    run.do(start_loading, trip=trip)
    run.do(load, trip=trip, order=far)
    words = pages_as_words(printed(DocumentKind.LOAD_SHEET, trip))[0]
    assert in_order(words, "Stop 2", "on the truck", "ANCHOR", "Stop 1", "S-01")
    run.do(depart, trip=trip, leave_behind=True)
    words = pages_as_words(printed(DocumentKind.MANIFEST, trip))[0]
    assert in_order(words, "Stops 1", "Stop 2", "ANCHOR")
    assert "Stop 1 " not in words  # nothing of it is on the truck: nobody drives there
    document = printed(DocumentKind.LOAD_SHEET, trip)
    words = pages_as_words(document)[0]
    assert in_order(words, "To load 40 kg", "Stop 2", "ANCHOR", "Stop 1")
    assert "PUMP" not in words
    assert sorted(texts(document)) == ["OWOSO-1001", "OWOSO-1002", "OWTTR-1001"]


def test_a_departure_taken_back_is_on_no_manifest(day: Day, printed: Print) -> None:
    day.stock("ANCHOR", 3)
    order = day.order(("ANCHOR", 2), customer="C-2")
    run = day.runner
    run.do(allocate_order, order=order)
    run.do(stage, order=order, lane=day.place("S-01"))
    trip = run.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    run.do(start_loading, trip=trip)
    run.do(load, trip=trip, order=order)
    run.do(depart, trip=trip)
    run.do(undepart, trip=trip)
    run.do(depart, trip=trip)
    words = pages_as_words(printed(DocumentKind.MANIFEST, trip))[0]
    assert in_order(words, "Weight 40 kg", "SH-1002", "Plough anchor", "2")
    assert "SH-1001" not in words


def test_the_queue_prints_each_job_once_and_leaves_files(
    day: Day, sold: Sold, tmp_path: Path
) -> None:
    queue = PrintQueue(day.runner, folder=tmp_path)
    done = queue.run_once()
    assert all(each.is_printed for each in done)
    assert {each.document for each in done} >= {
        DocumentKind.PICK_LIST,
        DocumentKind.PACKING_SLIP,
        DocumentKind.INVOICE,
    }
    files = sorted(tmp_path.rglob("*.pdf"))
    assert len(files) == len(done)
    assert all(path.read_bytes().startswith(b"%PDF") for path in files)
    assert queue.run_once() == ()
    assert day.ask("SELECT DISTINCT state FROM print_job") == [("printed",)]


def test_the_invoice_that_went_out_is_archived_and_reprinted_byte_for_byte(
    day: Day, sold: Sold, tmp_path: Path
) -> None:
    queue = PrintQueue(day.runner, folder=tmp_path)
    queue.run_once()
    pdf, digest = day.ask("SELECT pdf, sha256 FROM archived_document")[0]
    assert hashlib.sha256(pdf).hexdigest() == digest
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET name = 'Renamed Trading'"))
    day.runner.do(request_print, document=DocumentKind.INVOICE, subject=sold.invoice)
    (again,) = queue.run_once()
    assert again.paths[0].read_bytes() == bytes(pdf)
    assert day.one("SELECT count(*) FROM archived_document") == 1


def _looked_at(day: Day, document: DocumentKind, subject: int, **more: Any) -> PaperPreview:
    with Session(day.owner) as session:
        return paper_preview(session, document=document, subject=subject, **more)


@pytest.mark.parametrize("document", list(DocumentKind))
def test_what_is_looked_at_is_what_is_printed_byte_for_byte(
    day: Day, sold: Sold, tmp_path: Path, document: DocumentKind
) -> None:
    waiting = day.order(("ANCHOR", 2), customer="C-2")
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(waiting,)).trip_id
    subject = {
        DocumentKind.PICK_LIST: sold.picklist,
        DocumentKind.PACKING_SLIP: sold.shipment,
        DocumentKind.CARTON_LABEL: sold.carton,
        DocumentKind.BIN_LABEL: day.place("A-01"),
        DocumentKind.MANIFEST: trip,
        DocumentKind.LOAD_SHEET: trip,
        DocumentKind.INVOICE: sold.invoice,
        DocumentKind.ORDER_CONFIRMATION: sold.order,
        DocumentKind.COMMAND_SHEET: day.id_of("station", "PACK-1"),
        DocumentKind.TEST_PAGE: 1,
    }[document]
    queue = PrintQueue(day.runner, folder=tmp_path)
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM print_job"))
    before = day.one("SELECT count(*) FROM command")
    looked_at = _looked_at(day, document, subject)
    assert day.one("SELECT count(*) FROM print_job") == 0
    assert day.one("SELECT count(*) FROM archived_document") == 0
    assert day.one("SELECT count(*) FROM command") == before
    day.runner.do(request_print, document=document, subject=subject)
    (done,) = queue.run_once()
    assert done.paths[0].read_bytes() == looked_at.pdf
    assert done.paths[0].stem == looked_at.name
    assert (looked_at.printer, looked_at.takes_zpl, looked_at.why_not) == (
        "Paper folder",
        False,
        None,
    )


def test_an_invoice_that_went_out_is_looked_at_as_it_went_out(
    day: Day, sold: Sold, tmp_path: Path
) -> None:
    PrintQueue(day.runner, folder=tmp_path).run_once()
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET name = 'Renamed Trading'"))
    archived = bytes(day.one("SELECT pdf FROM archived_document"))
    assert _looked_at(day, DocumentKind.INVOICE, sold.invoice).pdf == archived
    assert b"" != archived != _looked_at(day, DocumentKind.ORDER_CONFIRMATION, sold.order).pdf


def test_a_label_is_looked_at_as_the_printer_of_the_station_would_draw_it(
    day: Day,
) -> None:
    label, here = DocumentKind.BIN_LABEL, day.place("A-01")
    with day.owner.begin() as connection:
        # So long a code has narrow bars, which depend on the density.
        connection.execute(
            text("UPDATE location SET code = 'A-01-LEFT-OF-THE-DOOR' WHERE code = 'A-01'")
        )
        connection.execute(
            text("""INSERT INTO printer (code, name, kind, address, language, dots_per_mm)
                    VALUES ('ZEBRA', 'Label printer', 'folder', 'labels', 'zpl', 24);
                    INSERT INTO station_printer (station_id, role, printer_id)
                    SELECT s.id, 'labels', p.id FROM station s, printer p
                     WHERE p.code = 'ZEBRA' AND s.code = 'PACK-1'""")
        )
    zebra = day.id_of("printer", "ZEBRA")
    at_station = _looked_at(day, label, here, station="PACK-1")
    assert (at_station.printer, at_station.takes_zpl) == ("Label printer", True)
    assert at_station.pdf == _looked_at(day, label, here, printer=zebra).pdf
    elsewhere = _looked_at(day, label, here)
    assert (elsewhere.printer, elsewhere.takes_zpl) == ("Paper folder", False)
    assert elsewhere.pdf != at_station.pdf  # the bars of another density
    page = _looked_at(day, DocumentKind.COMMAND_SHEET, 1, printer=zebra)
    assert (page.takes_zpl, type(page.why_not)) == (False, NotALabel)


def test_what_no_printer_would_take_is_looked_at_all_the_same(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE printer SET is_active = false"))
    sheet = _looked_at(day, DocumentKind.COMMAND_SHEET, 1)
    assert sheet.pdf.startswith(b"%PDF")
    assert str(sheet.why_not) == (
        "The printer Paper folder is not in use any more. Choose another one."
    )
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM station_printer"))
    sheet = _looked_at(day, DocumentKind.COMMAND_SHEET, 1)
    assert (sheet.printer, type(sheet.why_not)) == ("", NoPrinter)
    with pytest.raises(NotFound):
        _looked_at(day, DocumentKind.MANIFEST, 999)


def test_a_printer_that_refuses_fails_the_job_with_a_sentence_and_it_can_be_tried_again(
    day: Day, tmp_path: Path
) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("UPDATE printer SET address = :gone"), {"gone": str(tmp_path / "gone")}
        )
    job = day.runner.do(
        request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01")
    ).job_id
    queue = PrintQueue(day.runner, folder=tmp_path)
    (failed,) = queue.run_once()
    assert not failed.is_printed
    state, result = day.ask("SELECT state, result FROM print_job")[0]
    assert state == "failed"
    assert result.startswith("The printer Paper folder (")
    assert "there is no such folder" in result
    assert queue.run_once() == ()
    (tmp_path / "gone").mkdir()
    day.runner.do(retry_print, job=job)
    (printed,) = queue.run_once()
    assert printed.is_printed
    with pytest.raises(NotFailed):
        day.runner.do(retry_print, job=job)
    with pytest.raises(NotQueued):
        day.runner.do(record_print, job=job, state=PrintJobState.PRINTED, result="again")


def test_a_role_without_a_printer_says_so(day: Day, tmp_path: Path) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM station_printer WHERE role = 'labels'"))
    day.runner.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"))
    (failed,) = PrintQueue(day.runner, folder=tmp_path).run_once()
    assert failed.result == (
        "There is no printer for labels at this station. "
        "Choose one at the Administration desk, or name a printer when asking for the paper."
    )


def test_a_station_prints_on_its_own_printer_and_leaves_other_stations_jobs(
    day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO printer (code, name, kind, address, language)
                    VALUES ('ZEBRA', 'Label printer', 'folder', 'labels', 'zpl');
                    INSERT INTO station_printer (station_id, role, printer_id)
                    SELECT s.id, 'labels', p.id FROM station s, printer p
                     WHERE p.code = 'ZEBRA'""")
        )
    bench = run_as("pack1", station="PACK-1")
    bench.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"), copies=2)
    (done,) = PrintQueue(bench, folder=tmp_path).run_once()
    assert [path.suffix for path in done.paths] == [".zpl", ".zpl"]
    assert "OWBA-01" in done.paths[0].read_text() or "A-01" in done.paths[0].read_text()


def test_two_queues_never_print_the_same_job(day: Day, tmp_path: Path) -> None:
    day.runner.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"))
    other = PrintQueue(day.runner, folder=tmp_path)
    meanwhile: list[object] = []

    def slow_printer(printer: PrinterTarget, document: Document, copies: int) -> Sent:
        meanwhile.append(other.run_once())
        return Sent(f"{copies} of {document.name} to {printer.name}")

    (done,) = PrintQueue(day.runner, folder=tmp_path, send_to=slow_printer).run_once()
    assert done.is_printed
    assert meanwhile == [()]
    assert list(tmp_path.rglob("*.pdf")) == []


def test_what_cannot_be_printed_is_refused_when_asked_for(day: Day, run_as: RunAs) -> None:
    with pytest.raises(NotFound):
        day.runner.do(request_print, document=DocumentKind.MANIFEST, subject=999)
    with pytest.raises(CopiesOutOfRange):
        day.runner.do(
            request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"), copies=0
        )
    with pytest.raises(NotPermitted):
        run_as("fritz").do(request_print, document=DocumentKind.INVOICE, subject=1)
