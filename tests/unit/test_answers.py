"""What the command line answers with: JSON, whatever an error holds."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.cli.answers import say


def test_what_json_has_no_word_for_is_said_as_people_read_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(
        {
            "folder": Path("/data"),
            "reason": OSError("disk full"),
            "quantity": Decimal("1.50"),
            "day": date(2026, 3, 31),
            "orders": {"SO-1"},
            "name": "日本",
        }
    )
    assert json.loads(capsys.readouterr().out) == {
        "folder": "/data",
        "reason": "disk full",
        "quantity": "1.50",
        "day": "2026-03-31",
        "orders": ["SO-1"],
        "name": "日本",
    }
