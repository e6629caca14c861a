"""Printers: named, reached somewhere, and given to stations for what they print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound, raise_all
from app.core.ids import Kind, PrinterRef, StationRef
from app.core.messages import N_
from app.gateways.printers import PrinterKind, PrinterLanguage, address_fault
from app.models.users import Printer
from app.operations.records import Problems, Seen, Subject, own_changes, those_given
from app.rules.printing import PrinterRole
from app.rules.records import check_code, check_name, check_text

Density = Literal[6, 8, 12, 24]
"""Dots in a millimetre: 152, 203, 300 and 600 to the inch."""


class AddressUnclear(BusinessError):
    """A printer nobody would find."""

    sentence = N_("The printer {printer} cannot be at {address}: {reason}.")


class PrintsLabelsOnly(BusinessError):
    """Pages for a printer that understands labels alone."""

    about = ("roles", "language")
    sentence = N_(
        "The printer {printer} prints labels only (ZPL), not {roles}. "
        "Choose a printer for pages, or say that this one understands PDF."
    )


class PrinterAtWork(BusinessError):
    """A printer that stations would miss."""

    sentence = N_(
        "The printer {printer} still prints {uses}. Let another printer do that first, "
        "then switch this one off."
    )


class PrinterIsOff(BusinessError):
    """Paper for a printer that is not in use."""

    sentence = N_("The printer {printer} is switched off. Switch it on first, or choose another.")


class RolesMissing(BusinessError):
    """A printer that is to print nothing."""

    about = ("roles",)
    sentence = N_("Choose what {printer} is to print: documents, picklists or labels.")


@dataclass(frozen=True, slots=True)
class PrinterSaved:
    """The printer as it is now."""

    printer_id: int
    code: str
    changes: Changes


def create_printer(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: PrinterKind,
    address: str,
    language: PrinterLanguage = PrinterLanguage.PDF,
    dots_per_mm: Density = 8,
) -> PrinterSaved:
    """Make a printer: a queue of the system, a raw socket (host:9100), or a folder.

    A folder that is not told whole stands below the folder for papers of each computer.
    Raises: NotPermitted, NumberTaken, AddressUnclear, TextMissing; all at once.
    """
    actor.require("create_printer", Group.ADMIN)
    problems = Problems()
    values = {
        "code": problems.check(0, "code", check_code, code),
        "name": problems.check(0, "name", check_name, name),
        "kind": kind.value,
        "address": problems.check(0, "address", _address, kind, code, address),
        "language": language.value,
        "dots_per_mm": dots_per_mm,
    }
    problems.numbers(session, "printer", "printer", [values["code"]], "code")
    problems.raise_all()
    id = session.execute(insert(Printer).returning(Printer.id), [values]).scalar_one()
    return PrinterSaved(id, values["code"], changed(Kind.PRINTER, id))


def change_printer(
    session: Session,
    actor: Actor,
    *,
    printer: PrinterRef,
    seen: Seen | None = None,
    name: str | None = None,
    kind: PrinterKind | None = None,
    address: str | None = None,
    language: PrinterLanguage | None = None,
    dots_per_mm: Density | None = None,
    is_active: bool | None = None,
) -> PrinterSaved:
    """Change what is given of a printer, or put it out of use (`is_active`); the code stays.

    One that stations print on is not put out of use, nor made to understand labels alone while
    pages go there. Raises: NotFound, ChangedBySomeoneElse, PrinterAtWork, PrintsLabelsOnly,
    AddressUnclear, …
    """
    actor.require("change_printer", Group.ADMIN)
    now = _printer(session, printer, lock=True)
    wanted = those_given(
        name=name, kind=kind, address=address, language=language, dots_per_mm=dots_per_mm
    )
    subject = Subject(now.name, Kind.PRINTER, printer)
    own = own_changes(session, seen, wanted, now._asdict(), subject)
    name, kind, address = own.get("name"), own.get("kind"), own.get("address")
    language, dots_per_mm = own.get("language"), own.get("dots_per_mm")
    uses = _uses(session, printer)
    problems = Problems()
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = problems.check(0, "name", check_name, name)
    if kind is not None or address is not None:
        kind = kind or PrinterKind(now.kind)
        address = now.address if address is None else address
        values["kind"] = kind.value
        values["address"] = problems.check(0, "address", _address, kind, now.code, address)
    if language is not None:
        values["language"] = language.value
        pages = [role for role, _station in uses if role != PrinterRole.LABELS]
        if language is PrinterLanguage.ZPL and pages:
            problems.add(
                0, "language", PrintsLabelsOnly(printer=now.code, roles=sorted(set(pages)))
            )
    if dots_per_mm is not None:
        values["dots_per_mm"] = dots_per_mm
    if is_active is not None:
        values["is_active"] = is_active
        if not is_active and uses:
            told = [f"{role} ({station})" if station else role for role, station in uses]
            problems.add(0, "is_active", PrinterAtWork(printer=now.code, uses=told))
    problems.raise_all()
    if values:
        session.execute(
            update(Printer)
            .where(Printer.id == printer)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return PrinterSaved(printer, now.code, changed(Kind.PRINTER, printer))


def use_printer(
    session: Session,
    actor: Actor,
    *,
    printer: PrinterRef,
    roles: tuple[PrinterRole, ...],
    station: StationRef | None = None,
) -> PrinterSaved:
    """Let a station (none: all that have no own) print documents, picklists or labels on it.

    Raises: NotPermitted, NotFound, RolesMissing, PrinterIsOff, PrintsLabelsOnly; all at once.
    """
    actor.require("use_printer", Group.ADMIN)
    now = _printer(session, printer)
    problems: list[BusinessError] = []
    if not roles:
        problems.append(RolesMissing(printer=now.code))
    if not now.is_active:
        problems.append(PrinterIsOff(printer=now.code))
    pages = sorted(role.value for role in set(roles) - {PrinterRole.LABELS})
    if now.language == PrinterLanguage.ZPL and pages:
        problems.append(PrintsLabelsOnly(printer=now.code, roles=pages))
    _check_station(session, station, problems)
    raise_all(problems)
    session.execute(
        text("""INSERT INTO station_printer (station_id, role, printer_id)
                SELECT :station, r, :printer FROM unnest(CAST(:roles AS text[])) r
                ON CONFLICT (station_id, role) DO UPDATE SET printer_id = excluded.printer_id"""),
        {"station": station, "printer": printer, "roles": _values(roles)},
    )
    return PrinterSaved(printer, now.code, changed(Kind.PRINTER, printer))


def stop_using_printer(
    session: Session,
    actor: Actor,
    *,
    printer: PrinterRef,
    roles: tuple[PrinterRole, ...],
    station: StationRef | None = None,
) -> PrinterSaved:
    """Let a station print these on everybody's printer again; without `station`, everybody's.

    What it did not print there stays as it is. Raises: NotPermitted, NotFound.
    """
    actor.require("stop_using_printer", Group.ADMIN)
    now = _printer(session, printer)
    problems: list[BusinessError] = []
    _check_station(session, station, problems)
    raise_all(problems)
    session.execute(
        text("""DELETE FROM station_printer
                 WHERE printer_id = :printer AND role = ANY (CAST(:roles AS text[]))
                   AND station_id IS NOT DISTINCT FROM CAST(:station AS bigint)"""),
        {"station": station, "printer": printer, "roles": _values(roles)},
    )
    return PrinterSaved(printer, now.code, changed(Kind.PRINTER, printer))


def _printer(session: Session, printer: int, *, lock: bool = False) -> Any:
    how = "FOR NO KEY UPDATE" if lock else ""
    row = session.execute(
        text(f"SELECT * FROM printer WHERE id = :id {how}"), {"id": printer}
    ).one_or_none()
    if row is None:
        raise NotFound(what="printer", value=printer)
    return row


def _uses(session: Session, printer: int) -> list[tuple[str, str]]:
    """What is printed on it, and at which station; at none for everybody's printer."""
    rows = session.execute(
        text("""SELECT u.role, coalesce(s.code, '') FROM station_printer u
                  LEFT JOIN station s ON s.id = u.station_id
                 WHERE u.printer_id = :printer ORDER BY s.code NULLS FIRST, u.role"""),
        {"printer": printer},
    )
    return [(role, station) for role, station in rows]


def _check_station(session: Session, station: int | None, problems: list[BusinessError]) -> None:
    if station is None:
        return
    found = session.execute(text("SELECT 1 FROM station WHERE id = :id"), {"id": station}).first()
    if found is None:
        problems.append(NotFound(what="station", value=station))


def _values(roles: Sequence[PrinterRole]) -> list[str]:
    return sorted({each.value for each in roles})


def _address(kind: PrinterKind, code: str, address: str) -> str:
    address = check_text("address", address, required=True)
    fault = address_fault(kind, address)
    if fault:
        raise AddressUnclear(printer=code, address=address, reason=fault)
    return address
