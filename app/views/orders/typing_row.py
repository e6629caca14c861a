"""The row a line is typed into: item, quantity with an optional unit, price, discount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.controllers.order_entry import OrderEntryController, TypedLine
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.core.quantity import LARGEST
from app.operations.orders.refusals import NoPrice, PriceNegative
from app.queries.orders.document import DocumentLine
from app.queries.orders.entry import ItemOffer, find_things
from app.rules.orders import PriceSource
from app.views import theme
from app.views.widgets.lookup_field import LookupField, Suggestion
from app.views.widgets.number_field import NumberField, PriceField
from app.views.widgets.numbers import read_number, write_money, write_number, write_price
from app.views.widgets.text import DOT, Text, repolish
from app.views.widgets.wording import words

ICONS = {Kind.ITEM: "package", Kind.CUSTOMER: "users-three"}


class NothingInIt(BusinessError):
    """A line needs an item and a quantity."""

    sentence = N_("Type how many of {item}, then Enter.")


class NoItemTyped(BusinessError):
    """A quantity of nothing."""

    sentence = N_("Type an item: its number, name, part number or GTIN.")


_QUANTITY = re.compile(r"(?P<number>[-+−]?[\d\s.,'’\u00a0\u202f\u2009]+)(?P<unit>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TypedQuantity:
    """A quantity and the unit that was typed after it."""

    quantity: Decimal
    unit: str | None


def read_quantity(typed: str) -> TypedQuantity:
    """A quantity as it is typed: *12*, *2 case*, *1,200 m*. Raises: NotANumber."""
    found = _QUANTITY.fullmatch(typed.strip())
    if found is None:
        return TypedQuantity(read_number(typed), None)
    return TypedQuantity(read_number(found["number"]), found["unit"].strip() or None)


def finds(kind: Kind) -> Any:
    """The lookup of a field for customers or items; runs on a reader thread."""

    def lookup(session: Any, typed: str) -> Sequence[Suggestion]:
        return [
            Suggestion(
                words(N_("Customers")) if kind is Kind.CUSTOMER else words(N_("Items")),
                each.name,
                code=each.code,
                icon=ICONS[kind],
                target=each.id,
                is_exact=each.is_exact,
            )
            for each in find_things(session, kind=kind, wanted=typed)
        ]

    return lookup


NARROW = 420
"""Pixels at 100 % under which four fields side by side are too narrow to be read."""


class TypingRow(QWidget):
    """Four fields side by side and, under them, what is known of the item, or what is wrong.

    Enter in any of them but the first accepts; in the first it goes on to the quantity.

    Signals:
        accepted: a line was committed; arg: TypedLine. The row is empty again.
        rows_pasted: several rows were pasted; arg: the text.
        went_up: Up in the empty row.
    """

    accepted = Signal(object)
    rows_pasted = Signal(str)
    went_up = Signal()

    def __init__(
        self,
        tasks: TaskRunner,
        controller: OrderEntryController,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._offer: ItemOffer | None = None
        self._editing: DocumentLine | None = None
        self._problem = ""
        """Why what is typed cannot be; it stands under the fields until something is changed."""
        self._is_entered = False
        """The last key in the item was Enter, which goes on to the quantity like Tab."""
        self.item = LookupField(
            tasks,
            finds(Kind.ITEM),
            words(N_("Item")),
            hint=words(N_("Item number, name, part number or GTIN")),
        )
        self.quantity = QLineEdit()
        self.quantity.setAccessibleName(words(N_("Quantity")))
        self.quantity.setPlaceholderText(words(N_("12, or 2 case")))
        self.quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.quantity.setMaxLength(40)
        self.price = PriceField(words(N_("Price")))
        self.discount = NumberField(words(N_("Discount %")), decimals=6)
        self._known = Text("", "small", "muted", wraps=True)
        self._title = Text(words(N_("Item")), "small", "muted")
        for field, name in (
            (self.item, "item"),
            (self.quantity, "quantity"),
            (self.price, "price"),
            (self.discount, "discount"),
        ):
            field.setObjectName(name)
            field.installEventFilter(self)
        self._lay_out()
        self.item.committed.connect(self._item_found)
        self.item.not_found.connect(self._item_missing)
        self.item.undecided.connect(self._item_undecided)
        self.item.textEdited.connect(self._item_changed)
        self.quantity.textEdited.connect(self._quantity_changed)
        self.price.textEdited.connect(lambda _text: self._amount_changed())
        self.discount.textEdited.connect(lambda _text: self._amount_changed())
        for number in (self.price, self.discount):
            number.refused.connect(self._say_wrong)
        for field in (self.quantity, self.price, self.discount):
            field.returnPressed.connect(self.accept)
        controller.offered.connect(self._show_offer)

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        theme.pad(self._grid, 0, 0, 0, 0, 4)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._heads = (
            self._title,
            *(
                Text(each, "small", "muted")
                for each in (words(N_("Quantity")), words(N_("Price")), words(N_("Discount %")))
            ),
        )
        fields = (self.item, self.quantity, self.price, self.discount)
        for head, field in zip(self._heads, fields, strict=True):
            head.setBuddy(field)
            if head is not self._title:
                head.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._is_narrow: bool | None = None
        self._arrange(is_narrow=False)

    def _arrange(self, *, is_narrow: bool) -> None:
        """All four side by side; in a narrow pane the item has a row of its own."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        numbers = (self.quantity, self.price, self.discount)
        top, first = (2, 0) if is_narrow else (0, 1)
        across = 3 if is_narrow else 1
        self._grid.addWidget(self._title, 0, 0, 1, across)
        self._grid.addWidget(self.item, 1, 0, 1, across)
        for column, (head, field) in enumerate(zip(self._heads[1:], numbers, strict=True), first):
            self._grid.addWidget(head, top, column)
            self._grid.addWidget(field, top + 1, column)
        self._grid.addWidget(self._known, top + 2, 0, 1, 3 if is_narrow else 4)
        for column, wide in enumerate((4, 4, 3, 0) if is_narrow else (9, 4, 4, 3)):
            self._grid.setColumnStretch(column, wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(is_narrow=event.size().width() < theme.px(NARROW))

    # What the pane calls

    @property
    def is_empty(self) -> bool:
        """True when nothing is typed that could be lost."""
        fields = (self.item, self.quantity, self.price, self.discount)
        return not any(field.text().strip() for field in fields)

    @property
    def told(self) -> str:
        """What stands under the fields."""
        return self._known.text()

    @property
    def edited(self) -> DocumentLine | None:
        """The line that is being changed, when one is."""
        return self._editing

    def clear(self) -> None:
        """An empty row for the next line."""
        self._controller.forget_offer()
        self._offer = self._editing = None
        self.item.set_chosen(None)
        self.item.setReadOnly(False)
        self.quantity.clear()
        self.price.set_value(None)
        self.discount.set_value(None)
        self.price.setPlaceholderText("")
        self._title.setText(words(N_("Item")))
        self._mark(None)
        self._known.setText("")
        self._known.set_tone("muted")

    def start(self) -> None:
        """Put the cursor where the next line begins."""
        self.item.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit(self, line: DocumentLine, shown_quantity: str, currency: str) -> None:
        """Change a line that is there; its item stays."""
        self.clear()
        self.price.set_currency(currency)
        self._editing = line
        self._title.setText(words(N_("Line {number}"), number=line.line_no))
        self.item.set_chosen(
            Suggestion(
                words(N_("Items")), line.name, code=line.item, target=line.item_id, is_exact=True
            )
        )
        self.item.setReadOnly(True)
        self.quantity.setText(shown_quantity)
        if line.price_source is PriceSource.MANUAL:
            self.price.set_value(line.price)
        else:
            self.price.setPlaceholderText(write_price(line.price, currency))
        self.discount.set_value(line.typed_discount)
        self.quantity.setFocus(Qt.FocusReason.OtherFocusReason)
        self.quantity.selectAll()
        self._controller.ask_offer(line.item_id, line.wanted)

    def mend(self, typed: TypedLine, error: BusinessError | None) -> None:
        """Bring a refused line back, with the cursor where it is wrong."""
        self.clear()
        self.item.setText(typed.item)
        if typed.item_id is not None:
            self.item.set_chosen(
                Suggestion(words(N_("Items")), typed.item, code=typed.item, target=typed.item_id)
            )
            self._controller.ask_offer(typed.item_id)
        self.quantity.setText(typed.quantity_text)
        self.price.set_value(typed.price)
        self.discount.set_value(typed.discount)
        if error is None:
            self.start()
        else:
            self.point_at(error, is_item_known=typed.item_id is not None)

    def accept(self) -> None:
        """Commit what is typed, or say what is missing."""
        if self.is_empty:
            self.start()
            return
        try:
            line = self._typed_line()
            if self._offer is not None and self._offer.item_id == line.item_id:
                self._controller.check(line, self._offer)
        except BusinessError as error:
            self.point_at(error)
            return
        self.clear()
        self.start()
        self.accepted.emit(line)

    # Reading the row

    def _typed_line(self) -> TypedLine:
        """The line as typed. Raises: NoItemTyped, NothingInIt, NotANumber, TooFine."""
        item = self.item.text().strip()
        if not item:
            raise NoItemTyped()
        if not self.quantity.text().strip():
            raise NothingInIt(item=item)
        typed = read_quantity(self.quantity.text())
        chosen = self.item.chosen
        is_settled = chosen is not None and item == (chosen.code or chosen.title)
        price, discount = self.price.value(), self.discount.value()
        edited, drops_price, drops_discount = self._editing, False, False
        if edited is not None:
            # What stands there as it was is not typed anew: it stays whose it is.
            if edited.typed_discount is not None:
                drops_discount = discount is None
                discount = None if discount == edited.typed_discount else discount
            if edited.price_source is PriceSource.MANUAL:
                drops_price = price is None
                price = None if price == edited.price else price
        return TypedLine(
            item=item,
            quantity_text=self.quantity.text().strip(),
            quantity=typed.quantity,
            unit=typed.unit,
            price=price,
            discount=discount,
            item_id=chosen.target if chosen is not None and is_settled else None,
            line_id=edited.id if edited is not None else None,
            drops_price=drops_price,
            drops_discount=drops_discount,
        )

    def point_at(self, error: BusinessError, *, is_item_known: bool = True) -> None:
        """Say an error, mark the field it is about and put the cursor into it."""
        field: QLineEdit = self.quantity
        if isinstance(error, NoItemTyped) or not is_item_known:
            field = self.item
        elif isinstance(error, (NoPrice, PriceNegative)) or self.price.problem:
            field = self.price
        elif error.name == "DiscountOutOfRange" or self.discount.problem:
            field = self.discount
        self._mark(field, error.message())
        self._say_wrong(error.message())
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def _say_wrong(self, sentence: str) -> None:
        """What is wrong, under the fields, until something else is typed."""
        self._problem = sentence
        self._known.setText(sentence)
        self._known.set_tone("wrong")

    def _mark(self, wrong: QLineEdit | None, why: str = "") -> None:
        self._problem = why
        for field in (self.item, self.quantity, self.price, self.discount):
            is_wrong = field is wrong
            if bool(field.property("wrong")) != is_wrong:
                field.setProperty("wrong", is_wrong)
                repolish(field)
            field.setToolTip(why if is_wrong else "")
            field.setAccessibleDescription(why if is_wrong else "")

    # What is known of the item

    def _item_found(self, found: Suggestion) -> None:
        self._mark(None)
        self._ask(found.target)
        if self._is_entered and self.item.hasFocus():
            self.quantity.setFocus(Qt.FocusReason.TabFocusReason)

    def _item_missing(self, _typed: str) -> None:
        self._known.setText(self.item.toolTip())
        self._known.set_tone("wrong")

    def _item_undecided(self, _count: int) -> None:
        """One of several must be chosen; the cursor goes back unless typing has gone on."""
        if not self.quantity.text():
            self.item.setFocus(Qt.FocusReason.OtherFocusReason)

    def _item_changed(self) -> None:
        self._offer = None
        self._controller.forget_offer()
        self._mark(None)
        self._known.setText("")
        self._known.set_tone("muted")

    def _quantity_changed(self) -> None:
        self._mark(None)
        if self._offer is not None:
            self._ask(self._offer.item_id)
        self._tell()

    def _amount_changed(self) -> None:
        self._mark(None)
        self._tell()

    def _ask(self, item: int) -> None:
        """Ask what the item costs at the quantity that is typed, as far as it can be read."""
        typed = self._typed_quantity() or TypedQuantity(Decimal(1), None)
        units = self._offer.units if self._offer is not None else {}
        asked = typed.quantity * units.get(typed.unit or "", Decimal(1))
        is_possible = 0 < asked <= LARGEST and (typed.unit is None or typed.unit in units)
        if is_possible:
            self._controller.ask_offer(item, asked, typed.unit)
        else:
            self._controller.ask_offer(item)

    def _typed_quantity(self) -> TypedQuantity | None:
        try:
            return read_quantity(self.quantity.text())
        except BusinessError:
            return None

    def _show_offer(self, offer: ItemOffer) -> None:
        chosen = self.item.chosen
        if chosen is None or chosen.target != offer.item_id:
            return
        self._offer = offer
        self.price.set_currency(offer.currency)
        if not self.price.text() and offer.price is not None and self._editing is None:
            self.price.setPlaceholderText(write_price(offer.price, offer.currency))
        self._tell()

    def _tell(self) -> None:
        """One line about the item: its name, price, what is free, what the line comes to."""
        offer = self._offer
        if self._problem:
            return
        if offer is None:
            self._known.setText("")
            self._known.set_tone("muted")
            return
        typed = self._typed_quantity()
        wanted = Decimal(0)
        if typed is not None:
            wanted = typed.quantity * offer.units.get(typed.unit or "", Decimal(1))
        parts = [offer.name, self._price_words(offer, wanted), self._better_words(offer, wanted)]
        many = write_number(offer.free)
        free = words(N_("{many} {unit} available"), many=many, unit=offer.base_unit)
        parts.append(free if offer.free > 0 else words(N_("none available")))
        parts += [
            words(N_("{name} of {factor}"), name=name, factor=write_number(factor))
            for name, factor in sorted(offer.units.items())
            if factor != 1
        ]
        self._known.setText(DOT.join(each for each in parts if each))
        has_price = offer.price is not None or self._typed(self.price) is not None
        is_enough = offer.free >= max(wanted, Decimal(1))
        self._known.set_tone("muted" if has_price and is_enough else "attention")

    def _better_words(self, offer: ItemOffer, wanted: Decimal) -> str:
        """How many more would be cheaper, while a person may still say so to the customer."""
        better = offer.better
        if better is None or not wanted or self._typed(self.price) is not None:
            return ""
        return words(
            N_("{more} {unit} more reach {price}"),
            more=write_number(better.more),
            unit=offer.base_unit,
            price=write_price(better.price, offer.currency),
        )

    def _price_words(self, offer: ItemOffer, wanted: Decimal) -> str:
        """The price with where it comes from, and the amount of so much."""
        price, labels = self._typed(self.price), words(N_("typed"))
        if price is None:
            price, labels = offer.net, ", ".join(offer.labels)
        if price is None:
            return words(N_("no price in {currency}: type one"), currency=offer.currency)
        said = words(
            N_("{price} {currency} per {unit}"),
            price=write_price(price, offer.currency),
            currency=offer.currency,
            unit=offer.price_unit,
        )
        off = self._typed(self.discount) or Decimal(0)
        if 0 < wanted <= LARGEST and 0 <= off <= 100:
            amount = wanted / offer.price_factor * price * (1 - off / 100)
            together = write_money(amount, offer.currency)
            labels += DOT + words(N_("together {amount}"), amount=together)
        return f"{said}, {labels}"

    @staticmethod
    def _typed(field: NumberField) -> Decimal | None:
        try:
            return field.value()
        except BusinessError:
            return None

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Paste):
                text = QGuiApplication.clipboard().text()
                if "\t" in text or "\n" in text.strip():
                    self.rows_pasted.emit(text)
                    return True
            if watched is self.item:
                self._is_entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            is_up = event.key() == Qt.Key.Key_Up and watched is self.item
            if is_up and not self.item.text().strip():
                self.went_up.emit()
                return True
        return super().eventFilter(watched, event)
