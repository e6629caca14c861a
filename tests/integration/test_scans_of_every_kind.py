"""`orderwright scan` in a company where every kind of code names something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.test_command_line import door as door  # the fixture, by its name

PUMP, PUMP_CASE = "09520001000027", "19520001000024"


@pytest.fixture
def at_work(door: Any) -> Any:
    """A company in the middle of a day; knocks at its door, and knows its first carton's SSCC."""

    def do(verb: str, **arguments: Any) -> Any:
        code, answers = door("do", verb, "--json", json.dumps(arguments))
        assert code == 0, answers
        return answers[0]

    aliases = [{"code": "OLD-77"}]
    do("create_item", item={"number": "LAMP", "name": "Lamp", "aliases": aliases})
    receipts = [
        {"item": "PUMP", "quantity": "4", "location": "A-01"},
        {"item": "FLARE", "quantity": "9", "location": "A-01", "lot": "L-2026"},
        {"item": "RADIO", "quantity": "1", "location": "A-01", "lot": "W-0001"},
    ]
    do("receive", receipts=receipts)
    do("enter_order", customer="C-1", lines=[{"item": "PUMP", "quantity": "2"}])
    do("confirm_order", order="SO-1001")
    do("allocate_order", order="SO-1001")
    do("make_picklist", orders=["SO-1001"])
    do("plan_trip", truck="TRUCK-1", planned_date="2026-03-16", orders=["SO-1001"])
    return door, do("open_carton", order="SO-1001", location="P-01")["sscc"]


def test_every_kind_of_code_says_what_it_is_and_what_it_names(at_work: Any) -> None:
    door, sscc = at_work
    names = {
        "OWOSO-1001": ("order", ("order", "SO-1001")),
        "OWPPL-1001": ("picklist", ("picklist", "PL-1001")),
        "OWK1": ("picklist", ("picklist_line", "PL-1001")),
        "OWTTR-1001": ("trip", ("trip", "TR-1001")),
        "OWBA-01": ("bin", ("location", "A-01")),
        "OWBP-01": ("bin", ("location", "P-01")),
        "OWBTRUCK-1": ("bin", ("location", "TRUCK-1")),
        f"OWC{sscc}": ("carton", ("carton", sscc)),
        "OWUB-fritz": ("badge", ("person", "fritz")),
        sscc: ("sscc", ("carton", sscc)),
        f"00{sscc}": ("sscc", ("carton", sscc)),
        PUMP[1:]: ("gtin", ("item", "PUMP")),
        PUMP_CASE: ("gtin", ("item", "PUMP")),
        f"]C101{PUMP}": ("gs1", ("item", "PUMP")),
        f"https://id.gs1.org/01/{PUMP}": ("gs1", ("item", "PUMP")),
        "PUMP": ("item", ("item", "PUMP")),
        "W-0001": ("serial", ("lot", "W-0001")),
        "L-2026": ("lot", ("lot", "L-2026")),
        "OLD-77": ("alias", ("item", "LAMP")),
        "OWXUNDO": ("command", None),
        "OWQ12": ("quantity", None),
        "nonsense": ("unknown", None),
    }
    code, answers = door("scan", *names)
    assert code == 0
    assert {
        each["text"]: (
            each["kind"],
            each["resolved"] and (each["resolved"]["type"], each["resolved"]["number"]),
        )
        for each in answers
    } == names
    assert all(each["valid"] for each in answers)
    assert [each["text"] for each in answers if "reason" in each] == ["nonsense"]


def test_a_code_of_the_right_form_that_names_nothing_says_so(door: Any) -> None:
    codes = ("OWOSO-9", "OWPPL-9", "OWTTR-9", "OWBZ-99", "OWC9", "OWUnobody", "4006381333931")
    code, answers = door("scan", *codes)
    assert code == 0
    assert {(each["valid"], each["resolved"]) for each in answers} == {(True, None)}
    assert all(each["reason"].startswith("Nothing here has the code ") for each in answers)


def test_a_spoilt_code_keeps_its_kind_and_says_what_is_wrong(door: Any) -> None:
    spoilt = {
        "OWQ1,5": "quantity",
        "OWXNOTHING": "command",
        "]C10109520001000028": "gs1",
        "]E09520001000028": "gtin",
        "": "unknown",
    }
    code, answers = door("scan", *spoilt)
    assert code == 0
    assert {each["text"]: each["kind"] for each in answers} == spoilt
    assert not any(each["valid"] for each in answers)
    assert all(each["reason"].endswith(".") and each["resolved"] is None for each in answers)
