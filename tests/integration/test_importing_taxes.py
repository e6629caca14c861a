"""Taxes and charges from files: places and rates made as written, doubles told row by row."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from app.operations.importing import Imported, ImportRefused, import_files, read_files
from app.operations.orders import NewAddress
from app.operations.taxes import set_customer_tax_class
from app.rules.taxes import AccountTaxClass
from tests.conftest import RunAs
from tests.factories.day import Day

D = Decimal

RATES = """\
tax_id,country,region,applies_to,rate_percent,name
1,CA,AB,retail,14,GST and provincial tax
4,CA,,wholesale,7,GST
7,CA,,both,7,GST
28,AU,,both,10,Taxable supply
"""


def imported(
    day: Day, folder: Path, kind: str, content: str, *, mapping: str | None = None, **more: bool
) -> Imported:
    """The file, imported by accounting."""
    file = folder / f"{kind}.csv"
    file.write_text(content, encoding="utf-8")
    return import_files(
        day.runner, read_files(kind, file, mapping=mapping), rejects=folder / "bad.csv", **more
    )


def rates(day: Day) -> list[tuple[object, ...]]:
    """What is in the database, beside the small company's own rate."""
    return [
        tuple(row)
        for row in day.ask("""
            SELECT j.code, j.name, t.code, r.account_tax_class, r.percent
              FROM tax_rate r JOIN tax_jurisdiction j ON j.id = r.jurisdiction_id
              JOIN tax_class t ON t.id = r.tax_class_id
             WHERE j.code <> 'US' ORDER BY r.id""")
    ]


def test_rates_by_region_become_jurisdictions(day: Day, tmp_path: Path) -> None:
    imported(day, tmp_path, "taxes", RATES, mapping="adventureworks", create_missing=True)
    assert rates(day) == [
        ("CA-AB", "Canada AB", "standard", "retail", D(14)),
        ("CA", "Canada", "standard", "wholesale", D(7)),
        ("CA", "Canada", "standard", None, D(7)),
        ("AU", "Australia", "standard", None, D(10)),
    ]


def test_an_imported_rate_taxes_orders_by_kind_of_buyer(day: Day, tmp_path: Path) -> None:
    content = (
        "country,region,account_tax_class,percent,name,tax_class\n"
        "Canada,AB,retail,14,GST and provincial tax,STD\n"
        "Canada,,all,7,GST,STD\n"
    )
    imported(day, tmp_path, "taxes", content)
    customer = day.id_of("customer", "C-1")

    def tax() -> object:
        order = day.draft(("PUMP", 1), ship_to=NewAddress(country="CA", region="AB"))
        return day.one("SELECT tax_amount FROM sales_order WHERE id = :id", id=order)

    assert tax() == D("2.79")
    day.runner.do(
        set_customer_tax_class, customer=customer, account_tax_class=AccountTaxClass.RETAIL
    )
    assert tax() == D("5.59")
    day.runner.do(
        set_customer_tax_class, customer=customer, account_tax_class=AccountTaxClass.WHOLESALE
    )
    assert tax() == D("2.79")


def test_every_wrong_cell_is_told_and_nothing_is_written(day: Day, tmp_path: Path) -> None:
    content = (
        "country,region,percent,name,tax_class,valid_from,valid_to\n"
        "CH,,8.1,VAT,STD,,\n"
        "CH,,7.7,VAT,STD,2023-01-01,2023-12-31\n"
        "Atlantis,,1,VAT,STD,,\n"
        "DE,,101,VAT,STD,,\n"
        "DE,,-1,VAT,STD,,\n"
        "FR,,20,VAT,STD,2026-02-01,2026-01-31\n"
        "FR,,5.5,VAT,FOOD,,\n"
    )
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "taxes", content)
    told = [(each.row, each.column) for each in refused.value.report.rejects]
    assert sorted(told) == [
        (3, "valid_from"),
        (4, "country"),
        (5, "percent"),
        (6, "percent"),
        (7, "valid_to"),
        (8, "tax_class"),
    ]
    lines = (tmp_path / "bad.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 7
    assert "CH has a rate for class STD (all accounts) already: VAT 8.1 %" in lines[1]
    assert rates(day) == []
    assert day.one("SELECT count(*) FROM tax_jurisdiction") == 1


def test_a_place_that_cannot_be_is_told_once_a_row(day: Day, tmp_path: Path) -> None:
    content = (
        "country,postal_from,postal_to,percent,name,tax_class\n"
        "DE,10000,19999,19,VAT,STD\n"
        "DE,15000,25000,19,VAT,STD\n"
        "DE,15000,25000,1,Spa,STD\n"
    )
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "taxes", content)
    told = [(each.row, each.column, each.reason[:37]) for each in refused.value.report.rejects]
    assert told == [(row, "country", "DE 15000 to 25000 belongs to the juri") for row in (3, 4)]


