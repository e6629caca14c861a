"""Text of any script, set in typefaces that have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import fonts
from app.documents.fonts import Face, Run, runs, shorten, width, wrap

ANY_TEXT = st.text(max_size=60)


def typefaces(text):
    return [run.font.split(":")[0] for run in runs(text)]


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("Straße, Ελλάδα, Київ, Việt", "fontpkg_fira_sans"),
        ("日本語", "paperang_p2_fonts_cjk"),
        ("简体中文", "paperang_p2_fonts_cjk"),
        ("한국어", "paperang_p2_fonts_cjk"),
        ("שלום", "fontpkg_heebo"),
        ("สวัสดี", "fontpkg_noto_sans_thai"),
        ("नमस्ते", "fontpkg_noto_sans_devanagari"),
    ],
)
def test_each_script_is_set_in_a_typeface_that_has_it(text, package):
    assert set(typefaces(text)) == {package}
    assert "□" not in "".join(run.text for run in runs(text))


def test_arabic_letters_are_joined_and_run_from_right_to_left():
    assert typefaces("مرحبا") == ["fontpkg_ibm_plex_sans_arabic"]
    assert "".join(run.text for run in runs("مرحبا")) == "ﺎﺒﺣﺮﻣ"


def test_a_line_falls_back_only_where_it_must():
    assert typefaces("AB 日本 12") == [
        "fontpkg_fira_sans",
        "paperang_p2_fonts_cjk",
        "fontpkg_fira_sans",
    ]


def test_a_character_nothing_can_print_is_visibly_replaced():
    assert "".join(run.text for run in runs("a😀b")) == "a□b"


def test_control_characters_and_direction_overrides_do_not_print():
    assert runs("a\x00\u202eb\tc") == runs("ab c")


def test_all_figures_are_equally_wide_so_that_columns_line_up():
    for face in Face:
        assert len({round(width(each, face, 10), 6) for each in "0123456789"}) == 1


@given(ANY_TEXT)
def test_any_text_can_be_set(text):
    found = runs(text)
    assert all(isinstance(run, Run) and run.text for run in found)
    assert width(text, Face.REGULAR, 10) >= 0


@given(ANY_TEXT, st.floats(min_value=30, max_value=200))
def test_no_wrapped_line_is_wider_than_its_room_unless_one_character_is(text, room):
    for line in wrap(text, Face.REGULAR, 10, room):
        assert width(line, Face.REGULAR, 10) <= room or len(line) == 1


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=40))
def test_wrapping_loses_no_letter(text):
    assert "".join(wrap(text, Face.REGULAR, 10, 40)) == text


def test_words_wrap_at_spaces_and_chinese_between_characters():
    assert wrap("one two", Face.REGULAR, 10, width("one tw", Face.REGULAR, 10)) == ["one", "two"]
    assert wrap("日本語", Face.REGULAR, 10, 21) == ["日本", "語"]


def test_a_text_too_long_ends_in_an_ellipsis():
    short = shorten("A rather long name", Face.REGULAR, 10, 40)
    assert short.endswith("…")
    assert width(short, Face.REGULAR, 10) <= 40
    assert fonts.shorten("short", Face.REGULAR, 10, 400) == "short"
