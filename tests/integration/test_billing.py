"""Invoices: their parts sum to the order, numbers have no gaps, posted ones never change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotPermitted, SeveralProblems
from app.operations.allocation import allocate_order
from app.operations.billing import (
    AlreadyPosted,
    InvoicingOnHold,
    MoreThanInvoiceable,
    NothingToInvoice,
    Posted,
    delete_draft_invoice,
    invoice_order,
    invoice_orders,
    post_invoice,
)
from app.operations.orders import NewCharge, add_charge, cancel_line, hold_order
from app.operations.picking import pick_order
from bench.counting import wire
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import pack


def shipped(day: Day, *lines: tuple[str, object], **more: Any) -> int:
    """A confirmed order of these lines, all of it packed."""
    order = picked(day, *lines, **more)
    day.runner.do(pack, order=order)
    return order


def picked(day: Day, *lines: tuple[str, object], **more: Any) -> int:
    """A confirmed order of these lines, all of it on the packing bench."""
    for item, quantity in lines:
        day.stock(item, quantity)
    order = day.order(*lines, **more)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    return order


def sums(day: Day, order: int) -> Any:
    """Goods, charges, tax and total of the order, and the same of all its invoices."""
    columns = "goods_amount, charges_amount, tax_amount, total_amount"
    of_order = day.ask(f"SELECT {columns} FROM sales_order WHERE id = :id", id=order)[0]
    added = ", ".join(f"sum({each})" for each in columns.split(", "))
    of_invoices = day.ask(f"SELECT {added} FROM invoice WHERE order_id = :id", id=order)[0]
    return tuple(of_order), tuple(of_invoices)


def test_an_invoice_says_what_was_packed_and_closes_the_order(day: Day) -> None:
    order = shipped(day, ("ROPE", "10.5"), ("PUMP", 2))
    made = day.runner.do(invoice_order, order=order)
    assert (made.order_number, made.total, made.currency) == ("SO-1001", Decimal("109.99"), "USD")
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    lines = day.ask("SELECT line_no, quantity, unit, amount FROM invoice_line ORDER BY line_no")
    assert lines == [
        (1, Decimal("10.5"), "m", Decimal("22.05")),
        (2, Decimal(2), "pc", Decimal("79.80")),
    ]
    assert day.ask("SELECT name, percent, base, amount FROM invoice_tax") == [
        ("Sales tax", Decimal(8), Decimal("101.85"), Decimal("8.14"))
    ]
    head = day.ask("SELECT due_date - invoice_date, base_total_amount, number, state FROM invoice")
    assert head == [(30, Decimal("109.99"), None, "draft")]
    assert day.status(order) == "closed"


def test_the_terms_of_the_order_count_though_the_customers_have_changed(day: Day) -> None:
    order = shipped(day, ("PUMP", 2))
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO payment_terms (code, name, days) VALUES ('NET7', '7 days', 7);
                    UPDATE customer SET terms_id = 2""")
        )
    day.runner.do(invoice_order, order=order)
    assert day.ask("SELECT due_date - invoice_date, terms FROM invoice") == [(30, "30 days net")]


def test_an_order_is_not_invoiced_twice(day: Day) -> None:
    order = shipped(day, ("PUMP", 2))
    day.runner.do(invoice_order, order=order)
    with pytest.raises(NothingToInvoice) as refused:
        day.runner.do(invoice_order, order=order)
    assert str(refused.value) == (
        "Order SO-1001 has nothing to invoice: all that was packed stands on an invoice already."
    )
    assert day.one("SELECT count(*) FROM invoice") == 1


def test_nothing_packed_is_nothing_to_invoice(day: Day) -> None:
    order = picked(day, ("PUMP", 2))
    draft = day.draft(("PUMP", 1))
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(invoice_orders, orders=(order, draft))
    assert str(refused.value).splitlines() == [
        "Order SO-1001 has nothing to invoice: nothing of it is packed yet.",
        "Order SO-1002 has nothing to invoice: it is a draft; confirm it, then allocate, "
        "pick and pack.",
    ]


