"""Charge rules written as they are to be read."""

from __future__ import annotations

from app.core.ids import Kind
from app.core.messages import N_
from app.queries.charge_desk import ChargeRuleShown
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind
from app.rules.periods import Standing
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_money, write_number, write_price
from app.views.widgets.period_bars import STANDINGS, open_day
from app.views.widgets.row_painting import Card
from app.views.widgets.wording import words

KINDS = {ChargeKind.SHIPPING: words(N_("Freight")), ChargeKind.SPECIAL: words(N_("Special charge"))}
METHODS = {
    ChargeMethod.FIXED: words(N_("Fixed amount")),
    ChargeMethod.PER_QUANTITY: words(N_("Amount per base unit")),
    ChargeMethod.PERCENT: words(N_("Percent of the goods")),
    ChargeMethod.BRACKET: words(N_("By the order's goods amount")),
}
LEVELS = {ChargeLevel.HEADER: words(N_("Once an order")), ChargeLevel.LINE: words(N_("Each line"))}
BILLINGS = {
    ChargeBilling.PRORATED: words(N_("Spread over partial invoices")),
    ChargeBilling.FIRST: words(N_("All on the first invoice")),
    ChargeBilling.PER_SHIPMENT: words(N_("With each shipment")),
}
WAYS = {
    DeliveryKind.CARRIER: words(N_("any carrier")),
    DeliveryKind.PICK_UP: words(N_("any pick-up")),
    DeliveryKind.OWN_TRUCK: words(N_("any of our trucks")),
    DeliveryKind.COUNTER: words(N_("any sale at the counter")),
    DeliveryKind.NONE: words(N_("no delivery")),
}
BRACKETS = LineHeads(
    item=words(N_("From goods amount")), quantity="", price="", amount=words(N_("Charge"))
)


def worth(shown: ChargeRuleShown) -> str:
    """What a rule charges, shortly: `9.00 USD`, `0.50 USD per pc`, `5 %`, `0.00 to 7.50 USD`."""
    rule = shown.rule
    if rule.method is ChargeMethod.PERCENT:
        return f"{write_number(rule.rate)} %" if rule.rate is not None else ""
    currency = rule.currency or ""
    if rule.method is ChargeMethod.BRACKET:
        amounts = sorted(amount for _, amount in rule.brackets)
        low, high = (write_money(each, currency) for each in (amounts[0], amounts[-1]))
        if low == high:
            return f"{low} {currency}"
        return words(N_("{low} to {high} {currency}"), low=low, high=high, currency=currency)
    money = f"{write_price(rule.rate, currency)} {currency}" if rule.rate is not None else ""
    if rule.method is ChargeMethod.PER_QUANTITY:
        if not shown.base_unit:
            return words(N_("{money} per base unit"), money=money)
        return words(N_("{money} per {unit}"), money=money, unit=shown.base_unit)
    return money


def whom(shown: ChargeRuleShown) -> str:
    """Who pays it."""
    if shown.rule.account_group:
        return words(N_("customers of the group {name}"), name=shown.account_name)
    return shown.account_name or words(N_("everybody"))


def on_what(shown: ChargeRuleShown) -> str:
    """What must be ordered."""
    if shown.rule.item_group:
        return words(N_("items of the group {name}"), name=shown.item_name)
    return shown.item_name or words(N_("any item"))


def by_what_way(shown: ChargeRuleShown) -> str:
    """How it must be delivered."""
    if shown.rule.delivery_kind is not None:
        return WAYS[shown.rule.delivery_kind]
    return shown.mode_name or words(N_("any delivery"))


