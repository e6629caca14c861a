"""Another language for this computer, chosen from the finder and spoken from the next start on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from app.core.errors import BusinessError
from app.core.messages import ENGLISH, N_, languages, spoken_language
from app.settings import keep_language
from app.views.main_window import Offer
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.wording import words


class NotKept(BusinessError):
    """The data folder does not take the choice."""

    sentence = N_("The language could not be kept in {folder} ({reason}).")


def own_name(language: str) -> str:
    """A language as its own people call it."""
    if language == ENGLISH:
        return "English"
    from babel import Locale, UnknownLocaleError  # late: most computers offer English alone

    try:
        return str(Locale.parse(language).get_display_name()).capitalize()
    except (UnknownLocaleError, ValueError):
        return language


def language_offers(folder: Path, messages: MessageBar) -> tuple[Offer, ...]:
    """The other languages there are; none while the program has no translation."""
    section = words(N_("Language"))
    return tuple(
        Offer(
            own_name(each), partial(_choose, folder, messages, each), icon="globe", section=section
        )
        for each in languages()
        if each != spoken_language()
    )


def _choose(folder: Path, messages: MessageBar, language: str) -> None:
    try:
        keep_language(folder, language)
    except OSError as error:
        messages.show_refusal(NotKept(folder=folder, reason=error.strerror))
    else:
        sentence = N_("{language} is spoken from the next start on.")
        messages.show_good(words(sentence, language=own_name(language)))
