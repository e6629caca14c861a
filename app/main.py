"""The window: signs in, builds what the desks need, and shows them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator, Signal
from PySide6.QtWidgets import QApplication
from sqlalchemy import Engine

from app.controllers.change_feed import ChangeFeed
from app.controllers.collecting import GarbageCollector
from app.controllers.printing import Printing
from app.controllers.serial_scanners import SerialScanners
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor, Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import ENGLISH, N_, spoken_language
from app.database.door import Door, UpdateOffered, WayIn
from app.database.engine import check_server, connect, database_url, reading
from app.database.migrate import CompanyAtWork, SchemaTooOld, check_schema
from app.database.notices import NoticeSender
from app.operations.run import Runner
from app.queries.search import Found, search
from app.queries.session import WhoAmI, whoami
from app.settings import load_settings
from app.views import (
    administration,
    agreements,
    allocation,
    billing,
    charges,
    counting,
    customers,
    inventory,
    items,
    orders,
    packing,
    picking,
    staging,
    taxes,
    theme,
    trucks,
)
from app.views.appearance import Appearance
from app.views.crash_report import CrashReport
from app.views.desk_context import DeskContext
from app.views.finding import as_finder_row
from app.views.languages import language_offers
from app.views.main_window import Desk, MainWindow
from app.views.sign_in import SignIn
from app.views.starting import Starting
from app.views.theme import Tone
from app.views.widgets.wording import GROUP_WORDS, words

if TYPE_CHECKING:
    from app.operations.print_queue import Printed, PrintQueue

DeskMaker = Callable[[DeskContext], Desk]

AT_WORK = tuple(group for group in Group if group is not Group.ADMIN)
"""Everybody who works with documents; an administrator alone reads none."""

DESKS: tuple[tuple[DeskMaker, tuple[Group, ...]], ...] = (
    (orders.rail_desk, AT_WORK),
    (allocation.rail_desk, (Group.SALES, Group.FLOOR, Group.DISPATCH)),
    (picking.rail_desk, (Group.FLOOR, Group.DISPATCH, Group.STOCK)),
    (staging.rail_desk, (Group.FLOOR, Group.DISPATCH)),
    (trucks.rail_desk, (Group.DISPATCH, Group.FLOOR, Group.SALES)),
    (packing.rail_desk, (Group.FLOOR, Group.DISPATCH)),
    (counting.rail_desk, (Group.FLOOR, Group.STOCK)),
    (inventory.rail_desk, (Group.FLOOR, Group.STOCK, Group.PURCHASING)),
    (billing.rail_desk, (Group.ACCOUNTING, Group.SALES)),
    (customers.rail_desk, (Group.SALES, Group.ACCOUNTING)),
    (items.rail_desk, AT_WORK),
    (agreements.rail_desk, (Group.SALES, Group.PURCHASING, Group.ACCOUNTING)),
    (taxes.rail_desk, (Group.SALES, Group.ACCOUNTING)),
    (charges.rail_desk, (Group.SALES, Group.ACCOUNTING)),
    (administration.rail_desk, (Group.ADMIN, Group.ACCOUNTING, Group.STOCK)),
)
"""Every desk there is, in the order of the rail, with the groups that see it. Add yours here."""

DESK_OF: dict[Kind, str] = {
    Kind.ORDER: "orders",
    Kind.PICKLIST: "picking",
    Kind.TRIP: "trips",
    Kind.CARTON: "packing",
    Kind.LOCATION: "inventory",
    Kind.COUNT: "counting",  # bin by bin: the id is the bin's
    Kind.INVOICE: "invoices",
    Kind.CUSTOMER: "customers",
    Kind.ITEM: "items",
    Kind.AGREEMENT: "agreements",
    Kind.JURISDICTION: "taxes",
    Kind.CHARGE_RULE: "charges",
    Kind.PRINTER: "administration",
}
"""At which desk a thing is worked on; the desk's page has a method `show_thing(id)`."""


