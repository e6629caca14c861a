"""What one scan at the bench takes: from which places, and for which lines of the order.

Used twice: by the station, on its picture of the order, to answer at once, and by the operation,
on the locked rows, to move the goods. So both mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

ZERO = Decimal(0)

_OWN = {"packing": 1, "staging": 2, "cart": 3}
"""Places of goods promised to the line, nearest first; a bin comes after them."""
_OWN_BIN, _FREE_HERE, _FREE = 4, 5, 6


class LineRoom(Protocol):
    """A line of the order: `room` is what is still to be boxed, `tolerance` what may be over."""

    @property
    def id(self) -> int: ...
    @property
    def item_id(self) -> int: ...
    @property
    def room(self) -> Decimal: ...
    @property
    def tolerance_left(self) -> Decimal: ...


class Within(Protocol):
    """Goods in one place; `line_id` is the line they are promised to, None when free."""

    @property
    def line_id(self) -> int | None: ...
    @property
    def item_id(self) -> int: ...
    @property
    def lot_id(self) -> int | None: ...
    @property
    def location_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Take:
    """So much of `goods` (their place in the list they came in) for one line."""

    line_id: int
    goods: int
    quantity: Decimal


def room_of(lines: Sequence[LineRoom]) -> Decimal:
    """How much the lines of one item still take, their over-pack tolerance included."""
    return sum((line.room + line.tolerance_left for line in lines), ZERO)


def share(lines: Sequence[LineRoom], quantity: Decimal) -> list[tuple[int, Decimal]]:
    """One scan shared over the lines of its item, in their order; what is over goes last.

    `quantity` is at most `room_of(lines)`.
    """
    shares = dict.fromkeys((line.id for line in lines), ZERO)
    for part in ("room", "tolerance_left"):
        for line in lines:
            given = min(quantity, getattr(line, part))
            shares[line.id] += given
            quantity -= given
    return [(line, given) for line, given in shares.items() if given > 0]


def plan_takes(
    shares: Sequence[tuple[int, Decimal]],
    goods: Sequence[Within],
    *,
    item: int,
    bench: int,
    source: int | None = None,
    lot: int | None = None,
) -> tuple[list[Take], Decimal]:
    """What is taken for each share, and how much is not within reach.

    Order of the floor: the line's own goods at the bench, in a lane, on a cart, in a bin; then
    free goods at the bench, then elsewhere in the order given (walk order). A `source` or `lot`
    that was scanned narrows that.
    """
    left = {number: each.quantity for number, each in enumerate(goods)}
    takes: list[Take] = []
    missing = ZERO

    def rank(number: int) -> int:
        each = goods[number]
        if each.line_id is None:
            return _FREE_HERE if each.location_id == bench else _FREE
        return 0 if each.location_id == bench else _OWN.get(each.kind, _OWN_BIN)

    for line, wanted in shares:
        within = [
            number
            for number, each in enumerate(goods)
            if each.item_id == item
            and each.line_id in (line, None)
            and source in (None, each.location_id)
            and lot in (None, each.lot_id)
        ]
        for number in sorted(within, key=rank):
            taken = min(wanted, left[number])
            if taken > 0:
                takes.append(Take(line, number, taken))
                left[number] -= taken
                wanted -= taken
        missing += wanted
    return takes, missing


def in_rounds(takes: Sequence[Take], at_once: Mapping[int, Decimal]) -> list[list[Take]]:
    """The takes in the order they are written: what is over a line's wish goes in afterwards.

    Outside cartons no more is promised to a line than it still wants (`at_once`, more than 0):
    what is taken in one round lies in the carton before the next is promised.
    """
    rounds: list[list[Take]] = [[]]
    taken = dict.fromkeys(at_once, ZERO)
    for take in takes:
        left = take.quantity
        while left > 0:
            if taken[take.line_id] >= at_once[take.line_id]:
                rounds.append([])
                taken = dict.fromkeys(at_once, ZERO)
            now = min(left, at_once[take.line_id] - taken[take.line_id])
            rounds[-1].append(replace(take, quantity=now))
            taken[take.line_id] += now
            left -= now
    return rounds
