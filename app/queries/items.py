"""Items as a list, and one item with its units, its codes, where it lies and who wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.ids import ItemRef
from app.queries.agreements import LadderRow, ladders
from app.queries.beginnings import as_typed, beginnings
from app.queries.stock import may_be_promised
from app.queries.views import view_of
from app.rules.pricing.agreements import Side

VIEWS = ("sold", "all")
MOST_AGREEMENTS = 12
"""So many of its agreements are shown beside an item; their desk has them all."""
MOST_DEMANDS = 20
"""Orders that want an item are listed up to so many, the most urgent first."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list. `free` is what can be allocated now, in base units."""

    id: int
    number: str
    name: str
    name_sort: str
    group: str
    base_unit: str
    list_price: Decimal | None
    currency: str
    free: Decimal
    is_sold: bool

    @property
    def key(self) -> tuple[str, int]:
        """Where the next page begins."""
        return self.name_sort, self.id


@dataclass(frozen=True, slots=True)
class UnitOfItem:
    """A unit: so many base units, with its own GTIN."""

    name: str
    factor: Decimal
    gtin: str | None


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """So much of an item in one place, in base units; `why_not` says why none of it is free."""

    warehouse: str
    location: str
    kind: str
    lot: str | None
    expires_on: date | None
    on_hand: Decimal
    allocated: Decimal
    free: Decimal
    why_not: str


@dataclass(frozen=True, slots=True)
class ItemDemand:
    """An order line that still wants the item, in base units."""

    order_id: int
    order: str
    customer: str
    requested_date: date
    open: Decimal
    allocated: Decimal
    backordered: Decimal


@dataclass(frozen=True, slots=True)
class ItemDocument:
    """One item with everything a clerk is asked about it. Quantities in base units.

    `is_all_demand` is false when more orders want it than are listed. `agreements` are the newest
    by which we sell it.
    """

    id: int
    number: str
    name: str
    description: str
    group: str
    base_unit: str
    quantity_decimals: int
    tracking: str
    list_price: Decimal | None
    currency: str
    tax_class: str
    weight_kg: Decimal
    supplier: str
    supplier_item_number: str
    reorder_level: Decimal | None
    is_discontinued: bool
    is_active: bool
    group_code: str
    tax_class_code: str
    gtin: str | None
    units: tuple[UnitOfItem, ...]
    aliases: tuple[str, ...]
    places: tuple[ItemPlace, ...]
    demand: tuple[ItemDemand, ...]
    is_all_demand: bool
    on_hand: Decimal
    allocated: Decimal
    free: Decimal
    backordered: Decimal
    agreements: tuple[LadderRow, ...]


@dataclass(frozen=True, slots=True)
class ItemChoices:
    """What an item is given by choosing; each is (code, name)."""

    groups: tuple[tuple[str, str], ...]
    tax_classes: tuple[tuple[str, str], ...]


def item_choices(session: Session) -> ItemChoices:
    """The groups and tax classes there are, by name. One statement."""
    rows = session.execute(
        text("""SELECT 1, code, name FROM item_group
                UNION ALL SELECT 2, code, name FROM tax_class ORDER BY 1, 3, 2""")
    ).all()
    return ItemChoices(
        *(tuple((code, name) for sort, code, name in rows if sort == which) for which in (1, 2))
    )


_IS_FREE = may_be_promised("d.today")

_TODAY = "(SELECT currency, (now() AT TIME ZONE time_zone)::date AS today FROM company) d"


_VIEWS = {"sold": "i.is_active AND NOT i.is_discontinued", "all": "true"}


def items(
    session: Session,
    *,
    view: str = "sold",
    filter: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 100,
) -> tuple[ItemRow, ...]:
    """One page of the items by name: `sold` or `all`. `filter` begins a number or a name.

    `after` is the `key` of the last row shown. One statement, however many items there are.
    Raises: UnknownView.
    """
    conditions = [view_of(_VIEWS, view)]
    values: dict[str, object] = {"limit": limit}
    if after is not None:
        conditions.append("(i.name_sort, i.id) > (:after_name, :after_id)")
        values["after_name"], values["after_id"] = after
    source = "item"
    if wanted := as_typed(filter):
        source = """(SELECT * FROM item WHERE name_sort >= :name AND name_sort < :name_end
                     UNION SELECT * FROM item WHERE number >= :code AND number < :code_end)"""
        values |= beginnings(wanted)
    rows = session.execute(
        text(f"""
            SELECT i.id, i.number, i.name, i.name_sort, coalesce(g.name, ''), i.base_unit,
                   i.list_price, d.currency,
                   (SELECT coalesce(sum(b.on_hand - b.allocated), 0)
                      FROM stock_balance b JOIN location p ON p.id = b.location_id
                      LEFT JOIN lot t ON t.id = b.lot_id
                     WHERE b.item_id = i.id AND {_IS_FREE}),
                   i.is_active AND NOT i.is_discontinued
              FROM {source} i CROSS JOIN {_TODAY}
              LEFT JOIN item_group g ON g.id = i.group_id
             WHERE {" AND ".join(conditions)}
             ORDER BY i.name_sort, i.id LIMIT :limit"""),
        values,
    )
    return tuple(ItemRow(*row) for row in rows)


