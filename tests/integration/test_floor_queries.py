"""Sharing out, picking and staging: what the desks read, and the verbs behind their keys."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from app.core.errors import NotFound, NotPermitted, SeveralProblems
from app.core.quantity import QuantityNotPositive, QuantityTooFine
from app.database.engine import reading
from app.operations.allocation import (
    CannotGoThere,
    MovedAlready,
    NotEnoughStock,
    NothingAllocated,
    NothingWaits,
    NotInBins,
    NotShortOf,
    ReallocationReasonNeeded,
    SameLine,
    allocate_order,
    allocate_orders,
    allocate_wave,
    reallocate,
    release_line,
    release_order,
)
from app.operations.orders import hold_order
from app.operations.orders.refusals import OnHold
from app.operations.picking import (
    ListDone,
    NotShort,
    PickTooMuch,
    ShortReasonNeeded,
    StaleCode,
    make_picklist,
    pick_all,
    pick_line,
    pick_order,
    short_pick,
)
from app.operations.staging import (
    NotSoMuchLoose,
    PartOfOneLine,
    UnstageReasonNeeded,
    restage,
    stage,
    unstage,
)
from app.operations.trucks import load, plan_trip, start_loading
from app.queries.allocation import (
    allocation,
    allocation_counts,
    allocation_document,
    allocation_rows,
    wanted_items,
)
from app.queries.picking import (
    find_places,
    list_of_order,
    order_to_list,
    orders_to_list,
    picking_counts,
    picklist,
    picklists,
    scanned_line,
)
from app.queries.staging import lane, lanes, order_to_stage, orders_to_stage, staging_counts
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import boxed
from tests.factories.statements import hearing

D = Decimal


class Desk:
    """Reads as somebody at a desk does."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def read(self, query: Any, **arguments: Any) -> Any:
        with reading(self.engine) as session:
            return query(session, **arguments)

    def statements(self, query: Any, **arguments: Any) -> int:
        """How many statements a query sends."""
        with hearing(self.engine) as sent:
            self.read(query, **arguments)
        return len(sent)


@pytest.fixture
def desk(engine_as: EngineAs) -> Desk:
    return Desk(engine_as("fritz"))


def _line(day: Day, order: int, number: int = 1) -> int:
    return int(day.lines(order)[number - 1].id)


def _list_lines(day: Day) -> list[Any]:
    return day.ask(
        """SELECT p.code, k.quantity, k.picked, k.state, k.id FROM picklist_line k
             JOIN location p ON p.id = k.location_id ORDER BY k.id"""
    )


# ---------------------------------------------------------------- allocation, as it is read


def test_the_views_of_who_wants_goods(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 3)
    fed, poor = day.order(("PUMP", 2)), day.order(("PUMP", 4), customer="C-2")
    bare = day.order(("ANCHOR", 1))
    day.draft(("PUMP", 9))
    day.runner.do(allocate_order, order=fed)

    def seen(view: str) -> list[int]:
        return [row.id for row in desk.read(allocation_rows, view=view)]

    assert (seen("short"), seen("now"), seen("allocated")) == ([poor, bare], [poor], [fed])
    counts = desk.read(allocation_counts)
    assert (counts.short, counts.now, counts.allocated) == (2, 1, 1)
    row = desk.read(allocation_rows, view="short", filter="harb")[0]
    assert (row.customer, row.wanted, row.allocated, row.short) == ("Harbour Stores", 4, 0, 4)
    assert row.waits == 1
    day.runner.do(hold_order, order=poor, code="CREDIT", reason="over the limit")
    assert seen("now") == []
    assert [row.hold for row in desk.read(allocation_rows, view="short")] == ["Credit limit", None]


