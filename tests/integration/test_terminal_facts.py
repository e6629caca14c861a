"""What a login writes in plain SQL says what is so: days, figures, papers, cartons, trips."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order, post_invoice
from app.operations.orders import add_charge, hold_order
from app.operations.orders.typed_charges import NewCharge
from app.operations.packing import finish
from app.operations.taxes import create_tax_exemption
from app.operations.trucks import load
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.factories.terminal import answer, claim, refused
from tests.factories.trips import D, boxed, gone_trip, planned_trip, staged

MOVE = """INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                                  {more})
          SELECT i.id, f.id, t.id, 1, '{reason}', {values}
            FROM item i, location f, location t
           WHERE i.number = 'PUMP' AND f.code = '{source}' AND t.code = '{target}'"""


def _refused(connection: Connection, *statements: str) -> str:
    """With which code the last of these is refused, together in one command."""
    with connection.begin() as transaction:
        claim(connection)
        connection.execute(text("SET CONSTRAINTS carton_went_or_is_here IMMEDIATE"))
        for statement in statements[:-1]:
            connection.execute(text(statement))
        with pytest.raises(DBAPIError) as no:
            connection.execute(text(statements[-1]))
        transaction.rollback()
    return str(getattr(no.value.orig, "sqlstate", ""))


def test_a_day_is_a_day_of_our_calendar_in_every_table(day: Day, engine_as: EngineAs) -> None:
    order = day.draft(("PUMP", 1))
    with engine_as("maria").connect() as connection:
        for statement in (
            f"UPDATE sales_order SET requested_date = 'infinity' WHERE id = {order}",
            f"UPDATE sales_order SET order_date = '0044-03-15 BC' WHERE id = {order}",
            f"UPDATE sales_order SET promised_date = '20000-01-01' WHERE id = {order}",
            "INSERT INTO exchange_rate VALUES ('EUR', '-infinity', 2)",
            MOVE.format(
                reason="receive",
                source="SUPPLIER",
                target="A-01",
                more="happened_at",
                values="timestamptz 'infinity'",
            ),
        ):
            assert _refused(connection, statement) == "23514", statement
        with pytest.raises(DBAPIError), connection.begin():
            connection.execute(
                text(
                    "SELECT claim_command(gen_random_uuid(), 'x', '{}', NULL, NULL, NULL,"
                    " 'infinity')"
                )
            )
    unguarded = day.ask("""
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
           AND a.atttypid IN ('date'::regtype, 'timestamptz'::regtype)
           AND NOT EXISTS (
             SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND a.attnum = ANY (k.conkey)
                AND k.conname LIKE '%_only_days')""")
    assert unguarded == []


def test_a_claimed_command_is_answered_before_the_commit(day: Day, engine_as: EngineAs) -> None:
    order = day.draft(("PUMP", 1))
    with engine_as("anna").connect() as connection:
        claim(connection)
        connection.execute(text(f"UPDATE sales_order SET comments = 'quiet' WHERE id = {order}"))
        with pytest.raises(DBAPIError) as refused:
            connection.commit()
    assert getattr(refused.value.orig, "sqlstate", "") == "OW005"
    assert day.one("SELECT comments FROM sales_order WHERE id = :id", id=order) == ""


@pytest.mark.parametrize("sequence", [9223372036854775807, 200_000, 0, -5])
def test_nobody_runs_ahead_of_a_stations_counting(engine_as: EngineAs, sequence: int) -> None:
    with engine_as("anna").connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(
            text("SELECT claim_command(gen_random_uuid(), 'x', '{}', '', 'PACK-1', :n, NULL)"),
            {"n": sequence},
        )
    assert getattr(refused.value.orig, "sqlstate", "") == "OW003"


@pytest.mark.parametrize(
    "touched", ['[["order", 1, 2]]', '["order"]', '[[1, "order"]]', '[["order", "1"]]', "[[]]"]
)
def test_what_was_touched_is_pairs_that_every_window_can_read(
    engine_as: EngineAs, touched: str
) -> None:
    with engine_as("anna").connect() as connection:
        assert (
            _refused(
                connection, f"SELECT finish_command(current_command_id(), '{{}}', '{touched}')"
            )
            == "OW005"
        )


def test_figures_keep_their_sign_and_addresses_their_shape(day: Day, engine_as: EngineAs) -> None:
    order = day.draft(("PUMP", 1))
    with engine_as("maria").connect() as connection:
        for statement in (
            f"UPDATE sales_order SET exchange_rate = 0 WHERE id = {order}",
            f"UPDATE sales_order SET discount_percent = 101 WHERE id = {order}",
            f"UPDATE sales_order SET bill_to = '5' WHERE id = {order}",
            f"UPDATE sales_order SET currency = 'usd' WHERE id = {order}",
            f"UPDATE sales_order_line SET amount = -5 WHERE order_id = {order}",
            f"UPDATE sales_order_line SET tolerance = -1 WHERE order_id = {order}",
            f"UPDATE sales_order_line SET unit_factor = -1 WHERE order_id = {order}",
            f"""INSERT INTO order_tax (order_id, name, percent, base, amount)
                VALUES ({order}, 'Tax', 5, 10, -0.5)""",
            "INSERT INTO print_job (document, subject_id, copies) VALUES ('invoice', 1, 1000000)",
            """INSERT INTO archived_document (document, subject_id, pdf, sha256)
               VALUES ('invoice', 1, 'another', 'feed')""",
        ):
            assert _refused(connection, statement) == "23514", statement
    with engine_as("adam").connect() as connection:
        assert _refused(connection, "UPDATE company SET time_zone = 'Mars/Phobos'") == "22023"


def test_one_price_is_not_agreed_twice_by_another_spelling(engine_as: EngineAs) -> None:
    record = """INSERT INTO trade_agreement (kind, item_id, currency, unit, value)
                VALUES ('price', 2, '{}', '{}', 5)"""
    with engine_as("maria").connect() as connection:
        assert _refused(connection, record.format("USD", "pc")) == "OW051"
        assert _refused(connection, record.format("usd", "")) == "23514"
        assert _refused(connection, record.format("USD", ""), record.format("USD", "")) == "23P01"


def test_nobody_takes_the_next_id_of_a_table(day: Day, engine_as: EngineAs) -> None:
    given = day.ask("""
        SELECT c.relname, r.rolname FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND a.attidentity <> ''
         CROSS JOIN pg_roles r
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
           AND r.rolname LIKE (SELECT role_prefix || '\\_%' FROM installation)
           AND r.rolname NOT LIKE '%\\_owner'
           AND has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT')""")
    assert given == []


