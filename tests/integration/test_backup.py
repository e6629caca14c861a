"""A company is kept in a file, tried at once, and brought back on a computer that never saw it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from app.cli.window import local_door
from app.database.databases import create_database, drop_database, has_database
from app.database.embedded import EmbeddedServer
from app.settings import load_settings
from tests.integration.test_command_line import door as door  # the fixture, by its name
from tests.integration.test_new_company import SETTINGS
from tests.integration.test_new_company import new as new  # the fixture, by its name


@pytest.fixture
def company(new: Any) -> Any:
    """A company with a place and some stock."""
    for verb, values in (
        ("set_company", {"settings": SETTINGS}),
        ("create_warehouse", {"code": "MAIN", "name": "Main"}),
        ("create_location", {"kind": "storage", "code": "A-1", "warehouse": "MAIN"}),
        ("create_item", {"item": {"number": "LAMP", "name": "Lamp", "list_price": "12.50"}}),
        ("create_person", {"login": "anna", "name": "Anna", "groups": ["sales"], "badge": "B-1"}),
        ("receive", {"receipts": [{"item": "LAMP", "quantity": "5", "location": "A-1"}]}),
    ):
        code, answer = new("do", verb, **values)
        assert code == 0, answer
    return new


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run(arguments)
    return code, json.loads(capsys.readouterr().out.splitlines()[0])


def test_a_company_is_kept_and_brought_back_elsewhere(
    company: Any,
    server: EmbeddedServer,
    short_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = short_folder / "company.backup"
    code, kept = _answer(capsys, "--company", "newly_made", "backup", str(file))
    assert (code, kept["company"], kept["differences"]) == (0, "newly_made", [])
    assert kept["bytes"] == file.stat().st_size > 10_000
    assert [each.name for each in short_folder.iterdir()] == ["company.backup"]
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
    assert not has_database(server, "newly_made.tried")

    monkeypatch.setenv("ORDERWRIGHT_HOME", str(short_folder / "home"))
    code, back = _answer(capsys, "restore", str(file))
    assert (code, back["company"], back["differences"]) == (0, "newly_made", [])
    here = ("--company", "newly_made", "--user")
    code, found = _answer(capsys, *here, "founder", "show", "item", "--json", '{"item": "LAMP"}')
    assert code == 0, found
    # Everybody may again what they might before, and no more.
    goods = json.dumps({"receipts": [{"item": "LAMP", "quantity": "2", "location": "A-1"}]})
    code, refused = _answer(capsys, *here, "anna", "do", "receive", "--json", goods)
    assert (code, refused["error"]) == (1, "NotPermitted")
    code, received = _answer(capsys, *here, "founder", "do", "receive", "--json", goods)
    assert code == 0, received
    code, twice = _answer(capsys, "restore", str(file))
    assert (code, twice["error"]) == (1, "DatabaseExists")


def test_trying_a_backup_takes_no_other_company_away(
    company: Any,
    server: EmbeddedServer,
    short_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = "newly_made_tried"
    create_database(server, other)
    try:
        file = short_folder / "company.backup"
        code, kept = _answer(capsys, "--company", "newly_made", "backup", str(file))
        assert (code, kept["differences"]) == (0, [])
        assert has_database(server, other)
    finally:
        drop_database(server, other)


def test_a_window_of_this_computer_backs_its_company_up(
    company: Any, server: EmbeddedServer, short_folder: Path
) -> None:
    door = local_door(server, "newly_made", load_settings({"ORDERWRIGHT_HOME": str(short_folder)}))
    assert door.back_up is not None
    kept = door.back_up(short_folder / "company.backup")
    assert (kept.company, kept.differences) == ("newly_made", ())
    assert kept.bytes == kept.file.stat().st_size


def test_a_backup_is_not_written_over_another(
    company: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "company.backup"
    file.write_text("the only one")
    code, refused = _answer(capsys, "--company", "newly_made", "backup", str(file))
    assert (code, refused["error"]) == (1, "FileThere")
    assert file.read_text() == "the only one"


def test_a_folder_that_is_not_there_leaves_nothing_behind(
    company: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "company.backup"
    code, refused = _answer(capsys, "--company", "newly_made", "backup", str(file))
    assert (code, refused["error"]) == (1, "BackupFailed")
    assert "nowhere" in refused["message"]


@pytest.mark.parametrize("cut", [0, 100, 20_000])
def test_what_is_no_whole_backup_brings_nothing_back(
    company: Any,
    server: EmbeddedServer,
    short_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    cut: int,
) -> None:
    file, half = short_folder / "company.backup", short_folder / "half.backup"
    assert _answer(capsys, "--company", "newly_made", "backup", str(file))[0] == 0
    half.write_bytes(file.read_bytes()[:cut] or b"not a backup at all\n" * 100)
    monkeypatch.setenv("ORDERWRIGHT_HOME", str(short_folder / "home"))
    code, refused = _answer(capsys, "restore", str(half))
    assert (code, refused["error"]) == (1, "NotABackup")
    with EmbeddedServer.start(short_folder / "home") as other:
        assert not has_database(other, "newly_made")


def test_a_file_that_is_not_there_is_named(
    door: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, refused = _answer(capsys, "restore", str(tmp_path / "gone"))
    assert (code, refused["error"]) == (1, "NoSuchFile")


def test_a_server_of_ones_own_is_backed_up_by_its_administrator(
    door: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://someone@server/company"
    code, refused = _answer(capsys, "--database", url, "backup", str(tmp_path / "x"))
    assert (code, refused["error"]) == (1, "NotOnThisComputer")
