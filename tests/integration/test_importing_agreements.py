"""Agreements and price books from files: all or none, with a reason for every row that is not."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotPermitted
from app.operations.importing import ImportRefused, import_files, read_files
from app.operations.importing.mappings import MappedColumnMissing, MappingUnclear
from app.operations.importing.verb import Imported
from app.queries.pricing import PriceRequest, price_lines
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.integration.test_pricing_verbs import MARCH, costs

D = Decimal


def imported(
    day: Day, folder: Path, kind: str, content: str, items: str | None = None, **more: Any
) -> Imported:
    """Import the text as a file."""
    (folder / "rows.csv").write_text(content, encoding="utf-8")
    lines = None
    if items is not None:
        lines = folder / "items.csv"
        lines.write_text(items, encoding="utf-8")
    files = read_files(kind, folder / "rows.csv", lines=lines)
    return import_files(day.runner, files, **more)


def stored(day: Day) -> list[Any]:
    return day.ask(
        """SELECT kind, customer_id, account_group_id, item_id, item_group_id, from_quantity,
                  value, state FROM trade_agreement ORDER BY id"""
    )


def test_a_ladder_a_group_discount_and_an_order_discount(day: Day, tmp_path: Path) -> None:
    report = imported(
        day,
        tmp_path,
        "agreements",
        """level,customer,account_group,item,item_group,price,percent,from_quantity,from_amount,state
line,C-1,,PUMP,,38,,1,,active
line,C-1,,PUMP,,36,,10,,active
line,,TRADE,,DECK,,5,,,active
order,,,,,,2,,500,draft
""",
        create_missing=True,
    )
    assert (report.imported, report.rejects, report.warnings) == (4, (), ())
    assert [tuple(row) for row in stored(day)] == [
        ("price", 1, None, 2, None, 1, 38, "active"),
        ("price", 1, None, 2, None, 10, 36, "active"),
        ("percent", None, 1, None, 1, 0, 5, "active"),
        ("percent", None, None, None, None, 0, 2, "draft"),
    ]
    assert [costs(day, quantity) for quantity in (9, 10)] == [38, 36]


def test_offers_become_one_record_for_each_of_their_items(day: Day, tmp_path: Path) -> None:
    report = imported(
        day,
        tmp_path,
        "agreements",
        "offer,percent,from_quantity,valid_to\n7,5,10,2026-12-31\n9,3,,\n",
        "offer,item\n7,PUMP\n7,ANCHOR\n8,PUMP\n8,ANCHOR\n",
    )
    assert [(row.item_id, row.value) for row in stored(day)] == [(2, 5), (3, 5)]
    assert [(each.row, each.is_of_lines, each.reason) for each in report.warnings] == [
        (
            4,
            True,
            "The first file has no row to take for offer 8; the 2 rows of its items are left out.",
        ),
        (3, False, "The file of items names none of offer 9; it is left out."),
    ]


def test_a_discount_of_nothing_is_taken_and_keeps_more_general_ones_away(
    day: Day, tmp_path: Path
) -> None:
    report = imported(
        day,
        tmp_path,
        "agreements",
        "customer,item,percent,amount_off\nC-1,PUMP,0,\nC-1,ROPE,,0\n,,20,\n",
    )
    assert (report.imported, report.warnings) == (3, ())
    with Session(day.owner) as session:
        asked = [
            PriceRequest(key, customer, item, D(1), MARCH, "USD")
            for key, (customer, item) in enumerate([(1, 1), (1, 2), (1, 3), (2, 2)])
        ]
        found = price_lines(session, asked)
    assert [each.agreement.value for result in found for each in result.decision.discounts] == [
        0,
        0,
        20,
        20,
    ]


def test_rows_that_a_mapping_leaves_out_are_told_and_those_after_them_keep_their_numbers(
    day: Day, tmp_path: Path
) -> None:
    mapping = tmp_path / "theirs.toml"
    mapping.write_text(
        """[agreements]
