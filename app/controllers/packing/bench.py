"""What is on the bench: the order, the carton that takes goods, what the next scan comes on top of.

It knows no screen, no scanner and no database; the parts of the station work on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.core.clock import today
from app.queries.packing import PackStation
from app.rules.packing import PackCarton, PackOrder, PackType
from app.rules.scanning import Scan, parse


class Typing(StrEnum):
    """What is typed, or scanned, in answer to a key."""

    QUANTITY = "quantity"
    CARTON_TYPE = "carton-type"


@dataclass(slots=True, eq=False)
class NextScan:
    """What was asked for the next scan: quantity, place, serial, or a label once more."""

    quantity: Decimal | None = None
    source: tuple[int, str] | None = None
    """The place that goods are taken from: its id and code."""
    serial_for: int | None = None
    """The item whose serial is to be scanned."""
    reopening: int | None = None
    """The closed carton that the same label, scanned once more, opens again."""
    typing: Typing | None = None
    """What the entry line is for, when it is not for codes."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The last scan closed this carton, and packed the order if there is a shipment."""

    carton_id: int
    shipment_id: int | None


@dataclass(slots=True, eq=False)
class Bench:
    """One bench and what lies on it. Scans are judged on `order`, the loaded picture."""

    station: PackStation | None = None
    order: PackOrder | None = None
    carton_id: int | None = None
    item_id: int | None = None
    chosen_type: PackType | None = None
    """The type of the cartons still to be opened for this order; None for the usual one."""
    is_done: bool = False
    shorts: set[int] = field(default_factory=set)
    """The lines that were said to be short."""
    next: NextScan = field(default_factory=NextScan)
    question: tuple[str, int] | None = None
    """What is done at the second time of asking: its name, and the id it is about."""
    closing: Closing | None = None

    @property
    def carton(self) -> PackCarton | None:
        """The carton that goods go into now."""
        return self.order.carton(self.carton_id) if self.order else None

    @property
    def is_begun(self) -> bool:
        """Something of the open order is in a carton that has not left."""
        return self.order is not None and any(each.contents for each in self.order.cartons)

    @property
    def is_open(self) -> bool:
        """An order is open and not finished here."""
        return self.order is not None and not self.is_done

    @property
    def new_type(self) -> PackType | None:
        """The type that the next carton will be of."""
        usual = self.order.types[0] if self.order and self.order.types else None
        return self.chosen_type or usual

    @property
    def today(self) -> date:
        """The company's date."""
        return today(self.station.time_zone if self.station else "UTC")

    def read(self, text: str) -> Scan:
        """The scan as this company reads it."""
        if self.station is None:
            return parse(text, today=self.today)
        return parse(
            text,
            prefix=self.station.prefix,
            company_prefix=self.station.company_prefix,
            today=self.today,
        )

    def begin(self) -> None:
        """Nothing was scanned yet for the order that is open now."""
        self.is_done = False
        self.item_id = None
        self.chosen_type = None
        self.shorts = set()
        self.next = NextScan()
        self.forget_questions()

    def put_away(self) -> None:
        """No order is open any more; what was begun stays begun."""
        self.order = self.carton_id = None
        self.begin()

    def forget_questions(self) -> None:
        """Something else was done: what was asked, or could be taken back, is no longer open."""
        self.question = self.closing = None
