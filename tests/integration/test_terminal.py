"""What a login can do in plain SQL is what its verbs do: in commands, with numbers, in order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.errors import NotPermitted
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import add_charge, hold_order, release_hold
from app.operations.orders.typed_charges import NewCharge
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from app.queries.doctor import doctor
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.terminal import answer, claim

MOVE = """INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                                  order_line_id, shipment_id)
          SELECT i.id, f.id, t.id, {quantity}, '{reason}', {line}, {shipment}
            FROM item i, location f, location t
           WHERE i.number = 'PUMP' AND f.code = '{source}' AND t.code = '{target}'"""


def _refused(connection: Connection, statement: str, *, claimed: bool = True) -> str:
    """With which code the database refuses a statement, alone in a command or without one."""
    with connection.begin() as transaction:
        if claimed:
            claim(connection)
        # Whatever waits for the commit is asked at once.
        connection.execute(text("SET CONSTRAINTS carton_went_or_is_here IMMEDIATE"))
        connection.execute(text("SET CONSTRAINTS shipment_is_what_left IMMEDIATE"))
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text(statement))
        transaction.rollback()
    return str(getattr(refused.value.orig, "sqlstate", ""))


def _departed(day: Day) -> tuple[int, int]:
    """An order of four pumps that left on a truck, and its shipment."""
    order = day.order(("PUMP", 4), customer="C-2")
    day.runner.do(allocate_order, order=order)
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(order,)).trip_id
    day.runner.do(start_loading, trip=trip)
    day.runner.do(stage, order=order)
    day.runner.do(load, trip=trip, order=order)
    day.runner.do(depart, trip=trip)
    return order, day.one("SELECT id FROM shipment WHERE order_id = :order", order=order)


def test_nothing_is_written_outside_a_command(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 10)
    order, shipment = _departed(day)
    invoice = day.runner.do(invoice_order, order=order).invoice_id
    earlier = day.one("SELECT id FROM command WHERE login = 'maria' ORDER BY entered_at LIMIT 1")
    with engine_as("maria").connect() as connection:
        for statement in (
            f"UPDATE sales_order SET total_amount = 0 WHERE id = {order}",
            f"UPDATE sales_order_line SET unit_price = 0 WHERE order_id = {order}",
            f"UPDATE invoice SET state = 'posted' WHERE id = {invoice}",
            f"UPDATE shipment SET state = 'cancelled' WHERE id = {shipment}",
            "UPDATE trip SET driver = 'anna'",
            "DELETE FROM trip_order",
            "UPDATE item SET list_price = 0",
            "UPDATE customer SET name = 'Nobody'",
            "INSERT INTO exchange_rate VALUES ('EUR', '2020-01-01', 2)",
        ):
            assert _refused(connection, statement, claimed=False) == "OW005", statement
            # A command of earlier does not serve again.
            with connection.begin():
                connection.execute(
                    text("SELECT set_config('orderwright.command', :id, false)"),
                    {"id": str(earlier)},
                )
            assert _refused(connection, statement, claimed=False) == "OW005", statement
    with engine_as("adam").connect() as connection:
        login = "SELECT create_login('eve', 'secret', ARRAY['manager'])"
        assert _refused(connection, login, claimed=False) == "OW005"
    assert day.one("SELECT count(*) FROM invoice WHERE state = 'posted'") == 0


def test_what_is_not_a_number_is_written_nowhere(day: Day, engine_as: EngineAs) -> None:
    order = day.draft(("PUMP", 1))
    with engine_as("maria").connect() as connection:
        receipt = MOVE.format(
            quantity="'NaN'",
            reason="receive",
            source="SUPPLIER",
            target="A-01",
            line="NULL",
            shipment="NULL",
        )
        for statement in (
            receipt,
            f"UPDATE sales_order_line SET ordered = 'NaN' WHERE order_id = {order}",
            f"UPDATE sales_order SET total_amount = 'NaN' WHERE id = {order}",
            "UPDATE item SET list_price = 'NaN'",
        ):
            assert _refused(connection, statement) == "23514", statement
    unguarded = day.ask("""
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
           AND a.atttypid = 'numeric'::regtype AND a.attgenerated = '' AND a.attnum > 0
           AND NOT EXISTS (
             SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND a.attnum = ANY (k.conkey)
                AND pg_get_constraintdef(k.oid) LIKE '%NaN%')""")
    assert unguarded == []


def test_goods_leave_and_come_back_only_for_an_order_line_and_with_its_shipment(
    day: Day, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 20)
    day.stock("PUMP", 5, "C-01")
    order, shipment = _departed(day)
    line = day.lines(order)[0].id
    open_line = day.lines(day.order(("PUMP", 2)))[0].id
    draft_line = day.lines(day.draft(("PUMP", 2)))[0].id
    attempts: list[dict[str, Any]] = [
        # Out of the counter: for nobody, without a shipment, for a draft, with another's shipment.
        {"reason": "pack", "line": "NULL", "shipment": "NULL"},
        {"reason": "pack", "line": open_line, "shipment": "NULL"},
        {"reason": "pack", "line": draft_line, "shipment": "NULL"},
        {"reason": "pack", "line": open_line, "shipment": shipment},
        # Back from the customer, out of nothing.
        {"reason": "return", "line": "NULL", "shipment": "NULL"},
        {"reason": "return", "line": line, "shipment": "NULL"},
        {"reason": "unpack", "line": line, "shipment": "NULL"},
    ]
    with engine_as("fritz").connect() as connection:
        for each in attempts:
            ways = ("C-01", "CUSTOMER") if each["reason"] == "pack" else ("CUSTOMER", "C-01")
            statement = MOVE.format(quantity=1, source=ways[0], target=ways[1], **each)
            assert _refused(connection, statement) == "OW019", each
    assert day.on_hand("PUMP", "C-01") == 5


def test_nothing_leaves_for_a_draft_even_with_a_shipment(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 5, "C-01")
    draft = day.draft(("PUMP", 2))
    line = day.lines(draft)[0].id
    ship = f"""
        WITH made AS (
          INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, shipped_on)
          VALUES ({draft}, 1, 1, current_date) RETURNING id)
        SELECT id FROM made"""
    with engine_as("fritz").connect() as connection:
        claim(connection)
        shipment = connection.execute(text(ship)).scalar_one()
        with pytest.raises(DBAPIError) as refused:
            connection.execute(
                text(
                    MOVE.format(
                        quantity=1,
                        reason="pack",
                        source="C-01",
                        target="CUSTOMER",
                        line=line,
                        shipment=shipment,
                    )
                )
            )
    assert getattr(refused.value.orig, "sqlstate", "") == "OW019"


def test_a_shipment_says_what_left_with_it(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 10)
    order, shipment = _departed(day)
    with engine_as("maria").connect() as connection:
        for statement in (
            f"UPDATE shipment SET state = 'cancelled' WHERE id = {shipment}",
            f"""INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, shipped_on)
                VALUES ({order}, 1, 1, current_date)""",
        ):
            assert _refused(connection, statement) == "OW016", statement


def test_goods_that_have_moved_are_given_back_by_the_floor_alone(
    day: Day, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 4), customer="C-2")
    day.runner.do(allocate_order, order=order)
    take_back = "DELETE FROM allocation"
    with engine_as("anna").connect() as sales:
        with sales.begin() as transaction:  # In the bin it is the matter of sales.
            claim(sales)
            assert sales.execute(text(take_back)).rowcount == 1
            transaction.rollback()
        day.runner.do(stage, order=order)
        assert _refused(sales, take_back) == "42501"
        assert _refused(sales, "UPDATE allocation SET quantity = quantity - 1") == "42501"
    assert day.status(order) == "staged"


def test_a_hold_ends_or_is_replaced_by_a_manager_alone(
    day: Day, run_as: RunAs, engine_as: EngineAs
) -> None:
    order = day.order(("PUMP", 1))
    run_as("anna").do(hold_order, order=order, code="CREDIT", reason="owes too much")
    with pytest.raises(NotPermitted):  # It stops less: that would be a release.
        run_as("anna").do(hold_order, order=order, code="NO-BILL", reason="come on")
    with engine_as("anna").connect() as connection:
        for code in ("NULL", "'NO-BILL'"):
            statement = f"UPDATE sales_order SET hold_code = {code} WHERE id = {order}"
            assert _refused(connection, statement) == "42501", statement
    assert day.one("SELECT hold_code FROM sales_order WHERE id = :id", id=order) == "CREDIT"
    day.runner.do(release_hold, order=order, reason="paid")


def test_a_line_is_taken_off_a_draft_only(day: Day, engine_as: EngineAs) -> None:
    order = day.order(("PUMP", 1), ("ROPE", 1))
    with engine_as("maria").connect() as connection:
        statement = f"DELETE FROM sales_order_line WHERE order_id = {order} AND line_no = 2"
        assert _refused(connection, statement) == "OW022"


def test_the_floor_changes_no_charge_and_no_certificate_of_an_order(
    day: Day, engine_as: EngineAs
) -> None:
    order, other = day.order(("PUMP", 1)), day.order(("PUMP", 1))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", Decimal(10)))
    with engine_as("fritz").connect() as connection:
        for statement in (
            f"UPDATE sales_order SET tax_certificate = 'EX-1' WHERE id = {order}",
            "UPDATE order_charge SET is_taxable = false",
            "UPDATE order_charge SET item_ids = '{1}'",
            f"UPDATE order_charge SET order_id = {other}",
        ):
            assert _refused(connection, statement) == "42501", statement


def test_who_writes_on_an_invoice_waits_for_whoever_is_posting_it(
    day: Day, engine_as: EngineAs, owner: Engine
) -> None:
    day.stock("PUMP", 10)
    order, _ = _departed(day)
    invoice = day.runner.do(invoice_order, order=order).invoice_id
    one_more = text("""INSERT INTO invoice_tax (invoice_id, name, percent, base, amount)
                       VALUES (:invoice, 'More', 1, 1, 1)""")
    with engine_as("maria").connect() as posting, engine_as("karl").connect() as writing:
        claim(posting)
        posting.execute(text("UPDATE invoice SET state = 'posted' WHERE id = :id"), {"id": invoice})
        claim(writing)
        writing.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(DBAPIError) as waited:
            writing.execute(one_more, {"invoice": invoice})
        assert getattr(waited.value.orig, "sqlstate", "") == "55P03"
        writing.rollback()
        answer(posting)
        posting.commit()
        claim(writing)
        with pytest.raises(DBAPIError) as refused:
            writing.execute(one_more, {"invoice": invoice})
        assert getattr(refused.value.orig, "sqlstate", "") == "OW030"
    with Session(owner) as session:
        assert doctor(session) == ()


def test_an_invoice_bills_the_lines_of_its_own_order(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 10)
    first, _ = _departed(day)
    second, _ = _departed(day)
    invoice = day.runner.do(invoice_order, order=first).invoice_id
    foreign = day.lines(second)[0]
    statement = f"""
        INSERT INTO invoice_line (invoice_id, line_no, order_line_id, item_id, description,
                                  quantity, unit, unit_quantity, unit_price, amount)
        VALUES ({invoice}, 9, {foreign.id}, {foreign.item_id}, 'Pump', 1, 'pc', 1, 1, 1)"""
    with engine_as("karl").connect() as connection:
        assert _refused(connection, statement) == "OW032"
    day.runner.do(post_invoice, invoice=invoice)


def test_accounting_may_hold_an_order(day: Day, run_as: RunAs) -> None:
    order = day.order(("PUMP", 1))
    run_as("karl").do(hold_order, order=order, code="CREDIT", reason="owes too much")
    assert day.one("SELECT hold_code FROM sales_order WHERE id = :id", id=order) == "CREDIT"


def test_a_transaction_holds_one_command(day: Day, engine_as: EngineAs) -> None:
    again = "SELECT claim_command(gen_random_uuid(), 'by hand', '{}', NULL, NULL, NULL, NULL)"
    answered = "SELECT finish_command(current_command_id(), '{}', '[]')"
    with engine_as("anna").connect() as connection:
        assert _refused(connection, again) == "OW001"
        with connection.begin():
            claim(connection)
            connection.execute(text(answered))
            with pytest.raises(DBAPIError) as refused:
                claim(connection)
        assert getattr(refused.value.orig, "sqlstate", "") == "OW001"


@pytest.mark.parametrize("operator", ["nobody", "fritz"])
def test_a_command_is_given_for_a_person_who_works_here_alone(
    day: Day, engine_as: EngineAs, operator: str
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE person SET is_active = false WHERE login = 'fritz'"))
    statement = text("SELECT claim_command(gen_random_uuid(), 'x', '{}', :who, NULL, NULL, NULL)")
    with engine_as("pack1").connect() as station, pytest.raises(DBAPIError) as refused:
        station.execute(statement, {"who": operator})
    assert getattr(refused.value.orig, "sqlstate", "") == "OW002"


def test_an_item_is_counted_as_before_once_it_moved(day: Day, engine_as: EngineAs) -> None:
    day.stock("ROPE", 1)
    with engine_as("stefan").connect() as connection:
        for change in ("base_unit = 'ft'", "quantity_decimals = 0", "tracking = 'lot'"):
            statement = f"UPDATE item SET {change} WHERE number = 'ROPE'"
            assert _refused(connection, statement) == "OW022", change
