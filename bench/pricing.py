"""Prices among a million agreements: looked up, saved, re-priced, against among a thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from app.database.engine import reading
from app.operations.orders import NewLine, enter_order, reprice_order
from app.operations.pricing import NewAgreement, create_agreements
from app.operations.run import Runner
from app.queries.pricing import PriceRequest, price_lines
from app.rules.pricing.agreements import EffectKind
from bench.counting import wire
from bench.measured import Goal, Measured, middle, percentile
from bench.place import Company, Place

TITLE = "Prices, a thousand agreements against a million"
SIZES = (1_000, 1_000_000)
ITEMS, CUSTOMERS = 100_000, 20_000
LOOKUPS, ROUNDS, WARM_UP, ORDER_LINES = 1_000, 60, 4, 500
DAY = date(2026, 6, 1)

_COMPANY = (
    "SET LOCAL session_replication_role = replica",
    """INSERT INTO account_group (id, code, name, parent_id)
       SELECT n, 'AG-' || n, 'Group ' || n, CASE WHEN n > 10 THEN 1 + n % 10 END
         FROM generate_series(1, 200) n""",
    """INSERT INTO item_group (id, code, name, parent_id)
       SELECT n, 'IG-' || n, 'Group ' || n, CASE WHEN n > 20 THEN 1 + n % 20 END
         FROM generate_series(1, 300) n""",
    """INSERT INTO account_group_above
       SELECT id, id, 0 FROM account_group
       UNION ALL SELECT id, parent_id, 1 FROM account_group WHERE parent_id IS NOT NULL""",
    """INSERT INTO item_group_above
       SELECT id, id, 0 FROM item_group
       UNION ALL SELECT id, parent_id, 1 FROM item_group WHERE parent_id IS NOT NULL""",
    f"""INSERT INTO customer (id, number, name, name_sort, currency, terms_id, delivery_mode_id,
                              group_id)
        SELECT n + 10, 'K-' || n, 'Customer ' || n, 'customer ' || n, 'USD', 1, 1, 11 + n % 190
          FROM generate_series(1, {CUSTOMERS}) n""",
    f"""INSERT INTO item (id, number, name, name_sort, base_unit, list_price, tax_class_id,
                          group_id)
        SELECT n + 10, 'B-' || n, 'Item ' || n, 'item ' || n, 'pc', 100, 1, 21 + n % 280
          FROM generate_series(1, {ITEMS}) n""",
    f"""INSERT INTO account_group_member (account_group_id, customer_id)
        SELECT 11 + (n * 7 + 3) % 190, n + 10 FROM generate_series(1, {CUSTOMERS}) n""",
)
_UNGUARDED = (
    "ALTER TABLE trade_agreement DROP CONSTRAINT ex_trade_agreement_overlap",
    "DROP INDEX ix_trade_agreement_cell",
    "DROP INDEX ix_trade_agreement_item_key_id",
    "DROP INDEX ix_trade_agreement_name_id",
)
_RECORDS = f"""
    INSERT INTO trade_agreement (kind, customer_id, account_group_id, item_id, item_group_id,
                                 currency, from_quantity, valid_from, valid_to, value, name)
    SELECT CASE WHEN k < 16 THEN 'price' ELSE 'percent' END,
           -- twelve of twenty: a customer's ladder of three steps for one item
           CASE WHEN k < 12 THEN 11 + (pair * 7919) % {CUSTOMERS}
                WHEN k = 18 THEN 11 + block % {CUSTOMERS} END,
           CASE WHEN k BETWEEN 12 AND 15 THEN 1 + block % 200
                WHEN k = 19 THEN 1 + block % 200 END,
           CASE WHEN k < 12 THEN 11 + (pair * 6007) % {ITEMS}
                WHEN k BETWEEN 12 AND 15 THEN 11 + (block * 2 + (k - 12) / 2) % {ITEMS}
                WHEN k BETWEEN 16 AND 17 THEN 11 + (block * 2 + k - 16) % {ITEMS} END,
           CASE WHEN k = 18 THEN 1 + (block / {CUSTOMERS}) % 300
                WHEN k = 19 THEN 1 + (block / 200) % 300 END,
           'USD',
           CASE WHEN k < 12 THEN (ARRAY[1, 10, 50])[1 + k % 3]
                WHEN k BETWEEN 12 AND 15 THEN (ARRAY[1, 20])[1 + k % 2] ELSE 0 END,
           -- what is agreed anew a second time was agreed for the year before
           CASE WHEN k < 12 AND pair >= 100000 THEN date '2025-01-01' ELSE date '2026-01-01' END,
           CASE WHEN k < 12 AND pair >= 100000 THEN date '2025-12-31' END,
           CASE WHEN k < 16 THEN 90 - k ELSE 2 + k % 5 END, 'Bench ' || n / 100
      FROM (SELECT n, n % 20 AS k, n / 20 AS block, n / 20 * 4 + n % 20 / 3 AS pair
              FROM generate_series(0, :records - 1) n) r"""
_GUARDED = (
    """ALTER TABLE trade_agreement ADD CONSTRAINT ex_trade_agreement_overlap EXCLUDE USING gist
         (ladder_place WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
         WHERE (state = 'active')""",
    """CREATE INDEX ix_trade_agreement_cell ON trade_agreement
         (party_key, item_key, side, level, currency, valid_to)""",
    "CREATE INDEX ix_trade_agreement_item_key_id ON trade_agreement (item_key, id)",
    "CREATE INDEX ix_trade_agreement_name_id ON trade_agreement (name, id)",
)


# As many records as the lookups read, one way into the index each: seven a question.
_FLOOR = text("""
    SELECT t.* FROM unnest(CAST(:parties AS bigint[])) AS a(party)
     CROSS JOIN LATERAL (SELECT * FROM trade_agreement t
                          WHERE t.party_key = a.party ORDER BY t.item_key LIMIT 7) t
""")


def _fill(company: Company, records: int) -> None:
    with company.owner.begin() as connection:
        for statement in _COMPANY:
            connection.execute(text(statement))
        for statement in _UNGUARDED:
            connection.exec_driver_sql(statement)
        connection.execute(text(_RECORDS), {"records": records})
        for statement in _GUARDED:
            connection.exec_driver_sql(statement)
        for table in ("customer", "item", "trade_agreement"):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
    with company.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


def _pairs(company: Company, count: int, skip: int = 0) -> list[tuple[int, int]]:
    """Customers and items that have a ladder together."""
    with company.owner.connect() as connection:
        rows = connection.execute(
            text("""
                SELECT customer_id, item_id FROM trade_agreement
                 WHERE kind = 'price' AND customer_id IS NOT NULL AND valid_to IS NULL
                   AND from_quantity = 1
                 ORDER BY md5(id::text || :skip) LIMIT :count"""),
            {"count": count, "skip": str(skip)},
        ).all()
    found = [(row[0], row[1]) for row in rows]
    # Where fewer have one, others ask as well: both companies answer as many questions.
    others = ((n * 37 + skip * 11, n * 53 + skip * 13) for n in range(count - len(found)))
    return found + [(11 + c % CUSTOMERS, 11 + i % ITEMS) for c, i in others]


def _requests(pairs: list[tuple[int, int]]) -> list[PriceRequest]:
    return [
        PriceRequest(n, customer, item, Decimal(1 + n % 60), DAY, "USD")
        for n, (customer, item) in enumerate(pairs)
    ]


def _server_ms(process: int) -> float | None:
    """How long a server process has been reckoning, in milliseconds; Linux alone says it."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return None


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


@dataclass
class _Side:
    """One of the two companies, and what was measured in it, in milliseconds."""

    records: int
    owner: Engine
    engine: Engine
    runner: Runner
    many: list[list[PriceRequest]]
    singles: list[PriceRequest]
    order: int
    customer: int
    times: dict[str, list[float]]
    work: dict[str, list[float]]

    @classmethod
    def of(cls, company: Company, records: int) -> _Side:
        """Fill a company and enter the order that will be re-priced."""
        _fill(company, records)
        engine = company.engine_as("maria")
        runner = Runner(engine)
        pairs = _pairs(company, ORDER_LINES, 7)
        lines = tuple(NewLine(item, Decimal(1 + n % 60)) for n, (_, item) in enumerate(pairs))
        customer = pairs[0][0]
        order = runner.do(enter_order, customer=customer, lines=lines, order_date=DAY).order_id
        many = [_requests(_pairs(company, LOOKUPS, skip)) for skip in range(ROUNDS + WARM_UP)]
        singles = _requests(_pairs(company, ROUNDS + WARM_UP, 99))
        return cls(records, company.owner, engine, runner, many, singles, order, customer, {}, {})

    def round(self, number: int) -> None:
        """Everything once; rounds of the two companies take turns."""
        for name, act in (
            ("lookups", lambda: self._look_up(self.many[number])),
            ("floor", lambda: self._fetch(self.many[number])),
            ("single", lambda: self._look_up([self.singles[number]])),
            ("save", lambda: _save(self.runner, number)),
            ("reprice", lambda: self.runner.do(reprice_order, order=self.order)),
        ):
            if name == "reprice" and number % 4:
                continue
            took = _timed(act)
            if number >= WARM_UP:
                self.times.setdefault(name, []).append(took)

    def measure_work(self) -> None:
        """What the lookups cost each side of the wire, whatever else the machine is doing."""
        with reading(self.engine) as session:
            process = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        for requests in self.many:
            client, server = time.process_time(), _server_ms(process)
            self._look_up(requests)
            here = (time.process_time() - client) * 1000
            self.work.setdefault("client", []).append(here)
            if server is not None and (after := _server_ms(process)) is not None:
                self.work.setdefault("server", []).append(after - server)
                self.work.setdefault("both", []).append(here + after - server)

    def _look_up(self, requests: list[PriceRequest]) -> None:
        with reading(self.engine) as session:
            found = price_lines(session, requests)
        assert len(found) == len(requests)

    def _fetch(self, requests: list[PriceRequest]) -> None:
        """The floor: as many of the asked customers' records, fetched and not looked at."""
        keys = {"parties": [request.party_id for request in requests]}
        with reading(self.engine) as session:
            session.execute(_FLOOR, keys).all()

    def _own_statements(self) -> int:
        """What re-pricing sends where every price has changed, but for claim and answer.

        Those two are of every command, whatever it does.
        """
        with self.owner.begin() as connection:
            connection.execute(
                text("UPDATE trade_agreement SET value = value + 1 WHERE customer_id = :customer"),
                {"customer": self.customer},
            )
        with wire(self.engine) as counted:
            changed = self.runner.do(reprice_order, order=self.order)
        assert changed.repriced
        return counted.statements - 2

    def figures(self) -> dict[str, Any]:
        """The times, and how many statements each thing takes."""
        counts = {}
        for name, act in (
            ("lookups", lambda: self._look_up(self.many[0])),
            ("single", lambda: self._look_up(self.singles[:1])),
            ("reprice", lambda: self.runner.do(reprice_order, order=self.order)),
        ):
            with wire(self.engine) as counted:
                act()
            counts[f"{name}_statements"] = counted.statements
        counts["reprice_own_statements"] = self._own_statements()
        return {
            "records": self.records,
            **{f"{name}_ms_median": round(middle(took), 2) for name, took in self.times.items()},
            **{f"{name}_ms_best": round(min(took), 2) for name, took in self.times.items()},
            "lookups_ms_p95": round(percentile(self.times["lookups"], 95), 1),
            **{f"lookups_{side}_cpu_ms": round(middle(ms), 1) for side, ms in self.work.items()},
            **{
                f"lookups_{side}_cpu_ms_p95": round(percentile(ms, 95), 1)
                for side, ms in self.work.items()
            },
            **counts,
        }


def _save(runner: Runner, number: int) -> None:
    """One more agreement, of a customer and item that have none on that day."""
    start = date(2030, 1, 1) + timedelta(days=number)
    customer, item = 11 + number * 37, 11 + number * 41
    runner.do(
        create_agreements,
        agreements=(
            NewAgreement(
                EffectKind.PRICE,
                Decimal(50),
                customer=customer,
                item=item,
                priority=7,
                valid_from=start,
                valid_to=start,
            ),
        ),
    )


def measure(place: Place) -> Measured:
    """Lookups, a save and a re-pricing at both sizes, in turns."""
    with ExitStack() as stack:
        sides = []
        for records in SIZES:
            company = stack.enter_context(place.company())
            side = _Side.of(company, records)
            stack.callback(side.engine.dispose)
            sides.append(side)
        for number in range(ROUNDS + WARM_UP):
            for side in sides:
                side.round(number)
        for side in sides:
            side.measure_work()
        small, large = (side.figures() for side in sides)
    growth = {
        name: round(large[f"{name}_ms_median"] / small[f"{name}_ms_median"], 2)
        for name in ("lookups", "single", "save", "reprice")
    }
    # Among a thousand the customers have hardly any records to fetch.
    to_floor = round(large["lookups_ms_median"] / large["floor_ms_median"], 2)
    return Measured(
        {
            "sizes": [small, large],
            "growth": growth,
            "lookups_to_floor": to_floor,
            "items": ITEMS,
            "customers": CUSTOMERS,
        },
        (
            Goal("1,000 lookups among 1 M, statements", large["lookups_statements"], 5),
            Goal("1,000 lookups among 1 M, p95 in ms", large["lookups_ms_p95"], 250),
            *(
                Goal("the same without waiting for a processor", large[name], 250)
                for name in ("lookups_both_cpu_ms_p95",)
                if name in large
            ),
            Goal("single lookup, statements", large["single_statements"], 1),
            Goal("saving one among 1 M against 1 K", growth["save"], 1.5),
            Goal("re-pricing 500 lines, its own statements", large["reprice_own_statements"], 5),
        ),
        (
            *(
                f"{size['records']:>9,} agreements: 1,000 lookups {size['lookups_ms_median']} ms "
                f"(p95 {size['lookups_ms_p95']}, best {size['lookups_ms_best']}; of it reckoning "
                f"{size['lookups_client_cpu_ms']} here, "
                f"{size.get('lookups_server_cpu_ms', 'unknown')} in the server), one "
                f"{size['single_ms_median']} ms, save {size['save_ms_median']} ms, re-price "
                f"{ORDER_LINES} lines {size['reprice_ms_median']} ms in "
                f"{size['reprice_statements']} statements"
                for size in (small, large)
            ),
            f"growth: {growth}",
            f"1,000 lookups among 1 M against fetching as many records: {to_floor}",
        ),
    )
