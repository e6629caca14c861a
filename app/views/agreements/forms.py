"""The forms of the agreements desk: new, change, copy, raise or lower, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.controllers.tasks import TaskRunner
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
from app.views.widgets.wording import counted

KINDS = (
    ((AgreementLevel.LINE, EffectKind.PRICE), "Price of an item"),
    ((AgreementLevel.LINE, EffectKind.PERCENT), "Percent off lines"),
    ((AgreementLevel.LINE, EffectKind.AMOUNT_OFF), "Amount off each unit"),
    ((AgreementLevel.ORDER, EffectKind.PERCENT), "Percent off whole orders"),
    ((AgreementLevel.ORDER, EffectKind.AMOUNT_OFF), "Amount off whole orders"),
)
STATES = ((False, "Count at once"), (True, "Drafts, to be activated later"))


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
    field = NumberField("Priority", decimals=0)
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
        super().__init__("New agreement", "Keep", "", parent)
        self.setMinimumWidth(theme.px(640))
        offered = [each for each in SIDES if each[0] in sides]
        now = like.side if like is not None and like.side in sides else offered[0][0]
        self.add("side", "Side", ChoiceField(offered, now), is_wide=False)
        self.add("kind", "It gives", ChoiceField(KINDS, KINDS[0][0]), is_wide=False)
        self.add("party", "With", party_field(tasks, self._side, self), is_wide=False)
        self.add("item", "About", item_field(tasks, self), is_wide=False)
        currencies = [(each, each) for each in choices.currencies]
        currency = like.currency if like is not None else choices.currencies[0]
        self.add("currency", "Currency", ChoiceField(currencies, currency), is_wide=False)
        unit = QLineEdit()
        unit.setPlaceholderText("The base unit; of a percentage, every unit")
        self.add("unit", "Per unit", unit, is_wide=False)
        self.add("steps", "Steps: from quantity, what it gives", StepsField())
        self.add("valid_from", "First day", DayField("First day", choices.today), is_wide=False)
        self.add("valid_to", "Last day", DayField("Last day"), is_wide=False)
        self.add("name", "Name", QLineEdit(), is_wide=False)
        self.add("reference", "Reference", QLineEdit(), is_wide=False)
        self.add("priority", "Priority", _priority(), is_wide=False)
        self.add("draft", "State", ChoiceField(STATES, False), is_wide=False)
        stop = _checked("Stop: no more general discount")
        self.add("stop", "Afterwards", stop, is_wide=False)
        across = _checked("All lines it covers count together")
        self.add("across_lines", "Steps", across, is_wide=False)
        if like is not None:
            kinds = [code for code, _words in KINDS]
            kind = self.field("kind")
            assert isinstance(kind, ChoiceField)
            kind.choose(next(k for k in kinds if k == (like.level, like.records[0].kind)))
            self._field("party").start_with(like.party)
            self._field("item").start_with(like.item)
            unit.setText(like.unit)
        side = self.field("side")
        assert isinstance(side, ChoiceField)
        side.currentIndexChanged.connect(lambda _index: self._field("party").start_with(None))

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
        party, item = self._field("party").side, self._field("item").side
        level, kind = _code(self, "kind")
        pattern = NewAgreement(
            kind,
            Decimal(0),
            self._side(),
            level,
            currency=_code(self, "currency"),
            unit=_typed(self, "unit") or None,
            valid_from=_day(self, "valid_from"),
            valid_to=_day(self, "valid_to"),
            priority=int(_number(self.field("priority"), "a priority")),
            stop=_is_checked(self, "stop"),
            across_lines=_is_checked(self, "across_lines"),
            name=_typed(self, "name"),
            reference=_typed(self, "reference"),
            **_party_of(party),
            **_item_of(item),
        )
        is_order = level is AgreementLevel.ORDER
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
            f"Change record {record.id}",
            "Keep",
            "Orders that were entered keep their prices.",
            parent,
        )
        self.setMinimumWidth(theme.px(560))
        self._record = record
        is_order = ladder.level is AgreementLevel.ORDER
        self._step = "from_amount" if is_order else "from_quantity"
        step = NumberField("From", decimals=4)
        step.set_value(record.from_amount if is_order else record.from_quantity)
        unit = ladder.currency if is_order else ladder.unit or ladder.base_unit
        step.set_suffix(unit)
        label = "From this amount on" if is_order else "From this quantity on"
        self.add(self._step, label, step, is_wide=False)
        is_percent = record.kind is EffectKind.PERCENT
        value = PriceField("Value", "" if is_percent else record.currency)
        value.set_value(record.value)
        value.set_suffix("%" if is_percent else record.currency)
        words = {
            EffectKind.PRICE: "Price",
            EffectKind.PERCENT: "Percent off",
            EffectKind.AMOUNT_OFF: "Amount off",
        }
        self.add("value", words[record.kind], value, is_wide=False)
        first = DayField("First day", record.valid_from)
        self.add("valid_from", "First day", first, is_wide=False)
        self.add("valid_to", "Last day", DayField("Last day", record.valid_to), is_wide=False)
        self.add("name", "Name", QLineEdit(record.name), is_wide=False)
        self.add("reference", "Reference", QLineEdit(record.reference), is_wide=False)
        self.add("priority", "Priority", _priority(record.priority), is_wide=False)
        any_unit = _checked("Converted for other units", record.any_unit)
        across = _checked("All lines it covers count together", record.across_lines)
        stop = _checked("Stop: no more general discount", record.stop)
        if not is_order:
            self.add("any_unit", "Units", any_unit, is_wide=False)
            self.add("across_lines", "Steps", across, is_wide=False)
        self.add("stop", "Afterwards", stop, is_wide=False)

    def values(self) -> dict[str, Any]:
        """What is changed, by the names of `change_agreement`."""
        step = _number(self.field(self._step), "from where it counts")
        typed: dict[str, Any] = {
            self._step: step,
            "value": _number(self.field("value"), "what it gives"),
            "valid_from": _day(self, "valid_from"),
            "valid_to": _day(self, "valid_to"),
            "name": _typed(self, "name"),
            "reference": _typed(self, "reference"),
            "priority": int(_number(self.field("priority"), "a priority")),
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
            f"Copy {records}",
            "Copy as drafts",
            "What is left empty stays as it is in the records.",
            parent,
        )
        self.setMinimumWidth(theme.px(560))
        party = party_field(tasks, lambda: ladder.side, self)
        item = item_field(tasks, self)
        for field in (party, item):
            field.setPlaceholderText("The same")
        self.add("party", "With", party, is_wide=False)
        self.add("item", "About", item, is_wide=False)
        first = DayField("First day")
        last = DayField("Last day")
        first.setPlaceholderText("The same days")
        self.add("valid_from", "First day", first, is_wide=False)
        self.add("valid_to", "Last day", last, is_wide=False)
        priority = NumberField("Priority", decimals=0)
        priority.setPlaceholderText("The same")
        self.add("priority", "Priority", priority, is_wide=False)
        name = QLineEdit()
        name.setPlaceholderText("The same")
        self.add("name", "Name", name, is_wide=False)

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
            f"Raise or lower {records}",
            "Make drafts",
            "Drafts are made. When they are activated, what they replace ends the day before.",
            parent,
        )
        percent = NumberField("Percent", decimals=4, suffix="%")
        self.add("percent", "By percent, below 0 lowers", percent, is_wide=False)
        first = DayField("First day", choices.today + timedelta(days=1))
        self.add("valid_from", "First day", first, is_wide=False)

    def values(self) -> dict[str, Any]:
        """Percent and first day."""
        return {
            "percent": _number(self.field("percent"), "by how many percent"),
            "valid_from": _day(self, "valid_from"),
        }
