"""Sentences come out in the reader's language, with their fields and their plurals."""

from __future__ import annotations

import gettext

import pytest

from app.core import messages
from app.core.messages import LONGEST_VALUE, render, render_count


class _German(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"{item} in {place} counted": "In {place} {item} gezählt"}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "Auftrag" if n == 1 else "Aufträge"


@pytest.fixture(autouse=True)
def _german(monkeypatch: pytest.MonkeyPatch) -> None:
    def catalogue(language: str) -> gettext.NullTranslations:
        return _German() if language == "de" else gettext.NullTranslations()

    monkeypatch.setattr(messages, "_catalogue", catalogue)


def test_a_sentence_is_translated_before_its_fields_are_filled_in() -> None:
    fields = {"item": "PUMP", "place": "A-01"}
    assert render("{item} in {place} counted", fields) == "PUMP in A-01 counted"
    assert render("{item} in {place} counted", fields, "de") == "In A-01 PUMP gezählt"


def test_a_sentence_without_a_translation_stays_as_it_was_written() -> None:
    assert render("Nothing to count", language="de") == "Nothing to count"


@pytest.mark.parametrize(
    ("many", "english", "german"),
    [(0, "0 orders", "0 Aufträge"), (1, "1 order", "1 Auftrag"), (2, "2 orders", "2 Aufträge")],
)
def test_what_is_counted_has_its_plural(many: int, english: str, german: str) -> None:
    assert render_count(many, "order", "orders") == english
    assert render_count(many, "order", "orders", "de") == german


def test_braces_in_a_value_are_no_fields_and_a_pasted_text_does_not_bury_its_sentence() -> None:
    fields = {"item": "{place}", "place": "x" * (LONGEST_VALUE + 1)}
    said = render("{item} in {place} counted", fields)
    assert said == "{place} in " + "x" * LONGEST_VALUE + "… counted"
