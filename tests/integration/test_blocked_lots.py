"""Lots are blocked for a reason: what is free stays free of orders, what is promised is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.core.actor import Actor, Group
from app.core.errors import NotFound, NotPermitted, SeveralProblems
from app.core.ids import Kind
from app.database.engine import connect, transaction
from app.operations.allocation import allocate_order
from app.operations.packing import LotBlocked, LotExpired
from app.operations.picking import make_picklist, pick_all, pick_line, pick_order, short_pick
from app.operations.refusals import TookTooLong
from app.operations.run import Runner
from app.operations.stock import (
    BlockedAlready,
    BlockReasonNeeded,
    NotBlocked,
    StillPromised,
    block_lots,
    unblock_lots,
)
from app.queries.inventory import StockLotRow, inventory, inventory_counts
from app.queries.inventory_document import lot_stock
from tests.conftest import EngineAs, RunAs
from tests.factories.day import Day
from tests.factories.statements import hearing


def _lot(day: Day, code: str) -> int:
    return day.id_of("lot", code)


def _block(day: Day, *codes: str, reason: str = "recalled by the maker") -> Any:
    return day.runner.do(block_lots, lots=tuple(_lot(day, code) for code in codes), reason=reason)


def _number(day: Day, order: int) -> str:
    return str(day.one("SELECT number FROM sales_order WHERE id = :id", id=order))


def test_a_blocked_lot_is_not_allocated_and_the_next_one_is(day: Day) -> None:
    day.stock("FLARE", 5, lot="L-1", expires_on=date(2098, 1, 1))
    day.stock("FLARE", 5, "A-02", lot="L-2", expires_on=date(2099, 1, 1))
    done = _block(day, "L-1")
    assert (done.lots, done.promised) == (("L-1",), ())
    given = day.runner.do(allocate_order, order=day.order(("FLARE", 7)))
    assert given.allocated == 5
    assert day.ask("SELECT t.code FROM allocation a JOIN lot t ON t.id = a.lot_id") == [("L-2",)]


def test_what_is_promised_of_it_stays_and_is_told(day: Day) -> None:
    day.stock("FLARE", 5, lot="L-1")
    first, second = day.order(("FLARE", 3)), day.order(("FLARE", 1))
    for order in (first, second):
        day.runner.do(allocate_order, order=order)
    done = _block(day, "L-1")
    assert done.promised == tuple(
        StillPromised(day.lines(order)[0].id, _number(day, order), 1, Decimal(many), "A-01")
        for order, many in ((first, 3), (second, 1))
    )
    assert done.changes.touched == {
        (Kind.LOT, _lot(day, "L-1")),
        (Kind.STOCK, day.item("FLARE")),
        (Kind.ORDER, first),
        (Kind.ORDER, second),
    }
    assert [day.lines(order)[0].allocated for order in (first, second)] == [3, 1]


def test_nobody_picks_what_is_blocked_until_it_is_let_go(day: Day) -> None:
    day.stock("FLARE", 5, lot="L-1")
    order = day.order(("FLARE", 3))
    day.runner.do(allocate_order, order=order)
    made = day.runner.do(make_picklist, orders=(order,))
    line = day.one("SELECT id FROM picklist_line")
    _block(day, "L-1")
    said = "Lot L-1 of FLARE is blocked: recalled by the maker."
    lane = day.place("S-01")
    for verb, about in (
        (pick_order, {"order": order}),
        (pick_line, {"line": line}),
        (pick_all, {"picklist": made.picklist_id}),
        (short_pick, {"line": line, "found": Decimal(1), "reason": "broken"}),
    ):
        with pytest.raises(LotBlocked, match=said):
            day.runner.do(verb, **about, to=lane)
    assert day.on_hand("FLARE", "A-01") == 5
    let_go = day.runner.do(unblock_lots, lots=(_lot(day, "L-1"),))
    assert [each.order for each in let_go.promised] == [_number(day, order)]
    assert day.runner.do(pick_all, picklist=made.picklist_id, to=lane).quantity == 3


def test_the_line_of_a_blocked_lot_is_said_short_and_goes_on_with_another(day: Day) -> None:
    day.stock("FLARE", 3, lot="L-1", expires_on=date(2098, 1, 1))
    order = day.order(("FLARE", 3))
    day.runner.do(allocate_order, order=order)
    day.runner.do(make_picklist, orders=(order,))
    day.stock("FLARE", 9, "A-02", lot="L-2")
    _block(day, "L-1")
    line = day.one("SELECT id FROM picklist_line")
    short = day.runner.do(short_pick, line=line, found=Decimal(0), reason="recalled")
    assert (int(short.redirected), short.places) == (3, ("A-02",))


def test_expired_goods_are_not_picked_either(day: Day) -> None:
    day.stock("FLARE", 5, lot="OLD", expires_on=date(2099, 1, 1))
    order = day.order(("FLARE", 2))
    day.runner.do(allocate_order, order=order)
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE lot SET expires_on = '2020-01-31'"))
    with pytest.raises(LotExpired, match="Lot OLD of FLARE expired on 31 Jan 2020"):
        day.runner.do(pick_order, order=order, to=day.place("S-01"))


def test_a_serial_is_blocked_like_any_lot(day: Day) -> None:
    for serial in ("SN-1", "SN-2"):
        day.stock("RADIO", 1, lot=serial)
    _block(day, "SN-1")
    assert day.runner.do(allocate_order, order=day.order(("RADIO", 2))).allocated == 1


def test_everything_that_is_wrong_is_said_at_once(day: Day) -> None:
    for lot in ("L-1", "L-2"):
        day.stock("FLARE", 5, lot=lot)
    _block(day, "L-1")
    with pytest.raises(SeveralProblems) as refused:
        day.runner.do(block_lots, lots=(_lot(day, "L-2"), _lot(day, "L-1"), 0), reason=" ")
    assert [type(each) for each in refused.value.each()] == [
        NotFound,
        BlockReasonNeeded,
        BlockedAlready,
    ]
    with pytest.raises(NotBlocked, match="Lot L-2 of FLARE is not blocked"):
        day.runner.do(unblock_lots, lots=(_lot(day, "L-1"), _lot(day, "L-2")))
    assert day.ask("SELECT code, blocked_reason FROM lot ORDER BY code") == [
        ("L-1", "recalled by the maker"),
        ("L-2", None),
    ]


def test_lots_are_blocked_by_those_who_keep_the_stock(day: Day, run_as: RunAs) -> None:
    day.stock("FLARE", 5, lot="L-1")
    lots = (_lot(day, "L-1"),)
    for login in ("fritz", "anna"):
        with pytest.raises(NotPermitted):
            run_as(login).do(block_lots, lots=lots, reason="x")
    run_as("stefan").do(block_lots, lots=lots, reason="x")
    with pytest.raises(NotPermitted):
        run_as("fritz").do(unblock_lots, lots=lots)
    run_as("stefan").do(unblock_lots, lots=lots)


@pytest.mark.parametrize("blank", ["", "  "])
def test_the_database_wants_a_reason_too(day: Day, blank: str) -> None:
    day.stock("FLARE", 5, lot="L-1")
    with (
        pytest.raises(IntegrityError, match="ck_lot_blocked_for_a_reason"),
        day.owner.begin() as connection,
    ):
        connection.execute(text("UPDATE lot SET blocked_reason = :why"), {"why": blank})


def test_nobody_blocks_or_lets_go_past_the_command_log(day: Day, engine_as: EngineAs) -> None:
    day.stock("FLARE", 5, lot="L-1")
    _block(day, "L-1")
    with (
        pytest.raises(DatabaseError, match="only inside a command"),
        engine_as("stefan").begin() as connection,
    ):
        connection.execute(text("UPDATE lot SET blocked_reason = NULL"))
    assert day.one("SELECT blocked_reason FROM lot") == "recalled by the maker"


def test_who_promises_goods_of_the_lot_meanwhile_is_waited_for_and_told(
    day: Day, server: Any, database: str
) -> None:
    day.stock("FLARE", 5, lot="L-1")
    order = day.order(("FLARE", 2))
    lots = (_lot(day, "L-1"),)
    hasty = connect(server.url(database), login="stefan", lock_timeout_ms=100)
    actor = Actor(login="maria", operator="maria", station=None, groups=frozenset({Group.SALES}))
    try:
        with transaction(day.runner.engine) as session:
            session.execute(
                text(
                    "SELECT FROM claim_command(gen_random_uuid(), 'allocate_order', '{}', NULL,"
                    " NULL, NULL, NULL)"
                )
            )
            allocate_order(session, actor, order=order)
            with pytest.raises(TookTooLong):
                Runner(hasty).do(block_lots, lots=lots, reason="recall")
            session.execute(text("SELECT finish_command(current_command_id(), '{}', '[]')"))
        done = Runner(hasty).do(block_lots, lots=lots, reason="recall")
    finally:
        hasty.dispose()
    assert [each.order for each in done.promised] == [_number(day, order)]


def test_blocked_lots_are_listed_and_told_who_did_it(day: Day, run_as: RunAs) -> None:
    for lot in ("L-1", "L-2", "L-3"):
        day.stock("FLARE", 5, lot=lot)
    run_as("stefan").do(block_lots, lots=(_lot(day, "L-2"), _lot(day, "L-3")), reason="wet")
    run_as("maria").do(unblock_lots, lots=(_lot(day, "L-3"),))
    with transaction(day.owner) as session:
        (row,) = inventory(session, view="blocked")
        assert isinstance(row, StockLotRow)
        assert (row.lot, row.blocked_reason, int(row.on_hand)) == ("L-2", "wet", 5)
        assert inventory(session, view="blocked", filter="L-2") == (row,)
        assert inventory(session, view="blocked", filter="L-1") == ()
        assert inventory(session, view="blocked", after=row.key) == ()
        assert inventory_counts(session).blocked == 1
        let_go = lot_stock(session, lot=_lot(day, "L-3"))
        assert [(each.who, each.verb) for each in let_go.judged] == [
            ("Maria", "unblock_lots"),
            ("Stefan", "block_lots"),
        ]


def test_many_lots_take_the_statements_of_one(day: Day) -> None:
    counts = []
    for many in (1, 20):
        codes = [f"L-{many}-{number}" for number in range(many)]
        for code in codes:
            day.stock("FLARE", 1, lot=code)
        with hearing(day.runner.engine) as sent:
            day.runner.do(
                block_lots, lots=tuple(_lot(day, code) for code in codes), reason="recall"
            )
        counts.append(len(sent))
    assert counts[0] == counts[1]