def test_an_order_stays_what_it_is_about_once_goods_are_promised_or_gone(
    day: Day, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 9)
    promised = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=promised)
    left = staged(day, ("PUMP", 2))
    gone_trip(day, left)
    prospect = day.draft(("PUMP", 1))
    empty = day.draft(("PUMP", 1))
    with engine_as("maria").connect() as connection:
        for code, *statements in (
            ("OW021", f"UPDATE sales_order SET warehouse_id = 2 WHERE id = {promised}"),
            ("OW022", f"UPDATE sales_order SET customer_id = 1 WHERE id = {left}"),
            ("OW022", f"UPDATE sales_order SET currency = 'EUR' WHERE id = {left}"),
            ("OW020", "UPDATE customer SET kind = 'prospect' WHERE id = 2"),
            (
                "OW020",
                f"DELETE FROM sales_order_line WHERE order_id = {empty}",
                f"UPDATE sales_order SET state = 'confirmed' WHERE id = {empty}",
            ),
            (
                "OW020",
                """INSERT INTO customer (number, kind, name, name_sort, currency)
                   VALUES ('P-1', 'prospect', 'Perhaps', 'perhaps', 'USD')""",
                f"""UPDATE sales_order SET customer_id = (SELECT id FROM customer
                     WHERE number = 'P-1') WHERE id = {prospect}""",
                f"UPDATE sales_order SET state = 'confirmed' WHERE id = {prospect}",
            ),
        ):
            assert _refused(connection, *statements) == code, statements[-1]


