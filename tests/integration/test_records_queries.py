"""Items and customers as they are looked up: lists by name, one of them whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core.errors import NotFound
from app.database.engine import reading
from app.operations.allocation import allocate_order
from app.operations.picking import pick_order
from app.operations.taxes import create_tax_exemption
from app.queries.customers import customer, customers
from app.queries.items import item, items
from tests.factories.day import Day


def test_items_come_by_name_and_in_pages(day: Day) -> None:
    with reading(day.owner) as session:
        first = items(session, limit=4)
        rest = items(session, after=first[-1].key, limit=4)
    names = [row.name for row in (*first, *rest)]
    assert names == sorted(names, key=str.casefold)
    assert len(set(names)) == 6


def test_a_filter_is_the_beginning_of_a_number_or_a_name(day: Day) -> None:
    with reading(day.owner) as session:
        assert [row.number for row in items(session, filter="bilge")] == ["PUMP"]
        assert [row.number for row in items(session, filter="pum")] == ["PUMP"]
        assert items(session, filter="ilge") == ()
        assert items(session, filter="%") == ()
        assert [row.number for row in customers(session, filter="HARBOUR")] == ["C-2"]


def test_what_is_no_longer_sold_is_only_in_the_view_of_all(day: Day) -> None:
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE item SET is_discontinued = true WHERE number = 'PUMP'"))
    with reading(day.owner) as session:
        assert items(session, filter="PUMP") == ()
        (row,) = items(session, filter="PUMP", view="all")
    assert not row.is_sold


def test_an_item_says_where_it_lies_and_who_wants_it(day: Day) -> None:
    day.stock("PUMP", 10)
    served = day.order(("PUMP", 4))
    day.runner.do(allocate_order, order=served)
    day.runner.do(pick_order, order=served, to=day.place("S-01"))
    waiting = day.order(("PUMP", 8), customer="C-2")
    with reading(day.owner) as session:
        found = item(session, item=day.item("PUMP"))
    assert [(place.location, place.on_hand, place.free) for place in found.places] == [
        ("S-01", Decimal(4), Decimal(0)),
        ("A-01", Decimal(6), Decimal(6)),
    ]
    assert (found.on_hand, found.allocated, found.free) == (Decimal(10), Decimal(4), Decimal(6))
    assert found.backordered == 8
    assert [(each.order_id, each.open, each.backordered) for each in found.demand] == [
        (served, Decimal(4), Decimal(0)),
        (waiting, Decimal(8), Decimal(8)),
    ]
    assert [(unit.name, unit.factor) for unit in found.units] == [
        ("pc", Decimal(1)),
        ("case", Decimal(6)),
    ]


def test_a_blocked_lot_is_there_but_not_free(day: Day) -> None:
    day.stock("FLARE", 5, lot="L-1")
    with day.owner.begin() as owner:
        owner.execute(text("UPDATE lot SET blocked_reason = 'recall' WHERE code = 'L-1'"))
    with reading(day.owner) as session:
        (place,) = item(session, item=day.item("FLARE")).places
    assert (place.on_hand, place.free, place.why_not) == (Decimal(5), Decimal(0), "recall")


def test_a_customer_says_what_is_open(day: Day) -> None:
    order = day.order(("PUMP", 2))
    with reading(day.owner) as session:
        found = customer(session, customer=day.id_of("customer", "C-1"))
        listed = customers(session)
    assert [each.id for each in found.open_orders] == [order]
    assert found.open_amounts == {"USD": Decimal("86.18")}
    assert found.addresses[0].city == "Falmouth"
    assert found.invoices == ()
    assert [(row.number, row.open_orders) for row in listed] == [("C-1", 1), ("C-2", 0)]


def test_what_is_not_there_is_refused(day: Day) -> None:
    with reading(day.owner) as session:
        with pytest.raises(NotFound):
            item(session, item=999_999)
        with pytest.raises(NotFound):
            customer(session, customer=999_999)


def test_a_customer_says_by_which_certificate_and_how_long_no_tax_is_charged(
    day: Day, today: date
) -> None:
    def exempt() -> tuple[bool, str, date | None]:
        with reading(day.owner) as session:
            found = customer(session, customer=1)
        return found.is_tax_exempt, found.tax_certificate, found.exempt_until

    assert exempt() == (False, "", None)
    soon, later = today + timedelta(days=5), today + timedelta(days=30)
    for certificate, first, last in (
        ("OVER", None, today - timedelta(days=1)),
        ("SOON", None, soon),
        ("LATER", today, later),
        ("NEXT", later, None),
    ):
        day.runner.do(
            create_tax_exemption,
            customer=1,
            certificate=certificate,
            valid_from=first,
            valid_to=last,
        )
    assert exempt() == (True, "LATER", later)
