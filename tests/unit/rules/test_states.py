"""What may become what, and what has no stock, is said to people and by the database alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.database.migrations
from app.core.states import Transitions
from app.rules.orders import ORDER_TRANSITIONS
from app.rules.stock import FAR_ENDS
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


def test_the_database_knows_the_same_far_ends_as_the_rules() -> None:
    lists = [
        re.findall(r"\w+", listed)
        for path in SQL.parent.rglob("*.sql")
        for listed in re.findall(
            r"\bIN\s*\(('supplier'[^)]*'scrap')\)", path.read_text(encoding="utf-8")
        )
    ]
    assert lists
    assert [each for each in lists if each != [kind.value for kind in FAR_ENDS]] == []
