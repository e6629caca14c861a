"""Importing trade agreements and price books.

An agreement is one row: what it gives stands in `price`, `percent` or `amount_off`. Offers whose
items stand in a file of their own (`--items`) carry an `offer` number in both: the offer becomes
one record for each of its items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.core.actor import Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.missing import create_books, create_groups
from app.operations.pricing.books import BookEntry, check_entries, write_entries
from app.operations.pricing.ladders import check_ladders
from app.operations.pricing.records import (
    NewAgreement,
    check_agreements,
    may_agree,
    write_agreements,
)
from app.operations.pricing.refusals import OverlapsInList
from app.operations.records import Problems
from app.rules.pricing.agreements import AgreementLevel, AgreementState, EffectKind, Side

ZERO = Decimal(0)


class OneEffectNeeded(BusinessError):
    """None or several of price, percent and amount off."""

    sentence = N_("Give one of price, percent and amount_off, not {count} of them.")


class OfferWithoutItems(BusinessError):
    """An offer that the second file does not name."""

    sentence = N_("The file of items names none of offer {offer}; it is left out.")


class ItemsWithoutOffer(BusinessError):
    """Items of an offer of which nothing in the first file is taken."""

    sentence = N_(
        "The first file has no row to take for offer {offer}; "
        "the {count} rows of its items are left out."
    )


class OverlapsInFile(BusinessError):
    """Two rows that would overlap."""

    sentence = N_(
        "Row {row} is for the same thing at the same time: {what} from {step}. Keep one of them, "
        "or give one a higher priority."
    )


class MoreCostsMore(BusinessError):
    """A ladder that goes the wrong way."""

    sentence = N_("{what}: from {step} on it is {value}, worse than {lower_value} below it.")


COLUMNS = (
    Column("offer", Cell.TEXT, "number by which the file of items names this row", default=""),
    Column("side", Cell.TEXT, "what we sell or buy for", default="sell", choices=("sell", "buy")),
    Column(
        "level", Cell.TEXT, "a line or a whole order", default="line", choices=("line", "order")
    ),
    Column("customer", Cell.TEXT, "number of the customer; no party at all: everybody"),
    Column("supplier", Cell.TEXT, "number of the supplier, on the buy side"),
    Column("account_group", Cell.TEXT, "code of a group; --create-missing makes it"),
    Column("item", Cell.TEXT, "item number; neither item nor group: everything"),
    Column("item_group", Cell.TEXT, "code of a group of items; --create-missing makes it"),
    Column("price", Cell.PRICE, "unit price, per unit"),
    Column("percent", Cell.PERCENT, "percentage off"),
    Column("amount_off", Cell.PRICE, "amount off, per unit"),
    Column("currency", Cell.CURRENCY, "the company's when empty"),
    Column("unit", Cell.TEXT, "empty: the base unit; of a percentage: every unit", default=""),
    Column("from_quantity", Cell.QUANTITY, "from this quantity on, in the unit", default=ZERO),
    Column("from_amount", Cell.QUANTITY, "of a whole order: from this amount on", default=ZERO),
    Column("valid_from", Cell.DATE, "first day; empty: always so far"),
    Column("valid_to", Cell.DATE, "last day; empty: without end"),
    Column("priority", Cell.RANK, "higher goes first inside its cell", default=0),
    Column("stop", Cell.YES_NO, "no more general agreement counts", default=False),
    Column("across_lines", Cell.YES_NO, "all lines covered count for the step", default=False),
    Column("any_unit", Cell.YES_NO, "converted for lines in other units", default=False),
    Column("name", Cell.TEXT, "what it is called", default=""),
    Column("reference", Cell.TEXT, "contract, letter, campaign", default=""),
    Column(
        "state",
        Cell.TEXT,
        "active at once, or a draft",
        default="active",
        choices=tuple(each.value for each in AgreementState),
    ),
)
ITEM_COLUMNS = (
    Column("offer", Cell.TEXT, "number of the offer in the first file", required=True),
    Column("item", Cell.TEXT, "item number", required=True),
)
_EFFECTS = {
    "price": EffectKind.PRICE,
    "percent": EffectKind.PERCENT,
    "amount_off": EffectKind.AMOUNT_OFF,
}
_EFFECT_OF = {kind: name for name, kind in _EFFECTS.items()}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One record to be: the row of its terms, the row that names its item, the record."""

    offer: Row
    source: Row
    record: NewAgreement


