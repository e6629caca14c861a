"""The timeline of an order: what one person did in one sitting stands in one row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.queries.orders.progress import Said
from app.queries.orders.timeline import Happening
from app.views.orders.history import entries
from app.views.widgets.timeline import TimelineEntry

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def happened(minute: float, verb: str, said: Said, who: str = "Maria") -> Happening:
    return Happening(NINE + timedelta(minutes=minute), who, "", verb, said)


def added(minute: float, note: str, who: str = "Maria") -> Happening:
    return happened(minute, "add_lines", Said("added {note}", {"note": note}), who)


def told(*happenings: Happening) -> list[tuple[str, str, str]]:
    """When, who and what; the happenings are given as they came, the first first."""
    rows = entries(happenings[::-1], ZoneInfo("UTC"), NINE.date())
    return [(each.when, each.who, each.what) for each in rows]


def test_fifty_lines_typed_one_after_the_other_are_one_row() -> None:
    lines = [added(number / 4, f"{number} PUMP-{number}") for number in range(1, 51)]
    entered = happened(0, "enter_order", Said("entered the order"))
    assert told(entered, *lines) == [
        ("09:00 – 09:12", "Maria", "added 1 PUMP-1, 2 PUMP-2 and 48 more"),
        ("09:00", "Maria", "entered the order"),
    ]
    row: TimelineEntry = entries(lines[::-1], ZoneInfo("UTC"), NINE.date())[0]
    assert len(row.parts) == 50
    assert row.parts[0] == "09:12  added 50 PUMP-50"


def test_the_same_again_is_counted() -> None:
    boxed = Said("put {goods} into a carton", {"goods": "1 pc of PUMP"})
    rows = told(*(happened(minute, "box", boxed) for minute in range(12)))
    assert rows == [("09:00 – 09:11", "Maria", "put 12 times 1 pc of PUMP into a carton")]


def test_somebody_else_another_deed_and_a_pause_begin_a_new_row() -> None:
    confirmed = happened(3, "confirm_order", Said("confirmed the order"))
    assert told(
        added(0, "1 PUMP"),
        added(1, "2 ROPE", who="Paul"),
        added(2, "3 ANCHOR"),
        confirmed,
        added(4, "4 FLARE"),
        added(40, "5 LAMP"),
    ) == [
        ("09:40", "Maria", "added 5 LAMP"),
        ("09:04", "Maria", "added 4 FLARE"),
        ("09:03", "Maria", "confirmed the order"),
        ("09:02", "Maria", "added 3 ANCHOR"),
        ("09:01", "Paul", "added 2 ROPE"),
        ("09:00", "Maria", "added 1 PUMP"),
    ]


def test_goods_that_went_to_different_places_are_told_apart() -> None:
    def staged(minute: int, lane: str) -> Happening:
        goods: dict[str, str | Decimal] = {"goods": f"{minute} pc of PUMP", "place": lane}
        return happened(minute, "stage", Said("staged {goods} in {place}", goods))

    assert [what for _when, _who, what in told(staged(1, "S-01"), staged(2, "S-02"))] == [
        "staged 2 pc of PUMP in S-02",
        "staged 1 pc of PUMP in S-01",
    ]


def test_notes_are_never_put_together() -> None:
    notes = [
        happened(minute, "add_note", Said("noted: {note}", {"note": "Ring twice"}))
        for minute in (0, 1)
    ]
    assert len(told(*notes)) == 2
