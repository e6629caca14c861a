"""The taxes desk: places, classes of goods and customers without tax in a list; each whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.controllers.taxes import TaxesController
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.tax_desk import (
    CustomerTaxes,
    TaxChoices,
    TaxClassWhole,
    TaxPlace,
    tax_records,
)
from app.queries.taxes import Exemption, RateRow
from app.views.desk_context import DeskContext
from app.views.document_desk import ChooseALine, DocumentDesk
from app.views.taxes.forms import (
    BuyerForm,
    CertificateForm,
    ClassForm,
    PlaceForm,
    RateForm,
    RenewForm,
)
from app.views.taxes.showing import (
    card,
    class_model,
    customer_model,
    paper_bars,
    place_model,
    rate_bars,
    why_not,
)
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.last_day_form import LastDayForm
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.period_bars import PeriodBars
from app.views.widgets.row_table_model import paged
from app.views.widgets.wording import words

VIEWS = (
    SavedView("places", words(N_("Places"))),
    SavedView("classes", words(N_("Classes of goods"))),
    SavedView("customers", words(N_("Customers"))),
    SavedView("expiring", words(N_("Expiring"))),
)
NOTHING = Empty(
    words(N_("Nothing here")),
    words(N_("Make one with N. Rates can also be imported: orderwright import taxes FILE")),
    "percent",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")),
    words(N_("Choose a place to see what is taken there, and since when.")),
    "percent",
)


fetch = paged(tax_records, VIEWS[0].key)


class TaxesDesk(DocumentDesk):
    """What is done is done with the line the cursor is on; with one line, that one is meant."""

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._actor = context.actor
        self._control = TaxesController(context.tasks, context.runner)
        self._choices: TaxChoices | None = None
        self.periods = PeriodBars()
        super().__init__(
            context,
            self._control,
            title=words(N_("Taxes")),
            fetch=fetch,
            row_id=lambda row: (row.kind, row.id),
            cards=card,
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by code, number, name or country")),
            action=Action("new", words(N_("New")), "N", why_not=why_not(context.actor)),
            parent=parent,
        )
        self.document.add_section(words(N_("When each counts")), self.periods)

    def show_thing(self, id: int) -> None:
        """Show a jurisdiction, from elsewhere in the window."""
        self._show_in("places", (Kind.JURISDICTION, id))

    def _show_in(self, view: str, goal: tuple[Kind, int]) -> None:
        self.list.choose_view(view)
        self.list.select(goal)
        self.controller.choose(*goal)

    # What the desk says

    def model_of(self, document: Any) -> DocumentModel:
        if isinstance(document, TaxPlace):
            has_classes = self._choices is None or bool(self._choices.classes)
            return place_model(document, self._actor, has_classes=has_classes)
        if isinstance(document, TaxClassWhole):
            return class_model(document, self._actor)
        assert isinstance(document, CustomerTaxes)
        return customer_model(document, self._actor)

    def _show(self, document: Any) -> None:
        super()._show(document)
        if isinstance(document, CustomerTaxes):
            bars = paper_bars(document)
        else:
            is_by_place = isinstance(document, TaxClassWhole)
            bars = rate_bars(document.rates, document.today, is_by_place=is_by_place)
        self.periods.show_bars(bars, document.today)

    def show_counts(self, counts: TaxChoices) -> None:
        self._choices = counts
        self.show_again()

    def sentence_of(self, result: Any) -> str:
        assert result is not None
        return self._control.words

    # Doing

    def act(self, action: str) -> None:
        kind, colon, id = action.partition(":")
        if colon:
            self._context.open_thing(Kind(kind), int(id))
        elif self._choices is None:
            return
        elif action == "new":
            self._ask_new(self._choices)
        elif isinstance(self.shown, TaxPlace):
            self._act_on_place(action, self.shown, self._choices)
        elif isinstance(self.shown, TaxClassWhole):
            tax_class = self.shown
            self._ask_change(
                ClassForm(tax_class, self), partial(self._control.rename_class, tax_class.code)
            )
        elif isinstance(self.shown, CustomerTaxes):
            self._act_on_customer(action, self.shown, self._choices)

    def _ask_new(self, choices: TaxChoices) -> None:
        """What is made is what the view shows."""
        view = self.list.model.request.view or VIEWS[0].key
        if view == "places":
            self.ask(
                PlaceForm(choices, None, self),
                lambda typed: self._control.create_place(typed["place"]),
            )
        elif view == "classes":
            self.ask(ClassForm(None, self), self._control.create_class)
        else:
            self._ask_certificate(choices, None)

    def _act_on_place(self, action: str, place: TaxPlace, choices: TaxChoices) -> None:
        if action == "new-rate":
            form = RateForm(place, choices, None, self)
            self.ask(form, lambda typed: self._control.create_rate(typed["rate"]))
        elif action == "change-place":
            changing = PlaceForm(choices, place, self)
            self._ask_change(changing, partial(self._control.change_place, place.code))
        else:
            rate = self._meant(place.rates)
            if rate is not None:
                self._act_on_rate(action, place, rate, choices)

    def _act_on_rate(
        self, action: str, place: TaxPlace, rate: RateRow, choices: TaxChoices
    ) -> None:
        if action == "change":
            changing = RateForm(place, choices, rate, self)
            self._ask_change(changing, partial(self._control.change_rate, rate.id))
        elif action == "renew":
            renewing = RenewForm(rate, choices, self)
            self.ask(renewing, lambda typed: self._control.renew_rate(rate.id, **typed))
        elif action == "end":
            ending = LastDayForm(rate.name, choices.today, self)
            self.ask(ending, lambda typed: self._control.end_rate(rate.id, **typed))

    def _act_on_customer(self, action: str, customer: CustomerTaxes, choices: TaxChoices) -> None:
        if action == "exempt":
            self._ask_certificate(choices, customer)
            return
        if action == "classify":
            form = BuyerForm(customer, self)
            self.ask(form, lambda typed: self._control.classify(customer.id, typed["account"]))
            return
        paper = self._meant(customer.exemptions)
        if paper is None:
            return
        if action == "change":
            changing = CertificateForm(self._context.tasks, choices, customer, paper, self)
            self._ask_change(changing, partial(self._control.change_exemption, paper.id))
        elif action == "end":
            ending = LastDayForm(paper.certificate, choices.today, self)
            self.ask(ending, lambda typed: self._control.end_exemption(paper.id, **typed))

    def _ask_change(self, form: Asking, change: Callable[[dict[str, Any]], None]) -> None:
        """Ask how something is to be, and change it by what the form said before, too."""
        self.ask(form, lambda typed: change(typed | {"seen": form.seen}))

    def _ask_certificate(self, choices: TaxChoices, customer: CustomerTaxes | None) -> None:
        form = CertificateForm(self._context.tasks, choices, customer, None, self)
        self.ask(form, lambda typed: self._control.exempt(**typed))

    def _meant(self, records: Any) -> Any:
        """The record the cursor is on, or the only one there is."""
        line = self.current_line()
        found = next((each for each in records if line is not None and each.id == line.id), None)
        if found is None and len(records) == 1:
            found = records[0]
        if found is None:
            self.messages.show_refusal(ChooseALine())
        return found

    def open_line(self, line: LineRow) -> None:
        if why_not(self._actor):
            return
        if isinstance(line.source, RateRow) and isinstance(self.shown, TaxClassWhole):
            self.messages.show_info(
                words(N_("This is changed at the place {title}."), title=line.title)
            )
        elif isinstance(line.source, (RateRow, Exemption)):
            self._act("change")

    def _tell(self, result: Any) -> None:
        super()._tell(result)
        goal = self._control.goal
        if goal is None:
            return
        if isinstance(goal, Kind):
            goal = (goal, result.id)
        views = {Kind.JURISDICTION: "places", Kind.TAX_CLASS: "classes"}
        self._show_in(views.get(goal[0], "customers"), goal)
