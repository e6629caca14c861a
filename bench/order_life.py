"""The life of an order in nine commands, against hand-written SQL that makes the same rows.

The floor (`bench/order_life_floor.py`) is checked to leave the same rows and amounts behind. Both
sides take turns on the same server; their commits do not wait for the disk, because that wait is
the same for both and would only make the ratio look smaller. The durable ratio stands beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import event, text

from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import NewLine, confirm_order, enter_order
from app.operations.picking import pick_order
from app.operations.run import Runner
from app.operations.staging import stage
from app.operations.stock import Receipt, receive
from app.operations.trucks import depart, load, plan_trip, start_loading
from bench.counting import Wire, wire
from bench.measured import Goal, Measured, middle
from bench.order_life_floor import STEPS, Floor, Said
from bench.place import Company, Place

TITLE = "The life of an order in nine commands"
SIZES = (1, 10, 40, 100)
USUAL = 10
WARM_UP, ROUNDS, FEW = 6, 25, 8
"""Orders before, in and beside the measurement; the driver prepares what it has seen five times."""

_LEFT_BEHIND = {
    "order": """SELECT state, status, goods_amount, tax_amount, total_amount, version
                  FROM sales_order WHERE id = :order""",
    "lines": """SELECT line_no, item_id, amount, wanted, packed, invoiced, allocated,
                       price_explanation
                  FROM sales_order_line WHERE order_id = :order ORDER BY 1""",
    "prices": """SELECT l.line_no, p.kind, p.source, p.effect FROM line_price_part p
                   JOIN sales_order_line l ON l.id = p.line_id
                  WHERE l.order_id = :order ORDER BY 1""",
    "taxes": """SELECT l.line_no, t.name, t.percent, t.base, t.amount FROM order_tax t
                  JOIN sales_order_line l ON l.id = t.line_id
                 WHERE t.order_id = :order ORDER BY 1""",
    "moves": """SELECT m.reason, m.from_location_id, m.to_location_id, m.item_id, m.quantity,
                       m.shipment_id IS NULL FROM stock_move m
                  JOIN sales_order_line l ON l.id = m.order_line_id WHERE l.order_id = :order
                 ORDER BY 1, 2, 4""",
    "shipments": "SELECT state, count(*) FROM shipment WHERE order_id = :order GROUP BY 1",
    "invoices": """SELECT state, goods_amount, tax_amount, total_amount, base_total_amount,
                          terms, due_date FROM invoice WHERE order_id = :order""",
    "invoice lines": """SELECT l.line_no, l.quantity, l.amount FROM invoice_line l
                          JOIN invoice i ON i.id = l.invoice_id WHERE i.order_id = :order
                         ORDER BY 1""",
    "invoice taxes": """SELECT t.name, t.base, t.amount FROM invoice_tax t
                          JOIN invoice i ON i.id = t.invoice_id WHERE i.order_id = :order""",
    "paper": """SELECT j.document FROM print_job j WHERE (j.document, j.subject_id) IN (
                  SELECT 'invoice', id FROM invoice WHERE order_id = :order
                  UNION ALL SELECT 'packing_slip', id FROM shipment WHERE order_id = :order
                  UNION ALL SELECT 'manifest', trip_id FROM shipment WHERE order_id = :order)
                 ORDER BY 1""",
}
"""What must be the same after both, by its name."""


@dataclass
class Run:
    """One order's life: seconds and what went over the wire, by step."""

    order: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    wires: dict[str, Wire] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Seconds for all nine."""
        return sum(self.seconds.values())

    def step(self, name: str, work: Callable[[], Any], counted: Any) -> Any:
        """Do one step, timed; counted where there is an engine to count on."""
        began = time.perf_counter()
        if counted is None:
            answer = work()
        else:
            with wire(counted) as self.wires[name]:
                answer = work()
        self.seconds[name] = time.perf_counter() - began
        return answer


class Shop:
    """A small company with goods for every order of the run, and both ways through the nine."""

    def __init__(self, company: Company, *, durable: bool) -> None:
        self._owner = company.owner
        self.engine = company.engine_as("maria", pool_size=1)
        self._by_hand = company.engine_as("maria", pool_size=1)
        if not durable:
            for engine in (self.engine, self._by_hand):
                event.listen(engine, "connect", _do_not_wait_for_the_disk)
        self.runner = Runner(self.engine)
        self.raw = self._by_hand.raw_connection()
        self._fill()

    def close(self) -> None:
        """Give the connections back."""
        self.raw.close()
        self._by_hand.dispose()
        self.engine.dispose()

    def _fill(self) -> None:
        with self._owner.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO item (number, name, name_sort, base_unit, quantity_decimals,
                                      tracking, list_price, tax_class_id, weight_kg)
                    SELECT 'B-' || n, 'Bench item ' || n, 'bench item ' || n, 'pc', 0, 'none',
                           1.25 + n * 0.37, 1, 0.1 FROM generate_series(1, :n) n"""),
                {"n": max(SIZES)},
            )
            items = connection.execute(
                text("SELECT id FROM item WHERE number LIKE 'B-%' ORDER BY id")
            )
            self.items = list(items.scalars())
            places = connection.execute(text("SELECT code, id FROM location"))
            self.places: dict[str, int] = {row.code: row.id for row in places}
            self.customer = connection.execute(
                text("UPDATE customer SET terms_id = 1 WHERE number = 'C-2' RETURNING id")
            ).scalar_one()
        self.runner.do(
            receive,
            receipts=tuple(
                Receipt(item, Decimal(100_000), self.places["A-01"]) for item in self.items
            ),
        )

    def trip(self, order: int) -> int:
        """A trip that is loading for this order: not one of the nine commands."""
        trip = self.runner.do(plan_trip, truck=self.places["TRUCK-1"], orders=(order,)).trip_id
        self.runner.do(start_loading, trip=trip)
        return trip

    def by_program(self, lines: int, *, count: bool = False) -> Run:
        """One order through the program's verbs."""
        run = Run()

        def step(name: str, function: Callable[..., Any], **arguments: Any) -> Any:
            return run.step(
                name,
                lambda: self.runner.do(function, **arguments),
                self.engine if count else None,
            )

        typed = tuple(NewLine(item, Decimal(2)) for item in self.items[:lines])
        run.order = step("enter", enter_order, customer=self.customer, lines=typed).order_id
        step("confirm", confirm_order, order=run.order)
        step("allocate", allocate_order, order=run.order)
        step("pick", pick_order, order=run.order, to=self.places["CART-1"])
        step("stage", stage, order=run.order)
        trip = self.trip(run.order)
        step("load", load, trip=trip, order=run.order)
        step("depart", depart, trip=trip)
        invoice = step("invoice", invoice_order, order=run.order).invoice_id
        step("post", post_invoice, invoice=invoice)
        return run

    def by_hand(self, lines: int, said: dict[str, Said]) -> Run:
        """One order through the hand-written script."""
        run = Run()
        script = Floor(self.raw.driver_connection, self.places, self.customer, said)
        script.items = self.items[:lines]
        for name in STEPS:
            if name == "load":
                script.trip = self.trip(script.order)
            run.step(name, lambda name=name: script.do(name), None)  # type: ignore[misc]
        run.order = script.order
        run.wires["all"] = Wire(script.statements)
        return run

    def said(self) -> dict[str, Said]:
        """What the log holds of the last nine commands: the floor is to write as much."""
        verbs = dict(zip(_VERBS, STEPS, strict=True))
        with self._owner.connect() as connection:
            rows = connection.execute(
                text("""
                    SELECT DISTINCT ON (c.verb) c.verb, c.arguments, c.result, e.touched
                      FROM command c JOIN event e ON e.command_id = c.id
                     WHERE c.verb = ANY (:verbs) ORDER BY c.verb, e.id DESC"""),
                {"verbs": list(verbs)},
            )
            said = {verbs[row[0]]: Said(*row[1:]) for row in rows}
            explained = connection.execute(
                text("""SELECT price_explanation FROM sales_order_line
                         WHERE order_id = :order ORDER BY line_no"""),
                {"order": said["enter"].result["order_id"]},
            )
            said["enter"].explanations.extend(explained.scalars())
            return said

    def left_behind(self, order: int) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of an order's life, without their ids."""
        with self._owner.connect() as connection:
            return {
                name: [tuple(row) for row in connection.execute(text(sql), {"order": order})]
                for name, sql in _LEFT_BEHIND.items()
            }


