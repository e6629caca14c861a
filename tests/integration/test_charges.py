"""Charges: found by rule at entry, kept as people want them, invoiced to the last cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import BusinessError, NotPermitted, SeveralProblems
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import NothingToInvoice, invoice_order, post_invoice
from app.operations.charges import (
    ChargeRuleChange,
    NewBracket,
    NewChargeRule,
    activate_charge_rule,
    change_charge_rule,
    create_charge_rules,
    deactivate_charge_rule,
)
from app.operations.floor import Moved
from app.operations.orders import (
    NewCharge,
    NewLine,
    add_charge,
    add_lines,
    cancel_line,
    cancel_order,
    change_charge,
    change_line,
    change_order,
    remove_charge,
)
from app.operations.orders.amounts import refresh_totals
from app.operations.orders.refusals import ChargeInvoiced, ChargeNotPossible, NothingMoreShips
from app.operations.picking import pick_order
from app.operations.refusals import refusal
from app.queries.billing import billing_counts, order_to_invoice, orders_to_invoice
from app.queries.charges import kept_charge_rules
from app.queries.doctor import doctor
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.factories.shipping import pack
from tests.factories.terminal import claim

D = Decimal
FIXED, EACH, PERCENT, BRACKET = (
    ChargeMethod.FIXED,
    ChargeMethod.PER_QUANTITY,
    ChargeMethod.PERCENT,
    ChargeMethod.BRACKET,
)


def rule(day: Day, name: str, method: ChargeMethod, rate: str | None = None, **more: Any) -> int:
    """A rule; its id."""
    amount = None if rate is None else D(rate)
    made = day.runner.do(create_charge_rules, rules=(NewChargeRule(name, method, amount, **more),))
    return made.ids[0]


def charges(day: Day, order: int) -> list[tuple[str, Decimal, str]]:
    """Name, amount and source of the order's charges."""
    return [
        tuple(row)
        for row in day.ask(
            "SELECT description, amount, source FROM order_charge WHERE order_id = :id ORDER BY id",
            id=order,
        )
    ]


def charge_id(day: Day, order: int) -> int:
    return int(day.one("SELECT id FROM order_charge WHERE order_id = :id", id=order))


def packed(day: Day, order: int, *, of: str = "PUMP", quantity: object = 10) -> None:
    """So much of the order is there and leaves in one shipment."""
    day.stock(of, quantity)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)


COLUMNS = ("goods_amount", "charges_amount", "tax_amount", "total_amount")


def sums(day: Day, order: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Goods, charges, tax and total of the order, and the same of all its invoices."""
    listed = ", ".join(COLUMNS)
    added = ", ".join(f"sum({each})" for each in COLUMNS)
    of_order = day.ask(f"SELECT {listed} FROM sales_order WHERE id = :id", id=order)[0]
    of_invoices = day.ask(f"SELECT {added} FROM invoice WHERE order_id = :id", id=order)[0]
    return tuple(of_order), tuple(of_invoices)


def healthy(day: Day) -> None:
    with reading(day.owner) as session:
        assert doctor(session) == ()


# ---------------------------------------------------------------- at entry


def test_fitting_charges_come_by_themselves_and_follow_the_lines(day: Day) -> None:
    rule(
        day,
        "Freight",
        BRACKET,
        brackets=(NewBracket(D(0), D("9.90")), NewBracket(D(100), D("4.90"))),
        delivery_mode="CARRIER",
    )
    rule(day, "Fuel", PERCENT, "1.5", code="FUEL", kind=ChargeKind.SPECIAL)
    order = day.draft(("PUMP", 2))
    assert charges(day, order) == [
        ("Fuel", D("1.20"), "automatic"),
        ("Freight", D("9.90"), "automatic"),
    ]
    freight = day.one("SELECT id FROM order_charge WHERE code = 'SHIPPING'")
    day.runner.do(change_line, line=day.lines(order)[0].id, quantity=D(3))
    assert charges(day, order) == [
        ("Fuel", D("1.80"), "automatic"),
        ("Freight", D("4.90"), "automatic"),
    ]
    assert day.one("SELECT id FROM order_charge WHERE code = 'SHIPPING'") == freight
    goods, charged, tax, total = sums(day, order)[0]
    assert (goods, charged, tax, total) == (D("119.70"), D("6.70"), D("10.11"), D("136.51"))
    healthy(day)


def test_the_most_specific_rule_stands(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO account_group (code, name) VALUES ('A', 'All'), ('B', 'Boats');
                    UPDATE account_group SET parent_id = 1 WHERE id = 2;
                    UPDATE customer SET group_id = 2 WHERE number = 'C-1'""")
        )
    rule(day, "Everybody", FIXED, "9")
    assert charges(day, day.draft(("PUMP", 1))) == [("Everybody", D(9), "automatic")]
    rule(day, "Group above", FIXED, "8", account_group="A")
    assert charges(day, day.draft(("PUMP", 1))) == [("Group above", D(8), "automatic")]
    rule(day, "Own group", FIXED, "7", account_group="B")
    assert charges(day, day.draft(("PUMP", 1))) == [("Own group", D(7), "automatic")]
    rule(day, "Customer", FIXED, "6", customer="C-1")
    assert charges(day, day.draft(("PUMP", 1))) == [("Customer", D(6), "automatic")]
    rule(day, "Customer, by carrier", FIXED, "0", customer="C-1", delivery_mode="CARRIER")
    assert charges(day, day.draft(("PUMP", 1))) == []
    assert charges(day, day.draft(("PUMP", 1), customer="C-2")) == [
        ("Everybody", D(9), "automatic")
    ]


