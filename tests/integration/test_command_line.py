"""The headless door: JSON in, JSON out, sentences for what is refused, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from app.cli import COMPANY, run
from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from tests.as_new import Shelf
from tests.conftest import NetworkedServer

Door = Any


@pytest.fixture
def door(
    server: EmbeddedServer | NetworkedServer,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Door]:
    """`door("do", "receive", …)` answers (exit code, JSON lines), in a company of its own."""
    if isinstance(server, NetworkedServer):
        pytest.skip("the door to the embedded server is tried where there is one")
    monkeypatch.setenv("ORDERWRIGHT_HOME", str(_home(server)))
    monkeypatch.delenv("ORDERWRIGHT_DATABASE", raising=False)
    shelf: Shelf = request.getfixturevalue("default_shelf")
    name = shelf.take()

    def knock(*arguments: str) -> tuple[int, list[Any]]:
        code = run(arguments)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield knock
    shelf.give_back(name)


def _home(server: EmbeddedServer) -> Path:
    return server.log.parents[2]


def _json(**values: Any) -> str:
    return json.dumps(values)


def test_an_order_goes_through_the_door(door: Door) -> None:
    receipt = {"item": "PUMP", "quantity": "5", "location": "A-01"}
    assert door("do", "receive", "--json", _json(receipts=[receipt]))[0] == 0
    lines = [{"item": "PUMP", "quantity": "2"}]
    code, answer = door("do", "enter_order", "--json", _json(customer="C-1", lines=lines))
    assert (code, answer[0]["number"], answer[0]["total"]) == (0, "SO-1001", "86.18")
    assert door("do", "confirm_order", "--json", _json(order="SO-1001"))[0] == 0
    code, answer = door("do", "allocate_order", "--json", _json(order="SO-1001"))
    assert (code, answer[0]["allocated"], answer[0]["short"]) == (0, "2.0000", [])
    code, answer = door("show", "stock", "--json", _json(item="PUMP"))
    assert [(row["location"], row["free"]) for row in answer[0]] == [("A-01", "3.0000")]
    assert door("doctor", "--json") == (0, [{"differences": []}])


def test_the_doctor_names_what_differs_and_ends_with_1(
    door: Door, server: EmbeddedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = {"item": "PUMP", "quantity": "5", "location": "A-01"}
    door("do", "receive", "--json", _json(receipts=[receipt]))
    engine = create_engine(server.url(COMPANY))
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE stock_balance SET on_hand = 4")
    engine.dispose()
    code, answer = door("doctor", "--json")
    assert (code, [tuple(each.values()) for each in answer[0]["differences"]]) == (
        1,
        [
            ("stock balance", "PUMP at A-01", "on_hand", "4", "5"),
            ("item", "PUMP", "came in less went out", "4", "5"),
        ],
    )
    assert run(["doctor"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "stock balance PUMP at A-01: on_hand is 4, should be 5"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("do", "confirm_order", "--json", '{"order": "SO-9"}'), "NotFound"),
        (("do", "confirm_order", "--json", '{"order": '), "NotJson"),
        (("do", "confirm_order", "--json", "[]"), "NotJson"),
        (("do", "confirm_order"), "WrongArguments"),
        (("do", "confirm_order", "--json", _json(order=10**23)), "WrongArguments"),
        (("show", "orders", "--json", '{"limit": -1}'), "RefusedByDatabase"),
        (
            (
                "do",
                "enter_order",
                "--json",
                _json(
                    customer="C-1", lines=[{"item": "PUMP", "quantity": 1, "unit_price": "1e15"}]
                ),
            ),
            "NumberTooLarge",
        ),
        (
            (
                "do",
                "enter_order",
                "--json",
                _json(
                    customer="C-1",
                    lines=[
                        {
                            "item": "PUMP",
                            "quantity": 1,
                            "unit_price": "1e308",
                            "discount_percent": 10,
                        }
                    ],
                ),
            ),
            "NumberTooLarge",
        ),
        (("do", "confirm_order", "--json", '{"order": 1, "more": 2}'), "WrongArguments"),
        (("do", "enter_order", "--json", _json(customer="C-1", number="7" * 41)), "TextTooLong"),
        (("do", "enter_order", "--json", _json(customer="C-1", number="7\n8")), "ControlCharacter"),
        (
            ("do", "enter_order", "--json", _json(customer="C-1", ship_to={"city": "x" * 201})),
            "TextTooLong",
        ),
        (
            (
                "do",
                "enter_order",
                "--json",
                _json(
                    customer="C-1", lines=[{"item": "PUMP", "quantity": 1, "description": "\x1b"}]
                ),
            ),
            "ControlCharacter",
        ),
        (
            (
                "do",
                "enter_order",
                "--json",
                _json(customer="C-1", charges=[{"description": "x" * 201, "amount": 1}]),
            ),
            "TextTooLong",
        ),
        (("do", "add_note", "--json", '{"order": 1, "text": "x", "text": "y"}'), "NotJson"),
        (("do", "add_note", "--json", _json(order=1, text="")), "TextMissing"),
        (("do", "add_note", "--json", "[" * 100_000), "NotJson"),
        (("do", "add_note", "--json", '{"order": 1e999999, "text": "x"}'), "NotJson"),
        (("do", "add_note", "--json", f'{{"order": {"9" * 5_000}, "text": "x"}}'), "NotJson"),
        (("do", "add_note", "--json", _json(order=77, text="x")), "NotFound"),
        (("do", "add_note", "--json", _json(order="\0", text="x")), "NotWriting"),
        (("do", "add_note", "--json", _json(order="\ud800", text="x")), "NotWriting"),
        (("show", "order", "--json", _json(order="\ud800")), "NotWriting"),
        (("show", "invoices", "--json", _json(view="torn up")), "UnknownView"),
        (("show", "ladders", "--json", _json(view="")), "UnknownView"),
        (("show", "trips", "--json", _json(view="lost")), "UnknownView"),
        (("show", "items", "--json", _json(view="bought")), "UnknownView"),
        (("show", "customers", "--json", _json(view="")), "UnknownView"),
        (("show", "packing_queue", "--json", _json(warehouse="MAIN", view="x")), "UnknownView"),
        (
            (
                "do",
                "receive",
                "--json",
                _json(receipts=[{"item": 0, "quantity": 1, "location": "A-01"}]),
            ),
            "NotFound",
        ),
        (
            ("do", "adjust", "--json", _json(item=0, location="A-01", quantity=1, reason="x")),
            "NotFound",
        ),
        (
            (
                "do",
                "transfer",
                "--json",
                _json(
                    goods=[
                        {"item": "PUMP", "quantity": 1, "from_location": 0, "to_location": "A-01"}
                    ]
                ),
            ),
            "NotFound",
        ),
        (
            (
                "do",
                "transfer",
                "--json",
                _json(
                    goods=[
                        {"item": 0, "quantity": 1, "from_location": "A-01", "to_location": "A-02"}
                    ]
                ),
            ),
            "NotFound",
        ),
        (("do", "allocate_orders", "--json", '{"orders": []}'), "NothingWaits"),
        (("do", "make_picklist", "--json", '{"orders": []}'), "NothingToList"),
        (("do", "change_item_group", "--json", _json(code="", name="x")), "NotFound"),
        (("do", "change_account_group", "--json", _json(code="", is_top=True)), "NotFound"),
        (
            ("do", "set_customer_groups", "--json", _json(customer="C-1", groups=[{"group": ""}])),
            "NotFound",
        ),
        (
            (
                "do",
                "mass_change_agreements",
                "--json",
                _json(agreements=[1], percent="1e30", valid_from="2026-01-01"),
            ),
            "NoPercentage",
        ),
        (("do", "sell_everything"), "UnknownName"),
        (("show", "everything"), "UnknownName"),
        (
            ("--user", "fritz", "do", "cancel_order", "--json", '{"order": 1, "reason": "x"}'),
            "NotPermitted",
        ),
    ],
)
def test_what_is_refused_is_a_sentence_and_exit_code_1(
    door: Door, arguments: tuple[str, ...], error: str
) -> None:
    code, answer = door(*arguments)
    assert (code, answer[0]["error"]) == (1, error)
    assert set(answer[0]) == {"error", "message", "data"}
    assert answer[0]["message"].endswith((".", "--list", "--schema"))


def test_what_every_server_has_is_no_company(door: Door) -> None:
    code, answer = door("--company", "postgres", "show", "orders")
    assert (code, answer[0]["error"]) == (1, "NoCompany")


@pytest.mark.parametrize(
    "arguments",
    [
        ["do", "--no-such-option"],
        ["do"],
        ["show"],
        ["scan"],
        ["fly"],
        ["import"],
        ["import", "items"],
    ],
)
def test_a_usage_error_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        run(arguments)
    assert refused.value.code == 2
    told = capsys.readouterr()
    assert (told.out, "usage: orderwright" in told.err) == ("", True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "items", "FILE", "--map", "northwind"],
        ["import", "items", "--map", "northwind", "FILE"],
        ["import", "--map", "northwind", "items", "FILE"],
    ],
)
def test_options_stand_where_people_write_them(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    missing = tmp_path / "items.csv"
    assert run([str(missing) if each == "FILE" else each for each in arguments]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "FileNotThere"


def test_a_schema_is_read_from_the_signature(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["do", "allocate_order", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["arguments"]["required"] == ["order"]
    assert schema["arguments"]["properties"]["order"]["type"] == ["integer", "string"]


@pytest.mark.parametrize(
    "order", ["1e400", "-1e400", "1e30", "9223372036854775808", "true", "false", "1.5", "[]"]
)
def test_what_is_no_id_is_none(door: Door, order: str) -> None:
    for arguments in (["do", "allocate_order"], ["show", "order"]):
        code, answers = door(*arguments, "--json", f'{{"order": {order}}}')
        assert (code, answers[0]["error"]) == (1, "WrongArguments")
        assert answers[0]["message"].startswith("order: ")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("null", "it is null"),
        ("[]", "it is a list"),
        ("7", "it is a number"),
        ("7.5", "it is a number"),
        ('"order"', "it is a text"),
        ("true", "it is true or false"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    ],
)
def test_arguments_are_an_object(door: Door, arguments: str, reason: str) -> None:
    code, answers = door("show", "order", "--json", arguments)
    assert (code, answers[0]["error"], answers[0]["data"]) == (1, "NotJson", {"reason": reason})


def test_scans_are_resolved(door: Door) -> None:
    code, answers = door("scan", "09520001000027", "ROPE", "OWBA-01", "nonsense", "")
    assert code == 0
    assert [(a["kind"], (a["resolved"] or {}).get("number")) for a in answers] == [
        ("gtin", "PUMP"),
        ("item", "ROPE"),
        ("bin", "A-01"),
        ("unknown", None),
        ("unknown", None),
    ]
    assert [a["valid"] for a in answers] == [True, True, True, True, False]
    assert all(a.get("reason") for a in answers[3:])


def test_records_are_found_and_shown_by_number(door: Door) -> None:
    found = door("show", "search", "--json", _json(wanted="pum"))[1][0]
    assert [(each["kind"], each["code"]) for each in found] == [("item", "PUMP")]
    rows = door("show", "items", "--json", _json(filter="PUMP"))[1][0]
    assert [row["number"] for row in rows] == ["PUMP"]
    assert door("show", "item", "--json", _json(item="PUMP"))[1][0]["number"] == "PUMP"
    numbers = [row["number"] for row in door("show", "customers")[1][0]]
    assert "C-1" in numbers
    assert door("show", "customer", "--json", _json(customer="C-1"))[1][0]["number"] == "C-1"
    assert [row["code"] for row in door("show", "trucks")[1][0]] == ["TRUCK-1", "TRUCK-2"]


def test_the_floor_is_shown_by_numbers(door: Door) -> None:
    def do(verb: str, **arguments: Any) -> None:
        code, answer = door("do", verb, "--json", _json(**arguments))
        assert code == 0, answer

    do("receive", receipts=[{"item": "PUMP", "quantity": "3", "location": "A-01"}])
    do("enter_order", customer="C-1", lines=[{"item": "PUMP", "quantity": "4"}])
    do("confirm_order", order="SO-1001")
    do("allocate_wave")
    do("make_picklist", orders=["SO-1001"])
    listed = door("show", "picklist", "--json", _json(picklist="PL-1001"))[1][0]
    assert [(stop["bin"], stop["quantity"]) for stop in listed["stops"]] == [("A-01", "3.0000")]
    rows = door("show", "picklists")[1][0]
    assert [(row["number"], row["lines"], row["done"]) for row in rows] == [("PL-1001", 1, 0)]
    do("stage", order="SO-1001", lane="S-01")
    rows = door("show", "lanes")[1][0]
    assert [(row["code"], row["orders"], row["loose"]) for row in rows] == [("S-01", 1, 1)]
    goods = door("show", "lane", "--json", _json(lane="S-01"))[1][0]["goods"]
    assert [each["quantity"] for each in goods] == ["3.0000"]
    do("plan_trip", truck="TRUCK-1", orders=["SO-1001"])
    checks = door("show", "departure_checks", "--json", _json(trip="TR-1001"))[1][0]
    assert [(each["kind"], each["order"], each["quantity"]) for each in checks] == [
        ("left", "SO-1001", "3.0000")
    ]
    wanted = door("show", "allocation", "--json", _json(item="PUMP"))[1][0]
    assert [(claim["order_number"], claim["short"]) for claim in wanted["claims"]] == [
        ("SO-1001", "1.0000")
    ]


def test_a_new_company_has_a_first_person_who_sets_it_up(
    door: Door, server: EmbeddedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    drop_database(server, "new_company")
    try:
        assert run(["database", "create", "new_company", "--admin", "Not A Login"]) == 1
        assert json.loads(capsys.readouterr().out)["error"] == "LoginNotUsable"
        drop_database(server, "new_company")
        assert run(["database", "create", "new_company", "--admin", "founder"]) == 0
        assert "do set_company" in capsys.readouterr().out
        company = ("--company", "new_company", "--user", "founder")
        code, answer = door(*company, "show", "whoami")
        assert (code, answer[0]["error"]) == (1, "CompanyNotSetUp")
        settings = {"name": "New Company", "country": "GB", "currency": "GBP"}
        settings |= {"time_zone": "Europe/London", "gs1_company_prefix": "9521473"}
        assert door(*company, "do", "set_company", "--json", _json(settings=settings))[0] == 0
        code, answer = door(*company, "show", "whoami")
        assert (code, answer[0]["company"], answer[0]["login"]) == (0, "New Company", "founder")
        assert {"admin", "manager"} <= set(answer[0]["groups"])
    finally:
        drop_database(server, "new_company")


def test_a_database_is_made_and_migrated_by_its_address(
    door: Door, server: EmbeddedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    address = server.url("new_company").render_as_string(hide_password=False)
    drop_database(server, "new_company")
    try:
        code, answer = door("--database", address, "database", "migrate")
        assert (code, answer[0]["error"]) == (1, "NoCompany")
        assert run(["--database", address, "database", "create"]) == 0
        assert "The database new_company is made." in capsys.readouterr().out
        assert run(["--database", address, "database", "migrate"]) == 0
        assert "new_company is at the newest schema" in capsys.readouterr().out
        code, answer = door("--database", address, "database", "create")
        assert (code, answer[0]["error"]) == (1, "DatabaseExists")
    finally:
        drop_database(server, "new_company")


def test_the_door_works_with_no_other_schema_than_its_own(
    door: Door, server: EmbeddedServer
) -> None:
    engine = create_engine(server.url(COMPANY))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    code, answer = door("show", "whoami")
    assert (code, answer[0]["error"]) == (1, "SchemaTooOld")
    assert answer[0]["message"].endswith("run: orderwright database migrate orderwright")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for command in (("do", "confirm_order", "--json", '{"order": 1}'), ("doctor",), ("scan", "x")):
        code, answer = door(*command)
        assert (code, answer[0]["error"]) == (1, "SchemaTooNew")
    engine.dispose()
