"""Prices of orders: found at entry, kept while their rule stays, typed ones never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.documents.order_confirmation import OrderConfirmationData
from app.operations.billing import invoice_order
from app.operations.orders import (
    NewLine,
    add_lines,
    cancel_line,
    cancel_order,
    change_line,
    change_order,
    enter_order,
    remove_line,
    reprice_order,
)
from app.operations.orders.prices import (
    AlreadyDelivered,
    OtherCurrency,
    PriceAnswer,
    PricesWouldChange,
)
from app.operations.orders.refusals import AnotherOrderLine, DateBefore, PriceInvoiced
from app.queries.orders.document import order_document
from app.queries.orders.entry import item_offers
from app.queries.orders.price_changes import price_differences
from app.queries.paper import paper
from app.rules.printing import DocumentKind
from bench.counting import wire
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.integration.test_billing import shipped

D = Decimal
MARCH = date(2026, 3, 16)


@pytest.fixture
def prices(day: Day) -> Prices:
    return Prices(day)


@pytest.fixture
def ladder(prices: Prices) -> list[int]:
    """Pumps for Brightwater: 38 from 1, 36 from 10, 33 from 50."""
    return [
        prices.agree(
            "price", value, customer="C-1", item="PUMP", name="Contract", from_quantity=step
        )
        for step, value in ((1, 38), (10, 36), (50, 33))
    ]


def do(day: Day, verb: Callable[..., Any], **arguments: Any) -> Any:
    """The manager does it."""
    return day.runner.do(verb, **arguments)


def draft(day: Day, *lines: NewLine, **more: Any) -> tuple[int, list[int]]:
    """An order of Brightwater of 16 March; its id and those of its lines."""
    entered = day.runner.do(
        enter_order, customer=1, lines=lines, order_date=MARCH, requested_date=MARCH, **more
    )
    return entered.order_id, list(entered.line_ids)


def line(day: Day, id: int) -> Any:
    """A line as it is stored."""
    return day.ask("SELECT * FROM sales_order_line WHERE id = :id", id=id)[0]


def pumps(quantity: object, **more: Any) -> NewLine:
    return NewLine(item=2, quantity=D(str(quantity)), **more)


def test_a_line_stores_price_source_parts_and_story(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    prices.account_group("TRADE", "C-1")
    discount = prices.agree("percent", 5, account_group="TRADE", name="Trade 5")
    _, (id,) = draft(day, pumps(12))
    stored = line(day, id)
    assert (stored.unit_price, stored.list_price, stored.price_source, stored.amount) == (
        36,
        D("39.9"),
        "agreement",
        D("410.4"),
    )
    parts = day.ask(
        """SELECT kind, source, label, base, effect, percent FROM line_price_part
            WHERE line_id = :id ORDER BY sequence""",
        id=id,
    )
    assert [tuple(part) for part in parts] == [
        ("price", "agreement", "Contract", 36, 36, None),
        ("percent_off", "agreement", "Trade 5", 36, D("-1.8"), 5),
    ]
    assert stored.price_explanation["rule"] == [f"agreement {ladder[1]}", f"discount {discount}"]
    assert stored.price_explanation["nearest_miss"]["more"] == "38"


def test_a_box_price_is_per_box(day: Day, prices: Prices) -> None:
    prices.agree("price", 200, item="PUMP", unit="case")
    _, (id,) = draft(day, pumps(2, unit="case"))
    stored = line(day, id)
    assert (stored.unit_price, stored.price_unit, stored.price_factor) == (200, "case", 6)
    assert (stored.ordered, stored.amount) == (12, 400)
    do(day, change_line, line=id, quantity=D(3))
    assert line(day, id).amount == 600


def test_a_discount_of_nothing_stands_on_the_line_and_on_no_paper(day: Day, prices: Prices) -> None:
    prices.agree("percent", 20, name="Spring")
    nothing = prices.agree("percent", 0, customer="C-1", item="PUMP", name="Net prices")
    order, (pump, rope) = draft(day, pumps(1), NewLine(item=day.item("ROPE"), quantity=D(10)))
    assert line(day, pump).amount == D("39.9")
    assert line(day, pump).price_explanation["rule"][1:] == [f"discount {nothing}"]
    assert line(day, rope).amount == D("16.8")
    with Session(day.owner) as session:
        printed = paper(session, document=DocumentKind.ORDER_CONFIRMATION, subject=order)
    assert isinstance(printed.data, OrderConfirmationData)
    assert [each.discount for each in printed.data.lines] == ["", "20%"]


def test_a_price_typed_per_box_stands_beside_the_list_price_of_a_box(day: Day) -> None:
    _, (id,) = draft(day, pumps(2, unit="case", unit_price=D(220), price_unit="case"))
    stored = line(day, id)
    assert (stored.price_unit, stored.list_price, stored.amount) == ("case", D("239.4"), 440)
    parts = day.ask(
        "SELECT base, effect FROM line_price_part WHERE line_id = :id ORDER BY sequence", id=id
    )
    assert [tuple(part) for part in parts] == [(D("239.4"), D("239.4")), (D("239.4"), D("-19.4"))]


def test_the_order_discount_is_spread_over_the_lines_and_follows_its_steps(
    day: Day, prices: Prices
) -> None:
    prices.agree("percent", 2, level="order", from_amount=100)
    prices.agree("percent", 10, level="order", from_amount=1000, name="Big order")
    order, ids = draft(day, pumps(1), NewLine(item=1, quantity=D(100)))
    assert [line(day, id).order_discount for id in ids] == [D("0.80"), D("4.20")]
    head = "SELECT discount_percent, goods_amount FROM sales_order WHERE id = :order"
    assert tuple(day.ask(head, order=order)[0]) == (2, D("244.90"))
    do(day, change_line, line=ids[0], quantity=D(30))
    assert tuple(day.ask(head, order=order)[0]) == (10, D("1266.30"))
    do(day, remove_line, line=ids[0])
    assert tuple(day.ask(head, order=order)[0]) == (2, D("205.80"))


# ---------------------------------------------------------------- quantities


def test_crossing_a_step_re_prices_and_says_so(day: Day, ladder: list[int]) -> None:
    _, (id,) = draft(day, pumps(5))
    changed = do(day, change_line, line=id, quantity=D(12))
    (crossed,) = changed.repriced
    assert (crossed.before, crossed.after, crossed.from_step, crossed.to_step) == (38, 36, 1, 10)
    assert (crossed.before_amount, crossed.after_amount) == (190, 432)
    assert crossed.label == "Contract"
    assert line(day, id).amount == 432
    assert do(day, change_line, line=id, quantity=D(49)).repriced == ()


def test_an_order_discount_stays_while_its_record_stays_though_it_changed(
    day: Day, prices: Prices
) -> None:
    prices.agree("percent", 2, level="order", from_amount=100)
    order, (id,) = draft(day, pumps(5))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = 3"))
    head = "SELECT discount_percent FROM sales_order WHERE id = :order"
    do(day, change_line, line=id, quantity=D(6))
    assert day.one(head, order=order) == 2
    do(day, reprice_order, order=order)
    assert day.one(head, order=order) == 3


def test_an_order_discount_is_kept_or_found_anew_with_the_prices(day: Day, prices: Prices) -> None:
    prices.agree("percent", 2, level="order", valid_to=date(2026, 3, 31))
    order, _ = draft(day, pumps(5))
    head = "SELECT discount_percent FROM sales_order WHERE id = :order"
    april = date(2026, 4, 1)
    moved = {"order": order, "order_date": april, "requested_date": april}
    do(day, change_order, **moved, prices=PriceAnswer.KEEP)
    assert day.one(head, order=order) == 2
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = 3, valid_to = NULL"))
    moved |= {"order_date": date(2026, 4, 2), "requested_date": date(2026, 4, 2)}
    do(day, change_order, **moved, prices=PriceAnswer.REPRICE)
    assert day.one(head, order=order) == 3


def test_a_price_stays_while_its_rule_stays_though_the_agreement_changed(
    day: Day, ladder: list[int]
) -> None:
    _, (id,) = draft(day, pumps(12))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = value - 1"))
    assert do(day, change_line, line=id, quantity=D(20)).repriced == ()
    assert line(day, id).unit_price == 36
    (crossed,) = do(day, change_line, line=id, quantity=D(50)).repriced
    assert (crossed.before, crossed.after) == (36, 32)


def test_a_line_in_part_delivered_is_priced_on_the_whole_quantity(
    day: Day, ladder: list[int]
) -> None:
    _, (id,) = draft(day, pumps(60))
    with day.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("""UPDATE sales_order_line SET packed = 20, returned = 15, cancelled = 15,
                             came_back = 15
                     WHERE id = :id"""),
            {"id": id},
        )
    changed = do(day, change_line, line=id, quantity=D(40))
    assert changed.repriced == ()
    assert line(day, id).unit_price == 33


def test_cancelling_a_rest_prices_what_is_left_by_what_is_wanted(
    day: Day, ladder: list[int]
) -> None:
    order, (id, typed) = draft(day, pumps(60), pumps(60, unit_price=D(30)))
    (crossed,) = do(day, cancel_line, line=id, reason="too many", quantity=D(45)).repriced
    assert (crossed.before, crossed.after) == (33, 36)
    assert (crossed.from_step, crossed.to_step) == (50, 10)
    assert line(day, id).amount == 540
    assert do(day, cancel_line, line=id, reason="still too many", quantity=D(3)).repriced == ()
    assert line(day, id).unit_price == 36
    assert do(day, cancel_line, line=typed, reason="too many", quantity=D(45)).repriced == ()
    assert line(day, typed).amount == 450
    # Nothing is left to price.
    do(day, cancel_order, order=order, reason="went elsewhere")
    assert (line(day, id).unit_price, line(day, id).amount) == (36, 0)


def test_goods_to_be_delivered_again_do_not_count_beside_what_is_wanted(
    day: Day, ladder: list[int]
) -> None:
    _, (id,) = draft(day, pumps(60))
    with day.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE sales_order_line SET packed = 15, returned = 15 WHERE id = :id"),
            {"id": id},
        )
    (crossed,) = do(day, cancel_line, line=id, reason="too many", quantity=D(15)).repriced
    assert (crossed.before, crossed.after) == (33, 36)


def test_what_is_invoiced_altogether_keeps_the_price_it_was_invoiced_at(
    day: Day, ladder: list[int]
) -> None:
    _, (id,) = draft(day, pumps(60))
    with day.owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE sales_order_line SET packed = 20, invoiced = 20 WHERE id = :id"),
            {"id": id},
        )
    assert do(day, cancel_line, line=id, reason="too many").repriced == ()
    assert line(day, id).unit_price == 33


def test_lines_added_and_removed_count_across_lines(day: Day, prices: Prices) -> None:
    prices.item_group("DECK", "PUMP", "ANCHOR")
    prices.agree("percent", 10, item_group="DECK", from_quantity=10, across_lines=True)
    order, (first,) = draft(day, pumps(6))
    assert line(day, first).amount == D("239.4")
    added = do(day, add_lines, order=order, lines=(NewLine(item=3, quantity=D(4)),))
    assert [(each.line_id, each.to_step) for each in added.repriced] == [(first, 10)]
    assert line(day, first).amount == D("215.46")
    assert line(day, added.line_ids[0]).amount == D("532.8")
    removed = do(day, remove_line, line=added.line_ids[0])
    assert [(each.line_id, each.from_step) for each in removed.repriced] == [(first, 10)]
    assert line(day, first).amount == D("239.4")


def test_what_is_agreed_since_reaches_no_line_that_nobody_changes(day: Day, prices: Prices) -> None:
    order, (stays, grows, goes, less) = draft(day, pumps(5), pumps(5), pumps(5), pumps(5))
    agreed = prices.agree("price", 30, customer="C-1", item="PUMP", name="Since then")
    prices.item_group("DECK", "ANCHOR")
    prices.agree("percent", 10, item_group="DECK", from_quantity=2, across_lines=True)
    anchors = NewLine(item=3, quantity=D(4))
    changed = [
        do(day, add_lines, order=order, lines=(anchors,)),
        do(day, change_line, line=grows, quantity=D(6)),
        do(day, remove_line, line=goes),
        do(day, cancel_line, line=less, reason="too many", quantity=D(1)),
    ]
    assert [[each.line_id for each in done.repriced] for done in changed] == [
        [],
        [grows],
        [],
        [less],
    ]
    assert line(day, stays).price_explanation["rule"] != [f"agreement {agreed}"]
    assert [(line(day, id).unit_price, line(day, id).amount) for id in (stays, grows, less)] == [
        (D("39.9"), D("199.5")),
        (30, 180),
        (30, 120),
    ]
    (found,) = do(day, reprice_order, order=order).repriced
    assert (found.line_id, found.before, found.after) == (stays, D("39.9"), 30)


def test_a_line_more_is_priced_alone_unless_others_count_with_it(day: Day, prices: Prices) -> None:
    order, _ = draft(day, *(pumps(1) for _ in range(30)))

    def statements() -> int:
        with wire(day.runner.engine) as sent:
            do(day, add_lines, order=order, lines=(pumps(1),))
        return sent.statements

    alone = statements()
    prices.item_group("DECK", "PUMP", "ANCHOR")
    prices.agree("percent", 10, item_group="DECK", from_quantity=100, across_lines=True)
    assert statements() == alone + 2  # the lines beside, and what all of them cost together


# ---------------------------------------------------------------- typed prices


def test_a_typed_price_survives_quantity_and_takes_the_place_of_discounts(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    prices.agree("percent", 5, name="For everybody")
    _, (id,) = draft(day, pumps(5, unit_price=D(37)))
    assert (line(day, id).amount, line(day, id).price_source) == (185, "manual")
    changed = do(day, change_line, line=id, quantity=D(60))
    assert changed.repriced == ()
    assert (line(day, id).unit_price, line(day, id).amount) == (37, 2220)


def parts(day: Day, id: int) -> list[tuple[Any, ...]]:
    """The parts of a line's price: kind, source, whose."""
    return day.ask(
        f"SELECT kind, source, label FROM line_price_part WHERE line_id = {id} ORDER BY sequence"
    )


