"""The agreements desk reads: ladders by view and filter, one ladder whole, whom to choose."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.queries.agreements import (
    agreement_choices,
    find_item_sides,
    find_parties,
    ladder,
    ladders,
    records_of_list,
)
from app.rules.periods import Standing
from app.rules.pricing.agreements import AgreementState, Side, standing_on
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices

D = Decimal


@pytest.fixture
def made(day: Day, today: date) -> dict[str, int]:
    """One ladder of each sort; the last id of a ladder stands for it."""
    prices = Prices(day)
    prices.account_group("TRADE")
    prices.item_group("DECK")
    year = timedelta(days=365)
    return {
        "bottom": prices.agree("price", 38, customer="C-1", item="PUMP", name="Contract 2026"),
        "step": prices.agree(
            "price", 36, customer="C-1", item="PUMP", from_quantity=10, name="Contract 2026"
        ),
        "draft": prices.agree("price", 35, customer="C-1", item="PUMP", state="draft"),
        "ending": prices.agree(
            "percent",
            5,
            account_group="TRADE",
            item_group="DECK",
            valid_to=today + timedelta(days=30),
            reference="Letter 7",
        ),
        "ended": prices.agree("percent", 2, level="order", valid_to=today - timedelta(days=1)),
        "coming": prices.agree("percent", 3, item="ROPE", valid_from=today + year),
        "inactive": prices.agree("amount_off", 1, customer="C-2", item="ROPE", state="inactive"),
        "bought": prices.agree("price", 20, side="buy", item="PUMP"),
    }


def ask(day: Day, **filters: Any) -> list[int]:
    """The ids of the ladders found."""
    with Session(day.owner) as session:
        return [row.id for row in ladders(session, **filters)]


def test_a_view_shows_each_ladder_once_by_its_newest_record_in_it(
    day: Day, made: dict[str, int]
) -> None:
    def ids(*names: str) -> list[int]:
        return [made[name] for name in names]

    assert ask(day) == ids("bought", "coming", "ending", "step")
    assert ask(day, view="drafts") == ids("draft")
    assert ask(day, view="ending") == ids("ending")
    assert ask(day, view="ended") == ids("inactive", "ended")
    assert ask(day, view="all") == ids("bought", "inactive", "coming", "ended", "ending", "draft")
    assert ask(day, side=Side.BUY) == ids("bought")
    assert ask(day, customer=day.id_of("customer", "C-1")) == ids("step")
    assert ask(day, item=day.item("PUMP")) == ids("bought", "step")
    assert ask(day, customer=day.id_of("customer", "C-2")) == []


def test_a_filter_is_the_beginning_of_name_reference_party_or_item(
    day: Day, made: dict[str, int]
) -> None:
    assert ask(day, filter="contract") == [made["step"]]
    assert ask(day, filter="letter 7") == [made["ending"]]
    assert ask(day, filter="brightw") == [made["step"]]
    assert ask(day, filter="c-1") == [made["step"]]
    assert ask(day, filter="pump") == [made["bought"], made["step"]]
    assert ask(day, filter="trade") == [made["ending"]]
    assert ask(day, filter="dec") == [made["ending"]]
    assert ask(day, filter="mooring", view="all") == [made["inactive"], made["coming"]]
    for nothing in ("ontract", "%", "'", "x" * 200, "\0"):
        assert ask(day, filter=nothing) in ([], ask(day)), nothing
    assert ask(day, filter="ontract") == []


def test_a_filter_picks_one_record_of_each_ladder_and_pages_too(
    day: Day, made: dict[str, int]
) -> None:
    prices = Prices(day)
    more = [prices.agree("price", 9, customer="C-1", item=item) for item in ("ROPE", "FLARE")]
    newest_first = [more[1], more[0], made["step"]]
    assert ask(day, filter="C-1") == newest_first
    first = ask(day, filter="C-1", limit=2)
    assert first + ask(day, filter="C-1", limit=2, after=first[-1]) == newest_first
    assert ask(day, filter="C-1", item=day.item("ROPE")) == [more[0]]


def test_a_file_holds_every_record_behind_the_list(day: Day, made: dict[str, int]) -> None:
    with Session(day.owner) as session:
        contract = records_of_list(session, filter="contract")
        everything = records_of_list(session, view="all")
        drafts = records_of_list(session, view="drafts")
        few = records_of_list(session, view="all", limit=3)
    assert [each.id for each in contract] == [made["bottom"], made["step"]]
    assert [each.id for each in everything] == sorted(made.values())
    assert [each.id for each in drafts] == [made["draft"]]
    assert [each.id for each in few] == sorted(made.values())[:3]


def test_pages_follow_each_other_without_holes(day: Day, made: dict[str, int]) -> None:
    first = ask(day, view="all", limit=4)
    assert first + ask(day, view="all", limit=4, after=first[-1]) == ask(day, view="all")


def test_a_row_says_how_many_records_and_between_which_values(
    day: Day, made: dict[str, int]
) -> None:
    with Session(day.owner) as session:
        row = next(row for row in ladders(session) if row.id == made["step"])
        (draft,) = ladders(session, view="drafts")
    assert (row.party, row.party_name, row.item, row.base_unit) == (
        "C-1",
        "Brightwater Marine",
        "PUMP",
        "pc",
    )
    assert (row.records, row.lowest, row.highest, row.drafts) == (2, D(36), D(38), 1)
    assert row.standing is Standing.ACTIVE
    assert (draft.records, draft.lowest, draft.standing) == (1, D(35), Standing.DRAFT)


def test_a_ladder_whole_tells_what_its_drafts_would_make_of_it(
    day: Day, made: dict[str, int], today: date
) -> None:
    with Session(day.owner) as session:
        found = ladder(session, agreement=made["bottom"])
    assert [each.id for each in found.records] == [made["bottom"], made["draft"], made["step"]]
    assert found.drafts == (made["draft"],)
    assert (found.base_unit, found.units, found.today) == ("pc", ("pc", "case"), today)
    assert [(each.step, each.value, each.lower_value) for each in found.rises] == [
        (D(10), D(36), D(35))  # with the draft in place of the bottom step
    ]


def test_a_ladder_where_more_costs_more_is_told(day: Day) -> None:
    prices = Prices(day)
    first = prices.agree("price", 30, item="PUMP")
    prices.agree("price", "30.50", item="PUMP", from_quantity=6)
    prices.agree("percent", 10, item="PUMP")
    less = prices.agree("percent", 8, item="PUMP", from_quantity=100)
    with Session(day.owner) as session:
        price, percent = (ladder(session, agreement=id) for id in (first, less))
    assert [(each.step, each.value, each.lower_step, each.lower_value) for each in price.rises] == [
        (D(6), D("30.5"), D(0), D(30))
    ]
    assert [(each.step, each.value, each.lower_value) for each in percent.rises] == [
        (D(100), D(8), D(10))
    ]


def test_a_record_that_is_not_there(day: Day) -> None:
    with Session(day.owner) as session, pytest.raises(NotFound, match="There is no agreement 999"):
        ladder(session, agreement=999)


def test_sales_does_not_see_what_we_buy_for(
    day: Day, made: dict[str, int], engine_as: EngineAs
) -> None:
    seen = {}
    for login in ("anna", "paula", "maria"):
        with Session(engine_as(login)) as session:
            seen[login] = made["bought"] in [row.id for row in ladders(session, view="all")]
    assert seen == {"anna": False, "paula": True, "maria": True}
    with Session(engine_as("anna")) as session, pytest.raises(NotFound):
        ladder(session, agreement=made["bought"])


@pytest.mark.parametrize(
    ("state", "starts", "ends", "standing"),
    [
        ("draft", -1, 1, Standing.DRAFT),
        ("inactive", -1, 1, Standing.INACTIVE),
        ("active", None, -1, Standing.ENDED),
        ("active", None, 0, Standing.ENDING),
        ("active", None, 30, Standing.ENDING),
        ("active", None, 31, Standing.ACTIVE),
        ("active", 0, None, Standing.ACTIVE),
        ("active", 1, 2, Standing.COMING),
    ],
)
def test_how_a_record_stands_on_a_day(
    state: str, starts: int | None, ends: int | None, standing: Standing
) -> None:
    today = date(2026, 3, 16)

    def on(days: int | None) -> date | None:
        return None if days is None else today + timedelta(days=days)

    assert standing_on(today, AgreementState(state), on(starts), on(ends)) is standing


def test_parties_and_items_are_found_by_number_name_or_group(
    day: Day, made: dict[str, int]
) -> None:
    with Session(day.owner) as session:
        assert [
            (each.kind, each.code, each.is_exact) for each in find_parties(session, wanted="c-1")
        ] == [("customer", "C-1", True)]
        assert [each.code for each in find_parties(session, wanted="trade")] == ["TRADE"]
        assert find_parties(session, wanted="c-1", side=Side.BUY) == ()
        assert [(each.kind, each.code) for each in find_item_sides(session, wanted="d")] == [
            ("group", "DECK")
        ]
        assert [each.code for each in find_item_sides(session, wanted="bilge")] == ["PUMP"]
        assert agreement_choices(session).currencies == ("USD",)
