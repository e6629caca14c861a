"""Printers: how each is reached, what stations print on it, whether it answers, test pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.printers import (
    change_printer,
    create_printer,
    stop_using_printer,
    use_printer,
)
from app.operations.printing import print_test_page
from app.queries.administration import AdministrationChoices
from app.queries.printers import PrinterRow, PrinterUse, PrinterWhole
from app.rules.printing import DocumentKind, PrinterRole
from app.views import theme
from app.views.administration.topic import Topic, plain_heads
from app.views.paper_preview import preview
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, words

WAYS = {
    "system": words(N_("Print queue of the computer")),
    "socket": words(N_("Network address")),
    "folder": words(N_("Folder")),
}
ADDRESSES = {
    "system": words(N_("The queue's name")),
    "socket": "10.0.0.7:9100",
    "folder": words(N_("A folder, or a name below the folder for papers")),
}
LANGUAGES = {
    "pdf": words(N_("Pages and labels (PDF)")),
    "zpl": words(N_("Labels only (ZPL)")),
}
DENSITIES = tuple(
    (dots, words(N_("{dots} dots a millimetre ({inch} dpi)"), dots=dots, inch=inch))
    for dots, inch in ((6, 152), (8, 203), (12, 300), (24, 600))
)
ROLES = {
    PrinterRole.DOCUMENTS: words(N_("Documents")),
    PrinterRole.PICKLISTS: words(N_("Picklists")),
    PrinterRole.LABELS: words(N_("Labels")),
}
ALL_STATIONS = words(N_("All stations without an own one"))
OFF = Badge(words(N_("Switched off")), Tone.NEUTRAL)
READY = Badge(words(N_("Ready")), Tone.GOOD)
NOT_READY = Badge(words(N_("Not ready")), Tone.WRONG)


class PrinterForm(Asking):
    """Asks for a printer: a new one, or how one is to be."""

    def __init__(self, now: PrinterWhole | None, parent: QWidget) -> None:
        title = words(N_("New printer"))
        if now is not None:
            title = words(N_("Change {name}"), name=now.name)
        super().__init__(title, words(N_("Save")), "", parent)
        self.setMinimumWidth(theme.px(620))
        self._now = now
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit(), is_wide=False)
        name = QLineEdit(now.name if now else "")
        self.add("name", words(N_("Name")), name, is_wide=now is not None)
        self._way = ChoiceField(tuple(WAYS.items()), now.way if now else "socket")
        self.add("kind", words(N_("Reached by")), self._way, is_wide=False)
        self._address = QLineEdit(now.address if now else "")
        self.add("address", words(N_("Address")), self._address, is_wide=False)
        language = ChoiceField(tuple(LANGUAGES.items()), now.language if now else "pdf")
        self.add("language", words(N_("Prints")), language, is_wide=False)
        density = ChoiceField(DENSITIES, now.dots_per_mm if now else 8)
        self.add("dots_per_mm", words(N_("Density of labels")), density, is_wide=False)
        self._way.currentIndexChanged.connect(self._show_example)
        self._show_example()

    def _show_example(self, _index: int = 0) -> None:
        self._address.setPlaceholderText(ADDRESSES[self._way.code])

    def values(self) -> dict[str, Any]:
        """The arguments of the verb; for one that is there only what is different."""
        typed = super().values()
        if self._now is None:
            return typed
        stored = {
            "name": self._now.name,
            "kind": self._now.way,
            "address": self._now.address,
            "language": self._now.language,
            "dots_per_mm": self._now.dots_per_mm,
        }
        return {name: value for name, value in typed.items() if value != stored[name]}


class UseForm(Asking):
    """Asks what is to be printed on a printer, and at which station."""

    def __init__(
        self, printer: PrinterWhole, choices: AdministrationChoices, parent: QWidget
    ) -> None:
        title = words(N_("Print on {name}"), name=printer.name)
        sentence = words(
            N_("What is ticked is printed here from now on, instead of where it was before.")
        )
        super().__init__(title, words(N_("Print here")), sentence, parent)
        self._stations = ChoiceField([(None, ALL_STATIONS), *choices.stations])
        self.add("station", words(N_("At")), self._stations)
        self._ticks: dict[PrinterRole, QCheckBox] = {}
        for role, name in ROLES.items():
            tick = self._ticks[role] = QCheckBox(name)
            tick.setChecked(role is PrinterRole.LABELS and printer.language == "zpl")
            self.add(role.value, "", tick, is_wide=False, gives=("roles",))
            tick.setAccessibleName(name)

    def values(self) -> dict[str, Any]:
        """`station` and `roles`."""
        roles = tuple(role for role, tick in self._ticks.items() if tick.isChecked())
        return {"station": self._stations.code, "roles": roles}


class PrintersTopic(Topic):
    """Printers."""

    kind = Kind.PRINTER
    view = SavedView("printers", words(N_("Printers")))
    seen_by = (Group.ADMIN, Group.STOCK)
    kept_by = (Group.ADMIN,)
    nothing = Empty(
        words(N_("No printer yet")),
        words(N_("N makes one; then say with U what stations print on it.")),
        "printer",
    )
    new = words(N_("New printer"))
    answers: dict[int, str]
    """Why a printer is not ready, by its id; empty where it is. Only those that were tried."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.answers = {}
        self.control.answered.connect(self._note)

    def _note(self, printer: int, why_not: str) -> None:
        self.answers[printer] = why_not

    def card(self, row: PrinterRow) -> Card:
        badge = None if row.is_active else OFF
        if row.unprinted:
            many = counted(row.unprinted, "paper failed", "papers failed")
            badge = Badge(many, Tone.WRONG)
        return Card(row.name, "", (row.code, WAYS[row.way], row.address), badge=badge)

    def model(self, shown: PrinterWhole) -> DocumentModel:
        off = "" if shown.is_active else words(N_("it is switched off"))
        why_not = self.answers.get(shown.id)
        badges: tuple[Badge, ...] = (OFF,)
        if shown.is_active:
            badges = () if why_not is None else (NOT_READY if why_not else READY,)
        switch = words(N_("Switch off")) if shown.is_active else words(N_("Switch on"))
        no_line = "" if shown.uses else words(N_("nothing is printed here"))
        return DocumentModel(
            shown.name,
            badges=badges,
            subline=(shown.code, WAYS[shown.way], shown.address),
            facts=(
                Fact(words(N_("Prints")), LANGUAGES[shown.language]),
                Fact(words(N_("Density of labels")), dict(DENSITIES)[shown.dots_per_mm]),
            ),
            action=Action("test", words(N_("Test page")), "Ctrl+Return", why_not=off),
            secondary=(
                Action("change", words(N_("Change")), "E", why_not=self.why_not),
                Action("use", words(N_("Print here")), "U", why_not=self.why_not or off),
                Action("leave", words(N_("No longer here")), "X", why_not=self.why_not or no_line),
                Action("switch", switch, "O", why_not=self.why_not),
            ),
            more=(Action("preview", words(N_("Preview")), "Ctrl+Shift+Return"),),
            lines=tuple(self._line(each) for each in shown.uses),
            heads=plain_heads(words(N_("At")), words(N_("Printed here"))),
            no_lines=words(N_("No station prints here. U says what is to be printed on it.")),
            notices=self._notices(shown, why_not or ""),
        )

    def _notices(self, shown: PrinterWhole, why_not: str) -> tuple[Notice, ...]:
        notices = [Notice(why_not)] if why_not and shown.is_active else []
        if shown.unprinted:
            many = counted(shown.unprinted, "paper was not printed", "papers were not printed")
            look = Action("look", words(N_("Look at them")))
            notices.append(Notice(words(N_("{many}."), many=many), Tone.WRONG, (look,)))
        return tuple(notices)

    def _line(self, use: PrinterUse) -> LineRow:
        return LineRow(
            (use.station_id, use.role),
            use.station_name or ALL_STATIONS,
            (use.station,) if use.station else (),
            amount=ROLES[use.role],
            source=use,
        )

    def begin(self) -> None:

        def make(values: dict[str, Any]) -> None:
            said = words(N_("The printer {name} is there."), name=values["name"])
            self.control.carry_out(
                said,
                create_printer,
                goal=lambda saved: (Kind.PRINTER, saved.printer_id),
                **values,
            )

        self.desk.ask(PrinterForm(None, self.parent), make)

    def act(self, action: str, shown: PrinterWhole) -> None:
        run = partial(self.control.carry_out, printer=shown.id)
        said = words(N_("A test page is on its way to {name}."), name=shown.name)
        test = partial(run, said, print_test_page)
        if action == "test":
            test()
        elif action == "preview":
            page, here = DocumentKind.TEST_PAGE, shown.id
            preview(self.context, self.parent, page, here, printer=here, print_it=test)
        elif action == "change":
            said = words(N_("{name} is changed."), name=shown.name)
            changing = PrinterForm(shown, self.parent)
            change = partial(run, said, change_printer)
            self.desk.ask(changing, lambda values: change(seen=changing.seen, **values))
        elif action == "use":
            said = words(N_("It is printed on {name} from now on."), name=shown.name)
            form = UseForm(shown, self.desk.choices, self.parent)
            self.desk.ask(form, lambda values: run(said, use_printer, **values))
        elif action == "leave":
            self._leave(shown)
        elif action == "switch":
            said = words(N_("{name} is switched off."), name=shown.name)
            if not shown.is_active:
                said = words(N_("{name} is switched on."), name=shown.name)
            run(said, change_printer, is_active=not shown.is_active)
        elif action == "look":
            self.desk.look_at("paper", shown.code)

    def _leave(self, shown: PrinterWhole) -> None:
        use = self.desk.line_meant(shown.uses)
        if use is None:
            return
        sentence = N_("{what} of all stations are printed on {name} no longer.")
        if use.station:
            sentence = N_("{what} of {station} are printed where all stations print them.")
        said = words(sentence, what=ROLES[use.role], station=use.station_name, name=shown.name)
        self.control.carry_out(
            said,
            stop_using_printer,
            printer=shown.id,
            roles=(use.role,),
            station=use.station_id,
        )
