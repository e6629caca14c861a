"""Importing: one parser previews and imports, all rows or none, each reject with its reason."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Connection, event

from app.cli import run
from app.core.errors import BusinessError, NotPermitted
from app.database.engine import reading
from app.operations.importing import (
    DryRun,
    Imported,
    ImportRefused,
    history,
    import_files,
    preview,
    read_files,
)
from app.operations.importing.files import RejectsNotWritten, lines_rejects
from app.operations.importing.registry import KINDS
from app.operations.orders import change_line, reprice_order
from app.queries.doctor import doctor
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices

D = Decimal

Rows = Sequence[Sequence[object]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Rows], Path]:
    """A CSV file of these rows."""

    def written(name: str, rows: Rows) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return written


def bring_in(day: Day, kind: str, path: Path, **options: Any) -> Imported:
    """Import a file as Maria."""
    reading_options = {name: options.pop(name) for name in ("lines", "mapping") if name in options}
    return import_files(day.runner, read_files(kind, path, **reading_options), **options)


def refused(day: Day, kind: str, path: Path, **options: Any) -> Imported:
    """The report of an import that is refused, with nothing written."""
    before = day.one("SELECT count(*) FROM item"), day.one("SELECT count(*) FROM command")
    with pytest.raises(ImportRefused) as told:
        bring_in(day, kind, path, **options)
    assert (day.one("SELECT count(*) FROM item"), day.one("SELECT count(*) FROM command")) == before
    return told.value.report


# ---------------------------------------------------------------- good files


def test_items_come_in_with_everything_the_file_says(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    path = write(
        "items.csv",
        [
            ["Number", "Name", "Group", "List price", "Cost", "GTIN", "Pack unit", "Pack factor"],
            ["X-1", "Größe «M»", "DECK", "12.50", "7", "9520001000034", "case", "12"],
            ["X-2", 'O\'Brien "special"', "DECK", "", "", "", "", ""],
        ],
    )
    report = bring_in(day, "items", path, create_missing=True)
    assert (report.imported, report.rejects, report.unknown_columns) == (2, (), ())
    assert day.ask(
        """SELECT i.number, i.name, g.code, i.list_price, c.cost FROM item i
             JOIN item_group g ON g.id = i.group_id LEFT JOIN item_cost c ON c.item_id = i.id
            WHERE i.number LIKE 'X-%' ORDER BY 1"""
    ) == [
        ("X-1", "Größe «M»", "DECK", D("12.5"), D(7)),
        ("X-2", 'O\'Brien "special"', "DECK", None, None),
    ]
    assert day.ask(
        """SELECT u.name, u.factor, u.gtin FROM item_unit u JOIN item i ON i.id = u.item_id
            WHERE i.number = 'X-1' ORDER BY 1"""
    ) == [("case", 12, None), ("pc", 1, "09520001000034")]
    log = day.ask("SELECT verb, arguments FROM command")[0]
    assert (log.verb, log.arguments["file"]) == ("import_rows", "items.csv")
    assert "table" not in log.arguments


def test_semicolons_a_byte_order_mark_gzip_and_excel_are_read_alike(
    day: Day, tmp_path: Path
) -> None:
    rows = [["number", "name", "weight_kg", "is_discontinued"], ["A", "Ä", "0.1", "yes"]]
    text = "\n".join(";".join(row) for row in rows)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8-sig")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    book = Workbook()
    book.active.append(rows[0])
    book.active.append(["A", "Ä", 0.1, True])
    book.save(tmp_path / "a.xlsx")
    read = [
        preview(read_files("items", tmp_path / name))[0] for name in ("a.csv", "a.csv.gz", "a.xlsx")
    ]
    assert read[0] == read[1] == read[2]
    assert read[0].rows[0].values["weight_kg"] == D("0.1")
    assert read[0].rows[0].values["is_discontinued"] is True
    bring_in(day, "items", tmp_path / "a.xlsx")
    assert day.one("SELECT weight_kg FROM item WHERE number = 'A'") == D("0.1")


def test_a_country_by_name_becomes_its_code_and_no_currency_is_the_companys(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    path = write(
        "customers.csv",
        [
            ["number", "name", "city", "country", "fax"],
            ["N-1", "Müller", "Köln", "Germany", "1"],
            ["N-2", "Smith", "York", "uk", "2"],
        ],
    )
    report = bring_in(day, "customers", path)
    assert report.unknown_columns == ("fax",)
    assert day.ask(
        """SELECT c.number, c.currency, a.city, a.country FROM customer c
             JOIN address a ON a.customer_id = c.id WHERE c.number LIKE 'N-%' ORDER BY 1"""
    ) == [("N-1", "USD", "Köln", "DE"), ("N-2", "USD", "York", "GB")]


def test_stock_lies_in_bins_that_are_made_on_request_only(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    rows = [
        ["item", "quantity", "location", "warehouse", "lot", "expires_on"],
        ["PUMP", "5", "B-07", "WEST", "", ""],
        ["FLARE", "3", "A-01", "", "L1", "2099-01-31"],
        ["ROPE", "0", "A-02", "", "", ""],
    ]
    path = write("stock.csv", rows)
    report = refused(day, "stock", path)
    assert [(each.row, each.column) for each in report.rejects] == [(2, "location")]
    bring_in(day, "stock", path, create_missing=True)
    assert day.on_hand("PUMP", "B-07") == 5
    assert day.on_hand("FLARE", "A-01") == 3
    assert day.ask(
        """SELECT w.code, p.is_pickable FROM location p JOIN warehouse w ON w.id = p.warehouse_id
            WHERE p.code = 'B-07'"""
    ) == [("WEST", True)]
    assert day.ask("SELECT DISTINCT reason FROM stock_move") == [("opening",)]
    with reading(day.owner) as session:
        assert doctor(session) == ()


def test_a_serial_lies_in_one_bin_of_a_file(day: Day, write: Callable[[str, Rows], Path]) -> None:
    rows = [
        ["item", "quantity", "location", "lot"],
        ["RADIO", "1", "A-01", "SN-1"],
        ["RADIO", "1", "A-02", "SN-1"],
        ["RADIO", "2", "A-02", "SN-2"],
        ["RADIO", "1", "A-02", "SN-3"],
    ]
    report = refused(day, "stock", write("stock.csv", rows))
    assert [(each.row, each.column) for each in report.rejects] == [(3, "lot"), (4, "lot")]


# ---------------------------------------------------------------- dry runs, rejects, parts


def test_a_dry_run_tells_and_changes_nothing(day: Day, write: Callable[[str, Rows], Path]) -> None:
    path = write("items.csv", [["number", "name", "group"], ["X-1", "One", "NEW"]])
    with pytest.raises(DryRun) as told:
        bring_in(day, "items", path, create_missing=True, dry_run=True)
    assert told.value.report.imported == 1
    assert day.one("SELECT count(*) FROM item WHERE number = 'X-1'") == 0
    assert day.one("SELECT count(*) FROM item_group") == 0
    assert day.one("SELECT count(*) FROM command") == 0


BAD_ITEMS: Rows = [
    ["number", "name", "list_price", "gtin", "tracking"],
    ["X-1", "Good", "1", "", ""],
    ["X-2", "", "1", "", ""],
    ["X-3", "Price", "1,000.00", "9520001000030", ""],
    ["X-4", "Word", "2", "", "barcode"],
    ["PUMP", "There", "2", "", ""],
    ["X-1", "Twice", "2", "", ""],
]


def test_every_reject_says_row_column_value_and_why(
    day: Day, write: Callable[[str, Rows], Path], tmp_path: Path
) -> None:
    report = refused(day, "items", write("bad.csv", BAD_ITEMS), rejects=tmp_path / "rejects.csv")
    assert [(each.row, each.column, each.value) for each in report.rejects] == [
        (3, "name", ""),
        (4, "list_price", "1,000.00"),
        (5, "tracking", "barcode"),
        (6, "number", "PUMP"),
        (7, "number", "X-1"),
    ]
    assert report.rejects[1].reason == (
        "1,000.00 is not a number. Write digits with a decimal point and without separators "
        "of thousands, such as 1234.50."
    )
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["rejected_row"] for row in written] == ["3", "4", "5", "6", "7"]
    assert written[1]["list_price"] == written[1]["rejected_value"] == "1,000.00"
    assert written[1]["reason"] == report.rejects[1].reason


def test_in_part_the_good_rows_go_in_and_the_mended_rejects_follow(
    day: Day, write: Callable[[str, Rows], Path], tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    report = bring_in(day, "items", write("bad.csv", BAD_ITEMS), partly=True, rejects=rejects)
    assert (report.imported, len(report.rejects)) == (1, 5)
    text = rejects.read_text(encoding="utf-8")
    for wrong, right in (
        ('"1,000.00",9520001000030', "1000.00,9520001000034"),
        (",X-2,,", ",X-2,Named,"),
        (",barcode", ",lot"),
        (",PUMP,", ",X-5,"),
        (",X-1,Twice", ",X-6,Twice"),
    ):
        assert wrong in text
        text = text.replace(wrong, right) if wrong != ",barcode" else _mended_tracking(text)
    rejects.write_text(text, encoding="utf-8")
    again = bring_in(day, "items", rejects)
    assert (again.imported, again.unknown_columns) == (5, ())
    assert day.ask("SELECT number FROM item WHERE number LIKE 'X-%' ORDER BY 1") == [
        (f"X-{index}",) for index in range(1, 7)
    ]


def test_rejects_run_in_no_spreadsheet_and_come_back_as_they_were(
    day: Day, write: Callable[[str, Rows], Path], tmp_path: Path
) -> None:
    rows = [
        ["number", "name", "list_price"],
        ["+A-1", "@home", "x"],
        ["=1+1", "-", "-1"],
        ["B-1", "=cmd|' /C calc'!A0", "2"],
    ]
    rejects = tmp_path / "rejects.csv"
    report = bring_in(day, "items", write("bad.csv", rows), partly=True, rejects=rejects)
    assert report.imported == 0
    with rejects.open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file))
    assert not [
        cell for row in written for cell in row if cell[:1] in ("=", "+", "-", "@") and cell != "-1"
    ]
    assert [row[4:] for row in written[1:]] == [
        ["'+A-1", "'@home", "x"],
        ["'=1+1", "'-", "-1"],
        ["B-1", "'=cmd|' /C calc'!A0", "2"],
    ]
    # With its apostrophe a cell is a text, as in a spreadsheet; what else was wrong still is.
    again = refused(day, "items", rejects)
    assert {(each.row, each.column, each.value) for each in again.rejects} == {
        (2, "list_price", "x"),
        (3, "list_price", "-1"),
    }
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",x\n", ",3\n"), "utf-8")
    assert bring_in(day, "items", rejects, partly=True).imported == 2
    assert day.ask("SELECT number, name FROM item WHERE name ~ '^[@=]' ORDER BY 1") == [
        ("+A-1", "@home"),
        ("B-1", "=cmd|' /C calc'!A0"),
    ]


def test_where_no_rejects_can_be_written_nothing_is_imported(
    day: Day, write: Callable[[str, Rows], Path], tmp_path: Path
) -> None:
    path = write("bad.csv", BAD_ITEMS)
    before = path.read_bytes()
    for rejects, why in (
        (tmp_path / "nowhere" / "r.csv", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (path, "it is the file to be imported"),
    ):
        with pytest.raises(RejectsNotWritten) as told:
            bring_in(day, "items", path, partly=True, rejects=rejects)
        assert told.value.data == {"file": str(rejects), "reason": why}
    assert day.ask("SELECT number FROM item WHERE number LIKE 'X-%'") == []
    assert path.read_bytes() == before
    new = tmp_path / "none.csv"
    good = write("good.csv", [["number", "name"], ["G-1", "Good"]])
    bring_in(day, "items", good, rejects=new)
    assert not new.exists()


def _mended_tracking(text: str) -> str:
    """The last cell of the row, not the value told in front of it."""
    return "\n".join(
        line.removesuffix(",barcode") + ",lot" if line.endswith(",barcode") else line
        for line in text.replace("\r\n", "\n").splitlines()
    )


def test_a_row_said_twice_word_for_word_is_read_once(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    path = write("c.csv", [["number", "name"], ["N-1", "One"], ["N-1", "One"]])
    report = bring_in(day, "customers", path)
    assert report.imported == 1
    assert [each.row for each in report.warnings] == [3]


# ---------------------------------------------------------------- orders

ORDERS: Rows = [
    ["number", "customer", "order_date", "shipped_date", "freight", "ship_to_city"],
    ["O-1", "C-1", "2020-03-01", "2020-03-05", "9.5", "Salem"],
    ["O-2", "C-2", "2020-03-02", "", "4", ""],
]
LINES: Rows = [
    ["order", "line_no", "item", "quantity", "unit", "unit_price", "discount"],
    ["O-1", "1", "PUMP", "2", "case", "30", "0.15"],
    ["O-1", "1", "ROPE", "1.25", "", "2.99", ""],
    ["O-2", "1", "PUMP", "3", "", "35.5", "0.1"],
]


def test_shipped_orders_are_history_and_open_ones_are_confirmed(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    report = bring_in(day, "orders", write("o.csv", ORDERS), lines=write("l.csv", LINES))
    assert report.imported == 2
    assert [each.reason for each in report.warnings] == [
        "Order O-1 has line 1 twice; this one became line 2."
    ]
    assert day.ask(
        """SELECT number, state, goods_amount, charges_amount, ship_to ->> 'city'
             FROM sales_order ORDER BY 1"""
    ) == [
        ("O-1", "closed", D("309.74"), D("9.5"), "Salem"),
        ("O-2", "confirmed", D("95.85"), D("4"), "Salem"),
    ]
    assert day.ask(
        """SELECT l.line_no, l.ordered, l.unit, l.unit_quantity, l.packed, l.invoiced, l.unit_price,
                  l.price_source, l.list_price
             FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
            WHERE o.number = 'O-1' ORDER BY 1"""
    ) == [
        (1, 12, "case", 2, 12, 12, D(30), "manual", D("39.9")),
        (2, D("1.25"), "m", D("1.25"), D("1.25"), D("1.25"), D("2.99"), "manual", D("2.1")),
    ]
    parts = """SELECT p.kind, p.percent, p.effect FROM line_price_part p
                 JOIN sales_order_line l ON l.id = p.line_id
                 JOIN sales_order o ON o.id = l.order_id
                WHERE o.number = :number AND l.line_no = 1 AND p.kind = 'percent_off'"""
    assert day.ask(parts, number="O-1") == [("percent_off", 15, D("-4.5"))]
    assert day.ask(parts, number="O-2") == [("percent_off", 10, D("-3.55"))]
    assert day.ask("SELECT kind, state, number, invoice_date::text FROM invoice") == [
        ("opening", "posted", None, "2020-03-05")
    ]
    assert day.ask("SELECT shipped_on::text, packed_at::date::text FROM shipment") == [
        ("2020-03-05", "2020-03-05")
    ]
    with reading(day.owner) as session:
        assert doctor(session) == ()


@pytest.mark.parametrize("is_known_empty", [False, True])
def test_history_is_brought_in_batch_by_batch_without_reading_the_earlier_ones(
    day: Day,
    write: Callable[[str, Rows], Path],
    monkeypatch: pytest.MonkeyPatch,
    is_known_empty: bool,
) -> None:
    """Counted by PostgreSQL: how many rows each table was read through for one batch.

    The planner may know that a table was empty, or know nothing of it.
    """
    count, batch = 1_000, 125
    orders = [[f"H-{n}", "C-1", "2020-03-01", "2020-03-05", "", ""] for n in range(count)]
    lines = [[f"H-{n}", "1", "PUMP", "1", "", "30", ""] for n in range(count)]
    monkeypatch.setattr(history, "BATCH", batch)
    if is_known_empty:
        with day.owner.execution_options(isolation_level="AUTOCOMMIT").connect() as owner:
            owner.exec_driver_sql("VACUUM ANALYZE")
    read: list[dict[str, int]] = []

    def count_them(connection: Connection, _cursor: Any, statement: str, *_others: object) -> None:
        if statement == "DISCARD PLANS":
            cursor = connection.connection.cursor()
            cursor.execute("SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables")
            read.append(dict(cursor.fetchall()))

    event.listen(day.runner.engine, "before_cursor_execute", count_them)
    try:
        report = bring_in(
            day,
            "orders",
            write("o.csv", [ORDERS[0], *orders]),
            lines=write("l.csv", [LINES[0], *lines]),
        )
    finally:
        event.remove(day.runner.engine, "before_cursor_execute", count_them)
    assert report.imported == count
    in_last = {name: read[-1][name] - read[-2][name] for name in read[-1]}
    # Some times through the whole table is what sets are for; once for every order is not.
    tables = ("sales_order", "sales_order_line", "shipment", "stock_move", "invoice")
    assert {name: in_last[name] for name in tables if in_last[name] > 12 * count} == {}


def test_what_is_wrong_with_orders_is_said_where_it_stands(
    day: Day, write: Callable[[str, Rows], Path], tmp_path: Path
) -> None:
    orders = [
        *ORDERS,
        ["O-3", "NOBODY", "2020-03-02", "", "", ""],
        ["O-4", "C-1", "2020-03-02", "2020-03-01", "", ""],
        ["O-5", "C-1", "2020-03-02", "", "", ""],
        ["O-6", "C-1", "2020-03-02", "2020-03-03", "", ""],
        ["O-7", "C-1", "2020-03-02", "", "", ""],
    ]
    lines = [
        *LINES,
        ["O-3", "1", "PUMP", "1", "", "1", ""],
        ["O-4", "1", "PUMP", "1", "", "1", ""],
        ["O-6", "1", "PUMP", "1", "", "", ""],
        ["O-7", "1", "PUMP", "0.5", "", "1", ""],
        ["O-7", "2", "NOTHING", "1", "", "1", ""],
        ["O-7", "3", "PUMP", "1", "", "1", ""],
        ["O-99", "1", "PUMP", "1", "", "1", ""],
    ]
    rejects = tmp_path / "rejects.csv"
    options = {"lines": write("l.csv", lines), "rejects": rejects}
    report = refused(day, "orders", write("o.csv", orders), **options)
    assert {(each.is_of_lines, each.row, each.column) for each in report.rejects} == {
        (False, 4, "customer"),
        (False, 5, "shipped_date"),
        (False, 6, "number"),
        (True, 7, "unit_price"),
        (False, 7, "number"),
        (True, 8, "quantity"),
        (True, 9, "item"),
        (False, 8, "number"),
        (True, 11, "order"),
    }
    done = bring_in(day, "orders", write("o.csv", orders), partly=True, **options)
    assert done.imported == 2
    assert day.ask("SELECT number FROM sales_order ORDER BY 1") == [("O-1",), ("O-2",)]
    with lines_rejects(rejects).open(encoding="utf-8", newline="") as file:
        left = list(csv.DictReader(file))
    # The good line of a bad order stays out with it, and comes along in the file.
    assert [(row["order"], row["line_no"], bool(row["reason"])) for row in left] == [
        ("O-3", "1", False),
        ("O-4", "1", False),
        ("O-6", "1", True),
        ("O-7", "1", True),
        ("O-7", "2", True),
        ("O-7", "3", False),
        ("O-99", "1", True),
    ]


def test_orders_need_their_lines_and_items_have_none(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    orders = write("o.csv", ORDERS)
    with pytest.raises(BusinessError) as missing:
        bring_in(day, "orders", orders)
    assert missing.value.name == "LinesNeeded"
    items = write("i.csv", [["number", "name"], ["X", "X"]])
    with pytest.raises(BusinessError) as superfluous:
        bring_in(day, "items", items, lines=orders)
    assert superfluous.value.name == "LinesNotNeeded"


def test_only_who_keeps_the_records_imports_them(
    run_as: RunAs, write: Callable[[str, Rows], Path]
) -> None:
    path = write("i.csv", [["number", "name", "cost"], ["X", "X", "1"]])
    for login in ("anna", "stefan"):  # Stefan keeps items, but does not see what they cost.
        with pytest.raises(NotPermitted):
            import_files(run_as(login), read_files("items", path))
    assert import_files(run_as("maria"), read_files("items", path)).imported == 1
    shipped = read_files("orders", write("o.csv", ORDERS), lines=write("l.csv", LINES))
    with pytest.raises(NotPermitted):
        import_files(run_as("anna"), shipped)


# ---------------------------------------------------------------- bad files

HEADER = "number,name,list_price\n"
BAD_FILES: dict[str, tuple[bytes, str]] = {
    "latin.csv": ((HEADER + "X,Größe,1\n").encode("latin-1"), "WrongEncoding"),
    "utf16.csv": ((HEADER + "X,Y,1\n").encode("utf-16"), "WrongEncoding"),
    "cut.csv.gz": (gzip.compress(HEADER.encode() * 1000)[:-20], "FileDamaged"),
    "not.csv.gz": (b"number,name\nX,Y\n", "FileDamaged"),
    "not.xlsx": (b"number,name\nX,Y\n", "FileDamaged"),
    "old.xls": (b"\xd0\xcf\x11\xe0", "NotATable"),
    "empty.csv": (b"", "FileEmpty"),
    "blank.csv": (b"\n\n , \n", "FileEmpty"),
    "no-name.csv": (b"number,list_price\nX,1\n", "ColumnMissing"),
    "twice.csv": (b"number,name,Name\nX,Y,Z\n", "ColumnTwice"),
    "quotes.csv": (b'number,name\nX,"Y"Z\n', "CellsUnclear"),
    "ten-megabytes.csv": ((HEADER + "X," + "y" * 10_000_000 + ",1\n").encode(), "CellsUnclear"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(
    day: Day, tmp_path: Path, name: str
) -> None:
    content, refusal = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    before = day.one("SELECT count(*) FROM item")
    with pytest.raises(BusinessError) as told:
        bring_in(day, "items", tmp_path / name)
    assert told.value.name == refusal
    assert len(told.value.message()) < 400
    assert day.one("SELECT count(*) FROM item") == before


def test_a_header_alone_is_no_row_and_a_missing_file_a_sentence(
    day: Day, write: Callable[[str, Rows], Path], tmp_path: Path
) -> None:
    assert bring_in(day, "items", write("h.csv", [["number", "name"]])).imported == 0
    with pytest.raises(BusinessError) as told:
        bring_in(day, "items", tmp_path / "nowhere.csv")
    assert told.value.name == "FileNotThere"
    with pytest.raises(BusinessError) as told:
        bring_in(day, "items", tmp_path)
    assert told.value.name == "FileNotThere"


BAD_CELLS: dict[str, tuple[str, str, str]] = {
    "formula": ("name", '=HYPERLINK("x")', "This is a formula"),
    "NUL": ("name", "a\0b", "U+0000"),
    "escape": ("name", "a\x1b[31mb", "U+001B"),
    "long": ("name", "x" * 300, "at most 200"),
    "very long": ("description", "x" * 100_000, "at most 10000"),
    "negative": ("list_price", "-1", "from 0"),
    "not a number": ("list_price", "NaN", "not a number"),
    "infinite": ("list_price", "Infinity", "not a number"),
    "exponent": ("list_price", "1e9", "not a number"),
    "huge": ("list_price", "1" * 29, "from 0"),
    "fine": ("list_price", "0.1234567", "more than 6 decimals"),
    "arabic digits": ("list_price", "١٢", "not a number"),
    "half a count": ("quantity_decimals", "1.5", "not a whole number"),
    "five decimals": ("quantity_decimals", "5", "from 0 to 4"),
    "maybe": ("is_discontinued", "maybe", "neither yes nor no"),
    "letters for a GTIN": ("gtin", "ABC", "digits 0 to 9"),
}


@pytest.mark.parametrize("what", BAD_CELLS)
def test_a_cell_that_cannot_be_meant_rejects_its_row(
    day: Day, write: Callable[[str, Rows], Path], what: str
) -> None:
    column, cell, words = BAD_CELLS[what]
    row = {"number": "X", "name": "X", column: cell}
    (reject,) = refused(day, "items", write("i.csv", [list(row), list(row.values())])).rejects
    assert (reject.row, reject.column) == (2, column)
    assert words in reject.reason
    assert len(reject.value) <= 200


@pytest.mark.parametrize(
    ("day_written", "words"),
    [
        ("0000-01-01", "not a day"),
        ("9999-12-31", "from 1900-01-01 to 2199-12-31"),
        ("1899-12-31", "from 1900-01-01"),
        ("2026-02-30", "not a day"),
        ("31.12.2026", "not a day"),
    ],
)
def test_a_day_is_written_year_first_and_in_a_year_one_can_mean(
    day: Day, write: Callable[[str, Rows], Path], day_written: str, words: str
) -> None:
    orders = [["number", "customer", "order_date"], ["O", "C-1", day_written]]
    path, lines = write("o.csv", orders), write("l.csv", [["order", "item", "quantity"]])
    with pytest.raises(ImportRefused) as told:
        bring_in(day, "orders", path, lines=lines)
    assert words in told.value.report.rejects[0].reason


def test_formulas_of_a_workbook_are_rejected(day: Day, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["number", "name", "list_price"])
    book.active.append(["X", "Sum", "=1+1"])
    book.save(tmp_path / "f.xlsx")
    (reject,) = refused(day, "items", tmp_path / "f.xlsx").rejects
    assert (reject.row, reject.column, reject.value) == (2, "list_price", "=1+1")


def test_a_row_longer_than_the_header_is_rejected_and_a_shorter_one_filled_up(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    rows = [["number", "name", "list_price"], ["X", "X", "1", "what?"], ["Y", "Y"]]
    report = bring_in(day, "items", write("i.csv", rows), partly=True)
    assert [each.row for each in report.rejects] == [2]
    assert day.ask("SELECT list_price FROM item WHERE number = 'Y'") == [(None,)]


# ---------------------------------------------------------------- the command line


def test_the_columns_of_every_kind_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in KINDS:
        assert run(["import", kind, "--columns"]) == 0
    told = capsys.readouterr().out
    assert "  number                 text          required  the item's number" in told
    assert "orders of --lines" in told


def test_the_command_line_imports_and_says_what_it_did(
    day: Day,
    write: Callable[[str, Rows], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(
        "app.cli.importing.open_engine", lambda _options: nullcontext(day.runner.engine)
    )
    good = write("g.csv", [["item_no", "name", "colour"], ["X-1", "One", "red"]])
    mapping = tmp_path / "mine.toml"
    mapping.write_text('[items]\nnumber = "item_no"\n', encoding="utf-8")
    asked = ["import", "items", str(good), "--map", str(mapping)]
    assert run([*asked, "--dry-run"]) == 0
    assert "1 rows of items could be imported. This was a dry run." in capsys.readouterr().out
    assert run([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "kind": "items",
        "imported": 1,
        "rejects": [],
        "warnings": [],
        "unknown_columns": {"file": ["colour"]},
    }
    rejects = tmp_path / "rejects.csv"
    assert run([*asked, "--rejects", str(rejects)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "1 of 1 rows of items cannot be imported, so none was."
    assert told[1] == "Columns of the file that were not read: colour."
    assert told[2].startswith("Rejected row 2, number 'X-1': There is item X-1 already.")
    assert rejects.exists()


def test_what_is_not_there_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], write: Callable[[str, Rows], Path]
) -> None:
    path = write("i.csv", [["number", "name"], ["X", "X"]])
    for asked, error in (
        (["import", "wishes", str(path)], "UnknownImport"),
        (["import", "items", str(path), "--map", "nothing"], "UnknownMapping"),
    ):
        assert run(asked) == 1
        assert json.loads(capsys.readouterr().out)["error"] == error
    with pytest.raises(SystemExit) as left:
        run(["import", "items"])
    assert left.value.code == 2
    assert "name the file to import" in capsys.readouterr().err


def test_open_orders_keep_exactly_the_prices_they_came_with_until_they_are_re_priced(
    day: Day, write: Callable[[str, Rows], Path]
) -> None:
    prices = Prices(day)
    prices.agree("percent", 10, level="order", from_amount=100, name="Big orders")
    prices.agree("price", 200, customer="C-1", item="PUMP", unit="case", name="By the case")
    orders = [
        ["number", "customer", "order_date", "freight"],
        ["O-1", "C-1", "2020-03-02", "0"],
        ["O-2", "C-1", "2020-03-02", ""],
    ]
    lines = [
        ["order", "item", "quantity", "unit", "unit_price"],
        ["O-1", "PUMP", "2", "case", "30"],
        ["O-1", "PUMP", "10", "", "35.5"],
        ["O-2", "PUMP", "10", "", ""],
    ]
    bring_in(day, "orders", write("o.csv", orders), lines=write("l.csv", lines))

    def amounts(number: str) -> list[tuple[Any, ...]]:
        return day.ask(
            """SELECT l.amount, l.order_discount, l.price_source FROM sales_order_line l
                 JOIN sales_order o ON o.id = l.order_id WHERE o.number = :number
                ORDER BY l.line_no""",
            number=number,
        )

    brought = [(360, 0, "manual"), (355, 0, "manual")]
    assert amounts("O-1") == brought
    assert amounts("O-2") == [(399, D("39.9"), "list")]
    assert day.ask(
        """SELECT o.number, c.description, c.amount FROM order_charge c
             JOIN sales_order o ON o.id = c.order_id"""
    ) == [("O-1", "Freight", 0)]

    order = day.one("SELECT id FROM sales_order WHERE number = 'O-1'")
    line = day.one("SELECT max(id) FROM sales_order_line WHERE order_id = :id", id=order)
    day.runner.do(change_line, line=line, quantity=D(20))
    assert amounts("O-1") == [(360, 0, "manual"), (710, 0, "manual")]
    day.runner.do(reprice_order, order=order)
    assert amounts("O-1") == [(360, 36, "manual"), (710, 71, "manual")]
