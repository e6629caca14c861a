"""The words of the station's commands: the same on keys, on the command sheet and in lists."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.core.messages import N_
from app.rules.scanning.scan import StationCommand


@dataclass(frozen=True, slots=True)
class CommandWords:
    """What a command is called, and what it does."""

    word: str
    explanation: str


COMMAND_WORDS: dict[StationCommand, CommandWords] = {
    StationCommand.ACKNOWLEDGE: CommandWords(N_("OK, go on"), N_("The stop was seen")),
    StationCommand.UNDO: CommandWords(N_("Undo last"), N_("Takes the last scan back")),
    StationCommand.QUANTITY: CommandWords(N_("Quantity"), N_("Type how many of the next item")),
    StationCommand.SHORT: CommandWords(N_("Short"), N_("The rest of the line is not there")),
    StationCommand.NEW_CARTON: CommandWords(
        N_("New carton"), N_("Closes the open one and begins the next")
    ),
    StationCommand.CLOSE_CARTON: CommandWords(
        N_("Close carton"), N_("Nothing more goes in; prints its label")
    ),
    StationCommand.CARTON_TYPE: CommandWords(N_("Carton type"), N_("Choose another type")),
    StationCommand.FINISH: CommandWords(
        N_("Finish"), N_("Packs the order, or sends it to its lane")
    ),
    StationCommand.PRINT_AGAIN: CommandWords(N_("Print again"), N_("The last label once more")),
    StationCommand.LOG_OUT: CommandWords(N_("Log out"), N_("The next one scans their badge")),
}
"""In the order in which they stand on the sheet."""

SHEET_QUANTITIES = tuple(map(Decimal, (2, 3, 4, 5, 6, 8, 10, 12, 20, 24, 50, 100)))
"""The quantities that have a barcode on the command sheet; others are typed."""
