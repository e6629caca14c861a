"""Price books: made, filled, and given to customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import CustomerRef, ItemRef, Kind
from app.operations.pricing.known import KNOWN, checked_currency, checked_unit
from app.operations.pricing.refusals import BookAlreadyStandard, PricedTwice
from app.operations.records import Problems
from app.rules.pricing.agreements import BookKind
from app.rules.records import check_code, check_name, check_price


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A list price. No currency is the company's, no unit the base unit, no price removes it."""

    item: ItemRef
    price: Decimal | None
    currency: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PriceBookSaved:
    """The book as it is now."""

    book_id: int
    code: str
    changes: Changes


def create_price_book(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: BookKind = BookKind.CUSTOM,
) -> PriceBookSaved:
    """Make a price book. There is one active standard book; it is everybody's.

    Raises: NumberTaken, TextMissing, BookAlreadyStandard.
    """
    actor.require("create_price_book", Group.MANAGER)
    problems = Problems()
    code = problems.check(0, "code", check_code, code)
    name = problems.check(0, "name", check_name, name)
    problems.numbers(session, "price book", "price_book", [code], "code")
    if kind is BookKind.STANDARD:
        _check_standard(session, problems)
    problems.raise_all()
    id = session.execute(
        text("INSERT INTO price_book (code, name, kind) VALUES (:code, :name, :kind) RETURNING id"),
        {"code": code, "name": name, "kind": kind.value},
    ).scalar_one()
    return PriceBookSaved(int(id), code, changed(Kind.PRICE_BOOK, int(id)))


def _check_standard(session: Session, problems: Problems) -> None:
    there = session.execute(
        text("SELECT code FROM price_book WHERE kind = 'standard' AND is_active")
    ).scalar_one_or_none()
    if there is not None:
        problems.add(0, "kind", BookAlreadyStandard(book=there))


def change_price_book(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str | None = None,
    is_active: bool | None = None,
) -> PriceBookSaved:
    """Rename a price book, or take it out of use and back.

    Raises: NotFound, BookAlreadyStandard.
    """
    actor.require("change_price_book", Group.MANAGER)
    book = book_named(session, code)
    if is_active and book.kind == "standard" and not book.is_active:
        problems = Problems()
        _check_standard(session, problems)
        problems.raise_all()
    session.execute(
        text("""UPDATE price_book SET name = coalesce(:name, name),
                  is_active = coalesce(CAST(:is_active AS boolean), is_active) WHERE id = :id"""),
        {
            "id": book.id,
            "name": None if name is None else check_name(name),
            "is_active": is_active,
        },
    )
    return PriceBookSaved(book.id, code, changed(Kind.PRICE_BOOK, book.id))


def set_price_book_entries(
    session: Session, actor: Actor, *, book: str, entries: tuple[BookEntry, ...]
) -> PriceBookSaved:
    """Write list prices into a book, over those that are there; others stay.

    Raises: NotFound, CurrencyNotUsed, UnitNotOfItem, NumberOutOfRange, PricedTwice; all at once.
    """
    actor.require("set_price_book_entries", Group.MANAGER)
    found = book_named(session, book)
    problems, ready = check_entries(session, [(book, each) for each in entries])
    problems.raise_all()
    write_entries(session, found.id, ready)
    return PriceBookSaved(found.id, book, changed(Kind.PRICE_BOOK, found.id))


_KNOWN = text(f"SELECT {KNOWN} FROM company k")


def check_entries(
    session: Session, entries: Sequence[tuple[str, BookEntry]]
) -> tuple[Problems, list[BookEntry]]:
    """What is wrong with each (beside its book's code), and the entries filled in."""
    known = session.execute(_KNOWN, {"items": sorted({each.item for _, each in entries})}).one()
    problems = Problems()
    ready = []
    seen: set[tuple[str, int, str, str]] = set()
    for index, (book, each) in enumerate(entries):
        item = known.items.get(str(each.item))
        unit = checked_unit(problems, index, each.item, (each.unit or "").strip(), known)
        currency = checked_currency(problems, index, each.currency, known)
        if each.price is not None:
            problems.check(index, "price", check_price, "price", each.price)
        if item is not None and (book, each.item, currency, unit) in seen:
            per = unit or item["base_unit"]
            twice = PricedTwice(book=book, item=item["number"], unit=per, currency=currency)
            problems.add(index, "price", twice)
        seen.add((book, each.item, currency, unit))
        ready.append(BookEntry(each.item, each.price, currency, unit))
    return problems, ready


def write_entries(session: Session, book_id: int, entries: Sequence[BookEntry]) -> None:
    """Write checked entries; those without a price are removed."""
    kept = [each for each in entries if each.price is not None]
    gone = [each for each in entries if each.price is None]
    if kept:
        session.execute(
            text("""
                INSERT INTO price_book_entry (price_book_id, item_id, currency, unit, price)
                SELECT :book, * FROM unnest(CAST(:items AS bigint[]), CAST(:currencies AS text[]),
                                            CAST(:units AS text[]), CAST(:prices AS numeric[]))
                ON CONFLICT (price_book_id, item_id, currency, unit)
                  DO UPDATE SET price = excluded.price"""),
            {**_keys(book_id, kept), "prices": [each.price for each in kept]},
        )
    if gone:
        session.execute(
            text("""
                DELETE FROM price_book_entry e
                 USING unnest(CAST(:items AS bigint[]), CAST(:currencies AS text[]),
                              CAST(:units AS text[])) AS d(item_id, currency, unit)
                 WHERE e.price_book_id = :book AND e.item_id = d.item_id
                   AND e.currency = d.currency AND e.unit = d.unit"""),
            _keys(book_id, gone),
        )


def _keys(book_id: int, entries: Sequence[BookEntry]) -> dict[str, Any]:
    return {
        "book": book_id,
        "items": [each.item for each in entries],
        "currencies": [each.currency for each in entries],
        "units": [each.unit for each in entries],
    }


def give_price_book(
    session: Session, actor: Actor, *, customers: tuple[CustomerRef, ...], book: str | None
) -> PriceBookSaved:
    """Let customers start from a book of their own, or (none) from the standard book again."""
    actor.require("give_price_book", Group.MANAGER)
    found = book_named(session, book) if book else None
    session.execute(
        text("UPDATE customer SET price_book_id = :book WHERE id = ANY (:customers)"),
        {"book": found.id if found else None, "customers": list(customers)},
    )
    return PriceBookSaved(found.id if found else 0, book or "", changed(Kind.CUSTOMER, customers))


def book_named(session: Session, code: str) -> Any:
    """The book of that code. Raises: NotFound."""
    found = session.execute(
        text("SELECT id, code, kind, is_active FROM price_book WHERE code = :code"),
        {"code": code},
    ).one_or_none()
    if found is None:
        raise NotFound(what="price book", value=code)
    return found
