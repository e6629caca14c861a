"""Everything that decides a set of prices, read in one statement.

The statement turns the questions into cells (a party key and an item key) and touches only the
index entries of those cells, so its cost does not grow with the number of agreements. It brings
back records and facts; what they mean is decided in `app.rules.pricing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
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
from app.rules.pricing.question import ItemFacts, ListedPrice, PartyFacts, keys_of

NO_ITEM = 0
"""Asked about when only agreements about everything matter: discounts on whole orders."""


class Subject(NamedTuple):
    """Whom and what a price is asked for; `party_id` 0 is nobody in particular."""

    side: Side
    party_id: int
    item_id: int
    currency: str
    on: date


class _Entry(NamedTuple):
    book_id: int
    currency: str
    unit: str
    price: Decimal


_Cell = tuple[AgreementLevel, Side, str, int, int]
"""Level, side, currency, party key, item key."""


@dataclass(frozen=True, slots=True)
class PricingFacts:
    """What the statement found; questions are put together from it."""

    currency: str
    has_item_floor: bool
    discount_rule: DiscountRule
    standard_book: tuple[int, str] | None
    parties: dict[tuple[Side, int], PartyFacts]
    books: dict[int, tuple[int, str]] = field(default_factory=dict)
    items: dict[int, ItemFacts] = field(default_factory=dict)
    list_prices: dict[int, Decimal] = field(default_factory=dict)
    entries: dict[int, list[_Entry]] = field(default_factory=dict)
    records: dict[_Cell, list[Agreement]] = field(default_factory=dict)

    def party(self, subject: Subject) -> PartyFacts:
        """The customer or supplier with its groups."""
        return self.parties[subject.side, subject.party_id]

    def item(self, subject: Subject) -> ItemFacts:
        """The item. Raises: NotFound."""
        found = self.items.get(subject.item_id)
        if found is None:
            raise NotFound(what="item", value=subject.item_id)
        return found

    def candidates(self, subject: Subject, currency: str) -> list[Agreement]:
        """The records in the cells of a subject ('' where all currencies were asked for)."""
        level = AgreementLevel.LINE
        items: tuple[int, ...] = (0,)
        if subject.item_id == NO_ITEM:
            level = AgreementLevel.ORDER
        else:
            items = keys_of(subject.item_id, self.item(subject).groups)
        found: list[Agreement] = []
        records = self.records
        for party in keys_of(subject.party_id, self.party(subject).groups):
            for item in items:
                here = records.get((level, subject.side, currency, party, item))
                if here:
                    found += here
        return found

    def listed(self, subject: Subject, unit: str) -> tuple[ListedPrice, ...]:
        """List prices in search order: the customer's book, the standard book, the item.

        In a book, a price of the line's own unit goes before one of the base unit.
        """
        if subject.side is Side.BUY:
            return ()
        found = []
        own = self.books.get(subject.party_id)
        entries = self.entries.get(subject.item_id, ())
        for book in (own, self.standard_book):
            if book is None or not entries:
                continue
            for wanted in dict.fromkeys((unit, "")):
                found += [
                    ListedPrice(PriceSource.PRICE_BOOK, book[1], entry.unit, entry.price)
                    for entry in entries
                    if entry[:3] == (book[0], subject.currency, wanted)
                ]
        if subject.currency == self.currency and subject.item_id in self.list_prices:
            price = self.list_prices[subject.item_id]
            found.append(ListedPrice(PriceSource.LIST, "list price", "", price))
        return tuple(found)


_RECORD = """t.id, t.side, t.level, t.kind, t.party_key, t.item_key, t.currency, t.unit,
  t.from_quantity, t.from_amount, t.valid_from, t.valid_to, t.value, t.priority, t.stop,
  t.across_lines, t.any_unit, t.state, t.name, t.reference"""

_USABLE = """t.currency = c.currency AND t.state = 'active'
         AND (t.valid_to IS NULL OR t.valid_to >= c.first)
         AND (t.valid_from IS NULL OR t.valid_from <= c.last)"""
"""What can price anything on the days asked about; explanations also look at the rest."""

_FACTS = """
WITH asked AS (
  SELECT side, party_id, item_id, currency, min(on_date) AS first, max(on_date) AS last
    FROM unnest(CAST(:sides AS text[]), CAST(:parties AS bigint[]), CAST(:items AS bigint[]),
                CAST(:currencies AS text[]), CAST(:dates AS date[]))
      AS a(side, party_id, item_id, currency, on_date)
   GROUP BY side, party_id, item_id, currency
), party AS MATERIALIZED (
  SELECT DISTINCT side, party_id FROM asked
), item_asked AS MATERIALIZED (
  SELECT DISTINCT item_id FROM asked
), party_group AS MATERIALIZED (
  SELECT p.side, p.party_id, a.above_id AS group_id, m.priority, a.depth, g.is_active
    FROM party p
    CROSS JOIN LATERAL (
      SELECT c.group_id, 0 AS priority FROM customer c
       WHERE p.side = 'sell' AND c.id = p.party_id AND c.group_id IS NOT NULL
      UNION ALL
      SELECT m.account_group_id, m.priority FROM account_group_member m
       WHERE p.side = 'sell' AND m.customer_id = p.party_id
      UNION ALL
      SELECT s.group_id, 0 FROM supplier s
       WHERE p.side = 'buy' AND s.id = p.party_id AND s.group_id IS NOT NULL
      UNION ALL
      SELECT m.account_group_id, m.priority FROM account_group_member m
       WHERE p.side = 'buy' AND m.supplier_id = p.party_id) m
    JOIN account_group_above a ON a.group_id = m.group_id
    JOIN account_group g ON g.id = a.above_id
), item_group_of AS MATERIALIZED (
  SELECT i.item_id, a.above_id AS group_id, m.priority, a.depth, g.is_active
    FROM item_asked i
    CROSS JOIN LATERAL (
      SELECT k.group_id, 0 AS priority FROM item k
       WHERE k.id = i.item_id AND k.group_id IS NOT NULL
      UNION ALL
      SELECT m.item_group_id, m.priority FROM item_group_member m WHERE m.item_id = i.item_id) m
    JOIN item_group_above a ON a.group_id = m.group_id
    JOIN item_group g ON g.id = a.above_id
), party_key AS (
  SELECT side, party_id, party_id AS key FROM party WHERE party_id > 0
  UNION SELECT side, party_id, -group_id FROM party_group
  UNION SELECT side, party_id, 0 FROM party
), item_key AS (
  SELECT item_id, item_id AS key FROM item_asked WHERE item_id > 0
  UNION SELECT item_id, -group_id FROM item_group_of
  UNION SELECT item_id, 0 FROM item_asked
), cell AS MATERIALIZED (
  SELECT CASE WHEN a.item_id = 0 THEN 'order' ELSE 'line' END AS level, a.side, a.currency,
         p.key AS party_key, i.key AS item_key, min(a.first) AS first, max(a.last) AS last
    FROM asked a
    JOIN party_key p ON p.side = a.side AND p.party_id = a.party_id
    JOIN item_key i ON i.item_id = a.item_id
   GROUP BY 1, 2, 3, 4, 5
)
SELECT 'agreement' AS what, NULL::jsonb AS facts, t.*
  FROM cell c
  CROSS JOIN LATERAL (
    SELECT {record} FROM trade_agreement t
     WHERE t.party_key = c.party_key AND t.item_key = c.item_key AND t.side = c.side
       AND t.level = c.level AND {usable}
    OFFSET 0) t
