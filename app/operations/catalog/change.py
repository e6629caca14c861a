"""Changing an item: what is given changes, what is to be cleared is emptied, the rest stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import ItemRef, Kind, SupplierRef
from app.core.messages import N_
from app.models.catalog import Item
from app.operations.catalog.items import (
    WRITE_COSTS,
    ItemSaved,
    NewAlias,
    NewItem,
    NewUnit,
    check_gtins,
    item_row,
)
from app.operations.records import Problems, Seen, Subject, given_by, ids_of, own_changes
from app.rules.stock import Tracking


class CountingFixed(BusinessError):
    """Stock and orders are counted in it already."""

    sentence = N_(
        "{item} has stock, moves or orders already, so its {field} stays as it is. "
        "Make a new item instead."
    )


class BaseUnitStays(BusinessError):
    """The unit everything is counted in."""

    sentence = N_("{unit} is the base unit of {item}: its factor is 1 and it cannot be removed.")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What is to be different; None stays as it is. Fields as in `NewItem`."""

    name: str | None = None
    base_unit: str | None = None
    description: str | None = None
    group: str | None = None
    quantity_decimals: int | None = None
    tracking: Tracking | None = None
    list_price: Decimal | None = None
    cost: Decimal | None = None
    gtin: str | None = None
    tax_class: str | None = None
    weight_kg: Decimal | None = None
    volume_l: Decimal | None = None
    supplier: SupplierRef | None = None
    supplier_item_number: str | None = None
    allow_drop_ship: bool | None = None
    over_pack_tolerance: Decimal | None = None
    reorder_level: Decimal | None = None
    is_discontinued: bool | None = None
    is_active: bool | None = None


Clearable = Literal[
    "description",
    "group",
    "list_price",
    "cost",
    "gtin",
    "tax_class",
    "supplier",
    "supplier_item_number",
    "reorder_level",
]
"""Fields of an item that may be emptied; an empty list price is *no price*."""

NO_CHANGE = ItemChange()

_KEPT = (
    "name",
    "base_unit",
    "description",
    "quantity_decimals",
    "tracking",
    "list_price",
    "gtin",
    "weight_kg",
    "volume_l",
    "supplier_item_number",
    "allow_drop_ship",
    "over_pack_tolerance",
    "reorder_level",
    "is_discontinued",
)
"""What stands in the item's row under the name it has in `NewItem`."""

_COLUMNS = {"group": "group_id", "tax_class": "tax_class_id", "supplier": "supplier_id"}
_ELSEWHERE = frozenset({"cost", "gtin"})
_EMPTY_TEXT = frozenset({"description", "supplier_item_number"})

_CURRENT = """
    SELECT i.*, u.gtin, g.code AS "group", t.code AS tax_class,
           EXISTS (SELECT FROM stock_move m WHERE m.item_id = i.id)
             OR EXISTS (SELECT FROM sales_order_line l WHERE l.item_id = i.id) AS is_used
      FROM item i LEFT JOIN item_unit u ON u.item_id = i.id AND u.name = i.base_unit
      LEFT JOIN item_group g ON g.id = i.group_id LEFT JOIN tax_class t ON t.id = i.tax_class_id
     WHERE i.id = :item {lock}
"""


def change_item(
    session: Session,
    actor: Actor,
    *,
    item: ItemRef,
    seen: Seen | None = None,
    change: ItemChange = NO_CHANGE,
    clear: tuple[Clearable, ...] = (),
    set_units: tuple[NewUnit, ...] = (),
    remove_units: tuple[str, ...] = (),
    add_aliases: tuple[NewAlias, ...] = (),
    remove_aliases: tuple[NewAlias, ...] = (),
) -> ItemSaved:
    """Change an item: what is given changes, what stands in `clear` is emptied, the rest stays.

    `set_units` adds units or changes those of the same name. How an item is counted (base unit,
    decimals, tracking) changes only before it has stock or orders. Cost needs purchasing, aliases
    sales or stock. Raises: NotFound, ChangedBySomeoneElse, CountingFixed, BaseUnitStays,
    NotPermitted, and as `create_item`; all problems at once.
    """
    given = given_by(change, clear)
    _require_rights(actor, set(given), bool(set_units or remove_units))
    # Whoever enters but a cost or another code may not write the item's row, and so not lock it.
    lock = "FOR NO KEY UPDATE OF i" if given.keys() - {"cost"} else ""
    now = session.execute(text(_CURRENT.format(lock=lock)), {"item": item}).one_or_none()
    if now is None:
        raise NotFound(what="item", value=item)
    own = own_changes(session, seen, given, now._asdict(), Subject(now.number, Kind.ITEM, item))
    problems = Problems()
    row = _checked(session, now, own, set_units, remove_units, add_aliases, problems)
    problems.raise_all()
    _write(session, item, row, set(own))
    _write_units(session, item, now.base_unit, row["units"], remove_units)
    _write_aliases(session, item, add_aliases, remove_aliases)
    return ItemSaved(item, now.number, changed(Kind.ITEM, item))


