"""The carton label, 100 × 150 mm: ship-to, order, carton n of m, lane and dock, SSCC.

The SSCC is a GS1-128 symbol with (00), 32 mm high, modules of 0.5 mm, its digits under it
(GS1 Logistic Label Guideline).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.core.messages import N_
from app.documents.barcode import QUIET_MODULES, dots_of, sscc
from app.documents.document import Document, words
from app.documents.fonts import Face
from app.documents.label import DOTS_PER_MM, Label
from app.documents.pen import LABEL, Ink

MEDIA = (100.0, 150.0)
MODULE_MM = Decimal("0.5")

_LEFT, _ROOM = 6.0, 88.0
_SENDER = Ink(Face.REGULAR, 8)
_NAME = Ink(Face.SEMIBOLD, 19)
_STREET = Ink(Face.REGULAR, 13)
_VALUE = Ink(Face.SEMIBOLD, 13)
_LARGE = Ink(Face.SEMIBOLD, 25)
_DIGITS = Ink(Face.MEDIUM, 12)


@dataclass(frozen=True, slots=True)
class CartonLabelData:
    """What stands on a carton. The first ship-to line is the name. `sscc` is 18 digits."""

    sscc: str
    ship_to: tuple[str, ...]
    order_number: str
    carton: int
    of: int | None = None
    """How many cartons there are; None while that is not known."""
    sender: tuple[str, ...] = ()
    customer_po: str = ""
    delivery: str = ""
    """Delivery mode, carrier, tracking number; a line break begins a new line."""
    lane: str = ""
    dock: str = ""
    weight: str = ""


def render_carton_label(
    data: CartonLabelData, language: str = "en", dots_per_mm: Decimal = DOTS_PER_MM
) -> Document:
    """The label as PDF and ZPL.

    Raises: NotAnSscc, ModuleIsNoWholeDots.
    """
    symbol = sscc(data.sscc)
    title = words(N_("Carton label {sscc}"), language, sscc=data.sscc)
    dots = dots_of(title, MODULE_MM, dots_per_mm)
    label = Label(f"carton-{data.sscc}", title, MEDIA, dots_per_mm)

    label.text(_LEFT, 8.0, words(N_("From"), language), LABEL, 30)
    y = 12.4
    for line in [each for each in data.sender if each.strip()][:3]:
        label.text(_LEFT, y, line, _SENDER, 52 if data.delivery else _ROOM)
        y += 3.8
    if data.delivery:
        label.text(61.0, 8.0, words(N_("Delivery"), language), LABEL, 33)
        label.lines(61.0, 12.4, data.delivery, _SENDER, 33, 3)
    label.rule(_LEFT, 22.5, _ROOM)

    label.text(_LEFT, 27.5, words(N_("Ship to"), language), LABEL, 30)
    _ship_to(label, data.ship_to)
    label.rule(_LEFT, 72.5, _ROOM)

    _field(label, _LEFT, 77.0, words(N_("Order"), language), data.order_number, _VALUE, 28)
    _field(label, 37.0, 77.0, words(N_("Your order"), language), data.customer_po, _VALUE, 36)
    _field(label, 76.0, 77.0, words(N_("Weight"), language), data.weight, _VALUE, 18)
    label.rule(_LEFT, 87.0, _ROOM)

    count = str(data.carton)
    if data.of is not None:
        count = words(N_("{carton} of {of}"), language, carton=data.carton, of=data.of)
    _field(label, _LEFT, 91.5, words(N_("Carton"), language), count, _LARGE, 32)
    _field(label, 41.0, 91.5, words(N_("Lane"), language), data.lane, _LARGE, 32)
    _field(label, 76.0, 91.5, words(N_("Dock"), language), data.dock, _LARGE, 18)
    label.rule(_LEFT, 104.5, _ROOM)

    module = dots / float(dots_per_mm)
    wide = len(symbol.modules) * module
    left = max(QUIET_MODULES * module, (MEDIA[0] - wide) / 2)
    label.bars(left, 107.5, symbol, dots, 32.0)
    label.text(left, 145.0, symbol.caption, _DIGITS, wide)
    return label.finish(data.sender[0] if data.sender else "")


def _ship_to(label: Label, lines: tuple[str, ...]) -> None:
    lines = tuple(line for line in lines if line.strip())
    if not lines:
        return
    y = label.lines(_LEFT, 35.0, lines[0], _NAME, _ROOM, 2)
    rest = lines[1:7]
    step = min(6.0, (71.0 - y) / max(1, len(rest) - 1))
    ink = Ink(Face.REGULAR, min(_STREET.size, step / 0.41))
    for line in rest:
        label.text(_LEFT, y, line, ink, _ROOM, 7)
        y += step


def _field(label: Label, x: float, y: float, name: str, value: str, ink: Ink, room: float) -> None:
    if not value:
        return
    label.text(x, y, name, LABEL, room)
    label.text(x, y + (6.2 if ink is _VALUE else 10.2), value, ink, room, 7)