def test_who_goes_first_stands_first_and_pages_join(day: Day, desk: Desk) -> None:
    late = day.order(("PUMP", 1), requested_date=date(2031, 2, 1))
    soon = day.order(("PUMP", 1), requested_date=date(2031, 1, 1))
    vip = day.order(("PUMP", 1), requested_date=date(2031, 3, 1))
    with day.owner.begin() as connection:
        connection.exec_driver_sql(f"UPDATE sales_order SET priority = 5 WHERE id = {vip}")
    found: list[int] = []
    after = None
    while True:
        page = desk.read(allocation_rows, after=after, limit=1)
        if not page:
            break
        found.append(page[0].id)
        after = page[0].key
    assert found == [vip, soon, late]


def test_an_orders_lines_say_what_could_be_given(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 3)
    other, order = day.order(("PUMP", 2)), day.order(("PUMP", 4), ("ANCHOR", 1))
    day.runner.do(allocate_order, order=other)
    shown = desk.read(allocation_document, order=order)
    pump, anchor = shown.lines
    assert (pump.wanted, pump.short, pump.available, pump.elsewhere) == (4, 4, 1, 2)
    assert (anchor.short, anchor.available, anchor.elsewhere) == (1, 0, 0)
    day.runner.do(allocate_order, order=order)
    pump = desk.read(allocation_document, order=order).lines[0]
    assert (pump.allocated, pump.in_bins, pump.short, pump.available) == (1, 1, 3, 0)
    with pytest.raises(NotFound):
        desk.read(allocation_document, order=999)


def test_blocked_and_expired_goods_are_not_free(day: Day, desk: Desk) -> None:
    day.stock("FLARE", 5, lot="GOOD", expires_on=date(2099, 1, 1))
    day.stock("FLARE", 7, lot="OLD", expires_on=date(2020, 1, 1))
    day.stock("FLARE", 9, lot="BAD", expires_on=date(2099, 1, 1))
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE lot SET blocked_reason = 'recall' WHERE code = 'BAD'")
    order = day.order(("FLARE", 1))
    assert desk.read(allocation_document, order=order).lines[0].available == 5
    assert desk.read(allocation, item=day.item("FLARE")).available == 5


def test_all_who_want_an_item(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 5)
    rich = day.order(("PUMP", 4), requested_date=date(2031, 1, 1))
    poor = day.order(("PUMP", 3), ("PUMP", 2), requested_date=date(2031, 1, 2), customer="C-2")
    day.runner.do(allocate_order, order=rich)
    shown = desk.read(allocation, item=day.item("PUMP"))
    assert (shown.number, shown.available) == ("PUMP", 1)
    assert [(c.order_id, c.line_no, c.in_bins, c.short) for c in shown.claims] == [
        (rich, 1, 4, 0),
        (poor, 1, 0, 3),
        (poor, 2, 0, 2),
    ]
    assert [(r.number, r.orders, r.short, r.available) for r in desk.read(wanted_items)] == [
        ("PUMP", 1, D(5), D(1))
    ]
    with pytest.raises(NotFound):
        desk.read(allocation, item=999)


# ---------------------------------------------------------------- sharing out


def test_a_wave_gives_by_priority_and_date_and_passes_over_holds(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 5)
    late = day.order(("PUMP", 2), requested_date=date(2031, 2, 1))
    soon = day.order(("PUMP", 2), requested_date=date(2031, 1, 1))
    vip = day.order(("PUMP", 2), requested_date=date(2031, 3, 1))
    held = day.order(("PUMP", 2), requested_date=date(2030, 1, 1))
    day.runner.do(hold_order, order=held, code="CREDIT", reason="over the limit")
    with day.owner.begin() as connection:
        connection.exec_driver_sql(f"UPDATE sales_order SET priority = 5 WHERE id = {vip}")
    answer = day.runner.do(allocate_wave)
    assert (answer.allocated, answer.lines) == (D(5), 3)
    assert [(short.missing, short.item) for short in answer.short] == [(D(1), "PUMP")]
    assert {o: day.lines(o)[0].allocated for o in (vip, soon, late, held)} == {
        vip: 2,
        soon: 2,
        late: 1,
        held: 0,
    }
    with pytest.raises(NothingWaits):
        day.runner.do(allocate_wave)


