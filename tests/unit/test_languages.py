"""Which language people read: who decides, and what a translation may not break."""

from __future__ import annotations

import ast
import gettext
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.cli import run
from app.core import messages
from app.core.errors import NotFound
from app.core.messages import N_, languages, render, render_count, speak, spoken_language
from app.settings import NoSuchLanguage, keep_language, load_settings
from scripts.translations import NotWrittenOut, gathered
from tests.house_rules.tree import ROOT, parsed, python_files


@pytest.fixture
def english_again() -> Iterator[None]:
    """Whatever is spoken in a test, the next one reads English."""
    yield
    speak("en")


@pytest.fixture
def translations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of translations with a little German in it, read by the program."""
    catalog = Catalog(locale="de")
    catalog.add("{what} is {current}.", "{what} ist {state}.")
    catalog.add("There is no {what} {value}. Check the number, or search with Ctrl+K.", "Fehlt.")
    catalog.add(("order", "orders"), ("Auftrag", "Aufträge"))
    catalog.add("not looked up", "nicht nachgesehen")
    path = tmp_path / "de" / "LC_MESSAGES" / "orderwright.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(messages, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr("app.settings.languages", lambda: languages(tmp_path))
    messages._catalogue.cache_clear()
    return tmp_path


def test_without_a_translation_there_is_english_alone(tmp_path: Path) -> None:
    assert languages(tmp_path) == ("en",)


def test_the_reader_gets_sentences_and_counts_in_their_language(
    translations: Path, english_again: None
) -> None:
    assert languages(translations) == ("en", "de")
    refusal = NotFound(what="order", value="SO-1")
    assert refusal.message().startswith("There is no order SO-1.")
    speak("de")
    assert spoken_language() == "de"
    assert (refusal.message(), str(refusal)) == ("Fehlt.", "Fehlt.")
    assert [render_count(many, "order", "orders") for many in (1, 3)] == ["1 Auftrag", "3 Aufträge"]


def test_paper_is_written_in_its_own_language_whoever_reads_the_screen(
    translations: Path, english_again: None
) -> None:
    speak("de")
    assert render_count(3, "order", "orders", "en") == "3 orders"
    speak("en")
    assert render_count(3, "order", "orders", "de") == "3 Aufträge"


def test_what_is_not_translated_stays_english(translations: Path, english_again: None) -> None:
    speak("de")
    assert render(N_("Nothing is known of {it}."), {"it": "it"}) == "Nothing is known of it."


def test_a_translation_with_a_field_there_is_none_of_is_passed_over(
    translations: Path, english_again: None
) -> None:
    speak("de")
    written = render(N_("{what} is {current}."), {"what": "SO-1", "current": "open"})
    assert written == "SO-1 is open."


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "th_TH.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "ORDERWRIGHT_LANGUAGE": "en"}, "en"),
        ({"ORDERWRIGHT_LANGUAGE": " de "}, "de"),
    ],
)
def test_the_environment_says_which_language(
    translations: Path, tmp_path: Path, environ: dict[str, str], language: str
) -> None:
    home = {"ORDERWRIGHT_HOME": str(tmp_path / "home")}
    assert load_settings(environ | home).language == language


def test_what_was_chosen_on_this_computer_goes_before_the_computers_own(
    translations: Path, tmp_path: Path
) -> None:
    environ = {"ORDERWRIGHT_HOME": str(tmp_path / "home"), "LANG": "en_US.UTF-8"}
    keep_language(tmp_path / "home", "de")
    assert load_settings(environ).language == "de"
    assert load_settings(environ | {"ORDERWRIGHT_LANGUAGE": "en"}).language == "en"


@pytest.mark.parametrize("kept", [b"", b"xx", b"\xff\xfe\x00", b"de" * 5_000_000])
def test_what_nobody_could_have_chosen_is_passed_over(
    translations: Path, tmp_path: Path, kept: bytes
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "language.txt").write_bytes(kept)
    assert load_settings({"ORDERWRIGHT_HOME": str(home)}).language == "en"


def test_a_language_that_is_not_there_is_refused_with_those_that_are(
    translations: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoSuchLanguage, match="There is no language thai here, but en, de"):
        load_settings({"ORDERWRIGHT_LANGUAGE": "thai"})
    monkeypatch.setenv("ORDERWRIGHT_LANGUAGE", "thai")
    assert run(["scan", "--no-lookup", "OWXUNDO"]) == 1
    assert '"error": "NoSuchLanguage"' in capsys.readouterr().out


def test_the_program_speaks_from_its_first_answer_what_the_environment_says(
    translations: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    english_again: None,
) -> None:
    monkeypatch.setenv("ORDERWRIGHT_LANGUAGE", "de")
    assert run(["scan", "--no-lookup", "nonsense"]) == 0
    assert '"reason": "nicht nachgesehen"' in capsys.readouterr().out


def test_every_sentence_of_the_program_can_be_gathered() -> None:
    found = [sentence for path in python_files("app") for _line, sentence in gathered(parsed(path))]
    assert "There is no {what} {value}. Check the number, or search with Ctrl+K." in found
    assert ("order", "orders") in found
    assert ("line", "lines") in found


def test_a_marked_sentence_that_is_put_together_is_not_gathered_but_named() -> None:
    with pytest.raises(NotWrittenOut, match="line 1"):
        list(gathered(ast.parse("N_('Order ' + number)")))


def test_a_translation_is_begun_brought_up_to_date_and_compiled(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "scripts" / "translations.py"), "--folder", str(tmp_path)]
    subprocess.run([*script, "--begin", "de"], check=True, capture_output=True)
    po = tmp_path / "de" / "LC_MESSAGES" / "orderwright.po"
    written = po.read_text(encoding="utf-8")
    for english, german in (
        ("Try again", "Noch einmal"),
        ("Nothing is called {typed}.", "Nichts heißt {name}."),
    ):
        assert f'msgid "{english}"\nmsgstr ""' in written
        written = written.replace(
            f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{german}"'
        )
    po.write_text(written, encoding="utf-8")
    told = subprocess.run(script, check=True, capture_output=True, text=True).stdout
    assert "de: left out, its fields are others: Nothing is called {typed}." in told
    assert "de: 1 of " in told
    german_catalogue = gettext.translation("orderwright", tmp_path, ["de"])
    assert german_catalogue.gettext("Try again") == "Noch einmal"
    assert german_catalogue.gettext("Nothing is called {typed}.") == "Nothing is called {typed}."
