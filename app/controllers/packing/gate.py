"""Which scans may come through: one after the other, none while the station stands or waits."""

from __future__ import annotations

from collections.abc import Callable

from app.controllers.scanning import ScanQueue


class ScanGate:
    """Holds scans while something is read or written that decides about them, or after a stop.

    `passes` says which scans come through a stop (the acknowledgement).
    """

    def __init__(self, scans: ScanQueue, passes: Callable[[str], bool]) -> None:
        self._scans = scans
        self._passes = passes
        self._holds: set[str] = set()
        self.is_stopped = False

    def hold(self, why: str) -> None:
        """Let the next scans wait until `release` with the same reason."""
        self._holds.add(why)
        self._pause()

    def release(self, why: str) -> None:
        """Go on, when nothing else is waited for."""
        self._holds.discard(why)
        self._go_on()

    def stop(self) -> None:
        """Let nothing through but what acknowledges."""
        self.is_stopped = True
        self._pause()

    def open(self) -> None:
        """The stop was acknowledged."""
        self.is_stopped = False
        self._go_on()

    def _pause(self) -> None:
        self._scans.pause(self._passes if self.is_stopped else None)

    def _go_on(self) -> None:
        if self.is_stopped or self._holds:
            self._pause()
        elif self._scans.is_paused:
            self._scans.resume()
