"""The command sheet: a code for every command, every carton type, and usual quantities."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.messages import N_, plain
from app.documents.command_sheet import Command, CommandSheetData
from app.documents.document import words
from app.queries.paper.sources import Company, PaperOf, company_of, one
from app.rules.scanning import (
    COMMAND_WORDS,
    SHEET_QUANTITIES,
    CodeNotPrintable,
    OwnCode,
    carton_type_command,
)


def command_sheet(session: Session, company: Company, subject: int) -> PaperOf[CommandSheetData]:
    """The commands of a station, with its name. Raises: NotFound."""
    station = one(session, "SELECT name FROM station WHERE id = :id", "station", subject)
    data = CommandSheetData(
        company.letterhead, _commands(session, company), company.paper, station.name
    )
    return PaperOf(data, company.language)


def scanner_commands(session: Session) -> tuple[Command, ...]:
    """What stands on the command sheet: the text of each code, its word, what it does."""
    return _commands(session, company_of(session))


def _commands(session: Session, company: Company) -> tuple[Command, ...]:
    return (*_fixed(company), *_carton_types(session, company), *_quantities(company))


def _fixed(company: Company) -> Iterator[Command]:
    for command, said in COMMAND_WORDS.items():
        yield Command(
            company.code(OwnCode.COMMAND, command.value),
            words(said.word, company.language),
            words(said.explanation, company.language),
        )


def _carton_types(session: Session, company: Company) -> Iterator[Command]:
    rows = session.execute(
        text("SELECT code, name FROM carton_type WHERE is_active ORDER BY is_default DESC, id")
    )
    for row in rows:
        try:
            code = company.code(OwnCode.COMMAND, carton_type_command(row.code))
        except CodeNotPrintable:
            continue  # no barcode can carry this type's code; it is chosen by key
        yield Command(
            code, row.name, words(N_("The carton at hand is of this type"), company.language)
        )


def _quantities(company: Company) -> Iterator[Command]:
    for quantity in SHEET_QUANTITIES:
        yield Command(
            company.code(OwnCode.QUANTITY, plain(quantity)),
            f"× {plain(quantity)}",
            words(N_("So many of the next item"), company.language),
        )
