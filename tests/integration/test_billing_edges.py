"""Invoices at their edges: what is not owed, who may, whose terms and clock, who comes second."""

from __future__ import annotations

from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotPermitted
from app.core.ids import Kind
from app.operations.allocation import allocate_order
from app.operations.billing import (
    AlreadyPosted,
    InvoiceBelowNothing,
    MoreThanInvoiceable,
    NothingToInvoice,
    delete_draft_invoice,
    invoice_order,
    invoice_orders,
    post_invoice,
)
from app.operations.orders import NewCharge, add_charge, cancel_order, change_line
from app.operations.picking import pick_order
from app.operations.refusals import refusal
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.terminal import claim

D = Decimal


def shipped(day: Day, *, wanted: int = 2, there: int = 2, **more: Any) -> int:
    """An order of pumps, as many packed as there were."""
    day.stock("PUMP", there)
    order = day.order(("PUMP", wanted), **more)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    return order


@pytest.mark.parametrize("login", ["anna", "stefan"])
@pytest.mark.parametrize("verb", ["invoice order", "invoice orders", "post invoice", "delete"])
def test_invoices_are_the_matter_of_accounting(
    day: Day, run_as: RunAs, login: str, verb: str
) -> None:
    order = shipped(day)
    made = day.runner.do(invoice_order, order=order, lines={day.lines(order)[0].id: D(1)})
    asked: dict[str, tuple[Any, dict[str, Any]]] = {
        "invoice order": (invoice_order, {"order": order}),
        "invoice orders": (invoice_orders, {"orders": (order,)}),
        "post invoice": (post_invoice, {"invoice": made.invoice_id}),
        "delete": (delete_draft_invoice, {"invoice": made.invoice_id}),
    }
    function, arguments = asked[verb]
    with pytest.raises(NotPermitted) as refused:
        run_as(login).do(function, **arguments)
    assert (refused.value.data["login"], refused.value.data["needed"]) == (login, "accounting")
    assert day.ask("SELECT id, state FROM invoice") == [(made.invoice_id, "draft")]


def test_an_order_that_is_named_twice_is_invoiced_once(day: Day) -> None:
    order, other = shipped(day), shipped(day)
    made = day.runner.do(invoice_orders, orders=(other, order, other))
    assert [each.order_id for each in made.invoices] == [order, other]
    assert day.one("SELECT count(*) FROM invoice") == 2


def test_an_order_without_terms_has_its_customers(day: Day) -> None:
    order = shipped(day)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE sales_order SET terms_id = NULL"))
    day.runner.do(invoice_order, order=order)
    assert day.ask("SELECT due_date - invoice_date, terms FROM invoice") == [(30, "30 days net")]


def test_an_invoice_is_of_the_day_where_the_company_is(day: Day) -> None:
    """East of the date line it is a day later than west of it, at every hour."""
    days = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        with day.owner.begin() as connection:
            connection.execute(text("UPDATE company SET time_zone = :zone"), {"zone": zone})
        before = day.one("SELECT (now() AT TIME ZONE time_zone)::date FROM company")
        made = day.runner.do(invoice_order, order=shipped(day)).invoice_id
        after = day.one("SELECT (now() AT TIME ZONE time_zone)::date FROM company")
        days.append(day.one("SELECT invoice_date FROM invoice WHERE id = :id", id=made))
        assert before <= days[-1] <= after
    assert days[0] > days[1]


def test_of_a_part_the_charge_is_a_part(day: Day) -> None:
    order = shipped(day, wanted=10, there=4, charges=(NewCharge("Freight", D(10)),))
    day.runner.do(invoice_order, order=order)
    assert day.ask("SELECT charges_amount FROM invoice") == [(D(4),)]


def test_nothing_of_a_draft_or_a_cancelled_order_is_owed_charges_neither(day: Day) -> None:
    freight = (NewCharge("Freight", D(10)),)
    draft = day.draft(("PUMP", 1), charges=freight)
    bare = day.draft()
    day.runner.do(add_charge, order=bare, charge=freight[0])
    gone = day.order(("PUMP", 1), charges=freight)
    day.runner.do(cancel_order, order=gone, reason="no longer needed")
    for order, why in ((draft, "it is a draft"), (bare, "it is a draft"), (gone, "it is cancel")):
        with pytest.raises(NothingToInvoice) as refused:
            day.runner.do(invoice_order, order=order)
        assert str(refused.value.data["why"]).startswith(why)
    assert day.one("SELECT count(*) FROM invoice") == 0


def test_a_quantity_below_nothing_is_no_credit(day: Day) -> None:
    order = shipped(day)
    with pytest.raises(MoreThanInvoiceable):
        day.runner.do(invoice_order, order=order, lines={day.lines(order)[0].id: D(-1)})
    assert day.one("SELECT count(*) FROM invoice") == 0


