"""What a shipment bears: agreed when its goods leave, invoiced so, gone when they are back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import get_currency_precision, list_currencies
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotPermitted
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import (
    NothingToInvoice,
    delete_draft_invoice,
    invoice_order,
    post_invoice,
)
from app.operations.charges import NewBracket
from app.operations.floor import Moved
from app.operations.orders import (
    NewCharge,
    NewLine,
    add_charge,
    add_lines,
    change_charge,
    change_line,
    remove_charge,
)
from app.operations.packing import finish, unpack
from app.operations.packing.refusals import ShipmentInvoiced
from app.operations.picking import pick_order
from app.operations.trucks import LineBack, come_back, depart, undepart, undo_come_back
from app.operations.trucks.refusals import TripInvoiced
from app.queries.billing import billing_counts, invoice, order_to_invoice, orders_to_invoice
from app.queries.doctor import doctor
from app.queries.orders.document import order_document
from app.rules.charges import ChargeBilling, ChargeKind, ChargeMethod
from app.rules.trucks import Outcome
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.terminal import claim
from tests.factories.trips import boxed, gone_trip, last_shipment, line_of, staged
from tests.integration.test_charges import charge_id, charges, packed, rule

D = Decimal
FREIGHT = NewCharge("Freight", D(8), billing=ChargeBilling.PER_SHIPMENT)


def borne(day: Day, order: int) -> list[tuple[str, str, Decimal, bool]]:
    """Shipment, charge, amount, and whether it is invoiced: what the order's shipments bear."""
    return [
        tuple(row)
        for row in day.ask(
            """SELECT s.number, c.description, c.amount, c.is_invoiced
                 FROM shipment_charge c JOIN shipment s ON s.id = c.shipment_id
                WHERE s.order_id = :id ORDER BY c.id""",
            id=order,
        )
    ]


def billed(day: Day, invoice: int) -> list[tuple[str, Decimal]]:
    """Description and amount of an invoice's charges."""
    return [
        tuple(row)
        for row in day.ask(
            "SELECT description, amount FROM invoice_charge WHERE invoice_id = :id ORDER BY id",
            id=invoice,
        )
    ]


def healthy(owner: Engine) -> None:
    with reading(owner) as session:
        assert doctor(session) == ()


# ---------------------------------------------------------------- when goods leave


def test_two_shipments_bear_what_was_agreed_when_each_left(day: Day, owner: Engine) -> None:
    order = day.order(("PUMP", 10))
    day.runner.do(add_charge, order=order, charge=FREIGHT)
    assert borne(day, order) == []
    packed(day, order, quantity=4)
    assert borne(day, order) == [("SH-1001", "Freight", D(8), False)]
    charge = charge_id(day, order)
    day.runner.do(
        change_charge, order=order, charge=charge, amount=D("9.50"), description="Courier"
    )
    packed(day, order, quantity=6)
    agreed = [("SH-1001", "Freight", D(8), False), ("SH-1002", "Courier", D("9.50"), False)]
    assert borne(day, order) == agreed
    day.runner.do(remove_charge, order=order, charge=charge)
    assert borne(day, order) == agreed
    assert day.ask("SELECT order_charge_id FROM shipment_charge") == [(None,), (None,)]
    made = day.runner.do(invoice_order, order=order)
    assert billed(day, made.invoice_id) == [("Freight", D(8)), ("Courier", D("9.50"))]
    # 399.00 goods and 17.50 charges, 8 % on both: 31.92 + 0.64 + 0.76.
    assert made.total == D("449.82")
    day.runner.do(post_invoice, invoice=made.invoice_id)
    assert [row[3] for row in borne(day, order)] == [True, True]
    with pytest.raises(NothingToInvoice):
        day.runner.do(invoice_order, order=order)
    healthy(owner)


