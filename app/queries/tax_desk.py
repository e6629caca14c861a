"""Taxes as the desk shows them: places, classes of goods, customers who pay none; each whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import CustomerRef, Kind
from app.queries.beginnings import as_typed, beginnings
from app.queries.taxes import Exemption, RateRow, tax_exemptions, tax_rates
from app.rules.billing import TaxRounding
from app.rules.periods import SOON_DAYS
from app.rules.taxes import AccountTaxClass

VIEWS = ("places", "classes", "customers", "expiring")

_TODAY = "(SELECT (now() AT TIME ZONE k.time_zone)::date FROM company k)"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A jurisdiction in the list; `rates` are (tax class, percent) that count today for all.

    `coming` is the next day on which a rate begins.
    """

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    country: str
    region: str
    postal_from: str
    postal_to: str
    rates: tuple[tuple[str, Decimal], ...]
    coming: date | None
    kind: Kind = Kind.JURISDICTION


@dataclass(frozen=True, slots=True)
class TaxClassRow:
    """A class of goods in the list, and in how many jurisdictions it has a rate today."""

    id: int
    key: tuple[Any, ...]
    code: str
    name: str
    places: int
    kind: Kind = Kind.TAX_CLASS


@dataclass(frozen=True, slots=True)
class TaxedCustomerRow:
    """A customer with a certificate or of a class; the certificate is the one that ends last."""

    id: int
    key: tuple[Any, ...]
    number: str
    name: str
    account_tax_class: AccountTaxClass | None
    certificate: str
    valid_from: date | None
    valid_to: date | None
    today: date
    kind: Kind = Kind.CUSTOMER


TaxRecordRow = PlaceRow | TaxClassRow | TaxedCustomerRow


def tax_records(
    session: Session,
    *,
    view: str = "places",
    filter: str = "",
    after: tuple[Any, ...] | None = None,
    limit: int = 100,
) -> tuple[TaxRecordRow, ...]:
    """One page of a view; `after` is the `key` of the last row shown. One statement.

    `view` is places, classes, customers (with a certificate, or of a class) or expiring (whose
    certificate ends within 30 days). `filter` is the beginning of a code, number or name, or of
    a country's or region's code.
    """
    typed = as_typed(filter)
    values: dict[str, Any] = {"limit": limit, **beginnings(typed)}
    if view == "places":
        return _places(session, values, bool(typed), after)
    if view == "classes":
        return _classes(session, values, bool(typed), after)
    return _customers(session, values, bool(typed), after, is_expiring=view == "expiring")


def _places(
    session: Session, values: dict[str, Any], is_filtered: bool, after: tuple[Any, ...] | None
) -> tuple[PlaceRow, ...]:
    where = ["true"]
    if is_filtered:
        where.append("""(upper(j.code) >= :code AND upper(j.code) < :code_end
                         OR lower(j.name) >= :name AND lower(j.name) < :name_end
                         OR j.country = :code OR j.region = :code)""")
    if after is not None:
        where.append("(j.country, j.region, j.postal_from, j.id) > (:a0, :a1, :a2, :a3)")
        values |= {f"a{number}": each for number, each in enumerate(after)}
    rows = session.execute(
        text(f"""
            SELECT j.id, j.code, j.name, j.country, j.region, j.postal_from, j.postal_to,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(t.code, r.percent::text)
                                              ORDER BY t.code, r.sequence), '[]')
                      FROM tax_rate r JOIN tax_class t ON t.id = r.tax_class_id
                     WHERE r.jurisdiction_id = j.id AND r.account_tax_class IS NULL
                       AND coalesce(r.valid_from, '-infinity') <= {_TODAY}
                       AND coalesce(r.valid_to, 'infinity') >= {_TODAY}) AS rates,
                   (SELECT min(r.valid_from) FROM tax_rate r
                     WHERE r.jurisdiction_id = j.id AND r.valid_from > {_TODAY}) AS coming
              FROM tax_jurisdiction j
             WHERE {" AND ".join(where)}
             ORDER BY j.country, j.region, j.postal_from, j.id LIMIT :limit"""),
        values,
    )
    return tuple(
        PlaceRow(
            row.id,
            (row.country, row.region, row.postal_from, row.id),
            row.code,
            row.name,
            row.country,
            row.region,
            row.postal_from,
            row.postal_to,
            tuple((code, Decimal(percent)) for code, percent in row.rates),
            row.coming,
        )
        for row in rows
    )


def _classes(
    session: Session, values: dict[str, Any], is_filtered: bool, after: tuple[Any, ...] | None
) -> tuple[TaxClassRow, ...]:
    where = ["true"]
    if is_filtered:
        where.append("""(upper(t.code) >= :code AND upper(t.code) < :code_end
                         OR lower(t.name) >= :name AND lower(t.name) < :name_end)""")
    if after is not None:
        where.append("t.code > :after")
        values["after"] = after[0]
    rows = session.execute(
        text(f"""
            SELECT t.id, t.code, t.name,
                   (SELECT count(DISTINCT r.jurisdiction_id) FROM tax_rate r
                     WHERE r.tax_class_id = t.id
                       AND coalesce(r.valid_from, '-infinity') <= {_TODAY}
                       AND coalesce(r.valid_to, 'infinity') >= {_TODAY}) AS places
              FROM tax_class t WHERE {" AND ".join(where)} ORDER BY t.code LIMIT :limit"""),
        values,
    )
    return tuple(TaxClassRow(row.id, (row.code,), row.code, row.name, row.places) for row in rows)


