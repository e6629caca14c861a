"""The headless door: every verb and noun from the command line, JSON in and out.

What a verb takes and answers is read from its typed signature; nothing is written twice.
Exit codes: 0 done, 1 refused (`{"error", "message", "data"}` on stdout), 2 wrongly asked.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from app.cli import backups, doors, importing, upkeep, window
from app.cli.answers import say
from app.cli.company import COMPANY, DEMO, settings_of
from app.cli.window import OpenWindow, RunTour, no_window
from app.core.errors import BusinessError
from app.core.messages import speak

__all__ = ["COMPANY", "DEMO", "run"]


def run(
    arguments: Sequence[str],
    open_window: OpenWindow = no_window,
    run_tour: RunTour = no_window,
) -> int:
    """Read the arguments, do what they ask for, and answer with the exit code."""
    options = _parser(open_window, run_tour).parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # JSON is UTF-8 wherever it goes; half a character, as broken input has them, is escaped.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        speak(settings_of(options).language)
        code = int(options.act(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read our answer has read enough; what is left must not fail at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except BusinessError as refused:
        say({"error": refused.name, "message": refused.message(), "data": refused.data})
        return 1


class _InAnyOrder(argparse.ArgumentParser):
    """Reads options before, between and after what has no name, as people write them.

    By itself argparse takes `import items --map NAME FILE` for an import without a file.
    """

    _is_reading = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._is_reading:
            return super().parse_known_args(args, namespace)
        self._is_reading = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_reading = False


def _parser(open_window: OpenWindow, run_tour: RunTour) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="orderwright", description="Orders to trucks.")
    parser.add_argument("--database", metavar="URL", help="a networked database")
    parser.add_argument("--company", metavar="NAME", help="which company of this computer")
    parser.add_argument("--user", metavar="NAME", help="the login to act as")
    parser.add_argument("--station", metavar="CODE", help="the station this is")
    commands = parser.add_subparsers(
        title="what to do", metavar="COMMAND", parser_class=_InAnyOrder
    )

    opens = partial(window.open_the_window, open_window=open_window)
    parser.set_defaults(act=opens)
    opened = commands.add_parser("run", help="open the window (also with no command at all)")
    opened.add_argument("--desk", metavar="KEY", help="open this desk, full screen")
    opened.set_defaults(act=opens)

    for name, what, act in (("do", "verb", doors.do), ("show", "noun", doors.show)):
        door = commands.add_parser(name, help=f"one {what}, JSON in and out")
        door.add_argument("name", nargs="?", metavar=what.upper())
        door.add_argument("--list", action="store_true", help=f"list every {what}")
        door.add_argument("--schema", action="store_true", help="the JSON schema of one")
        door.add_argument("--json", default="{}", metavar="OBJECT", help="the arguments")
        door.set_defaults(act=act, wrong=door.error)

    scan = commands.add_parser("scan", help="read codes; - reads one a line from stdin")
    scan.add_argument("codes", nargs="+", metavar="TEXT")
    scan.add_argument("--no-lookup", action="store_true", help="by form alone, no database")
    scan.set_defaults(act=doors.scan)

    importing.add_parser(commands)

    doctor = commands.add_parser("doctor", help="rebuild every derived number and compare")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(act=upkeep.doctor)

    for name, what, act in (
        ("backup", "keep the company of this computer in a file, and try it", backups.backup),
        ("restore", "bring the company of a backup back", backups.restore),
    ):
        keeping = commands.add_parser(name, help=what)
        keeping.add_argument("file", metavar="FILE")
        keeping.set_defaults(act=act)

    printers = commands.add_parser("printers", help="the printer queues of this computer")
    printers.set_defaults(act=upkeep.printers)

    demo = commands.add_parser("demo", help="the demo company in its window, made if need be")
    demo.add_argument("--only-make", action="store_true", help="make it and open nothing")
    demo.set_defaults(act=partial(window.demo, open_window=open_window))

    tour = commands.add_parser("tour", help="drive the windows through the whole story")
    tour.add_argument("--out", required=True, metavar="FOLDER", help="where the pictures go")
    tour.add_argument("--look", choices=window.LOOKS, help="photograph in this look only")
    tour.set_defaults(act=lambda options: window.tour(options, Path(options.out), run_tour))

    database = commands.add_parser("database", help="make or migrate a company database")
    database.add_argument("what", choices=("create", "migrate"))
    database.add_argument("name", nargs="?", metavar="NAME", help="default: that of --database")
    database.add_argument("--admin", metavar="LOGIN", help="create: the first person's login")
    database.set_defaults(act=upkeep.database)
    return parser