def plain_words(shown: ChargeRuleShown) -> str:
    """The whole rule as one would say it."""
    rule = shown.rule
    who = whom(shown)
    if rule.method is ChargeMethod.BRACKET:
        what = words(N_("an amount by the order's goods amount"))
    elif rule.method is ChargeMethod.PERCENT:
        what = words(N_("{percent} of the goods after all discounts"), percent=worth(shown))
    else:
        what = worth(shown)
    once = words(N_("once an order"))
    if rule.level is not ChargeLevel.HEADER:
        once = words(N_("on each line"))
    goods = words(N_("when {item} is ordered"), item=on_what(shown))
    if rule.item_group:
        goods = words(N_("when {items} are ordered"), items=on_what(shown))
    elif not rule.item:
        goods = words(N_("whatever is ordered"))
    way = words(N_("goes by {way}"), way=by_what_way(shown))
    if not rule.delivery_mode and rule.delivery_kind is None:
        way = words(N_("however it is delivered"))
    lowest = min((start for start, _ in rule.brackets), default=None)
    sentence = N_("{who} pays {what}, {once}, {goods} and {way}.")
    if rule.account_group:
        sentence = N_("{who} pay {what}, {once}, {goods} and {way}.")
    who = f"{who[:1].upper()}{who[1:]}"
    said = words(sentence, who=who, what=what, once=once, goods=goods, way=way)
    if lowest:
        currency = rule.currency or ""
        said += " " + words(
            N_("Below {amount} {currency} nothing is charged."),
            amount=write_money(lowest, currency),
            currency=currency,
        )
    return said


def tax_words(shown: ChargeRuleShown) -> str:
    """How it is taxed."""
    if not shown.rule.is_taxable:
        return words(N_("not taxed"))
    return shown.tax_class_name or words(N_("like the goods it is spread on"))


def card(shown: ChargeRuleShown) -> Card:
    """A rule in the list."""
    rule = shown.rule
    sides = (
        (rule.customer or rule.account_group, whom(shown)),
        (rule.item or rule.item_group, on_what(shown)),
        (rule.delivery_mode or rule.delivery_kind, by_what_way(shown)),
    )
    told = tuple(side for given, side in sides if given) or (words(N_("everybody, any item")),)
    # What counts, as most do, needs no badge.
    badge = None if shown.standing is Standing.ACTIVE else STANDINGS[shown.standing]
    return Card(rule.name, worth(shown), (rule.code, *told), badge=badge)


def rule_model(shown: ChargeRuleShown) -> DocumentModel:
    """One rule: what it charges, to whom, on what, how, and since when."""
    rule = shown.rule
    notices = [Notice(plain_words(shown), Tone.INFO)]
    if shown.others:
        many = len(shown.others) + 1
        notices.append(
            Notice(
                words(
                    N_(
                        "Of the {many} rules with the code {code}, one counts on an order: the "
                        "most specific, by customer, then item, then delivery."
                    ),
                    many=many,
                    code=rule.code,
                ),
                Tone.NEUTRAL,
            )
        )
    if not rule.is_active:
        notices.append(Notice(words(N_("It is switched off: no order takes it.")), Tone.ATTENTION))
    return DocumentModel(
        rule.name,
        badges=(STANDINGS[shown.standing],),
        subline=(rule.code, KINDS[rule.kind].lower()),
        facts=(
            Fact(words(N_("Charges")), worth(shown)),
            Fact(words(N_("Who pays")), whom(shown)),
            Fact(words(N_("On")), on_what(shown)),
            Fact(words(N_("Delivered by")), by_what_way(shown)),
            Fact(words(N_("Invoiced")), BILLINGS[rule.billing].lower()),
            Fact(words(N_("Tax")), tax_words(shown)),
            Fact(words(N_("First day")), open_day(rule.valid_from)),
            Fact(words(N_("Last day")), open_day(rule.valid_to)),
        ),
        lines=_brackets(shown),
        heads=BRACKETS,
        notices=tuple(notices),
        related=tuple(Action(f"{Kind.CHARGE_RULE}:{id}", name) for id, name in shown.others),
    )


def _brackets(shown: ChargeRuleShown) -> tuple[LineRow, ...]:
    """The steps, each with where it ends."""
    rule, currency = shown.rule, shown.rule.currency or ""
    starts = [f"{write_money(start, currency)} {currency}" for start, _ in rule.brackets]
    ends = [words(N_("below {amount}"), amount=start) for start in starts[1:]]
    ends.append(words(N_("and all above")))
    return tuple(
        LineRow(number, starts[number], (ends[number],), amount=write_money(amount, currency))
        for number, (_, amount) in enumerate(rule.brackets)
    )