def _require_rights(actor: Actor, touched: set[str], units: bool) -> None:
    if "cost" in touched:
        actor.require("enter the cost", Group.PURCHASING)
    if units or touched - {"cost"}:
        actor.require("change_item", Group.STOCK)
    else:
        actor.require("change_item", Group.STOCK, Group.SALES, Group.PURCHASING)


def _checked(
    session: Session,
    now: Any,
    own: dict[str, Any],
    set_units: tuple[NewUnit, ...],
    remove_units: Sequence[str],
    add_aliases: tuple[NewAlias, ...],
    problems: Problems,
) -> dict[str, Any]:
    """The item's row as it will be, checked by what checks a new item."""
    for field in ("base_unit", "quantity_decimals", "tracking"):
        if now.is_used and field in own and own[field] != getattr(now, field):
            reason = CountingFixed(item=now.number, field=field.replace("_", " "))
            problems.add(0, field, reason)
    values = {name: getattr(now, name) for name in _KEPT}
    values["tracking"] = Tracking(now.tracking)
    values |= {
        name: "" if value is None and name in _EMPTY_TEXT else value
        for name, value in own.items()
        if name != "is_active"
    }
    for unit in {*remove_units, *(u.name for u in set_units)} & {values["base_unit"]}:
        problems.add(0, "units", BaseUnitStays(unit=unit, item=now.number))
    row = item_row(0, NewItem(now.number, **values, units=set_units, aliases=add_aliases), problems)
    row["is_active"] = own.get("is_active", now.is_active)
    for field, what, table in (
        ("group", "item group", "item_group"),
        ("tax_class", "tax class", "tax_class"),
    ):
        code = values.get(field)
        ids = ids_of(session, table, "code", [code])
        row[f"{field}_id"] = problems.named(0, field, what, code, ids)
    check_gtins(session, problems, [row], of_item=now.id)
    return row


def _write(session: Session, item: int, row: dict[str, Any], touched: set[str]) -> None:
    columns = {_COLUMNS.get(name, name) for name in touched - _ELSEWHERE}
    if "name" in columns:
        columns.add("name_sort")
    if columns:
        session.execute(
            update(Item)
            .where(Item.id == item)
            .values({name: row[name] for name in columns})
            .execution_options(synchronize_session=False)
        )
    if "cost" in touched and row["cost"] is None:
        session.execute(text("DELETE FROM item_cost WHERE item_id = :item"), {"item": item})
    elif "cost" in touched:
        session.execute(WRITE_COSTS, {"items": [item], "costs": [row["cost"]]})


def _write_units(
    session: Session,
    item: int,
    old_base: str,
    units: Sequence[dict[str, Any]],
    remove: Sequence[str],
) -> None:
    base = units[0]
    gone = [*remove, *([old_base] if base["name"] != old_base else [])]
    if gone:
        session.execute(
            text("DELETE FROM item_unit WHERE item_id = :item AND name = ANY (:names)"),
            {"item": item, "names": gone},
        )
    values = {
        "item": item,
        "names": [unit["name"] for unit in units],
        "factors": [unit["factor"] for unit in units],
        "gtins": [unit["gtin"] for unit in units],
        "base": base["name"],
    }
    unchanged = session.execute(
        text("""SELECT count(*) = cardinality(:names) FROM item_unit u
                  JOIN unnest(CAST(:names AS text[]), CAST(:factors AS numeric[]),
                              CAST(:gtins AS text[])) AS n(name, factor, gtin)
                    ON n.name = u.name AND n.factor = u.factor
                   AND n.gtin IS NOT DISTINCT FROM u.gtin
                 WHERE u.item_id = :item"""),
        values,
    ).scalar_one()
    if unchanged:
        return
    session.execute(
        text("""
            INSERT INTO item_unit (item_id, name, factor, gtin)
            SELECT :item, n.name, n.factor, n.gtin
              FROM unnest(CAST(:names AS text[]), CAST(:factors AS numeric[]),
                          CAST(:gtins AS text[])) AS n(name, factor, gtin)
            ON CONFLICT (item_id, name) DO UPDATE SET factor = excluded.factor,
              gtin = CASE WHEN excluded.name = :base THEN excluded.gtin
                          ELSE coalesce(excluded.gtin, item_unit.gtin) END"""),
        values,
    )


def _write_aliases(
    session: Session, item: int, add: Sequence[NewAlias], remove: Sequence[NewAlias]
) -> None:
    statements = (
        (
            remove,
            """DELETE FROM item_alias a
                USING unnest(CAST(:codes AS text[]), CAST(:customers AS bigint[]))
                      AS n(code, customer)
                WHERE a.item_id = :item AND a.code = n.code
                  AND a.customer_id IS NOT DISTINCT FROM n.customer""",
        ),
        (
            add,
            """INSERT INTO item_alias (item_id, code, customer_id)
               SELECT :item, * FROM unnest(CAST(:codes AS text[]), CAST(:customers AS bigint[]))
               ON CONFLICT DO NOTHING""",
        ),
    )
    for aliases, statement in statements:
        if aliases:
            session.execute(
                text(statement),
                {
                    "item": item,
                    "codes": [each.code.strip() for each in aliases],
                    "customers": [each.customer for each in aliases],
                },
            )
