"""People and stations: who signs in, in which groups, with which badge; who stands where."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.people import (
    change_person,
    change_station,
    create_person,
    create_station,
)
from app.queries.administration import AdministrationChoices
from app.queries.people import PersonRow, StationPrinterRow, StationRow, StationWhole
from app.rules.scanning.scan import readable
from app.views import theme
from app.views.administration.printers import ROLES
from app.views.administration.topic import Topic, plain_heads
from app.views.desk_context import DeskContext
from app.views.document_desk import PlaceField
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
from app.views.widgets.wording import few, words

GROUPS = {
    Group.SALES: (words(N_("Sales")), words(N_("customers, orders, prices, promises"))),
    Group.FLOOR: (words(N_("Floor")), words(N_("pick, stage, load, pack"))),
    Group.DISPATCH: (words(N_("Dispatch")), words(N_("the floor, and trips of trucks"))),
    Group.STOCK: (words(N_("Stock")), words(N_("the floor, items, places, counts"))),
    Group.PURCHASING: (words(N_("Purchasing")), words(N_("suppliers, costs"))),
    Group.ACCOUNTING: (words(N_("Accounting")), words(N_("invoices, taxes, rates, terms"))),
    Group.MANAGER: (words(N_("Manager")), words(N_("all of these"))),
    Group.ADMIN: (words(N_("Administrator")), words(N_("this desk, and no documents"))),
}
LOCKED = Badge(words(N_("Locked")), Tone.NEUTRAL, "lock")
CLOSED = Badge(words(N_("Out of use")), Tone.NEUTRAL)
STATION_GROUPS = (Group.FLOOR, Group.SALES)
NONE = words(N_("none"))


class PasswordsDiffer(BusinessError):
    """A password that was typed two ways."""

    about = ("password", "again")
    sentence = N_("The two passwords are not the same. Type both again.")


def group_names(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """The names of groups."""
    return tuple(GROUPS[each][0] for each in groups)


def password_field(name: str) -> QLineEdit:
    """A field that shows dots."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    return field


class PasswordForm(Asking):
    """Asks for a new password, twice."""

    def __init__(self, name: str, parent: QWidget) -> None:
        title = words(N_("New password for {name}"), name=name)
        sentence = words(N_("At least 8 characters. It counts from the next time they sign in."))
        super().__init__(title, words(N_("Save")), sentence, parent)
        for field, label in (
            ("password", words(N_("Password"))),
            ("again", words(N_("Once more"))),
        ):
            self.add(field, label, password_field(label))

    def values(self) -> dict[str, Any]:
        """`password`. Raises: PasswordsDiffer."""
        typed = super().values()
        if typed["password"] != typed["again"]:
            raise PasswordsDiffer
        return {"password": typed["password"]}


