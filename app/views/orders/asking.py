"""What the orders desk asks for: a reason, a hold, a note, a charge, the head of an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QWidget,
)

from app.core.errors import BusinessError
from app.core.messages import N_
from app.operations.orders import NewAddress
from app.queries.orders.entry import AddressChoice, Choice
from app.queries.orders.money import ChargeRow
from app.rules.charges import ChargeKind, ChargeMethod
from app.views import theme
from app.views.widgets.asking import Asking, long_text
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.number_field import MoneyField
from app.views.widgets.wording import words

AS_TYPED = "typed"


def choice(choices: Sequence[Choice], now: str = "") -> ChoiceField:
    """A field to choose by name; its value is the code."""
    return ChoiceField([(each.code, each.name) for each in choices], now)


def ask_reason(title: str, deed: str, sentence: str, parent: QWidget) -> Asking:
    """Asks why."""
    asking = Asking(title, deed, sentence, parent)
    asking.add("reason", words(N_("Reason")), QLineEdit())
    return asking


def ask_hold(number: str, holds: Sequence[Choice], parent: QWidget) -> Asking:
    """Asks which hold, and why."""
    asking = Asking(
        words(N_("Hold order {number}"), number=number),
        words(N_("Hold")),
        words(N_("The hold says which steps stop.")),
        parent,
    )
    asking.add("code", words(N_("Hold")), choice(holds))
    asking.add("reason", words(N_("Reason")), QLineEdit())
    return asking


def ask_note(number: str, parent: QWidget) -> Asking:
    """Asks for a note."""
    sentence = words(N_("For colleagues; it is never printed."))
    asking = Asking(
        words(N_("Note on order {number}"), number=number), words(N_("Add note")), sentence, parent
    )
    asking.add("text", words(N_("Note")), long_text())
    return asking


class NoAmountTyped(BusinessError):
    """A charge without an amount; 0 is one."""

    about = ("amount",)
    sentence = N_("Type what {description} comes to; 0 when it is free.")


class ChargeForm(Asking):
    """Asks for a charge, whose amount is typed, be it 0."""

    def values(self) -> dict[str, Any]:
        typed = super().values()
        if typed["amount"] is None:
            raise NoAmountTyped(description=typed["description"] or "it")
        return typed


def ask_charge(number: str, currency: str, parent: QWidget) -> Asking:
    """Asks for a charge."""
    asking = ChargeForm(
        words(N_("Charge on order {number}"), number=number), words(N_("Add charge")), "", parent
    )
    asking.add("description", words(N_("What for")), QLineEdit(words(N_("Freight"))), is_wide=False)
    asking.add(
        "amount",
        words(N_("Amount, before tax")),
        MoneyField(words(N_("Amount")), currency),
        is_wide=False,
    )
    kinds = [
        (ChargeKind.SHIPPING, words(N_("Freight, in place of the rules'"))),
        (ChargeKind.SPECIAL, words(N_("Another charge, beside them"))),
    ]
    asking.add("kind", words(N_("Kind")), ChoiceField(kinds, ChargeKind.SHIPPING), is_wide=False)
    taxed = ChoiceField(
        [(True, words(N_("Taxed like the goods"))), (False, words(N_("Not taxed")))], True
    )
    asking.add("is_taxable", words(N_("Tax")), taxed, is_wide=False)
    return asking


def ask_change_charge(number: str, charge: ChargeRow, currency: str, parent: QWidget) -> Asking:
    """Asks what a charge is to be from now on."""
    sentence = words(N_("No rule changes it from then on.")) if charge.is_automatic else ""
    asking = Asking(
        words(N_("{description} on order {number}"), description=charge.description, number=number),
        words(N_("Save")),
        sentence,
        parent,
    )
    is_percent = charge.per_shipment is not None and charge.method is not ChargeMethod.FIXED
    now = charge.amount if charge.per_shipment is None else charge.per_shipment
    amount = MoneyField(words(N_("Amount")), currency)
    amount.set_value(None if is_percent else now)
    label = (
        words(N_("Amount, before tax"))
        if charge.per_shipment is None
        else words(N_("Each shipment, before tax"))
    )
    asking.add("amount", label, amount, is_wide=False)
    asking.add("description", words(N_("What for")), QLineEdit(charge.description), is_wide=False)
    return asking


class HeadForm(Asking):
    """Asks for the head of an order: PO, dates, whose it is, delivery, where to, comments."""

    def __init__(
        self,
        title: str,
        now: dict[str, Any],
        modes: Sequence[Choice],
        addresses: Sequence[AddressChoice],
        parent: QWidget,
        *,
        customer: FormLookup | None = None,
    ) -> None:
        """`now` are the values as they are, by the names of `change_order`.

        `customer` shows whose the order is; without it (a new order) neither that nor the order
        date is asked for.
        """
        super().__init__(title, words(N_("Save")), "", parent)
        self._now = now
        self._addresses = tuple(addresses)
        self.setMinimumWidth(theme.px(560))
        self.add(
            "customer_po", words(N_("Customer's PO")), QLineEdit(now["customer_po"]), is_wide=False
        )
        self.add(
            "requested_date",
            words(N_("Requested")),
            DayField(
                words(N_("Requested")), now["requested_date"], missing=words(N_("requested day"))
            ),
            is_wide=False,
        )
        if customer is not None:
            customer.what = "customer"
            self.add("customer", words(N_("Customer")), customer, is_wide=False)
            ordered = DayField(
                words(N_("Order date")), now["order_date"], missing=words(N_("order date"))
            )
            self.add("order_date", words(N_("Order date")), ordered, is_wide=False)
        self.add(
            "delivery_mode",
            words(N_("Delivery")),
            choice(modes, now["delivery_mode"]),
            is_wide=False,
        )
        parts = [
            (False, words(N_("In parts, as goods are there"))),
            (True, words(N_("Everything in one delivery"))),
        ]
        together = ChoiceField(parts, now["ship_complete"])
        self.add("ship_complete", words(N_("Deliveries")), together, is_wide=False)
        self._add_address(now["ship_to"])
        self.add("comments", words(N_("Comments, printed")), long_text(now["comments"]))
        self.add("internal_notes", words(N_("Internal notes")), long_text(now["internal_notes"]))

    def _add_address(self, ship_to: str) -> None:
        choices: list[tuple[Any, str]] = [
            (None, ship_to or words(N_("The customer's own address")))
        ]
        choices += [
            (number, f"{each.name}: {each.line}")
            for number, each in enumerate(self._addresses)
            if each.line != ship_to
        ]
        where = ChoiceField([*choices, (AS_TYPED, words(N_("Another address, typed here")))])
        self.add("ship_to", words(N_("Ship to")), where)
        self._typed: list[str] = []
        for name, label in (
            ("name", words(N_("Name"))),
            ("street", words(N_("Street"))),
            ("city", words(N_("City"))),
            ("region", words(N_("Region"))),
            ("postal_code", words(N_("Postal code"))),
            ("country", words(N_("Country"))),
        ):
            self.add(f"to_{name}", label, QLineEdit(), is_wide=False, gives=(name,))
            self._typed.append(name)
        where.currentIndexChanged.connect(lambda _index: self._choose_address())
        self._offer_typing()

    def _choose_address(self) -> None:
        self._offer_typing()
        self.adjustSize()

    def _offer_typing(self) -> None:
        where = self.field("ship_to")
        assert isinstance(where, ChoiceField)
        is_typed = where.code == AS_TYPED
        for name in self._typed:
            block = self.field(f"to_{name}").parentWidget()
            if block is not None:
                block.setVisible(is_typed)

    def ask(self) -> None:
        self._choose_address()
        super().ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_typing()

    def values(self) -> dict[str, Any]:
        """What was changed, by the names of `change_order`."""
        typed = super().values()
        customer = self._fields.get("customer")
        if customer is not None and typed["customer"] is None:
            typed["customer"] = self._now["customer"]
        to = {name: typed.pop(f"to_{name}") for name in self._typed}
        where = typed.pop("ship_to")
        changed = {name: value for name, value in typed.items() if value != self._now[name]}
        if where == AS_TYPED:
            changed["ship_to"] = NewAddress(**to)
        elif where is not None:
            each = self._addresses[where]
            changed["ship_to"] = NewAddress(
                each.name, each.street, each.city, each.region, each.postal_code, each.country
            )
        return changed
