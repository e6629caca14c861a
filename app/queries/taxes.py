"""Which taxes apply to a customer, at a place, on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, raise_all
from app.core.messages import N_
from app.rules.taxes import (
    AccountTaxClass,
    Place,
    TaxRateOf,
    ValidRate,
    rates_for,
)


class NoTaxRate(BusinessError):
    """Goods of a tax class go where nobody said what tax they bear on that day."""

    sentence = N_(
        "There is no tax rate for {what} (class {tax_class}) in {place} on {date}. "
        "Enter one, with 0 percent if it bears none, or take the tax class off."
    )


@dataclass(frozen=True, slots=True)
class TaxSituation:
    """All that decides the taxes of one document: asked once, whatever its number of lines.

    With a valid exemption (its `certificate`) nothing is taxed. Goods without a tax class never
    are. Where no rate is set, the company's setting `untaxed_is_normal` decides; it is off unless
    somebody turns it on, because a tax nobody decided on is worse than a question.
    """

    place: Place
    on: date
    certificate: str | None
    account: AccountTaxClass | None
    untaxed_is_normal: bool
    classes: Mapping[int, str]
    valid: tuple[ValidRate, ...]

    def rates_of(self, tax_class_id: int | None, what: str) -> tuple[TaxRateOf, ...]:
        """The rates for goods of a class. Raises: NoTaxRate, which names `what`."""
        if tax_class_id is None or self.certificate is not None:
            return ()
        found = rates_for(self.valid, tax_class_id, self.account)
        if found is not None:
            return found
        if self.untaxed_is_normal:
            return ()
        raise NoTaxRate(
            what=what,
            tax_class=self.classes.get(tax_class_id, tax_class_id),
            place=str(self.place) or "an unknown place",
            date=self.on,
        )

    def rates_of_all(self, goods: Sequence[tuple[int | None, str]]) -> list[tuple[TaxRateOf, ...]]:
        """The rates of (tax class, what it is) each. Raises: NoTaxRate, all of them at once."""
        problems: dict[str, BusinessError] = {}
        found = []
        for tax_class_id, what in goods:
            try:
                found.append(self.rates_of(tax_class_id, what))
            except NoTaxRate as problem:
                problems.setdefault(str(problem), problem)
        raise_all(list(problems.values()))
        return found


_SITUATION = text("SELECT tax_situation(:customer, :ship_to, :on)").bindparams(
    bindparam("ship_to", type_=JSONB)
)


def tax_situation(
    session: Session, *, customer: int | None, ship_to: Mapping[str, Any], on: date
) -> TaxSituation:
    """What decides the taxes of a document for `customer` (None: anybody) on a day.

    `ship_to` has country, region and postal_code; without a country it is in the company's own.
    One statement.
    """
    found = session.execute(
        _SITUATION, {"customer": customer, "ship_to": dict(ship_to), "on": on}
    ).scalar_one()
    return situation_of(found, on)


def situation_of(found: Mapping[str, Any], on: date) -> TaxSituation:
    """The answer of the database's function `tax_situation`, also from inside other statements."""
    return TaxSituation(
        Place(found["country"], found["region"], found["postal_code"]),
        on,
        found["certificate"],
        AccountTaxClass(found["account"]) if found["account"] else None,
        found["untaxed_is_normal"],
        {int(id): code for id, code in found["classes"].items()},
        tuple(_valid_rate(each) for each in found["valid"]),
    )


def _valid_rate(found: Mapping[str, Any]) -> ValidRate:
    return ValidRate(
        found["jurisdiction_id"],
        found["level"],
        found["tax_class_id"],
        AccountTaxClass(found["account"]) if found["account"] else None,
        TaxRateOf(
            found["name"],
            Decimal(found["percent"]),
            found["is_compound"],
            found["sequence"],
            found["jurisdiction"],
            found["jurisdiction_id"],
        ),
    )