UNION ALL
SELECT 'party', jsonb_build_object(
         'side', p.side, 'id', p.party_id,
         'book', (SELECT jsonb_build_array(b.id, b.code) FROM customer c
                    JOIN price_book b ON b.id = c.price_book_id AND b.is_active
                   WHERE p.side = 'sell' AND c.id = p.party_id),
         'groups', (SELECT jsonb_agg(jsonb_build_array(group_id, priority, depth, is_active))
                      FROM party_group g WHERE g.side = p.side AND g.party_id = p.party_id)),
       {nothing}
  FROM party p
UNION ALL
SELECT 'item', jsonb_build_object(
         'id', i.id, 'number', i.number, 'base_unit', i.base_unit,
         'list_price', i.list_price::text,
         'units', (SELECT jsonb_object_agg(u.name, u.factor::text) FROM item_unit u
                    WHERE u.item_id = i.id),
         'groups', (SELECT jsonb_agg(jsonb_build_array(group_id, priority, depth, is_active))
                      FROM item_group_of g WHERE g.item_id = i.id),
         'entries', (SELECT jsonb_agg(jsonb_build_array(e.price_book_id, e.currency, e.unit,
                                                        e.price::text))
                       FROM price_book_entry e WHERE e.item_id = i.id)),
       {nothing}
  FROM item_asked a JOIN item i ON i.id = a.item_id
