"""Scanners on serial ports, each read on a thread of its own, and the file that names them.

What tests talk to is the real thing: a pseudo terminal.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.errors import BusinessError
from app.core.messages import N_
from app.rules.scanning.serial import BAUD_RATES, ENDINGS, CodeCutter, PortFound, SerialPort

try:
    import termios
except ImportError:  # Windows
    _FAULTS: tuple[type[Exception], ...] = (OSError, ValueError)
else:
    _FAULTS = (OSError, ValueError, termios.error)

if TYPE_CHECKING:
    from serial import Serial

LOOK_EVERY = 1.0
"""Seconds between two tries to open a port that is not there or is held."""
WAIT = 0.25
"""Seconds after which a reader looks whether it is to stop."""
LET_GO = 2.0
"""Seconds that a port may take to be closed."""

_BY_ID = Path("/dev/serial/by-id")
"""Linux: names that stay with a scanner wherever it is plugged in."""


class PortTrouble(BusinessError):
    """No codes come from a port now."""


class NotPluggedIn(PortTrouble):
    """There is no such port, or no longer."""

    sentence = N_(
        "The scanner at {port} is not plugged in. Plug it in; it is found again by itself."
    )


class PortHeld(PortTrouble):
    """Another program, or another window of this one, reads from the port."""

    sentence = N_(
        "Another program uses the scanner at {port}. Close that program; "
        "the scanner is found again by itself."
    )


class PortForbidden(PortTrouble):
    """The system lets this person use no such ports."""

    sentence = N_(
        "The system does not let you use the port {port}. Ask the computer's administrator "
        "for the right to serial ports (on Linux the group of the port, often dialout)."
    )


class PortUnusable(PortTrouble):
    """A port that is no scanner's, or does not take its settings."""

    sentence = N_(
        "The scanner at {port} cannot be read: {reason}. "
        "Look at its port and baud rate in the set-up of the scanner."
    )


class ScannerFileUnreadable(BusinessError):
    """The file with this computer's scanners is damaged."""

    sentence = N_(
        "The file {file} with this computer's serial scanners cannot be read: {reason}. "
        "Set the scanners up again."
    )


class ScannerFileNotWritten(BusinessError):
    """The data folder is full, or not ours."""

    sentence = N_("The serial scanners could not be kept in {file}: {reason}.")


def list_ports() -> tuple[PortFound, ...]:
    """The serial ports of this computer, by name."""
    from serial.tools.list_ports import comports

    by_id = {str(link.resolve()): str(link) for link in sorted(_BY_ID.glob("*"))}
    found = []
    for each in comports():
        known = each.description not in (None, "", "n/a", each.device)
        name = f"{each.device}, {each.description}" if known else each.device
        found.append(PortFound(by_id.get(each.device, each.device), name))
    return tuple(sorted(found, key=lambda each: each.name))


class PortReader:
    """Reads one port until it is stopped; opens it again whenever it was gone.

    `code` takes each code and `state` a trouble when it begins, None when codes come again; both
    are called on the reader's thread. A trouble that lasts is told once.
    """

    def __init__(
        self,
        settings: SerialPort,
        *,
        code: Callable[[str], None],
        state: Callable[[PortTrouble | None], None],
        look_every: float = LOOK_EVERY,
    ) -> None:
        self.settings = settings
        self._code, self._state, self._look_every = code, state, look_every
        self._stop = threading.Event()
        self._before: PortReader | None = None
        self._told: type[PortTrouble] | None = None
        self._is_told = False
        name = f"scanner {settings.port}"
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self, after: PortReader | None = None) -> None:
        """Begin to read, when the port's reader before it has let go of it."""
        self._before = after
        self._thread.start()

    def stop(self) -> None:
        """Read no more; the thread ends by itself in a moment."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the port is closed, or so long that its driver must hang."""
        if self._thread.is_alive():
            self._thread.join(LET_GO)

    def _work(self) -> None:
        if self._before is not None:
            self._before.join()
            self._before = None
        while not self._stop.is_set():
            try:
                self._read()
            except _FAULTS as error:
                self._tell(_trouble(self.settings.port, error))
                self._stop.wait(self._look_every)

    def _read(self) -> None:
        """Open the port and read codes until it fails or reading is to stop."""
        from serial import Serial

        cutter = CodeCutter(self.settings.ending)
        with Serial(
            self.settings.port, self.settings.baud, timeout=WAIT, exclusive=_can_be_exclusive()
        ) as port:
            self._tell(None)
            while not self._stop.is_set():
                for code in cutter.feed(_piece(port)):
                    self._code(code)

    def _tell(self, trouble: PortTrouble | None) -> None:
        kind = None if trouble is None else type(trouble)
        if self._is_told and kind is self._told:
            return
        self._is_told, self._told = True, kind
        self._state(trouble)


def _piece(port: Serial) -> bytes:
    """What has arrived, or what arrives first; nothing after a while."""
    return bytes(port.read(port.in_waiting or 1))


def _can_be_exclusive() -> bool | None:
    """Where the system does not see to it by itself, the port is locked."""
    return True if os.name == "posix" else None


def _trouble(port: str, error: Exception) -> PortTrouble:
    number = getattr(error, "errno", None)
    if number is None and len(error.args) == 2:  # a terminal's error has no name for its number
        number = error.args[0]
    said = str(error)
    if number in (errno.EBUSY, errno.EAGAIN) or isinstance(error, BlockingIOError):
        return PortHeld(port=port)
    if number == errno.EACCES:
        return PortForbidden(port=port)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO) or "FileNotFound" in said:
        return NotPluggedIn(port=port)
    if "PermissionError" in said:  # Windows says so of a port that is open elsewhere
        return PortHeld(port=port)
    if number is None and isinstance(error, OSError):  # it was open, and reading failed
        return NotPluggedIn(port=port)
    return PortUnusable(port=port, reason=said.rstrip("."))


# ---------------------------------------------------------------- the file


def kept_ports(file: Path, station: str) -> tuple[SerialPort, ...]:
    """The scanners of a station at this computer. Raises: ScannerFileUnreadable."""
    return tuple(_as_port(file, each) for each in _all(file).get(station, ()))


def keep_ports(file: Path, station: str, ports: Sequence[SerialPort]) -> None:
    """Write a station's scanners down; those of other stations stay as they are.

    A damaged file is written anew. Raises: ScannerFileNotWritten.
    """
    try:
        before = _all(file)
    except ScannerFileUnreadable:
        before = {}
    after = {**before, station: [asdict(each) for each in ports]}
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(after, indent=2), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScannerFileNotWritten(file=str(file), reason=reason) from error


def _all(file: Path) -> dict[str, list[Any]]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ScannerFileUnreadable(file=str(file), reason=str(error).rstrip(".")) from error
    if not isinstance(read, dict) or not all(isinstance(each, list) for each in read.values()):
        raise ScannerFileUnreadable(file=str(file), reason=N_("it holds something else"))
    return read


def _as_port(file: Path, kept: Any) -> SerialPort:
    is_one = (
        isinstance(kept, Mapping)
        and isinstance(kept.get("port"), str)
        and kept.get("baud") in BAUD_RATES
        and kept.get("ending") in ENDINGS
    )
    if not is_one:
        raise ScannerFileUnreadable(file=str(file), reason=N_("it holds something else"))
    return SerialPort(kept["port"], kept["baud"], kept["ending"])
