"""The forms of charge rules: a new one, how one is to be, its last day."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.controllers.tasks import TaskRunner
from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.charges import (
    ChargeRuleChange,
    NewBracket,
    NewChargeRule,
    activate_charge_rule,
    change_charge_rule,
    create_charge_rules,
    deactivate_charge_rule,
)
from app.queries.agreements import AgreementSide
from app.queries.charge_desk import ChargeChoices, ChargeRuleShown, charge_choices
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind
from app.rules.pricing.agreements import Side
from app.views import theme
from app.views.charges.showing import BILLINGS, KINDS, LEVELS, METHODS, WAYS
from app.views.records import RecordDeed, RecordForms
from app.views.sides import SideField, item_field, party_field
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.last_day_form import LastDayForm
from app.views.widgets.number_field import PRICE_DECIMALS, NumberField
from app.views.widgets.numbers import write_number
from app.views.widgets.steps_field import StepsField
from app.views.widgets.wording import words

LIKE_GOODS, UNTAXED = ("like-goods", ""), ("untaxed", "")
_DAYS = ("valid_from", "valid_to")


def _steps(now: ChargeRuleShown | None) -> StepsField:
    field = StepsField(
        words(N_("a goods amount")),
        words(N_("the charge")),
        heads=(words(N_("From goods of")), words(N_("Charge"))),
    )
    if now is not None:
        field.show_text(
            "\n".join(
                f"{write_number(start)}\t{write_number(amount)}"
                for start, amount in now.rule.brackets
            )
        )
    return field


def _rate(now: ChargeRuleShown | None) -> NumberField:
    field = NumberField(words(N_("Amount or percent")), decimals=PRICE_DECIMALS)
    field.set_value(now.rule.rate if now else None)
    return field


def _taxes(choices: ChargeChoices, now: ChargeRuleShown | None) -> ChoiceField:
    offered = [
        (LIKE_GOODS, words(N_("Like the goods it is spread on"))),
        (UNTAXED, words(N_("Not taxed"))),
        *((("class", code), words(N_("As {name}"), name=name)) for code, name in choices.classes),
    ]
    chosen = LIKE_GOODS
    if now is not None and not now.rule.is_taxable:
        chosen = UNTAXED
    elif now is not None and now.rule.tax_class:
        chosen = ("class", now.rule.tax_class)
    return ChoiceField(offered, chosen)


class RuleForm(Asking):
    """What the two forms of a rule share: what it charges, how it is invoiced and taxed, when."""

    rate: NumberField
    brackets: StepsField

    def add_end(self, choices: ChargeChoices, now: ChargeRuleShown | None) -> None:
        """Billing, tax and days."""
        billing = now.rule.billing if now else ChargeBilling.PRORATED
        field = ChoiceField(list(BILLINGS.items()), billing)
        self.add("billing", words(N_("Invoiced")), field, is_wide=False)
        self.add(
            "tax",
            words(N_("Taxed")),
            _taxes(choices, now),
            is_wide=False,
            gives=("tax_class", "is_taxable"),
        )
        first = now.rule.valid_from if now else choices.today
        self.add(
            "valid_from",
            words(N_("First day")),
            DayField(words(N_("First day")), first),
            is_wide=False,
        )
        last = now.rule.valid_to if now else None
        self.add(
            "valid_to", words(N_("Last day")), DayField(words(N_("Last day")), last), is_wide=False
        )

    def reckoned(self, method: ChargeMethod) -> dict[str, Any]:
        """The rate or the brackets, as the method needs. Raises: NothingTyped, NoSteps, …"""
        if method is ChargeMethod.BRACKET:
            steps = self.brackets.steps()
            return {"brackets": tuple(NewBracket(start, amount) for start, amount in steps)}
        what = (
            words(N_("the percent")) if method is ChargeMethod.PERCENT else words(N_("the amount"))
        )
        return {"rate": self.rate.needed(what)}

    def end_values(self) -> dict[str, Any]:
        """Billing, tax and days by the names of the rule."""
        kind, tax_class = self._code("tax")
        return {
            "billing": self._code("billing"),
            "is_taxable": (kind, tax_class) != UNTAXED,
            "tax_class": tax_class or None,
            **{name: self._day(name) for name in _DAYS},
        }

    def _code(self, name: str) -> Any:
        field = self.field(name)
        assert isinstance(field, ChoiceField)
        return field.code

    def _day(self, name: str) -> Any:
        field = self.field(name)
        assert isinstance(field, DayField)
        return field.day()

    def _text(self, name: str) -> str:
        field = self.field(name)
        assert isinstance(field, QLineEdit)
        return field.text().strip()


class NewRuleForm(RuleForm):
    """Asks for a rule; `like` is one to begin with."""

    def __init__(
        self,
        tasks: TaskRunner,
        choices: ChargeChoices,
        like: ChargeRuleShown | None,
        parent: QWidget,
    ) -> None:
        super().__init__(words(N_("New charge")), words(N_("Save")), "", parent)
        self.setMinimumWidth(theme.px(640))
        rule = like.rule if like else None
        name = QLineEdit(rule.name if rule else "")
        self.add("name", words(N_("Name, as it is printed")), name, is_wide=False)
        code = QLineEdit(rule.code if rule else "")
        code.setPlaceholderText(words(N_("Rules with one code are one charge")))
        self.add("code", words(N_("Code")), code, is_wide=False)
        kind = rule.kind if rule else ChargeKind.SHIPPING
        self.add("kind", words(N_("It is")), ChoiceField(list(KINDS.items()), kind), is_wide=False)
        level = rule.level if rule else ChargeLevel.HEADER
        self.add(
            "level", words(N_("Charged")), ChoiceField(list(LEVELS.items()), level), is_wide=False
        )
        self._method = ChoiceField(list(METHODS.items()), rule.method if rule else None)
        self.add("method", words(N_("Reckoned")), self._method, is_wide=False)
        self._currency = ChoiceField(
            [(each, each) for each in choices.currencies], rule.currency if rule else None
        )
        self.add("currency", words(N_("Currency")), self._currency, is_wide=False)
        self.rate = _rate(like)
        self.add("rate", words(N_("Amount or percent")), self.rate, is_wide=False)
        self._delivery = ChoiceField(_deliveries(choices), _delivery_of(like))
        self.add(
            "delivery",
            words(N_("Delivered by")),
            self._delivery,
            is_wide=False,
            gives=("delivery_mode", "delivery_kind"),
        )
        self.brackets = _steps(like)
        self.brackets.setFixedHeight(theme.px(120))
        self.add("brackets", words(N_("Steps: from goods amount, charge")), self.brackets)
        self._party = party_field(tasks, lambda: Side.SELL, self)
        self.add(
            "party",
            words(N_("Who pays")),
            self._party,
            is_wide=False,
            gives=("account", "customer", "account_group"),
        )
        self._item = item_field(tasks, self)
        self.add("item", words(N_("On")), self._item, is_wide=False, gives=("item_group",))
        if like is not None:
            _start_sides(self._party, self._item, like)
        self.add_end(choices, like)
        self._method.currentIndexChanged.connect(self._fit_method)
        self._currency.currentIndexChanged.connect(self._fit_method)
        self._fit_method()

    def _fit_method(self, _index: int = 0) -> None:
        """Only what the method needs is asked for."""
        method = self._method.code
        is_bracket, is_percent = method is ChargeMethod.BRACKET, method is ChargeMethod.PERCENT
        self.leave_out(rate=is_bracket, brackets=not is_bracket, currency=is_percent)
        suffix = "%" if is_percent else str(self._currency.code)
        if method is ChargeMethod.PER_QUANTITY:
            suffix = words(N_("{currency} per unit"), currency=suffix)
        self.rate.set_suffix(suffix)

    def values(self) -> dict[str, Any]:
        """`rule`, as it is to be made."""
        method = self._method.code
        party, item = self._party.side, self._item.side
        one, delivery = self._delivery.code
        rule = NewChargeRule(
            self._text("name"),
            method,
            kind=self._code("kind"),
            code=self._text("code").upper(),
            level=self._code("level"),
            customer=_code_of(party, is_group=False),
            account_group=_code_of(party, is_group=True),
            item=_code_of(item, is_group=False),
            item_group=_code_of(item, is_group=True),
            delivery_mode=delivery if one == "mode" else None,
            delivery_kind=delivery if one == "kind" else None,
            currency=None if method is ChargeMethod.PERCENT else self._currency.code,
            **self.reckoned(method),
            **self.end_values(),
        )
        return {"rule": rule}


def _deliveries(choices: ChargeChoices) -> list[tuple[Any, str]]:
    every = [(("all", None), words(N_("Any delivery")))]
    modes = [(("mode", code), name) for code, name in choices.modes]
    kinds = [(("kind", kind), way.capitalize()) for kind, way in WAYS.items()]
    return [*every, *modes, *kinds]


def _delivery_of(like: ChargeRuleShown | None) -> tuple[str, str | DeliveryKind | None]:
    if like is None:
        return ("all", None)
    if like.rule.delivery_mode:
        return ("mode", like.rule.delivery_mode)
    kind = like.rule.delivery_kind
    return ("all", None) if kind is None else ("kind", kind)


def _code_of(side: AgreementSide | None, *, is_group: bool) -> str | None:
    return side.code if side is not None and (side.kind == "group") == is_group else None


def _start_sides(party: SideField, item: SideField, like: ChargeRuleShown) -> None:
    rule = like.rule
    for field, one, kind, group, name in (
        (party, rule.customer, "customer", rule.account_group, like.account_name),
        (item, rule.item, "item", rule.item_group, like.item_name),
    ):
        if one:
            field.start_with(AgreementSide(kind, 0, one, name, True))
        elif group:
            field.start_with(AgreementSide("group", 0, group, name, True))


class ChangeRuleForm(RuleForm):
    """Asks how a rule is to be; whom and what it is for stays."""

    def __init__(self, choices: ChargeChoices, now: ChargeRuleShown, parent: QWidget) -> None:
        sentence = words(
            N_("Orders that have this charge take the change when they are changed next.")
        )
        super().__init__(
            words(N_("Change {name}"), name=now.rule.name), words(N_("Save")), sentence, parent
        )
        self.setMinimumWidth(theme.px(560))
        self._now = now
        is_bracket = now.rule.method is ChargeMethod.BRACKET
        self.add(
            "name",
            words(N_("Name, as it is printed")),
            QLineEdit(now.rule.name),
            is_wide=is_bracket,
        )
        if is_bracket:
            self.brackets = _steps(now)
            self.add("brackets", words(N_("Steps: from goods amount, charge")), self.brackets)
        else:
            self.rate = _rate(now)
            is_percent = now.rule.method is ChargeMethod.PERCENT
            self.rate.set_suffix("%" if is_percent else now.rule.currency or "")
            self.add("rate", METHODS[now.rule.method], self.rate, is_wide=False)
        self.add_end(choices, now)

    def values(self) -> dict[str, Any]:
        """`change`, only of what is different, and the days and class that are to be cleared."""
        rule = self._now.rule
        typed = {"name": self._text("name"), **self.reckoned(rule.method), **self.end_values()}
        stored = {name: getattr(rule, name) for name in typed} | {
            "brackets": tuple(NewBracket(start, amount) for start, amount in rule.brackets)
        }
        changed = {name: value for name, value in typed.items() if value != stored[name]}
        clear = tuple(name for name, value in changed.items() if value is None)
        return {"change": ChargeRuleChange(**changed), "clear": clear}


def forms(tasks: TaskRunner) -> RecordForms:
    """How rules are made and changed."""

    def ask(parent: QWidget, choices: ChargeChoices, now: ChargeRuleShown | None) -> Asking:
        if now is None:
            return NewRuleForm(tasks, choices, None, parent)
        return ChangeRuleForm(choices, now, parent)

    return RecordForms(
        Group.ACCOUNTING,
        charge_choices,
        ask,
        _save,
        lambda saved: saved.ids[0],
        offers=(Kind.TAX_CLASS, Kind.COMPANY),
    )


Verb = tuple[Callable[..., Any], dict[str, Any]]


def _save(values: dict[str, Any], now: ChargeRuleShown | None) -> Verb:
    if now is None:
        return _create(values, now)
    return change_charge_rule, {"rule": now.id, **values}


def _create(values: dict[str, Any], _like: ChargeRuleShown | None) -> Verb:
    return create_charge_rules, {"rules": (values["rule"],)}


def _end(values: dict[str, Any], now: ChargeRuleShown) -> Verb:
    change = ChargeRuleChange(valid_to=values["last_day"])
    return change_charge_rule, {"rule": now.id, "change": change}


def deeds(tasks: TaskRunner, shown: ChargeRuleShown) -> tuple[RecordDeed, ...]:
    """What else is done with a rule."""
    switch = deactivate_charge_rule if shown.rule.is_active else activate_charge_rule
    title = words(N_("Switch off")) if shown.rule.is_active else words(N_("Switch on"))
    return (
        RecordDeed(
            Action("copy", words(N_("Copy")), "C"),
            _create,
            lambda parent, choices, like: NewRuleForm(tasks, choices, like, parent),
        ),
        RecordDeed(
            Action("end", words(N_("End")), "X"),
            _end,
            lambda parent, choices, now: LastDayForm(now.rule.name, choices.today, parent),
        ),
        RecordDeed(Action("switch", title, "O"), partial(_switch, switch)),
    )


def _switch(verb: Callable[..., Any], _values: dict[str, Any], now: ChargeRuleShown) -> Verb:
    return verb, {"rule": now.id}
