"""From draft to confirmed, cancelled and back: what each step keeps, takes and refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core.errors import ChangedBySomeoneElse
from app.core.quantity import QuantityNotPositive, QuantityTooFine
from app.operations.allocation import allocate_order, allocate_orders, release_order
from app.operations.billing import delete_draft_invoice, invoice_order
from app.operations.orders import (
    NewAddress,
    add_note,
    cancel_line,
    cancel_order,
    change_order,
    confirm_order,
    reopen_order,
)
from app.operations.orders.life import NoReason
from app.operations.orders.refusals import BelowDelivered, GoodsPromised, ProspectCannotOrder
from app.operations.packing import unpack
from app.operations.packing.refusals import ShipmentInvoiced
from tests.conftest import RunAs
from tests.factories.day import Day
from tests.factories.trips import boxed, gone_trip, staged

D = Decimal


@pytest.mark.parametrize(
    ("of_item", "of_customer", "kept"),
    [(10, None, 2), (10, 5, 1), (5, 10, 1), (10, 0, 0), (0, 10, 0)],
)
def test_the_smaller_tolerance_is_fixed_at_confirmation(
    day: Day, of_item: int, of_customer: int | None, kept: int
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE item SET over_pack_tolerance = :p"), {"p": of_item})
        connection.execute(text("UPDATE customer SET over_pack_tolerance = :p"), {"p": of_customer})
    order = day.draft(("PUMP", 20))
    assert day.lines(order)[0].tolerance == 0
    day.runner.do(confirm_order, order=order)
    assert day.lines(order)[0].tolerance == kept


def test_a_prospect_confirms_nothing(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE customer SET kind = 'prospect' WHERE number = 'C-1'"))
    order = day.draft(("PUMP", 1))
    with pytest.raises(ProspectCannotOrder, match="Brightwater Marine"):
        day.runner.do(confirm_order, order=order)
    assert day.status(order) == "draft"
    assert day.lines(order)[0].tolerance == 0


def test_a_quantity_that_cannot_be_is_not_cancelled(day: Day) -> None:
    """Half a pump would leave a line that nobody can change or pack any more."""
    order = day.order(("PUMP", 5))
    line = day.lines(order)[0].id
    day.runner.do(cancel_line, line=line, reason="too many", quantity=D(2))
    for quantity, refused in (
        ("0.5", QuantityTooFine),
        ("0", QuantityNotPositive),
        ("-1", QuantityNotPositive),
        ("4", BelowDelivered),
    ):
        with pytest.raises(refused):
            day.runner.do(cancel_line, line=line, reason="too many", quantity=D(quantity))
    assert (day.lines(order)[0].wanted, day.lines(order)[0].cancelled) == (3, 2)


def test_what_is_promised_is_released_before_it_is_cancelled(day: Day) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    line = day.lines(order)[0].id
    with pytest.raises(GoodsPromised):
        day.runner.do(cancel_order, order=order, reason="no longer needed")
    with pytest.raises(GoodsPromised):
        day.runner.do(cancel_line, line=line, reason="too many", quantity=D(3))
    with pytest.raises(NoReason):
        day.runner.do(cancel_line, line=line, reason=" ", quantity=D(2))
    day.runner.do(cancel_line, line=line, reason="too many", quantity=D(2))
    assert (day.lines(order)[0].wanted, day.lines(order)[0].allocated) == (3, 3)
    day.runner.do(release_order, order=order)
    day.runner.do(cancel_order, order=order, reason="no longer needed")
    assert day.status(order) == "cancelled"
    day.runner.do(reopen_order, order=order)
    assert (day.status(order), day.lines(order)[0].wanted) == ("draft", 5)


def test_no_more_is_cancelled_than_is_open(day: Day) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 5))
    gone_trip(day, order)
    line = day.lines(order)[0].id
    with pytest.raises(BelowDelivered):
        day.runner.do(cancel_line, line=line, reason="too many", quantity=D(4))
    day.runner.do(cancel_line, line=line, reason="too many", quantity=D(3))
    assert (day.lines(order)[0].wanted, day.lines(order)[0].open) == (2, 0)


def test_what_is_invoiced_is_not_unpacked(day: Day) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    boxed(day, order, "PUMP", 2)
    shipment = day.one("SELECT id FROM shipment WHERE order_id = :id", id=order)
    invoice = day.runner.do(invoice_order, order=order).invoice_id
    with pytest.raises(ShipmentInvoiced):
        day.runner.do(unpack, shipment=shipment)
    day.runner.do(delete_draft_invoice, invoice=invoice)
    day.runner.do(unpack, shipment=shipment)
    assert (day.lines(order)[0].packed, day.lines(order)[0].boxed) == (0, 2)


def test_only_goods_that_may_be_sold_are_promised(day: Day) -> None:
    day.stock("FLARE", 5, "A-01", lot="OLD")
    day.stock("FLARE", 5, "A-02", lot="BAD")
    day.stock("FLARE", 5, "A-03", lot="FAR", expires_on=date(2098, 1, 1))
    day.stock("FLARE", 2, "C-01", lot="NEAR", expires_on=date(2097, 1, 1))
    day.stock("PUMP", 4, "A-02")
    with day.owner.begin() as connection:
        for change in (
            "UPDATE lot SET expires_on = '2020-01-01' WHERE code = 'OLD'",
            "UPDATE lot SET blocked_reason = 'smells' WHERE code = 'BAD'",
            "UPDATE location SET is_active = false WHERE code = 'A-02'",
        ):
            connection.execute(text(change))
    order = day.order(("FLARE", 9), ("PUMP", 1))
    given = day.runner.do(allocate_order, order=order)
    assert given.allocated == 7
    assert {each.item: each.missing for each in given.short} == {"FLARE": 2, "PUMP": 1}
    assert day.ask(
        """SELECT t.code, a.quantity FROM allocation a JOIN lot t ON t.id = a.lot_id
            ORDER BY t.expires_on"""
    ) == [("NEAR", 2), ("FAR", 5)]


def test_whoever_changes_a_field_second_is_told_who_came_first_and_what_it_says(
    day: Day, run_as: RunAs
) -> None:
    order = day.draft(("PUMP", 1))
    comments = "SELECT comments FROM sales_order WHERE id = :id"
    seen = {"comments": ""}
    run_as("anna").do(change_order, order=order, seen=seen, comments="ring first")
    day.runner.do(add_note, order=order, text="they called")
    with pytest.raises(ChangedBySomeoneElse) as told:
        day.runner.do(change_order, order=order, seen=seen, comments="do not ring")
    assert "was changed by Anna at" in told.value.message()
    assert "while you had it open: the comments: ring first." in told.value.message()
    assert told.value.now == {"comments": "ring first"}
    assert day.one(comments, id=order) == "ring first"
    # Whoever has read that may overwrite it, and typing the same is no conflict.
    seen = {"comments": "ring first"}
    day.runner.do(change_order, order=order, seen=seen, comments="do not ring")
    run_as("anna").do(change_order, order=order, seen=seen, comments="do not ring")
    assert day.one(comments, id=order) == "do not ring"


def test_what_two_people_change_in_different_fields_goes_together(day: Day, run_as: RunAs) -> None:
    order = day.draft(("PUMP", 1))
    day.runner.do(change_order, order=order, ship_complete=True)
    run_as("anna").do(change_order, order=order, seen={"customer_po": ""}, customer_po="PO 7")
    day.runner.do(
        change_order,
        order=order,
        seen={"comments": "", "ship_complete": "True"},
        comments="ring first",
        ship_complete=False,
    )
    assert day.ask(
        "SELECT customer_po, comments, ship_complete FROM sales_order WHERE id = :id", id=order
    ) == [("PO 7", "ring first", False)]
    elsewhere = NewAddress("Depot", "1 Quay", "Salem", "OR", "97301", "US")
    with pytest.raises(ChangedBySomeoneElse) as told:
        run_as("anna").do(
            change_order,
            order=order,
            seen={"ship_complete": "True", "ship_to": "1 Old Road", "customer_po": "PO 7"},
            ship_complete=False,
            ship_to=elsewhere,
            customer_po="PO 8",
        )
    assert set(told.value.now) == {"ship_to"}
    assert day.one("SELECT customer_po FROM sales_order WHERE id = :id", id=order) == "PO 7"


def test_what_nobody_had_said_yet_is_not_overwritten_unseen_either(day: Day, run_as: RunAs) -> None:
    order = day.draft(("PUMP", 1))
    seen = {"promised_date": "", "delivery_mode": "CARRIER"}
    run_as("anna").do(
        change_order,
        order=order,
        seen=seen,
        promised_date=date(2099, 1, 2),
        delivery_mode="TRUCK",
    )
    with pytest.raises(ChangedBySomeoneElse) as told:
        day.runner.do(
            change_order,
            order=order,
            seen=seen,
            promised_date=date(2099, 1, 3),
            delivery_mode="PICKUP",
        )
    assert told.value.now == {"promised_date": "2099-01-02", "delivery_mode": "TRUCK"}
    assert "the promised date: 2099-01-02; the delivery: TRUCK." in told.value.message()
    assert day.one("SELECT promised_date FROM sales_order") == date(2099, 1, 2)


def test_what_is_sent_as_it_was_seen_leaves_what_somebody_else_made_of_it(
    day: Day, run_as: RunAs
) -> None:
    order = day.draft(("PUMP", 1))
    head = """SELECT o.customer_id, o.customer_po, d.code, o.comments FROM sales_order o
               JOIN delivery_mode d ON d.id = o.delivery_mode_id WHERE o.id = :id"""
    ((customer, _, _, _),) = day.ask(head, id=order)
    run_as("anna").do(change_order, order=order, customer_po="PO 7", delivery_mode="TRUCK")
    day.runner.do(
        change_order,
        order=order,
        seen={"customer": str(customer), "customer_po": "", "delivery_mode": "CARRIER"},
        customer=customer,
        customer_po="",
        delivery_mode="CARRIER",
        comments="ring first",
    )
    assert day.ask(head, id=order) == [(customer, "PO 7", "TRUCK", "ring first")]


def test_who_stands_first_is_given_goods_first(day: Day) -> None:
    day.stock("PUMP", 3)
    early, late = day.order(("PUMP", 3)), day.order(("PUMP", 2))
    day.runner.do(allocate_orders, orders=(late, early))
    assert [day.lines(each)[0].allocated for each in (late, early)] == [2, 1]
