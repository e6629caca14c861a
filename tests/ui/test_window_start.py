"""The window over a real company: built from desks, told by others, closed without leftovers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine, text

import app.database.migrate
from app.cli.window import local_door
from app.core.changes import Changes, changed
from app.core.ids import Kind
from app.database.databases import drop_database
from app.database.door import Door, WayIn
from app.database.embedded import EmbeddedServer
from app.database.migrate import current_revision, newest_revision
from app.database.roles import create_company_database
from app.main import Opening, Workplace, build_window, enter
from app.operations.printing import print_test_page, request_print
from app.rules.printing import DocumentKind
from app.settings import Settings
from app.views.administration.desk import AdministrationDesk
from app.views.desk_context import DeskContext
from app.views.main_window import Desk
from tests.conftest import WORKER, NetworkedServer, RunAs
from tests.factories.day import Day


def _orders(context: DeskContext) -> Desk:
    return Desk("orders", "Sell", "Orders", "receipt", lambda: QLabel(context.person))


def test_a_desk_knows_who_works_there_and_hears_what_others_change(
    qtbot: QtBot, dressed: QApplication, day: Day
) -> None:
    annas = """SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'anna'"""
    before = set(day.ask(annas))
    place = Workplace(enter(Door(day.owner.url, login="anna")))
    try:
        window = build_window(place, [_orders])
        qtbot.addWidget(window)
        page = window.desk("orders")
        assert isinstance(page, QLabel)
        assert page.text() == "Anna"
        with qtbot.waitSignal(place.feed.connection_found, timeout=10_000):
            pass
        with qtbot.waitSignal(place.feed.changed, timeout=20_000) as told:
            order = day.draft(("PUMP", 1))
            place.notices.send(1)
        assert isinstance(told.args[0], Changes)
        assert told.args[0].mentions(Kind.ORDER, order)
    finally:
        place.close()
    qtbot.waitUntil(lambda: set(day.ask(annas)) <= before, timeout=10_000)


def test_an_administrators_window_has_their_desk_alone_and_breaks_nowhere(
    qtbot: QtBot, dressed: QApplication, day: Day, run_as: RunAs, tmp_path: Path
) -> None:
    day.runner.do(request_print, document=DocumentKind.BIN_LABEL, subject=day.place("A-01"))
    place = Workplace(enter(Door(day.owner.url, login="adam", papers=tmp_path)))
    broken: list[Exception] = []
    place.tasks.failed.connect(broken.append)
    place.printing.broke.connect(broken.append)
    try:
        window = build_window(place)
        qtbot.addWidget(window)
        window.show()
        assert [desk.key for desk in window.desks] == ["administration"]
        page = window.desk("administration")
        assert isinstance(page, AdministrationDesk)
        qtbot.waitUntil(lambda: page.document.model is not None, timeout=10_000)
        with qtbot.waitSignal(place.printing.printed, timeout=20_000) as printed:
            run_as("adam").do(print_test_page, printer=1)
            place.printing.hear(changed(Kind.PRINT_JOB, 1))
        assert printed.args[0].document is DocumentKind.TEST_PAGE
        window.finder_field.setFocus()
        QTest.keyClicks(window.finder_field, "pump")
        qtbot.waitUntil(lambda: not place.tasks.is_busy, timeout=10_000)
    finally:
        place.close()
    assert broken == []
    assert day.ask("SELECT document, state FROM print_job ORDER BY id") == [
        ("bin_label", "queued"),
        ("test_page", "printed"),
    ]


def _way_in(door: Door, tells: tuple[str, ...] = ()) -> WayIn:
    @contextmanager
    def open_it(tell: Callable[[str], None]) -> Iterator[Door]:
        for each in tells:
            tell(each)
        yield door

    return open_it


OpensFor = Callable[[WayIn], Opening]


@pytest.fixture
def opening() -> Iterator[OpensFor]:
    """What a test opens; closed again whatever happens."""
    made: list[Opening] = []

    def make(way_in: WayIn) -> Opening:
        made.append(Opening(way_in))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_window_opens_while_the_person_is_told_what_it_waits_for(
    qtbot: QtBot, dressed: QApplication, day: Day, opening: OpensFor, tmp_path: Path
) -> None:
    door = Door(day.owner.url, login="anna", papers=tmp_path)
    one = opening(_way_in(door, ("Starting the database …",)))
    heard: list[str] = []
    one._told.connect(heard.append)
    with qtbot.waitSignal(one.opened, timeout=20_000):
        one.start()
        assert one.starting.isVisible()
    assert heard == ["Starting the database …"]
    assert one.window is not None
    assert one.window.isVisible()
    assert not one.starting.isVisible()
    assert one.window.open_key


def test_a_database_that_is_not_there_is_named_and_can_be_tried_again(
    qtbot: QtBot, dressed: QApplication, day: Day, opening: OpensFor
) -> None:
    nowhere = Door(day.owner.url.set(host="127.0.0.1", port=1), login="anna")
    doors = [nowhere, Door(day.owner.url, login="anna")]

    @contextmanager
    def way_in(_tell: Callable[[str], None]) -> Iterator[Door]:
        yield doors[0]

    one = opening(way_in)
    one.start()
    qtbot.waitUntil(lambda: one.starting.retry.isVisible(), timeout=20_000)
    assert "127.0.0.1" in one.starting.words
    assert "1" in one.starting.words
    assert one.window is None
    one.door = doors[1]
    with qtbot.waitSignal(one.opened, timeout=20_000):
        one.starting.retry.click()
    assert one.window is not None


@pytest.fixture
def older(server: EmbeddedServer | NetworkedServer, day: Day) -> Iterator[str]:
    """A company of an earlier program, with a manager; its name."""
    name = f"older_{WORKER}"
    drop_database(server.url("postgres"), name)
    admin = create_engine(server.url("postgres"))
    create_company_database(admin, name, schema="0012")
    admin.dispose()
    owner = create_engine(server.url(name))
    with owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO company (name, country, currency, time_zone, gs1_company_prefix)
                    VALUES ('Older Trading', 'US', 'USD', 'UTC', '9521473');
                    SELECT create_login('maria', NULL, ARRAY['manager', 'admin'])""")
        )
    owner.dispose()
    yield name
    drop_database(server.url("postgres"), name)


