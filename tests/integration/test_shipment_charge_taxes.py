"""The tax of what a shipment bears: by the goods that left with it, or by a class of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.orders import NewCharge
from app.operations.picking import pick_order
from app.rules.charges import ChargeBilling
from tests.factories.day import Day
from tests.factories.shipping import pack
from tests.factories.trips import doctor_finds

D = Decimal


@pytest.fixture(autouse=True)
def _two_classes(owner: Engine) -> None:
    """Pumps are taxed at 8 percent, rope at 20."""
    with owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO tax_class (code, name) VALUES ('HIGH', 'High');
                INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent)
                SELECT j.id, c.id, 'High', 20 FROM tax_jurisdiction j, tax_class c
                 WHERE c.code = 'HIGH';
                UPDATE item SET tax_class_id = (SELECT id FROM tax_class WHERE code = 'HIGH')
                 WHERE number = 'ROPE'""")
        )


def _freight(amount: str, **more: Any) -> NewCharge:
    return NewCharge("Freight", D(amount), billing=ChargeBilling.PER_SHIPMENT, **more)


def _packed(day: Day, freight: NewCharge, *, pumps: int = 1) -> int:
    """One pump of 39.90 and 19 m of rope, 39.90 too, have left; `pumps` are wanted."""
    day.stock("PUMP", 1)
    day.stock("ROPE", 19)
    order = day.order(("PUMP", pumps), ("ROPE", 19), charges=(freight,))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    return order


def _taxes_of_freight(day: Day, order: int) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Percent, base and tax of the freight on the order's invoice."""
    made = day.runner.do(invoice_order, order=order).invoice_id
    rows = day.ask(
        """SELECT percent, base, amount FROM invoice_tax
            WHERE invoice_id = :id AND shipment_id IS NOT NULL ORDER BY percent""",
        id=made,
    )
    return [tuple(row) for row in rows]


def test_freight_takes_the_rates_of_the_goods_that_left_with_it(day: Day, owner: Engine) -> None:
    """Of two pumps that are wanted one left: it and the rope bear half of the freight each."""
    order = _packed(day, _freight("10.00"), pumps=2)
    assert _taxes_of_freight(day, order) == [
        (D(8), D("5.00"), D("0.40")),
        (D(20), D("5.00"), D("1.00")),
    ]
    assert doctor_finds(owner) == ()


def test_freight_with_a_class_of_its_own_bears_its_rate(day: Day) -> None:
    order = _packed(day, _freight("10.00", tax_class="HIGH"))
    assert _taxes_of_freight(day, order) == [(D(20), D("10.00"), D("2.00"))]


def test_freight_that_is_not_taxed_bears_none(day: Day) -> None:
    order = _packed(day, _freight("10.00", is_taxable=False))
    assert _taxes_of_freight(day, order) == []


def test_the_tax_that_freight_includes_is_taken_out_of_it(day: Day, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE company SET prices_include_tax = true"))
    order = _packed(day, _freight("22.80"))
    assert _taxes_of_freight(day, order) == [
        (D(8), D("10.56"), D("0.84")),
        (D(20), D("9.50"), D("1.90")),
    ]
    # Goods and freight as they are priced, with the taxes in them.
    assert day.ask("SELECT charges_amount, total_amount FROM invoice") == [
        (D("22.80"), D("102.60"))
    ]
    assert doctor_finds(owner) == ()
