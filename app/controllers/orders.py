"""The state of the orders desk: which order is open, and what was asked to be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.changes import Changes
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_, plain, render, render_count
from app.core.money import decimals_of
from app.operations.allocation import allocate_order, reallocate, release_order
from app.operations.billing import invoice_order
from app.operations.orders import (
    NewCharge,
    add_charge,
    add_note,
    cancel_line,
    cancel_order,
    change_charge,
    change_order,
    confirm_order,
    hold_order,
    release_hold,
    remove_charge,
    reopen_order,
    reprice_order,
)
from app.operations.picking import make_picklist
from app.operations.printing import request_print
from app.operations.staging import stage
from app.queries.orders.document import Donor, OrderDocument, order_document
from app.queries.orders.entry import (
    Choice,
    CustomerForOrder,
    customer_for_order,
    hold_choices,
)
from app.queries.orders.listing import OrderCounts, order_counts
from app.queries.orders.price_changes import PriceDifferences, price_differences
from app.queries.orders.progress import Said
from app.queries.orders.taxes import OrderTaxes, order_taxes_explained
from app.rules.printing import DocumentKind

MOST_NAMED = 3
"""So many short lines are named in a sentence; of more there is only the number."""


class OrdersController(QObject):
    """Loads the chosen order and does things with it, off the window's thread.

    Every verb tells in words what it did; a refusal reloads the order, because what was
    offered was stale.

    Signals:
        shown: arg: OrderDocument.
        nothing_shown: what was open is no more.
        counted: arg: OrderCounts.
        rows_changed: lists are to be read again.
        done: something was done; args: which action, Said.
        refused: args: which action, BusinessError.
        invoiced: a draft invoice was made; arg: its id.
        holds_known: arg: tuple of Choice.
    """

    shown = Signal(object)
    nothing_shown = Signal()
    counted = Signal(object)
    rows_changed = Signal()
    done = Signal(str, object)
    refused = Signal(str, object)
    invoiced = Signal(int)
    holds_known = Signal(object)

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._runner = runner
        self.chosen: int | None = None
        self.document: OrderDocument | None = None
        tasks.changed.connect(self.hear)

    # Reading

    def choose(self, order: int) -> None:
        """Open an order."""
        self.chosen = order
        self.reload()

    def reload(self) -> None:
        """Read again what is open."""
        if self.chosen is None:
            self._show_nothing()
            return
        order = self.chosen
        self._tasks.read(
            lambda session: order_document(session, order=order),
            done=self._show,
            failed=self._fail,
            key="order-document",
        )

    def count(self) -> None:
        """Count what is in each view."""
        self._tasks.read(order_counts, done=self._show_counts, key="order-counts")

    def learn_holds(self) -> None:
        """Read which holds there are."""
        self._tasks.read(hold_choices, done=self._show_holds, key="order-holds")

    def learn_customer(self, customer: int, done: Callable[[CustomerForOrder], None]) -> None:
        """Read what there is to choose from for a customer: addresses, delivery modes."""
        self._tasks.read(
            lambda session: customer_for_order(session, customer=customer),
            done=done,
            key="order-customer",
        )

    def learn_taxes(self, done: Callable[[OrderTaxes], None]) -> None:
        """Read why the open order bears the taxes it does."""
        order = self._order()
        self._tasks.read(
            lambda session: order_taxes_explained(session, order=order),
            done=done,
            key="order-taxes",
        )

    def learn_price_changes(
        self,
        order: int,
        done: Callable[[PriceDifferences], None],
        *,
        customer: int | None = None,
        order_date: date | None = None,
    ) -> None:
        """Read what of an order would cost something else by today's agreements.

        For its own customer and date unless others are named.
        """
        self._tasks.read(
            lambda session: price_differences(
                session, order=order, customer=customer, order_date=order_date
            ),
            done=done,
            key="order-price-changes",
            owner=self,
        )

    def hear(self, changes: Changes) -> None:
        """Somebody changed something: read again what it concerns."""
        if not changes.mentions(Kind.ORDER):
            return
        self.rows_changed.emit()
        self.count()
        if self.chosen is not None and changes.mentions(Kind.ORDER, self.chosen):
            self.reload()

    # Doing

    def confirm(self) -> None:
        """Confirm the open draft."""
        self._do("confirm", confirm_order, N_("Order {number} is confirmed."))

    def allocate(self) -> None:
        """Promise what is free; what is short is told."""
        self._write("allocate", self._allocated, allocate_order, order=self._order())

    def make_picklist(self) -> None:
        """Make a picklist of what is allocated, and print it."""
        self._write(
            "make_picklist",
            lambda made: Said(
                N_("Picklist {number} is made and on its way to the printer."),
                {"number": made.number},
            ),
            make_picklist,
            orders=(self._order(),),
        )

    def stage(self) -> None:
        """Bring everything that is allocated or picked to the order's lane."""
        self._write(
            "stage",
            lambda moved: Said(
                N_("Staged {quantity} in {place}."),
                {"quantity": moved.quantity, "place": moved.place},
            ),
            stage,
            order=self._order(),
        )

    def invoice(self) -> None:
        """Make a draft invoice of what is delivered."""
        order = self._order()
        self._tasks.write(
            lambda: self._runner.do(invoice_order, order=order),
            done=self._made_invoice,
            refused=lambda refusal: self._refuse("invoice", refusal),
            owner=self,
        )

    def release(self) -> None:
        """Take back what is promised and still lies in bins."""
        self._write(
            "release",
            lambda freed: Said(
                N_("Released {lines}."),
                {"lines": render_count(freed.lines, N_("line"), N_("lines"))},
            ),
            release_order,
            order=self._order(),
        )

    def hold(self, code: str, reason: str) -> None:
        """Put the open order on hold."""
        self._do("hold", hold_order, N_("Order {number} is on hold."), code=code, reason=reason)

    def release_hold(self, reason: str) -> None:
        """Let the open order go on."""
        self._do("release_hold", release_hold, N_("Order {number} may go on."), reason=reason)

    def cancel(self, reason: str) -> None:
        """Cancel what is still open."""
        self._do(
            "cancel",
            cancel_order,
            N_("What was open of order {number} is cancelled."),
            reason=reason,
        )

    def cancel_rest(self, line: int, reason: str) -> None:
        """Cancel what a line has neither got nor been promised."""
        self._order()
        lines = self.document.lines if self.document is not None else ()
        short = next((each.short for each in lines if each.id == line), None)
        self._write(
            "cancel_rest",
            self._cancelled_rest,
            cancel_line,
            line=line,
            reason=reason,
            quantity=short,
        )

    def take(self, donor: Donor, reason: str) -> None:
        """Take what a line is short of from an order that needs it less."""
        lines = self.document.lines if self.document is not None else ()
        short = next((each.short for each in lines if each.id == donor.line_id), Decimal(0))
        self._write(
            "take",
            lambda moved: Said(
                N_("Took {quantity} of {item} from order {number}."),
                {"quantity": moved.quantity, "item": moved.item, "number": donor.number},
            ),
            reallocate,
            line=donor.from_line_id,
            to=donor.line_id,
            quantity=min(donor.quantity, short),
            reason=reason,
        )

    def reprice(self, *, typed_too: bool) -> None:
        """Give the lines the prices that are found for them now; typed ones stay, or go too."""
        self._do(
            "reprice",
            reprice_order,
            N_("Order {number} comes to {total} now."),
            typed_too=typed_too,
        )

    def reopen(self) -> None:
        """Bring the open cancelled order back as a draft."""
        self._do("reopen", reopen_order, N_("Order {number} is a draft again."))

    def ship_in_parts(self) -> None:
        """Do not wait for everything any more."""
        self._do(
            "ship_in_parts",
            change_order,
            N_("Order {number} ships in parts now."),
            ship_complete=False,
        )

    def note(self, text: str) -> None:
        """Leave a note for colleagues."""
        self._do("note", add_note, N_("Noted on order {number}."), text=text)

    def charge(self, charge: NewCharge) -> None:
        """Add freight or a special charge."""
        self._do("charge", add_charge, N_("Order {number} comes to {total} now."), charge=charge)

    def change_charge(self, charge: int, amount: Decimal | None, description: str) -> None:
        """Change what a charge comes to, or its words; no rule changes it from then on."""
        self._do(
            "change_charge",
            change_charge,
            N_("Order {number} comes to {total} now."),
            charge=charge,
            amount=amount,
            description=description,
        )

    def remove_charge(self, charge: int) -> None:
        """Take a charge off."""
        self._do(
            "remove_charge",
            remove_charge,
            N_("Order {number} comes to {total} now."),
            charge=charge,
        )

    def change_head(self, values: dict[str, Any]) -> None:
        """Change the head of the open order."""
        self._do("head", change_order, N_("Order {number} is changed."), **values)

    def print(self) -> None:
        """Ask for the order confirmation on paper."""
        self._write(
            "print",
            lambda _asked: Said(N_("The order confirmation is on its way to the printer.")),
            request_print,
            document=DocumentKind.ORDER_CONFIRMATION,
            subject=self._order(),
        )

    # How it went

    def _order(self) -> int:
        if self.chosen is None:
            raise ValueError("no order is open")
        return self.chosen

    def _do(
        self, action: str, verb: Callable[..., Any], sentence: str, /, **arguments: Any
    ) -> None:
        """Run a verb on the open order that answers with its number and total."""

        def words(changed: Any) -> Said:
            return Said(sentence, {"number": changed.number, "total": self._amount(changed.total)})

        self._write(action, words, verb, order=self._order(), **arguments)

    def _amount(self, amount: Decimal) -> str:
        """An amount with the decimals of the open order's currency."""
        currency = self.document.currency if self.document is not None else "USD"
        return f"{amount:.{decimals_of(currency)}f}"

    def _price(self, price: Decimal) -> str:
        """A unit price, with more decimals than an amount where it has more."""
        written = self._amount(price)
        return written if Decimal(written) == price else plain(price)

    def _write(
        self,
        action: str,
        words: Callable[[Any], Said],
        verb: Callable[..., Any],
        /,
        **arguments: Any,
    ) -> None:
        self._tasks.write(
            lambda: self._runner.do(verb, **arguments),
            done=lambda result: self.done.emit(action, words(result)),
            refused=lambda refusal: self._refuse(action, refusal),
            owner=self,
        )

    @staticmethod
    def _allocated(result: Any) -> Said:
        lines = render_count(result.lines, N_("line"), N_("lines"))  # of pieces and metres, no sum
        if not result.short:
            return Said(N_("Goods are allocated to {lines}; nothing is short."), {"lines": lines})
        short = ", ".join(
            render(N_("{missing} of {item}"), {"missing": plain(each.missing), "item": each.item})
            for each in result.short[:MOST_NAMED]
        )
        if (more := len(result.short) - MOST_NAMED) > 0:
            short = render(N_("{named} and {more} more"), {"named": short, "more": str(more)})
        if not result.lines:
            return Said(N_("Nothing could be allocated. Short: {short}."), {"short": short})
        return Said(
            N_("Goods are allocated to {lines}. Short: {short}."),
            {"lines": lines, "short": short},
        )

    def _cancelled_rest(self, changed: Any) -> Said:
        fields: dict[str, str | Decimal] = {
            "number": changed.number,
            "total": self._amount(changed.total),
        }
        if not changed.repriced:
            return Said(
                N_("The rest of the line is cancelled; order {number} comes to {total} now."),
                fields,
            )
        first = changed.repriced[0]
        return Said(
            N_(
                "The rest of the line is cancelled. {item} costs {after} by it, not {before}: "
                "order {number} comes to {total} now."
            ),
            fields
            | {
                "item": first.item,
                "before": self._price(first.before),
                "after": "?" if first.after is None else self._price(first.after),
            },
        )

    def _made_invoice(self, made: Any) -> None:
        self.done.emit("invoice", Said(N_("A draft invoice is made.")))
        self.invoiced.emit(made.invoice_id)

    def _refuse(self, action: str, refusal: BusinessError) -> None:
        self.refused.emit(action, refusal)
        self.reload()

    def _show(self, document: OrderDocument) -> None:
        self.document = document
        self.shown.emit(document)

    def _show_counts(self, counts: OrderCounts) -> None:
        self.counted.emit(counts)

    def _show_holds(self, holds: tuple[Choice, ...]) -> None:
        self.holds_known.emit(holds)

    def _show_nothing(self) -> None:
        self.chosen = self.document = None
        self.nothing_shown.emit()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self._show_nothing()
