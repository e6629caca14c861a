"""The form of an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.core.actor import Group
from app.operations.catalog import ItemChange, NewItem, change_item, create_item
from app.queries.items import ItemChoices, ItemDocument, item_choices
from app.rules.stock import Tracking
from app.views import theme
from app.views.records import RecordForms
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.number_field import PriceField

NONE = (None, "none")
TRACKED = (
    (Tracking.NONE, "not"),
    (Tracking.LOT, "by lot"),
    (Tracking.SERIAL, "by serial"),
    (Tracking.SERIAL_OUT, "serial when packed"),
)
CLEARABLE = ("description", "group", "list_price", "gtin", "tax_class")


def ask(parent: QWidget, choices: ItemChoices, now: ItemDocument | None) -> Asking:
    """Asks for an item: a new one, or how one is to be."""
    title = "New item" if now is None else f"Change {now.number}"
    asking = Asking(title, "Save", parent=parent)
    asking.setMinimumWidth(theme.px(620))
    if now is None:
        asking.add("number", "Number", QLineEdit(), is_wide=False)
    asking.add("name", "Name", QLineEdit(now.name if now else ""), is_wide=now is not None)
    asking.add("description", "Description", QLineEdit(now.description if now else ""))
    group = ChoiceField([NONE, *choices.groups], (now.group_code or None) if now else None)
    asking.add("group", "Group", group, is_wide=False)
    first_class = choices.tax_classes[0][0] if choices.tax_classes else None
    tax = (now.tax_class_code or None) if now else first_class
    tax_field = ChoiceField([NONE, *choices.tax_classes], tax)
    asking.add("tax_class", "Tax class", tax_field, is_wide=False)
    if now is None:
        asking.add("base_unit", "Counted in", QLineEdit("pc"), is_wide=False)
        decimals = ChoiceField([(n, "whole ones" if not n else f"{n} decimals") for n in range(5)])
        asking.add("quantity_decimals", "Split into", decimals, is_wide=False)
        asking.add("tracking", "Tracked", ChoiceField(TRACKED), is_wide=False)
    price = PriceField("List price", now.currency if now else "")
    price.set_value(now.list_price if now else None)
    asking.add("list_price", "List price, empty is none", price, is_wide=False)
    gtin = QLineEdit((now.gtin or "") if now else "")
    asking.add("gtin", "GTIN", gtin, is_wide=False)
    if now is not None:
        no_more = QCheckBox("No longer sold; what is open still ships")
        no_more.setChecked(now.is_discontinued)
        asking.add("is_discontinued", "Discontinued", no_more)
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
