"""The packing station: the answer on top, the order, the carton, the last scans, the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.controllers.packing import PackingController, Sounds, Typing
from app.core.errors import BusinessError
from app.core.messages import N_
from app.rules.scanning import StationCommand
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.packing import showing
from app.views.packing.order_page import CartonPanel, OrderPage
from app.views.packing.queue_page import QueuePage
from app.views.paper_preview import preview
from app.views.scanner import SET_UP_KEY, DeskScanner
from app.views.theme import Tone
from app.views.widgets.answer_banner import AnswerBanner
from app.views.widgets.key_strip import KeyStrip
from app.views.widgets.numbers import read_number
from app.views.widgets.pages import Pages
from app.views.widgets.scan_filter import WedgeSettings
from app.views.widgets.wording import words

_HINTS = {
    None: words(N_("No scanner? Type a code and press Enter")),
    Typing.QUANTITY: words(N_("How many of the next item? Type a number and press Enter")),
    Typing.CARTON_TYPE: words(N_("Which type of carton? Type its number and press Enter")),
}
"""What the entry line says it is for."""
LONGEST_TYPED = 300
_HIDDEN: dict[int, str] = {
    Qt.Key.Key_F5: StationCommand.CARTON_TYPE,
    Qt.Key.Key_F7: StationCommand.NEW_CARTON,
    Qt.Key.Key_F10: "commands",
    Qt.Key.Key_F11: StationCommand.LOG_OUT,
}
"""The keys that stand on the key sheet alone, where the strip has no room for them."""


class _Entry(QLineEdit):
    """Where a code, a quantity or a type is typed; written in the station's small step."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(LONGEST_TYPED)
        self.setAccessibleName(words(N_("Code typed by hand")))
        self.setPlaceholderText(_HINTS[None])

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange):
            theme.set_role(self, "small")
        return super().event(event)


