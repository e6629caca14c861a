"""What a packing station says: one large word, a sentence, and the last ten scans."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.core.errors import BusinessError, DatabaseUnreachable
from app.core.messages import N_, plain, render, render_count
from app.operations.floor import StoppedByHold
from app.operations.packing import (
    CartonEmpty,
    CartonNotOpen,
    CartonOfOther,
    MoreThanOrdered,
    NothingBoxed,
    NothingLeftToTake,
    NothingToUndo,
    NotOnOrder,
    OrderNotToBox,
    OrderShipsComplete,
    ShippedAlready,
)
from app.operations.refusals import LotNotUsable, MoreThanWanted, StockWasTaken
from app.rules.packing import PackOrder, ToBox, Wrong

LAST_SCANS = 10


def size(quantity: Decimal, lines: int, unit: str) -> str:
    """How much, in the one unit all of it is counted in; where units differ how many lines."""
    return f"{plain(quantity)} {unit}" if unit else render_count(lines, "line", "lines")


def left_to_box(order: PackOrder) -> str:
    """What is still to be boxed of an order."""
    left = sum((line.room for line in order.lines), Decimal(0))
    return size(left, order.lines_left, order.unit)


class Mood(StrEnum):
    """How an answer is meant; its colour, icon and sound follow from it."""

    WAITING = "waiting"
    GOOD = "good"
    WRONG = "wrong"
    DONE = "done"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Answer:
    """The station's answer as it stands on the screen."""

    word: str
    sentence: str = ""
    mood: Mood = Mood.WAITING


@dataclass(slots=True, eq=False)
class ScanEntry:
    """One scan, key or command with its answer; `is_pending` until it is written."""

    at: datetime
    code: str
    words: str
    mood: Mood
    is_pending: bool = False


class LastScans:
    """The last ten, newest first."""

    def __init__(self) -> None:
        self._entries: deque[ScanEntry] = deque(maxlen=LAST_SCANS)

    def add(self, entry: ScanEntry) -> ScanEntry:
        """Remember one more."""
        self._entries.appendleft(entry)
        return entry

    @property
    def entries(self) -> tuple[ScanEntry, ...]:
        """Newest first."""
        return tuple(self._entries)


_WORDS: dict[type[BusinessError], str] = {
    NotOnOrder: N_("WRONG ITEM"),
    MoreThanOrdered: N_("TOO MANY"),
    MoreThanWanted: N_("TOO MANY"),
    NothingLeftToTake: N_("NOT IN STOCK"),
    StockWasTaken: N_("NOT IN STOCK"),
    LotNotUsable: N_("LOT NOT USABLE"),
    CartonNotOpen: N_("CARTON CLOSED"),
    CartonOfOther: N_("WRONG CARTON"),
    CartonEmpty: N_("CARTON EMPTY"),
    OrderNotToBox: N_("NOT OPEN"),
    NothingBoxed: N_("NOTHING BOXED"),
    OrderShipsComplete: N_("NOT COMPLETE"),
    ShippedAlready: N_("ALREADY SHIPPED"),
    NothingToUndo: N_("NOTHING TO UNDO"),
    StoppedByHold: N_("ON HOLD"),
    DatabaseUnreachable: N_("NO CONNECTION"),
}


def word_of(refusal: BusinessError) -> str:
    """The large word for what the database or an operation refused."""
    return next(
        (render(word) for kind, word in _WORDS.items() if isinstance(refusal, kind)),
        render(N_("REFUSED")),
    )


def stop(wrong: Wrong) -> Answer:
    """The answer to a wrong scan."""
    return Answer(f"STOP: {render(wrong.word)}", wrong.why.message(), Mood.WRONG)


def counted(right: ToBox) -> str:
    """What was counted: a case of 6, 120, or the serial."""
    if right.item.is_serial:
        serial = right.serial or (right.lot.code if right.lot else "")
        return render(N_("serial {serial}"), {"serial": serial})
    fields = {"unit": right.unit, "quantity": right.quantity}
    if right.unit:
        return render(N_("{unit} of {quantity} counted"), fields)
    return render(N_("{quantity} counted"), fields)
