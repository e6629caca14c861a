"""Everything that decides a set of prices, read in one statement.

The statement turns the questions into cells (a party key and an item key) and touches only the
index entries of those cells, so its cost does not grow with the number of agreements. It brings
back records and facts; what they mean is decided in `app.rules.pricing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Trial:
    """Records counted as if they were active on every day, in place of those left out."""

    counted: frozenset[int]
    left_out: frozenset[int]


class _Entry(NamedTuple):
    book_id: int
    currency: str
    unit: str
    price: Decimal


class _Context(NamedTuple):
    """What decides beside party and item which records may count."""

    side: Side
    level: AgreementLevel
    currency: str


_Ways = dict[int, list[Membership]]
"""From a group to itself and each group above it, for members without a priority."""
_Cells = dict[int, dict[int, list[Agreement]]]
"""Records by party key, then by item key."""


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
    costs: dict[int, Decimal] = field(default_factory=dict)
    entries: dict[int, list[_Entry]] = field(default_factory=dict)
    records: dict[_Context, _Cells] = field(default_factory=dict)

    def party(self, subject: Subject) -> PartyFacts:
        """The customer or supplier with its groups."""
        return self.parties[subject.side, subject.party_id]

    def item(self, subject: Subject) -> ItemFacts:
        """The item. Raises: NotFound."""
        found = self.items.get(subject.item_id)
        if found is None:
            raise NotFound(what="item", value=subject.item_id)
        return found

    def candidates(self, subject: Subject) -> list[Agreement]:
        """The records in the cells of a subject."""
        cells = self.records[_context_of(subject)]
        items = (0,) if subject.item_id == NO_ITEM else self.item(subject).keys
        found: list[Agreement] = []
        for party in self.party(subject).keys:
            of_party = cells.get(party)
            if of_party is None:
                continue
            for item in items:
                if item in of_party:
                    found += of_party[item]
        return found

    def listed(self, subject: Subject, unit: str) -> tuple[ListedPrice, ...]:
        """List prices in search order: the customer's book, the standard book, the item.

        In a book, a price of the line's own unit goes before one of the base unit. When buying,
        it is what the item costs, for those who may read costs.
        """
        if subject.side is Side.BUY:
            if subject.currency != self.currency or subject.item_id not in self.costs:
                return ()
            cost = self.costs[subject.item_id]
            return (ListedPrice(PriceSource.LIST, "item cost", "", cost),)
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


_RECORD = """t.id, t.kind, t.state, t.party_key, t.item_key, t.currency, t.unit, t.from_quantity,
  t.from_amount, t.valid_from, t.valid_to, t.value, t.priority, t.stop, t.across_lines, t.any_unit,
  t.name, t.reference"""
"""As `Agreement` has them; side and level are the context's."""

_USABLE = """t.currency = c.currency AND t.state = 'active'
         AND (t.valid_to IS NULL OR t.valid_to >= c.first)
         AND (t.valid_from IS NULL OR t.valid_from <= c.last)"""
"""What can price anything on the days asked about; explanations also look at the rest."""

_TRIED = f"""(t.currency = c.currency AND t.id = ANY (:counted)
         OR {_USABLE} AND t.id <> ALL (:left_out))"""
"""The same with drafts among them, for a trial."""

