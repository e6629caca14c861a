"""Where Orderwright starts: the command line, and from there the window and the tour."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.memory import loading

if TYPE_CHECKING:
    from app.database.door import WayIn


def _open_window(way_in: WayIn, *, desk: str | None) -> int:
    with loading():
        from app.main import run_window  # late: the command line needs no Qt

    return run_window(way_in, desk=desk)


def _run_tour(way_in: WayIn, folder: Path, looks: tuple[str, ...]) -> int:
    from app.tours import run_tour  # late, for the same reason

    return run_tour(way_in, folder, looks)


def main() -> int:
    """Run what the arguments ask for; the exit code is 0, 1 (refused) or 2 (wrongly asked)."""
    from app.cli import run  # late, so that `--help` loads nothing else

    return run(sys.argv[1:], _open_window, _run_tour)


if __name__ == "__main__":
    sys.exit(main())
