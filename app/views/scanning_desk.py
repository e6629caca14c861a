"""A desk of documents at which codes are scanned: one at a time, and each is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut

from app.controllers.scanning import ScanningController, ScanQueue
from app.core.messages import N_
from app.rules.printing import DocumentKind
from app.rules.scanning import OwnCode, StationCommand, own_code
from app.views.desk_context import DeskContext
from app.views.document_desk import DocumentDesk
from app.views.paper_preview import PreviewWindow
from app.views.scanner import SET_UP_KEY, DeskScanner
from app.views.theme import Tone
from app.views.widgets.answer_banner import AnswerBanner
from app.views.widgets.scan_strip import ScanStrip
from app.views.widgets.text import hairline
from app.views.widgets.wording import words

SCAN = N_("Scan")


class ScanningDesk(DocumentDesk):
    """The strip below that every scan goes through; at a station the answer stands on top.

    The next scan waits until this one is answered. At a station a wrong scan stops everything
    until it is acknowledged, with Esc, with Enter in the empty field or by its code.
    """

    def __init__(
        self,
        context: DeskContext,
        controller: ScanningController,
        *,
        scan_hint: str,
        first_scan: str,
        **shown: Any,
    ) -> None:
        """`first_scan` says at a station what is to be scanned; `shown` as for `DocumentDesk`."""
        super().__init__(context, controller, **shown)
        self._scanning = controller
        self.scans = ScanQueue(self)
        self.wrong_scans = controller.wrong_scans
        self.answer = AnswerBanner()
        self.strip = ScanStrip("F2", scan_hint)
        self.scan_field = self.strip.field
        self.layout_column.addWidget(hairline())
        self.layout_column.addWidget(self.strip)
        if self.is_station:
            self.answer.show_waiting(words(SCAN), first_scan)
            self.layout_column.insertWidget(0, self.answer)
            self.setFocusProxy(self.scan_field)
            self.strip.leave_saying()
            self.scanner = DeskScanner(context, self, self.scans.put)
            self.scanner.refused.connect(self.messages.show_refusal)
            self.scanner.told.connect(self.messages.show_refusal)
            self.scanner.found.connect(self.messages.show_good)
            set_up = QShortcut(QKeySequence(SET_UP_KEY[0]), self)
            set_up.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            set_up.activated.connect(self.scanner.set_up)
            self.write_large()
        else:
            self.answer.hide()
        self._connect_scanning()

    # What a desk of its own says

    def obey(self, command: StationCommand) -> None:
        """A command was scanned."""

    def go_on(self) -> None:
        """Enter in the empty scan field, while nothing is to be acknowledged."""

    def keys(self) -> tuple[tuple[str, str], ...]:
        set_up = (SET_UP_KEY,) if self.is_station else ()
        return (("F2", words(N_("Scan or type a code"))), *set_up, *super().keys())

    def say(self, words: str, tone: Tone = Tone.NEUTRAL) -> None:
        """The answer beside the scan field."""
        self.strip.say(words, tone)

    def preview(
        self, document: DocumentKind, subject: int, print_it: Callable[[], None]
    ) -> PreviewWindow:
        window = super().preview(document, subject, print_it)
        if self.is_station:
            self.scanner.scanned.connect(window.reject)  # whoever scans has gone on
        return window

    # Within

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.answer.fit(self.height())

    def _connect_scanning(self) -> None:
        focus = QShortcut(QKeySequence("F2"), self)
        focus.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        focus.activated.connect(lambda: self.scan_field.setFocus(Qt.FocusReason.OtherFocusReason))
        self.scan_field.scanned.connect(self.scans.put)
        self.scan_field.went_on.connect(self._go_on)
        self.scan_field.acknowledged.connect(self._acknowledge)
        self.scan_field.stepped.connect(self._step)
        self.scans.scanned.connect(self._read_scan)
        control = self._scanning
        control.scan_good.connect(self._answer_good)
        control.scan_asks.connect(self._answer_question)
        control.scan_wrong.connect(self._answer_wrong)
        control.command_scanned.connect(self._obey)

    def _read_scan(self, code: str) -> None:
        self.scans.pause(self._is_acknowledgement)
        if self._is_acknowledgement(code):
            self._acknowledge()
            return
        self._scanning.scan(code)

    def _is_acknowledgement(self, code: str) -> bool:
        prefix = self._context.scan_prefix
        return code == own_code(OwnCode.COMMAND, StationCommand.ACKNOWLEDGE, prefix=prefix)

    def _answer_good(self, words: str) -> None:
        self.answer.show_good(words)
        self.say(words, Tone.GOOD)
        self.messages.clear()
        self.scans.resume()

    def _answer_question(self, word: str, words: str) -> None:
        self.answer.show_stop(word.upper(), words)
        self.say(words, Tone.ATTENTION)
        if not self.is_station:
            self.messages.show_info(words)
        self.scans.resume()

    def _answer_wrong(self, word: str, words: str) -> None:
        self.answer.show_stop(word.upper(), words)
        self.say(words, Tone.WRONG)
        if not self.is_station:
            self.messages.show_wrong(words)
            self.scans.resume()

    def _acknowledge(self) -> None:
        self.answer.show_waiting(words(SCAN), "")
        self.say("")
        self.messages.clear()
        self.scans.resume()

    def _obey(self, command: StationCommand) -> None:
        self.scans.resume()
        self.obey(command)

    def _go_on(self) -> None:
        if self.scans.is_paused and self.is_station:
            self._acknowledge()
        else:
            self.go_on()

    def _step(self, by: int) -> None:
        table = self.document.lines_table
        row = table.currentIndex().row() + by
        if 0 <= row < len(table.lines.rows):
            table.selectRow(row)
