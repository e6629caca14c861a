"""Agreements as ladders: the list of them, and one ladder whole.

A ladder is all records of one side, level, party, item side, currency and unit: its prices, or
its discounts, with all their steps and periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import AgreementRef, CustomerRef, ItemRef, Kind, SupplierRef
from app.queries.agreements.records import AgreementRow, agreement_ladder, agreements_by_id
from app.queries.agreements.sides import AgreementSide
from app.queries.beginnings import LAST, as_typed, beginnings
from app.queries.record_history import RecordEvent, record_history
from app.queries.views import view_of
from app.rules.periods import SOON_DAYS, Standing
from app.rules.pricing.agreements import (
    AgreementLevel,
    AgreementState,
    EffectKind,
    Side,
    Step,
    rising_step,
    standing_on,
)

VIEWS = ("active", "drafts", "ending", "ended", "all")


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A ladder in the list: the newest of its records that the view shows, and how many it has.

    `party` is a number or a group's code, '' for everybody; `item` likewise. `lowest` and
    `highest` are the values of the records shown; `drafts` counts those of the whole ladder.
    """

    id: int
    side: Side
    level: AgreementLevel
    kind: EffectKind
    party_kind: str
    party: str
    party_name: str
    item_kind: str
    item: str
    item_name: str
    base_unit: str
    currency: str
    unit: str
    name: str
    reference: str
    valid_from: date | None
    valid_to: date | None
    state: AgreementState
    today: date
    records: int
    lowest: Decimal
    highest: Decimal
    drafts: int

    @property
    def standing(self) -> Standing:
        """How its newest record stands today."""
        return standing_on(self.today, self.state, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class LadderRise:
    """A step at which buying more costs more, on a day: what it says, and what it says below."""

    kind: EffectKind
    priority: int
    step: Decimal
    value: Decimal
    lower_step: Decimal
    lower_value: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder whole; no party is everybody, no item everything, unit '' the base unit.

    `rises` are of what counts today, and of what would with the drafts in its place. `list_price`
    is the item's own for a base unit, where it is in this currency and what we sell for.
    """

    id: int
    side: Side
    level: AgreementLevel
    is_price: bool
    party: AgreementSide | None
    item: AgreementSide | None
    currency: str
    unit: str
    base_unit: str
    units: tuple[str, ...]
    today: date
    records: tuple[AgreementRow, ...]
    rises: tuple[LadderRise, ...]
    list_price: Decimal | None
    history: tuple[RecordEvent, ...]

    def standing(self, record: AgreementRow) -> Standing:
        """How a record of it stands today."""
        return standing_on(self.today, record.state, record.valid_from, record.valid_to)

    @property
    def drafts(self) -> tuple[int, ...]:
        """The records that do not count yet."""
        return tuple(r.id for r in self.records if r.state is AgreementState.DRAFT)


# ---------------------------------------------------------------- the list

_VIEW = {
    "active": "{t}.state = 'active' AND ({t}.valid_to IS NULL OR {t}.valid_to >= d.today)",
    "drafts": "{t}.state = 'draft'",
    "ending": "{t}.state = 'active' AND {t}.valid_to BETWEEN d.today"
    f" AND d.today + {SOON_DAYS}",
    "ended": "({t}.state = 'inactive' OR {t}.state = 'active' AND {t}.valid_to < d.today)",
    "all": "true",
}

_SAME_LADDER = """n.party_key = t.party_key AND n.item_key = t.item_key AND n.side = t.side
             AND n.level = t.level AND n.currency = t.currency AND n.unit = t.unit
             AND (n.kind = 'price') = (t.kind = 'price')"""

# What was typed may begin a name as it is, or as names begin; each beginning is one range of
# an index. Of parties and items the keys are looked up first.
_FOUND = """found AS MATERIALIZED (
  WITH beginning AS (SELECT unnest(CAST(:beginnings AS text[])) AS word),
  party AS (
    SELECT 'sell' AS side, id AS key FROM customer
     WHERE number >= :code AND number < :code_end OR name_sort >= :name AND name_sort < :name_end
    UNION ALL
    SELECT 'buy', id FROM supplier
     WHERE number >= :code AND number < :code_end OR name_sort >= :name AND name_sort < :name_end
    UNION ALL
    SELECT side, -id FROM account_group CROSS JOIN (VALUES ('sell'), ('buy')) AS s(side)
     WHERE upper(code) >= :code AND upper(code) < :code_end
        OR lower(name) >= :name AND lower(name) < :name_end
  ), thing AS (
    SELECT id AS key FROM item
     WHERE number >= :code AND number < :code_end OR name_sort >= :name AND name_sort < :name_end
    UNION ALL
    SELECT -id FROM item_group WHERE upper(code) >= :code AND upper(code) < :code_end
        OR lower(name) >= :name AND lower(name) < :name_end
  )
  SELECT t.id FROM beginning b JOIN trade_agreement t
      ON t.name >= b.word AND t.name < b.word || :last
  UNION SELECT t.id FROM beginning b JOIN trade_agreement t
      ON t.reference >= b.word AND t.reference < b.word || :last AND t.reference <> ''
  UNION SELECT t.id FROM party p JOIN trade_agreement t ON t.party_key = p.key AND t.side = p.side
  UNION SELECT t.id FROM thing i JOIN trade_agreement t ON t.item_key = i.key
), """

# Without a filter, the newest record of each ladder in the view is met by walking back from the
# newest of all; with one, it is picked from what was found.
_IS_NEWEST = f"""NOT EXISTS (SELECT 1 FROM trade_agreement n
                            WHERE {_SAME_LADDER} AND n.id > t.id AND {{newer}} OFFSET 0)"""
_NEWEST_FOUND = """, newest AS MATERIALIZED (
  SELECT max(t.id) AS id FROM found JOIN trade_agreement t ON t.id = found.id CROSS JOIN d
   WHERE {view}
   GROUP BY t.party_key, t.item_key, t.side, t.level, t.currency, t.unit, t.kind = 'price'
)"""

_ROWS = """
WITH {found}d AS MATERIALIZED (
  SELECT (now() AT TIME ZONE time_zone)::date AS today FROM company
){newest}
SELECT t.id, t.side, t.level, t.kind,
       CASE WHEN t.party_key > 0 THEN 'account' WHEN t.party_key < 0 THEN 'group'
            ELSE 'all' END AS party_kind,
       coalesce(c.number, s.number, ag.code, '') AS party,
       coalesce(c.name, s.name, ag.name, '') AS party_name,
       CASE WHEN t.item_key > 0 THEN 'item' WHEN t.item_key < 0 THEN 'group'
            ELSE 'all' END AS item_kind,
       coalesce(i.number, ig.code, '') AS item, coalesce(i.name, ig.name, '') AS item_name,
       coalesce(i.base_unit, '') AS base_unit,
       t.currency, t.unit, t.name, t.reference, t.valid_from, t.valid_to, t.state, d.today,
       l.records, l.lowest, l.highest, l.drafts
  FROM (SELECT t.* FROM trade_agreement t CROSS JOIN d
         WHERE {where}
         ORDER BY t.id DESC LIMIT :limit) t
  CROSS JOIN d
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE {shown}) AS records,
           min(n.value) FILTER (WHERE {shown}) AS lowest,
           max(n.value) FILTER (WHERE {shown}) AS highest,
           count(*) FILTER (WHERE n.state = 'draft') AS drafts
      FROM trade_agreement n WHERE {same} OFFSET 0) l
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN supplier s ON s.id = t.supplier_id
  LEFT JOIN account_group ag ON ag.id = t.account_group_id
  LEFT JOIN item i ON i.id = t.item_id
  LEFT JOIN item_group ig ON ig.id = t.item_group_id
 ORDER BY t.id DESC
