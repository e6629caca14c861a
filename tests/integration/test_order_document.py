"""An order as a document: what a person asks about it, exactly, and at what cost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind
from app.operations.allocation import allocate_order, release_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import (
    NewCharge,
    NewLine,
    add_charge,
    add_lines,
    add_note,
    cancel_line,
    cancel_order,
    change_charge,
    change_line,
    change_order,
    confirm_order,
    enter_order,
    hold_order,
    release_hold,
    remove_charge,
    remove_line,
)
from app.operations.picking import make_picklist, pick_all, pick_order
from app.operations.staging import stage
from app.queries.nouns import NOUNS
from app.queries.orders.document import OrderDocument, RelatedDocument, order_document
from app.queries.orders.listing import OrderView, order_counts, order_rows
from app.queries.orders.money import TaxRow
from app.queries.orders.progress import ReasonKind, Step
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.statements import hearing

D = Decimal


def shown(day: Day, order: int) -> OrderDocument:
    with Session(day.owner) as session:
        return order_document(session, order=order)


def words(said: Any) -> list[str]:
    return [each.message() for each in said]


def reasons(document: OrderDocument) -> list[tuple[str, str, tuple[Step, ...]]]:
    return [(each.kind.value, each.said.message(), each.steps) for each in document.reasons]


def put_on_hold(day: Day, order: int, code: str = "CHECK", **stops: bool) -> None:
    """A hold of this company's own that stops what is named."""
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO hold_code (code, name, stops_allocation, stops_picking,
                      stops_packing, stops_invoicing)
                    VALUES ('TEST', 'To be checked', :a, :p, :k, :i)"""),
            {
                "a": stops.get("allocation", False),
                "p": stops.get("picking", False),
                "k": stops.get("packing", False),
                "i": stops.get("invoicing", False),
            },
        )
    day.runner.do(hold_order, order=order, code="TEST", reason="Ask the customer first.")


def test_a_draft_shows_head_money_and_lines(day: Day) -> None:
    order = day.draft(
        ("PUMP", 2),
        ("ROPE", "10.5"),
        customer_po="PO 77-1190",
        comments="Ring the bell",
        priority=3,
    )
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", D("12.50")))
    document = shown(day, order)
    assert (document.number, document.state, document.status) == ("SO-1001", "draft", "draft")
    assert (document.customer, document.customer_number) == ("Brightwater Marine", "C-1")
    assert (document.customer_po, document.comments, document.priority) == (
        "PO 77-1190",
        "Ring the bell",
        3,
    )
    assert document.ship_to == "Harbour Road 14, Falmouth 02540, US"
    assert (document.delivery_mode, document.delivery, document.delivery_kind) == (
        "CARRIER",
        "Carrier",
        "carrier",
    )
    assert (document.terms, document.warehouse, document.lane) == ("30 days net", "MAIN", "S-01")
    assert document.order_date == document.requested_date == document.today
    assert (document.goods, document.total) == (D("101.85"), D("123.49"))
    assert [(each.description, each.amount) for each in document.charges] == [
        ("Freight", D("12.50"))
    ]
    assert document.taxes == (TaxRow("Sales tax", D(8), D("9.14"), D("114.35"), "United States"),)
    assert [
        (line.line_no, line.item, line.name, line.unit_quantity, line.unit, line.amount)
        for line in document.lines
    ] == [
        (1, "PUMP", "Bilge pump", 2, "pc", D("79.80")),
        (2, "ROPE", "Mooring rope", D("10.5"), "m", D("22.05")),
    ]
    assert [words(line.price_words) for line in document.lines] == [["list"], ["list"]]
    assert [line.words for line in document.lines] == [(), ()]
    assert reasons(document) == [
        (
            "draft",
            "A draft is no demand yet: confirm it, then goods can be allocated.",
            (Step.CONFIRM,),
        )
    ]
    assert document.next_step is Step.CONFIRM
    assert document.margin_percent is None


def test_there_is_no_such_order(day: Day) -> None:
    with pytest.raises(NotFound):
        shown(day, 4711)


def test_a_line_says_where_each_part_of_it_is(day: Day) -> None:
    day.stock("ANCHOR", 4)
    order = day.order(("ANCHOR", 10))
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order)
    day.stock("ANCHOR", 2)
    day.runner.do(allocate_order, order=order)
    (line,) = shown(day, order).lines
    assert (line.staged, line.allocated, line.short, line.packed) == (D(4), D(2), D(4), D(0))
    assert words(line.words) == ["staged 4 in S-01", "allocated 2", "short 4"]


def test_what_is_free_and_not_yet_allocated_is_not_called_short(day: Day) -> None:
    day.stock("ANCHOR", 4)
    order = day.order(("ANCHOR", 10), ("PUMP", 1))
    anchor, pump = shown(day, order).lines
    assert words(anchor.words) == ["not allocated 4", "short 6"]
    assert words(pump.words) == ["short 1"]
    day.runner.do(allocate_order, order=order)
    anchor, _ = shown(day, order).lines
    assert words(anchor.words) == ["allocated 4", "short 6"]


def test_a_typed_price_says_who_typed_it_and_what_the_list_said(day: Day) -> None:
    entered = day.runner.do(
        enter_order,
        customer=1,
        lines=(
            NewLine(day.item("PUMP"), D(2), unit_price=D("35")),
            NewLine(day.item("PUMP"), D(1), "case", discount_percent=D(5)),
            NewLine(day.item("FREE"), D(1), unit_price=D("1.2345")),
        ),
    )
    lines = shown(day, entered.order_id).lines
    assert [words(line.price_words) for line in lines] == [
        ["typed by Maria, list was 39.90"],
        ["list", "5 % off by Maria"],
        ["typed by Maria"],
    ]
    assert [line.typed_discount for line in lines] == [None, D(5), None]
    assert [(line.unit_quantity, line.unit, line.wanted) for line in lines] == [
        (D(2), "pc", D(2)),
        (D(1), "case", D(6)),
        (D(1), "pc", D(1)),
    ]


def test_an_order_always_says_what_is_next(day: Day) -> None:
    empty = day.draft()
    assert shown(day, empty).next_step is Step.ADD_LINES
    order = day.draft(("PUMP", 2))
    steps = [shown(day, order).next_step]
    day.runner.do(confirm_order, order=order)
    assert reasons(shown(day, order)) == [
        (
            "no_stock",
            "2 of PUMP are short, and none is available in this warehouse.",
            (Step.OPEN_ITEM, Step.CANCEL_REST),
        )
    ]
    steps.append(shown(day, order).next_step)
    day.stock("PUMP", 5)
    assert reasons(shown(day, order)) == [
        ("not_allocated", "2 of PUMP are not allocated yet; 5 are available.", (Step.ALLOCATE,))
    ]
    steps.append(shown(day, order).next_step)
    day.runner.do(allocate_order, order=order)
    assert reasons(shown(day, order)) == [
        (
            "no_picklist",
            "2 of PUMP are allocated, but on no picklist yet.",
            (Step.MAKE_PICKLIST,),
        )
    ]
    steps.append(shown(day, order).next_step)
    made = day.runner.do(make_picklist, orders=(order,))
    assert reasons(shown(day, order)) == [
        ("on_picklist", "2 of PUMP are being picked.", (Step.OPEN_PICKLIST,))
    ]
    steps.append(shown(day, order).next_step)
    day.runner.do(pick_all, picklist=made.picklist_id, to=day.place("CART-1"))
    assert reasons(shown(day, order)) == [
        ("picked", "2 of PUMP are picked and wait at CART-1.", (Step.STAGE,))
    ]
    steps.append(shown(day, order).next_step)
    day.runner.do(stage, order=order)
    assert reasons(shown(day, order)) == [("staged", "2 of PUMP wait in S-01 to be packed.", ())]
    steps.append(shown(day, order).next_step)
    day.runner.do(pack, order=order)
    assert reasons(shown(day, order)) == []
    assert words(shown(day, order).lines[0].words) == ["packed 2"]
    steps.append(shown(day, order).next_step)
    invoiced = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=invoiced.invoice_id)
    steps.append(shown(day, order).next_step)
    assert steps == [
        Step.CONFIRM,
        None,
        Step.ALLOCATE,
        Step.MAKE_PICKLIST,
        Step.STAGE,
        Step.STAGE,
        None,
        Step.INVOICE,
        None,
    ]
    closed = shown(day, order)
    assert closed.state == "closed"
    assert closed.related == (
        RelatedDocument(Kind.INVOICE, invoiced.invoice_id, "INV-1001", "posted"),
        RelatedDocument(Kind.PICKLIST, made.picklist_id, made.number, "done"),
        RelatedDocument(Kind.SHIPMENT, 1, "SH-1001", "packed"),
    )


def test_what_is_short_may_be_taken_from_the_least_urgent_order_that_has_it(day: Day) -> None:
    today = day.one("SELECT current_date")
    day.stock("PUMP", 9)
    earlier, later, latest = (
        day.order(("PUMP", 3), requested_date=today + timedelta(days=days)) for days in (1, 5, 9)
    )
    for each in (earlier, later, latest):
        day.runner.do(allocate_order, order=each)
    day.runner.do(stage, order=latest)
    order = day.order(("PUMP", 2), requested_date=today + timedelta(days=3))
    (donor,) = shown(day, order).donors
    assert (donor.order_id, donor.quantity, donor.requested_date) == (
        later,
        D(3),
        today + timedelta(days=5),
    )
    assert (donor.line_id, donor.from_line_id) == (
        day.lines(order)[0].id,
        day.lines(later)[0].id,
    )


def test_a_hold_comes_first_and_says_what_it_stops(day: Day) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 2))
    put_on_hold(day, order, allocation=True, picking=True)
    document = shown(day, order)
    assert reasons(document)[0] == (
        "hold",
        "To be checked: Ask the customer first. This stops allocation, picking.",
        (Step.RELEASE_HOLD,),
    )
    assert document.reasons[0].is_blocking
    assert not document.reasons[1].is_blocking
    assert document.next_step is Step.RELEASE_HOLD


def test_a_hold_that_stops_only_the_invoice_does_not_stop_allocating(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    put_on_hold(day, order, invoicing=True)
    assert shown(day, order).next_step is Step.ALLOCATE


def test_goods_that_must_go_together_wait_for_what_is_short(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), ("ANCHOR", 1), ship_complete=True)
    day.runner.do(allocate_order, order=order)
    assert [(each.kind, each.line_no) for each in shown(day, order).reasons] == [
        (ReasonKind.NO_STOCK, 2),
        (ReasonKind.SHIP_COMPLETE, None),
        (ReasonKind.NO_PICKLIST, 1),
    ]
    assert reasons(shown(day, order))[1][1:] == (
        "The customer wants everything in one delivery, and there is not enough of ANCHOR.",
        (Step.SHIP_IN_PARTS,),
    )
    day.runner.do(change_order, order=order, ship_complete=False)
    assert ReasonKind.SHIP_COMPLETE not in {each.kind for each in shown(day, order).reasons}


def test_the_timeline_says_who_did_what_newest_first(day: Day, run_as: RunAs) -> None:
    day.stock("PUMP", 3)
    anna = run_as("anna")
    entered = anna.do(
        enter_order,
        customer=1,
        lines=(NewLine(day.item("PUMP"), D(3)), NewLine(day.item("ROPE"), D(1))),
    )
    order = entered.order_id
    anna.do(confirm_order, order=order)
    anna.do(add_note, order=order, text="Call before delivery")
    anna.do(allocate_order, order=order)
    run_as("fritz", station="PACK-1").do(pick_order, order=order, to=day.place("CART-1"))
    run_as("fritz").do(stage, order=order)
    day.runner.do(change_order, order=order, priority=1)
    assert [
        (each.who, each.station, each.said.message()) for each in shown(day, order).timeline
    ] == [
        ("Maria", "", "changed the priority"),
        ("Fritz", "", "staged 3 pc of PUMP in S-01"),
        ("Fritz", "Packing 1", "picked 3 pc of PUMP to CART-1"),
        ("Anna", "", "allocated what was available"),
        ("Anna", "", "noted: Call before delivery"),
        ("Anna", "", "confirmed the order"),
        ("Anna", "", "entered the order"),
    ]


def test_who_may_not_read_invoices_or_cost_reads_everything_else(
    day: Day, engine_as: EngineAs
) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO item_cost (item_id, cost) VALUES (:item, 19.95)"),
            {"item": day.item("PUMP")},
        )
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    day.runner.do(invoice_order, order=order)

    def read_as(login: str) -> OrderDocument:
        with Session(engine_as(login)) as session:
            return order_document(session, order=order)

    def kinds(document: OrderDocument) -> list[str]:
        return [each.kind.value for each in document.related]

    assert (kinds(read_as("fritz")), read_as("fritz").margin_percent) == (["shipment"], None)
    assert (kinds(read_as("anna")), read_as("anna").margin_percent) == (
        ["invoice", "shipment"],
        None,
    )
    assert read_as("maria").margin_percent == D("50.0")
    assert read_as("fritz").timeline[0].said.message() == "made an invoice"


@pytest.mark.parametrize("lines", [1, 60])
def test_a_document_is_five_statements_however_many_lines(day: Day, lines: int) -> None:
    day.stock("PUMP", 100)
    order = day.order(*[("PUMP", 1)] * lines)
    day.runner.do(allocate_order, order=order)
    with hearing(day.owner) as sent:
        assert len(shown(day, order).lines) == lines
    assert len(sent) == 5


def test_the_nouns_order_and_orders_answer_in_json(day: Day) -> None:
    order = day.order(("PUMP", 2))
    with Session(day.owner) as session:
        document = NOUNS["order"](session, order=order)
        rows = NOUNS["orders"](session)
    answer = json.loads(TypeAdapter(OrderDocument).dump_json(document))
    assert (answer["number"], answer["lines"][0]["item"]) == ("SO-1001", "PUMP")
    assert answer["reasons"][0]["kind"] == "no_stock"
    assert [row.id for row in rows] == [order]


@pytest.fixture
def many(day: Day) -> Day:
    """20,000 orders of 200 customers, nearly all of them closed, written past the verbs."""
    with day.owner.begin() as connection:
        for sql in (
            """INSERT INTO customer (number, name, name_sort, currency)
               SELECT 'K-' || n, 'Customer ' || n, 'customer ' || n, 'USD'
                 FROM generate_series(1, 200) n""",
            "ALTER TABLE sales_order DISABLE TRIGGER USER",
            """INSERT INTO sales_order (state, status, customer_id, warehouse_id,
                   delivery_mode_id, currency, order_date, requested_date)
               SELECT s, CASE s WHEN 'confirmed' THEN 'waiting' ELSE s END, 3 + n % 200, 1, 1,
                      'USD', DATE '2020-01-01' + n / 10,
                      DATE '2020-01-08' + n / 10
                 FROM generate_series(1, 20000) n
                 CROSS JOIN LATERAL (SELECT CASE WHEN n % 400 = 0 THEN 'confirmed'
                     WHEN n % 400 = 1 THEN 'draft' ELSE 'closed' END AS s) x""",
            "ALTER TABLE sales_order ENABLE TRIGGER USER",
            "ANALYZE customer",
            "ANALYZE sales_order",
        ):
            connection.execute(text(sql))
    return day


def plan(day: Day, query: Callable[..., Any], **arguments: Any) -> str:
    """How the database goes about a query."""
    with hearing(day.owner) as sent, Session(day.owner) as session:
        query(session, **arguments)
    ((statement, values),) = sent
    with day.owner.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(row[0] for row in rows)


def test_no_list_reads_all_orders(many: Day) -> None:
    views: tuple[OrderView, ...] = ("open", "not moving", "due today", "drafts", "all")
    asked: list[tuple[Callable[..., Any], dict[str, Any]]] = [(order_counts, {})]
    for view in views:
        for wanted in ("", "SO-1", "SO-20999", "customer 1", "no such"):
            asked.append((order_rows, {"view": view, "filter": wanted}))
    with Session(many.owner) as session:
        (*_, last) = order_rows(session, view="all")
    asked.append((order_rows, {"view": "all", "after": last.key}))
    bad = [
        (query.__name__, arguments)
        for query, arguments in asked
        if re.search(r"Seq Scan on sales_order\b", plan(many, query, **arguments))
    ]
    assert bad == []


def test_a_filter_over_many_orders_finds_the_right_ones(many: Day) -> None:
    with Session(many.owner) as session:
        (row,) = order_rows(session, view="all", filter="so-20999")
        assert row.number == "SO-20999"
        page = order_rows(session, view="all", filter="Customer 17")
        assert len(page) == 100
        assert {row.customer.split()[1][:2] for row in page} == {"17"}
        dates = [row.sorted_on for row in page]
        assert dates == sorted(dates, reverse=True)


def test_the_timeline_says_what_was_cancelled_or_held_and_why(day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 3), ("ROPE", 5))
    line = day.lines(order)[0].id
    day.runner.do(cancel_line, line=line, reason=" too many ", quantity=D(1))
    day.runner.do(hold_order, order=order, code="CREDIT", reason="too much open")
    day.runner.do(release_hold, order=order, reason="paid")
    day.runner.do(allocate_order, order=order)
    day.runner.do(release_order, order=order, reason="she comes next week")
    day.runner.do(cancel_order, order=order, reason="went elsewhere")
    assert [each.said.message() for each in shown(day, order).timeline][:6] == [
        "cancelled what was open: went elsewhere",
        "released 2 PUMP: she comes next week",
        "allocated what was available",
        "released the hold: paid",
        "put the order on hold: Credit limit, too much open",
        "cancelled 1 PUMP: too many",
    ]


def test_the_timeline_says_what_was_changed(day: Day) -> None:
    order = day.draft(("PUMP", 3), ("ROPE", 5))
    line, rope = (each.id for each in day.lines(order))
    pump, day_after = day.item("PUMP"), day.one("SELECT current_date + 1")
    day.runner.do(add_lines, order=order, lines=(NewLine(pump, D(2), "case"),))
    day.runner.do(change_line, line=line, quantity=D(2), unit="case")
    day.runner.do(change_line, line=line, unit_price=D("31.5"), discount_percent=D(5))
    day.runner.do(change_line, line=line, drop_price=True, drop_discount=True)
    day.runner.do(remove_line, line=rope)
    day.runner.do(add_charge, order=order, charge=NewCharge("Courier", D(9)))
    (charge,) = day.ask("SELECT id FROM order_charge")[0]
    day.runner.do(change_charge, order=order, charge=charge, amount=D("7.5"))
    day.runner.do(remove_charge, order=order, charge=charge)
    day.runner.do(change_order, order=order, requested_date=day_after, ship_complete=False)
    assert [each.said.message() for each in shown(day, order).timeline] == [
        "changed the requested date, whether it goes in parts",
        "took Courier 7.50 off",
        "changed Courier 9.00 to Courier 7.50",
        "added Courier 9.00",
        "took 5 ROPE off",
        "changed PUMP: the price that is found, no discount typed",
        "changed PUMP: price 31.5 typed, 5 % off",
        "changed PUMP: 2 case instead of 3 pc",
        "added 2 case of PUMP",
        "entered the order",
    ]
