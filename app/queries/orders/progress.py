"""How far an order is and why it is not further: decided from its rows, without asking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from app.core.messages import N_, render
from app.rules.orders import Fulfilment, OrderState

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its fields, written in the reader's language at the edge."""

    sentence: str
    fields: dict[str, str | Decimal] = field(default_factory=dict)

    def message(self, language: str | None = None) -> str:
        """The sentence for the person."""
        return render(self.sentence, self.fields, language)


class ReasonKind(StrEnum):
    """Why something of an order is not moving."""

    DRAFT = "draft"
    HOLD = "hold"
    NO_STOCK = "no_stock"
    SHIP_COMPLETE = "ship_complete"
    NOT_ALLOCATED = "not_allocated"
    NO_PICKLIST = "no_picklist"
    ON_PICKLIST = "on_picklist"
    PICKED = "picked"
    STAGED = "staged"
    ON_TRUCK = "on_truck"
    SUPPLIER = "supplier"
    SERVICE = "service"

    @property
    def is_blocking(self) -> bool:
        """True when nobody's next step is enough: somebody has to decide something."""
        return self in (self.HOLD, self.NO_STOCK, self.SHIP_COMPLETE)


class Step(StrEnum):
    """What can be done with an order."""

    ADD_LINES = "add_lines"
    CONFIRM = "confirm"
    RELEASE_HOLD = "release_hold"
    ALLOCATE = "allocate"
    MAKE_PICKLIST = "make_picklist"
    STAGE = "stage"
    INVOICE = "invoice"
    SHIP_IN_PARTS = "ship_in_parts"
    CANCEL_REST = "cancel_rest"
    OPEN_ITEM = "open_item"
    OPEN_PICKLIST = "open_picklist"
    OPEN_TRIP = "open_trip"


@dataclass(frozen=True, slots=True)
class NotMoving:
    """One reason, on a line or (without one) on the whole order, and the steps that help."""

    kind: ReasonKind
    said: Said
    steps: tuple[Step, ...] = ()
    line_id: int | None = None
    line_no: int | None = None
    quantity: Decimal = ZERO

    @property
    def is_blocking(self) -> bool:
        """True when somebody has to decide something."""
        return self.kind.is_blocking


@dataclass(frozen=True, slots=True)
class LinePlace:
    """So much of a line in one place, in base units; `kind` is the place's."""

    kind: str
    place: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Hold:
    """What stops an order, and which steps."""

    code: str
    name: str
    reason: str
    stops: tuple[str, ...]


class ProgressLine(Protocol):
    """What is looked at of a line; quantities in base units."""

    @property
    def id(self) -> int: ...
    @property
    def line_no(self) -> int: ...
    @property
    def item(self) -> str: ...
    @property
    def fulfilment(self) -> Fulfilment: ...
    @property
    def packed(self) -> Decimal: ...
    @property
    def short(self) -> Decimal: ...
    @property
    def open(self) -> Decimal: ...
    @property
    def free(self) -> Decimal: ...
    @property
    def listed(self) -> Decimal: ...
    @property
    def invoiceable(self) -> Decimal: ...
    @property
    def places(self) -> tuple[LinePlace, ...]: ...


IN_BINS = ("storage", "counter", "receiving", "quarantine")
PICKED = ("cart", "packing")

_PLACED: Mapping[str, str] = {
    "truck": N_("on {place} {quantity}"),
    "transit": N_("on the way {quantity}"),
    "staging": N_("staged {quantity} in {place}"),
    "cart": N_("picked {quantity} on {place}"),
    "packing": N_("picked {quantity} at {place}"),
}
_ORDER_OF_PLACES = ("truck", "transit", "staging", "packing", "cart")


def progress_words(line: ProgressLine) -> tuple[Said, ...]:
    """A line's quantities in words, furthest along first: *staged 4 in S-03, allocated 2*."""
    said = []
    if line.packed > 0:
        word = (
            N_("done {quantity}")
            if line.fulfilment is Fulfilment.SERVICE
            else N_("packed {quantity}")
        )
        said.append(Said(word, {"quantity": line.packed}))
    for kind in _ORDER_OF_PLACES:
        said += [
            Said(_PLACED[kind], {"quantity": each.quantity, "place": each.place})
            for each in line.places
            if each.kind == kind
        ]
    in_bins = _in(line, IN_BINS)
    if in_bins > 0:
        said.append(Said(N_("allocated {quantity}"), {"quantity": in_bins}))
    if line.fulfilment is Fulfilment.STOCK:
        waits = to_be_allocated(line)
        if waits > 0:
            said.append(Said(N_("not allocated {quantity}"), {"quantity": waits}))
        if line.short > waits:
            said.append(Said(N_("short {quantity}"), {"quantity": line.short - waits}))
    return tuple(said)


def to_be_allocated(line: ProgressLine) -> Decimal:
    """How much a line misses only because nobody has allocated it yet: as much is free."""
    return max(ZERO, min(line.short, line.free))


def _in(line: ProgressLine, kinds: Sequence[str]) -> Decimal:
    return sum((each.quantity for each in line.places if each.kind in kinds), ZERO)


def _where(line: ProgressLine, kinds: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(each.place for each in line.places if each.kind in kinds))


