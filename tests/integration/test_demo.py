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
from app.operations.demo.files import Row, rows_of
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


def test_agreements_of_every_kind_stand_as_the_files_say(demo: Demo) -> None:
    rows = rows_of("agreements")
    raised = {row["agreement"] for row in rows_of("price_rises")}
    rises = sum(row["name"] in raised for row in rows)
    found = demo.ask("""SELECT side, state, replaces_id IS NOT NULL, count(*)
                          FROM trade_agreement GROUP BY 1, 2, 3""")
    assert {tuple(row) for row in found} == {
        ("sell", "active", False, _count(rows, "sell", "active")),
        ("sell", "draft", False, _count(rows, "sell", "draft")),
        ("sell", "draft", True, rises),
        ("buy", "active", False, _count(rows, "buy", "active")),
    }
    assert demo.count("trade_agreement WHERE valid_to < current_date") == 1
    assert demo.count("trade_agreement WHERE level = 'order' AND side = 'sell'") == 2
    assert demo.count("trade_agreement WHERE across_lines AND side = 'sell'") == 2
    offers = demo.ask("""
        SELECT i.number FROM trade_agreement t
          JOIN trade_agreement longer ON longer.item_id = t.item_id
           AND longer.party_key = 0 AND longer.kind = t.kind AND longer.priority < t.priority
           AND longer.valid_from < t.valid_from AND longer.valid_to > t.valid_to
          JOIN item i ON i.id = t.item_id
         WHERE t.party_key = 0 AND t.state = 'active' ORDER BY 1""")
    assert [row[0] for row in offers] == ["FN-4050", "LT-0510"]


def _count(rows: list[Row], side: str, state: str) -> int:
    return sum((row["side"], row["state"]) == (side, state) for row in rows)


def test_the_trade_price_book_is_the_shops(demo: Demo) -> None:
    shops = [r for r in rows_of("customers") if r["group"] == "SHOP" and r["country"] == "GB"]
    found = demo.ask("""SELECT c.number FROM customer c
                          JOIN price_book b ON b.id = c.price_book_id WHERE b.code = 'TRADE'""")
    assert {row[0] for row in found} == {row["number"] for row in shops}
    assert demo.count("price_book_entry") == len(rows_of("price_book_entries"))


def test_orders_carry_the_prices_that_were_agreed(demo: Demo) -> None:
    found = dict(demo.ask("SELECT price_source, count(*) FROM sales_order_line GROUP BY 1"))
    lines = rows_of("order_lines")
    assert found["manual"] == sum(bool(row["typed_price"]) for row in lines)
    typed = "line_price_part WHERE kind = 'percent_off' AND source = 'manual'"
    assert demo.count(typed) == sum(bool(row["discount_percent"]) for row in lines) > 0
    assert found["agreement"] >= 15
    assert found["price_book"] >= 2
    off = "line_price_part WHERE kind = 'percent_off' AND source = 'agreement'"
    assert demo.count(off) >= 25
    assert demo.count("sales_order_line WHERE order_discount > 0") >= 10
    orders = demo.built.orders
    assert demo.ask(
        """SELECT i.number, l.unit_price, l.price_source FROM sales_order_line l
             JOIN item i ON i.id = l.item_id
            WHERE l.order_id = ANY (:orders)
              AND i.number = ANY (ARRAY['RP-4420', 'EN-2030', 'WR-1550', 'DF-2040'])
            ORDER BY 1, 2""",
        orders=[orders["D19"], orders["D17"], orders["D04"]],
    ) == [
        ("DF-2040", Decimal("51.52"), "price_book"),
        ("EN-2030", Decimal("24.90"), "agreement"),
        ("RP-4420", Decimal("1.02"), "agreement"),
        ("WR-1550", Decimal("118"), "agreement"),
    ]


def test_freight_goes_by_delivery_mode_and_is_free_from_an_amount_on(demo: Demo) -> None:
    steps = {
        row["delivery_mode"]: [
            (Decimal(start), Decimal(amount))
            for start, amount in (step.split("=") for step in row["brackets"].split())
        ]
        for row in rows_of("charge_rules")
        if row["brackets"]
    }
    found = demo.ask("""
        SELECT m.code, o.goods_amount, coalesce(c.amount, 0) FROM sales_order o
          JOIN delivery_mode m ON m.id = o.delivery_mode_id
          LEFT JOIN order_charge c ON c.order_id = o.id AND c.code = 'FREIGHT'
         WHERE o.state <> 'cancelled'""")
    for mode, goods, freight in found:
        reached = [Decimal(0), *(amount for start, amount in steps.get(mode, []) if start <= goods)]
        assert freight == reached[-1], (mode, goods)
    assert {freight for mode, _, freight in found if mode == "PARCEL"} == {Decimal("7.5"), 0}
    assert {freight for mode, _, freight in found if mode == "PICKUP"} == {0}
    dangerous = demo.ask("""
        SELECT count(*) FROM order_charge WHERE code = 'DANGEROUS' AND amount = 18""")
    assert dangerous[0][0] >= 5


def test_order_numbers_have_no_gaps(demo: Demo) -> None:
    ids = list(demo.built.orders.values())
    assert ids == list(range(1, len(ids) + 1))