def test_each_is_invoiced_once_and_the_next_shipment_bears_what_is_agreed_by_then(
    day: Day, owner: Engine
) -> None:
    order = day.order(("PUMP", 10), charges=(FREIGHT,))
    packed(day, order, quantity=4)
    first = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=first.invoice_id)
    # What is invoiced is the shipment's; what is agreed for the next one may still change.
    day.runner.do(change_charge, order=order, charge=charge_id(day, order), amount=D(6))
    packed(day, order, quantity=3)
    packed(day, order, quantity=3)
    second = day.runner.do(invoice_order, order=order)
    assert billed(day, first.invoice_id) == [("Freight", D(8))]
    assert billed(day, second.invoice_id) == [("Freight", D(6)), ("Freight", D(6))]
    day.runner.do(delete_draft_invoice, invoice=second.invoice_id)
    assert [row[2:] for row in borne(day, order)] == [
        (D(8), True),
        (D(6), False),
        (D(6), False),
    ]
    again = day.runner.do(invoice_order, order=order)
    assert again.total == second.total
    with reading(owner) as session:
        assert invoice(session, invoice=again.invoice_id).charge_rows == (
            ("Freight, SH-1002", D(6)),
            ("Freight, SH-1003", D(6)),
        )
    healthy(owner)


def test_a_rule_that_changes_touches_no_shipment_that_left(day: Day, owner: Engine) -> None:
    rule(day, "Freight", ChargeMethod.FIXED, "9", billing=ChargeBilling.PER_SHIPMENT)
    order = day.order(("PUMP", 10))
    packed(day, order, quantity=4)
    rule(
        day,
        "Carriage",
        ChargeMethod.FIXED,
        "12",
        customer="C-1",
        billing=ChargeBilling.PER_SHIPMENT,
    )
    day.runner.do(add_lines, order=order, lines=(NewLine(day.item("ROPE"), D(5)),))
    packed(day, order, quantity=6)
    assert borne(day, order) == [
        ("SH-1001", "Freight", D(9), False),
        ("SH-1002", "Carriage", D(12), False),
    ]
    healthy(owner)


def test_by_quantity_by_percent_and_about_an_item(day: Day, owner: Engine) -> None:
    per_shipment = ChargeBilling.PER_SHIPMENT
    rule(day, "Each", ChargeMethod.PER_QUANTITY, "0.333", code="EACH", billing=per_shipment)
    rule(day, "Share", ChargeMethod.PERCENT, "7.125", code="SHARE", billing=per_shipment)
    rule(day, "Coils", ChargeMethod.FIXED, "5", code="COIL", item="ROPE", billing=per_shipment)
    order = day.order(("PUMP", 10), ("ROPE", "3"))
    packed(day, order, quantity=3)
    # No rope left with it, so nothing is charged for coils; 3 x 39.90 x 7.125 % = 8.528625.
    assert borne(day, order) == [
        ("SH-1001", "Each", D("1.00"), False),
        ("SH-1001", "Share", D("8.53"), False),
    ]
    # Another price afterwards is for what is still to leave.
    day.runner.do(change_line, line=line_of(day, order), unit_price=D(20))
    packed(day, order, of="ROPE", quantity=3)
    assert [row[:3] for row in borne(day, order)[2:]] == [
        ("SH-1002", "Coils", D("5.00")),
        ("SH-1002", "Each", D("1.00")),
        ("SH-1002", "Share", D("0.45")),  # 3 x 2.10 x 7.125 % = 0.448875
    ]
    assert borne(day, order)[1][2] == D("8.53")
    healthy(owner)


def test_the_database_rounds_like_the_program(owner: Engine) -> None:
    with owner.connect() as connection:
        asked = connection.execute(
            text("SELECT c, currency_decimals(c) FROM unnest(CAST(:all AS text[])) c"),
            {"all": sorted(list_currencies())},
        )
        assert {row.c: row.currency_decimals for row in asked} == {
            code: get_currency_precision(code) for code in list_currencies()
        }


# ---------------------------------------------------------------- at the station


def _finished(day: Day, runner: Any, order: int, quantity: int) -> int:
    """So many pumps are boxed at the station and finished; the shipment."""
    day.stock("PUMP", quantity)
    day.runner.do(allocate_order, order=order)
    boxed(day, order, "PUMP", quantity)
    if day.status(order) != "packed":
        runner.do(finish, order=order)
    return last_shipment(day)


