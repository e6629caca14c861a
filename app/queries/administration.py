"""What the administrator's desk lists, view by view, and what its forms offer to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.ids import Kind
from app.queries.beginnings import as_typed
from app.queries.carton_types import carton_types
from app.queries.company import currencies
from app.queries.people import people, stations
from app.queries.places import places, warehouses
from app.queries.printers import print_jobs, printers
from app.queries.terms import delivery_modes, payment_terms
from app.queries.wrong_scans import wrong_scan_groups

COUNT_STOPS_AT = 1_000


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Settings of the company that are changed together: `id` is prices, papers or floor."""

    id: str
    key: tuple[Any, ...]
    kind: Kind = Kind.COMPANY


_SETTINGS = {
    "prices": "prices taxes rounding discounts currency",
    "papers": "name papers address country phone email language sheet",
    "floor": "time zone codes gs1 prefix scan packs",
}
"""The groups, each with the words it is found by."""
SETTINGS = tuple(SettingsGroup(id, (id,)) for id in _SETTINGS)


@dataclass(frozen=True, slots=True)
class AdministrationChoices:
    """What forms offer, codes with names, and how much there is to be looked at.

    `failed` is the paper that did not print, `wrong` the texts scanned wrongly today; counting
    stops at 1,000. What a login may not read is 0.
    """

    today: date
    printers: tuple[tuple[int, str], ...]
    stations: tuple[tuple[int, str], ...]
    warehouses: tuple[tuple[int, str], ...]
    failed: int
    wrong: int


def settings_groups(
    _session: Session,
    *,
    filter: str = "",
    after: tuple[Any, ...] | None = None,
    limit: int = 100,
) -> tuple[SettingsGroup, ...]:
    """The groups of settings; they are few, and always the same."""
    typed = as_typed(filter).casefold()
    found = [
        each
        for each in SETTINGS
        if any(word.startswith(typed) for word in _SETTINGS[each.id].split())
    ]
    first = 0 if after is None else 1 + [each.key for each in found].index(after)
    return tuple(found[first : first + limit])


_ROWS: dict[str, Callable[..., Sequence[Any]]] = {
    "company": settings_groups,
    "rates": currencies,
    "terms": payment_terms,
    "delivery": delivery_modes,
    "printers": printers,
    "paper": print_jobs,
    "cartons": carton_types,
    "scans": wrong_scan_groups,
    "warehouses": warehouses,
    "places": places,
    "people": people,
    "stations": stations,
}


def administration_rows(
    session: Session,
    *,
    view: str,
    filter: str = "",
    after: tuple[Any, ...] | None = None,
    limit: int = 100,
) -> Sequence[Any]:
    """One page of a view, by its key in `_ROWS`: company, rates, terms, delivery, printers …"""
    return _ROWS[view](session, filter=filter, after=after, limit=limit)


def administration_choices(session: Session) -> AdministrationChoices:
    """What the forms of the desk offer. One statement."""
    row = session.execute(
        text("""
            SELECT k.time_zone,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(id, name) ORDER BY name, id), '[]')
                      FROM printer WHERE is_active) AS printers,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(id, name) ORDER BY code), '[]')
                      FROM station WHERE is_active) AS stations,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(id, name) ORDER BY code), '[]')
                      FROM warehouse) AS warehouses,
                   (SELECT count(*) FROM (SELECT FROM print_job WHERE state = 'failed'
                                           LIMIT :most) f) AS failed,
                   (SELECT count(*) FROM (
                      SELECT DISTINCT w.code FROM wrong_scan w
                       WHERE w.happened_at >= (now() AT TIME ZONE k.time_zone)::date::timestamp
                                              AT TIME ZONE k.time_zone
                       LIMIT :most) s) AS wrong
              FROM company k"""),
        {"most": COUNT_STOPS_AT},
    ).one()

    def offers(found: list[list[Any]]) -> tuple[tuple[int, str], ...]:
        return tuple((int(id), str(name)) for id, name in found)

    return AdministrationChoices(
        today(row.time_zone),
        offers(row.printers),
        offers(row.stations),
        offers(row.warehouses),
        row.failed,
        row.wrong,
    )
