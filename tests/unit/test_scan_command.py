"""`orderwright scan --no-lookup`: one JSON object a line, by form alone, with no database."""

from __future__ import annotations

import io
import json
import os
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


def _piped(codes: bytes, **environment: str) -> list[dict[str, object]]:
    asked = [sys.executable, "-m", "app", "scan", "--no-lookup", "-"]
    ended = subprocess.run(
        asked, input=codes, capture_output=True, check=True, env=os.environ | environment
    )
    return [json.loads(line) for line in ended.stdout.decode("utf-8").splitlines()]


def test_only_line_ends_part_codes_and_the_separator_of_gs1_elements_is_none() -> None:
    answers = _piped(b"\xef\xbb\xbf]C10109520001000027\x1d10ABC\x1d11260101\r\nOWTTR-1\rOWBA-01")
    assert [answer["kind"] for answer in answers] == ["gs1", "trip", "bin"]
    assert answers[0]["elements"] == [
        {"ai": "01", "value": "09520001000027"},
        {"ai": "10", "value": "ABC"},
        {"ai": "11", "value": "260101"},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_answers_are_json_in_utf_8_wherever_they_go_and_whatever_was_scanned(
    encoding: str,
) -> None:
    broken, foreign = _piped(b"caf\xff\n" + "日本".encode(), PYTHONIOENCODING=encoding)
    assert (broken["text"], broken["valid"]) == ("caf\udcff", False)
    assert foreign["text"] == "日本"


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