"""


def ladders(
    session: Session,
    *,
    view: str = "active",
    filter: str = "",
    side: Side | None = None,
    customer: CustomerRef | None = None,
    supplier: SupplierRef | None = None,
    item: ItemRef | None = None,
    after: int | None = None,
    limit: int = 100,
) -> tuple[LadderRow, ...]:
    """One page of the ladders, the one with the newest record first; `after` is the last id.

    `view` is active, drafts, ending (soon), ended or all. `filter` is the beginning of a name, a
    reference, or of the number or name of a party or item. One statement.
    """
    conditions = [
        (side, "t.side = :side"),
        (customer, "t.party_key = :customer AND t.side = 'sell'"),
        (supplier, "t.party_key = :supplier AND t.side = 'buy'"),
        (item, "t.item_key = :item"),
        (after, "t.id < :after"),
    ]
    shown = view_of(_VIEW, view)
    is_filtered, words = _words_of(filter)
    where = [shown.format(t="t")]
    where += [clause for given, clause in conditions if given is not None]
    if is_filtered:
        where.append("t.id IN (SELECT id FROM newest)")
    else:
        where.append(_IS_NEWEST.format(newer=shown.format(t="n")))
    rows = session.execute(
        text(
            _ROWS.format(
                found=_FOUND if is_filtered else "",
                newest=_NEWEST_FOUND.format(view=shown.format(t="t")) if is_filtered else "",
                where=" AND ".join(where),
                same=_SAME_LADDER,
                shown=shown.format(t="n"),
            )
        ),
        {
            **words,
            "side": side,
            "customer": customer,
            "supplier": supplier,
            "item": item,
            "after": after,
            "limit": limit,
        },
    )
    return tuple(_ladder_row(row) for row in rows)


def _words_of(filter: str) -> tuple[bool, dict[str, Any]]:
    typed = as_typed(filter)
    if not typed:
        return False, {}
    spellings = {typed, typed.upper(), typed[:1].upper() + typed[1:]}
    return True, {"beginnings": sorted(spellings), "last": LAST, **beginnings(typed)}


def _ladder_row(row: Any) -> LadderRow:
    return LadderRow(
        **{
            **row._asdict(),
            "side": Side(row.side),
            "level": AgreementLevel(row.level),
            "kind": EffectKind(row.kind),
            "state": AgreementState(row.state),
        }
    )


_IDS = """
    WITH {found}d AS MATERIALIZED (
      SELECT (now() AT TIME ZONE time_zone)::date AS today FROM company
    )
    SELECT t.id FROM trade_agreement t CROSS JOIN d WHERE {where} ORDER BY t.id LIMIT :limit
