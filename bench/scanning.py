"""A scan at the packing bench: from scanned to shown, while what was answered is written behind.

The window is a real one (drawn off screen) on a real server; the answer counts as shown when the
banner has been painted with it. Scans come at the pace of a fast packer. The floor, in the same
run and on the same server, is the bare insert of one row with its commit: an answer that waited
for the database could not be quicker than that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from sqlalchemy import Engine, text

from app.core.actor import Actor, Group
from app.database.engine import reading
from app.operations.orders import NewLine, confirm_order, enter_order
from app.operations.run import Runner
from app.operations.stock import Receipt, receive
from bench.counting import wire
from bench.measured import Goal, Measured, middle, percentile
from bench.place import Company, Place

TITLE = "A scan at the packing bench, from scanned to shown"
SIZES = (1, 10, 100)
USUAL = 10
SCANS, FEW, WARM_UP, COUNTED, INSERTS = 1_000, 200, 20, 50, 300
PACE_S = 1 / 20
"""Seconds between two scans: 20 a second."""
LONGEST_S = 30.0
"""Seconds after which something hangs."""


@dataclass
class Heard:
    """What the scans of one order came to, in seconds."""

    answers: list[float] = field(default_factory=list)
    lost: int = 0
    statements: float = 0.0
    round_trips: float = 0.0
    most_behind: int = 0
    caught_up: float = 0.0
    """From the last answer until everything was written."""


def measure(place: Place) -> Measured:
    """A thousand scans of a usual order, fewer of a short and a long one; the floor beside them."""
    with place.company() as company:
        _fill(company)
        heard = {n: _scanned(company, n, SCANS if n == USUAL else FEW) for n in SIZES}
        floor = _bare_inserts(company)
    usual = heard[USUAL]
    p95, floor_p95 = percentile(usual.answers, 95), percentile(floor, 95)
    figures: dict[str, Any] = {
        "scans": SCANS,
        "scans_a_second": round(1 / PACE_S),
        "lines": USUAL,
        "answer_median_ms": _ms(middle(usual.answers)),
        "answer_p95_ms": _ms(p95),
        "answer_worst_ms": _ms(max(usual.answers)),
        "floor_median_ms": _ms(middle(floor)),
        "floor_p95_ms": _ms(floor_p95),
        "ratio": round(p95 / floor_p95, 2),
        "lost_or_doubled": usual.lost,
        "statements_a_scan": usual.statements,
        "round_trips_a_scan": usual.round_trips,
        "most_waiting_to_be_written": usual.most_behind,
        "caught_up_s": round(usual.caught_up, 2),
        "growth": {
            str(n): {
                "answer_median_ms": _ms(middle(each.answers)),
                "answer_p95_ms": _ms(percentile(each.answers, 95)),
                "round_trips_a_scan": each.round_trips,
                "lost_or_doubled": each.lost,
            }
            for n, each in heard.items()
        },
    }
    return Measured(
        figures,
        (
            Goal("p95 from scanned to shown, ms", figures["answer_p95_ms"], 30),
            Goal("scans lost or doubled", sum(each.lost for each in heard.values()), 0),
            # Each statement is a round trip; BEGIN and COMMIT stand in the figures beside them.
            Goal("statements a scan, behind the answer", usual.statements, 8),
        ),
        tuple(_table(figures)),
    )


def _fill(company: Company) -> None:
    """Items, goods for all of them, and no finish by the last scan."""
    with company.owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO item (number, name, name_sort, base_unit, quantity_decimals, tracking,
                                  list_price, tax_class_id, weight_kg)
                SELECT 'B-' || n, 'Bench item ' || n, 'bench item ' || n, 'pc', 0, 'none', 1, 1,
                       0.001 FROM generate_series(1, :n) n"""),
            {"n": max(SIZES)},
        )
        place = connection.execute(text("SELECT id FROM location WHERE code = 'A-01'")).scalar_one()
        items = list(connection.execute(text("SELECT id FROM item WHERE number LIKE 'B-%'")))
    engine = company.engine_as("maria", pool_size=1)
    receipts = tuple(Receipt(item, Decimal(100_000), place) for (item,) in items)
    Runner(engine).do(receive, receipts=receipts)
    engine.dispose()


def _order(company: Company, lines: int) -> str:
    """An order of so many lines that no run can fill; its number."""
    with company.owner.begin() as connection:
        items = connection.execute(
            text("SELECT id FROM item WHERE number LIKE 'B-%' ORDER BY id LIMIT :n"), {"n": lines}
        )
        typed = tuple(NewLine(item, Decimal(2 * SCANS)) for (item,) in items)
        customer = connection.execute(text("SELECT min(id) FROM customer")).scalar_one()
    engine = company.engine_as("maria", pool_size=1)
    runner = Runner(engine)
    order = runner.do(enter_order, customer=customer, lines=typed).order_id
    runner.do(confirm_order, order=order)
    engine.dispose()
    with company.owner.connect() as connection:
        number = connection.execute(
            text("SELECT number FROM sales_order WHERE id = :id"), {"id": order}
        ).scalar_one()
    return str(number)


