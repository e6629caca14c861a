"""Importing items: numbers, names, groups, units, prices and codes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.core.actor import Group
from app.core.changes import Changes, changed
from app.core.errors import NotFound
from app.core.ids import Kind
from app.operations.catalog.items import (
    NewAlias,
    NewItem,
    NewUnit,
    check_items,
    require_cost_right,
    write_items,
)
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.missing import create_groups
from app.rules.stock import Tracking

ZERO = Decimal(0)

COLUMNS = (
    Column("number", Cell.TEXT, "the item's number", required=True),
    Column("name", Cell.TEXT, "what it is called", required=True),
    Column("description", Cell.TEXT, "more about it", default=""),
    Column("group", Cell.TEXT, "code of its group; --create-missing makes it"),
    Column("base_unit", Cell.TEXT, "unit it is counted in", default="pc"),
    Column("quantity_decimals", Cell.WHOLE, "how finely it may be split, 0 to 4", default=0),
    Column(
        "tracking",
        Cell.TEXT,
        "how pieces are told apart",
        default="none",
        choices=tuple(each.value for each in Tracking),
    ),
    Column("list_price", Cell.PRICE, "per base unit, company currency; empty: no price"),
    Column("cost", Cell.PRICE, "per base unit, company currency; for those who may see cost"),
    Column("gtin", Cell.TEXT, "GTIN of the base unit, 8 to 14 digits"),
    Column("pack_unit", Cell.TEXT, "a larger unit, such as case"),
    Column("pack_factor", Cell.QUANTITY, "how many base units are in it"),
    Column("pack_gtin", Cell.TEXT, "GTIN of the larger unit"),
    Column("tax_class", Cell.TEXT, "code of its tax class"),
    Column("weight_kg", Cell.QUANTITY, "weight of a base unit in kilograms", default=ZERO),
    Column("volume_l", Cell.QUANTITY, "volume of a base unit in litres", default=ZERO),
    Column("supplier", Cell.TEXT, "number of the supplier it is bought from"),
    Column("supplier_item_number", Cell.TEXT, "the supplier's number for it", default=""),
    Column("alias", Cell.TEXT, "another code it is known by"),
    Column("allow_drop_ship", Cell.YES_NO, "may go from supplier to customer", default=False),
    Column("over_pack_tolerance", Cell.PERCENT, "how much more may be packed", default=ZERO),
    Column("reorder_level", Cell.QUANTITY, "buy again below this, in base units"),
    Column("is_discontinued", Cell.YES_NO, "no longer sold to new orders", default=False),
)

_FIELDS = {"units": "pack_unit", "aliases": "alias"}
"""Where a problem of a field of `NewItem` is in the file."""


def import_items(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the items; groups that are missing with `create_missing`."""
    rows = intake.without_repeats(rows, "number")
    if any(row["cost"] is not None for row in rows):
        require_cost_right(intake.actor, ZERO)
    suppliers = intake.ids_of("supplier", "number", (row["supplier"] for row in rows))
    for row in rows:
        if row["supplier"] and row["supplier"] not in suppliers:
            intake.reject(row, "supplier", NotFound(what="supplier", value=row["supplier"]))
    if intake.create_missing:
        create_groups(intake, "item_group", rows)
    problems, ready = check_items(intake.session, [_item(row, suppliers) for row in rows])
    for each in problems.found:
        intake.reject(rows[each.index], _FIELDS.get(each.field, each.field), each.reason)
    good = {row.line for row in intake.accepted(rows)}
    ids = write_items(
        intake.session,
        [new for row, new in zip(rows, ready, strict=True) if row.line in good],
    )
    return changed(Kind.ITEM, ids)


def _item(row: Row, suppliers: dict[str, int]) -> NewItem:
    pack = row["pack_unit"]
    return NewItem(
        number=row["number"],
        name=row["name"],
        base_unit=row["base_unit"],
        description=row["description"],
        group=row["group"],
        quantity_decimals=row["quantity_decimals"],
        tracking=Tracking(row["tracking"]),
        list_price=row["list_price"],
        cost=row["cost"],
        gtin=row["gtin"],
        tax_class=row["tax_class"],
        weight_kg=row["weight_kg"],
        volume_l=row["volume_l"],
        supplier=suppliers.get(row["supplier"]),
        supplier_item_number=row["supplier_item_number"],
        allow_drop_ship=row["allow_drop_ship"],
        over_pack_tolerance=row["over_pack_tolerance"],
        reorder_level=row["reorder_level"],
        is_discontinued=row["is_discontinued"],
        units=(NewUnit(pack, row["pack_factor"] or ZERO, row["pack_gtin"]),) if pack else (),
        aliases=(NewAlias(row["alias"]),) if row["alias"] else (),
    )


ITEMS = ImportKind(
    "items",
    "what is sold: numbers, names, groups, units, prices, codes",
    (Group.STOCK,),
    COLUMNS,
    import_items,
)
