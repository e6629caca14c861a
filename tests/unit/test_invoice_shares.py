"""What one invoice takes of an order: of goods, charges and taxes, over-packed goods too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from app.operations.billing.shares import can_have_no_more, reckon_invoice

D = Decimal


def line(**more: Any) -> SimpleNamespace:
    """An order's line as invoicing reads it: ten of it for 100.00, all of them delivered."""
    facts: dict[str, Any] = {
        "order_id": 1,
        "number": "SO-1",
        "currency": "USD",
        "base_currency": "USD",
        "exchange_rate": D(1),
        "prices_include_tax": False,
        "tax_rounding": "line",
        "state": "confirmed",
        "today": date(2026, 3, 1),
        "days": 30,
        "id": 7,
        "line_no": 1,
        "base_unit": "pc",
        "wanted": D(10),
        "unit_price": D(10),
        "price_unit": "pc",
        "price_factor": D(1),
        "amount": D(100),
        "order_discount": D(0),
        "invoiceable": D(10),
        "is_delivered": True,
        "before_quantity": D(0),
        "before_amount": D(0),
        "before_discount": D(0),
    }
    return SimpleNamespace(**(facts | more))


def charge(
    amount: str, billing: str = "prorated", before: str = "0", line_id: int | None = None
) -> SimpleNamespace:
    return SimpleNamespace(
        what="charge",
        id=3,
        line_id=line_id,
        billing=billing,
        amount=D(amount),
        before_amount=D(before),
    )


def tax(
    base: str,
    amount: str,
    *,
    line_id: int | None = None,
    charge_id: int | None = None,
    name: str = "Tax",
) -> Any:
    return SimpleNamespace(
        what="tax",
        line_id=line_id,
        charge_id=charge_id,
        jurisdiction="US",
        sequence=1,
        name=name,
        percent=D(8),
        base=D(base),
        amount=D(amount),
    )


def taxed(base: str, amount: str, name: str = "Tax") -> SimpleNamespace:
    """What earlier invoices took at a rate."""
    facts = vars(tax("0", "0", name=name)) | {"what": "taxed"}
    return SimpleNamespace(**facts, before_base=D(base), before_amount=D(amount))


EXTRAS = [charge("10.00"), tax("100", "8.00", line_id=7), tax("10", "0.80", charge_id=3)]


@pytest.mark.parametrize(
    ("quantity", "may_more_come", "goods", "freight", "taxes"),
    [
        ("4", True, "40.00", "4.00", "3.52"),
        ("10", True, "100.00", "10.00", "8.80"),
        ("12", True, "120.00", "12.00", "10.56"),
        ("12", False, "120.00", "12.00", "10.56"),
    ],
)
def test_everything_follows_the_quantity_beyond_what_was_wanted_too(
    quantity: str, may_more_come: bool, goods: str, freight: str, taxes: str
) -> None:
    paper = reckon_invoice(
        [line(invoiceable=D(12), is_delivered=not may_more_come)], {7: D(quantity)}, EXTRAS, ()
    )
    assert (paper.head["goods"], paper.head["charges"], paper.head["tax"]) == (
        goods,
        freight,
        taxes,
    )


def test_the_first_invoice_carries_a_charge_that_falls_on_it_and_its_tax() -> None:
    extras = [charge("10.00", "first"), *EXTRAS[1:]]
    paper = reckon_invoice([line(is_delivered=False)], {7: D(1)}, extras, ())
    assert (paper.head["charges"], paper.head["tax"]) == ("10.00", "1.60")


def test_the_last_invoice_carries_the_rest() -> None:
    rows = [line(before_quantity=D(10), before_amount=D(100), invoiceable=D(0))]
    paper = reckon_invoice(rows, {}, [charge("10.00", before="4"), *EXTRAS[1:]], ())
    assert (paper.head["goods"], paper.head["charges"]) == ("0", "6.00")
    assert not paper.is_empty


def test_the_last_invoice_carries_the_rest_of_a_lines_charge_too() -> None:
    """Of ten that were wanted eight came and no more will."""
    extras = [charge("10.00", before="4", line_id=7)]
    rows = [line(before_quantity=D(4), before_amount=D(40), invoiceable=D(4))]
    assert reckon_invoice(rows, {7: D(4)}, extras, ()).head["charges"] == "6.00"