_VERBS = (
    "enter_order",
    "confirm_order",
    "allocate_order",
    "pick_order",
    "stage",
    "load",
    "depart",
    "invoice_order",
    "post_invoice",
)


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.commit()


@contextmanager
def _shop(place: Place, *, durable: bool) -> Iterator[Shop]:
    with place.company() as company:
        shop = Shop(company, durable=durable)
        try:
            yield shop
        finally:
            shop.close()


@dataclass(frozen=True, slots=True)
class _Size:
    """What one size of order came to on both sides."""

    statements: dict[str, int]
    round_trips: dict[str, int]
    floor_statements: int
    program: dict[str, float]
    floor: dict[str, float]

    @property
    def ratio(self) -> float:
        return sum(self.program.values()) / sum(self.floor.values())


def _measure(shop: Shop, lines: int, rounds: int) -> _Size:
    first = shop.by_program(lines)
    said = shop.said()
    by_hand = shop.by_hand(lines, said)
    left, floor_left = shop.left_behind(first.order), shop.left_behind(by_hand.order)
    differ = [name for name in left if left[name] != floor_left[name]]
    if differ:
        raise AssertionError(f"the floor leaves other rows behind: {differ}")
    for _ in range(WARM_UP):
        shop.by_program(lines)
        shop.by_hand(lines, said)
    counted = shop.by_program(lines, count=True)
    pairs = [(shop.by_program(lines), shop.by_hand(lines, said)) for _ in range(rounds)]
    return _Size(
        {name: each.statements for name, each in counted.wires.items()},
        {name: each.round_trips for name, each in counted.wires.items()},
        by_hand.wires["all"].statements,
        {name: middle([program.seconds[name] for program, _ in pairs]) for name in STEPS},
        {name: middle([floor.seconds[name] for _, floor in pairs]) for name in STEPS},
    )