def test_unpacking_takes_it_back_and_packing_again_agrees_anew(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    order = day.order(("PUMP", 5), charges=(FREIGHT,))
    shipment = _finished(day, run_as("fritz"), order, 3)
    assert borne(day, order) == [("SH-1001", "Freight", D(8), False)]
    run_as("fritz").do(unpack, shipment=shipment)
    assert borne(day, order) == []
    healthy(owner)
    day.runner.do(change_charge, order=order, charge=charge_id(day, order), amount=D(7))
    run_as("fritz").do(finish, order=order)
    assert borne(day, order) == [("SH-1002", "Freight", D(7), False)]
    healthy(owner)


def test_a_shipment_whose_freight_is_invoiced_is_not_unpacked(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    order = day.order(("PUMP", 5), charges=(FREIGHT,))
    first = _finished(day, run_as("fritz"), order, 3)
    second = _finished(day, run_as("fritz"), order, 2)
    # Two of five pumps are invoiced, with what both shipments bear: the first's goods are not.
    made = day.runner.do(invoice_order, order=order, lines={line_of(day, order): D(2)})
    assert billed(day, made.invoice_id) == [("Freight", D(8)), ("Freight", D(8))]
    for shipment in (first, second):
        with pytest.raises(ShipmentInvoiced):
            run_as("fritz").do(unpack, shipment=shipment)
    day.runner.do(delete_draft_invoice, invoice=made.invoice_id)
    run_as("fritz").do(unpack, shipment=first)
    assert borne(day, order) == [("SH-1002", "Freight", D(8), False)]
    healthy(owner)


def test_a_policy_that_cancels_the_rest_leaves_the_shipment_as_agreed(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    rule(day, "Share", ChargeMethod.PERCENT, "10", billing=ChargeBilling.PER_SHIPMENT)
    with owner.begin() as connection:
        connection.execute(text("UPDATE customer SET backorder_policy = 'cancel'"))
    order = day.order(("PUMP", 5))
    _finished(day, run_as("fritz"), order, 2)
    assert day.lines(order)[0].cancelled == 3
    assert borne(day, order) == [("SH-1001", "Share", D("7.98"), False)]
    healthy(owner)


# ---------------------------------------------------------------- on trucks


def test_a_departure_charges_every_shipment_and_its_taking_back_none(
    day: Day, owner: Engine
) -> None:
    day.stock("PUMP", 9)
    mine = staged(day, ("PUMP", 4), charges=(FREIGHT,))
    other = staged(day, ("PUMP", 5), customer="C-1", delivery_mode="TRUCK", charges=(FREIGHT,))
    trip = gone_trip(day, mine, other)
    assert [row[1:] for row in borne(day, mine)] == [("Freight", D(8), False)]
    assert [row[1:] for row in borne(day, other)] == [("Freight", D(8), False)]
    day.runner.do(undepart, trip=trip)
    assert borne(day, mine) == borne(day, other) == []
    healthy(owner)
    day.runner.do(remove_charge, order=other, charge=charge_id(day, other))
    day.runner.do(depart, trip=trip)
    assert [row[1:] for row in borne(day, mine)] == [("Freight", D(8), False)]
    assert borne(day, other) == []
    healthy(owner)


def test_a_departure_is_not_taken_back_once_its_freight_is_invoiced(day: Day) -> None:
    day.stock("PUMP", 4)
    order = staged(day, ("PUMP", 4), charges=(FREIGHT,))
    trip = gone_trip(day, order)
    day.runner.do(come_back, shipment=last_shipment(day), lines=(_refused(day, order, 4),))
    made = day.runner.do(invoice_order, order=order)
    assert (billed(day, made.invoice_id), made.total) == ([("Freight", D(8))], D("8.64"))
    day.runner.do(undo_come_back, shipment=last_shipment(day))
    with pytest.raises(TripInvoiced):
        day.runner.do(undepart, trip=trip)


def _refused(day: Day, order: int, quantity: int) -> LineBack:
    return LineBack(line_of(day, order), Outcome.REFUSED, D(quantity), reason="wrong door")


def test_what_comes_back_was_driven_all_the_same(day: Day, owner: Engine) -> None:
    day.stock("PUMP", 4)
    order = staged(
        day,
        ("PUMP", 4),
        charges=(FREIGHT,),
    )
    gone_trip(day, order)
    shipment = last_shipment(day)
    agreed = [("SH-1001", "Freight", D(8), False)]
    day.runner.do(come_back, shipment=shipment, lines=(_refused(day, order, 1),))
    assert borne(day, order) == agreed
    day.runner.do(undo_come_back, shipment=shipment)
    assert borne(day, order) == agreed
    # All of it refused: nothing but the freight is owed, and the list of what to invoice says so.
    day.runner.do(come_back, shipment=shipment, lines=(_refused(day, order, 4),))
    assert (borne(day, order), day.status(order)) == (agreed, "closed")
    with reading(day.runner.engine) as session:
        assert [(row.id, row.amount) for row in orders_to_invoice(session)] == [(order, D(8))]
        assert billing_counts(session).to_invoice == 1
        assert order_to_invoice(session, order=order).charges_waiting == D(8)
    day.runner.do(invoice_order, order=order)
    with reading(day.runner.engine) as session:
        assert orders_to_invoice(session) == ()
    healthy(owner)


# ---------------------------------------------------------------- what is told of it


def test_the_order_and_the_list_of_what_to_invoice_tell_it(day: Day, owner: Engine) -> None:
    order = day.order(("PUMP", 10), charges=(FREIGHT,))
    packed(day, order, quantity=4)
    day.runner.do(change_charge, order=order, charge=charge_id(day, order), amount=D(9))
    with reading(day.runner.engine) as session:
        document = order_document(session, order=order)
        assert order_to_invoice(session, order=order).charges_waiting == D(8)
    assert [(each.description, each.per_shipment) for each in document.charges] == [
        ("Freight", D(9))
    ]
    assert [
        (each.shipment, each.description, each.amount, each.is_invoiced)
        for each in document.shipment_charges
    ] == [("SH-1001", "Freight", D(8), False)]
    assert document.total == D("430.92")


# ---------------------------------------------------------------- behind the program's back


WRITES = (
    "INSERT INTO shipment_charge (shipment_id, description, method, rate, amount, is_taxable)"
    " VALUES (1, 'x', 'fixed', 1, 1, true)",
    "UPDATE shipment_charge SET amount = 80",
    "UPDATE shipment_charge SET is_invoiced = true",
    "DELETE FROM shipment_charge",
    "TRUNCATE shipment_charge",
)


@pytest.mark.parametrize("login", ["maria", "anna", "fritz", "doris", "karl", "adam"])
def test_nobody_writes_it_at_a_terminal(day: Day, engine_as: EngineAs, login: str) -> None:
    order = day.order(("PUMP", 2), charges=(FREIGHT,))
    packed(day, order, quantity=2)
    with engine_as(login).connect() as connection:
        for statement in WRITES:
            with connection.begin() as transaction:
                claim(connection)
                with pytest.raises(DBAPIError, match="permission denied"):
                    connection.execute(text(statement))
                transaction.rollback()
    assert borne(day, order) == [("SH-1001", "Freight", D(8), False)]


def pack_and_say(session: Session, actor: Actor, *, order: int, change: str) -> Moved:
    """Goods leave, and in the same command somebody says something else by hand."""
    moved = pack(session, actor, order=order)
    session.execute(text(change))
    return moved


def test_who_cancels_a_rest_raises_nothing_for_the_next_shipment(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE customer SET backorder_policy = 'cancel'"))
    rule(
        day,
        "Fuel",
        ChargeMethod.FIXED,
        "4",
        code="FUEL",
        kind=ChargeKind.SPECIAL,
        billing=ChargeBilling.PER_SHIPMENT,
    )
    order = day.order(("PUMP", 5), charges=(FREIGHT, NewCharge("Crate", D(2), ChargeKind.SPECIAL)))
    day.stock("PUMP", 3)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    for change in (
        "UPDATE order_charge SET rate = 800 WHERE description = 'Freight'",
        "UPDATE order_charge SET amount = 800 WHERE description = 'Crate'",
        "UPDATE order_charge SET rate = 800 WHERE code = 'FUEL'",
        "UPDATE order_charge SET billing = 'prorated', amount = 5 WHERE code = 'FUEL'",
        """INSERT INTO order_charge (order_id, description, amount, billing, method, rate)
           SELECT order_id, 'More', 0, billing, 'fixed', 1 FROM order_charge
            WHERE description = 'Freight'""",
    ):
        with pytest.raises(NotPermitted):
            run_as("fritz").do(pack_and_say, order=order, change=change)
    run_as("fritz").do(pack_and_say, order=order, change="SELECT 1")
    assert [row[1:3] for row in borne(day, order)] == [("Freight", D(8)), ("Fuel", D(4))]


def test_a_rest_that_is_cancelled_takes_the_bracket_it_falls_to(
    day: Day, owner: Engine, run_as: RunAs
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE customer SET backorder_policy = 'cancel'"))
    brackets = (NewBracket(D(0), D("9.90")), NewBracket(D(100), D("4.90")))
    rule(day, "Freight", ChargeMethod.BRACKET, brackets=brackets)
    rule(
        day,
        "Drive",
        ChargeMethod.BRACKET,
        brackets=brackets,
        code="DRIVE",
        billing=ChargeBilling.PER_SHIPMENT,
    )
    rule(day, "Fuel", ChargeMethod.PERCENT, "1.5", code="FUEL")
    order = day.order(("PUMP", 5))
    _finished(day, run_as("fritz"), order, 2)
    assert [row[:2] for row in charges(day, order)] == [
        ("Drive", D(0)),
        ("Fuel", D("1.20")),
        ("Freight", D("9.90")),
    ]
    # It left when the whole order was still wanted.
    assert borne(day, order) == [("SH-1001", "Drive", D("4.90"), False)]
    healthy(owner)


def test_an_invoice_bills_it_as_agreed_of_its_own_order_and_once(
    day: Day, engine_as: EngineAs
) -> None:
    order, other = day.order(("PUMP", 2), charges=(FREIGHT,)), day.order(("PUMP", 2))
    packed(day, order, quantity=2)
    packed(day, other, quantity=2)
    foreign = day.runner.do(invoice_order, order=other).invoice_id
    bill = """INSERT INTO invoice_charge (invoice_id, shipment_charge_id, description, amount)
              SELECT {}, id, 'x', {} FROM shipment_charge"""
    assert _refused_state(engine_as("karl"), bill.format(foreign, 8)) == "OW032"
    own = day.runner.do(invoice_order, order=order).invoice_id
    assert _refused_state(engine_as("karl"), bill.format(own, 8)) == "23505"
    day.runner.do(delete_draft_invoice, invoice=own)
    day.runner.do(invoice_order, order=order)
    dearer = """
        WITH made AS (
          INSERT INTO invoice (customer_id, order_id, invoice_date, due_date, currency,
                               prices_include_tax, tax_rounding)
          SELECT customer_id, id, current_date, current_date, currency, prices_include_tax,
                 tax_rounding FROM sales_order WHERE id = {} RETURNING id)
        INSERT INTO invoice_charge (invoice_id, shipment_charge_id, description, amount)
        SELECT made.id, c.id, 'x', 80 FROM made, shipment_charge c WHERE NOT c.is_invoiced"""
    packed(day, third := day.order(("PUMP", 2), charges=(FREIGHT,)), quantity=2)
    assert _refused_state(engine_as("karl"), dearer.format(third)) == "OW032"


def _refused_state(engine: Engine, statement: str) -> str:
    with engine.connect() as connection, connection.begin():
        claim(connection)
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text(statement))
    return str(getattr(refused.value.orig, "sqlstate", ""))


def test_the_doctor_finds_what_is_wrong_with_it(day: Day, owner: Engine) -> None:
    rule(day, "Each", ChargeMethod.PER_QUANTITY, "0.50", billing=ChargeBilling.PER_SHIPMENT)
    order = day.order(("PUMP", 4))
    packed(day, order, quantity=4)
    healthy(owner)
    for change, found in (
        ("amount = 3", ("SH-1001 Each", "amount", "3", "2")),
        ("item_ids = '{0}'", ("SH-1001 Each", "amount", "2", "0")),
        ("is_invoiced = true", ("SH-1001 Each", "invoiced", "2", "0")),
    ):
        with Session(owner) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(f"UPDATE shipment_charge SET {change}"))
            (wrong,) = doctor(session)
            assert (wrong.id, wrong.field, wrong.stored, wrong.derived) == found
