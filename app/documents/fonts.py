"""Typefaces for paper, and text of any script set in them.

The main typeface is Fira Sans (Latin, Greek, Cyrillic). A character it lacks is set in the
first of the other typefaces that has it: Arabic, Hebrew, Thai, Devanagari, then Chinese,
Japanese and Korean. A character none of them has is printed as a visible replacement.
Lengths are points here; `sheet` turns millimetres into points.
"""

from __future__ import annotations

import importlib.util
import struct
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import arabic_reshaper
from bidi import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

REPLACEMENT = "□"
"""What stands for a character that no typeface has; itself set in the last fallback."""

ELLIPSIS = "…"


class Face(StrEnum):
    """The weights of the main typeface that paper uses."""

    REGULAR = "Regular"
    MEDIUM = "Medium"
    SEMIBOLD = "SemiBold"


class _Source(NamedTuple):
    """Where a fallback typeface comes from, by weight: regular, and what stands for the rest."""

    name: str
    package: str
    regular: str
    strong: str
    part: int = 0


_MAIN = "fontpkg_fira_sans"

_FALLBACKS = (
    _Source(
        "arabic",
        "fontpkg_ibm_plex_sans_arabic",
        "files/IBMPlexSansArabic-Regular.ttf",
        "files/IBMPlexSansArabic-SemiBold.ttf",
    ),
    _Source("hebrew", "fontpkg_heebo", "files/Heebo[wght].ttf", "files/Heebo[wght].ttf"),
    _Source(
        "thai",
        "fontpkg_noto_sans_thai",
        "files/NotoSansThai[wdth,wght].ttf",
        "files/NotoSansThai[wdth,wght].ttf",
    ),
    _Source(
        "devanagari",
        "fontpkg_noto_sans_devanagari",
        "files/NotoSansDevanagari[wdth,wght].ttf",
        "files/NotoSansDevanagari[wdth,wght].ttf",
    ),
    _Source("cjk", "paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc", "fonts/wqy-microhei.ttc", 0),
)


class Run(NamedTuple):
    """Neighbouring characters set in one registered font, in the order they are printed."""

    font: str
    text: str


def _package_file(package: str, path: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"The font package {package} is not installed.")
    return Path(found.origin).parent / path


def _glyph_names(data: bytes) -> dict[str, int]:
    """Glyph name → glyph number, from a TrueType file's `post` table, format 2.

    Source: the OpenType specification, `post`, version 2.0.
    """
    count: int = struct.unpack(">H", data[4:6])[0]
    for position in range(count):
        tag, _sum, offset, length = struct.unpack_from(">4sLLL", data, 12 + 16 * position)
        if tag == b"post":
            break
    else:
        return {}
    post = data[offset : offset + length]
    if post[:4] != b"\x00\x02\x00\x00":
        return {}
    glyphs = struct.unpack(">H", post[32:34])[0]
    numbers = struct.unpack_from(f">{glyphs}H", post, 34)
    names, at = [], 34 + 2 * glyphs
    while at < len(post):
        names.append(post[at + 1 : at + 1 + post[at]].decode("latin-1"))
        at += 1 + post[at]
    return {names[number - 258]: glyph for glyph, number in enumerate(numbers) if number >= 258}


_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _use_tabular_figures(font: TTFont) -> None:
    """Exchange the digits for the typeface's figures of equal width, so that columns line up.

    ReportLab applies no OpenType features; the figures are there under the names `one.tf` …
    """
    face: Any = font.face
    names = _glyph_names(face._ttf_data)
    glyphs = [names.get(f"{digit}.tf") for digit in _DIGITS]
    if None in glyphs:
        return
    for value, glyph in enumerate(glyphs):
        code = ord("0") + value
        face.charToGlyph[code] = glyph
        face.charWidths[code] = face.hmetrics[glyph][0] * 1000.0 / face.unitsPerEm


_FILES: dict[str, tuple[str, int]] = {}


@cache
def _font(package: str, path: str, index: int) -> TTFont:
    """Load and register one font file. Raises FileNotFoundError."""
    name, file = f"{package}:{Path(path).stem}", str(_package_file(package, path))
    font = TTFont(name, file, subfontIndex=index, shapable=False)
    _FILES[name] = (file, index)
    if package == _MAIN:
        _use_tabular_figures(font)
    pdfmetrics.registerFont(font)
    return font


def file_of(font: str) -> tuple[str, int]:
    """The file of a registered font, and its place in that file."""
    return _FILES[font]


def _main(face: Face) -> TTFont:
    return _font(_MAIN, f"files/FiraSans-{face.value}.ttf", 0)