def test_account_item_and_delivery_are_each_one_a_group_or_all_and_count_in_this_order(
    day: Day,
) -> None:
    prices = Prices(day)
    prices.account_group("TRADE", "C-1")
    prices.item_group("DECK")
    prices.item_group("PUMPS", "PUMP", parent="DECK")
    by_kind = {"delivery_kind": DeliveryKind.CARRIER}
    rising: list[dict[str, Any]] = [
        {},
        by_kind,
        {"delivery_mode": "CARRIER"},
        {"item_group": "DECK"},
        {"item_group": "DECK"} | by_kind,
        {"item_group": "PUMPS"},
        {"item": "PUMP"},
        {"item": "PUMP", "delivery_mode": "CARRIER"},
        {"account_group": "TRADE"},
        {"account_group": "TRADE", "item_group": "DECK"},
        {"customer": "C-1"},
        {"customer": "C-1", "item": "PUMP", "delivery_mode": "CARRIER"},
    ]
    found = []
    for amount, about in enumerate(rising, start=1):
        rule(day, "Freight", FIXED, str(amount), **about)
        found.append([each[1] for each in charges(day, day.draft(("PUMP", 1)))])
    assert found == [[D(amount)] for amount in range(1, len(rising) + 1)]
    # Rope is in no group, and the other customer neither; he is served by truck.
    assert charges(day, day.draft(("ROPE", 1))) == [("Freight", D(11), "automatic")]
    assert charges(day, day.draft(("ROPE", 1), customer="C-2")) == [("Freight", D(1), "automatic")]
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE item_group SET is_active = false WHERE code = 'PUMPS'"))
        connection.execute(text("UPDATE charge_rule SET is_active = false WHERE item_id > 0"))
    assert charges(day, day.draft(("PUMP", 1), customer="C-2")) == [("Freight", D(4), "automatic")]


def test_another_way_of_delivery_brings_other_charges(day: Day) -> None:
    rule(day, "Carrier", FIXED, "9", delivery_kind=DeliveryKind.CARRIER)
    rule(day, "Truck", FIXED, "25", delivery_mode="TRUCK")
    order = day.draft(("PUMP", 1))
    assert charges(day, order) == [("Carrier", D(9), "automatic")]
    day.runner.do(change_order, order=order, delivery_mode="TRUCK")
    assert charges(day, order) == [("Truck", D(25), "automatic")]
    day.runner.do(change_order, order=order, delivery_mode="PICKUP")
    assert charges(day, order) == []


