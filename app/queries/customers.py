"""Customers as a list, and one customer with addresses, terms, open orders and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import CustomerRef
from app.queries.agreements import LadderRow, ladders
from app.queries.beginnings import as_typed, beginnings
from app.queries.views import view_of

VIEWS = ("active", "all")
MOST_DOCUMENTS = 20
"""Open orders and invoices are listed up to so many, the newest first."""
MOST_AGREEMENTS = 12
"""So many of its agreements are shown beside a record; their desk has them all."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list."""

    id: int
    number: str
    name: str
    name_sort: str
    city: str
    phone: str
    open_orders: int
    is_active: bool

    @property
    def key(self) -> tuple[str, int]:
        """Where the next page begins."""
        return self.name_sort, self.id


@dataclass(frozen=True, slots=True)
class CustomerAddress:
    """Where a customer is billed or supplied."""

    id: int
    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    is_bill_to: bool
    is_ship_to: bool


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """An open order of the customer."""

    id: int
    number: str
    status: str
    order_date: date
    requested_date: date
    currency: str
    total: Decimal
    customer_po: str


@dataclass(frozen=True, slots=True)
class CustomerInvoice:
    """A posted invoice of the customer."""

    id: int
    number: str
    invoice_date: date
    currency: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class CustomerDocument:
    """One customer with everything a clerk is asked about them.

    `open_amounts` is what the open orders listed come to, by currency, tax included. Of several
    certificates that count today `tax_certificate` is the one that counts longest. `agreements` are
    the newest that are the customer's own, not its groups'.
    """

    id: int
    number: str
    name: str
    group: str
    contact: str
    phone: str
    email: str
    currency: str
    language: str
    terms: str
    delivery_mode: str
    credit_limit: Decimal | None
    backorder_policy: str
    ship_complete: bool
    is_tax_exempt: bool
    tax_certificate: str
    exempt_until: date | None
    is_active: bool
    terms_code: str
    delivery_mode_code: str
    group_code: str
    addresses: tuple[CustomerAddress, ...]
    open_orders: tuple[CustomerOrder, ...]
    invoices: tuple[CustomerInvoice, ...]
    agreements: tuple[LadderRow, ...]

    @property
    def open_amounts(self) -> dict[str, Decimal]:
        """Currency → sum of the open orders listed."""
        sums: dict[str, Decimal] = {}
        for each in self.open_orders:
            sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.total
        return sums


@dataclass(frozen=True, slots=True)
class CustomerChoices:
    """What a customer is given by choosing; each is (code, name)."""

    groups: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]
    delivery_modes: tuple[tuple[str, str], ...]


def customer_choices(session: Session) -> CustomerChoices:
    """The groups, terms and delivery modes there are, by name. One statement."""
    rows = session.execute(
        text("""SELECT 1, code, name FROM account_group
                UNION ALL SELECT 2, code, name FROM payment_terms
                UNION ALL SELECT 3, code, name FROM delivery_mode ORDER BY 1, 3, 2""")
    ).all()
    return CustomerChoices(
        *(tuple((code, name) for sort, code, name in rows if sort == which) for which in (1, 2, 3))
    )


_VIEWS = {"active": "c.is_active", "all": "true"}