def item(session: Session, *, item: ItemRef) -> ItemDocument:
    """One item: units, codes, where it lies, which orders want it. Raises: NotFound."""
    head = session.execute(_HEAD, {"item": item}).one_or_none()
    if head is None:
        raise NotFound(what="item", value=item)
    places = tuple(ItemPlace(*row) for row in session.execute(_PLACES, {"item": item}))
    found = [ItemDemand(*row) for row in session.execute(_DEMAND, {"item": item})]
    return ItemDocument(
        **head._mapping["document"],
        list_price=head.list_price,
        weight_kg=head.weight_kg,
        reorder_level=head.reorder_level,
        units=tuple(UnitOfItem(name, Decimal(factor), gtin) for name, factor, gtin in head.units),
        aliases=tuple(head.aliases),
        places=places,
        demand=tuple(found[:MOST_DEMANDS]),
        is_all_demand=len(found) <= MOST_DEMANDS,
        on_hand=sum((each.on_hand for each in places), Decimal(0)),
        allocated=sum((each.allocated for each in places), Decimal(0)),
        free=sum((each.free for each in places), Decimal(0)),
        backordered=head.backordered,
        agreements=ladders(session, item=item, side=Side.SELL, limit=MOST_AGREEMENTS),
    )


_HEAD = text(f"""
    SELECT jsonb_build_object(
             'id', i.id, 'number', i.number, 'name', i.name, 'description', i.description,
             'group', coalesce(g.name, ''), 'base_unit', i.base_unit,
             'quantity_decimals', i.quantity_decimals, 'tracking', i.tracking,
             'currency', d.currency, 'tax_class', coalesce(x.name, ''),
             'supplier', coalesce(s.name, ''), 'supplier_item_number', i.supplier_item_number,
             'is_discontinued', i.is_discontinued, 'is_active', i.is_active,
             'group_code', coalesce(g.code, ''), 'tax_class_code', coalesce(x.code, ''),
             'gtin', (SELECT u.gtin FROM item_unit u
                       WHERE u.item_id = i.id AND u.name = i.base_unit)) AS document,
           i.list_price, i.weight_kg, i.reorder_level,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(u.name, u.factor::text, u.gtin)
                     ORDER BY u.factor, u.name), '[]')
              FROM item_unit u WHERE u.item_id = i.id) AS units,
           (SELECT coalesce(jsonb_agg(a.code ORDER BY a.code), '[]')
              FROM item_alias a WHERE a.item_id = i.id) AS aliases,
           (SELECT coalesce(sum(l.backordered), 0)
              FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
             WHERE l.item_id = i.id AND l.open > 0 AND o.state = 'confirmed') AS backordered
      FROM item i CROSS JOIN {_TODAY}
      LEFT JOIN item_group g ON g.id = i.group_id
      LEFT JOIN supplier s ON s.id = i.supplier_id
      LEFT JOIN tax_class x ON x.id = i.tax_class_id
     WHERE i.id = :item""")

_PLACES = text(f"""
    SELECT coalesce(w.code, ''), p.code, p.kind, t.code, t.expires_on, b.on_hand, b.allocated,
           CASE WHEN {_IS_FREE} THEN b.on_hand - b.allocated ELSE 0 END,
           CASE WHEN t.blocked_reason IS NOT NULL THEN t.blocked_reason
                WHEN t.expires_on < d.today THEN 'expired'
                WHEN NOT (p.is_pickable AND p.is_active) THEN p.kind
                ELSE '' END
      FROM stock_balance b CROSS JOIN {_TODAY}
      JOIN location p ON p.id = b.location_id
      LEFT JOIN warehouse w ON w.id = p.warehouse_id
      LEFT JOIN lot t ON t.id = b.lot_id
     WHERE b.item_id = :item AND b.on_hand > 0
     ORDER BY w.code, p.walk_sequence, p.code, t.expires_on, t.code""")

_DEMAND = text(f"""
    SELECT o.id, o.number, c.name, o.requested_date, sum(l.open), sum(l.allocated),
           sum(l.backordered)
      FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
      JOIN customer c ON c.id = o.customer_id
     WHERE l.item_id = :item AND l.open > 0 AND o.state = 'confirmed'
     GROUP BY o.id, o.number, c.name, o.requested_date
     ORDER BY o.requested_date, o.id LIMIT {MOST_DEMANDS + 1}""")