leave_out = {"Discount class" = "none"}
percent = "off"
""",
        encoding="utf-8",
    )
    (tmp_path / "rows.csv").write_text(
        "item,off,discount class\nPUMP,0,none\nPUMP,101,some\nPUMP,5, None\nPUMP,5,none \n",
        encoding="utf-8",
    )
    files = read_files("agreements", tmp_path / "rows.csv", mapping=str(mapping))
    report = import_files(day.runner, files, partly=True, rejects=tmp_path / "bad.csv")
    assert [(each.row, each.column) for each in report.rejects] == [(3, "percent")]
    told = "The mapping {} leaves out rows whose discount_class is none."
    assert [(each.row, each.column, each.value, each.reason) for each in report.warnings] == [
        (row, "discount_class", "none", told.format(mapping)) for row in (2, 5)
    ]
    assert [row.value for row in stored(day)] == [5]
    assert len((tmp_path / "bad.csv").read_text(encoding="utf-8").splitlines()) == 2
    mapping.write_text("[agreements]\nleave_out = {status = 'gone'}\n", encoding="utf-8")
    with pytest.raises(MappedColumnMissing, match="takes the column status"):
        read_files("agreements", tmp_path / "rows.csv", mapping=str(mapping))
    mapping.write_text("[agreements]\nleave_out = 'gone'\n", encoding="utf-8")
    with pytest.raises(MappingUnclear, match="leave_out names no columns"):
        read_files("agreements", tmp_path / "rows.csv", mapping=str(mapping))


BAD = """customer,item,price,percent,amount_off,from_quantity,valid_from,valid_to,currency,unit
C-1,PUMP,30,,,,,2026-12-31,,
C-1,PUMP,31,,,,2026-06-01,,,
C-9,PUMP,30,,,,,,,
C-1,NOTHING,30,,,,,,,
C-1,PUMP,30,5,,,,,,
C-1,PUMP,,,,,,,,
C-1,PUMP,-1,,,2,,,,
C-1,PUMP,,101,,3,,,,
C-1,PUMP,30,,,-4,,,,
C-1,PUMP,30,,,5,2026-02-02,2026-02-01,,
C-1,PUMP,30,,,6,,,EUR,
C-1,PUMP,30,,,7,,,,barrel
C-1,,30,,,8,,,,
"""


def test_bad_rows_are_refused_each_with_its_reason_and_nothing_is_written(
    day: Day, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    with pytest.raises(ImportRefused):
        imported(day, tmp_path, "agreements", BAD, rejects=rejects)
    assert stored(day) == []
    with rejects.open(encoding="utf-8", newline="") as file:
        told = {
            row["rejected_row"]: (row["rejected_column"], row["reason"])
            for row in csv.DictReader(file)
        }
    assert {row: column for row, (column, _) in told.items()} == {
        "3": "valid_from",
        "4": "customer",
        "5": "item",
        "6": "price",
        "7": "price",
        "8": "price",
        "9": "percent",
        "10": "from_quantity",
        "11": "valid_to",
        "12": "currency",
        "13": "unit",
        "14": "item",
    }
    assert all(reason.endswith(".") for _, reason in told.values())


def test_what_does_not_go_together_is_told_at_a_cell_that_is_filled(
    day: Day, tmp_path: Path
) -> None:
    with pytest.raises(ImportRefused) as refused:
        imported(
            day,
            tmp_path,
            "agreements",
            """side,level,customer,item,price,percent,from_quantity,from_amount
