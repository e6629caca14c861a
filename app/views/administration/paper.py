"""Paper that failed or waits: why, and the way to another printer."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.printing import retry_print
from app.queries.printers import PrintJobRow
from app.rules.printing import DocumentKind, PrintJobState
from app.views.administration.topic import Topic
from app.views.document_desk import MARKED
from app.views.paper_preview import preview
from app.views.papers import paper_name
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, needs, words, write_moment

STATES = {
    PrintJobState.QUEUED: Badge(words(N_("Waiting")), Tone.ATTENTION, "hourglass"),
    PrintJobState.FAILED: Badge(words(N_("Failed")), Tone.WRONG),
    PrintJobState.PRINTED: Badge(words(N_("Printed")), Tone.GOOD),
}
READ_INVOICES = (Group.SALES, Group.ACCOUNTING)
READ_ORDERS = tuple(group for group in Group if group is not Group.ADMIN)
NO_PRINTER = words(N_("no printer"))


class PaperTopic(Topic):
    """Print jobs that failed or wait; what is marked is printed again together."""

    kind = Kind.PRINT_JOB
    view = SavedView("paper", words(N_("Not printed")))
    seen_by = (Group.ADMIN, Group.STOCK, Group.ACCOUNTING)
    kept_by = tuple(Group)
    nothing = Empty(
        words(N_("Everything is printed")),
        words(N_("Paper that failed, or that no window has printed yet, appears here.")),
        "printer",
    )

    def card(self, row: PrintJobRow) -> Card:
        title = f"{paper_name(row.document)} {row.about}".strip()
        when = write_moment(row.queued_at, self.context.time_zone)
        badge = STATES[row.state]
        if row.id in self.desk.marked(Kind.PRINT_JOB):
            badge = MARKED
        return Card(title, when, (row.printer or NO_PRINTER, row.station), badge=badge)

    def model(self, shown: PrintJobRow) -> DocumentModel:
        failed = shown.state is PrintJobState.FAILED
        why_not = "" if failed else words(N_("only what failed is printed again"))
        may_read = self.context.actor.is_any(*READ_INVOICES)
        if failed and shown.document is DocumentKind.INVOICE and not may_read:
            why_not = needs(*READ_INVOICES)
        why_stays = why_not
        if failed and shown.document is DocumentKind.TEST_PAGE:
            why_stays = words(N_("a test page is about its own printer"))
        many = len(self.desk.marked(Kind.PRINT_JOB))
        again = words(N_("Print again"))
        if many:
            again = words(N_("Print {many} again"), many=many)
        unread = self._unread(shown)
        look = Action("preview", words(N_("Preview")), "Ctrl+Shift+Return", why_not=unread)
        zone = self.context.time_zone
        facts = [
            Fact(words(N_("Printer")), shown.printer or NO_PRINTER),
            Fact(words(N_("Asked for")), write_moment(shown.queued_at, zone)),
            Fact(words(N_("By")), shown.operator),
        ]
        if shown.station:
            facts.append(Fact(words(N_("At")), shown.station))
        if shown.copies > 1:
            facts.append(Fact(words(N_("Copies")), str(shown.copies)))
        if shown.finished_at is not None:
            facts.append(Fact(words(N_("Tried")), write_moment(shown.finished_at, zone)))
        return DocumentModel(
            f"{paper_name(shown.document)} {shown.about}".strip(),
            badges=(STATES[shown.state],),
            subline=(words(N_("print job {number}"), number=shown.id),),
            facts=tuple(facts),
            action=Action("again", again, "Ctrl+Return", why_not="" if many else why_not),
            secondary=(
                Action(
                    "move",
                    words(N_("On another printer")),
                    "M",
                    why_not="" if many else why_stays,
                ),
            ),
            more=(look,),
            notices=self._notices(shown),
            related=self._related(shown),
        )

    def _unread(self, shown: PrintJobRow) -> str:
        """Why this person may not look at the paper; empty when they may."""
        if shown.document is DocumentKind.TEST_PAGE:
            return ""
        may = READ_INVOICES if shown.document is DocumentKind.INVOICE else READ_ORDERS
        return "" if self.context.actor.is_any(*may) else needs(*may)

    def _notices(self, shown: PrintJobRow) -> tuple[Notice, ...]:
        if shown.state is PrintJobState.QUEUED:
            sentence = words(
                N_("It is printed by a window that may read it, at its station where it has one.")
            )
            return (Notice(sentence, Tone.INFO),)
        tone = Tone.WRONG if shown.state is PrintJobState.FAILED else Tone.GOOD
        return (Notice(shown.result, tone),) if shown.result else ()

    def _related(self, shown: PrintJobRow) -> tuple[Action, ...]:
        if shown.printer_id is None:
            return ()
        return (Action(f"{Kind.PRINTER}:{shown.printer_id}", shown.printer),)

    def act(self, action: str, shown: PrintJobRow) -> None:
        jobs = self.desk.marked(Kind.PRINT_JOB) or (shown.id,)
        if action == "again":
            self._print(jobs, None)
        elif action == "preview":
            failed = shown.state is PrintJobState.FAILED
            preview(
                self.context,
                self.parent,
                shown.document,
                shown.subject_id,
                printer=shown.printer_id,
                station=shown.station,
                print_it=partial(self._print, (shown.id,), None) if failed else None,
            )
        elif action == "move":
            asking = Asking(
                words(N_("On another printer")),
                words(N_("Print there")),
                counted(len(jobs), "paper is printed there", "papers are printed there"),
                parent=self.parent,
            )
            others = [each for each in self.desk.choices.printers if each[0] != shown.printer_id]
            asking.add("printer", words(N_("Printer")), ChoiceField(others))
            self.desk.ask(asking, lambda values: self._print(jobs, values["printer"]))

    def _print(self, jobs: tuple[Any, ...], printer: int | None) -> None:
        many = counted(len(jobs), "paper is printed again", "papers are printed again")
        said = words(N_("{many}. What fails once more comes back here."), many=many)
        calls = [{"job": job, "printer": printer} for job in jobs]
        self.control.carry_out_each(said, retry_print, calls)
