"""An order being typed: who it is for, the lines as saved, and the row for the next one."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.controllers.order_entry import OrderEntryController, TypedLine, Waiting
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.orders.document import DocumentLine, OrderDocument
from app.queries.orders.entry import CustomerForOrder, ItemOffer
from app.queries.pricing import PriceDifference
from app.rules.orders import OrderState
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.orders.asking import ask_reason
from app.views.orders.pasting import PastePreview, judge_rows, split_rows
from app.views.orders.price_changes import repriced_words
from app.views.orders.showing import DO, badge_of, line_row, quantity
from app.views.orders.typing_row import TypingRow, finds
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import TABLE_INSET
from app.views.widgets.document_head import DocumentHead, Fact, HeadModel
from app.views.widgets.form import Form
from app.views.widgets.lines_table import LineRow, LinesTable
from app.views.widgets.lookup_field import LookupField, Suggestion
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.numbers import write_money
from app.views.widgets.state_badge import Badge
from app.views.widgets.text import hairline
from app.views.widgets.wording import their_order, words, write_near_full_day


class EntryPane(QWidget):
    """Keys only: customer, then item, Tab, quantity, Enter; Ctrl+Enter confirms, Esc leaves.

    Signals:
        head_asked: the head is to be typed (F2).
    """

    head_asked = Signal()

    def __init__(
        self,
        context: DeskContext,
        controller: OrderEntryController,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._messages = messages
        self._wanted_line: int | None = None
        self._is_entered = False
        """The last key at the customer was Enter, which goes on to the first item like Tab."""
        self.number = ""
        self.is_draft = True
        self.customer = LookupField(
            context.tasks,
            finds(Kind.CUSTOMER),
            words(N_("Customer")),
            hint=words(N_("Name or number")),
        )
        self.customer.installEventFilter(self)
        self.row = TypingRow(context.tasks, controller)
        self.lines = LinesTable(inset=TABLE_INSET)
        self.lines.setAccessibleName(words(N_("Lines entered")))
        self.lines.installEventFilter(self)
        self._build()
        self._connect()

    # What the desk calls

    def begin(self) -> None:
        """A new order: the cursor is at the customer."""
        self._controller.begin()
        self._reset(words(N_("New order")))
        self.customer.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, order: int) -> None:
        """Go on typing at an order that is there."""
        self._controller.open(order)
        self._reset("")
        self.row.start()

    def edit_line(self, line: int) -> None:
        """Bring a line into the row as soon as the order is here."""
        self._wanted_line = line

    # Building

    def _build(self) -> None:
        self._head = DocumentHead(focus=Qt.FocusPolicy.TabFocus)
        self._head.action_chosen.connect(self._take)
        self._customer_block = QWidget()
        block = QVBoxLayout(self._customer_block)
        theme.pad(block, 24, 0, 24, 12)
        form = Form()
        form.add("customer", words(N_("Customer")), self.customer, is_wide=True)
        block.addWidget(form)
        page = QWidget()
        page.setProperty("surface", "clear")
        column = QVBoxLayout(page)
        edge = 24 - TABLE_INSET
        theme.pad(column, edge, 4, edge, 24, 12)
        column.addWidget(self.lines)
        typing = QVBoxLayout()
        theme.pad(typing, TABLE_INSET, 0, TABLE_INSET, 0)
        typing.addWidget(self.row)
        column.addLayout(typing)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        layout = QVBoxLayout(self)
        theme.pad(layout)
        inset = QHBoxLayout()
        theme.pad(inset, edge, 0, edge, 0)
        inset.addWidget(hairline())
        layout.addWidget(self._head)
        layout.addWidget(self._customer_block)
        layout.addLayout(inset)
        layout.addWidget(self._scroll, 1)
        order = (
            self.customer,
            self.row.item,
            self.row.quantity,
            self.row.price,
            self.row.discount,
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.customer.committed.connect(self._choose_customer)
        self.customer.not_found.connect(lambda _typed: self._controller.give_up_customer())
        self.customer.undecided.connect(lambda _count: self._controller.give_up_customer())
        self.row.accepted.connect(self._accept)
        self.row.rows_pasted.connect(self._paste)
        self.row.went_up.connect(self._go_up)
        self.lines.line_opened.connect(self._open_line)
        control = self._controller
        control.customer_known.connect(self._show_customer)
        control.shown.connect(self._show)
        control.typed_changed.connect(lambda _typed: self._show_lines())
        control.line_refused.connect(self._refuse_line)
        control.repriced.connect(self._tell_repriced)

    # Showing

    def _tell_repriced(self, changes: tuple[PriceDifference, ...]) -> None:
        customer = self._controller.customer
        assert customer is not None
        self._messages.show_info(repriced_words(changes, customer.currency))

    def _reset(self, title: str) -> None:
        self.number, self.is_draft, self._wanted_line = "", True, None
        self._show_head(title)
        self.customer.set_chosen(None)
        self._customer_block.setVisible(bool(title))
        self.row.clear()
        self._show_lines()

    def _choose_customer(self, found: Suggestion) -> None:
        self._messages.clear()
        self._controller.set_customer(found.target)
        if self._is_entered and self.customer.hasFocus():
            self.row.start()

    def _show_customer(self, customer: CustomerForOrder) -> None:
        if self._controller.document is not None:
            return
        self._show_head(
            words(N_("New order")),
            subline=(
                f"{customer.name}, {customer.number}",
                customer.ship_to,
                customer.delivery,
                customer.terms,
            ),
        )

    def _show(self, document: OrderDocument) -> None:
        self.number = document.number
        self.is_draft = document.state is OrderState.DRAFT
        self._customer_block.hide()
        self._show_head(
            document.number,
            (badge_of(document.status),),
            (
                document.customer,
                their_order(document.customer_po),
                document.ship_to,
                document.delivery,
            ),
            _facts(document),
        )
        self._show_lines()
        self._edit_wanted(document)

    def _show_head(
        self,
        title: str,
        badges: tuple[Badge, ...] = (),
        subline: tuple[str, ...] = (),
        facts: tuple[Fact, ...] = (),
    ) -> None:
        """With the two ways to end: a draft is confirmed or left; another order is just done."""
        is_kept = self.number and self.is_draft
        leaving = words(N_("Leave it a draft")) if is_kept else words(N_("Leave"))
        ending = words(N_("Confirm")) if self.is_draft else words(N_("Done"))
        self._head.show(
            HeadModel(
                title,
                badges,
                subline,
                facts,
                action=Action("end", ending, DO),
                secondary=(
                    Action("head", words(N_("Dates and address")), "F2"),
                    Action("leave", leaving, "Esc"),
                ),
            )
        )

    def _take(self, action: str) -> None:
        """A button of the head."""
        if action == "head":
            self.head_asked.emit()
        elif action == "leave":
            self._escape()
        else:
            self._confirm()

    def _edit_wanted(self, document: OrderDocument) -> None:
        wanted, self._wanted_line = self._wanted_line, None
        for line in document.lines:
            if line.id == wanted:
                self.row.edit(line, quantity(line), document.currency)

    def _show_lines(self) -> None:
        document = self._controller.document
        rows = []
        changing = {each.line_id for each in self._controller.typed if each.line_id}
        if document is not None:
            rows = [
                line_row(line, document.currency, has_bar=not self.is_draft)
                for line in document.lines
                if line.id not in changing
            ]
        rows += [_typed_row(each) for each in self._controller.typed]
        self.lines.show_lines(rows)
        self.lines.setVisible(bool(rows))
        QTimer.singleShot(0, self, self._show_row)

    def _show_row(self) -> None:
        self._scroll.ensureWidgetVisible(self.row, 0, theme.px(24))

    # Typing

    def _accept(self, line: TypedLine) -> None:
        self._messages.clear()
        if self.customer.is_deciding:
            self._controller.expect_customer()
        self._controller.accept(line)

    def _refuse_line(self, line: TypedLine, error: BusinessError) -> None:
        """What was typed comes back into the row, unless the next line is being typed there."""
        if not self.row.is_empty:
            self._messages.show_refusal(error)
            return
        self._controller.take_back(line.key)
        if self._controller.customer is not None:
            self._bring_back(line, error)
            return
        self._messages.show_refusal(error)
        self._bring_back(line, None)
        self.customer.setFocus(Qt.FocusReason.OtherFocusReason)

    def _bring_back(self, line: TypedLine, error: BusinessError | None) -> None:
        document = self._controller.document
        lines = document.lines if document is not None else ()
        edited = next((each for each in lines if each.id == line.line_id), None)
        if edited is not None and document is not None:
            self.row.edit(edited, line.quantity_text, document.currency)
            if error is not None:
                self.row.point_at(error)
        else:
            self.row.mend(line, error)

    def _open_line(self, shown: LineRow) -> None:
        """Enter on a line brings it into the row."""
        self._messages.clear()
        source, document = shown.source, self._controller.document
        if isinstance(source, DocumentLine) and document is not None:
            self.row.edit(source, quantity(source), document.currency)
        elif isinstance(source, TypedLine):
            taken = self._controller.take_back(source.key)
            if taken is not None:
                self._bring_back(taken, None)

    def _take_off(self, shown: LineRow) -> None:
        """Delete on a line takes it off the order."""
        self._messages.clear()
        source = shown.source
        if isinstance(source, TypedLine):
            self._controller.take_back(source.key)
        elif isinstance(source, DocumentLine) and self.is_draft:
            self._controller.remove(source.id)
        elif isinstance(source, DocumentLine):
            sentence = words(N_("The line's open rest is cancelled; what was delivered stays."))
            asking = ask_reason(
                words(N_("Cancel line {number}"), number=source.line_no),
                words(N_("Cancel it")),
                sentence,
                self,
            )
            asking.answered.connect(lambda values: self._cancel_rest(source.id, values["reason"]))
            asking.answered.connect(asking.accept)
            asking.ask()
        if not self.lines.lines.rows:
            self.row.start()

    def _cancel_rest(self, line: int, reason: str) -> None:
        self._controller.remove(line, reason)

    def _confirm(self) -> None:
        """Ctrl+Enter accepts what is in the row, then confirms."""
        self._messages.clear()
        if not self.row.is_empty:
            self.row.accept()
            if not self.row.is_empty:
                return  # it was refused and says why
        if self.is_draft:
            self._controller.confirm()
        else:
            self._controller.leave()

    def _escape(self) -> None:
        """Esc empties the row; in the empty row it leaves."""
        self._messages.clear()
        if self.row.is_empty and self.row.edited is None:
            self._controller.leave()
        else:
            self.row.clear()
            self.row.start()

    def _paste(self, text: str) -> None:
        rows = split_rows(text)

        def preview(found: dict[str, ItemOffer]) -> None:
            dialog = PastePreview(judge_rows(rows, found), self)
            dialog.chosen.connect(lambda lines: self._controller.accept(*lines))
            dialog.finished.connect(lambda _result: self.row.start())
            dialog.open()

        self._controller.resolve([row.item for row in rows], preview)

    # Keys

    def _go_up(self) -> None:
        count = len(self.lines.lines.rows)
        if count:
            self.lines.setFocus(Qt.FocusReason.OtherFocusReason)
            self.lines.selectRow(count - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if watched is self.customer:
            self._is_entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        elif watched is self.lines:
            line = self.lines.current_line()
            is_last = self.lines.currentIndex().row() == len(self.lines.lines.rows) - 1
            if event.key() == Qt.Key.Key_Delete and line is not None:
                self._take_off(line)
                return True
            if event.key() == Qt.Key.Key_Down and is_last:
                self.row.start()
                return True
        return super().eventFilter(watched, event)


def _facts(document: OrderDocument) -> tuple[Fact, ...]:
    """When it is wanted, and what it comes to so far."""
    currency, nothing = document.currency, document.total * 0
    discount = document.order_discount
    charges = sum((each.amount for each in document.charges), nothing)
    tax = sum((each.amount for each in document.taxes), nothing)
    amounts = [(words(N_("Goods")), document.goods + discount)]
    if discount:
        amounts.append((words(N_("Order discount")), -discount))
    if document.charges:
        amounts.append((words(N_("Charges")), charges))
    amounts += [
        (words(N_("Tax")), tax),
        (words(N_("Total {currency}"), currency=currency), document.total),
    ]
    return (
        Fact(words(N_("Requested")), write_near_full_day(document.requested_date, document.today)),
        *(Fact(label, write_money(amount, currency)) for label, amount in amounts),
    )


def _typed_row(line: TypedLine) -> LineRow:
    """A line on its way into the order, or refused with its reason."""
    is_refused = line.waiting is Waiting.REFUSED
    badge = (
        Badge(words(N_("Not accepted")), Tone.WRONG)
        if is_refused
        else Badge(words(N_("Saving")), Tone.NEUTRAL)
    )
    hint = words(N_("Enter brings it back, Delete takes it off")) if is_refused else ""
    return LineRow(
        ("typed", line.key),
        line.item,
        (line.problem, hint) if is_refused else (),
        line.quantity_text,
        badge=badge,
        source=line,
    )
