"""The stock as it is read at the inventory desk: lists by item and place, and what lies where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.core.errors import NotFound
from app.core.ids import Kind
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.orders import change_line
from app.operations.picking import pick_order
from app.operations.stock import ToMove, adjust, ask_count, transfer
from app.queries.inventory import (
    StockItemRow,
    StockLotRow,
    StockPlaceRow,
    inventory,
    inventory_counts,
)
from app.queries.inventory_document import (
    PromisedTo,
    carton_stands_in,
    item_stock,
    lot_stock,
    place_of_goods,
    place_stock,
)
from app.queries.views import UnknownView
from app.rules.stock import LocationKind, MoveReason
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.shipping import boxed
from tests.factories.statements import hearing

D = Decimal
Read = Callable[..., Any]


@pytest.fixture
def read(engine_as: EngineAs) -> Read:
    """Reads as Fritz of the floor does, and counts what that takes."""
    engine = engine_as("fritz")

    def ask(query: Any, most: int = 1, **arguments: Any) -> Any:
        with hearing(engine) as sent, reading(engine) as session:
            found = query(session, **arguments)
        assert len([each for each, _ in sent if "SELECT" in each]) <= most, sent
        return found

    return ask


def _lot(day: Day, code: str) -> int:
    return int(day.one("SELECT id FROM lot WHERE code = :code", code=code))


@pytest.fixture
def stocked(day: Day, today: date) -> int:
    """Pumps in two bins and receiving, rope, flares by lot; an order that has 4 of the pumps."""
    day.stock("PUMP", 6)
    day.stock("PUMP", 5, place="A-02")
    day.stock("PUMP", 12, place="RECV")
    day.stock("ROPE", "8.5", place="A-02")
    day.stock("FLARE", 7, lot="L-OLD", expires_on=today - timedelta(days=3))
    day.stock("FLARE", 9, lot="L-NEW", expires_on=today + timedelta(days=30))
    day.stock("FLARE", 2, place="A-03", lot="L-LATE", expires_on=today + timedelta(days=900))
    order = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=order)
    return order


# ---------------------------------------------------------------- the lists


def test_every_item_by_name_with_its_exact_sums(stocked: int, read: Read) -> None:
    rows = read(inventory)
    assert [
        (row.number, row.on_hand, row.allocated, row.available, row.places) for row in rows
    ] == [
        ("PUMP", 23, 4, 7, 3),  # 12 in receiving are not to be promised yet
        ("FLARE", 18, 0, 11, 2),  # 7 have expired
        ("FREE", 0, 0, 0, 0),
        ("ROPE", D("8.5"), 0, D("8.5"), 1),
        ("ANCHOR", 0, 0, 0, 0),
        ("RADIO", 0, 0, 0, 0),
    ]
    assert isinstance(rows[0], StockItemRow)
    assert rows[0].unit == "pc"


def test_every_place_by_code_with_what_lies_there(stocked: int, read: Read) -> None:
    rows = read(inventory, view="places")
    assert all(isinstance(row, StockPlaceRow) for row in rows)
    assert [(row.code, row.items, row.promised) for row in rows] == [
        ("A-01", 2, 1),
        ("A-02", 2, 0),
        ("A-03", 1, 0),
        ("C-01", 0, 0),
        ("CART-1", 0, 0),
        ("N-01", 0, 0),
        ("P-01", 0, 0),
        ("Q-01", 0, 0),
        ("RECV", 1, 0),
        ("S-01", 0, 0),
        ("S-02", 0, 0),
        ("TRUCK-1", 0, 0),
        ("TRUCK-2", 0, 0),
    ]
    receiving = rows[8]
    assert (receiving.item, receiving.on_hand, receiving.unit) == ("Bilge pump", 12, "pc")
    assert receiving.place is LocationKind.RECEIVING
    assert (rows[0].item, rows[0].on_hand, rows[0].warehouse) == ("", 0, "MAIN")


def test_what_is_promised_what_expires_and_what_is_empty(
    stocked: int, day: Day, read: Read
) -> None:
    assert [row.number for row in read(inventory, view="promised")] == ["PUMP"]
    expiring = read(inventory, view="expiring")
    assert all(isinstance(row, StockLotRow) for row in expiring)
    assert [(row.lot, row.is_expired, row.on_hand) for row in expiring] == [
        ("L-OLD", True, 7),
        ("L-NEW", False, 9),
    ]
    assert [row.code for row in read(inventory, view="empty")] == ["C-01", "N-01"]
    counts = read(inventory_counts)
    assert (counts.promised, counts.expiring) == (1, 2)
    day.runner.do(
        adjust,
        item=day.item("FLARE"),
        location=day.place("A-01"),
        lot="L-OLD",
        quantity=D(-7),
        reason="thrown away",
    )
    assert [row.lot for row in read(inventory, view="expiring")] == ["L-NEW"]


@pytest.mark.parametrize(
    ("view", "filter", "found"),
    [
        ("items", "pu", ["PUMP"]),
        ("items", "rope", ["ROPE"]),  # a word inside the name
        ("items", "r", ["ROPE", "RADIO"]),  # of one letter what begins so is enough
        ("items", "moor rop", ["ROPE"]),
        ("items", "9520001000010", ["ROPE"]),  # GTIN
        ("items", "19520001000024", ["PUMP"]),  # of the case
        ("items", "a-02", ["PUMP", "ROPE"]),  # what lies in the bin
        ("items", "a-0", ["PUMP", "FLARE", "ROPE"]),
        ("items", "x\0'%_", []),
        ("items", "--", []),
        ("promised", "pump", ["PUMP"]),
        ("promised", "rope", []),
        ("places", "a-0", ["A-01", "A-02", "A-03"]),
        ("places", "flare", ["A-01", "A-03"]),
        ("places", "bilge", ["A-01", "A-02", "RECV"]),
        ("empty", "n", ["N-01"]),
        ("empty", "pump", []),
        ("expiring", "l-n", ["L-NEW"]),
        ("expiring", "flare", ["L-OLD", "L-NEW"]),
        ("expiring", "A-01", ["L-OLD", "L-NEW"]),
        ("expiring", "rope", []),
    ],
)
def test_the_filter_means_numbers_names_codes_and_bins(
    stocked: int, read: Read, view: str, filter: str, found: list[str]
) -> None:
    rows = read(inventory, view=view, filter=filter)
    names = [getattr(row, "code", None) or getattr(row, "lot", None) or row.number for row in rows]
    assert names == found


@pytest.mark.parametrize("filter", ["", "a", "p"])
@pytest.mark.parametrize("view", ["items", "places", "promised", "expiring", "empty"])
def test_pages_follow_each_other_without_hole_or_double(
    stocked: int, day: Day, read: Read, view: str, filter: str
) -> None:
    day.stock("ROPE", 3)
    day.runner.do(allocate_order, order=day.order(("ROPE", 1)))
    whole = read(inventory, view=view, filter=filter)
    paged, after = [], None
    while page := read(inventory, view=view, filter=filter, after=after, limit=1):
        assert len(page) == 1
        paged.append(page[0])
        after = page[0].key
    assert tuple(paged) == whole


def test_a_view_that_is_not_there_is_named(read: Read) -> None:
    with pytest.raises(UnknownView) as refused:
        read(inventory, view="fast movers")
    assert refused.value.message() == (
        "The list has no view fast movers. Its views are: "
        "items, places, promised, expiring, blocked, empty."
    )


@pytest.mark.parametrize(
    ("view", "must_not_read_whole"),
    [
        ("items", ("item", "stock_balance")),
        ("places", ("location", "stock_balance")),
        ("promised", ("item", "allocation", "stock_balance")),
        ("expiring", ("lot", "stock_balance")),
        ("empty", ("stock_balance",)),
    ],
)
def test_a_list_opens_by_indexes_however_many_rows_there_are(
    stocked: int, day: Day, engine_as: EngineAs, view: str, must_not_read_whole: tuple[str, ...]
) -> None:
    """Of many items, lots and balances a page reads its own rows; the plan reads no table whole."""
    with day.owner.begin() as owner:
        owner.execute(text("SET session_replication_role = replica"))
        owner.execute(
            text("""
            INSERT INTO item (number, name, name_sort, base_unit)
            SELECT 'Z-' || n, 'Thing ' || n, 'thing ' || n, 'pc' FROM generate_series(1, 4000) n""")
        )
        owner.execute(
            text("""
            INSERT INTO location (warehouse_id, kind, code, is_pickable)
            SELECT 1, 'storage', 'Z-' || n, true FROM generate_series(1, 4000) n""")
        )
        owner.execute(
            text("""
            INSERT INTO lot (item_id, code, expires_on)
            SELECT i.id, 'L', DATE '2001-01-01' FROM item i WHERE i.number LIKE 'Z-%'""")
        )
        owner.execute(
            text("""
            INSERT INTO stock_balance (item_id, lot_id, location_id, on_hand)
            SELECT i.id, t.id, p.id, 1 FROM item i JOIN lot t ON t.item_id = i.id
              JOIN location p ON p.code = i.number WHERE i.number LIKE 'Z-%'""")
        )
        owner.execute(
            text("""
            INSERT INTO allocation (order_line_id, item_id, lot_id, location_id, quantity,
                                    command_id)
            SELECT 1, b.item_id, b.lot_id, b.location_id, 1, gen_random_uuid()
              FROM stock_balance b JOIN item i ON i.id = b.item_id WHERE i.number LIKE 'Z-%'""")
        )
        owner.execute(text("ANALYZE item, location, lot, stock_balance, allocation"))
    engine = engine_as("fritz")
    with hearing(engine) as sent, reading(engine) as session:
        inventory(session, view=view, limit=5)
    statement, values = sent[-1]
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
    whole = [line for line in plan if "Seq Scan on" in line]
    read_whole = {line.split("Seq Scan on ")[1].split()[0] for line in whole}
    assert read_whole.isdisjoint(must_not_read_whole), "\n".join(plan)


# ---------------------------------------------------------------- the documents


def test_an_item_says_where_it_lies_and_whose_it_is(stocked: int, day: Day, read: Read) -> None:
    found = read(item_stock, most=3, item=day.item("PUMP"))
    assert (found.kind, found.number, found.unit) == (Kind.ITEM, "PUMP", "pc")
    assert (found.on_hand, found.allocated, found.available, found.places) == (23, 4, 7, 3)
    assert [(line.place, line.on_hand, line.allocated, line.free) for line in found.lines] == [
        ("RECV", 12, 0, 12),
        ("A-01", 6, 4, 2),
        ("A-02", 5, 0, 5),
    ]
    assert [(line.available, line.why_not) for line in found.lines] == [
        (0, "receiving"),
        (2, ""),
        (5, ""),
    ]
    number = day.one("SELECT number FROM sales_order")
    assert found.lines[1].promises == (PromisedTo(stocked, number, "Brightwater Marine", D(4), ""),)
    assert found.lines[0].promises == ()
    assert [(m.quantity, m.origin, m.target, m.reason, m.who, m.station) for m in found.moves] == [
        (12, "SUPPLIER", "RECV", MoveReason.RECEIVE, "Maria", ""),
        (5, "SUPPLIER", "A-02", MoveReason.RECEIVE, "Maria", ""),
        (6, "SUPPLIER", "A-01", MoveReason.RECEIVE, "Maria", ""),
    ]


def test_a_lot_alone_and_why_it_is_not_free(
    stocked: int, day: Day, run_as: RunAs, read: Read, today: date
) -> None:
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE lot SET blocked_reason = 'recalled' WHERE code = 'L-NEW'"))
    found = read(lot_stock, most=5, lot=_lot(day, "L-NEW"))
    assert (found.kind, found.number, found.lot) == (Kind.LOT, "FLARE", "L-NEW")
    assert (found.on_hand, found.available, found.blocked_reason) == (9, 0, "recalled")
    assert [(line.lot, line.free, line.why_not) for line in found.lines] == [
        ("L-NEW", 9, "recalled")
    ]
    assert [move.lot for move in found.moves] == ["L-NEW"]
    old = read(lot_stock, most=5, lot=_lot(day, "L-OLD"))
    assert (old.is_expired, old.expires_on) == (True, today - timedelta(days=3))
    assert old.lines[0].why_not == "expired"


def test_lots_side_by_side_each_name_their_own_order(day: Day, read: Read, today: date) -> None:
    for days, lot in enumerate(("L-1", "L-2"), start=10):
        day.stock("FLARE", 4, lot=lot, expires_on=today + timedelta(days=days))
    first, second = day.order(("FLARE", 4)), day.order(("FLARE", 3))
    for order in (first, second):
        day.runner.do(allocate_order, order=order)
    found = read(item_stock, most=3, item=day.item("FLARE"))
    assert [
        (line.lot, [(each.order_id, each.quantity) for each in line.promises])
        for line in found.lines
    ] == [("L-1", [(first, 4)]), ("L-2", [(second, 3)])]


def test_what_an_order_has_in_all_is_told_however_many_places_and_orders_there_are(
    day: Day, read: Read
) -> None:
    """Twelve orders have some of one bin, which names ten; one of them has more elsewhere."""
    day.stock("PUMP", 12 + 20)
    orders = [day.order(("PUMP", 1)) for _ in range(11)]
    much = day.order(("PUMP", 16))
    for order in (*orders, much):
        day.runner.do(allocate_order, order=order)
    day.runner.do(pick_order, order=much, to=day.place("CART-1"))
    day.stock("PUMP", 4, "A-02")
    day.runner.do(change_line, line=day.lines(much)[0].id, quantity=D(22))
    day.runner.do(allocate_order, order=much)
    found = read(item_stock, most=3, item=day.item("PUMP"))
    assert [(each.order_id, each.quantity) for each in found.orders] == [
        (much, 22),
        *((order, 1) for order in orders),
    ]
    bin = read(place_stock, most=3, place=day.place("A-01"))
    assert [len(line.promises) for line in bin.lines] == [10]
    assert [each.order_id for each in bin.orders] == [*orders, much]
    cart = read(place_stock, most=3, place=day.place("CART-1"))
    assert [each.order_id for each in cart.orders] == [much]
    orders += [day.order(("PUMP", 1)) for _ in range(20)]
    day.stock("PUMP", 20)
    for order in orders[11:]:
        day.runner.do(allocate_order, order=order)
    assert len(read(item_stock, most=3, item=day.item("PUMP")).orders) == 24


def test_a_place_says_what_lies_there_and_what_moved(
    stocked: int, day: Day, run_as: RunAs, read: Read
) -> None:
    goods = ToMove(day.item("PUMP"), D(5), day.place("RECV"), day.place("A-01"))
    run_as("pack1", station="PACK-1").do(transfer, goods=(goods,))
    day.runner.do(
        adjust,
        item=day.item("FLARE"),
        location=day.place("A-01"),
        lot="L-OLD",
        quantity=D(-7),
        reason="thrown away",
    )
    day.runner.do(ask_count, item=day.item("PUMP"), location=day.place("A-01"), reason="looks few")
    found = read(place_stock, most=3, place=day.place("A-01"))
    assert (found.code, found.items, found.there, found.promised) == ("A-01", 2, 2, 1)
    assert found.to_count == 1
    assert [(line.item, line.lot, line.on_hand, line.allocated) for line in found.lines] == [
        ("FLARE", "L-NEW", 9, 0),
        ("PUMP", "", 11, 4),
    ]
    assert [
        (m.item, m.lot, m.quantity, m.origin, m.target, m.reason, m.note, m.station)
        for m in found.moves[:2]
    ] == [
        ("FLARE", "L-OLD", 7, "A-01", "ADJUSTMENT", MoveReason.ADJUST, "thrown away", ""),
        ("PUMP", "", 5, "RECV", "A-01", MoveReason.TRANSFER, "", "Packing 1"),
    ]
    emptied = read(place_stock, most=3, place=day.place("S-01"))
    assert (emptied.items, emptied.lines, emptied.moves) == (0, (), ())


def test_the_last_moves_of_an_emptied_bin_are_still_told(
    stocked: int, day: Day, read: Read
) -> None:
    day.move("FLARE", 2, "A-03", "A-01", lot="L-LATE")
    found = read(place_stock, most=3, place=day.place("A-03"))
    assert found.lines == ()
    assert [(move.origin, move.target) for move in found.moves] == [
        ("A-03", "A-01"),
        ("SUPPLIER", "A-03"),
    ]


def test_a_document_takes_the_same_statements_however_much_lies_there(day: Day, read: Read) -> None:
    for number in range(30):
        day.stock("RADIO", 1, lot=f"R-{number:02}")
    assert len(read(item_stock, most=3, item=day.item("RADIO")).lines) == 30
    assert len(read(place_stock, most=3, place=day.place("A-01")).lines) == 30


def test_a_carton_stands_somewhere_until_it_has_left(day: Day, read: Read) -> None:
    day.stock("PUMP", 2)
    order = day.order(("PUMP", 2), ("ROPE", 1))  # not complete yet, so nothing is packed
    day.runner.do(allocate_order, order=order)
    carton = boxed(day, order)
    stands = read(carton_stands_in, carton=carton)
    assert stands is not None
    assert stands.code == "P-01"
    bench = read(place_stock, most=3, place=stands.place_id)
    assert [each.carton for each in bench.lines[0].promises] == [
        day.one("SELECT sscc FROM carton WHERE id = :id", id=carton)
    ]
    with day.owner.begin() as owner:
        owner.execute(text("SET session_replication_role = replica"))
        owner.execute(text("UPDATE carton SET state = 'packed'"))
    assert read(carton_stands_in, carton=carton) is None


def test_nothing_lies_at_the_far_ends_and_unknown_ids_are_refused(day: Day, read: Read) -> None:
    assert read(place_of_goods, place=day.place("SUPPLIER")) is None
    assert read(place_of_goods, place=day.place("A-01")).code == "A-01"
    for query, argument in ((place_stock, "place"), (item_stock, "item"), (lot_stock, "lot")):
        with pytest.raises(NotFound):
            read(query, most=3, **{argument: 10**9})
    with pytest.raises(NotFound):
        read(place_stock, most=3, place=day.place("SUPPLIER"))