def reasons_of(
    state: OrderState,
    hold: Hold | None,
    ship_complete: bool,
    delivery_kind: str,
    lines: Sequence[ProgressLine],
) -> tuple[NotMoving, ...]:
    """Why each open line and the order as a whole are not further: what blocks comes first."""
    reasons: list[NotMoving] = []
    if hold is not None:
        words = (
            N_("{hold}: {reason}. This stops {stops}.")
            if hold.reason
            else N_("{hold}. This stops {stops}.")
        )
        fields: dict[str, str | Decimal] = {
            "hold": hold.name,
            "reason": hold.reason.rstrip("."),
            "stops": ", ".join(hold.stops) or "nothing",
        }
        reasons.append(NotMoving(ReasonKind.HOLD, Said(words, fields), (Step.RELEASE_HOLD,)))
    if state is OrderState.DRAFT:
        step = Step.CONFIRM if lines else Step.ADD_LINES
        said = Said(N_("A draft is no demand yet: confirm it, then goods can be allocated."))
        reasons.append(NotMoving(ReasonKind.DRAFT, said, (step,)))
    if state is not OrderState.CONFIRMED:
        return tuple(reasons)
    waiting = [line for line in lines if line.open > 0]
    has_goods = any(line.places for line in waiting)
    is_short = [line for line in waiting if line.short > 0 and line.fulfilment is Fulfilment.STOCK]
    for line in waiting:
        reasons += _of_line(line, delivery_kind)
    if ship_complete and has_goods and is_short:
        said = Said(
            N_(
                "The customer wants everything in one delivery, and there is not enough of {items}."
            ),
            {"items": ", ".join(line.item for line in is_short[:3])},
        )
        reasons.append(NotMoving(ReasonKind.SHIP_COMPLETE, said, (Step.SHIP_IN_PARTS,)))
    return tuple(sorted(reasons, key=lambda each: not each.is_blocking))


def _of_line(line: ProgressLine, delivery_kind: str) -> list[NotMoving]:
    """The reasons of one open line, in the order its goods travel."""

    def because(
        kind: ReasonKind, quantity: Decimal, words: str, *steps: Step, **fields: str | Decimal
    ) -> NotMoving:
        said = Said(words, {"quantity": quantity, "item": line.item, **fields})
        return NotMoving(kind, said, steps, line.id, line.line_no, quantity)

    if line.fulfilment is Fulfilment.SERVICE:
        return [
            because(ReasonKind.SERVICE, line.open, N_("{quantity} of {item} are to be performed."))
        ]
    if line.fulfilment is Fulfilment.DROP_SHIP:
        words = N_("{quantity} of {item} come straight from the supplier.")
        return [because(ReasonKind.SUPPLIER, line.open, words)]
    found = []
    if line.short > 0 and line.free > 0:
        found.append(
            because(
                ReasonKind.NOT_ALLOCATED,
                line.short,
                N_("{quantity} of {item} are not allocated yet; {free} are available."),
                Step.ALLOCATE,
                free=line.free,
            )
        )
    elif line.short > 0:
        found.append(
            because(
                ReasonKind.NO_STOCK,
                line.short,
                N_("{quantity} of {item} are short, and none is available in this warehouse."),
                Step.OPEN_ITEM,
                Step.CANCEL_REST,
            )
        )
    in_bins, picked = _in(line, IN_BINS), _in(line, PICKED)
    if in_bins > line.listed:
        words = N_("{quantity} of {item} are allocated, but on no picklist yet.")
        found.append(
            because(ReasonKind.NO_PICKLIST, in_bins - line.listed, words, Step.MAKE_PICKLIST)
        )
    if line.listed > 0:
        words = N_("{quantity} of {item} are being picked.")
        found.append(because(ReasonKind.ON_PICKLIST, line.listed, words, Step.OPEN_PICKLIST))
    if picked > 0:
        words = N_("{quantity} of {item} are picked and wait at {place}.")
        found.append(
            because(ReasonKind.PICKED, picked, words, Step.STAGE, place=_where(line, PICKED))
        )
    if (staged := _in(line, ("staging",))) > 0:
        is_ours = delivery_kind == "own_truck"
        words = (
            N_("{quantity} of {item} wait in {place} for a truck.")
            if is_ours
            else N_("{quantity} of {item} wait in {place} to be packed.")
        )
        steps = (Step.OPEN_TRIP,) if is_ours else ()
        found.append(
            because(ReasonKind.STAGED, staged, words, *steps, place=_where(line, ("staging",)))
        )
    if (loaded := _in(line, ("truck", "transit"))) > 0:
        words = N_("{quantity} of {item} are on {place} and have not departed.")
        found.append(
            because(
                ReasonKind.ON_TRUCK, loaded, words, Step.OPEN_TRIP, place=_where(line, ("truck",))
            )
        )
    return found


def next_step(state: OrderState, hold: Hold | None, lines: Sequence[ProgressLine]) -> Step | None:
    """The one thing to do next with an order; None when it is somebody else's turn."""
    if state is OrderState.DRAFT:
        return Step.CONFIRM if lines else Step.ADD_LINES
    if state is not OrderState.CONFIRMED:
        return None
    stock = [line for line in lines if line.fulfilment is Fulfilment.STOCK]
    stops = hold.stops if hold is not None else ()
    may_allocate = any(line.short > 0 and line.free > 0 for line in stock)
    in_bins = sum((_in(line, IN_BINS) for line in stock), ZERO)
    listed = sum((line.listed for line in stock), ZERO)
    picked = sum((_in(line, PICKED) for line in stock), ZERO)
    wanted: list[tuple[bool, str, Step]] = [
        (may_allocate, "allocation", Step.ALLOCATE),
        (in_bins > listed, "picking", Step.MAKE_PICKLIST),
        (in_bins > 0 or picked > 0, "picking", Step.STAGE),
        (any(line.invoiceable > 0 for line in lines), "invoicing", Step.INVOICE),
    ]
    for is_due, stopped_by, step in wanted:
        if is_due:
            return Step.RELEASE_HOLD if stopped_by in stops else step
    return Step.RELEASE_HOLD if stops and any(line.open > 0 for line in lines) else None
