"""What papers with prices share: the heads of their lines, the second address, the taxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.messages import N_
from app.documents.document import amount, quantity, tax_title, unit_price
from app.documents.pen import UNIT
from app.documents.sheet import Column, Content, Line, Sheet


@dataclass(frozen=True, slots=True)
class TaxLine:
    """The tax of one rate: its name, percent, the amount it is taken on, the tax."""

    name: str
    rate: Decimal
    base: Decimal
    amount: Decimal


def priced_head(
    sheet: Sheet,
    *,
    bill_to: tuple[str, ...],
    ship_to: tuple[str, ...],
    ship_title: str,
    facts: Sequence[tuple[str, str]],
) -> None:
    """The address in the envelope's window, beside it the facts and where the goods go.

    Where they go is left out when it is the same address. The cursor ends below all of it.
    """
    end = sheet.address(bill_to, sheet.frame.letterhead.one_line)
    right = sheet.facts(sheet.middle, 45.0, 70.0, facts)
    if ship_to and ship_to != bill_to:
        right = sheet.block(sheet.middle, right + 3.0, 70.0, ship_title, ship_to)
    sheet.y = max(end, right, 92.0) + 3.0


class PricedTable:
    """The table of priced lines: item, quantity and its unit, price, discount, amount.

    Where no line has a discount there is no column for it, and the item has its room.
    """

    def __init__(self, sheet: Sheet, currency: str, *, has_discounts: bool) -> None:
        self._currency, self._has_discounts = currency, has_discounts
        self._language = sheet.frame.language
        discount = [Column(sheet.words(N_("Discount")), 21.0, "right", 2.0)]
        self._table = sheet.table(
            (
                Column(sheet.words(N_("Item")), sheet.room - (108.0 if has_discounts else 87.0)),
                Column(sheet.words(N_("Quantity")), 20.0, "right", 1.0),
                Column("", 11.0, "left", 0.0),
                Column(sheet.words(N_("Price")), 26.0, "right", 2.0),
                *(discount if has_discounts else ()),
                Column(sheet.words(N_("Amount {currency}"), currency=currency), 30.0, "right", 2.0),
            )
        )

    def row(
        self,
        name: Sequence[Content],
        *,
        counted: tuple[Decimal, str],
        price: Decimal | None,
        discounts: Sequence[str],
        total: Decimal,
    ) -> None:
        """A line; `counted` is its quantity and unit, `discounts` read as they are printed."""
        value, unit = counted
        printed: list[Content] = [Line(each) for each in discounts] or [Line("")]
        self._table.row(
            name,
            [Line(quantity(value, self._language))],
            [Line(unit, UNIT, 2, 1.6)],
            [Line(unit_price(price, self._currency, self._language))],
            *([printed] if self._has_discounts else ()),
            [Line(amount(total, self._currency, self._language))],
        )


def amounts_before_total(
    sheet: Sheet,
    *,
    currency: str,
    subtotal: Decimal,
    charges: Sequence[tuple[str, Decimal]],
    taxes: Sequence[TaxLine],
    prices_include_tax: bool = False,
) -> list[tuple[str, str]]:
    """Subtotal, charges and taxes, as label and amount."""
    language = sheet.frame.language
    rows = [(sheet.words(N_("Subtotal")), amount(subtotal, currency, language))]
    rows += [(name, amount(value, currency, language)) for name, value in charges]
    sentence = N_("of which {tax} on {base}") if prices_include_tax else N_("{tax} on {base}")
    for tax in taxes:
        label = sheet.words(
            sentence,
            tax=tax_title(tax.name, tax.rate, language),
            base=amount(tax.base, currency, language),
        )
        rows.append((label, amount(tax.amount, currency, language)))
    return rows