"""


def records_of_list(
    session: Session, *, view: str = "active", filter: str = "", limit: int | None = None
) -> tuple[AgreementRow, ...]:
    """The records behind the list as it is shown, the oldest first; for a file."""
    is_filtered, words = _words_of(filter)
    where = view_of(_VIEW, view).format(t="t") + (
        " AND t.id IN (SELECT id FROM found)" if is_filtered else ""
    )
    statement = _IDS.format(found=_FOUND if is_filtered else "", where=where)
    ids = session.execute(text(statement), {**words, "limit": limit}).scalars().all()
    return agreements_by_id(session, ids)


# ---------------------------------------------------------------- one ladder

_ABOUT = text("""
    SELECT (now() AT TIME ZONE k.time_zone)::date AS today, coalesce(i.base_unit, '') AS base_unit,
           ARRAY(SELECT u.name FROM item_unit u WHERE u.item_id = i.id ORDER BY u.factor, u.name)
             AS units, t.party_key, t.item_key,
           CASE WHEN t.side = 'sell' AND t.currency = k.currency THEN i.list_price END AS list_price
      FROM trade_agreement t
      CROSS JOIN company k
      LEFT JOIN item i ON i.id = t.item_id
     WHERE t.id = :agreement
""")


def ladder(session: Session, *, agreement: AgreementRef) -> Ladder:
    """The ladder a record stands in, with all its steps, periods, drafts and warnings.

    Three statements. Raises: NotFound.
    """
    records = agreement_ladder(session, agreement=agreement)
    if not records:
        raise NotFound(what="agreement", value=agreement)
    one = records[0]
    about = session.execute(_ABOUT, {"agreement": agreement}).one()
    account = "customer" if one.side is Side.SELL else "supplier"
    return Ladder(
        agreement,
        one.side,
        one.level,
        one.kind is EffectKind.PRICE,
        _whom(about.party_key, account, one.party, one.party_name),
        _whom(about.item_key, "item", one.item, one.item_name),
        one.currency,
        one.unit,
        about.base_unit,
        tuple(about.units),
        about.today,
        records,
        _rises(records, about.today),
        about.list_price,
        record_history(session, kind=Kind.AGREEMENT, ids=[each.id for each in records]),
    )


def _whom(key: int, kind: str, code: str, name: str) -> AgreementSide | None:
    """The party or item side behind a key; None for all."""
    if not key:
        return None
    return AgreementSide(kind if key > 0 else "group", abs(key), code, name, True)


def _rises(records: tuple[AgreementRow, ...], today: date) -> tuple[LadderRise, ...]:
    """Steps where more costs more: among what counts today, then with the drafts in its place."""
    counting = [
        each
        for each in records
        if standing_on(today, each.state, each.valid_from, each.valid_to)
        in (Standing.ACTIVE, Standing.ENDING)
    ]
    drafts = [each for each in records if each.state is AgreementState.DRAFT]
    replaced = {each.replaces_id for each in drafts}
    then = [each for each in counting if each.id not in replaced] + drafts
    found: list[LadderRise] = []
    for ladder in (counting, then) if drafts else (counting,):
        groups = dict.fromkeys((each.priority, each.kind) for each in ladder)
        for priority, kind in groups:
            # Of two periods of one step the later one in the list, a draft, is what will count.
            values = {
                each.from_quantity + each.from_amount: each.value
                for each in ladder
                if (each.priority, each.kind) == (priority, kind)
            }
            steps = [Step(*each) for each in values.items()]
            rise = rising_step(kind, steps)
            if rise is not None:
                lower = max(step for step in steps if step < rise)
                told = LadderRise(kind, priority, *rise, *lower)
                if told not in found:
                    found.append(told)
    return tuple(found)


_ACTIVE_RECORDS = text(f"""
    SELECT DISTINCT n.id
      FROM unnest(CAST(:ladders AS bigint[])) AS asked(id)
      JOIN trade_agreement t ON t.id = asked.id
      JOIN trade_agreement n ON {_SAME_LADDER}
     CROSS JOIN (SELECT (now() AT TIME ZONE time_zone)::date AS today FROM company) d
     WHERE {_VIEW["active"].format(t="n")} ORDER BY n.id
""")


def active_records(session: Session, *, ladders: Sequence[AgreementRef]) -> tuple[int, ...]:
    """The records that count, or will, in the ladders of these records."""
    return tuple(session.execute(_ACTIVE_RECORDS, {"ladders": list(ladders)}).scalars())