def test_a_charge_on_lines_and_one_about_an_item(day: Day) -> None:
    rule(day, "Coil", EACH, "0.10", item="ROPE", level=ChargeLevel.LINE, kind=ChargeKind.SPECIAL)
    order = day.draft(("PUMP", 1), ("ROPE", "10.5"))
    rows = day.ask(
        "SELECT c.amount, l.line_no FROM order_charge c JOIN sales_order_line l ON l.id = c.line_id"
    )
    assert rows == [(D("1.05"), 2)]
    taxes = day.ask("SELECT base, amount FROM order_tax WHERE charge_id IS NOT NULL")
    assert taxes == [(D("1.05"), D("0.08"))]
    assert day.one("SELECT total_amount FROM sales_order WHERE id = :id", id=order) == D("68.03")


@pytest.mark.parametrize(("on", "is_charged"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_rule_counts_on_both_its_days(day: Day, on: int, is_charged: bool) -> None:
    start = date(2026, 3, 1)
    rule(day, "Freight", FIXED, "9", valid_from=start, valid_to=date(2026, 3, 31))
    order = day.draft(("PUMP", 1), order_date=date.fromordinal(start.toordinal() + on))
    assert bool(charges(day, order)) is is_charged


def test_what_a_person_typed_changed_or_took_off_stays(day: Day) -> None:
    rule(day, "Freight", FIXED, "9")
    order = day.draft(("PUMP", 1))
    day.runner.do(change_charge, order=order, charge=charge_id(day, order), amount=D("3"))
    more = (NewLine(day.item("ROPE"), D(5)),)
    day.runner.do(add_lines, order=order, lines=more)
    assert charges(day, order) == [("Freight", D(3), "manual")]
    day.runner.do(remove_charge, order=order, charge=charge_id(day, order))
    day.runner.do(add_lines, order=order, lines=more)
    assert charges(day, order) == []
    typed = day.draft(("PUMP", 1), charges=(NewCharge("Courier", D(30)),))
    day.runner.do(add_lines, order=typed, lines=more)
    assert charges(day, typed) == [("Courier", D(30), "manual")]
    healthy(day)


def test_an_untaxed_charge_and_one_with_a_class_of_its_own(day: Day) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO tax_class (code, name) VALUES ('FREIGHT', 'Freight');
                    INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent)
                    VALUES (1, 2, 'Freight tax', 3)""")
        )
    rule(day, "Freight", FIXED, "10", tax_class="FREIGHT")
    rule(day, "Deposit", FIXED, "5", code="DEP", is_taxable=False)
    day.draft(("PUMP", 1))
    assert day.ask("SELECT name, base, amount FROM order_tax ORDER BY sequence, name") == [
        ("Freight tax", D(10), D("0.30")),
        ("Sales tax", D("39.90"), D("3.19")),
    ]


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e30"])
def test_a_charge_that_cannot_be_is_refused(day: Day, amount: str) -> None:
    with pytest.raises((ChargeNotPossible, ValueError)):
        day.draft(("PUMP", 1), charges=(NewCharge("x", D(amount)),))
    assert day.one("SELECT count(*) FROM sales_order") == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"description": " "}, "The description of the charge is empty. Enter one."),
        ({"description": "x" * 201}, "The description of the charge is 201 characters long"),
        ({"line_no": 2}, "There is no line 2."),
        ({"tax_class": "NONE"}, "There is no tax class NONE."),
        (
            {"line_no": 1, "billing": ChargeBilling.PER_SHIPMENT},
            "A charge on each line cannot be charged per shipment.",
        ),
    ],
)
def test_a_typed_charge_that_cannot_be_is_a_sentence(
    day: Day, wrong: dict[str, Any], sentence: str
) -> None:
    order = day.draft(("PUMP", 1))
    sound: dict[str, Any] = {"description": "Freight", "amount": D(5)}
    charge = NewCharge(**(sound | wrong))
    with pytest.raises(BusinessError) as refused:
        day.runner.do(add_charge, order=order, charge=charge)
    assert str(refused.value).startswith(sentence)
    assert charges(day, order) == []


# ---------------------------------------------------------------- on invoices


@pytest.mark.parametrize(
    ("billing", "parts"),
    [("prorated", ["3.00", "3.00", "4.00"]), ("first", ["10.00", "0", "0"])],
)
@pytest.mark.parametrize("rounding", ["line", "document"])
def test_a_charge_falls_on_partial_invoices_as_its_rule_says(
    day: Day, rounding: str, billing: str, parts: list[str]
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET tax_rounding = :how"), {"how": rounding})
    rule(day, "Freight", FIXED, "10", billing=ChargeBilling(billing))
    order = day.order(("PUMP", 10))
    for quantity in (3, 3, 4):
        packed(day, order, quantity=quantity)
        day.runner.do(invoice_order, order=order)
    found = day.ask("SELECT charges_amount FROM invoice ORDER BY id")
    assert [row[0] for row in found] == [D(part) for part in parts]
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    bases = day.ask("SELECT sum(base) FROM invoice_tax")[0][0]
    assert bases == of_order[0] + of_order[1]
    healthy(day)


def test_the_rest_of_a_charge_is_owed_when_the_remaining_lines_are_cancelled(day: Day) -> None:
    order = day.order(("PUMP", 10))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", D(10)))
    packed(day, order, quantity=4)
    day.runner.do(invoice_order, order=order)
    assert day.one("SELECT charges_amount FROM invoice") == D(4)
    day.runner.do(cancel_line, line=day.lines(order)[0].id, reason="no longer needed")
    with reading(day.runner.engine) as session:
        assert [row.amount for row in orders_to_invoice(session)] == [D(6)]
        assert billing_counts(session).to_invoice == 1
        assert order_to_invoice(session, order=order).charges_waiting == D(6)
    made = day.runner.do(invoice_order, order=order)
    assert made.total == D("6.48")
    assert day.runner.do(post_invoice, invoice=made.invoice_id).number == "INV-1001"
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    with pytest.raises(NothingToInvoice):
        day.runner.do(invoice_order, order=order)
    healthy(day)


def test_a_charge_added_after_all_is_invoiced_makes_an_invoice_of_its_own(day: Day) -> None:
    order = day.order(("PUMP", 2))
    packed(day, order, quantity=2)
    first = day.runner.do(invoice_order, order=order)
    day.runner.do(post_invoice, invoice=first.invoice_id)
    day.runner.do(add_charge, order=order, charge=NewCharge("Crate", D(7), ChargeKind.SPECIAL))
    made = day.runner.do(invoice_order, order=order)
    assert made.total == D("7.56")
    assert (
        day.one("SELECT count(*) FROM invoice_line WHERE invoice_id = :i", i=made.invoice_id) == 0
    )
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    healthy(day)


def test_charges_alone_are_not_invoiced_while_goods_are_still_to_come(day: Day) -> None:
    order = day.order(("PUMP", 2))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", D(10)))
    with pytest.raises(NothingToInvoice, match="nothing of it is packed yet"):
        day.runner.do(invoice_order, order=order)
    day.runner.do(cancel_order, order=order, reason="lost")
    with pytest.raises(NothingToInvoice, match="it is cancelled"):
        day.runner.do(invoice_order, order=order)


def test_an_invoiced_charge_is_neither_changed_nor_taken_off(day: Day) -> None:
    rule(day, "Freight", EACH, "1")
    order = day.order(("PUMP", 4))
    packed(day, order, quantity=2)
    day.runner.do(invoice_order, order=order)
    charge = charge_id(day, order)
    for verb, more in ((remove_charge, {}), (change_charge, {"amount": D(1)})):
        with pytest.raises(ChargeInvoiced):
            day.runner.do(verb, order=order, charge=charge, **more)
    day.runner.do(add_lines, order=order, lines=(NewLine(day.item("ROPE"), D(5)),))
    assert charges(day, order) == [("Freight", D(4), "automatic")]


def test_raising_an_order_takes_no_charge_back(day: Day) -> None:
    order = day.order(("PUMP", 2))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", D(10)))
    packed(day, order, quantity=2)
    day.runner.do(invoice_order, order=order)
    day.runner.do(change_line, line=day.lines(order)[0].id, quantity=D(4))
    for _ in range(2):
        packed(day, order, quantity=1)
        day.runner.do(invoice_order, order=order)
    found = [row[0] for row in day.ask("SELECT charges_amount FROM invoice ORDER BY id")]
    assert found == [D(10), D(0), D(0)]
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices


def test_a_charge_of_nothing_is_on_the_invoices_of_goods_and_asks_for_none_alone(day: Day) -> None:
    order = day.order(("PUMP", 2), charges=(NewCharge("Freight", D(0)),))
    assert charges(day, order) == [("Freight", D(0), "manual")]
    packed(day, order, quantity=2)
    day.runner.do(invoice_order, order=order)
    assert day.ask("SELECT description, amount FROM invoice_charge") == [("Freight", D(0))]
    with pytest.raises(NothingToInvoice):
        day.runner.do(invoice_order, order=order)
    healthy(day)


def test_the_words_of_a_charge_per_shipment_change_without_its_size(day: Day) -> None:
    rule(day, "Freight", ChargeMethod.PERCENT, "7.125", billing=ChargeBilling.PER_SHIPMENT)
    order = day.order(("PUMP", 2))
    day.runner.do(change_charge, order=order, charge=charge_id(day, order), description="Courier")
    assert day.ask("SELECT description, method, rate, source FROM order_charge") == [
        ("Courier", "percent", D("7.125"), "manual")
    ]


def test_each_shipment_bears_its_own_and_the_order_none(day: Day) -> None:
    rule(day, "Freight", EACH, "0.50", billing=ChargeBilling.PER_SHIPMENT)
    rule(
        day,
        "Handling",
        FIXED,
        "3",
        code="HANDLING",
        billing=ChargeBilling.PER_SHIPMENT,
        is_taxable=False,
    )
    order = day.order(("PUMP", 10))
    assert [amount for _, amount, _ in charges(day, order)] == [D(0), D(0)]
    assert day.one("SELECT total_amount FROM sales_order") == D("430.92")
    packed(day, order, quantity=4)
    packed(day, order, quantity=1)
    day.runner.do(invoice_order, order=order)
    packed(day, order, quantity=5)
    day.runner.do(invoice_order, order=order)
    found = day.ask("""
        SELECT s.number, c.description, c.amount FROM invoice_charge c
          JOIN shipment_charge b ON b.id = c.shipment_charge_id
          JOIN shipment s ON s.id = b.shipment_id ORDER BY c.invoice_id, c.id""")
    assert found == [
        ("SH-1001", "Handling", D(3)),
        ("SH-1001", "Freight", D(2)),
        ("SH-1002", "Handling", D(3)),
        ("SH-1002", "Freight", D("0.50")),
        ("SH-1003", "Handling", D(3)),
        ("SH-1003", "Freight", D("2.50")),
    ]
    goods, charged, tax, total = sums(day, order)[1]
    assert (goods, charged) == (D(399), D(14))
    assert tax == D("31.92") + D("0.16") + D("0.04") + D("0.20")
    assert total == goods + charged + tax
    with pytest.raises(NothingToInvoice):
        day.runner.do(invoice_order, order=order)
    healthy(day)


def test_a_charge_added_when_all_is_invoiced_has_an_invoice_of_its_own(day: Day) -> None:
    order = day.order(("PUMP", 2), ("ROPE", 5))
    packed(day, order, quantity=2)
    packed(day, order, of="ROPE", quantity=5)
    day.runner.do(invoice_order, order=order)
    assert day.status(order) == "closed"
    late = (
        NewCharge("Crate", D("7.77")),
        NewCharge("Stamp", D("1"), billing=ChargeBilling.FIRST, is_taxable=False),
        NewCharge("Hose", D("2.50"), line_no=2),
    )
    for charge in late:
        day.runner.do(add_charge, order=order, charge=charge)
    with pytest.raises(NothingMoreShips, match="All of order SO-1001 has left"):
        day.runner.do(
            add_charge,
            order=order,
            charge=NewCharge("Van", D(5), billing=ChargeBilling.PER_SHIPMENT),
        )
    day.runner.do(invoice_order, order=order)
    listed = "SELECT description, amount FROM invoice_charge ORDER BY id"
    assert day.ask(listed) == [("Crate", D("7.77")), ("Stamp", D(1)), ("Hose", D("2.50"))]
    assert day.ask("SELECT base, amount FROM invoice_tax ORDER BY id OFFSET 1") == [
        (D("10.27"), D("0.82"))
    ]
    assert sums(day, order)[0] == sums(day, order)[1]
    with pytest.raises(NothingToInvoice):
        day.runner.do(invoice_order, order=order)
    healthy(day)


@pytest.mark.parametrize("rounding", ["line", "document"])
@given(
    billing=st.sampled_from([ChargeBilling.PRORATED, ChargeBilling.FIRST]),
    freight=st.decimals("0.01", "99", places=2),
    parts=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    cancels=st.booleans(),
)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_parts_of_random_orders_sum_to_the_order(
    day: Day,
    rounding: str,
    billing: ChargeBilling,
    freight: Decimal,
    parts: list[int],
    cancels: bool,
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET tax_rounding = :how"), {"how": rounding})
    order = day.order(("PUMP", sum(parts) + (2 if cancels else 0)), ("ROPE", "3.33"))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", freight, billing=billing))
    day.stock("ROPE", "3.33")
    for quantity in parts:
        packed(day, order, quantity=quantity)
        day.runner.do(invoice_order, order=order)
    if cancels:
        day.runner.do(cancel_line, line=day.lines(order)[0].id, reason="enough")
        with reading(day.runner.engine) as session:
            waits = order_to_invoice(session, order=order).charges_waiting
        if waits:
            day.runner.do(invoice_order, order=order)
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    assert day.status(order) == "closed"


def pack_and_cancel(session: Session, actor: Actor, *, order: int) -> Moved:
    """What is picked leaves, and the rest is cancelled: the floor's part of a policy."""
    moved = pack(session, actor, order=order)
    session.execute(
        text("UPDATE sales_order_line SET cancelled = cancelled + open WHERE order_id = :id"),
        {"id": order},
    )
    refresh_totals(session, order)
    return moved


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_the_floor_that_cancels_a_rest_lets_charges_and_taxes_follow(
    day: Day, run_as: RunAs, is_invoiced: bool
) -> None:
    rule(day, "Freight", EACH, "1")
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE customer SET backorder_policy = 'cancel'"))
    order = day.order(("PUMP", 10))
    packed(day, order, quantity=2)
    if is_invoiced:
        day.runner.do(invoice_order, order=order)
    day.stock("PUMP", 3)
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    run_as("fritz").do(pack_and_cancel, order=order)
    # What stands on an invoice is not reckoned anew; else five of it are charged.
    freight = D(10) if is_invoiced else D(5)
    assert charges(day, order) == [("Freight", freight, "automatic")]
    assert sums(day, order)[0][:2] == (D("199.50"), freight)
    day.runner.do(invoice_order, order=order)
    of_order, of_invoices = sums(day, order)
    assert of_order == of_invoices
    healthy(day)


# ---------------------------------------------------------------- the rules themselves


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rate": D("-1")}, "The rate must be from 0 to"),
        ({"method": PERCENT, "rate": D(101)}, "The percent must be from 0 to 100, not 101."),
        ({"rate": None}, "A charge fixed needs a rate."),
        ({"method": BRACKET}, "A charge by order amount needs brackets."),
        ({"customer": "C-1", "account_group": "X"}, "A charge rule is for one account"),
        ({"customer": "C-99"}, "There is no customer C-99."),
        ({"currency": "ZZZ"}, "ZZZ is not an ISO 4217 currency code."),
        ({"currency": "CHF"}, "The company does not use CHF."),
        (
            {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
            "The charge Freight would end on 1 Jan 2026, before it starts on 1 Feb 2026.",
        ),
        (
            {"level": ChargeLevel.LINE, "billing": ChargeBilling.PER_SHIPMENT},
            "A charge on each line cannot be charged per shipment.",
        ),
        ({"code": "OLD"}, "There is a rule OLD for just these already: Old, at any time."),
    ],
)
def test_a_rule_that_cannot_be_is_a_sentence(
    day: Day, wrong: dict[str, Any], sentence: str
) -> None:
    rule(day, "Old", FIXED, "1", code="OLD")
    sound: dict[str, Any] = {"name": "Freight", "method": FIXED, "rate": D(5)}
    with pytest.raises(BusinessError) as refused:
        day.runner.do(create_charge_rules, rules=(NewChargeRule(**(sound | wrong)),))
    told = str(refused.value)
    if isinstance(refused.value, SeveralProblems):
        assert any(line.startswith(sentence) for line in told.splitlines()), told
    else:
        assert told.startswith(sentence)