BEGINS_AT: tuple[tuple[Group, str], ...] = (
    (Group.SALES, "orders"),
    (Group.DISPATCH, "trips"),
    (Group.STOCK, "counting"),
    (Group.FLOOR, "picking"),
    (Group.ACCOUNTING, "invoices"),
)
"""The desk that opens first for each group; of somebody in several, the one that stands first."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Behind the door: connections that work, and who came in."""

    door: Door
    engine: Engine
    side: Engine
    who: WhoAmI

    def dispose(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self.side.dispose()


def enter(door: Door) -> Entered:
    """Connect, and refuse a server or schema the program does not fit. Needs no Qt.

    Raises: DatabaseUnreachable, LoginRefused, ServerTooOld, SchemaTooOld, SchemaTooNew …
    """
    # Three for reads and writes and one that listens: four connections a window.
    engine = connect(door.url, login=door.login, pool_size=3)
    side = connect(door.url, login=door.login, pool_size=1)
    try:
        check_server(engine)
        with engine.connect() as connection:
            check_schema(connection)
        with reading(engine) as session:
            return Entered(door, engine, side, whoami(session))
    except BaseException:
        engine.dispose()
        side.dispose()
        raise


class Workplace:
    """All that one open window holds: connections, threads, feed. `close` gives it back."""

    def __init__(self, entered: Entered) -> None:
        self.entered = entered
        self.engine = entered.engine
        self.who = entered.who
        self.station = entered.door.station
        self.notices = NoticeSender(self.engine)
        self.runner = Runner(
            self.engine,
            station=self.station,
            committed=lambda event, _changes: self.notices.send(event),
        )
        self.tasks = TaskRunner(lambda: reading(self.engine))
        self.feed = ChangeFeed(entered.side, bring_back=entered.door.bring_back)
        self.printing = Printing(self._print_queue)
        names = entered.door.scanners
        self.scanners = SerialScanners(self.tasks, names) if names is not None else None
        self.tasks.changed.connect(self.printing.hear)
        self.feed.changed.connect(self.printing.hear)
        self.feed.start()
        self.printing.start()

    def _print_queue(self) -> PrintQueue:
        from app.operations.print_queue import PrintQueue

        return PrintQueue(self.runner, folder=self.entered.door.papers or Path.cwd())

    def close(self) -> None:
        """Finish what was asked for and give every connection back."""
        if self.scanners is not None:
            self.scanners.close()
        self.tasks.close()
        self.printing.close()
        self.feed.close()
        self.notices.close()
        self.entered.dispose()


def context_of(place: Workplace, open_thing: Callable[[Kind, int], None]) -> DeskContext:
    """What the desks of this workplace are given."""
    return DeskContext(
        tasks=place.tasks,
        runner=place.runner,
        feed=place.feed,
        actor=place.who.actor(place.station),
        person=place.who.name,
        company=place.who.company,
        currency=place.who.currency,
        time_zone=place.who.time_zone,
        scan_prefix=place.who.scan_prefix,
        open_thing=open_thing,
        scanners=place.scanners,
        back_up=place.entered.door.back_up,
    )


class _Navigation(QObject):
    """The way from a desk to a thing at another; connected once the window is there."""

    asked = Signal(object, int)

    def open(self, kind: Kind, id: int) -> None:
        """Ask for a thing to be shown."""
        self.asked.emit(kind, id)


def desks_of(place: Workplace) -> list[DeskMaker]:
    """The desks of what this person or station may do."""
    actor = place.who.actor(place.station)
    return [make for make, groups in DESKS if actor.is_any(*groups)]


def first_desk(actor: Actor, keys: Sequence[str]) -> str:
    """Where somebody's day begins: at the desk of their work, else at the first there is."""
    own = next((desk for group, desk in BEGINS_AT if actor.is_any(group) and desk in keys), None)
    return own or keys[0]


def build_window(place: Workplace, makers: Sequence[DeskMaker] | None = None) -> MainWindow:
    """The main window over a workplace, with the first desk open."""
    navigation = _Navigation()
    made = desks_of(place) if makers is None else makers
    desks = [make(context_of(place, navigation.open)) for make in made]
    keys = {desk.key for desk in desks}
    is_manager = Group.MANAGER in place.who.groups
    groups = (Group.MANAGER,) if is_manager else place.who.groups
    roles = ", ".join(words(GROUP_WORDS[group]) for group in groups)
    may_find = place.who.actor(place.station).is_any(*AT_WORK)
    window = MainWindow(
        desks,
        place.tasks,
        search=lambda session, text: [
            as_finder_row(each)
            for each in (search(session, wanted=text) if may_find else ())
            if DESK_OF.get(each.kind) in keys
        ],
        who=place.who.name,
        role=roles[:1].upper() + roles[1:],
    )
    navigation.setParent(window)

    def show_thing(kind: Kind, id: int) -> None:
        key = DESK_OF.get(kind)
        if key in keys and key is not None:
            show = getattr(window.open_desk(key), "show_thing", None)
            if show is not None:
                show(id)

    navigation.asked.connect(show_thing)

    def show_found(found: Found) -> None:
        if found.kind is Kind.CARTON:  # its code, as if it were scanned
            scan = getattr(window.open_desk(DESK_OF[Kind.CARTON]), "scan", None)
            if scan is not None:
                scan(found.code)
        else:
            show_thing(found.kind, found.id)

    window.found.connect(show_found)
    where = f"{place.who.company} · {place.station}" if place.station else place.who.company
    place.feed.connection_found.connect(lambda: window.show_connection(where))
    place.feed.connection_lost.connect(
        lambda refusal: window.show_connection(refusal.message(), Tone.WRONG)
    )

    def tell_paper(printed: Printed) -> None:
        # At a packing station the answer across the screen says it.
        is_told = place.station is not None and window.open_key == DESK_OF[Kind.CARTON]
        if not printed.is_printed and not is_told:
            window.messages.show_wrong(printed.result)

    place.printing.printed.connect(tell_paper)
    if place.scanners is not None:
        place.scanners.unheard.connect(
            lambda code: window.messages.show_info(
                words(N_("{code} was scanned, but this desk takes no codes."), code=code)
            )
        )
    window.show_connection(where)
    if desks:
        window.open_desk(first_desk(place.who.actor(place.station), [each.key for each in desks]))
    return window


def report_crashes(app: QApplication) -> Callable[[BaseException], None]:
    """Show a report for every error nobody expected; at most one is open at a time."""
    is_open = False

    def show(error: BaseException) -> None:
        nonlocal is_open
        if is_open:
            return
        is_open = True
        report = CrashReport(error, parent=app.activeWindow())
        report.quit_asked.connect(app.quit)
        report.exec()
        report.deleteLater()
        is_open = False

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception):
            show(error)

    sys.excepthook = hook
    return show


