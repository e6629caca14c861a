"""The look, in one place: colours, spacing, radius, type scale, fonts and icons.

`apply` turns a set of tokens into one palette and one style sheet
(`resources/themes/orderwright.qss`); it may be called again while windows are open. Parts
that paint themselves ask `tokens()`, `font()` and `px()` each time they paint, so they
follow. Colour never stands alone: every state also has an icon and a word.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from string import Template

import fontpkg_inter
from PySide6.QtCore import QLocale, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from app.views import phosphor

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FAMILY = "Inter"
_log = logging.getLogger(__name__)

SPACES = (4, 8, 12, 16, 24, 32)
"""The only distances used between things, in pixels at 100 %."""
RADIUS = 6
STATION_SCALE = 1.6
ANSWER_SCALE = 5.0
TYPE_SCALE = {
    "small": 0.86,
    "badge": 0.86,
    "button": 1.0,
    "body": 1.0,
    "strong": 1.0,
    "fact": 1.16,
    "title": 1.35,
    "display": 1.9,
}
WEIGHTS = {
    "small": QFont.Weight.Normal,
    "badge": QFont.Weight.DemiBold,
    "button": QFont.Weight.Medium,
    "body": QFont.Weight.Normal,
    "strong": QFont.Weight.DemiBold,
    "fact": QFont.Weight.DemiBold,
    "title": QFont.Weight.DemiBold,
    "display": QFont.Weight.DemiBold,
}


class Tone(StrEnum):
    """What a colour means. Always shown together with a word or an icon."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    GOOD = "good"
    ATTENTION = "attention"
    WRONG = "wrong"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme. `…_soft` is the background its colour is written on."""

    ground: str
    panel: str
    hairline: str
    line: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    accent_pressed: str
    good: str
    good_soft: str
    attention: str
    attention_soft: str
    wrong: str
    wrong_soft: str
    loaded: str
    track: str
    hover: str
    chip: str
    field: str

    def ink(self, tone: Tone) -> QColor:
        """The colour to write in for a tone."""
        name = {Tone.NEUTRAL: "muted", Tone.INFO: "accent"}.get(tone, tone.value)
        return QColor(getattr(self, name))

    def soft(self, tone: Tone) -> QColor:
        """The background that goes with `ink`."""
        name = {Tone.NEUTRAL: "chip", Tone.INFO: "accent_soft"}.get(tone, f"{tone.value}_soft")
        return QColor(getattr(self, name))


THEMES = {
    "light": Tokens(
        ground="#f7f7f8",
        panel="#ffffff",
        hairline="#e6e7ea",
        line="#83888f",
        text="#1d1f24",
        muted="#636870",
        accent="#2f5fd0",
        accent_soft="#e9effc",
        on_accent="#ffffff",
        accent_pressed="#2850b4",
        good="#17703f",
        good_soft="#e3f4ea",
        attention="#8f5400",
        attention_soft="#fdf1dc",
        wrong="#c2352b",
        wrong_soft="#fbe7e5",
        loaded="#6d4bb8",
        track="#e6e7ea",
        hover="#f1f2f4",
        chip="#f4f4f6",
        field="#ffffff",
    ),
    "dark": Tokens(
        ground="#131519",
        panel="#1a1d22",
        hairline="#2a2e35",
        line="#737a85",
        text="#eceef1",
        muted="#9ea5af",
        accent="#7aa2ff",
        accent_soft="#1f2b47",
        on_accent="#10131a",
        accent_pressed="#98b7ff",
        good="#4cc38a",
        good_soft="#16301f",
        attention="#f0b45a",
        attention_soft="#35280f",
        wrong="#ff7b72",
        wrong_soft="#3a1a19",
        loaded="#b79cf5",
        track="#2a2e35",
        hover="#20242b",
        chip="#22262d",
        field="#15181c",
    ),
    "contrast": Tokens(
        ground="#ffffff",
        panel="#ffffff",
        hairline="#5a5a5a",
        line="#000000",
        text="#000000",
        muted="#303030",
        accent="#0032a0",
        accent_soft="#e4ebff",
        on_accent="#ffffff",
        accent_pressed="#001f66",
        good="#004d1f",
        good_soft="#e2f7e8",
        attention="#5e3500",
        attention_soft="#fff1d6",
        wrong="#8f0f0a",
        wrong_soft="#ffe9e7",
        loaded="#43208a",
        track="#d0d0d0",
        hover="#ededed",
        chip="#f0f0f0",
        field="#ffffff",
    ),
}

WRITTEN_ON = (
    ("text", "ground panel chip hover field accent_soft wrong_soft good_soft attention_soft"),
    ("muted", "ground panel chip hover field accent_soft"),
    ("accent", "ground panel hover field accent_soft wrong_soft attention_soft good_soft chip"),
    ("on_accent", "accent accent_pressed"),
    ("good", "ground panel good_soft hover accent_soft"),
    ("attention", "ground panel attention_soft hover accent_soft"),
    ("wrong", "ground panel wrong_soft hover accent_soft"),
)
"""Every pair of colours the program writes with: the ink, and the backgrounds under it."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What `apply` was last asked for."""

    name: str
    scale: float
    body: float
    """Body text in pixels at this scale."""


