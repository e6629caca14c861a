"""A desk's scanner: read as its station says, and set up with a live test."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from app.controllers.serial_scanners import SerialScanners
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.scanning import set_scanner
from app.queries.scans import StationScanner, station_scanner
from app.rules.scanning.scan import readable
from app.rules.scanning.serial import SerialPort
from app.rules.scanning.wedge import LONGEST_END, WedgeSettings
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.document_desk import write_form_large
from app.views.serial_ports import PortList
from app.views.theme import Tone
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.number_field import NumberField
from app.views.widgets.scan_filter import ScanFilter
from app.views.widgets.text import Text
from app.views.widgets.wording import words

SUFFIXES = (
    ("\r", "Enter"),
    ("\t", "Tab"),
    ("\x03", "ETX"),
    ("", words(N_("Nothing: the pause ends it"))),
)
LONGEST_SHOWN = 24
"""Keys that are shown of a text that is no scan, the last ones."""
TICK_PORTS = N_(
    "Set here what a scanner that types sends before and after each code. A prefix tells a scan "
    "from typing for sure; without one it is told by speed. Scanners on serial ports are "
    "ticked below."
)
GO_ON = words(N_("Scan a few different codes before you keep it."))
SET_HERE = N_(
    "Set here what the scanner sends before and after each code. A prefix tells a scan "
    "from typing for sure; without one it is told by speed."
)
AT_ONCE_MS = 100
"""A key that follows another within this belongs to the same scan; Tab does not move on then."""
_CODES = re.compile(r"<([0-9A-Fa-f]{2})>")
_NAMES = {"\r": "⏎", "\t": "⇥"}
SET_UP_KEY = ("Shift+F12", words(N_("Set up the scanner")))
"""The key that opens the form, and what the key sheet says of it."""


class NoStation(BusinessError):
    """A window that is no station has no scanner of its own."""

    sentence = N_(
        "Scanners are set up for each station, and this window is none. "
        "Start it as one: orderwright --station CODE."
    )


class DeskScanner(QObject):
    """The scanners of a desk, by keyboard and by serial port, heard while the desk is in view.

    Signals:
        scanned: a code was read; arg: it.
        refused: the scanner cannot be set up here; arg: BusinessError.
        told: a serial scanner is in trouble; arg: BusinessError.
        found: one is there again; arg: a sentence.
    """

    scanned = Signal(str)
    refused = Signal(object)
    told = Signal(object)
    found = Signal(str)

    def __init__(
        self,
        context: DeskContext,
        desk: QWidget,
        put: Callable[[str], None],
        wedge: WedgeSettings | None = None,
    ) -> None:
        """`put` takes a scan. With `wedge` the station's own settings are not asked for."""
        super().__init__(desk)
        self._context, self._desk, self._put = context, desk, put
        self._serial = context.scanners
        self.filter = ScanFilter(wedge or WedgeSettings(), self)
        self.filter.scanned.connect(self._take)
        desk.installEventFilter(self)
        if self._serial is not None:
            self._serial.told.connect(self._tell)
            self._serial.found.connect(self._tell_found)
        if wedge is None:
            context.tasks.changed.connect(self._hear)
            context.feed.changed.connect(self._hear)
            self._read(self._use)

    def set_up(self) -> None:
        """Open the form in which the station's scanner is set up."""
        self._read(self._open_form)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        application = QCoreApplication.instance()
        if watched is self._desk and application is not None:
            if event.type() == QEvent.Type.Show:
                self.filter.install(application)
                if self._serial is not None:
                    self._serial.listen(self._take)
            elif event.type() == QEvent.Type.Hide:
                application.removeEventFilter(self.filter)
                if self._serial is not None:
                    self._serial.leave(self._take)
        return super().eventFilter(watched, event)

    def _read(self, done: Callable[[StationScanner | None], None]) -> None:
        code = self._context.actor.station
        self._context.tasks.read(
            lambda session: station_scanner(session, station=code),
            done=done,
            failed=lambda _error: None,  # the usual settings do until the database answers
            owner=self,
        )

    def _take(self, code: str) -> None:
        over_desk = QApplication.activeModalWidget()
        if isinstance(over_desk, Asking):  # the desk behind it waits
            over_desk.take_code(code)
            return
        self._put(code)
        self.scanned.emit(code)

    def _tell(self, trouble: BusinessError) -> None:
        if self._desk.isVisible():
            self.told.emit(trouble)

    def _tell_found(self, port: str) -> None:
        if self._desk.isVisible():
            self.found.emit(words(N_("The scanner at {port} is read again."), port=port))

    def _use(self, found: StationScanner | None) -> None:
        if found is not None:
            self.filter.change_settings(found.wedge)
            if self._serial is not None:
                self._serial.begin(found.station)

    def _hear(self, changes: Changes) -> None:
        if changes.mentions(Kind.STATION):
            self._read(self._use)

    def _open_form(self, found: StationScanner | None) -> None:
        if found is None:
            self.refused.emit(NoStation())
            return
        application = QCoreApplication.instance()
        assert application is not None
        application.removeEventFilter(self.filter)
        form = ScannerForm(found, self._desk, self._serial)
        form.answered.connect(lambda wedge: self._save(form, found, wedge))
        form.finished.connect(lambda _code: self._form_is_gone())
        write_form_large(form)
        form.ask()

    def _form_is_gone(self) -> None:
        application = QCoreApplication.instance()
        if application is not None and self._desk.isVisible():
            self.filter.install(application)

    def _save(self, form: ScannerForm, found: StationScanner, wedge: WedgeSettings) -> None:
        def done(_set: Any) -> None:
            self.filter.change_settings(wedge)
            form.accept()

        serial, ports = self._serial, form.ports()

        def keep() -> Any:
            kept = self._context.runner.do(
                set_scanner,
                station=found.station_id,
                prefix=wedge.prefix,
                suffix=wedge.suffix,
                gap_ms=wedge.gap_ms,
                patience_ms=wedge.patience_ms,
                shortest=wedge.shortest,
            )
            if serial is not None:
                serial.keep(ports)
            return kept

        self._context.tasks.write(keep, done=done, refused=form.refuse, owner=form)