class Opening(QObject):
    """From the first moment to the open window, with nothing slow on the window's thread.

    Signals:
        opened: the main window stands; arg: it.
        ended: the person gave up before.
    """

    opened = Signal(object)
    ended = Signal()
    _told = Signal(str)

    def __init__(self, way_in: WayIn, *, desk: str | None = None) -> None:
        super().__init__()
        self._way_in = way_in
        self._desk = desk
        self._inside: AbstractContextManager[Door] | None = None
        self.sign_in: SignIn | None = None
        self.place: Workplace | None = None
        self.window: MainWindow | None = None
        self.starting = Starting()
        self.work = TaskRunner(_no_sessions)
        self._told.connect(self.starting.show_wait)
        self.starting.retry_asked.connect(self.start)
        self.starting.update_asked.connect(self.update)
        self.starting.gave_up.connect(self._give_up)

    def start(self) -> None:
        """Open the way in; what is waited for is said on the starting window."""
        self.starting.show_wait(words(N_("Opening …")))
        self.starting.show()
        self.work.write(self._open_door, done=self._at_door, refused=self._refuse)

    def update(self) -> None:
        """Bring the company of this computer to the program's schema, then go in."""
        self.starting.show_wait(words(N_("Updating …")))
        self.work.write(self._update_and_enter, done=self._at_door, refused=self._refuse)

    def close(self) -> None:
        """Close what was opened, the window's connections first, then the way in."""
        self.work.close()
        if self.place is not None:
            self.place.close()
        if self._inside is not None:
            self._inside.__exit__(None, None, None)
            self._inside = None

    def _open_door(self) -> Door | Entered:
        if self._inside is None:
            inside = self._way_in(self._told.emit)
            self.door = inside.__enter__()
            self._inside = inside
        if self.door.needs_password:
            return self.door
        try:
            return enter(self.door)
        except SchemaTooOld as older:
            if self.door.update is None:
                raise
            raise UpdateOffered(**older.data) from None

    def _update_and_enter(self) -> Entered:
        assert self.door.update is not None
        self.door.update(self._told.emit)
        return enter(self.door)

    def _refuse(self, refusal: BusinessError) -> None:
        may_update = isinstance(refusal, (UpdateOffered, CompanyAtWork))
        self.starting.show_refusal(refusal, may_update=may_update)

    def _at_door(self, reached: Door | Entered) -> None:
        if isinstance(reached, Entered):
            self._walk_in(reached)
            return
        is_here = reached.url.host is None  # the server of this computer, by its socket
        shown = "" if is_here else reached.url.set(password=None, username=None).render_as_string()
        dialog = self.sign_in = SignIn("" if is_here else reached.url.username or "", shown)
        dialog.asked.connect(self._knock)
        dialog.rejected.connect(self._give_up)
        self.starting.hide()
        dialog.show()
        if reached.url.password and not is_here:
            dialog.password.setText(str(reached.url.password))
            dialog.button.click()

    def _knock(self, name: str, password: str, address: str) -> None:
        dialog = self.sign_in
        assert dialog is not None
        door = self.door

        def attempt() -> Entered:
            url = database_url(address or door.url).set(username=name, password=password or None)
            return enter(replace(door, url=url))

        self.work.write(attempt, done=self._walk_in, refused=dialog.show_refusal)

    def _walk_in(self, entered: Entered) -> None:
        self.place = Workplace(entered)
        self.window = build_window(self.place)
        keys = [desk.key for desk in self.window.desks]
        if self._desk in keys:
            self.window.show_alone(self._desk)
            self.window.showFullScreen()
        else:
            self.window.show()
        if entered.door.note:
            self.window.messages.show_passing(entered.door.note)
        if self._desk is not None and self._desk not in keys:
            self.window.messages.show_wrong(
                words(
                    N_("There is no desk {desk} here. Yours are: {keys}."),
                    desk=self._desk,
                    keys=keys,
                )
            )
        if self.sign_in is not None:
            self.sign_in.rejected.disconnect(self._give_up)
            self.sign_in.accept()
        self.starting.gave_up.disconnect(self._give_up)
        self.starting.close()
        self.opened.emit(self.window)

    def _give_up(self) -> None:
        self.ended.emit()


