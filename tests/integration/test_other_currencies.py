"""Orders and invoices in yen and dinars: their own decimals, at the rate of the order's day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.database.engine import reading
from app.operations.billing import invoice_order, post_invoice
from app.operations.company import NewExchangeRate, set_exchange_rates
from app.operations.orders.refusals import NoExchangeRate
from app.operations.pricing import NewAgreement, create_agreements
from app.queries.billing import order_to_invoice, orders_to_invoice
from app.rules.pricing.agreements import AgreementLevel, EffectKind
from tests.factories.day import Day
from tests.integration.test_charges import healthy, packed, sums

D = Decimal
FIRST = date(2026, 3, 1)


def sold_in(day: Day, currency: str, rate: str, price: str) -> None:
    """C-1 is served in this currency from March on: a price, and 5 % off every order."""
    day.runner.do(set_exchange_rates, rates=(NewExchangeRate(currency, D(rate), FIRST),))
    with day.owner.begin() as connection:
        connection.exec_driver_sql(f"UPDATE customer SET currency = '{currency}' WHERE id = 1")
    pump = day.item("PUMP")
    day.runner.do(
        create_agreements,
        agreements=(
            NewAgreement(EffectKind.PRICE, D(price), item=pump, currency=currency),
            NewAgreement(EffectKind.PERCENT, D(5), level=AgreementLevel.ORDER, currency=currency),
        ),
    )


@pytest.mark.parametrize(
    ("currency", "rate", "price", "order", "parts", "base"),
    [
        # 7 × 1,234.5 = 8,642 (8,641.5), 5 % is 432, tax 8 % of 8,210 is 657.
        ("JPY", "0.0067", "1234.5", ("8210", "657", "8867"), ("2534", "2532", "3801"), "59.41"),
        # 7 × 3.3335 = 23.335 (23.3345), 5 % is 1.167, tax 8 % of 22.168 is 1.773.
        (
            "BHD",
            "2.65",
            "3.3335",
            ("22.168", "1.773", "23.941"),
            ("6.841", "6.839", "10.261"),
            "63.44",
        ),
    ],
)
def test_an_order_and_its_partial_invoices_keep_the_decimals_of_their_currency(
    day: Day,
    currency: str,
    rate: str,
    price: str,
    order: tuple[str, ...],
    parts: tuple[str, ...],
    base: str,
) -> None:
    sold_in(day, currency, rate, price)
    id = day.order(("PUMP", 7), order_date=FIRST)
    stored = day.ask(
        """SELECT currency, exchange_rate, goods_amount, tax_amount, total_amount
             FROM sales_order WHERE id = :id""",
        id=id,
    )[0]
    assert tuple(stored) == (currency, D(rate), *(D(each) for each in order))
    for quantity in (2, 2, 3):
        packed(day, id, quantity=quantity)
        with reading(day.owner) as session:
            waits = order_to_invoice(session, order=id)
            (listed,) = orders_to_invoice(session)
        made = day.runner.do(invoice_order, order=id)
        goods = day.one("SELECT goods_amount FROM invoice WHERE id = :id", id=made.invoice_id)
        assert (waits.waiting, listed.amount) == (goods, goods)
        day.runner.do(post_invoice, invoice=made.invoice_id)
    invoices = day.ask("SELECT currency, exchange_rate, total_amount FROM invoice ORDER BY id")
    assert [tuple(each) for each in invoices] == [(currency, D(rate), D(part)) for part in parts]
    of_order, of_invoices = sums(day, id)
    assert of_order == of_invoices
    assert day.one("SELECT sum(base_total_amount) FROM invoice") == D(base)
    healthy(day)


def test_before_its_first_rate_a_currency_is_refused_and_nothing_is_stored(day: Day) -> None:
    sold_in(day, "JPY", "0.0067", "1234")
    with pytest.raises(NoExchangeRate) as refused:
        day.draft(("PUMP", 1), order_date=date(2026, 2, 28))
    assert str(refused.value) == (
        "There is no exchange rate for JPY on 28 Feb 2026. Enter one first."
    )
    assert day.one("SELECT count(*) FROM sales_order") == 0


def test_an_order_keeps_its_rate_and_a_new_one_takes_that_of_its_day(day: Day) -> None:
    sold_in(day, "JPY", "0.0067", "1234")
    first = day.draft(("PUMP", 1), order_date=FIRST)
    april = date(2026, 4, 1)
    day.runner.do(set_exchange_rates, rates=(NewExchangeRate("JPY", D("0.007"), april),))
    day.draft(("PUMP", 1), order_date=april)
    day.draft(("PUMP", 1), order_date=date(2026, 3, 31))
    rates = day.ask("SELECT exchange_rate FROM sales_order ORDER BY id")
    assert [row[0] for row in rates] == [D("0.0067"), D("0.007"), D("0.0067")]
    assert day.lines(first)[0].amount == D(1234)
