"""The project stands on its own: it names no machine, folder or registry it was made with."""

from __future__ import annotations

import re

import pytest

from tests.house_rules.tree import ROOT, files, python_files, short, text_of

# Written in pieces, so that this file does not contain what it forbids.
FORBIDDEN = [
    "/" + r"work/(main|shared|\.library|brief)",
    r"\." + "library" + r"\b",
    "farm" + "-studio",
    "pypi" + r"\.(org|python)",
    "files" + r"\.pythonhosted",
    r"registry\.npm" + "js",
    "proxy" + r"\.golang",
    "deb" + r"\.debian",
    "--extra-" + "index-url",
    "--index-" + r"url[ =]",
    "PIP_" + "INDEX",
    "UV_" + "INDEX",
    r"\bclaude\b",
    "anth" + "ropic",
    r"\bchat" + "gpt",
    r"\bllm\b",
    "co-authored" + "-by",
    "generated" + " (with|by) (an? )?ai",
    r"TODO|FIXME|XXX",
]


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_file_says(pattern):
    searched = re.compile(pattern, 0 if pattern.isupper() or "TODO" in pattern else re.IGNORECASE)
    found = [
        f"{short(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path.name != "test_words.py" and (text := text_of(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if searched.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_carry_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert re.search(r"^\s*(-i|-f|--)(?!hash)", text, re.MULTILINE) is None
    pins = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(pins) > 20
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_what_runs_and_what_tests_are_pinned_to_the_same_versions():
    def pins(name: str) -> set[str]:
        return set(
            re.findall(
                r"^([a-z0-9][^ ]*==[^ ]+)",
                (ROOT / name).read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


def test_modules_are_named_for_what_they_hold():
    vague = {"util", "utils", "common", "misc", "helper", "helpers", "manager", "managers"}
    assert [
        short(path)
        for path in python_files()
        if vague & {*path.relative_to(ROOT).with_suffix("").parts}
    ] == []
