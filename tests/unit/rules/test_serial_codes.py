"""Codes cut from what a serial port delivers, wherever the pieces begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.rules.scanning.serial import ENTER, ETX, TAB, CodeCutter
from app.rules.scanning.wedge import LONGEST_READ

CODES = some.lists(some.text("ABCxyz019-é\x1d", min_size=1, max_size=12), max_size=20)


@given(CODES, some.lists(some.integers(1, 9), min_size=1), some.sampled_from(["\r", "\n", "\r\n"]))
def test_codes_are_the_same_however_they_arrive(
    codes: list[str], pieces: list[int], ending: str
) -> None:
    data = "".join(each + ending for each in codes).encode()
    cutter, read, at, turn = CodeCutter(), [], 0, 0
    while at < len(data):
        read += cutter.feed(data[at : at + pieces[turn % len(pieces)]])
        at += pieces[turn % len(pieces)]
        turn += 1
    assert read == codes


def test_half_a_code_waits_for_the_rest() -> None:
    cutter = CodeCutter()
    assert cutter.feed(b"OWOSO-") == []
    assert cutter.feed(b"") == []
    assert cutter.feed(b"1001\rPU") == ["OWOSO-1001"]
    assert cutter.feed(b"MP\r") == ["PUMP"]


@pytest.mark.parametrize(
    ("ending", "data", "codes"),
    [
        (ENTER, b"A\rB\nC\r\nD\r\r\n\n", ["A", "B", "C", "D"]),
        (TAB, b"A\tB\t\t", ["A", "B"]),
        (TAB, b"A\r\nB\t", ["AB"]),  # what ends nothing is no part of a code
        (ETX, b"\x02A\x03\x02B\x03", ["A", "B"]),
    ],
)
def test_a_code_ends_as_the_scanner_is_set(ending: str, data: bytes, codes: list[str]) -> None:
    assert CodeCutter(ending).feed(data) == codes


def test_group_separators_stay_in_the_code() -> None:
    assert CodeCutter().feed(b"]C10108712345678906\x1d10L1\r") == ["]C10108712345678906\x1d10L1"]


def test_noise_is_no_code_or_one_that_is_answered() -> None:
    cutter = CodeCutter()
    assert cutter.feed(b"\x00\x01\x7f\r\r") == []
    assert cutter.feed(b"\x00PUMP\x00\r") == ["PUMP"]
    assert cutter.feed(b"\xff\xfePUMP\r") == ["ÿþPUMP"]  # said to be unknown, never taken for PUMP
    assert cutter.feed(b"PUMP\r") == ["PUMP"]


def test_noise_without_an_end_fills_no_memory() -> None:
    cutter = CodeCutter()
    for _ in range(100):
        assert cutter.feed(b"9" * LONGEST_READ) == []
    (code,) = cutter.feed(b"\r")
    assert len(code) == LONGEST_READ
    assert cutter.feed(b"PUMP\r") == ["PUMP"]
