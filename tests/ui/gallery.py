"""Draws the shared parts of the window into a folder: `python -m tests.ui.gallery FOLDER`."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.controllers.tasks import TaskRunner
from app.views import theme
from app.views.crash_report import CrashReport
from app.views.finder import FinderRow
from app.views.main_window import Desk, MainWindow
from app.views.sign_in import SignIn
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.answer_banner import AnswerBanner
from app.views.widgets.counting_list import CountingList, CountRow
from app.views.widgets.document_frame import DocumentFrame, DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.form import Form
from app.views.widgets.key_strip import KeyStrip
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_and_document import ListAndDocument
from app.views.widgets.list_screen import ListScreen, SavedView
from app.views.widgets.lookup_field import LookupField
from app.views.widgets.notice_panel import Notice
from app.views.widgets.number_field import MoneyField, QuantityField
from app.views.widgets.quantity_bar import Bar, QuantityBar, bar
from app.views.widgets.row_painting import Card
from app.views.widgets.row_table_model import Column, Page, PageRequest
from app.views.widgets.state_badge import Badge
from app.views.widgets.text import Text
from app.views.widgets.timeline import Timeline, TimelineEntry

D = Decimal


@dataclass(frozen=True)
class Row:
    number: str
    customer: str
    due: str
    total: str
    bar: Bar


ROWS = (
    Row(
        "SO-10482",
        "Brightwater Marine",
        "Today",
        "4,218.59",
        bar(D(30), packed=D(10), staged=D(12), allocated=D(8)),
    ),
    Row("SO-10481", "Grandma Kelly's Homestead", "Today", "612.00", bar(D(3), packed=D(3))),
    Row("SO-10479", "Vins et alcools Chevalier", "Tomorrow", "1,904.35", bar(D(3), staged=D(1))),
    Row("SO-10476", "Folk och fä HB", "26 Nov", "8,770.00", bar(D(8), short=D(3))),
    Row("SO-10475", "Toms Spezialitäten", "26 Nov", "240.10", bar(D(3), loaded=D(3))),
    Row("SO-10471", "Comércio Mineiro", "27 Nov", "3,311.75", bar(D(6), staged=D(5))),
    Row("SO-10468", "Océano Atlántico Ltda.", "28 Nov", "96.40", bar(D(1))),
    Row("SO-10466", "Hungry Coyote Import Store", "30 Nov", "1,220.00", bar(D(2), packed=D(1))),
    Row("SO-10460", "Königlich Essen", "30 Nov", "5,432.90", bar(D(2))),
    Row("SO-10459", "Save-a-lot Markets", "1 Dec", "12,860.25", bar(D(6), staged=D(5), short=D(1))),
)
LONG = "The Extraordinarily Long-Named Wholesale Cooperative of Harbour Merchants and Chandlers"


def fetch(_session: Any, request: PageRequest) -> Page:
    rows = [each for each in ROWS if request.text.casefold() in each.customer.casefold()]
    if request.view == "none":
        rows = []
    return Page(rows, None, f"{len(rows)} open")


def card(row: Row) -> Card:
    return Card(row.customer, row.total, (row.number, row.due), row.bar)


def document(title: str = "SO-10482", customer: str = "Brightwater Marine") -> DocumentModel:
    return DocumentModel(
        title,
        badges=(
            Badge("Part staged", Tone.ATTENTION, "squares-four"),
            Badge("Carrier", Tone.ACCENT, "package"),
        ),
        subline=(customer, "PO 77-1190", "Harbour Road 14, Falmouth", "Carrier, pick-up 16:00"),
        facts=(
            Fact("Requested", "Today, 24 Nov"),
            Fact("Promised", "Today, 24 Nov"),
            Fact("Goods", "3,906.10"),
            Fact("Tax 8 %", "312.49", why="tax"),
            Fact("Total", "4,218.59"),
            Fact("Margin", "31.4 %", Tone.GOOD),
        ),
        action=Action("stage", "Stage the rest", "Ctrl+Return"),
        secondary=(Action("print", "Print"),),
        more=(Action("hold", "Put on hold"), Action("cancel", "Cancel", why_not="part is packed")),
        lines=(
            LineRow(
                1,
                "Mooring rope 14 mm, polyester, per metre",
                ("RP-4410", "agreement BM-2026, from 100"),
                "120",
                bar(D(120), packed=D(120)),
                price="2.10",
                amount="252.00",
            ),
            LineRow(
                2,
                "Plough anchor 20 kg, galvanised",
                ("AN-2200", "agreement BM-2026"),
                "6",
                bar(D(6), staged=D(4), allocated=D(2)),
                price="148.00",
                amount="888.00",
            ),
            LineRow(
                3,
                "Bilge pump 1100 gph, 12 V",
                ("BL-0075", "list"),
                "12",
                bar(D(12), staged=D(12)),
                "staged 12 in S-03",
                price="39.90",
                amount="478.80",
            ),
            LineRow(
                4,
                "Chart table, configured: teak, left, lamp",
                ("CF-1000", "configured · quoted Q-2231 v2"),
                "1",
                bar(D(1), allocated=D(1)),
                price="1,640.00",
                amount="1,640.00",
            ),
            LineRow(
                5,
                "LED navigation light, port",
                ("LT-0310", "typed by Maria, list was 71.90"),
                "10",
                bar(D(10), staged=D(6), short=D(4)),
                "staged 6 · short 4, PO 5120 due 27 Nov",
                price="64.73",
                amount="647.30",
            ),
        ),
        notices=(
            Notice(
                "Not moving: 4 of LT-0310 are short until PO 5120 arrives on 27 Nov.",
                Tone.WRONG,
                (
                    Action("take", "Take 4 from SO-10459 (due 1 Dec)"),
                    Action("substitute", "Substitute LT-0312, 9 free"),
                    Action("drop", "Drop ship, 2 days"),
                    Action("ship", "Ship the rest now"),
                ),
            ),
        ),
        timeline=(
            TimelineEntry(
                "10:42",
                "Ana Trujillo, Packing 2",
                "packed 120 m of RP-4410 into carton 00 0614141 1234567897",
            ),
            TimelineEntry("10:31", "Jon, Dock", "staged 22 in lane S-03"),
            TimelineEntry(
                "09:58",
                "Maria Anders, Main counter",
                "typed the price of LT-0310: 64.73 instead of 71.90, approved by Paul",
            ),
            TimelineEntry(
                "09:55", "Maria Anders, Main counter", "order from quote Q-2231 version 2"
            ),
        ),
        related=(Action("quote", "Quote Q-2231"), Action("shipment", "Shipment SH-204")),
    )


COLUMNS = (
    Column("Number", lambda row: row.number, 110, is_strong=True, sort="number"),
    Column("Customer", lambda row: row.customer, 0, sort="customer"),
    Column("Due", lambda row: row.due, 100),
    Column("State", lambda _row: "", 140, badge=lambda _row: Badge("Staged", Tone.INFO)),
    Column("Progress", lambda _row: "", 140, bar=lambda row: row.bar),
    Column("Total", lambda row: row.total, 110, is_number=True),
)


def order_list(tasks: TaskRunner) -> ListScreen:
    return ListScreen(
        tasks,
        title="Orders",
        fetch=fetch,
        row_id=lambda row: row.number,
        cards=card,
        views=(
            SavedView("open", "Open"),
            SavedView("stuck", "Not moving", "5"),
            SavedView("today", "Due today", "7"),
            SavedView("none", "Mine"),
        ),
        action=Action("new", "New order", "N"),
        empty=Empty(
            "No orders yet", "Press N to enter the first one.", action=Action("new", "New order")
        ),
    )


class Orders(ListAndDocument):
    def __init__(self, tasks: TaskRunner, *, is_long: bool = False) -> None:
        self.rows = order_list(tasks)
        self.frame = DocumentFrame()
        super().__init__(self.rows, self.frame)
        self.rows.row_selected.connect(
            lambda row: self.frame.show(document(customer=LONG if is_long else row.customer))
        )


def desks(tasks: TaskRunner, *, is_long: bool = False) -> list[Desk]:
    names = (
        ("SELL", "Opportunities", "chart-line-up"),
        ("SELL", "Quotes", "file-text"),
        ("SELL", "Orders", "shopping-cart"),
        ("SELL", "Counter", "storefront"),
        ("FLOOR", "Allocation", "stack"),
        ("FLOOR", "Picking", "hand-pointing"),
        ("FLOOR", "Staging", "squares-four"),
        ("FLOOR", "Trucks", "truck"),
        ("FLOOR", "Packing", "package"),
        ("BUY", "Purchasing", "clipboard-text"),
        ("BUY", "Drop ship", "arrow-bend-up-right"),
        ("BUY", "Receiving", "tray"),
        ("MONEY", "Invoicing", "receipt"),
        ("MONEY", "Payments", "bank"),
        ("RECORDS", "Customers", "users-three"),
        ("RECORDS", "Items", "barcode"),
        ("RECORDS", "Agreements", "handshake"),
        ("ADMIN", "Administration", "gear"),
    )

    def make(title: str) -> QWidget:
        if title == "Quotes":
            return ListScreen(
                tasks, title=title, fetch=fetch, row_id=lambda row: row.number, columns=COLUMNS
            )
        return Orders(tasks, is_long=is_long)

    return [
        Desk(
            title.lower(),
            group,
            title,
            icon,
            partial(make, title),
            f"Alt+{number}" if number < 10 else "",
        )
        for number, (group, title, icon) in enumerate(names, 1)
    ]


def found(_session: Any, text: str) -> list[FinderRow]:
    return [
        FinderRow("Items", "Bilge pump 1100 gph, 12 V", "12 free in Main", "BL-0075", "cube"),
        FinderRow("Items", "Bilge hose 25 mm", "customer's part 77-3", "BL-0071", "cube"),
        FinderRow("Customers", "Bilbao Náutica", "Bilbao", "C-1044", "users-three"),
        FinderRow(
            "Orders", "SO-10482", "Brightwater Marine", "Today", "shopping-cart", is_exact=True
        ),
    ]


class Station(QWidget):
    """A packing station as its parts show it."""

    def __init__(self, *, is_stopped: bool) -> None:
        super().__init__()
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.station(self)
        banner = AnswerBanner()
        if is_stopped:
            sentence = "BL-0076 is not on this order. Put it aside, then scan OK."
            banner.show_stop("WRONG ITEM", sentence)
        else:
            banner.show_good("Bilge pump 1100 gph, 12 V  —  case of 6 counted")
        head = QHBoxLayout()
        theme.pad(head, gap=16)
        head.addWidget(Text("SO-10482", "title"))
        head.addWidget(Text("Brightwater Marine", "body", "muted"))
        head.addStretch(1)
        head.addWidget(Text("17 of 29", "title"))
        counting = CountingList()
        counting.show_rows(
            (
                CountRow(1, "Bilge pump 1100 gph, 12 V", ("BL-0075", "bin A-14-2"), "6", "12"),
                CountRow(2, "LED navigation light, port", ("LT-0310", "serial each"), "0", "6"),
                CountRow(3, "Plough anchor 20 kg", ("AN-2200", "lane S-03"), "0", "4"),
                CountRow(4, "Mooring rope 14 mm", ("RP-4410",), "120", "120", is_complete=True),
            ),
            current=1,
        )
        left = QVBoxLayout()
        theme.pad(left, gap=8)
        left.addLayout(head)
        left.addWidget(QuantityBar(bar(D(29), packed=D(17))))
        left.addWidget(counting, 1)
        scans = Timeline(
            (
                TimelineEntry("10:44:08", "BL-0075", "case of 6", Tone.GOOD),
                TimelineEntry("10:44:05", "BL-0076", "not on this order", Tone.WRONG),
                TimelineEntry("10:43:58", "Carton 2", "opened"),
            )
        )
        right = QVBoxLayout()
        theme.pad(right, gap=8)
        right.addWidget(Text("Carton 2 of this order", "strong"))
        right.addWidget(Text("Box M  ·  8.4 of 20 kg  ·  room for 11 litres", "small", "muted"))
        right.addWidget(QuantityBar(bar(D(20), staged=D(8))))
        right.addSpacing(16)
        right.addWidget(Text("Last scans", "strong"))
        right.addWidget(scans)
        right.addStretch(1)
        middle = QHBoxLayout()
        theme.pad(middle, 40, 24, 40, 16, 48)
        middle.addLayout(left, 3)
        middle.addLayout(right, 2)
        keys = KeyStrip(
            (
                Action("undo", "Undo last", "F2"),
                Action("quantity", "Quantity", "F4"),
                Action("close", "Close carton", "F6"),
                Action("short", "Short", "F8"),
                Action("again", "Print again", "F9"),
                Action("finish", "Finish", "F12"),
            )
        )
        keys.show_status("Packing 2  ·  Ana Trujillo  ·  38 orders/h")
        layout = QVBoxLayout(self)
        theme.pad(layout)
        layout.addWidget(banner)
        layout.addLayout(middle, 1)
        layout.addWidget(keys)


def entry_form(tasks: TaskRunner) -> Form:
    """A form with something wrong in it."""
    form = Form()
    form.add("customer", "&Customer", LookupField(tasks, found, "Customer", hint="Name or number"))
    form.add("reference", "Their &reference", QLineEdit("PO 77-1190"))
    quantity = QuantityField(unit="m")
    quantity.set_value(D("1234.5"))
    form.add("quantity", "&Quantity", quantity)
    price = MoneyField("Price", "EUR")
    price.set_value(D("71.9"))
    form.add("price", "&Price", price, hint="The list price is 71.90")
    form.add("note", "&Note", QLineEdit(), is_wide=True)
    form.show_problems({"quantity": "Only 900 m are left on the reel. Enter 900 or less."})
    return form


def draw(widget: QWidget, folder: Path, name: str, tasks: TaskRunner) -> None:
    while tasks.is_busy:
        QApplication.processEvents()
    for _ in range(20):  # what was answered is laid out and painted over several rounds
        QApplication.processEvents()
    widget.grab().save(str(folder / f"{name}.png"))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.use_body_size(13)
    tasks = TaskRunner(lambda: nullcontext(None))  # type: ignore[arg-type]
    for name, look, scale, is_long in (
        ("light", "light", 1.0, False),
        ("dark", "dark", 1.0, False),
        ("contrast", "contrast", 1.0, False),
        ("double", "light", 2.0, False),
        ("long", "light", 1.0, True),
    ):
        theme.apply(app, look, scale)
        window = MainWindow(
            desks(tasks, is_long=is_long), tasks, search=found, who="Maria Anders", role="Sales"
        )
        window.resize(QSize(1440, 900))
        window.show_counts({"quotes": "6", "orders": "23", "picking": "11", "packing": "8"})
        window.show_connection("Main counter · 4 ms")
        window.open_desk("orders")
        window.show()
        draw(window, folder, f"desk-{name}", tasks)
        if name == "long":
            page = window.desk("orders")
            assert isinstance(page, Orders)
            page.rows.choose_view("none")
            page.frame.clear()
            draw(window, folder, "desk-empty", tasks)
        if name in ("light", "dark"):
            window.messages.show_good("SO-10482 is staged in lane S-03.", Action("undo", "Undo"))
            window.finder.open()
            QTest.keyClicks(window.finder_field, "bil")
            draw(window, folder, f"finder-{name}", tasks)
            window.finder.close_up()
            window.messages.clear()
            window.open_desk("quotes")
            draw(window, folder, f"table-{name}", tasks)
        window.close()
        window.deleteLater()
    for look in ("light", "dark"):
        theme.apply(app, look, 1.0)
        station = Station(is_stopped=look == "light")
        station.resize(1440, 900)
        station.show()
        draw(station, folder, f"station-{look}", tasks)
        station.close()
        form = entry_form(tasks)
        form.resize(640, 320)
        form.show()
        draw(form, folder, f"form-{look}", tasks)
        form.close()
        sign_in = SignIn("maria", "warehouse.local")
        sign_in.show_refusal("The password of maria is not right. Type it again.")
        sign_in.show()
        draw(sign_in, folder, f"sign-in-{look}", tasks)
        sign_in.close()
        try:
            raise RuntimeError("postgresql://maria:hunter2@warehouse.local went away")
        except RuntimeError as error:
            crash = CrashReport(error, doing="stage SO-10482", version="1.0")
        crash.show()
        draw(crash, folder, f"crash-{look}", tasks)
        crash.close()
    tasks.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
