"""What a figure comes to: numbers for machines, goals for people, and the machine named."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing the figure must reach: at most `limit`, or at least with `at_least`."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "reached" if self.is_met else "MISSED"
        return f"{self.what}: {self.value:g} (must be {sign} {self.limit:g}) {verdict}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure: `figures` is JSON-able, `goals` say what must be reached, `lines` is for people."""

    figures: dict[str, Any]
    goals: tuple[Goal, ...] = ()
    lines: tuple[str, ...] = ()


def middle(seconds: Sequence[float]) -> float:
    """The median: one slow run says nothing about the program."""
    return statistics.median(seconds)


def percentile(seconds: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the runs do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def machine() -> dict[str, Any]:
    """The machine the figures are of."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        # Above the number of cores it had other work: times are long then, ratios still hold.
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _commit() -> str:
    try:
        return subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=RESULTS.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def as_json(name: str, measured: Measured, server: str) -> dict[str, Any]:
    """What is printed with --json and kept in results/."""
    return {
        "figure": name,
        **measured.figures,
        "goals": [
            {
                "what": goal.what,
                "value": goal.value,
                "limit": goal.limit,
                "at_least": goal.at_least,
                "is_met": goal.is_met,
            }
            for goal in measured.goals
        ],
        "machine": {**machine(), "postgresql": server},
        "commit": _commit(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def keep(name: str, result: dict[str, Any]) -> None:
    """Write the result where the last one of this figure was."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(
        json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
