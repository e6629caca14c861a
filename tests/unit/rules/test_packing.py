"""What a scan at the bench takes, and what the station answers, by table and by law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.packing import (
    Asked,
    CartonState,
    Contents,
    Goods,
    KnownUnit,
    Left,
    PackCarton,
    PackItem,
    PackLine,
    PackLot,
    PackOrder,
    PackType,
    SerialNeeded,
    Take,
    ToBox,
    Wrong,
    changes_between,
    is_weight_right,
    judge_carton,
    judge_goods,
    judge_order,
    judge_type,
    plan_takes,
    room_of,
    share,
)
from app.rules.scanning import parse
from app.rules.stock import Tracking

D = Decimal
TODAY = date(2026, 6, 15)
BENCH = 1
PUMP, ROPE, RADIO, FLARE, LIGHT = 1, 2, 3, 4, 5


def _item(id: int, number: str, tracking: Tracking = Tracking.NONE, decimals: int = 0) -> PackItem:
    unit = "kg" if number == "ROPE" else "pc"
    return PackItem(id, number, number.title(), unit, decimals, tracking, D(1), D(2))


def _line(id: int, item: int, wanted: int, boxed: int = 0, tolerance: int = 0) -> PackLine:
    return PackLine(id, id, item, D(wanted), D(0), D(0), D(boxed), D(tolerance))


def _goods(
    line: int | None, item: int, at: int, kind: str, quantity: int, lot: Any = None
) -> Goods:
    return Goods(line, item, lot, at, f"L-{at}", kind, D(quantity))


BOX_M = PackType(1, "BOX-M", "Box M", D("0.4"), D(20), D(40))
BOX_S = PackType(2, "BOX-S", "Box S", D("0.2"), D(2), D(12))

ORDER = PackOrder(
    id=7,
    number="SO-7",
    customer="Brightwater",
    customer_po="",
    state="confirmed",
    delivery="Carrier",
    delivery_kind="carrier",
    lane="S-01",
    ship_to="Quay 3",
    comments="",
    ship_complete=False,
    hold=None,
    hold_reason="",
    is_stopped=False,
    finish_packs=True,
    other_warehouse=None,
    bench_id=BENCH,
    bench="P-01",
    types=(BOX_M, BOX_S),
    left=None,
    items={
        PUMP: _item(PUMP, "PUMP"),
        ROPE: _item(ROPE, "ROPE", decimals=2),
        RADIO: _item(RADIO, "RADIO", Tracking.SERIAL),
        FLARE: _item(FLARE, "FLARE", Tracking.LOT),
        LIGHT: _item(LIGHT, "LIGHT", Tracking.SERIAL_OUT),
    },
    lines=(
        _line(1, PUMP, 12),
        _line(2, ROPE, 5, tolerance=1),
        _line(3, RADIO, 2),
        _line(4, FLARE, 3),
        _line(5, LIGHT, 2),
    ),
    goods=(
        _goods(1, PUMP, 20, "storage", 8),
        _goods(None, PUMP, 30, "storage", 9),
        _goods(None, ROPE, 20, "storage", 99),
        _goods(3, RADIO, 20, "storage", 1, lot=31),
        _goods(4, FLARE, 20, "storage", 3, lot=41),
        _goods(5, LIGHT, 20, "storage", 2),
    ),
    units={
        "19520001000024": KnownUnit(PUMP, "case", D(6)),
        "09520001000027": KnownUnit(PUMP, "pc", D(1)),
    },
    names={"PUMP": PUMP, "THEIR-1": PUMP, "ROPE": ROPE, "RADIO": RADIO, "FLARE": FLARE}
    | {"LIGHT": LIGHT},
    lots={
        (RADIO, "R-1"): PackLot(31, RADIO, "R-1", True, None, None, None),
        (RADIO, "R-2"): PackLot(32, RADIO, "R-2", True, None, None, "SO-3"),
        (FLARE, "F-1"): PackLot(41, FLARE, "F-1", False, date(2026, 6, 15), None, None),
        (FLARE, "OLD"): PackLot(42, FLARE, "OLD", False, date(2026, 6, 14), None, None),
        (FLARE, "WET"): PackLot(43, FLARE, "WET", False, None, "wet", None),
    },
    cartons=(
        PackCarton(
            9,
            "095200010000000017",
            1,
            CartonState.OPEN,
            BOX_M,
            False,
            "P-01",
        ),
    ),
)


def judged(code: str, **asked: Any) -> Any:
    return judge_goods(ORDER, parse(code, today=TODAY), Asked(**asked), TODAY)


@pytest.mark.parametrize(
    ("code", "asked", "item", "quantity"),
    [
        ("PUMP", {}, PUMP, 1),
        ("pump", {}, PUMP, 1),
        ("THEIR-1", {}, PUMP, 1),
        ("9520001000027", {}, PUMP, 1),
        ("19520001000024", {}, PUMP, 6),
        ("]I119520001000024", {"quantity": D(2)}, PUMP, 12),
        ("PUMP", {"quantity": D(12)}, PUMP, 12),
        ("ROPE", {"quantity": D("5.25")}, ROPE, D("5.25")),
        ("R-1", {}, RADIO, 1),
        ("F-1", {"quantity": D(3)}, FLARE, 3),
        ("RADIO", {"serial_for": RADIO}, None, None),
        ("R-1", {"serial_for": RADIO}, RADIO, 1),
        ("any serial at all", {"serial_for": LIGHT}, LIGHT, 1),
    ],
)
def test_right_scans_and_how_many_they_count(
    code: str, asked: dict[str, Any], item: int | None, quantity: Any
) -> None:
    verdict = judged(code, **asked)
    if item is None:
        assert isinstance(verdict, Wrong)
        return
    assert isinstance(verdict, ToBox)
    assert (verdict.item.id, verdict.quantity) == (item, quantity)
    assert sum(take.quantity for take in verdict.takes) == quantity


@pytest.mark.parametrize(
    ("code", "asked", "word"),
    [
        ("ANCHOR", {}, "WRONG ITEM"),
        ("4006381333931", {}, "WRONG ITEM"),
        ("PUMP", {"quantity": D(13)}, "TOO MANY"),
        ("ROPE", {"quantity": D("6.01")}, "TOO MANY"),
        ("ROPE", {"quantity": D("1.005")}, "TOO FINE"),
        ("PUMP", {"quantity": D("0.5")}, "TOO FINE"),
        ("RADIO", {"quantity": D(2)}, "SERIAL NEEDED"),
        ("R-2", {}, "OTHER ORDER'S"),
        ("OLD", {}, "EXPIRED"),
        ("WET", {}, "BLOCKED"),
        ("R-9", {"serial_for": RADIO}, "UNKNOWN SERIAL"),
        ("PUMP", {"serial_for": LIGHT}, "SERIAL NEEDED"),
        ("19520001000024", {"serial_for": LIGHT}, "SERIAL NEEDED"),
        ("R-1", {"source": 30}, "NOT IN STOCK"),
    ],
)
def test_wrong_scans_and_their_words(code: str, asked: dict[str, Any], word: str) -> None:
    verdict = judged(code, **asked)
    assert isinstance(verdict, Wrong)
    assert verdict.word == word
    assert verdict.look_up is (word == "WRONG ITEM")


def test_a_label_that_says_expired_is_believed() -> None:
    verdict = judged("]C1011952000100002417260614")
    assert isinstance(verdict, Wrong)
    assert verdict.word == "EXPIRED"


def test_an_item_with_serials_asks_for_one() -> None:
    assert judged("RADIO") == SerialNeeded(ORDER.items[RADIO])
    assert judged("LIGHT") == SerialNeeded(ORDER.items[LIGHT])


def test_a_serial_goes_into_a_carton_once() -> None:
    inside = Contents(5, LIGHT, None, D(1), ("S-1",))
    order = ORDER.with_carton(replace(ORDER.cartons[0], contents=(inside,)))
    verdict = judge_goods(order, parse("S-1", today=TODAY), Asked(serial_for=LIGHT), TODAY)
    assert isinstance(verdict, Wrong)
    assert verdict.word == "SCANNED ALREADY"


def test_the_picture_follows_each_good_scan() -> None:
    first = judged("PUMP", quantity=D(10))
    assert isinstance(first, ToBox)
    after = ORDER.with_boxed(9, PUMP, first.takes)
    assert [goods.quantity for goods in after.goods[:2]] == [0, 7]
    assert (after.lines[0].boxed, after.lines[0].room) == (D(10), D(2))
    assert after.cartons[0].contents == (Contents(1, PUMP, None, D(10)),)
    assert after.weight_of(after.cartons[0]) == D("10.4")
    assert (after.done, ORDER.done) == (D(10), D(0))
    too_many = judge_goods(after, parse("PUMP", today=TODAY), Asked(quantity=D(3)), TODAY)
    assert isinstance(too_many, Wrong)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, None),
        ({"state": "draft"}, "NOT OPEN"),
        ({"state": "cancelled"}, "NOT OPEN"),
        ({"is_stopped": True, "hold": "Check", "hold_reason": "why"}, "ON HOLD"),
        ({"other_warehouse": "North"}, "OTHER WAREHOUSE"),
        ({"cartons": (replace(ORDER.cartons[0], is_label_stale=True),)}, "OLD LABEL"),
        (
            {
                "left": Left("SH-1", datetime(2026, 6, 1, tzinfo=UTC), "Ana"),
                "lines": (replace(ORDER.lines[0], gone=D(12)),),
            },
            "ALREADY SHIPPED",
        ),
    ],
)
def test_why_nothing_is_boxed_for_an_order(change: dict[str, Any], word: str | None) -> None:
    wrong = judge_order(replace(ORDER, **change))
    assert (wrong.word if wrong else None) == word


def test_a_carton_that_is_not_open_takes_nothing() -> None:
    assert judge_carton(ORDER, 9) is None
    for state in (CartonState.CLOSED, CartonState.PACKED):
        order = ORDER.with_carton(replace(ORDER.cartons[0], state=state))
        wrong = judge_carton(order, 9)
        assert wrong is not None
        assert wrong.word == "CARTON CLOSED"


def test_another_persons_changes_are_said_in_sentences() -> None:
    assert changes_between(ORDER, ORDER) == ()
    boxed = replace(ORDER, lines=(replace(ORDER.lines[0], boxed=D(4)), *ORDER.lines[1:]))
    assert changes_between(ORDER, boxed) == ()
    changed = replace(
        ORDER,
        lines=(replace(ORDER.lines[0], wanted=D(10)), *ORDER.lines[2:], _line(8, PUMP, 1)),
        is_stopped=True,
        hold="Credit limit",
        hold_reason="over",
        ship_to="Quay 9",
    )
    assert [each.message() for each in changes_between(ORDER, changed)] == [
        "PUMP: 10 are wanted now, not 12.",
        "PUMP is new on the order: 1 wanted.",
        "ROPE is no longer on the order.",
        "The order is on hold now (Credit limit): over.",
        "It goes to Quay 9 now.",
    ]


# ---------------------------------------------------------------- what is taken


def test_goods_are_taken_in_the_order_of_the_floor() -> None:
    goods = [
        _goods(None, PUMP, 30, "storage", 5),
        _goods(None, PUMP, BENCH, "packing", 1),
        _goods(1, PUMP, 20, "storage", 1),
        _goods(1, PUMP, 8, "cart", 1),
        _goods(1, PUMP, 9, "staging", 1),
        _goods(1, PUMP, 7, "packing", 1),
        _goods(1, PUMP, BENCH, "packing", 1),
        _goods(2, PUMP, BENCH, "packing", 9),
        _goods(None, ROPE, BENCH, "packing", 9),
    ]
    takes, missing = plan_takes([(1, D(8))], goods, item=PUMP, bench=BENCH)
    assert [take.goods for take in takes] == [6, 5, 4, 3, 2, 1, 0]
    assert missing == 0
    assert takes[-1] == Take(1, 0, D(2))


def test_a_scanned_place_or_lot_narrows_it() -> None:
    goods = [_goods(1, PUMP, 20, "storage", 5, lot=1), _goods(None, PUMP, 30, "storage", 5, lot=2)]
    assert plan_takes([(1, D(2))], goods, item=PUMP, bench=BENCH, source=30)[0] == [
        Take(1, 1, D(2))
    ]
    assert plan_takes([(1, D(6))], goods, item=PUMP, bench=BENCH, lot=1) == (
        [Take(1, 0, D(5))],
        D(1),
    )


def test_what_is_over_goes_to_the_tolerance_last() -> None:
    lines = [_line(1, PUMP, 4, tolerance=1), _line(2, PUMP, 2)]
    assert room_of(lines) == 7
    assert share(lines, D(6)) == [(1, D(4)), (2, D(2))]
    assert share(lines, D(7)) == [(1, D(5)), (2, D(2))]


quantities = st.integers(0, 50).map(Decimal)


@given(
    wanted=st.lists(st.tuples(quantities, quantities), min_size=1, max_size=4),
    stock=st.lists(
        st.tuples(
            st.sampled_from([None, 1, 2, 3, 4]),
            st.sampled_from(["packing", "staging", "cart", "storage"]),
            st.integers(1, 5),
            quantities,
        ),
        max_size=8,
    ),
    part=st.integers(0, 100),
)
def test_nothing_is_taken_twice_nor_more_than_asked(
    wanted: list[tuple[Decimal, Decimal]], stock: list[Any], part: int
) -> None:
    lines = [
        PackLine(n, n, PUMP, want, D(0), D(0), D(0), over)
        for n, (want, over) in enumerate(wanted, 1)
    ]
    quantity = round(room_of(lines) * part / 100)
    shares = share(lines, Decimal(quantity))
    assert sum(given for _, given in shares) == quantity
    rooms = {line.id: line.room + line.tolerance_left for line in lines}
    assert all(given <= rooms[line] for line, given in shares)
    goods = [Goods(line, PUMP, None, at, "", kind, q) for line, kind, at, q in stock]
    takes, missing = plan_takes(shares, goods, item=PUMP, bench=BENCH)
    assert sum(take.quantity for take in takes) + missing == quantity
    for number, each in enumerate(goods):
        taken = [take for take in takes if take.goods == number]
        assert sum(take.quantity for take in taken) <= each.quantity
        assert all(each.line_id in (None, take.line_id) for take in taken)


def test_a_carton_is_not_of_a_type_that_its_contents_are_too_heavy_for() -> None:
    order = ORDER.with_boxed(9, PUMP, [Take(0, 1, D(2))])
    assert judge_type(order, 9, BOX_M) is None
    wrong = judge_type(order, 9, BOX_S)
    assert wrong is not None
    assert wrong.word == "TOO HEAVY"
    assert "Carton 1 weighs 2.2 kg by its contents; Box S takes 2 kg." in wrong.why.message()


def test_a_carton_type_is_found_by_its_code_however_it_is_written() -> None:
    assert ORDER.type_named("box-s") == BOX_S
    assert ORDER.type_named("BOX-S") == BOX_S
    assert ORDER.type_named("BOX") is None


@pytest.mark.parametrize(
    ("expected", "weighed", "is_right"),
    [("12.4", "12.4", True), ("12.4", "13.0", True), ("12.4", "13.1", False)]
    + [("1", "1.2", True), ("1", "0.79", False)],
)
def test_paper_weighs_too_but_not_a_missing_pump(
    expected: str, weighed: str, is_right: bool
) -> None:
    assert is_weight_right(D(expected), D(weighed)) is is_right
