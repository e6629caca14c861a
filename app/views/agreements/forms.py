"""The forms of the agreements desk: new, change, copy, raise or lower, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.controllers.tasks import TaskRunner
from app.core.messages import N_
from app.operations.pricing import NewAgreement
from app.queries.agreements import AgreementChoices, AgreementRow, AgreementSide, Ladder
from app.rules.pricing.agreements import AgreementLevel, EffectKind, Side
from app.views import theme
from app.views.agreements.showing import SIDES
from app.views.sides import SideField, item_field, party_field
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.number_field import NumberField, PriceField
from app.views.widgets.steps_field import StepsField
from app.views.widgets.wording import counted, words

KINDS = (
    ((AgreementLevel.LINE, EffectKind.PRICE), words(N_("Price of an item"))),
    ((AgreementLevel.LINE, EffectKind.PERCENT), words(N_("Percent off lines"))),
    ((AgreementLevel.LINE, EffectKind.AMOUNT_OFF), words(N_("Amount off each unit"))),
    ((AgreementLevel.ORDER, EffectKind.PERCENT), words(N_("Percent off whole orders"))),
    ((AgreementLevel.ORDER, EffectKind.AMOUNT_OFF), words(N_("Amount off whole orders"))),
)
WORTH = {
    EffectKind.PRICE: words(N_("Price")),
    EffectKind.PERCENT: words(N_("Percent off")),
    EffectKind.AMOUNT_OFF: words(N_("Amount off")),
}
PARTY_WORDS = {
    Side.SELL: words(N_("Customer or group")),
    Side.BUY: words(N_("Supplier or group")),
}
PARTIES = ("customer", "supplier", "account_group")
"""The arguments of which the field for a party gives one."""
STATES = ((False, words(N_("Count at once"))), (True, words(N_("Drafts, to be activated later"))))


def _number(field: QWidget, what: str) -> Decimal:
    """The number of a field that may not be empty. Raises: NothingTyped, NotANumber."""
    assert isinstance(field, NumberField)
    return field.needed(what)


def _day(asking: Asking, name: str) -> Any:
    field = asking.field(name)
    assert isinstance(field, DayField)
    return field.day()


def _checked(words: str, now: bool = False) -> QCheckBox:
    box = QCheckBox(words)
    box.setChecked(now)
    return box


def _priority(now: int = 0) -> NumberField:
    field = NumberField(words(N_("Priority")), decimals=0)
    field.set_value(Decimal(now))
    return field


class NewForm(Asking):
    """Asks for a ladder: whom and what with, what it gives, and its steps as rows."""

    def __init__(
        self,
        tasks: TaskRunner,
        choices: AgreementChoices,
        sides: Sequence[Side],
        like: Ladder | None,
        parent: QWidget,
    ) -> None:
        """`sides` are those the person may agree on; `like` fills in whom and what."""
        super().__init__(words(N_("New agreement")), words(N_("Save")), "", parent)
        self.setMinimumWidth(theme.px(640))
        offered = [each for each in SIDES if each[0] in sides]
        now = like.side if like is not None and like.side in sides else offered[0][0]
        self.add("side", words(N_("Side")), ChoiceField(offered, now), is_wide=False)
        self.add(
            "kind",
            words(N_("Gives")),
            ChoiceField(KINDS, KINDS[0][0]),
            is_wide=False,
            gives=("level",),
        )
        self.add(
            "party",
            PARTY_WORDS[now],
            party_field(tasks, self._side, self),
            is_wide=False,
            gives=PARTIES,
        )
        self.add(
            "item",
            words(N_("Item or group")),
            item_field(tasks, self),
            is_wide=False,
            gives=("item_group",),
        )
        currencies = [(each, each) for each in choices.currencies]
        currency = like.currency if like is not None else choices.currencies[0]
        self.add(
            "currency", words(N_("Currency")), ChoiceField(currencies, currency), is_wide=False
        )
        unit = QLineEdit()
        unit.setPlaceholderText(words(N_("The base unit; of a percentage, every unit")))
        self.add("unit", words(N_("Per unit")), unit, is_wide=False)
        self.add(
            "steps",
            words(N_("Steps")),
            StepsField(),
            gives=("value", "from_quantity", "from_amount"),
        )
        self.add(
            "valid_from",
            words(N_("First day")),
            DayField(words(N_("First day")), choices.today),
            is_wide=False,
        )
        self.add("valid_to", words(N_("Last day")), DayField(words(N_("Last day"))), is_wide=False)
        self.add("name", words(N_("Name")), QLineEdit(), is_wide=False)
        self.add("reference", words(N_("Reference")), QLineEdit(), is_wide=False)
        self.add("priority", words(N_("Priority")), _priority(), is_wide=False)
        self.add("draft", words(N_("State")), ChoiceField(STATES, False), is_wide=False)
        stop = _checked(words(N_("Stop: no more general discount")))
        self.add("stop", words(N_("Afterwards")), stop, is_wide=False)
        across = _checked(words(N_("All lines it covers count together")))
        self.add("across_lines", words(N_("Steps")), across, is_wide=False)
        any_unit = _checked(words(N_("Converted for other units")))
        self.add("any_unit", words(N_("Units")), any_unit, is_wide=False)
        if like is not None:
            kinds = [code for code, _words in KINDS]
            kind = self.field("kind")
            assert isinstance(kind, ChoiceField)
            kind.choose(next(k for k in kinds if k == (like.level, like.records[0].kind)))
            self._field("party").start_with(like.party)
            self._field("item").start_with(like.item)
            unit.setText(like.unit)
        side, kind = self.field("side"), self.field("kind")
        assert isinstance(side, ChoiceField)
        assert isinstance(kind, ChoiceField)
        side.currentIndexChanged.connect(lambda _index: self._change_side())
        kind.currentIndexChanged.connect(lambda _index: self._fit_kind())
        self._fit_kind()
        self.form.call("party", PARTY_WORDS[now])

    def ask(self) -> None:
        """Open, with the cursor at whom it is for: what stands before is rarely another."""
        super().ask()
        self._field("party").setFocus(Qt.FocusReason.OtherFocusReason)

    def _change_side(self) -> None:
        """Somebody of the other side is asked for."""
        self._field("party").start_with(None)
        self.form.call("party", PARTY_WORDS[self._side()])

    def _fit_kind(self) -> None:
        """Over the steps stands what is typed there; what means nothing is not asked for."""
        level, kind = _code(self, "kind")
        is_order = level is AgreementLevel.ORDER
        is_percent = kind is EffectKind.PERCENT
        self.leave_out(
            item=is_order,
            unit=is_order,
            across_lines=is_order,
            any_unit=is_order or is_percent,
            stop=is_order,
        )
        start = words(N_("From amount")) if is_order else words(N_("From quantity"))
        steps = self.field("steps")
        assert isinstance(steps, StepsField)
        steps.set_heads(start, WORTH[kind])

    def _field(self, name: str) -> SideField:
        field = self.field(name)
        assert isinstance(field, SideField)
        return field

    def _side(self) -> Side:
        side = self.field("side")
        assert isinstance(side, ChoiceField)
        found = side.code
        assert isinstance(found, Side)
        return found

    def values(self) -> dict[str, Any]:
        """The records to make, and whether as drafts."""
        steps = self.field("steps")
        assert isinstance(steps, StepsField)
        level, kind = _code(self, "kind")
        is_order = level is AgreementLevel.ORDER
        party = self._field("party").side
        item = None if is_order else self._field("item").side
        pattern = NewAgreement(
            kind,
            Decimal(0),
            self._side(),
            level,
            currency=_code(self, "currency"),
            unit=None if is_order else _typed(self, "unit") or None,
            valid_from=_day(self, "valid_from"),
            valid_to=_day(self, "valid_to"),
            priority=int(_number(self.field("priority"), words(N_("a priority")))),
            stop=not is_order and _is_checked(self, "stop"),
            across_lines=not is_order and _is_checked(self, "across_lines"),
            any_unit=kind is not EffectKind.PERCENT
            and not is_order
            and _is_checked(self, "any_unit"),
            name=_typed(self, "name"),
            reference=_typed(self, "reference"),
            **_party_of(party),
            **_item_of(item),
        )
        records = tuple(
            replace(pattern, value=value, from_amount=step)
            if is_order
            else replace(pattern, value=value, from_quantity=step)
            for step, value in steps.steps()
        )
        return {"agreements": records, "draft": _code(self, "draft")}


def _party_of(found: AgreementSide | None) -> dict[str, Any]:
    if found is None:
        return {}
    if found.kind == "group":
        return {"account_group": found.code}
    return {found.kind: found.id}


def _item_of(found: AgreementSide | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {"item_group": found.code} if found.kind == "group" else {"item": found.id}


def _code(asking: Asking, name: str) -> Any:
    field = asking.field(name)
    assert isinstance(field, ChoiceField)
    return field.code


def _typed(asking: Asking, name: str) -> str:
    field = asking.field(name)
    assert isinstance(field, QLineEdit)
    return field.text().strip()


def _is_checked(asking: Asking, name: str) -> bool:
    field = asking.field(name)
    assert isinstance(field, QCheckBox)
    return field.isChecked()


class ChangeForm(Asking):
    """Asks how one record is to be; only what differs is changed."""

    def __init__(self, ladder: Ladder, record: AgreementRow, parent: QWidget) -> None:
        super().__init__(
            words(N_("Change record {id}"), id=record.id),
            words(N_("Save")),
            words(N_("Orders that were entered keep their prices.")),
            parent,
        )
        self.setMinimumWidth(theme.px(560))
        self._record = record
        is_order = ladder.level is AgreementLevel.ORDER
        self._step = "from_amount" if is_order else "from_quantity"
        step = NumberField(words(N_("From")), decimals=4)
        step.set_value(record.from_amount if is_order else record.from_quantity)
        unit = ladder.currency if is_order else ladder.unit or ladder.base_unit
        step.set_suffix(unit)
        label = words(N_("From this amount on")) if is_order else words(N_("From this quantity on"))
        self.add(self._step, label, step, is_wide=False)
        is_percent = record.kind is EffectKind.PERCENT
        value = PriceField(words(N_("Value")), "" if is_percent else record.currency)
        value.set_value(record.value)
        value.set_suffix("%" if is_percent else record.currency)
        self.add("value", WORTH[record.kind], value, is_wide=False)
        first = DayField(words(N_("First day")), record.valid_from)
        self.add("valid_from", words(N_("First day")), first, is_wide=False)
        self.add(
            "valid_to",
            words(N_("Last day")),
            DayField(words(N_("Last day")), record.valid_to),
            is_wide=False,
        )
        self.add("name", words(N_("Name")), QLineEdit(record.name), is_wide=False)
        self.add("reference", words(N_("Reference")), QLineEdit(record.reference), is_wide=False)
        self.add("priority", words(N_("Priority")), _priority(record.priority), is_wide=False)
        any_unit = _checked(words(N_("Converted for other units")), record.any_unit)
        across = _checked(words(N_("All lines it covers count together")), record.across_lines)
        stop = _checked(words(N_("Stop: no more general discount")), record.stop)
        if not is_order:
            self.add("any_unit", words(N_("Units")), any_unit, is_wide=False)
            self.add("across_lines", words(N_("Steps")), across, is_wide=False)
        self.add("stop", words(N_("Afterwards")), stop, is_wide=False)

    def values(self) -> dict[str, Any]:
        """What is changed, by the names of `change_agreement`."""
        step = _number(self.field(self._step), words(N_("from where it counts")))
        typed: dict[str, Any] = {
            self._step: step,
            "value": _number(self.field("value"), words(N_("what it gives"))),
            "valid_from": _day(self, "valid_from"),
            "valid_to": _day(self, "valid_to"),
            "name": _typed(self, "name"),
            "reference": _typed(self, "reference"),
            "priority": int(_number(self.field("priority"), words(N_("a priority")))),
            "stop": _is_checked(self, "stop"),
        }
        if self._step == "from_quantity":
            typed["any_unit"] = _is_checked(self, "any_unit")
            typed["across_lines"] = _is_checked(self, "across_lines")
        changed = {
            name: value for name, value in typed.items() if value != getattr(self._record, name)
        }
        for name, opened in (("valid_from", "open_start"), ("valid_to", "open_end")):
            if name in changed and changed[name] is None:
                del changed[name]
                changed[opened] = True
        return changed


class CopyForm(Asking):
    """Asks to whom, about what or for when records are copied; they become drafts."""

    def __init__(
        self,
        tasks: TaskRunner,
        ladder: Ladder,
        many: int,
        parent: QWidget,
    ) -> None:
        records = counted(many, "record", "records")
        super().__init__(
            words(N_("Copy {records}"), records=records),
            words(N_("Copy as drafts")),
            words(N_("What is left empty stays as it is in the records.")),
            parent,
        )
        self.setMinimumWidth(theme.px(560))
        party = party_field(tasks, lambda: ladder.side, self)
        item = item_field(tasks, self)
        for field in (party, item):
            field.setPlaceholderText(words(N_("The same")))
        self.add("party", PARTY_WORDS[ladder.side], party, is_wide=False, gives=PARTIES)
        self.add("item", words(N_("Item or group")), item, is_wide=False, gives=("item_group",))
        first = DayField(words(N_("First day")))
        last = DayField(words(N_("Last day")))
        for day in (first, last):
            day.setPlaceholderText(words(N_("The same")))
        self.add("valid_from", words(N_("First day")), first, is_wide=False)
        self.add("valid_to", words(N_("Last day")), last, is_wide=False)
        priority = NumberField(words(N_("Priority")), decimals=0)
        priority.setPlaceholderText(words(N_("The same")))
        self.add("priority", words(N_("Priority")), priority, is_wide=False)
        name = QLineEdit()
        name.setPlaceholderText(words(N_("The same")))
        self.add("name", words(N_("Name")), name, is_wide=False)

    def values(self) -> dict[str, Any]:
        """The arguments of `copy_agreements` that were given."""
        party, item, priority = (self.field(name) for name in ("party", "item", "priority"))
        assert isinstance(party, SideField)
        assert isinstance(item, SideField)
        assert isinstance(priority, NumberField)
        number = priority.value()
        typed = {
            **_party_of(party.side),
            **_item_of(item.side),
            "valid_from": _day(self, "valid_from"),
            "valid_to": _day(self, "valid_to"),
            "priority": None if number is None else int(number),
            "name": _typed(self, "name") or None,
        }
        return {name: value for name, value in typed.items() if value is not None}


class RaiseForm(Asking):
    """Asks by how many percent records are raised or lowered, and from when."""

    def __init__(self, many: int, choices: AgreementChoices, parent: QWidget) -> None:
        records = counted(many, "record", "records")
        super().__init__(
            words(N_("Raise or lower {records}"), records=records),
            words(N_("Make drafts")),
            words(
                N_(
                    "Drafts are made. When they are activated, "
                    "what they replace ends the day before."
                )
            ),
            parent,
        )
        percent = NumberField(words(N_("Percent")), decimals=4, suffix="%")
        self.add("percent", words(N_("By percent, below 0 lowers")), percent, is_wide=False)
        first = DayField(words(N_("First day")), choices.today + timedelta(days=1))
        self.add("valid_from", words(N_("First day")), first, is_wide=False)

    def values(self) -> dict[str, Any]:
        """Percent and first day."""
        return {
            "percent": _number(self.field("percent"), words(N_("by how many percent"))),
            "valid_from": _day(self, "valid_from"),
        }
