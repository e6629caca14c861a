"""Texts people type on an order: nothing but writing, and short enough for what they are."""

from __future__ import annotations

from app.core.errors import BusinessError, raise_all
from app.rules.records import NAME_LENGTH, NOTE_LENGTH, NUMBER_LENGTH, check_text

_SEVERAL_LINES = frozenset({"comments", "internal_notes", "description"})
_LONGEST = {"number": NUMBER_LENGTH} | dict.fromkeys(_SEVERAL_LINES, NOTE_LENGTH)


def check_texts(**texts: str | None) -> None:
    """Each text by its name; what is None is not asked.

    Raises: TextTooLong, ControlCharacter; all at once.
    """
    problems: list[BusinessError] = []
    for field, text in texts.items():
        if text is None:
            continue
        try:
            check_text(
                field.replace("_", " "),
                text.replace("\r\n", "\n"),
                _LONGEST.get(field, NAME_LENGTH),
                lines=field in _SEVERAL_LINES,
            )
        except BusinessError as problem:
            problems.append(problem.naming(field))
    raise_all(problems)
