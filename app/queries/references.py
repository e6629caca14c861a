"""From the number or code a person knows to the id the database knows."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind

_BY_NUMBER: dict[Kind, str] = {
    Kind.ITEM: "SELECT id FROM item WHERE number = :value",
    Kind.CUSTOMER: "SELECT id FROM customer WHERE number = :value",
    Kind.SUPPLIER: "SELECT id FROM supplier WHERE number = :value",
    Kind.WAREHOUSE: "SELECT id FROM warehouse WHERE code = :value",
    Kind.LOCATION: "SELECT id FROM location WHERE code = :value",
    Kind.ORDER: "SELECT id FROM sales_order WHERE number = :value",
    Kind.PICKLIST: "SELECT id FROM picklist WHERE number = :value",
    Kind.CARTON: "SELECT id FROM carton WHERE sscc = :value",
    Kind.CARTON_TYPE: "SELECT id FROM carton_type WHERE code = :value",
    Kind.SHIPMENT: "SELECT id FROM shipment WHERE number = :value",
    Kind.TRIP: "SELECT id FROM trip WHERE number = :value",
    Kind.INVOICE: "SELECT id FROM invoice WHERE number = :value",
    Kind.PRINTER: "SELECT id FROM printer WHERE code = :value",
    Kind.STATION: "SELECT id FROM station WHERE code = :value",
    Kind.PERSON: "SELECT id FROM person WHERE login = :value",
}


def resolve(session: Session, kind: Kind, value: str) -> int:
    """The id behind a number or code; a text of digits that is no number is taken as the id.

    Raises: NotFound.
    """
    if kind in _BY_NUMBER:
        found = session.execute(text(_BY_NUMBER[kind]), {"value": value}).scalar_one_or_none()
        if found is not None:
            return int(found)
    if value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    raise NotFound(what=kind.value.replace("_", " "), value=value)
