"""Random commands over the whole life of stock and orders; the books are audited after each step.

Subjects are mostly chosen where a step can succeed, else nearly all would be refused; a run is
the same every time, and at its end the steps that must have succeeded are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.core.errors import BusinessError
from app.database.engine import reading
from app.operations.allocation import allocate_order, release_order
from app.operations.billing import delete_draft_invoice, invoice_order, post_invoice
from app.operations.orders import NewCharge, add_charge, cancel_order
from app.operations.packing import (
    box,
    close_carton,
    finish,
    open_carton,
    reopen_carton,
    undo_box,
    unpack,
)
from app.operations.picking import make_picklist, pick_line, pick_order, short_pick
from app.operations.run import Command, verb_of
from app.operations.staging import restage, stage, unstage
from app.operations.stock import adjust
from app.operations.trucks import (
    LineBack,
    come_back,
    depart,
    load,
    plan_trip,
    start_loading,
    undepart,
    unload,
)
from app.queries.doctor import doctor
from app.rules.charges import ChargeBilling
from app.rules.trucks import Outcome
from tests.factories.audit import broken
from tests.factories.day import Day

pytestmark = pytest.mark.any_server("random lives, reckoned; each statement has a test of its own")

ITEMS = st.sampled_from(["PUMP", "ANCHOR"])
BINS = st.sampled_from(["A-01", "A-02"])
LANES = st.sampled_from(["S-01", "S-02"])
WHICH = st.integers(0, 5)
COUNTS = st.integers(1, 6)
MAYBE = st.booleans()
FREIGHT = NewCharge("Freight", Decimal("7.35"), billing=ChargeBilling.PER_SHIPMENT)

LEAST = {
    "pick_line in part": 2,
    "short_pick": 2,
    "pick_order": 15,
    "stage": 10,
    "stage in part": 5,
    "restage": 8,
    "unstage": 5,
    "unstage in part": 2,
    "box": 10,
    "undo_box": 1,
    "close_carton": 8,
    "load": 15,
    "load in part": 5,
    "unload": 2,
    "depart": 8,
    "depart in part": 5,
    "undepart": 1,
    "come_back": 2,
    "packed": 8,
    "packed in part": 5,
    "unpack": 5,
    "invoice_order": 5,
    "invoice_order in part": 1,
    "delete_draft_invoice": 1,
    "post_invoice": 1,
    "adjust": 8,
    "adjust that took back": 1,
    "cancel_order": 2,
    "release_order": 3,
    "given again": 50,
}
"""How often each must have succeeded: a guard that is never reached is tested by nobody."""


_POSSIBLE = """
    WITH mine AS (
      SELECT p.kind, a.carton_id, d.kind AS mode FROM allocation a
        JOIN location p ON p.id = a.location_id
        JOIN sales_order_line l ON l.id = a.order_line_id
        JOIN sales_order o ON o.id = l.order_id
        JOIN delivery_mode d ON d.id = o.delivery_mode_id
       WHERE o.id = ANY (:orders))
    SELECT DISTINCT kind FROM mine
    UNION SELECT 'loadable' FROM mine WHERE mode = 'own_truck'
             AND kind IN ('staging', 'cart', 'packing')
    UNION SELECT c.state || ' carton' FROM mine JOIN carton c ON c.id = mine.carton_id
    UNION SELECT CASE WHEN s.trip_id IS NULL THEN 'sent' ELSE 'driven' END FROM shipment s
           WHERE s.order_id = ANY (:orders) AND s.state = 'packed'
    UNION SELECT 'short' FROM sales_order_line WHERE order_id = ANY (:orders) AND backordered > 0
    UNION SELECT 'invoiceable' FROM sales_order_line
           WHERE order_id = ANY (:orders) AND invoiceable > 0
    UNION SELECT 'draft' FROM invoice WHERE state = 'draft'"""
"""What the shift has to work with."""


_BORNE = """
    SELECT s.order_id, c.id IS NOT NULL AS is_borne FROM shipment s
      LEFT JOIN shipment_charge c ON c.shipment_id = s.id
     WHERE s.order_id = ANY (:orders) AND s.state = 'packed' ORDER BY s.id"""
"""Every shipment that is away, and whether it bears freight."""


_AS_NEW = """
    SET LOCAL session_replication_role = replica;
    TRUNCATE command, sales_order, trip, picklist, stock_balance, lot, print_job
      RESTART IDENTITY CASCADE;
    ALTER SEQUENCE sales_order_number RESTART; ALTER SEQUENCE picklist_number RESTART;
    ALTER SEQUENCE shipment_number RESTART; ALTER SEQUENCE trip_number RESTART;
    UPDATE number_series SET next = CASE code WHEN 'invoice' THEN 1001 ELSE 1 END"""
"""Past every trigger: a shift must not depend on the one before, or it could not be replayed."""


def with_any(*things: str) -> Callable[[Any], Any]:
    """A step that is tried only while the shift has one of these."""
    return precondition(lambda self: not self.possible.isdisjoint(things))


class Kernel(RuleBasedStateMachine):
    """A shift with four new orders, two by carrier and two by truck; refusals are part of it."""

    day: Day
    done: dict[str, int]
    places: dict[str, int]
    ledger: list[Any]
    possible: frozenset[str] = frozenset()

    # ------------------------------------------------------------ how steps are made

    def attempt(self, function: Callable[..., Any], **arguments: Any) -> Any:
        """Give a command; None when it is refused. Every fourth is given twice, to no effect."""
        verb = verb_of(function)
        command = Command(verb, verb.arguments(**arguments))
        try:
            answer = self.day.runner.run(command)
        except BusinessError:
            return None
        self.count(function.__name__)
        self.given += 1
        if self.given % 4 == 0:
            moves = self.day.one("SELECT count(*) FROM stock_move")
            assert self.day.runner.run(command) == answer
            assert self.day.one("SELECT count(*) FROM stock_move") == moves
            self.count("given again")
        return answer

    def place(self, code: str) -> int:
        """The id behind a place's code, asked once."""
        if code not in self.places:
            self.places[code] = self.day.place(code)
        return self.places[code]

    def count(self, name: str, happened: object = True) -> None:
        if happened:
            self.done[name] = self.done.get(name, 0) + 1

    def one_of(self, which: int, sql: str, **values: Any) -> int:
        """One of the ids the query finds among this shift's orders; else any order."""
        found = self.day.ask(sql, orders=self.orders, **values) if which < 5 else []
        ids = [row[0] for row in found] or self.orders
        return int(ids[which % len(ids)])

    def order_with_goods(self, which: int, *kinds: str, truck: bool | None = None) -> int:
        """An order with promised goods in places of these kinds."""
        return self.one_of(
            which,
            """SELECT DISTINCT l.order_id FROM allocation a JOIN location p ON p.id = a.location_id
                 JOIN sales_order_line l ON l.id = a.order_line_id
                 JOIN sales_order o ON o.id = l.order_id
                 JOIN delivery_mode d ON d.id = o.delivery_mode_id
                WHERE l.order_id = ANY (:orders) AND p.kind = ANY (:kinds)
                  AND coalesce(CAST(:truck AS boolean) = (d.kind = 'own_truck'), true)
                ORDER BY 1""",
            kinds=list(kinds),
            truck=truck,
        )

    def lines_with_goods(self, order: int, *kinds: str) -> tuple[int, ...]:
        rows = self.day.ask(
            """SELECT DISTINCT l.id FROM allocation a JOIN location p ON p.id = a.location_id
                 JOIN sales_order_line l ON l.id = a.order_line_id
                WHERE l.order_id = :order AND p.kind = ANY (:kinds) ORDER BY 1""",
            order=order,
            kinds=list(kinds),
        )
        return tuple(row[0] for row in rows)

    def loose(self, order: int, *kinds: str) -> Decimal:
        """How much of an order is promised in such places."""
        return Decimal(
            self.day.one(
                """SELECT coalesce(sum(a.quantity), 0) FROM allocation a
                     JOIN location p ON p.id = a.location_id AND p.kind = ANY (:kinds)
                     JOIN sales_order_line l ON l.id = a.order_line_id
                    WHERE l.order_id = :order""",
                order=order,
                kinds=list(kinds),
            )
        )

    @initialize(first=COUNTS, second=COUNTS, ahead=st.sampled_from((4, 3, 1, 2, 0)))
    def begin(self, first: int, second: int, ahead: int) -> None:
        """Orders and goods; `ahead` says how far some are, so that short runs get far as well."""
        day = self.day
        with day.owner.begin() as connection:
            connection.exec_driver_sql(_AS_NEW)
        self.given = self.steps = 0
        self.ledger = [0, [], None]
        self.orders = [
            day.order(("PUMP", first + 2), ("ANCHOR", second), customer="C-2"),
            day.order(("PUMP", second + 1), ("ANCHOR", 1), customer="C-1"),
            day.order(("ANCHOR", first), ("PUMP", first), customer="C-1"),
            day.order(("PUMP", second), ("ANCHOR", 2), customer="C-2"),
        ]
        for order in self.charged:
            day.runner.do(add_charge, order=order, charge=FREIGHT)
        self.items = {number: day.item(number) for number in ("PUMP", "ANCHOR")}
        day.stock("PUMP", 2 * (first + second) + 3)
        day.stock("PUMP", 3, "A-02")
        day.stock("ANCHOR", first + second + 2, "A-02")
        for order in self.orders:
            self.attempt(allocate_order, order=order)
        first_place = "S-01" if ahead in (2, 4) else "CART-1"
        self.attempt(pick_order, order=self.orders[0], to=self.place(first_place))
        if ahead in (1, 4):
            self.box_some(self.orders[1], "PUMP", 1)
            self.box_some(self.orders[2], "ANCHOR", first)
            self.close_and_finish(self.orders[2])
            if ahead == 4:
                self.unpack_one(0)
        if ahead in (2, 4):
            self.attempt(restage, order=self.orders[0], lane=self.place("S-02"))
            self.load_some(self.orders[0])
        if ahead in (3, 4):
            self.stage_some(self.orders[3], "S-02", True)
            self.load_some(self.orders[3])
            self.leave(True)
            if ahead == 3:  # what is invoiced can neither be un-packed nor taken back
                self.attempt(invoice_order, order=self.orders[3])

    @property
    def charged(self) -> list[int]:
        """The orders each of whose shipments bears freight: one by truck, one by carrier."""
        return self.orders[::2]

    # ------------------------------------------------------------ bins and promises

    @rule(item=ITEMS, place=BINS, quantity=COUNTS)
    def receive(self, item: str, place: str, quantity: int) -> None:
        self.day.stock(item, quantity, place)

    @with_any("short")
    @rule(which=WHICH, whole=MAYBE)
    def allocate(self, which: int, whole: bool) -> None:
        order = self.one_of(
            which,
            """SELECT DISTINCT order_id FROM sales_order_line WHERE order_id = ANY (:orders)
                  AND backordered > 0 ORDER BY 1""",
        )
        self.attempt(allocate_order, order=order, all_or_nothing=whole)

    @with_any("storage")
    @rule(which=WHICH)
    def release(self, which: int) -> None:
        self.attempt(release_order, order=self.order_with_goods(which, "storage"))

    @rule(item=ITEMS, place=BINS, quantity=st.integers(-5, 4), answer=MAYBE)
    def adjust(self, item: str, place: str, quantity: int, answer: bool) -> None:
        done = self.attempt(
            adjust,
            item=self.items[item],
            location=self.place(place),
            quantity=Decimal(quantity),
            reason="counted",
            release=answer,
        )
        self.count("adjust that took back", done and done.taken_back)

    # ------------------------------------------------------------ picking and lanes

    def open_line(self, which: int) -> Any:
        """An open picklist line of the shift, from a list that is made when there is none."""
        self.attempt(
            make_picklist, orders=(self.order_with_goods(which, "storage"),), print_it=False
        )
        rows = self.day.ask(
            """SELECT k.id, k.quantity - k.picked AS left FROM picklist_line k
                 JOIN sales_order_line l ON l.id = k.order_line_id
                WHERE k.state = 'open' AND l.order_id = ANY (:orders) ORDER BY k.id""",
            orders=self.orders,
        )
        return rows[which % len(rows)] if rows else None

    @with_any("storage")
    @rule(which=WHICH, quantity=COUNTS, place=st.sampled_from(["CART-1", "S-01", "P-01"]))
    def pick_a_line(self, which: int, quantity: int, place: str) -> None:
        line = self.open_line(which)
        if line is not None:
            done = self.attempt(
                pick_line, line=line.id, quantity=Decimal(quantity), to=self.place(place)
            )
            self.count("pick_line in part", done and quantity < line.left)

    @with_any("storage")
    @rule(which=WHICH, found=st.integers(0, 3))
    def pick_short(self, which: int, found: int) -> None:
        line = self.open_line(which)
        if line is not None:
            self.attempt(short_pick, line=line.id, found=Decimal(found), reason="not there")

    @with_any("storage")
    @rule(which=WHICH, place=st.sampled_from(["CART-1", "S-01", "S-02", "P-01"]))
    def pick(self, which: int, place: str) -> None:
        order = self.order_with_goods(which, "storage")
        self.attempt(pick_order, order=order, to=self.place(place))

    @with_any("storage", "cart", "packing")
    @rule(which=WHICH, lane=LANES, some=MAYBE)
    def stage(self, which: int, lane: str, some: bool) -> None:
        self.stage_some(self.order_with_goods(which, "storage", "cart", "packing"), lane, some)

    def stage_some(self, order: int, lane: str, some: bool) -> None:
        kinds = ("storage", "cart", "packing")
        before = self.loose(order, *kinds)
        lines = self.lines_with_goods(order, *kinds)[:1] if some else ()
        done = self.attempt(stage, order=order, lane=self.place(lane), lines=lines)
        self.count("stage in part", done and 0 < self.loose(order, *kinds) < before)

    @with_any("staging")
    @rule(which=WHICH, lane=LANES)
    def restage(self, which: int, lane: str) -> None:
        order = self.order_with_goods(which, "staging")
        self.attempt(restage, order=order, lane=self.place(lane))

    @with_any("staging", "packing", "cart")
    @rule(which=WHICH, place=BINS, some=MAYBE)
    def unstage(self, which: int, place: str, some: bool) -> None:
        kinds = ("staging", "packing", "cart")
        order = self.order_with_goods(which, *kinds)
        lines = self.lines_with_goods(order, *kinds)[:1] if some else ()
        done = self.attempt(unstage, order=order, to=self.place(place), reason="wrong", lines=lines)
        self.count("unstage in part", done and self.loose(order, *kinds) > 0)

    # ------------------------------------------------------------ the bench

    def carton_of(self, order: int, state: str) -> int | None:
        rows = self.day.ask(
            "SELECT id FROM carton WHERE order_id = :order AND state = :state ORDER BY id DESC",
            order=order,
            state=state,
        )
        return rows[0].id if rows else None

    @with_any("storage", "staging", "packing", "cart")
    @rule(which=WHICH, item=ITEMS, quantity=st.integers(1, 3))
    def box(self, which: int, item: str, quantity: int) -> None:
        kinds = ("storage", "staging", "packing", "cart")
        self.box_some(self.order_with_goods(which, *kinds, truck=False), item, quantity)

    def box_some(self, order: int, item: str, quantity: int) -> None:
        bench = self.place("P-01")
        carton = self.carton_of(order, "open")
        if carton is None:
            opened = self.attempt(open_carton, order=order, location=bench)
            carton = opened.carton_id if opened else None
        if carton is not None:
            done = self.attempt(
                box,
                order=order,
                item=self.items[item],
                carton=carton,
                location=bench,
                quantity=Decimal(quantity),
            )
            self.count("packed", done and self.is_packed(order))

    def is_packed(self, order: int) -> bool:
        return self.day.status(order) in ("packed", "closed")

    def order_with_carton(self, which: int, state: str) -> int:
        return self.one_of(
            which,
            """SELECT DISTINCT c.order_id FROM carton c WHERE c.order_id = ANY (:orders)
                  AND c.state = :state AND EXISTS (SELECT FROM allocation a
                                                    WHERE a.carton_id = c.id)
                ORDER BY 1""",
            state=state,
        )

    @with_any("open carton")
    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        carton = self.carton_of(self.order_with_carton(which, "open"), "open")
        if carton is not None:
            self.attempt(undo_box, carton=carton)

    @with_any("open carton")
    @rule(which=WHICH)
    def close(self, which: int) -> None:
        carton = self.carton_of(self.order_with_carton(which, "open"), "open")
        if carton is not None:
            self.attempt(close_carton, carton=carton)

    @with_any("closed carton")
    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        carton = self.carton_of(self.order_with_carton(which, "closed"), "closed")
        if carton is not None:
            self.attempt(reopen_carton, carton=carton)

    @with_any("open carton", "closed carton")
    @rule(which=WHICH, close_first=MAYBE)
    def finish(self, which: int, close_first: bool) -> None:
        order = self.order_with_carton(which, "open" if close_first else "closed")
        self.close_and_finish(order, close_first)

    def close_and_finish(self, order: int, close_first: bool = True) -> None:
        carton = self.carton_of(order, "open")
        if close_first and carton is not None:
            self.attempt(close_carton, carton=carton)
        done = self.attempt(finish, order=order)
        self.count("packed", done and done.packed)
        self.count("packed in part", done and done.packed and not self.is_packed(order))

    @with_any("sent")
    @rule(which=WHICH)
    def unpack(self, which: int) -> None:
        self.unpack_one(which)

    def unpack_one(self, which: int) -> None:
        found = self.shipments("s.trip_id IS NULL")
        if found:
            self.attempt(unpack, shipment=found[which % len(found)].id)

    def shipments(self, condition: str) -> list[Any]:
        return self.day.ask(
            f"""SELECT s.id, s.trip_id FROM shipment s
                 WHERE s.order_id = ANY (:orders) AND s.state = 'packed' AND {condition}
                 ORDER BY s.id""",
            orders=self.orders,
        )

    # ------------------------------------------------------------ the truck

    def loading_trip(self) -> int | None:
        """The trip whose truck is being loaded; planned when there is none and orders want one."""
        rows = self.day.ask("SELECT id FROM trip WHERE state = 'loading'")
        if rows:
            return int(rows[0].id)
        waiting = self.day.ask(
            """SELECT o.id FROM sales_order o JOIN delivery_mode d ON d.id = o.delivery_mode_id
                WHERE o.id = ANY (:orders) AND d.kind = 'own_truck' AND o.state = 'confirmed'
                  AND NOT EXISTS (SELECT FROM trip_order x JOIN trip t ON t.id = x.trip_id
                     WHERE x.order_id = o.id AND t.state IN ('planned', 'loading')) ORDER BY 1""",
            orders=self.orders,
        )
        if not waiting:
            return None
        trip = self.attempt(
            plan_trip,
            truck=self.place("TRUCK-1"),
            orders=tuple(row.id for row in waiting),
        )
        if trip is None:
            return None
        self.attempt(start_loading, trip=trip.trip_id)
        return int(trip.trip_id)

    @with_any("loadable")
    @rule(which=WHICH)
    def load(self, which: int) -> None:
        self.load_some(self.order_with_goods(which, "staging", "cart", "packing", truck=True))

    def load_some(self, order: int) -> None:
        trip = self.loading_trip()
        if trip is not None:
            done = self.attempt(load, trip=trip, order=order, out_of_sequence=True)
            left = self.loose(order, "storage", "cart", "staging", "packing")
            self.count("load in part", done and left > 0)

    @with_any("truck")
    @rule(which=WHICH, lane=LANES)
    def unload(self, which: int, lane: str) -> None:
        trip = self.loading_trip()
        if trip is not None:
            order = self.order_with_goods(which, "truck")
            self.attempt(unload, trip=trip, order=order, lane=self.place(lane))

    @with_any("truck")
    @rule(leave_behind=MAYBE)
    def depart(self, leave_behind: bool) -> None:
        self.leave(leave_behind)

    def leave(self, leave_behind: bool) -> None:
        trip = self.loading_trip()
        if trip is not None:
            done = self.attempt(depart, trip=trip, leave_behind=leave_behind, overweight=True)
            self.count("depart in part", done and done.left_behind)

    @with_any("driven")
    @rule(which=WHICH)
    def take_the_departure_back(self, which: int) -> None:
        found = self.shipments("s.trip_id IS NOT NULL")
        if found:
            self.attempt(undepart, trip=found[which % len(found)].trip_id)

    @with_any("driven")
    @rule(which=WHICH, outcome=st.sampled_from(list(Outcome)), quantity=st.integers(1, 2))
    def come_back(self, which: int, outcome: Outcome, quantity: int) -> None:
        found = self.shipments("s.trip_id IS NOT NULL")
        if not found:
            return
        shipment = found[which % len(found)].id
        line = self.day.one(
            "SELECT min(order_line_id) FROM stock_move WHERE shipment_id = :id", id=shipment
        )
        self.attempt(
            come_back,
            shipment=shipment,
            lines=(LineBack(line, outcome, Decimal(quantity), reason="refused at the door"),),
        )

    # ------------------------------------------------------------ money and endings

    @with_any("invoiceable")
    @rule(which=WHICH, some=MAYBE)
    def invoice(self, which: int, some: bool) -> None:
        order = self.one_of(
            which,
            """SELECT DISTINCT order_id FROM sales_order_line WHERE order_id = ANY (:orders)
                  AND invoiceable > 0 ORDER BY 1""",
        )
        rows = self.day.ask(
            """SELECT id FROM sales_order_line WHERE order_id = :order AND invoiceable > 0
                ORDER BY id""",
            order=order,
        )
        lines = {rows[0].id: Decimal(1)} if some and rows else None
        done = self.attempt(invoice_order, order=order, lines=lines)
        self.count("invoice_order in part", done and self.invoiceable(order) > 0)

    def invoiceable(self, order: int) -> Decimal:
        return sum((line.invoiceable for line in self.day.lines(order)), Decimal(0))

    def draft(self, which: int) -> int | None:
        rows = self.day.ask("SELECT id FROM invoice WHERE state = 'draft' ORDER BY id DESC LIMIT 3")
        return rows[which % len(rows)].id if rows else None

    @with_any("draft")
    @rule(which=WHICH)
    def delete_draft(self, which: int) -> None:
        if (invoice := self.draft(which)) is not None:
            self.attempt(delete_draft_invoice, invoice=invoice)

    @with_any("draft")
    @rule(which=WHICH)
    def post(self, which: int) -> None:
        if (invoice := self.draft(which)) is not None:
            self.attempt(post_invoice, invoice=invoice)

    @rule(which=WHICH, release_first=MAYBE)
    def cancel(self, which: int, release_first: bool) -> None:
        order = self.orders[which % len(self.orders)]
        if release_first:
            self.attempt(release_order, order=order)
        self.attempt(cancel_order, order=order, reason="no longer wanted")

    # ------------------------------------------------------------ what holds after every step

    @invariant()
    def the_books_are_right(self) -> None:
        with self.day.owner.connect() as connection:
            assert broken(connection) == []
        borne = self.day.ask(_BORNE, orders=self.orders)
        assert [row.order_id for row in borne if row.is_borne] == [
            row.order_id for row in borne if row.order_id in self.charged
        ]
        found = self.day.ask(_POSSIBLE, orders=self.orders)
        self.possible = frozenset(row[0] for row in found)

    @invariant()
    def the_doctor_finds_nothing(self) -> None:
        self.steps += 1
        if self.steps % 4:  # the audit above asks after every step
            return
        with reading(self.day.owner) as session:
            assert doctor(session) == ()

    @invariant()
    def what_was_written_for_good_is_as_it_was(self) -> None:
        """Moves and posted invoices are only ever added to."""
        query = """
            WITH good AS (
              SELECT 1 AS sort, id, md5(m::text) AS row FROM stock_move m
              UNION ALL SELECT 2, i.id, md5(i::text || (
                  SELECT string_agg(l::text, ' ' ORDER BY l.id) FROM invoice_line l
                   WHERE l.invoice_id = i.id)) FROM invoice i WHERE state = 'posted')
            SELECT md5(string_agg(row, '' ORDER BY sort, id)) FROM good
              WHERE sort = 1 AND id <= :last OR sort = 2 AND id = ANY (:posted)"""
        last, posted, digest = self.ledger
        if digest is not None:
            assert self.day.ask(query, last=last, posted=posted)[0][0] == digest
        last = self.day.one("SELECT coalesce(max(id), 0) FROM stock_move")
        posted = self.day.one(
            "SELECT coalesce(array_agg(id), '{}') FROM invoice WHERE state = 'posted'"
        )
        self.ledger[:] = [last, posted, self.day.ask(query, last=last, posted=posted)[0][0]]


@pytest.fixture
def shift(day: Day) -> type[Kernel]:
    """The machine on a database of its own, emptied before each of its shifts."""
    return type("Shift", (Kernel,), {"day": day, "done": {}, "places": {}})


def test_no_sequence_of_commands_makes_the_books_wrong(shift: type[Kernel]) -> None:
    run_machine(
        shift,
        settings=settings(
            max_examples=24,
            stateful_step_count=30,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    rare = {
        name: shift.done.get(name, 0)
        for name, least in LEAST.items()
        if shift.done.get(name, 0) < least
    }
    assert rare == {}, shift.done
