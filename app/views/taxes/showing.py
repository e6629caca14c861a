"""Taxes written as they are to be read: places with their rates, classes, certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from app.core.actor import Actor, Group
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.tax_desk import (
    MOST_ITEMS,
    CustomerTaxes,
    PlaceRow,
    TaxClassRow,
    TaxClassWhole,
    TaxedCustomerRow,
    TaxPlace,
    TaxRecordRow,
)
from app.queries.taxes import Exemption, RateRow, covered
from app.rules.billing import TaxRounding
from app.rules.periods import Standing, standing_in
from app.rules.taxes import AccountTaxClass
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import tax_name, write_number
from app.views.widgets.period_bars import STANDINGS, PeriodBar, open_day
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, few, needs, state_words, words, write_full_day

ACCOUNTS = {
    None: words(N_("everybody")),
    AccountTaxClass.RETAIL: words(N_("retail customers")),
    AccountTaxClass.WHOLESALE: words(N_("wholesale customers")),
}
ROUNDED = {
    TaxRounding.LINE: words(N_("on each line")),
    TaxRounding.DOCUMENT: words(N_("once a document")),
}
NO_RATE = Badge(words(N_("No rate")), Tone.ATTENTION, "warning")
NARROWER = N_(
    "Where a narrower place has a rate of its own, that one counts instead; the two do not add up."
)
MOST_TOLD = 3
"""Rates taken together are written one by one up to so many."""
_COUNTING = (Standing.ACTIVE, Standing.ENDING)


def why_not(actor: Actor) -> str:
    """Why somebody may not change taxes; empty when they may."""
    return "" if actor.is_any(Group.ACCOUNTING) else needs(Group.ACCOUNTING)


def percent_words(percent: Decimal) -> str:
    """A rate: `6.5 %`."""
    return f"{write_number(percent)} %"


# ---------------------------------------------------------------- the list


def card(row: TaxRecordRow) -> Card:
    """A row of any view."""
    if isinstance(row, PlaceRow):
        return _place_card(row)
    if isinstance(row, TaxClassRow):
        places = counted(row.places, "place has a rate", "places have a rate")
        return Card(row.name, "", (row.code, places), badge=None if row.places else NO_RATE)
    return _customer_card(row)


def _place_card(row: PlaceRow) -> Card:
    classes = dict.fromkeys(tax_class for tax_class, _ in row.rates)
    if len(classes) == 1:
        amount = _together([percent for _, percent in row.rates])
    else:
        amount = counted(len(row.rates), "rate", "rates") if row.rates else ""
    badge = None
    if not row.rates:
        badge = NO_RATE
    if row.coming is not None:
        badge = Badge(
            words(N_("From {day}"), day=write_full_day(row.coming)), Tone.INFO, "calendar-blank"
        )
    where = place_words(row)
    return Card(row.name, amount, tuple(dict.fromkeys((row.code, where))), badge=badge)


def _together(percents: Sequence[Decimal]) -> str:
    """Rates that are taken together: `6.5 + 10 %`; of many only how many they are."""
    if len(percents) > MOST_TOLD:
        return counted(len(percents), "rate", "rates")
    return " + ".join(write_number(each) for each in percents) + " %"


def place_words(place: PlaceRow | TaxPlace) -> str:
    """What is covered, shortly: `WA, US · 98101 to 98199`."""
    where = f"{place.region}, {place.country}" if place.region else place.country
    if not place.postal_from:
        return where
    if place.postal_from == place.postal_to:
        return f"{where} {place.postal_from}"
    return words(
        N_("{where} {first} to {last}"),
        where=where,
        first=place.postal_from,
        last=place.postal_to,
    )


def _customer_card(row: TaxedCustomerRow) -> Card:
    kind = state_words(row.account_tax_class) if row.account_tax_class else ""
    until = ""
    badge = Badge(words(N_("No certificate")), Tone.NEUTRAL)
    if row.certificate:
        standing = standing_in(row.today, row.valid_from, row.valid_to)
        badge = STANDINGS[standing]
        until = words(N_("until {day}"), day=write_full_day(row.valid_to)) if row.valid_to else ""
    return Card(row.name, "", (row.number, row.certificate, until, kind), badge=badge)


# ---------------------------------------------------------------- a place


def rate_standing(rate: RateRow, rates: Sequence[RateRow], today: date) -> Standing:
    """How a rate stands among the others; one that another follows at once does not end."""
    standing = standing_in(today, rate.valid_from, rate.valid_to)
    if standing is Standing.ENDING and any(_follows(each, rate) for each in rates):
        return Standing.ACTIVE
    return standing


def _follows(rate: RateRow, before: RateRow) -> bool:
    """True when a rate is taken in place of another from the day after its last one on."""
    if before.valid_to is None or rate.valid_from != before.valid_to + timedelta(days=1):
        return False
    same = ("jurisdiction", "tax_class", "account_tax_class", "sequence")
    return all(getattr(rate, each) == getattr(before, each) for each in same)


def _rate_lines(rates: Sequence[RateRow], today: date, *, is_by_place: bool) -> tuple[LineRow, ...]:
    has_order = any(each.sequence > 1 for each in rates)
    return tuple(
        LineRow(
            each.id,
            each.jurisdiction_name if is_by_place else each.name,
            tuple(
                said
                for said in (
                    each.name
                    if is_by_place
                    else words(N_("goods of class {tax_class}"), tax_class=each.tax_class),
                    words(N_("for {accounts}"), accounts=ACCOUNTS[each.account_tax_class]),
                    words(N_("on the taxes before it too")) if each.is_compound else "",
                )
                if said
            ),
            str(each.sequence) if has_order else "",
            extra=(open_day(each.valid_from), open_day(each.valid_to)),
            amount=percent_words(each.percent),
            badge=STANDINGS[rate_standing(each, rates, today)],
            source=each,
        )
        for each in rates
    )


def _heads(rates: Sequence[RateRow], item: str) -> LineHeads:
    has_order = any(each.sequence > 1 for each in rates)
    return LineHeads(
        item=item,
        quantity=words(N_("Order")) if has_order else "",
        extra=(words(N_("First day")), words(N_("Last day"))),
        price="",
        amount=words(N_("Rate")),
    )


def rate_bars(rates: Sequence[RateRow], today: date, *, is_by_place: bool) -> list[PeriodBar]:
    """When each rate counts."""
    return [
        PeriodBar(
            f"{each.jurisdiction_name if is_by_place else each.tax_class}"
            f"   {tax_name(each.name, each.percent)}",
            each.valid_from,
            each.valid_to,
            rate_standing(each, rates, today),
        )
        for each in rates
    ]


def place_model(place: TaxPlace, actor: Actor, *, has_classes: bool) -> DocumentModel:
    """One jurisdiction: what it covers, its rates, how the company reckons them."""
    may_not = why_not(actor)
    no_rate = may_not or ("" if place.rates else words(N_("there is no rate yet")))
    no_class = "" if has_classes else words(N_("make a class of goods first"))
    standings = [rate_standing(each, place.rates, place.today) for each in place.rates]
    counting = [
        each for each, standing in zip(place.rates, standings, strict=True) if standing in _COUNTING
    ]
    said = covered(place.name, place.country, place.region, place.postal_from, place.postal_to)
    told = said.message()
    if not (place.postal_from and place.region):
        told += " " + words(NARROWER)
    notices = [Notice(told, Tone.INFO)]
    if not counting:
        notices.append(Notice(_no_rate(place), Tone.ATTENTION))
    return DocumentModel(
        place.name,
        badges=_badges(standings),
        subline=tuple(dict.fromkeys((place.code, place_words(place)))),
        facts=(
            Fact(words(N_("Today")), _today_words(counting) or words(N_("no rate"))),
            Fact(
                words(N_("Prices")),
                words(N_("with tax in them"))
                if place.prices_include_tax
                else words(N_("without tax")),
            ),
            Fact(words(N_("Rounded")), ROUNDED[place.rounding]),
            Fact(words(N_("Freight")), words(N_("as each charge says"))),
        ),
        action=Action(
            "new-rate", words(N_("New rate")), "Ctrl+Return", why_not=may_not or no_class
        ),
        secondary=(
            Action("change", words(N_("Change")), "E", why_not=no_rate),
            Action("renew", words(N_("Another percent")), "M", why_not=no_rate),
            Action("end", words(N_("End")), "X", why_not=no_rate),
        ),
        more=(Action("change-place", words(N_("Change the place")), "P", why_not=may_not),),
        lines=_rate_lines(place.rates, place.today, is_by_place=False),
        heads=_heads(place.rates, words(N_("Tax"))),
        no_lines="" if place.rates else words(N_("No rate yet. Ctrl+Enter makes one.")),
        notices=tuple(notices),
    )


def _no_rate(place: TaxPlace) -> str:
    if place.untaxed_is_normal:
        return words(
            N_(
                "No rate counts here today, so a wider place's rate is taken; where there is none, "
                "goods go untaxed, as the company's settings say."
            )
        )
    return words(
        N_(
            "No rate counts here today, so a wider place's rate is taken; where there is none, "
            "orders to here are refused. Enter 0 % if nothing is taxed."
        )
    )


def _today_words(counting: Sequence[RateRow]) -> str:
    """What is taken today from everybody, by class of goods."""
    by_class: dict[str, list[Decimal]] = {}
    for each in counting:
        if each.account_tax_class is None:
            by_class.setdefault(each.tax_class, []).append(each.percent)
    taken = [f"{code} {_together(percents)}" for code, percents in by_class.items()]
    return few(taken, 3)


def _badges(standings: Sequence[Standing]) -> tuple[Badge, ...]:
    shown = [each for each in Standing if each in set(standings)]
    if len(shown) > 1:
        shown = [each for each in shown if each is not Standing.ENDED]
    return tuple(STANDINGS[each] for each in shown[:2]) or (NO_RATE,)


# ---------------------------------------------------------------- a class, a customer


def class_model(tax_class: TaxClassWhole, actor: Actor) -> DocumentModel:
    """One class of goods: how much is of it, and what is taken on it where."""
    may_not = why_not(actor)
    many = "1,000+" if tax_class.items >= MOST_ITEMS else str(tax_class.items)
    return DocumentModel(
        tax_class.name,
        subline=(tax_class.code, words(N_("class of goods"))),
        facts=(
            Fact(words(N_("Items")), many),
            Fact(words(N_("Charges")), str(tax_class.charge_rules)),
            Fact(
                words(N_("Places with rates")),
                str(len({each.jurisdiction for each in tax_class.rates})),
            ),
        ),
        secondary=(Action("rename", words(N_("Rename")), "E", why_not=may_not),),
        lines=_rate_lines(tax_class.rates, tax_class.today, is_by_place=True),
        heads=_heads(tax_class.rates, words(N_("Place"))),
        no_lines=""
        if tax_class.rates
        else words(N_("No place taxes this class yet. Open a place to give it a rate.")),
    )


def customer_model(customer: CustomerTaxes, actor: Actor) -> DocumentModel:
    """One customer: the kind of buyer, and the certificates."""
    may_not = why_not(actor)
    no_paper = may_not or ("" if customer.exemptions else words(N_("there is no certificate")))
    standings = [_paper_standing(each, customer.today) for each in customer.exemptions]
    counting = [
        each
        for each, standing in zip(customer.exemptions, standings, strict=True)
        if standing in _COUNTING
    ]
    kind = customer.account_tax_class
    if counting:
        certificates = few([each.certificate for each in counting])
        sentence = words(
            N_("{name} pays no tax today: certificate {certificates}."),
            name=customer.name,
            certificates=certificates,
        )
        tone = Tone.INFO
    else:
        told = N_("No certificate counts today, so {name} pays the rates for {accounts}.")
        if kind is None:
            told = N_(
                "No certificate counts today, so {name} pays the rates that are for everybody."
            )
        sentence = words(told, name=customer.name, accounts=ACCOUNTS[kind])
        tone = Tone.ATTENTION if customer.exemptions else Tone.INFO
    return DocumentModel(
        customer.name,
        badges=tuple(STANDINGS[each] for each in dict.fromkeys(standings))[:2],
        subline=(customer.number,),
        facts=(
            Fact(
                words(N_("Kind of buyer")),
                state_words(kind) if kind else words(N_("not said")),
            ),
            Fact(words(N_("Taxed today")), words(N_("no")) if counting else words(N_("yes"))),
        ),
        action=Action("exempt", words(N_("New certificate")), "Ctrl+Return", why_not=may_not),
        secondary=(
            Action("change", words(N_("Change")), "E", why_not=no_paper),
            Action("end", words(N_("End")), "X", why_not=no_paper),
            Action("classify", words(N_("Kind of buyer")), "B", why_not=may_not),
        ),
        lines=tuple(
            LineRow(
                each.id,
                each.certificate,
                (words(N_("no. {number}"), number=each.id),),
                extra=(open_day(each.valid_from), open_day(each.valid_to)),
                badge=STANDINGS[standing],
                source=each,
            )
            for each, standing in zip(customer.exemptions, standings, strict=True)
        ),
        heads=LineHeads(
            item=words(N_("Certificate")),
            quantity="",
            extra=(words(N_("First day")), words(N_("Last day"))),
            price="",
            amount="",
        ),
        no_lines="" if customer.exemptions else words(N_("No certificate is kept.")),
        notices=(Notice(sentence, tone),),
        related=(
            Action(
                f"{Kind.CUSTOMER}:{customer.id}",
                words(N_("Customer {number}"), number=customer.number),
            ),
        ),
    )


def _paper_standing(exemption: Exemption, today: date) -> Standing:
    return standing_in(today, exemption.valid_from, exemption.valid_to)


def paper_bars(customer: CustomerTaxes) -> list[PeriodBar]:
    """When each certificate counts."""
    return [
        PeriodBar(
            each.certificate,
            each.valid_from,
            each.valid_to,
            _paper_standing(each, customer.today),
        )
        for each in customer.exemptions
    ]