def customers(
    session: Session,
    *,
    view: str = "active",
    filter: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 100,
) -> tuple[CustomerRow, ...]:
    """One page of the customers by name: `active` or `all`. `filter` begins a number or a name.

    `after` is the `key` of the last row shown. One statement, however many there are.
    Raises: UnknownView.
    """
    conditions = [view_of(_VIEWS, view)]
    values: dict[str, object] = {"limit": limit}
    if after is not None:
        conditions.append("(c.name_sort, c.id) > (:after_name, :after_id)")
        values["after_name"], values["after_id"] = after
    source = "customer"
    if wanted := as_typed(filter):
        source = """(SELECT * FROM customer WHERE name_sort >= :name AND name_sort < :name_end
                     UNION SELECT * FROM customer WHERE number >= :code AND number < :code_end)"""
        values |= beginnings(wanted)
    rows = session.execute(
        text(f"""
            SELECT c.id, c.number, c.name, c.name_sort,
                   coalesce((SELECT a.city FROM address a WHERE a.customer_id = c.id
                              ORDER BY a.is_bill_to DESC, a.id LIMIT 1), ''),
                   c.phone,
                   (SELECT count(*) FROM (SELECT 1 FROM sales_order o
                      WHERE o.customer_id = c.id AND o.state = 'confirmed' LIMIT 100) few),
                   c.is_active
              FROM {source} c
             WHERE {" AND ".join(conditions)}
             ORDER BY c.name_sort, c.id LIMIT :limit"""),
        values,
    )
    return tuple(CustomerRow(*row) for row in rows)


def customer(session: Session, *, customer: CustomerRef) -> CustomerDocument:
    """One customer: addresses, terms, open orders, last invoices. Raises: NotFound."""
    head = session.execute(_HEAD, {"customer": customer}).one_or_none()
    if head is None:
        raise NotFound(what="customer", value=customer)
    addresses = session.execute(_ADDRESSES, {"customer": customer})
    orders = session.execute(_ORDERS, {"customer": customer})
    invoices = session.execute(_INVOICES, {"customer": customer})
    return CustomerDocument(
        **head._mapping,
        addresses=tuple(CustomerAddress(*row) for row in addresses),
        open_orders=tuple(CustomerOrder(*row) for row in orders),
        invoices=tuple(CustomerInvoice(*row) for row in invoices),
        agreements=ladders(session, customer=customer, limit=MOST_AGREEMENTS),
    )


_HEAD = text("""
    SELECT c.id, c.number, c.name, coalesce(g.name, '') AS "group", c.contact, c.phone, c.email,
           c.currency, c.language, coalesce(t.name, '') AS terms,
           coalesce(m.name, '') AS delivery_mode, c.credit_limit,
           c.backorder_policy, c.ship_complete,
           x.certificate IS NOT NULL AS is_tax_exempt,
           coalesce(x.certificate, '') AS tax_certificate, x.valid_to AS exempt_until,
           c.is_active,
           coalesce(t.code, '') AS terms_code, coalesce(m.code, '') AS delivery_mode_code,
           coalesce(g.code, '') AS group_code
      FROM customer c
      LEFT JOIN account_group g ON g.id = c.group_id
      LEFT JOIN payment_terms t ON t.id = c.terms_id
      LEFT JOIN delivery_mode m ON m.id = c.delivery_mode_id
      LEFT JOIN LATERAL (
        SELECT e.certificate, e.valid_to FROM tax_exemption e, company k
         WHERE e.customer_id = c.id
           AND (now() AT TIME ZONE k.time_zone)::date
               BETWEEN coalesce(e.valid_from, '-infinity') AND coalesce(e.valid_to, 'infinity')
         ORDER BY e.valid_to DESC NULLS FIRST, e.id LIMIT 1) x ON true
     WHERE c.id = :customer""")

_ADDRESSES = text("""
    SELECT id, name, street, city, region, postal_code, country, is_bill_to, is_ship_to
      FROM address WHERE customer_id = :customer ORDER BY is_bill_to DESC, id""")

_ORDERS = text(f"""
    SELECT id, number, status, order_date, requested_date, currency, total_amount, customer_po
      FROM sales_order WHERE customer_id = :customer AND state IN ('draft', 'confirmed')
     ORDER BY id DESC LIMIT {MOST_DOCUMENTS}""")

_INVOICES = text(f"""
    SELECT i.id, i.number, i.invoice_date, i.currency, i.total_amount
      FROM invoice i WHERE i.customer_id = :customer AND i.state = 'posted'
     ORDER BY i.id DESC LIMIT {MOST_DOCUMENTS}""")