class _WithGroups(Asking):
    """A form in which groups are ticked."""

    def add_groups(self, offered: tuple[Group, ...], now: tuple[Group, ...]) -> None:
        """A tick for each group, with what it may do."""
        self._ticks: dict[Group, QCheckBox] = {}
        for group in offered:
            name, may = GROUPS[group]
            tick = self._ticks[group] = QCheckBox(may)
            tick.setChecked(group in now)
            self.add(group.value, name, tick, is_wide=False, gives=("groups",))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are ticked."""
        return tuple(group for group, tick in self._ticks.items() if tick.isChecked())


class PersonForm(_WithGroups):
    """Asks for a person: a new one, or how one is to be."""

    def __init__(self, now: PersonRow | None, parent: QWidget) -> None:
        title = words(N_("New person"))
        if now is not None:
            title = words(N_("Change {name}"), name=now.name)
        super().__init__(title, words(N_("Save")), "", parent)
        self.setMinimumWidth(theme.px(620))
        self._now = now
        if now is None:
            self.add("login", words(N_("Login")), QLineEdit(), is_wide=False)
        name = QLineEdit(now.name if now else "")
        self.add("name", words(N_("Name")), name, is_wide=False)
        self.add("badge", words(N_("Badge")), QLineEdit(now.badge if now else ""), is_wide=False)
        if now is None:
            label = words(N_("Password"))
            self.add("password", label, password_field(label), is_wide=False)
        if now is None or now.is_active:
            self.add_groups(tuple(Group), now.groups if now else ())

    def values(self) -> dict[str, Any]:
        """The arguments of the verb."""
        typed = super().values()
        found: dict[str, Any] = {name: typed[name] for name in ("name", "badge")}
        if self._now is None:
            password = typed["password"] or None
            return {
                **found,
                "login": typed["login"],
                "badge": typed["badge"] or None,
                "password": password,
                "groups": self.groups,
            }
        if self._now.is_active and set(self.groups) != set(self._now.groups):
            found["groups"] = self.groups
        return found


class UnlockForm(_WithGroups):
    """Asks in which groups somebody comes back."""

    def __init__(self, name: str, parent: QWidget) -> None:
        sentence = words(N_("Whoever was locked lost every group. Tick those they come back to."))
        title = words(N_("Let {name} in again"), name=name)
        super().__init__(title, words(N_("Let in")), sentence, parent)
        self.setMinimumWidth(theme.px(620))
        self.add_groups(tuple(Group), ())

    def values(self) -> dict[str, Any]:
        """`groups`."""
        return {"groups": self.groups}


class PeopleTopic(Topic):
    """People who sign in."""

    kind = Kind.PERSON
    view = SavedView("people", words(N_("People")))
    seen_by = (Group.ADMIN,)
    kept_by = (Group.ADMIN,)
    nothing = Empty(words(N_("Nobody yet")), words(N_("N makes a login.")), "users")
    new = words(N_("New person"))

    def card(self, row: PersonRow) -> Card:
        badge = None if row.is_active else LOCKED
        return Card(row.name, row.login, (few(group_names(row.groups), 3),), badge=badge)

    def model(self, shown: PersonRow) -> DocumentModel:
        lock = words(N_("Lock")) if shown.is_active else words(N_("Let in again"))
        locked = "" if shown.is_active else words(N_("let them in again first"))
        notices: tuple[Notice, ...] = ()
        if not shown.is_active:
            sentence = words(N_("{name} cannot sign in here."), name=shown.name)
            notices = (Notice(sentence, Tone.ATTENTION),)
        return DocumentModel(
            shown.name,
            badges=() if shown.is_active else (LOCKED,),
            subline=(shown.login,),
            facts=(
                Fact(words(N_("Login")), shown.login),
                Fact(words(N_("Badge")), shown.badge or NONE),
            ),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
            secondary=(
                Action("password", words(N_("New password")), "P", why_not=self.why_not or locked),
                Action("lock", lock, "O", why_not=self.why_not),
            ),
            lines=tuple(
                LineRow(group.value, GROUPS[group][0], (GROUPS[group][1],))
                for group in shown.groups
            ),
            heads=plain_heads(words(N_("Group, and what it may do")), ""),
            no_lines=words(N_("In no group: nothing can be done with this login.")),
            notices=notices,
        )

    def begin(self) -> None:

        def make(values: dict[str, Any]) -> None:
            said = words(N_("{name} can sign in."), name=values["name"])
            self.control.carry_out(
                said, create_person, goal=lambda saved: (Kind.PERSON, saved.person_id), **values
            )

        self.desk.ask(PersonForm(None, self.parent), make)

    def act(self, action: str, shown: PersonRow) -> None:
        run = partial(self.control.carry_out, person=shown.id)
        if action == "change":
            said = words(N_("{name} is changed."), name=shown.name)
            form = PersonForm(shown, self.parent)
            change = partial(run, said, change_person)
            self.desk.ask(form, lambda values: change(seen=form.seen, **values))
        elif action == "password":
            said = words(N_("{name} has a new password."), name=shown.name)
            asking = PasswordForm(shown.name, self.parent)
            self.desk.ask(asking, lambda values: run(said, change_person, **values))
        elif action == "lock" and shown.is_active:
            said = words(N_("{name} is locked and has no group any more."), name=shown.name)
            run(said, change_person, is_active=False)
        elif action == "lock":
            said = words(N_("{name} can sign in again."), name=shown.name)
            unlocking = UnlockForm(shown.name, self.parent)
            self.desk.ask(
                unlocking, lambda values: run(said, change_person, is_active=True, **values)
            )


class StationForm(_WithGroups):
    """Asks for a station: a new one, or how one is to be."""

    def __init__(
        self,
        context: DeskContext,
        choices: AdministrationChoices,
        now: StationRow | None,
        parent: QWidget,
    ) -> None:
        title = words(N_("New station"))
        sentence = words(
            N_("With a login the station signs in by itself, and badges say who works there.")
        )
        if now is not None:
            title, sentence = words(N_("Change {name}"), name=now.name), ""
        super().__init__(title, words(N_("Save")), sentence, parent)
        self.setMinimumWidth(theme.px(620))
        self._now = now
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit(), is_wide=False)
        name = QLineEdit(now.name if now else "")
        self.add("name", words(N_("Name")), name, is_wide=now is not None)
        if now is None:
            warehouses = ChoiceField(choices.warehouses)
            self.add("warehouse", words(N_("Warehouse")), warehouses, is_wide=False)
            self.add("login", words(N_("Login")), QLineEdit(), is_wide=False)
            label = words(N_("Password"))
            self.add("password", label, password_field(label), is_wide=False)
        warehouse = None if now is None else now.warehouse_id
        bench_name, lane_name = words(N_("Bench or counter")), words(N_("Lane"))
        self._bench = PlaceField(context, bench_name, ("packing", "counter"), warehouse)
        self._lane = PlaceField(context, lane_name, ("staging",), warehouse)
        if now is not None:
            self._bench.start_with(now.bench_id, now.bench)
            self._lane.start_with(now.lane_id, now.lane)
        self.add("packing_location", bench_name, self._bench, is_wide=False)
        self.add("lane", lane_name, self._lane, is_wide=False)
        if now is None or (now.login and now.is_active):
            self.add_groups(STATION_GROUPS, now.groups if now else (Group.FLOOR,))

    def values(self) -> dict[str, Any]:
        """The arguments of the verb."""
        typed = super().values()
        found: dict[str, Any] = {
            "name": typed["name"],
            "packing_location": self._bench.place,
            "lane": self._lane.place,
        }
        if self._now is None:
            return {
                **found,
                "code": typed["code"],
                "warehouse": typed["warehouse"],
                "login": typed["login"] or None,
                "password": typed["password"] or None,
                "groups": self.groups,
            }
        if self._now.login and self._now.is_active and set(self.groups) != set(self._now.groups):
            found["groups"] = self.groups
        return found


class StationsTopic(Topic):
    """Stations."""

    kind = Kind.STATION
    view = SavedView("stations", words(N_("Stations")))
    seen_by = (Group.ADMIN, Group.STOCK)
    kept_by = (Group.ADMIN,)
    nothing = Empty(
        words(N_("No station yet")),
        words(N_("N makes one: a screen with a login of its own, at a bench or in a lane.")),
        "desktop",
    )
    new = words(N_("New station"))

    def card(self, row: StationRow) -> Card:
        badge = None if row.is_active else CLOSED
        return Card(row.name, row.code, (row.warehouse, row.bench, row.lane), badge=badge)

    def model(self, shown: StationWhole) -> DocumentModel:
        station = shown.station
        no_login = "" if station.login else words(N_("it does not sign in by itself"))
        closed = "" if station.is_active else words(N_("it is out of use"))
        close = words(N_("Out of use")) if station.is_active else words(N_("Into use again"))
        facts = [
            Fact(words(N_("Warehouse")), station.warehouse),
            Fact(words(N_("Bench or counter")), station.bench or NONE),
            Fact(words(N_("Lane")), station.lane or NONE),
            Fact(words(N_("Login")), station.login or NONE),
            Fact(words(N_("Groups")), few(group_names(station.groups)) or NONE),
            Fact(
                words(N_("Scanner sends")),
                words(
                    N_("{prefix} code {suffix}"),
                    prefix=readable(shown.wedge.prefix),
                    suffix=_key_name(shown.wedge.suffix),
                ).strip(),
            ),
        ]
        return DocumentModel(
            station.name,
            badges=() if station.is_active else (CLOSED,),
            subline=(station.code,),
            facts=tuple(facts),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
            secondary=(
                Action(
                    "password",
                    words(N_("New password")),
                    "P",
                    why_not=self.why_not or no_login or closed,
                ),
                Action("close", close, "O", why_not=self.why_not),
            ),
            lines=tuple(self._line(each) for each in shown.printers),
            heads=plain_heads(words(N_("Printed here")), words(N_("On"))),
            no_lines=words(N_("Nothing can be printed here: no printer was given to it.")),
        )

    def _line(self, printer: StationPrinterRow) -> LineRow:
        told = words(N_("its own printer")) if printer.is_own else words(N_("as all stations"))
        return LineRow(
            printer.role, ROLES[printer.role], (told,), amount=printer.printer, source=printer
        )

    def begin(self) -> None:

        def make(values: dict[str, Any]) -> None:
            said = words(N_("The station {name} is there."), name=values["name"])
            self.control.carry_out(
                said, create_station, goal=lambda saved: (Kind.STATION, saved.station_id), **values
            )

        self.desk.ask(StationForm(self.context, self.desk.choices, None, self.parent), make)

    def act(self, action: str, shown: StationWhole) -> None:
        station = shown.station
        run = partial(self.control.carry_out, station=station.id)
        if action == "change":
            said = words(N_("{name} is changed."), name=station.name)
            form = StationForm(self.context, self.desk.choices, station, self.parent)
            change = partial(run, said, change_station)
            self.desk.ask(form, lambda values: change(seen=form.seen, **values))
        elif action == "password":
            said = words(N_("{name} has a new password."), name=station.name)
            asking = PasswordForm(station.name, self.parent)
            self.desk.ask(asking, lambda values: run(said, change_station, **values))
        elif action == "close":
            said = words(N_("{name} is out of use; its login does nothing."), name=station.name)
            if not station.is_active:
                said = words(N_("{name} is in use again."), name=station.name)
            run(said, change_station, is_active=not station.is_active)

    def open_line(self, line: LineRow) -> None:
        if isinstance(line.source, StationPrinterRow):
            self.control.choose(Kind.PRINTER, line.source.printer_id)


def _key_name(suffix: str) -> str:
    return {"\r": words(N_("Enter")), "\t": words(N_("Tab"))}.get(suffix, readable(suffix))
