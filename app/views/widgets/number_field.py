"""Fields for quantities and money."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.errors import BusinessError
from app.core.messages import N_
from app.core.money import decimals_of
from app.views import theme
from app.views.widgets.numbers import LONGEST, read_number, write_number, write_price
from app.views.widgets.text import Text, repolish
from app.views.widgets.wording import words

PRICE_DECIMALS = 6
"""The most a unit price has."""


class TooFine(BusinessError):
    """More decimals than this field takes."""

    sentence = N_("{typed} has too many decimals. Enter at most {decimals}.")


class NotBelow(BusinessError):
    """Less than this field takes."""

    sentence = N_("{typed} is too little. Enter {least} or more.")


class NothingTyped(BusinessError):
    """A number that is needed was left empty."""

    sentence = N_("Type {what}.")


class NumberField(QLineEdit):
    """A number in the locale's separators; the keypad's separator is always the decimal sign.

    Signals:
        committed: Enter or leaving the field, with a readable number; arg: Decimal or None.
        refused: the same with something else; arg: the sentence.
    """

    committed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        *,
        decimals: int = 4,
        fixed: bool = False,
        suffix: str = "",
        least: Decimal | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`decimals` is the most it takes; `fixed` always writes that many."""
        super().__init__(parent)
        self._decimals, self._fixed, self._least = decimals, fixed, least
        self._committed: Decimal | None = None
        self.problem = ""
        self.setAccessibleName(name)
        self.setMaxLength(LONGEST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(theme.font("body", figures=True))
        self._suffix = Text(suffix, "small", "muted", self)
        self._suffix.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textEdited.connect(self._typing)
        self.editingFinished.connect(self.commit)
        self._place_suffix()

    def value(self) -> Decimal | None:
        """What is typed, as a number; None when empty.

        Raises: NotANumber, TooFine, NotBelow; they name the field.
        """
        typed = self.text().strip()
        try:
            return self._read(typed) if typed else None
        except BusinessError as error:
            raise error.naming(self.objectName()) from None

    def _read(self, typed: str) -> Decimal:
        value = read_number(typed, self.locale())
        exponent = value.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self._decimals:
            raise TooFine(typed=typed, decimals=self._decimals)
        if self._least is not None and value < self._least:
            raise NotBelow(typed=typed, least=write_number(self._least, self.locale()))
        return value

    def needed(self, what: str) -> Decimal:
        """What is typed, where something must be. Raises: NothingTyped, and as `value`."""
        value = self.value()
        if value is None:
            raise NothingTyped(what=what).naming(self.objectName())
        return value

    def set_value(self, value: Decimal | None) -> None:
        """Show a number as committed."""
        self._committed = value
        self._write(value)
        self._mark("")

    def set_suffix(self, suffix: str) -> None:
        """The unit or currency shown at the right."""
        self._suffix.setText(suffix)
        self._place_suffix()

    def commit(self) -> bool:
        """Read what is typed and tell it. False when it cannot be read; it then stays as typed."""
        try:
            value = self.value()
        except BusinessError as error:
            if self.problem != error.message():
                self._mark(error.message())
                self.refused.emit(error.message())
            return False
        self._mark("")
        self._write(value)
        if value != self._committed:
            self._committed = value
            self.committed.emit(value)
        return True

    def _write(self, value: Decimal | None) -> None:
        self.setText("" if value is None else self._written(value))

    def _written(self, value: Decimal) -> str:
        return write_number(value, self.locale(), self._decimals if self._fixed else None)

    def _typing(self) -> None:
        if self.problem:
            self._mark("")

    def _mark(self, problem: str) -> None:
        self.problem = problem
        self.setProperty("wrong", bool(problem))
        self.setToolTip(problem)
        self.setAccessibleDescription(problem)
        repolish(self)

    def _place_suffix(self) -> None:
        size = self._suffix.sizeHint()
        width = size.width() if self._suffix.text() else 0
        self.setTextMargins(0, 0, width + theme.px(4) if width else 0, 0)
        top = (self.height() - size.height()) // 2
        self._suffix.setGeometry(
            self.width() - width - theme.px(10), top, size.width(), size.height()
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_keypad = bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        if is_keypad and event.text() in (".", ","):
            self.insert(self.locale().decimalPoint())
            self.textEdited.emit(self.text())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_suffix()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_suffix"):
            wanted = theme.font("body", figures=True, station=theme.is_station(self))
            if self.font() != wanted:
                self.setFont(wanted)
            self._place_suffix()


class QuantityField(NumberField):
    """A quantity in a unit, more than nothing."""

    def __init__(
        self,
        name: str = words(N_("Quantity")),
        unit: str = "",
        decimals: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, decimals=decimals, suffix=unit, least=None, parent=parent)


class MoneyField(NumberField):
    """An amount in a currency, with as many decimals as the currency has."""

    def __init__(
        self,
        name: str,
        currency: str,
        *,
        decimals: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`decimals` more than the currency's own are for unit prices.

        Raises: UnknownCurrency.
        """
        own = decimals_of(currency)
        super().__init__(
            name,
            decimals=own if decimals is None else decimals,
            fixed=decimals is None,
            suffix=currency,
            parent=parent,
        )


class PriceField(NumberField):
    """A unit price: written with the decimals of its currency, and more where it has more."""

    def __init__(
        self, name: str, currency: str = "", *, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        self._currency = currency
        super().__init__(name, decimals=PRICE_DECIMALS, suffix=suffix, parent=parent)

    def set_currency(self, currency: str) -> None:
        """The currency that is typed in from now on."""
        self._currency = currency

    def _written(self, value: Decimal) -> str:
        if not self._currency:
            return super()._written(value)
        return write_price(value, self._currency, self.locale())
