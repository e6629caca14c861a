"""Agreements made, refused, activated, ended, copied and changed in numbers; books and groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import BusinessError, NotFound, NotPermitted, SeveralProblems
from app.core.money import CurrencyNotUsed
from app.operations.company import NewExchangeRate, set_exchange_rates
from app.operations.groups import (
    GroupTwice,
    InGroup,
    create_item_group,
    rest_group,
    set_customer_groups,
    set_item_groups,
    set_supplier_groups,
)
from app.operations.pricing import (
    BookEntry,
    NewAgreement,
    activate_agreements,
    change_agreement,
    change_price_book,
    copy_agreements,
    create_agreements,
    create_price_book,
    deactivate_agreements,
    delete_draft_agreements,
    end_agreement,
    give_price_book,
    mass_change_agreements,
    set_price_book_entries,
)
from app.operations.pricing.refusals import (
    AgreementsOverlap,
    AmountStepOfOrders,
    BookAlreadyStandard,
    EndBeforeStart,
    EndsBeforeItStarted,
    ItemSideUnclear,
    NoPercentage,
    NotADraft,
    NothingToCopyTo,
    OrderLevelUnclear,
    OverlapsInList,
    PartyUnclear,
    PricedTwice,
    PriceNeedsItem,
    SellSideIsTheManagers,
    UnitNotOfItem,
)
from app.queries.pricing import PriceRequest, price_lines
from app.rules.pricing.agreements import AgreementLevel, BookKind, EffectKind, Side
from app.rules.records import NumberOutOfRange, NumberTooFine
from bench.counting import wire
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices

D = Decimal
MARCH = date(2026, 3, 1)
PUMP = 2


def do(day: Day, verb: Callable[..., Any], **arguments: Any) -> Any:
    """The manager does it."""
    return day.runner.do(verb, **arguments)


def price(value: object, **more: Any) -> NewAgreement:
    """A price of pumps for Brightwater."""
    more.setdefault("item", PUMP)
    more.setdefault("customer", 1)
    return NewAgreement(EffectKind.PRICE, D(str(value)), **more)


def percent(value: object, **more: Any) -> NewAgreement:
    return NewAgreement(EffectKind.PERCENT, D(str(value)), **more)


def make(day: Day, *agreements: NewAgreement, **more: Any) -> list[int]:
    """Make agreements; their ids."""
    return list(do(day, create_agreements, agreements=agreements, **more).agreement_ids)


def stored(day: Day, id: int) -> Any:
    return day.ask("SELECT * FROM trade_agreement WHERE id = :id", id=id)[0]


def costs(day: Day, quantity: object = 1, on: date = MARCH) -> Decimal | None:
    """What a pump costs Brightwater."""
    request = PriceRequest(0, 1, PUMP, D(str(quantity)), on, "USD")
    with Session(day.owner) as session:
        return price_lines(session, [request])[0].unit_price


def test_a_whole_ladder_is_made_at_once(day: Day) -> None:
    ladder = [price(v, from_quantity=D(q), name="Contract") for q, v in ((1, 38), (10, 36))]
    with wire(day.runner.engine) as sent:
        saved = do(day, create_agreements, agreements=tuple(ladder))
    assert sent.statements == 5  # claim, what is named, the ladder, the records, finish
    assert saved.rising == ()
    assert [costs(day, q) for q in (1, 9, 10)] == [38, 38, 36]
    assert stored(day, saved.agreement_ids[1]).from_quantity == 10


def test_ten_and_a_thousand_records_take_as_many_statements(day: Day) -> None:
    counts = []
    for number in (10, 1000):
        many = [price(30, from_quantity=D(n + 1), priority=number) for n in range(number)]
        with wire(day.runner.engine) as sent:
            make(day, *many)
        counts.append(sent.statements)
    assert counts == [5, 5]


REFUSED: list[tuple[NewAgreement, type[BusinessError]]] = [
    (price(-1), NumberOutOfRange),
    (price("NaN"), NumberOutOfRange),
    (price("1.1234567"), NumberTooFine),
    (percent(101), NumberOutOfRange),
    (percent(-1), NumberOutOfRange),
    (price(1, from_quantity=D(-1)), NumberOutOfRange),
    (price(1, valid_from=date(2026, 3, 2), valid_to=MARCH), EndBeforeStart),
    (price(1, currency="EUR"), CurrencyNotUsed),
    (price(1, unit="barrel"), UnitNotOfItem),
    (price(1, item=None), PriceNeedsItem),
    (price(1, item=99), NotFound),
    (price(1, customer=99), NotFound),
    (price(1, customer=None, supplier=1), PartyUnclear),
    (percent(1, account_group="NOBODY"), NotFound),
    (percent(1, item_group="NOTHING"), NotFound),
    (percent(1, item=PUMP, item_group="DECK"), ItemSideUnclear),
    (percent(1, from_amount=D(5)), AmountStepOfOrders),
    (percent(1, level=AgreementLevel.ORDER, item=PUMP), OrderLevelUnclear),
    (price(1, level=AgreementLevel.ORDER), PriceNeedsItem),
]


@pytest.mark.parametrize(("new", "refusal"), REFUSED)
def test_what_cannot_be_agreed_is_refused_with_a_sentence(
    day: Day, new: NewAgreement, refusal: type[BusinessError]
) -> None:
    do(day, create_item_group, code="DECK", name="Deck")
    with pytest.raises(refusal) as refused:
        make(day, new)
    assert str(refused.value).endswith(".")
    assert day.one("SELECT count(*) FROM trade_agreement") == 0


def test_all_problems_of_all_records_are_told_at_once(day: Day) -> None:
    with pytest.raises(SeveralProblems) as refused:
        make(day, price(-1), percent(101), price(1, valid_from=MARCH, valid_to=date(2020, 1, 1)))
    assert len(refused.value.problems) == 3


def test_an_overlap_is_refused_and_names_the_other(day: Day) -> None:
    (other,) = make(day, price(30, name="Contract 2026", valid_to=date(2026, 12, 31)))
    with pytest.raises(AgreementsOverlap) as refused:
        make(day, price(31, valid_from=date(2026, 12, 31)))
    assert str(refused.value) == (
        "For C-1, PUMP from 0 there is already an active record Contract 2026 "
        f"({other}) (… to 31 Dec 2026) with the same priority. End that one first, or give this "
        "one a higher priority."
    )
    make(day, price(31, valid_from=date(2027, 1, 1)), price(29, priority=1))
    assert costs(day) == 29


def test_two_of_one_list_may_not_overlap_either(day: Day) -> None:
    with pytest.raises(OverlapsInList, match="Records 1 and 2"):
        make(day, price(30), price(31))
    make(day, price(30, valid_to=date(2026, 3, 31)), price(31, valid_from=date(2026, 4, 1)))


def test_a_base_unit_by_its_name_is_the_base_unit(day: Day) -> None:
    (id,) = make(day, price(30, unit="pc"))
    assert stored(day, id).unit == ""
    with pytest.raises(AgreementsOverlap):
        make(day, price(31))


def test_two_people_at_once_get_one_agreement(day: Day) -> None:
    make(day, price(30))
    with pytest.raises(Exception, match="ex_trade_agreement_overlap"):
        Prices(day).agree("price", 31, customer="C-1", item="PUMP")


def test_a_ladder_where_more_costs_more_is_warned_about(day: Day) -> None:
    ladder = [price(v, from_quantity=D(q)) for q, v in ((1, 38), (10, 39), (50, 30))]
    (rising,) = do(day, create_agreements, agreements=tuple(ladder)).rising
    assert (rising.what, rising.step, rising.value, rising.lower_step, rising.lower_value) == (
        "C-1, PUMP",
        10,
        39,
        1,
        38,
    )


def test_steps_of_two_years_are_no_ladder_that_rises(day: Day) -> None:
    """What costs more next year is dearer next year, not for buying more."""
    old, new = date(2026, 12, 31), date(2027, 1, 1)
    make(
        day,
        price(40),
        price(36, from_quantity=D(10), valid_to=old),
        price(38, from_quantity=D(10), valid_from=new),
    )
    (saved,) = [do(day, create_agreements, agreements=(price(35, from_quantity=D(50)),))]
    assert saved.rising == ()
    (rising,) = do(day, create_agreements, agreements=(price(37, from_quantity=D(5)),)).rising
    assert (rising.step, rising.value, rising.lower_step, rising.lower_value) == (10, 38, 5, 37)


def test_drafts_price_nothing_until_they_are_activated_together(day: Day) -> None:
    drafts = make(day, price(30), price(25, from_quantity=D(10)), draft=True)
    assert costs(day) == D("39.9")
    do(day, activate_agreements, agreements=tuple(drafts))
    assert [costs(day), costs(day, 10)] == [30, 25]
    again = make(day, price(20), percent(5, customer=1), draft=True)
    with pytest.raises(AgreementsOverlap):
        do(day, activate_agreements, agreements=tuple(again))
    assert stored(day, again[1]).state == "draft"


def test_a_change_keeps_what_is_not_given(day: Day) -> None:
    (id,) = make(day, price(30, name="Contract", valid_to=date(2026, 12, 31)))
    do(day, change_agreement, agreement=id, value=D(29), open_end=True)
    row = stored(day, id)
    assert (row.value, row.name, row.valid_to, row.state) == (29, "Contract", None, "active")
    with pytest.raises(NumberOutOfRange):
        do(day, change_agreement, agreement=id, value=D(-1))
    make(day, price(28, priority=1))
    with pytest.raises(AgreementsOverlap):
        do(day, change_agreement, agreement=id, priority=1)


def test_an_end_keeps_the_past_and_deactivating_does_not(day: Day) -> None:
    (id,) = make(day, price(30, valid_from=date(2026, 1, 1)))
    do(day, end_agreement, agreement=id, last_day=MARCH)
    assert [costs(day), costs(day, on=date(2026, 3, 2))] == [30, D("39.9")]
    with pytest.raises(EndsBeforeItStarted):
        do(day, end_agreement, agreement=id, last_day=date(2025, 12, 31))
    do(day, deactivate_agreements, agreements=(id,))
    assert costs(day) == D("39.9")


def test_ladders_are_copied_to_another_party_as_drafts(day: Day) -> None:
    ids = make(day, price(30), price(25, from_quantity=D(10)))
    saved = do(day, copy_agreements, agreements=tuple(ids), customer=2, name="As C-1")
    rows = [stored(day, id) for id in saved.agreement_ids]
    assert [(r.customer_id, r.value, r.state, r.name) for r in rows] == [
        (2, 30, "draft", "As C-1"),
        (2, 25, "draft", "As C-1"),
    ]
    with pytest.raises(NothingToCopyTo):
        do(day, copy_agreements, agreements=tuple(ids))


def test_a_mass_change_makes_drafts_that_replace_when_activated(day: Day) -> None:
    ids = make(
        day,
        price("30.01", valid_from=date(2026, 1, 1)),
        price(20, from_quantity=D(10), valid_from=date(2026, 1, 1)),
        price(10, from_quantity=D(50), valid_to=date(2026, 1, 31)),
    )
    april = date(2026, 4, 1)
    saved = do(day, mass_change_agreements, agreements=tuple(ids), percent=D(5), valid_from=april)
    assert len(saved.agreement_ids) == 2  # what has ended by then is left alone
    assert costs(day, on=april) == D("30.01")
    do(day, activate_agreements, agreements=saved.agreement_ids)
    assert [costs(day, q, on) for on in (MARCH, april) for q in (1, 10)] == [
        D("30.01"),
        20,
        D("31.51"),
        21,
    ]
    assert stored(day, ids[0]).valid_to == date(2026, 3, 31)
    with pytest.raises(NoPercentage):
        do(day, mass_change_agreements, agreements=tuple(ids), percent=D(-100))


def test_drafts_of_a_mass_change_start_and_end_with_what_they_replace(day: Day) -> None:
    march, april, may = (date(2026, month, 1) for month in (3, 4, 5))
    ids = make(
        day,
        price(30, valid_to=april),
        price(28, valid_from=may, from_quantity=D(10)),
        price(26, valid_from=april, from_quantity=D(20)),
        price(24, from_quantity=D(30)),
    )
    made = do(day, mass_change_agreements, agreements=tuple(ids), percent=D(10), valid_from=april)
    drafts = [stored(day, id) for id in made.agreement_ids]
    assert [(each.valid_from, each.valid_to) for each in drafts] == [
        (april, april),
        (may, None),
        (april, None),
        (april, None),
    ]
    do(day, end_agreement, agreement=ids[3], last_day=march)
    do(day, activate_agreements, agreements=made.agreement_ids)
    # What starts with its draft never counts again; what had ended by then stays ended.
    assert [(stored(day, id).state, stored(day, id).valid_to) for id in ids] == [
        ("active", date(2026, 3, 31)),
        ("inactive", None),
        ("inactive", None),
        ("active", march),
    ]


def test_a_mass_change_keeps_what_is_finer_than_a_cent(day: Day) -> None:
    """0.0042 a screw and 5 % dearer is 0.0044, not nothing; a percentage knows no currency."""
    day.runner.do(set_exchange_rates, rates=(NewExchangeRate("JPY", D("0.0066")),))
    ids = make(
        day,
        price("0.0042"),
        price("30.50", from_quantity=D(10)),
        percent("7.5", currency="JPY"),
        price(120, currency="JPY"),
    )

    def values(**more: Any) -> list[Decimal]:
        saved = do(day, mass_change_agreements, agreements=tuple(ids), percent=D(5), **more)
        return [stored(day, id).value for id in saved.agreement_ids]

    assert values() == [D("0.0044"), D("32.03"), D("7.88"), 126]
    assert values(decimals=0) == [0, 32, 8, 126]
    assert values(decimals=6) == [D("0.00441"), D("32.025"), D("7.875"), 126]


def test_a_mass_change_that_cannot_be_is_a_sentence(day: Day) -> None:
    ids = tuple(make(day, price(30)))
    for wrong, sentence in (
        ({"decimals": -1}, "The decimals must be from 0 to 6, not -1."),
        ({"decimals": 7}, "The decimals must be from 0 to 6, not 7."),
        ({"name": "x" * 121}, "The name is 121 characters long; at most 120 fit."),
        ({"name": "a\nb"}, "The name contains the character U+000A"),
        ({"percent": D(0)}, "A change of 0 % is not possible"),
        ({"percent": D("10000.1")}, "A change of 10000.1 % is not possible"),
    ):
        with pytest.raises(BusinessError) as refused:
            do(day, mass_change_agreements, **({"agreements": ids, "percent": D(5)} | wrong))
        assert str(refused.value).startswith(sentence)
    assert day.one("SELECT count(*) FROM trade_agreement") == 1


def test_two_drafts_in_place_of_one_record_follow_each_other(day: Day) -> None:
    (id,) = make(day, price(30, valid_from=date(2026, 1, 1)))
    april, june = date(2026, 4, 1), date(2026, 6, 1)
    drafts = []
    for percent_more, start in ((20, june), (10, april)):
        saved = do(
            day,
            mass_change_agreements,
            agreements=(id,),
            percent=D(percent_more),
            valid_from=start,
        )
        drafts += saved.agreement_ids
    do(day, end_agreement, agreement=drafts[1], last_day=date(2026, 5, 31))
    do(day, activate_agreements, agreements=tuple(drafts))
    assert [costs(day, on=on) for on in (MARCH, april, june)] == [30, 33, 36]
    assert stored(day, id).valid_to == date(2026, 3, 31)


def test_only_drafts_are_thrown_away(day: Day) -> None:
    (draft,) = make(day, price(30), draft=True)
    (active,) = make(day, price(30))
    do(day, delete_draft_agreements, agreements=(draft,))
    with pytest.raises(NotADraft):
        do(day, delete_draft_agreements, agreements=(active,))
    assert day.ask("SELECT id FROM trade_agreement") == [(active,)]


# ---------------------------------------------------------------- who may


def test_who_may_agree_on_what(day: Day, run_as: RunAs) -> None:
    supplier = Prices(day).write(
        """INSERT INTO supplier (number, name, name_sort, currency)
           VALUES ('S-1', 'Works', 'works', 'USD') RETURNING id"""
    )
    buying = price(20, side=Side.BUY, customer=None, supplier=supplier)
    for login in ("anna", "fritz", "karl", "stefan"):
        with pytest.raises(NotPermitted):
            run_as(login).do(create_agreements, agreements=(price(30),))
    (bought,) = run_as("paula").do(create_agreements, agreements=(buying,)).agreement_ids
    with pytest.raises(SellSideIsTheManagers):
        run_as("paula").do(create_agreements, agreements=(price(30),))
    run_as("paula").do(change_agreement, agreement=bought, value=D(19))
    (sold,) = make(day, price(30))
    with pytest.raises(BusinessError):
        run_as("paula").do(change_agreement, agreement=sold, value=D(1))
    do(day, change_agreement, agreement=bought, value=D(18))
    assert [stored(day, id).value for id in (sold, bought)] == [30, 18]


# ---------------------------------------------------------------- books and groups


def test_price_books_are_filled_given_and_taken_out_of_use(day: Day) -> None:
    do(day, create_price_book, code="STD", name="Standard", kind=BookKind.STANDARD)
    do(day, create_price_book, code="MARINE", name="Marine dealers")
    do(day, set_price_book_entries, book="STD", entries=(BookEntry(PUMP, D(38)),))
    do(day, set_price_book_entries, book="MARINE", entries=(BookEntry(PUMP, D(37), unit="pc"),))
    assert costs(day) == 38
    do(day, give_price_book, customers=(1,), book="MARINE")
    assert costs(day) == 37
    do(day, set_price_book_entries, book="MARINE", entries=(BookEntry(PUMP, None),))
    assert costs(day) == 38
    with pytest.raises(BookAlreadyStandard):
        do(day, create_price_book, code="STD2", name="Second", kind=BookKind.STANDARD)
    do(day, change_price_book, code="STD", is_active=False)
    assert costs(day) == D("39.9")
    do(day, give_price_book, customers=(1,), book=None)
    twice = (BookEntry(PUMP, D(37)), BookEntry(PUMP, D(36), currency="usd", unit="pc"))
    with pytest.raises(PricedTwice, match="MARINE is given two prices of PUMP per pc in USD"):
        do(day, set_price_book_entries, book="MARINE", entries=twice)
    with pytest.raises(SeveralProblems) as refused:
        do(
            day,
            set_price_book_entries,
            book="STD",
            entries=(
                BookEntry(99, D(1)),
                BookEntry(PUMP, D(-1)),
                BookEntry(PUMP, D(1), currency="EUR"),
                BookEntry(PUMP, D(1), unit="barrel"),
            ),
        )
    assert [type(each) for each in refused.value.problems] == [
        NotFound,
        NumberOutOfRange,
        CurrencyNotUsed,
        UnitNotOfItem,
    ]


def test_groups_of_customers_items_and_suppliers(day: Day) -> None:
    prices = Prices(day)
    prices.account_group("TRADE")
    prices.account_group("MARINE")
    prices.item_group("DECK")
    do(day, set_customer_groups, customer=1, groups=(InGroup("TRADE"), InGroup("MARINE", 5)))
    do(day, set_item_groups, item=PUMP, groups=(InGroup("DECK"),))
    make(day, percent(5, account_group="TRADE", item_group="DECK"))
    make(day, percent(3, account_group="MARINE", item_group="DECK"))

    def off() -> list[Decimal | None]:
        with Session(day.owner) as session:
            found = price_lines(session, [PriceRequest(0, 1, PUMP, D(1), MARCH, "USD")])[0]
        return [each.percent for each in found.decision.discounts]

    assert off() == [3]
    do(day, rest_group, kind="account_group", code="MARINE")
    assert off() == [5]
    do(day, set_customer_groups, customer=1, groups=(InGroup("TRADE", 1),))
    assert day.ask("SELECT priority FROM account_group_member") == [(1,)]
    with pytest.raises(NotFound):
        do(day, set_item_groups, item=PUMP, groups=(InGroup("NOTHING"),))
    with pytest.raises(GroupTwice, match="The account group TRADE stands here twice"):
        do(day, set_customer_groups, customer=1, groups=(InGroup("TRADE"), InGroup("TRADE", 5)))
    assert day.ask("SELECT priority FROM account_group_member") == [(1,)]
    prices.write(
        """INSERT INTO supplier (number, name, name_sort, currency)
           VALUES ('S-1', 'Works', 'works', 'USD') RETURNING id"""
    )
    do(day, set_supplier_groups, supplier=1, groups=(InGroup("TRADE"),))
    assert day.one("SELECT count(*) FROM account_group_member WHERE supplier_id = 1") == 1


def test_an_agreement_ends_today_unless_a_day_is_given(day: Day) -> None:
    (id,) = make(day, price(30))
    before = today("UTC")
    do(day, end_agreement, agreement=id)
    assert before <= stored(day, id).valid_to <= today("UTC")


def test_circular_groups_are_a_sentence(day: Day) -> None:
    prices = Prices(day)
    prices.account_group("TOP")
    prices.account_group("LOW", parent="TOP")
    with pytest.raises(Exception, match="would stand inside itself"), day.owner.begin() as c:
        c.execute(text("UPDATE account_group SET parent_id = 2 WHERE id = 1"))
