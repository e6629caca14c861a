"""Prices among a million agreements: looked up, saved, re-priced, against among a thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

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
LOOKUPS, ROUNDS, SINGLES, SAVES, ORDER_LINES = 1_000, 20, 40, 20, 500
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
    return (found * (count // len(found) + 1))[:count]


def _requests(pairs: list[tuple[int, int]]) -> list[PriceRequest]:
    return [
        PriceRequest(n, customer, item, Decimal(1 + n % 60), DAY, "USD")
        for n, (customer, item) in enumerate(pairs)
    ]


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _measure(place: Place, records: int) -> dict[str, Any]:
    with place.company() as company:
        began = time.perf_counter()
        _fill(company, records)
        filled = time.perf_counter() - began
        engine = company.engine_as("maria")
        try:
            return {"records": records, "fill_s": round(filled, 1), **_figures(company, engine)}
        finally:
            engine.dispose()


def _figures(company: Company, engine: Any) -> dict[str, Any]:
    many = [_requests(_pairs(company, LOOKUPS, skip)) for skip in range(ROUNDS + 2)]
    singles = _requests(_pairs(company, SINGLES + 5, 99))

    def look_up(requests: list[PriceRequest]) -> None:
        with reading(engine) as session:
            found = price_lines(session, requests)
        assert len(found) == len(requests)

    for requests in many[:2]:
        look_up(requests)
    together = [_timed(lambda requests=requests: look_up(requests)) for requests in many[2:]]  # type: ignore[misc]
    with Session(engine) as session, wire(engine) as counted:
        price_lines(session, many[0])
    for request in singles[:5]:
        look_up([request])
    single = [_timed(lambda request=request: look_up([request])) for request in singles[5:]]  # type: ignore[misc]
    with Session(engine) as session:
        session.execute(text("SELECT 1"))  # the connection is there, the transaction begun
        with wire(engine) as one:
            price_lines(session, singles[:1])

    runner = Runner(engine)
    made = [_timed(lambda n=n: _save(runner, n)) for n in range(SAVES)]  # type: ignore[misc]
    lines = tuple(
        NewLine(item, Decimal(1 + n % 60))
        for n, (_, item) in enumerate(_pairs(company, ORDER_LINES, 7))
    )
    customer = _pairs(company, 1, 7)[0][0]
    order = runner.do(enter_order, customer=customer, lines=lines, order_date=DAY).order_id
    repriced = [_timed(lambda: runner.do(reprice_order, order=order)) for _ in range(5)]
    with wire(engine) as again:
        runner.do(reprice_order, order=order)
    return {
        "lookups_ms_p95": round(percentile(together, 95), 1),
        "lookups_ms_median": round(middle(together), 1),
        "lookups_statements": counted.statements,
        "single_ms_median": round(middle(single), 2),
        "single_statements": one.statements,
        "save_ms_median": round(middle(made[3:]), 2),
        "reprice_ms_median": round(middle(repriced), 1),
        "reprice_statements": again.statements,
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
    """Lookups, a save and a re-pricing at both sizes."""
    small, large = (_measure(place, records) for records in SIZES)
    growth = {
        name: round(large[name] / max(small[name], 0.01), 2)
        for name in ("lookups_ms_median", "single_ms_median", "save_ms_median", "reprice_ms_median")
    }
    return Measured(
        {"sizes": [small, large], "growth": growth, "items": ITEMS, "customers": CUSTOMERS},
        (
            Goal("1,000 lookups among 1 M, statements", large["lookups_statements"], 5),
            Goal("1,000 lookups among 1 M, p95 in ms", large["lookups_ms_p95"], 250),
            Goal("single lookup, statements", large["single_statements"], 1),
            Goal("saving one among 1 M against 1 K", growth["save_ms_median"], 1.5),
        ),
        (
            *(
                f"{size['records']:>9,} agreements: 1,000 lookups {size['lookups_ms_median']} ms "
                f"(p95 {size['lookups_ms_p95']}), one {size['single_ms_median']} ms, "
                f"save {size['save_ms_median']} ms, "
                f"re-price {ORDER_LINES} lines {size['reprice_ms_median']} ms in "
                f"{size['reprice_statements']} statements"
                for size in (small, large)
            ),
            f"growth: {growth}",
        ),
    )
