"""Sentences for people: a gettext id with named fields, rendered at the edge.

A sentence is written once, in English, and marked with `N_`; `render` looks it up in the
reader's language and fills in the fields. Nothing below the edge (window, command line,
paper) ever builds a finished sentence. How a language is added: docs/decisions/0010.
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

ENGLISH = "en"
"""The language the sentences are written in; it needs no catalogue."""
DOMAIN = "orderwright"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "resources" / "translations"


def N_(sentence: str) -> str:  # noqa: N802 - the customary gettext marker
    """Mark a sentence for translation without translating it now."""
    return sentence


def languages(folder: Path = TRANSLATIONS) -> tuple[str, ...]:
    """The languages people can read, by their codes: English, and those with a catalogue."""
    found = sorted(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *(each for each in found if each != ENGLISH))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        DOMAIN, localedir=str(TRANSLATIONS), languages=[language], fallback=True
    )


class _Reader:
    """Who reads what this program writes on screens and on the command line."""

    language = ENGLISH
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def speak(language: str, catalogue: gettext.NullTranslations | None = None) -> None:
    """From now on the reader's language is this one.

    Said once, when the program starts and before any window is loaded: titles and heads are
    rendered as their modules are. Without a catalogue the language's own is read; one that is
    not there leaves the English sentences.
    """
    _Reader.language = language
    _Reader.catalogue = _catalogue(language) if catalogue is None else catalogue


def spoken_language() -> str:
    """The reader's language, by its code."""
    return _Reader.language


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


MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)


def written_day(value: date, language: str | None = None) -> str:
    """A day of any year, the month as a word: 4 Nov 2026. So it stands in windows and sentences."""
    text = _in(language)
    short = text.gettext(N_("{day} {month}"))
    day = short.format(day=value.day, month=text.gettext(MONTHS[value.month - 1]))
    return text.gettext(N_("{day} {year}")).format(day=day, year=value.year)


def render(
    sentence: str, fields: Mapping[str, object] | None = None, language: str | None = None
) -> str:
    """The sentence with its named fields filled in; in the reader's language when none is named.

    A translation that asks for a field there is none of is passed over for the English.
    """
    text = _in(language).gettext(sentence) if sentence else ""
    if not fields:
        return text
    written = {name: _brief(in_words(value, language)) for name, value in fields.items()}
    try:
        return text.format_map(written)
    except (LookupError, ValueError):
        if text == sentence:
            raise
        return sentence.format_map(written)


def render_count(many: int, one: str, several: str, language: str | None = None) -> str:
    """So many of them: 1 order, 3 orders; in the reader's language when none is named."""
    return f"{many} {_in(language).ngettext(one, several, many)}"


def _in(language: str | None) -> gettext.NullTranslations:
    return _Reader.catalogue if language is None else _catalogue(language)


def in_words(value: object, language: str | None = None) -> str:
    """One value inside a sentence, a day with the month as a word."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return written_day(value, language)
    return plain(value)


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