def import_agreements(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the records, all at once; overlaps are refused, ladders that rise are warned about."""
    may_agree(intake.actor, "import_agreements", [Side(row["side"]) for row in rows])
    for row in rows:
        _check_effect(intake, row)
    if intake.create_missing:
        create_groups(intake, "account_group", rows, "account_group")
        create_groups(intake, "item_group", rows, "item_group")
    wanted = _wanted(intake, rows)
    problems, ready, names = check_agreements(intake.session, [each.record for each in wanted])
    _reject(intake, wanted, problems, range(len(wanted)))
    ready = [
        replace(record, state=AgreementState(each.offer["state"]))
        for each, record in zip(wanted, ready, strict=True)
    ]
    # An unknown customer is nobody; its record must not be held against those for everybody.
    bad = {(each.line, each.is_of_lines) for each in intake.rejects}
    active = [
        index
        for index, (each, record) in enumerate(zip(wanted, ready, strict=True))
        if bad.isdisjoint((row.line, row.is_of_lines) for row in (each.offer, each.source))
        and record.state is AgreementState.ACTIVE
    ]
    overlaps = Problems()
    rising = check_ladders(intake.session, overlaps, [ready[index] for index in active], names)
    _reject(intake, wanted, overlaps, active)
    for step, place in rising.items():
        told = MoreCostsMore(
            what=step.what, step=step.step, value=step.value, lower_value=step.lower_value
        )
        intake.warn(wanted[active[place]].source, "from_quantity", told)
    kept = {row.line for row in intake.accepted(rows)}
    named = {row.line for row in intake.accepted(intake.lines)} if intake.lines else set()
    written = write_agreements(
        intake.session,
        [
            record
            for each, record in zip(wanted, ready, strict=True)
            if each.offer.line in kept
            and (not each.source.is_of_lines or each.source.line in named)
        ],
    )
    return changed(Kind.AGREEMENT, written)


def _check_effect(intake: Intake, row: Row) -> None:
    """One effect; a discount of 0 is one, which more general discounts do not pass."""
    given = [name for name in _EFFECTS if row[name] is not None]
    if len(given) != 1:
        intake.reject(row, "price", OneEffectNeeded(count=len(given)))


def _wanted(intake: Intake, rows: Sequence[Row]) -> list[_Wanted]:
    """The records to be: one for each row, or one for each item of an offer."""
    items_of: dict[str, list[Row]] = {}
    for line in intake.lines:
        items_of.setdefault(line["offer"], []).append(line)
    offers = {row["offer"] for row in rows}
    for offer, lines in items_of.items():
        if offer not in offers:
            intake.warn(lines[0], "offer", ItemsWithoutOffer(offer=offer, count=len(lines)))
    customers = intake.ids_of("customer", "number", (row["customer"] for row in rows))
    suppliers = intake.ids_of("supplier", "number", (row["supplier"] for row in rows))
    numbers = [row["item"] for row in (*rows, *intake.lines)]
    items = intake.ids_of("item", "number", numbers)
    found: list[_Wanted] = []
    for row in rows:
        sources = items_of.get(row["offer"], []) if intake.lines and row["offer"] else [row]
        if not sources:
            intake.warn(row, "offer", OfferWithoutItems(offer=row["offer"]))
        named = {
            "customer": _known(intake, row, "customer", customers),
            "supplier": _known(intake, row, "supplier", suppliers),
        }
        for source in sources:
            item = _known(intake, source, "item", items)
            record = _record(row, item, **named)
            if record is not None:
                found.append(_Wanted(row, source, record))
    return found


def _known(intake: Intake, row: Row, column: str, ids: dict[str, int]) -> int | None:
    number = row[column]
    if number and number not in ids:
        intake.reject(row, column, NotFound(what=column, value=number))
    return ids.get(number) if number else None


def _record(
    row: Row, item: int | None, customer: int | None, supplier: int | None
) -> NewAgreement | None:
    """The record of a row; None for one that says no effect, or several."""
    effects = [name for name in _EFFECTS if row[name] is not None]
    if len(effects) != 1:
        return None
    return NewAgreement(
        _EFFECTS[effects[0]],
        row[effects[0]],
        Side(row["side"]),
        AgreementLevel(row["level"]),
        customer,
        supplier,
        row["account_group"] or None,
        item,
        row["item_group"] or None,
        row["currency"],
        row["unit"],
        row["from_quantity"],
        row["from_amount"],
        row["valid_from"],
        row["valid_to"],
        row["priority"],
        row["stop"],
        row["across_lines"],
        row["any_unit"],
        row["name"],
        row["reference"],
    )


_PARTIES = ("customer", "supplier", "account_group")


def _reject(
    intake: Intake, wanted: Sequence[_Wanted], problems: Problems, places: Sequence[int]
) -> None:
    """Each problem at the row it is about."""
    told = {(each.line, each.column, each.is_of_lines) for each in intake.rejects}
    for each in problems.found:
        at = wanted[places[each.index]]
        column = _EFFECT_OF[at.record.kind] if each.field in ("value", "kind") else each.field
        if column in _PARTIES and not at.offer[column]:
            column = next((name for name in _PARTIES if at.offer[name]), column)
        row = at.source if column in ("item", "unit", "valid_from") else at.offer
        reason = each.reason
        if isinstance(reason, OverlapsInList):
            one = reason.data["one"]
            assert isinstance(one, int)
            other = wanted[places[one - 1]].source.line
            reason = OverlapsInFile(row=other, what=reason.data["what"], step=reason.data["step"])
        # One reason a cell: an unknown number also looks like none, terms concern every item.
        if (row.line, column, row.is_of_lines) not in told:
            told.add((row.line, column, row.is_of_lines))
            intake.reject(row, column, reason)


BOOK_COLUMNS = (
    Column("book", Cell.TEXT, "code of the price book; --create-missing makes it", required=True),
    Column("item", Cell.TEXT, "item number", required=True),
    Column("price", Cell.PRICE, "list price per unit", required=True),
    Column("currency", Cell.CURRENCY, "the company's when empty"),
    Column("unit", Cell.TEXT, "empty: the base unit", default=""),
)


def import_price_books(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Write list prices into books, over those that are there; two for one thing are refused."""
    if intake.create_missing:
        create_books(intake, rows)
    books = intake.ids_of("price_book", "code", (row["book"] for row in rows))
    items = intake.ids_of("item", "number", (row["item"] for row in rows))
    for row in rows:
        if row["book"] not in books:
            intake.reject(row, "book", NotFound(what="price book", value=row["book"]))
    entries = [
        BookEntry(
            _known(intake, row, "item", items) or 0, row["price"], row["currency"], row["unit"]
        )
        for row in rows
    ]
    problems, ready = check_entries(
        intake.session, [(row["book"], entry) for row, entry in zip(rows, entries, strict=True)]
    )
    for each in problems.found:
        if entries[each.index].item:  # an unknown item was told about already
            intake.reject(rows[each.index], each.field, each.reason)
    kept = {row.line for row in intake.accepted(rows)}
    by_book: dict[int, list[BookEntry]] = {}
    for row, entry in zip(rows, ready, strict=True):
        if row.line in kept:
            by_book.setdefault(books[row["book"]], []).append(entry)
    for book, those in by_book.items():
        write_entries(intake.session, book, those)
    return changed(Kind.PRICE_BOOK, list(by_book))


AGREEMENTS = ImportKind(
    "agreements",
    "prices and discounts with a party, item, quantity step and time",
    (Group.MANAGER,),
    COLUMNS,
    import_agreements,
    line_columns=ITEM_COLUMNS,
    may_lack_lines=True,
)
PRICE_BOOKS = ImportKind(
    "price-books",
    "list prices by price book, item, currency and unit",
    (Group.MANAGER,),
    BOOK_COLUMNS,
    import_price_books,
)