def test_a_number_somebody_took_is_passed_over(day: Day, engine_as: EngineAs) -> None:
    first = day.one("SELECT number FROM sales_order WHERE id = :id", id=day.draft(("PUMP", 1)))
    following = f"SO-{int(first.removeprefix('SO-')) + 1}"
    day.draft(("PUMP", 1), number=following)
    third = day.one("SELECT number FROM sales_order WHERE id = :id", id=day.draft(("PUMP", 1)))
    assert third == f"SO-{int(first.removeprefix('SO-')) + 2}"


@pytest.mark.parametrize(
    ("code", "login", "statement"),
    [
        (
            "CREDIT",
            "anna",
            """INSERT INTO allocation (order_line_id, item_id, location_id, quantity)
               SELECT l.id, l.item_id, p.id, 1 FROM sales_order_line l, location p
                WHERE p.code = 'A-02' AND l.order_id = {order}""",
        ),
        (
            "CREDIT",
            "anna",
            "UPDATE allocation SET quantity = quantity + 1",
        ),
        (
            "CREDIT",
            "fritz",
            """INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                                       order_line_id, allocation_id)
               SELECT a.item_id, a.location_id, p.id, a.quantity, 'pick', a.order_line_id, a.id
                 FROM allocation a, location p WHERE p.code = 'S-01'""",
        ),
        (
            "NO-BILL",
            "karl",
            """INSERT INTO invoice (customer_id, order_id, invoice_date, due_date, currency,
                                    prices_include_tax, tax_rounding)
               SELECT customer_id, id, current_date, current_date, currency, false, 'line'
                 FROM sales_order WHERE id = {order}""",
        ),
    ],
)
def test_a_hold_stops_what_its_code_says_at_a_terminal_too(
    day: Day, engine_as: EngineAs, code: str, login: str, statement: str
) -> None:
    day.stock("PUMP", 3)
    order = day.order(("PUMP", 5))
    day.runner.do(allocate_order, order=order)
    day.runner.do(hold_order, order=order, code=code, reason="wait")
    day.stock("PUMP", 5, "A-02")
    with engine_as(login).connect() as connection:
        assert _refused(connection, statement.format(order=order)) == "OW024"


def test_goods_leave_no_order_on_hold_at_a_terminal_either(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 3)
    order = staged(day, ("PUMP", 2))
    day.runner.do(hold_order, order=order, code="NO-SHIP", reason="wait")
    line = day.lines(order)[0].id
    ship = f"""INSERT INTO shipment (order_id, warehouse_id, delivery_mode_id, shipped_on)
               VALUES ({order}, 1, 1, current_date)"""
    pack = MOVE.format(
        reason="pack",
        source="S-01",
        target="CUSTOMER",
        more="order_line_id, allocation_id, shipment_id",
        values=f"""{line}, (SELECT id FROM allocation WHERE order_line_id = {line}),
                   (SELECT max(id) FROM shipment)""",
    )
    with engine_as("fritz").connect() as connection:
        assert _refused(connection, ship, pack) == "OW024"


def test_a_promise_grows_only_by_goods_that_may_be_promised(day: Day, engine_as: EngineAs) -> None:
    day.stock("FLARE", 9, lot="L-1")
    order = day.order(("FLARE", 5))
    day.runner.do(allocate_order, order=order)
    with engine_as("maria").connect() as connection:
        more = "UPDATE allocation SET quantity = quantity + 1"
        assert (
            _refused(
                connection,
                "UPDATE allocation SET quantity = quantity - 2",
                "UPDATE lot SET blocked_reason = 'smells'",
                more,
            )
            == "OW017"
        )


def test_a_serial_is_one_unit_whoever_makes_it(day: Day, engine_as: EngineAs) -> None:
    make = """INSERT INTO lot (item_id, code, is_serial)
              SELECT id, 'SN-1', {is_serial} FROM item WHERE number = '{item}'"""
    take = """INSERT INTO stock_move (item_id, lot_id, from_location_id, to_location_id, quantity,
                                      reason)
              SELECT t.item_id, t.id, f.id, p.id, {quantity}, 'receive'
                FROM lot t, location f, location p WHERE f.code = 'SUPPLIER' AND p.code = 'A-01'"""
    with engine_as("fritz").connect() as connection:
        for item, is_serial, quantity in (
            ("RADIO", False, 5),
            ("RADIO", True, 5),
            ("FLARE", True, 1),
        ):
            assert (
                _refused(
                    connection,
                    make.format(item=item, is_serial=is_serial),
                    take.format(quantity=quantity),
                )
                == "OW011"
            ), (item, is_serial)


