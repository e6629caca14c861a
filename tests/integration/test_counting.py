"""Bins are counted after a short pick: the books become right, promises follow, once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.core.errors import NotPermitted, SeveralProblems
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.packing import say_short
from app.operations.picking import make_picklist, short_pick
from app.operations.stock import (
    BinCounted,
    CountClosed,
    CountNegative,
    LotNeeded,
    NotToCount,
    PlaceReasonNeeded,
    TakenBack,
    ask_count,
    ask_place_count,
    cancel_count,
    count_bin,
)
from app.queries.counting import bin_to_count, bins_to_count, counting_counts, counts
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.statements import hearing
from tests.factories.trips import doctor_finds

D = Decimal


def _allocated(day: Day, *lines: tuple[str, object]) -> int:
    order = day.order(*lines)
    day.runner.do(allocate_order, order=order)
    return order


def _short(day: Day, order: int, found: object = 0) -> None:
    """The first bin of the order's new list holds only so much."""
    listed = day.runner.do(make_picklist, orders=(order,))
    line = day.one(
        "SELECT min(id) FROM picklist_line WHERE picklist_id = :id", id=listed.picklist_id
    )
    more = {"to": day.place("P-01")} if found else {}
    day.runner.do(short_pick, line=line, found=D(str(found)), reason="empty shelf", **more)


def _open(day: Day) -> list[tuple[str, str, str]]:
    with reading(day.owner) as session:
        return [(each.place, each.item, each.reason) for each in counts(session)]


def test_a_short_pick_asks_for_a_count_once_and_the_count_puts_the_books_right(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 5)
    _short(day, _allocated(day, ("PUMP", 3)), found=1)
    _short(day, _allocated(day, ("PUMP", 2)))
    assert _open(day) == [("A-01", "PUMP", "2 missing: empty shelf")]
    assert day.on_hand("PUMP", "A-01") == 4
    count = day.one("SELECT id FROM bin_count")
    made = day.runner.do(count_bin, count=count, counted=D(0))
    assert isinstance(made, BinCounted)
    assert [made.books, made.counted] == [4, 0]
    assert not made.taken_back
    assert day.on_hand("PUMP", "A-01") == 0
    assert day.one("SELECT note FROM stock_move ORDER BY id DESC LIMIT 1") == (
        "counted 0, the books said 4; 2 missing: empty shelf"
    )
    assert _open(day) == []
    assert doctor_finds(owner) == ()


def test_a_count_that_leaves_less_than_is_promised_takes_the_least_urgent_back(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 6)
    first, second = _allocated(day, ("PUMP", 2)), _allocated(day, ("PUMP", 3))
    count = day.runner.do(
        ask_count, item=day.item("PUMP"), location=day.place("A-01"), reason="looks empty"
    ).count_ids[0]
    made = day.runner.do(count_bin, count=count, counted=D(3), note="twice")
    line = day.lines(second)[0]
    assert made.taken_back == (TakenBack(line.id, "SO-1002", 1, D(2)),)
    assert [line.allocated for order in (first, second) for line in day.lines(order)] == [2, 1]
    assert day.on_hand("PUMP", "A-01") == 3
    assert doctor_finds(owner) == ()


def test_more_than_the_books_say_is_found_and_as_much_moves_nothing(day: Day) -> None:
    day.stock("ROPE", "2.5")
    asked = {"item": day.item("ROPE"), "location": day.place("A-01"), "reason": "yearly"}
    first = day.runner.do(ask_count, **asked).count_ids[0]
    assert day.runner.do(ask_count, **asked).count_ids == (first,)
    moves = day.one("SELECT count(*) FROM stock_move")
    day.runner.do(count_bin, count=first, counted=D("2.5"))
    assert day.one("SELECT count(*) FROM stock_move") == moves
    again = day.runner.do(ask_count, **asked).count_ids[0]
    assert again != first
    day.runner.do(count_bin, count=again, counted=D("4.25"))
    assert day.free("ROPE", "A-01") == D("4.25")


def test_all_of_a_bin_is_asked_for_at_once_and_nothing_twice(day: Day) -> None:
    day.stock("ROPE", "2.5")
    day.stock("PUMP", 6)
    day.stock("PUMP", 1, place="A-02")
    for lot in ("L-1", "L-2"):
        day.stock("FLARE", 4, lot=lot)
    bin = day.place("A-01")
    asked = {"item": day.item("ROPE"), "location": bin, "reason": "yearly"}
    rope = day.runner.do(ask_count, **asked).count_ids
    pump = (day.item("PUMP"),)
    with hearing(day.runner.engine) as few:
        some = day.runner.do(ask_place_count, location=bin, items=pump, reason="looks few")
    with hearing(day.runner.engine) as more:
        whole = day.runner.do(ask_place_count, location=bin, reason="looks few")
    assert len(few) == len(more) > 0
    assert (len(some.count_ids), len(whole.count_ids), whole.place) == (1, 4, "A-01")
    assert set(rope) | set(some.count_ids) < set(whole.count_ids)
    assert day.ask("""SELECT i.number, t.code, c.reason FROM bin_count c
                        JOIN item i ON i.id = c.item_id LEFT JOIN lot t ON t.id = c.lot_id
                       ORDER BY 1, 2""") == [
        ("FLARE", "L-1", "looks few"),
        ("FLARE", "L-2", "looks few"),
        ("PUMP", None, "looks few"),
        ("ROPE", None, "yearly"),
    ]


