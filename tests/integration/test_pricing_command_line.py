"""Prices from the command line: agreed, asked for, explained."""

from __future__ import annotations

import json
from pathlib import Path
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


def test_offers_of_two_files_with_everything_they_may_say_price_a_basket(
    door: Any, tmp_path: Path
) -> None:
    offers, items = tmp_path / "offers.csv", tmp_path / "items.csv"
    offers.write_text(
        """offer,side,level,customer,account_group,item_group,price,percent,amount_off,unit,from_quantity,from_amount,valid_from,valid_to,priority,stop,across_lines,any_unit,name,reference,state
1,sell,line,C-1,,,180,,,case,2,,2026-03-01,2026-03-31,0,no,no,yes,Boxes,L-1,active
2,sell,line,,TRADE,,,10,,,10,,2026-03-01,,5,yes,yes,no,Trade 10,T-1,active
3,sell,line,,,,,,1,,,,,,0,no,no,no,One off,,draft
,sell,order,C-1,,,,3,,,,100,,,0,no,no,no,Loyal,,active
,buy,line,,,,,7,,,,,,,0,no,no,no,Bought,,active
""",
        encoding="utf-8",
    )
    items.write_text("offer,item\n1,PUMP\n2,PUMP\n2,ANCHOR\n3,PUMP\n", encoding="utf-8")
    code, answer = door(
        *("import", "agreements", str(offers), "--items", str(items), "--create-missing", "--json")
    )
    assert (code, answer[0]["imported"], answer[0]["rejects"]) == (0, 5, [])
    code, answer = door(
        *("do", "set_customer_groups"),
        *("--json", _json(customer="C-1", groups=[{"group": "TRADE"}])),
    )
    assert code == 0

    def told(**asked: Any) -> dict[str, Any]:
        asked = {"item": "PUMP", "customer": "C-1", "date": "2026-03-31"} | asked
        code, (found,) = door("show", "price", "--json", _json(**asked))
        assert code == 0
        return dict(found)

    found = told(quantity="12")
    assert (found["price"], found["price_unit"]) == ("30.000000", "pc")
    assert (found["explanation"]["net_price"], found["explanation"]["cell"]) == (
        "27",
        "account+item",
    )
    assert [
        (each["label"], each["reference"], each["won"], each["reason"])
        for each in found["explanation"]["candidates"]
    ] == [
        ("Boxes", "L-1", True, None),
        ("Trade 10", "T-1", True, None),
        ("One off", "", False, "not_active"),
    ]
    assert told(quantity="12", date="2026-04-01")["price"] == "39.900000"
    below = told(quantity="11")
    assert (below["price"], below["explanation"]["nearest_miss"]["more"]) == ("39.900000", "1")
    (bought,) = told(side="buy", customer=None)["explanation"]["candidates"]
    assert (bought["label"], bought["cell"], bought["reason"]) == ("Bought", "all+all", "no_price")
    # Six pumps and four are ten across lines, and the order has a discount of its own.
    code, (basket,) = door(
        *("show", "totals", "--json"),
        _json(
            customer="C-1",
            on="2026-03-31",
            lines=[{"item": "PUMP", "quantity": "6"}, {"item": "PUMP", "quantity": "4"}],
        ),
    )
    assert code == 0
    assert [line["amount"] for line in basket["lines"]] == ["215.46", "143.64"]
    assert (basket["discount"], basket["goods"]) == ("10.77", "348.33")


def test_what_cannot_be_agreed_or_asked_is_a_sentence(door: Any) -> None:
    wrong = [{"kind": "percent", "value": "101"}, {"kind": "price", "value": "1"}]
    code, answer = door("do", "create_agreements", "--json", _json(agreements=wrong))
    assert (code, answer[0]["error"]) == (1, "SeveralProblems")
    code, answer = door("show", "price", "--json", _json(item="PUMP", unit="barrel"))
    assert (code, answer[0]["error"]) == (1, "UnitUnknown")
    assert answer[0]["message"] == "PUMP has no unit barrel. It is counted in: case, pc."
