"""Carton types: what a box weighs empty, how large it is inside, what it may hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import CartonTypeRef, Kind
from app.core.messages import N_
from app.models.packing import CartonType
from app.operations.records import (
    NumberTaken,
    Problems,
    Seen,
    Subject,
    own_changes,
    those_given,
)
from app.rules.packing import CartonKind
from app.rules.records import LARGEST_MEASURE, check_code, check_measure, check_name, check_number

LEAST = Decimal("0.0001")
"""What a limit or a size is at least; 0 of it would hold nothing."""
LONGEST_SIDE = Decimal(100_000)
"""Millimetres: nothing that is packed is longer than a hundred metres."""
MM3_PER_L = Decimal(1_000_000)
SIDES = ("length_mm", "width_mm", "height_mm")


class SizeNotWhole(BusinessError):
    """Some sides of a box and not the others."""

    about = ("length_mm", "width_mm", "height_mm")
    sentence = N_("A size is length, width and height inside. Enter all three, or none.")


class MoreThanInside(BusinessError):
    """More litres than the box is large."""

    sentence = N_(
        "{volume} litres do not go into {length} × {width} × {height} mm: that is {inside} litres. "
        "Correct one of them, or leave the litres empty."
    )


class UsualTypeStays(BusinessError):
    """The type every new carton is of."""

    sentence = N_(
        "{type} is the usual carton type: new cartons are of it. "
        "Make another type the usual one first."
    )


class LastCartonType(BusinessError):
    """Without a type no carton can be opened."""

    sentence = N_("{type} is the last carton type in use. Make another one first.")


class RetiredType(BusinessError):
    """A type nobody packs into any more."""

    sentence = N_("{type} is not in use any more. Bring it back first.")


@dataclass(frozen=True, slots=True)
class CartonTypeSaved:
    """The carton type as it is now."""

    carton_type_id: int
    code: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class CartonMeasures:
    """What a carton weighs empty and may hold (kilograms, litres), and its sides inside (mm).

    None holds any weight, or has no size told; of a size that is told, the litres follow when
    they are not given.
    """

    tare_kg: Decimal = Decimal(0)
    max_kg: Decimal | None = None
    volume_l: Decimal | None = None
    length_mm: Decimal | None = None
    width_mm: Decimal | None = None
    height_mm: Decimal | None = None


NO_MEASURES = CartonMeasures()


def create_carton_type(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: CartonKind = CartonKind.BOX,
    measures: CartonMeasures = NO_MEASURES,
    is_default: bool = False,
) -> CartonTypeSaved:
    """Make a carton type; with `is_default` new cartons are of it from now on.

    Its code is kept in capitals, as the barcode that chooses it says it.
    Raises: NotPermitted, NumberTaken, TextMissing, NumberOutOfRange, SizeNotWhole,
    MoreThanInside; all at once.
    """
    actor.require("create_carton_type", Group.STOCK, Group.ADMIN)
    problems = Problems()
    values = {
        "code": problems.check(0, "code", check_code, code).upper(),
        "name": problems.check(0, "name", check_name, name),
        "kind": kind,
        **_measures(problems, measures),
    }
    taken = session.execute(
        text("SELECT 1 FROM carton_type WHERE upper(code) = :code"), {"code": values["code"]}
    ).first()
    if taken is not None:
        problems.add(0, "code", NumberTaken(what="carton type", number=values["code"]))
    problems.raise_all()
    id = session.execute(insert(CartonType).returning(CartonType.id), [values]).scalar_one()
    if is_default:
        _make_usual(session, id)
    return CartonTypeSaved(id, values["code"], changed(Kind.CARTON_TYPE, id))


def redefine_carton_type(
    session: Session,
    actor: Actor,
    *,
    carton_type: CartonTypeRef,
    seen: Seen | None = None,
    name: str | None = None,
    measures: CartonMeasures | None = None,
    is_default: Literal[True] | None = None,
    is_active: bool | None = None,
) -> CartonTypeSaved:
    """Change a carton type for cartons from now on, make it the usual one, or retire it.

    Measures are given together: what is None among them is emptied. Cartons of a retired type
    stay what they are. Raises: NotFound, ChangedBySomeoneElse, UsualTypeStays,
    LastCartonType, RetiredType and as `create_carton_type`.
    """
    actor.require("redefine_carton_type", Group.STOCK, Group.ADMIN)
    now = session.execute(
        text("""SELECT t.*, NOT EXISTS (SELECT FROM carton_type o
                                         WHERE o.is_active AND o.id <> t.id) AS is_last
                  FROM carton_type t WHERE t.id = :id FOR NO KEY UPDATE OF t"""),
        {"id": carton_type},
    ).one_or_none()
    if now is None:
        raise NotFound(what="carton type", value=carton_type)
    wanted = those_given(name=name) | (asdict(measures) if measures is not None else {})
    subject = Subject(now.name, Kind.CARTON_TYPE, carton_type)
    own = own_changes(session, seen, wanted, now._asdict(), subject)
    problems = Problems()
    values: dict[str, Any] = {}
    if "name" in own:
        values["name"] = problems.check(0, "name", check_name, own["name"])
    if measures is not None:
        kept = {measure: getattr(now, measure) for measure in asdict(measures)}
        others = {measure: each for measure, each in own.items() if measure in kept}
        values |= _measures(problems, CartonMeasures(**(kept | others)))
    if is_active is not None:
        values["is_active"] = is_active
    if is_active is False and now.is_last:
        problems.add(0, "is_active", LastCartonType(type=now.name))
    elif is_active is False and (now.is_default or is_default):
        problems.add(0, "is_active", UsualTypeStays(type=now.name))
    elif is_default and not (now.is_active or is_active):
        problems.add(0, "is_default", RetiredType(type=now.name))
    problems.raise_all()
    if values:
        session.execute(
            update(CartonType)
            .where(CartonType.id == carton_type)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    if is_default:
        _make_usual(session, carton_type)
    return CartonTypeSaved(carton_type, now.code, changed(Kind.CARTON_TYPE, carton_type))


def _make_usual(session: Session, carton_type: int) -> None:
    session.execute(
        text("""UPDATE carton_type SET is_default = (id = :id)
                 WHERE is_default <> (id = :id)"""),
        {"id": carton_type},
    )


def _measures(problems: Problems, given: CartonMeasures) -> dict[str, Decimal | None]:
    """The measures as they are kept, the litres of a told size reckoned."""
    problems.check(0, "tare_kg", check_measure, "empty weight", given.tare_kg)
    _check_limit(problems, "max_kg", "greatest weight", given.max_kg)
    _check_limit(problems, "volume_l", "volume", given.volume_l)
    for side in SIDES:
        value, name = getattr(given, side), side.removesuffix("_mm")
        _check_limit(problems, side, name, value, LONGEST_SIDE)
    values: dict[str, Decimal | None] = {
        "tare_kg": given.tare_kg,
        "max_kg": given.max_kg,
        "volume_l": given.volume_l,
        **{side: getattr(given, side) for side in SIDES},
    }
    length, width, height = (values[side] for side in SIDES)
    if (length is None) + (width is None) + (height is None) in (1, 2):
        problems.add(0, "length_mm", SizeNotWhole())
    elif length is not None and width is not None and height is not None and not problems.found:
        inside = round(length * width * height / MM3_PER_L, 4)
        if given.volume_l is None:
            values["volume_l"] = max(inside, LEAST)
        elif given.volume_l > inside:
            problems.add(
                0,
                "volume_l",
                MoreThanInside(
                    volume=given.volume_l, length=length, width=width, height=height, inside=inside
                ),
            )
    return values


def _check_limit(
    problems: Problems,
    field: str,
    name: str,
    value: Decimal | None,
    most: Decimal = LARGEST_MEASURE,
) -> None:
    if value is not None:
        problems.check(0, field, partial(check_number, least=LEAST, most=most), name, value)
