"""The orders desk: the orders beside the one that is open; N begins a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.controllers.order_entry import OrderEntryController
from app.controllers.orders import OrdersController
from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.orders import NewCharge
from app.queries.orders.document import DocumentLine, OrderDocument
from app.queries.orders.entry import Choice
from app.queries.orders.listing import COUNT_STOPS_AT, OrderCounts, OrderRow, order_rows
from app.queries.orders.progress import Said
from app.rules.printing import DocumentKind
from app.views import theme
from app.views.desk_context import DeskContext
from app.views.list_into_file import LIST_KEYS, ListIntoFile
from app.views.orders.asking import (
    ask_change_charge,
    ask_charge,
    ask_hold,
    ask_note,
    ask_reason,
)
from app.views.orders.entry import EntryPane
from app.views.orders.extras import ExtrasTable, WhyTaxes
from app.views.orders.heading import Heading
from app.views.orders.showing import card, order_model
from app.views.paper_preview import preview
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentFrame
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_and_document import ListAndDocument
from app.views.widgets.list_screen import ListScreen, SavedView
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.pages import Pages
from app.views.widgets.row_table_model import PageRequest, paged
from app.views.widgets.wording import needs, words

VIEWS = (
    SavedView("open", words(N_("Open"))),
    SavedView("not moving", words(N_("Not moving"))),
    SavedView("due today", words(N_("Due today"))),
    SavedView("drafts", words(N_("Drafts"))),
    SavedView("all", words(N_("All"))),
)
NOTHING = Empty(words(N_("No orders here")), words(N_("Press N to enter one.")), "shopping-cart")
NOTHING_OPEN = Empty(
    words(N_("Nothing chosen")),
    words(N_("Choose an order, or press N to enter a new one.")),
    "shopping-cart",
)


fetch = paged(order_rows, "open")


class OrdersDesk(QWidget):
    """The list of orders, and beside it the chosen one or the one being typed."""

    def __init__(self, context: DeskContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._holds: tuple[Choice, ...] = ()
        self._asking: Asking | None = None
        self._asked_list: PageRequest | None = None
        self._after_entry: int | None = None
        self.controller = OrdersController(context.tasks, context.runner, self)
        self.entry_controller = OrderEntryController(context.tasks, context.runner, self)
        self.messages = MessageBar()
        why_not = "" if context.actor.is_any(Group.SALES) else needs(Group.SALES)
        self.list = ListScreen(
            context.tasks,
            title=words(N_("Orders")),
            fetch=fetch,
            row_id=lambda row: row.id,
            cards=lambda row: card(row, context.today, context.currency),
            views=VIEWS,
            action=Action("new", words(N_("New order")), "N", why_not=why_not),
            empty=NOTHING,
            filter_hint=words(N_("Filter by number or customer")),
        )
        self.document = DocumentFrame(NOTHING_OPEN)
        self.extras = ExtrasTable()
        self.document.add_table(self.extras)
        self.heading = Heading(context.tasks, self.controller, self._open_form, self)
        self.entry = EntryPane(context, self.entry_controller, self.messages)
        self.right = Pages()
        self.right.addWidget(self.document)
        self.right.addWidget(self.entry)
        layout = QVBoxLayout(self)
        theme.pad(layout)
        layout.addWidget(self.messages)
        layout.addWidget(ListAndDocument(self.list, self.right), 1)
        self.setFocusProxy(self.list)
        self._connect(context)
        ListIntoFile(context.tasks, self.list, self.messages)
        self.controller.count()
        self.controller.learn_holds()

    # What the window calls

    def show_thing(self, order: int) -> None:
        """Show an order, from elsewhere in the window."""
        if self.is_entering:
            self._after_entry = order
            self.entry_controller.leave()
            return
        if self.list.model.find(order) is None:
            self.list.choose_view("all")
        self._show_order(order)

    def show_new(self) -> None:
        """Begin a new order, with the cursor at the customer."""
        self.messages.clear()
        self.right.setCurrentWidget(self.entry)
        self.entry.begin()

    def keys(self) -> list[tuple[str, str]]:
        """The keys that are on no button."""
        if self.is_entering:
            return [
                ("Tab", words(N_("Next field"))),
                ("Return", words(N_("Accept the line"))),
                ("Up", words(N_("To the lines above"))),
                ("Delete", words(N_("Take the line off"))),
                ("Ctrl+V", words(N_("Paste rows of item and quantity"))),
            ]
        return [
            *LIST_KEYS,
            ("Return", words(N_("Change the order, the line or the charge"))),
            ("Delete", words(N_("Take the charge off"))),
            ("F9", words(N_("Why the line costs what it does, or the tax is so"))),
        ]

    @property
    def is_entering(self) -> bool:
        """True while an order is being typed."""
        return self.right.currentWidget() is self.entry

    # Connecting

    def _connect(self, context: DeskContext) -> None:
        self.list.row_selected.connect(self._choose)
        self.list.row_opened.connect(self._open_row)
        self.list.action_chosen.connect(self._act)
        self.document.action_chosen.connect(self._act)
        self.document.line_opened.connect(self._open_line)
        self.extras.charge_opened.connect(lambda charge: self._change_charge(charge.id))
        self.extras.charge_taken_off.connect(lambda charge: self._remove_charge(charge.id))
        self.extras.tax_asked.connect(self._ask_why_taxes)
        context.feed.changed.connect(self.controller.hear)
        context.feed.changed.connect(self.entry_controller.hear)
        self.controller.shown.connect(self._show_document)
        self.controller.nothing_shown.connect(self.document.clear)
        self.controller.counted.connect(self._show_counts)
        self.controller.rows_changed.connect(self.list.reload)
        self.controller.done.connect(self._done)
        self.controller.refused.connect(self._refuse)
        self.controller.invoiced.connect(self._go_to_invoice)
        self.controller.holds_known.connect(self._know_holds)
        self.entry.head_asked.connect(self._ask_entry_head)
        self.entry_controller.confirmed.connect(self._entry_confirmed)
        self.entry_controller.left.connect(self._entry_left)
        self.entry_controller.head_saved.connect(self._close_asking)
        self.entry_controller.refused.connect(self._entry_refused)

        why = QShortcut(QKeySequence("F9"), self.document)
        why.activated.connect(self._ask_why)

    def _ask_why_taxes(self) -> None:
        """Why the order bears the taxes it does."""
        self.controller.learn_taxes(lambda taxes: WhyTaxes(taxes, self).open())

    def _change_charge(self, charge: int) -> None:
        """Ask what a charge is to be; the desk's rights and the order's state decide whether."""
        document = self.controller.document
        row = (
            next((each for each in document.charges if each.id == charge), None)
            if document
            else None
        )
        if document is None or row is None or not self._may_charge(document):
            return
        self.messages.clear()
        asking = ask_change_charge(document.number, row, document.currency, self)
        self._open_form(
            asking,
            lambda v: self.controller.change_charge(charge, v["amount"], v["description"]),
        )

    def _remove_charge(self, charge: int) -> None:
        document = self.controller.document
        if document is not None and self._may_charge(document):
            self.messages.clear()
            self.controller.remove_charge(charge)

    def _may_charge(self, document: OrderDocument) -> bool:
        return self._context.actor.is_any(Group.SALES) and document.state != "cancelled"

    def _ask_why(self) -> None:
        """Why the line that the cursor is on costs what it does, by today's agreements."""
        if self.extras.table.hasFocus():
            self._ask_why_taxes()
            return
        # Loaded when it is first asked for: it brings the agreements desk's parts with it.
        from app.views.agreements.inquiry import PriceInquiry, asked_by_line
        from app.views.agreements.showing import readable_sides

        line, order = self.document.lines_table.current_line(), self.controller.document
        if line is not None and order is not None and isinstance(line.source, DocumentLine):
            start = asked_by_line(order, line.source)
            sides = readable_sides(self._context.actor)
            PriceInquiry(self._context.tasks, (order.currency,), sides, start, self).open()
        elif order is not None:
            self.messages.show_info(
                words(
                    N_("Go to a line first, with Enter; F9 says there why it costs what it does.")
                )
            )

    # The list

    def _choose(self, row: OrderRow | None) -> None:
        """Follow the list where a person moved in it or asked something else of it.

        A reload may move the mark, because the order left the view; the document stays.
        """
        asked = self.list.model.request
        is_asked = asked != self._asked_list
        self._asked_list = asked
        is_moved = is_asked or self.list.rows.hasFocus() or self.controller.chosen is None
        if row is None or not is_moved:
            return
        if self.is_entering:
            if self.list.rows.hasFocus() and row.id != self.entry_controller.order:
                self._after_entry = row.id
                self.entry_controller.leave()
            return
        if self.controller.chosen != row.id:
            self.messages.clear()
            self.controller.choose(row.id)

    def _open_row(self, row: OrderRow) -> None:
        if self.controller.document is not None and self.controller.document.id == row.id:
            self._act("change")

    def _show_order(self, order: int) -> None:
        self._asked_list = self.list.model.request
        self.list.select(order)
        self.controller.choose(order)

    def _show_document(self, document: OrderDocument) -> None:
        self.document.show(order_model(document, self._context.actor, self._context.time_zone))
        self.extras.show_order(document)

    def _show_counts(self, counts: OrderCounts) -> None:
        def words(count: int) -> str:
            return "1,000+" if count >= COUNT_STOPS_AT else str(count)

        self.list.show_counts(
            {
                "open": words(counts.open),
                "not moving": words(counts.not_moving),
                "due today": words(counts.due_today),
                "drafts": words(counts.drafts),
            }
        )

    def _know_holds(self, holds: tuple[Choice, ...]) -> None:
        self._holds = holds

    # Doing

    def _act(self, key: str) -> None:
        self.messages.clear()
        action, _, subject = key.partition(":")
        at_once: dict[str, Callable[[], None]] = {
            "new": self.show_new,
            "add_lines": self._change,
            "change": self._change,
            "confirm": self.controller.confirm,
            "allocate": self.controller.allocate,
            "make_picklist": self.controller.make_picklist,
            "stage": self.controller.stage,
            "invoice": self.controller.invoice,
            "release": self.controller.release,
            "reopen": self.controller.reopen,
            "reprice": self._reprice,
            "ship_in_parts": self.controller.ship_in_parts,
            "print": self.controller.print,
            "preview": self._preview,
            "head": self._ask_head,
        }
        if action in at_once:
            at_once[action]()
        elif action == "remove_charge":
            self._remove_charge(int(subject))
        elif action == "change_charge":
            self._change_charge(int(subject))
        elif action.startswith(("open-", "open_")):
            self._context.open_thing(Kind(action[len("open-") :]), int(subject))
        else:
            self._ask(action, int(subject or 0))

    def _preview(self) -> None:
        document, print_it = self.controller.document, self.controller.print
        if document is not None:
            kind = DocumentKind.ORDER_CONFIRMATION
            preview(self._context, self, kind, document.id, print_it=print_it)

    def _change(self) -> None:
        """Go on typing at the open order."""
        document = self.controller.document
        if document is None or not self._context.actor.is_any(Group.SALES):
            return
        if document.state == "cancelled":
            return
        self.right.setCurrentWidget(self.entry)
        self.entry.open(document.id)

    def _open_line(self, row: LineRow) -> None:
        line = row.source
        self._change()
        if self.is_entering and isinstance(line, DocumentLine):
            self.entry.edit_line(line.id)

    def _ask(self, action: str, subject: int) -> None:
        """Ask for what an action needs, in a small form, then do it."""
        document = self.controller.document
        if document is None:
            return
        number, control = document.number, self.controller
        asking: Asking
        if action == "hold":
            asking = ask_hold(number, self._holds, self)
            self._open_form(asking, lambda v: control.hold(v["code"], v["reason"]))
        elif action == "release_hold":
            sentence = words(N_("Say why the order may go on; it is kept in its history."))
            asking = ask_reason(
                words(N_("Release the hold of {number}"), number=number),
                words(N_("Release")),
                sentence,
                self,
            )
            self._open_form(asking, lambda v: control.release_hold(v["reason"]))
        elif action == "cancel":
            sentence = words(N_("What is still open is cancelled; what was delivered stays."))
            asking = ask_reason(
                words(N_("Cancel order {number}"), number=number),
                words(N_("Cancel the order")),
                sentence,
                self,
            )
            self._open_form(asking, lambda v: control.cancel(v["reason"]))
        elif action == "cancel_rest":
            sentence = words(N_("What is short of this line is no longer wanted."))
            asking = ask_reason(
                words(N_("Cancel what is short")), words(N_("Cancel the rest")), sentence, self
            )
            self._open_form(asking, lambda v: control.cancel_rest(subject, v["reason"]))
        elif action == "take":
            donor = document.donors[subject]
            sentence = words(
                N_("Order {number} is short of it then; both orders keep the reason."),
                number=donor.number,
            )
            asking = ask_reason(
                words(N_("Take from {number}"), number=donor.number),
                words(N_("Take it")),
                sentence,
                self,
            )
            self._open_form(asking, lambda v: control.take(donor, v["reason"]))
        elif action == "note":
            self._open_form(ask_note(number, self), lambda v: control.note(v["text"]))
        elif action == "charge":
            asking = ask_charge(number, document.currency, self)
            self._open_form(asking, lambda v: control.charge(_charge(v)))

    def _ask_head(self) -> None:
        document = self.controller.document
        if document is not None:
            self.heading.ask(document, self.controller.change_head)

    def _reprice(self) -> None:
        document = self.controller.document
        if document is not None:
            self.heading.find_prices(document)

    def _open_form(self, asking: Asking, do: Callable[[dict[str, Any]], None]) -> None:
        self._asking = asking
        asking.answered.connect(do)
        asking.finished.connect(lambda _result: self._forget_asking(asking))
        asking.ask()

    def _forget_asking(self, asking: Asking) -> None:
        if self._asking is asking:
            self._asking = None

    def _close_asking(self) -> None:
        if self._asking is not None:
            self._asking.accept()

    # How it went

    def _done(self, action: str, said: Said) -> None:
        self._close_asking()
        self.messages.show_good(said.message())
        if action == "print":
            self.controller.reload()

    def _refuse(self, _action: str, refusal: BusinessError) -> None:
        if self.heading.hear(refusal):
            return
        if self._asking is not None:
            self._asking.refuse(refusal)
        else:
            self.messages.show_refusal(refusal)

    def _go_to_invoice(self, invoice: int) -> None:
        self._context.open_thing(Kind.INVOICE, invoice)

    # The order being typed

    def _ask_entry_head(self) -> None:
        """The head of the order being typed: of the draft, or of what is to become one."""
        entry = self.entry_controller
        if entry.document is not None:
            self.heading.ask(entry.document, entry.change_head)
        elif entry.customer is not None:
            self.heading.ask_new(entry.customer, entry.head, entry.change_head)

    def _entry_refused(self, refusal: BusinessError) -> None:
        if self.heading.hear(refusal):
            return
        self._after_entry = None
        if self._asking is not None:
            self._asking.refuse(refusal)
        else:
            self.messages.show_refusal(refusal)

    def _entry_confirmed(self, order: int) -> None:
        self.entry_controller.begin()
        self._leave_entry("open", order)
        number = self.entry.number
        self.messages.show_good(
            words(N_("Order {number} is confirmed."), number=number)
            if number
            else words(N_("Confirmed."))
        )

    def _entry_left(self, order: int | None) -> None:
        wanted, self._after_entry = self._after_entry, None
        if wanted is not None:
            self.right.setCurrentWidget(self.document)
            self.show_thing(wanted)
        elif order is not None:
            self._leave_entry("drafts" if self.entry.is_draft else "all", order)
        else:
            self.right.setCurrentWidget(self.document)
            self.list.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_entry(self, view: str, order: int) -> None:
        self.right.setCurrentWidget(self.document)
        if self.list.model.find(order) is None:
            self.list.choose_view(view)
        self._show_order(order)
        self.list.rows.setFocus(Qt.FocusReason.OtherFocusReason)


def _charge(values: dict[str, Any]) -> NewCharge:
    return NewCharge(
        values["description"],
        values["amount"],
        values["kind"],
        is_taxable=values["is_taxable"],
    )
