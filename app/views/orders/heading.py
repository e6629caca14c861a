"""Changing the head of an order, or finding its prices anew: a person decides about the prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.controllers.orders import OrdersController
from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError, ChangedBySomeoneElse
from app.core.ids import Kind
from app.core.messages import N_, plain
from app.operations.orders.prices import PriceAnswer, PricesWouldChange
from app.queries.orders.document import OrderDocument
from app.queries.orders.entry import CustomerForOrder
from app.queries.orders.price_changes import PriceDifferences
from app.views.orders.asking import HeadForm
from app.views.orders.price_changes import PriceChanges
from app.views.orders.typing_row import finds
from app.views.widgets.asking import Asking
from app.views.widgets.lookup_field import FormLookup, Suggestion
from app.views.widgets.wording import words

Change = Callable[[dict[str, Any]], None]
"""Changes a head; its values by the names of `change_order`."""
OpenForm = Callable[[Asking, Change], None]


class Heading:
    """Asks for the head of an order, and about its prices where another head means others."""

    def __init__(
        self,
        tasks: TaskRunner,
        controller: OrdersController,
        open_form: OpenForm,
        desk: QWidget,
    ) -> None:
        self._tasks, self._controller, self._open_form = tasks, controller, open_form
        self._desk = desk
        self._changing: tuple[HeadForm, OrderDocument, Change, dict[str, Any]] | None = None
        self._seen: dict[str, Any] = {}

    def ask(self, document: OrderDocument, change: Change) -> None:
        """Ask for the head of an order, with the addresses of its customer to choose from."""

        def open_form(customer: CustomerForOrder) -> None:
            now = self._seen = {
                "customer_po": document.customer_po,
                "requested_date": document.requested_date,
                "customer": document.customer_id,
                "order_date": document.order_date,
                "delivery_mode": document.delivery_mode,
                "ship_complete": document.ship_complete,
                "ship_to": document.ship_to,
                "comments": document.comments,
                "internal_notes": document.internal_notes,
            }
            title = words(N_("Order {number}"), number=document.number)
            whose = FormLookup(self._tasks, finds(Kind.CUSTOMER), words(N_("Customer")))
            whose.set_chosen(
                Suggestion(
                    "",
                    document.customer,
                    code=document.customer_number,
                    target=document.customer_id,
                )
            )
            modes, addresses = customer.delivery_modes, customer.addresses
            form = HeadForm(title, dict(now), modes, addresses, self._desk, customer=whose)

            def try_it(values: dict[str, Any]) -> None:
                seen = {name: plain(self._seen[name]) for name in values}
                values = values | {"seen": seen}
                self._changing = (form, document, change, values)
                change(values)

            self._open_form(form, try_it)

        self._controller.learn_customer(document.customer_id, open_form)

    def ask_new(self, customer: CustomerForOrder, head: dict[str, Any], change: Change) -> None:
        """Ask for the head of an order that is still to come; `head` is what was said so far."""
        now: dict[str, Any] = {
            "customer_po": "",
            "requested_date": customer.today,
            "delivery_mode": customer.delivery_mode,
            "ship_complete": customer.ship_complete,
            "ship_to": customer.ship_to,
            "comments": "",
            "internal_notes": "",
        }
        now |= {name: value for name, value in head.items() if name != "ship_to"}
        title = words(N_("New order"))
        form = HeadForm(title, now, customer.delivery_modes, customer.addresses, self._desk)
        self._open_form(form, change)

    def hear(self, refusal: BusinessError) -> bool:
        """Whether the change that was tried only waits for a word about the prices.

        Then the before and after is shown over the form, and the answer changes the head. What
        somebody else wrote meanwhile is said by the refusal, and seen from then on.
        """
        if isinstance(refusal, ChangedBySomeoneElse):
            self._seen.update(refusal.now)
        if not isinstance(refusal, PricesWouldChange) or self._changing is None:
            return False
        form, document, change, values = self._changing

        def show(changes: PriceDifferences) -> None:
            asking = PriceChanges(
                words(N_("Prices of order {number}"), number=document.number),
                changes,
                document.currency,
                form,
                may_keep=True,
            )
            asking.answered.connect(lambda answer: change(values | {"prices": answer}))
            asking.open()

        self._controller.learn_price_changes(
            document.id,
            show,
            customer=values.get("customer"),
            order_date=values.get("order_date"),
        )
        return True

    def find_prices(self, document: OrderDocument) -> None:
        """Show what today's agreements would make of the prices, and take them when told to."""

        def show(changes: PriceDifferences) -> None:
            if not changes:  # they may rest on something else all the same
                self._controller.reprice(typed_too=False)
                return
            asking = PriceChanges(
                words(N_("Prices of order {number}"), number=document.number),
                changes,
                document.currency,
                self._desk,
                may_keep=False,
            )
            asking.answered.connect(
                lambda answer: self._controller.reprice(
                    typed_too=answer is PriceAnswer.REPRICE_TYPED_TOO
                )
            )
            asking.open()

        self._controller.learn_price_changes(document.id, show)
