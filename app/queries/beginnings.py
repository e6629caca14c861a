"""What was typed to find something: the ranges of the numbers and names that begin with it."""

from __future__ import annotations

LAST = chr(0x10FFFF)
"""Sorts after every character, so that `typed + LAST` ends the range of what begins with it."""


def as_typed(text: str) -> str:
    """What was typed, without what no column can hold."""
    return text.strip().replace("\0", "")


def beginnings(typed: str) -> dict[str, str]:
    """The parameters `code`, `code_end`, `name`, `name_end` of the ranges that begin so.

    Numbers and codes are compared in capitals, names as they are sorted (`name_sort`).
    """
    code, name = typed.upper(), typed.casefold()
    return {"code": code, "code_end": code + LAST, "name": name, "name_end": name + LAST}
