"""How the program looks on this computer: light, dark or high contrast, and how large.

Kept in the data folder, so it is there again at the next start. Until something is chosen the
program is light or dark as the system is.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from app.core.messages import N_
from app.views import theme
from app.views.main_window import Offer
from app.views.widgets.wording import words

LOOKS = {"light": N_("Light look"), "dark": N_("Dark look"), "contrast": N_("High-contrast look")}
SIZES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""Of the system's own text size."""


class Appearance:
    """The look that is chosen, and the offers that choose another."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self._app = app
        self._kept = QSettings(str(folder / "look.ini"), QSettings.Format.IniFormat)

    def dress(self) -> None:
        """Dress the program as it was chosen last; what nobody could have chosen is the usual."""
        is_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        look = str(self._kept.value("look", ""))
        try:
            size = float(str(self._kept.value("size", "")))
        except ValueError:
            size = 1.0
        usual = "dark" if is_dark else "light"
        theme.apply(self._app, look if look in LOOKS else usual, size if size in SIZES else 1.0)

    def offers(self) -> tuple[Offer, ...]:
        """What can be chosen from everywhere, by key or in the finder."""
        section = words(N_("Look"))
        looks = (
            Offer(words(title), partial(self.choose, look), icon="palette", section=section)
            for look, title in LOOKS.items()
        )
        return (
            Offer(words(N_("Next look")), self.choose_next, ("Ctrl+Shift+L",), "palette", section),
            *looks,
            Offer(words(N_("Larger")), self.grow, ("Ctrl++", "Ctrl+="), "plus", section),
            Offer(words(N_("Smaller")), self.shrink, ("Ctrl+-",), "minus", section),
            Offer(words(N_("Usual size")), self.reset_size, ("Ctrl+0",), "equals", section),
        )

    def choose(self, look: str) -> None:
        """Light, dark or contrast, now and at the next start."""
        self._keep(look, theme.scale())

    def choose_next(self) -> None:
        """The look after this one; after the last the first."""
        names = [*LOOKS, next(iter(LOOKS))]
        self.choose(dict(pairwise(names))[theme.name()])

    def grow(self) -> None:
        """One size larger; the largest stays."""
        self._keep(theme.name(), min((s for s in SIZES if s > theme.scale()), default=SIZES[-1]))

    def shrink(self) -> None:
        """One size smaller; the smallest stays."""
        self._keep(theme.name(), max((s for s in SIZES if s < theme.scale()), default=SIZES[0]))

    def reset_size(self) -> None:
        """The system's own size."""
        self._keep(theme.name(), 1.0)

    def _keep(self, look: str, size: float) -> None:
        self._kept.setValue("look", look)
        self._kept.setValue("size", str(size))
        theme.apply(self._app, look, size)
