"""What was typed to find something: the ranges of the numbers and names that begin with it."""

from __future__ import annotations

import re

from app.rules.gs1 import GTIN_LENGTHS, is_digits

LAST = chr(0x10FFFF)
"""Sorts after every character, so that `typed + LAST` ends the range of what begins with it."""


MOST_WORDS, LONGEST = 10, 200
"""Of words looked for in names, and of the letters of one: nobody types more to find something."""


def as_typed(text: str) -> str:
    """What was typed, without what no column can hold."""
    return text.strip().replace("\0", "")


def gtin_typed(typed: str) -> str | None:
    """The GTIN that was typed or scanned, as it is stored; None when it has not its length."""
    digits = typed.replace(" ", "")
    return digits.zfill(14) if is_digits(digits) and len(digits) in GTIN_LENGTHS else None


def beginnings(typed: str) -> dict[str, str]:
    """The parameters `code`, `code_end`, `name`, `name_end` of the ranges that begin so.

    Numbers and codes are compared in capitals, names as they are sorted (`name_sort`).
    """
    code, name = typed.upper(), typed.casefold()
    return {"code": code, "code_end": code + LAST, "name": name, "name_end": name + LAST}


def words_begun(typed: str) -> str:
    """What names must contain: words that begin as each typed one does, as a text search query.

    Empty when nothing typed is part of a word.
    """
    words = re.findall(r"[^\W_]+", typed.casefold())[:MOST_WORDS]
    return " & ".join(f"{word[:LONGEST]}:*" for word in words)
