"""Importing taxes: places with the rates they take; places that are missing are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale
from sqlalchemy import text

from app.core.actor import Group
from app.core.changes import Changes, changed
from app.core.ids import Kind
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.missing import usable_codes
from app.operations.taxes.jurisdictions import (
    NewJurisdiction,
    check_jurisdictions,
    write_jurisdictions,
)
from app.operations.taxes.rates import NewTaxRate, check_tax_rates, write_tax_rates
from app.rules.taxes import AccountTaxClass, postal_key

EVERYBODY = "all"

COLUMNS = (
    Column("country", Cell.COUNTRY, "where the tax is taken", required=True),
    Column("region", Cell.TEXT, "state or province; empty: the whole country", default=""),
    Column("postal_from", Cell.TEXT, "first postal code of a range", default=""),
    Column("postal_to", Cell.TEXT, "last postal code of a range", default=""),
    Column("jurisdiction", Cell.TEXT, "its code; empty: put together from the place", default=""),
    Column("tax_class", Cell.TEXT, "kind of goods; --create-missing makes it", default="standard"),
    Column("name", Cell.TEXT, "what the tax is called", required=True),
    Column("percent", Cell.PERCENT, "0 to 100", required=True),
    Column(
        "account_tax_class",
        Cell.TEXT,
        "the kind of buyers that pay it",
        default=EVERYBODY,
        choices=(EVERYBODY, *(each.value for each in AccountTaxClass)),
    ),
    Column("sequence", Cell.WHOLE, "order in which rates of one place are taken", default=1),
    Column("is_compound", Cell.YES_NO, "also taken on the taxes before it", default=False),
    Column("valid_from", Cell.DATE, "first day; empty: open"),
    Column("valid_to", Cell.DATE, "last day; empty: open"),
)

Place = tuple[str, str, str, str]
"""Country, region, first and last postal code, as jurisdictions have them."""


def import_taxes(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the rates, and the jurisdictions and (on request) classes of goods they need."""
    codes = _jurisdictions(intake, rows)
    if intake.create_missing:
        _create_classes(intake, rows)
    problems, ready = check_tax_rates(
        intake.session, [_rate(row, codes[_place(row)]) for row in rows]
    )
    nowhere = {each.line for each in intake.rejects}
    for each in problems.found:
        row = rows[each.index]
        # A place that cannot be has been told about: it also looks like none.
        if each.field != "jurisdiction" or row.line not in nowhere:
            intake.reject(row, each.field, each.reason)
    good = {row.line for row in intake.accepted(rows)}
    ids = write_tax_rates(
        intake.session, [new for row, new in zip(rows, ready, strict=True) if row.line in good]
    )
    return changed(Kind.TAX_RATE, ids)


def _place(row: Row) -> Place:
    return (
        row["country"],
        row["region"].strip().upper(),
        postal_key(row["postal_from"]),
        postal_key(row["postal_to"]),
    )


def _rate(row: Row, jurisdiction: str) -> NewTaxRate:
    account = row["account_tax_class"]
    return NewTaxRate(
        jurisdiction,
        row["tax_class"],
        row["name"],
        row["percent"],
        None if account == EVERYBODY else AccountTaxClass(account),
        row["sequence"],
        row["is_compound"],
        row["valid_from"],
        row["valid_to"],
    )


def _jurisdictions(intake: Intake, rows: Sequence[Row]) -> Mapping[Place, str]:
    """The code of each place's jurisdiction; those that are missing are made."""
    known = intake.session.execute(
        text("""SELECT country, region, postal_from, postal_to, code FROM tax_jurisdiction
                 WHERE country = ANY (:countries)"""),
        {"countries": sorted({row["country"] for row in rows})},
    )
    codes: dict[Place, str] = {tuple(row[:4]): row.code for row in known}
    missing: dict[Place, list[Row]] = {}
    for row in rows:
        if _place(row) not in codes:
            missing.setdefault(_place(row), []).append(row)
    wanted = [_jurisdiction(place, first) for place, (first, *_) in missing.items()]
    problems, ready = check_jurisdictions(intake.session, wanted)
    places = list(missing)
    wrong = {each.index for each in problems.found}
    for each in problems.found:
        column = "jurisdiction" if each.field in ("code", "name") else each.field
        for row in missing[places[each.index]]:
            intake.reject(row, column, each.reason)
    write_jurisdictions(
        intake.session, [new for index, new in enumerate(ready) if index not in wrong]
    )
    return codes | {place: new.code for place, new in zip(missing, wanted, strict=True)}


def _jurisdiction(place: Place, row: Row) -> NewJurisdiction:
    country, region, start, end = place
    territories: Mapping[str, Any] = Locale("en").territories
    name = " ".join(part for part in (territories.get(country, country), region) if part)
    return NewJurisdiction(
        row["jurisdiction"] or "-".join(part for part in (country, region, start) if part),
        f"{name} {start}–{end}" if start else name,
        country,
        region,
        row["postal_from"],
        row["postal_to"],
    )


def _create_classes(intake: Intake, rows: Sequence[Row]) -> None:
    intake.session.execute(
        text("""
            INSERT INTO tax_class (code, name)
            SELECT c, c FROM unnest(CAST(:codes AS text[])) c ON CONFLICT (code) DO NOTHING"""),
        {"codes": usable_codes(intake, rows, "tax_class")},
    )


TAXES = ImportKind(
    name="taxes",
    meaning="tax rates by country, region or postal range, kind of goods, kind of buyer and time",
    groups=(Group.ACCOUNTING,),
    columns=COLUMNS,
    write=import_taxes,
)
