"""What a scanned code names, looked up in the order of the floor; scanners, and wrong scans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.messages import N_, render
from app.rules.scanning import (
    Candidate,
    Scan,
    ScanKind,
    StationCommand,
    parse,
    resolution_candidates,
)
from app.rules.scanning.wedge import WedgeSettings

NOT_KNOWN = N_("Nothing here has the code {code}. Check the label, or register the code.")

_LOOK_UPS: dict[ScanKind, str] = {
    ScanKind.ORDER: "SELECT 'order', o.id, o.number, c.name FROM sales_order o"
    " JOIN customer c ON c.id = o.customer_id WHERE o.number = :value",
    ScanKind.PICKLIST: "SELECT 'picklist', id, number, state FROM picklist WHERE number = :value",
    ScanKind.TRIP: "SELECT 'trip', id, number, driver FROM trip WHERE number = :value",
    ScanKind.BIN: "SELECT 'location', id, code, name FROM location WHERE code = :value",
    ScanKind.CARTON: "SELECT 'carton', c.id, c.sscc, o.number FROM carton c"
    " JOIN sales_order o ON o.id = c.order_id WHERE c.sscc = :value OR c.id::text = :value",
    ScanKind.SSCC: "SELECT 'carton', c.id, c.sscc, o.number FROM carton c"
    " JOIN sales_order o ON o.id = c.order_id WHERE c.sscc = :value",
    ScanKind.BADGE: "SELECT 'person', id, login, name FROM person WHERE badge = :value",
    ScanKind.SERIAL: "SELECT 'lot', t.id, t.code, i.name FROM lot t JOIN item i ON i.id = t.item_id"
    " WHERE t.code = :value AND t.is_serial ORDER BY t.id LIMIT 1",
    ScanKind.LOT: "SELECT 'lot', t.id, t.code, i.name FROM lot t JOIN item i ON i.id = t.item_id"
    " WHERE t.code = :value AND NOT t.is_serial ORDER BY t.id LIMIT 1",
    ScanKind.GTIN: "SELECT 'item', i.id, i.number, i.name FROM item_unit u"
    " JOIN item i ON i.id = u.item_id WHERE u.gtin = :value",
    ScanKind.ITEM: "SELECT 'item', id, number, name FROM item WHERE number = :value",
    ScanKind.ALIAS: "SELECT 'item', i.id, i.number, i.name FROM item_alias a"
    " JOIN item i ON i.id = a.item_id WHERE a.code = :value ORDER BY a.id LIMIT 1",
}


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """How this company reads codes."""

    prefix: str
    company_prefix: str
    today: date


def scan_settings(session: Session) -> ScanSettings:
    """The company's settings for reading codes."""
    row = session.execute(
        text("SELECT scan_prefix, gs1_company_prefix, time_zone FROM company")
    ).one()
    return ScanSettings(row[0], row[1], today(row[2]))


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scanned code is at a desk: a command, a quantity, or a thing with id and number.

    `kind` is the thing's, empty when the code names nothing; then `reason` says why. `factor` is
    how many base units one of what was scanned is: 6 for the GTIN of a case of six.
    """

    command: StationCommand | None = None
    quantity: Decimal | None = None
    kind: str = ""
    id: int = 0
    number: str = ""
    reason: str = ""
    factor: Decimal = Decimal(1)


def scanned(session: Session, code: str) -> Scanned:
    """What a code is, scanned at a desk."""
    settings = scan_settings(session)
    scan = read_code(settings, code)
    if scan.command is not None or scan.quantity is not None:
        return Scanned(scan.command, scan.quantity)
    answer = resolved(session, settings, code)
    found = answer["resolved"]
    if found is None:
        return Scanned(reason=str(answer.get("reason", "")))
    return Scanned(
        kind=str(found["type"]),
        id=int(found["id"]),
        number=str(found["number"]),
        factor=Decimal(1) if scan.gtin is None else _factor(session, scan.gtin),
    )


def _factor(session: Session, gtin: str) -> Decimal:
    """How many base units the unit with this GTIN is; 1 where no unit has it."""
    factor = session.execute(
        text("SELECT factor FROM item_unit WHERE gtin = :gtin"), {"gtin": gtin}
    ).scalar()
    return Decimal(1) if factor is None else Decimal(factor)


def read_code(settings: ScanSettings, code: str) -> Scan:
    """A code as this company reads it; what it names is not looked up."""
    return parse(
        code,
        prefix=settings.prefix,
        today=settings.today,
        company_prefix=settings.company_prefix,
    )


def resolved(session: Session, settings: ScanSettings, code: str) -> dict[str, Any]:
    """The scan as JSON, with what it names; `reason` says why it names nothing."""
    scan = read_code(settings, code)
    for candidate in resolution_candidates(scan):
        found = _look_up(session, candidate)
        if found is not None:
            kind = candidate.kind if scan.kind is ScanKind.UNKNOWN else scan.kind
            return scan.as_json() | {"kind": kind.value, "resolved": found}
    answer: dict[str, Any] = scan.as_json() | {"resolved": None}
    if scan.valid and scan.kind not in (ScanKind.COMMAND, ScanKind.QUANTITY):
        answer["reason"] = render(NOT_KNOWN, {"code": scan.value})
    return answer


def _look_up(session: Session, candidate: Candidate) -> dict[str, Any] | None:
    if candidate.is_picklist_line:
        sql = (
            "SELECT 'picklist_line', k.id, p.number, k.state FROM picklist_line k"
            " JOIN picklist p ON p.id = k.picklist_id WHERE k.id::text = :value"
        )
    elif candidate.kind in _LOOK_UPS:
        sql = _LOOK_UPS[candidate.kind]
    else:
        return None
    row = session.execute(text(sql), {"value": candidate.value}).first()
    if row is None:
        return None
    return {"type": row[0], "id": row[1], "number": row[2], "label": row[3]}


@dataclass(frozen=True, slots=True)
class StationScanner:
    """A station and how its keyboard wedge is set up."""

    station_id: int
    station: str
    wedge: WedgeSettings


def station_scanner(session: Session, *, station: str | None) -> StationScanner | None:
    """The scanner of a station, with the usual settings where none were set; None without one."""
    row = session.execute(
        text("""
            SELECT s.id, s.code, k.prefix, k.suffix, k.gap_ms, k.patience_ms, k.shortest
              FROM station s LEFT JOIN station_scanner k ON k.station_id = s.id
             WHERE s.code = :code OR (CAST(:code AS text) IS NULL AND s.login = session_user)
             ORDER BY s.id LIMIT 1"""),
        {"code": station},
    ).one_or_none()
    if row is None:
        return None
    wedge = WedgeSettings() if row.suffix is None else WedgeSettings(*row[2:])
    return StationScanner(row.id, row.code, wedge)


@dataclass(frozen=True, slots=True)
class WrongScanRow:
    """One text that led nowhere at a station on a day of the company's: how often and why.

    `station` is empty for windows that are no station; `operators` are their logins.
    """

    day: date
    station: str
    desk: str
    count: int
    code: str
    word: str
    reason: str
    last_at: datetime
    operators: str


def wrong_scans(
    session: Session, *, day: date | None = None, station: str | None = None, limit: int = 200
) -> tuple[WrongScanRow, ...]:
    """Scans that led nowhere, of all days or one, at all stations or one.

    The newest day first, then by station, the most frequent first.
    """
    rows = session.execute(
        text("""
            SELECT (w.happened_at AT TIME ZONE k.time_zone)::date AS day,
                   coalesce(c.station, ''), w.desk, count(*) AS count, w.code, w.word,
                   (array_agg(w.reason ORDER BY w.id DESC))[1], max(w.happened_at),
                   string_agg(DISTINCT c.operator, ', ')
              FROM wrong_scan w JOIN command c ON c.id = w.command_id CROSS JOIN company k
             WHERE (CAST(:day AS date) IS NULL
                    OR (w.happened_at >= CAST(:day AS date)::timestamp AT TIME ZONE k.time_zone
                        AND w.happened_at
                            < (CAST(:day AS date) + 1)::timestamp AT TIME ZONE k.time_zone))
               AND (CAST(:station AS text) IS NULL OR c.station = :station)
             GROUP BY 1, 2, 3, w.code, w.word
             ORDER BY 1 DESC, 2, 4 DESC, 8 DESC LIMIT :limit"""),
        {"day": day, "station": station, "limit": limit},
    )
    return tuple(WrongScanRow(*row) for row in rows)
