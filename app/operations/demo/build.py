"""Builds the demo company's database.

Reference data is written by the owner; prices, stock and orders come about through the same
commands that people give, so every quantity has its history. One target the operations do not
reach yet: an order of drop_ship stays confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, event

from app.core.clock import today
from app.database.engine import connect
from app.database.notices import NoticeSender
from app.database.roles import create_company_database
from app.operations.demo.files import Row, company, rows_of
from app.operations.demo.orders import DemoOrders, block_bad_lots
from app.operations.demo.paper import OF_THE_PAST, paper_of_the_past
from app.operations.demo.prices import agree_prices
from app.operations.demo.reference import Known, write_reference
from app.operations.run import Command, Runner
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


class NotWantedAnyMore(Exception):
    """Whoever wanted the demo company filled has gone; what is there of it is not whole."""


class _PatientRunner(Runner):
    """A runner that asks before each command whether its work is still wanted."""

    def __init__(self, engine: Engine, is_wanted: Callable[[], bool], **more: Any) -> None:
        super().__init__(engine, **more)
        self._is_wanted = is_wanted

    def run(self, command: Command) -> Any:
        if not self._is_wanted():
            raise NotWantedAnyMore
        return super().run(command)


class DemoCompany:
    """A new database with the demo's items, partners, places and people; then its history.

    A window can be opened between the two: stock and orders arrive while people look on.
    `admin` connects to `postgres` as the owner of the server's data folder: the manager's
    commands are given by session authorization.
    Raises: DatabaseNameNotUsable, DatabaseExists.
    """

    def __init__(self, admin: Engine, name: str) -> None:
        create_company_database(admin, name)
        self.name = name
        self._url = admin.url.set(database=name)
        owner = connect(self._url)
        self._known = write_reference(owner)
        owner.dispose()

    def fill(self, is_wanted: Callable[[], bool] = lambda: True) -> DemoBuilt:
        """Agree on prices, take in stock and bring every order as far as its target says.

        The same numbers every time; days are relative to today in the company's time zone.
        Windows hear of every change. Raises: NotWantedAnyMore, as soon as it is not.
        """
        owner, manager = connect(self._url), connect(self._url, login=MANAGER)
        event.listen(manager, "connect", _do_not_wait_for_the_disk)
        notices = NoticeSender(owner)
        try:
            runner = _PatientRunner(
                manager, is_wanted, committed=lambda event, _changes: notices.send(event)
            )
            on = today(company()["time_zone"])
            with paper_of_the_past(owner):
                agree_prices(runner, self._known, on)
                _write_stock(runner, self._known, on)
                block_bad_lots(runner, owner)
                orders = DemoOrders(runner, self._known, on).build()
            return DemoBuilt(self.name, orders)
        finally:
            notices.close()
            manager.dispose()
            owner.dispose()


def build_demo(admin: Engine, name: str = "orderwright_demo") -> DemoBuilt:
    """Create the database `name` with the whole demo company in it."""
    return DemoCompany(admin, name).fill()


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    """Hundreds of commands are one piece of work here: it is made anew if the power fails."""
    connection.execute("SET synchronous_commit = off")
    connection.execute(f"SET {OF_THE_PAST} = 'yes'")
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
