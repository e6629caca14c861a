"""Orders as lists: which there are, how far each is, and how many are in each view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import String, bindparam, text
from sqlalchemy.orm import Session

from app.queries.beginnings import as_typed, beginnings
from app.queries.stock import waits_to_be_allocated

COUNT_STOPS_AT = 1_000

OrderView = Literal["open", "not moving", "due today", "drafts", "all"]
_CONDITIONS: dict[OrderView, str] = {
    "open": "o.state = 'confirmed'",
    "not moving": "o.state = 'confirmed' AND (o.is_short OR o.hold_code IS NOT NULL)",
    "due today": "o.state = 'confirmed' AND o.requested_date <= :today",
    "drafts": "o.state = 'draft'",
    "all": "true",
}
_TODAY = (
    "coalesce(CAST(:today AS date), (now() AT TIME ZONE (SELECT time_zone FROM company))::date)"
)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list.

    The quantities are sums over its lines in base units, for the bar: `packed` is what the
    customer has, and `packed`, `loaded`, `staged`, `allocated` and `short` do not overlap.
    `short` is 0 until the order is confirmed; `waits` of it is free and only waits to be
    allocated. `sorted_on` is the date its view goes by.
    """

    id: int
    number: str
    customer: str
    requested_date: date
    status: str
    hold_code: str | None
    currency: str
    total: Decimal
    sorted_on: date
    wanted: Decimal
    packed: Decimal
    loaded: Decimal
    staged: Decimal
    allocated: Decimal
    short: Decimal
    waits: Decimal

    @property
    def key(self) -> tuple[date, int]:
        """Where the next page begins."""
        return self.sorted_on, self.id


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders each view holds; a count of 1,000 means that or more."""

    open: int
    not_moving: int
    due_today: int
    drafts: int


# The two ways a filter can match are asked one after the other, each by its own index:
# with OR between them neither index would serve, and every order would be read.
_BY_NUMBER = "o.number >= :code AND o.number < :code_end"
_BY_NAME = "c.name_sort >= :name AND c.name_sort < :name_end"
_TYPED = ("code", "code_end", "name", "name_end")


def order_rows(
    session: Session,
    *,
    view: OrderView = "open",
    filter: str = "",
    today: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> tuple[OrderRow, ...]:
    """One page of a view: what is wanted first comes first; all orders, the newest first.

    *Due today* holds what is overdue as well; `today` is the company's when it is not given.
    `filter` is the beginning of an order number or of a customer's name. `after` is the `key`
    of the last row shown. One statement, however many orders there are.
    """
    by, way, beyond = "o.requested_date", "ASC", ">"
    if view == "all":
        by, way, beyond = "o.order_date", "DESC", "<"
    conditions = [_CONDITIONS[view].replace(":today", _TODAY)]
    values: dict[str, object] = {"limit": limit}
    if view == "due today":
        values["today"] = today
    if after is not None:
        conditions.append(f"({by}, o.id) {beyond} (:after_date, :after_id)")
        values["after_date"], values["after_id"] = after
    matches = [""]
    if wanted := as_typed(filter):
        matches = [f" AND {_BY_NUMBER}", f" AND {_BY_NAME}"]
        values |= beginnings(wanted)
    found = " UNION ".join(
        f"""(SELECT o.id, o.number, c.name, o.requested_date, o.status, o.hold_code,
                    o.currency, o.total_amount, o.state, o.warehouse_id, {by} AS sorted_on
               FROM sales_order o JOIN customer c ON c.id = o.customer_id
              WHERE {" AND ".join(conditions)}{match}
              ORDER BY {by} {way}, o.id {way} LIMIT :limit)"""
        for match in matches
    )
    statement = text(f"""
            WITH page AS MATERIALIZED (
                SELECT * FROM ({found}) AS found
                 ORDER BY sorted_on {way}, id {way} LIMIT :limit)
            SELECT p.id, p.number, p.name, p.requested_date, p.status, p.hold_code,
                   p.currency, p.total_amount, p.sorted_on, q.wanted, q.packed, q.loaded,
                   q.staged, q.allocated,
                   CASE WHEN p.state = 'confirmed' THEN q.short ELSE 0 END,
                   CASE WHEN p.state = 'confirmed' THEN q.waits ELSE 0 END
              FROM page p
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(l.wanted), 0) AS wanted,
                       coalesce(sum(l.packed - l.returned + l.drop_confirmed + l.performed), 0)
                           AS packed,
                       coalesce(sum(l.loaded), 0) AS loaded,
                       coalesce(sum(l.staged), 0) AS staged,
                       coalesce(sum(l.allocated - l.staged - l.loaded), 0) AS allocated,
                       coalesce(sum(l.backordered) FILTER (WHERE l.fulfilment = 'stock'), 0)
                           AS short,
                       coalesce(sum({waits_to_be_allocated("l", "p.warehouse_id")}), 0) AS waits
                  FROM sales_order_line l WHERE l.order_id = p.id) q
             ORDER BY p.sorted_on {way}, p.id {way}""")
    if wanted:
        # What is typed stands in the statement itself: a plan made for any text reads every order.
        statement = statement.bindparams(
            *(bindparam(n, type_=String(), literal_execute=True) for n in _TYPED)
        )
    rows = session.execute(statement, values)
    return tuple(OrderRow(*row) for row in rows)


def order_counts(session: Session, *, today: date | None = None) -> OrderCounts:
    """How many orders each view holds, counted no further than 1,000. One statement.

    `today` is the company's when it is not given.
    """
    views: tuple[OrderView, ...] = ("open", "not moving", "due today", "drafts")
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM sales_order o"
        f" WHERE {_CONDITIONS[view].replace(':today', _TODAY)} LIMIT {COUNT_STOPS_AT}) AS few)"
        for view in views
    )
    return OrderCounts(*session.execute(text(f"SELECT {counts}"), {"today": today}).one())
