"""Payment terms and delivery modes: when invoices are due, how goods reach the customer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.actor import Group
from app.core.clock import today
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.company import (
    change_delivery_mode,
    change_payment_terms,
    create_delivery_mode,
    create_payment_terms,
)
from app.queries.terms import DeliveryModeRow, TermsRow
from app.rules.orders import DeliveryKind
from app.views.administration.topic import Topic
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.number_field import NumberField
from app.views.widgets.row_painting import Card
from app.views.widgets.wording import counted, words, write_full_day

WAYS = {
    DeliveryKind.CARRIER: words(N_("By carrier")),
    DeliveryKind.PICK_UP: words(N_("Picked up by the customer")),
    DeliveryKind.OWN_TRUCK: words(N_("On our own truck")),
    DeliveryKind.COUNTER: words(N_("Over the counter")),
    DeliveryKind.NONE: words(N_("Nothing is delivered")),
}


def _days(many: int) -> str:
    return counted(many, "day", "days")


class TermsForm(Asking):
    """Asks for payment terms or a delivery mode: code, name and a number of days."""

    def __init__(
        self,
        title: str,
        days: str,
        now: TermsRow | DeliveryModeRow | None,
        many: int,
        parent: QWidget,
    ) -> None:
        super().__init__(title, words(N_("Save")), "", parent)
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit())
        self.add("name", words(N_("Name")), QLineEdit(now.name if now else ""))
        self._days = NumberField(days, decimals=0)
        self._days.set_value(Decimal(many))
        self.add("days", days, self._days, gives=("transit_days",))

    def values(self) -> dict[str, Any]:
        """The arguments of the verb. Raises: NotANumber, TooFine, NothingTyped."""
        typed = super().values()
        typed["days"] = int(self._days.needed(words(N_("how many days"))))
        return typed


class TermsTopic(Topic):
    """Payment terms."""

    kind = Kind.PAYMENT_TERMS
    view = SavedView("terms", words(N_("Payment terms")))
    seen_by = (Group.ADMIN, Group.ACCOUNTING)
    kept_by = (Group.ACCOUNTING,)
    nothing = Empty(
        words(N_("No payment terms yet")),
        words(N_("N makes some; customers and invoices then say when to pay.")),
        "calendar-blank",
    )
    new = words(N_("New terms"))

    def card(self, row: TermsRow) -> Card:
        return Card(row.name, _days(row.days), (row.id,))

    def model(self, shown: TermsRow) -> DocumentModel:
        due = today(self.context.time_zone) + timedelta(days=shown.days)
        sentence = words(N_("An invoice of today is due on {day}."), day=write_full_day(due))
        return DocumentModel(
            shown.name,
            subline=(shown.id,),
            facts=(Fact(words(N_("Due after")), _days(shown.days)),),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
            notices=(Notice(sentence, Tone.INFO),),
        )

    def begin(self) -> None:
        def make(values: dict[str, Any]) -> None:
            said = words(N_("The terms {name} are there."), name=values["name"])
            self.control.carry_out(
                said, create_payment_terms, goal=lambda made: (self.kind, made.code), **values
            )

        self.desk.ask(self._form(words(N_("New payment terms")), None), make)

    def act(self, action: str, shown: TermsRow) -> None:
        if action == "change":
            said = words(N_("{name} are changed for invoices from now on."), name=shown.name)
            form = self._form(words(N_("Change {name}"), name=shown.name), shown)
            self.desk.ask(
                form,
                lambda values: self.control.carry_out(
                    said, change_payment_terms, code=shown.id, seen=form.seen, **values
                ),
            )

    def _form(self, title: str, now: TermsRow | None) -> Asking:
        return TermsForm(
            title, words(N_("Days until due")), now, now.days if now else 30, self.parent
        )


class DeliveryTopic(Topic):
    """Delivery modes."""

    kind = Kind.DELIVERY_MODE
    view = SavedView("delivery", words(N_("Delivery modes")))
    seen_by = (Group.ADMIN, Group.ACCOUNTING)
    kept_by = (Group.ADMIN,)
    nothing = Empty(
        words(N_("No delivery mode yet")),
        words(N_("N makes one. Without any, no order can be entered.")),
        "truck",
    )
    new = words(N_("New delivery mode"))

    def card(self, row: DeliveryModeRow) -> Card:
        days = _days(row.transit_days) if row.transit_days else ""
        return Card(row.name, days, (row.id, WAYS[row.way]))

    def model(self, shown: DeliveryModeRow) -> DocumentModel:
        sentence = words(
            N_("What it costs the customer says a rule at the Charges desk; its kind stays.")
        )
        return DocumentModel(
            shown.name,
            subline=(shown.id,),
            facts=(
                Fact(words(N_("How goods go")), WAYS[shown.way]),
                Fact(words(N_("On the way")), _days(shown.transit_days)),
            ),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
            notices=(Notice(sentence, Tone.INFO),),
        )

    def begin(self) -> None:
        form = self._form(words(N_("New delivery mode")), None)
        ways = ChoiceField(tuple(WAYS.items()), DeliveryKind.CARRIER)
        form.add("kind", words(N_("How goods go")), ways)

        def make(values: dict[str, Any]) -> None:
            said = words(N_("{name} is there."), name=values["name"])
            self.control.carry_out(
                said,
                create_delivery_mode,
                goal=lambda made: (self.kind, made.code),
                **_with_transit(values),
            )

        self.desk.ask(form, make)

    def act(self, action: str, shown: DeliveryModeRow) -> None:
        if action == "change":
            said = words(N_("{name} is changed for new orders."), name=shown.name)
            form = self._form(words(N_("Change {name}"), name=shown.name), shown)
            self.desk.ask(
                form,
                lambda values: self.control.carry_out(
                    said,
                    change_delivery_mode,
                    code=shown.id,
                    seen=form.seen,
                    **_with_transit(values),
                ),
            )

    def _form(self, title: str, now: DeliveryModeRow | None) -> Asking:
        days = words(N_("Days on the way"))
        return TermsForm(title, days, now, now.transit_days if now else 1, self.parent)


def _with_transit(values: dict[str, Any]) -> dict[str, Any]:
    """The form's values as the verbs of delivery modes name them."""
    return {("transit_days" if name == "days" else name): each for name, each in values.items()}
