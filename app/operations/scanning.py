"""Scans that led nowhere are kept, and each station's scanner is set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, StationRef
from app.core.messages import N_
from app.models.scanning import WrongScan
from app.rules.scanning.scan import readable
from app.rules.scanning.wedge import GAP_MS, LONGEST_END, PATIENCE_MS, SHORTEST

LONGEST_CODE = 500
LONGEST_REASON = 1000


class OutOfReason(BusinessError):
    """A setting with which no scanner could be told from a person."""

    sentence = N_("{what} is {value}; use {least} to {most}.")


class EndTooLong(BusinessError):
    """A prefix or suffix no scanner sends."""

    sentence = N_("The {what} has {length} characters; use at most {most}.")


class EndsAlike(BusinessError):
    """A prefix that is also the suffix: no scan would ever begin."""

    about = ("prefix", "suffix")
    sentence = N_("Prefix and suffix are the same. Set another one in the scanner.")


@dataclass(frozen=True, slots=True)
class ScanNote:
    """A scan that was answered with a stop: when, its text, the large word and the sentence."""

    happened_at: datetime
    code: str
    word: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScansNoted:
    """How many were kept."""

    count: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class ScannerSet:
    """The station whose scanner is read with other settings from now on."""

    station_id: int
    station: str
    changes: Changes


def note_wrong_scans(
    session: Session, actor: Actor, *, desk: str, scans: tuple[ScanNote, ...]
) -> ScansNoted:
    """Keep scans that led nowhere; station and operator are those of the command.

    Texts are written as they are shown, and cut to what the table holds (500 and 1,000
    characters). Nothing else changes, so no screen is told.
    """
    actor.require("note_wrong_scans", Group.FLOOR, Group.SALES)
    if scans:
        session.execute(
            insert(WrongScan),
            [
                {
                    "happened_at": each.happened_at,
                    "desk": desk,
                    "code": readable(each.code)[:LONGEST_CODE],
                    "word": readable(each.word)[:LONGEST_CODE],
                    "reason": readable(each.reason)[:LONGEST_REASON],
                }
                for each in scans
            ],
        )
    return ScansNoted(len(scans), Changes())


def set_scanner(
    session: Session,
    actor: Actor,
    *,
    station: StationRef,
    prefix: str = "",
    suffix: str = "\r",
    gap_ms: int = 50,
    patience_ms: int = 250,
    shortest: int = 4,
) -> ScannerSet:
    """Say what a station's keyboard wedge sends and how patient to be; times in milliseconds.

    `prefix` and `suffix` are the characters set in the scanner, Enter being \\r and Tab \\t.
    Raises: NotFound, EndTooLong, EndsAlike, OutOfReason; all at once.
    """
    actor.require("set_scanner", Group.FLOOR, Group.SALES, Group.ADMIN)
    code = session.execute(
        text("SELECT code FROM station WHERE id = :id"), {"id": station}
    ).scalar_one_or_none()
    problems: list[BusinessError] = []
    if code is None:
        problems.append(NotFound(what="station", value=station))
    for what, value in (("prefix", prefix), ("suffix", suffix)):
        if len(value) > LONGEST_END:
            refusal = EndTooLong(what=what, length=len(value), most=LONGEST_END)
            problems.append(refusal.naming(what))
    if prefix and prefix == suffix:
        problems.append(EndsAlike())
    for argument, what, number, (least, most) in (
        ("gap_ms", "Time between keys", gap_ms, GAP_MS),
        ("patience_ms", "Time to wait", patience_ms, PATIENCE_MS),
        ("shortest", "Shortest scan", shortest, SHORTEST),
    ):
        if not least <= number <= most:
            refusal_of_number = OutOfReason(what=what, value=number, least=least, most=most)
            problems.append(refusal_of_number.naming(argument))
    raise_all(problems)
    session.execute(
        text("""
            INSERT INTO station_scanner (station_id, prefix, suffix, gap_ms, patience_ms, shortest)
            VALUES (:station, :prefix, :suffix, :gap_ms, :patience_ms, :shortest)
            ON CONFLICT (station_id) DO UPDATE SET prefix = excluded.prefix,
              suffix = excluded.suffix, gap_ms = excluded.gap_ms,
              patience_ms = excluded.patience_ms, shortest = excluded.shortest"""),
        {
            "station": station,
            "prefix": prefix.replace("\0", ""),
            "suffix": suffix.replace("\0", ""),
            "gap_ms": gap_ms,
            "patience_ms": patience_ms,
            "shortest": shortest,
        },
    )
    return ScannerSet(station, str(code), changed(Kind.STATION, station))
