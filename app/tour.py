"""The tour: the real windows, driven with keys and scans through one day, photographed.

It leaves numbered pictures of every screen, light and dark, and every paper that was printed,
and ends with the doctor. It is also a test, and where the documentation's pictures come from.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.errors import BusinessError
from app.core.messages import N_
from app.database.door import WayIn

PATIENCE = 120.0
"""Seconds to wait for a screen to show what it was asked for."""


class TourStuck(BusinessError):
    """A screen did not come to show what the tour waits for."""

    sentence = N_("The tour waited {seconds} s for: {what}. The last picture is {picture}.")


class Stage:
    """Hands and eyes: keys and scans go in as a person's do, pictures come out, numbered."""

    def __init__(self, folder: Path, looks: tuple[str, ...] = ("dark", "light")) -> None:
        self.folder = folder
        self.looks = looks
        self.pictures: list[Path] = []
        self.broken: list[BaseException] = []
        folder.mkdir(parents=True, exist_ok=True)

    # Hands

    def press(self, keys: str, times: int = 1) -> None:
        """Press a key or a combination, such as `Ctrl+Return`, where the focus is."""
        from PySide6.QtCore import QCoreApplication
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest

        combination = QKeySequence(keys)[0]  # type: ignore[index]  # the stubs forget it
        for _ in range(times):
            QTest.keyClick(self._focus(), combination.key(), combination.keyboardModifiers())
            QCoreApplication.processEvents()

    def type(self, text: str) -> None:
        """Type text where the focus is."""
        from PySide6.QtTest import QTest

        QTest.keyClicks(self._focus(), text)

    def scan(self, code: str) -> None:
        """What a scanner on the keyboard's line does: the code as fast as keys go, then Enter."""
        self.type(code)
        self.press("Return")

    # Eyes

    def wait(self, comes_true: Callable[[], object], what: str) -> None:
        """Let the window work until something is so. What breaks meanwhile is raised here.

        Raises: TourStuck, with a picture of what is on the screen instead.
        """
        from PySide6.QtCore import QCoreApplication, QEventLoop

        until = time.monotonic() + PATIENCE
        while not comes_true():
            if self.broken:
                raise self.broken[0]
            if time.monotonic() > until:
                self.picture("stuck")
                raise TourStuck(seconds=int(PATIENCE), what=what, picture=self.pictures[-1].name)
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def picture(self, name: str) -> None:
        """Photograph the window in front, in each look; the last look stays."""
        from PySide6.QtWidgets import QApplication

        from app.views import theme

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        number = len(self.pictures) // len(self.looks) + 1
        for look in self.looks:
            if theme.name() != look:
                theme.apply(app, look, theme.scale())
            for _ in range(3):
                app.processEvents()
            path = self.folder / f"{number:02d}-{name}-{look}.png"
            self._front().grab().save(str(path))
            self.pictures.append(path)

    def _front(self) -> Any:
        from PySide6.QtWidgets import QApplication

        front = QApplication.activeModalWidget() or QApplication.activeWindow()
        if front is None:
            shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
            front = next(each for each in reversed(shown) if each.isWindow())
        return front

    def _focus(self) -> Any:
        from PySide6.QtCore import QCoreApplication
        from PySide6.QtWidgets import QApplication

        front = self._front()
        if not front.isActiveWindow():  # no window manager does it where there is no screen
            front.activateWindow()
            QCoreApplication.processEvents()
        return QApplication.focusWidget() or front


