"""What an order bears beside its goods: charges and taxes as rows, and why the taxes are so."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.messages import N_
from app.queries.orders.document import OrderDocument
from app.queries.orders.money import ChargeRow, TaxRow
from app.queries.orders.taxes import OrderTaxes
from app.rules.charges import ChargeBilling, ChargeMethod
from app.views import theme
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.document_frame import TABLE_INSET
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.numbers import tax_name, write_money, write_number
from app.views.widgets.text import Text
from app.views.widgets.wording import words

HEADS = LineHeads(
    words(N_("Charge or tax")),
    words(N_("On")),
    "",
    price=words(N_("Rate")),
    amount=words(N_("Amount")),
)


class ExtrasTable(QWidget):
    """The charges and taxes of an order under their title; nothing where it bears none.

    Signals:
        charge_opened: Enter on a charge; arg: ChargeRow.
        charge_taken_off: Delete on a charge; arg: ChargeRow.
        tax_asked: Enter on a tax: why is it so?
    """

    charge_opened = Signal(object)
    charge_taken_off = Signal(object)
    tax_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = LinesTable(inset=TABLE_INSET)
        self.table.setAccessibleName(words(N_("Charges and taxes")))
        self.table.installEventFilter(self)
        self.table.line_opened.connect(self._open)
        layout = QVBoxLayout(self)
        theme.pad(layout, gap=8)
        title = Text(words(N_("Charges and taxes")), "strong")
        title.setIndent(theme.px(TABLE_INSET))
        layout.addWidget(title)
        layout.addWidget(self.table)
        self.hide()

    def show_order(self, document: OrderDocument) -> None:
        """Show those of an order."""
        rows = [charge_row(each, document.currency) for each in document.charges]
        rows += [tax_row(each, document.currency) for each in document.taxes]
        self.setVisible(bool(rows))
        self.table.show_lines(rows, HEADS)

    def _open(self, row: LineRow) -> None:
        if isinstance(row.source, ChargeRow):
            self.charge_opened.emit(row.source)
        else:
            self.tax_asked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row = self.table.current_line()
            if event.key() == Qt.Key.Key_Delete and row is not None:
                if isinstance(row.source, ChargeRow):
                    self.charge_taken_off.emit(row.source)
                return True
        return super().eventFilter(watched, event)


def charge_row(charge: ChargeRow, currency: str) -> LineRow:
    """A charge: whose it is, how it was reckoned, and how it falls on invoices."""
    said = [_whose(charge)]
    if charge.line_no is not None:
        said.append(words(N_("on line {number}"), number=charge.line_no))
    if not charge.is_taxable:
        said.append(words(N_("not taxed")))
    if charge.billing is ChargeBilling.FIRST:
        said.append(words(N_("on the first invoice")))
    if charge.invoiced:
        said.append(words(N_("invoiced {amount}"), amount=write_money(charge.invoiced, currency)))
    amount = write_money(charge.amount, currency)
    if charge.per_shipment is not None:
        said.append(words(N_("in no total: each shipment bears its own")))
        amount = words(N_("per shipment"))
    return LineRow(
        ("charge", charge.id),
        charge.description,
        tuple(said),
        price=_rate(charge, currency),
        amount=amount,
        source=charge,
    )


def _whose(charge: ChargeRow) -> str:
    if charge.is_automatic:
        return words(N_("rule {code}"), code=charge.code)
    if charge.code:
        return words(N_("changed by hand, was rule {code}"), code=charge.code)
    return words(N_("typed"))


def _rate(charge: ChargeRow, currency: str) -> str:
    """What it is reckoned with, where that is not the amount itself."""
    if charge.rate is None:
        return ""
    if charge.method is ChargeMethod.PERCENT:
        return f"{write_number(charge.rate)} %"
    if charge.method is ChargeMethod.PER_QUANTITY:
        return words(N_("{amount} each"), amount=write_money(charge.rate, currency))
    return "" if charge.per_shipment is None else write_money(charge.rate, currency)


def tax_row(tax: TaxRow, currency: str) -> LineRow:
    """A tax: where it is taken, on how much."""
    return LineRow(
        ("tax", tax.jurisdiction, tax.name, tax.percent),
        tax_name(tax.name, tax.percent),
        tuple(each for each in (tax.jurisdiction, words(N_("Enter says why"))) if each),
        quantity=write_money(tax.base, currency),
        price=f"{write_number(tax.percent)} %",
        amount=write_money(tax.amount, currency),
        source=tax,
    )


class WhyTaxes(QDialog):
    """Why an order bears the taxes it does, in sentences. Esc or Enter puts it away."""

    def __init__(self, taxes: OrderTaxes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(words(N_("Taxes of {number}"), number=taxes.number))
        self.setObjectName("asking")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._before = parent.window().focusWidget()
        self.finished.connect(self._give_back_focus)
        self.words = tuple(words_of(taxes))
        page = QWidget()
        page.setProperty("surface", "clear")
        column = QVBoxLayout(page)
        theme.pad(column, gap=6)
        for kind, sentence in self.words:
            if kind == "strong" and column.count():
                column.addSpacing(theme.px(8))
            tone = "" if kind == "strong" else "muted"
            column.addWidget(Text(sentence, kind, tone, wraps=True))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        leave = ActionButton(Action("leave", words(N_("Close")), "Esc"))
        leave.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 24, 16, 16)
        layout.addWidget(
            Text(words(N_("Why the taxes of {number} are so"), number=taxes.number), "title")
        )
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        self.resize(theme.px(560), theme.px(min(520, 160 + 32 * len(self.words))))

    def _give_back_focus(self) -> None:
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)


def words_of(taxes: OrderTaxes) -> Iterator[tuple[str, str]]:
    """Each rate with what it is taken on and its reasons, then what is said of the whole."""
    currency = taxes.currency
    for each in taxes.rates:
        base, amount = write_money(each.base, currency), write_money(each.amount, currency)
        yield (
            "strong",
            words(
                N_("{name}: {amount} on {base} {currency}"),
                name=tax_name(each.name, each.percent),
                amount=amount,
                base=base,
                currency=currency,
            ),
        )
        on = [words(N_("line {number}"), number=number) for number in each.lines]
        on += each.charges
        if on:
            yield "body", words(N_("On {things}."), things=", ".join(on))
        for said in each.why:
            yield "body", said.message()
    rest = [*taxes.why, *taxes.untaxed]
    if rest:
        yield "strong", words(N_("Besides"))
    for said in rest:
        yield "body", said.message()
    if not taxes.rates and not rest:
        yield "body", words(N_("The order bears no tax."))