def _fallback(source: _Source, face: Face) -> TTFont:
    return _font(
        source.package, source.regular if face is Face.REGULAR else source.strong, source.part
    )


_SHAPER = arabic_reshaper.ArabicReshaper(
    configuration={"delete_harakat": False, "ARABIC LIGATURE ALLAH": False}
)


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL", "AN")


def clean(text: str) -> str:
    """Text as it can be set: composed characters, no control characters but the line break."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(" " if each == "\t" else each for each in text)
    return "".join(
        each
        for each in text
        if each == "\n" or unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )


def _visual(text: str) -> str:
    """One line in the order it is printed, Arabic letters in their joined forms."""
    if text.isascii() or not any(map(_is_right_to_left, text)):
        return text
    return str(get_display(_SHAPER.reshape(text)))


@lru_cache(maxsize=8192)
def _font_for(character: str, face: Face) -> str | None:
    code = ord(character)
    main = _main(face)
    if code in main.face.charToGlyph:
        return str(main.fontName)
    for source in _FALLBACKS:
        font = _fallback(source, face)
        if code in font.face.charToGlyph:
            return str(font.fontName)
    return None


def _pieces(text: str, face: Face) -> Iterator[tuple[str, str]]:
    replacement = _font_for(REPLACEMENT, face) or str(_main(face).fontName)
    for each in text:
        if unicodedata.category(each) == "Mn" and _font_for(each, face) is None:
            continue  # an accent nothing can print would only leave a box beside its letter
        if font := _font_for(each, face):
            yield font, each
        else:
            yield replacement, REPLACEMENT


@lru_cache(maxsize=8192)
def runs(text: str, face: Face = Face.REGULAR) -> tuple[Run, ...]:
    """One line of text as runs, in the order they are printed from left to right."""
    text = _visual(clean(text).replace("\n", " "))
    main = str(_main(face).fontName)
    if text.isascii():
        return (Run(main, text),) if text else ()
    found: list[Run] = []
    for font, piece in _pieces(text, face):
        if found and found[-1].font == font:
            found[-1] = Run(font, found[-1].text + piece)
        else:
            found.append(Run(font, piece))
    return tuple(found)


def width(text: str, face: Face, size: float) -> float:
    """How wide one line of text prints, in points."""
    return float(sum(pdfmetrics.stringWidth(run.text, run.font, size) for run in runs(text, face)))


def draw(canvas: Canvas, x: float, y: float, text: str, face: Face, size: float) -> None:
    """Print one line with its baseline's left end at x, y (points from the bottom left)."""
    for run in runs(text, face):
        canvas.setFont(run.font, size)
        canvas.drawString(x, y, run.text)
        x += pdfmetrics.stringWidth(run.text, run.font, size)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _words(paragraph: str) -> Iterator[tuple[str, str]]:
    """(space before, word) pairs; a Chinese, Japanese or Korean character is a word."""
    space, word = "", ""
    for each in paragraph:
        if each == " ":
            if word:
                yield space, word
                space, word = "", ""
            space = " "
        elif _is_wide(each):
            if word:
                yield space, word
                space, word = "", ""
            yield space, each
            space = ""
        else:
            word += each
    if word:
        yield space, word


def _fitting(word: str, face: Face, size: float, room: float) -> int:
    """How many characters of a word fit; at least one."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if width(word[:middle], face, size) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def wrap(text: str, face: Face, size: float, room: float) -> list[str]:
    """The text in lines at most `room` points wide, in reading order.

    Breaks at spaces and between Chinese, Japanese and Korean characters; a word longer than a
    line is broken where the line is full. An empty text is one empty line.
    """
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for space, word in _words(paragraph):
            longer = line + space + word if line else word
            if width(longer, face, size) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            while width(word, face, size) > room and len(word) > 1:
                count = _fitting(word, face, size, room)
                lines.append(word[:count])
                word = word[count:]
            line = word
        lines.append(line)
    return lines


def shorten(text: str, face: Face, size: float, room: float) -> str:
    """The text itself when it fits on one line, otherwise its beginning and an ellipsis."""
    text = clean(text).replace("\n", " ")
    if width(text, face, size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, face, size) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def fit(text: str, face: Face, sizes: tuple[float, float], room: float) -> float:
    """The largest size between (largest, smallest), in half points, at which one line fits.

    Returns the smallest when none does; the caller shortens or wraps.
    """
    largest, smallest = sizes
    size = largest
    while size > smallest and width(text, face, size) > room:
        size -= 0.5
    return max(size, smallest)
