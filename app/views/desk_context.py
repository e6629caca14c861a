"""What every desk is given: how to ask, how to do, who works here, and the way elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from app.controllers.change_feed import ChangeFeed
from app.controllers.serial_scanners import SerialScanners
from app.controllers.tasks import TaskRunner
from app.core.actor import Actor
from app.core.clock import today
from app.core.ids import Kind


class Does(Protocol):
    """Runs an operation with arguments by name, as one command (the program's runner).

    `run` is for a command that has an identity already; `operator` is who scanned their badge.
    """

    operator: str | None

    def run(self, command: Any) -> Any: ...

    def do(self, function: Callable[..., Any], /, **arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class DeskContext:
    """Handed to each `rail_desk(context) -> Desk` when the window is built.

    `tasks` runs reads and writes off the window's thread; a write is
    `context.tasks.write(lambda: context.runner.do(verb, …))`. `open_thing` shows a thing of
    some kind at the desk where it is worked on. `scanners` are the serial scanners of this
    computer, read for the desk in view. `back_up` keeps the company in a file, where it is one of
    this computer; it takes seconds.
    """

    tasks: TaskRunner
    runner: Does
    feed: ChangeFeed
    actor: Actor
    person: str
    company: str
    currency: str
    time_zone: str
    scan_prefix: str
    open_thing: Callable[[Kind, int], None]
    scanners: SerialScanners | None = None
    back_up: Callable[[Path], Any] | None = None

    @property
    def today(self) -> date:
        """The company's date now."""
        return today(self.time_zone)
