"""The noun `totals`: what any basket would come to; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.countries import country_code
from app.core.ids import CustomerRef
from app.core.money import ZERO
from app.queries.charges import charge_rules
from app.queries.taxes import tax_situation
from app.queries.totals.answer import BasketTotals, told
from app.queries.totals.lines import Asked, class_id, ready_lines
from app.queries.totals.question import (
    BasketCharge,
    BasketExemption,
    BasketLine,
    BasketPlace,
    check_basket,
    rates_given,
)
from app.rules.billing import TaxRounding
from app.rules.charges import ChargedLine, ChargeMethod, ChargeRule, StandingCharge, amount_of
from app.rules.reckoning import charged_lines, reckon
from app.rules.taxes import AccountTaxClass, TaxSituation
from app.rules.totals import TotalsRequest


def totals(
    session: Session,
    *,
    lines: tuple[BasketLine, ...],
    charges: tuple[BasketCharge, ...] = (),
    discount_percent: Decimal | None = None,
    discount_amount: Decimal | None = None,
    customer: CustomerRef | None = None,
    account_tax_class: AccountTaxClass | None = None,
    exemptions: tuple[BasketExemption, ...] | None = None,
    ship_to: BasketPlace | None = None,
    delivery_mode: str | None = None,
    on: date | None = None,
    currency: str | None = None,
    prices_include_tax: bool | None = None,
    rounding: TaxRounding | None = None,
    with_rules: bool = True,
) -> BasketTotals:
    """What a basket comes to, with every line, share, rate and total; nothing is stored.

    What is not given comes from the customer, or else the company: currency, tax class of the
    account, exemptions (an empty list: none), ship-to, delivery mode, day (today), whether prices
    include tax, how tax is rounded. Items without a price are priced by agreements and lists;
    without an order discount given, agreements decide; with rules, the charges that fit are added.
    Rates given with a line or charge stand, whoever is exempt. At most six statements.
    Raises: NotFound, LineWithoutPrice, UnitWithoutItem, UnknownCountry, NoTaxRate,
    NumberOutOfRange and its kin; all at once, stage by stage.
    """
    asked = Asked.of(session, customer, delivery_mode, on, currency)
    check_basket(lines, charges, discount_percent, discount_amount, exemptions or ())
    ready = ready_lines(session, asked, lines)
    place = asked.ship_to if ship_to is None else _address(ship_to)
    situation = tax_situation(session, customer=customer, ship_to=place, on=asked.on)
    if account_tax_class is not None:
        situation = replace(situation, account=account_tax_class)
    if exemptions is not None:
        valid = [each.certificate for each in exemptions if each.counts(asked.on)]
        situation = replace(situation, certificate=valid[0] if valid else None)
    goods = [line.goods(key, situation) for key, line in enumerate(ready.lines)]
    percent, amount = ready.discount(goods, asked.currency, discount_percent, discount_amount)
    rules: tuple[ChargeRule, ...] = ()
    if with_rules:
        rules = charge_rules(
            session,
            customer=customer,
            delivery_mode=asked.delivery_mode_id,
            items=[line.facts.id for line in ready.lines if line.facts],
            currency=asked.currency,
            on=asked.on,
        )
    document = TotalsRequest(
        asked.currency,
        (),
        discount_percent=percent,
        discount_amount=amount,
        prices_include_tax=(
            asked.prices_include_tax if prices_include_tax is None else prices_include_tax
        ),
        rounding=rounding or asked.rounding,
    )
    charged = charged_lines(document, goods)
    standing = [_standing(each, charged, asked.currency, situation) for each in charges]
    reckoned = reckon(document, goods, situation, rules, standing)
    return told(asked, document, ready.lines, situation, reckoned)


def _address(place: BasketPlace) -> dict[str, str]:
    # The database knows no NUL; no place has one in its name. A country may be written out.
    return {
        "country": country_code(place.country),
        "region": place.region.replace("\0", ""),
        "postal_code": place.postal_code.replace("\0", ""),
    }


def _standing(
    charge: BasketCharge, lines: Sequence[ChargedLine], currency: str, situation: TaxSituation
) -> StandingCharge:
    goods = sum((line.net for line in lines), ZERO)
    on = lines if charge.line is None else [lines[charge.line - 1]]
    rate = charge.amount if charge.method is ChargeMethod.FIXED else charge.rate
    return StandingCharge(
        charge.description,
        amount_of(charge.method, rate, charge.brackets, on, goods, currency),
        charge.kind,
        charge.is_taxable,
        None if charge.tax_class is None else class_id(situation, charge.tax_class),
        None if charge.line is None else charge.line - 1,
        rates=None if charge.rates is None else rates_given(charge.rates),
    )
