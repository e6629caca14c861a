"""What all papers draw on: the company's head and settings, rows by id, addresses and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.countries import country_name
from app.core.errors import NotFound
from app.core.messages import plain
from app.documents.document import Letterhead, Paper
from app.rules.scanning import OwnCode, own_code

Data = TypeVar("Data", covariant=True)


@dataclass(frozen=True, slots=True)
class PaperOf(Generic[Data]):
    """A paper's data and the language it is printed in."""

    data: Data
    language: str


@dataclass(frozen=True, slots=True)
class Company:
    """Who prints, on what paper, in which language and time zone."""

    letterhead: Letterhead
    paper: Paper
    language: str
    prefix: str
    zone: ZoneInfo
    country: str

    def address(self, address: Mapping[str, Any], name: str = "") -> tuple[str, ...]:
        """A stored address as it is written on paper, the name first.

        The country stands below in capitals, by its name; at home it is left out. Source: the
        Universal Postal Union's rules for addresses.
        """
        first = str(address.get("name") or name)
        place = [str(address.get(key) or "") for key in ("city", "region")]
        town = ", ".join(part for part in place if part)
        town = " ".join(part for part in (town, str(address.get("postal_code") or "")) if part)
        street = str(address.get("street") or "").splitlines()
        code = str(address.get("country") or "")
        abroad = country_name(code, self.language).upper() if code != self.country else ""
        return tuple(line.strip() for line in (first, *street, town, abroad) if line.strip())

    def code(self, kind: OwnCode, value: object) -> str:
        """One of our own codes, as it is printed."""
        return own_code(kind, str(value), prefix=self.prefix)

    def at(self, value: datetime | None) -> datetime | None:
        """A moment in the company's time zone."""
        return None if value is None else value.astimezone(self.zone)


def company_of(session: Session) -> Company:
    """The company, as its papers show it."""
    row = session.execute(
        text("""SELECT name, address, phone, email, tax_number, paper, locale, scan_prefix,
                       time_zone, country
                  FROM company""")
    ).one()
    address = tuple(part.strip() for part in row.address.splitlines() if part.strip())
    return Company(
        Letterhead(row.name, address, row.phone, row.email, row.tax_number),
        Paper(row.paper) if row.paper in tuple(Paper) else Paper.A4,
        row.locale.replace("-", "_").split("_")[0],
        row.scan_prefix,
        ZoneInfo(row.time_zone),
        row.country,
    )


def one(session: Session, sql: str, what: str, subject: int) -> Any:
    """The row a paper is about. Raises: NotFound."""
    row = session.execute(text(sql), {"id": subject}).one_or_none()
    if row is None:
        raise NotFound(what=what, value=subject)
    return row


def rows_of(session: Session, sql: str, subject: int) -> list[Any]:
    """The rows that belong to it."""
    return list(session.execute(text(sql), {"id": subject}))


def without_name(lines: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The address where the name stands above it already."""
    return lines[1:] if lines and lines[0] == name else lines


def kg(weight: Decimal | None) -> str:
    """A weight as it is printed; nothing where none is known."""
    return f"{plain(weight)} kg" if weight else ""
