"""What a scanned code names: looked up in the order of the floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.messages import N_, render
from app.rules.scanning import Candidate, ScanKind, parse, resolution_candidates

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


def resolved(session: Session, settings: ScanSettings, code: str) -> dict[str, Any]:
    """The scan as JSON, with what it names; `reason` says why it names nothing."""
    scan = parse(
        code,
        prefix=settings.prefix,
        today=settings.today,
        company_prefix=settings.company_prefix,
    )
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