class Packer:
    """A station with its window, and somebody who scans."""

    def __init__(self, engine: Engine) -> None:
        # Qt is needed by this figure alone, and off screen unless somebody wants to watch.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from PySide6.QtWidgets import QApplication

        from app.controllers.change_feed import ChangeFeed
        from app.controllers.tasks import TaskRunner
        from app.gateways.sound import RecordedSounds
        from app.views import theme
        from app.views.desk_context import DeskContext
        from app.views.packing.desk import PackingDesk

        known = QApplication.instance()
        self.app = known if isinstance(known, QApplication) else QApplication([])
        theme.apply(self.app, "light", 1.0)
        self.tasks = TaskRunner(lambda: reading(engine))
        self.desk = PackingDesk(
            DeskContext(
                tasks=self.tasks,
                runner=Runner(engine, station="PACK-1"),
                feed=ChangeFeed(engine),
                actor=Actor("fritz", "fritz", "PACK-1", frozenset({Group.FLOOR})),
                person="Fritz",
                company="Bench",
                currency="USD",
                time_zone="UTC",
                scan_prefix="OW",
                open_thing=lambda _kind, _id: None,
            ),
            sounds=RecordedSounds(),
        )
        self.station = self.desk.controller
        self.desk.resize(1440, 900)
        self.desk.show()
        self._is_painted = _painted(self.desk.banner)
        self.settle()

    def settle(self) -> None:
        """Until everything is answered, written and read."""
        self._until(lambda: self.station.is_quiet)

    def scan(self, code: str) -> float:
        """Seconds until the answer to this scan has been painted."""
        before = self.station.voice.last.entries
        began = time.perf_counter()
        self.desk.scan(code)
        self._until(lambda: self.station.voice.last.entries != before)
        self._is_painted.clear()
        self._until(lambda: bool(self._is_painted))
        return time.perf_counter() - began

    def rest(self, until: float) -> int:
        """Let the window work until this moment; how many writes waited at the most."""
        most = 0
        while time.perf_counter() < until:
            most = max(most, self.station.behind.queue.pending)
            self.app.processEvents()
            time.sleep(0.001)
        return most

    def close(self) -> None:
        """Finish the writes and put the window away."""
        self.tasks.close()
        self.desk.close()
        self.desk.deleteLater()
        self.app.processEvents()

    def _until(self, is_so: Any) -> None:
        end = time.perf_counter() + LONGEST_S
        while not is_so():
            self.app.processEvents()
            if time.perf_counter() > end:
                raise TimeoutError("the station does not answer")


def _painted(banner: Any) -> list[bool]:
    """A list that gets an entry each time the banner was painted."""
    painted: list[bool] = []
    paint = banner.paintEvent

    def and_tell(event: Any) -> None:
        paint(event)
        painted.append(True)

    banner.paintEvent = and_tell
    return painted


@contextmanager
def _packer(company: Company) -> Iterator[tuple[Packer, Engine]]:
    engine = company.engine_as("fritz")
    packer = Packer(engine)
    try:
        yield packer, engine
    finally:
        packer.close()
        engine.dispose()


def _scanned(company: Company, lines: int, scans: int) -> Heard:
    """So many scans of an order of so many lines, at the packer's pace."""
    heard = Heard()
    number = _order(company, lines)
    codes = cycle([f"B-{n}" for n in range(1, lines + 1)])
    with _packer(company) as (packer, engine):
        packer.scan(f"OWO{number}")
        packer.settle()
        for code in islice(codes, WARM_UP):
            packer.scan(code)
        packer.settle()
        turn = time.perf_counter()
        for code in islice(codes, scans):
            heard.answers.append(packer.scan(code))
            turn = max(turn + PACE_S, time.perf_counter())
            heard.most_behind = max(heard.most_behind, packer.rest(turn))
        began = time.perf_counter()
        packer.settle()
        heard.caught_up = time.perf_counter() - began
        with wire(engine) as sent:
            for code in islice(codes, COUNTED):
                packer.scan(code)
            packer.settle()
        # The picture is read once when all is written; that is no scan's own.
        heard.statements = round(sent.statements / COUNTED, 1)
        heard.round_trips = round(sent.round_trips / COUNTED, 1)
    heard.lost = abs(_boxed(company, number) - WARM_UP - scans - COUNTED)
    return heard


def _boxed(company: Company, number: str) -> int:
    with company.owner.connect() as connection:
        boxed = connection.execute(
            text("""SELECT sum(l.boxed) FROM sales_order_line l
                      JOIN sales_order o ON o.id = l.order_id WHERE o.number = :number"""),
            {"number": number},
        )
        return int(boxed.scalar_one())


def _bare_inserts(company: Company) -> list[float]:
    """Seconds of one row written and committed, nothing else."""
    seconds = []
    with company.owner.connect() as connection:
        connection.execute(
            text("""CREATE TABLE bare_scan (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                            code text NOT NULL, at timestamptz NOT NULL)""")
        )
        connection.commit()
        for n in range(WARM_UP + INSERTS):
            began = time.perf_counter()
            connection.execute(
                text("INSERT INTO bare_scan (code, at) VALUES (:code, now())"), {"code": f"B-{n}"}
            )
            connection.commit()
            seconds.append(time.perf_counter() - began)
    return seconds[WARM_UP:]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _table(figures: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{figures['scans']} scans at {figures['scans_a_second']} a second: median "
        f"{figures['answer_median_ms']} ms, p95 {figures['answer_p95_ms']} ms, worst "
        f"{figures['answer_worst_ms']} ms"
    )
    yield (
        f"bare insert: median {figures['floor_median_ms']} ms, p95 {figures['floor_p95_ms']} ms; "
        f"answer / insert {figures['ratio']}"
    )
    yield (
        f"behind it: {figures['statements_a_scan']} statements, "
        f"{figures['round_trips_a_scan']} round trips a scan, at most "
        f"{figures['most_waiting_to_be_written']} waiting, all written "
        f"{figures['caught_up_s']} s after the last answer"
    )
    for lines, row in figures["growth"].items():
        yield (
            f"{lines:>4} lines: median {row['answer_median_ms']} ms, "
            f"p95 {row['answer_p95_ms']} ms, {row['round_trips_a_scan']} round trips a scan"
        )
