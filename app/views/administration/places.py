"""Warehouses and their places: bins in walk order, lanes, benches, carts, trucks; their labels."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.places import (
    LocationChange,
    change_location,
    change_warehouse,
    create_location,
    create_warehouse,
)
from app.operations.printing import request_print
from app.queries.administration import AdministrationChoices
from app.queries.places import PlaceRow, WarehouseRow
from app.rules.printing import DocumentKind
from app.rules.stock import SHELVES, LocationKind
from app.views import theme
from app.views.administration.topic import Topic
from app.views.paper_preview import preview
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking, long_text
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.number_field import NumberField
from app.views.widgets.numbers import write_number
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, words

PLACES = {
    LocationKind.STORAGE: words(N_("Bin")),
    LocationKind.STAGING: words(N_("Lane")),
    LocationKind.PACKING: words(N_("Packing bench")),
    LocationKind.COUNTER: words(N_("Counter")),
    LocationKind.CART: words(N_("Cart")),
    LocationKind.RECEIVING: words(N_("Receiving")),
    LocationKind.QUARANTINE: words(N_("Quarantine")),
    LocationKind.TRUCK: words(N_("Truck")),
    LocationKind.TRANSIT: words(N_("On the way")),
}
"""Kinds of places that are made by hand."""
CAPACITIES = (
    ("capacity_kg", words(N_("Holds at most")), "kg"),
    ("capacity_l", words(N_("Litres")), "l"),
    ("capacity_pallets", words(N_("Pallets")), ""),
)
NO_WAREHOUSE = words(N_("none: a truck, or on the way"))
CLOSED = Badge(words(N_("Out of use")), Tone.NEUTRAL)
ANY = words(N_("any"))


class WarehouseForm(Asking):
    """Asks for a warehouse: a new one, or how one is to be."""

    def __init__(self, now: WarehouseRow | None, parent: QWidget) -> None:
        title = words(N_("New warehouse"))
        if now is not None:
            title = words(N_("Change {name}"), name=now.name)
        super().__init__(title, words(N_("Save")), "", parent)
        self._now = now
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit())
        self.add("name", words(N_("Name")), QLineEdit(now.name if now else ""))
        address = long_text(now.address if now else "", high=72)
        self.add("address", words(N_("Address")), address)
        zone = QLineEdit(now.time_zone if now else "")
        zone.setPlaceholderText(words(N_("the company's")))
        self.add("time_zone", words(N_("Time zone")), zone)

    def values(self) -> dict[str, Any]:
        """The arguments of the verb; for one that is there only what is different."""
        typed = super().values()
        if self._now is None:
            return typed
        return {name: each for name, each in typed.items() if each != getattr(self._now, name)}


class WarehousesTopic(Topic):
    """Warehouses."""

    kind = Kind.WAREHOUSE
    view = SavedView("warehouses", words(N_("Warehouses")))
    seen_by = (Group.STOCK,)
    kept_by = (Group.STOCK,)
    nothing = Empty(
        words(N_("No warehouse yet")), words(N_("N makes one; its places come next.")), "archive"
    )
    new = words(N_("New warehouse"))

    def card(self, row: WarehouseRow) -> Card:
        return Card(row.name, counted(row.places, "place", "places"), (row.code,))

    def model(self, shown: WarehouseRow) -> DocumentModel:
        return DocumentModel(
            shown.name,
            subline=(shown.code, *shown.address.splitlines()),
            facts=(
                Fact(words(N_("Places in use")), str(shown.places)),
                Fact(words(N_("Time zone")), shown.time_zone or words(N_("the company's"))),
            ),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
        )

    def begin(self) -> None:
        def make(values: dict[str, Any]) -> None:
            said = words(N_("{name} is there. Make its places next."), name=values["name"])
            self.control.carry_out(
                said,
                create_warehouse,
                goal=lambda made: (self.kind, made.warehouse_id),
                **values,
            )

        self.desk.ask(WarehouseForm(None, self.parent), make)

    def act(self, action: str, shown: WarehouseRow) -> None:
        if action == "change":
            said = words(N_("{name} is changed."), name=shown.name)
            run = partial(self.control.carry_out, said, change_warehouse, warehouse=shown.id)
            form = WarehouseForm(shown, self.parent)
            self.desk.ask(form, lambda values: run(seen=form.seen, **values))


class PlaceForm(Asking):
    """Asks for a place: a new one, or how one is to be; what kind it is and its code stay."""

    def __init__(
        self, choices: AdministrationChoices | None, now: PlaceRow | None, parent: QWidget
    ) -> None:
        title = words(N_("New place"))
        if now is not None:
            title = words(N_("Change {name}"), name=now.code)
        super().__init__(title, words(N_("Save")), "", parent)
        self.setMinimumWidth(theme.px(580))
        self._now = now
        if now is None and choices is not None:
            self.add("code", words(N_("Code")), QLineEdit(), is_wide=False)
            kinds = ChoiceField(tuple(PLACES.items()), LocationKind.STORAGE)
            self.add("kind", words(N_("What it is")), kinds, is_wide=False)
            first = choices.warehouses[0][0] if choices.warehouses else None
            houses = ChoiceField([*choices.warehouses, (None, NO_WAREHOUSE)], first)
            self.add("warehouse", words(N_("Warehouse")), houses, is_wide=False)
        name = QLineEdit(now.name if now else "")
        self.add("name", words(N_("Name, if it has one")), name, is_wide=False)
        if now is None or now.place in SHELVES:
            walk = NumberField(words(N_("Walk sequence")), decimals=0)
            walk.set_value(Decimal(now.walk_sequence) if now else None)
            walk.setPlaceholderText(words(N_("after the others")))
            self.add("walk_sequence", words(N_("Walk sequence")), walk, is_wide=False)
        for field, label, unit in CAPACITIES:
            number = NumberField(label, decimals=0 if not unit else 4, suffix=unit)
            held = getattr(now, field, None)
            number.set_value(None if held is None else Decimal(held))
            number.setPlaceholderText(ANY)
            self.add(field, label, number, is_wide=False)
        if now is not None and now.place in SHELVES:
            pickable = QCheckBox(words(N_("Pickers take goods from here")))
            pickable.setChecked(now.is_pickable)
            self.add("is_pickable", words(N_("Pickable")), pickable, is_wide=False)

    def values(self) -> dict[str, Any]:
        """The arguments of `create_location`, or the `change` of one that is there."""
        typed = super().values()
        for name in ("walk_sequence", "capacity_pallets"):
            if typed.get(name) is not None:
                typed[name] = int(typed[name])
        if self._now is None:
            return typed
        changed = {name: each for name, each in typed.items() if each != getattr(self._now, name)}
        return {"change": LocationChange(**changed)}


class PlacesTopic(Topic):
    """Places in warehouses, and trucks."""

    kind = Kind.LOCATION
    view = SavedView("places", words(N_("Places")))
    seen_by = (Group.STOCK,)
    kept_by = (Group.STOCK,)
    nothing = Empty(
        words(N_("No place yet")),
        words(N_("N makes a bin, a lane, a bench, a cart or a truck.")),
        "map-pin",
    )
    new = words(N_("New place"))

    def card(self, row: PlaceRow) -> Card:
        badge = None if row.is_active else CLOSED
        walked = str(row.walk_sequence) if row.place in SHELVES else ""
        return Card(row.code, walked, (PLACES[row.place], row.warehouse, row.name), badge=badge)

    def model(self, shown: PlaceRow) -> DocumentModel:
        close = words(N_("Out of use")) if shown.is_active else words(N_("Into use again"))
        facts = [Fact(words(N_("Warehouse")), shown.warehouse or words(N_("none")))]
        if shown.parent:
            facts.append(Fact(words(N_("Inside")), shown.parent))
        if shown.place in SHELVES:
            facts.append(Fact(words(N_("Walk sequence")), str(shown.walk_sequence)))
        for field, label, unit in CAPACITIES:
            held = getattr(shown, field)
            if held is not None:
                facts.append(Fact(label, f"{write_number(Decimal(held))} {unit}".strip()))
        notices: tuple[Notice, ...] = ()
        if shown.place in SHELVES and not shown.is_pickable:
            sentence = words(N_("Nobody picks from here, so nothing here is promised."))
            notices = (Notice(sentence, Tone.ATTENTION),)
        return DocumentModel(
            shown.code,
            badges=() if shown.is_active else (CLOSED,),
            subline=(PLACES[shown.place], shown.name),
            facts=tuple(facts),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=self.why_not),
            secondary=(
                Action("label", words(N_("Print label")), "P"),
                Action("preview", words(N_("Preview")), "Shift+P"),
                Action("close", close, "O", why_not=self.why_not),
            ),
            notices=notices,
        )

    def begin(self) -> None:
        def make(values: dict[str, Any]) -> None:
            said = words(N_("{code} is there. P prints its label."), code=values["code"])
            self.control.carry_out(
                said,
                create_location,
                goal=lambda made: (self.kind, made.location_id),
                **values,
            )

        self.desk.ask(PlaceForm(self.desk.choices, None, self.parent), make)

    def act(self, action: str, shown: PlaceRow) -> None:
        run = partial(self.control.carry_out, location=shown.id)
        if action == "change":
            said = words(N_("{code} is changed."), code=shown.code)
            form = PlaceForm(None, shown, self.parent)
            self.desk.ask(form, lambda values: run(said, change_location, seen=form.seen, **values))
        elif action == "label":
            self._print(shown)
        elif action == "preview":
            kind, print_it = DocumentKind.BIN_LABEL, partial(self._print, shown)
            preview(self.context, self.parent, kind, shown.id, print_it=print_it)
        elif action == "close":
            said = words(N_("{code} is out of use."), code=shown.code)
            if not shown.is_active:
                said = words(N_("{code} is in use again."), code=shown.code)
            run(said, change_location, change=LocationChange(is_active=not shown.is_active))

    def _print(self, shown: PlaceRow) -> None:
        said = words(N_("The label of {code} is on its way."), code=shown.code)
        label = DocumentKind.BIN_LABEL
        self.control.carry_out(said, request_print, document=label, subject=shown.id)