def test_more_than_was_packed_is_refused(day: Day) -> None:
    order = shipped(day, ("PUMP", 2))
    line = day.lines(order)[0].id
    with pytest.raises(MoreThanInvoiceable) as refused:
        day.runner.do(invoice_order, order=order, lines={line: Decimal(3)})
    assert "only 2 of PUMP can be invoiced, not 3" in str(refused.value)
    assert day.one("SELECT count(*) FROM invoice") == 0


def test_a_hold_stops_invoicing_only_when_its_code_says_so(day: Day) -> None:
    first, second = shipped(day, ("PUMP", 1)), shipped(day, ("PUMP", 1))
    day.runner.do(hold_order, order=first, code="NO-BILL", reason="price in dispute")
    with pytest.raises(InvoicingOnHold):
        day.runner.do(invoice_order, order=first)
    day.runner.do(hold_order, order=second, code="NO-SHIP", reason="wait")
    assert day.runner.do(invoice_order, order=second).total == Decimal("43.09")


def test_sales_and_floor_may_not_invoice(day: Day, run_as: RunAs) -> None:
    order = shipped(day, ("PUMP", 1))
    for login in ("anna", "stefan"):
        with pytest.raises(NotPermitted):
            run_as(login).do(invoice_order, order=order)
    made = run_as("karl").do(invoice_order, order=order)
    assert run_as("karl").do(post_invoice, invoice=made.invoice_id).number == "INV-1001"


def test_posting_gives_the_number_queues_the_paper_and_happens_once(day: Day) -> None:
    order = shipped(day, ("PUMP", 1))
    made = day.runner.do(invoice_order, order=order)
    assert day.runner.do(post_invoice, invoice=made.invoice_id).number == "INV-1001"
    with pytest.raises(AlreadyPosted) as refused:
        day.runner.do(post_invoice, invoice=made.invoice_id)
    assert str(refused.value).startswith("Invoice INV-1001 was posted by maria at ")
    with pytest.raises(AlreadyPosted):
        day.runner.do(delete_draft_invoice, invoice=made.invoice_id)
    jobs = day.ask("SELECT document, subject_id, state FROM print_job WHERE document = 'invoice'")
    assert jobs == [("invoice", made.invoice_id, "queued")]


def test_a_deleted_draft_can_be_invoiced_again(day: Day) -> None:
    order = shipped(day, ("PUMP", 2))
    made = day.runner.do(invoice_order, order=order)
    day.runner.do(delete_draft_invoice, invoice=made.invoice_id)
    assert day.ask("SELECT invoiced, invoiceable FROM sales_order_line") == [
        (Decimal(0), Decimal(2))
    ]
    assert day.status(order) == "packed"
    assert day.runner.do(invoice_order, order=order).total == made.total


def post_then_fail(session: Session, actor: Actor, *, invoice: int) -> Posted:
    """Posts, then the light goes out."""
    post_invoice(session, actor, invoice=invoice)
    raise RuntimeError("the light went out")


def test_numbers_have_no_gap_after_a_rollback(day: Day) -> None:
    orders = [shipped(day, ("PUMP", 1)) for _ in range(3)]
    made = day.runner.do(invoice_orders, orders=tuple(orders)).invoices
    numbers = [day.runner.do(post_invoice, invoice=made[0].invoice_id).number]
    with pytest.raises(RuntimeError):
        day.runner.do(post_then_fail, invoice=made[1].invoice_id)
    for each in made[1:]:
        numbers.append(day.runner.do(post_invoice, invoice=each.invoice_id).number)
    assert numbers == ["INV-1001", "INV-1002", "INV-1003"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invoice SET due_date = due_date + 1",
        "UPDATE invoice SET state = 'draft'",
        "DELETE FROM invoice",
        "INSERT INTO invoice_charge (invoice_id, order_charge_id, description, amount)"
        " SELECT i.id, c.id, 'more', 5 FROM invoice i, order_charge c",
        "UPDATE invoice_line SET amount = 0",
        "DELETE FROM invoice_tax",
        "UPDATE number_series SET next = 5",
    ],
)
def test_a_posted_invoice_never_changes_even_in_sql(
    day: Day, engine_as: EngineAs, change: str
) -> None:
    order = picked(day, ("PUMP", 1))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", Decimal(9)))
    day.runner.do(pack, order=order)
    made = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=made.invoice_id)
    before = day.ask("SELECT * FROM invoice, invoice_line, invoice_tax, invoice_charge")
    with pytest.raises(DBAPIError), engine_as("karl").begin() as connection:
        connection.execute(text(change))
    assert day.ask("SELECT * FROM invoice, invoice_line, invoice_tax, invoice_charge") == before