buy,line,C-1,PUMP,5,,,
sell,order,C-1,,5,,,100
sell,order,C-1,PUMP,,5,,100
sell,line,C-1,PUMP,5,,,100
""",
        )
    assert [(each.row, each.column, each.value) for each in refused.value.report.rejects] == [
        (2, "customer", "C-1"),
        (3, "price", "5"),
        (4, "level", "order"),
        (5, "from_amount", "100"),
    ]


def test_a_row_for_an_unknown_customer_is_not_held_against_those_for_everybody(
    day: Day, tmp_path: Path
) -> None:
    imported(day, tmp_path, "agreements", "item,price\nPUMP,30\n")
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "agreements", "customer,item,price\nC-9,PUMP,31\n")
    assert [(each.row, each.column, each.value) for each in refused.value.report.rejects] == [
        (2, "customer", "C-9")
    ]


def test_partly_the_good_rows_go_in(day: Day, tmp_path: Path) -> None:
    report = imported(day, tmp_path, "agreements", BAD, partly=True)
    assert [(row.kind, row.value) for row in stored(day)] == [("price", 30)]
    assert report.imported == 1


def test_a_ladder_that_rises_is_imported_with_a_warning(day: Day, tmp_path: Path) -> None:
    report = imported(
        day,
        tmp_path,
        "agreements",
        "item,price,from_quantity\nPUMP,30,1\nPUMP,31,10\n",
    )
    assert [(each.row, each.column) for each in report.warnings] == [(3, "from_quantity")]
    assert len(stored(day)) == 2


def test_a_row_that_makes_a_stored_step_rise_is_warned_about(day: Day, tmp_path: Path) -> None:
    imported(day, tmp_path, "agreements", "item,price,from_quantity\nPUMP,30,10\n")
    report = imported(day, tmp_path, "agreements", "item,price,from_quantity\nPUMP,29,1\n")
    assert [(each.row, each.column, each.reason) for each in report.warnings] == [
        (2, "from_quantity", "everybody, PUMP: from 10 on it is 30, worse than 29 below it.")
    ]
    assert len(stored(day)) == 2


def test_a_row_that_is_refused_makes_no_step_rise(day: Day, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "agreements", "item,price\nPUMP,5\nPUMP,6\n")
    assert [each.row for each in refused.value.report.rejects] == [3]
    assert refused.value.report.warnings == ()


def test_rows_that_overlap_name_the_row_they_meet(day: Day, tmp_path: Path) -> None:
    rows = "customer,item,price,state\nC-9,PUMP,30,\nC-1,PUMP,30,draft\n,PUMP,30,\n,PUMP,31,\n"
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "agreements", rows)
    assert [(each.row, each.column, each.reason) for each in refused.value.report.rejects][1:] == [
        (
            5,
            "valid_from",
            "Row 4 is for the same thing at the same time: everybody, PUMP from 0. "
            "Keep one of them, or give one a higher priority.",
        )
    ]


def test_a_price_below_all_others_of_its_cell_has_a_rank_below_0(day: Day, tmp_path: Path) -> None:
    rows = "item,price,priority,valid_to\nPUMP,30,-1,\nPUMP,20,0,2026-01-31\n"
    imported(day, tmp_path, "agreements", rows)
    assert [costs(day), costs(day, on=date(2026, 1, 31))] == [30, 20]
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "agreements", "item,price,priority\nPUMP,30,1.5\n")
    assert [each.reason for each in refused.value.report.rejects] == [
        "1.5 is not a whole number, such as 10, 0 or -1."
    ]


def test_two_prices_of_one_thing_in_a_book_are_refused(day: Day, tmp_path: Path) -> None:
    rows = """book,item,price,currency,unit
A,PUMP,30,,
A,PUMP,31,usd,pc
B,PUMP,31,,
A,PUMP,150,,case
A,PUMP,30,,
"""
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "price-books", rows, create_missing=True)
    told = "A is given two prices of PUMP per pc in USD. Keep one of them."
    assert [(each.row, each.column, each.reason) for each in refused.value.report.rejects] == [
        (3, "price", told),
        (6, "price", told),
    ]
    assert day.one("SELECT count(*) FROM price_book_entry") == 0


def test_an_imported_price_book_prices_by_unit_for_its_customer(day: Day, tmp_path: Path) -> None:
    imported(
        day,
        tmp_path,
        "price-books",
        "book,item,price,unit\nMARINE,PUMP,37,\nMARINE,PUMP,210,case\n",
        create_missing=True,
    )
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE customer SET price_book_id = 1 WHERE id = 1")
    with Session(day.owner) as session:
        single, boxed = price_lines(
            session,
            [
                PriceRequest(0, 1, 2, D(1), MARCH, "USD"),
                PriceRequest(1, 1, 2, D(6), MARCH, "USD", "case"),
            ],
        )
    assert (single.unit_price, boxed.unit_price, boxed.price_unit) == (D(37), D(210), "case")
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "price-books", "book,item,price\nNONE,PUMP,1\nMARINE,NO,1\n")
    assert [(each.row, each.column) for each in refused.value.report.rejects] == [
        (2, "book"),
        (3, "item"),
    ]


def test_only_a_manager_imports_prices(day: Day, run_as: RunAs, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("item,price\nPUMP,30\n", encoding="utf-8")
    for login in ("anna", "paula", "stefan"):
        with pytest.raises(NotPermitted):
            import_files(run_as(login), read_files("agreements", tmp_path / "rows.csv"))