def test_a_count_of_a_place_says_all_that_is_wrong_with_it(day: Day) -> None:
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(ask_place_count, location=day.place("TRUCK-1"), reason=" ")
    assert [type(each) for each in refused.value.problems] == [NotToCount, PlaceReasonNeeded]
    assert day.one("SELECT count(*) FROM bin_count") == 0


def test_each_lot_is_counted_by_itself(day: Day) -> None:
    for lot, quantity in (("L-1", 4), ("L-2", 6)):
        day.stock("FLARE", quantity, lot=lot)
    _short(day, _allocated(day, ("FLARE", 4)))
    with pytest.raises(LotNeeded):
        day.runner.do(
            ask_count, item=day.item("FLARE"), location=day.place("A-02"), reason="looks empty"
        )
    with reading(day.owner) as session:
        document = bin_to_count(session, bin=day.place("A-01"))
    assert [(line.item, line.lot) for line in document.lines] == [("FLARE", "L-1")]
    day.runner.do(count_bin, count=document.lines[0].id, counted=D(1))
    assert day.ask(
        """SELECT t.code, b.on_hand FROM stock_balance b JOIN lot t ON t.id = b.lot_id
            JOIN location p ON p.id = b.location_id WHERE p.code = 'A-01' ORDER BY 1"""
    ) == [("L-1", 1), ("L-2", 6)]
    asked = day.runner.do(
        ask_count, item=day.item("FLARE"), location=day.place("A-01"), reason="all lots"
    )
    assert len(asked.count_ids) == 2


def test_short_at_the_bench_asks_for_a_count_of_the_bins(day: Day) -> None:
    day.stock("PUMP", 2)
    day.stock("PUMP", 2, "A-02")
    order = _allocated(day, ("PUMP", 4))
    day.runner.do(say_short, line=day.lines(order)[0].id)
    assert sorted(place for place, _, _ in _open(day)) == ["A-01", "A-02"]


def test_bins_are_listed_in_walk_order_and_a_closed_count_stays_readable(day: Day) -> None:
    for place in ("A-02", "A-01"):
        day.runner.do(
            ask_count, item=day.item("PUMP"), location=day.place(place), reason="looks empty"
        )
    with reading(day.owner) as session:
        rows = bins_to_count(session, limit=1)
        assert [row.code for row in rows] == ["A-01"]
        assert [row.code for row in bins_to_count(session, after=rows[0].key)] == ["A-02"]
        assert bins_to_count(session, filter="PU%") == ()
        assert len(bins_to_count(session, filter="bilge")) == 2
        assert counting_counts(session).open == 2
    count = day.one("SELECT min(id) FROM bin_count")
    day.runner.do(cancel_count, count=count, reason="sold out")
    with reading(day.owner) as session:
        assert counting_counts(session).open == 1
        closed = bin_to_count(session, bin=day.place("A-02")).closed
        assert [(each.counted, each.closed_by, each.note) for each in closed] == [
            (None, closed[0].closed_by, "sold out")
        ]
        assert [row.code for row in bins_to_count(session, view="done")] == ["A-02"]


def test_what_cannot_be_counted_is_refused_in_words(day: Day) -> None:
    asked = {"item": day.item("PUMP"), "reason": "looks empty"}
    with pytest.raises(NotToCount, match="S-01 is a staging place; bins are counted"):
        day.runner.do(ask_count, location=day.place("S-01"), **asked)
    with pytest.raises(SeveralProblems):
        day.runner.do(ask_count, location=0, item=0, reason="")
    count = day.runner.do(ask_count, location=day.place("A-01"), **asked).count_ids[0]
    with pytest.raises(CountNegative):
        day.runner.do(count_bin, count=count, counted=D(-1))
    day.runner.do(count_bin, count=count, counted=D(0))
    with pytest.raises(CountClosed, match="The count of PUMP in A-01 is counted by"):
        day.runner.do(count_bin, count=count, counted=D(2))
    assert day.on_hand("PUMP", "A-01") == 0


def test_the_floor_asks_and_stock_counts(day: Day, run_as: RunAs, engine_as: EngineAs) -> None:
    asked = {"item": day.item("PUMP"), "location": day.place("A-01"), "reason": "looks empty"}
    count = run_as("fritz").do(ask_count, **asked).count_ids[0]
    with pytest.raises(NotPermitted):
        run_as("fritz").do(count_bin, count=count, counted=D(1))
    with pytest.raises(NotPermitted):
        run_as("anna").do(ask_count, **asked)
    assert run_as("stefan").do(count_bin, count=count, counted=D(1)).books == 0
    with engine_as("stefan").connect() as terminal, pytest.raises(DBAPIError):
        terminal.exec_driver_sql("UPDATE bin_count SET counted = 5")
