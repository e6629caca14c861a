"""What the inventory desk asks: what comes in, how much of it, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.core.clock import today
from app.core.errors import BusinessError, NotFound, Question, raise_all
from app.core.messages import N_
from app.operations.stock import Receipt
from app.queries.inventory_document import ItemStock, StockLine
from app.queries.receiving import GoodsToReceive, find_goods
from app.rules.scanning import Scan, parse
from app.rules.stock import (
    FAR_ENDS,
    PUT_AWAY,
    RECEIVED_INTO,
    LocationKind,
    MoveReason,
    Tracking,
)
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.document_desk import PlaceField
from app.views.inventory.showing import TRACKED, many
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking, long_text
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.found_list import FinderRow
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.number_field import NothingTyped, NumberField, QuantityField
from app.views.widgets.numbers import write_number
from app.views.widgets.text import DOT
from app.views.widgets.wording import counted, words

WIDE = 580
"""Pixels at 100 %: fields stand side by side."""
Place = tuple[int, str]
"""A place by its id and code."""


class ChooseAPlace(BusinessError):
    """A form sent off without a place."""

    about = ("place",)
    sentence = N_("Choose where the goods go: scan the place, or type its code, then Enter.")


class NoPlaceForIt(BusinessError):
    """A code that is no place for these goods."""

    about = ("place",)
    sentence = N_(
        "No place {typed} takes these goods: there is none, it is of another kind or warehouse, or "
        "out of use. Press ↓ in the field to choose one."
    )


class ChooseGoods(BusinessError):
    """A form sent off without an item."""

    about = ("item",)
    sentence = N_("Choose the item: scan it, or type its number or name, then Enter.")


class GoodsField(FormLookup):
    """Finds an item by number, name or any code; a label also says unit, lot, expiry, serial."""

    what = "item"

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        station = context.actor.station

        def look_up(session: Any, text: str) -> list[FinderRow]:
            return [
                FinderRow(
                    words(N_("Items")),
                    each.name,
                    code=each.number,
                    icon="package",
                    target=each,
                    is_exact=each.is_exact,
                )
                for each in find_goods(session, wanted=text, station=station)
            ]

        super().__init__(
            context.tasks,
            look_up,
            words(N_("Item")),
            hint=words(N_("Scan it, or its number or name")),
            parent=parent,
        )


class WhatComesIn(Asking):
    """Asks for the item that is to be received; the next form asks for the rest."""

    def __init__(self, context: DeskContext, place: Place | None, parent: QWidget) -> None:
        where = words(N_("Its label may say the unit, lot, expiry and serial too."))
        title = words(N_("Receive"))
        if place is not None:
            title = words(N_("Receive into {place}"), place=place[1])
        super().__init__(title, words(N_("Go on")), where, parent)
        self.goods = GoodsField(context)
        self.add("item", words(N_("Item")), self.goods)
        # A scan goes on by itself, and so does Enter that chooses.
        self.goods.committed.connect(lambda _chosen: self.do_deed())

    def values(self) -> dict[str, Any]:
        """The goods that were chosen. Raises: ChooseGoods, NotFound."""
        chosen = self.goods.taken(GoodsField.what)
        if chosen is None:
            raise ChooseGoods
        return {"goods": chosen.target}


class ReceiptForm(Asking):
    """Asks how much of an item came in, of which lot or serials, and where it goes."""

    def __init__(
        self, context: DeskContext, goods: GoodsToReceive, place: Place | None, parent: QWidget
    ) -> None:
        super().__init__(
            words(N_("Receive {item}"), item=goods.name),
            words(N_("Receive")),
            DOT.join(each for each in (goods.number, TRACKED[goods.tracking]) if each),
            parent,
        )
        self.setMinimumWidth(theme.px(WIDE))
        self._goods, self._context = goods, context
        if goods.tracking is Tracking.SERIAL:
            self._ask_serials(goods)
        else:
            self._ask_quantity(goods)
        if goods.tracking is Tracking.LOT:
            self.lot = QLineEdit(goods.lot)
            self.add("lot", words(N_("Lot")), self.lot, is_wide=False)
            self.expires = DayField(words(N_("Expires")), goods.expires_on)
            self.add("expires_on", words(N_("Expires")), self.expires, is_wide=False)
        self.place = PlaceField(
            context, words(N_("Place")), RECEIVED_INTO[MoveReason.RECEIVE], None
        )
        own = (goods.place_id, goods.place) if goods.place_id is not None else None
        self.place.start_with(*(place or own or (None, "")))
        self.add("place", words(N_("Place")), self.place)

    def _ask_quantity(self, goods: GoodsToReceive) -> None:
        self.quantity = QuantityField(words(N_("Quantity")))
        self.add("quantity", words(N_("Quantity")), self.quantity, is_wide=False)
        units = [(each, each) for each in goods.units]
        self.unit = ChoiceField(units, goods.unit or goods.base_unit)
        self.add("unit", words(N_("Unit")), self.unit, is_wide=False)

    def _ask_serials(self, goods: GoodsToReceive) -> None:
        first = f"{goods.serial}\n" if goods.serial else ""
        self.serials = long_text(first, high=112)
        self.serials.moveCursor(self.serials.textCursor().MoveOperation.End)
        hint = words(N_("One in a line, scanned one after the other; Ctrl+Enter receives them."))
        self.add("serials", words(N_("Serials")), self.serials, hint=hint, gives=("lot",))

    def values(self) -> dict[str, Any]:
        """What came in, as the receipts. Raises: all that is missing or cannot be read."""
        has_day = self._goods.tracking is Tracking.LOT
        units, place, expires = read_all(
            self._units,
            lambda: place_chosen(self.place),
            self.expires.day if has_day else lambda: None,
        )
        item = self._goods.item_id
        return {
            "place": (place, self.place.text().strip()),
            "receipts": tuple(
                Receipt(item, quantity, place, unit, lot or None, expires)
                for quantity, unit, lot in units
            ),
        }

    def _units(self) -> list[tuple[Decimal, str | None, str]]:
        """So much in that unit of that lot or serial."""
        if self._goods.tracking is Tracking.SERIAL:
            serials = [self._scan(line).serial or line for line in _lines(self.serials)]
            if not serials:
                raise NothingTyped(what=words(N_("the serials, one in a line"))).naming("serials")
            return [(Decimal(1), None, each) for each in serials]
        quantity = self.quantity.needed(words(N_("how much came in")))
        lot = ""
        if self._goods.tracking is Tracking.LOT:
            typed = self.lot.text().strip()
            lot = (self._scan(typed).lot or typed) if typed else ""
        return [(quantity, self.unit.code, lot)]

    def _scan(self, typed: str) -> Scan:
        """What was typed, read as the label it may have been scanned from."""
        day = today(self._context.time_zone)
        return parse(typed, prefix=self._context.scan_prefix, today=day)


class MoveForm(Asking):
    """Asks where goods go: some of one line, or all that is free of several."""

    def __init__(self, context: DeskContext, goods: tuple[StockLine, ...], parent: QWidget) -> None:
        first = goods[0]
        title = words(N_("Move {item}"), item=first.name)
        free = words(
            N_("{free} of {all} in {place} are free."),
            free=many(first.free, first.unit),
            all=many(first.on_hand, first.unit),
            place=first.place,
        )
        if len(goods) > 1:
            title = words(N_("Move {lines}"), lines=counted(len(goods), "line", "lines"))
            free = words(N_("All that is free of each goes there."))
        super().__init__(title, words(N_("Move")), free, parent)
        self.setMinimumWidth(theme.px(WIDE))
        warehouses = {each.warehouse_id for each in goods}
        warehouse = first.warehouse_id if len(warehouses) == 1 else None
        self.place = PlaceField(context, words(N_("To")), PUT_AWAY, warehouse)
        self.add("place", words(N_("To")), self.place, is_wide=len(goods) > 1)
        self.quantity: QuantityField | None = None
        if len(goods) == 1:
            self.quantity = QuantityField(words(N_("Quantity")), first.unit, first.decimals)
            self.quantity.set_value(first.free)
            self.add("quantity", words(N_("Quantity")), self.quantity, is_wide=False)

    def values(self) -> dict[str, Any]:
        """The place and, of one line, the quantity. Raises: what is missing or unreadable."""
        asked = self.quantity
        place, quantity = read_all(
            lambda: place_chosen(self.place),
            lambda: None if asked is None else asked.needed(words(N_("how much goes there"))),
        )
        return {"place": place, "code": self.place.text().strip(), "quantity": quantity}


class AdjustForm(Asking):
    """Asks by how much the books are wrong in a place, and why.

    Where that takes what is promised, it asks once more: a key of its own releases it.
    """

    def __init__(
        self,
        context: DeskContext,
        item: ItemStock | StockLine,
        line: StockLine | None,
        parent: QWidget,
    ) -> None:
        number = item.number if isinstance(item, ItemStock) else item.item
        now = words(N_("The books know none of it in any place."))
        if line is not None:
            now = words(
                N_("{many} on hand in {place}, {promised} of it promised."),
                many=many(line.on_hand, line.unit),
                place=line.place,
                promised=write_number(line.allocated),
            )
        title = words(N_("Correct the stock of {item}"), item=item.name)
        super().__init__(title, words(N_("Correct")), now, parent)
        self.setMinimumWidth(theme.px(WIDE))
        self.number, self._is_released = number, False
        label = words(N_("More or less, {unit}"), unit=item.unit)
        self.change = NumberField(label, decimals=item.decimals, suffix=item.unit)
        hint = words(N_("2 when two more are there, -2 when two are missing"))
        self.add("change", label, self.change, hint=hint, is_wide=False, gives=("quantity",))
        kinds = tuple(each for each in LocationKind if each not in FAR_ENDS)
        self.place = PlaceField(context, words(N_("Place")), kinds, None)
        if line is not None:
            self.place.start_with(line.place_id, line.place)
        self.add("place", words(N_("Place")), self.place, is_wide=False)
        self.lot: QLineEdit | None = None
        if item.tracking in (Tracking.LOT, Tracking.SERIAL):
            is_serial = item.tracking is Tracking.SERIAL
            self.lot = QLineEdit(item.lot if line is None else line.lot)
            self.add("lot", words(N_("Serial")) if is_serial else words(N_("Lot")), self.lot)
        self.add("reason", words(N_("Why")), QLineEdit())
        self.messages.action_chosen.connect(self._release)

    def ask_to_release(self, question: Question) -> None:
        """Say whose goods it would take; nothing typed is lost."""
        way_out = Action("release", words(N_("Release and correct")), "Ctrl+Shift+Return")
        self.messages.show_wrong(question.message(), way_out)
        self._make_room()

    def values(self) -> dict[str, Any]:
        """What is corrected. Raises: what is missing or unreadable."""
        change, place = read_all(
            lambda: self.change.needed(words(N_("how much more or less is there"))),
            lambda: place_chosen(self.place),
        )
        reason = self.field("reason")
        assert isinstance(reason, QLineEdit)
        released, self._is_released = self._is_released, False
        return {
            "quantity": change,
            "location": place,
            "code": self.place.text().strip(),
            "lot": (self.lot.text().strip() or None) if self.lot is not None else None,
            "reason": reason.text().strip(),
            "release": released,
        }

    def _release(self, _action: str) -> None:
        self._is_released = True
        self.do_deed()


class BlockForm(Asking):
    """Asks why lots are taken out of sale; `which` says what they are."""

    def __init__(self, which: str, parent: QWidget) -> None:
        said = N_(
            "Nobody allocates, picks or packs it any more, wherever it lies. "
            "What is promised of it stays promised, and is named."
        )
        title = words(N_("Block {lots}"), lots=which)
        super().__init__(title, words(N_("Block")), words(said), parent)
        self.add("reason", words(N_("Why")), QLineEdit())


class UnblockForm(Asking):
    """Asks whether lots may be sold again; `why` they are blocked."""

    def __init__(self, which: str, why: str, parent: QWidget) -> None:
        said = words(N_("Blocked: {why}. From now on it is sold again."), why=why)
        super().__init__(
            words(N_("Unblock {lots}"), lots=which), words(N_("Unblock")), said, parent
        )


def read_all(*fields: Callable[[], Any]) -> list[Any]:
    """What is in fields, each read by its own function. Raises: all that is wrong, at once."""
    read: list[Any] = []
    problems: list[BusinessError] = []
    for field in fields:
        try:
            read.append(field())
        except BusinessError as problem:
            problems.append(problem)
    raise_all(problems)
    return read


def place_chosen(field: PlaceField) -> int:
    """The id of the place in a field. Raises: ChooseAPlace, NoPlaceForIt."""
    try:
        chosen = field.taken(field.what)
    except NotFound as unknown:
        raise NoPlaceForIt(typed=unknown.data["value"]) from None
    if chosen is None:
        raise ChooseAPlace
    return int(chosen.target)


def _lines(field: QPlainTextEdit) -> list[str]:
    """The lines with something in them; what parts the fields of one label parts no lines."""
    return [line.strip() for line in field.toPlainText().split("\n") if line.strip()]