def _revision(server: EmbeddedServer | NetworkedServer, name: str) -> str | None:
    engine = create_engine(server.url(name))
    with engine.connect() as connection:
        found = current_revision(connection)
    engine.dispose()
    return found


def test_a_company_of_this_computer_is_updated_in_the_window(
    qtbot: QtBot,
    dressed: QApplication,
    server: EmbeddedServer,
    older: str,
    opening: OpensFor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = local_door(server, older, Settings(tmp_path, None, None, None))
    one = opening(_way_in(door))
    heard: list[str] = []
    one._told.connect(heard.append)
    one.start()
    qtbot.waitUntil(one.starting.update_now.isVisible, timeout=20_000)
    assert one.starting.words == (
        "An earlier version of Orderwright used this company last. Updating it takes a moment; "
        "nothing in it is lost. The earlier version cannot open it afterwards."
    )
    assert not one.starting.retry.isVisible()
    assert _revision(server, older) == "0012"

    # While somebody is at work in it, it is not; the words say so and the way stays open.
    monkeypatch.setattr(app.database.migrate, "LOCK_PATIENCE", "50ms")
    busy = create_engine(server.url(older))
    with busy.begin() as at_work:
        at_work.execute(text("LOCK TABLE carton_type"))
        QTest.keyClick(one.starting.update_now, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: "at work" in one.starting.words, timeout=20_000)
    busy.dispose()
    assert one.starting.update_now.isVisible()
    assert _revision(server, older) == "0012"

    with qtbot.waitSignal(one.opened, timeout=30_000):
        QTest.keyClick(one.starting.update_now, Qt.Key.Key_Return)
    assert heard == ["Bringing the company up to date …"] * 2
    assert one.window is not None
    assert one.window.isVisible()
    assert _revision(server, older) == newest_revision()


def test_a_networked_company_is_not_updated_by_whoever_opens_it(
    qtbot: QtBot,
    dressed: QApplication,
    server: EmbeddedServer,
    older: str,
    opening: OpensFor,
) -> None:
    one = opening(_way_in(Door(server.url(older), login="maria")))
    one.start()
    qtbot.waitUntil(one.starting.retry.isVisible, timeout=20_000)
    assert one.starting.words == (
        f"The database is at version 0012, this program needs {newest_revision()}. "
        f"Ask an administrator to run: orderwright database migrate {older}"
    )
    assert not one.starting.update_now.isVisible()
    assert _revision(server, older) == "0012"


def test_a_networked_database_asks_who_is_there(
    qtbot: QtBot, dressed: QApplication, day: Day, opening: OpensFor
) -> None:
    one = opening(_way_in(Door(day.owner.url, needs_password=True)))
    one.start()
    qtbot.waitUntil(lambda: one.sign_in is not None, timeout=20_000)
    dialog = one.sign_in
    assert dialog is not None
    assert not one.starting.isVisible()
    dialog.name.setText("nobody_here")
    dialog.password.setText("wrong")
    dialog.button.click()
    qtbot.waitUntil(lambda: bool(dialog.refusal), timeout=20_000)
    assert one.window is None
    with qtbot.waitSignal(one.ended, timeout=5_000):
        dialog.reject()