def test_a_typed_discount_survives_and_its_price_keeps_its_source(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    prices.agree("percent", 5, name="For everybody")
    _, (id,) = draft(day, pumps(5))
    do(day, change_line, line=id, discount_percent=D(10))
    assert (line(day, id).amount, line(day, id).price_source) == (171, "agreement")
    kept = ("percent_off", "manual", "maria")
    assert parts(day, id) == [("price", "agreement", "Contract"), kept]
    changed = do(day, change_line, line=id, quantity=D(60))
    assert (line(day, id).unit_price, line(day, id).amount) == (33, D("1782"))
    assert parts(day, id) == [("price", "agreement", "Contract"), kept]
    assert [(each.before, each.after, each.to_step) for each in changed.repriced] == [
        (D("34.2"), D("29.7"), 50)
    ]
    assert (changed.repriced[0].is_typed, changed.repriced[0].after_amount) == (False, D("1782"))


def test_typing_a_discount_leaves_the_price_as_it_was_agreed(day: Day, ladder: list[int]) -> None:
    _, (id,) = draft(day, pumps(5))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = value - 1"))
    do(day, change_line, line=id, discount_percent=D(10))
    assert (line(day, id).unit_price, line(day, id).amount) == (38, 171)


def test_a_line_entered_with_a_discount_says_where_its_price_is_from(
    day: Day, ladder: list[int]
) -> None:
    _, (id,) = draft(day, pumps(5, discount_percent=D(10)))
    assert (line(day, id).amount, line(day, id).price_source) == (171, "agreement")
    assert [source for _, source, _ in parts(day, id)] == ["agreement", "manual"]


def test_re_pricing_keeps_a_typed_discount_unless_told(day: Day, ladder: list[int]) -> None:
    order, (id,) = draft(day, pumps(5, discount_percent=D(10)))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = value - 1"))
    repriced = do(day, reprice_order, order=order)
    assert [(each.before, each.after) for each in repriced.repriced] == [(D("34.2"), D("33.3"))]
    assert (line(day, id).unit_price, line(day, id).amount) == (37, D("166.50"))
    assert [source for _, source, _ in parts(day, id)] == ["agreement", "manual"]
    do(day, reprice_order, order=order, typed_too=True)
    assert line(day, id).amount == 185
    assert [source for _, source, _ in parts(day, id)] == ["agreement"]


def test_a_typed_price_and_discount_are_dropped_by_one_command(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    prices.agree("percent", 5, name="For everybody")
    _, (id,) = draft(day, pumps(5, unit_price=D(30), discount_percent=D(10)))
    assert (line(day, id).amount, line(day, id).price_source) == (135, "manual")
    do(day, change_line, line=id, drop_price=True, quantity=D(10))
    assert (line(day, id).amount, line(day, id).price_source) == (324, "agreement")
    assert [source for _, source, _ in parts(day, id)] == ["agreement", "manual"]
    do(day, change_line, line=id, drop_discount=True)
    assert line(day, id).amount == 342
    assert [source for _, source, _ in parts(day, id)] == ["agreement", "agreement"]


def test_dropping_the_discount_off_a_typed_price_leaves_that_price(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    prices.agree("percent", 5, name="For everybody")
    _, (id,) = draft(day, pumps(5, unit_price=D(30), discount_percent=D(10)))
    do(day, change_line, line=id, drop_discount=True)
    assert (line(day, id).amount, line(day, id).price_source) == (150, "manual")


def test_re_pricing_leaves_typed_prices_unless_told(day: Day, ladder: list[int]) -> None:
    order, (typed, found) = draft(day, pumps(5, unit_price=D(37)), pumps(12))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = value - 1"))
    repriced = do(day, reprice_order, order=order)
    assert [(each.line_id, each.before, each.after) for each in repriced.repriced] == [
        (found, 36, 35)
    ]
    assert repriced.total == D("653.40")
    repriced = do(day, reprice_order, order=order, lines=(typed,), typed_too=True)
    assert repriced.repriced == ()
    assert line(day, typed).unit_price == 37
    assert line(day, typed).price_source == "agreement"
    assert do(day, reprice_order, order=order).repriced == ()


def test_only_lines_of_the_order_are_re_priced(day: Day) -> None:
    order, _ = draft(day, pumps(1))
    with pytest.raises(AnotherOrderLine):
        do(day, reprice_order, order=order, lines=(99,))


# ---------------------------------------------------------------- customer and date


def test_another_date_asks_once_with_a_before_and_after_list(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    april = date(2026, 4, 1)
    prices.agree("price", 30, customer="C-1", item="PUMP", priority=1, valid_from=april)
    order, (typed, found) = draft(day, pumps(5, unit_price=D(37)), pumps(12))
    with pytest.raises(PricesWouldChange) as asked:
        do(day, change_order, order=order, order_date=april, requested_date=april)
    question = asked.value
    assert question.answer == "prices"
    assert [
        (each["item"], each["is_typed"], each["before"], each["after"])
        for each in question.data["differences"]  # type: ignore[attr-defined]
    ] == [("PUMP", True, "37", "30"), ("PUMP", False, "36", "30")]
    assert "2 PUMP 36 → 30" in question.message()

    def change(answer: PriceAnswer) -> None:
        do(day, change_order, order=order, order_date=april, requested_date=april, prices=answer)

    change(PriceAnswer.KEEP)
    assert [line(day, id).unit_price for id in (typed, found)] == [37, 36]
    do(day, change_order, order=order, order_date=MARCH, prices=PriceAnswer.KEEP)
    change(PriceAnswer.REPRICE)
    assert [line(day, id).unit_price for id in (typed, found)] == [37, 30]
    do(day, change_order, order=order, order_date=MARCH, prices=PriceAnswer.KEEP)
    change(PriceAnswer.REPRICE_TYPED_TOO)
    assert [line(day, id).unit_price for id in (typed, found)] == [30, 30]
    assert day.one("SELECT goods_amount FROM sales_order WHERE id = :o", o=order) == 510


def test_a_discount_on_the_whole_order_that_would_change_is_asked_about_alone(
    day: Day, prices: Prices
) -> None:
    prices.agree("percent", 2, level="order", valid_to=date(2026, 3, 31), name="March")
    prices.agree("amount_off", 15, level="order", valid_from=date(2026, 4, 1), name="Spring")
    order, _ = draft(day, pumps(5))
    april = {"order": order, "order_date": date(2026, 4, 1), "requested_date": date(2026, 4, 1)}
    with pytest.raises(PricesWouldChange) as asked:
        do(day, change_order, **april)
    assert str(asked.value) == (
        "On order SO-1001 the discount on the whole order would be 15, not 3.99. "
        "Keep the prices (keep) or take the new ones (reprice)?"
    )
    assert (asked.value.data["count"], asked.value.data["differences"]) == (0, [])
    assert asked.value.data["discount"] == {
        "before": {"label": "March", "percent": "2", "amount_off": "0", "amount": "3.99"},
        "after": {"label": "Spring", "percent": "0", "amount_off": "15", "amount": "15"},
    }
    do(day, change_order, **april, prices=PriceAnswer.KEEP)
    assert discount_of(day, order) == (2, 0, D("3.99"))
    with Session(day.owner) as session:
        found = price_differences(session, order=order)
        assert (found.lines, found.discount is not None) == ((), True)
    do(day, change_order, **april | {"order_date": MARCH})
    with pytest.raises(PricesWouldChange):
        do(day, change_order, **april)
    do(day, change_order, **april, prices=PriceAnswer.REPRICE)
    assert discount_of(day, order) == (0, 15, 15)
    with Session(day.owner) as session:
        assert not price_differences(session, order=order)


def test_lines_and_the_discount_on_the_whole_are_asked_about_together(
    day: Day, prices: Prices, ladder: list[int]
) -> None:
    prices.agree("percent", 10, level="order", customer="C-1", from_amount=400, name="Big")
    prices.agree("percent", 1, level="order", customer="C-2", name="Harbour")
    order, _ = draft(day, pumps(12), NewLine(item=1, quantity=D(10), unit_price=D(3)))
    assert discount_of(day, order) == (10, 0, D("46.2"))
    with pytest.raises(PricesWouldChange) as asked:
        do(day, change_order, order=order, customer=2)
    assert str(asked.value) == (
        "On order SO-1001 2 lines would cost something else: 1 PUMP 36 → 39.9; 2 ROPE 3 → 2.1. "
        "The discount on the whole order would be 5.09, not 46.2. Keep the prices (keep), take "
        "the new ones (reprice), or those of typed lines too (reprice_typed_too)?"
    )
    do(day, change_order, order=order, customer=2, prices=PriceAnswer.REPRICE)
    # 478.80 and the 30.00 that were typed.
    assert discount_of(day, order) == (1, 0, D("5.09"))


def test_what_is_shown_of_the_discount_is_what_taking_the_prices_then_gives(
    day: Day, prices: Prices
) -> None:
    """Also where a line is invoiced in full, one is typed, and one has a typed discount."""
    prices.agree("percent", 10, level="order", valid_to=date(2026, 1, 31))
    order = shipped(
        day, ("PUMP", 2), ("ROPE", 33), ("ANCHOR", 1), ("PUMP", 3), order_date=date(2026, 1, 5)
    )
    first, rope, anchor, _ = (each.id for each in day.lines(order))
    do(day, change_line, line=rope, discount_percent=D(5))
    do(day, change_line, line=anchor, unit_price=D("140.01"))
    do(day, invoice_order, order=order, lines={first: D(2)})
    prices.agree("price", "33.33", item="PUMP")
    prices.agree("price", "1.99", item="ROPE")
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE trade_agreement SET value = 17 WHERE level = 'order'"))
    with Session(day.owner) as session:
        discount = price_differences(session, order=order).discount
    assert discount is not None
    percent, _, before = discount_of(day, order)
    assert (discount.before.percent, discount.before.amount) == (percent, before)
    do(day, reprice_order, order=order)
    percent, _, after = discount_of(day, order)
    assert (discount.after.percent, discount.after.amount) == (percent, after)
    assert (percent, day.lines(order)[0].order_discount) == (17, D("7.98"))
    with Session(day.owner) as session:
        assert price_differences(session, order=order).discount is None


def discount_of(day: Day, order: int) -> tuple[Any, ...]:
    """Percentage and amount off the order, and what they come to on its lines."""
    return tuple(
        day.ask(
            """SELECT discount_percent, discount_amount,
                      (SELECT sum(order_discount) FROM sales_order_line WHERE order_id = o.id)
                 FROM sales_order o WHERE id = :order""",
            order=order,
        )[0]
    )


def test_a_date_that_changes_no_price_asks_nothing(day: Day, ladder: list[int]) -> None:
    order, (id,) = draft(day, pumps(12))
    changed = do(
        day,
        change_order,
        order=order,
        order_date=date(2026, 3, 17),
        requested_date=date(2026, 3, 17),
    )
    assert changed.repriced == ()
    assert line(day, id).unit_price == 36
    with pytest.raises(DateBefore):
        do(day, change_order, order=order, order_date=date(2026, 3, 18))


def test_another_customer_brings_prices_terms_and_addresses(day: Day, ladder: list[int]) -> None:
    order, _ = draft(day, pumps(12))
    with day.owner.begin() as connection:
        connection.execute(
            text("""UPDATE customer SET delivery_mode_id =
                           (SELECT id FROM delivery_mode WHERE code = 'PICKUP') WHERE id = 2""")
        )
    with pytest.raises(PricesWouldChange):
        do(day, change_order, order=order, customer=2)
    assert day.one("SELECT customer_id FROM sales_order") == 1
    changed = do(day, change_order, order=order, customer=2, prices=PriceAnswer.REPRICE)
    assert [(each.before, each.after) for each in changed.repriced] == [(36, D("39.9"))]
    row = day.ask("SELECT customer_id, ship_to, total_amount FROM sales_order")[0]
    assert (row.customer_id, row.ship_to["city"], row.total_amount) == (2, "Salem", D("517.10"))
    assert (
        day.one("""SELECT m.code FROM sales_order o
                     JOIN delivery_mode m ON m.id = o.delivery_mode_id""")
        == "PICKUP"
    )


def test_a_customer_of_another_currency_or_after_delivery_is_refused(
    day: Day, ladder: list[int]
) -> None:
    order, _ = draft(day, pumps(1))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE customer SET currency = 'EUR' WHERE id = 2"))
    with pytest.raises(OtherCurrency, match="trades in EUR"):
        do(day, change_order, order=order, customer=2)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE customer SET currency = 'USD' WHERE id = 2"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE sales_order_line SET packed = 1"))
    with pytest.raises(AlreadyDelivered):
        do(day, change_order, order=order, customer=2)


def test_differently_priced_lines_go_in_and_are_re_priced_together(
    day: Day, prices: Prices
) -> None:
    prices.agree("percent", 10, item="PUMP")
    counts = []
    for times in (1, 20):
        mixed = (pumps(1), NewLine(item=1, quantity=D(1)), pumps(1, unit_price=D(30))) * times
        with wire(day.runner.engine) as entered:
            order, _ = draft(day, *mixed)
        with day.owner.begin() as connection:
            connection.execute(text("UPDATE trade_agreement SET value = value + 1"))
        with wire(day.runner.engine) as repriced:
            do(day, reprice_order, order=order)
        with wire(day.runner.engine) as unchanged:
            do(day, reprice_order, order=order)
        counts.append((entered.statements, repriced.statements, unchanged.statements))
    assert counts[0] == counts[1]
    # Claimed and answered like every command; between them lock, order, look-up, prices, totals.
    assert counts[0][1:] == (7, 6)


def test_what_is_invoiced_in_full_keeps_its_price(day: Day, prices: Prices) -> None:
    """Its amount is on an invoice: another unit price beside it would be a lie."""
    order = shipped(day, ("PUMP", 2), ("ROPE", 5))
    day.runner.do(invoice_order, order=order, lines={day.lines(order)[0].id: D(2)})
    pump, rope = (each.id for each in day.lines(order))
    prices.agree("price", 30, item="PUMP")
    prices.agree("price", 2, item="ROPE")
    with Session(day.owner) as session:
        found = price_differences(session, order=order)
        assert ([each.line_id for each in found.lines], found.discount) == ([rope], None)
    for change in ({"unit_price": D(1)}, {"discount_percent": D(5)}, {"drop_price": True}):
        with pytest.raises(PriceInvoiced, match=r"All of line 1 \(PUMP\) of order SO-1001"):
            do(day, change_line, line=pump, **change)
    for typed_too in (False, True):
        do(day, reprice_order, order=order, typed_too=typed_too)
        assert (line(day, pump).unit_price, line(day, pump).amount) == (D("39.9"), D("79.8"))
        assert (line(day, rope).unit_price, line(day, rope).amount) == (2, 10)
    do(day, change_line, line=pump, quantity=D(3), unit_price=D(39))
    assert (line(day, pump).unit_price, line(day, pump).amount) == (39, 117)


def test_a_lower_list_price_says_which_agreement_it_went_before(day: Day, prices: Prices) -> None:
    prices.agree("price", 50, customer="C-1", item="PUMP", name="Moorings 2026")
    order, _ = draft(day, pumps(2))
    with Session(day.owner) as session:
        (said,) = order_document(session, order=order).lines[0].price_words
        (offer,) = item_offers(session, customer=1, items={2: (D(2), None)}).values()
    assert said.message() == "own list price, below agreement Moorings 2026"
    assert offer.labels == ("own list price",)
