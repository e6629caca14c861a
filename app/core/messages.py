"""Sentences for people: a gettext id with named fields, rendered at the edge.

A sentence is written once, in English, and marked with `N_`; `render` looks it up in the
reader's language and fills in the fields. Nothing below the edge (window, command line,
paper) ever builds a finished sentence.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

LONGEST_VALUE = 1_000
"""Characters; a text that was pasted by mistake does not bury its sentence."""

_LOCALES = Path(__file__).resolve().parents[2] / "resources" / "translations"


def N_(sentence: str) -> str:  # noqa: N802 - the customary gettext marker
    """Mark a sentence for translation without translating it now."""
    return sentence


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        "orderwright", localedir=str(_LOCALES), languages=[language], fallback=True
    )


def plain(value: object) -> str:
    """One value as a person reads it inside a sentence: no trailing zeros, no exponents."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return str(value)
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(plain(each) for each in value)
    return "" if value is None else str(value)


def render(sentence: str, fields: Mapping[str, object] | None = None, language: str = "en") -> str:
    """The sentence in `language` with its named fields filled in."""
    text = _catalogue(language).gettext(sentence) if sentence else ""
    if not fields:
        return text
    return text.format_map({name: _brief(plain(value)) for name, value in fields.items()})


def render_count(many: int, one: str, several: str, language: str = "en") -> str:
    """So many of them, in `language`: 1 order, 3 orders."""
    return f"{many} {_catalogue(language).ngettext(one, several, many)}"


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
