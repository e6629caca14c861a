"""What was done with a record, in words."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.messages import N_
from app.queries.record_history import RecordEvent
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import words, write_moment

DONE = {
    "set_company": words(N_("changed the company's settings")),
    "create_printer": words(N_("made the printer")),
    "change_printer": words(N_("changed the printer")),
    "use_printer": words(N_("said what is printed on it")),
    "stop_using_printer": words(N_("said what is printed on it no longer")),
    "request_print": words(N_("asked for it")),
    "print_test_page": words(N_("asked for it")),
    "print_command_sheet": words(N_("asked for it")),
    "record_print": words(N_("was the window that printed, or tried to")),
    "retry_print": words(N_("asked for it again")),
    "create_carton_type": words(N_("made the carton type")),
    "redefine_carton_type": words(N_("changed the carton type")),
    "create_warehouse": words(N_("made the warehouse")),
    "change_warehouse": words(N_("changed the warehouse")),
    "create_location": words(N_("made the place")),
    "change_location": words(N_("changed the place")),
    "create_person": words(N_("made the login")),
    "change_person": words(N_("changed the login")),
    "create_station": words(N_("made the station")),
    "change_station": words(N_("changed the station")),
    "set_scanner": words(N_("set the scanner up")),
}


def history(events: Sequence[RecordEvent], time_zone: str) -> tuple[TimelineEntry, ...]:
    """The timeline of a record; a verb without words of its own is told by its name."""
    return tuple(
        TimelineEntry(
            write_moment(each.at, time_zone),
            each.who,
            _told(DONE.get(each.verb) or each.verb.replace("_", " "), each.station),
        )
        for each in events
    )


def _told(what: str, station: str) -> str:
    if not station:
        return what
    return words(N_("{what}, at {station}"), what=what, station=station)
