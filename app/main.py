"""The window: signs in, builds what the desks need, and shows them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from sqlalchemy import URL

from app.controllers.change_feed import ChangeFeed
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.database.engine import check_server, connect, reading
from app.database.migrate import check_schema
from app.database.notices import NoticeSender
from app.operations.run import Runner
from app.queries.session import WhoAmI, whoami
from app.views import billing, theme
from app.views.crash_report import CrashReport
from app.views.desk_context import DeskContext
from app.views.main_window import Desk, MainWindow
from app.views.sign_in import SignIn
from app.views.theme import Tone

DeskMaker = Callable[[DeskContext], Desk]

DESKS: tuple[DeskMaker, ...] = (billing.desk,)
"""Every desk there is, in the order of the rail: `app.views.<feature>.desk`. Add yours here."""


@dataclass(frozen=True, slots=True)
class Door:
    """The database a window opens. `login` is acted as on the embedded server alone."""

    url: URL
    login: str | None = None
    station: str | None = None


class Workplace:
    """All that one open window holds: connections, threads, feed. `close` gives it back."""

    def __init__(self, door: Door) -> None:
        """Connect, and refuse a server or schema the program does not fit.

        Raises: DatabaseUnreachable, LoginRefused, ServerTooOld, SchemaTooOld, SchemaTooNew …
        """
        # Three for reads and writes and one that listens: four connections a window.
        self.engine = connect(door.url, login=door.login, pool_size=3)
        self._side = connect(door.url, login=door.login, pool_size=1)
        try:
            check_server(self.engine)
            with self.engine.connect() as connection:
                check_schema(connection)
            with reading(self.engine) as session:
                self.who: WhoAmI = whoami(session)
        except BaseException:
            self._dispose()
            raise
        self.station = door.station
        self.notices = NoticeSender(self.engine)
        self.runner = Runner(
            self.engine,
            station=door.station,
            committed=lambda event, _changes: self.notices.send(event),
        )
        self.tasks = TaskRunner(lambda: reading(self.engine))
        self.feed = ChangeFeed(self._side)
        self.feed.start()

    def close(self) -> None:
        """Finish what was asked for and give every connection back."""
        self.feed.close()
        self.tasks.close()
        self.notices.close()
        self._dispose()

    def _dispose(self) -> None:
        self.engine.dispose()
        self._side.dispose()


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
    )


class _Navigation(QObject):
    """The way from a desk to a thing at another; connected once the window is there."""

    asked = Signal(object, int)

    def open(self, kind: Kind, id: int) -> None:
        """Ask for a thing to be shown."""
        self.asked.emit(kind, id)


def build_window(place: Workplace, makers: Sequence[DeskMaker] = DESKS) -> MainWindow:
    """The main window over a workplace, with the first desk open."""
    navigation = _Navigation()
    desks = [make(context_of(place, navigation.open)) for make in makers]
    roles = ", ".join(group.value for group in place.who.groups)
    window = MainWindow(desks, place.tasks, who=place.who.name, role=roles)
    navigation.setParent(window)

    def show_thing(kind: Kind, id: int) -> None:
        """A desk that shows things of this kind has a method `show_thing`."""
        for desk in desks:
            if desk.key == f"{kind.value}s":
                page = window.open_desk(desk.key)
                show = getattr(page, "show_thing", None)
                if show is not None:
                    show(id)

    navigation.asked.connect(show_thing)
    where = f"{place.who.company} · {place.station}" if place.station else place.who.company
    place.feed.connection_found.connect(lambda: window.show_connection(where))
    place.feed.connection_lost.connect(
        lambda refusal: window.show_connection(refusal.message(), Tone.WRONG)
    )
    window.show_connection(where)
    if desks:
        window.open_desk(desks[0].key)
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


def _enter(door: Door, *, needs_password: bool) -> Workplace | None:
    """The workplace behind the door; asks again while the person tries again."""
    while True:
        try:
            if not needs_password:
                return Workplace(door)
            return _signed_in(door)
        except BusinessError as refused:
            box = QMessageBox(QMessageBox.Icon.Warning, "Orderwright", refused.message())
            box.setStandardButtons(
                QMessageBox.StandardButton.Retry | QMessageBox.StandardButton.Close
            )
            if box.exec() != QMessageBox.StandardButton.Retry:
                return None


def _signed_in(door: Door) -> Workplace | None:
    """Ask for name and password (networked) until the database lets the person in."""
    entered: list[Workplace] = []
    shown = door.url.set(password=None, username=None).render_as_string()
    dialog = SignIn(door.url.username or "", shown)

    def attempt(name: str, password: str, address: str) -> None:
        from app.database.engine import database_url

        try:
            url = database_url(address or shown).set(username=name, password=password or None)
            entered.append(Workplace(Door(url, station=door.station)))
        except BusinessError as refused:
            dialog.show_refusal(refused)
        else:
            dialog.accept()

    dialog.asked.connect(attempt)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return entered[0] if accepted and entered else None


def run_window(door: Door, *, needs_password: bool = False, desk: str | None = None) -> int:
    """Open the window and stay until it is closed. `desk` opens that one, full screen."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Orderwright")
    theme.load_fonts()
    theme.apply(app)
    show_crash = report_crashes(app)
    place = _enter(door, needs_password=needs_password)
    if place is None:
        return 1
    try:
        place.tasks.failed.connect(show_crash, Qt.ConnectionType.QueuedConnection)
        window = build_window(place)
        if desk is not None:
            window.open_desk(desk)
            window.showFullScreen()
        else:
            window.show()
        return app.exec()
    finally:
        place.close()