def test_an_invoice_gives_nothing_back_when_prices_fell_after_earlier_ones(day: Day) -> None:
    day.stock("PUMP", 4)
    day.stock("ROPE", 10)
    order = day.order(("PUMP", 4), ("ROPE", 10))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    pump = day.lines(order)[0].id
    number = day.one("SELECT number FROM sales_order WHERE id = :id", id=order)
    first = day.runner.do(invoice_order, order=order, lines={pump: D(2)})
    assert first.total == D("86.19")
    day.runner.do(post_invoice, invoice=first.invoice_id)
    day.runner.do(change_line, line=pump, unit_price=D(10))
    for lines, total in (({pump: D(1)}, "-53.79"), ({pump: D(2)}, "-42.99")):
        with pytest.raises(InvoiceBelowNothing) as refused:
            day.runner.do(invoice_order, order=order, lines=lines)
        assert str(refused.value) == (
            f"The invoice of order {number} would come to {total} USD, and an invoice "
            "gives nothing back: earlier ones took more than so much of the order costs now. "
            "Delete those that are still drafts, invoice it together with more of the order, or "
            "raise its prices again. What the customer is to get back is a credit."
        )
    with pytest.raises(InvoiceBelowNothing):
        day.runner.do(invoice_order, order=order)
    assert day.one("SELECT count(*) FROM invoice") == 1
    # With the rest of the order it comes to something; the invoices sum to the order.
    day.runner.do(change_line, line=pump, unit_price=D("15.98"))
    rest = day.runner.do(invoice_order, order=order)
    assert rest.total == D("5.52")
    assert day.one("SELECT total_amount FROM sales_order") == first.total + rest.total
    assert day.status(order) == "closed"


def test_an_invoice_may_come_to_nothing_and_to_less_for_nobody_who_writes_it(
    day: Day, engine_as: EngineAs
) -> None:
    order = shipped(day, wanted=2, there=2)
    pump = day.lines(order)[0].id
    day.runner.do(invoice_order, order=order, lines={pump: D(1)})
    day.runner.do(change_line, line=pump, unit_price=D("19.95"))
    made = day.runner.do(invoice_order, order=order)
    assert made.total == 0
    with engine_as("karl").connect() as connection:
        claim(connection)
        with pytest.raises(DBAPIError) as refused:
            connection.execute(
                text("""
                    INSERT INTO invoice (customer_id, order_id, invoice_date, due_date, currency,
                                         prices_include_tax, tax_rounding, total_amount)
                    SELECT customer_id, order_id, invoice_date, due_date, currency,
                           prices_include_tax, tax_rounding, -0.01 FROM invoice WHERE id = :id"""),
                {"id": made.invoice_id},
            )
    known = refusal(refused.value)
    assert known is not None
    assert known.name == "GivesMoneyBack"


def test_no_quantities_at_all_are_all_and_only_zeros_are_none(day: Day) -> None:
    order = shipped(day)
    line = day.lines(order)[0].id
    with pytest.raises(NothingToInvoice) as refused:
        day.runner.do(invoice_order, order=order, lines={line: D(0)})
    assert refused.value.data["why"] == "no quantity was chosen"
    day.runner.do(invoice_order, order=order, lines={})
    assert day.ask("SELECT quantity FROM invoice_line") == [(D(2),)]


def test_a_charge_that_is_left_is_not_owed_by_choosing_nothing(day: Day) -> None:
    order = shipped(day)
    made = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=made.invoice_id)
    day.runner.do(add_charge, order=order, charge=NewCharge("Crate", D(5)))
    with pytest.raises(NothingToInvoice):
        day.runner.do(invoice_order, order=order, lines={day.lines(order)[0].id: D(0)})
    assert day.runner.do(invoice_order, order=order).total == D("5.40")


def test_posting_and_deleting_touch_the_order_too(day: Day) -> None:
    order = shipped(day)
    both = {(Kind.ORDER, order)}
    made = day.runner.do(invoice_order, order=order)
    gone = day.runner.do(delete_draft_invoice, invoice=made.invoice_id)
    assert set(gone.changes.touched) == both | {(Kind.INVOICE, made.invoice_id)}
    made = day.runner.do(invoice_order, order=order)
    posted = day.runner.do(post_invoice, invoice=made.invoice_id)
    assert set(posted.changes.touched) == both | {(Kind.INVOICE, made.invoice_id)}


@pytest.mark.parametrize("verb", [post_invoice, delete_draft_invoice])
def test_who_comes_second_is_told_that_it_is_posted(day: Day, run_as: RunAs, verb: Any) -> None:
    """Waits for whoever is posting it, and then looks."""
    made = day.runner.do(invoice_order, order=shipped(day)).invoice_id
    said: list[BusinessError] = []

    def second() -> None:
        try:
            run_as("karl").do(verb, invoice=made)
        except BusinessError as error:
            said.append(error)

    waiting = Thread(target=second)
    with day.owner.begin() as first:
        first.execute(text("UPDATE invoice SET state = 'posted' WHERE id = :id"), {"id": made})
        waiting.start()
        while not day.one(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            assert waiting.is_alive(), "it waits for nobody"
    waiting.join(30)
    assert [type(each) for each in said] == [AlreadyPosted]
    # Nobody's login did it: the owner of the data folder, as an import does.
    assert (said[0].data["invoice"], said[0].data["who"]) == ("INV-1001", "import")