def test_charge_rules_come_with_their_brackets(day: Day, tmp_path: Path) -> None:
    content = (
        "name,method,rate,brackets,delivery_mode,billing\n"
        "Freight,bracket,,0:9.90; 100:4.90; 250:0,CARRIER,first\n"
        "Fuel surcharge,percent,1.5,,,prorated\n"
    )
    imported(day, tmp_path, "charges", content.replace("Fuel surcharge,", "Fuel surcharge,"))
    assert day.ask("SELECT code, name, method, billing, currency FROM charge_rule ORDER BY id") == [
        ("SHIPPING", "Freight", "bracket", "first", "USD"),
        ("SHIPPING", "Fuel surcharge", "percent", "prorated", None),
    ]
    order = day.draft(("PUMP", 3))
    assert day.ask(
        "SELECT description, amount, source FROM order_charge WHERE order_id = :id", id=order
    ) == [("Freight", D("4.90"), "automatic")]


def test_charge_rules_that_cannot_be_are_told(day: Day, tmp_path: Path) -> None:
    content = (
        "name,method,rate,brackets,customer,valid_from,valid_to,currency\n"
        "A,fixed,,,,,,\n"
        "B,percent,101,,,,,\n"
        "C,bracket,,zero:free,,,,\n"
        "D,fixed,5,,C-99,,,\n"
        "E,fixed,5,,,2026-02-01,2026-01-01,\n"
        "F,fixed,5,,,,,\n"
        "G,fixed,6,,,,,\n"
        "H,fixed,7,,,,,CHF\n"
    )
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "charges", content)
    told = [(each.row, each.column) for each in refused.value.report.rejects]
    assert sorted(told) == [
        (2, "rate"),
        (3, "rate"),
        (4, "brackets"),
        (5, "customer"),
        (6, "valid_to"),
        (8, "valid_from"),
        (9, "currency"),
    ]
    assert day.one("SELECT count(*) FROM charge_rule") == 0


@pytest.mark.parametrize("brackets", ["1_0:5", "0:５", "0:1e2", "0x1:5", "0:5:6", "0:9,90"])
def test_brackets_hold_numbers_as_any_other_cell(day: Day, tmp_path: Path, brackets: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        imported(day, tmp_path, "charges", f'name,method,brackets\nFreight,bracket,"{brackets}"\n')
    told = [(each.row, each.column) for each in refused.value.report.rejects]
    assert told == [(2, "brackets")]


def test_ranges_of_postal_codes_meet_those_they_share_codes_with(day: Day, tmp_path: Path) -> None:
    """Codes that begin with the last of a range are in it: 12 to 15 has 15999."""
    ranges = [
        ("20", "29", ""),
        ("12", "15", ""),
        ("159", "159", "DE 159 to 159 belongs to the jurisdiction DE-12"),
        ("16", "19", ""),
        ("1", "1", "DE 1 to 1 belongs to the jurisdiction DE-16"),
        ("29999", "30", "DE 29999 to 30 belongs to the jurisdiction DE-20"),
        ("30", "30", ""),
        ("0", "99", "DE 0 to 99 belongs to the jurisdiction DE-30"),
    ]
    rows = "".join(f"DE,VAT,19,STD,{start},{end}\n" for start, end, _ in ranges)
    with pytest.raises(ImportRefused) as refused:
        imported(
            day,
            tmp_path,
            "taxes",
            f"country,name,percent,tax_class,postal_from,postal_to\n{rows}",
        )
    told = {each.row: each.reason.split(" (")[0] for each in refused.value.report.rejects}
    assert told == {row: said for row, (_, _, said) in enumerate(ranges, start=2) if said}


def test_only_accounting_imports_taxes(run_as: RunAs, day: Day, tmp_path: Path) -> None:
    file = tmp_path / "taxes.csv"
    file.write_text("country,percent,name,tax_class\nCH,8.1,VAT,STD\n", encoding="utf-8")
    with pytest.raises(Exception, match="accounting"):
        import_files(run_as("anna"), read_files("taxes", file))
    import_files(run_as("karl"), read_files("taxes", file))
    assert len(rates(day)) == 1


def test_the_sample_companys_tax_rates_come_in_whole(day: Day, tmp_path: Path) -> None:
    folder = os.environ.get("ORDERWRIGHT_SAMPLE_DATA")
    if not folder:
        pytest.skip("ORDERWRIGHT_SAMPLE_DATA names no folder with adventureworks/tax_rates.csv")
    content = (Path(folder) / "adventureworks" / "tax_rates.csv").read_text(encoding="utf-8")
    imported(day, tmp_path, "taxes", content, mapping="adventureworks", create_missing=True)
    found = rates(day)
    assert len(found) == len(content.splitlines()) - 1
    assert ("US-WA", "United States WA", "standard", "retail", D("8.8")) in found
    assert day.one("SELECT count(*) FROM tax_jurisdiction") == 1 + 18
