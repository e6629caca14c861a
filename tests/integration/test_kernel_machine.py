"""Random commands over the whole stock and order life; the books are audited after every step."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.core.errors import BusinessError
from app.operations.allocation import allocate_order, release_order
from app.operations.orders import cancel_order
from app.operations.picking import pick_order
from app.operations.staging import restage, stage, unstage
from app.operations.stock import adjust
from app.operations.trucks import (
    LineBack,
    cancel_trip,
    come_back,
    depart,
    load,
    plan_trip,
    start_loading,
    undepart,
    unload,
)
from app.rules.trucks import Outcome
from tests.factories.day import Day

AUDIT = {
    "balances equal the sum of moves": """
        SELECT * FROM (
          SELECT item_id, lot_id, location_id, sum(quantity) AS quantity FROM (
            SELECT item_id, lot_id, to_location_id AS location_id, quantity FROM stock_move
            UNION ALL SELECT item_id, lot_id, from_location_id, -quantity FROM stock_move) x
           JOIN location p ON p.id = x.location_id AND p.kind NOT IN
             ('supplier', 'customer', 'adjustment', 'dropship', 'scrap') GROUP BY 1, 2, 3) m
          FULL JOIN stock_balance b ON b.item_id = m.item_id AND b.location_id = m.location_id
           AND coalesce(b.lot_id, 0) = coalesce(m.lot_id, 0)
         WHERE coalesce(b.on_hand, 0) <> coalesce(m.quantity, 0)""",
    "0 <= allocated <= on hand": """
        SELECT * FROM stock_balance WHERE allocated < 0 OR allocated > on_hand""",
    "allocated equals the sum of promises": """
        SELECT b.id FROM stock_balance b LEFT JOIN allocation a ON a.item_id = b.item_id
           AND a.location_id = b.location_id AND a.lot_id IS NOT DISTINCT FROM b.lot_id
         GROUP BY b.id HAVING b.allocated <> coalesce(sum(a.quantity), 0)""",
    "what went in is what went out and what is there": """
        SELECT i.id FROM item i WHERE
          (SELECT coalesce(sum(on_hand), 0) FROM stock_balance WHERE item_id = i.id) <>
          (SELECT coalesce(sum(m.quantity * (
              (f.kind IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap'))::int -
              (t.kind IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap'))::int)), 0)
             FROM stock_move m JOIN location f ON f.id = m.from_location_id
             JOIN location t ON t.id = m.to_location_id WHERE m.item_id = i.id)""",
    "promises belong to open lines": """
        SELECT a.id FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
          JOIN sales_order o ON o.id = l.order_id
         WHERE o.state <> 'confirmed' OR l.item_id <> a.item_id""",
    "no more than wanted": """
        SELECT id FROM sales_order_line
         WHERE allocated + packed - returned + drop_ordered + performed > wanted + tolerance
            OR allocated - boxed - loaded + packed - returned + drop_ordered + performed > wanted
         """,
    "invoiced within delivered": """
        SELECT id FROM sales_order_line
         WHERE invoiced - rebillable > packed + drop_confirmed + performed
            OR credited > invoiced""",
    "line quantities equal their sources": """
        SELECT l.id FROM sales_order_line l
          CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.quantity), 0) AS allocated,
                   coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'staging'), 0) AS staged,
                   coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'truck'), 0) AS loaded
              FROM allocation a JOIN location p ON p.id = a.location_id
             WHERE a.order_line_id = l.id) a
          CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE reason WHEN 'pack' THEN quantity WHEN 'unpack' THEN -quantity
                                ELSE 0 END), 0) AS packed
              FROM stock_move m WHERE m.order_line_id = l.id) m
         WHERE (l.allocated, l.staged, l.loaded, l.packed)
               IS DISTINCT FROM (a.allocated, a.staged, a.loaded, m.packed)""",
    "the stored status is the derived one": """
        SELECT o.id, o.status, d.status FROM sales_order o CROSS JOIN LATERAL (
          SELECT CASE WHEN o.state <> 'confirmed' THEN o.state
                 WHEN sum(l.open) = 0 THEN 'packed'
                 WHEN sum(l.packed - l.returned) > 0 THEN 'part_packed'
                 WHEN sum(l.loaded) >= sum(l.open) THEN 'loaded'
                 WHEN sum(l.loaded) > 0 THEN 'part_loaded'
                 WHEN sum(l.staged) >= sum(l.open) THEN 'staged'
                 WHEN sum(l.staged) > 0 THEN 'part_staged'
                 WHEN sum(l.allocated) >= sum(l.open) THEN 'allocated'
                 WHEN sum(l.allocated) > 0 THEN 'part_allocated' ELSE 'waiting' END AS status
            FROM sales_order_line l WHERE l.order_id = o.id) d WHERE o.status <> d.status""",
    "one trip loads a truck": """
        SELECT truck_id FROM trip WHERE state = 'loading' GROUP BY 1 HAVING count(*) > 1""",
    "a serial is in one place": """
        SELECT b.lot_id FROM stock_balance b JOIN lot t ON t.id = b.lot_id AND t.is_serial
         GROUP BY 1 HAVING sum(b.on_hand) > 1""",
    "a number of a carton is used once": """
        SELECT sscc FROM carton GROUP BY 1 HAVING count(*) > 1""",
}
"""What must never be found, by its sentence (quality: invariants 1, 2, 3 and 5)."""

ITEMS = st.sampled_from(["PUMP", "ANCHOR"])
BINS = st.sampled_from(["A-01", "A-02"])
LANES = st.sampled_from(["S-01", "S-02"])
WHICH = st.integers(0, 2)
COUNTS = st.integers(1, 6)


class Kernel(RuleBasedStateMachine):
    """A shift with three new orders on one trip; refusals are part of the day."""

    day: Day
    done: dict[str, int]

    def attempt(self, function: Callable[..., Any], **arguments: Any) -> None:
        try:
            self.day.runner.do(function, **arguments)
        except BusinessError:
            return
        self.done[function.__name__] = self.done.get(function.__name__, 0) + 1

    @initialize(first=COUNTS, second=COUNTS)
    def begin(self, first: int, second: int) -> None:
        day = self.day
        self.orders = [
            day.order(("PUMP", first), ("ANCHOR", second)),
            day.order(("PUMP", second)),
            day.order(("ANCHOR", first), ("PUMP", first)),
        ]
        self.places = {
            code: day.place(code) for code in ("A-01", "A-02", "S-01", "S-02", "CART-1", "TRUCK-1")
        }
        self.items = {number: day.item(number) for number in ("PUMP", "ANCHOR")}
        self.trip = 0
        day.stock("PUMP", first + second)
        day.stock("ANCHOR", second, "A-02")
        for order in self.orders[:2]:  # so that short runs get beyond the bins
            self.attempt(allocate_order, order=order)
        self.attempt(stage, order=self.orders[1], lane=self.places["S-01"])

    def plan(self) -> None:
        living = [each for each in self.orders if self.day.status(each) != "cancelled"]
        if not self.trip and living:
            answer = self.day.runner.do(
                plan_trip, truck=self.places["TRUCK-1"], orders=tuple(living)
            )
            self.trip = answer.trip_id
            self.attempt(start_loading, trip=self.trip)

    @rule(item=ITEMS, place=BINS, quantity=COUNTS)
    def receive(self, item: str, place: str, quantity: int) -> None:
        self.day.stock(item, quantity, place)

    @rule(which=WHICH, whole=st.booleans())
    def allocate(self, which: int, whole: bool) -> None:
        self.attempt(allocate_order, order=self.orders[which], all_or_nothing=whole)

    @rule(which=WHICH)
    def release(self, which: int) -> None:
        self.attempt(release_order, order=self.orders[which])

    @rule(which=WHICH, place=st.sampled_from(["CART-1", "S-01"]))
    def pick(self, which: int, place: str) -> None:
        self.attempt(pick_order, order=self.orders[which], to=self.places[place])

    @rule(which=WHICH, lane=LANES)
    def stage(self, which: int, lane: str) -> None:
        self.attempt(stage, order=self.orders[which], lane=self.places[lane])

    @rule(which=WHICH, lane=LANES)
    def restage(self, which: int, lane: str) -> None:
        self.attempt(restage, order=self.orders[which], lane=self.places[lane])

    @rule(which=WHICH, place=BINS)
    def unstage(self, which: int, place: str) -> None:
        self.attempt(unstage, order=self.orders[which], to=self.places[place], reason="wrong")

    @rule(which=WHICH)
    def load(self, which: int) -> None:
        self.plan()
        self.attempt(load, trip=self.trip, order=self.orders[which], out_of_sequence=True)

    @rule(which=WHICH, lane=LANES)
    def unload(self, which: int, lane: str) -> None:
        self.plan()
        self.attempt(unload, trip=self.trip, order=self.orders[which], lane=self.places[lane])

    @rule(leave_behind=st.booleans())
    def depart(self, leave_behind: bool) -> None:
        self.plan()
        self.attempt(depart, trip=self.trip, leave_behind=leave_behind)

    @rule()
    def undepart(self) -> None:
        self.attempt(undepart, trip=self.trip)

    @rule(
        which=WHICH,
        outcome=st.sampled_from(Outcome),
        quantity=COUNTS,
        is_replaced=st.booleans(),
    )
    def come_back(self, which: int, outcome: Outcome, quantity: int, is_replaced: bool) -> None:
        for shipment, line in self.day.ask(
            """SELECT s.id, min(l.id) FROM shipment s JOIN sales_order_line l USING (order_id)
                WHERE s.order_id = :order GROUP BY s.id""",
            order=self.orders[which],
        ):
            back = LineBack(
                line, outcome, Decimal(quantity), reason="not wanted", is_replaced=is_replaced
            )
            self.attempt(come_back, shipment=shipment, lines=(back,))

    @rule(item=ITEMS, place=BINS, quantity=st.integers(-4, 4))
    def adjust(self, item: str, place: str, quantity: int) -> None:
        self.attempt(
            adjust,
            item=self.items[item],
            location=self.places[place],
            quantity=Decimal(quantity),
            reason="counted",
        )

    @rule(which=WHICH, release_first=st.booleans())
    def cancel(self, which: int, release_first: bool) -> None:
        if release_first:
            self.attempt(release_order, order=self.orders[which])
        self.attempt(cancel_order, order=self.orders[which], reason="no longer wanted")

    @invariant()
    def the_books_are_right(self) -> None:
        with self.day.owner.connect() as connection:
            for sentence, query in AUDIT.items():
                assert connection.exec_driver_sql(query).all() == [], sentence

    def teardown(self) -> None:
        """The truck drives off, so that the next shift finds it free."""
        if getattr(self, "trip", 0):
            for order in self.orders:
                self.attempt(unload, trip=self.trip, order=order, lane=self.places["S-02"])
            self.attempt(cancel_trip, trip=self.trip)


@pytest.fixture
def shift(day: Day) -> type[Kernel]:
    """The machine on a database of its own, which all its runs share."""
    done: dict[str, int] = {}
    return type("Shift", (Kernel,), {"day": day, "done": done})


def test_no_sequence_of_commands_makes_the_books_wrong(shift: type[Kernel]) -> None:
    run_machine(
        shift,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A run in which everything was refused would prove nothing.
    assert {"allocate_order", "stage", "pick_order"} <= shift.done.keys()
    assert len(shift.done) >= 5, shift.done
