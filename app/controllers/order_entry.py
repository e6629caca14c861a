"""An order as it is being typed: each accepted line is saved at once, in the order typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import count, takewhile
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.changes import Changes
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.orders import (
    NewLine,
    OrderChanged,
    add_lines,
    cancel_line,
    change_line,
    change_order,
    confirm_order,
    enter_order,
    remove_line,
)
from app.operations.orders.refusals import ItemNotSold, NoPrice, PriceNegative
from app.operations.stock import ItemFacts
from app.queries.orders.document import OrderDocument, order_document
from app.queries.orders.entry import (
    CustomerForOrder,
    ItemOffer,
    customer_for_order,
    find_things,
    item_offer,
    item_offers,
    items_by_code,
)
from app.rules.stock import Tracking


class LineNotAccepted(BusinessError):
    """A typed line was refused and nobody has decided about it yet."""

    sentence = N_("{item} was not accepted. Correct the line, or take it off, then confirm.")


class NotSaved(BusinessError):
    """The program failed at it; the line is still there."""

    sentence = N_("The line with {item} was not saved. Try it again.")


class SeveralFit(BusinessError):
    """What was typed begins the names of several items."""

    sentence = N_("{count} items fit {typed}. Choose one of them.")


class NoCustomerYet(BusinessError):
    """Lines need a customer: prices depend on it."""

    sentence = N_("Say who the order is for first: a customer's name or number.")


class NothingTyped(BusinessError):
    """There is no order to confirm yet."""

    sentence = N_("There is nothing to confirm yet. Enter at least one line.")


class Waiting(StrEnum):
    """Where a typed line is on its way into the order."""

    QUEUED = "queued"
    SAVED = "saved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as somebody typed it; `line_id` when it changes one that is there already.

    `drops_price` and `drops_discount` when a typed one was wiped out: the found one counts again.
    `item` and `quantity_text` are kept as typed, so that a refused line can be mended.
    """

    item: str
    quantity_text: str
    quantity: Decimal
    unit: str | None = None
    price: Decimal | None = None
    discount: Decimal | None = None
    item_id: int | None = None
    line_id: int | None = None
    drops_price: bool = False
    drops_discount: bool = False
    key: int = 0
    waiting: Waiting = Waiting.QUEUED
    problem: str = ""


