"""A serial scanner on a pseudo terminal, whose cable can be pulled."""

from __future__ import annotations

import os
from pathlib import Path


class PluggedScanner:
    """A scanner whose cable can be pulled: a pseudo terminal under a name of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug()

    def plug(self) -> None:
        """Put it in, as another device under the same name."""
        self._scanner, self._port = os.openpty()
        self.path.symlink_to(os.ttyname(self._port))

    def send(self, data: bytes) -> None:
        """What the scanner sends, all of it."""
        while data:
            data = data[os.write(self._scanner, data) :]

    def pull(self) -> None:
        """Take it out."""
        self.path.unlink()
        os.close(self._scanner)
        os.close(self._port)
