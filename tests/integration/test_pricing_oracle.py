"""Lookup, explanation and order lines against a second reckoning, on a company made at random.

The facts are read back table by table and put together by hand; what they mean is reckoned by
`tests/unit/rules/test_pricing_oracle.py`, which shares nothing with the program's own decision.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError
from app.operations.orders import NewLine, enter_order
from app.operations.pricing import NewAgreement, create_agreements, deactivate_agreements
from app.queries.pricing import PriceRequest, price, price_lines
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import (
    Agreement,
    AgreementLevel,
    AgreementState,
    DiscountRule,
    EffectKind,
    Membership,
    Side,
)
from app.rules.pricing.question import Asked, ItemFacts, ListedPrice, PartyFacts
from tests.factories.agreements import DAY
from tests.factories.day import Day
from tests.unit.rules.test_pricing_oracle import second_discounts, second_price

pytestmark = pytest.mark.any_server("random lives, reckoned; each statement has a test of its own")

D = Decimal
ITEMS = ("ROPE", "PUMP", "ANCHOR", "FREE")
UNITS = {"PUMP": ["pc", "case"], "ROPE": ["m"], "ANCHOR": ["pc", "pair"], "FREE": ["pc"]}
ACCOUNT_GROUPS = {"A": None, "B": "A", "C": "B", "X": None, "Y": "X"}
ITEM_GROUPS = {"K": None, "L": "K", "M": None}
AGREEMENTS = 150
ORDERS = 25


def set_up(day: Day, of: Random) -> None:
    """Groups in groups, members with priorities, books, a unit more, and the company's rules."""
    with day.owner.begin() as connection:

        def write(sql: str, **values: Any) -> None:
            connection.execute(text(sql), values)

        for table, groups in (("account_group", ACCOUNT_GROUPS), ("item_group", ITEM_GROUPS)):
            for code, parent in groups.items():
                write(
                    f"""INSERT INTO {table} (code, name, parent_id, is_active) VALUES (:code, :code,
                        (SELECT id FROM {table} WHERE code = :parent), :active)""",
                    code=code,
                    parent=parent,
                    active=of.random() < 0.8,
                )
        for customer in (1, 2):
            write(
                """UPDATE customer SET price_book_id = NULL, group_id =
                   (SELECT id FROM account_group WHERE code = :code) WHERE id = :id""",
                code=of.choice(list(ACCOUNT_GROUPS)),
                id=customer,
            )
            for code in of.sample(list(ACCOUNT_GROUPS), 2):
                write(
                    """INSERT INTO account_group_member (account_group_id, customer_id, priority)
                       SELECT id, :id, :priority FROM account_group WHERE code = :code""",
                    code=code,
                    id=customer,
                    priority=of.choice([0, 0, 1]),
                )
        for number in ITEMS:
            for code in of.sample(list(ITEM_GROUPS), 2):
                write(
                    """INSERT INTO item_group_member (item_group_id, item_id, priority)
                       SELECT g.id, i.id, :priority FROM item_group g, item i
                        WHERE g.code = :code AND i.number = :number""",
                    code=code,
                    number=number,
                    priority=of.choice([0, 0, 1]),
                )
        write("INSERT INTO item_unit (item_id, name, factor) VALUES (3, 'pair', 2)")
        write("INSERT INTO price_book (code, name, kind) VALUES ('STD', 'Standard', 'standard')")
        write("INSERT INTO price_book (code, name, kind) VALUES ('OWN', 'Own', 'custom')")
        write("UPDATE customer SET price_book_id = 2 WHERE id = 2")
        for book, item, unit, amount in (
            (1, 2, "", "37.5"),
            (1, 3, "pair", "290"),
            (2, 2, "case", "210"),
            (2, 1, "", "1.99"),
        ):
            write(
                "INSERT INTO price_book_entry VALUES (:book, :item, 'USD', :unit, :price)",
                book=book,
                item=item,
                unit=unit,
                price=D(amount),
            )
        write(
            "UPDATE company SET discount_rule = :rule, item_floor = :floor",
            rule=of.choice(list(DiscountRule)).value,
            floor=of.random() < 0.5,
        )


