"""New items with their units, codes, prices and costs.

One function checks and one writes, for a single item at the desk and for a file of a hundred
thousand: a few statements, however many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import CustomerRef, Kind, SupplierRef
from app.core.messages import N_
from app.core.quantity import LARGEST
from app.operations.records import Problems, ids_of
from app.rules.gs1 import normal_gtin
from app.rules.records import (
    NOTE_LENGTH,
    NUMBER_LENGTH,
    check_measure,
    check_number,
    check_percent,
    check_price,
    check_text,
)
from app.rules.stock import Tracking

UNIT_LENGTH = 20


class GtinTaken(BusinessError):
    """A GTIN names one unit of one item in the world."""

    sentence = N_("The GTIN {gtin} already belongs to item {item}. Check the label.")


class SerialsAreWhole(BusinessError):
    """A serial is one piece; there is no half of it."""

    sentence = N_("{item} is tracked by serial, so it is counted in whole pieces: 0 decimals.")


class UnitTwice(BusinessError):
    """One name for two units."""

    sentence = N_("{item} has the unit {unit} twice. A unit has one name and one factor.")


@dataclass(frozen=True, slots=True)
class NewUnit:
    """So many base units, with a GTIN (8, 12, 13 or 14 digits) of its own."""

    name: str
    factor: Decimal = Decimal(1)
    gtin: str | None = None


@dataclass(frozen=True, slots=True)
class NewAlias:
    """Another code for the item: everybody's, or one customer's."""

    code: str
    customer: CustomerRef | None = None


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item as typed. Codes of group and tax class; `gtin` is the base unit's.

    `list_price` per base unit in the company's currency, None is no price; `cost` likewise, for
    those who may see it; weight in kilograms, volume in litres, tolerance in percent.
    """

    number: str
    name: str
    base_unit: str = "pc"
    description: str = ""
    group: str | None = None
    quantity_decimals: int = 0
    tracking: Tracking = Tracking.NONE
    list_price: Decimal | None = None
    cost: Decimal | None = None
    gtin: str | None = None
    tax_class: str | None = None
    weight_kg: Decimal = Decimal(0)
    volume_l: Decimal = Decimal(0)
    supplier: SupplierRef | None = None
    supplier_item_number: str = ""
    allow_drop_ship: bool = False
    over_pack_tolerance: Decimal = Decimal(0)
    reorder_level: Decimal | None = None
    is_discontinued: bool = False
    units: tuple[NewUnit, ...] = ()
    aliases: tuple[NewAlias, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemSaved:
    """The item as it is now."""

    item_id: int
    number: str
    changes: Changes


def create_item(session: Session, actor: Actor, *, item: NewItem) -> ItemSaved:
    """Make an item with its units, codes and prices.

    Raises: NotPermitted (cost: purchasing or accounting), NumberTaken, GtinTaken,
    CheckDigitWrong, SerialsAreWhole, NotFound and what `rules.records` raises; all at once.
    """
    actor.require("create_item", Group.STOCK)
    require_cost_right(actor, item.cost)
    problems, ready = check_items(session, [item])
    problems.raise_all()
    (id,) = write_items(session, ready)
    return ItemSaved(id, item.number.strip(), changed(Kind.ITEM, id))


def require_cost_right(actor: Actor, cost: Decimal | None) -> None:
    """Cost is entered by those who may read it. Raises: NotPermitted."""
    if cost is not None:
        actor.require("enter the cost", Group.PURCHASING)


# ---------------------------------------------------------------- checking


def check_items(
    session: Session, items: Sequence[NewItem]
) -> tuple[Problems, list[dict[str, Any]]]:
    """What is wrong with new items, field by field, and their rows for `write_items`.

    Six reads, however many items.
    """
    problems = Problems()
    groups = ids_of(session, "item_group", "code", (each.group for each in items))
    classes = ids_of(session, "tax_class", "code", (each.tax_class for each in items))
    suppliers = _existing(session, "supplier", {i.supplier for i in items if i.supplier})
    customers = _existing(
        session, "customer", {a.customer for i in items for a in i.aliases if a.customer}
    )
    rows = [item_row(index, item, problems) for index, item in enumerate(items)]
    problems.numbers(session, "item", "item", [row["number"] for row in rows])
    for index, (item, row) in enumerate(zip(items, rows, strict=True)):
        row["group_id"] = problems.named(index, "group", "item group", item.group, groups)
        row["tax_class_id"] = problems.named(
            index, "tax_class", "tax class", item.tax_class, classes
        )
        if item.supplier and item.supplier not in suppliers:
            problems.add(index, "supplier", NotFound(what="supplier", value=item.supplier))
        for alias in item.aliases:
            if alias.customer and alias.customer not in customers:
                problems.add(index, "aliases", NotFound(what="customer", value=alias.customer))
    check_gtins(session, problems, rows)
    return problems, rows


def _existing(session: Session, table: str, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    rows = session.execute(
        text(f"SELECT id FROM {table} WHERE id = ANY (:ids)"), {"ids": list(ids)}
    )
    return set(rows.scalars())


def item_row(index: int, item: NewItem, problems: Problems) -> dict[str, Any]:
    """The item's row with its checked texts and numbers, its units and aliases with it."""
    check = problems.check
    number = check(index, "number", _number, item.number)
    row: dict[str, Any] = {
        "number": number,
        "name": check(index, "name", _name, item.name),
        "base_unit": check(index, "base_unit", _unit_name, item.base_unit),
        "description": check(index, "description", _description, item.description),
        "quantity_decimals": check(index, "quantity_decimals", _decimals, item.quantity_decimals),
        "tracking": item.tracking.value,
        "list_price": item.list_price,
        "cost": item.cost,
        "weight_kg": check(index, "weight_kg", check_measure, "weight", item.weight_kg),
        "volume_l": check(index, "volume_l", check_measure, "volume", item.volume_l),
        "supplier_id": item.supplier,
        "supplier_item_number": check(
            index, "supplier_item_number", _other_number, item.supplier_item_number
        ),
        "allow_drop_ship": item.allow_drop_ship,
        "over_pack_tolerance": check(
            index, "over_pack_tolerance", check_percent, "tolerance", item.over_pack_tolerance
        ),
        "reorder_level": item.reorder_level,
        "is_discontinued": item.is_discontinued,
    }
    row["name_sort"] = row["name"].casefold()
    for price in ("list_price", "cost"):
        if row[price] is not None:
            check(index, price, check_price, price.replace("_", " "), row[price])
    if item.reorder_level is not None:
        check(index, "reorder_level", _reorder_level, item.reorder_level)
    if item.tracking in (Tracking.SERIAL, Tracking.SERIAL_OUT) and item.quantity_decimals:
        problems.add(index, "quantity_decimals", SerialsAreWhole(item=number))
    row["units"] = _unit_rows(index, number, item, row["base_unit"], problems)
    row["aliases"] = [
        {"code": check(index, "aliases", _number, each.code), "customer_id": each.customer}
        for each in item.aliases
    ]
    return row


def _unit_rows(
    index: int, number: str, item: NewItem, base_unit: str, problems: Problems
) -> list[dict[str, Any]]:
    units = [NewUnit(base_unit, Decimal(1), item.gtin), *item.units]
    rows: list[dict[str, Any]] = []
    names: set[str] = set()
    for unit in units:
        row = _unit_row(index, unit, problems)
        if row["name"] in names:
            problems.add(index, "units", UnitTwice(item=number, unit=row["name"]))
        names.add(row["name"])
        rows.append(row)
    return rows


def _unit_row(index: int, unit: NewUnit, problems: Problems) -> dict[str, Any]:
    return {
        "name": problems.check(index, "units", _unit_name, unit.name),
        "factor": problems.check(index, "units", _factor, unit.factor),
        "gtin": problems.check(index, "gtin", normal_gtin, unit.gtin) if unit.gtin else None,
    }


def check_gtins(
    session: Session,
    problems: Problems,
    rows: Sequence[dict[str, Any]],
    *,
    of_item: int | None = None,
) -> None:
    """A GTIN names one unit of one item; those of the item itself (`of_item`) may move."""
    gtins = [(i, row, unit["gtin"]) for i, row in enumerate(rows) for unit in row["units"]]
    wanted = {gtin for _, _, gtin in gtins if gtin}
    if not wanted:
        return
    owner = {
        row.gtin: row.number
        for row in session.execute(
            text("""SELECT u.gtin, i.number FROM item_unit u JOIN item i ON i.id = u.item_id
                     WHERE u.gtin = ANY (:gtins)
                       AND u.item_id IS DISTINCT FROM CAST(:of_item AS bigint)"""),
            {"gtins": sorted(wanted), "of_item": of_item},
        )
    }
    for index, row, gtin in gtins:
        if gtin in owner:
            problems.add(index, "gtin", GtinTaken(gtin=gtin, item=owner[gtin]))
        elif gtin:
            owner[gtin] = row["number"]


def _number(value: str) -> str:
    return check_text("number", value, NUMBER_LENGTH, required=True)


def _other_number(value: str) -> str:
    return check_text("supplier's number", value, NUMBER_LENGTH)


def _name(value: str) -> str:
    return check_text("name", value, required=True)


def _description(value: str) -> str:
    return check_text("description", value, NOTE_LENGTH, lines=True)


def _unit_name(value: str) -> str:
    return check_text("unit", value, UNIT_LENGTH, required=True)


def _decimals(value: int) -> int:
    check_number("number of decimals", Decimal(value), most=Decimal(4), decimals=0)
    return value


def _factor(value: Decimal) -> Decimal:
    return check_number("factor", value, least=Decimal("0.0001"), most=LARGEST)


def _reorder_level(value: Decimal) -> Decimal:
    return check_number("reorder level", value, most=LARGEST)


# ---------------------------------------------------------------- writing

_ITEMS = text("""
    INSERT INTO item (number, name, name_sort, description, group_id, base_unit,
                      quantity_decimals, tracking, list_price, tax_class_id, weight_kg, volume_l,
                      supplier_id, supplier_item_number, allow_drop_ship, over_pack_tolerance,
                      reorder_level, is_discontinued)
    SELECT number, name, name_sort, description, group_id, base_unit, quantity_decimals,
           tracking, list_price, tax_class_id, weight_kg, volume_l, supplier_id,
           supplier_item_number, allow_drop_ship, over_pack_tolerance, reorder_level,
           is_discontinued
      FROM jsonb_to_recordset(:items) AS r(number text, name text, name_sort text,
             description text, group_id bigint, base_unit text, quantity_decimals bigint,
             tracking text, list_price numeric, tax_class_id bigint, weight_kg numeric,
             volume_l numeric, supplier_id bigint, supplier_item_number text,
             allow_drop_ship boolean, over_pack_tolerance numeric, reorder_level numeric,
             is_discontinued boolean)
    RETURNING id, number
""").bindparams(bindparam("items", type_=JSONB))

# Ids come back and are given again: a join with what the statement before inserted would be
# planned for a few rows, and crawl with a hundred thousand.
_UNITS = text("""
    INSERT INTO item_unit (item_id, name, factor, gtin)
    SELECT item_id, name, factor, gtin
      FROM jsonb_to_recordset(:units) AS r(item_id bigint, name text, factor numeric, gtin text)
""").bindparams(bindparam("units", type_=JSONB))

_ALIASES = text("""
    INSERT INTO item_alias (item_id, code, customer_id)
    SELECT item_id, code, customer_id
      FROM jsonb_to_recordset(:aliases) AS r(item_id bigint, code text, customer_id bigint)
    ON CONFLICT DO NOTHING
""").bindparams(bindparam("aliases", type_=JSONB))

WRITE_COSTS = text("""
    INSERT INTO item_cost (item_id, cost)
    SELECT * FROM unnest(CAST(:items AS bigint[]), CAST(:costs AS numeric[]))
    ON CONFLICT (item_id) DO UPDATE SET cost = excluded.cost
""")


def write_items(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write checked items with units, aliases and costs; ids come in the order of the rows."""
    nested = ("units", "aliases", "cost")
    plain = [{k: v for k, v in row.items() if k not in nested} for row in rows]
    found = {row.number: row.id for row in session.execute(_ITEMS, {"items": plain})}
    ids = [found[row["number"]] for row in rows]
    by_item = list(zip(ids, rows, strict=True))
    session.execute(
        _UNITS,
        {"units": [{"item_id": id, **unit} for id, row in by_item for unit in row["units"]]},
    )
    aliases = [{"item_id": id, **code} for id, row in by_item for code in row["aliases"]]
    if aliases:
        session.execute(_ALIASES, {"aliases": aliases})
    costs = [(id, row["cost"]) for id, row in by_item if row["cost"] is not None]
    if costs:
        session.execute(
            WRITE_COSTS,
            {"items": [item for item, _ in costs], "costs": [cost for _, cost in costs]},
        )
    return ids
