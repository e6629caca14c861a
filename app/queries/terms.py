"""Payment terms and delivery modes, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import Kind
from app.queries.beginnings import as_typed
from app.rules.orders import DeliveryKind


@dataclass(frozen=True, slots=True)
class TermsRow:
    """Payment terms: an invoice is due so many days after its date. The id is the code."""

    id: str
    key: tuple[Any, ...]
    name: str
    days: int
    kind: Kind = Kind.PAYMENT_TERMS


@dataclass(frozen=True, slots=True)
class DeliveryModeRow:
    """A way goods reach the customer, and how many days it takes. The id is the code."""

    id: str
    key: tuple[Any, ...]
    name: str
    way: DeliveryKind
    transit_days: int
    kind: Kind = Kind.DELIVERY_MODE


def payment_terms(
    session: Session,
    *,
    filter: str = "",
    after: tuple[str] | None = None,
    limit: int = 100,
) -> tuple[TermsRow, ...]:
    """One page of payment terms by code; `filter` begins a code or is in a name. One statement."""
    return tuple(
        TermsRow(row.code, (row.code,), row.name, row.days)
        for row in _page(session, "code, name, days FROM payment_terms", filter, after, limit)
    )


def delivery_modes(
    session: Session,
    *,
    filter: str = "",
    after: tuple[str] | None = None,
    limit: int = 100,
) -> tuple[DeliveryModeRow, ...]:
    """One page of delivery modes by code; `filter` as for payment terms. One statement."""
    columns = "code, name, kind, transit_days FROM delivery_mode"
    return tuple(
        DeliveryModeRow(row.code, (row.code,), row.name, DeliveryKind(row.kind), row.transit_days)
        for row in _page(session, columns, filter, after, limit)
    )


def terms(session: Session, *, code: str) -> TermsRow:
    """Payment terms by their code. Raises: NotFound."""
    row = session.execute(
        text("SELECT code, name, days FROM payment_terms WHERE code = :code"), {"code": code}
    ).one_or_none()
    if row is None:
        raise NotFound(what="payment terms", value=code)
    return TermsRow(row.code, (row.code,), row.name, row.days)


def delivery_mode(session: Session, *, code: str) -> DeliveryModeRow:
    """A delivery mode by its code. Raises: NotFound."""
    row = session.execute(
        text("SELECT code, name, kind, transit_days FROM delivery_mode WHERE code = :code"),
        {"code": code},
    ).one_or_none()
    if row is None:
        raise NotFound(what="delivery mode", value=code)
    return DeliveryModeRow(
        row.code, (row.code,), row.name, DeliveryKind(row.kind), row.transit_days
    )


def _page(
    session: Session, columns: str, filter: str, after: tuple[str] | None, limit: int
) -> list[Any]:
    rows = session.execute(
        text(f"""SELECT {columns}
                  WHERE code > :after
                    AND (starts_with(lower(code), :typed) OR strpos(lower(name), :typed) > 0)
                  ORDER BY code LIMIT :limit"""),
        {
            "typed": as_typed(filter).casefold(),
            "after": after[0] if after else "",
            "limit": limit,
        },
    )
    return list(rows)