_look = _Look("light", 1.0, 13.0)
_system_body: float | None = None


def tokens() -> Tokens:
    """The colours of the theme in use."""
    return THEMES[_look.name]


def name() -> str:
    """The theme in use: light, dark or contrast."""
    return _look.name


def scale() -> float:
    """The size everything is drawn at; 1.0 is 100 %."""
    return _look.scale


def px(at_100: float) -> int:
    """A distance at the present scale, in whole pixels."""
    return max(1, round(at_100 * _look.scale)) if at_100 else 0


def colour(token: str) -> QColor:
    """One token's colour by name."""
    return QColor(getattr(tokens(), token))


def font(
    role: str = "body", *, station: bool = False, times: float = 1.0, figures: bool = False
) -> QFont:
    """The typeface at a step of the type scale.

    `role` is small, body, strong, title, display or code; `station` is the size to be read
    from a metre away; `times` multiplies once more (the station's answer is five times);
    `figures` gives figures of equal width, for numbers that stand under each other.
    """
    if role == "code":
        made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        size = _look.body * 0.96
    else:
        made = QFont(FAMILY)
        size = _look.body * TYPE_SCALE[role]
    made.setPixelSize(max(1, round(size * (STATION_SCALE if station else 1.0) * times)))
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made if role == "code" else weighted(made, WEIGHTS[role])


def weighted(made: QFont, weight: QFont.Weight) -> QFont:
    """The font in another weight.

    Inter is a variable font; not every Qt maps the weight to its axis, so both are set.
    """
    made.setWeight(weight)
    made.setVariableAxis(QFont.Tag("wght"), float(weight.value))
    return made


@cache
def load_fonts() -> bool:
    """Make Inter known to Qt. False when the platform refused every file."""
    files = sorted((Path(fontpkg_inter.__file__).parent / "files").glob("*.ttf"))
    # Upright only: offered both as one family, Qt may pick the italic one for plain text.
    upright = [each for each in files if "Italic" not in each.name]
    return any(QFontDatabase.addApplicationFont(str(each)) >= 0 for each in upright)


@lru_cache(maxsize=2000)
def _glyph(icon_name: str, ink: str, side: int, ratio: float) -> QPixmap:
    letter = phosphor.letter_of(icon_name)
    if letter is None:
        # A wrong name is a slip in the program, but no reason not to show the window.
        _log.warning("There is no icon %s; drawing a circle instead.", icon_name)
        letter = phosphor.letter_of("circle") or ""
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(phosphor.typeface(side))
    painter.setPen(QColor(ink))
    box = QRect(0, 0, side, side)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letter)
    painter.end()
    return made


def pixmap(icon_name: str, ink: str | QColor, side: int) -> QPixmap:
    """A Phosphor icon (`shopping-cart`), `side` pixels square.

    `ink` is the name of a token or a colour. Drawn once and kept.
    """
    value = ink.name() if isinstance(ink, QColor) else getattr(tokens(), ink, ink)
    screen = QGuiApplication.primaryScreen()
    return _glyph(icon_name, value, max(1, side), screen.devicePixelRatio())


def icon(icon_name: str, ink: str | QColor = "muted") -> QIcon:
    """The same as a `QIcon`, for buttons and menus. Ask again when the theme has changed."""
    made = QIcon()
    for side in (14, 16, 20, 24, 32, 48):
        made.addPixmap(pixmap(icon_name, ink, side), QIcon.Mode.Normal)
        made.addPixmap(pixmap(icon_name, ink, side), QIcon.Mode.Disabled)
    return made