_FACTS = """
WITH context AS (
  SELECT n, side, level, currency, first, last
    FROM unnest(CAST(:sides AS text[]), CAST(:levels AS text[]), CAST(:currencies AS text[]),
                CAST(:firsts AS date[]), CAST(:lasts AS date[]))
      WITH ORDINALITY AS c(side, level, currency, first, last, n)
), party AS MATERIALIZED (
  SELECT p.n, p.side, p.party_id, a.group_id, a.price_book_id
    FROM unnest(CAST(:party_sides AS text[]), CAST(:party_ids AS bigint[]))
      WITH ORDINALITY AS p(side, party_id, n)
    LEFT JOIN LATERAL (
      SELECT c.group_id, c.price_book_id FROM customer c
       WHERE p.side = 'sell' AND c.id = p.party_id
      UNION ALL
      SELECT s.group_id, NULL FROM supplier s WHERE p.side = 'buy' AND s.id = p.party_id
      OFFSET 0) a ON true
), item_asked AS MATERIALIZED (
  SELECT i.item_id, k.number, k.base_unit, k.list_price, k.group_id
    FROM unnest(CAST(:item_ids AS bigint[])) AS i(item_id)
    LEFT JOIN LATERAL (
      SELECT k.number, k.base_unit, k.list_price, k.group_id FROM item k
       WHERE k.id = i.item_id OFFSET 0) k ON true
), party_in AS MATERIALIZED (
  SELECT n, group_id, 0 AS priority FROM party WHERE group_id IS NOT NULL
  UNION ALL
  SELECT p.n, m.account_group_id, m.priority
    FROM party p
    CROSS JOIN LATERAL (
      SELECT m.account_group_id, m.priority FROM account_group_member m
       WHERE p.side = 'sell' AND m.customer_id = p.party_id
      UNION ALL
      SELECT m.account_group_id, m.priority FROM account_group_member m
       WHERE p.side = 'buy' AND m.supplier_id = p.party_id
      OFFSET 0) m
), account_way AS MATERIALIZED (
  -- From a group a party is in to itself and each group above it.
  SELECT a.group_id, a.above_id, a.depth, g.is_active
    FROM account_group_above a JOIN account_group g ON g.id = a.above_id
   WHERE a.group_id IN (SELECT group_id FROM party_in)
), item_in AS MATERIALIZED (
  SELECT item_id, group_id, 0 AS priority FROM item_asked WHERE group_id IS NOT NULL
  UNION ALL
  SELECT i.item_id, m.item_group_id, m.priority
    FROM item_asked i
    CROSS JOIN LATERAL (SELECT m.item_group_id, m.priority FROM item_group_member m
                         WHERE m.item_id = i.item_id OFFSET 0) m
), item_way AS MATERIALIZED (
  SELECT a.group_id, a.above_id, a.depth, g.is_active
    FROM item_group_above a JOIN item_group g ON g.id = a.above_id
   WHERE a.group_id IN (SELECT group_id FROM item_in)
), party_key AS (
  SELECT n, party_id AS key FROM party
  UNION ALL SELECT n, -above_id FROM party_in JOIN account_way USING (group_id)
  UNION ALL SELECT n, 0 FROM party
), item_key AS (
  SELECT item_id, item_id AS key FROM item_asked
  UNION ALL SELECT item_id, -above_id FROM item_in JOIN item_way USING (group_id)
  UNION ALL SELECT item_id, 0 FROM item_asked
), cell AS MATERIALIZED (
  -- A party's cells together, party by party: one walk through the index finds them all.
  SELECT context, party_key, array_agg(item_key) AS item_keys FROM (
  SELECT a.context, p.key AS party_key, i.key AS item_key
    FROM unnest(CAST(:contexts AS bigint[]), CAST(:parties AS bigint[]), CAST(:items AS bigint[]))
      AS a(context, party, item_id)
    JOIN party_key p ON p.n = a.party
    JOIN item_key i ON i.item_id = a.item_id
   ORDER BY 1, 2) k
   GROUP BY context, party_key
)
SELECT c.n AS context, NULL::json AS facts, t.*
  FROM cell
  JOIN context c ON c.n = cell.context
  CROSS JOIN LATERAL (
    SELECT {record} FROM trade_agreement t
     WHERE t.party_key = cell.party_key AND t.item_key = ANY (cell.item_keys) AND t.side = c.side
       AND t.level = c.level AND {usable}
    OFFSET 0) t
UNION ALL
SELECT NULL, json_build_object(
    'company', (
      SELECT to_json(r) FROM (
        SELECT currency, item_floor, discount_rule,
               (SELECT json_build_array(b.id, b.code) FROM price_book b
                 WHERE b.kind = 'standard' AND b.is_active) AS standard_book
          FROM company) r),
    'parties', (
      SELECT json_agg(r) FROM (
        SELECT p.side, p.party_id AS id, m.groups,
               (SELECT json_build_array(b.id, b.code) FROM price_book b
                 WHERE b.id = p.price_book_id AND b.is_active) AS book
          FROM party p
          LEFT JOIN (SELECT n, array_agg(ARRAY[group_id, priority]) AS groups
                       FROM party_in GROUP BY n) m ON m.n = p.n) r),
    'account_ways', (SELECT json_agg(r) FROM account_way r),
    'items', (
      SELECT json_agg(r) FROM (
        SELECT i.item_id AS id, i.number, i.base_unit, i.list_price::text, m.groups,
               (SELECT json_object_agg(u.name, u.factor::text) FROM item_unit u
                 WHERE u.item_id = i.item_id) AS units,
               (SELECT json_agg(json_build_array(e.price_book_id, e.currency, e.unit,
                                                 e.price::text))
                  FROM price_book_entry e WHERE e.item_id = i.item_id) AS entries
          FROM item_asked i
          LEFT JOIN (SELECT item_id, array_agg(ARRAY[group_id, priority]) AS groups
                       FROM item_in GROUP BY item_id) m ON m.item_id = i.item_id
         WHERE i.number IS NOT NULL) r),
    'item_ways', (SELECT json_agg(r) FROM item_way r),
    'costs', (
      SELECT json_agg(json_build_array(k.item_id, k.cost::text))
        FROM costs_to_see(CAST(:bought AS bigint[])) k)
  ), {nothing}
"""
_NOTHING = ", ".join(["NULL"] * len(_RECORD.split(",")))
_NARROW = text(_FACTS.format(record=_RECORD, usable=_USABLE, nothing=_NOTHING))
_WIDE = text(_FACTS.format(record=_RECORD, usable="true", nothing=_NOTHING))
_TRIAL = text(_FACTS.format(record=_RECORD, usable=_TRIED, nothing=_NOTHING))

_SIDES = {side.value: side for side in Side}
_KINDS = {kind.value: kind for kind in EffectKind}
_STATES = {state.value: state for state in AgreementState}


