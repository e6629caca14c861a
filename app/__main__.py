"""Where Orderwright starts: the command line, and (once it is there) the window."""

from __future__ import annotations

import sys


def main() -> int:
    """Run what the arguments ask for; the exit code is 0, 1 (refused) or 2 (wrongly asked)."""
    from app.cli import run  # late, so that `--help` loads nothing else

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
