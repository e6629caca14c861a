"""What prices, taxes and charges cannot be, at three doors: a command, a file, and plain SQL.

The command line and the file answer with a sentence; at a terminal, with a colleague's login, the
database itself says no. Nothing is written by any of them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.cli import COMPANY
from app.database.embedded import EmbeddedServer
from app.operations.refusals import refusal
from tests.conftest import EngineAs, NetworkedServer
from tests.factories.day import Day
from tests.factories.terminal import claim
from tests.integration.test_command_line import Door
from tests.integration.test_command_line import door as door  # the fixture, by its name

AGREEMENT = {"kind": "price", "value": "30", "customer": "C-1", "item": "PUMP"}
RATE = {"jurisdiction": "US", "tax_class": "STD", "name": "County", "percent": "1", "sequence": "2"}
CHARGE = {"name": "Freight", "method": "fixed", "rate": "9"}
GROUPS = [
    ("create_account_group", {"code": "TOP", "name": "Top"}),
    ("create_account_group", {"code": "LOW", "name": "Low", "parent": "TOP"}),
    ("create_item_group", {"code": "DECK", "name": "Deck"}),
    ("create_item_group", {"code": "PUMPS", "name": "Pumps", "parent": "DECK"}),
]
THERE = [
    *GROUPS,
    ("create_agreements", {"agreements": [AGREEMENT | {"name": "Contract"}]}),
    ("create_charge_rules", {"rules": [CHARGE | {"name": "Old"}]}),
]
"""What is there before."""


def agreement(**change: Any) -> tuple[str, dict[str, Any]]:
    return "create_agreements", {"agreements": [AGREEMENT | {"from_quantity": "5"} | change]}


def rate(**change: Any) -> tuple[str, dict[str, Any]]:
    return "create_tax_rate", {"rate": RATE | change}


def charge(**change: Any) -> tuple[str, dict[str, Any]]:
    return "create_charge_rules", {"rules": [CHARGE | {"code": "NEW"} | change]}


COMMANDS: dict[str, tuple[tuple[str, Mapping[str, Any]], str]] = {
    "overlapping records": (
        agreement(from_quantity="0", valid_from="2026-06-01"),
        "For C-1, PUMP from 0 there is already an active record Contract (1) (without end) with "
        "the same priority. End that one first, or give this one a higher priority.",
    ),
    "end before start": (
        agreement(valid_from="2026-06-01", valid_to="2026-05-31"),
        "The last day 31 May 2026 is before the first day 1 Jun 2026. Exchange them.",
    ),
    "negative price": (
        agreement(value="-0.01"),
        "The price must be from 0 to 999999999999.999999, not -0.01.",
    ),
    "101 %": (
        agreement(kind="percent", value="101"),
        "The percentage must be from 0 to 100, not 101.",
    ),
    "unknown account group": (
        agreement(kind="percent", value="5", customer=None, account_group="NOBODY"),
        "There is no account group NOBODY.",
    ),
    "unknown item group": (
        agreement(kind="percent", value="5", item=None, item_group="NOTHING"),
        "There is no item group NOTHING.",
    ),
    "negative step": (
        agreement(from_quantity="-1"),
        "The step must be from 0 to 99999999999999.9999, not -1.",
    ),
    "negative amount step": (
        agreement(kind="percent", level="order", item=None, from_quantity="0", from_amount="-1"),
        "The step must be from 0 to 99999999999999.9999, not -1.",
    ),
    "currency not used": (
        agreement(currency="CHF"),
        "The company does not use CHF.",
    ),
    "no such currency": (
        agreement(currency="XXZ"),
        "The company does not use XXZ.",
    ),
    "no exchange rate on the date": (
        (
            "enter_order",
            {
                "customer": "C-2",
                "order_date": "2026-02-28",
                "lines": [{"item": "PUMP", "quantity": "1", "unit_price": "5"}],
            },
        ),
        "There is no exchange rate for EUR on 28 Feb 2026. Enter one first.",
    ),
    "no tax rate on the date": (
        (
            "enter_order",
            {
                "customer": "C-1",
                "order_date": "2026-03-16",
                "ship_to": {"country": "DE"},
                "lines": [{"item": "PUMP", "quantity": "1"}],
            },
        ),
        "There is no tax rate for PUMP (class STD) in DE on 16 Mar 2026. Enter one, with 0 percent",
    ),
    "circular account groups": (
        ("change_account_group", {"code": "TOP", "parent": "LOW"}),
        "TOP cannot be inside LOW, which is inside TOP itself.",
    ),
    "an account group in itself": (
        ("change_account_group", {"code": "TOP", "parent": "TOP"}),
        "TOP cannot be inside TOP, which is inside TOP itself.",
    ),
    "circular item groups": (
        ("change_item_group", {"code": "DECK", "parent": "PUMPS"}),
        "DECK cannot be inside PUMPS, which is inside DECK itself.",
    ),
    "two rates on a day": (
        rate(name="Sales tax", sequence="1"),
        "US has a rate for class STD (all accounts) already: Sales tax 8 %, at any time.",
    ),
    "tax of 101 %": (rate(percent="101"), "The percent must be from 0 to 100, not 101."),
    "tax below nothing": (rate(percent="-1"), "The percent must be from 0 to 100, not -1."),
    "a tax that ends before it starts": (
        rate(valid_from="2026-02-01", valid_to="2026-01-31"),
        "The rate County would end on 31 Jan 2026, before it starts on 1 Feb 2026.",
    ),
    "charge below nothing": (charge(rate="-1"), "The rate must be from 0 to"),
    "charge of 101 %": (
        charge(method="percent", rate="101"),
        "The percent must be from 0 to 100, not 101.",
    ),
    "two charges for just the same": (
        charge(code="SHIPPING"),
        "There is a rule SHIPPING for just these already: Old, at any time.",
    ),
    "charge in a currency not used": (charge(currency="CHF"), "The company does not use CHF."),
}


@pytest.fixture
def behind(door: Door, server: EmbeddedServer | NetworkedServer) -> Iterator[Engine]:
    """The owner's look at the company behind the door; in it C-2 is served in euros."""
    engine = create_engine(server.url(COMPANY), poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("UPDATE customer SET currency = 'EUR' WHERE number = 'C-2'"))
        owner.execute(
            text("""INSERT INTO exchange_rate (currency, valid_from, rate)
                    VALUES ('EUR', '2026-03-01', 1.1)""")
        )
    yield engine
    engine.dispose()


