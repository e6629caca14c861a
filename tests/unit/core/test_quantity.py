"""Quantities as they read beside a price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.quantity import as_priced

D = Decimal


@pytest.mark.parametrize(
    ("quantity", "price_unit", "factor", "reads", "divisor"),
    [
        ("24", "case", "12", ("2", "case"), "1"),
        ("18", "case", "12", ("1.5", "case"), "1"),
        ("7", "case", "12", ("7", "pc"), "12"),
        ("7", "pc", "1", ("7", "pc"), "1"),
        ("7", "", "1", ("7", "pc"), "1"),
        ("1", "gross", "10000", ("0.0001", "gross"), "1"),
        ("1", "gross", "100000", ("1", "pc"), "100000"),
    ],
)
def test_a_quantity_reads_in_the_unit_of_its_price_where_that_is_exact(
    quantity: str, price_unit: str, factor: str, reads: tuple[str, str], divisor: str
) -> None:
    found = as_priced(D(quantity), "pc", price_unit, D(factor))
    assert (found.quantity, found.unit) == (D(reads[0]), reads[1])
    assert found.price_divisor == D(divisor)