def run_tour(way_in: WayIn, folder: Path, looks: tuple[str, ...] = ("dark", "light")) -> int:
    """Drive the windows through the day, pictures and papers into `folder`.

    Says what was left there. 0 when all is well, 1 when the doctor finds a difference.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.controllers.collecting import GarbageCollector
    from app.main import Opening
    from app.views import theme

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.load_fonts()
    theme.use_body_size(13)
    theme.apply(app, "light", 1.0)
    collector = GarbageCollector()
    stage = Stage(folder, looks)
    opening = Opening(way_in)
    try:
        day = Day(stage, opening)
        day.live()
        papers = [each for each in folder.rglob("*") if each.suffix in (".pdf", ".zpl")]
        print(f"{len(stage.pictures)} pictures and {len(papers)} papers are in {folder}.")
        differences = day.doctor()
        for difference in differences:
            print(f"The doctor: {difference}")
        if not differences:
            print("The doctor: every derived number agrees with the facts.")
        return 1 if differences else 0
    finally:
        opening.close()
        collector.close()


class Day:
    """What happens on the tour, in order."""

    def __init__(self, stage: Stage, opening: Any) -> None:
        self.stage = stage
        self.opening = opening

    def live(self) -> None:
        """From the first window to the doctor."""
        self.sign_in()
        delivered = self.enter_order("C-1001", (("AN-2820", "3"), ("TL-1545", "2")))
        self.allocate()
        self.pick(delivered)
        self.stage_goods(delivered)
        trip = self.load(delivered)
        packed = self.pack_at_the_station()
        self.depart(trip)
        self.invoice(delivered)
        self.invoice(packed)
        self.papers()
        self.look_around()

    @property
    def window(self) -> Any:
        """The main window."""
        return self.opening.window

    def sign_in(self) -> None:
        """The manager signs in with the password the demo shows."""
        stage = self.stage
        self.opening.work.failed.connect(stage.broken.append)
        self.opening.start()
        stage.wait(lambda: self.opening.sign_in is not None, "the sign-in window")
        stage.type("manager")
        stage.press("Tab")
        stage.type(password_of("manager"))
        stage.picture("sign-in")
        stage.press("Return")
        stage.wait(lambda: self.window is not None, "the main window")
        self.opening.place.tasks.failed.connect(stage.broken.append)
        self.window.resize(1440, 900)
        self.settle()
        stage.picture("first-look")

    def enter_order(self, customer: str, lines: tuple[tuple[str, str], ...]) -> str:
        """An order is typed without the mouse, and confirmed; its number."""
        stage = self.stage
        desk = self.open_desk("orders")
        stage.press("N")
        stage.type(customer)
        stage.press("Return")
        self.settle()
        for item, quantity in lines:
            stage.type(item)
            stage.press("Tab")
            self.settle()
            stage.type(quantity)
            if (item, quantity) == lines[-1]:
                stage.picture("order-typed")
            stage.press("Return")
            self.settle()
        stage.press("Ctrl+Return")
        stage.wait(lambda: not desk.is_entering, "the confirmed order")
        self.settle()
        stage.picture("order-confirmed")
        return str(desk.controller.document.number)

    def allocate(self) -> None:
        """The open order is given stock, lot by lot."""
        self.stage.press("Ctrl+Return")
        self.settle()
        self.stage.picture("order-allocated")

    def pick(self, order: str) -> None:
        """The picklist is made at the order's desk, and picked onto a cart."""
        stage = self.stage
        stage.press("Ctrl+Return")
        self.settle()
        picklist = self.ask("SELECT number FROM picklist ORDER BY id DESC LIMIT 1")
        stage.picture("picklist-made")
        desk = self.open_desk("picking")
        stage.press("F2")
        stage.scan(f"OWP{picklist}")
        stage.wait(lambda: self.title_of(desk) == picklist, picklist)
        self.settle()
        stage.press("F7")
        stage.type("CART-1")
        self.settle()
        stage.press("Return", times=2)
        self.settle()
        stage.picture("picking")
        stage.press("Ctrl+Return")
        self.settle()
        stage.wait(lambda: self.goods_of(order) == {"cart"}, "the picked goods")
        stage.picture("picked")

    def stage_goods(self, order: str) -> None:
        """What is on the cart is brought to the order's lane."""
        stage = self.stage
        desk = self.open_desk("staging")
        desk.list.choose_view("to stage")
        self.choose(desk, order)
        stage.picture("to-stage")
        stage.press("Ctrl+Return")
        self.settle()
        stage.wait(lambda: self.goods_of(order) == {"staging"}, "the staged goods")
        desk.list.choose_view("in use")
        self.settle()
        stage.picture("lanes")

    def load(self, order: str) -> str:
        """A trip is planned, and the order loaded; the trip's number."""
        from app.views.trucks.forms import OrdersForm

        stage = self.stage
        desk = self.open_desk("trips")
        stage.press("Ctrl+N")
        stage.wait(lambda: desk.findChild(OrdersForm) is not None, "the form of a trip")
        self.settle()
        form = desk.findChild(OrdersForm)
        while not form.picker.currentItem().text().startswith(order):
            stage.press("Down")
        stage.press("Space")
        form.field("driver").setFocus()
        stage.type("Maeve O'Dowd")
        stage.picture("trip-planned")
        stage.press("Ctrl+Return")
        self.settle()
        trip = self.ask("SELECT number FROM trip ORDER BY id DESC LIMIT 1")
        stage.wait(lambda: self.title_of(desk) == trip, trip)
        for _step in ("start loading", "load what is ready"):
            stage.press("Ctrl+Return")
            self.settle()
        stage.wait(lambda: self.goods_of(order) == {"truck"}, "the loaded goods")
        self.settle()
        stage.picture("loaded")
        return str(trip)

    def depart(self, trip: str) -> None:
        """The truck leaves: everything on it is packed."""
        stage = self.stage
        desk = self.open_desk("trips")
        self.choose(desk, trip)
        stage.press("Ctrl+Return")
        stage.wait(
            lambda: self.ask(f"SELECT state FROM trip WHERE number = '{trip}'") == "departed",
            "the departure",
        )
        self.settle()
        stage.picture("departed")

    def doctor(self) -> tuple[Any, ...]:
        """Every derived number that disagrees with the facts."""
        from app.database.engine import connect, reading
        from app.queries.doctor import doctor

        owner = connect(self.opening.door.url)
        try:
            with reading(owner) as session:
                return tuple(doctor(session))
        finally:
            owner.dispose()

    def look_around(self) -> None:
        """The desks the day did not come by."""
        for key in ("allocation", "customers", "items", "agreements"):
            self.open_desk(key)
            self.settle()
            self.stage.picture(key)

    def choose(self, desk: Any, number: str) -> None:
        """Filter a desk's list for a number, and open what is left."""
        self.stage.press("Ctrl+F")
        self.stage.type(number)
        self.stage.wait(lambda: self.title_of(desk) == number, number)
        self.settle()

    def title_of(self, desk: Any) -> str:
        """What the document of a desk is called."""
        return str(desk.document.model.title) if desk.document.model is not None else ""

    def goods_of(self, order: str) -> set[str]:
        """The kinds of place where an order's goods are."""
        return set(
            self.ask(f"""
                SELECT array_agg(p.kind) FROM allocation a JOIN location p ON p.id = a.location_id
                  JOIN sales_order_line l ON l.id = a.order_line_id
                  JOIN sales_order o ON o.id = l.order_id WHERE o.number = '{order}'""")
            or ()
        )

    def invoice(self, number: str) -> None:
        """The order is found by its number, invoiced and posted, which prints it."""
        stage = self.stage
        self.find(number)
        orders = self.window.desk("orders")
        stage.wait(lambda: orders.controller.document.number == number, number)
        self.settle()
        stage.picture("order-packed")
        stage.press("Ctrl+Return")
        stage.wait(lambda: self.window.open_key == "invoices", "the invoicing desk")
        self.settle()
        invoices = self.window.desk("invoices")
        stage.wait(lambda: invoices.document.model is not None, "the draft")
        self.settle()
        stage.picture("invoice-draft")
        stage.press("Ctrl+Return")
        stage.wait(lambda: "Draft" not in invoices.document.model.title, "the posted invoice")
        self.settle()
        stage.picture("invoice-posted")

    def find(self, text: str) -> None:
        """Open something through the finder."""
        self.stage.press("Ctrl+K")
        self.stage.type(text)
        self.settle()
        self.stage.press("Return")
        self.settle()

    def papers(self) -> None:
        """Wait until everything that was asked for is printed."""
        self.stage.wait(
            lambda: self.ask("SELECT count(*) FROM print_job WHERE state = 'queued'") == 0,
            "the printed papers",
        )

    def ask(self, question: str) -> Any:
        """One value from the database."""
        from sqlalchemy import text

        with self.opening.place.engine.connect() as connection:
            return connection.execute(text(question)).scalar_one()

    def pack_at_the_station(self) -> str:
        """Another order goes through the packing station by scan, a wrong one among them.

        Its number.
        """
        from app.database.door import Door
        from app.main import Workplace, build_window, enter
        from app.views import packing

        stage = self.stage
        number = self.enter_order("C-1061", (("AN-2830", "2"), ("TL-1515", "1")))
        door = self.opening.place.entered.door
        url = door.url.set(username="packing-1", password=password_of("packing-1"))
        station = Workplace(enter(Door(url, station="PACKING-1", papers=door.papers)))
        station.tasks.failed.connect(stage.broken.append)
        bench_window = build_window(station, [packing.rail_desk])
        try:
            bench_window.resize(1440, 900)
            desk: Any = bench_window.show_alone("packing")
            bench_window.show()
            bench_window.activateWindow()
            packing_station = desk.controller
            last = packing_station.voice.last

            def scan(code: str) -> None:
                before = last.entries
                stage.scan(code)
                stage.wait(lambda: last.entries != before, f"the answer to {code}")
                stage.wait(lambda: packing_station.is_quiet, f"what follows {code}")

            stage.wait(lambda: not station.tasks.is_busy, "the station")
            stage.picture("station-waits")
            scan("OWU1201")
            scan(f"OWO{number}")
            stage.picture("station-order")
            scan(gtin_of("AN-2830"))
            stage.picture("station-good")
            scan(gtin_of("AN-2820"))
            stage.picture("station-stop")
            stage.press("F1")
            scan(gtin_of("AN-2830"))
            scan(gtin_of("TL-1515"))
            stage.wait(
                lambda: packing_station.bench.is_done and packing_station.is_quiet,
                "the packed order",
            )
            stage.picture("station-packed")
        finally:
            bench_window.close()
            station.close()
        self.window.activateWindow()
        return number

    def open_desk(self, key: str) -> Any:
        """Go to a desk through the finder."""
        title = next(desk.title for desk in self.window.desks if desk.key == key)
        self.find(title)
        self.stage.wait(lambda: self.window.open_key == key, title)
        self.settle()
        return self.window.desk(key)

    def settle(self) -> None:
        """Wait until nothing is being read or written."""
        self.stage.wait(lambda: not self.opening.place.tasks.is_busy, "the answers")


def password_of(login: str) -> str:
    """The demo password of a login, as the demo's own file shows it."""
    from app.operations.demo.files import rows_of

    return next(row["demo_password"] for row in rows_of("people") if row["login"] == login)


def gtin_of(item: str) -> str:
    """The GTIN on an item of the demo, as 13 digits."""
    from app.operations.demo.files import rows_of

    return next(row["gtin"] for row in rows_of("items") if row["number"] == item)