def test_a_wave_over_a_filter_leaves_the_others(day: Day) -> None:
    day.stock("PUMP", 5)
    here, there = day.order(("PUMP", 1), customer="C-2"), day.order(("PUMP", 1))
    day.runner.do(allocate_wave, filter="Harbour")
    assert (day.lines(here)[0].allocated, day.lines(there)[0].allocated) == (1, 0)


def test_a_hold_that_does_not_stop_allocation_does_not(day: Day) -> None:
    day.stock("PUMP", 2)
    billing, credit = day.order(("PUMP", 1)), day.order(("PUMP", 1))
    day.runner.do(hold_order, order=billing, code="NO-BILL", reason="wait")
    day.runner.do(hold_order, order=credit, code="CREDIT", reason="over the limit")
    day.runner.do(allocate_order, order=billing)
    assert day.lines(billing)[0].allocated == 1
    with pytest.raises(OnHold):
        day.runner.do(allocate_order, order=credit)


def test_a_selection_all_or_nothing_names_everything_that_is_short(day: Day) -> None:
    day.stock("PUMP", 3)
    orders = (day.order(("PUMP", 2)), day.order(("PUMP", 2)), day.order(("ANCHOR", 1)))
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(allocate_orders, orders=orders, all_or_nothing=True)
    assert [type(each) for each in refused.value.problems] == [NotEnoughStock, NotEnoughStock]
    assert day.one("SELECT count(*) FROM allocation") == 0


def test_releasing_leaves_the_reason_on_the_order(day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 1), ("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(release_line, line=_line(day, order, 2), reason=" customer waits ")
    assert [line.allocated for line in day.lines(order)] == [1, 0]
    assert day.ask("SELECT text, written_by FROM order_note") == [
        ("Released 2 PUMP: customer waits", "maria")
    ]
    with pytest.raises(NothingAllocated):
        day.runner.do(release_line, line=_line(day, order, 2))


# ---------------------------------------------------------------- from one order to another


def test_goods_change_hands_and_both_orders_say_why(day: Day) -> None:
    day.stock("PUMP", 5)
    rich, poor = day.order(("PUMP", 5)), day.order(("PUMP", 3), customer="C-2")
    day.runner.do(allocate_order, order=rich)
    day.runner.do(make_picklist, orders=(rich,))
    answer = day.runner.do(
        reallocate, line=_line(day, rich), to=_line(day, poor), quantity=D(3), reason="promised"
    )
    assert (answer.quantity, answer.from_order, answer.to_order) == (
        D(3),
        "SO-1001",
        "SO-1002",
    )
    assert (day.lines(rich)[0].allocated, day.lines(poor)[0].allocated) == (2, 3)
    assert (day.status(rich), day.status(poor)) == ("part_allocated", "allocated")
    assert day.one("SELECT state FROM picklist_line") == "cancelled"
    assert day.on_hand("PUMP", "A-01") == 5
    assert sorted(row[0] for row in day.ask("SELECT text FROM order_note")) == [
        "3 PUMP given to SO-1002: promised",
        "3 PUMP taken from SO-1001: promised",
    ]


def test_goods_on_no_list_change_hands_first(day: Day) -> None:
    day.stock("PUMP", 2, "A-01")
    rich, poor = day.order(("PUMP", 5)), day.order(("PUMP", 3))
    day.runner.do(allocate_order, order=rich)
    day.runner.do(make_picklist, orders=(rich,))
    day.stock("PUMP", 3, "A-02")
    day.runner.do(allocate_order, order=rich)
    day.runner.do(
        reallocate, line=_line(day, rich), to=_line(day, poor), quantity=D(3), reason="vip"
    )
    assert day.one("SELECT state FROM picklist_line") == "open"
    assert day.ask(
        """SELECT p.code, a.quantity FROM allocation a JOIN location p ON p.id = a.location_id
            ORDER BY p.code"""
    ) == [("A-01", D(2)), ("A-02", D(3))]


def test_what_stands_in_a_lane_or_on_a_truck_does_not_change_hands(day: Day) -> None:
    day.stock("PUMP", 5)
    gone, poor = day.order(("PUMP", 5), customer="C-2"), day.order(("PUMP", 3))
    day.runner.do(allocate_order, order=gone)
    day.runner.do(stage, order=gone, lane=day.place("S-01"))
    asked = {"line": _line(day, gone), "to": _line(day, poor), "quantity": D(1), "reason": "x"}
    with pytest.raises(NotInBins) as refused:
        day.runner.do(reallocate, **asked)
    assert "(5 in S-01)" in str(refused.value)
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(gone,)).trip_id
    day.runner.do(start_loading, trip=trip)
    day.runner.do(load, trip=trip, order=gone)
    with pytest.raises(NotInBins):
        day.runner.do(reallocate, **asked)
    with pytest.raises(MovedAlready):
        day.runner.do(release_order, order=gone)
    assert (day.lines(gone)[0].allocated, day.lines(poor)[0].allocated) == (5, 0)


