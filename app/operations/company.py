"""The company's settings, and what its documents lean on: terms, delivery modes, exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.clock import today
from app.core.countries import country_code
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind
from app.core.messages import N_
from app.core.money import decimals_of
from app.documents.document import Paper
from app.models.company import Company, DeliveryMode, ExchangeRate, PaymentTerms
from app.operations.places import check_time_zone
from app.operations.records import Problems, Seen, Subject, given_by, own_changes, those_given
from app.rules.billing import TaxRounding
from app.rules.gs1 import CompanyPrefixWrong, is_digits
from app.rules.orders import DeliveryKind
from app.rules.pricing.agreements import DiscountRule
from app.rules.records import (
    NOTE_LENGTH,
    check_code,
    check_email,
    check_name,
    check_number,
    check_text,
)


class CompanyNeeds(BusinessError):
    """The first settings of a company, without which no document can be."""

    sentence = N_("A new company needs its {fields} first.")


class CurrencyStays(BusinessError):
    """Every amount stored is in it."""

    sentence = N_(
        "The company's currency is {currency} and stays: all its amounts are in it. "
        "Another currency is another company."
    )


class PaperUnknown(BusinessError):
    """A paper the documents are not drawn for."""

    sentence = N_("{paper} is not a paper the documents are drawn for. Use one of: {papers}.")


class OwnCurrency(BusinessError):
    """A rate for the currency all rates are given in."""

    sentence = N_("{currency} is the company's own currency: it is always 1. Rate another one.")


class RateTwice(BusinessError):
    """Two rates of one currency for one day in the same list."""

    sentence = N_("{currency} has two rates for {day}. Keep one of them.")


class ScanPrefixWrong(BusinessError):
    """A prefix that codes of others may begin with."""

    sentence = N_("{prefix} cannot begin our own codes: use 2 to 4 capital letters.")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is to be different; None stays as it is. A new company needs the first five."""

    name: str | None = None
    country: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    gs1_company_prefix: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    tax_number: str | None = None
    locale: str | None = None
    paper: str | None = None
    scan_prefix: str | None = None
    tax_rounding: TaxRounding | None = None
    prices_include_tax: bool | None = None
    untaxed_is_normal: bool | None = None
    item_floor: bool | None = None
    discount_rule: DiscountRule | None = None
    finish_packs: bool | None = None


FINEST_RATE = Decimal("0.0000000001")
LARGEST_RATE = Decimal("99999999.9999999999")
NEEDED = ("name", "country", "currency", "time_zone", "gs1_company_prefix")


@dataclass(frozen=True, slots=True)
class SettingsSaved:
    """The company's settings are changed."""

    name: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class TermsSaved:
    """Payment terms or a delivery mode as they are now."""

    id: int
    code: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class NewExchangeRate:
    """One unit of `currency` is `rate` units of the company's, from this day (default: today)."""

    currency: str
    rate: Decimal
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class RatesSaved:
    """The currencies whose rates were written."""

    currencies: tuple[str, ...]
    changes: Changes


def set_company(
    session: Session, actor: Actor, *, settings: Settings, seen: Seen | None = None
) -> SettingsSaved:
    """Set what is given of the company's settings; the first time also makes the company.

    A company that is made has a delivery mode of each kind and the usual carton types.

    Raises: NotPermitted, ChangedBySomeoneElse, CompanyNeeds, CurrencyStays, UnknownCountry,
    UnknownCurrency, UnknownTimeZone, CompanyPrefixWrong, PaperUnknown and what `rules.records`
    raises.
    """
    actor.require("set_company", Group.ADMIN)
    now = session.execute(text("SELECT * FROM company FOR NO KEY UPDATE")).one_or_none()
    own = given_by(settings)
    if now is not None:
        own = own_changes(session, seen, own, now._asdict(), Subject(now.name, Kind.COMPANY, 1))
    problems = Problems()
    values = {
        name: problems.check(0, name, _CHECKS[name], value) if name in _CHECKS else value
        for name, value in own.items()
    }
    if now is None:
        missing = [name for name in NEEDED if not values.get(name)]
        if missing:
            problems.add(0, missing[0], CompanyNeeds(fields=missing))
    elif values.pop("currency", now.currency) != now.currency:
        problems.add(0, "currency", CurrencyStays(currency=now.currency))
    problems.raise_all()
    if now is None:
        session.execute(insert(Company).values(values))
        session.execute(_USUAL_MODES)
        session.execute(_USUAL_CARTONS)
    elif values:
        session.execute(update(Company).values(values).execution_options(synchronize_session=False))
    name = values["name"] if now is None else values.get("name", now.name)
    return SettingsSaved(name, changed(Kind.COMPANY, 1))


