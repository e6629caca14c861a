"""Where Orderwright starts: the command line, and the window when no verb is given."""

from __future__ import annotations

import sys
from typing import Any


def _open_window(url: Any, *, needs_password: bool, desk: str | None, **who: Any) -> int:
    from app.main import Door, run_window  # late: the command line needs no Qt

    return run_window(Door(url, **who), needs_password=needs_password, desk=desk)


def main() -> int:
    """Run what the arguments ask for; the exit code is 0, 1 (refused) or 2 (wrongly asked)."""
    from app.cli import run  # late, so that `--help` loads nothing else

    return run(sys.argv[1:], _open_window)


if __name__ == "__main__":
    sys.exit(main())
