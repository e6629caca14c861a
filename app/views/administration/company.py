"""The company's settings, in groups that are changed together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from app.controllers.administration import SettingsShown
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.documents.document import Paper
from app.operations.company import Settings, set_company
from app.queries.administration import SettingsGroup
from app.queries.company import CompanySettings
from app.rules.billing import TaxRounding
from app.rules.pricing.agreements import DiscountRule
from app.views import theme
from app.views.administration.topic import Topic, plain_heads
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking, long_text
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.row_painting import Card
from app.views.widgets.wording import words

YES, NO = words(N_("yes")), words(N_("no"))
ROUNDED = (
    (TaxRounding.LINE, words(N_("on each line"))),
    (TaxRounding.DOCUMENT, words(N_("once a document"))),
)
DISCOUNTS = (
    (DiscountRule.FIRST, words(N_("the first one found"))),
    (DiscountRule.LARGEST, words(N_("the largest one"))),
    (DiscountRule.COMBINE, words(N_("all, one after the other"))),
)
PAPERS = tuple((each.value, each.value) for each in Paper)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the company: its name, what it means, how it is asked for.

    `make` is given what it is now; `told` writes that. Without `make` it stays as it is.
    """

    name: str
    label: str
    meaning: str
    make: Callable[[Any], QWidget] | None = None
    told: Callable[[Any], str] = str


def _text(value: Any) -> QWidget:
    return QLineEdit(str(value))


def _lines(value: Any) -> QWidget:
    return long_text(str(value), high=84)


def _yes(label: str) -> Callable[[Any], QWidget]:
    def make(value: Any) -> QWidget:
        field = QCheckBox(label)
        field.setChecked(bool(value))
        return field

    return make


def _choice(offers: tuple[tuple[Any, str], ...]) -> Callable[[Any], QWidget]:
    return lambda value: ChoiceField(offers, value)


def _named(offers: tuple[tuple[Any, str], ...]) -> Callable[[Any], str]:
    return lambda value: dict(offers).get(value, str(value))


def _yes_or_no(value: Any) -> str:
    return YES if value else NO


