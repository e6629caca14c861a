"""Tries the frozen program as a stranger would: away from the checkout and its Python.

Usage: `python scripts/smoke_build.py dist/orderwright`. It starts, lists printers, reads a
code, makes a company database on its own server, runs the doctor on it and takes the tour through
every window. Anything missing from the folder shows here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEPT = {"HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE"}
PATIENCE = 600  # seconds for one command


class Frozen:
    """The program in its folder, with a data folder of its own."""

    def __init__(self, folder: Path, workplace: Path) -> None:
        suffix = ".exe" if sys.platform == "win32" else ""
        self.program = folder.resolve() / f"orderwright{suffix}"
        self.workplace = workplace
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "PATH": "/usr/bin:/bin" if sys.platform != "win32" else os.environ["PATH"],
            "ORDERWRIGHT_HOME": str(workplace / "home"),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def __call__(self, *arguments: str) -> str:
        """What the program prints; ends the smoke test with its words when it fails."""
        began = time.monotonic()
        ended = subprocess.run(
            [str(self.program), *arguments],
            cwd=self.workplace,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        if ended.returncode:
            sys.stderr.write(ended.stdout + ended.stderr)
            raise SystemExit(
                f"The frozen program failed: orderwright {' '.join(arguments)} "
                f"ended with {ended.returncode}."
            )
        print(f"  orderwright {' '.join(arguments)}: {time.monotonic() - began:.1f} s")
        return ended.stdout


def expect(true: object, sentence: str) -> None:
    """End the smoke test with this sentence unless it holds."""
    if not true:
        raise SystemExit(f"The frozen program is not whole: {sentence}")


def size_in_mb(folder: Path) -> int:
    """How much room the folder takes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


def smoke(folder: Path, workplace: Path) -> None:
    orderwright = Frozen(folder, workplace)
    print(f"Trying {orderwright.program} ({size_in_mb(folder)} MB)")
    expect("orderwright" in orderwright("--help").lower(), "it does not tell what it can do.")
    orderwright("printers")
    scanned = json.loads(orderwright("scan", "OWOSO-1001", "--no-lookup"))
    expect(scanned["kind"] == "order", "it does not read its own codes.")
    orderwright("database", "create", "orderwright")
    examined = json.loads(orderwright("doctor", "--json"))
    expect(examined == {"differences": []}, "the doctor finds fault with an empty company.")
    # The whole walk; of two looks each picture would dress every window anew, which takes longest.
    orderwright("tour", "--out", "tour", "--look", "dark")
    tour = workplace / "tour"
    expect(list(tour.glob("*-loaded-dark.png")), "its windows draw no pictures.")
    invoices = [path for path in tour.rglob("INV*.pdf") if path.read_bytes()[:5] == b"%PDF-"]
    expect(invoices, "it prints no invoice.")
    print("The frozen program works: it made a company, took the tour, and the doctor is content.")


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else "dist/orderwright")
    workplace = Path(tempfile.mkdtemp(prefix="ow-smoke-"))
    if sys.platform != "win32":
        workplace.chmod(0o755)  # as root the server's own user must reach its data
    try:
        smoke(folder, workplace)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
