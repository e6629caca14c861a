"""The agreements desk: ladders in a list, the open one as a grid over time, and what it costs."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from app.controllers.agreement_files import AgreementFiles, agreement_table
from app.controllers.agreements import AgreementsController
from app.controllers.document_desk import Together
from app.controllers.list_files import Table
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.importing.verb import Imported
from app.operations.pricing import (
    AgreementsSaved,
    activate_agreements,
    copy_agreements,
    create_agreements,
    deactivate_agreements,
    delete_draft_agreements,
    mass_change_agreements,
)
from app.queries.agreements import AgreementChoices, Ladder, ladders
from app.queries.price_simulation import NothingToTry
from app.rules.pricing.agreements import AgreementLevel, AgreementState, Side
from app.views.agreements.forms import ChangeForm, CopyForm, NewForm, RaiseForm
from app.views.agreements.importing import ImportForm
from app.views.agreements.inquiry import Asked, PriceInquiry, one_of
from app.views.agreements.showing import (
    bars,
    card,
    ladder_model,
    mind_rise,
    readable_sides,
    why_not,
)
from app.views.agreements.trial import TrialWindow
from app.views.desk_context import DeskContext
from app.views.document_desk import DocumentDesk
from app.views.list_into_file import TABLES
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel
from app.views.widgets.empty_state import Empty
from app.views.widgets.last_day_form import LastDayForm
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.period_bars import PeriodBars
from app.views.widgets.row_table_model import PageRequest, paged
from app.views.widgets.wording import counted, words

VIEWS = (
    SavedView("active", words(N_("Active"))),
    SavedView("drafts", words(N_("Drafts"))),
    SavedView("ending", words(N_("Ending soon"))),
    SavedView("ended", words(N_("Ended"))),
    SavedView("all", words(N_("All"))),
)
NOTHING = Empty(
    words(N_("No agreements here")),
    words(N_("Make one with N, or take in a file with Ctrl+O.")),
    "handshake",
)
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")),
    words(N_("Choose an agreement, or press F9 to ask for a price.")),
    "handshake",
)


class NothingToEnd(BusinessError):
    """Records that are drafts or over already."""

    sentence = N_("None of these counts: a draft is thrown away, and what is over is over.")


fetch = paged(ladders, "active", key=attrgetter("id"))


def read_table(session: Any, asked: PageRequest) -> Table:
    """The list as a file that the importer reads."""
    return agreement_table(session, view=asked.view or "active", filter=asked.text)


class AgreementsDesk(DocumentDesk):
    """Ladders, and beside them the open one: its steps, its periods, its drafts.

    What is done is done with the marked steps, or with the one the cursor is on, or else with
    all of the ladder.
    """

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        self._actor = context.actor
        self._control = AgreementsController(context.tasks, context.runner)
        self._choices: AgreementChoices | None = None
        self.periods = PeriodBars()
        super().__init__(
            context,
            self._control,
            title=words(N_("Trade agreements")),
            fetch=fetch,
            row_id=lambda row: (Kind.AGREEMENT, row.id),
            cards=lambda row: card(row, is_marked=(Kind.AGREEMENT, row.id) in self.rows_marked),
            views=VIEWS,
            empty=NOTHING,
            nothing_open=NOTHING_OPEN,
            filter_hint=words(N_("Filter by name, reference, customer, supplier or item")),
            action=Action("new", words(N_("New")), "N", why_not=why_not(context.actor, None)),
            read_table=read_table,
            parent=parent,
        )
        self.document.add_section(words(N_("When each record counts")), self.periods)
        self.files = AgreementFiles(context.tasks, context.runner, self)
        self.files.looked_at.connect(self._looked_at)
        self.files.imported.connect(self._imported)
        self.files.refused.connect(self._refuse)
        self._bind_keys()

    def show_thing(self, record: int) -> None:
        """Show the ladder of a record, from elsewhere in the window."""
        self.list.choose_view("all")
        self.list.select((Kind.AGREEMENT, record))
        self.controller.choose(Kind.AGREEMENT, record)

    # What the desk says

    def model_of(self, document: Any) -> DocumentModel:
        return ladder_model(document, self.lines_marked, self._actor, self._context.time_zone)

    def _show(self, document: Any) -> None:
        super()._show(document)
        self.periods.show_bars(bars(document), document.today)

    def show_counts(self, counts: AgreementChoices) -> None:
        self._choices = counts

    def sentence_of(self, result: Any) -> str:
        if isinstance(result, Together):
            return counted(len(result.results), "record ends.", "records end.")
        assert isinstance(result, AgreementsSaved)
        many = len(result.agreement_ids)
        did = self._control.did
        if did(activate_agreements):
            said = counted(many, "draft counts now.", "drafts count now.")
        elif did(delete_draft_agreements):
            said = counted(many, "draft is thrown away.", "drafts are thrown away.")
        elif self._made_drafts():
            said = counted(many, "draft is made.", "drafts are made.")
        elif did(deactivate_agreements):
            said = counted(many, "record is out of use.", "records are out of use.")
        else:
            said = counted(many, "record is saved.", "records are saved.")
        if result.rising:
            said = f"{said} {mind_rise(result.rising[0])}"
        return said

    def keys(self) -> tuple[tuple[str, str], ...]:
        return (
            *super().keys(),
            ("Ins", words(N_("Add steps"))),
            ("X", words(N_("End on a day"))),
            ("Del", words(N_("Throw drafts away"))),
            ("F8", words(N_("Try drafts on past orders"))),
            ("F9", words(N_("Ask for a price"))),
            ("Ctrl+O", words(N_("Take in a file"))),
        )

    # Doing

    def act(self, action: str) -> None:
        if action == "new":
            self._ask_new(None)
        elif action == "inquire":
            self._ask_price()
        elif action == "export":
            self.into_file.ask()
        elif action == "import":
            self._import()
        elif action == "raise" and self.rows_marked:
            marked = [each[1] for each in self.rows_marked.all() if isinstance(each, tuple)]
            self._control.read_records(marked, self._ask_raise)
        elif isinstance(self.shown, Ladder):
            self._act_on(action, self.shown)

    def _ask_price(self) -> None:
        """Open the price inquiry with what the cursor is on."""
        if self._choices is None:
            return
        start, ladder = Asked(), self.shown
        if isinstance(ladder, Ladder) and ladder.level is AgreementLevel.LINE:
            line = self.current_line()
            record = next((r for r in ladder.records if line is not None and r.id == line.id), None)
            start = Asked(
                ladder.side,
                one_of(ladder.party),
                one_of(ladder.item),
                record.from_quantity if record and record.from_quantity else Decimal(1),
                ladder.unit if ladder.item is not None else "",
                currency=ladder.currency,
            )
        sides = readable_sides(self._actor)
        currencies = self._choices.currencies
        PriceInquiry(self._context.tasks, currencies, sides, start, self).open()

    def _act_on(self, action: str, ladder: Ladder) -> None:
        drafts = self._drafts_meant(ladder)
        if action == "activate":
            self._control.activate(drafts)
        elif action == "delete":
            self._control.delete(drafts)
        elif action == "add":
            self._ask_new(ladder)
        elif action == "change":
            line = self.current_line()
            self._ask_change(ladder, ladder.records[0].id if line is None else line.id)
        elif action == "simulate":
            self._try(drafts)
        elif action == "copy":
            records = self._records_meant(ladder)
            copying = CopyForm(self._context.tasks, ladder, len(records), self)
            self.ask(copying, partial(self._control.copy, records))
        elif action == "raise":
            self._ask_raise(self._counting_meant(ladder))
        elif action in ("end", "take-out"):
            self._end(ladder, is_end=action == "end")

    def _records_meant(self, ladder: Ladder) -> tuple[int, ...]:
        """The marked steps; without one, all of the ladder."""
        marked = tuple(each.id for each in ladder.records if each.id in self.lines_marked)
        return marked or tuple(each.id for each in ladder.records)

    def _drafts_meant(self, ladder: Ladder) -> tuple[int, ...]:
        marked = tuple(each for each in ladder.drafts if each in self.lines_marked)
        return marked or ladder.drafts

    def _counting_meant(self, ladder: Ladder) -> tuple[int, ...]:
        active = {each.id for each in ladder.records if each.state is AgreementState.ACTIVE}
        return tuple(each for each in self._records_meant(ladder) if each in active)

    def _import(self) -> None:
        """Look at a file before it is taken in."""
        if not self._actor.is_any(Group.MANAGER):
            self.messages.show_wrong(words(N_("Agreements are taken in from files by a manager.")))
            return
        name, _kind = QFileDialog.getOpenFileName(self, words(N_("Take in a file")), "", TABLES)
        if name:
            self.files.look_at(Path(name), create_missing=False)

    def _looked_at(self, path: Path, report: Imported) -> None:
        form = ImportForm(path, report, create_missing=False, parent=self)
        self.ask(form, lambda values: self.files.take_in(path, **values))

    def _imported(self, report: Imported) -> None:
        if self._asking is not None:
            self._asking.accept()
        left_out = len({each.row for each in report.rejects})
        said = counted(report.imported, "row is taken in.", "rows are taken in.")
        if left_out:
            said += " " + counted(left_out, "row was left out.", "rows were left out.")
        self.messages.show_good(said)

    def _try(self, drafts: tuple[int, ...]) -> None:
        """Open the window in which drafts are tried on past orders."""
        if not drafts:
            self.messages.show_refusal(NothingToTry())
        elif self._choices is not None:
            TrialWindow(self._context.tasks, self._choices, drafts, self).open()

    def _sides(self) -> tuple[Side, ...]:
        return tuple(each for each in Side if not why_not(self._actor, each))

    def _ask_new(self, like: Ladder | None) -> None:
        if self._choices is not None and self._sides():
            form = NewForm(self._context.tasks, self._choices, self._sides(), like, self)
            self.ask(
                form,
                lambda typed: self._control.create(typed["agreements"], draft=typed["draft"]),
            )

    def _ask_change(self, ladder: Ladder, wanted: int) -> None:
        record = next(each for each in ladder.records if each.id == wanted)
        form = ChangeForm(ladder, record, self)
        self.ask(form, lambda values: self._control.change(record.id, values))

    def _ask_raise(self, records: tuple[int, ...]) -> None:
        if not records:
            self.messages.show_refusal(NothingToEnd())
        elif self._choices is not None:
            form = RaiseForm(len(records), self._choices, self)
            self.ask(
                form,
                lambda values: self._control.raise_by(
                    records, values["percent"], values["valid_from"]
                ),
            )

    def _end(self, ladder: Ladder, *, is_end: bool) -> None:
        records = self._counting_meant(ladder)
        if not records:
            self.messages.show_refusal(NothingToEnd())
        elif not is_end:
            self._control.take_out(records)
        elif self._choices is not None:
            form = LastDayForm(
                counted(len(records), "record", "records"), self._choices.today, self
            )
            self.ask(form, lambda values: self._control.end(records, values["last_day"]))

    def open_line(self, line: LineRow) -> None:
        if isinstance(self.shown, Ladder) and not why_not(self._actor, self.shown.side):
            self._ask_change(self.shown, line.id)

    def _tell(self, result: Any) -> None:
        is_new = isinstance(result, AgreementsSaved) and (
            self._control.did(create_agreements) or self._made_drafts()
        )
        super()._tell(result)
        if is_new and result.agreement_ids:
            newest = max(result.agreement_ids)
            if self._made_drafts():
                self.list.choose_view("drafts")  # they stand in no other list but *All*
            self.list.select((Kind.AGREEMENT, newest))
            self.controller.choose(Kind.AGREEMENT, newest)

    def _made_drafts(self) -> bool:
        return self._control.did(copy_agreements) or self._control.did(mass_change_agreements)

    # Keys that stand on no button

    def _bind_keys(self) -> None:
        for keys, action, act in (
            ("Ins", "add", self._key),
            ("X", "end", self._key),
            ("Del", "delete", self._key),
            ("F8", "simulate", self._key),
            ("F9", "inquire", self._act),
            ("Ctrl+O", "import", self._act),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(act, action))

    def _key(self, action: str) -> None:
        """A key does what the button or the menu would, and only when it would."""
        model = self.document.model
        offered = () if model is None else (*model.secondary, *model.more)
        found = next((each for each in offered if each.key == action), None)
        if found is not None and found.why_not:
            self.messages.show_wrong(f"{found.title}: {found.why_not}.")
        elif found is not None:
            self._act(action)