def measure(place: Place) -> Measured:
    """All sizes without waiting for the disk, and the usual one as a company has it."""
    with _shop(place, durable=False) as shop:
        sizes = {n: _measure(shop, n, ROUNDS if n == USUAL else FEW) for n in SIZES}
    with _shop(place, durable=True) as shop:
        durable = _measure(shop, USUAL, FEW)
    usual = sizes[USUAL]
    statements = {n: sum(size.statements.values()) for n, size in sizes.items()}
    figures: dict[str, Any] = {
        "lines": USUAL,
        "statements": statements[USUAL],
        "round_trips": sum(usual.round_trips.values()),
        "program_ms": round(sum(usual.program.values()) * 1000, 2),
        "floor_ms": round(sum(usual.floor.values()) * 1000, 2),
        "floor_statements": usual.floor_statements,
        "ratio": round(usual.ratio, 2),
        "ratio_durable": round(durable.ratio, 2),
        "steps": {
            name: {
                "statements": usual.statements[name],
                "round_trips": usual.round_trips[name],
                "program_ms": round(usual.program[name] * 1000, 2),
                "floor_ms": round(usual.floor[name] * 1000, 2),
            }
            for name in STEPS
        },
        "growth": {
            str(n): {
                "statements": statements[n],
                "round_trips": sum(size.round_trips.values()),
                "program_ms": round(sum(size.program.values()) * 1000, 2),
                "floor_ms": round(sum(size.floor.values()) * 1000, 2),
                "ratio": round(size.ratio, 2),
            }
            for n, size in sizes.items()
        },
    }
    return Measured(
        figures,
        (
            Goal("statements of a 10-line order's life", figures["statements"], 60),
            Goal("growth of statements, 100 lines / 1", statements[100] - statements[1], 0),
            Goal("time / floor", figures["ratio"], 3),
        ),
        tuple(_table(figures)),
    )


def _table(figures: dict[str, Any]) -> Iterator[str]:
    yield f"{'step':10}{'statements':>11}{'round trips':>13}{'ms':>8}{'floor ms':>10}{'ratio':>7}"
    for name, row in figures["steps"].items():
        ratio = row["program_ms"] / row["floor_ms"]
        yield (
            f"{name:10}{row['statements']:>11}{row['round_trips']:>13}{row['program_ms']:>8.1f}"
            f"{row['floor_ms']:>10.1f}{ratio:>7.2f}"
        )
    yield (
        f"{'all':10}{figures['statements']:>11}{figures['round_trips']:>13}"
        f"{figures['program_ms']:>8.1f}{figures['floor_ms']:>10.1f}{figures['ratio']:>7.2f}"
        f"   (durable commits: {figures['ratio_durable']:.2f})"
    )
    for lines, row in figures["growth"].items():
        yield (
            f"{lines:>4} lines: {row['statements']} statements, {row['round_trips']} round trips, "
            f"{row['program_ms']:.1f} ms, floor {row['floor_ms']:.1f} ms, ratio {row['ratio']:.2f}"
        )