def _one_line(value: Any) -> str:
    return ", ".join(str(value).splitlines())


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Settings that are changed together, and when a change counts."""

    title: str
    counts: str
    settings: tuple[Setting, ...]


GROUPS = {
    "prices": SettingsPage(
        words(N_("Prices and taxes")),
        words(
            N_(
                "New orders take a change; what is entered keeps how its prices and taxes were "
                "meant. Discounts are combined anew whenever a price is looked up."
            )
        ),
        (
            Setting(
                "prices_include_tax",
                words(N_("Prices include tax")),
                words(N_("Prices that are typed, agreed and listed have the tax in them")),
                _yes(words(N_("The tax is in every price"))),
                _yes_or_no,
            ),
            Setting(
                "tax_rounding",
                words(N_("Tax is rounded")),
                words(N_("Where cents are rounded: it decides which total is printed")),
                _choice(ROUNDED),
                _named(ROUNDED),
            ),
            Setting(
                "untaxed_is_normal",
                words(N_("Untaxed where no rate is set")),
                words(N_("Otherwise an order to such a place is refused")),
                _yes(words(N_("Goods go untaxed there"))),
                _yes_or_no,
            ),
            Setting(
                "discount_rule",
                words(N_("Of several discounts on a line")),
                words(N_("Which of the trade agreements' discounts counts")),
                _choice(DISCOUNTS),
                _named(DISCOUNTS),
            ),
            Setting(
                "item_floor",
                words(N_("Lower list price goes first")),
                words(N_("An item's own list price counts when it is below an agreement's")),
                _yes(words(N_("The customer pays the lower one"))),
                _yes_or_no,
            ),
            Setting(
                "currency",
                words(N_("Currency")),
                words(N_("All amounts are kept in it, so it stays")),
            ),
        ),
    ),
    "papers": SettingsPage(
        words(N_("Name and papers")),
        words(N_("Papers that are printed from now on show it; archived invoices stay.")),
        (
            Setting("name", words(N_("Name")), words(N_("At the head of every paper")), _text),
            Setting(
                "address",
                words(N_("Address")),
                words(N_("Under the name, and as the sender in the envelope's window")),
                _lines,
                _one_line,
            ),
            Setting("country", words(N_("Country")), words(N_("Where taxes begin")), _text),
            Setting("phone", words(N_("Phone")), words(N_("At the foot")), _text),
            Setting("email", words(N_("E-mail")), words(N_("At the foot")), _text),
            Setting(
                "tax_number",
                words(N_("Tax number")),
                words(N_("At the foot, and on invoices")),
                _text,
            ),
            Setting(
                "locale",
                words(N_("Language and region")),
                words(N_("How numbers and days are written on paper, such as en_US or de_DE")),
                _text,
            ),
            Setting(
                "paper",
                words(N_("Sheet size")),
                words(N_("Of everything but labels")),
                _choice(PAPERS),
            ),
        ),
    ),
    "floor": SettingsPage(
        words(N_("Time and codes")),
        words(N_("Windows that are open take another time zone when they are opened again.")),
        (
            Setting(
                "time_zone",
                words(N_("Time zone")),
                words(N_("What today is, such as America/New_York")),
                _text,
            ),
            Setting(
                "gs1_company_prefix",
                words(N_("GS1 company prefix")),
                words(N_("The beginning of our cartons' numbers (SSCC)")),
                _text,
            ),
            Setting(
                "scan_prefix",
                words(N_("Beginning of our own codes")),
                words(N_("Sheets and labels printed before no longer scan when it changes")),
                _text,
            ),
            Setting(
                "finish_packs",
                words(N_("The last scan packs")),
                words(N_("Carrier and pick-up shipments leave when the last piece is boxed")),
                _yes(words(N_("Without another key"))),
                _yes_or_no,
            ),
        ),
    ),
}


class SettingsForm(Asking):
    """Asks for the settings of one group."""

    def __init__(self, group: SettingsPage, now: CompanySettings, parent: QWidget) -> None:
        super().__init__(group.title, words(N_("Save")), group.counts, parent)
        self.setMinimumWidth(theme.px(620))
        self._now = now
        for each in group.settings:
            if each.make is not None:
                field = each.make(getattr(now, each.name))
                is_wide = isinstance(field, QPlainTextEdit)
                self.add(each.name, each.label, field, is_wide=is_wide)

    def begin_at(self, name: str) -> None:
        """Put the cursor into the field of one setting."""
        if name in self._fields:
            self.field(name).setFocus()

    def values(self) -> dict[str, Any]:
        """`settings`, of what is different."""
        typed = super().values()
        changed = {
            name: value for name, value in typed.items() if value != getattr(self._now, name)
        }
        return {"settings": Settings(**changed)}


class NoFileNamed(BusinessError):
    """A backup into no file."""

    about = ("file",)
    sentence = N_("Say which file the company is kept in.")


class BackupForm(Asking):
    """Asks for the file that the company is kept in."""

    def __init__(self, company: str, day: str, parent: QWidget) -> None:
        sentence = N_(
            "The file is tried as soon as it is there: brought back beside the company, and "
            "counted. That takes some seconds; work goes on meanwhile. Keep it on another disk."
        )
        super().__init__(words(N_("Back up")), words(N_("Back up")), words(sentence), parent)
        self.setMinimumWidth(theme.px(580))
        name = "".join(each if each.isalnum() else "-" for each in company.lower())
        self.add("file", words(N_("File")), QLineEdit(str(Path.home() / f"{name}-{day}.backup")))

    def values(self) -> dict[str, Any]:
        """`file`. Raises: NoFileNamed."""
        typed = super().values()["file"]
        if not typed:
            raise NoFileNamed
        return {"file": Path(typed).expanduser().absolute()}


class SettingsTopic(Topic):
    """The company's settings."""

    kind = Kind.COMPANY
    view = SavedView("company", words(N_("Company")))
    seen_by = (Group.ADMIN, Group.ACCOUNTING)
    kept_by = (Group.ADMIN,)
    nothing = Empty(words(N_("No settings of that name")), "", "gear")

    def card(self, row: SettingsGroup) -> Card:
        group = GROUPS[row.id]
        return Card(group.title, sub=tuple(each.label for each in group.settings[:3]))

    def model(self, shown: SettingsShown) -> DocumentModel:
        group, not_here = GROUPS[shown.group], self.why_not or self._elsewhere
        return DocumentModel(
            group.title,
            subline=(shown.company.name, shown.company.currency),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
            lines=tuple(
                LineRow(
                    each.name,
                    each.label,
                    (each.meaning,),
                    amount=each.told(getattr(shown.company, each.name)),
                    source=each,
                )
                for each in group.settings
            ),
            heads=plain_heads(words(N_("Setting")), words(N_("Now"))),
            notices=(Notice(group.counts, Tone.INFO),),
            secondary=(Action("backup", words(N_("Back up")), "B", why_not=not_here),),
        )

    @property
    def _elsewhere(self) -> str:
        """Why the company is not backed up from here; empty where it is."""
        if self.context.back_up is not None:
            return ""
        return words(N_("the server's administrator backs it up"))

    def act(self, action: str, shown: SettingsShown) -> None:
        if action == "change":
            self._change(shown, "")
        elif action == "backup":
            self._back_up(shown)

    def _back_up(self, shown: SettingsShown) -> None:
        run = self.context.back_up
        assert run is not None
        form = BackupForm(shown.company.name, self.context.today.isoformat(), self.parent)

        def keep(values: dict[str, Any]) -> None:
            file = values["file"]
            said = words(N_("The company is kept in {file}; everything in it adds up."), file=file)
            self.control.back_up(run, file, said)

        self.desk.ask(form, keep)

    def open_line(self, line: LineRow) -> None:
        if not self.why_not:
            self._change(self.desk.shown, str(line.id))

    def _change(self, shown: SettingsShown, first: str) -> None:
        form = SettingsForm(GROUPS[shown.group], shown.company, self.parent)
        said = words(N_("The settings are kept."))
        change = partial(self.control.carry_out, said, set_company)
        self.desk.ask(form, lambda values: change(seen=form.seen, **values))
        form.begin_at(first)
