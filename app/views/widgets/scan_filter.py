"""Keyboard-wedge scanners: told from people, so that a scan's keys reach no widget.

A wedge types as a keyboard does. Its configured prefix and suffix tell where a scan begins
and ends. A station whose scanner has no prefix is told apart by speed: keys are held for a
moment, and either become a scan or are handed on in their order.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import ClassVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from app.rules.scanning.wedge import LONGEST_READ, WedgeSettings

__all__ = ["ScanFilter", "WedgeSettings"]

GS = "\x1d"
_DATA_CONTROLS = frozenset({GS, "\x1e", "\x04"})
"""Control characters inside the data of a scan: group and record separator, end."""

_ALT_CODES_OF_GS = frozenset({"\x1d", "\u2194"})
"""What Windows makes of Alt+029; arrives besides the digits, or instead of them."""

_PRESS = QEvent.Type.KeyPress
_RELEASE = QEvent.Type.KeyRelease
_OVERRIDE = QEvent.Type.ShortcutOverride
_KEY_EVENTS = frozenset({_PRESS, _RELEASE, _OVERRIDE})

_MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_NAMED_KEYS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}


class ScanFilter(QObject):
    """The event filter that reads one keyboard wedge. Installed on the application.

    Wedges with different prefixes each have a filter; while one reads, the others let its keys
    pass. Keys typed by a person reach their
    widget untouched and in order; without a prefix they come up to `gap_ms` later, and
    single-character shortcuts do not fire, so stations use function keys.
    """

    scanned = Signal(str)
    """One complete scan, without prefix and suffix. Connect it to `ScanQueue.put`."""

    _reading: ClassVar[ScanFilter | None] = None
    """The filter that is in the middle of a scan; one keyboard types one scan at a time."""

    def __init__(self, settings: WedgeSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._text = ""
        self._tail = ""
        self._down: Counter[int] = Counter()
        self._owed: Counter[int] = Counter()
        self._alt_digits = ""
        self._echo: frozenset[str] = frozenset()
        self._last_at = 0
        self._last_clock = 0.0
        self._was_late = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._on_pause)
        self._use(settings)

    def _use(self, settings: WedgeSettings) -> None:
        self._settings = settings
        self._prefix = settings.prefix.replace("\n", "\r")
        self._suffix = settings.suffix.replace("\n", "\r")
        self._controls = _DATA_CONTROLS | {
            each for each in self._prefix + self._suffix if not each.isprintable()
        }
        self._pause.setInterval(settings.pause_ms)

    def install(self, application: QCoreApplication) -> None:
        """Start reading: every key of the application passes here first."""
        application.installEventFilter(self)

    def change_settings(self, settings: WedgeSettings) -> None:
        """Use other settings from the next key on; what is held goes to its widget first."""
        self._hand_on()
        self._use(settings)

    @property
    def is_reading(self) -> bool:
        """True while keys are held that may be part of a scan."""
        return bool(self._text)

    # ------------------------------------------------------------ Qt's side

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        """Take a key event (True) or let it go to its receiver."""
        kind = event.type()
        if kind not in _KEY_EVENTS or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(receiver, QWindow | QWidget):
            return False
        if self._another_reads():
            return False
        if kind == _OVERRIDE:
            return self._override(event)
        # What Qt passes up to parents and what we hand on ourselves is not spontaneous.
        # A key let go at the window comes again at its widget, where the answer is the same.
        if not event.spontaneous():
            return False
        return self._press(receiver, event) if kind == _PRESS else self._release(receiver, event)

    def _another_reads(self) -> bool:
        reader = ScanFilter._reading
        return reader is not None and reader is not self and shiboken6.isValid(reader)

    def _override(self, event: QKeyEvent) -> bool:
        """A key that will be held must not trigger a shortcut first."""
        char = self._char_of(event)
        if self.is_reading and (char is None or self._is_too_late(event)):
            self._hand_on()
        if event.isAutoRepeat() or char is None:
            return False
        if not self.is_reading and not self._may_begin(char):
            return False
        event.accept()
        return True

    # ------------------------------------------------------------ keys

    def _press(self, receiver: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if event.isAutoRepeat():  # scanners never hold a key down
            self._hand_on()
            return self._owed[key] > 0
        self._owed.pop(key, None)
        char = self._char_of(event)
        if self.is_reading and (char is None or self._is_too_late(event)):
            self._hand_on()
        if char is None or not (self.is_reading or self._may_begin(char)):
            return False
        self._hold(receiver, event, char)
        self._judge()
        return True

    def _release(self, receiver: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if self._owed[key] > 0:
            if not event.isAutoRepeat():
                self._owed[key] -= 1
            return True
        if not self._down[key]:
            return False
        self._down[key] -= 1
        self._keep(receiver, event)
        # Some wedges let Alt go between the digits, so a release ends only the whole code.
        if key == Qt.Key.Key_Alt and self._alt_digits and int(self._alt_digits) == ord(GS):
            self._end_alt_code()
        return True

    def _char_of(self, event: QKeyEvent) -> str | None:
        """The character a key adds to a scan; "" for none, None when no scan has such a key."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in _MODIFIER_KEYS:
            return "" if self.is_reading else None
        has_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        has_alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        if has_alt and not has_control:
            is_digit = Qt.Key.Key_0 <= key <= Qt.Key.Key_9
            return "" if is_digit and self.is_reading else None
        if has_control and not has_alt and 0x40 <= key <= 0x5F:
            char = chr(key & 0x1F)
            return char if char in self._controls else None
        char = _NAMED_KEYS.get(key) or event.text().replace("\n", "\r")
        if char and (char.isprintable() or char in self._controls):
            return char
        return char if char in ("\r", "\t") and self._is_past_prefix() else None

    def _is_past_prefix(self) -> bool:
        return bool(self._prefix) and self._text.startswith(self._prefix)

    def _may_begin(self, char: str) -> bool:
        if self._prefix:
            return bool(char) and self._prefix.startswith(char)
        return bool(char) and char.isprintable()

    def _is_too_late(self, event: QKeyEvent) -> bool:
        """By the time the key was struck, which a busy window does not blur."""
        at = event.timestamp()
        if at and self._last_at:
            return at - self._last_at > self._settings.pause_ms
        return (time.monotonic() - self._last_clock) * 1000 > 2 * self._settings.pause_ms

    # ------------------------------------------------------------ holding and deciding

    def _hold(self, receiver: QObject, event: QKeyEvent, char: str) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and not char:
            if Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9:
                self._alt_digits += chr(event.key())
        elif char:
            if self._alt_digits:
                self._end_alt_code()
            if char in self._echo:
                char = ""
            self._echo = frozenset()
        ScanFilter._reading = self
        self._keep(receiver, event)
        self._down[event.key()] += 1
        self._add(char)
        self._last_at, self._last_clock = event.timestamp(), time.monotonic()
        self._was_late = False
        self._pause.start()

    def _keep(self, receiver: QObject, event: QKeyEvent) -> None:
        if len(self._text) < LONGEST_READ:
            self._held.append((receiver, _copy(event)))

    def _add(self, char: str) -> None:
        self._text = (self._text + char)[:LONGEST_READ]
        self._tail = (self._tail + char)[-max(len(self._suffix), 1) :]

    def _end_alt_code(self) -> None:
        """Alt+029 is how wedges type the group separator on Windows."""
        code, self._alt_digits = int(self._alt_digits), ""
        if code == ord(GS):
            self._add(GS)
            self._echo = _ALT_CODES_OF_GS

    def _judge(self) -> None:
        if self._prefix and not self._text.startswith(self._prefix):
            if not self._prefix.startswith(self._text):
                self._hand_on()
            return
        if self._suffix and self._tail == self._suffix and len(self._text) > len(self._prefix):
            body = self._text.removesuffix(self._suffix)[len(self._prefix) :]
            if self._prefix or len(body) >= self._settings.shortest:
                self._finish(body)
            else:
                self._hand_on()

    @Slot()
    def _on_pause(self) -> None:
        """No further key came: a scan without suffix is complete, anything else is handed on."""
        late = (time.monotonic() - self._last_clock) * 1000 > 2 * self._settings.pause_ms
        if late and not self._was_late:  # the window was busy, keys may still be on their way
            self._was_late = True
            self._pause.start()
            return
        body = self._text[len(self._prefix) :]
        is_whole = self._is_past_prefix() and body if self._prefix else True
        is_flood = len(self._text) >= LONGEST_READ
        if is_flood or (not self._suffix and is_whole and len(body) >= self._least()):
            self._finish(body)
        else:
            self._hand_on()

    def _least(self) -> int:
        return 1 if self._prefix else self._settings.shortest

    def _finish(self, body: str) -> None:
        self._owed.update(+self._down)
        self._forget()
        self.scanned.emit(body)

    def _hand_on(self) -> None:
        """It was a person: give every held key to its widget, in order."""
        held = self._held
        self._forget()
        for receiver, event in held:
            target = receiver if shiboken6.isValid(receiver) else QApplication.focusWidget()
            if target is not None:
                QCoreApplication.sendEvent(target, event)

    def _forget(self) -> None:
        if ScanFilter._reading is self:
            ScanFilter._reading = None
        self._pause.stop()
        self._held = []
        self._down = Counter()
        self._text = self._tail = self._alt_digits = ""
        self._echo = frozenset()
        self._last_at = 0


def _copy(event: QKeyEvent) -> QKeyEvent:
    copy = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
    copy.setTimestamp(event.timestamp())
    return copy