def test_a_move_that_makes_no_sense_is_refused_with_all_its_problems(day: Day) -> None:
    day.stock("PUMP", 2)
    rich, poor = day.order(("PUMP", 2)), day.order(("PUMP", 1), ("ANCHOR", 1))
    day.runner.do(allocate_order, order=rich)
    line, pump, anchor = _line(day, rich), _line(day, poor), _line(day, poor, 2)

    def refusal(**asked: Any) -> Any:
        with pytest.raises(Exception) as refused:  # noqa: PT011 - which one is what is asked
            day.runner.do(reallocate, **asked)
        return refused.value

    several = refusal(line=line, to=pump, quantity=D(3), reason=" ")
    assert [type(each) for each in several.problems] == [
        ReallocationReasonNeeded,
        NotShortOf,
        NotInBins,
    ]
    assert isinstance(refusal(line=line, to=anchor, quantity=D(1), reason="x"), CannotGoThere)
    assert isinstance(refusal(line=line, to=line, quantity=D(1), reason="x"), SameLine)
    assert isinstance(refusal(line=line, to=999, quantity=D(1), reason="x"), NotFound)
    negative = refusal(line=line, to=pump, quantity=D(-1), reason="x")
    assert isinstance(negative, QuantityNotPositive)
    assert isinstance(refusal(line=line, to=pump, quantity=D("0.5"), reason="x"), QuantityTooFine)
    day.runner.do(reallocate, line=line, to=pump, quantity=D(1), reason="x")
    twice = refusal(line=line, to=pump, quantity=D(1), reason="x")
    assert isinstance(twice, NotShortOf)
    assert [day.lines(o)[0].allocated for o in (rich, poor)] == [1, 1]


def test_who_may_do_what(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 4)
    order, other = day.order(("PUMP", 2)), day.order(("PUMP", 2))
    floor, sales = run_as("fritz"), run_as("anna")
    for sharing in (allocate_order, release_order):
        with pytest.raises(NotPermitted):
            floor.do(sharing, order=order)
    with pytest.raises(NotPermitted):
        floor.do(allocate_wave)
    sales.do(allocate_order, order=order)
    with pytest.raises(NotPermitted):
        floor.do(
            reallocate, line=_line(day, order), to=_line(day, other), quantity=D(1), reason="x"
        )
    listed = sales.do(make_picklist, orders=(order,)).picklist_id
    line = _list_lines(day)[0].id
    moving: tuple[tuple[Any, dict[str, Any]], ...] = (
        (pick_line, {"line": line}),
        (pick_all, {"picklist": listed}),
        (pick_order, {"order": order}),
        (short_pick, {"line": line, "found": D(0), "reason": "x"}),
        (stage, {"order": order}),
        (restage, {"order": order, "lane": day.place("S-02")}),
        (unstage, {"order": order, "to": day.place("A-01"), "reason": "x"}),
    )
    for verb, asked in moving:
        with pytest.raises(NotPermitted):
            sales.do(verb, **asked)
    assert day.on_hand("PUMP", "A-01") == 4
    floor.do(pick_line, line=line)
    assert day.on_hand("PUMP", "S-01") == 2


