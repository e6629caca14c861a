"""The Phosphor icons: a typeface whose letters are icons, and which letter is which.

Both are files of the package `qtawesome`. They are read without loading it: that would bring
OpenGL and a dozen other typefaces along, a seventh of the time the window takes to open.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase


@cache
def _file(pattern: str) -> Path:
    spec = find_spec("qtawesome")  # finds it, and does not load it
    places = (spec.submodule_search_locations or []) if spec is not None else []
    for place in places:
        for file in (Path(place) / "fonts").glob(pattern):
            return file
    raise FileNotFoundError(f"qtawesome, which has the icons, has no {pattern}.")


@cache
def _letters() -> dict[str, str]:
    codes = json.loads(_file("phosphor-charmap-*.json").read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def _family() -> str:
    id = QFontDatabase.addApplicationFont(str(_file("phosphor-[0-9]*.ttf")))
    families = QFontDatabase.applicationFontFamilies(id) if id >= 0 else []
    return families[0] if families else ""


def letter_of(name: str) -> str | None:
    """The letter that is the icon of this name (`shopping-cart`); None when there is none."""
    return _letters().get(name)


def typeface(side: int) -> QFont:
    """The letters, `side` pixels high."""
    made = QFont(_family())
    made.setPixelSize(side)
    return made
