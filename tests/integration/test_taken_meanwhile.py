"""What the database alone refuses names the fields it is about, as a form has them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotFound
from app.operations.refusals import AlreadyThere, refusal
from tests.factories.day import Day

TWICE = [
    (
        "INSERT INTO customer (number, name, name_sort, currency) VALUES ('C-1','x','x','USD')",
        "C-1",
    ),
    ("INSERT INTO item (number, name, name_sort, base_unit) VALUES ('PUMP', '', '', 'pc')", "PUMP"),
    ("INSERT INTO location (code, kind, warehouse_id) VALUES ('A-01', 'storage', 1)", "A-01"),
    ("INSERT INTO printer (code, name, kind, address) VALUES ('FOLDER', 'x', 'folder', 'x')", ""),
    ("INSERT INTO person (login, name) VALUES ('anna', 'x')", "anna"),
    ("UPDATE person SET badge = 'B-anna' WHERE login = 'fritz'", "B-anna"),
    ("INSERT INTO tax_class (code, name) VALUES ('STD', 'x')", "STD"),
    ("INSERT INTO payment_terms (code, name, days) VALUES ('NET30', 'x', 1)", "NET30"),
    ("UPDATE item_unit SET gtin = '09520001000010' WHERE gtin = '09520001000027'", ""),
]
ABOUT = ["number", "number", "code", "code", "login", "badge", "code", "code", "gtin"]


def _refused(day: Day, sql: str) -> BusinessError:
    with pytest.raises(DBAPIError) as refused, day.owner.begin() as connection:
        connection.exec_driver_sql(sql)
    found = refusal(refused.value)
    assert found is not None
    return found


@pytest.mark.parametrize(("wrong", "about"), list(zip(TWICE, ABOUT, strict=True)))
def test_what_is_taken_names_its_field(day: Day, wrong: tuple[str, str], about: str) -> None:
    sql, value = wrong
    found = _refused(day, sql)
    assert isinstance(found, AlreadyThere)
    assert found.about == (about,)
    assert f"{value} is in use already" in found.message()


def test_a_key_of_several_columns_is_about_no_field_alone(day: Day) -> None:
    found = _refused(day, "INSERT INTO item_unit (item_id, name, factor) VALUES (2, 'case', 6)")
    assert isinstance(found, AlreadyThere)
    assert found.about == ()


def test_an_id_of_nothing_names_its_field_too(day: Day) -> None:
    found = _refused(day, "UPDATE customer SET terms_id = 77 WHERE number = 'C-1'")
    assert isinstance(found, NotFound)
    assert found.about == ("payment_terms", "terms")


def test_whoever_may_not_read_the_row_is_told_the_field_all_the_same() -> None:
    """The server then tells no columns and no values."""
    refused = Exception()
    refused.sqlstate = "23505"  # type: ignore[attr-defined]
    refused.diag = SimpleNamespace(  # type: ignore[attr-defined]
        message_detail=None, table_name="person", constraint_name="uq_person_badge"
    )
    found = refusal(DBAPIError("", None, refused))
    assert isinstance(found, AlreadyThere)
    assert found.about == ("badge",)
    assert found.message().startswith("That number or code is in use already:")