# ---------------------------------------------------------------- picking


def test_a_short_pick_goes_on_in_another_bin(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 5, "A-01")
    day.stock("PUMP", 1, "A-02")
    day.stock("PUMP", 9, "A-03")
    order = day.order(("PUMP", 5))
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE location SET walk_sequence = 5 WHERE code = 'A-03'")
        connection.exec_driver_sql("UPDATE location SET walk_sequence = 1 WHERE code = 'A-01'")
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    answer = run_as("fritz").do(
        short_pick, line=_list_lines(day)[0].id, found=D(2), reason="two are broken"
    )
    assert (answer.missing, answer.redirected, answer.backordered) == (D(3), D(3), D(0))
    assert answer.places == ("A-03",)
    assert [tuple(row)[:4] for row in _list_lines(day)] == [
        ("A-01", 5, 2, "short"),
        ("A-03", 3, 0, "open"),
    ]
    assert day.one("SELECT state FROM picklist") == "open"
    assert (day.on_hand("PUMP", "S-01"), day.free("PUMP", "A-01")) == (D(2), D(3))
    assert day.lines(order)[0].allocated == 5
    day.runner.do(pick_line, line=_list_lines(day)[1].id)
    assert day.one("SELECT state FROM picklist") == "done"
    assert day.status(order) == "staged"


def test_what_no_bin_has_is_backordered(day: Day) -> None:
    day.stock("PUMP", 5, "A-01")
    day.stock("PUMP", 1, "A-02")
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    answer = day.runner.do(short_pick, line=_list_lines(day)[0].id, found=D(0), reason="empty")
    assert (answer.missing, answer.redirected, answer.backordered) == (D(5), D(1), D(4))
    assert (day.lines(order)[0].allocated, day.lines(order)[0].backordered) == (1, 4)
    last = _list_lines(day)[1].id
    again = day.runner.do(short_pick, line=last, found=D(0), reason="empty too")
    assert (again.places, again.backordered) == ((), D(1))  # not back to the bin found empty before
    assert day.one("SELECT state FROM picklist") == "done"


