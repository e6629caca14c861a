"""Places: warehouses, the locations in them where goods can be, and trucks, which are in none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind, LocationRef, WarehouseRef
from app.core.messages import N_
from app.models.stock import Location, Warehouse
from app.operations.records import Problems, Seen, Subject, given_by, own_changes, those_given
from app.rules.records import (
    NOTE_LENGTH,
    check_code,
    check_measure,
    check_name,
    check_number,
    check_text,
)
from app.rules.stock import FAR_ENDS, SHELVES, LocationKind


class UnknownTimeZone(BusinessError):
    """A time zone without a clock."""

    sentence = N_("{time_zone} is not a time zone. Use a name such as Europe/Berlin.")


class OutsideTheWarehouses(BusinessError):
    """Trucks and goods in transit are in no warehouse; all other places are in one."""

    sentence = N_("A {kind} {rule}. {instead}")


class IsAFarEnd(BusinessError):
    """Suppliers, customers, adjustment, scrap: there is one of each, and nobody makes more."""

    sentence = N_("There is one place of kind {kind}, made with the company. Choose another kind.")


class NotPickable(BusinessError):
    """Goods are picked from shelves."""

    sentence = N_("Nobody picks from a {kind}: only storage and counter places can be pickable.")


class PlaceInItself(BusinessError):
    """A place below itself."""

    sentence = N_("{place} cannot be inside {parent}, which is inside {place} itself.")


class ParentElsewhere(BusinessError):
    """A place inside one of another warehouse."""

    sentence = N_("{parent} is in another warehouse than {place}. Choose a place of the same one.")


class PlaceNotEmpty(BusinessError):
    """A place that still has goods."""

    sentence = N_("{quantity} pieces of goods still lie in {place}. Move them first.")


@dataclass(frozen=True, slots=True)
class WarehouseSaved:
    """The warehouse as it is now."""

    warehouse_id: int
    code: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class LocationSaved:
    """The place as it is now."""

    location_id: int
    code: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class LocationChange:
    """What is to be different; None stays as it is. Capacities in kilograms, litres, pallets."""

    name: str | None = None
    is_pickable: bool | None = None
    walk_sequence: int | None = None
    parent: LocationRef | None = None
    capacity_kg: Decimal | None = None
    capacity_l: Decimal | None = None
    capacity_pallets: int | None = None
    is_active: bool | None = None


def create_warehouse(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    address: str = "",
    time_zone: str | None = None,
) -> WarehouseSaved:
    """Make a warehouse; its places come next. No time zone: the company's.

    Raises: NotPermitted, NumberTaken, TextMissing, UnknownTimeZone; all at once.
    """
    actor.require("create_warehouse", Group.STOCK)
    problems = Problems()
    values = {
        "code": problems.check(0, "code", check_code, code),
        "name": problems.check(0, "name", check_name, name),
        "address": problems.check(0, "address", _address, address),
        "time_zone": problems.check(0, "time_zone", check_time_zone, time_zone)
        if time_zone
        else None,
    }
    problems.numbers(session, "warehouse", "warehouse", [values["code"]], "code")
    problems.raise_all()
    id = session.execute(insert(Warehouse).returning(Warehouse.id), [values]).scalar_one()
    return WarehouseSaved(id, values["code"], changed(Kind.WAREHOUSE, id))


def change_warehouse(
    session: Session,
    actor: Actor,
    *,
    warehouse: WarehouseRef,
    seen: Seen | None = None,
    name: str | None = None,
    address: str | None = None,
    time_zone: str | None = None,
) -> WarehouseSaved:
    """Rename a warehouse, or correct its address or time zone.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_warehouse`.
    """
    actor.require("change_warehouse", Group.STOCK)
    now = session.execute(
        text("SELECT * FROM warehouse WHERE id = :id FOR NO KEY UPDATE"), {"id": warehouse}
    ).one_or_none()
    if now is None:
        raise NotFound(what="warehouse", value=warehouse)
    wanted = those_given(name=name, address=address, time_zone=time_zone)
    subject = Subject(now.name, Kind.WAREHOUSE, warehouse)
    own = own_changes(session, seen, wanted, now._asdict(), subject)
    checks = {"name": check_name, "address": _address, "time_zone": check_time_zone}
    problems = Problems()
    values = {name: problems.check(0, name, checks[name], value) for name, value in own.items()}
    problems.raise_all()
    if values:
        session.execute(
            update(Warehouse)
            .where(Warehouse.id == warehouse)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return WarehouseSaved(warehouse, now.code, changed(Kind.WAREHOUSE, warehouse))


def create_location(
    session: Session,
    actor: Actor,
    *,
    code: str,
    kind: LocationKind,
    warehouse: WarehouseRef | None = None,
    name: str = "",
    parent: LocationRef | None = None,
    is_pickable: bool | None = None,
    walk_sequence: int | None = None,
    capacity_kg: Decimal | None = None,
    capacity_l: Decimal | None = None,
    capacity_pallets: int | None = None,
) -> LocationSaved:
    """Make a place goods can be at: a bin, lane, bench, cart, counter, or (no warehouse) a truck.

    Storage and counter are pickable unless said otherwise; a new bin is walked after the others.
    Raises: NotPermitted, NumberTaken, OutsideTheWarehouses, IsAFarEnd, NotPickable,
    ParentElsewhere, NotFound and what `rules.records` raises; all at once.
    """
    actor.require("create_location", Group.STOCK)
    problems = Problems()
    shelves = kind in SHELVES
    values = _checked(
        problems,
        {
            "name": name,
            "walk_sequence": walk_sequence,
            "capacity_kg": capacity_kg,
            "capacity_l": capacity_l,
            "capacity_pallets": capacity_pallets,
            "is_pickable": shelves if is_pickable is None else is_pickable,
        },
        kind,
    )
    values["code"] = problems.check(0, "code", check_code, code)
    problems.numbers(session, "location", "location", [values["code"]], "code")
    _check_house(session, problems, kind, warehouse)
    if parent is not None:
        _check_parent(session, problems, values["code"], None, warehouse, parent)
    problems.raise_all()
    if walk_sequence is None:
        values["walk_sequence"] = _next_step(session, warehouse) if shelves else 0
    values |= {"kind": kind, "warehouse_id": warehouse, "parent_id": parent}
    id = session.execute(insert(Location).returning(Location.id), [values]).scalar_one()
    return LocationSaved(id, values["code"], changed(Kind.LOCATION, id))


def change_location(
    session: Session,
    actor: Actor,
    *,
    location: LocationRef,
    change: LocationChange,
    seen: Seen | None = None,
) -> LocationSaved:
    """Change a place; its code, kind and warehouse stay, for labels and history name them.

    It is put out of use (`is_active`) only when nothing lies there.
    Raises: NotFound, ChangedBySomeoneElse, PlaceInItself, ParentElsewhere, PlaceNotEmpty, and as
    `create_location`.
    """
    actor.require("change_location", Group.STOCK)
    now = session.execute(
        text("""SELECT p.*, (SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b
                              WHERE b.location_id = p.id) AS on_hand
                  FROM location p WHERE p.id = :id FOR NO KEY UPDATE OF p"""),
        {"id": location},
    ).one_or_none()
    if now is None:
        raise NotFound(what="location", value=location)
    kind = LocationKind(now.kind)
    problems = Problems()
    if kind in FAR_ENDS:
        problems.add(0, "kind", IsAFarEnd(kind=kind.value))
    subject = Subject(now.code, Kind.LOCATION, location)
    own = own_changes(session, seen, given_by(change), now._asdict(), subject)
    parent = own.pop("parent", None)
    values = _checked(problems, own, kind)
    if parent is not None:
        _check_parent(session, problems, now.code, location, now.warehouse_id, parent)
        values["parent_id"] = parent
    if own.get("is_active") is False and now.on_hand > 0:
        problems.add(0, "is_active", PlaceNotEmpty(place=now.code, quantity=now.on_hand))
    problems.raise_all()
    if values:
        session.execute(
            update(Location)
            .where(Location.id == location)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return LocationSaved(location, now.code, changed(Kind.LOCATION, location))


def _checked(problems: Problems, given: dict[str, Any], kind: LocationKind) -> dict[str, Any]:
    values = dict(given)
    if "name" in given:
        values["name"] = problems.check(0, "name", _place_name, given["name"])
    for field, what in (("capacity_kg", "capacity"), ("capacity_l", "capacity")):
        if given.get(field) is not None:
            problems.check(0, field, check_measure, what, given[field])
    for field in ("walk_sequence", "capacity_pallets"):
        if given.get(field) is not None:
            problems.check(0, field, _count, given[field])
    if given.get("is_pickable") and kind not in SHELVES:
        problems.add(0, "is_pickable", NotPickable(kind=kind.value))
    return values


def _check_house(
    session: Session, problems: Problems, kind: LocationKind, warehouse: int | None
) -> None:
    outside = kind in (LocationKind.TRUCK, LocationKind.TRANSIT)
    if kind in FAR_ENDS:
        problems.add(0, "kind", IsAFarEnd(kind=kind.value))
    elif outside and warehouse is not None:
        reason = OutsideTheWarehouses(
            kind=kind.value, rule="belongs to no warehouse", instead="Leave the warehouse out."
        )
        problems.add(0, "warehouse", reason)
    elif not outside and warehouse is None:
        reason = OutsideTheWarehouses(
            kind=kind.value, rule="is in a warehouse", instead="Say in which."
        )
        problems.add(0, "warehouse", reason)
    if warehouse is not None:
        found = session.execute(
            text("SELECT 1 FROM warehouse WHERE id = :id"), {"id": warehouse}
        ).first()
        if found is None:
            problems.add(0, "warehouse", NotFound(what="warehouse", value=warehouse))


def _check_parent(
    session: Session,
    problems: Problems,
    code: str,
    location: int | None,
    warehouse: int | None,
    parent: int,
) -> None:
    above = session.execute(
        text("""
            WITH RECURSIVE above AS (
              SELECT id, parent_id, warehouse_id, code FROM location WHERE id = :parent
              UNION SELECT p.id, p.parent_id, p.warehouse_id, p.code FROM location p
                      JOIN above a ON p.id = a.parent_id)
            SELECT * FROM above"""),
        {"parent": parent},
    ).all()
    if not above:
        problems.add(0, "parent", NotFound(what="location", value=parent))
    elif location in {row.id for row in above}:
        problems.add(0, "parent", PlaceInItself(place=code, parent=above[0].code))
    elif above[0].warehouse_id != warehouse:
        problems.add(0, "parent", ParentElsewhere(place=code, parent=above[0].code))


def _next_step(session: Session, warehouse: int | None) -> int:
    found = session.execute(
        text("SELECT coalesce(max(walk_sequence), 0) + 10 FROM location WHERE warehouse_id = :id"),
        {"id": warehouse},
    )
    return int(found.scalar_one())


def check_time_zone(name: str) -> str:
    """An IANA time zone. Raises: UnknownTimeZone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(time_zone=name[:40]) from error
    return name


def _place_name(value: str) -> str:
    return check_text("name", value)


def _address(value: str) -> str:
    return check_text("address", value, NOTE_LENGTH, lines=True)


def _count(value: int) -> int:
    check_number("count", Decimal(value), most=Decimal(10**9), decimals=0)
    return value