class ScannerForm(Asking):
    """Prefix, suffix, times and ports, and a field that shows at once how a scan is read.

    A port that is ticked is read at once, so that it can be tried; what is kept before comes
    back when the form is put away.

    Signals:
        answered: the settings are to be kept; arg: WedgeSettings.
    """

    def __init__(
        self, scanner: StationScanner, parent: QWidget, serial: SerialScanners | None = None
    ) -> None:
        super().__init__(
            words(N_("Scanner of {station}"), station=scanner.station),
            words(N_("Save")),
            words(SET_HERE if serial is None else TICK_PORTS),
            parent,
        )
        self.setMinimumWidth(theme.px(680))
        now = scanner.wedge
        self.prefix = QLineEdit(readable(now.prefix))
        self.prefix.setMaxLength(4 * LONGEST_END)
        others = ((now.suffix, readable(now.suffix)),)
        known = any(code == now.suffix for code, _name in SUFFIXES)
        self.suffix = ChoiceField(SUFFIXES if known else (*SUFFIXES, *others), now.suffix)
        self.gap = _milliseconds(words(N_("Time between keys")), now.gap_ms)
        self.patience = _milliseconds(words(N_("Time to wait")), now.patience_ms)
        self.shortest = NumberField(words(N_("Shortest scan")), decimals=0)
        self.shortest.set_value(Decimal(now.shortest))
        self.test = ScanTest()
        self.said = Text(words(N_("Nothing yet.\n{go_on}"), go_on=GO_ON), "body", "muted")
        self.add(
            "prefix",
            words(N_("Prefix")),
            self.prefix,
            hint=words(N_("<02> is STX; may be empty")),
            is_wide=False,
        )
        self.add("suffix", words(N_("Suffix")), self.suffix, is_wide=False)
        self.add(
            "gap",
            words(N_("Time between keys")),
            self.gap,
            hint=words(N_("without a prefix")),
            is_wide=False,
            gives=("gap_ms",),
        )
        self.add(
            "patience",
            words(N_("Time to wait")),
            self.patience,
            hint=words(N_("with a prefix")),
            is_wide=False,
            gives=("patience_ms",),
        )
        self.add(
            "shortest",
            words(N_("Shortest scan")),
            self.shortest,
            hint=words(N_("keys, without a prefix")),
            is_wide=False,
        )
        self.add("test", words(N_("Scan something here")), self.test)
        self.add("said", words(N_("What arrived")), self.said)
        self._serial = serial
        self.port_list: PortList | None = None
        if serial is not None:
            self.port_list = PortList(serial)
            self.port_list.grown.connect(self._make_room)
            self.add("ports", words(N_("Scanners on serial ports")), self.port_list)
            serial.listen(self._show_scan)
            self.finished.connect(self._leave_ports)
        self.filter = ScanFilter(now, self)
        self.filter.scanned.connect(self._show_scan)
        self.test.typed.connect(self._show_keys)
        self.test.entered.connect(self._begin_test)
        application = QCoreApplication.instance()
        assert application is not None
        self.filter.install(application)
        self.finished.connect(lambda _code: application.removeEventFilter(self.filter))

    def ask(self) -> None:
        super().ask()
        self.test.setFocus(Qt.FocusReason.OtherFocusReason)

    def ports(self) -> tuple[SerialPort, ...]:
        """The ports that are ticked."""
        return () if self.port_list is None else self.port_list.ports()

    def _leave_ports(self, code: int) -> None:
        assert self._serial is not None
        self._serial.leave(self._show_scan)
        if code != QDialog.DialogCode.Accepted:
            self._serial.use(self._serial.ports)

    def values(self) -> Any:
        """The settings as they are typed. Raises: NotANumber and its kin."""
        return WedgeSettings(
            _CODES.sub(lambda code: chr(int(code[1], 16)), self.prefix.text()),
            str(self.suffix.code),
            *(int(field.value() or 0) for field in (self.gap, self.patience, self.shortest)),
        )

    def _begin_test(self) -> None:
        """The next scan is read with what is typed now."""
        try:
            self.filter.change_settings(self.values())
        except BusinessError as error:
            self.refuse(error)

    def _show_scan(self, text: str) -> None:
        self.test.setText(readable(text))
        self._say(
            words(N_("Read as a scan of {many} characters.\n{go_on}"), many=len(text), go_on=GO_ON),
            Tone.GOOD,
        )

    def _show_keys(self, keys: str, slowest_ms: int) -> None:
        sentence = N_("Keys: {keys}.\nWith these settings it is no scan.")
        if len(keys) > 1:
            sentence = N_(
                "Keys: {keys}, at most {slowest} ms apart.\nWith these settings it is no scan."
            )
        self._say(words(sentence, keys=keys, slowest=slowest_ms), Tone.WRONG)

    def _say(self, words: str, tone: Tone) -> None:
        self.said.setText(words)
        self.said.set_tone(tone.value)