def test_the_charge_of_a_cancelled_line_is_owed_when_nothing_more_comes() -> None:
    extras = [charge("5.00", line_id=8)]
    gone = line(id=8, wanted=D(0), amount=D(0), invoiceable=D(0))
    first = reckon_invoice([line(is_delivered=False), gone], {7: D(4)}, extras, ())
    assert first.head["charges"] == "0"
    last = reckon_invoice([line(), gone], {7: D(10)}, extras, ())
    assert last.head["charges"] == "5.00"


def test_a_charge_invoiced_further_than_its_order_is_not_taken_back_nor_its_tax() -> None:
    """Half the freight stood on the first invoice; then four times as much was wanted."""
    more = {"wanted": D(40), "amount": D(400), "invoiceable": D(5), "is_delivered": False}
    rows = [line(before_quantity=D(5), before_amount=D(50), **more)]
    extras = [
        charge("10.00", before="5"),
        tax("10", "0.80", charge_id=3),
        taxed("5", "0.40"),
    ]
    paper = reckon_invoice(rows, {7: D(5)}, extras, ())
    assert (paper.head["goods"], paper.charges, paper.taxes) == ("50.00", [], [])


def test_where_no_line_costs_anything_the_first_invoice_takes_the_charges() -> None:
    rows = [line(amount=D(0), unit_price=D(0), is_delivered=False)]
    extras = [charge("10.00"), tax("10", "0.80", charge_id=3)]
    paper = reckon_invoice(rows, {7: D(4)}, extras, ())
    assert (paper.head["goods"], paper.head["charges"], paper.head["tax"]) == (
        "0.00",
        "10.00",
        "0.80",
    )


@pytest.mark.parametrize(("rounding", "taxed"), [("line", "0.04"), ("document", "0.03")])
def test_taxes_of_a_part_are_rounded_as_the_orders_are(rounding: str, taxed: str) -> None:
    """Three tenths of 0.05 are 0.015 on each of two lines: 0.02 twice, or 0.03 together."""
    rows = [line(id=id, tax_rounding=rounding, is_delivered=False) for id in (7, 8)]
    extras = [tax("0.60", "0.05", line_id=id) for id in (7, 8)]
    paper = reckon_invoice(rows, {7: D(3), 8: D(3)}, extras, ())
    assert [(each["base"], each["amount"]) for each in paper.taxes] == [("0.36", taxed)]


def test_a_line_is_taxed_at_its_own_rates() -> None:
    """Of two lines with a rate each, the one that is invoiced brings its tax, the other none."""
    rows = [line(is_delivered=False), line(id=8, amount=D(300), is_delivered=False)]
    extras = [
        tax("100", "8.00", line_id=7),
        tax("300", "60.00", line_id=8, name="Other"),
        tax("100", "0.00", line_id=7, name="Free"),
    ]
    paper = reckon_invoice(rows, {7: D(5)}, extras, ())
    assert [(each["name"], each["base"], each["amount"]) for each in paper.taxes] == [
        ("Tax", "50.00", "4.00"),
        # A rate of nothing is shown with what it is on.
        ("Free", "50.00", "0.00"),
    ]


def test_tax_at_a_rate_that_the_order_has_no_more_is_given_back() -> None:
    rows = [line(before_quantity=D(5), before_amount=D(50), invoiceable=D(5))]
    extras = [
        tax("100", "5.00", line_id=7, name="New"),
        taxed("50.00", "4.00"),
    ]
    paper = reckon_invoice(rows, {7: D(5)}, extras, ())
    assert [(each["name"], each["base"], each["amount"]) for each in paper.taxes] == [
        ("New", "100.00", "5.00"),
        ("Tax", "-50.00", "-4.00"),
    ]


def test_tax_that_is_more_on_the_same_goods_is_owed() -> None:
    rows = [line(before_quantity=D(10), before_amount=D(100), invoiceable=D(0))]
    extras = [charge("0.01"), tax("100.00", "8.01", line_id=7), taxed("100.00", "8.00")]
    (found,) = reckon_invoice(rows, {}, extras, ()).taxes
    assert (found["base"], found["amount"]) == ("0.00", "0.01")


