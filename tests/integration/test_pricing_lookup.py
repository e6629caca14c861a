"""Prices found in the database: cells, groups, books, one statement, and who may see what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, NotFound
from app.core.quantity import QuantityNotPositive
from app.queries.pricing import PriceRequest, PriceResult, order_discount, price, price_lines
from app.queries.pricing.explain import UnitUnknown, WrongSideParty
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import Side
from bench.counting import wire
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices

D = Decimal
DAY = date(2026, 3, 16)


@pytest.fixture
def prices(day: Day) -> Prices:
    return Prices(day)


def ask(
    day: Day, item: str = "PUMP", quantity: object = 1, customer: str = "C-1", **more: Any
) -> PriceResult:
    """The price of one line."""
    request = PriceRequest(
        0,
        day.id_of("customer", customer),
        day.item(item),
        D(str(quantity)),
        more.pop("on", DAY),
        more.pop("currency", "USD"),
        **more,
    )
    with Session(day.owner) as session:
        return price_lines(session, [request])[0]


def test_agreement_then_own_book_then_standard_book_then_item(day: Day, prices: Prices) -> None:
    assert (ask(day).unit_price, ask(day).source) == (D("39.9"), PriceSource.LIST)
    prices.book("STANDARD", "standard", PUMP=38, ROPE=2)
    assert (ask(day).unit_price, ask(day).source) == (D(38), PriceSource.PRICE_BOOK)
    own = prices.book("MARINE", "custom", PUMP=37)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE customer SET price_book_id = :b WHERE id = 1"), {"b": own})
    assert ask(day).unit_price == 37
    assert ask(day, customer="C-2").unit_price == 38
    assert ask(day, "ROPE").unit_price == 2
    prices.agree("price", 35, customer="C-1", item="PUMP")
    found = ask(day)
    assert (found.unit_price, found.list_price, found.source) == (D(35), D(37), "agreement")


def test_a_books_price_of_the_lines_own_unit_goes_first(day: Day, prices: Prices) -> None:
    book = prices.book("STANDARD", "standard", PUMP=38)
    prices.write(
        """INSERT INTO price_book_entry (price_book_id, item_id, currency, unit, price)
           VALUES (:book, 2, 'USD', 'case', 200) RETURNING item_id""",
        book=book,
    )
    boxed = ask(day, quantity=12, unit="case")
    assert (boxed.unit_price, boxed.price_unit, boxed.price_factor) == (D(200), "case", D(6))
    assert ask(day, quantity=12).unit_price == 38


def test_a_list_price_of_nothing_is_a_price_and_none_at_all_is_none(
    day: Day, prices: Prices
) -> None:
    prices.book("STANDARD", "standard", PUMP=0)
    assert (ask(day).unit_price, ask(day).source) == (D(0), PriceSource.PRICE_BOOK)
    assert ask(day, "FREE").unit_price is None
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE item SET list_price = 0 WHERE number = 'FREE'"))
    assert (ask(day, "FREE").unit_price, ask(day, "FREE").source) == (D(0), PriceSource.LIST)


def test_there_is_no_list_price_in_another_currency(day: Day, prices: Prices) -> None:
    assert ask(day, currency="EUR").unit_price is None
    prices.agree("price", 30, item="PUMP", currency="EUR")
    assert ask(day, currency="EUR").unit_price == 30


def test_several_nested_groups_of_a_customer_and_an_item(day: Day, prices: Prices) -> None:
    prices.account_group("TRADE")
    prices.account_group("MARINE", "C-1", parent="TRADE")
    prices.item_group("DECK")
    prices.item_group("PUMPS", "PUMP", parent="DECK")
    prices.agree("percent", 3, account_group="TRADE", item_group="DECK")
    assert [each.percent for each in ask(day).decision.discounts] == [3]
    assert ask(day, "ROPE").decision.discounts == ()
    assert ask(day, customer="C-2").decision.discounts == ()
    prices.agree("percent", 2, account_group="MARINE", item_group="DECK")
    assert [each.percent for each in ask(day).decision.discounts] == [2]
    prices.agree("percent", 1, account_group="MARINE", item_group="PUMPS")
    assert [each.percent for each in ask(day).decision.discounts] == [1]


def test_of_two_ways_into_a_group_the_one_of_higher_priority_counts(
    day: Day, prices: Prices
) -> None:
    prices.account_group("TRADE", "C-1")
    prices.account_group("MARINE", "C-1", parent="TRADE")
    prices.account_group("OTHER", "C-1")
    with day.owner.begin() as connection:
        for code, priority in (("MARINE", 5), ("OTHER", 3)):
            connection.execute(
                text("""UPDATE account_group_member m SET priority = :priority
                          FROM account_group g WHERE g.id = m.account_group_id AND g.code = :code
                     """),
                {"code": code, "priority": priority},
            )
    prices.agree("percent", 2, account_group="TRADE", item="PUMP")
    prices.agree("percent", 9, account_group="OTHER", item="PUMP")
    assert [each.percent for each in ask(day).decision.discounts] == [2]


def test_lines_of_several_days_are_each_priced_on_their_own(day: Day, prices: Prices) -> None:
    days = [date(2026, 3, 15), DAY, date(2026, 3, 17)]
    prices.agree("price", 30, item="PUMP", valid_from=days[0], valid_to=days[0])
    prices.agree("price", 31, item="PUMP", valid_from=days[1], valid_to=days[1])
    prices.agree("price", 32, item="PUMP", valid_from=days[2])
    with Session(day.owner) as session:
        asked = [PriceRequest(n, 1, 2, D(1), on, "USD") for n, on in enumerate(days[::-1])]
        assert [each.unit_price for each in price_lines(session, asked)] == [32, 31, 30]


def test_a_book_out_of_use_prices_nothing(day: Day, prices: Prices) -> None:
    own = prices.book("MARINE", "custom", PUMP=37)
    prices.book("STANDARD", "standard", PUMP=38)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE customer SET price_book_id = :b WHERE id = 1"), {"b": own})
    found = []
    for code in ("none", "MARINE", "STANDARD"):
        with day.owner.begin() as connection:
            connection.execute(
                text("UPDATE price_book SET is_active = false WHERE code = :code"), {"code": code}
            )
        found.append(ask(day).unit_price)
    assert found == [37, 38, D("39.9")]


def test_an_inactive_group_gives_nothing(day: Day, prices: Prices) -> None:
    prices.account_group("TRADE", "C-1")
    prices.agree("percent", 3, account_group="TRADE")
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE account_group SET is_active = false"))
    assert ask(day).decision.discounts == ()


@pytest.mark.parametrize("table", ["account_group", "item_group"])
def test_the_nesting_follows_every_change_and_circles_are_refused(
    day: Day, prices: Prices, table: str
) -> None:
    make = prices.account_group if table == "account_group" else prices.item_group
    top = make("TOP")
    make("MIDDLE", parent="TOP")
    low = make("LOW", parent="MIDDLE")

    def above(code: str) -> list[tuple[str, int]]:
        rows = day.ask(
            f"""SELECT u.code, a.depth FROM {table}_above a JOIN {table} g ON g.id = a.group_id
                  JOIN {table} u ON u.id = a.above_id WHERE g.code = :code ORDER BY a.depth""",
            code=code,
        )
        return [tuple(row) for row in rows]

    assert above("LOW") == [("LOW", 0), ("MIDDLE", 1), ("TOP", 2)]
    with day.owner.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET parent_id = NULL WHERE code = 'MIDDLE'"))
    assert above("LOW") == [("LOW", 0), ("MIDDLE", 1)]
    with day.owner.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET parent_id = :low WHERE id = :top"),
                           {"low": low, "top": top})  # fmt: skip
    assert above("TOP") == [("TOP", 0), ("LOW", 1), ("MIDDLE", 2)]
    with pytest.raises(Exception, match="would stand inside itself"), day.owner.begin() as c:
        c.execute(text(f"UPDATE {table} SET parent_id = :top WHERE code = 'MIDDLE'"), {"top": top})
    with day.owner.begin() as connection:
        connection.execute(text(f"DELETE FROM {table} WHERE code = 'TOP'"))
    assert above("TOP") == []
    assert above("LOW") == [("LOW", 0), ("MIDDLE", 1)]


DECK = {"kind": "percent", "item": None, "item_group": "DECK"}
ORDER = {"level": "order", "kind": "percent", "item": None}
OVERLAPPING: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"valid_to": DAY}, {"valid_from": DAY}, True),
    ({"valid_to": date(2026, 3, 15)}, {"valid_from": DAY}, False),
    ({"priority": 1}, {}, False),
    ({"from_quantity": 1}, {}, False),
    ({"unit": "case"}, {}, False),
    ({"currency": "EUR"}, {}, False),
    ({"customer": "C-2"}, {"customer": "C-1"}, False),
    ({"customer": "C-1"}, {"customer": "C-1"}, True),
    ({"state": "draft"}, {}, False),
    ({"state": "inactive"}, {}, False),
    ({"kind": "percent"}, {"kind": "amount_off"}, True),
    ({"kind": "percent"}, {"kind": "price"}, False),
    ({"level": "order", "kind": "percent", "item": None}, {"kind": "percent"}, False),
    # Of every side that may be empty: all and all, one and another, one and all.
    ({"kind": "percent", "item": None}, {"kind": "percent", "item": None}, True),
    ({"kind": "percent", "item": None}, {"kind": "percent"}, False),
    ({"item": "PUMP"}, {"item": "ROPE"}, False),
    ({"customer": "C-1"}, {}, False),
    ({"account_group": "A"}, {"account_group": "A"}, True),
    ({"account_group": "A"}, {"account_group": "B"}, False),
    ({"account_group": "A"}, {"customer": "C-1"}, False),
    (DECK, DECK, True),
    (DECK, DECK | {"item_group": "MAST"}, False),
    (DECK, {"kind": "percent"}, False),
    ({"side": "buy", "supplier": "S-1"}, {"side": "buy", "supplier": "S-1"}, True),
    ({"side": "buy"}, {"side": "buy"}, True),
    ({"side": "buy"}, {}, False),
    (ORDER, ORDER, True),
    (ORDER, ORDER | {"kind": "amount_off"}, True),
    (ORDER, ORDER | {"from_amount": 100}, False),
    (ORDER, ORDER | {"customer": "C-1"}, False),
    ({"stop": True, "name": "One"}, {"across_lines": True, "any_unit": True, "value": 2}, True),
]


@pytest.mark.parametrize(("one", "other", "refused"), OVERLAPPING)
def test_two_active_records_of_the_same_key_may_not_overlap_in_time(
    prices: Prices, one: dict[str, Any], other: dict[str, Any], refused: bool
) -> None:
    def write(change: dict[str, Any]) -> None:
        values = {"kind": "price", "value": 1, "item": "PUMP", **change}
        if values["item"] is None:
            del values["item"]
        prices.agree(**values)

    for code in ("A", "B"):
        prices.account_group(code)
    for code in ("DECK", "MAST"):
        prices.item_group(code)
    a_supplier(prices)
    write(one)
    if refused:
        with pytest.raises(IntegrityError, match="ex_trade_agreement_overlap"):
            write(other)
    else:
        write(other)


def test_across_lines_the_lines_of_one_document_count_together(day: Day, prices: Prices) -> None:
    prices.item_group("DECK", "PUMP", "ANCHOR")
    prices.agree("percent", 10, item_group="DECK", from_quantity=10, across_lines=True)
    asked = [
        PriceRequest(0, 1, day.item("PUMP"), D(6), DAY, "USD", document=1),
        PriceRequest(1, 1, day.item("ANCHOR"), D(4), DAY, "USD", document=1),
        PriceRequest(2, 1, day.item("PUMP"), D(9), DAY, "USD"),
    ]
    with Session(day.owner) as session:
        results = price_lines(session, asked)
    assert [len(each.decision.discounts) for each in results] == [1, 1, 0]


@pytest.mark.parametrize("count", [1, 300])
def test_however_many_lines_it_is_one_statement(day: Day, prices: Prices, count: int) -> None:
    prices.agree("price", 30, item="PUMP")
    asked = [
        PriceRequest(n, 1 + n % 2, day.item("PUMP"), D(n + 1), DAY, "USD") for n in range(count)
    ]
    with Session(day.owner) as session, wire(day.owner) as sent:
        results = price_lines(session, asked)
    assert sent.statements == 1
    assert {each.unit_price for each in results} == {D(30)}
    assert [each.key for each in results] == list(range(count))


@pytest.mark.parametrize("rule", ["first", "largest", "combine"])
def test_how_line_discounts_go_together_is_nothing_to_order_discounts(
    day: Day, prices: Prices, rule: str
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET discount_rule = :rule"), {"rule": rule})
    prices.account_group("TRADE", "C-1")
    prices.agree("percent", 2, level="order", customer="C-1")
    prices.agree("percent", 5, level="order", account_group="TRADE")
    prices.agree("percent", 9, level="order")
    with Session(day.owner) as session:
        found = order_discount(session, party_id=1, amount=D(1000), on=DAY, currency="USD")
    assert [each.percent for each in found.discounts] == [2]


def test_an_order_discount_by_the_sum_of_its_lines(day: Day, prices: Prices) -> None:
    prices.agree("percent", 2, level="order", customer="C-1")
    prices.agree("percent", 3, level="order", customer="C-1", from_amount=1000)
    prices.agree("percent", 9, level="order")
    prices.agree("percent", 50, customer="C-1")
    with Session(day.owner) as session:
        for amount, percent in ((999, 2), (1000, 3)):
            found = order_discount(session, party_id=1, amount=D(amount), on=DAY, currency="USD")
            assert [each.percent for each in found.discounts] == [percent]
        other = order_discount(session, party_id=2, amount=D(1000), on=DAY, currency="USD")
        assert [each.percent for each in other.discounts] == [9]


# ---------------------------------------------------------------- the buy side


def a_supplier(prices: Prices) -> int:
    return prices.write(
        """INSERT INTO supplier (number, name, name_sort, currency)
           VALUES ('S-1', 'Pump works', 'pump works', 'USD') RETURNING id"""
    )


def test_what_we_pay_is_not_for_sales_to_see(day: Day, prices: Prices, engine_as: EngineAs) -> None:
    supplier = a_supplier(prices)
    prices.agree("price", 20, side="buy", supplier="S-1", item="PUMP")
    prices.agree("price", 35, item="PUMP")
    request = PriceRequest(0, supplier, day.item("PUMP"), D(1), DAY, "USD", side=Side.BUY)
    seen = {}
    for login in ("anna", "fritz", "paula", "karl", "maria"):
        with Session(engine_as(login)) as session:
            seen[login] = price_lines(session, [request])[0].unit_price
            assert (
                session.scalar(text("SELECT count(*) FROM trade_agreement WHERE side = 'sell'"))
                == 1
            )
    assert seen == {"anna": None, "fritz": None, "paula": 20, "karl": 20, "maria": 20}


def test_suppliers_have_groups_as_customers_do(day: Day, prices: Prices) -> None:
    supplier = a_supplier(prices)
    group = prices.account_group("MAKERS")
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE supplier SET group_id = :g"), {"g": group})
    prices.agree("price", 20, side="buy", account_group="MAKERS", item="PUMP")
    with Session(day.owner) as session:
        request = PriceRequest(0, supplier, day.item("PUMP"), D(1), DAY, "USD", side=Side.BUY)
        assert price_lines(session, [request])[0].unit_price == 20


def buying(day: Day, item: str = "PUMP", supplier: int = 0, **more: Any) -> PriceRequest:
    values = {"quantity": D(1), "on": DAY, "currency": "USD", "side": Side.BUY, **more}
    return PriceRequest(0, supplier, day.item(item), **values)


def test_a_list_price_in_another_currency_is_no_floor(day: Day, prices: Prices) -> None:
    prices.agree("price", 50, item="PUMP", currency="EUR")
    prices.agree("price", 50, item="PUMP")
    assert ask(day, currency="EUR").unit_price == 50
    assert ask(day).unit_price == D("39.9")


def test_a_customer_is_in_no_group_of_the_supplier_with_the_same_id(
    day: Day, prices: Prices
) -> None:
    """Customers and suppliers are counted from 1 each; what one is in says nothing of the other."""
    supplier = a_supplier(prices)
    assert supplier == day.id_of("customer", "C-1")
    for code, member in (("YARDS", "supplier_id"), ("LOYAL", "customer_id")):
        group = prices.account_group(code)
        prices.write(
            f"""INSERT INTO account_group_member (account_group_id, {member})
                VALUES (:group, 1) RETURNING id""",
            group=group,
        )
    prices.agree("price", 5, item="PUMP", account_group="YARDS")
    prices.agree("price", 6, item="PUMP", account_group="LOYAL", side="buy")
    assert ask(day).source is PriceSource.LIST
    with Session(day.owner) as session:
        assert price_lines(session, [buying(day, supplier=supplier)])[0].unit_price is None


def test_without_an_agreement_we_buy_at_what_the_item_costs(day: Day, prices: Prices) -> None:
    supplier = a_supplier(prices)
    costs(day, "PUMP", "22.5")
    request = buying(day, supplier=supplier)
    with Session(day.owner) as session, wire(day.owner) as sent:
        (found,) = price_lines(session, [request])
    assert sent.statements == 1
    assert (found.unit_price, found.price_unit) == (D("22.5"), "pc")
    assert found.decision.rule == ("list item cost pc",)
    assert [part.label for part in found.parts] == ["item cost"]


def test_an_agreement_goes_before_the_cost_also_when_it_is_dearer(day: Day, prices: Prices) -> None:
    supplier = a_supplier(prices)
    costs(day, "PUMP", "22.5")
    prices.agree("price", 24, side="buy", supplier="S-1", item="PUMP", from_quantity=10)
    prices.agree("percent", 10, side="buy", supplier="S-1")
    with Session(day.owner) as session:
        few, many = price_lines(
            session,
            [buying(day, supplier=supplier, quantity=D(quantity)) for quantity in (9, 10)],
        )
    assert (few.unit_price, few.net) == (D("22.5"), D("20.25"))
    assert (many.unit_price, many.net) == (D(24), D("21.6"))


def test_a_cost_is_no_price_in_another_currency_and_none_to_sell_for(
    day: Day, prices: Prices
) -> None:
    costs(day, "PUMP", "22.5")
    with Session(day.owner) as session:
        euro, sold = price_lines(
            session, [buying(day, currency="EUR"), buying(day, side=Side.SELL)]
        )
    assert euro.unit_price is None
    assert (sold.unit_price, sold.source) == (D("39.9"), PriceSource.LIST)


def test_what_an_item_costs_is_found_for_those_who_may_read_costs(
    day: Day, engine_as: EngineAs
) -> None:
    costs(day, "PUMP", "22.5")
    seen = {}
    for login in ("anna", "fritz", "paula", "karl", "maria"):
        with Session(engine_as(login)) as session:
            seen[login] = price_lines(session, [buying(day)])[0].unit_price
    cost = D("22.5")
    assert seen == {"anna": None, "fritz": None, "paula": cost, "karl": cost, "maria": cost}


def costs(day: Day, item: str, cost: str) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO item_cost (item_id, cost) VALUES (:item, :cost)"
                " ON CONFLICT (item_id) DO UPDATE SET cost = excluded.cost"
            ),
            {"item": day.item(item), "cost": D(cost)},
        )


# ---------------------------------------------------------------- the noun


def test_a_price_explains_itself(day: Day, prices: Prices) -> None:
    first = prices.agree("price", 35, customer="C-1", item="PUMP", name="Contract")
    step = prices.agree("price", 30, customer="C-1", item="PUMP", from_quantity=10)
    draft = prices.agree("price", 1, customer="C-1", item="PUMP", state="draft")
    euro = prices.agree("price", 2, item="PUMP", currency="EUR")
    pump = day.item("PUMP")
    with Session(day.owner) as session, wire(day.owner) as sent:
        told = price(session, item=pump, customer=1, quantity=D(6), date=DAY)
    assert sent.statements == 2
    assert (told.price, told.list_price, told.currency, told.source) == (
        D(35),
        D("39.9"),
        "USD",
        "agreement",
    )
    reasons = {each["agreement"]: each["reason"] for each in told.explanation["candidates"]}
    assert reasons == {first: None, step: "below_step", draft: "not_active", euro: "other_currency"}
    assert told.explanation["nearest_miss"]["more"] == "4"
    assert "It starts at 10 pc: 4 more reach it." in told.reasons
    assert told.explanation["rule"] == [f"agreement {first}"]
    assert ask(day, quantity=6).decision.rule == (f"agreement {first}",)


def test_without_a_party_each_record_for_everybody_is_told_once(day: Day, prices: Prices) -> None:
    sold = prices.agree("price", 35, item="PUMP")
    tenth = prices.agree("percent", 10)
    bought = prices.agree("price", 20, item="PUMP", side="buy")
    for side, candidates in ((Side.SELL, {sold, tenth}), (Side.BUY, {bought})):
        with Session(day.owner) as session:
            told = price(session, item=day.item("PUMP"), date=DAY, side=side)
        found = [each["agreement"] for each in told.explanation["candidates"]]
        assert (set(found), len(found)) == (candidates, len(candidates))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"item": 99}, NotFound),
        ({"unit": "barrel"}, UnitUnknown),
        ({"quantity": D(-1)}, QuantityNotPositive),
        ({"supplier": 1}, WrongSideParty),
        ({"side": Side.BUY, "customer": 1}, WrongSideParty),
    ],
)
def test_what_has_no_price(day: Day, change: dict[str, Any], refusal: type[BusinessError]) -> None:
    with Session(day.owner) as session, pytest.raises(refusal):
        price(session, **{"item": 2, "date": DAY, **change})
