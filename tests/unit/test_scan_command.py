"""`orderwright scan --no-lookup`: one JSON object a line, by form alone, with no database."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from app.cli import run
from app.database.door import WayIn


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_code_gets_a_line_with_its_kind_and_elements(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["scan", "--no-lookup", "OWOSO-1001", "]C10109520001000027", "nonsense"]) == 0
    order, gs1, unknown = _lines(capsys)
    assert (order["kind"], order["valid"], order["elements"]) == ("order", True, [])
    assert gs1["elements"] == [{"ai": "01", "value": "09520001000027"}]
    assert (unknown["kind"], unknown["valid"], unknown["resolved"]) == ("unknown", True, None)
    assert unknown["reason"] == "not looked up"


def test_a_command_needs_no_looking_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--no-lookup", "OWXUNDO"]) == 0
    (answer,) = _lines(capsys)
    assert (answer["kind"], "reason" in answer) == ("command", False)


def test_whoever_has_read_enough_ends_it_quietly() -> None:
    asked = f"{sys.executable} -m app scan --no-lookup $(seq 20000) | head -1"
    ended = subprocess.run(["sh", "-c", asked], capture_output=True, check=False)
    assert ended.stdout.count(b"\n") == 1
    assert ended.stderr == b""


def test_standard_input_gives_an_answer_for_every_line_also_an_empty_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("OWTTR-1\n\nOWBA-01\n"))
    assert run(["scan", "--no-lookup", "-"]) == 0
    answers = _lines(capsys)
    assert [answer["kind"] for answer in answers] == ["trip", "unknown", "bin"]
    assert [answer["valid"] for answer in answers] == [True, False, True]
    assert answers[1]["reason"]


def test_a_scan_by_form_loads_neither_the_window_nor_the_database() -> None:
    asked = (
        "import sys; from app.cli import run; run(['scan', '--no-lookup', 'X']);"
        "sys.exit(any(name in sys.modules for name in ('PySide6', 'sqlalchemy', 'psycopg')))"
    )
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()


def test_without_a_command_the_window_is_asked_for_with_its_address() -> None:
    asked: list[object] = []

    def open_window(way_in: WayIn, **options: object) -> int:
        with way_in(lambda _words: None) as door:
            asked.append((str(door.url), door.station, door.needs_password, options))
        return 0

    address = "postgresql://anna@server:5432/orderwright"
    code = run(
        ["--database", address, "--station", "PACK-1", "run", "--desk", "packing"], open_window
    )
    assert code == 0
    assert asked == [
        (
            "postgresql+psycopg://anna@server:5432/orderwright?sslmode=verify-full",
            "PACK-1",
            True,
            {"desk": "packing"},
        )
    ]