UNION ALL
SELECT 'company', jsonb_build_object(
         'currency', k.currency, 'item_floor', k.item_floor, 'discount_rule', k.discount_rule,
         'standard_book', (SELECT jsonb_build_array(b.id, b.code) FROM price_book b
                            WHERE b.kind = 'standard' AND b.is_active)),
       {nothing}
  FROM company k
"""
_NOTHING = ", ".join(["NULL"] * len(Agreement._fields))
_NARROW = text(_FACTS.format(record=_RECORD, usable=_USABLE, nothing=_NOTHING))
_WIDE = text(_FACTS.format(record=_RECORD, usable="true", nothing=_NOTHING))

_SIDES = {side.value: side for side in Side}
_LEVELS = {level.value: level for level in AgreementLevel}
_KINDS = {kind.value: kind for kind in EffectKind}
_STATES = {state.value: state for state in AgreementState}


def gather(
    session: Session,
    subjects: Sequence[Subject],
    *,
    everything: bool = False,
) -> PricingFacts:
    """All facts about the subjects, in one statement: of items the agreements on lines, of
    `NO_ITEM` those on whole orders.

    `everything` also brings records that cannot price them: drafts, other days and currencies,
    inactive groups; for one subject, to explain.
    """
    rows = session.execute(
        _WIDE if everything else _NARROW,
        {
            "sides": [each.side.value for each in subjects],
            "parties": [each.party_id for each in subjects],
            "items": [each.item_id for each in subjects],
            "currencies": [each.currency for each in subjects],
            "dates": [each.on for each in subjects],
        },
    ).all()
    records: dict[_Cell, list[Agreement]] = {}
    facts: dict[str, list[dict[str, Any]]] = {"party": [], "item": [], "company": []}
    for row in rows:
        if row[0] != "agreement":
            facts[row[0]].append(row[1])
            continue
        agreement = _record_of(row[2:])
        currency = "" if everything else agreement.currency
        key = (
            agreement.level,
            agreement.side,
            currency,
            agreement.party_key,
            agreement.item_key,
        )
        records.setdefault(key, []).append(agreement)
    return _put_together(facts, records)


def _record_of(values: Sequence[Any]) -> Agreement:
    id, side, level, kind, *middle, state, name, reference = values
    return Agreement._make(
        (
            id,
            _SIDES[side],
            _LEVELS[level],
            _KINDS[kind],
            *middle,
            _STATES[state],
            name,
            reference,
        )
    )


def _put_together(
    facts: dict[str, list[dict[str, Any]]],
    records: dict[_Cell, list[Agreement]],
) -> PricingFacts:
    company = facts["company"][0]
    standard = company["standard_book"]
    found = PricingFacts(
        company["currency"],
        company["item_floor"],
        DiscountRule(company["discount_rule"]),
        (standard[0], standard[1]) if standard else None,
        {
            (_SIDES[row["side"]], row["id"]): PartyFacts(row["id"], _memberships(row["groups"]))
            for row in facts["party"]
        },
        records=records,
    )
    for row in facts["party"]:
        if row["book"]:
            found.books[row["id"]] = row["book"][0], row["book"][1]
    for row in facts["item"]:
        if row["list_price"] is not None:
            found.list_prices[row["id"]] = Decimal(row["list_price"])
        found.items[row["id"]] = ItemFacts(
            row["id"],
            row["number"],
            row["base_unit"],
            {name: Decimal(factor) for name, factor in (row["units"] or {}).items()},
            _memberships(row["groups"]),
        )
        found.entries[row["id"]] = [
            _Entry(book, currency, unit, Decimal(price))
            for book, currency, unit, price in row["entries"] or ()
        ]
    return found


def _memberships(rows: list[list[Any]] | None) -> dict[int, Membership]:
    """The best way into each group: higher priority, then nearer."""
    found: dict[int, Membership] = {}
    for row in rows or ():
        membership = Membership(*row)
        best = found.get(membership.group_id)
        if best is None or (membership.priority, -membership.depth) > (best.priority, -best.depth):
            found[membership.group_id] = membership
    return found
