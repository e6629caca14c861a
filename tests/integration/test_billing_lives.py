"""Orders that live: delivered and invoiced in parts while lines, prices and charges change.

Whatever happens in between, in the end the invoices sum to the order to the last of its currency's
decimals, and the doctor finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from app.core.errors import BusinessError
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.billing import (
    InvoiceBelowNothing,
    NothingToInvoice,
    delete_draft_invoice,
    invoice_order,
    post_invoice,
)
from app.operations.orders import (
    NewCharge,
    NewLine,
    add_charge,
    add_lines,
    cancel_line,
    change_charge,
    change_line,
    confirm_order,
    enter_order,
    remove_charge,
    reprice_order,
)
from app.operations.picking import pick_order
from app.queries.doctor import doctor
from app.rules.charges import ChargeBilling
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.factories.shipping import pack
from tests.integration.test_charges import COLUMNS

pytestmark = pytest.mark.any_server("random lives, reckoned; each statement has a test of its own")

D = Decimal
CURRENCIES = ("USD", "JPY", "BHD")
ITEMS = ("ROPE", "PUMP", "ANCHOR")
BILLING = tuple(ChargeBilling)
STEPS = 25


class Life:
    """One order, and what may happen to it; what is refused changes nothing."""

    def __init__(self, day: Day, of: Random) -> None:
        self.day, self.of = day, of
        entered = day.runner.do(
            enter_order,
            customer=1,
            lines=tuple(self.new_line() for _ in range(of.randint(1, 3))),
            charges=(NewCharge("Freight", self.money(), billing=of.choice(BILLING[:2])),),
        )
        self.order = entered.order_id
        self.do(confirm_order, order=self.order)

    def do(self, verb: Callable[..., Any], **arguments: Any) -> bool:
        """Whether it was done."""
        try:
            self.day.runner.do(verb, **arguments)
        except BusinessError:
            return False
        return True

    def money(self) -> Decimal:
        return D(self.of.randint(0, 3000)) / 100

    def new_line(self) -> NewLine:
        """Prices are typed: only one currency has lists."""
        item = self.day.item(self.of.choice(ITEMS))
        return NewLine(item, D(self.of.randint(1, 9)), unit_price=self.money())

    def line(self) -> Any:
        """Some line."""
        return self.of.choice(self.day.lines(self.order))

    def one_of(self, table: str, more: str = "true") -> int | None:
        """The id of some row of the order in that table."""
        rows = self.day.ask(
            f"SELECT id FROM {table} WHERE order_id = :id AND {more}", id=self.order
        )
        return int(self.of.choice(rows)[0]) if rows else None

    def deliver(self) -> None:
        line = self.line()
        quantity = min(line.open, D(self.of.randint(1, 4)))
        if quantity <= 0:
            return
        item = self.day.one("SELECT number FROM item WHERE id = :id", id=line.item_id)
        self.day.stock(item, quantity)
        self.do(allocate_order, order=self.order)
        self.do(pick_order, order=self.order, to=self.day.place("P-01"))
        self.do(pack, order=self.order)

    def invoice(self) -> None:
        """All that can be, or some of a line."""
        line = self.line()
        if self.of.random() < 0.3 and line.invoiceable > 0:
            some = min(line.invoiceable, D(self.of.randint(1, 3)))
            self.do(invoice_order, order=self.order, lines={line.id: some})
        else:
            self.do(invoice_order, order=self.order)

    def settle(self) -> None:
        """A draft is posted, or thrown away and made again later."""
        draft = self.one_of("invoice", "state = 'draft'")
        if draft is not None:
            self.do(self.of.choice([post_invoice, delete_draft_invoice]), invoice=draft)

    def change(self) -> None:
        """Quantities, prices, lines."""
        change = self.of.choice(
            [
                {"quantity": D(self.of.randint(1, 12))},
                {"unit_price": self.money()},
                {"discount_percent": D(self.of.choice(["0", "5", "33.333", "100"]))},
            ]
        )
        self.of.choice(
            [
                lambda: self.do(change_line, line=self.line().id, **change),
                lambda: self.do(change_line, line=self.line().id, **change),
                lambda: self.do(add_lines, order=self.order, lines=(self.new_line(),)),
                lambda: self.do(cancel_line, line=self.line().id, reason="enough"),
                lambda: self.do(reprice_order, order=self.order),
            ]
        )()

    def charge(self) -> None:
        """A charge comes, changes or goes."""
        stored = self.one_of("order_charge")
        new = NewCharge(
            "Crate",
            self.money(),
            is_taxable=self.of.random() < 0.7,
            billing=self.of.choice(BILLING),
            line_no=self.of.choice([None, None, 1]),
        )
        if stored is None or self.of.random() < 0.5:
            self.do(add_charge, order=self.order, charge=new)
        elif self.of.random() < 0.7:
            self.do(change_charge, order=self.order, charge=stored, amount=self.money())
        else:
            self.do(remove_charge, order=self.order, charge=stored)

    def live(self) -> None:
        """Many things happen; then the rest is delivered or cancelled, and all is invoiced."""
        happens = [self.deliver, self.deliver, self.invoice, self.settle, self.change, self.charge]
        for _ in range(STEPS):
            self.of.choice(happens)()
        if self.of.random() < 0.5:
            for line in self.day.lines(self.order):
                self.do(cancel_line, line=line.id, reason="no longer needed")
        while any(line.open for line in self.day.lines(self.order)):
            self.deliver()
        self.invoice_all()

    def invoice_all(self) -> None:
        """The rest; where prices fell so far that it would give money back, they rise again."""
        for _ in range(STEPS):
            try:
                self.day.runner.do(invoice_order, order=self.order)
            except InvoiceBelowNothing:
                for line in self.day.lines(self.order):
                    if line.invoiceable > 0:
                        self.do(change_line, line=line.id, unit_price=line.unit_price + 50)
            except NothingToInvoice:
                return


def sums(day: Day, order: int) -> tuple[list[Decimal], list[Decimal]]:
    """Goods, charges, tax and total of the order with its shipments' charges; of its invoices."""
    listed = ", ".join(COLUMNS)
    added = ", ".join(f"coalesce(sum({each}), 0)" for each in COLUMNS)
    head = day.ask(f"SELECT prices_include_tax, {listed} FROM sales_order WHERE id = :id", id=order)
    included, goods, charges, tax, total = head[0]
    of_shipments = """
        SELECT coalesce(sum(x.amount), 0) FROM {table} x JOIN invoice n ON n.id = x.invoice_id
         WHERE n.order_id = :id AND x.{column} IS NOT NULL"""
    freight = day.one(
        of_shipments.format(table="invoice_charge", column="shipment_charge_id"), id=order
    )
    its_tax = day.one(of_shipments.format(table="invoice_tax", column="shipment_id"), id=order)
    on_top = D(0) if included else its_tax
    of_order = [goods, charges + freight, tax + its_tax, total + freight + on_top]
    of_invoices = day.ask(f"SELECT {added} FROM invoice WHERE order_id = :id", id=order)[0]
    return of_order, list(of_invoices)


@pytest.mark.parametrize("seed", range(9))
def test_the_invoices_of_a_life_sum_to_the_order(day: Day, seed: int) -> None:
    of = Random(seed)
    currency = CURRENCIES[seed % 3]
    with day.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO exchange_rate (currency, valid_from, rate)
                    VALUES ('JPY', '2020-01-01', 0.0066), ('BHD', '2020-01-01', 2.65)""")
        )
        connection.execute(
            text("UPDATE company SET tax_rounding = :how, prices_include_tax = :included"),
            {"how": of.choice(["line", "document"]), "included": of.random() < 0.4},
        )
        connection.execute(text("UPDATE customer SET currency = :c WHERE id = 1"), {"c": currency})
    prices = Prices(day)
    prices.agree("percent", 3, level="order", from_amount=50, currency=currency)
    prices.agree("percent", 7, from_quantity=4, currency=currency)
    life = Life(day, of)
    life.live()
    of_order, of_invoices = sums(day, life.order)
    assert of_order == of_invoices
    assert all(line.invoiced == line.wanted for line in day.lines(life.order))
    assert day.one("SELECT count(*) FROM invoice WHERE total_amount < 0") == 0
    with reading(day.owner) as session:
        assert doctor(session) == ()
