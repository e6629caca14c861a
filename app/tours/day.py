"""A day of the tour: orders typed, picked, staged, loaded, packed, departed, invoiced."""

from __future__ import annotations

from typing import Any

from app.rules.scanning import OwnCode, own_code
from app.tours.walk import Walk


class Day(Walk):
    """From the first window to the posted invoices: what a day does with goods."""

    def live(self) -> None:
        """From the sign-in to the last paper."""
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
        desk = self.begin_order(customer)
        for item, quantity in lines:
            self.type_line(item, quantity)
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
        """What is on the cart is brought to the order's lane: its code is scanned."""
        stage = self.stage
        desk = self.open_desk("staging")
        desk.list.choose_view("to stage")
        self.choose(desk, order)
        stage.picture("to-stage")
        stage.press("F2")
        stage.type(own_code(OwnCode.ORDER, order, prefix="OW"))
        stage.press("Return")
        self.settle()
        stage.wait(lambda: self.goods_of(order) == {"staging"}, "the staged goods")
        stage.picture("staged-by-scan")
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
        stage.press("Ctrl+Shift+P")
        stage.wait(lambda: self.previewed(invoices).pages.is_drawn, "the paper of the invoice")
        stage.picture("invoice-preview")
        stage.press("Esc")
        self.settle()

    @staticmethod
    def previewed(desk: Any) -> Any:
        """The window in which a paper of a desk is looked at."""
        from app.views.paper_preview import PreviewWindow

        return next(each for each in desk.findChildren(PreviewWindow) if each.isVisible())

    def papers(self) -> None:
        """Wait until everything that was asked for is printed."""
        self.stage.wait(
            lambda: self.ask("SELECT count(*) FROM print_job WHERE state = 'queued'") == 0,
            "the printed papers",
        )

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


def password_of(login: str) -> str:
    """The demo password of a login, as the demo's own file shows it."""
    from app.operations.demo.files import rows_of

    return next(row["demo_password"] for row in rows_of("people") if row["login"] == login)


def gtin_of(item: str) -> str:
    """The GTIN on an item of the demo, as 13 digits."""
    from app.operations.demo.files import rows_of

    return next(row["gtin"] for row in rows_of("items") if row["number"] == item)
