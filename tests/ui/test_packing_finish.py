"""The end of an order at the bench: what stops it, what it waits for, what it does not undo."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.factories.day import Day
from tests.ui.packing_station import OK, Open

WAITS = """SELECT count(*) FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND datname = current_database()"""


def test_nothing_is_finished_when_the_last_scan_was_refused(station: Open, day: Day) -> None:
    """The finish was scanned before the refusal came: an order is not sent on without its goods."""
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 3), customer="C-2")
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    carton = day.one("SELECT id FROM carton")
    with day.owner.begin() as elsewhere:
        elsewhere.exec_driver_sql(f"SELECT FROM lock_cartons(ARRAY[{carton}])")
        at.scan("PUMP", "OWXFINISH", "OWXFINISH")
        at.settle(lambda: bool(day.one(WAITS)))
        elsewhere.exec_driver_sql(f"UPDATE carton SET state = 'closed' WHERE id = {carton}")
    at.settle()
    assert at.desk.banner.answer.word == "STOP: CARTON CLOSED"
    assert day.on_hand("PUMP", "S-01") == 0
    assert day.lines(order)[0].boxed == 1
    assert day.one("SELECT count(*) FROM command WHERE verb = 'finish'") == 0
    at.answer(OK)
    assert at.answer("OWQ2", "PUMP") == "ALL BOXED"
    assert at.answer("OWXFINISH") == "TO LANE S-01"
    assert day.on_hand("PUMP", "S-01") == 3


def test_an_order_that_ships_complete_is_not_packed_in_part(station: Open, day: Day) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), ship_complete=True)
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    assert at.answer("OWXFINISH") == "STOP: NOT COMPLETE"
    assert day.lines(order)[0].packed == 0
    assert at.answer(OK, "PUMP") == "PACKED"


def test_its_parts_go_to_the_lane_where_our_own_truck_waits_for_the_rest(
    station: Open, day: Day
) -> None:
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), customer="C-2", ship_complete=True)
    at = station()
    at.answer("OWOSO-1001", "PUMP")
    assert at.answer("OWXFINISH") == "FINISH SHORT?"
    assert at.answer("OWXFINISH") == "TO LANE S-01"
    assert day.on_hand("PUMP", "S-01") == 1
    assert day.lines(order)[0].packed == 0


@pytest.mark.parametrize("ship_complete", [False, True])
def test_where_the_last_scan_does_not_pack_the_finish_does(
    station: Open, day: Day, ship_complete: bool
) -> None:
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE company SET finish_packs = false"))
    day.stock("PUMP", 5)
    order = day.order(("PUMP", 2), ship_complete=ship_complete)
    at = station()
    assert at.answer("OWOSO-1001", "PUMP", "PUMP") == "ALL BOXED"
    assert day.lines(order)[0].packed == 0
    assert at.answer("OWXFINISH") == "PACKED"
    assert day.lines(order)[0].packed == 2