def speak_qt(app: QApplication) -> None:
    """The words of Qt itself (Copy, Paste, Open a file) in the reader's language."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if spoken_language() != ENGLISH and translator.load(f"qtbase_{spoken_language()}", folder):
        app.installTranslator(translator)


def _no_sessions() -> AbstractContextManager[Any]:
    raise NotImplementedError("nothing is read before somebody came in")


def run_window(way_in: WayIn, *, desk: str | None = None) -> int:
    """Open the window and stay until it is closed. `desk` opens that one, full screen."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Orderwright")
    app.setQuitOnLastWindowClosed(False)  # between two windows there is none for a moment
    theme.load_fonts()
    folder = load_settings(os.environ).home
    speak_qt(app)
    appearance = Appearance(app, folder)
    appearance.dress()
    show_crash = report_crashes(app)
    collector = GarbageCollector()
    opening = Opening(way_in, desk=desk)
    came_in = []

    def stand(window: MainWindow) -> None:
        came_in.append(window)
        assert opening.place is not None
        opening.place.tasks.failed.connect(show_crash, Qt.ConnectionType.QueuedConnection)
        opening.place.printing.broke.connect(show_crash, Qt.ConnectionType.QueuedConnection)
        window.offer((*appearance.offers(), *language_offers(folder, window.messages)))
        window.closing.connect(app.quit, Qt.ConnectionType.QueuedConnection)

    opening.opened.connect(stand)
    opening.ended.connect(app.quit, Qt.ConnectionType.QueuedConnection)
    opening.work.failed.connect(show_crash, Qt.ConnectionType.QueuedConnection)
    try:
        opening.start()
        answer = app.exec()
        return answer if came_in else 1
    finally:
        opening.close()
        collector.close()