def test_a_rule_changes_and_ends_for_new_orders(day: Day) -> None:
    made = rule(day, "Freight", FIXED, "9")
    order = day.draft(("PUMP", 1))
    day.runner.do(change_charge_rule, rule=made, change=ChargeRuleChange(rate=D(12)))
    assert charges(day, order) == [("Freight", D(9), "automatic")]
    assert charges(day, day.draft(("PUMP", 1))) == [("Freight", D(12), "automatic")]
    day.runner.do(change_charge_rule, rule=made, change=ChargeRuleChange(valid_to=date(2020, 1, 1)))
    assert charges(day, day.draft(("PUMP", 1))) == []
    with reading(day.runner.engine) as session:
        kept = kept_charge_rules(session)
        assert [(each.code, each.rate, each.valid_to) for each in kept] == [
            ("SHIPPING", D(12), date(2020, 1, 1))
        ]
        assert kept_charge_rules(session, on=date(2026, 1, 1)) == ()


def test_a_rule_is_switched_off_and_on_again(day: Day, run_as: RunAs) -> None:
    made = rule(day, "Freight", FIXED, "9")
    order = day.draft(("PUMP", 1))
    for verb in (activate_charge_rule, deactivate_charge_rule):
        with pytest.raises(NotPermitted):
            run_as("anna").do(verb, rule=made)
    with pytest.raises(BusinessError, match="The charge Freight is switched on already"):
        run_as("karl").do(activate_charge_rule, rule=made)
    run_as("karl").do(deactivate_charge_rule, rule=made)
    with pytest.raises(BusinessError, match="The charge Freight is switched off already"):
        run_as("karl").do(deactivate_charge_rule, rule=made)
    assert charges(day, day.draft(("PUMP", 1))) == []
    assert charges(day, order) == [("Freight", D(9), "automatic")]
    day.runner.do(add_lines, order=order, lines=(NewLine(day.item("ROPE"), D(1)),))
    assert charges(day, order) == []
    with reading(day.runner.engine) as session:
        assert [each.is_active for each in kept_charge_rules(session)] == [False]
    # What is off stands in nobody's way, and changes; it comes back when nothing is in its own.
    other = rule(day, "Carriage", FIXED, "7")
    day.runner.do(change_charge_rule, rule=made, change=ChargeRuleChange(rate=D(8)))
    with pytest.raises(BusinessError, match="for just these already: Carriage, at any time"):
        day.runner.do(activate_charge_rule, rule=made)
    day.runner.do(deactivate_charge_rule, rule=other)
    day.runner.do(activate_charge_rule, rule=made)
    assert charges(day, day.draft(("PUMP", 1))) == [("Freight", D(8), "automatic")]
    with pytest.raises(BusinessError, match="There is no charge rule 999"):
        day.runner.do(deactivate_charge_rule, rule=999)


def test_rules_are_accountings_and_the_database_refuses_doubles(
    day: Day, run_as: RunAs, engine_as: EngineAs
) -> None:
    new = (NewChargeRule("Freight", FIXED, D(9)),)
    with pytest.raises(NotPermitted):
        run_as("anna").do(create_charge_rules, rules=new)
    run_as("karl").do(create_charge_rules, rules=new)
    with engine_as("karl").connect() as connection:
        claim(connection)
        with pytest.raises(DBAPIError) as refused:
            connection.execute(
                text("""INSERT INTO charge_rule (code, name, kind, level, method, rate, currency,
                                                 billing)
                        VALUES ('SHIPPING', 'x', 'shipping', 'header', 'fixed', 1, 'USD',
                                'first')""")
            )
    known = refusal(refused.value)
    assert known is not None
    assert known.name == "ChargeRuleMeanwhile"
