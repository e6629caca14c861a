"""A scanner on a serial port: how its port is set, and how its bytes become codes."""

from __future__ import annotations

from dataclasses import dataclass

from app.rules.scanning.wedge import LONGEST_READ

BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
USUAL_BAUD = 9600
ENTER, TAB, ETX = "\r", "\t", "\x03"
ENDINGS = {ENTER: b"\r\n", TAB: b"\t", ETX: b"\x03"}
"""What ends a code; with Enter it is CR, LF or both."""

_KEPT = frozenset("\x1d\x1e\x04")
"""Control characters that belong to a code: group and record separator, end."""


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A port with a scanner behind it: its name, baud rate, and what ends a code."""

    port: str
    baud: int = USUAL_BAUD
    ending: str = ENTER


@dataclass(frozen=True, slots=True)
class PortFound:
    """A port of this computer and what is behind it, as far as the system knows."""

    port: str
    name: str


class CodeCutter:
    """Cuts what a port delivers into whole codes, wherever the pieces begin and end.

    A code is what stands between two endings. Of a code no scanner sends, the first
    `LONGEST_READ` bytes are kept, so that noise without an ending fills no memory; the parser
    refuses so long a code. Control characters that belong to no code are left out, and what is
    nothing then is no code.
    """

    def __init__(self, ending: str = ENTER) -> None:
        self._ends = frozenset(ENDINGS[ending])
        self._begun = bytearray()

    def feed(self, data: bytes) -> list[str]:
        """The codes that end in this piece, in their order; the rest waits for the next piece."""
        codes = []
        for byte in data:
            if byte not in self._ends:
                if len(self._begun) < LONGEST_READ:
                    self._begun.append(byte)
                continue
            code = _as_text(bytes(self._begun))
            self._begun.clear()
            if code:
                codes.append(code)
        return codes


def _as_text(code: bytes) -> str:
    try:
        text = code.decode("utf-8")
    except UnicodeDecodeError:
        text = code.decode("latin-1")  # an older scanner, or noise: still one code, and answered
    return "".join(each for each in text if each.isprintable() or each in _KEPT)
