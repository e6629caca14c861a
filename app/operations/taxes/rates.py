"""Rates of jurisdictions: dated, in sequence, for all accounts or for a class of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import Kind
from app.models.taxes import TaxRate
from app.operations.records import Problems, Seen, Subject, ids_of, own_changes, those_given
from app.operations.taxes.jurisdictions import TaxSaved
from app.operations.taxes.refusals import TaxRateTwice
from app.rules.periods import check_period, overlaps, period
from app.rules.records import check_name, check_number, check_percent
from app.rules.taxes import AccountTaxClass


@dataclass(frozen=True, slots=True)
class TaxRatesSaved:
    """The rates that were made."""

    ids: tuple[int, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class NewTaxRate:
    """A rate of a jurisdiction for a class of goods (their codes), both days included.

    Limited to a class of accounts, or for all. Several rates of one jurisdiction are taken one
    after the other by their sequence number; a compound one is taken on the taxes before it too.
    """

    jurisdiction: str
    tax_class: str
    name: str
    percent: Decimal
    account_tax_class: AccountTaxClass | None = None
    sequence: int = 1
    is_compound: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


OpenEnd = Literal["valid_from", "valid_to"]
"""A day that may be taken away again: from then on it is open."""


def create_tax_rate(session: Session, actor: Actor, *, rate: NewTaxRate) -> TaxSaved:
    """Make a rate. Open orders take it when they are reckoned anew; documents stay as they are.

    Raises: NotPermitted, NotFound, NumberOutOfRange (101 %), EndsBeforeStart, TaxRateTwice; all
    at once.
    """
    actor.require("create_tax_rate", Group.ACCOUNTING)
    problems, rows = check_tax_rates(session, [rate])
    problems.raise_all()
    (id,) = write_tax_rates(session, rows)
    return TaxSaved(id, rate.name, changed(Kind.TAX_RATE, id))


def create_tax_rates(
    session: Session, actor: Actor, *, rates: tuple[NewTaxRate, ...]
) -> TaxRatesSaved:
    """Make several rates at once, all of them or none. Raises: as `create_tax_rate`."""
    actor.require("create_tax_rates", Group.ACCOUNTING)
    problems, rows = check_tax_rates(session, rates)
    problems.raise_all()
    ids = write_tax_rates(session, rows)
    return TaxRatesSaved(tuple(ids), changed(Kind.TAX_RATE, ids))


def change_tax_rate(
    session: Session,
    actor: Actor,
    *,
    rate: int,
    seen: Seen | None = None,
    name: str | None = None,
    percent: Decimal | None = None,
    sequence: int | None = None,
    is_compound: bool | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    clear: tuple[OpenEnd, ...] = (),
) -> TaxSaved:
    """Change a rate; only what is given changes, a day in `clear` becomes open.

    When the law changes a rate, end the old one and make a new one, so that orders of before
    keep theirs. Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_tax_rate`.
    """
    actor.require("change_tax_rate", Group.ACCOUNTING)
    stored = _stored(session, rate)
    told = those_given(
        name=name,
        percent=percent,
        sequence=sequence,
        is_compound=is_compound,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    subject = Subject(stored.name, Kind.TAX_RATE, rate)
    own = own_changes(session, seen, told | dict.fromkeys(clear), asdict(stored), subject)
    changed_rate = replace(stored, **own)
    problems, rows = check_tax_rates(session, [changed_rate], but=rate)
    problems.raise_all()
    session.execute(
        update(TaxRate)
        .where(TaxRate.id == rate)
        .values(rows[0])
        .execution_options(synchronize_session=False)
    )
    return TaxSaved(rate, changed_rate.name, changed(Kind.TAX_RATE, rate))


def renew_tax_rate(
    session: Session,
    actor: Actor,
    *,
    rate: int,
    percent: Decimal,
    valid_from: date,
    name: str | None = None,
) -> TaxSaved:
    """Let a rate be another from a day on: the old one ends the day before, a new one begins.

    All else stays, also the last day when it is later. Orders of before keep theirs. The new
    rate is the answer. Raises: NotPermitted, NotFound, and as `create_tax_rate`.
    """
    actor.require("renew_tax_rate", Group.ACCOUNTING)
    stored = _stored(session, rate)
    before = None if valid_from == date.min else valid_from - timedelta(days=1)
    last = stored.valid_to
    ended = replace(stored, valid_to=min(last or date.max, before or date.min))
    renewed = replace(
        stored,
        percent=percent,
        name=stored.name if name is None else name,
        valid_from=valid_from,
        valid_to=None if last is None or last < valid_from else last,
    )
    problems, rows = check_tax_rates(session, [ended, renewed], but=rate)
    problems.raise_all()
    session.execute(
        text("UPDATE tax_rate SET valid_to = :valid_to WHERE id = :rate"),
        {"valid_to": ended.valid_to, "rate": rate},
    )
    (id,) = write_tax_rates(session, rows[1:])
    return TaxSaved(id, renewed.name, changed(Kind.TAX_RATE, [rate, id]))


def _stored(session: Session, rate: int) -> NewTaxRate:
    """A rate as it would be typed. Raises: NotFound."""
    row = session.execute(
        text("""SELECT r.*, j.code AS jurisdiction, t.code AS tax_class
                  FROM tax_rate r JOIN tax_jurisdiction j ON j.id = r.jurisdiction_id
                  JOIN tax_class t ON t.id = r.tax_class_id
                 WHERE r.id = :rate FOR UPDATE OF r"""),
        {"rate": rate},
    ).one_or_none()
    if row is None:
        raise NotFound(what="tax rate", value=rate)
    return NewTaxRate(
        row.jurisdiction,
        row.tax_class,
        row.name,
        row.percent,
        AccountTaxClass(row.account_tax_class) if row.account_tax_class else None,
        row.sequence,
        row.is_compound,
        row.valid_from,
        row.valid_to,
    )


def check_tax_rates(
    session: Session, rates: Sequence[NewTaxRate], *, but: int | None = None
) -> tuple[Problems, list[dict[str, Any]]]:
    """What is wrong with rates, and their rows; three reads. `but` is the one that is changed."""
    problems = Problems()
    places = ids_of(session, "tax_jurisdiction", "code", [each.jurisdiction for each in rates])
    classes = ids_of(session, "tax_class", "code", [each.tax_class for each in rates])
    beside: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for found in session.execute(
        text("""SELECT * FROM tax_rate
                 WHERE jurisdiction_id = ANY (:places) AND id IS DISTINCT FROM :but"""),
        {"places": sorted(places.values()), "but": but},
    ).mappings():
        known: dict[str, Any] = dict(found)
        for key in _once_a_day(known):
            beside.setdefault(key, []).append(known)
    rows = []
    for index, rate in enumerate(rates):
        before = len(problems.found)
        place = problems.named(
            index, "jurisdiction", "jurisdiction", rate.jurisdiction or "?", places
        )
        tax_class = problems.named(index, "tax_class", "tax class", rate.tax_class or "?", classes)
        row = {
            "jurisdiction_id": place,
            "tax_class_id": tax_class,
            "account_tax_class": rate.account_tax_class,
            "sequence": rate.sequence,
            "name": problems.check(index, "name", check_name, rate.name),
            "percent": problems.check(index, "percent", check_percent, "percent", rate.percent),
            "is_compound": rate.is_compound,
            "valid_from": rate.valid_from,
            "valid_to": rate.valid_to,
        }
        problems.check(index, "sequence", _sequence, rate.sequence)
        what = f"The rate {rate.name}"
        problems.check(index, "valid_to", check_period, what, rate.valid_from, rate.valid_to)
        keys = _once_a_day(row)
        other = next(
            (each for key in keys for each in beside.get(key, ()) if _meet(each, row)), None
        )
        if other is not None and place is not None and tax_class is not None:
            problems.add(index, "valid_from", _twice(rate, other))
        rows.append(row)
        if len(problems.found) == before:
            for key in keys:
                beside.setdefault(key, []).append(row)
    return problems, rows


def _sequence(value: int) -> int:
    check_number("sequence number", Decimal(value), least=Decimal(1), most=Decimal(1000))
    return value


def _once_a_day(row: Mapping[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What the database lets no two rates have on one day: their sequence, and their name."""
    where = (row["jurisdiction_id"], row["tax_class_id"], row["account_tax_class"])
    return (*where, row["sequence"]), (*where, row["name"].lower())


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return overlaps(one["valid_from"], one["valid_to"], other["valid_from"], other["valid_to"])


def _twice(rate: NewTaxRate, other: Mapping[str, Any]) -> TaxRateTwice:
    return TaxRateTwice(
        jurisdiction=rate.jurisdiction,
        tax_class=rate.tax_class,
        account=rate.account_tax_class.value if rate.account_tax_class else "all accounts",
        name=other["name"],
        percent=other["percent"],
        period=period(other["valid_from"], other["valid_to"]),
    )


def write_tax_rates(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write checked rates; ids in their order."""
    if not rows:
        return []
    statement = insert(TaxRate).returning(TaxRate.id, sort_by_parameter_order=True)
    return list(session.execute(statement, list(rows)).scalars())
