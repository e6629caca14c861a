"""The doctor: silent after an honest day, and exact about everything changed behind its back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import NewCharge, add_charge, cancel_order, reopen_order
from app.operations.packing import box, close_carton, finish, open_carton
from app.operations.picking import pick_order
from app.operations.trucks import (
    LineBack,
    come_back,
    load,
    plan_trip,
    start_loading,
    undo_come_back,
)
from app.queries.doctor import Difference, doctor
from app.rules.trucks import Outcome
from tests.factories.day import Day
from tests.factories.trips import gone_trip, last_shipment, line_of, staged

Broken = Callable[..., tuple[Difference, ...]]


def _found(owner: Engine) -> tuple[Difference, ...]:
    with reading(owner) as session:
        return doctor(session)


def _boxed(day: Day, order: int, quantity: int) -> int:
    """So many pumps of the order in a carton on the bench, still open."""
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=order, location=bench).carton_id
    day.runner.do(
        box,
        order=order,
        item=day.item("PUMP"),
        carton=carton,
        location=bench,
        quantity=Decimal(quantity),
    )
    return carton


@pytest.fixture
def busy_day(day: Day) -> Day:
    """Twenty pumps and a radio: an order each on a lane, on a truck, in a carton, and packed.

    SO-1001 has 4 on S-01, SO-1002 3 on TRUCK-1, SO-1003 2 of 5 in an open carton; SO-1004 has 2
    packed and on a posted invoice with freight, SO-1005 1 packed, on a draft.
    """
    day.stock("PUMP", 20)
    day.stock("RADIO", 1, "A-02", lot="R-1")
    staged = day.order(("PUMP", 4), customer="C-2")
    day.runner.do(allocate_order, order=staged)
    day.runner.do(pick_order, order=staged, to=day.place("S-01"))
    loaded = day.order(("PUMP", 3), customer="C-2")
    day.runner.do(allocate_order, order=loaded)
    day.runner.do(pick_order, order=loaded, to=day.place("CART-1"))
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(loaded,)).trip_id
    day.runner.do(start_loading, trip=trip)
    day.runner.do(load, trip=trip, order=loaded)
    boxed = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=boxed)
    _boxed(day, boxed, 2)
    for quantity, is_posted in ((2, True), (1, False)):
        order = day.order(("PUMP", quantity))
        day.runner.do(add_charge, order=order, charge=NewCharge("Freight", Decimal(10)))
        carton = _boxed(day, order, quantity)
        if day.status(order) != "packed":  # the station packs by itself with the last piece
            day.runner.do(close_carton, carton=carton)
            day.runner.do(finish, order=order)
        invoice = day.runner.do(invoice_order, order=order).invoice_id
        if is_posted:
            day.runner.do(post_invoice, invoice=invoice)
    return day


@pytest.fixture
def broken(owner: Engine) -> Broken:
    """What the doctor finds after a change by the superuser past every trigger; then undone."""

    def find(*changes: str) -> tuple[Difference, ...]:
        with Session(owner) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for change in changes:
                session.execute(text(change))
            return doctor(session)

    return find


def test_an_empty_company_is_in_order(day: Day, owner: Engine) -> None:
    assert _found(owner) == ()


def test_after_an_honest_day_nothing_differs(busy_day: Day, owner: Engine) -> None:
    assert [busy_day.status(order) for order in range(1, 6)] == [
        "staged",
        "loaded",
        "allocated",
        "closed",
        "closed",
    ]
    assert _found(owner) == ()


_ORDER = "UPDATE sales_order SET {} WHERE number = 'SO-{}'"
_LINE = """UPDATE sales_order_line SET {} WHERE order_id =
             (SELECT id FROM sales_order WHERE number = 'SO-{}')"""
_INVOICE = "UPDATE invoice SET {} WHERE state = 'posted'"
_BALANCE = """UPDATE stock_balance SET {} WHERE location_id =
                (SELECT id FROM location WHERE code = 'A-01')"""
_CARTON = "UPDATE carton SET {} WHERE state = 'open'"

BREAKS = [
    (_BALANCE.format("on_hand = on_hand + 1"), "PUMP at A-01", "on_hand", "9", "8"),
    (_BALANCE.format("allocated = allocated - 1"), "PUMP at A-01", "allocated", "2", "3"),
    (_LINE.format("allocated = 3", 1001), "SO-1001 line 1", "allocated", "3", "4"),
    (_LINE.format("staged = 3", 1001), "SO-1001 line 1", "staged", "3", "4"),
    (_LINE.format("loaded = 2", 1002), "SO-1002 line 1", "loaded", "2", "3"),
    (_LINE.format("boxed = 4", 1003), "SO-1003 line 1", "boxed", "4", "2"),
    (
        _LINE.format("packed = packed + 1, tolerance = 9", 1003),
        "SO-1003 line 1",
        "packed",
        "1",
        "0",
    ),
    (_LINE.format("returned = 1", 1004), "SO-1004 line 1", "returned", "1", "0"),
    (_LINE.format("performed = 1, tolerance = 9", 1003), "SO-1003 line 1", "performed", "1", "0"),
    (
        _LINE.format("drop_ordered = 1, tolerance = 9", 1003),
        "SO-1003 line 1",
        "drop_ordered",
        "1",
        "0",
    ),
    (_LINE.format("drop_confirmed = 1", 1003), "SO-1003 line 1", "drop_confirmed", "1", "0"),
    (_LINE.format("invoiced = 1", 1004), "SO-1004 line 1", "invoiced", "1", "2"),
    (_LINE.format("credited = 1", 1004), "SO-1004 line 1", "credited", "1", "0"),
    (_LINE.format("rebillable = 1", 1004), "SO-1004 line 1", "rebillable", "1", "0"),
    (_ORDER.format("status = 'waiting'", 1001), "SO-1001", "status", "waiting", "staged"),
    (_ORDER.format("state = 'closed'", 1001), "SO-1001", "state", "closed", "confirmed"),
    (_ORDER.format("state = 'confirmed'", 1004), "SO-1004", "state", "confirmed", "closed"),
    (_ORDER.format("is_short = true", 1001), "SO-1001", "is_short", "true", "false"),
    (_ORDER.format("goods_amount = 1", 1001), "SO-1001", "goods_amount", "1", "159.6"),
    (_ORDER.format("charges_amount = 1", 1004), "SO-1004", "charges_amount", "1", "10"),
    (_ORDER.format("tax_amount = 1", 1001), "SO-1001", "tax_amount", "1", "12.77"),
    (_ORDER.format("total_amount = 1", 1001), "SO-1001", "total_amount", "1", "172.37"),
    (
        _LINE.format("price_source = 'manual'", 1001),
        "SO-1001 line 1",
        "price_source",
        "manual",
        "list",
    ),
    (
        "UPDATE line_price_part SET label = 'Ever so', source = 'agreement' WHERE line_id = 1",
        "SO-1001 line 1",
        "price_source",
        "list",
        "agreement",
    ),
    (
        "UPDATE order_tax SET percent = 4 WHERE line_id = 2",
        "SO-1002 line 1",
        "Sales tax amount",
        "9.58",
        "4.79",
    ),
    (_INVOICE.format("goods_amount = 1"), "INV-1001", "goods_amount", "1", "79.8"),
    (_INVOICE.format("charges_amount = 1"), "INV-1001", "charges_amount", "1", "10"),
    (_INVOICE.format("tax_amount = 1"), "INV-1001", "tax_amount", "1", "7.18"),
    (_INVOICE.format("total_amount = 1"), "INV-1001", "total_amount", "1", "96.98"),
    (_INVOICE.format("base_total_amount = 1"), "INV-1001", "base_total_amount", "1", "96.98"),
    (
        "UPDATE number_series SET next = next + 1 WHERE code = 'invoice'",
        "INV-1002",
        "given",
        "once",
        "never",
    ),
    (
        _CARTON.format("location_id = (SELECT id FROM location WHERE code = 'S-01')"),
        "{carton}",
        "location",
        "S-01",
        "P-01",
    ),
    (_CARTON.format("state = 'packed'"), "{carton}", "state", "packed", "here"),
    (_CARTON.format("trip_id = 1"), "{carton}", "trip", "1", "none"),
    (
        "UPDATE shipment SET state = 'cancelled' WHERE number = 'SH-1001'",
        "SH-1001",
        "state",
        "cancelled",
        "packed",
    ),
]
"""What is broken as the owner; then the one thing that is named, its field, stored and derived."""


def test_one_broken_number_is_named_and_nothing_else(
    busy_day: Day, broken: Broken, subtests: pytest.Subtests
) -> None:
    carton = busy_day.one("SELECT sscc FROM carton WHERE state = 'open'")
    for change, id, field, stored, derived in BREAKS:
        with subtests.test(id=id, field=field):
            found = {(each.id, each.field, each.stored, each.derived) for each in broken(change)}
            if field == "on_hand":  # missed twice: in the bin, and of the item
                found.remove(("PUMP", "came in less went out", "18", "17"))
            assert found == {(id.format(carton=carton), field, stored, derived)}


def test_an_order_without_the_taxes_its_goods_bear_is_found(busy_day: Day, broken: Broken) -> None:
    """Also when its sums were made to agree."""
    found = broken(
        "DELETE FROM order_tax WHERE order_id = 1",
        """UPDATE sales_order SET tax_amount = 0, total_amount = goods_amount + charges_amount
            WHERE id = 1""",
    )
    assert [(each.id, each.field, each.stored, each.derived) for each in found] == [
        ("SO-1001 line 1", "taxes", "none", "those of STD")
    ]


def test_a_price_that_is_not_the_amounts_is_found(busy_day: Day, broken: Broken) -> None:
    found = broken(
        "UPDATE sales_order_line SET unit_price = 1 WHERE id = 1",
        "UPDATE line_price_part SET base = 1, effect = 1 WHERE line_id = 1",
    )
    assert [(each.id, each.field, each.stored, each.derived) for each in found] == [
        ("SO-1001 line 1", "amount", "159.6", "4")
    ]


def test_a_move_taken_out_of_the_ledger_is_found_at_both_ends(
    busy_day: Day, broken: Broken
) -> None:
    found = broken("DELETE FROM stock_move WHERE reason = 'pick' AND quantity = 4")
    assert {(each.id, each.field, each.stored, each.derived) for each in found} == {
        ("PUMP at A-01", "on_hand", "8", "12"),
        ("PUMP at S-01", "on_hand", "4", "0"),
    }


def test_goods_from_nowhere_break_the_conservation_of_their_item(
    busy_day: Day, broken: Broken
) -> None:
    found = broken("DELETE FROM stock_move WHERE reason = 'receive' AND quantity = 1")
    assert {(each.what, each.id, each.field, each.stored, each.derived) for each in found} == {
        ("stock balance", "RADIO at A-02 lot R-1", "on_hand", "1", "0"),
        ("item", "RADIO", "came in less went out", "1", "0"),
    }


def test_a_lost_promise_is_missed_by_its_balance_its_line_and_its_order(
    busy_day: Day, broken: Broken
) -> None:
    found = broken(
        "DELETE FROM allocation WHERE location_id = (SELECT id FROM location WHERE code = 'S-01')"
    )
    assert {(each.id, each.field) for each in found} == {
        ("PUMP at S-01", "allocated"),
        ("SO-1001 line 1", "allocated"),
        ("SO-1001 line 1", "staged"),
        ("SO-1001", "status"),
        ("SO-1001", "is_short"),
    }


def test_a_serial_in_two_places_and_a_carton_in_two_places_are_found(
    busy_day: Day, broken: Broken
) -> None:
    found = broken("""INSERT INTO stock_balance (item_id, lot_id, location_id, on_hand)
              SELECT b.item_id, b.lot_id, p.id, 1 FROM stock_balance b, location p
               WHERE b.lot_id IS NOT NULL AND p.code = 'A-03'""")
    assert ("serial", "R-1", "in stock") in {(e.what, e.id, e.field) for e in found}
    found = broken("""INSERT INTO allocation (order_line_id, item_id, location_id, carton_id,
                                              quantity, command_id)
              SELECT a.order_line_id, a.item_id, p.id, a.carton_id, 1, a.command_id
                FROM allocation a, location p
               WHERE a.carton_id IS NOT NULL AND p.code = 'S-02'""")
    assert ("carton", "places", "2") in {(e.what, e.field, e.derived) for e in found}


def test_an_invoice_number_nobody_gave_is_found(busy_day: Day, broken: Broken) -> None:
    found = broken("UPDATE invoice SET number = 'INV-2000' WHERE state = 'posted'")
    assert {(each.id, each.derived) for each in found} == {
        ("INV-1001", "never"),
        ("INV-2000", "once"),
    }


def test_what_was_cancelled_because_it_came_back_is_told_by_its_bookings(
    day: Day, owner: Engine, broken: Broken
) -> None:
    day.stock("PUMP", 8)
    day.stock("ROPE", 4)
    order = staged(day, ("PUMP", 8), ("ROPE", 4))
    gone_trip(day, order)
    shipment, pumps, rope = last_shipment(day), line_of(day, order), line_of(day, order, 2)
    back = {
        "shipment": shipment,
        "lines": (
            LineBack(pumps, Outcome.REFUSED, Decimal(1), reason="dented"),
            LineBack(pumps, Outcome.DAMAGED, Decimal(2), reason="fell off"),
            LineBack(rope, Outcome.REFUSED, Decimal(1), reason="too short", is_replaced=True),
            LineBack(rope, Outcome.REDELIVER, Decimal(1)),
        ),
    }
    day.runner.do(come_back, **back)
    found = broken(_LINE.format("came_back = 2", 1001) + " AND line_no = 1")
    assert [(each.id, each.field, each.stored, each.derived) for each in found] == [
        ("SO-1001 line 1", "came_back", "2", "3")
    ]
    found = broken(_LINE.format("cancelled = 1, came_back = 1", 1001) + " AND line_no = 2")
    assert ("SO-1001 line 2", "came_back", "1", "0") in {
        (each.id, each.field, each.stored, each.derived) for each in found
    }
    assert _found(owner) == ()
    day.runner.do(undo_come_back, shipment=shipment)
    assert [line.came_back for line in day.lines(order)] == [0, 0]
    assert _found(owner) == ()
    day.runner.do(come_back, **back)
    assert [line.came_back for line in day.lines(order)] == [3, 0]
    assert _found(owner) == ()


def test_what_came_back_counts_no_more_once_the_order_starts_again(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 4)
    order = staged(day, ("PUMP", 4))
    gone_trip(day, order)
    pumps = line_of(day, order)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(
            LineBack(pumps, Outcome.REFUSED, Decimal(3), reason="wrong door"),
            LineBack(pumps, Outcome.REFUSED, Decimal(1), reason="dented", is_replaced=True),
        ),
    )
    day.runner.do(cancel_order, order=order, reason="lost")
    assert [(line.came_back, line.cancelled) for line in day.lines(order)] == [(3, 4)]
    assert _found(owner) == ()
    day.runner.do(reopen_order, order=order)
    assert [(line.came_back, line.cancelled) for line in day.lines(order)] == [(0, 0)]
    assert _found(owner) == ()
