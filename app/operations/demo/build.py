"""Builds the demo company's database.

Reference data is written by the owner; prices, stock and orders come about through the same
commands that people give, so every quantity has its history. One target the operations do not
reach yet: an order of drop_ship stays confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, event

from app.core.clock import today
from app.database.engine import connect
from app.database.roles import create_company_database
from app.operations.demo.files import Row, company, rows_of
from app.operations.demo.orders import DemoOrders, mark_blocked_lots, settle_paper
from app.operations.demo.prices import agree_prices
from app.operations.demo.reference import Known, write_reference
from app.operations.run import Runner
from app.operations.stock import Receipt, open_stock

BATCH = 500
"""Rows of opening stock in one command."""

MANAGER = "manager"
"""The login that agrees on the demo's prices and enters its stock and orders."""


@dataclass(frozen=True, slots=True)
class DemoBuilt:
    """The new database and the ids of its orders by their keys in the files."""

    database: str
    orders: dict[str, int]


def build_demo(admin: Engine, name: str = "orderwright_demo") -> DemoBuilt:
    """Create the database `name` with the demo company in it; the same numbers every time.

    `admin` connects to `postgres` as the owner of the server's data folder: the manager's
    commands are given by session authorization. Days are relative to today in the company's
    time zone. Raises: DatabaseNameNotUsable, DatabaseExists.
    """
    create_company_database(admin, name)
    url = admin.url.set(database=name)
    owner, manager = connect(url), connect(url, login=MANAGER)
    event.listen(manager, "connect", _do_not_wait_for_the_disk)
    try:
        known = write_reference(owner)
        runner = Runner(manager)
        on = today(company()["time_zone"])
        agree_prices(runner, known, on)
        _write_stock(runner, known, on)
        mark_blocked_lots(owner)
        orders = DemoOrders(runner, known, on).build()
        settle_paper(owner)
        return DemoBuilt(name, orders)
    finally:
        manager.dispose()
        owner.dispose()


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    """Hundreds of commands are one piece of work here: it is made anew if the power fails."""
    connection.execute("SET synchronous_commit = off")
    connection.commit()


def _write_stock(runner: Runner, known: Known, on: date) -> None:
    for batch in _batches(rows_of("stock")):
        runner.do(
            open_stock,
            receipts=tuple(
                Receipt(
                    known.items[row["item"]],
                    Decimal(row["quantity"]),
                    known.locations[row["location"]],
                    lot=row["lot"] or None,
                    expires_on=_day(row["expires_day"], on),
                )
                for row in batch
            ),
        )


def _day(value: str, on: date) -> date | None:
    return on + timedelta(days=int(value)) if value else None


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
