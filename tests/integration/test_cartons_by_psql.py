"""The floor at a psql prompt: neither carton nor shipment is what it is not by saying so."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError
from app.operations.allocation import allocate_order
from app.operations.packing import box, close_carton, open_carton
from app.operations.picking import pick_order
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.shipping import pack


def _refused(engine_as: EngineAs, statement: str, **values: object) -> None:
    with pytest.raises((DBAPIError, BusinessError)), engine_as("fritz").begin() as fritz:
        fritz.execute(text(statement), values)


@pytest.fixture
def carton(day: Day) -> int:
    """A closed carton with one pump of an order for two."""
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2))
    day.runner.do(allocate_order, order=order)
    bench = day.place("P-01")
    opened = day.runner.do(open_carton, order=order, location=bench).carton_id
    day.runner.do(box, order=order, item=day.item("PUMP"), carton=opened, location=bench)
    day.runner.do(close_carton, carton=opened)
    return int(opened)


def test_a_carton_on_the_bench_is_not_packed_by_saying_so(
    day: Day, engine_as: EngineAs, carton: int
) -> None:
    _refused(engine_as, "UPDATE carton SET state = 'packed' WHERE id = :id", id=carton)
    assert day.one("SELECT state FROM carton WHERE id = :id", id=carton) == "closed"


def test_a_carton_does_not_join_another_orders_shipment(
    day: Day, engine_as: EngineAs, carton: int
) -> None:
    day.stock("ANCHOR", 1)
    other = day.order(("ANCHOR", 1), customer="C-2")
    day.runner.do(allocate_order, order=other)
    day.runner.do(pick_order, order=other, to=day.place("P-01"))
    day.runner.do(pack, order=other)
    shipment = day.one("SELECT id FROM shipment WHERE order_id = :o", o=other)
    _refused(
        engine_as,
        "UPDATE carton SET state = 'packed', shipment_id = :s WHERE id = :id",
        s=shipment,
        id=carton,
    )
    _refused(engine_as, "UPDATE carton SET shipment_id = :s WHERE id = :id", s=shipment, id=carton)
    assert day.one("SELECT shipment_id FROM carton WHERE id = :id", id=carton) is None


def test_a_shipment_is_not_cancelled_while_its_goods_are_with_the_customer(
    day: Day, engine_as: EngineAs
) -> None:
    day.stock("PUMP", 1)
    order = day.order(("PUMP", 1))
    day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=order, to=day.place("P-01"))
    day.runner.do(pack, order=order)
    _refused(engine_as, "UPDATE shipment SET state = 'cancelled' WHERE order_id = :o", o=order)
    assert day.one("SELECT state FROM shipment WHERE order_id = :o", o=order) == "packed"