_USUAL_MODES = text("""
    INSERT INTO delivery_mode (code, name, kind)
    SELECT * FROM (VALUES ('CARRIER', 'Carrier', 'carrier'), ('TRUCK', 'Own truck', 'own_truck'),
                          ('PICK-UP', 'Picked up', 'pick_up'), ('COUNTER', 'Counter', 'counter')) m
     WHERE NOT EXISTS (SELECT FROM delivery_mode)
""")
_USUAL_CARTONS = text("""
    INSERT INTO carton_type (code, name, kind, is_default)
    SELECT * FROM (VALUES ('BOX', 'Box', 'box', true), ('TOTE', 'Tote', 'tote', false),
                          ('PALLET', 'Pallet', 'pallet', false)) t
     WHERE NOT EXISTS (SELECT FROM carton_type)
""")


def create_payment_terms(
    session: Session, actor: Actor, *, code: str, name: str, days: int = 0
) -> TermsSaved:
    """Make payment terms: an invoice is due so many days after its date.

    Raises: NotPermitted, NumberTaken, NumberOutOfRange, TextMissing; all at once.
    """
    actor.require("create_payment_terms", Group.ACCOUNTING)
    problems = Problems()
    values = {
        "code": problems.check(0, "code", check_code, code),
        "name": problems.check(0, "name", check_name, name),
        "days": problems.check(0, "days", _days, days),
    }
    problems.numbers(session, "payment terms", "payment_terms", [values["code"]], "code")
    problems.raise_all()
    id = session.execute(insert(PaymentTerms).returning(PaymentTerms.id), [values]).scalar_one()
    return TermsSaved(id, values["code"], changed(Kind.COMPANY, 1))


def change_payment_terms(
    session: Session,
    actor: Actor,
    *,
    code: str,
    seen: Seen | None = None,
    name: str | None = None,
    days: int | None = None,
) -> TermsSaved:
    """Change payment terms for what is invoiced from now on.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_payment_terms`.
    """
    actor.require("change_payment_terms", Group.ACCOUNTING)
    checks = {"name": check_name, "days": _days}
    wanted = those_given(name=name, days=days)
    return _change_by_code(session, PaymentTerms, "payment terms", code, seen, wanted, checks)


def create_delivery_mode(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: DeliveryKind,
    transit_days: int = 0,
) -> TermsSaved:
    """Make a way goods reach the customer; what it costs them says a charge rule.

    Raises: NotPermitted, NumberTaken, NumberOutOfRange, TextMissing; all at once.
    """
    actor.require("create_delivery_mode", Group.ADMIN)
    problems = Problems()
    values = {
        "code": problems.check(0, "code", check_code, code),
        "name": problems.check(0, "name", check_name, name),
        "kind": kind,
        "transit_days": problems.check(0, "transit_days", _days, transit_days),
    }
    problems.numbers(session, "delivery mode", "delivery_mode", [values["code"]], "code")
    problems.raise_all()
    id = session.execute(insert(DeliveryMode).returning(DeliveryMode.id), [values]).scalar_one()
    return TermsSaved(id, values["code"], changed(Kind.COMPANY, 1))


def change_delivery_mode(
    session: Session,
    actor: Actor,
    *,
    code: str,
    seen: Seen | None = None,
    name: str | None = None,
    transit_days: int | None = None,
) -> TermsSaved:
    """Change a delivery mode for new orders; what kind it is stays.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_delivery_mode`.
    """
    actor.require("change_delivery_mode", Group.ADMIN)
    checks = {"name": check_name, "transit_days": _days}
    wanted = those_given(name=name, transit_days=transit_days)
    return _change_by_code(session, DeliveryMode, "delivery mode", code, seen, wanted, checks)


