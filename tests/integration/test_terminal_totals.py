"""What an order says it comes to is what its rows come to, whoever writes either at a terminal."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from app.operations.orders import NewCharge
from app.operations.trucks import remove_from_trip
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.terminal import answer, claim, refused
from tests.factories.trips import D, doctor_finds, gone_trip, line_of, planned_trip, staged


def _order(day: Day) -> int:
    """Two lines, a charge, and taxes on both."""
    return day.draft(
        ("PUMP", 3),
        ("ROPE", "10.5"),
        customer="C-2",
        charges=(NewCharge("Crate", D("12.50")),),
    )


_ADD_UP = """
    UPDATE sales_order o
       SET goods_amount = g.goods, charges_amount = c.charges, tax_amount = x.tax,
           total_amount = g.goods + c.charges + x.tax
      FROM (SELECT coalesce(sum(amount - order_discount), 0) AS goods FROM sales_order_line
             WHERE order_id = {order}) g,
           (SELECT coalesce(sum(amount), 0) AS charges FROM order_charge
             WHERE order_id = {order}) c,
           (SELECT coalesce(sum(amount), 0) AS tax FROM order_tax WHERE order_id = {order}) x
     WHERE o.id = {order}"""


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE sales_order SET goods_amount = goods_amount - 1 WHERE id = {order}",
        "UPDATE sales_order SET charges_amount = 0 WHERE id = {order}",
        "UPDATE sales_order SET tax_amount = 0 WHERE id = {order}",
        "UPDATE sales_order SET total_amount = total_amount + 0.01 WHERE id = {order}",
        "UPDATE sales_order SET prices_include_tax = NOT prices_include_tax WHERE id = {order}",
        "UPDATE sales_order_line SET amount = amount - 1 WHERE id = {line}",
        "UPDATE sales_order_line SET order_discount = 1 WHERE id = {line}",
        "DELETE FROM sales_order_line WHERE id = {line}",
        """INSERT INTO sales_order_line (order_id, line_no, item_id, description, unit,
             unit_quantity, unit_factor, ordered, price_unit, unit_price, price_source, amount)
           SELECT order_id, 9, item_id, description, unit, unit_quantity, unit_factor, ordered,
                  price_unit, unit_price, 'manual', amount
             FROM sales_order_line WHERE id = {line}""",
        "UPDATE order_charge SET amount = 1 WHERE order_id = {order}",
        "UPDATE order_charge SET order_id = {other} WHERE order_id = {order}",
        "DELETE FROM order_charge WHERE order_id = {order}",
        """INSERT INTO order_charge (order_id, kind, description, amount, is_taxable)
           VALUES ({order}, 'special', 'Crate', 5, false)""",
        "UPDATE order_tax SET amount = 0 WHERE order_id = {order} AND line_id = {line}",
        "UPDATE order_tax SET order_id = {other} WHERE order_id = {order}",
        "DELETE FROM order_tax WHERE order_id = {order}",
        """INSERT INTO order_tax (order_id, name, percent, base, amount)
           VALUES ({order}, 'Pocket money', 1, 1, 0.01)""",
        # Rows that are another order's line's or charge's, though the sums are right.
        "UPDATE order_tax SET line_id = {line_of_other} WHERE order_id = {order}",
        "UPDATE order_tax SET charge_id = {charge_of_other} WHERE order_id = {order}",
        "UPDATE order_charge SET line_id = {line_of_other} WHERE order_id = {order}",
    ],
)
def test_an_order_comes_to_what_its_rows_come_to(
    day: Day, engine_as: EngineAs, owner: Engine, lie: str
) -> None:
    order, other = _order(day), _order(day)
    charge = "SELECT id FROM order_charge WHERE order_id = :order"
    names = {
        "order": order,
        "other": other,
        "line": line_of(day, order),
        "line_of_other": line_of(day, other),
        "charge_of_other": day.one(charge, order=other),
    }
    assert day.one("SELECT count(*) FROM order_tax WHERE order_id = :order", order=order) >= 2
    with engine_as("anna").connect() as connection:
        assert refused(connection, lie.format(**names)) == "OW026"
    assert doctor_finds(owner) == ()


def test_whatever_the_session_says_of_its_command_meanwhile(
    day: Day, engine_as: EngineAs, owner: Engine
) -> None:
    line = line_of(day, _order(day))
    with engine_as("anna").connect() as connection:
        assert (
            refused(
                connection,
                "SELECT set_config('my.command', current_setting('orderwright.command'), true)",
                f"""UPDATE sales_order_line
                      SET amount = CASE WHEN set_config('orderwright.command', '', true) = ''
                                        THEN 0 END WHERE id = {line}""",
                "SELECT set_config('orderwright.command', current_setting('my.command'), true)",
            )
            == "OW026"
        )
    assert doctor_finds(owner) == ()


def test_rows_and_totals_that_agree_are_written_and_found_by_the_doctor(
    day: Day, engine_as: EngineAs, owner: Engine
) -> None:
    """The sums are right; that they are not what the price and its taxes come to is told."""
    order = _order(day)
    line = line_of(day, order)
    with engine_as("anna").connect() as connection, connection.begin():
        claim(connection)
        connection.execute(text(f"UPDATE sales_order_line SET amount = 1 WHERE id = {line}"))
        connection.execute(text(f"DELETE FROM order_tax WHERE line_id = {line}"))
        connection.execute(text(_ADD_UP.format(order=order)))
        answer(connection)
    assert day.lines(order)[0].amount == 1
    found = [(each.id, each.field, each.stored, each.derived) for each in doctor_finds(owner)]
    assert found == [
        ("SO-1001 line 1", "amount", "1", "119.7"),
        ("SO-1001 line 1", "taxes", "none", "those of STD"),
    ]


def test_nothing_is_noted_any_longer_than_the_command_takes(day: Day, engine_as: EngineAs) -> None:
    order = _order(day)
    assert day.ask("SELECT * FROM order_to_add_up") == []
    with engine_as("anna").connect() as connection:
        for statement in (
            "DELETE FROM order_to_add_up",
            f"INSERT INTO order_to_add_up (order_id) VALUES ({order})",
            "SELECT orders_add_up()",
            f"SELECT note_orders_to_add_up(ARRAY[{order}])",
        ):
            assert refused(connection, statement) == "42501", statement


def test_an_order_goes_out_with_one_trip_at_a_time(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    first, second = staged(day, ("PUMP", 2)), staged(day, ("PUMP", 1))
    third = staged(day, ("PUMP", 3))
    one = planned_trip(day, first, third)
    other = planned_trip(day, second, truck="TRUCK-2", loading=False)
    stop = day.one("SELECT id FROM trip_stop WHERE trip_id = :trip", trip=other)
    put = f"INSERT INTO trip_order (trip_id, order_id, stop_id) VALUES ({other}, {first}, {stop})"
    swap = f"UPDATE trip_order SET order_id = {first} WHERE trip_id = {other}"
    with engine_as("doris").connect() as connection:
        assert refused(connection, put) == "OW040"
        assert refused(connection, swap) == "OW040"
        day.runner.do(remove_from_trip, trip=one, order=first)
        with connection.begin():
            claim(connection)
            connection.execute(text(put))
            answer(connection)
    orders = day.ask(f"SELECT order_id FROM trip_order WHERE trip_id = {other} ORDER BY 1")
    assert [row.order_id for row in orders] == sorted([first, second])


def test_an_order_whose_first_part_is_gone_goes_with_the_next_trip(day: Day) -> None:
    day.stock("PUMP", 2)
    order = staged(day, ("PUMP", 4))
    gone_trip(day, order)
    planned_trip(day, order)
    assert day.one("SELECT count(*) FROM trip_order WHERE order_id = :order", order=order) == 2