class PackingDesk(QWidget):
    """A full-screen station. Its scanner's keys reach nothing but the queue of scans.

    A test or the tour sends a scan by typing its characters and Enter, or with `scan`.
    """

    def __init__(
        self,
        context: DeskContext,
        parent: QWidget | None = None,
        *,
        sounds: Sounds | None = None,
        wedge: WedgeSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.station(self)
        self.controller = PackingController(
            context.tasks,
            context.runner,
            context.actor,
            context.person,
            sounds,
            self,
        )
        self.scanner = DeskScanner(context, self, self.controller.scans.put, wedge)
        self.scanner.refused.connect(self._no_station)
        self.scanner.told.connect(self._scanner_told)
        self.scanner.found.connect(self._scanner_found)
        self.banner = AnswerBanner()
        self.order_page = OrderPage()
        self.queue_page = QueuePage(context.time_zone)
        self.panel = CartonPanel(context.time_zone)
        self.entry = _Entry()
        self.strip = KeyStrip()
        self._is_connected = True
        self._keys_shown: object = None
        self._typing: Typing | None = None
        self._build()
        self._connect(context)
        self.controller.start()
        self._show()

    def scan(self, text: str) -> None:
        """Put a scan as if the scanner had read it."""
        self.controller.scans.put(text)

    def show_thing(self, order: int) -> None:
        """Open an order, from elsewhere in the window."""
        self.controller.open_order(order)

    def _build(self) -> None:
        self._pages = Pages()
        self._pages.addWidget(self.queue_page)
        self._pages.addWidget(self.order_page)
        left = QVBoxLayout()
        theme.pad(left, gap=12)
        left.addWidget(self._pages, 1)
        left.addWidget(self.entry)
        middle = QHBoxLayout()
        theme.pad(middle, 48, 24, 48, 16, 48)
        middle.addLayout(left, 3)
        middle.addWidget(self.panel, 2)
        layout = QVBoxLayout(self)
        theme.pad(layout)
        layout.addWidget(self.banner)
        layout.addLayout(middle, 1)
        layout.addWidget(self.strip)
        self.setFocusProxy(self.entry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.banner.fit(self.height())

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the station, for the key sheet."""
        shown = (*showing.KEYS, *showing.HIDDEN_KEYS, *showing.STOPPED_KEYS)
        return [*((each.shortcut, each.title) for each in shown), SET_UP_KEY]

    def _connect(self, context: DeskContext) -> None:
        self.controller.changed.connect(self._show)
        self.controller.queue.shown.connect(self._show_queue)
        self.queue_page.view_chosen.connect(self.controller.queue.show)
        self.queue_page.order_chosen.connect(self.controller.open_order)
        self.strip.chosen.connect(self._do)
        self.entry.returnPressed.connect(self._typed)
        context.feed.changed.connect(self.controller.hear)
        context.feed.connection_lost.connect(self._lost)
        context.feed.connection_found.connect(self._found)

    # Showing

    def _show(self) -> None:
        station = self.controller
        bench, voice = station.bench, station.voice
        self.banner.show_answer(
            showing.banner(voice.answer, station.waiting, is_stopped=voice.is_stopped)
        )
        self._pages.setCurrentWidget(self.order_page if bench.order else self.queue_page)
        self.order_page.show_bench(bench)
        self.panel.show_bench(bench, voice.last.entries)
        keys = showing.keys_of(bench, is_stopped=voice.is_stopped)
        if keys != self._keys_shown:
            self._keys_shown = keys
            self.strip.show_actions(keys)
        self._show_typing(bench.next.typing)
        self._show_status()

    def _show_typing(self, typing: Typing | None) -> None:
        """What the entry line is for; when something is asked, it is typed there."""
        if typing is self._typing:
            return
        self._typing = typing
        self.entry.setPlaceholderText(_HINTS[typing])
        if typing is not None:
            self.entry.setFocus()

    def _show_status(self) -> None:
        words, tone = showing.status_words(self.controller)
        if not self._is_connected:
            tone = Tone.WRONG
        self.strip.show_status(words, tone)

    def _show_queue(self) -> None:
        self.queue_page.show_queue(self.controller.queue)
        self._show_status()

    def _no_station(self, refusal: BusinessError) -> None:
        self.controller.voice.hint(N_("NO STATION"), refusal.message())

    def _scanner_told(self, trouble: BusinessError) -> None:
        self.controller.voice.mention(N_("NO SCANNER"), trouble.message())

    def _scanner_found(self, sentence: str) -> None:
        self.controller.voice.mention(N_("SCANNER"), sentence)

    def _lost(self, _refusal: BusinessError) -> None:
        self._is_connected = False
        self._show_status()

    def _found(self) -> None:
        self._is_connected = True
        self._show_status()

    # Keys and the entry line

    def _preview(self) -> None:
        paper = self.controller.paper_to_look_at()
        if paper is not None:
            window = preview(
                self._context, self, paper.document, paper.subject, print_it=paper.print_it
            )
            self.scanner.scanned.connect(window.reject)  # whoever scans has gone on

    def _do(self, key: str) -> None:
        if key == "view":
            self.queue_page.next_view()
        elif key == "orders":
            self.controller.close_order()
        elif key == "commands":
            self.controller.print_commands()
        elif key in list(StationCommand):
            self.controller.press(StationCommand(key))

    def _typed(self) -> None:
        """Enter: what was typed counts as a scan; an empty line opens the chosen order."""
        text = self.entry.text().strip()
        if not text:
            if self.controller.bench.order is None and not self.controller.voice.is_stopped:
                self.queue_page.open_chosen()
            return
        if self._typing is None:
            if self.controller.type_code(text):
                self.entry.clear()
            else:
                self.entry.selectAll()  # it stays, and another code takes its place
            return
        is_quantity = self._typing is Typing.QUANTITY
        if self._quantity_typed(text) if is_quantity else self.controller.choose_type(text):
            self.entry.clear()
        else:
            self.entry.selectAll()  # typed again, it takes the place of what was wrong

    def _quantity_typed(self, text: str) -> bool:
        try:
            return self.controller.set_quantity(read_number(text))
        except BusinessError as refusal:
            self.controller.say_quantity_wrong(refusal.message())
            return False

    def event(self, event: QEvent) -> bool:
        # While the station is stopped, F1 goes on; everywhere else it shows the keys.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_F1
            and self.controller.voice.is_stopped
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_F1 and self.controller.voice.is_stopped:
            self.controller.acknowledge()
        elif key == Qt.Key.Key_F12 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.scanner.set_up()
        elif key == Qt.Key.Key_F9 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._preview()
        elif key in _HIDDEN:
            self._do(_HIDDEN[key])
        elif key == Qt.Key.Key_Escape and self._typing is not None:
            self.controller.stop_typing()  # what was typed stays
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.controller.bench.order is None:
            self.queue_page.step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)
