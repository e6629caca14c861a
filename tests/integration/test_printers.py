"""Printers made, changed and given to stations; their test pages; paper that goes elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.errors import NotFound, NotPermitted, SeveralProblems
from app.gateways.printers import PrinterKind, PrinterLanguage
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.picking import pick_order
from app.operations.print_queue import PrintQueue
from app.operations.printers import (
    AddressUnclear,
    PrinterAtWork,
    PrinterIsOff,
    PrintsLabelsOnly,
    RolesMissing,
    change_printer,
    create_printer,
    stop_using_printer,
    use_printer,
)
from app.operations.printing import (
    NotFailed,
    StaysAtItsPrinter,
    print_test_page,
    request_print,
    retry_print,
)
from app.rules.printing import DocumentKind, PrinterRole
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.terminal import answer, claim

LABELS, DOCUMENTS = (PrinterRole.LABELS,), (PrinterRole.DOCUMENTS,)


def zebra(run_as: RunAs, **more: Any) -> int:
    """A label printer, made by the administrator."""
    given: dict[str, Any] = {
        "kind": PrinterKind.SOCKET,
        "address": "10.0.0.9:9100",
        "language": PrinterLanguage.ZPL,
    }
    made = run_as("adam").do(
        create_printer, code="ZEBRA", name="Label printer", **{**given, **more}
    )
    return int(made.printer_id)


def uses(day: Day) -> list[tuple[Any, ...]]:
    """Which station prints what where."""
    return [
        tuple(row)
        for row in day.ask("""SELECT s.code, u.role, p.code FROM station_printer u
                                JOIN printer p ON p.id = u.printer_id
                                LEFT JOIN station s ON s.id = u.station_id
                               ORDER BY s.code NULLS FIRST, u.role""")
    ]


ALL_ON_FOLDER = [(None, role, "FOLDER") for role in ("documents", "labels", "picklists")]


def test_a_station_prints_its_labels_where_it_was_told_and_back_where_all_do(
    day: Day, run_as: RunAs
) -> None:
    adam, printer = run_as("adam"), zebra(run_as)
    station = day.id_of("station", "PACK-1")
    adam.do(use_printer, printer=printer, roles=LABELS, station=station)
    assert uses(day) == [*ALL_ON_FOLDER, ("PACK-1", "labels", "ZEBRA")]
    folder = day.id_of("printer", "FOLDER")
    adam.do(use_printer, printer=folder, roles=tuple(PrinterRole), station=station)
    assert uses(day)[3:] == [
        ("PACK-1", role, "FOLDER") for role in ("documents", "labels", "picklists")
    ]
    adam.do(stop_using_printer, printer=printer, roles=tuple(PrinterRole), station=station)
    assert len(uses(day)) == 6
    adam.do(stop_using_printer, printer=folder, roles=tuple(PrinterRole), station=station)
    assert uses(day) == ALL_ON_FOLDER


def test_the_printer_of_all_stations_is_replaced(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    made = adam.do(
        create_printer, code="OFFICE", name="Office", kind=PrinterKind.SYSTEM, address="office"
    )
    adam.do(use_printer, printer=made.printer_id, roles=DOCUMENTS)
    assert uses(day) == [
        (None, "documents", "OFFICE"),
        (None, "labels", "FOLDER"),
        (None, "picklists", "FOLDER"),
    ]


def test_what_cannot_be_a_printer_is_told_all_at_once(day: Day, run_as: RunAs) -> None:
    adam = run_as("adam")
    for address in (":9100", "host:port", "10.0.0.9:70000", "a b"):
        with pytest.raises(AddressUnclear) as unclear:
            adam.do(create_printer, code="Z", name="Z", kind=PrinterKind.SOCKET, address=address)
        assert str(unclear.value) == (
            f"The printer Z cannot be at {address}: its address should be a name or number and "
            "a port, like 10.0.0.7:9100."
        )
    with pytest.raises(SeveralProblems) as refused:
        adam.do(create_printer, code="FOLDER", name="", kind=PrinterKind.FOLDER, address="")
    assert [each.name for each in refused.value.problems] == [
        "TextMissing",
        "TextMissing",
        "NumberTaken",
    ]
    with pytest.raises(NotFound):
        adam.do(use_printer, printer=99, roles=LABELS)
    with pytest.raises(SeveralProblems) as refused:
        adam.do(use_printer, printer=1, roles=(), station=99)
    assert [each.name for each in refused.value.problems] == ["RolesMissing", "NotFound"]
    assert RolesMissing(printer="X").message().startswith("Choose what X is to print")
    assert day.ask("SELECT code FROM printer") == [("FOLDER",)]
    assert uses(day) == ALL_ON_FOLDER


def test_a_label_printer_gets_no_pages(day: Day, run_as: RunAs) -> None:
    adam, printer = run_as("adam"), zebra(run_as)
    with pytest.raises(PrintsLabelsOnly) as refused:
        adam.do(use_printer, printer=printer, roles=(*LABELS, *DOCUMENTS))
    assert str(refused.value) == (
        "The printer ZEBRA prints labels only (ZPL), not documents. "
        "Choose a printer for pages, or say that this one understands PDF."
    )
    folder = day.id_of("printer", "FOLDER")
    with pytest.raises(PrintsLabelsOnly, match="not documents, picklists"):
        adam.do(change_printer, printer=folder, language=PrinterLanguage.ZPL)
    adam.do(change_printer, printer=printer, language=PrinterLanguage.PDF, dots_per_mm=12)
    adam.do(use_printer, printer=printer, roles=DOCUMENTS)
    assert day.ask("SELECT language, dots_per_mm FROM printer WHERE code = 'ZEBRA'") == [
        ("pdf", 12)
    ]


def test_a_printer_moves_and_is_put_out_of_use_when_nobody_prints_on_it(
    day: Day, run_as: RunAs
) -> None:
    adam, printer = run_as("adam"), zebra(run_as)
    station = day.id_of("station", "PACK-1")
    adam.do(use_printer, printer=printer, roles=LABELS, station=station)
    with pytest.raises(PrinterAtWork) as refused:
        adam.do(change_printer, printer=printer, is_active=False)
    assert str(refused.value) == (
        "The printer ZEBRA still prints labels (PACK-1). Let another printer do that first, "
        "then switch this one off."
    )
    with pytest.raises(AddressUnclear):
        adam.do(change_printer, printer=printer, address="nowhere:")
    adam.do(stop_using_printer, printer=printer, roles=LABELS, station=station)
    adam.do(
        change_printer,
        printer=printer,
        name="Old label printer",
        kind=PrinterKind.FOLDER,
        address="labels",
        is_active=False,
    )
    assert day.ask("SELECT name, kind, address, is_active FROM printer WHERE code = 'ZEBRA'") == [
        ("Old label printer", "folder", "labels", False)
    ]
    with pytest.raises(PrinterIsOff):
        adam.do(use_printer, printer=printer, roles=LABELS)
    with pytest.raises(NotFound):
        adam.do(change_printer, printer=99, name="x")


def test_only_the_administrator_keeps_printers(day: Day, run_as: RunAs) -> None:
    zebra(run_as)
    for login in ("maria", "anna", "fritz"):
        clerk = run_as(login)
        with pytest.raises(NotPermitted):
            clerk.do(create_printer, code="Z", name="Z", kind=PrinterKind.FOLDER, address="x")
        with pytest.raises(NotPermitted):
            clerk.do(change_printer, printer=1, address="elsewhere")
        with pytest.raises(NotPermitted):
            clerk.do(use_printer, printer=1, roles=LABELS)
        with pytest.raises(NotPermitted):
            clerk.do(stop_using_printer, printer=1, roles=LABELS)


@pytest.mark.parametrize("login", ["maria", "anna", "fritz", "karl"])
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO printer (code, name, kind, address) VALUES ('X', 'X', 'folder', '/')",
        "UPDATE printer SET address = '/'",
        "UPDATE printer SET is_active = false",
        "INSERT INTO station_printer (station_id, role, printer_id) VALUES (1, 'labels', 1)",
        "DELETE FROM station_printer",
    ],
)
def test_no_clerk_changes_printers_at_a_terminal(
    day: Day, engine_as: EngineAs, login: str, sql: str
) -> None:
    with engine_as(login).connect() as terminal:
        claim(terminal)
        with pytest.raises(DBAPIError) as refused:
            terminal.exec_driver_sql(sql)
    assert getattr(refused.value.orig, "sqlstate", "") == "42501"


def test_the_administrator_at_a_terminal_keeps_a_printers_code_and_a_density_there_is(
    day: Day, engine_as: EngineAs
) -> None:
    with engine_as("adam").connect() as terminal:
        for sql, state in (
            ("UPDATE printer SET code = 'OTHER'", "42501"),
            ("UPDATE printer SET dots_per_mm = 7", "23514"),
            ("DELETE FROM printer", "42501"),
        ):
            with terminal.begin() as transaction:
                claim(terminal)
                with pytest.raises(DBAPIError) as refused:
                    terminal.exec_driver_sql(sql)
                assert getattr(refused.value.orig, "sqlstate", "") == state, sql
                transaction.rollback()
        with terminal.begin():
            claim(terminal)
            terminal.exec_driver_sql("UPDATE printer SET dots_per_mm = 12")
            answer(terminal)


# ---------------------------------------------------------------- test pages and failed jobs


def test_the_administrators_window_prints_a_test_page_and_leaves_the_rest_to_others(
    day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    day.runner.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"))
    adam = run_as("adam")
    printer = zebra(run_as, kind=PrinterKind.FOLDER, address="labels", dots_per_mm=12)
    for each in (printer, day.id_of("printer", "FOLDER")):
        adam.do(print_test_page, printer=each)
    label, page = PrintQueue(adam, folder=tmp_path).run_once()
    assert label.is_printed
    assert page.is_printed
    zpl = label.paths[0].read_text(encoding="utf-8")
    assert "^PW1200" in zpl
    assert "TEST-0123456789" in zpl
    assert page.paths[0].read_bytes().startswith(b"%PDF")
    assert day.ask("SELECT document, state FROM print_job ORDER BY id") == [
        ("bin_label", "queued"),
        ("test_page", "printed"),
        ("test_page", "printed"),
    ]
    (left,) = PrintQueue(run_as("fritz"), folder=tmp_path).run_once()
    assert left.document is DocumentKind.BIN_LABEL


def test_a_window_of_the_floor_leaves_invoices_to_who_may_read_them(
    day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    invoice = run_as("karl").do(invoice_order, order=order).invoice_id
    run_as("karl").do(post_invoice, invoice=invoice)
    printed = PrintQueue(run_as("fritz"), folder=tmp_path).run_once()
    assert DocumentKind.INVOICE not in {each.document for each in printed}
    run_as("adam").do(change_printer, printer=1, address=str(tmp_path / "gone"))
    (left,) = PrintQueue(run_as("karl"), folder=tmp_path).run_once()
    assert (left.document, left.is_printed) == (DocumentKind.INVOICE, False)
    for login in ("adam", "fritz", "stefan"):
        with pytest.raises(NotPermitted, match="print invoices"):
            run_as(login).do(retry_print, job=left.job_id)
    run_as("karl").do(retry_print, job=left.job_id)
    with pytest.raises(NotFound):
        run_as("karl").do(retry_print, job=999)


def test_a_failed_paper_is_printed_on_another_printer(
    day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    gone = zebra(run_as, kind=PrinterKind.FOLDER, address=str(tmp_path / "gone"))
    asked = {"document": DocumentKind.BIN_LABEL, "subject": day.place("A-01")}
    fritz = run_as("fritz")
    job = fritz.do(request_print, **asked, printer=gone).job_id
    queue = PrintQueue(fritz, folder=tmp_path)
    (failed,) = queue.run_once()
    assert not failed.is_printed
    with pytest.raises(NotFound):
        fritz.do(retry_print, job=job, printer=99)
    fritz.do(retry_print, job=job, printer=day.id_of("printer", "FOLDER"))
    (printed,) = queue.run_once()
    assert printed.is_printed
    assert printed.result.startswith("Paper folder: ")
    with pytest.raises(NotFailed):
        fritz.do(retry_print, job=job, printer=gone)


def test_a_test_page_is_tried_again_where_it_belongs(
    day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    adam = run_as("adam")
    gone = zebra(run_as, kind=PrinterKind.FOLDER, address=str(tmp_path / "gone"))
    job = adam.do(print_test_page, printer=gone).job_id
    queue = PrintQueue(adam, folder=tmp_path)
    queue.run_once()
    with pytest.raises(StaysAtItsPrinter):
        adam.do(retry_print, job=job, printer=day.id_of("printer", "FOLDER"))
    (tmp_path / "gone").mkdir()
    adam.do(retry_print, job=job)
    (printed,) = queue.run_once()
    assert printed.is_printed
    with pytest.raises(NotFound):
        adam.do(print_test_page, printer=99)
