"""The finder: customers, items, orders and cartons by number, code or name.

Exact ones first, then what begins so, then names with words that begin so.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.ids import Kind
from app.models.base import WORDS_OF_NAME
from app.queries.beginnings import as_typed, beginnings, gtin_typed, words_begun
from app.rules.gs1 import is_digits


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found; `is_exact` when the text is its whole number or code."""

    kind: Kind
    id: int
    code: str
    name: str
    is_exact: bool


# Numbers and sort names are compared as ranges, so that their indexes (by code point) serve.
_EXACT = """
    SELECT 'customer' AS kind, id, number, name FROM customer WHERE number = ANY(:codes)
    UNION SELECT 'item', id, number, name FROM item WHERE number = ANY(:codes)
    UNION SELECT 'item', i.id, i.number, i.name FROM item_unit u JOIN item i ON i.id = u.item_id
           WHERE u.gtin = :gtin
    UNION SELECT 'item', i.id, i.number, i.name FROM item_alias a JOIN item i ON i.id = a.item_id
           WHERE a.code = ANY(:codes)
    UNION SELECT 'order', o.id, o.number, c.name FROM sales_order o
            JOIN customer c ON c.id = o.customer_id WHERE o.number = ANY(:codes)
    UNION SELECT 'carton', k.id, k.sscc, o.number FROM carton k
            JOIN sales_order o ON o.id = k.order_id WHERE k.sscc = :sscc"""

_BEGINNING = """
    (SELECT 'customer' AS kind, id, number, name FROM customer
      WHERE name_sort >= :name AND name_sort < :name_end ORDER BY name_sort, id LIMIT :limit)
    UNION (SELECT 'customer', id, number, name FROM customer
      WHERE number >= :code AND number < :code_end ORDER BY number LIMIT :limit)
    UNION (SELECT 'item', id, number, name FROM item
      WHERE name_sort >= :name AND name_sort < :name_end ORDER BY name_sort, id LIMIT :limit)
    UNION (SELECT 'item', id, number, name FROM item
      WHERE number >= :code AND number < :code_end ORDER BY number LIMIT :limit)
    UNION (SELECT 'order', o.id, o.number, c.name FROM sales_order o
      JOIN customer c ON c.id = o.customer_id
      WHERE o.number >= :code AND o.number < :code_end ORDER BY o.number LIMIT :limit)"""

_WORDS = f"""
    (SELECT 'customer' AS kind, id, number, name FROM customer
      WHERE {WORDS_OF_NAME} @@ to_tsquery('simple', :words) LIMIT :limit)
    UNION ALL
    (SELECT 'item', id, number, name FROM item
      WHERE {WORDS_OF_NAME} @@ to_tsquery('simple', :words) LIMIT :limit)"""

_FOUND = text(f"""
    WITH exact AS ({_EXACT}), beginning AS ({_BEGINNING}), word AS ({_WORDS}),
    found AS (
      SELECT kind, id, number, name, 1 AS rank FROM exact
      UNION ALL SELECT kind, id, number, name, 2 FROM beginning
      UNION ALL SELECT kind, id, number, name, 3 FROM word),
    best AS (SELECT DISTINCT ON (kind, id) * FROM found ORDER BY kind, id, rank)
    SELECT kind, id, number, name, rank = 1
      FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY rank, name, id) AS place
              FROM best) b
     WHERE rank = 1 OR place <= :limit
     ORDER BY rank, name, id""")


def search(session: Session, *, wanted: str, limit: int = 8) -> tuple[Found, ...]:
    """What a person may mean by `wanted`: whole codes, beginnings, words. One statement.

    At most `limit` of each kind beside the exact ones; an empty text finds nothing.
    """
    typed = as_typed(wanted)
    if not typed:
        return ()
    digits = typed.replace(" ", "")
    rows = session.execute(
        _FOUND,
        {
            "codes": sorted({typed, typed.upper()}),
            "gtin": gtin_typed(typed),
            "sscc": digits[-18:] if is_digits(digits) and len(digits) in (18, 20) else None,
            "limit": limit,
            "words": words_begun(typed),
            **beginnings(typed),
        },
    )
    return tuple(Found(Kind(kind), id_, code, name, exact) for kind, id_, code, name, exact in rows)
