"""Items: what we sell, in which units, under which codes."""

from app.operations.catalog.change import ItemChange, change_item
from app.operations.catalog.items import ItemSaved, NewAlias, NewItem, NewUnit, create_item

__all__ = [
    "ItemChange",
    "ItemSaved",
    "NewAlias",
    "NewItem",
    "NewUnit",
    "change_item",
    "create_item",
]
