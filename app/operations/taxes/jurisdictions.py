"""Classes of goods, and the places that take taxes on them."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.countries import country_code
from app.core.errors import NotFound
from app.core.ids import Kind
from app.models.taxes import TaxClass, TaxJurisdiction
from app.operations.records import Problems, Seen, Subject, own_changes, those_given
from app.operations.taxes.refusals import PlaceTwice, PostalRangeUnclear
from app.rules.records import check_code, check_name, check_text
from app.rules.taxes import postal_key

LONGEST_POSTAL_CODE = 20


@dataclass(frozen=True, slots=True)
class TaxSaved:
    """What was made or changed: its id, and its code or name."""

    id: int
    name: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class NewJurisdiction:
    """A country (its code or English name), a region of it, or a range of postal codes."""

    code: str
    name: str
    country: str
    region: str = ""
    postal_from: str = ""
    postal_to: str = ""


# ---------------------------------------------------------------- classes of goods


def create_tax_class(session: Session, actor: Actor, *, code: str, name: str) -> TaxSaved:
    """Make a class of goods for tax. Raises: NotPermitted, NumberTaken, TextMissing."""
    actor.require("create_tax_class", Group.ACCOUNTING)
    problems = Problems()
    values = {
        "code": problems.check(0, "code", check_code, code),
        "name": problems.check(0, "name", check_name, name),
    }
    problems.numbers(session, "tax class", "tax_class", [values["code"]], "code")
    problems.raise_all()
    id = session.execute(insert(TaxClass).returning(TaxClass.id), [values]).scalar_one()
    return TaxSaved(id, values["code"], changed(Kind.TAX_CLASS, id))


def change_tax_class(
    session: Session, actor: Actor, *, code: str, name: str, seen: Seen | None = None
) -> TaxSaved:
    """Give a class of goods another name.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, TextMissing.
    """
    actor.require("change_tax_class", Group.ACCOUNTING)
    now = session.execute(
        text("SELECT id, name FROM tax_class WHERE code = :code FOR NO KEY UPDATE"), {"code": code}
    ).one_or_none()
    if now is None:
        raise NotFound(what="tax class", value=code)
    subject = Subject(now.name, Kind.TAX_CLASS, now.id)
    own = own_changes(session, seen, {"name": name}, now._asdict(), subject)
    session.execute(
        text("UPDATE tax_class SET name = :name WHERE id = :id"),
        {"id": now.id, "name": check_name(own.get("name", now.name))},
    )
    return TaxSaved(now.id, code, changed(Kind.TAX_CLASS, now.id))


# ---------------------------------------------------------------- jurisdictions


def create_jurisdiction(
    session: Session, actor: Actor, *, jurisdiction: NewJurisdiction
) -> TaxSaved:
    """Make a jurisdiction; it takes nothing until it has rates.

    Raises: NotPermitted, NumberTaken, UnknownCountry, PostalRangeUnclear, PlaceTwice, TextMissing
    and its kin; all at once.
    """
    actor.require("create_jurisdiction", Group.ACCOUNTING)
    problems, rows = check_jurisdictions(session, [jurisdiction])
    problems.raise_all()
    (id,) = write_jurisdictions(session, rows)
    return TaxSaved(id, rows[0]["code"], changed(Kind.JURISDICTION, id))


def change_jurisdiction(
    session: Session,
    actor: Actor,
    *,
    code: str,
    seen: Seen | None = None,
    name: str | None = None,
    region: str | None = None,
    postal_from: str | None = None,
    postal_to: str | None = None,
) -> TaxSaved:
    """Change what a jurisdiction is called or covers; documents keep what they say.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_jurisdiction`.
    """
    actor.require("change_jurisdiction", Group.ACCOUNTING)
    now = session.execute(
        text("SELECT * FROM tax_jurisdiction WHERE code = :code FOR UPDATE"), {"code": code}
    ).one_or_none()
    if now is None:
        raise NotFound(what="jurisdiction", value=code)
    told = those_given(name=name, region=region, postal_from=postal_from, postal_to=postal_to)
    subject = Subject(now.name, Kind.JURISDICTION, now.id)
    own = own_changes(session, seen, told, now._asdict(), subject)
    stored = NewJurisdiction(
        code, now.name, now.country, now.region, now.postal_from, now.postal_to
    )
    wanted = replace(stored, **own)
    problems, rows = check_jurisdictions(session, [wanted], but=now.id)
    problems.raise_all()
    session.execute(
        update(TaxJurisdiction)
        .where(TaxJurisdiction.id == now.id)
        .values(rows[0])
        .execution_options(synchronize_session=False)
    )
    return TaxSaved(now.id, code, changed(Kind.JURISDICTION, now.id))


def check_jurisdictions(
    session: Session, wanted: Sequence[NewJurisdiction], *, but: int | None = None
) -> tuple[Problems, list[dict[str, Any]]]:
    """What is wrong with jurisdictions, and their rows. `but` is the one that is changed."""
    problems = Problems()
    rows = [_jurisdiction(index, each, problems) for index, each in enumerate(wanted)]
    if but is None:
        codes = [row["code"] for row in rows]
        problems.numbers(session, "jurisdiction", "tax_jurisdiction", codes, "code")
    covered = _Covered()
    for found in session.execute(
        text("""SELECT * FROM tax_jurisdiction
                 WHERE country = ANY (:countries) AND id IS DISTINCT FROM :but"""),
        {"countries": sorted({row["country"] for row in rows}), "but": but},
    ).mappings():
        covered.add(dict(found))
    for index, row in enumerate(rows):
        other = covered.by(row)
        if other is None:
            covered.add(row)
        else:
            problems.add(
                index,
                "country",
                PlaceTwice(place=_place(row), code=other["code"], name=other["name"]),
            )
    return problems, rows


class _Covered:
    """Places that jurisdictions of one level cover, none of them twice.

    Codes that begin with the last of a range are in it, as the database judges it.
    """

    def __init__(self) -> None:
        self._whole: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._ranges: dict[tuple[str, str], list[Mapping[str, Any]]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        where = (row["country"], row["region"])
        if row["postal_from"]:
            insort(self._ranges.setdefault(where, []), row, key=_first_code)
        else:
            self._whole[where] = row

    def by(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Who covers some of that place; of ranges that do not meet, it is the last before."""
        where = (row["country"], row["region"])
        if not row["postal_from"]:
            return self._whole.get(where)
        ranges = self._ranges.get(where, [])
        before = bisect(ranges, row["postal_to"] + "~", key=_first_code)
        if before and row["postal_from"] <= ranges[before - 1]["postal_to"] + "~":
            return ranges[before - 1]
        return None


def _first_code(row: Mapping[str, Any]) -> str:
    return str(row["postal_from"])


def _jurisdiction(index: int, wanted: NewJurisdiction, problems: Problems) -> dict[str, Any]:
    row = {
        "code": problems.check(index, "code", check_code, wanted.code),
        "name": problems.check(index, "name", check_name, wanted.name),
        "country": problems.check(index, "country", _country, wanted.country),
        "region": problems.check(index, "region", check_text, "region", wanted.region).upper(),
        **{
            end: postal_key(problems.check(index, end, _postal_code, getattr(wanted, end)))
            for end in ("postal_from", "postal_to")
        },
    }
    start, end = row["postal_from"], row["postal_to"]
    is_given = bool(wanted.postal_from.strip() or wanted.postal_to.strip())
    if is_given and not (start and end and start <= end):
        reason = PostalRangeUnclear(
            postal_from=wanted.postal_from or "nothing", postal_to=wanted.postal_to or "nothing"
        )
        problems.add(index, "postal_from", reason)
    return row


def _postal_code(value: str) -> str:
    return check_text("postal code", value, LONGEST_POSTAL_CODE)


def _country(value: str) -> str:
    return country_code(check_text("country", value, required=True))


def _place(row: Mapping[str, Any]) -> str:
    codes = f"{row['postal_from']} to {row['postal_to']}" if row["postal_from"] else ""
    return " ".join(part for part in (row["country"], row["region"], codes) if part)


def write_jurisdictions(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write checked jurisdictions; ids in their order."""
    if not rows:
        return []
    statement = insert(TaxJurisdiction).returning(TaxJurisdiction.id, sort_by_parameter_order=True)
    return list(session.execute(statement, list(rows)).scalars())
