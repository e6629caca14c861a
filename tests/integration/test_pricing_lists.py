"""Agreements as a list: filtered, page by page, and the ladder one stands in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.queries.agreements import agreement_ladder, agreement_rows
from app.rules.pricing.agreements import AgreementState, EffectKind, Side
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices

MARCH = date(2026, 3, 1)


@pytest.fixture
def made(day: Day) -> dict[str, int]:
    """One of each sort."""
    prices = Prices(day)
    prices.account_group("TRADE")
    prices.item_group("DECK")
    return {
        "price": prices.agree("price", 38, customer="C-1", item="PUMP", name="Contract"),
        "step": prices.agree(
            "price", 36, customer="C-1", item="PUMP", from_quantity=10, valid_to=MARCH
        ),
        "draft": prices.agree("price", 35, customer="C-1", item="PUMP", state="draft"),
        "group": prices.agree("percent", 5, account_group="TRADE", item_group="DECK"),
        "order": prices.agree("percent", 2, level="order", name="Con trade"),
        "bought": prices.agree("price", 20, side="buy", item="PUMP"),
    }


def ask(day: Day, **filters: Any) -> list[int]:
    """The ids of the rows found."""
    with Session(day.owner) as session:
        return [row.id for row in agreement_rows(session, **filters)]


def test_agreements_are_filtered_by_each_of_their_sides_and_kinds(
    day: Day, made: dict[str, int]
) -> None:
    def ids(*names: str) -> list[int]:
        return [made[name] for name in names]

    assert ask(day) == ids("bought", "order", "group", "draft", "step", "price")
    assert ask(day, side=Side.BUY) == ids("bought")
    assert ask(day, state=AgreementState.DRAFT) == ids("draft")
    assert ask(day, kind=EffectKind.PERCENT) == ids("order", "group")
    assert ask(day, customer=1) == ids("draft", "step", "price")
    assert ask(day, item=2) == ids("bought", "draft", "step", "price")
    assert ask(day, account_group="TRADE") == ids("group")
    assert ask(day, item_group="DECK") == ids("group")
    assert ask(day, item_group="NOTHING") == []
    assert ask(day, name="Con") == ids("order", "price")
    assert ask(day, customer=1, valid_on=date(2026, 3, 2)) == ids("draft", "price")
    assert ask(day, customer=1, valid_on=MARCH) == ids("draft", "step", "price")


def test_pages_follow_each_other_without_holes(day: Day, made: dict[str, int]) -> None:
    first = ask(day, limit=4)
    assert first + ask(day, limit=4, after=first[-1]) == ask(day)


def test_rows_say_in_words_whom_and_what_they_are_about(day: Day, made: dict[str, int]) -> None:
    with Session(day.owner) as session:
        rows = {row.id: row for row in agreement_rows(session)}
    price, group, order = rows[made["price"]], rows[made["group"]], rows[made["order"]]
    assert (price.party_kind, price.party, price.party_name) == (
        "account",
        "C-1",
        "Brightwater Marine",
    )
    assert (price.item_kind, price.item, price.item_name) == ("item", "PUMP", "Bilge pump")
    assert (group.party_kind, group.party, group.item_kind, group.item) == (
        "group",
        "TRADE",
        "group",
        "DECK",
    )
    assert (order.party_kind, order.party, order.item_kind, order.item) == ("all", "", "all", "")


def test_a_ladder_holds_all_its_steps_and_drafts(day: Day, made: dict[str, int]) -> None:
    with Session(day.owner) as session:
        rows = agreement_ladder(session, agreement=made["step"])
    assert [row.id for row in rows] == [made["price"], made["draft"], made["step"]]


def test_sales_sees_the_sell_side_alone(
    day: Day, made: dict[str, int], engine_as: EngineAs
) -> None:
    seen = {}
    for login in ("anna", "paula"):
        with Session(engine_as(login)) as session:
            seen[login] = made["bought"] in [row.id for row in agreement_rows(session)]
    assert seen == {"anna": False, "paula": True}
