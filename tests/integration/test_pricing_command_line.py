"""Prices from the command line: agreed, asked for, explained."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.test_command_line import door as door  # the fixture, by its name


def _json(**values: Any) -> str:
    return json.dumps(values)


def test_a_price_is_agreed_and_explains_itself(door: Any) -> None:
    ladder = [
        {
            "kind": "price",
            "value": value,
            "customer": "C-1",
            "item": "PUMP",
            "from_quantity": step,
            "name": "Contract",
        }
        for step, value in (("1", "38"), ("10", "36"))
    ]
    code, answer = door("do", "create_agreements", "--json", _json(agreements=ladder))
    assert (code, len(answer[0]["agreement_ids"])) == (0, 2)
    code, answer = door(
        "show",
        "price",
        "--json",
        _json(item="PUMP", customer="C-1", quantity="6", date="2026-03-16", side="sell"),
    )
    told = answer[0]
    assert (code, told["price"], told["source"], told["currency"]) == (
        0,
        "38.000000",
        "agreement",
        "USD",
    )
    assert told["explanation"]["nearest_miss"]["more"] == "4"
    assert told["reasons"] == [
        "This is what the line gets.",
        "It starts at 10 pc: 4 more reach it.",
    ]
    code, answer = door(
        "show", "price", "--json", _json(item="PUMP", customer="C-1", quantity="2", unit="case")
    )
    assert (code, answer[0]["base_quantity"], answer[0]["source"]) == (0, "12.0000", "list")
    code, answer = door("show", "agreements", "--json", _json(customer="C-1"))
    assert [row["value"] for row in answer[0]] == ["36.000000", "38.000000"]


def test_what_cannot_be_agreed_or_asked_is_a_sentence(door: Any) -> None:
    wrong = [{"kind": "percent", "value": "101"}, {"kind": "price", "value": "1"}]
    code, answer = door("do", "create_agreements", "--json", _json(agreements=wrong))
    assert (code, answer[0]["error"]) == (1, "SeveralProblems")
    code, answer = door("show", "price", "--json", _json(item="PUMP", unit="barrel"))
    assert (code, answer[0]["error"]) == (1, "UnitUnknown")
    assert answer[0]["message"] == "PUMP has no unit barrel. It is counted in: case, pc."