def apply(app: QApplication, theme: str = "light", scale: float = 1.0) -> None:
    """Dress the whole program. May be called again at any time; open windows follow.

    `theme` is light, dark or contrast; `scale` multiplies the system's own text size and
    every distance (1.0 is 100 %).
    """
    global _look, _system_body
    if theme not in THEMES:
        raise ValueError(f"There is no theme {theme}; choose one of {', '.join(THEMES)}.")
    if _system_body is None:
        # Remembered from before the first time, because the program's font replaces it.
        _system_body = float(max(12, min(20, QFontInfo(app.font()).pixelSize())))
    load_fonts()
    _look = _Look(theme, scale, _system_body * scale)
    app.setStyle("Fusion")
    app.setPalette(_palette(tokens()))
    app.setFont(font("body"))
    app.setStyleSheet(style_sheet())
    for window in app.topLevelWidgets():
        for layout in window.findChildren(QLayout):
            _respace(layout)


def use_body_size(pixels: float) -> None:
    """Fix the size of body text at 100 % instead of asking the system (pictures, tests)."""
    global _system_body
    _system_body = pixels


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for each, value in (
        (role.Window, t.panel),
        (role.WindowText, t.text),
        (role.Base, t.panel),
        (role.AlternateBase, t.ground),
        (role.Text, t.text),
        (role.Button, t.ground),
        (role.ButtonText, t.text),
        (role.ToolTipBase, t.panel),
        (role.ToolTipText, t.text),
        (role.PlaceholderText, t.muted),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.Link, t.accent),
        (role.Mid, t.hairline),
        (role.Accent, t.accent),
    ):
        palette.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(t.muted))
    return palette


def style_sheet() -> str:
    """The style sheet of the theme in use, with every token filled in."""
    values: dict[str, object] = dict(asdict(tokens()))
    for pixels in (2, 3, 5, 6, 7, 9, 10, 11, 20, *SPACES):
        values[f"px{pixels}"] = px(pixels)
    values["radius"] = px(RADIUS)
    values["size_small"] = font("small").pixelSize()
    values["theme"] = name()
    values["marks"] = (RESOURCES / "themes").as_posix()
    source = (RESOURCES / "themes" / "orderwright.qss").read_text(encoding="utf-8")
    return Template(source).substitute(values)


def pad(
    layout: QLayout, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0, gap: int = 0
) -> None:
    """Set a layout's margins and spacing in pixels at 100 %; they follow the scale."""
    layout.setProperty("at100", [left, top, right, bottom, gap])
    _respace(layout)


def _respace(layout: QLayout) -> None:
    at_100 = layout.property("at100")
    if at_100:
        left, top, right, bottom, gap = (px(each) for each in at_100)
        layout.setContentsMargins(left, top, right, bottom)
        layout.setSpacing(gap)


def fit_height(widget: QWidget, least: int = 0) -> None:
    """Make a window as high as its words need at its width, `least` pixels at 100 % or more.

    Done when the event loop turns next: only then has everything new been dressed.
    """

    def fit() -> None:
        layout = widget.layout()
        if layout is not None:
            high = max(layout.totalHeightForWidth(widget.width()), px(least))
            widget.resize(widget.width(), high)

    QTimer.singleShot(0, widget, fit)


def station(widget: QWidget) -> None:
    """Give a widget and everything put into it the large type of a warehouse station."""
    widget.setProperty("station", True)
    set_role(widget, "body")
    for each in widget.findChildren(QWidget):
        if each.property("role"):
            set_role(each, each.property("role"))


def is_station(widget: QWidget) -> bool:
    """True when the widget, or one it stands in, was given to `station`."""
    above: QWidget | None = widget
    while above is not None:
        if above.property("station"):
            return True
        above = above.parentWidget()
    return False


def set_role(widget: QWidget, role: str) -> None:
    """Write a widget at a step of the type scale; to be called again when the style changes."""
    widget.setProperty("role", role)
    wanted = font(role, station=is_station(widget))
    if widget.font() != wanted:
        widget.setFont(wanted)


def icon_size(at_100: int = 16) -> QSize:
    """A square icon size at the present scale."""
    return QSize(px(at_100), px(at_100))


def luminance(value: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    ink = QColor(value)
    parts = []
    for part in (ink.redF(), ink.greenF(), ink.blueF()):
        parts.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """How well one colour reads on another, 1 to 21. Source: WCAG 2.2, contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def locale() -> QLocale:
    """How numbers are written here."""
    return QLocale()


def below(widget: QWidget, gap: int = 4) -> QPoint:
    """Where, in its window, something that drops down from a widget begins."""
    return widget.mapTo(widget.window(), QPoint(0, widget.height() + px(gap)))


def token_names() -> tuple[str, ...]:
    """The names of all colour tokens."""
    return tuple(each.name for each in fields(Tokens))