def agree(day: Day, of: Random) -> None:
    """One agreement; what would overlap is refused and left."""
    kind = of.choice(list(EffectKind))
    is_price = kind is EffectKind.PRICE
    number = of.choice(ITEMS) if is_price or of.random() < 0.3 else None
    group = None if number or of.random() < 0.4 else of.choice(list(ITEM_GROUPS))
    party = of.random()
    start = of.choice([None, None, DAY, DAY + timedelta(1)])
    new = NewAgreement(
        kind,
        D(of.choice(["0", "1.5", "5", "9.99", "30", "33.333333"])),
        customer=of.choice([1, 2]) if party < 0.35 else None,
        account_group=of.choice(list(ACCOUNT_GROUPS)) if 0.35 <= party < 0.75 else None,
        item=None if number is None else day.item(number),
        item_group=group,
        unit=of.choice([None, None, of.choice(UNITS[number])]) if number else None,
        from_quantity=D(of.choice(["0", "0", "1", "6", "10", "12"])),
        valid_from=start,
        valid_to=of.choice([None, None, DAY + timedelta(1)]),
        priority=of.choice([0, 0, 0, 1]),
        stop=of.random() < 0.3,
        across_lines=of.random() < 0.3,
        any_unit=of.random() < 0.4,
        name=str(kind.value),
    )
    try:
        saved = day.runner.do(create_agreements, agreements=(new,), draft=of.random() < 0.1)
    except BusinessError:
        return
    if of.random() < 0.1:
        day.runner.do(deactivate_agreements, agreements=saved.agreement_ids)