def _customers(
    session: Session,
    values: dict[str, Any],
    is_filtered: bool,
    after: tuple[Any, ...] | None,
    *,
    is_expiring: bool,
) -> tuple[TaxedCustomerRow, ...]:
    where = ["true"]
    if is_expiring:
        where.append(f"x.valid_to BETWEEN {_TODAY} AND {_TODAY} + {SOON_DAYS}")
    if is_filtered:
        where.append("""(c.number >= :code AND c.number < :code_end
                         OR c.name_sort >= :name AND c.name_sort < :name_end)""")
    if after is not None:
        where.append("(c.name_sort, c.id) > (:after_name, :after_id)")
        values["after_name"], values["after_id"] = after
    rows = session.execute(
        text(f"""
            SELECT c.id, c.number, c.name, c.name_sort, c.account_tax_class,
                   coalesce(x.certificate, '') AS certificate, x.valid_from, x.valid_to,
                   {_TODAY} AS today
              FROM (SELECT customer_id AS id FROM tax_exemption
                    UNION SELECT id FROM customer WHERE account_tax_class IS NOT NULL) s
              JOIN customer c ON c.id = s.id
              LEFT JOIN LATERAL (
                   SELECT e.certificate, e.valid_from, e.valid_to FROM tax_exemption e
                    WHERE e.customer_id = c.id
                    ORDER BY e.valid_to DESC NULLS FIRST, e.id LIMIT 1) x ON true
             WHERE {" AND ".join(where)}
             ORDER BY c.name_sort, c.id LIMIT :limit"""),
        values,
    )
    return tuple(
        TaxedCustomerRow(
            row.id,
            (row.name_sort, row.id),
            row.number,
            row.name,
            _account(row.account_tax_class),
            row.certificate,
            row.valid_from,
            row.valid_to,
            row.today,
        )
        for row in rows
    )


def _account(code: str | None) -> AccountTaxClass | None:
    return AccountTaxClass(code) if code else None


# ---------------------------------------------------------------- one whole


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """A jurisdiction with its rates, and how the company reckons taxes."""

    id: int
    code: str
    name: str
    country: str
    region: str
    postal_from: str
    postal_to: str
    prices_include_tax: bool
    rounding: TaxRounding
    untaxed_is_normal: bool
    today: date
    rates: tuple[RateRow, ...]


@dataclass(frozen=True, slots=True)
class TaxClassWhole:
    """A class of goods: its rates everywhere, and how much is of it."""

    id: int
    code: str
    name: str
    items: int
    charge_rules: int
    today: date
    rates: tuple[RateRow, ...]


@dataclass(frozen=True, slots=True)
class CustomerTaxes:
    """How a customer stands with taxes: the kind of buyer, and the certificates."""

    id: int
    number: str
    name: str
    account_tax_class: AccountTaxClass | None
    today: date
    exemptions: tuple[Exemption, ...]


MOST_ITEMS = 1000
"""Items of a class are counted up to so many."""


def tax_place(session: Session, *, jurisdiction: int) -> TaxPlace:
    """One jurisdiction. Two statements. Raises: NotFound."""
    row = session.execute(
        text("""
            SELECT j.id, j.code, j.name, j.country, j.region, j.postal_from, j.postal_to,
                   k.prices_include_tax, k.tax_rounding, k.untaxed_is_normal,
                   (now() AT TIME ZONE k.time_zone)::date AS today
              FROM tax_jurisdiction j CROSS JOIN company k WHERE j.id = :id"""),
        {"id": jurisdiction},
    ).one_or_none()
    if row is None:
        raise NotFound(what="jurisdiction", value=jurisdiction)
    known = row._asdict()
    known["rounding"] = TaxRounding(known.pop("tax_rounding"))
    return TaxPlace(**known, rates=tax_rates(session, jurisdiction=row.code))


def tax_class_whole(session: Session, *, tax_class: int) -> TaxClassWhole:
    """One class of goods. Two statements. Raises: NotFound."""
    row = session.execute(
        text(f"""
            SELECT t.id, t.code, t.name,
                   (SELECT count(*) FROM (SELECT 1 FROM item i WHERE i.tax_class_id = t.id
                                           LIMIT {MOST_ITEMS}) few) AS items,
                   (SELECT count(*) FROM charge_rule r WHERE r.tax_class_id = t.id)
                     AS charge_rules, {_TODAY} AS today
              FROM tax_class t WHERE t.id = :id"""),
        {"id": tax_class},
    ).one_or_none()
    if row is None:
        raise NotFound(what="tax class", value=tax_class)
    return TaxClassWhole(**row._mapping, rates=tax_rates(session, tax_class=row.code))


def customer_taxes(session: Session, *, customer: CustomerRef) -> CustomerTaxes:
    """One customer's taxes. Two statements. Raises: NotFound."""
    row = session.execute(
        text(f"""SELECT c.id, c.number, c.name, c.account_tax_class, {_TODAY} AS today
                   FROM customer c WHERE c.id = :id"""),
        {"id": customer},
    ).one_or_none()
    if row is None:
        raise NotFound(what="customer", value=customer)
    known = row._asdict()
    known["account_tax_class"] = _account(row.account_tax_class)
    return CustomerTaxes(**known, exemptions=tax_exemptions(session, customer=customer))


@dataclass(frozen=True, slots=True)
class TaxChoices:
    """What the forms offer: the classes of goods as (code, name), the company's country, today."""

    classes: tuple[tuple[str, str], ...]
    country: str
    today: date


def tax_choices(session: Session) -> TaxChoices:
    """What the forms offer. One statement."""
    row = session.execute(
        text("""SELECT k.country, (now() AT TIME ZONE k.time_zone)::date AS today,
                       (SELECT coalesce(jsonb_agg(jsonb_build_array(t.code, t.name)
                                                  ORDER BY t.name, t.code), '[]')
                          FROM tax_class t) AS classes
                  FROM company k""")
    ).one()
    return TaxChoices(tuple((code, name) for code, name in row.classes), row.country, row.today)
