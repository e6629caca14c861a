"""Charge rules written as they are to be read."""

from __future__ import annotations

from app.core.ids import Kind
from app.queries.charge_desk import ChargeRuleShown
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_money, write_number, write_price
from app.views.widgets.period_bars import STANDINGS, open_day
from app.views.widgets.row_painting import Card

KINDS = {ChargeKind.SHIPPING: "Freight", ChargeKind.SPECIAL: "Special charge"}
METHODS = {
    ChargeMethod.FIXED: "Fixed amount",
    ChargeMethod.PER_QUANTITY: "Amount per base unit",
    ChargeMethod.PERCENT: "Percent of the goods",
    ChargeMethod.BRACKET: "By the order's goods amount",
}
LEVELS = {ChargeLevel.HEADER: "Once an order", ChargeLevel.LINE: "Each line"}
BILLINGS = {
    ChargeBilling.PRORATED: "Spread over partial invoices",
    ChargeBilling.FIRST: "All on the first invoice",
    ChargeBilling.PER_SHIPMENT: "With each shipment",
}
WAYS = {
    DeliveryKind.CARRIER: "any carrier",
    DeliveryKind.PICK_UP: "any pick-up",
    DeliveryKind.OWN_TRUCK: "any of our trucks",
    DeliveryKind.COUNTER: "any sale at the counter",
    DeliveryKind.NONE: "no delivery",
}
BRACKETS = LineHeads(item="From goods amount", quantity="", price="", amount="Charge")


def worth(shown: ChargeRuleShown) -> str:
    """What a rule charges, shortly: `9.00 USD`, `0.50 USD per pc`, `5 %`, `0.00 to 7.50 USD`."""
    rule = shown.rule
    if rule.method is ChargeMethod.PERCENT:
        return f"{write_number(rule.rate)} %" if rule.rate is not None else ""
    currency = rule.currency or ""
    if rule.method is ChargeMethod.BRACKET:
        amounts = sorted(amount for _, amount in rule.brackets)
        low, high = (write_money(each, currency) for each in (amounts[0], amounts[-1]))
        return f"{low} {currency}" if low == high else f"{low} to {high} {currency}"
    money = f"{write_price(rule.rate, currency)} {currency}" if rule.rate is not None else ""
    if rule.method is ChargeMethod.PER_QUANTITY:
        return f"{money} per {shown.base_unit or 'base unit'}"
    return money


def whom(shown: ChargeRuleShown) -> str:
    """Who pays it."""
    if shown.rule.account_group:
        return f"customers of the group {shown.account_name}"
    return shown.account_name or "everybody"


def on_what(shown: ChargeRuleShown) -> str:
    """What must be ordered."""
    if shown.rule.item_group:
        return f"items of the group {shown.item_name}"
    return shown.item_name or "any item"


def by_what_way(shown: ChargeRuleShown) -> str:
    """How it must be delivered."""
    if shown.rule.delivery_kind is not None:
        return WAYS[shown.rule.delivery_kind]
    return shown.mode_name or "any delivery"


def plain_words(shown: ChargeRuleShown) -> str:
    """The whole rule as one would say it."""
    rule = shown.rule
    who = whom(shown)
    pays = "pay" if rule.account_group else "pays"
    if rule.method is ChargeMethod.BRACKET:
        what = "an amount by the order's goods amount"
    elif rule.method is ChargeMethod.PERCENT:
        what = f"{worth(shown)} of the goods after all discounts"
    else:
        what = worth(shown)
    once = "once an order" if rule.level is ChargeLevel.HEADER else "on each line"
    goods = f"when {on_what(shown)} is ordered"
    if rule.item_group:
        goods = f"when {on_what(shown)} are ordered"
    elif not rule.item:
        goods = "whatever is ordered"
    way = f"goes by {by_what_way(shown)}"
    if not rule.delivery_mode and rule.delivery_kind is None:
        way = "however it is delivered"
    lowest = min((start for start, _ in rule.brackets), default=None)
    below = ""
    if lowest:
        currency = rule.currency or ""
        below = f" Below {write_money(lowest, currency)} {currency} nothing is charged."
    return f"{who[:1].upper()}{who[1:]} {pays} {what}, {once}, {goods} and {way}.{below}"


def tax_words(shown: ChargeRuleShown) -> str:
    """How it is taxed."""
    if not shown.rule.is_taxable:
        return "not taxed"
    return shown.tax_class_name or "like the goods it is spread on"


def card(shown: ChargeRuleShown) -> Card:
    """A rule in the list."""
    rule = shown.rule
    sides = (
        (rule.customer or rule.account_group, whom(shown)),
        (rule.item or rule.item_group, on_what(shown)),
        (rule.delivery_mode or rule.delivery_kind, by_what_way(shown)),
    )
    told = tuple(words for given, words in sides if given) or ("everybody, any item",)
    return Card(rule.name, worth(shown), (rule.code, *told), badge=STANDINGS[shown.standing])


def rule_model(shown: ChargeRuleShown) -> DocumentModel:
    """One rule: what it charges, to whom, on what, how, and since when."""
    rule = shown.rule
    notices = [Notice(plain_words(shown), Tone.INFO)]
    if shown.others:
        many = len(shown.others) + 1
        notices.append(
            Notice(
                f"Of the {many} rules with the code {rule.code}, one counts on an order: the most "
                "specific, by customer, then item, then delivery.",
                Tone.NEUTRAL,
            )
        )
    if not rule.is_active:
        notices.append(Notice("It is switched off: no order takes it.", Tone.ATTENTION))
    return DocumentModel(
        rule.name,
        badges=(STANDINGS[shown.standing],),
        subline=(rule.code, KINDS[rule.kind].lower()),
        facts=(
            Fact("Charges", worth(shown)),
            Fact("Who pays", whom(shown)),
            Fact("On", on_what(shown)),
            Fact("Delivered by", by_what_way(shown)),
            Fact("Invoiced", BILLINGS[rule.billing].lower()),
            Fact("Tax", tax_words(shown)),
            Fact("First day", open_day(rule.valid_from)),
            Fact("Last day", open_day(rule.valid_to)),
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
    ends = [f"below {start}" for start in starts[1:]] + ["and all above"]
    return tuple(
        LineRow(number, starts[number], (ends[number],), amount=write_money(amount, currency))
        for number, (_, amount) in enumerate(rule.brackets)
    )