def set_exchange_rates(
    session: Session, actor: Actor, *, rates: Sequence[NewExchangeRate]
) -> RatesSaved:
    """Say what other currencies are worth from a day on; one with a rate can be agreed on.

    A rate given again for its day replaces that one. Documents keep the rate they were made with.
    Raises: NotPermitted, UnknownCurrency, OwnCurrency, NumberOutOfRange, NumberTooFine, RateTwice;
    all at once.
    """
    actor.require("set_exchange_rates", Group.ACCOUNTING)
    own = session.execute(text("SELECT currency, time_zone FROM company")).one()
    problems = Problems()
    values: dict[tuple[str, date], dict[str, Any]] = {}
    for index, each in enumerate(rates):
        currency = each.currency.strip().upper()
        day = each.valid_from or today(own.time_zone)
        problems.check(index, "currency", decimals_of, currency)
        problems.check(index, "rate", _rate, each.rate)
        if currency == own.currency:
            problems.add(index, "currency", OwnCurrency(currency=currency))
        if (currency, day) in values:
            problems.add(index, "valid_from", RateTwice(currency=currency, day=day))
        values[currency, day] = {"currency": currency, "valid_from": day, "rate": each.rate}
    problems.raise_all()
    if values:
        rows = upsert(ExchangeRate)
        session.execute(
            rows.on_conflict_do_update(
                constraint="pk_exchange_rate", set_={"rate": rows.excluded.rate}
            ),
            list(values.values()),
        )
    return RatesSaved(tuple(sorted({key[0] for key in values})), changed(Kind.COMPANY, 1))


_KINDS = {PaymentTerms: Kind.PAYMENT_TERMS, DeliveryMode: Kind.DELIVERY_MODE}


def _change_by_code(
    session: Session,
    model: type[PaymentTerms] | type[DeliveryMode],
    what: str,
    code: str,
    seen: Seen | None,
    wanted: dict[str, Any],
    checks: dict[str, Any],
) -> TermsSaved:
    now = session.execute(
        text(f"SELECT * FROM {model.__tablename__} WHERE code = :code FOR NO KEY UPDATE"),
        {"code": code},
    ).one_or_none()
    problems = Problems()
    if now is None:
        problems.add(0, "code", NotFound(what=what, value=code))
        problems.raise_all()
    assert now is not None
    kind = _KINDS[model]
    own = own_changes(session, seen, wanted, now._asdict(), Subject(now.name, kind, now.id))
    values = {name: problems.check(0, name, checks[name], value) for name, value in own.items()}
    problems.raise_all()
    if values:
        session.execute(
            update(model)
            .where(model.id == now.id)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return TermsSaved(now.id, code, changed(Kind.COMPANY, 1) | changed(kind, now.id))


def _line(field: str) -> Any:
    return lambda value: check_text(field, value)


def _days(value: int) -> int:
    check_number("number of days", Decimal(value), most=Decimal(3650), decimals=0)
    return value


def _rate(value: Decimal) -> Decimal:
    return check_number("exchange rate", value, least=FINEST_RATE, most=LARGEST_RATE, decimals=10)


def _country(value: str) -> str:
    return country_code(check_text("country", value, required=True))


def _currency(value: str) -> str:
    decimals_of(value)
    return value


def _company_prefix(value: str) -> str:
    if not (is_digits(value) and 4 <= len(value) <= 12):
        raise CompanyPrefixWrong(value=value[:40])
    return value


def _paper(value: str) -> str:
    if value not in tuple(Paper):
        raise PaperUnknown(paper=value[:40], papers=[each.value for each in Paper])
    return value


def _scan_prefix(value: str) -> str:
    if not (value.isascii() and value.isalpha() and value.isupper() and 2 <= len(value) <= 4):
        raise ScanPrefixWrong(prefix=value[:40])
    return value


_CHECKS: dict[str, Any] = {
    "name": check_name,
    "country": _country,
    "currency": _currency,
    "time_zone": check_time_zone,
    "gs1_company_prefix": _company_prefix,
    "address": lambda value: check_text("address", value, NOTE_LENGTH, lines=True),
    "phone": _line("phone"),
    "email": check_email,
    "tax_number": _line("tax number"),
    "locale": _line("locale"),
    "paper": _paper,
    "scan_prefix": _scan_prefix,
}