def test_tax_of_the_order_as_a_whole_is_owed_when_nothing_more_comes() -> None:
    """Of ten that were wanted five came and no more will."""
    row = {"before_quantity": D(0), "invoiceable": D(5)}
    for is_delivered, amount in ((False, "4.00"), (True, "8.00")):
        rows = [line(is_delivered=is_delivered, **row)]
        (found,) = reckon_invoice(rows, {7: D(5)}, [tax("100", "8.00")], ()).taxes
        assert found["amount"] == amount


def test_charges_follow_the_goods_less_their_order_discount() -> None:
    """One line was invoiced before the other got 50.00 off: 100.00 of 150.00, then the rest."""
    first = line(is_delivered=False)
    off = line(id=8, order_discount=D(50), is_delivered=False)
    one = reckon_invoice([first, off], {7: D(10)}, [charge("10.00")], ())
    assert one.head["charges"] == "6.67"
    half = line(
        id=8,
        order_discount=D(50),
        is_delivered=False,
        before_quantity=D(5),
        before_amount=D(50),
        before_discount=D(25),
    )
    other = reckon_invoice([first, half], {7: D(5)}, [charge("10.00")], ())
    assert other.head["charges"] == "5.00"


def test_a_charge_of_nothing_stands_beside_goods_and_asks_for_no_invoice_alone() -> None:
    (shown,) = reckon_invoice([line()], {7: D(10)}, [charge("0")], ()).charges
    assert shown["amount"] in ("0", "0.00")
    rows = [line(before_quantity=D(10), before_amount=D(100), invoiceable=D(0))]
    alone = reckon_invoice(rows, {}, [charge("0")], ())
    assert alone.is_empty
    assert alone.charges == []


@pytest.mark.parametrize(
    ("currency", "price", "amount", "percent"),
    [
        ("USD", "10", "100", "0"),
        ("USD", "10", "90", "10.00"),
        ("USD", "0.0333", "0.33", "0"),
        ("JPY", "1.04", "10", "0"),
        ("JPY", "1.04", "9", "13.46"),
        ("USD", "0", "0", "0"),
        # Its price was lowered when it was invoiced already: it stays at that.
        ("USD", "9", "100", "0"),
    ],
)
def test_a_line_shows_its_discount_and_no_rounding_as_one(
    currency: str, price: str, amount: str, percent: str
) -> None:
    rows = [line(currency=currency, unit_price=D(price), amount=D(amount))]
    (found,) = reckon_invoice(rows, {7: D(10)}, (), ()).lines
    assert found["discount_percent"] == percent


def test_the_discount_of_pieces_is_reckoned_at_the_price_of_their_case() -> None:
    """Ten pieces at 30.00 a dozen are 25.00; 20.00 is a fifth off."""
    rows = [line(unit_price=D(30), price_factor=D(12), amount=D(20), price_unit="box")]
    (found,) = reckon_invoice(rows, {7: D(10)}, (), ()).lines
    assert found["discount_percent"] == "20.00"


@pytest.mark.parametrize(
    ("quantity", "read"), [("10", ("10", "pc", "2.5")), ("12", ("1", "box", "30"))]
)
def test_a_line_reads_so_that_its_quantity_times_its_price_is_its_amount(
    quantity: str, read: tuple[str, str, str]
) -> None:
    """A dozen of a price of 30.00 for the box are a box; ten of them are pieces at 2.50."""
    rows = [line(unit_price=D(30), price_factor=D(12), price_unit="box", invoiceable=D(12))]
    (found,) = reckon_invoice(rows, {7: D(quantity)}, (), ()).lines
    assert (found["unit_quantity"], found["unit"], found["unit_price"]) == read


def test_nothing_is_carried_while_something_may_come() -> None:
    rows = [line(before_quantity=D(4), before_amount=D(40), invoiceable=D(0), is_delivered=False)]
    paper = reckon_invoice(rows, {}, EXTRAS, ())
    assert paper.is_empty
    assert (paper.charges, paper.taxes) == ([], [])


@pytest.mark.parametrize(
    ("invoiceable", "taken", "answer"),
    [("0", {}, True), ("5", {}, False), ("5", {7: D(5)}, True), ("5", {7: D(4)}, False)],
)
def test_an_order_can_have_no_more_when_all_is_delivered_and_taken(
    invoiceable: str, taken: dict[int, Decimal], answer: bool
) -> None:
    assert can_have_no_more([line(invoiceable=D(invoiceable))], taken) is answer
    assert not can_have_no_more([line(is_delivered=False, invoiceable=D(0))], {})
