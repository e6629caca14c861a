"""Cartons: opened on the bench in a type, closed with their label, opened again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import CartonRef, CartonTypeRef, Kind, LocationRef, OrderRef
from app.models.packing import Carton
from app.operations.floor import place
from app.operations.packing.bench import locked_carton, order_at_bench
from app.operations.packing.refusals import (
    CartonEmpty,
    CartonNotClosed,
    CartonNotOpen,
    CartonTooHeavy,
    WeightDiffers,
)
from app.operations.packing.shipping import close_cartons
from app.rules.gs1 import sscc
from app.rules.packing import CartonState, is_weight_right
from app.rules.stock import LocationKind


@dataclass(frozen=True, slots=True)
class CartonOpened:
    """The new carton."""

    carton_id: int
    sscc: str
    number_in_order: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class CartonChanged:
    """The carton as it is now."""

    carton_id: int
    state: str
    changes: Changes


def open_carton(
    session: Session,
    actor: Actor,
    *,
    order: OrderRef,
    location: LocationRef,
    carton_type: CartonTypeRef | None = None,
) -> CartonOpened:
    """Open a carton with a new SSCC on a bench; without `carton_type` it is of the usual one.

    Raises: OrderNotToBox, StoppedByHold, WrongPlace, NotFound.
    """
    actor.require("open_carton", Group.FLOOR)
    order_at_bench(session, order)
    bench = place(session, location, LocationKind.PACKING)
    row = session.execute(
        text("""
            SELECT k.gs1_company_prefix AS prefix, take_sscc_serial(:station) AS serial,
                   (SELECT id FROM carton_type
                     WHERE is_active AND id = coalesce(CAST(:type AS bigint), id)
                     ORDER BY is_default DESC, id LIMIT 1) AS type_id,
                   (SELECT coalesce(max(number_in_order), 0) + 1 FROM carton
                     WHERE order_id = :order) AS number
              FROM company k"""),
        {"station": actor.station, "type": carton_type, "order": order},
    ).one()
    if row.type_id is None:
        raise NotFound(what="carton type", value=carton_type or "(any)")
    code = sscc(row.prefix, row.serial)
    carton = session.execute(
        insert(Carton).returning(Carton.id),
        [
            {
                "sscc": code,
                "order_id": order,
                "number_in_order": row.number,
                "type_id": row.type_id,
                "location_id": bench.id,
            }
        ],
    ).scalar_one()
    return CartonOpened(
        carton, code, row.number, changed(Kind.CARTON, carton) | changed(Kind.ORDER, order)
    )


def change_carton_type(
    session: Session, actor: Actor, *, carton: CartonRef, carton_type: CartonTypeRef
) -> CartonChanged:
    """Say that an open carton is of another type: its goods went into another box.

    Raises: CartonNotOpen, CartonTooHeavy, NotFound.
    """
    actor.require("change_carton_type", Group.FLOOR)
    now = locked_carton(session, carton)
    if now.state is not CartonState.OPEN:
        raise CartonNotOpen(sscc=now.sscc, state=now.state.value)
    type = session.execute(
        text("""
            SELECT t.name, t.max_kg,
                   t.tare_kg + coalesce((SELECT sum(a.quantity * i.weight_kg) FROM allocation a
                     JOIN item i ON i.id = a.item_id WHERE a.carton_id = :carton), 0) AS weight
              FROM carton_type t WHERE t.id = :type AND t.is_active"""),
        {"carton": carton, "type": carton_type},
    ).one_or_none()
    if type is None:
        raise NotFound(what="carton type", value=carton_type)
    if type.max_kg is not None and type.weight > type.max_kg:
        raise CartonTooHeavy(
            number=now.number, weight=type.weight, type=type.name, allowed=type.max_kg
        )
    session.execute(
        text("UPDATE carton SET type_id = :type WHERE id = :id"),
        {"id": carton, "type": carton_type},
    )
    return CartonChanged(
        carton, "open", changed(Kind.CARTON, carton) | changed(Kind.ORDER, now.order_id)
    )


def close_carton(
    session: Session,
    actor: Actor,
    *,
    carton: CartonRef,
    weight: Decimal | None = None,
    weight_confirmed: bool = False,
) -> CartonChanged:
    """Close a carton and queue its label; this never packs.

    `weight` is what the scale says, in kilograms with the carton itself. It is checked against
    the contents where every item's weight is known; a difference is asked about once.
    Raises: CartonNotOpen, CartonEmpty, CartonTooHeavy, WeightDiffers.
    """
    actor.require("close_carton", Group.FLOOR)
    now = locked_carton(session, carton)
    if now.state is not CartonState.OPEN:
        raise CartonNotOpen(sscc=now.sscc, state=now.state.value)
    inside = session.execute(
        text("""
            SELECT count(*) AS rows, t.tare_kg + sum(a.quantity * i.weight_kg) AS expected,
                   bool_and(i.weight_kg > 0) AS is_known, t.max_kg, t.name
              FROM allocation a
              JOIN item i ON i.id = a.item_id
              JOIN carton c ON c.id = a.carton_id
              JOIN carton_type t ON t.id = c.type_id
             WHERE a.carton_id = :carton GROUP BY t.id"""),
        {"carton": carton},
    ).one_or_none()
    if inside is None:
        raise CartonEmpty(sscc=now.sscc)
    if weight is not None:
        if inside.max_kg is not None and weight > inside.max_kg:
            raise CartonTooHeavy(
                number=now.number, weight=weight, type=inside.name, allowed=inside.max_kg
            )
        is_right = not inside.is_known or is_weight_right(inside.expected, weight)
        if not is_right and not weight_confirmed:
            raise WeightDiffers(
                number=now.number, weight=weight, expected=round(inside.expected, 3)
            )
    close_cartons(session, actor, [carton], weight)
    return CartonChanged(
        carton, "closed", changed(Kind.CARTON, carton) | changed(Kind.ORDER, now.order_id)
    )


def reopen_carton(session: Session, actor: Actor, *, carton: CartonRef) -> CartonChanged:
    """Open a closed carton again. Raises: CartonNotClosed."""
    actor.require("reopen_carton", Group.FLOOR)
    now = locked_carton(session, carton)
    if now.state is not CartonState.CLOSED:
        raise CartonNotClosed(sscc=now.sscc, state=now.state.value)
    session.execute(
        text("UPDATE carton SET state = 'open', weight_kg = NULL WHERE id = :id"), {"id": carton}
    )
    return CartonChanged(
        carton, "open", changed(Kind.CARTON, carton) | changed(Kind.ORDER, now.order_id)
    )


def print_label(session: Session, actor: Actor, *, carton: CartonRef) -> CartonChanged:
    """Queue a carton's label once more; a label that had become wrong is right then.

    Raises: CartonNotClosed.
    """
    actor.require("print_label", Group.FLOOR)
    now = locked_carton(session, carton)
    if now.state is CartonState.OPEN:
        raise CartonNotClosed(sscc=now.sscc, state=now.state.value)
    session.execute(
        text("""
            WITH asked AS (
              INSERT INTO print_job (document, subject_id, station, operator)
              VALUES ('carton_label', :id, :station, :operator))
            UPDATE carton SET is_label_stale = false WHERE id = :id"""),
        {"id": carton, "station": actor.station, "operator": actor.operator},
    )
    return CartonChanged(
        carton, now.state.value, changed(Kind.CARTON, carton) | changed(Kind.ORDER, now.order_id)
    )