def test_a_short_pick_needs_no_lane_when_nothing_was_found(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    with day.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE sales_order SET lane_id = NULL")
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    day.runner.do(short_pick, line=_list_lines(day)[0].id, found=D(0), reason="empty")
    assert day.lines(order)[0].allocated == 0


@pytest.mark.parametrize(
    ("found", "reason", "problem"),
    [
        ("5", "x", NotShort),
        ("6", "x", NotShort),
        ("-1", "x", NotShort),
        ("0.5", "x", QuantityTooFine),
        ("0", "  ", ShortReasonNeeded),
    ],
)
def test_a_short_pick_that_is_none_is_refused(
    day: Day, found: str, reason: str, problem: type[Exception]
) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    line = _list_lines(day)[0].id
    with pytest.raises(problem):
        day.runner.do(short_pick, line=line, found=D(found), reason=reason)
    assert _list_lines(day)[0].state == "open"
    assert day.lines(order)[0].allocated == 5


def test_nothing_is_picked_twice_or_too_much(day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    listed = day.runner.do(make_picklist, orders=(order,)).picklist_id
    line = _list_lines(day)[0].id
    with pytest.raises(PickTooMuch):
        day.runner.do(pick_line, line=line, quantity=D(6))
    with pytest.raises(QuantityTooFine):
        day.runner.do(pick_line, line=line, quantity=D("1.5"))
    day.runner.do(pick_line, line=line)
    with pytest.raises(StaleCode):
        day.runner.do(pick_line, line=line)
    with pytest.raises(StaleCode):
        day.runner.do(short_pick, line=line, found=D(0), reason="x")
    with pytest.raises(ListDone):
        day.runner.do(pick_all, picklist=listed)
    with pytest.raises(NotFound):
        day.runner.do(pick_all, picklist=999)
    assert day.on_hand("PUMP", "S-01") == 5


def test_picking_an_order_whole_closes_its_lists(day: Day) -> None:
    day.stock("PUMP", 5)
    order, other = day.order(("PUMP", 2)), day.order(("PUMP", 2))
    for each in (order, other):
        day.runner.do(allocate_order, order=each)
    alone = day.runner.do(make_picklist, orders=(order,)).picklist_id
    day.runner.do(pick_order, order=order)
    assert day.ask("SELECT id, state FROM picklist") == [(alone, "done")]
    day.stock("PUMP", 9)
    third = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=third)
    both = day.runner.do(make_picklist, orders=(other, third)).picklist_id
    day.runner.do(pick_order, order=third)
    assert day.one("SELECT state FROM picklist WHERE id = :id", id=both) == "open"


def test_what_is_to_be_picked_as_lists_and_as_stops(day: Day, desk: Desk) -> None:
    day.stock("ROPE", 50, "A-02")
    day.stock("PUMP", 5, "A-01")
    order = day.order(("ROPE", "12.5"), ("PUMP", 2))
    bare = day.order(("PUMP", 1), customer="C-2")
    for each in (order, bare):
        day.runner.do(allocate_order, order=each)
    assert [row.id for row in desk.read(orders_to_list)] == [order, bare]
    waiting = desk.read(order_to_list, order=order)
    assert [(s.bin, s.item, s.left, s.lane) for s in waiting.stops] == [
        ("A-01", "PUMP", 2, "S-01"),
        ("A-02", "ROPE", D("12.5"), "S-01"),
    ]
    made = day.runner.do(make_picklist, orders=(order,)).picklist_id
    assert [row.id for row in desk.read(orders_to_list)] == [bare]
    assert desk.read(order_to_list, order=order).stops == ()
    row = desk.read(picklists)[0]
    assert (row.id, row.title, row.lines, row.done, row.lane) == (
        made,
        "Brightwater Marine",
        2,
        0,
        "S-01",
    )
    day.runner.do(pick_line, line=desk.read(picklist, picklist=made).stops[0].id)
    shown = desk.read(picklist, picklist=made)
    assert [(s.bin, s.left, s.state) for s in shown.stops] == [
        ("A-01", 0, "picked"),
        ("A-02", D("12.5"), "open"),
    ]
    assert (shown.lane, shown.orders, len(shown.open_stops)) == ("S-01", ("SO-1001",), 1)
    counts = desk.read(picking_counts)
    assert (counts.open, counts.to_list) == (1, 1)
    day.runner.do(pick_all, picklist=made)
    assert [(row.id, row.done) for row in desk.read(picklists, view="done")] == [(made, 2)]
    assert desk.read(picklists, filter="so-1001") == ()
    with pytest.raises(NotFound):
        desk.read(picklist, picklist=999)


def test_a_list_for_several_orders_walks_once(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 9)
    orders = (day.order(("PUMP", 2)), day.order(("PUMP", 3), customer="C-2"))
    for each in orders:
        day.runner.do(allocate_order, order=each)
    made = day.runner.do(make_picklist, orders=orders).picklist_id
    assert desk.read(picklists)[0].title == "2 orders"
    assert desk.read(list_of_order, order=orders[1]) == made
    day.runner.do(release_order, order=orders[1])
    cancelled = [s for s in desk.read(picklist, picklist=made).stops if s.state == "cancelled"]
    assert [(s.order_id, s.reason) for s in cancelled] == [(orders[1], "released")]


def test_a_stale_line_says_where_its_goods_are_listed_now(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    stale = _list_lines(day)[0].id
    day.runner.do(release_order, order=order)
    told = desk.read(scanned_line, line=stale)
    assert (told.state, told.reason, told.new_picklist) == ("cancelled", "released", None)
    day.runner.do(allocate_order, order=order)
    made = day.runner.do(make_picklist, orders=(order,))
    told = desk.read(scanned_line, line=stale)
    assert (told.new_picklist_id, told.new_picklist) == (made.picklist_id, made.number)


def test_places_are_found_by_the_beginning_of_their_code(day: Day, desk: Desk) -> None:
    found = desk.read(find_places, wanted="s-0", kinds=("staging", "cart"), warehouse=1)
    assert [(place.code, place.is_exact) for place in found] == [("S-01", False), ("S-02", False)]
    assert [
        (place.code, place.is_exact)
        for place in desk.read(find_places, wanted="cart-1", kinds=("cart",))
    ] == [("CART-1", True)]
    assert desk.read(find_places, wanted="a", kinds=("staging",), warehouse=2) == ()


# ---------------------------------------------------------------- staging


def test_lanes_and_what_stands_in_them(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 9)
    loose, on_cart = day.order(("PUMP", 2), customer="C-2"), day.order(("PUMP", 3))
    for each in (loose, on_cart):
        day.runner.do(allocate_order, order=each)
    day.runner.do(pick_order, order=on_cart, to=day.place("CART-1"))
    day.runner.do(stage, order=loose, lane=day.place("S-02"))
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(loose,))
    number = day.one("SELECT number FROM trip")
    assert trip.trip_id
    row = desk.read(lanes)[0]
    assert (row.code, row.orders, row.cartons, row.loose, row.trips) == (
        "S-02",
        1,
        0,
        1,
        (number,),
    )
    assert [each.code for each in desk.read(lanes, view="all")] == ["S-01", "S-02"]
    assert [each.code for each in desk.read(lanes, view="all", after="S-01")] == ["S-02"]
    waiting = desk.read(orders_to_stage)[0]
    assert (waiting.id, waiting.places, waiting.lane) == (on_cart, ("CART-1",), "S-01")
    counts = desk.read(staging_counts)
    assert (counts.in_use, counts.to_stage) == (1, 1)
    shown = desk.read(lane, lane=day.place("S-02"))
    assert [(g.order_id, g.item, g.quantity, g.trip) for g in shown.goods] == [
        (loose, "PUMP", 2, number)
    ]
    order = desk.read(order_to_stage, order=on_cart)
    assert [(g.place, g.quantity) for g in order.on_the_way] == [("CART-1", 3)]
    with pytest.raises(NotFound):
        desk.read(lane, lane=day.place("A-01"))


def test_some_lines_are_staged_and_restaged_and_the_others_stay(day: Day) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2), ("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("CART-1"))
    first, second = _line(day, order), _line(day, order, 2)
    day.runner.do(stage, order=order, lines=(first,))
    assert (day.on_hand("PUMP", "S-01"), day.on_hand("PUMP", "CART-1")) == (D(2), D(3))
    day.runner.do(stage, order=order, lines=(second,))
    day.runner.do(restage, order=order, lane=day.place("S-02"), lines=(second,))
    assert (day.on_hand("PUMP", "S-01"), day.on_hand("PUMP", "S-02")) == (D(2), D(3))
    day.runner.do(
        unstage,
        order=order,
        to=day.place("A-02"),
        reason="wrong size",
        from_place=day.place("S-02"),
    )
    assert (day.on_hand("PUMP", "S-01"), day.on_hand("PUMP", "A-02")) == (D(2), D(3))
    assert day.lines(order)[1].allocated == 3
    with pytest.raises(UnstageReasonNeeded):
        day.runner.do(unstage, order=order, to=day.place("A-02"), reason=" ")


def test_part_of_a_line_is_staged_and_only_what_is_loose(day: Day) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 6), ("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("CART-1"))
    line = _line(day, order)
    day.runner.do(stage, order=order, lines=(line,), quantity=D(2))
    assert (day.on_hand("PUMP", "S-01"), day.on_hand("PUMP", "CART-1")) == (D(2), D(5))
    assert (day.lines(order)[0].allocated, day.lines(order)[0].staged) == (6, 2)
    refusals: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
        ({"lines": (line,), "quantity": D(5)}, NotSoMuchLoose),
        ({"lines": (line,), "quantity": D(0)}, QuantityNotPositive),
        ({"lines": (line,), "quantity": D("0.5")}, QuantityTooFine),
        ({"quantity": D(1)}, PartOfOneLine),
    )
    for asked, problem in refusals:
        with pytest.raises(problem):
            day.runner.do(stage, order=order, **asked)
    assert day.on_hand("PUMP", "S-01") == D(2)