class Facts:
    """What is in the tables, read plainly and put together by hand."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.company = day.ask("SELECT * FROM company")[0]
        self.records = [
            Agreement(
                row.id, Side(row.side), AgreementLevel(row.level), EffectKind(row.kind),
                AgreementState(row.state), row.customer_id or -(row.account_group_id or 0),
                row.item_id or -(row.item_group_id or 0),
                row.currency, row.unit, row.from_quantity, row.from_amount, row.valid_from,
                row.valid_to, row.value, row.priority, row.stop, row.across_lines, row.any_unit,
                row.name,
            )
            for row in day.ask("SELECT * FROM trade_agreement ORDER BY id")
        ]  # fmt: skip

    def keys(
        self, table: str, id: int, own: int | None, members: list[Any]
    ) -> dict[int, Membership]:
        """Itself, all, and all groups it is in, walking up from each: the best way into each."""
        above = {
            row.id: (row.parent_id, row.is_active) for row in self.day.ask(f"SELECT * FROM {table}")
        }
        ways: dict[int, tuple[int, int]] = {}
        for start, priority in ([(own, 0)] if own else []) + members:
            group, depth = start, 0
            while group is not None:
                ways[group] = max(ways.get(group, (priority, -depth)), (priority, -depth))
                group, depth = above[group][0], depth + 1
        nearest = Membership(0, 0, 0)
        return {id: nearest, 0: nearest} | {
            -group: Membership(group, priority, -depth, above[group][1])
            for group, (priority, depth) in ways.items()
        }

    def party(self, customer: int) -> PartyFacts:
        """A customer with its groups."""
        own = self.day.one("SELECT group_id FROM customer WHERE id = :id", id=customer)
        members = self.day.ask(
            """SELECT account_group_id, priority FROM account_group_member
                WHERE customer_id = :id""",
            id=customer,
        )
        return PartyFacts(customer, self.keys("account_group", customer, own, members))

    def item(self, id: int) -> ItemFacts:
        """An item with its units and groups."""
        row = self.day.ask("SELECT * FROM item WHERE id = :id", id=id)[0]
        units = self.day.ask("SELECT name, factor FROM item_unit WHERE item_id = :id", id=id)
        members = self.day.ask(
            "SELECT item_group_id, priority FROM item_group_member WHERE item_id = :id", id=id
        )
        keys = self.keys("item_group", id, row.group_id, members)
        return ItemFacts(id, row.number, row.base_unit, keys, dict(map(tuple, units)))

    def listed(self, customer: int, item: ItemFacts, unit: str) -> list[ListedPrice]:
        """The customer's book, the standard book, the item; the line's unit before the base."""
        own = self.day.one("SELECT price_book_id FROM customer WHERE id = :id", id=customer)
        found = []
        for book in (own, 1):
            for name in (unit, ""):
                found += [
                    ListedPrice(PriceSource.PRICE_BOOK, "", name, row.price)
                    for row in self.day.ask(
                        """SELECT price FROM price_book_entry
                            WHERE price_book_id = :book AND item_id = :item AND unit = :unit""",
                        book=book,
                        item=item.id,
                        unit=name,
                    )
                ]
        price = self.day.one("SELECT list_price FROM item WHERE id = :id", id=item.id)
        if price is not None:
            found.append(ListedPrice(PriceSource.LIST, "", "", price))
        return found

    def question(
        self, customer: int, line: NewLine, item: ItemFacts, basket: dict[int, Decimal]
    ) -> Asked:
        """What the line asks."""
        unit = "" if line.unit in (None, item.base_unit) else str(line.unit)
        factor = item.units[unit] if unit else D(1)
        return Asked(
            Side.SELL, self.party(customer), item, line.quantity * factor, DAY, "USD", unit,
            basket, self.listed(customer, item, unit),
            self.day.one("SELECT list_price FROM item WHERE id = :id", id=item.id),
            DiscountRule(self.company.discount_rule), self.company.item_floor,
        )  # fmt: skip


def basket_of(lines: list[tuple[ItemFacts, Decimal]]) -> dict[int, Decimal]:
    """What all lines that a record's item side covers come to."""
    keys = {key for item, _ in lines for key in item.keys}
    return {
        key: sum((quantity for item, quantity in lines if key in item.keys), D(0)) for key in keys
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lookup_explanation_and_order_line_are_what_a_second_reckoning_finds(
    day: Day, seed: int
) -> None:
    of = Random(seed)
    set_up(day, of)
    for _ in range(AGREEMENTS):
        agree(day, of)
    facts = Facts(day)
    assert len(facts.records) > AGREEMENTS // 3
    agreed = discounted = 0
    for _ in range(ORDERS):
        customer = of.choice([1, 2])
        lines = []
        for _ in range(of.randint(1, 4)):
            number = of.choice(ITEMS)
            unit = of.choice([None, *UNITS[number]])
            lines.append(NewLine(day.item(number), D(of.choice([1, 2, 5, 6, 10, 12])), unit))
        items = [facts.item(line.item) for line in lines]
        bases = [
            line.quantity * (item.units.get(line.unit or "") or D(1))
            for line, item in zip(lines, items, strict=True)
        ]
        basket = basket_of(list(zip(items, bases, strict=True)))
        with Session(day.runner.engine) as session:
            found = price_lines(
                session,
                [
                    PriceRequest(key, customer, line.item, base, DAY, "USD", line.unit, document=1)
                    for key, (line, base) in enumerate(zip(lines, bases, strict=True))
                ],
            )
            alone = [
                price(
                    session,
                    item=line.item,
                    quantity=line.quantity,
                    customer=customer,
                    unit=line.unit,
                    date=DAY,
                )
                for line in lines
            ]
        expected = []
        for key, (line, item) in enumerate(zip(lines, items, strict=True)):
            for whole, got in (
                (basket, found[key].explanation),
                ({}, alone[key].explanation),
            ):
                asked = facts.question(customer, line, item, whole)
                unit_price, factor, winner = second_price(asked, facts.records)
                discounts = (
                    []
                    if unit_price is None
                    else second_discounts(asked, facts.records, unit_price, factor)
                )
                assert got["price"] == (None if unit_price is None else text_of(unit_price))
                assert got["agreement"] == winner
                assert [each["agreement"] for each in got["discounts"]] == [
                    id for id, _ in discounts
                ]
                if whole:
                    expected.append((unit_price, discounts))
                    agreed += winner is not None
                    discounted += bool(discounts)
        if any(unit_price is None for unit_price, _ in expected):
            continue
        entered = day.runner.do(
            enter_order,
            customer=customer,
            lines=tuple(lines),
            order_date=DAY,
            requested_date=DAY,
            prices_stand=True,
        )
        stored = day.lines(entered.order_id)
        for row, answer, (unit_price, _), base in zip(stored, found, expected, bases, strict=True):
            assert row.unit_price == unit_price
            assert row.price_explanation == answer.explanation
            net = answer.net
            assert net is not None
            exact = Fraction(net) * Fraction(base) / Fraction(row.price_factor)
            assert abs(Fraction(row.amount) - exact) <= Fraction(1, 200)
    assert min(agreed, discounted) >= ORDERS


def text_of(value: Fraction) -> str:
    """As an explanation writes it: at most six decimals, no zeros behind."""
    written = f"{D(value.numerator) / D(value.denominator):.6f}"
    return written.rstrip("0").rstrip(".")
