"""The doctor: silent after an honest day, and exact about everything changed behind its back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text

from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.picking import pick_order
from app.queries.doctor import Difference, doctor
from tests.factories.day import Day

Tamper = Callable[[str], None]


def _found(owner: Engine) -> tuple[Difference, ...]:
    with reading(owner) as session:
        return doctor(session)


@pytest.fixture
def staged_order(day: Day) -> int:
    """Four pumps on a lane, of ten received."""
    day.stock("PUMP", 10)
    order = day.order(("PUMP", 4), customer="C-2")
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("S-01"))
    return order


@pytest.fixture
def tamper(owner: Engine) -> Tamper:
    """Change something as the superuser, past every trigger."""

    def change(sql: str) -> None:
        with owner.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(sql))

    return change


def test_an_empty_company_is_in_order(day: Day, owner: Engine) -> None:
    assert _found(owner) == ()


def test_after_an_honest_day_nothing_differs(staged_order: int, owner: Engine) -> None:
    assert _found(owner) == ()


def test_a_changed_balance_is_found_with_both_numbers(
    staged_order: int, owner: Engine, tamper: Tamper
) -> None:
    tamper(
        "UPDATE stock_balance SET on_hand = on_hand + 1"
        " WHERE location_id = (SELECT id FROM location WHERE code = 'A-01')"
    )
    (difference,) = _found(owner)
    assert (difference.what, difference.id, difference.field) == (
        "stock balance",
        "PUMP at A-01",
        "on_hand",
    )
    assert (Decimal(difference.stored), Decimal(difference.derived)) == (Decimal(7), Decimal(6))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("UPDATE sales_order SET status = 'waiting'", "status"),
        ("UPDATE sales_order SET is_short = true", "is_short"),
        ("UPDATE sales_order SET goods_amount = goods_amount + 1", "goods_amount"),
        ("UPDATE sales_order SET tax_amount = tax_amount + 1", "tax_amount"),
        ("UPDATE sales_order SET charges_amount = charges_amount + 1", "charges_amount"),
        ("UPDATE sales_order SET total_amount = total_amount + 1", "total_amount"),
        ("UPDATE sales_order SET state = 'closed'", "state"),
        ("UPDATE sales_order_line SET staged = staged - 1", "staged"),
        ("UPDATE number_series SET next = next + 1 WHERE code = 'invoice'", "numbers given"),
    ],
)
def test_one_changed_number_is_one_difference(
    staged_order: int, owner: Engine, tamper: Tamper, change: str, field: str
) -> None:
    tamper(change)
    fields = [each.field for each in _found(owner)]
    assert field in fields


def test_a_move_taken_out_of_the_ledger_is_found_at_both_ends(
    staged_order: int, owner: Engine, tamper: Tamper
) -> None:
    tamper("DELETE FROM stock_move WHERE reason IN ('pick', 'stage')")
    places = {each.id for each in _found(owner) if each.field == "on_hand"}
    assert {"PUMP at A-01", "PUMP at S-01"} <= places