def test_goods_go_between_warehouses_by_truck_or_in_transit(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 3)
    jump = MOVE.format(reason="transfer", source="A-01", target="N-01", more="note", values="''")
    with engine_as("fritz").connect() as connection:
        assert _refused(connection, jump) == "OW018"


def _shipped_carton(day: Day) -> tuple[int, int]:
    """An order with a carton that left with a carrier and more to come, and the carton."""
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2), ("ROPE", 1))
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order, "PUMP", 1)
    day.runner.do(finish, order=order)
    assert day.one("SELECT state FROM carton WHERE id = :id", id=carton) == "packed"
    return order, carton


def test_a_carton_that_left_stays_as_it_left(day: Day, engine_as: EngineAs) -> None:
    order, carton = _shipped_carton(day)
    into_it = f"""
        INSERT INTO stock_move (item_id, from_location_id, to_location_id, quantity, reason,
                                order_line_id, allocation_id, carton_id)
        SELECT a.item_id, a.location_id, p.id, 1, 'box', a.order_line_id, a.id, {carton}
          FROM allocation a, location p WHERE p.code = 'P-01'"""
    with engine_as("fritz").connect() as connection:
        for statement in (
            f"UPDATE carton SET state = 'closed', shipment_id = NULL WHERE id = {carton}",
            f"UPDATE carton SET weight_kg = 5 WHERE id = {carton}",
            f"UPDATE carton SET type_id = 2 WHERE id = {carton}",
            into_it,
            f"""INSERT INTO carton (sscc, order_id, number_in_order, type_id, location_id)
                SELECT '095200010000000017', {order}, 9, 1, id FROM location WHERE code = 'A-01'""",
        ):
            assert _refused(connection, statement) == "OW016", statement
        assert _refused(connection, "UPDATE carton SET parent_id = id") in ("23514", "OW016")


