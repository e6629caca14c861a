"""What a scanned text turned out to be: its kind, its values, and what to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.core.messages import in_words, render


class ScanKind(StrEnum):
    """What a scan is. `item serial lot alias` only come from a look-up in the database."""

    COMMAND = "command"
    QUANTITY = "quantity"
    ORDER = "order"
    PICKLIST = "picklist"
    TRIP = "trip"
    BIN = "bin"
    CARTON = "carton"
    BADGE = "badge"
    SSCC = "sscc"
    GTIN = "gtin"
    GS1 = "gs1"
    ITEM = "item"
    SERIAL = "serial"
    LOT = "lot"
    ALIAS = "alias"
    UNKNOWN = "unknown"


class StationCommand(StrEnum):
    """What a command barcode asks the station to do; each has a key that does the same."""

    QUANTITY = "quantity"
    UNDO = "undo"
    NEW_CARTON = "new-carton"
    CLOSE_CARTON = "close-carton"
    FINISH = "finish"
    SHORT = "short"
    PRINT_AGAIN = "print-again"
    CARTON_TYPE = "type"
    ACKNOWLEDGE = "ok"
    LOG_OUT = "log-out"


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence for a person with its fields, rendered in the reader's language."""

    sentence: str
    fields: tuple[tuple[str, str], ...] = ()

    def message(self, language: str | None = None) -> str:
        """The finished sentence."""
        return render(self.sentence, dict(self.fields), language)

    def __str__(self) -> str:
        return self.message()


LONGEST_SHOWN = 40

TRADE_ITEM_SYMBOLOGIES = frozenset({"]E0", "]E3", "]E4", "]I1"})
"""EAN-13, UPC-A and UPC-E, those with an add-on, EAN-8, ITF-14 (ISO/IEC 15424)."""


def remark(sentence: str, /, **fields: object) -> Remark:
    """A remark; long values are cut so that the sentence stays readable."""
    return Remark(sentence, tuple((name, shown(value)) for name, value in fields.items()))


def shown(value: object) -> str:
    """A value inside a sentence: printable, and at most 40 characters."""
    text = in_words(value)
    return readable(text[:LONGEST_SHOWN]) + ("…" if len(text) > LONGEST_SHOWN else "")


def readable(text: str) -> str:
    """A text with what cannot be printed written as its code: `<1D>`."""
    return "".join(each if each.isprintable() else f"<{ord(each):02X}>" for each in text)


@dataclass(frozen=True, slots=True)
class Element:
    """One GS1 element: application identifier and the value behind it."""

    ai: str
    value: str

    def as_json(self) -> dict[str, str]:
        """As `orderwright scan` prints it."""
        return {"ai": self.ai, "value": self.value}


@dataclass(frozen=True, slots=True)
class Scan:
    """One scanned text, typed.

    `valid` speaks of the form alone; `reason` says why it is not. `value` is what the code
    names: the text behind an own code's letter, the 18 digits of an SSCC, a GTIN as scanned,
    otherwise the text without symbology identifier. `gtin` has 14 digits and, for a variable
    measure code, stands for the article with the measure taken out. `weight` is the net
    weight in kilograms, `amount` the embedded price of the whole piece, in `currency`
    (ISO 4217 number as GS1 prints it, or null for the company's own).
    """

    text: str
    kind: ScanKind
    valid: bool
    value: str
    elements: tuple[Element, ...] = ()
    reason: Remark | None = None
    warnings: tuple[Remark, ...] = ()
    command: StationCommand | None = None
    quantity: Decimal | None = None
    gtin: str | None = None
    sscc: str | None = None
    sscc_is_ours: bool = False
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    produced: date | None = None
    weight: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    part_number: str | None = None
    symbology: str | None = None
    is_picklist_line: bool = False
    carton_type: str | None = None
    """The code of the carton type that a command chooses, in capitals."""

    def as_json(self, language: str | None = None) -> dict[str, object]:
        """`kind`, `valid`, `elements` and, when not valid, `reason`: plain values for JSON."""
        answer: dict[str, object] = {
            "text": self.text,
            "kind": self.kind.value,
            "valid": self.valid,
            "elements": [each.as_json() for each in self.elements],
        }
        if self.reason is not None:
            answer["reason"] = self.reason.message(language)
        if self.warnings:
            answer["warnings"] = [each.message(language) for each in self.warnings]
        return answer


@dataclass(frozen=True, slots=True)
class Candidate:
    """One look-up to try. `gtin` narrows a serial or lot to the article it belongs to."""

    kind: ScanKind
    value: str
    gtin: str | None = None
    is_picklist_line: bool = False


_OWN_THINGS = frozenset(
    {
        ScanKind.ORDER,
        ScanKind.PICKLIST,
        ScanKind.TRIP,
        ScanKind.BIN,
        ScanKind.CARTON,
        ScanKind.BADGE,
    }
)


def resolution_candidates(scan: Scan) -> tuple[Candidate, ...]:
    """What to look up, in this order: own code, carton (SSCC), serial, lot, GTIN, item, alias.

    Empty for commands, quantities and whatever is not valid. A number that a scanner marked
    as a trade item (its symbology identifier) is not tried as a serial or lot.
    """
    if not scan.valid or scan.kind in (ScanKind.COMMAND, ScanKind.QUANTITY):
        return ()
    if scan.kind in _OWN_THINGS:
        return (Candidate(scan.kind, scan.value, is_picklist_line=scan.is_picklist_line),)
    names = _names_to_try(scan)
    tries: list[tuple[ScanKind, str | None]] = [
        (ScanKind.SSCC, scan.sscc),
        (ScanKind.SERIAL, names.get(ScanKind.SERIAL)),
        (ScanKind.LOT, names.get(ScanKind.LOT)),
        (ScanKind.GTIN, scan.gtin),
        (ScanKind.ITEM, names.get(ScanKind.ITEM)),
        (ScanKind.ALIAS, names.get(ScanKind.ALIAS)),
    ]
    return tuple(
        Candidate(kind, value, scan.gtin if kind in (ScanKind.SERIAL, ScanKind.LOT) else None)
        for kind, value in tries
        if value
    )


def _names_to_try(scan: Scan) -> Mapping[ScanKind, str | None]:
    if scan.kind is ScanKind.GS1 or (scan.kind is ScanKind.SSCC and scan.elements):
        return {
            ScanKind.SERIAL: scan.serial,
            ScanKind.LOT: scan.lot,
            ScanKind.ALIAS: scan.part_number,
        }
    names: dict[ScanKind, str | None] = {
        ScanKind.ITEM: scan.value,
        ScanKind.ALIAS: scan.value,
    }
    if scan.symbology not in TRADE_ITEM_SYMBOLOGIES:
        names |= {ScanKind.SERIAL: scan.value, ScanKind.LOT: scan.value}
    return names
