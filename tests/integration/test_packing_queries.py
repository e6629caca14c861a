"""The picture of an order a station judges by, the orders that wait, badges and benches."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.operations.allocation import allocate_order
from app.operations.orders import hold_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.picking import make_picklist
from app.operations.staging import stage
from app.queries.packing import (
    NoBench,
    PackCounts,
    operator_by_badge,
    order_of_scan,
    packing_counts,
    packing_order,
    packing_queue,
    packing_station,
)
from app.rules.packing import CartonState, KnownUnit
from bench.counting import wire
from tests.conftest import EngineAs
from tests.factories.day import Day


@pytest.fixture
def ask(engine_as: EngineAs) -> Any:
    """Runs a query as Fritz of the floor."""

    def asked(query: Any, **arguments: Any) -> Any:
        with Session(engine_as("fritz")) as session:
            return query(session, **arguments)

    return asked


def _boxed(day: Day, order: int, item: str, quantity: int, **more: Any) -> int:
    bench = day.place("P-01")
    carton = day.runner.do(open_carton, order=order, location=bench).carton_id
    day.runner.do(
        box,
        order=order,
        item=day.item(item),
        carton=carton,
        location=bench,
        quantity=Decimal(quantity),
        **more,
    )
    return int(carton)


def test_the_picture_says_what_is_wanted_boxed_and_where_the_rest_is(day: Day, ask: Any) -> None:
    day.stock("PUMP", 4)
    day.stock("ROPE", 9, "A-02")
    order = day.order(("PUMP", 5), ("ROPE", 2), customer_po="PO 7")
    day.runner.do(allocate_order, order=order)
    day.runner.do(stage, order=order, lane=day.place("S-02"))
    day.stock("PUMP", 6, "A-03")
    _boxed(day, order, "PUMP", 1)
    seen = ask(packing_order, order=order)
    pump, rope = seen.lines
    assert (pump.wanted, pump.boxed, pump.room) == (5, 1, 4)
    assert (rope.wanted, rope.boxed, rope.room) == (2, 0, 2)
    assert (seen.number, seen.customer, seen.bench) == ("SO-1001", "Brightwater Marine", "P-01")
    assert (seen.wanted, seen.done) == (7, 1)
    places = [(g.line_id == pump.id, g.location, g.quantity) for g in seen.goods]
    assert places == [
        (True, "S-02", Decimal(3)),
        (False, "S-02", Decimal(2)),
        (False, "A-02", Decimal(7)),
        (False, "A-03", Decimal(6)),
    ]
    assert [goods.line_id for goods in seen.goods] == [pump.id, rope.id, None, None]


def test_the_picture_knows_every_code_of_its_items_and_of_no_other(day: Day, ask: Any) -> None:
    with day.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO item_alias (code, item_id, customer_id) VALUES"
                " ('THEIR-1', 2, 1), ('OTHERS-1', 2, 2), ('OLD-1', 2, NULL), ('ROPE-X', 1, NULL)"
            )
        )
    order = day.order(("PUMP", 1))
    seen = ask(packing_order, order=order)
    pump = day.item("PUMP")
    assert dict(seen.names) == {"PUMP": pump, "THEIR-1": pump, "OLD-1": pump}
    assert dict(seen.units) == {
        "09520001000027": KnownUnit(pump, "pc", Decimal(1)),
        "19520001000024": KnownUnit(pump, "case", Decimal(6)),
    }


def test_lots_carry_their_expiry_their_block_and_who_else_has_them(day: Day, ask: Any) -> None:
    day.stock("RADIO", 1, lot="R-1")
    day.stock("RADIO", 1, lot="R-2")
    day.stock("FLARE", 5, lot="F-1", expires_on=date(2099, 1, 31))
    first = day.order(("RADIO", 1))
    day.runner.do(allocate_order, order=first)
    order = day.order(("RADIO", 1), ("FLARE", 1))
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE lot SET blocked_reason = 'wet' WHERE code = 'F-1'"))
    lots = {lot.code: lot for lot in ask(packing_order, order=order).lots.values()}
    assert (lots["R-1"].holder, lots["R-1"].is_serial) == ("SO-1001", True)
    assert lots["R-2"].holder is None
    assert (lots["F-1"].expires_on, lots["F-1"].blocked_reason) == (date(2099, 1, 31), "wet")
    # What cannot be used is not within reach.
    goods = ask(packing_order, order=order).goods
    assert [(each.lot_id == lots["R-2"].id, each.location) for each in goods] == [(True, "A-01")]


def test_cartons_show_what_is_in_them(day: Day, ask: Any) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 5))
    first = _boxed(day, order, "PUMP", 2)
    day.runner.do(close_carton, carton=first)
    _boxed(day, order, "PUMP", 1)
    with day.owner.begin() as connection:
        connection.execute(text("SELECT mark_labels_stale(:id)"), {"id": order})
    seen = ask(packing_order, order=order)
    assert [(c.number, c.state, c.quantity, c.is_label_stale, c.place) for c in seen.cartons] == [
        (1, CartonState.CLOSED, 2, True, "P-01"),
        (2, CartonState.OPEN, 1, False, "P-01"),
    ]
    assert seen.weight_of(seen.cartons[0]) == Decimal("2.8")


def test_holds_and_the_last_shipment_are_in_the_picture(day: Day, ask: Any) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(hold_order, order=order, code="NO-BILL", reason="check the price")
    seen = ask(packing_order, order=order)
    assert (seen.hold, seen.hold_reason, seen.is_stopped) == (
        "Do not invoice yet",
        "check the price",
        False,
    )
    _boxed(day, order, "PUMP", 2)
    seen = ask(packing_order, order=order)
    assert seen.left is not None
    assert (seen.left.shipment, seen.left.by, seen.is_all_gone) == ("SH-1001", "Maria", True)


def test_an_order_of_another_warehouse_says_which(day: Day, ask: Any) -> None:
    order = day.order(("PUMP", 1), warehouse=2)
    assert ask(packing_order, order=order).other_warehouse == "North"


@pytest.mark.parametrize("lines", [1, 40])
def test_a_picture_is_six_statements_however_many_lines(
    day: Day, engine_as: EngineAs, lines: int
) -> None:
    order = day.order(*[("PUMP", 1)] * lines)
    fritz: Engine = engine_as("fritz")
    with wire(fritz) as sent, Session(fritz) as session:
        packing_order(session, order=order)
    assert sent.statements == 6


def test_what_is_not_there_is_refused(day: Day, ask: Any) -> None:
    with pytest.raises(NotFound):
        ask(packing_order, order=99)
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE location SET is_active = false WHERE kind = 'packing'"))
    order = day.order(("PUMP", 1))
    with pytest.raises(NoBench):
        ask(packing_order, order=order)
    with pytest.raises(NoBench):
        ask(packing_station)


def test_orders_wait_are_started_and_done(day: Day, ask: Any) -> None:
    day.stock("PUMP", 20)
    orders = [day.order(("PUMP", 2)) for _ in range(4)]
    for order in orders:
        day.runner.do(allocate_order, order=order)
    day.order(("ANCHOR", 1))  # nothing is promised to it
    with day.owner.begin() as connection:
        connection.execute(
            text("UPDATE sales_order SET priority = 5 WHERE id = :id"), {"id": orders[3]}
        )
    day.runner.do(hold_order, order=orders[0], code="NO-SHIP", reason="wait")
    _boxed(day, orders[1], "PUMP", 1)
    waiting = ask(packing_queue, warehouse=1)
    assert [(row.number, row.wanted, row.done, row.unit) for row in waiting] == [
        ("SO-1004", 2, 0, "pc"),
        ("SO-1003", 2, 0, "pc"),
    ]
    assert [(row.lines_done, row.lines) for row in waiting] == [(0, 1), (0, 1)]
    assert [(row.number, row.done) for row in ask(packing_queue, warehouse=1, view="started")] == [
        ("SO-1002", 1)
    ]
    _boxed(day, orders[2], "PUMP", 2)
    assert [row.number for row in ask(packing_queue, warehouse=1, view="done today")] == ["SO-1003"]
    assert ask(packing_counts, warehouse=1) == PackCounts(1, 1, 1)
    assert ask(packing_counts, warehouse=2) == PackCounts(0, 0, 0)


def test_codes_open_their_order(day: Day, ask: Any) -> None:
    day.stock("PUMP", 9)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    carton = _boxed(day, order, "PUMP", 1)
    sscc = day.one("SELECT sscc FROM carton")
    for kind, value in (
        ("order", "SO-1001"),
        ("order", "so-1001"),
        ("picklist", "PL-1001"),
        ("carton", sscc),
        ("carton", str(carton)),
    ):
        assert ask(order_of_scan, kind=kind, value=value) == order
    with pytest.raises(NotFound):
        ask(order_of_scan, kind="carton", value="nothing")


def test_a_badge_names_a_person_who_still_works_here(day: Day, ask: Any) -> None:
    assert ask(operator_by_badge, badge="B-doris").name == "Doris"
    assert ask(operator_by_badge, badge="doris").login == "doris"
    with day.owner.begin() as connection:
        connection.execute(text("UPDATE person SET is_active = false WHERE login = 'doris'"))
    with pytest.raises(NotFound):
        ask(operator_by_badge, badge="B-doris")


def test_a_station_is_known_by_its_code_or_its_login(day: Day, engine_as: EngineAs) -> None:
    with Session(engine_as("pack1")) as session:
        own = packing_station(session)
        assert (own.name, own.login, own.bench) == ("Packing 1", "pack1", "P-01")
    with Session(engine_as("fritz")) as session:
        assert packing_station(session, station="PACK-1").name == "Packing 1"
        assert (packing_station(session).id, packing_station(session).name) == (None, "P-01")
