"""A round of the desks that the rest of the tour did not come by."""

from __future__ import annotations

from app.tours.walk import Walk

STATION = "packing"
"""Has the whole screen, and was at work at its own bench."""


class Round(Walk):
    """Looks in at every desk that has not been opened."""

    def live(self) -> None:
        """One picture of each."""
        for desk in self.window.desks:
            if self.window.desk(desk.key) is None and desk.key != STATION:
                self.open_desk(desk.key)
                self.stage.picture(desk.key)
