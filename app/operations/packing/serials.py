"""Serials that are recorded when packed: each unit is with one customer at a time."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.operations.packing.refusals import SerialTaken


def check_serial(session: Session, item: int, number: str, serial: str) -> None:
    """Refuse a serial that is in a carton or with a customer already. Raises: SerialTaken."""
    place = session.execute(
        text("SELECT lock_serial(:item, :serial)"), {"item": item, "serial": serial}
    ).scalar_one()
    if place is not None:
        raise SerialTaken(serial=serial, item=number, place=place)
