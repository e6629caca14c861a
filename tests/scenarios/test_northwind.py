"""A company comes to Orderwright with its books: everything imported, the open orders delivered.

Northwind: 830 orders of two years, 21 of them still to be shipped; from the files to the invoice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from app.database.engine import reading
from app.operations.allocation import allocate_orders
from app.operations.billing import invoice_orders, post_invoice
from app.operations.importing import DryRun, import_files, read_files
from app.operations.orders import change_order
from app.operations.picking import make_picklist, pick_all
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from app.queries.doctor import doctor
from tests.factories.day import Day
from tests.factories.samples import Sample

KINDS = ("suppliers", "items", "customers", "stock", "orders")
CENT = Decimal("0.01")


@pytest.fixture
def northwind() -> Sample:
    return Sample("northwind")


def _net(line: dict[str, str]) -> Decimal:
    """The rule of the control totals: rounded half up to 2 decimals per line."""
    quantity, price, off = (Decimal(line[name]) for name in ("quantity", "unit_price", "discount"))
    return (quantity * price * (1 - off)).quantize(CENT, ROUND_HALF_UP)


def _is_in_order(day: Day) -> None:
    with reading(day.owner) as session:
        assert doctor(session) == ()


def test_northwind_from_its_files_to_the_last_invoice(day: Day, northwind: Sample) -> None:
    reports = northwind.bring_in(day.runner, *KINDS)
    assert {kind: report.imported for kind, report in reports.items()} == {
        "suppliers": 29,
        "items": 77,
        "customers": 91,
        "stock": 77,
        "orders": 830,
    }
    assert not any(report.rejects or report.warnings for report in reports.values())
    _totals_are_to_the_cent(day, northwind.expected())
    _history_is_closed_and_moved_no_stock(day, northwind)
    _is_in_order(day)

    waiting = [
        id for (id,) in day.ask("SELECT id FROM sales_order WHERE state = 'confirmed' ORDER BY id")
    ]
    assert len(waiting) == northwind.expected()["unshipped_orders"] == 21
    for order in waiting:
        day.runner.do(change_order, order=order, delivery_mode="TRUCK")
    short = _allocate(day, northwind, waiting)
    gone = _deliver(day, waiting)
    _invoice(day, northwind, gone, short)
    _is_in_order(day)


def _totals_are_to_the_cent(day: Day, expected: dict[str, Any]) -> None:
    goods, freight, lines, quantity = day.ask(
        """SELECT sum(o.goods_amount), sum(o.charges_amount),
                  (SELECT count(*) FROM sales_order_line), (SELECT sum(ordered)
                     FROM sales_order_line) FROM sales_order o"""
    )[0]
    assert (goods, freight) == (
        Decimal(expected["net_total"]),
        Decimal(expected["freight_total"]),
    )
    assert (lines, quantity) == (expected["lines"], Decimal(expected["quantity_total"]))
    by_order = dict(day.ask("SELECT number, goods_amount FROM sales_order"))
    assert {number: by_order[number] for number in expected["order_nets_sample"]} == {
        number: Decimal(net) for number, net in expected["order_nets_sample"].items()
    }
    assert [
        [number, str(net.quantize(CENT))]
        for number, net in day.ask(
            """SELECT c.number, sum(o.goods_amount) FROM sales_order o
                 JOIN customer c ON c.id = o.customer_id GROUP BY 1 ORDER BY 2 DESC LIMIT 20"""
        )
    ] == expected["top_customers"]
    assert [
        [number, str(int(quantity)), str(net.quantize(CENT))]
        for number, quantity, net in day.ask(
            """SELECT i.number, sum(l.ordered), sum(l.amount) FROM sales_order_line l
                 JOIN item i ON i.id = l.item_id GROUP BY 1 ORDER BY 3 DESC LIMIT 20"""
        )
    ] == expected["top_items"]
    assert (
        day.one(
            """SELECT count(*) FROM sales_order_line l JOIN item i ON i.id = l.item_id
                WHERE l.unit_price <> i.list_price"""
        )
        == expected["lines_priced_differently_from_card"]
        == 662
    )
    assert day.ask("SELECT DISTINCT price_source FROM sales_order_line") == [("manual",)]
    discounted = day.one("SELECT count(*) FROM line_price_part WHERE kind = 'percent_off'")
    assert discounted == expected["lines_with_discount"]


def _history_is_closed_and_moved_no_stock(day: Day, northwind: Sample) -> None:
    states = Counter(state for (state,) in day.ask("SELECT state FROM sales_order"))
    assert states == {"closed": 809, "confirmed": 21}
    moves = day.ask(
        """SELECT count(*), count(DISTINCT m.shipment_id), min(f.code), max(t.code),
                  bool_and(m.happened_at::date = s.shipped_on)
             FROM stock_move m JOIN shipment s ON s.id = m.shipment_id
             JOIN location f ON f.id = m.from_location_id JOIN location t ON t.id = m.to_location_id
            WHERE m.reason = 'brought_forward' AND s.is_brought_forward"""
    )
    shipped = {row["order_id"] for row in northwind.rows("orders") if row["shipped_date"]}
    lines = [row for row in northwind.rows("order_lines") if row["order_id"] in shipped]
    assert moves == [(len(lines), 809, "SUPPLIER", "CUSTOMER", True)]
    assert day.ask(
        """SELECT kind, state, count(*), count(number) FROM invoice GROUP BY 1, 2"""
    ) == [("opening", "posted", 809, 0)]
    assert day.one("SELECT count(*) FROM sales_order_line WHERE invoiceable > 0") == 0
    assert day.one("SELECT sum(on_hand) FROM stock_balance") == sum(
        int(row["on_hand"]) for row in northwind.rows("stock")
    )


def _allocate(day: Day, northwind: Sample, waiting: list[int]) -> dict[tuple[str, str], Decimal]:
    """All open orders at once; the answer is what the stock does not cover, by order and item."""
    free = {row["item_id"]: Decimal(row["on_hand"]) for row in northwind.rows("stock")}
    still_open = {row["order_id"] for row in northwind.rows("orders") if not row["shipped_date"]}
    expected: dict[tuple[str, str], Decimal] = {}
    for row in northwind.rows("order_lines"):
        if row["order_id"] in still_open:
            wanted = Decimal(row["quantity"])
            taken = min(wanted, free[row["item_id"]])
            free[row["item_id"]] -= taken
            if taken < wanted:
                expected[row["order_id"], row["item_id"]] = wanted - taken
    answer = day.runner.do(allocate_orders, orders=tuple(waiting))
    backordered = {
        (order, item): quantity
        for order, item, quantity in day.ask(
            """SELECT o.number, i.number, l.backordered FROM sales_order_line l
                 JOIN sales_order o ON o.id = l.order_id JOIN item i ON i.id = l.item_id
                WHERE l.backordered > 0"""
        )
    }
    assert backordered == expected != {}
    assert sum(each.missing for each in answer.short) == sum(expected.values())
    assert len(answer.short) == len(expected)
    return expected


def _deliver(day: Day, waiting: list[int]) -> list[int]:
    """Picked, staged and sent on two trucks; the orders that left with something."""
    going = [
        id
        for (id,) in day.ask(
            """SELECT o.id FROM sales_order o WHERE o.id = ANY (:ids)
                  AND EXISTS (SELECT FROM allocation a JOIN sales_order_line l
                                ON l.id = a.order_line_id WHERE l.order_id = o.id) ORDER BY id""",
            ids=waiting,
        )
    ]
    picklist = day.runner.do(make_picklist, orders=tuple(going)).picklist_id
    day.runner.do(pick_all, picklist=picklist, to=day.place("CART-1"))
    for order in going:
        day.runner.do(stage, order=order, lane=day.place("S-01"))
    half = len(going) // 2
    for truck, orders in (("TRUCK-1", going[:half]), ("TRUCK-2", going[half:])):
        trip = day.runner.do(plan_trip, truck=day.place(truck), orders=tuple(orders)).trip_id
        day.runner.do(start_loading, trip=trip)
        for order in reversed(orders):
            day.runner.do(load, trip=trip, order=order, out_of_sequence=True)
        day.runner.do(depart, trip=trip)
    anywhere_else = day.one(
        """SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b
             JOIN location p ON p.id = b.location_id WHERE p.kind <> 'storage'"""
    )
    assert anywhere_else == 0
    assert (
        day.one(
            """SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b
                 JOIN location p ON p.id = b.location_id WHERE p.kind <> 'storage'"""
        )
        == 0
    )
    return going


def _invoice(
    day: Day, northwind: Sample, gone: list[int], short: dict[tuple[str, str], Decimal]
) -> None:
    """What left is invoiced at the file's prices, to the cent; what did not leave is not."""
    made = day.runner.do(invoice_orders, orders=tuple(gone))
    numbers = [
        day.runner.do(post_invoice, invoice=each.invoice_id).number for each in made.invoices
    ]
    assert numbers == [f"INV-{1001 + index}" for index in range(len(gone))]
    sent = dict(day.ask("SELECT number, id FROM sales_order WHERE id = ANY (:ids)", ids=gone))
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in northwind.rows("order_lines"):
        if row["order_id"] in sent:
            wanted = Decimal(row["quantity"])
            left = wanted - short.get((row["order_id"], row["item_id"]), Decimal(0))
            part = (_net(row) * left / wanted).quantize(CENT, ROUND_HALF_UP)
            expected[row["order_id"]] += part
    assert dict(
        day.ask(
            """SELECT o.number, n.goods_amount FROM invoice n
                 JOIN sales_order o ON o.id = n.order_id WHERE n.kind = 'invoice'"""
        )
    ) == dict(expected)
    states = dict(day.ask("SELECT number, state FROM sales_order WHERE id = ANY (:ids)", ids=gone))
    waits = {order for order, _ in short}
    assert states == {number: "confirmed" if number in waits else "closed" for number in states}


def test_a_dry_run_changes_nothing(day: Day, northwind: Sample) -> None:
    files = read_files("items", northwind.file("items"), mapping="northwind")
    northwind.bring_in(day.runner, "suppliers")
    before = _everything(day)
    with pytest.raises(DryRun) as told:
        import_files(day.runner, files, create_missing=True, dry_run=True)
    assert told.value.report.imported == 77
    assert _everything(day) == before


def _everything(day: Day) -> list[tuple[str, int]]:
    """How many rows each table has."""
    tables = [
        name
        for (name,) in day.ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
    ]
    return [(table, day.one(f"SELECT count(*) FROM {table}")) for table in tables]
