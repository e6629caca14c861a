"""The serial ports of this computer: which of them have a scanner, and how it is set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.controllers.serial_scanners import SerialScanners
from app.core.messages import N_
from app.rules.scanning.serial import (
    BAUD_RATES,
    ENTER,
    ETX,
    TAB,
    USUAL_BAUD,
    PortFound,
    SerialPort,
)
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.text import Text
from app.views.widgets.wording import words

BAUDS = tuple((each, words(N_("{baud} baud"), baud=each)) for each in BAUD_RATES)
ENDS = ((ENTER, words(N_("ends with Enter"))), (TAB, words(N_("ends with Tab"))), (ETX, "ETX"))
NONE_HERE = words(N_("This computer has no serial port now. A scanner plugged in later is found."))


class PortBox(QCheckBox):
    """Ticked when a scanner is behind the port; a long name is cut in the middle."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.set_role(self, "body")
        self.show_name(name)

    def show_name(self, name: str) -> None:
        """The port as the system calls it."""
        self._name = name
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - theme.px(32), 0)
        shown = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


@dataclass(frozen=True, slots=True)
class _Row:
    """One port on the screen."""

    box: PortBox
    settings: QWidget
    baud: ChoiceField
    ending: ChoiceField
    state: Text


class PortList(QWidget):
    """Every port; of one with a scanner its baud rate, what ends a code, and how it is.

    What is ticked is read at once. Ports that are kept stay in the list when they are unplugged.

    Signals:
        grown: it takes more room, or less.
    """

    grown = Signal()

    def __init__(self, scanners: SerialScanners, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scanners = scanners
        self.rows: dict[str, _Row] = {}
        """The ports on the screen, by name."""
        self._column = QVBoxLayout()
        theme.pad(self._column, gap=8)
        self._none = Text(NONE_HERE, "body", "muted", wraps=True)
        self._none.hide()
        again = ActionButton(Action("ports", words(N_("Look for ports again")), "F5"))
        again.setAutoDefault(False)
        again.clicked.connect(self.look)
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=8)
        layout.addLayout(self._column)
        layout.addWidget(self._none)
        layout.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        for each in scanners.ports:
            self._add(each.port, each.port, each)
        scanners.changed.connect(self._show_states)
        self._show_states()
        self.look()

    def look(self) -> None:
        """List what is plugged in now."""
        self._scanners.look(self._found, owner=self)

    def ports(self) -> tuple[SerialPort, ...]:
        """The ports that are ticked, with their settings."""
        return tuple(
            SerialPort(port, row.baud.code, row.ending.code)
            for port, row in self.rows.items()
            if row.box.isChecked()
        )

    def _found(self, found: tuple[PortFound, ...]) -> None:
        for each in found:
            if each.port in self.rows:
                self.rows[each.port].box.show_name(each.name)
            else:
                self._add(each.port, each.name, None)
        self._none.setVisible(not self.rows)
        self.grown.emit()

    def _add(self, port: str, name: str, kept: SerialPort | None) -> None:
        box = PortBox(name)
        box.setChecked(kept is not None)
        baud = ChoiceField(BAUDS, kept.baud if kept else USUAL_BAUD)
        baud.setAccessibleName(words(N_("Baud rate of {port}"), port=name))
        ending = ChoiceField(ENDS, kept.ending if kept else ENTER)
        ending.setAccessibleName(words(N_("What ends a code of {port}"), port=name))
        state = Text("", "small", "muted", wraps=True)
        settings = QWidget()
        beside = QHBoxLayout(settings)
        theme.pad(beside, gap=8)
        for each in (baud, ending):
            beside.addWidget(each, 1)
        self.rows[port] = _Row(box, settings, baud, ending, state)
        for widget in (box, settings, state):
            self._column.addWidget(widget)
        settings.setVisible(box.isChecked())
        state.hide()
        for field in (box, baud, ending):
            theme.set_role(field, "body")  # once more: now it is known whether this is a station
        box.toggled.connect(partial(self._tick, settings))
        baud.currentIndexChanged.connect(self._try)
        ending.currentIndexChanged.connect(self._try)

    def _tick(self, settings: QWidget, is_ticked: bool) -> None:
        settings.setVisible(is_ticked)
        self._try()
        self.grown.emit()

    def _try(self, _what: object = None) -> None:
        self._scanners.use(self.ports())

    def _show_states(self) -> None:
        before = [row.state.text() for row in self.rows.values()]
        for port, row in self.rows.items():
            is_known = row.box.isChecked() and port in self._scanners.states
            trouble = self._scanners.states.get(port)
            said = words(N_("It is read: scan something.")) if is_known else ""
            row.state.setText(said if trouble is None else trouble.message())
            row.state.set_tone("good" if trouble is None else "wrong")
            row.state.set_role("small")
            row.state.setVisible(is_known)
        if before != [row.state.text() for row in self.rows.values()]:
            self.grown.emit()
