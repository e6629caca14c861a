"""Why a price is what it is: as data that are stored, and as sentences that are read."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.rules.pricing.agreements import AgreementState, Cell
from app.rules.pricing.decision import decide
from app.rules.pricing.explaining import (
    SENTENCES,
    explanation_of,
    in_order,
    nearest_miss,
    sentence_of,
)
from app.rules.pricing.question import Reason
from tests.factories.agreements import asked, percent, price


def test_the_whole_story_of_a_price() -> None:
    ladder = [
        price("2.40", id=1, name="Brightwater 2026", from_quantity=10),
        price("2.25", id=2, name="Brightwater 2026", from_quantity=50),
        price("2.10", id=3, name="Brightwater 2026", from_quantity=100),
    ]
    gone = price("1.90", Cell.ALL_ITEM, id=4, name="Winter", valid_to=date(2026, 2, 28))
    discount = percent(10, Cell.GROUP_ALL, id=5, name="Chandlers")
    decision = decide(asked(96, list_price="2.60"), [*ladder, gone, discount])
    told = explanation_of(decision)
    assert {
        key: told[key] for key in ("version", "source", "price", "list_price", "net_price")
    } == {
        "version": 2,
        "source": "agreement",
        "price": "2.25",
        "list_price": "2.6",
        "net_price": "2.025",
    }
    assert told["rule"] == ["agreement 2", "discount 5"]
    assert told["cell"] == "account+item"
    assert told["discounts"] == [
        {
            "agreement": 5,
            "label": "Chandlers",
            "cell": "group+all",
            "percent": "10",
            "amount": None,
            "base": "2.25",
            "effect": "-0.225",
        }
    ]
    assert told["nearest_miss"] == {
        "agreement": 3,
        "label": "Brightwater 2026",
        "more": "4",
        "unit": "pc",
        "price": "1.89",
        "price_unit": "pc",
    }
    found = [(each["agreement"], each["won"], each["reason"]) for each in told["candidates"]]
    assert found == [
        (2, True, None),
        (1, False, "higher_step"),
        (3, False, "below_step"),
        (4, False, "expired"),
        (5, True, None),
    ]
    assert json.loads(json.dumps(told)) == told


def test_each_candidate_has_a_sentence() -> None:
    records = [
        price(80, from_quantity=10),
        price(70, from_quantity=50),
        price(60, from_quantity=100),
        price(50, state=AgreementState.DRAFT),
        price(50, currency="EUR"),
        price(50, unit="case"),
        price(50, valid_from=date(2026, 4, 1)),
        price(50, valid_to=date(2026, 2, 28)),
    ]
    decision = decide(asked(96), records)
    said = {v.agreement.id: sentence_of(decision.asked, v) for v in in_order(decision)}
    assert [said[record.id] for record in records] == [
        "A higher step of the ladder is reached.",
        "This is what the line gets.",
        "It starts at 100 pc: 4 more reach it.",
        "It is not active: draft.",
        "It is in EUR.",
        "It counts for lines in case only.",
        "It starts on 1 Apr 2026.",
        "It ended on 28 Feb 2026.",
    ]


def test_a_step_that_makes_nothing_better_is_no_miss() -> None:
    dearer = price(120, from_quantity=10)
    assert nearest_miss(decide(asked(6, has_item_floor=False), [price(80), dearer])) is None
    assert nearest_miss(decide(asked(6), [])) is None
    assert nearest_miss(decide(asked(6, list_price=None), [percent(5, from_quantity=9)])) is None


def test_the_nearest_miss_is_the_first_step_that_helps() -> None:
    dearer, cheaper = price(120, from_quantity=10, id=1), price(70, from_quantity=20, id=2)
    miss = nearest_miss(decide(asked(6, has_item_floor=False), [price(80), dearer, cheaper]))
    assert miss is not None
    assert (miss["agreement"], miss["more"], miss["price"]) == (2, "14", "70")


def test_the_nearest_step_is_told_first_in_whatever_cell_it_stands() -> None:
    far = price(60, from_quantity=50, id=1)
    near = price(70, Cell.ALL_ITEM, from_quantity=10, id=2)
    everybodys = price(80, Cell.ALL_ITEM, id=3)
    miss = nearest_miss(decide(asked(6, has_item_floor=False), [far, everybodys, near]))
    assert miss is not None
    assert (miss["agreement"], miss["more"], miss["price"]) == (2, "4", "70")


def test_prices_of_two_units_are_compared_by_the_piece() -> None:
    """900 a case of 12 is better than 100 a piece."""
    cases = price(900, unit="case", from_quantity=2)
    miss = nearest_miss(decide(asked(12, unit="case"), [cases]))
    assert miss is not None
    assert (miss["more"], miss["price"], miss["price_unit"]) == ("12", "900", "case")
    cases = price(1300, unit="case", from_quantity=2)
    assert nearest_miss(decide(asked(12, unit="case"), [cases])) is None


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    assert SENTENCES[reason].endswith(".")
