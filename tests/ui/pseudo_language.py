"""The window in a language made by code, in which every sentence stands in ⟦ ⟧.

A program of its own, because the language is chosen before a window is loaded:
`python -m tests.ui.pseudo_language DATABASE LOGIN` goes to every desk, and prints as JSON what
is to be read there.
"""

from __future__ import annotations

import gettext
import json
import os
import sys

from app.core.messages import speak


class Pseudo(gettext.NullTranslations):
    """Every sentence of the program is there, and recognized again."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{super().ngettext(msgid1, msgid2, n)}⟧"


def main(address: str, login: str) -> None:
    """Print every text, by desk."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    speak("x-pseudo", Pseudo())
    from tests.ui.every_text import drive  # late: the window is loaded in the language spoken

    print(json.dumps(drive(address, login), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
