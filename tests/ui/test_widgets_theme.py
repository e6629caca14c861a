"""The look: what is written can be read, in every theme and at every size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views import theme

PAIRS = [
    (look, ink, ground)
    for look in theme.THEMES
    for ink, grounds in theme.WRITTEN_ON
    for ground in grounds.split()
]


@pytest.mark.parametrize(("look", "ink", "ground"), PAIRS)
def test_every_pair_of_colours_that_is_used_can_be_read(look: str, ink: str, ground: str) -> None:
    colours = theme.THEMES[look]
    wanted = 7.0 if look == "contrast" else 4.5
    assert theme.contrast(getattr(colours, ink), getattr(colours, ground)) >= wanted


@pytest.mark.parametrize("look", theme.THEMES)
def test_edges_of_fields_and_the_focus_ring_stand_out(look: str) -> None:
    colours = theme.THEMES[look]
    for ground in (colours.ground, colours.panel, colours.field):
        assert theme.contrast(colours.line, ground) >= 3
        assert theme.contrast(colours.accent, ground) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert round(theme.contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(theme.contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_typeface_is_there_and_heavier_words_are_wider(dressed: QApplication) -> None:
    assert QFontInfo(theme.font("body")).family() == "Inter"
    assert not QFontInfo(theme.font("body")).italic()
    body = QFontMetricsF(theme.font("body")).horizontalAdvance("Brightwater Marine")
    strong = QFontMetricsF(theme.font("strong")).horizontalAdvance("Brightwater Marine")
    assert strong > body


def test_figures_in_columns_are_all_equally_wide(dressed: QApplication) -> None:
    metrics = QFontMetricsF(theme.font("body", figures=True))
    assert len({round(metrics.horizontalAdvance(each * 8), 2) for each in "0123456789"}) == 1


@pytest.mark.parametrize("look", theme.THEMES)
def test_the_style_sheet_has_no_gap_and_only_colours_of_the_theme(
    dressed: QApplication, look: str
) -> None:
    theme.apply(dressed, look)
    sheet = theme.style_sheet()
    assert "$" not in sheet
    allowed = {getattr(theme.tokens(), name) for name in theme.token_names()}
    assert set(re.findall(r"#[0-9a-f]{6}\b", sheet)) <= allowed


def test_an_unknown_theme_is_refused_by_name(dressed: QApplication) -> None:
    with pytest.raises(ValueError, match="There is no theme pink; choose one of light, dark"):
        theme.apply(dressed, "pink")
    assert theme.name() == "light"


def test_distances_follow_the_scale_in_windows_already_open(
    dressed: QApplication, qtbot: QtBot
) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = QVBoxLayout(widget)
    theme.pad(layout, 16, 8, 16, 8, 4)
    theme.apply(dressed, "light", 2.0)
    margins = layout.contentsMargins()
    assert (margins.left(), margins.top(), layout.spacing()) == (32, 16, 8)
    assert theme.font("body").pixelSize() == 26
    theme.apply(dressed, "light", 1.0)
    assert layout.contentsMargins().left() == 16


def test_every_icon_the_program_names_exists(dressed: QApplication) -> None:
    views = Path(theme.__file__).parent
    named = set()
    for source in (views / "widgets").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        named |= set(re.findall(r"theme\.(?:icon|pixmap)\(\"([a-z-]+)\"", text))
        named |= set(re.findall(r"Tone\.[A-Z]+: \"([a-z-]+)\"", text))
    assert {"warning-circle", "x", "hand"} <= named
    for each in sorted(named):
        assert not theme.pixmap(each, "text", 16).isNull()


def test_icons_take_the_colour_of_the_theme(dressed: QApplication) -> None:
    def ink() -> set[str]:
        image = theme.pixmap("square", "text", 32).toImage()
        return {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        }

    assert ink() == {theme.THEMES["light"].text}
    theme.apply(dressed, "dark")
    assert ink() == {theme.THEMES["dark"].text}


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("look", theme.THEMES)
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_what_is_checked_shows_its_box_filled_and_its_mark(
    dressed: QApplication,
    qtbot: QtBot,
    kind: type[QCheckBox | QRadioButton],
    look: str,
    scale: float,
) -> None:
    theme.apply(dressed, look, scale)
    colours = theme.THEMES[look]
    box = kind()
    qtbot.addWidget(box)
    box.show()

    def painted(colour: str) -> int:
        image = box.grab().toImage()
        return sum(
            image.pixelColor(x, y).name() == colour
            for x in range(image.width())
            for y in range(image.height())
        )

    assert painted(colours.line) >= 4 * scale  # the empty box has its edge
    assert painted(colours.accent) == 0
    empty = painted(colours.on_accent)
    box.setChecked(True)
    assert painted(colours.accent) > 60 * scale
    assert painted(colours.on_accent) != empty