def stored(engine: Engine) -> list[Any]:
    """Everything that could have been written."""
    with engine.connect() as owner:
        return [
            owner.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in (
                "trade_agreement",
                "account_group",
                "item_group",
                "tax_rate",
                "charge_rule",
                "price_book",
                "sales_order",
            )
        ]


def test_at_the_command_line_each_is_a_sentence(door: Door, behind: Engine) -> None:
    for verb, arguments in THERE:
        assert door("do", verb, "--json", json.dumps(arguments))[0] == 0
    before = stored(behind)
    told = {}
    for what, ((verb, arguments), sentence) in COMMANDS.items():
        code, answer = door("do", verb, "--json", json.dumps(arguments))
        told[what] = (code, answer[0].get("message", answer)[: len(sentence)])
    assert told == {what: (1, sentence) for what, (_, sentence) in COMMANDS.items()}
    assert stored(behind) == before


FILES: dict[str, tuple[str, str, dict[str, tuple[str, str, str]]]] = {
    "agreements": (
        "agreements",
        """level,customer,account_group,item,item_group,price,percent,amount_off,from_quantity,from_amount,valid_from,valid_to,currency
line,C-1,,PUMP,,31,,,,,2026-06-01,,
line,C-1,,PUMP,,30,,,2,,2026-06-01,2026-05-31,
line,C-1,,PUMP,,-0.01,,,3,,,,
line,C-1,,PUMP,,,101,,4,,,,
line,C-1,,PUMP,,,-1,,5,,,,
line,C-1,,PUMP,,,,-1,6,,,,
line,,NOBODY,PUMP,,,5,,,,,,
line,,,,NOTHING,,5,,,,,,
line,C-1,,PUMP,,30,,,-1,,,,
order,,,,,,5,,,-1,,,
line,C-1,,PUMP,,30,,,7,,,,CHF
line,C-1,,PUMP,,30,,,8,,,,XXZ
line,C-1,,PUMP,,NaN,,,9,,,,
line,C-1,,PUMP,,30,,,10,,2026-02-30,,
""",
        {
            "2": ("valid_from", "2026-06-01", "For C-1, PUMP from 0 there is already an active"),
            "3": ("valid_to", "2026-05-31", "The last day 31 May 2026 is before the first day"),
            "4": ("price", "-0.01", "The price must be from 0"),
            "5": ("percent", "101", "The percent must be from 0 to 100, not 101."),
            "6": ("percent", "-1", "The percent must be from 0 to 100, not -1."),
            "7": ("amount_off", "-1", "The amount off must be from 0"),
            "8": ("account_group", "NOBODY", "There is no account group NOBODY."),
            "9": ("item_group", "NOTHING", "There is no item group NOTHING."),
            "10": ("from_quantity", "-1", "The from quantity must be from 0"),
            "11": ("from_amount", "-1", "The from amount must be from 0"),
            "12": ("currency", "CHF", "The company does not use CHF."),
            "13": ("currency", "XXZ", "XXZ is not an ISO 4217 currency code."),
            "14": ("price", "NaN", "NaN is not a number"),
            "15": ("valid_from", "2026-02-30", "2026-02-30 is not a day."),
        },
    ),
    "price-books": (
        "price-books",
        """book,item,price,currency,unit
STANDARD,PUMP,-1,,
STANDARD,PUMP,1,CHF,
STANDARD,PUMP,1,,barrel
NOBOOK,PUMP,1,,
STANDARD,NOTHING,1,,
STANDARD,PUMP,,,
""",
        {
            "2": ("price", "-1", "The price must be from 0"),
            "3": ("currency", "CHF", "The company does not use CHF."),
            "4": ("unit", "barrel", "PUMP has no unit barrel."),
            "5": ("book", "NOBOOK", "There is no price book NOBOOK."),
            "6": ("item", "NOTHING", "There is no item NOTHING."),
            "7": ("price", "", "price is required and "),
        },
    ),
    "taxes": (
        "taxes",
        """country,region,tax_class,name,percent,valid_from,valid_to
US,,STD,Sales tax,9,2026-01-01,
DE,,STD,VAT,101,,
DE,,STD,VAT,-1,,
FR,,STD,VAT,20,2026-02-01,2026-01-31
CH,,STD,VAT,8.1,,
CH,,STD,VAT,7.7,2020-01-01,2023-12-31
""",
        {
            "2": ("valid_from", "2026-01-01", "US has a rate for class STD (all accounts) already"),
            "3": ("percent", "101", "The percent must be from 0 to 100, not 101."),
            "4": ("percent", "-1", "The percent must be from 0 to 100, not -1."),
            "5": ("valid_to", "2026-01-31", "The rate VAT would end on 31 Jan 2026, before"),
            "7": ("valid_from", "2020-01-01", "CH has a rate for class STD (all accounts) already"),
        },
    ),
    "charges": (
        "charges",
        """name,code,method,rate,account_group,currency,valid_from,valid_to
Freight,SHIPPING,fixed,9,,,,
Freight,A,fixed,-1,,,,
Freight,B,percent,101,,,,
Freight,C,fixed,1,NOBODY,,,
Freight,D,fixed,1,,CHF,,
Freight,E,fixed,1,,,2026-02-01,2026-01-31
""",
        {
            "2": ("valid_from", "", "There is a rule SHIPPING for just these already"),
            "3": ("rate", "-1", "The rate must be from 0"),
            "4": ("rate", "101", "The percent must be from 0 to 100, not 101."),
            "5": ("account_group", "NOBODY", "There is no account group NOBODY."),
            "6": ("currency", "CHF", "The company does not use CHF."),
            "7": ("valid_to", "2026-01-31", "The charge Freight would end on 31 Jan 2026, before"),
        },
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_in_a_file_each_row_comes_back_with_column_value_and_reason(
    door: Door, behind: Engine, tmp_path: Path, kind: str
) -> None:
    for verb, arguments in [
        *THERE,
        ("create_price_book", {"code": "STANDARD", "name": "Standard", "kind": "standard"}),
    ]:
        assert door("do", verb, "--json", json.dumps(arguments))[0] == 0
    before = stored(behind)
    name, rows, expected = FILES[kind]
    file, rejects = tmp_path / "rows.csv", tmp_path / "rejects.csv"
    file.write_text(rows, encoding="utf-8")
    code, answer = door("import", name, str(file), "--rejects", str(rejects), "--json")
    assert (code, answer[0]["imported"]) == (1, 0)
    with rejects.open(encoding="utf-8", newline="") as opened:
        told = {
            row["rejected_row"]: (row["rejected_column"], row["rejected_value"], row["reason"])
            for row in csv.DictReader(opened)
        }
    shown = {
        row: (column, value, reason[: len(expected[row][2])] if row in expected else reason)
        for row, (column, value, reason) in told.items()
    }
    assert shown == expected
    assert stored(behind) == before


ORDERS = """number,customer,order_date,shipped_date,currency,ship_to_country
O-1,C-2,2026-02-28,,,
O-2,C-2,2026-02-28,2026-02-28,,
O-3,C-1,2026-03-16,2026-03-16,CHF,
O-4,C-1,2026-03-16,,,DE
"""
LINES = """order,item,quantity,unit_price
O-1,PUMP,1,5
O-2,PUMP,1,5
O-3,PUMP,1,5
O-4,PUMP,1,5
"""


def test_orders_of_a_day_without_a_rate_come_back_from_a_file_too(
    door: Door, behind: Engine, tmp_path: Path
) -> None:
    file, lines = tmp_path / "orders.csv", tmp_path / "lines.csv"
    file.write_text(ORDERS, encoding="utf-8")
    lines.write_text(LINES, encoding="utf-8")
    before = stored(behind)
    code, answer = door("import", "orders", str(file), "--lines", str(lines), "--json")
    assert code == 1
    told = [(each["row"], each["column"], each["reason"]) for each in answer[0]["rejects"]]
    no_rate = "There is no exchange rate for {} on {}. Enter one first."
    assert sorted(told) == [
        (2, "number", no_rate.format("EUR", "28 Feb 2026")),
        (3, "currency", no_rate.format("EUR", "28 Feb 2026")),
        (4, "currency", no_rate.format("CHF", "16 Mar 2026")),
        (
            5,
            "number",
            "There is no tax rate for PUMP (class STD) in DE on 16 Mar 2026. Enter one, with 0 "
            "percent if it bears none, or take the tax class off.",
        ),
    ]
    assert stored(behind) == before


def inserted(**change: str) -> str:
    """An agreement about pumps with C-1, as it is typed at a terminal."""
    values = {
        "kind": "'price'",
        "customer_id": "1",
        "item_id": "2",
        "currency": "'USD'",
        "value": "30",
    } | change
    names = ", ".join(values)
    return f"INSERT INTO trade_agreement ({names}) VALUES ({', '.join(values.values())})"


TERMINAL: dict[str, tuple[str, tuple[str, ...], str]] = {
    "overlapping records": (
        "maria",
        (inserted(), inserted(valid_from="'2026-06-01'")),
        "ex_trade_agreement_overlap",
    ),
    "overlap by an update": (
        "maria",
        (inserted(), inserted(state="'draft'"), "UPDATE trade_agreement SET state = 'active'"),
        "ex_trade_agreement_overlap",
    ),
    "overlap on the buy side": (
        "paula",
        (inserted(side="'buy'", customer_id="NULL"),) * 2,
        "ex_trade_agreement_overlap",
    ),
    "overlap of discounts of two kinds": (
        "maria",
        (inserted(kind="'percent'"), inserted(kind="'amount_off'")),
        "ex_trade_agreement_overlap",
    ),
    "end before start": (
        "maria",
        (inserted(valid_from="'2026-06-01'", valid_to="'2026-05-31'"),),
        "ck_trade_agreement_ends_after_it_starts",
    ),
    "negative price": (
        "maria",
        (inserted(value="-0.01"),),
        "ck_trade_agreement_value_not_negative",
    ),
    "a price that is no number": (
        "maria",
        (inserted(value="'NaN'"),),
        "ck_trade_agreement_only_numbers",
    ),
    "101 %": (
        "maria",
        (inserted(kind="'percent'", value="101"),),
        "ck_trade_agreement_percent_within_100",
    ),
    "unknown account group": (
        "maria",
        (inserted(kind="'percent'", customer_id="NULL", account_group_id="99"),),
        "fk_trade_agreement_account_group_id",
    ),
    "unknown item group": (
        "maria",
        (inserted(kind="'percent'", item_id="NULL", item_group_id="99"),),
        "fk_trade_agreement_item_group_id",
    ),
    "negative step": (
        "maria",
        (inserted(from_quantity="-1"),),
        "ck_trade_agreement_step_not_negative",
    ),
    "negative price in a book": (
        "maria",
        (
            "INSERT INTO price_book (code, name) VALUES ('B', 'B')",
            "INSERT INTO price_book_entry (price_book_id, item_id, currency, price)"
            " SELECT id, 2, 'USD', -1 FROM price_book",
        ),
        "ck_price_book_entry_price_not_negative",
    ),
    "two rates on a day": (
        "karl",
        (
            "INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent)"
            " VALUES (1, 1, 'B', 1)",
        ),
        "ex_tax_rate_one_a_day",
    ),
    "tax of 101 %": (
        "karl",
        ("UPDATE tax_rate SET percent = 101",),
        "ck_tax_rate_percent_in_range",
    ),
    "tax below nothing": (
        "karl",
        ("UPDATE tax_rate SET percent = -1",),
        "ck_tax_rate_percent_in_range",
    ),
    "a tax that ends before it starts": (
        "karl",
        ("UPDATE tax_rate SET valid_from = '2026-02-01', valid_to = '2026-01-31'",),
        "ck_tax_rate_ends_after_start",
    ),
    "charge below nothing": (
        "karl",
        (
            "INSERT INTO charge_rule (code, name, kind, level, method, rate, currency, billing)"
            " VALUES ('A', 'A', 'shipping', 'header', 'fixed', -1, 'USD', 'first')",
        ),
        "ck_charge_rule_rate_not_negative",
    ),
    "charge of 101 %": (
        "karl",
        (
            "INSERT INTO charge_rule (code, name, kind, level, method, rate, billing)"
            " VALUES ('A', 'A', 'shipping', 'header', 'percent', 101, 'first')",
        ),
        "ck_charge_rule_percent_in_range",
    ),
    "circular account groups": (
        "anna",
        (
            "INSERT INTO account_group (code, name) VALUES ('TOP', 'TOP')",
            "INSERT INTO account_group (code, name, parent_id)"
            " SELECT 'LOW', 'LOW', id FROM account_group WHERE code = 'TOP'",
            "UPDATE account_group SET parent_id = (SELECT id FROM account_group"
            " WHERE code = 'LOW') WHERE code = 'TOP'",
        ),
        "OW050",
    ),
    "circular item groups": (
        "stefan",
        (
            "INSERT INTO item_group (code, name) VALUES ('TOP', 'TOP')",
            "UPDATE item_group SET parent_id = id WHERE code = 'TOP'",
        ),
        "OW050",
    ),
}


@pytest.mark.parametrize("what", TERMINAL)
def test_at_a_terminal_the_database_refuses_each(day: Day, engine_as: EngineAs, what: str) -> None:
    login, statements, held_by = TERMINAL[what]
    with engine_as(login).connect() as connection:
        claim(connection)
        for statement in statements[:-1]:
            connection.execute(text(statement))
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text(statements[-1]))
    error: Any = refused.value.orig
    assert held_by in (error.diag.constraint_name, error.sqlstate), str(error)
    told = refusal(refused.value)
    assert told is not None
    assert str(told).endswith(".")
