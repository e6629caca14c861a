"""What may become what is said twice, to people and by the database; both say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.database.migrations
from app.core.states import Transitions
from app.rules.orders import ORDER_TRANSITIONS
from app.rules.trucks import TRIP_TRANSITIONS

SQL = Path(app.database.migrations.__file__).parent / "sql" / "0001"


@pytest.mark.parametrize(
    ("file", "allowed"), [("orders.sql", ORDER_TRANSITIONS), ("trips.sql", TRIP_TRANSITIONS)]
)
def test_the_database_allows_the_transitions_of_the_rules(file: str, allowed: Transitions) -> None:
    sql = (SQL / file).read_text(encoding="utf-8")
    (listed,) = re.findall(r"\(old\.state, new\.state\) NOT IN \((.*?\))\)", sql, re.DOTALL)
    assert set(re.findall(r"\('(\w+)', '(\w+)'\)", listed)) == {
        (before.value, after.value) for before, after in allowed
    }