def test_who_left_when_and_with_what_stays_written(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    trip = gone_trip(day, staged(day, ("PUMP", 2)))
    order = staged(day, ("PUMP", 1))
    loading = planned_trip(day, order)
    day.runner.do(load, trip=loading, order=order)
    stop = day.one("SELECT id FROM trip_stop WHERE trip_id = :id", id=trip)
    other = day.order(("PUMP", 1), customer="C-2")
    with engine_as("doris").connect() as connection:
        for code, statement in (
            ("42501", f"UPDATE trip SET departed_by = 'fritz' WHERE id = {trip}"),
            ("42501", f"UPDATE trip SET departed_at = now() WHERE id = {loading}"),
            ("OW040", f"UPDATE trip SET driver = 'Fritz' WHERE id = {trip}"),
            ("OW040", f"DELETE FROM trip_order WHERE trip_id = {trip}"),
            ("OW041", f"DELETE FROM trip_order WHERE trip_id = {loading}"),
            ("OW040", f"INSERT INTO trip_order VALUES ({loading}, {other}, {stop})"),
            (
                "OW040",
                """INSERT INTO trip (truck_id, warehouse_id, planned_date)
                   SELECT id, 1, current_date FROM location WHERE code = 'A-01'""",
            ),
        ):
            assert _refused(connection, statement) == code, statement
    assert day.one("SELECT departed_by FROM trip WHERE id = :id", id=trip) == "maria"


def _draft_invoice(day: Day) -> tuple[int, int]:
    """An order that left with its draft invoice."""
    day.stock("PUMP", 9)
    order = staged(day, ("PUMP", 2))
    day.runner.do(add_charge, order=order, charge=NewCharge("Freight", D(10)))
    gone_trip(day, order)
    return order, day.runner.do(invoice_order, order=order).invoice_id


def test_what_is_posted_says_what_its_rows_say(day: Day, engine_as: EngineAs) -> None:
    _, invoice = _draft_invoice(day)
    post = f"UPDATE invoice SET state = 'posted' WHERE id = {invoice}"
    taxed = f"""INSERT INTO invoice_tax (invoice_id, name, percent, base, amount)
                VALUES ({invoice}, 'More', 5, 1, {{}})"""
    with engine_as("karl").connect() as connection:
        assert _refused(connection, taxed.format("1"), post) == "OW032"
        assert _refused(connection, taxed.format("-1"), post) == "OW032"
    day.runner.do(post_invoice, invoice=invoice)


def test_an_invoice_is_its_orders_and_asks_for_something(day: Day, engine_as: EngineAs) -> None:
    order, invoice = _draft_invoice(day)
    other = day.draft(("PUMP", 1))
    day.runner.do(add_charge, order=other, charge=NewCharge("Freight", D(10)))
    make = """INSERT INTO invoice (kind, customer_id, order_id, invoice_date, due_date, currency,
                                   prices_include_tax, tax_rounding, total_amount)
              VALUES ('{kind}', {customer}, {order}, current_date, current_date, '{currency}',
                      false, 'line', {total})"""
    values: dict[str, Any] = {
        "kind": "invoice",
        "customer": 2,
        "order": order,
        "currency": "USD",
        "total": 0,
    }
    post = "UPDATE invoice SET state = 'posted' WHERE id = (SELECT max(id) FROM invoice)"
    with engine_as("karl").connect() as connection:
        for change in ({"customer": 1}, {"currency": "EUR"}):
            assert _refused(connection, make.format(**values | change)) == "OW032", change
        assert _refused(connection, make.format(**values | {"total": -100})) == "23514"
        for change in ({}, {"kind": "opening"}):
            assert _refused(connection, make.format(**values | change), post) == "OW032", change
        assert (
            _refused(
                connection,
                f"""INSERT INTO invoice_charge (invoice_id, order_charge_id, description, amount)
                    SELECT {invoice}, id, 'x', 1 FROM order_charge WHERE order_id = {other}""",
            )
            == "OW032"
        )


def _carry(allocation: str, target: str, reason: str, carton: str = "carton_id") -> str:
    """One of the promised goods moved on, as a statement."""
    return f"""
        INSERT INTO stock_move (item_id, lot_id, from_location_id, to_location_id, quantity, reason,
                                order_line_id, allocation_id, carton_id)
        SELECT a.item_id, a.lot_id, a.location_id, p.id, 1, '{reason}', a.order_line_id, a.id,
               {carton}
          FROM allocation a, location p WHERE {allocation} AND p.code = '{target}'"""


def test_goods_go_onto_a_truck_while_its_trip_is_loading_alone(
    day: Day, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 3)
    order = staged(day, ("PUMP", 2))
    trip = planned_trip(day, order, loading=False)
    load_one = _carry("true", "TRUCK-1", "load")
    with engine_as("maria").connect() as connection:
        assert _refused(connection, load_one) == "OW010"
        start = f"UPDATE trip SET state = 'loading' WHERE id = {trip}"
        load_two = _carry("true", "TRUCK-2", "load")
        assert _refused(connection, start, load_two) == "OW010"


def test_a_trip_that_is_back_leaves_no_more(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 3)
    trip = gone_trip(day, staged(day, ("PUMP", 2)))
    again = "UPDATE trip SET state = '{}' WHERE id = " + str(trip)
    with engine_as("maria").connect() as connection:
        for state in ("loading", "planned", "departed", "cancelled"):
            assert _refused(connection, again.format("returned"), again.format(state)) == "OW040"


@pytest.mark.parametrize("spoilt", ["blocked_reason = 'smells'", "expires_on = '2020-01-01'"])
def test_goods_not_to_be_sold_are_neither_picked_nor_sent(
    day: Day, engine_as: EngineAs, spoilt: str
) -> None:
    day.stock("FLARE", 9, lot="L-1")
    order = day.order(("FLARE", 2))
    day.runner.do(allocate_order, order=order)
    with engine_as("maria").connect() as connection:
        for target, reason in (("S-01", "pick"), ("P-01", "box")):
            pick = _carry("true", target, reason)
            assert _refused(connection, f"UPDATE lot SET {spoilt}", pick) == "OW011", reason


def test_a_serial_is_taken_in_once(day: Day, engine_as: EngineAs) -> None:
    day.stock("RADIO", 1, lot="SN-7")
    again = MOVE.format(
        reason="receive",
        source="SUPPLIER",
        target="A-02",
        more="lot_id",
        values="(SELECT id FROM lot WHERE code = 'SN-7')",
    ).replace("PUMP", "RADIO")
    with engine_as("maria").connect() as connection:
        assert _refused(connection, again) == "OW014"


def test_a_carton_is_in_one_place_and_of_one_order(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    order, other = day.order(("PUMP", 3)), day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(allocate_order, order=other)
    carton = boxed(day, order, "PUMP", 2)
    half_of_it = _carry(f"a.carton_id = {carton}", "S-01", "stage")
    foreign = _carry(
        f"a.order_line_id = {day.lines(other)[0].id}", "P-01", "box", carton=str(carton)
    )
    with engine_as("maria").connect() as connection:
        assert _refused(connection, half_of_it) == "OW015"
        assert _refused(connection, foreign) == "OW016"


def test_what_comes_back_makes_no_order_dearer(day: Day, engine_as: EngineAs) -> None:
    day.stock("PUMP", 9)
    order = staged(day, ("PUMP", 2))
    gone_trip(day, order)
    line = day.lines(order)[0].id
    back = MOVE.format(
        reason="return",
        source="CUSTOMER",
        target="Q-01",
        more="order_line_id, shipment_id",
        values=f"{line}, (SELECT max(id) FROM shipment)",
    )
    with engine_as("doris").connect() as connection:
        for change in ("amount = amount + 1", "cancelled = cancelled + 2"):
            statement = f"UPDATE sales_order_line SET {change} WHERE id = {line}"
            assert _refused(connection, back, statement) == "42501", change


def test_what_was_agreed_once_is_not_deleted(day: Day, engine_as: EngineAs) -> None:
    prices = Prices(day)
    active = prices.agree("price", 30, item="PUMP")
    ended = prices.agree("price", 31, item="PUMP", customer="C-1", state="inactive")
    draft = prices.agree("price", 32, item="PUMP", customer="C-1", state="draft")
    with engine_as("maria").connect() as connection:
        for each in (active, ended):
            again = f"UPDATE trade_agreement SET state = 'draft' WHERE id = {each}"
            assert refused(connection, again) == "OW052"
        with connection.begin():
            claim(connection)
            connection.execute(text("DELETE FROM trade_agreement"))
            answer(connection)
    kept = day.ask("SELECT id FROM trade_agreement ORDER BY id")
    assert [row.id for row in kept] == [active, ended]
    assert draft not in (active, ended)


@pytest.mark.parametrize("login", ["anna", "maria"])
def test_an_order_has_no_certificate_but_one_of_its_customer(
    day: Day, engine_as: EngineAs, login: str
) -> None:
    """Nobody makes an order free of tax by writing so."""
    day.runner.do(
        create_tax_exemption,
        customer=1,
        certificate="EX-1",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 6, 30),
    )
    in_march, in_july = (
        day.draft(("PUMP", 1), order_date=each) for each in (date(2026, 3, 1), date(2026, 7, 1))
    )
    of_other = day.draft(("PUMP", 1), customer="C-2", order_date=date(2026, 3, 1))
    change = "UPDATE sales_order SET tax_certificate = '{}' WHERE id = {}"
    with engine_as(login).connect() as connection:
        for certificate, order in (("EX-1", in_july), ("EX-1", of_other), ("EX-2", in_march)):
            assert refused(connection, change.format(certificate, order)) == "OW027"
    kept = "SELECT tax_certificate FROM sales_order ORDER BY id"
    assert [row[0] for row in day.ask(kept)] == ["EX-1", "", ""]
