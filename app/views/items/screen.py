"""What the items desk shows and asks."""

from __future__ import annotations

from app.core.ids import Kind
from app.queries.items import item, items
from app.views.items.asking import FORMS
from app.views.items.showing import card, item_model
from app.views.records import RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView

SCREEN = RecordScreen(
    Kind.ITEM,
    "Items",
    (SavedView("sold", "Sold"), SavedView("all", "All")),
    items,
    lambda session, id: item(session, item=id),
    card,
    item_model,
    Empty("No items yet", "Import them: orderwright import items FILE", "package"),
    Empty("Nothing chosen", "Choose an item to see where it lies and who wants it.", "package"),
    FORMS,
    touched_by=(Kind.STOCK, Kind.ORDER),
)