@pytest.mark.parametrize("rounding", ["line", "document"])
@given(
    parts=st.lists(st.tuples(st.integers(0, 33), st.integers(0, 7)), min_size=1, max_size=4),
    freight=st.decimals("0.01", "99", places=2),
)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_partial_invoices_sum_to_the_order_to_the_cent(
    day: Day, rounding: str, parts: list[tuple[int, int]], freight: Decimal
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET tax_rounding = :how"), {"how": rounding})
    order = picked(day, ("ROPE", "33.33"), ("PUMP", 7))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", freight))
    day.runner.do(pack, order=order)
    rope, pump = (line.id for line in day.lines(order))
    left = {rope: Decimal("33.33"), pump: Decimal(7)}
    for metres, pieces in parts:
        chosen = {
            rope: min(left[rope], metres + Decimal("0.11")),
            pump: min(left[pump], Decimal(pieces)),
        }
        chosen = {line: quantity for line, quantity in chosen.items() if quantity > 0}
        if chosen:
            day.runner.do(invoice_order, order=order, lines=chosen)
        for line, quantity in chosen.items():
            left[line] -= quantity
    if any(left.values()):
        day.runner.do(invoice_order, order=order)
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    assert day.status(order) == "closed"
    taxes = day.one(
        "SELECT sum(x.amount) FROM invoice_tax x JOIN invoice i ON i.id = x.invoice_id"
        " WHERE i.order_id = :id",
        id=order,
    )
    assert taxes == of_order[2]


def test_a_partly_invoiced_order_can_lose_its_rest_and_still_sums(day: Day) -> None:
    order = shipped(day, ("PUMP", 3))
    line = day.lines(order)[0].id
    first = day.runner.do(invoice_order, order=order, lines={line: Decimal(1)})
    day.runner.do(post_invoice, invoice=first.invoice_id)
    more = day.order(("PUMP", 5))
    assert more != order
    day.runner.do(invoice_order, order=order)
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices


def test_cancelling_the_rest_after_a_partial_invoice(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    made = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=made.invoice_id)
    day.runner.do(cancel_line, line=day.lines(order)[0].id, reason="no longer needed")
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    assert day.status(order) == "closed"


def test_base_amounts_take_the_rate_of_the_order(day: Day) -> None:
    order = shipped(day, ("PUMP", 1))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE sales_order SET exchange_rate = 1.0873"))
    made = day.runner.do(invoice_order, order=order)
    assert day.ask("SELECT currency, total_amount, base_total_amount FROM invoice") == [
        ("USD", made.total, Decimal("46.85"))
    ]


def test_invoicing_and_posting_take_few_statements(day: Day) -> None:
    orders = [shipped(day, ("PUMP", 1), ("ROPE", 3)) for _ in range(3)]
    with wire(day.runner.engine) as one:
        made = day.runner.do(invoice_order, order=orders[0])
    with wire(day.runner.engine) as several:
        day.runner.do(invoice_orders, orders=tuple(orders[1:]))
    with wire(day.runner.engine) as posting:
        day.runner.do(post_invoice, invoice=made.invoice_id)
    assert (one.statements, several.statements, posting.statements) == (6, 6, 5)
