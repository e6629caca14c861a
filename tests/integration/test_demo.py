"""The demo company: built from its files with real commands."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from app.core.actor import Group
from app.database.databases import drop_database
from app.database.engine import connect, reading
from app.operations.demo import DemoBuilt, build_demo
from app.operations.demo.files import rows_of
from app.queries.doctor import doctor
from app.queries.session import whoami
from app.rules.orders import OrderStatus
from tests.conftest import WORKER
from tests.factories.audit import broken

NAME = f"owdemo_{WORKER}"

WHOLE_TABLES = (
    "company",
    "item",
    "item_cost",
    "item_group",
    "customer",
    "supplier",
    "address",
    "warehouse",
    "person",
    "station",
)


class Demo:
    """The built company and questions to it."""

    def __init__(self, built: DemoBuilt, engine: Engine) -> None:
        self.built = built
        self.engine = engine

    def ask(self, sql: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql), values))

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])


@pytest.fixture(scope="module")
def demo(server: Any) -> Iterator[Demo]:
    admin = create_engine(server.url("postgres"))
    drop_database(server.url("postgres"), NAME)
    # Logins belong to the whole server: workers that share one make them one after the other.
    with admin.begin() as lock:
        lock.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        built = build_demo(admin, NAME)
    engine = create_engine(server.url(NAME))
    yield Demo(built, engine)
    engine.dispose()
    admin.dispose()
    drop_database(server.url("postgres"), NAME)


def test_everything_in_the_files_is_there(demo: Demo) -> None:
    people = rows_of("people")
    assert {table: demo.count(table) for table in WHOLE_TABLES} == {
        "company": 1,
        "item": len(rows_of("items")),
        "item_cost": len(rows_of("items")),
        "item_group": len(rows_of("item_groups")),
        "customer": len(rows_of("customers")),
        "supplier": len(rows_of("suppliers")),
        "address": len(rows_of("customers")) + len(rows_of("suppliers")),
        "warehouse": len(rows_of("warehouses")),
        "person": sum(row["kind"] == "person" for row in people),
        "station": sum(row["kind"] == "station" for row in people),
    }
    assert demo.count("item_unit") == len(rows_of("items")) + len(rows_of("item_units"))
    assert demo.count("location WHERE warehouse_id IS NOT NULL") == len(rows_of("locations"))
    assert demo.count("location WHERE kind = 'truck'") == len(rows_of("trucks"))
    assert demo.count("stock_move WHERE reason = 'opening'") == len(rows_of("stock"))
    assert demo.count("sales_order") == len(rows_of("orders"))
    assert demo.count("sales_order_line") == len(rows_of("order_lines"))


def test_every_item_group_stands_under_its_parent(demo: Demo) -> None:
    found = demo.ask(
        """SELECT g.code, coalesce(p.code, '') FROM item_group g
             LEFT JOIN item_group p ON p.id = g.parent_id"""
    )
    assert {tuple(row) for row in found} == {
        (row["code"], row["parent"]) for row in rows_of("item_groups")
    }


def test_blocked_lots_say_why(demo: Demo) -> None:
    found = demo.ask("SELECT code, blocked_reason FROM lot WHERE blocked_reason IS NOT NULL")
    assert {tuple(row) for row in found} == {
        (row["lot"], row["blocked"]) for row in rows_of("stock") if row["blocked"]
    }


def test_every_balance_is_the_sum_of_its_moves(demo: Demo) -> None:
    wrong = demo.ask("""
        SELECT item_id, lot_id, location_id, sum(q) FROM (
          SELECT item_id, lot_id, to_location_id AS location_id, quantity AS q FROM stock_move
          UNION ALL SELECT item_id, lot_id, from_location_id, -quantity FROM stock_move
          UNION ALL SELECT item_id, lot_id, location_id, -on_hand FROM stock_balance) m
          JOIN location p ON p.id = m.location_id
         WHERE p.kind NOT IN ('supplier', 'customer', 'adjustment', 'dropship', 'scrap')
         GROUP BY 1, 2, 3 HAVING sum(q) <> 0""")
    assert wrong == []


def test_every_order_wants_what_its_file_says(demo: Demo) -> None:
    keys = {id: key for key, id in demo.built.orders.items()}
    found = demo.ask("SELECT order_id, line_no, ordered, cancelled, unit FROM sales_order_line")
    assert {(keys[row[0]], row[1], row[2], row[3], row[4]) for row in found} == {
        (
            row["order"],
            int(row["line"]),
            Decimal(row["base_quantity"]),
            Decimal(row["cancelled"]),
            row["unit"],
        )
        for row in rows_of("order_lines")
    }


def test_every_line_has_come_as_far_as_its_file_says(demo: Demo) -> None:
    keys = {id: key for key, id in demo.built.orders.items()}
    found = demo.ask("""SELECT order_id, line_no, allocated, staged, boxed, loaded, packed, invoiced
                          FROM sales_order_line""")
    assert {(keys[row[0]], *row[1:]) for row in found} == {
        (
            row["order"],
            int(row["line"]),
            Decimal(row["allocated"]),
            Decimal(row["staged"]),
            # On a truck and in a carton: the program counts what is loaded as boxed, too.
            Decimal(row["boxed"]) + Decimal(row["loaded"]),
            Decimal(row["loaded"]),
            Decimal(row["packed"]),
            Decimal(row["invoiced"]),
        )
        for row in rows_of("order_lines")
    }


def test_goods_lie_on_carts_as_the_files_say(demo: Demo) -> None:
    found = demo.ask("""
        SELECT l.order_id, l.line_no, sum(a.quantity) FROM allocation a
          JOIN location p ON p.id = a.location_id AND p.kind = 'cart'
          JOIN sales_order_line l ON l.id = a.order_line_id GROUP BY 1, 2""")
    keys = {id: key for key, id in demo.built.orders.items()}
    assert {(keys[row[0]], row[1], row[2]) for row in found} == {
        (row["order"], int(row["line"]), Decimal(row["on_cart"]))
        for row in rows_of("order_lines")
        if Decimal(row["on_cart"])
    }


def test_there_are_orders_of_every_status(demo: Demo) -> None:
    found = {row[0] for row in demo.ask("SELECT DISTINCT status FROM sales_order")}
    assert found == {status.value for status in OrderStatus} - {"part_loaded"}
    short = demo.ask("SELECT count(*) FROM sales_order WHERE is_short")
    assert short[0][0] >= len([row for row in rows_of("orders") if "back" in row["target_state"]])


def test_cartons_trips_and_invoices_stand_at_every_stage(demo: Demo) -> None:
    trips = demo.ask("SELECT state, count(*) FROM trip GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in trips] == [
        ("departed", 1),
        ("loading", 2),
        ("planned", 1),
    ]
    targets = [row["target_state"] for row in rows_of("orders")]
    invoiced = [target for target in targets if "invoiced" in target]
    found = demo.ask("SELECT state, count(*) FROM invoice GROUP BY 1")
    states = {row[0]: row[1] for row in found}
    assert states == {"draft": 1, "posted": len(invoiced) - 1}
    cartons = {row[0] for row in demo.ask("SELECT DISTINCT state FROM carton")}
    assert cartons == {"open", "packed"}
    assert demo.count("shipment") == sum("packed" in target for target in targets) + len(invoiced)


def test_nothing_waits_for_a_printer(demo: Demo) -> None:
    assert demo.count("print_job WHERE state = 'queued'") == 0
    assert demo.count("print_job") > 20


def test_the_doctor_finds_nothing_and_the_books_are_right(demo: Demo) -> None:
    with reading(demo.engine) as session:
        assert doctor(session) == ()
    with demo.engine.connect() as connection:
        assert broken(connection) == []


def test_every_group_has_a_login_with_its_password(demo: Demo, server: Any) -> None:
    roles = {row["role"] for row in rows_of("people")}
    assert roles == {group.value for group in Group}
    for row in rows_of("people"):
        engine = connect(server.url(NAME), login=row["login"], pool_size=1)
        with reading(engine) as session:
            assert row["role"] in {group.value for group in whoami(session).groups}
        engine.dispose()


def test_drafts_holds_and_cancelled_orders_are_what_they_should_be(demo: Demo) -> None:
    keys = {id: key for key, id in demo.built.orders.items()}
    found = {
        keys[row[0]]: (row[1], row[2] or "")
        for row in demo.ask("SELECT id, state, hold_code FROM sales_order")
    }
    states = {"draft": "draft", "cancelled": "cancelled", "invoiced": "closed"}
    holds = {"": "", "CREDIT": "CREDIT", "ADDRESS": "CHECK"}
    assert found == {
        row["key"]: (states.get(row["target_state"], "confirmed"), holds[row["hold"]])
        for row in rows_of("orders")
    }


def test_order_numbers_have_no_gaps(demo: Demo) -> None:
    ids = list(demo.built.orders.values())
    assert ids == list(range(1, len(ids) + 1))