def test_a_carton_goes_with_all_that_is_in_it(day: Day, desk: Desk) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2), ("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order)
    goods = desk.read(order_to_stage, order=order).goods
    lines = {g.line_id for g in goods if g.carton_id == carton}
    day.runner.do(stage, order=order, lines=(min(lines),))
    assert (
        day.one("SELECT count(DISTINCT location_id) FROM allocation WHERE carton_id IS NOT NULL")
        == 1
    )
    assert desk.read(lanes)[0].cartons == 1


# ---------------------------------------------------------------- the cost of reading


@pytest.mark.parametrize("lines", [1, 25])
def test_every_page_is_one_statement_and_every_document_two(
    day: Day, desk: Desk, lines: int
) -> None:
    day.stock("PUMP", 500)
    order = day.order(*[("PUMP", 2)] * lines)
    day.runner.do(allocate_order, order=order)
    made = day.runner.do(make_picklist, orders=(order,)).picklist_id
    pages = (allocation_rows, wanted_items, picklists, orders_to_list, lanes, orders_to_stage)
    assert [desk.statements(page) for page in pages] == [1] * 6
    assert [
        desk.statements(allocation_document, order=order),
        desk.statements(allocation, item=day.item("PUMP")),
        desk.statements(picklist, picklist=made),
        desk.statements(order_to_list, order=order),
        desk.statements(lane, lane=day.place("S-01")),
        desk.statements(order_to_stage, order=order),
    ] == [2] * 6


def test_short_picks_do_not_grow_with_lines_and_lock_before_they_write(
    day: Day, run_as: RunAs
) -> None:
    day.stock("PUMP", 90, "A-01")
    day.stock("PUMP", 90, "A-02")
    runner = run_as("maria")

    def sent_by(lines: int) -> list[str]:
        order = day.order(*[("PUMP", 2)] * lines)
        day.runner.do(allocate_order, order=order)
        day.runner.do(make_picklist, orders=(order,))
        line = day.one("SELECT max(id) FROM picklist_line")
        with hearing(runner.engine) as sent:
            runner.do(short_pick, line=line, found=D(1), reason="one is broken")
        return [statement for statement, _ in sent]

    few, many = sent_by(1), sent_by(20)
    assert len(few) == len(many)
    locks = [n for n, statement in enumerate(few) if "lock_" in statement]
    writes = [
        n
        for n, statement in enumerate(few)
        if statement.lstrip().startswith(("INSERT", "UPDATE", "WITH gone"))
    ]
    names = ["lock_picklists", "lock_allocations", "lock_stock"]
    assert [next(name for name in names if name in few[n]) for n in locks[:3]] == names
    assert locks[2] < writes[0]
