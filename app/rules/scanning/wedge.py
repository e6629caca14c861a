"""What a keyboard wedge sends, and within which limits it can be told from a person."""

from __future__ import annotations

from dataclasses import dataclass

GAP_MS = (5, 1000)
PATIENCE_MS = (20, 5000)
SHORTEST = (1, 50)
LONGEST_READ = 5000
"""Characters of one scan that are kept; the parser refuses less than that already."""

LONGEST_END = 10
"""Characters of a prefix or suffix."""


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """What a station's keyboard wedge sends, and how patient to be.

    `prefix` and `suffix` are the characters set in the scanner (Enter is `\\r`, Tab `\\t`).
    With a prefix, `patience_ms` is how long an unfinished scan is waited for. Without one,
    keys at most `gap_ms` apart may be a scan, and become one when the suffix follows at
    least `shortest` of them. Without a suffix a scan ends with the pause.
    """

    prefix: str = ""
    suffix: str = "\r"
    gap_ms: int = 50
    patience_ms: int = 250
    shortest: int = 4

    @property
    def pause_ms(self) -> int:
        """The longest pause between two keys of one scan."""
        return self.patience_ms if self.prefix else self.gap_ms
