"""People and stations: who signs in, with which groups, and who stands where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind, LocationRef, PersonRef, StationRef, WarehouseRef
from app.core.messages import N_
from app.models.users import Person, Station
from app.operations.records import (
    NumberTaken,
    Problems,
    Seen,
    Subject,
    ids_of,
    own_changes,
    those_given,
)
from app.operations.run import Secret
from app.rules.records import NUMBER_LENGTH, check_code, check_name, check_text

SHORTEST_PASSWORD = 8

_LOGIN = re.compile(r"[a-z][a-z0-9_.-]{0,40}")


class LoginNotUsable(BusinessError):
    """A login the database would not take."""

    sentence = N_(
        "{login} cannot be a login. Use small letters, digits, dot, dash or underscore, "
        "beginning with a letter, at most 41 characters."
    )


class PasswordTooShort(BusinessError):
    """A password that is soon guessed."""

    sentence = N_("The password has {length} characters; use at least {shortest}.")


class NoGroups(BusinessError):
    """Somebody who could sign in and do nothing."""

    sentence = N_("{login} needs at least one group. There are: {groups}.")


class StationGroups(BusinessError):
    """A station does what anybody who walks up to it may do."""

    sentence = N_("A station is in the group floor or sales, not in {groups}.")


class NoLogin(BusinessError):
    """A password for a station that does not sign in."""

    sentence = N_("The station {station} does not sign in by itself, so it has no password.")


class NotOfTheWarehouse(BusinessError):
    """A bench or lane of another house."""

    sentence = N_(
        "{place} is a {kind}, or not in the station's warehouse. Choose a {wanted} there."
    )


class LastAdministrator(BusinessError):
    """Somebody has to be able to make logins."""

    sentence = N_("{login} is the last administrator. Make another one first.")


@dataclass(frozen=True, slots=True)
class PersonSaved:
    """The person as they are now."""

    person_id: int
    login: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class StationSaved:
    """The station as it is now."""

    station_id: int
    code: str
    changes: Changes


def create_person(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    groups: tuple[Group, ...],
    password: Annotated[str | None, Secret()] = None,
    badge: str | None = None,
) -> PersonSaved:
    """Make a person who may sign in, with the groups they work in.

    Without a password they sign in only where the server asks for none. The password is not
    kept in the log. Raises: NotPermitted, LoginNotUsable, NumberTaken, NoGroups,
    PasswordTooShort and what `rules.records` raises; all at once.
    """
    actor.require("create_person", Group.ADMIN)
    problems = Problems()
    login = _checked_login(session, problems, login, groups, password)
    values = {
        "login": login,
        "name": problems.check(0, "name", check_name, name),
        "badge": _checked_badge(session, problems, badge),
    }
    problems.raise_all()
    id = session.execute(insert(Person).returning(Person.id), [values]).scalar_one()
    _make_login(session, login, password, groups)
    return PersonSaved(id, login, changed(Kind.PERSON, id))


def change_person(
    session: Session,
    actor: Actor,
    *,
    person: PersonRef,
    seen: Seen | None = None,
    name: str | None = None,
    badge: str | None = None,
    groups: tuple[Group, ...] | None = None,
    password: Annotated[str | None, Secret()] = None,
    is_active: bool | None = None,
) -> PersonSaved:
    """Change a person's name, badge, groups or password, or let them go (`is_active`).

    Who is not active loses every group, and so can do nothing here; back again, they are given
    `groups` anew. An empty badge takes it away. Raises: NotFound, ChangedBySomeoneElse,
    LastAdministrator, NoGroups and as `create_person`.
    """
    actor.require("change_person", Group.ADMIN)
    now = session.execute(
        text("SELECT * FROM person WHERE id = :id FOR NO KEY UPDATE"), {"id": person}
    ).one_or_none()
    if now is None:
        raise NotFound(what="person", value=person)
    own = own_changes(
        session,
        seen,
        those_given(name=name, badge=badge),
        now._asdict(),
        Subject(now.name, Kind.PERSON, person),
    )
    name, badge = own.get("name"), own.get("badge")
    problems = Problems()
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = problems.check(0, "name", check_name, name)
    if badge is not None and badge != now.badge:
        values["badge"] = _checked_badge(session, problems, badge)
    if is_active is not None:
        values["is_active"] = is_active
    if password is not None:
        problems.check(0, "password", check_password, password)
    becomes_active = is_active and not now.is_active
    if (groups is not None and not groups) or (becomes_active and not groups):
        problems.add(0, "groups", _no_groups(now.login))
    if is_active is False:
        groups = ()
    if groups is not None and Group.ADMIN not in groups:
        _require_another_admin(session, problems, now.login)
    problems.raise_all()
    if values:
        session.execute(
            update(Person)
            .where(Person.id == person)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    if groups is not None:
        _set_groups(session, now.login, groups)
    if password is not None:
        _make_login(session, now.login, password, ())
    return PersonSaved(person, now.login, changed(Kind.PERSON, person))


def create_station(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    warehouse: WarehouseRef,
    login: str | None = None,
    password: Annotated[str | None, Secret()] = None,
    groups: tuple[Group, ...] = (Group.FLOOR,),
    packing_location: LocationRef | None = None,
    lane: LocationRef | None = None,
) -> StationSaved:
    """Make a workplace: its bench or counter, its lane, and (if it signs in) its login.

    Raises: NotPermitted, NumberTaken, LoginNotUsable, StationGroups, NotOfTheWarehouse,
    NotFound and what `rules.records` raises; all at once.
    """
    actor.require("create_station", Group.ADMIN)
    problems = Problems()
    code = problems.check(0, "code", check_code, code)
    problems.numbers(session, "station", "station", [code], "code")
    if login:
        login = _checked_login(session, problems, login, groups, password)
        _check_station_groups(problems, groups)
    if warehouse not in _ids(session, "warehouse", [warehouse]):
        problems.add(0, "warehouse", NotFound(what="warehouse", value=warehouse))
    _check_places(session, problems, warehouse, packing_location, lane)
    values = {
        "code": code,
        "name": problems.check(0, "name", check_name, name),
        "login": login or None,
        "warehouse_id": warehouse,
        "packing_location_id": packing_location,
        "lane_id": lane,
    }
    problems.raise_all()
    id = session.execute(insert(Station).returning(Station.id), [values]).scalar_one()
    if login:
        _make_login(session, login, password, groups)
    return StationSaved(id, code, changed(Kind.STATION, id))


def change_station(
    session: Session,
    actor: Actor,
    *,
    station: StationRef,
    seen: Seen | None = None,
    name: str | None = None,
    packing_location: LocationRef | None = None,
    lane: LocationRef | None = None,
    groups: tuple[Group, ...] | None = None,
    password: Annotated[str | None, Secret()] = None,
    is_active: bool | None = None,
) -> StationSaved:
    """Rename a station, give it another bench, lane or password, or put it out of use.

    Out of use its login loses every group; back again it has `groups`, or the floor.
    Raises: NotFound, ChangedBySomeoneElse, NotOfTheWarehouse, StationGroups, NoLogin,
    PasswordTooShort.
    """
    actor.require("change_station", Group.ADMIN)
    now = session.execute(
        text("""SELECT s.*, s.packing_location_id AS packing_location, s.lane_id AS lane
                  FROM station s WHERE s.id = :id FOR NO KEY UPDATE"""),
        {"id": station},
    ).one_or_none()
    if now is None:
        raise NotFound(what="station", value=station)
    own = own_changes(
        session,
        seen,
        those_given(name=name, packing_location=packing_location, lane=lane),
        now._asdict(),
        Subject(now.name, Kind.STATION, station),
    )
    name, packing_location, lane = (own.get(each) for each in ("name", "packing_location", "lane"))
    problems = Problems()
    values = {
        "name": None if name is None else problems.check(0, "name", check_name, name),
        "packing_location_id": packing_location,
        "lane_id": lane,
        "is_active": is_active,
    }
    _check_places(session, problems, now.warehouse_id, packing_location, lane)
    if is_active and not now.is_active and groups is None:
        groups = (Group.FLOOR,)
    if is_active is False:
        groups = ()
    elif groups is not None:
        _check_station_groups(problems, groups)
    if password is not None:
        problems.check(0, "password", check_password, password)
        if now.login is None:
            problems.add(0, "password", NoLogin(station=now.code))
    problems.raise_all()
    given = {field: value for field, value in values.items() if value is not None}
    if given:
        session.execute(
            update(Station)
            .where(Station.id == station)
            .values(given)
            .execution_options(synchronize_session=False)
        )
    if groups is not None and now.login is not None:
        _set_groups(session, now.login, groups)
    if password is not None:
        _make_login(session, now.login, password, ())
    return StationSaved(station, now.code, changed(Kind.STATION, station))


# ---------------------------------------------------------------- what both need


def _checked_login(
    session: Session,
    problems: Problems,
    login: str,
    groups: Sequence[Group],
    password: str | None,
) -> str:
    problems.check(0, "login", check_login, login)
    for table in ("person", "station"):
        if login in ids_of(session, table, "login", [login]):
            problems.add(0, "login", NumberTaken(what="login", number=login))
    if not groups:
        problems.add(0, "groups", _no_groups(login))
    if password is not None:
        problems.check(0, "password", check_password, password)
    return login


def _checked_badge(session: Session, problems: Problems, badge: str | None) -> str | None:
    if not badge:
        return None
    badge = str(problems.check(0, "badge", _badge, badge))
    if badge in ids_of(session, "person", "badge", [badge]):
        problems.add(0, "badge", NumberTaken(what="badge", number=badge))
    return badge


def _no_groups(login: str) -> BusinessError:
    return NoGroups(login=login, groups=[each.value for each in Group])


def _require_another_admin(session: Session, problems: Problems, login: str) -> None:
    admins = set(
        session.execute(
            text("""SELECT g.login FROM login_group g JOIN person p ON p.login = g.login
                     WHERE g.group_name = 'admin' AND p.is_active""")
        ).scalars()
    )
    if admins == {login}:
        problems.add(0, "groups", LastAdministrator(login=login))


def _check_station_groups(problems: Problems, groups: Sequence[Group]) -> None:
    wrong = set(groups) - {Group.FLOOR, Group.SALES}
    if wrong:
        problems.add(0, "groups", StationGroups(groups=sorted(each.value for each in wrong)))


def _set_groups(session: Session, login: str, groups: Sequence[Group]) -> None:
    session.execute(
        text("SELECT set_login_groups(:login, CAST(:groups AS text[]))"),
        {"login": login, "groups": [each.value for each in groups]},
    )


def _make_login(
    session: Session, login: str, password: str | None, groups: Sequence[Group]
) -> None:
    session.execute(
        text("SELECT create_login(:login, :password, CAST(:groups AS text[]))"),
        {"login": login, "password": password, "groups": [each.value for each in groups]},
    )


def _check_places(
    session: Session,
    problems: Problems,
    warehouse: int,
    packing_location: int | None,
    lane: int | None,
) -> None:
    for field, place, kinds in (
        ("packing_location", packing_location, ("packing", "counter")),
        ("lane", lane, ("staging",)),
    ):
        if place is None:
            continue
        row = session.execute(
            text("SELECT code, kind, warehouse_id FROM location WHERE id = :id"), {"id": place}
        ).one_or_none()
        if row is None:
            problems.add(0, field, NotFound(what="location", value=place))
        elif row.kind not in kinds or row.warehouse_id != warehouse:
            reason = NotOfTheWarehouse(place=row.code, kind=row.kind, wanted=" or ".join(kinds))
            problems.add(0, field, reason)


def _ids(session: Session, table: str, ids: Sequence[int]) -> set[int]:
    rows = session.execute(
        text(f"SELECT id FROM {table} WHERE id = ANY (:ids)"), {"ids": list(ids)}
    )
    return set(rows.scalars())


def _badge(value: str) -> str:
    return check_text("badge", value, NUMBER_LENGTH, required=True)


def check_login(value: str) -> str:
    """The login itself. Raises: LoginNotUsable."""
    if not _LOGIN.fullmatch(value):
        raise LoginNotUsable(login=value[:60])
    return value


def check_password(value: str) -> str:
    """The password itself. Raises: PasswordTooShort."""
    if len(value) < SHORTEST_PASSWORD:
        raise PasswordTooShort(length=len(value), shortest=SHORTEST_PASSWORD)
    return value