def gather(
    session: Session,
    subjects: Sequence[Subject],
    *,
    everything: bool = False,
    trial: Trial | None = None,
) -> PricingFacts:
    """All facts about the subjects, in one statement: of items the agreements on lines, of
    `NO_ITEM` those on whole orders.

    `everything` also brings records that cannot price them: drafts, other days and currencies,
    inactive groups; for one subject, to explain. A `trial` counts drafts among the others.
    """
    contexts, values = _parameters(subjects)
    if trial is not None:
        values |= {"counted": sorted(trial.counted), "left_out": sorted(trial.left_out)}
    statement = _WIDE if everything else _NARROW if trial is None else _TRIAL
    cells: list[_Cells] = [defaultdict(lambda: defaultdict(list)) for _ in contexts]
    facts: dict[str, Any] = {}
    for number, read, id, kind, state, *terms in session.execute(statement, values).all():
        if number is None:
            facts = read
            continue
        side, level, _ = contexts[number - 1]
        agreement = Agreement._make((id, side, level, _KINDS[kind], _STATES[state], *terms))
        if trial is not None and id in trial.counted:
            agreement = agreement._replace(
                state=AgreementState.ACTIVE, valid_from=None, valid_to=None
            )
        cells[number - 1][agreement.party_key][agreement.item_key].append(agreement)
    return _put_together(facts, dict(zip(contexts, cells, strict=True)))


def _context_of(subject: Subject) -> _Context:
    """A price of a line, or of `NO_ITEM` the discount on a whole order."""
    level = AgreementLevel.ORDER if subject.item_id == NO_ITEM else AgreementLevel.LINE
    return _Context(subject.side, level, subject.currency)


def _parameters(subjects: Sequence[Subject]) -> tuple[list[_Context], dict[str, Any]]:
    """The questions as arrays: contexts, parties and items once each, and which belong together."""
    days: dict[_Context, list[date]] = {}
    parties: dict[tuple[Side, int], int] = {}
    items: dict[int, None] = {}
    numbers: dict[_Context, int] = {}
    asked: dict[tuple[int, int, int], None] = {}
    for subject in subjects:
        context = _context_of(subject)
        days.setdefault(context, []).append(subject.on)
        number = numbers.setdefault(context, len(numbers) + 1)
        account = parties.setdefault((subject.side, subject.party_id), len(parties) + 1)
        items[subject.item_id] = None
        asked[number, account, subject.item_id] = None
    return list(days), {
        "sides": [each.side.value for each in days],
        "levels": [each.level.value for each in days],
        "currencies": [each.currency for each in days],
        "firsts": [min(those) for those in days.values()],
        "lasts": [max(those) for those in days.values()],
        "party_sides": [side.value for side, _ in parties],
        "party_ids": _array(party for _, party in parties),
        "item_ids": _array(items),
        "contexts": _array(context for context, _, _ in asked),
        "parties": _array(party for _, party, _ in asked),
        "items": _array(item for _, _, item in asked),
        "bought": sorted({each.item_id for each in subjects if each.side is Side.BUY}),
    }


def _array(numbers: Iterable[int]) -> str:
    """An array as PostgreSQL writes it: of a list the driver looks at each number by itself."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _put_together(facts: dict[str, Any], records: dict[_Context, _Cells]) -> PricingFacts:
    company = facts["company"]
    standard = company["standard_book"]
    account_ways, item_ways = _ways(facts["account_ways"]), _ways(facts["item_ways"])
    found = PricingFacts(
        company["currency"],
        company["item_floor"],
        DiscountRule(company["discount_rule"]),
        (standard[0], standard[1]) if standard else None,
        {
            (_SIDES[row["side"]], row["id"]): PartyFacts(row["id"], _keys(row, account_ways))
            for row in facts["parties"]
        },
        records=records,
    )
    found.costs.update((item, Decimal(cost)) for item, cost in facts["costs"] or ())
    for row in facts["parties"]:
        if row["book"]:
            found.books[row["id"]] = row["book"][0], row["book"][1]
    for row in facts["items"] or ():
        if row["list_price"] is not None:
            found.list_prices[row["id"]] = Decimal(row["list_price"])
        found.items[row["id"]] = ItemFacts(
            row["id"],
            row["number"],
            row["base_unit"],
            _keys(row, item_ways),
            {name: Decimal(factor) for name, factor in (row["units"] or {}).items()},
        )
        found.entries[row["id"]] = [
            _Entry(book, currency, unit, Decimal(price))
            for book, currency, unit, price in row["entries"] or ()
        ]
    return found


def _ways(rows: list[dict[str, Any]] | None) -> _Ways:
    ways: _Ways = {}
    for row in rows or ():
        way = Membership(row["above_id"], 0, row["depth"], row["is_active"])
        ways.setdefault(row["group_id"], []).append(way)
    return ways


def _keys(row: dict[str, Any], ways: _Ways) -> dict[int, Membership]:
    return keys_of(
        row["id"],
        [
            way._replace(priority=priority) if priority else way
            for group, priority in row["groups"] or ()
            for way in ways[group]
        ],
    )
