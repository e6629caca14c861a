"""Messages that are expected while the tests run, each with its cause.

Everything else that is warned about, logged or printed by Qt fails the test it appears in.
A message that one test provokes on purpose does not belong here: that test says
`@pytest.mark.expects_message("pattern")`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Channel = Literal["qt", "log", "warning"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One message that may appear in any test."""

    channel: Channel
    pattern: str
    """Regular expression, searched in the message; for a warning, pytest's filter spelling."""
    cause: str


EXPECTED: tuple[Expected, ...] = (
    Expected(
        "qt",
        r"^This plugin does not support (propagateSizeHints\(\)|raise\(\)|grabbing the keyboard"
        r"|setting window opacity|requestActivate)",
        "The offscreen platform has no window manager to pass these wishes on to.",
    ),
)


def patterns(channel: Channel) -> list[str]:
    """The expected patterns of one channel."""
    return [each.pattern for each in EXPECTED if each.channel == channel]
