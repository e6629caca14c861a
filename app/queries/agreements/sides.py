"""Whom and what an agreement can be made with: parties, items, groups, currencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.beginnings import as_typed, beginnings
from app.rules.pricing.agreements import Side


@dataclass(frozen=True, slots=True)
class AgreementSide:
    """A party or an item side that was found: `kind` is customer, supplier, item or group."""

    kind: str
    id: int
    code: str
    name: str
    is_exact: bool


_PARTIES = """
    (SELECT '{account}' AS kind, id, number AS code, name FROM {account}
      WHERE is_active AND number >= :code AND number < :code_end ORDER BY number LIMIT :limit)
    UNION
    (SELECT '{account}', id, number, name FROM {account}
      WHERE is_active AND name_sort >= :name AND name_sort < :name_end
      ORDER BY name_sort, id LIMIT :limit)
    UNION
    (SELECT 'group', id, code, name FROM account_group
      WHERE upper(code) >= :code AND upper(code) < :code_end
         OR lower(name) >= :name AND lower(name) < :name_end ORDER BY code LIMIT :limit)
    ORDER BY 1, 4, 3"""
_ITEMS = """
    (SELECT 'item' AS kind, id, number AS code, name FROM item
      WHERE is_active AND number >= :code AND number < :code_end ORDER BY number LIMIT :limit)
    UNION
    (SELECT 'item', id, number, name FROM item
      WHERE is_active AND name_sort >= :name AND name_sort < :name_end
      ORDER BY name_sort, id LIMIT :limit)
    UNION
    (SELECT 'group', id, code, name FROM item_group
      WHERE upper(code) >= :code AND upper(code) < :code_end
         OR lower(name) >= :name AND lower(name) < :name_end ORDER BY code LIMIT :limit)
    ORDER BY 1 DESC, 4, 3"""


def find_parties(
    session: Session, *, wanted: str, side: Side = Side.SELL, limit: int = 8
) -> tuple[AgreementSide, ...]:
    """Customers (suppliers, on the buy side) and groups by the beginning of number or name.

    An empty text finds the first ones there are.
    """
    account = "customer" if side is Side.SELL else "supplier"
    return _found(session, _PARTIES.format(account=account), wanted, limit)


def find_item_sides(session: Session, *, wanted: str, limit: int = 8) -> tuple[AgreementSide, ...]:
    """Items and item groups by the beginning of number or name."""
    return _found(session, _ITEMS, wanted, limit)


def _found(session: Session, sql: str, wanted: str, limit: int) -> tuple[AgreementSide, ...]:
    typed = as_typed(wanted)
    rows = session.execute(text(sql), {"limit": limit, **beginnings(typed)})
    return tuple(
        AgreementSide(kind, id, code, name, code.upper() == typed.upper())
        for kind, id, code, name in rows
    )


@dataclass(frozen=True, slots=True)
class AgreementChoices:
    """What the forms offer: the currencies in use (the company's own first), and today."""

    currencies: tuple[str, ...]
    today: date


def agreement_choices(session: Session) -> AgreementChoices:
    """What the forms offer. One statement."""
    row = session.execute(
        text("""SELECT k.currency, (now() AT TIME ZONE k.time_zone)::date AS today,
                       ARRAY(SELECT DISTINCT currency FROM exchange_rate ORDER BY 1) AS others
                  FROM company k""")
    ).one()
    others = [each for each in row.others if each != row.currency]
    return AgreementChoices((row.currency, *others), row.today)
