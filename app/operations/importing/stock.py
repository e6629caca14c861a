"""Importing stock: what lies where, as opening stock."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from app.core.actor import Group
from app.core.changes import Changes
from app.core.errors import BusinessError, NotFound
from app.core.messages import N_
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.missing import create_bins, create_warehouses, usable_codes
from app.operations.stock import (
    Receipt,
    StockChanged,
    check_lot,
    item_facts,
    take_in,
)
from app.rules.stock import MoveReason, Tracking

COLUMNS = (
    Column("item", Cell.TEXT, "number of the item", required=True),
    Column("quantity", Cell.QUANTITY, "how much lies there; 0 is read past", required=True),
    Column("unit", Cell.TEXT, "unit of the quantity; empty: the base unit"),
    Column("location", Cell.TEXT, "code of the bin; --create-missing makes it", required=True),
    Column("warehouse", Cell.TEXT, "code of the bin's warehouse, for a new bin"),
    Column("lot", Cell.TEXT, "number of the lot, or the serial"),
    Column("expires_on", Cell.DATE, "last day the lot is good"),
    Column("reorder_level", Cell.QUANTITY, "buy the item again below this"),
)


class SerialIsOnePiece(BusinessError):
    """One piece that would be several, or lie in two places."""

    sentence = N_("The serial {serial} of {item} is one piece: quantity 1, in one row.")


class NoPlaceForGoods(BusinessError):
    """A place that opening stock cannot lie in."""

    sentence = N_("Opening stock cannot lie in {location}, which is a {kind}. Name a bin.")


def import_stock(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Write down what lies where, as moves from adjustment to bin.

    Rows of 0 are read past, but for their reorder level.
    """
    items = intake.ids_of("item", "number", (row["item"] for row in rows))
    places = _places(intake, rows)
    facts = item_facts(intake.session, list(items.values()))
    receipts: dict[int, Receipt] = {}
    serials: set[tuple[int, str]] = set()
    for row in rows:
        item = items.get(row["item"])
        place = places.get(row["location"])
        if item is None:
            intake.reject(row, "item", NotFound(what="item", value=row["item"]))
        if place is None:
            intake.reject(row, "location", NotFound(what="location", value=row["location"]))
        if item is None or place is None or row["quantity"] == 0:
            continue
        fact = facts[item]
        try:
            quantity = fact.base_quantity(row["quantity"], row["unit"])
            check_lot(fact, row["lot"])
        except BusinessError as reason:
            intake.reject(row, "lot" if "Lot" in reason.name else "quantity", reason)
            continue
        if fact.tracking is Tracking.SERIAL:
            if quantity != 1 or (item, row["lot"]) in serials:
                twice = SerialIsOnePiece(serial=row["lot"], item=fact.number)
                intake.reject(row, "lot", twice)
            serials.add((item, row["lot"]))
        receipts[row.line] = Receipt(
            item, row["quantity"], place, row["unit"], row["lot"], row["expires_on"]
        )
    good = intake.accepted(rows)
    _set_reorder_levels(intake, good, items)
    taken = [receipts[row.line] for row in good if row.line in receipts]
    if not taken:
        return Changes()
    done: StockChanged = take_in(
        intake.session, taken, "ADJUSTMENT", MoveReason.OPENING, "opening stock"
    )
    return done.changes


def _places(intake: Intake, rows: Sequence[Row]) -> dict[str, int]:
    """The ids of the bins by code; those missing are made when they may be."""
    known = _usable(intake, rows)
    if not intake.create_missing:
        return known
    missing = [row for row in rows if row["location"] not in known]
    usable = set(usable_codes(intake, missing, "location"))
    create_warehouses(intake, missing)
    warehouses = intake.ids_of("warehouse", "code", (row["warehouse"] for row in missing))
    fallback = intake.session.execute(text("SELECT min(id) FROM warehouse")).scalar_one()
    if fallback is None:
        return known
    create_bins(
        intake,
        (
            (row["location"], warehouses.get(row["warehouse"], fallback))
            for row in missing
            if row["location"] in usable
        ),
    )
    return known | intake.ids_of("location", "code", (row["location"] for row in missing))


def _usable(intake: Intake, rows: Sequence[Row]) -> dict[str, int]:
    """The ids of places that are there; rows that name one goods cannot lie in are rejected."""
    found = {
        row.code: row
        for row in intake.session.execute(
            text("SELECT code, id, kind FROM location WHERE code = ANY (:codes)"),
            {"codes": sorted({row["location"] for row in rows})},
        )
    }
    allowed = set(
        intake.session.execute(
            text("SELECT to_kind FROM move_rule WHERE reason = 'opening'")
        ).scalars()
    )
    for row in rows:
        place = found.get(row["location"])
        if place is not None and place.kind not in allowed:
            reason = NoPlaceForGoods(location=place.code, kind=place.kind)
            intake.reject(row, "location", reason)
    return {code: place.id for code, place in found.items()}


def _set_reorder_levels(intake: Intake, rows: Sequence[Row], items: dict[str, int]) -> None:
    levels = {
        items[row["item"]]: row["reorder_level"] for row in rows if row["reorder_level"] is not None
    }
    if levels:
        intake.session.execute(
            text("""
                UPDATE item i SET reorder_level = r.level
                  FROM unnest(CAST(:items AS bigint[]), CAST(:levels AS numeric[]))
                       AS r(item, level)
                 WHERE i.id = r.item"""),
            {"items": list(levels), "levels": list(levels.values())},
        )


STOCK = ImportKind(
    "stock",
    "what lies where, as opening stock",
    (Group.STOCK,),
    COLUMNS,
    import_stock,
)
