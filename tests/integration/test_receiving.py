"""Goods come in: what is asked first, and what contradicts the books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.core.errors import NotFound, NotPermitted, SeveralProblems
from app.database.engine import reading
from app.operations.stock import (
    LotExpiresOtherwise,
    LotNeverExpires,
    Receipt,
    SerialInStock,
    SerialIsOne,
    SerialTwice,
    receive,
)
from app.queries.doctor import doctor
from app.queries.receiving import find_goods, goods_to_receive
from app.rules.stock import Tracking
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day

D = Decimal


def _receive(day: Day, item: str, *receipts: tuple[object, str], **more: Any) -> Any:
    """(quantity, lot) of an item into a bin."""
    return day.runner.do(
        receive,
        receipts=tuple(
            Receipt(day.item(item), D(str(quantity)), day.place("A-01"), lot=lot or None, **more)
            for quantity, lot in receipts
        ),
    )


def test_a_serial_comes_in_once_and_is_one(day: Day) -> None:
    _receive(day, "RADIO", (1, "R-1"), (1, "R-2"))
    with pytest.raises(SerialInStock) as there:
        _receive(day, "RADIO", (1, "R-1"))
    assert there.value.message().startswith("Serial R-1 of RADIO is in stock already, in A-01.")
    with pytest.raises(SerialIsOne) as more:
        _receive(day, "RADIO", (2, "R-3"))
    assert more.value.message() == (
        "A serial of RADIO is one pc, not 2: name each serial by itself."
    )
    with pytest.raises(SeveralProblems) as both:
        _receive(day, "RADIO", (1, "R-4"), (1, "R-4"), (1, "R-2"))
    assert [type(each) for each in both.value.problems] == [SerialTwice, SerialInStock]
    assert day.ask("SELECT code FROM lot ORDER BY code") == [("R-1",), ("R-2",)]
    assert day.on_hand("RADIO", "A-01") == 2


def test_a_lot_keeps_its_day(day: Day) -> None:
    day_known, other = date(2099, 1, 31), date(2099, 2, 28)
    _receive(day, "FLARE", (5, "L-1"), expires_on=day_known)
    _receive(day, "FLARE", (5, "L-2"))
    with pytest.raises(LotExpiresOtherwise) as refused:
        _receive(day, "FLARE", (5, "L-1"), expires_on=other)
    assert "Lot L-1 of FLARE is known to expire on 31 Jan 2099, not 28 Feb 2099" in str(
        refused.value
    )
    with pytest.raises(LotNeverExpires):
        _receive(day, "FLARE", (5, "L-2"), expires_on=other)
    assert day.on_hand("FLARE", "A-01") == 10
    _receive(day, "FLARE", (1, "L-1"), expires_on=day_known)
    _receive(day, "FLARE", (1, "L-1"))
    assert day.on_hand("FLARE", "A-01") == 12


def test_purchasing_receives_and_the_database_lets_nothing_else_move(
    day: Day, run_as: RunAs
) -> None:
    paula = run_as("paula")
    paula.do(receive, receipts=(Receipt(day.item("FLARE"), D(3), day.place("RECV"), lot="L-1"),))
    assert day.on_hand("FLARE", "RECV") == 3
    with pytest.raises(NotPermitted):
        run_as("anna").do(receive, receipts=(Receipt(day.item("PUMP"), D(3), day.place("RECV")),))
    with reading(day.owner) as session:
        assert doctor(session) == ()


def test_a_station_receives_where_its_warehouse_does(day: Day, engine_as: EngineAs) -> None:
    with day.owner.begin() as owner:
        owner.execute(
            text("""INSERT INTO location (warehouse_id, kind, code, is_pickable, walk_sequence)
                    SELECT id, 'receiving', 'N-RECV', false, 0 FROM warehouse
                     WHERE code = 'NORTH'""")
        )
        owner.execute(
            text("""INSERT INTO station (code, name, login, warehouse_id)
                    SELECT 'DOCK-N', 'Dock north', 'dock-n', id FROM warehouse
                     WHERE code = 'NORTH'""")
        )
    with reading(engine_as("fritz")) as session:
        goods = goods_to_receive(session, item=day.item("PUMP"), station="PACK-1")
        assert (goods.number, goods.place, goods.units) == ("PUMP", "RECV", ("pc", "case"))
        north = goods_to_receive(session, item=day.item("PUMP"), station="DOCK-N")
        assert north.place == "N-RECV"
        assert goods_to_receive(session, item=day.item("PUMP"), station=None).place == "RECV"
        with pytest.raises(NotFound):
            goods_to_receive(session, item=10**9, station=None)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("PUMP", [("PUMP", "", "", "", None, True)]),
        ("19520001000024", [("PUMP", "case", "", "", None, True)]),
        ("9520001000010", [("ROPE", "m", "", "", None, True)]),
        (
            "(01)09520001000027(10)B-7(17)290131",
            [("PUMP", "pc", "B-7", "", date(2029, 1, 31), True)],
        ),
        ("R-1", [("RADIO", "", "", "R-1", None, True)]),
        ("anch", [("ANCHOR", "", "", "", None, False)]),
        ("OWBA-01", []),
        ("nothing like it", []),
        ("", []),
    ],
)
def test_a_code_says_what_comes_in(
    day: Day, engine_as: EngineAs, wanted: str, found: list[Any]
) -> None:
    day.stock("RADIO", 1, lot="R-1")
    with reading(engine_as("fritz")) as session:
        rows = find_goods(session, wanted=wanted, station=None)
    assert [
        (row.number, row.unit, row.lot, row.serial, row.expires_on, row.is_exact) for row in rows
    ] == found
    assert all(row.tracking in Tracking for row in rows)
