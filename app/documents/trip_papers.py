"""What the papers of a trip share: its code and facts on top, lines to sign on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from app.core.messages import N_
from app.documents.barcode import code128
from app.documents.document import day
from app.documents.pen import LABEL
from app.documents.sheet import Sheet


def trip_head(
    sheet: Sheet,
    *,
    code: str,
    truck: str,
    driver: str,
    trip_date: date,
    origin: str,
    dock: str,
    stops: Collection[int],
    more: Sequence[tuple[str, str]],
) -> None:
    """The trip's code at the left, beside it who drives what when from where, and `more`."""
    sheet.y = 30.0
    sheet.barcode(code128(code), sheet.left, 80.0)
    facts = [
        (sheet.words(N_("Truck")), truck),
        (sheet.words(N_("Driver")), driver),
        (sheet.words(N_("Date")), day(trip_date, sheet.frame.language)),
        (sheet.words(N_("From")), origin),
        (sheet.words(N_("Dock")), dock),
        (sheet.words(N_("Stops")), str(len(set(stops)))),
        *more,
    ]
    sheet.y = max(sheet.facts(sheet.middle, 36.0, 70.0, facts, 24.0), 48.0)


SIGN_ROOM = 18.0
"""The height in mm that lines to sign on take."""


def sign(sheet: Sheet, titles: tuple[str, ...]) -> None:
    """Lines to sign on, side by side, each with what it is for."""
    sheet.ensure(SIGN_ROOM)
    sheet.y += 12.0
    wide = sheet.room / len(titles)
    for place, title in enumerate(titles):
        x = sheet.left + place * wide
        sheet.rule(x, sheet.y, wide - 6.0)
        sheet.text(x, sheet.y + 3.6, sheet.words(title), LABEL)
    sheet.y += 4.0
