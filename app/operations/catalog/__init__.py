"""Items and their groups: what we sell, in which units, under which codes."""

from app.operations.catalog.change import ItemChange, change_item
from app.operations.catalog.groups import change_item_group, create_item_group
from app.operations.catalog.items import ItemSaved, NewAlias, NewItem, NewUnit, create_item

__all__ = [
    "ItemChange",
    "ItemSaved",
    "NewAlias",
    "NewItem",
    "NewUnit",
    "change_item",
    "change_item_group",
    "create_item",
    "create_item_group",
]
