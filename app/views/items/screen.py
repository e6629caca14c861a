"""What the items desk shows and asks."""

from __future__ import annotations

from app.core.ids import Kind
from app.core.messages import N_
from app.queries.items import item, items
from app.views.agreements.asking_price import PRICE_OF_ITEM
from app.views.items.asking import FORMS
from app.views.items.showing import card, item_model
from app.views.records import RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.wording import words

SCREEN = RecordScreen(
    Kind.ITEM,
    words(N_("Items")),
    (SavedView("sold", words(N_("Sold"))), SavedView("all", words(N_("All")))),
    items,
    lambda session, id: item(session, item=id),
    card,
    item_model,
    Empty(
        words(N_("No items yet")),
        words(N_("Import them: orderwright import items FILE")),
        "package",
    ),
    Empty(
        words(N_("Nothing chosen")),
        words(N_("Choose an item to see where it lies and who wants it.")),
        "package",
    ),
    FORMS,
    touched_by=(Kind.STOCK, Kind.ORDER, Kind.AGREEMENT),
    windows=(PRICE_OF_ITEM,),
)