class ScanTest(QLineEdit):
    """Shows every key that is not part of a scan, also Enter and Tab, and how fast they came.

    Signals:
        entered: the cursor is here; what comes now is a test.
        typed: keys arrived one by one; args: them as text, the longest pause in milliseconds.
    """

    entered = Signal()
    typed = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = ""
        self._slowest = 0
        self._last_at = 0
        self.setPlaceholderText(words(N_("With the scanner, any code")))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_leaving = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            if is_leaving and not (self._keys and self._pause_before(event) <= AT_ONCE_MS):
                self._keys = ""
                return super().event(event)
            if event.text() and not _is_for_the_form(event):
                self._take(event)
                return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        pause = self._pause_before(event)
        if not self._keys or pause > 1000:
            self._keys, self._slowest = "", 0
        else:
            self._slowest = max(self._slowest, pause)
        self._last_at = event.timestamp()
        text = event.text().replace("\n", "\r")
        self._keys = (self._keys + _NAMES.get(text, readable(text)))[-LONGEST_SHOWN:]
        self.setText(self._keys)
        self.typed.emit(self._keys, self._slowest)

    def _pause_before(self, event: QKeyEvent) -> int:
        return max(0, event.timestamp() - self._last_at)


def _is_for_the_form(event: QKeyEvent) -> bool:
    is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return event.key() == Qt.Key.Key_Escape or (is_return and has_control)


def _milliseconds(name: str, now: int) -> NumberField:
    field = NumberField(name, decimals=0, suffix=words(N_("ms")))
    field.set_value(Decimal(now))
    return field