class OrderEntryController(QObject):
    """Holds an order while it is typed. Nothing typed is ever lost: it is saved or shown.

    Lines are saved one after the other; the first one makes the draft. What is refused stays
    in `typed` with its reason until it is taken back or dropped.

    Signals:
        customer_known: arg: CustomerForOrder.
        offered: what the item in the row costs; arg: ItemOffer.
        shown: the order as saved; arg: OrderDocument.
        typed_changed: lines on their way or refused; arg: tuple of TypedLine.
        line_refused: args: TypedLine, BusinessError.
        repriced: lines cost something else by what was saved, a step was crossed; arg: tuple of
            PriceDifference.
        head_saved: the head was written.
        confirmed: arg: the order's id.
        left: nobody types here any more; arg: the order's id, or None when there is none.
        refused: something else was refused; arg: BusinessError.
    """

    customer_known = Signal(object)
    offered = Signal(object)
    shown = Signal(object)
    typed_changed = Signal(object)
    line_refused = Signal(object, object)
    repriced = Signal(object)
    head_saved = Signal()
    confirmed = Signal(int)
    left = Signal(object)
    refused = Signal(object)

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._runner = runner
        self._keys = count(1)
        self._session = 0
        self._start()
        tasks.changed.connect(self.hear)

    def _start(self) -> None:
        self._session += 1
        self.customer: CustomerForOrder | None = None
        self.document: OrderDocument | None = None
        self.order: int | None = None
        self.head: dict[str, Any] = {}
        self.typed: list[TypedLine] = []
        self._is_customer_asked = False
        self._is_saving = False
        self._saves_singly = False
        self._is_confirming = False
        self._is_leaving = False

    # Which order

    def begin(self) -> None:
        """A new order, of nobody yet."""
        self._start()
        self._tasks.forget("entry-document")
        self.typed_changed.emit(())

    def open(self, order: int) -> None:
        """Go on with an order that is there."""
        self.begin()
        self.order = order
        self._is_customer_asked = True
        self._read_order()

    def leave(self) -> None:
        """Stop typing as soon as what was accepted is saved; the draft stays."""
        if self._has_refused():
            return
        self._is_leaving = True
        self._go_on()

    def set_customer(self, customer: int) -> None:
        """Say who the order is for."""
        self._is_customer_asked = True
        self._tasks.read(
            lambda session: customer_for_order(session, customer=customer),
            done=self._know_customer,
            failed=self._refuse_if_known,
            key="entry-customer",
            owner=self,
        )

    def expect_customer(self) -> None:
        """A customer is being looked up: lines may be accepted, and wait for the answer."""
        self._is_customer_asked = True

    def give_up_customer(self) -> None:
        """There is no such customer: lines that waited for the answer come back."""
        if self.customer is None:
            self._is_customer_asked = False
            waiting = [each for each in self.typed if each.waiting is Waiting.QUEUED]
            for each in waiting:
                self._failed([each], NoCustomerYet(), self._session)

    def _know_customer(self, customer: CustomerForOrder) -> None:
        self.customer = customer
        self.customer_known.emit(customer)
        self._go_on()

    def hear(self, changes: Changes) -> None:
        """Somebody changed this order: read it again."""
        if self.order is not None and changes.mentions(Kind.ORDER, self.order):
            self._read_order()

    def _read_order(self) -> None:
        order = self.order
        if order is None:
            return
        self._tasks.read(
            lambda session: order_document(session, order=order),
            done=self._show,
            key="entry-document",
            owner=self,
        )

    def _show(self, document: OrderDocument) -> None:
        if document.id != self.order:
            return
        self.document = document
        if self.customer is None or self.customer.id != document.customer_id:
            self.set_customer(document.customer_id)
        self._keep([each for each in self.typed if each.waiting is not Waiting.SAVED])
        self.shown.emit(document)

    # What an item costs

    def ask_offer(self, item: int, quantity: Decimal = Decimal(1), unit: str | None = None) -> None:
        """Ask what so much of an item costs; a newer question replaces an older one."""
        if self.customer is None:
            return
        customer, order = self.customer.id, self.order
        self._tasks.read(
            lambda session: item_offer(
                session, customer=customer, item=item, quantity=quantity, unit=unit, order=order
            ),
            done=self._offer,
            failed=self._refuse_if_known,
            key="entry-offer",
            owner=self,
        )

    def forget_offer(self) -> None:
        """The row asks about nothing any more."""
        self._tasks.forget("entry-offer")

    def _offer(self, offer: ItemOffer) -> None:
        self.offered.emit(offer)

    def _refuse_if_known(self, error: Exception) -> None:
        if isinstance(error, BusinessError):
            self.refused.emit(error)

    @staticmethod
    def check(line: TypedLine, offer: ItemOffer) -> Decimal:
        """The base quantity of a typed line, when it can be sold so.

        Raises: ItemNotSold, QuantityNotPositive and its kin, UnknownUnit, NoPrice.
        """
        facts = ItemFacts(
            offer.item_id,
            offer.number,
            offer.name,
            offer.base_unit,
            offer.quantity_decimals,
            Tracking.NONE,
            offer.units,
        )
        quantity = facts.base_quantity(line.quantity, line.unit)
        if not offer.is_sold and line.line_id is None:
            raise ItemNotSold(item=offer.number)
        if line.price is not None and line.price < 0:
            raise PriceNegative(item=offer.number, price=line.price)
        if offer.price is None and line.price is None and line.line_id is None:
            raise NoPrice(item=offer.number, currency=offer.currency)
        return quantity

    # Lines

    def accept(self, *lines: TypedLine) -> None:
        """Put typed lines into the order, after all that were accepted before. Saved at once."""
        if self.customer is None and not self._is_customer_asked:
            for line in lines:
                self.line_refused.emit(line, NoCustomerYet())
            return
        keyed = [replace(line, key=next(self._keys), waiting=Waiting.QUEUED) for line in lines]
        self._keep([*self.typed, *keyed])
        self._go_on()

    def take_back(self, key: int) -> TypedLine | None:
        """Take a refused line out again, to mend it or to drop it."""
        found = next((each for each in self.typed if each.key == key), None)
        if found is None or found.waiting is not Waiting.REFUSED:
            return None
        self._keep([each for each in self.typed if each.key != key])
        return found

    def remove(self, line: int, reason: str = "") -> None:
        """Take a line off a draft; on a confirmed order cancel its rest, with a reason."""
        is_draft = self.document is None or self.document.state == "draft"

        def work() -> Any:
            if is_draft:
                return self._runner.do(remove_line, line=line)
            return self._runner.do(cancel_line, line=line, reason=reason)

        current = self._session

        def taken_off(answer: Any) -> None:
            if current == self._session and answer.repriced:
                self.repriced.emit(answer.repriced)

        self._tasks.write(work, done=taken_off, refused=self.refused.emit, owner=self)

    def resolve(self, codes: Sequence[str], done: Callable[[dict[str, ItemOffer]], None]) -> None:
        """The items that are called exactly so, for rows that were pasted."""
        if self.customer is None:
            self.refused.emit(NoCustomerYet())
            return
        customer, order = self.customer.id, self.order

        def find(session: Any) -> dict[str, ItemOffer]:
            items = items_by_code(session, customer=customer, codes=codes)
            asked = {item: (Decimal(1), None) for item in items.values()}
            offers = item_offers(session, customer=customer, items=asked, order=order)
            return {code: offers[item] for code, item in items.items()}

        self._tasks.read(find, done=done, key="entry-paste")

    def _keep(self, typed: list[TypedLine]) -> None:
        if typed != self.typed:
            self.typed = typed
            self.typed_changed.emit(tuple(typed))

    def _update(self, lines: Sequence[TypedLine]) -> None:
        newer = {each.key: each for each in lines}
        self._keep([newer.get(each.key, each) for each in self.typed])

    def _go_on(self) -> None:
        """Save the next typed lines; when all are saved, confirm or leave if that was asked."""
        if self._is_saving:
            return
        queued = [each for each in self.typed if each.waiting is Waiting.QUEUED]
        if not queued:
            self._saves_singly = False
            self._confirm_or_leave()
            return
        if self.customer is None:
            return  # it goes on when the customer is known
        self._is_saving = True
        line, current, customer = queued[0], self._session, self.customer.id
        if line.item_id is not None:
            self._save(self._together(queued), current)
            return
        self._tasks.read(
            lambda session: _item_of(session, customer, line.item),
            done=lambda item: self._save([replace(line, item_id=item)], current),
            failed=lambda error: self._failed([line], error, current),
            owner=self,
        )

    def _together(self, queued: Sequence[TypedLine]) -> list[TypedLine]:
        """The lines that can be written in one go: new ones whose items are known."""
        if self._saves_singly or queued[0].line_id is not None:
            return [queued[0]]
        return list(
            takewhile(lambda each: each.item_id is not None and each.line_id is None, queued)
        )

    def _save(self, lines: Sequence[TypedLine], current: int) -> None:
        head, customer, order = dict(self.head), self.customer, self.order
        if current != self._session or customer is None:
            return
        first = lines[0]
        new = tuple(
            NewLine(each.item_id or 0, each.quantity, each.unit, each.price, each.discount)
            for each in lines
        )

        def work() -> Any:
            if first.line_id is not None:
                return self._runner.do(
                    change_line,
                    line=first.line_id,
                    quantity=first.quantity,
                    unit=first.unit,
                    unit_price=first.price,
                    discount_percent=first.discount,
                    drop_price=first.drops_price,
                    drop_discount=first.drops_discount,
                )
            if order is None:
                return self._runner.do(enter_order, customer=customer.id, lines=new, **head)
            return self._runner.do(add_lines, order=order, lines=new)

        self._tasks.write(
            work,
            done=lambda answer: self._saved(lines, answer, current),
            refused=lambda error: self._failed(lines, error, current),
            owner=self,
        )

    def _saved(self, lines: Sequence[TypedLine], answer: Any, current: int) -> None:
        if current != self._session:
            return
        self.order = answer.order_id  # what changed is told next, and then the order is read
        self._is_saving = False
        self._update([replace(each, waiting=Waiting.SAVED) for each in lines])
        if isinstance(answer, OrderChanged) and answer.repriced:
            self.repriced.emit(answer.repriced)
        self._go_on()

    def _failed(self, lines: Sequence[TypedLine], error: Exception, current: int) -> None:
        if current != self._session:
            return
        self._is_saving = False
        if len(lines) > 1 and isinstance(error, BusinessError):
            self._saves_singly = True  # so that each line hears its own reason
            self._go_on()
            return
        self._is_confirming = self._is_leaving = False
        why = error if isinstance(error, BusinessError) else NotSaved(item=lines[0].item)
        refused = [replace(each, waiting=Waiting.REFUSED, problem=why.message()) for each in lines]
        self._update(refused)
        for each in refused:
            self.line_refused.emit(each, why)
        self._go_on()

    # The head, and the end

    def change_head(self, values: dict[str, Any]) -> None:
        """Change the head; before the first line it is kept for the draft to come."""
        order = self.order
        if order is None:
            self.head |= values
            self.head_saved.emit()
            return
        self._tasks.write(
            lambda: self._runner.do(change_order, order=order, **values),
            done=lambda _changed: self.head_saved.emit(),
            refused=self.refused.emit,
            owner=self,
        )

    def confirm(self) -> None:
        """Confirm as soon as everything that was accepted is saved."""
        if self._has_refused():
            return
        if self.order is None and not self.typed:
            self.refused.emit(NothingTyped() if self.customer else NoCustomerYet())
            return
        self._is_confirming = True
        self._go_on()

    def _has_refused(self) -> bool:
        refused = [each for each in self.typed if each.waiting is Waiting.REFUSED]
        if refused:
            self.refused.emit(LineNotAccepted(item=refused[0].item))
        return bool(refused)

    def _confirm_or_leave(self) -> None:
        order = self.order
        if self._is_confirming and order is not None:
            self._is_confirming = False
            self._tasks.write(
                lambda: self._runner.do(confirm_order, order=order),
                done=lambda _confirmed: self.confirmed.emit(order),
                refused=self.refused.emit,
                owner=self,
            )
        elif self._is_leaving:
            self.begin()
            self.left.emit(order)


def _item_of(session: Any, customer: int, typed: str) -> int:
    """The item that is meant: called exactly so, or the only one that begins so.

    Raises: NotFound, SeveralFit.
    """
    exact = items_by_code(session, customer=customer, codes=[typed])
    if exact:
        return next(iter(exact.values()))
    found = find_things(session, kind=Kind.ITEM, wanted=typed)
    if not found:
        raise NotFound(what="item", value=typed)
    if len(found) > 1:
        raise SeveralFit(count=len(found), typed=typed)
    return found[0].id
