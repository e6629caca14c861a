"""Pieces of sentences as the window says them."""

from __future__ import annotations

import pytest

from app.views.widgets.wording import their_order


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("77-1190", "PO 77-1190"),
        ("PO 5237", "PO 5237"),
        ("po5237", "po5237"),
        ("P.O. 12", "P.O. 12"),
        ("Order 8", "Order 8"),
        ("", ""),
    ],
)
def test_a_customers_order_number_is_called_one_only_once(typed: str, shown: str) -> None:
    assert their_order(typed) == shown
