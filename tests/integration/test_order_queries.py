"""Lists of orders and the finder: the right rows, in one statement each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.operations.allocation import allocate_order
from app.queries.orders.listing import OrderCounts, OrderView, order_counts, order_rows
from app.queries.search import search
from tests.factories.day import Day
from tests.factories.statements import hearing

LATE = date(9999, 12, 31)
EARLY = date(1, 1, 1)


def ask(day: Day, query: Callable[..., Any], **arguments: Any) -> Any:
    with Session(day.owner) as session:
        return query(session, **arguments)


def test_an_order_shows_what_is_allocated_and_what_is_short(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    (row,) = ask(day, order_rows, view="open", today=LATE)
    assert (row.id, row.wanted, row.allocated, row.short) == (order, 5, 2, 3)
    assert (row.packed, row.loaded, row.staged) == (0, 0, 0)
    assert row.total == day.one("SELECT total_amount FROM sales_order")


def test_what_is_free_and_only_waits_to_be_allocated_is_told_apart(day: Day) -> None:
    day.stock("PUMP", 4)
    day.stock("ROPE", 100)
    day.order(("PUMP", 7), ("ROPE", 10), ("ANCHOR", 1))
    (row,) = ask(day, order_rows, view="open", today=LATE)
    assert (row.short, row.waits) == (18, 14)


def test_each_view_holds_its_own_orders(day: Day) -> None:
    draft = day.draft(("PUMP", 1))
    short = day.order(("PUMP", 3))
    day.stock("ROPE", 10)
    moving = day.order(("ROPE", 1))
    day.runner.do(allocate_order, order=moving)

    def ids(view: OrderView, today: date = LATE) -> list[int]:
        return [row.id for row in ask(day, order_rows, view=view, today=today)]

    assert ids("open") == [short, moving]
    assert ids("not moving") == [short]
    assert ids("drafts") == [draft]
    assert ids("due today") == [short, moving]
    assert ids("due today", EARLY) == []
    assert ids("all") == [moving, short, draft]
    assert ask(day, order_counts, today=LATE) == OrderCounts(2, 1, 2, 1)


def test_a_draft_is_never_short(day: Day) -> None:
    day.draft(("PUMP", 3))
    (row,) = ask(day, order_rows, view="drafts", today=LATE)
    assert row.short == Decimal(0)


def test_pages_follow_each_other_without_gap_or_double(day: Day) -> None:
    orders = [day.draft(("PUMP", n)) for n in (1, 2, 3)]
    first = ask(day, order_rows, view="drafts", today=LATE, limit=2)
    rest = ask(day, order_rows, view="drafts", today=LATE, limit=2, after=first[-1].key)
    assert [row.id for row in first + rest] == orders


def test_all_orders_follow_each_other_newest_first(day: Day) -> None:
    orders = [day.draft(("PUMP", n)) for n in (1, 2, 3)]
    first = ask(day, order_rows, view="all", limit=2)
    rest = ask(day, order_rows, view="all", limit=2, after=first[-1].key)
    assert [row.id for row in first + rest] == orders[::-1]


def test_without_a_date_it_is_today_in_the_company(day: Day) -> None:
    order = day.order(("PUMP", 1))
    assert [row.id for row in ask(day, order_rows, view="due today")] == [order]
    assert ask(day, order_counts).due_today == 1


@pytest.mark.parametrize("count", [1, 4])
def test_a_page_is_one_statement_however_many_orders(day: Day, count: int) -> None:
    for _ in range(count):
        day.draft(("PUMP", 1))
    with hearing(day.owner) as sent:
        assert len(ask(day, order_rows, view="all", today=LATE)) == count
    assert len(sent) == 1


def test_a_filter_is_the_beginning_of_a_number_or_a_name_and_no_pattern(day: Day) -> None:
    order = day.draft(("PUMP", 1))
    number = day.one("SELECT number FROM sales_order")
    name = day.one("SELECT name FROM customer WHERE number = 'C-1'")
    for wanted, expected in (
        (number.lower(), [order]),
        (name[:3].upper(), [order]),
        ("%", []),
        ("'; --", []),
        ("\\' OR %s :x %(x)s \"", []),
        ("\0", [order]),
    ):
        rows = ask(day, order_rows, view="all", today=LATE, filter=wanted)
        assert [row.id for row in rows] == expected, wanted


def test_the_finder_puts_the_exact_number_first(day: Day) -> None:
    order = day.draft(("PUMP", 1))
    number = day.one("SELECT number FROM sales_order")
    (found,) = ask(day, search, wanted=number.lower())
    assert (found.kind, found.id, found.code, found.is_exact) == ("order", order, number, True)
    (item, *_) = ask(day, search, wanted="pump")
    assert (item.kind, item.id, item.is_exact) == ("item", day.item("PUMP"), True)
    assert [f.id for f in ask(day, search, wanted="PUM") if f.kind == "item"] == [item.id]
    assert ask(day, search, wanted="  ") == ()
    assert ask(day, search, wanted="no such thing \0 %") == ()


@pytest.mark.parametrize(
    "typed", ["rope", "ROPE moor", "mooring-rope", "12 moor", "rope (mooring) 12", "12-strand mo"]
)
def test_the_finder_knows_every_word_of_a_name_by_its_beginning(day: Day, typed: str) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            """UPDATE item SET name = 'Mooring rope, 12-strand',
                               name_sort = 'mooring rope, 12-strand'
                WHERE number = 'ANCHOR'"""
        )
    found = [each.id for each in ask(day, search, wanted=typed) if each.kind == "item"]
    assert day.item("ANCHOR") in found


def test_what_begins_so_goes_before_what_has_a_word_that_begins_so(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.exec_driver_sql(
            """INSERT INTO item (number, name, name_sort, base_unit, tax_class_id)
               SELECT 'Z-' || n, 'A chart of sea ' || n, 'a chart of sea ' || n, 'pc', 1
                 FROM generate_series(1, 20) n"""
        )
        connection.exec_driver_sql(
            """INSERT INTO item (number, name, name_sort, base_unit, tax_class_id)
               VALUES ('Y-1', 'Sea anchor', 'sea anchor', 'pc', 1)"""
        )
    found = ask(day, search, wanted="sea")
    assert found[0].code == "Y-1"
    assert len([each for each in found if each.kind == "item"]) == 8


@pytest.mark.parametrize(
    "naughty", [":* & | !", "a & (b", "'; DROP", "x" * 10_000, "\\ <-> ''", "ß" * 3000, "_"]
)
def test_whatever_is_typed_is_only_looked_for(day: Day, naughty: str) -> None:
    assert all(not each.is_exact for each in ask(day, search, wanted=naughty))


def test_the_finder_knows_aliases_and_the_beginning_of_a_customers_name(day: Day) -> None:
    item = day.item("PUMP")
    with day.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO item_alias (code, item_id) VALUES ('OLD-77', :item)"), {"item": item}
        )
    (found,) = ask(day, search, wanted="old-77")
    assert (found.kind, found.id, found.is_exact) == ("item", item, True)
    name = day.one("SELECT name FROM customer WHERE number = 'C-1'")
    customers = [f for f in ask(day, search, wanted=name[:4].upper()) if f.kind == "customer"]
    assert day.id_of("customer", "C-1") in [f.id for f in customers]
    assert not any(f.is_exact for f in customers)
