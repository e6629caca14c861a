"""The form of an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.core.actor import Group
from app.core.messages import N_
from app.operations.catalog import ItemChange, NewItem, change_item, create_item
from app.queries.items import ItemChoices, ItemDocument, item_choices
from app.rules.stock import Tracking
from app.views import theme
from app.views.records import RecordForms
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.number_field import PriceField
from app.views.widgets.wording import words

NONE = (None, words(N_("none")))
TRACKED = (
    (Tracking.NONE, words(N_("not"))),
    (Tracking.LOT, words(N_("by lot"))),
    (Tracking.SERIAL, words(N_("by serial"))),
    (Tracking.SERIAL_OUT, words(N_("serial when packed"))),
)
CLEARABLE = ("description", "group", "list_price", "gtin", "tax_class")


def ask(parent: QWidget, choices: ItemChoices, now: ItemDocument | None) -> Asking:
    """Asks for an item: a new one, or how one is to be."""
    title = (
        words(N_("New item")) if now is None else words(N_("Change {number}"), number=now.number)
    )
    asking = Asking(title, words(N_("Save")), parent=parent)
    asking.setMinimumWidth(theme.px(620))
    if now is None:
        asking.add("number", words(N_("Number")), QLineEdit(), is_wide=False)
    asking.add(
        "name", words(N_("Name")), QLineEdit(now.name if now else ""), is_wide=now is not None
    )
    asking.add("description", words(N_("Description")), QLineEdit(now.description if now else ""))
    group = ChoiceField([NONE, *choices.groups], (now.group_code or None) if now else None)
    asking.add("group", words(N_("Group")), group, is_wide=False)
    first_class = choices.tax_classes[0][0] if choices.tax_classes else None
    tax = (now.tax_class_code or None) if now else first_class
    tax_field = ChoiceField([NONE, *choices.tax_classes], tax)
    asking.add("tax_class", words(N_("Tax class")), tax_field, is_wide=False)
    if now is None:
        asking.add("base_unit", words(N_("Counted in")), QLineEdit("pc"), is_wide=False)
        decimals = ChoiceField(
            [
                (n, words(N_("whole ones")) if not n else words(N_("{many} decimals"), many=n))
                for n in range(5)
            ]
        )
        asking.add("quantity_decimals", words(N_("Split into")), decimals, is_wide=False)
        asking.add("tracking", words(N_("Tracked")), ChoiceField(TRACKED), is_wide=False)
    price = PriceField(words(N_("List price")), now.currency if now else "")
    price.set_value(now.list_price if now else None)
    asking.add("list_price", words(N_("List price, empty is none")), price, is_wide=False)
    gtin = QLineEdit((now.gtin or "") if now else "")
    asking.add("gtin", words(N_("GTIN")), gtin, is_wide=False)
    if now is not None:
        no_more = QCheckBox(words(N_("No longer sold; what is open still ships")))
        no_more.setChecked(now.is_discontinued)
        asking.add("is_discontinued", words(N_("Discontinued")), no_more)
    return asking


def verb(
    values: dict[str, Any], now: ItemDocument | None
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """What is to be done with what was typed."""
    values = {name: None if value == "" else value for name, value in values.items()}
    if now is None:
        wanted = {name: value for name, value in values.items() if value is not None}
        return create_item, {"item": NewItem(**{"number": "", "name": ""} | wanted)}
    return change_item, {
        "item": now.id,
        "change": ItemChange(**values),
        "clear": tuple(name for name in CLEARABLE if values[name] is None),
    }


FORMS = RecordForms(Group.STOCK, item_choices, ask, verb, lambda saved: int(saved.item_id))
