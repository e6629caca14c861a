"""What a login writes of a step in plain SQL (picked, loaded, posted, printed) happened so."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.picking import make_picklist, pick_line
from app.operations.printing import request_print
from app.operations.staging import stage
from app.operations.trucks import LineBack, come_back, load
from app.rules.printing import DocumentKind
from app.rules.trucks import Outcome
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.terminal import answer, claim, refused
from tests.factories.trips import (
    D,
    boxed,
    doctor_finds,
    gone_trip,
    last_shipment,
    line_of,
    planned_trip,
    staged,
)

MOVE = """INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason{more})
          SELECT i.id, f.id, t.id, {quantity}, '{reason}'{values}
            FROM item i, location f, location t
           WHERE i.number = 'PUMP' AND f.code = '{source}' AND t.code = '{target}'"""


ODD = '{"lines": [{"line": "x", "outcome": "refused", "quantity": [], "is_replaced": "y"}]}'


def _move(reason: str, source: str, target: str, quantity: int = 1, **more: object) -> str:
    return MOVE.format(
        reason=reason,
        source=source,
        target=target,
        quantity=quantity,
        more="".join(f", {name}" for name in more),
        values="".join(f", {value}" for value in more.values()),
    )


def test_no_other_command_lends_its_doings(day: Day, engine_as: EngineAs, owner: Engine) -> None:
    """A return of yesterday does not let somebody cancel the same goods again today."""
    day.stock("PUMP", 9)
    order = staged(day, ("PUMP", 4))
    gone_trip(day, order)
    line = line_of(day, order)
    day.runner.do(
        come_back,
        shipment=last_shipment(day),
        lines=(LineBack(line, Outcome.REFUSED, D(2), "no", to=day.place("A-01")),),
    )
    command = day.one("SELECT command_id FROM stock_move WHERE reason = 'return'")
    with engine_as("doris").connect() as connection:
        assert (
            refused(
                connection,
                f"""UPDATE sales_order_line SET amount = CASE
                        WHEN set_config('orderwright.command', '{command}', true) = '' THEN amount
                        ELSE 0 END WHERE id = {line}""",
            )
            == "42501"
        )
    assert doctor_finds(owner) == ()


def test_who_wrote_it_is_who_gave_the_command(day: Day, engine_as: EngineAs) -> None:
    order = day.draft(("PUMP", 1))
    with engine_as("paula").connect() as connection:
        claim(connection)
        connection.execute(
            text(f"""INSERT INTO order_note (order_id, text, written_by)
                     VALUES ({order}, 'I quit', 'maria')""")
        )
        answer(connection)
        connection.commit()
    assert day.ask("SELECT text, written_by FROM order_note") == [("I quit", "paula")]


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("OW023", "UPDATE sales_order_line SET ordered = 3.5 WHERE id = {line}"),
        ("OW023", "UPDATE sales_order_line SET cancelled = 0.5 WHERE id = {line}"),
        ("OW022", "UPDATE sales_order_line SET fulfilment = 'service' WHERE id = {promised}"),
        ("OW020", "UPDATE sales_order SET state = 'cancelled' WHERE id = {order}"),
        ("OW020", "UPDATE sales_order SET state = 'cancelled' WHERE id = {gone}"),
        (
            "OW017",
            """INSERT INTO allocation (order_line_id, item_id, location_id, quantity)
               SELECT {line}, i.id, p.id, 0.5 FROM item i, location p
                WHERE i.number = 'PUMP' AND p.code = 'A-01'""",
        ),
    ],
)
def test_an_order_is_changed_as_its_verbs_would(
    day: Day, engine_as: EngineAs, code: str, statement: str
) -> None:
    day.stock("PUMP", 9)
    order, promised = day.order(("PUMP", 3)), day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=promised)
    gone = staged(day, ("PUMP", 2))
    gone_trip(day, gone)
    names = {
        "order": order,
        "line": line_of(day, order),
        "promised": line_of(day, promised),
        "gone": gone,
    }
    with engine_as("anna").connect() as connection:
        assert refused(connection, statement.format(**names)) == code


def test_goods_are_promised_to_lines_that_ship_from_stock(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    line = line_of(day, day.order(("PUMP", 3)))
    with engine_as("anna").connect() as connection:
        assert (
            refused(
                connection,
                f"UPDATE sales_order_line SET fulfilment = 'drop_ship' WHERE id = {line}",
                f"""INSERT INTO allocation (order_line_id, item_id, location_id, quantity)
                    SELECT {line}, i.id, p.id, 1 FROM item i, location p
                     WHERE i.number = 'PUMP' AND p.code = 'A-01'""",
            )
            == "OW017"
        )


def test_a_picklist_says_what_was_picked(day: Day, engine_as: EngineAs, run_as: RunAs) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=order)
    made = day.runner.do(make_picklist, orders=(order,)).picklist_id
    line = day.one("SELECT id FROM picklist_line WHERE picklist_id = :id", id=made)
    with engine_as("fritz").connect() as connection:
        for code, statement in (
            ("OW025", f"UPDATE picklist_line SET picked = 1 WHERE id = {line}"),
            ("OW025", f"UPDATE picklist SET state = 'done' WHERE id = {made}"),
            ("OW025", f"UPDATE picklist SET state = 'cancelled' WHERE id = {made}"),
            ("23514", f"UPDATE picklist_line SET state = 'picked' WHERE id = {line}"),
        ):
            assert refused(connection, statement) == code, statement
        run_as("fritz").do(pick_line, line=line, quantity=D(3), to=day.place("S-01"))
        back = f"UPDATE picklist_line SET picked = 0 WHERE id = {line}"
        assert refused(connection, back) == "OW025"
    assert day.one("SELECT picked FROM picklist_line WHERE id = :id", id=line) == 3


@pytest.mark.parametrize(
    ("reason", "source", "target"),
    [
        ("pick", "A-01", "CART-1"),
        ("stage", "A-01", "S-01"),
        ("load", "A-01", "TRUCK-1"),
        ("box", "A-01", "P-01"),
    ],
)
def test_only_what_is_somebodys_leaves_its_bin_for_lane_bench_or_truck(
    day: Day, engine_as: EngineAs, reason: str, source: str, target: str
) -> None:
    day.stock("PUMP", 9)
    planned_trip(day, staged(day, ("PUMP", 1)))
    with engine_as("fritz").connect() as connection:
        assert refused(connection, _move(reason, source, target)) == "OW012"


def test_what_is_free_is_not_packed(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2))
    with engine_as("fritz").connect() as connection:
        assert (
            refused(
                connection,
                _move("transfer", "A-01", "P-01"),
                f"""INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, shipped_on)
                    VALUES ({order}, 1, 1, current_date)""",
                _move(
                    "pack",
                    "P-01",
                    "CUSTOMER",
                    order_line_id=line_of(day, order),
                    shipment_id="(SELECT max(id) FROM shipment)",
                ),
            )
            == "OW012"
        )


def test_a_move_is_reversed_by_the_same_goods_going_back(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 3))
    day.runner.do(allocate_order, order=order)
    boxed(day, order, "PUMP", 1)
    first = "(SELECT max(id) FROM stock_move WHERE reason = 'box')"
    with engine_as("fritz").connect() as connection:
        for move in (
            _move("transfer", "A-01", "A-02", reverses_id=first),
            _move("transfer", "A-01", "A-02", 2, reverses_id=first),
        ):
            assert refused(connection, move) == "OW018"


def test_a_carton_is_on_the_trip_of_its_goods(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 3), customer="C-2")
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order, "PUMP", 1)
    trip = planned_trip(day, order)
    with engine_as("fritz").connect() as connection:
        on_it = f"UPDATE carton SET trip_id = {trip} WHERE id = {carton}"
        assert refused(connection, on_it) == "OW016"
        day.runner.do(load, trip=trip, order=order)
        off_it = f"UPDATE carton SET trip_id = NULL WHERE id = {carton}"
        assert refused(connection, off_it) == "OW016"


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("is_brought_forward", "1, 1, true, NULL"),
        ("warehouse_id", "2, 1, false, NULL"),
        ("trip_id", "1, 1, false, (SELECT max(id) FROM trip)"),
    ],
)
def test_a_shipment_left_as_it_says(day: Day, engine_as: EngineAs, what: str, values: str) -> None:
    day.stock("PUMP", 9)
    planned_trip(day, staged(day, ("PUMP", 1)), loading=False)
    line = line_of(day, staged(day, ("PUMP", 2)))
    with engine_as("fritz").connect() as connection:
        assert (
            refused(
                connection,
                f"""INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id,
                                          is_brought_forward, trip_id, shipped_on)
                    SELECT order_id, {values}, current_date
                      FROM sales_order_line WHERE id = {line}""",
                _move(
                    "pack",
                    "S-01",
                    "CUSTOMER",
                    2,
                    order_line_id=line,
                    shipment_id="(SELECT max(id) FROM shipment)",
                    allocation_id=f"(SELECT id FROM allocation WHERE order_line_id = {line})",
                ),
            )
            == "OW016"
        ), what


def test_a_posted_invoice_says_what_it_is_worth_to_us(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    order = staged(day, ("PUMP", 2))
    gone_trip(day, order)
    line = line_of(day, order)
    with engine_as("karl").connect() as connection:
        assert (
            refused(
                connection,
                f"""INSERT INTO invoice (customer_id, order_id, invoice_date, due_date, currency,
                        prices_include_tax, tax_rounding, goods_amount, total_amount,
                        base_total_amount)
                    SELECT customer_id, id, current_date, current_date, currency, false, 'line',
                           5, 5, 77 FROM sales_order WHERE id = {order}""",
                f"""INSERT INTO invoice_line (invoice_id, line_no, order_line_id, item_id,
                        description, quantity, unit, unit_quantity, unit_price, amount)
                    SELECT (SELECT max(id) FROM invoice), 1, id, item_id, 'x', 1, 'pc', 1, 5, 5
                      FROM sales_order_line WHERE id = {line}""",
                "UPDATE invoice SET state = 'posted' WHERE id = (SELECT max(id) FROM invoice)",
            )
            == "OW032"
        )


def test_a_print_job_ends_once_and_invoices_are_for_those_who_read_them(
    day: Day, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 9)
    order = staged(day, ("PUMP", 2))
    gone_trip(day, order)
    invoice = day.runner.do(invoice_order, order=order).invoice_id
    of_invoice = day.runner.do(request_print, document=DocumentKind.INVOICE, subject=invoice).job_id
    other = day.runner.do(
        request_print, document=DocumentKind.ORDER_CONFIRMATION, subject=order
    ).job_id
    ended = "UPDATE print_job SET state = 'printed' WHERE id = "
    with engine_as("fritz").connect() as connection:
        assert refused(connection, f"{ended}{of_invoice}") == "42501"
        asked = f"INSERT INTO print_job (document, subject_id) VALUES ('invoice', {invoice})"
        assert refused(connection, asked) == "42501"
        again = f"UPDATE print_job SET state = 'queued' WHERE id = {other}"
        assert refused(connection, f"{ended}{other}", again) == "OW022"
        said = f"UPDATE print_job SET result = 'thrown away' WHERE id = {other}"
        assert refused(connection, said) == "OW022"
    assert day.ask("SELECT DISTINCT state FROM print_job") == [("queued",)]


def test_codes_for_scanners_have_their_check_digit(day: Day, engine_as: EngineAs) -> None:
    order = day.order(("PUMP", 3))
    carton = """INSERT INTO carton (sscc, order_id, number_in_order, type_id, location_id)
                SELECT '{}', {}, 1, 1, id FROM location WHERE code = 'P-01'"""
    gtin = "UPDATE item_unit SET gtin = '09520001000028' WHERE gtin = '09520001000027'"
    with engine_as("fritz").connect() as connection:
        assert refused(connection, carton.format("095200010000000011", order)) == "23514"
        with connection.begin():
            claim(connection)
            connection.execute(text(carton.format("095200010000000010", order)))
            answer(connection)
    with engine_as("stefan").connect() as connection:
        assert refused(connection, gtin) == "23514"
        for measure in (
            "UPDATE item SET weight_kg = -1",
            "UPDATE location SET capacity_kg = -1",
            "UPDATE location SET parent_id = id",
        ):
            assert refused(connection, measure) == "23514", measure


def test_a_command_that_is_only_called_so_does_not_trouble_the_doctor(
    day: Day, engine_as: EngineAs, owner: Engine
) -> None:
    line = line_of(day, day.order(("PUMP", 3)))
    back = f'{{"line": {line}, "outcome": "refused", "quantity": "2"}}'
    with engine_as("paula").connect() as connection:
        for arguments in (
            f'{{"lines": [{back}]}}',
            '{"lines": "none"}',
            '{"lines": [5]}',
            ODD,
            "{}",
        ):
            with connection.begin():
                connection.execute(
                    text(
                        "SELECT claim_command(gen_random_uuid(), 'come_back',"
                        " CAST(:given AS jsonb), NULL, NULL, NULL, NULL)"
                    ),
                    {"given": arguments},
                )
                connection.execute(
                    text(
                        "SELECT finish_command(current_command_id(),"
                        " CAST(:answer AS jsonb), CAST('[]' AS jsonb))"
                    ),
                    {"answer": '{"cancelled": "2"}'},
                )
    assert doctor_finds(owner) == ()


def test_what_comes_back_is_the_lot_that_left(day: Day, engine_as: EngineAs) -> None:
    day.stock("FLARE", 5, lot="L-1")
    day.stock("FLARE", 5, "A-02", lot="L-2")
    order = day.order(("FLARE", 2), customer="C-2")
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order)
    gone_trip(day, order)
    with engine_as("fritz").connect() as connection:
        assert (
            refused(
                connection,
                """INSERT INTO stock_move (item_id, lot_id, from_location_id, to_location_id,
                                           quantity, reason, order_line_id, shipment_id)
                   SELECT m.item_id, t.id, m.to_location_id, p.id, 1, 'return', m.order_line_id,
                          m.shipment_id
                     FROM stock_move m, lot t, location p
                    WHERE m.reason = 'pack' AND t.item_id = m.item_id AND t.id <> m.lot_id
                      AND p.code = 'RECV' LIMIT 1""",
            )
            == "OW019"
        )


@pytest.mark.parametrize("table", ["stock_move", "event", "command", "wrong_scan", "bin_count"])
def test_what_is_written_for_good_is_deleted_by_nobody_not_even_the_owner(
    day: Day, owner: Engine, table: str
) -> None:
    day.stock("PUMP", 1)
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with owner.connect() as connection, pytest.raises(DBAPIError) as no:
            connection.execute(text(statement))
        assert getattr(no.value.orig, "sqlstate", "") == "OW006", statement
