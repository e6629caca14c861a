"""What is needed to receive goods: the item a code or name means, and where goods come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import ItemRef, Kind
from app.queries.scans import read_code, resolved, scan_settings
from app.queries.search import search
from app.rules.stock import Tracking


@dataclass(frozen=True, slots=True)
class GoodsToReceive:
    """An item as it comes in: its units, and where goods come in here.

    `unit`, `lot`, `expires_on` and `serial` are what a scanned code said, empty where it did not.
    `place_id` is none where no receiving place is in use.
    """

    item_id: int
    number: str
    name: str
    base_unit: str
    decimals: int
    tracking: Tracking
    units: tuple[str, ...]
    place_id: int | None
    place: str
    unit: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""
    is_exact: bool = False


# The receiving place of this station's warehouse, or the first there is.
_GOODS = text("""
    SELECT i.id, i.number, i.name, i.base_unit, i.quantity_decimals, i.tracking,
           ARRAY(SELECT u.name FROM item_unit u WHERE u.item_id = i.id ORDER BY u.factor, u.name)
             AS units,
           r.id AS place_id, coalesce(r.code, '') AS place
      FROM item i LEFT JOIN LATERAL (
        SELECT p.id, p.code FROM location p
          LEFT JOIN station s ON s.code = :station
         WHERE p.kind = 'receiving' AND p.is_active
         ORDER BY p.warehouse_id IS DISTINCT FROM s.warehouse_id, p.warehouse_id, p.code
         LIMIT 1) r ON true
     WHERE i.id = ANY (:items)""")


def goods_to_receive(session: Session, *, item: ItemRef, station: str | None) -> GoodsToReceive:
    """An item as it is received at a station. Raises: NotFound."""
    found = _goods(session, [item], station)
    if item not in found:
        raise NotFound(what="item", value=item)
    return found[item]


def find_goods(session: Session, *, wanted: str, station: str | None) -> tuple[GoodsToReceive, ...]:
    """Items that are meant by what was typed or scanned, the exact one first.

    Of a scanned code also what else it says: the unit whose GTIN it is, lot, expiry, serial.
    """
    settings = scan_settings(session)
    scan = read_code(settings, wanted)
    answer = resolved(session, settings, wanted)["resolved"] if scan.valid else None
    if answer is not None and answer["type"] in (Kind.ITEM, Kind.LOT):
        item = int(answer["id"])
        lot, serial = scan.lot or "", scan.serial or ""
        if answer["type"] == Kind.LOT:
            row = session.execute(
                text("SELECT item_id, code, is_serial FROM lot WHERE id = :id"), {"id": item}
            ).one()
            item = row.item_id
            lot, serial = ("", row.code) if row.is_serial else (row.code, "")
        goods = _goods(session, [item], station)[item]
        return (
            replace(
                goods,
                unit=_unit_of(session, item, scan.gtin),
                lot=lot,
                expires_on=scan.expiry or scan.best_before,
                serial=serial,
                is_exact=True,
            ),
        )
    found = [each for each in search(session, wanted=wanted) if each.kind is Kind.ITEM]
    goods_of = _goods(session, [each.id for each in found], station)
    return tuple(replace(goods_of[each.id], is_exact=each.is_exact) for each in found)


def _goods(session: Session, items: list[int], station: str | None) -> dict[int, GoodsToReceive]:
    rows = session.execute(_GOODS, {"items": items, "station": station})
    return {row.id: _as_goods(row) for row in rows}


def _as_goods(row: Any) -> GoodsToReceive:
    units = dict.fromkeys((row.base_unit, *row.units))
    return GoodsToReceive(
        row.id,
        row.number,
        row.name,
        row.base_unit,
        row.quantity_decimals,
        Tracking(row.tracking),
        tuple(units),
        row.place_id,
        row.place,
    )


def _unit_of(session: Session, item: int, gtin: str | None) -> str:
    """The unit of an item that has this GTIN; empty when none has."""
    found = session.execute(
        text("SELECT name FROM item_unit WHERE item_id = :item AND gtin = :gtin"),
        {"item": item, "gtin": gtin},
    ).scalar_one_or_none()
    return found or ""
