"""Orders as lists: which there are, how far each is, and how many are in each view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

COUNT_STOPS_AT = 1_000

_CONDITIONS: dict[str, str] = {
    "open": "o.state = 'confirmed'",
    "not moving": "o.state = 'confirmed' AND (o.is_short OR o.hold_code IS NOT NULL)",
    "due today": "o.state = 'confirmed' AND o.requested_date <= :today",
    "drafts": "o.state = 'draft'",
    "all": "true",
}
VIEWS = tuple(_CONDITIONS)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list.

    The quantities are sums over its lines in base units, for the bar: `packed` is what the
    customer has, and `packed`, `loaded`, `staged`, `allocated` and `short` do not overlap.
    `short` is 0 until the order is confirmed.
    """

    id: int
    number: str
    customer: str
    requested_date: date
    status: str
    hold_code: str | None
    currency: str
    total: Decimal
    wanted: Decimal
    packed: Decimal
    loaded: Decimal
    staged: Decimal
    allocated: Decimal
    short: Decimal

    @property
    def key(self) -> tuple[date, int]:
        """Where the next page begins."""
        return self.requested_date, self.id


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders each view holds; a count of 1,000 means that or more."""

    open: int
    not_moving: int
    due_today: int
    drafts: int


def order_rows(
    session: Session,
    *,
    view: str = "open",
    filter: str = "",
    today: date,
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> tuple[OrderRow, ...]:
    """One page of a view, by requested date; *due today* holds what is overdue as well.

    `filter` is the beginning of an order number or of a customer's name. `after` is the `key`
    of the last row shown. One statement, however many orders there are.
    """
    conditions = [_CONDITIONS[view]]
    values: dict[str, object] = {"limit": limit}
    if ":today" in conditions[0]:
        values["today"] = today
    if after is not None:
        conditions.append("(o.requested_date, o.id) > (:after_date, :after_id)")
        values["after_date"], values["after_id"] = after
    if wanted := filter.strip().replace("\0", ""):
        conditions.append(
            "(starts_with(o.number, upper(:filter)) OR starts_with(lower(c.name), lower(:filter)))"
        )
        values["filter"] = wanted
    rows = session.execute(
        text(f"""
            WITH page AS MATERIALIZED (
                SELECT o.id, o.number, c.name, o.requested_date, o.status, o.hold_code,
                       o.currency, o.total_amount, o.state
                  FROM sales_order o JOIN customer c ON c.id = o.customer_id
                 WHERE {" AND ".join(conditions)}
                 ORDER BY o.requested_date, o.id LIMIT :limit)
            SELECT p.id, p.number, p.name, p.requested_date, p.status, p.hold_code,
                   p.currency, p.total_amount, q.wanted, q.packed, q.loaded, q.staged,
                   q.allocated, CASE WHEN p.state = 'confirmed' THEN q.short ELSE 0 END
              FROM page p
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(l.wanted), 0) AS wanted,
                       coalesce(sum(l.packed - l.returned + l.drop_confirmed + l.performed), 0)
                           AS packed,
                       coalesce(sum(l.loaded), 0) AS loaded,
                       coalesce(sum(l.staged), 0) AS staged,
                       coalesce(sum(l.allocated - l.staged - l.loaded), 0) AS allocated,
                       coalesce(sum(l.backordered), 0) AS short
                  FROM sales_order_line l WHERE l.order_id = p.id) q
             ORDER BY p.requested_date, p.id"""),
        values,
    )
    return tuple(OrderRow(*row) for row in rows)


def order_counts(session: Session, *, today: date) -> OrderCounts:
    """How many orders each view holds, counted no further than 1,000. One statement."""
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM sales_order o WHERE {_CONDITIONS[view]}"
        f" LIMIT {COUNT_STOPS_AT}) AS few)"
        for view in ("open", "not moving", "due today", "drafts")
    )
    return OrderCounts(*session.execute(text(f"SELECT {counts}"), {"today": today}).one())
