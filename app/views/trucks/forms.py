"""What the trucks desk asks for: a trip to plan, what came back, which trip goods go with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.controllers.trucks import Choices
from app.core.errors import BusinessError, Question
from app.core.messages import N_
from app.operations.trucks import LineBack
from app.queries.trip_document import ShipmentLine, TripDocument, TripShipment
from app.queries.trips import TripRow, WaitingOrder
from app.rules.trucks import Outcome
from app.views import theme
from app.views.trucks.order_picker import OrderPicker
from app.views.trucks.showing import kg
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.number_field import QuantityField
from app.views.widgets.numbers import write_number
from app.views.widgets.text import Text
from app.views.widgets.wording import counted, words, write_near_day

NEW_TRIP = 0
PICKING_HINT = words(N_("Space takes an order, Ctrl+↑ and Ctrl+↓ change the order of stops."))

OUTCOMES = (
    (Outcome.REDELIVER, words(N_("To be delivered again: back to its lane"))),
    (Outcome.REFUSED, words(N_("Refused: back to stock, no longer wanted"))),
    (Outcome.DAMAGED, words(N_("Damaged: to quarantine"))),
    (Outcome.DELIVERED, words(N_("Delivered after all"))),
)


class TakeAnOrder(BusinessError):
    """A trip without orders."""

    about = ("orders",)
    sentence = N_("Take at least one order: Space in the list of orders.")


class OrdersForm(Asking):
    """Asks which orders go on a trip."""

    def __init__(
        self,
        title: str,
        deed: str,
        orders: Sequence[WaitingOrder],
        taken: Sequence[int],
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, deed, "", parent)
        self.setMinimumWidth(theme.px(640))
        self.picker = OrderPicker(orders, taken, today)
        self.sum = Text("", "small", "muted")
        self.picker.taken_changed.connect(self._show_sum)
        self.picker.taken_changed.connect(lambda _taken: self.form.forget_problem("orders"))

    def add_picker(self) -> None:
        """Put the orders at the end."""
        hint = (
            PICKING_HINT if self.picker.count() else words(N_("No order for our own truck waits."))
        )
        self.add("orders", words(N_("Orders")), self.picker, hint=hint)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, self.sum)  # above the buttons
        self._show_sum(self.picker.taken())

    def values(self) -> dict[str, Any]:
        """What is typed; the orders in the order of stops. Raises: TakeAnOrder."""
        taken = self.picker.taken()
        self._fields.pop("orders", None)
        typed = super().values()
        self._fields["orders"] = self.picker
        if not taken:
            raise TakeAnOrder()
        return typed | {"orders": tuple(each.id for each in taken)}

    def _show_sum(self, taken: Sequence[WaitingOrder]) -> None:
        weight = sum((each.kg for each in taken), Decimal(0))
        orders = counted(len(taken), "order", "orders")
        said = words(N_("{orders}, {weight} kg"), orders=orders, weight=kg(weight))
        self.sum.setText(said if taken else "")


class PlanForm(OrdersForm):
    """Asks for truck, driver, date, dock and orders."""

    def __init__(
        self,
        choices: Choices,
        today: date,
        taken: Sequence[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            words(N_("Plan a trip")), words(N_("Plan it")), choices.orders, taken, today, parent
        )
        trucks = [
            (
                each.id,
                " · ".join(
                    part
                    for part in (
                        each.name,
                        words(N_("{weight} kg"), weight=kg(each.capacity_kg))
                        if each.capacity_kg
                        else "",
                        words(N_("loading for {trip}"), trip=each.trip) if each.trip else "",
                    )
                    if part
                ),
            )
            for each in choices.trucks
        ]
        free = next((each.id for each in choices.trucks if each.trip is None), None)
        self.add("truck", words(N_("Truck")), ChoiceField(trucks, free), is_wide=False)
        self.add("driver", words(N_("Driver")), QLineEdit(), is_wide=False)
        self.add("planned_date", words(N_("Date")), _planned(today), is_wide=False)
        self.add("dock", words(N_("Dock")), QLineEdit(), is_wide=False)
        self.add_picker()

    def ask(self) -> None:
        super().ask()
        self.picker.setFocus(Qt.FocusReason.OtherFocusReason)


def ask_orders(
    title: str, orders: Sequence[WaitingOrder], today: date, parent: QWidget
) -> OrdersForm:
    """Asks which orders to put on a trip."""
    form = OrdersForm(title, words(N_("Add them")), orders, (), today, parent)
    form.add_picker()
    return form


def ask_head(document: TripDocument, choices: Choices, parent: QWidget) -> Asking:
    """Asks for truck, driver, date and dock of a trip."""
    form = Asking(
        words(N_("Change {number}"), number=document.number), words(N_("Save")), "", parent
    )
    form.setMinimumWidth(theme.px(560))
    trucks = ChoiceField([(each.id, each.name) for each in choices.trucks], document.truck_id)
    trucks.setEnabled(document.state == "planned")
    hint = "" if trucks.isEnabled() else words(N_("A trip that is loading keeps its truck."))
    form.add("truck", words(N_("Truck")), trucks, hint=hint, is_wide=False)
    form.add("driver", words(N_("Driver")), QLineEdit(document.driver), is_wide=False)
    form.add("planned_date", words(N_("Date")), _planned(document.planned_date), is_wide=False)
    form.add("dock", words(N_("Dock")), QLineEdit(document.dock), is_wide=False)
    return form


def _planned(day: date) -> DayField:
    return DayField(words(N_("Date")), day, missing=words(N_("day of the trip")))


def _trip_choices(
    trips: Sequence[TripRow], not_this: int, first: tuple[Any, str], today: date
) -> list[tuple[Any, str]]:
    """`first`, then the trips that have not left, as choices."""
    return [first] + [
        (
            each.id,
            " · ".join(
                part
                for part in (each.number, each.truck, write_near_day(each.planned_date, today))
                if part
            ),
        )
        for each in trips
        if each.id != not_this
    ]


def ask_trip(
    document: TripDocument, trips: Sequence[TripRow], today: date, parent: QWidget
) -> Asking:
    """Asks which trip goes with what was left behind."""
    left = [each for each in document.left_behind if each.other_trip is None]
    names = ", ".join(each.number for each in left)
    form = Asking(
        words(N_("Move to another trip")),
        words(N_("Move")),
        words(N_("{names} waits on the dock."), names=names),
        parent,
    )
    choices = _trip_choices(trips, document.id, (NEW_TRIP, words(N_("A new trip"))), today)
    now = choices[1][0] if len(choices) > 1 else NEW_TRIP
    form.add("trip", words(N_("Trip")), ChoiceField(choices, now))
    return form


def ask_yes(question: Question, parent: QWidget) -> Asking:
    """Puts a rule's question: Enter is yes, Esc is no."""
    sentence, _, rest = question.message().rpartition("? ")
    said = f"{sentence}? {rest}" if sentence else question.message()
    return Asking(words(N_("Go on all the same?")), words(N_("Yes, go on")), said, parent)


def ask_sure(title: str, deed: str, sentence: str, parent: QWidget) -> Asking:
    """Asks whether something that is not easily undone is meant."""
    return Asking(title, deed, sentence, parent)


class CameBackForm(Asking):
    """Asks what became of one line of a shipment, or of all that a stop was brought."""

    def __init__(
        self,
        shipments: Sequence[TripShipment],
        line: ShipmentLine | None,
        trips: Sequence[TripRow],
        trip_id: int,
        today: date,
        parent: QWidget,
    ) -> None:
        """With `line` it is of the only shipment given; without, all lines of all of them."""
        self._shipments, self._line = shipments, line
        names = ", ".join(f"{each.number} ({each.customer})" for each in shipments)
        sentence = words(N_("Everything of {names} that is still out."), names=names)
        if line is not None:
            sentence = words(
                N_("{name}, {out} {unit} of {names} are out."),
                name=line.name,
                out=write_number(line.out),
                unit=line.unit,
                names=names,
            )
        super().__init__(words(N_("What came back")), words(N_("Book it")), sentence, parent)
        self.setMinimumWidth(theme.px(560))
        self.add(
            "outcome", words(N_("What became of it")), ChoiceField(OUTCOMES, Outcome.REDELIVER)
        )
        if line is not None:
            field = QuantityField(words(N_("Quantity")), line.unit)
            field.set_value(line.out)
            self.add(
                "quantity", words(N_("Quantity, {unit}"), unit=line.unit), field, is_wide=False
            )
        self.add(
            "reason",
            words(N_("Reason")),
            QLineEdit(),
            hint=words(N_("For refused and damaged goods.")),
        )
        no_trip = (None, words(N_("None yet")))
        onward = ChoiceField(_trip_choices(trips, trip_id, no_trip, today))
        self.add("next_trip", words(N_("Goes again with")), onward)
        wanted = [
            (False, words(N_("No longer wanted"))),
            (True, words(N_("The customer gets others for it"))),
        ]
        self.add("is_replaced", words(N_("And then")), ChoiceField(wanted, False))
        outcome = self.field("outcome")
        assert isinstance(outcome, ChoiceField)
        outcome.currentIndexChanged.connect(lambda _index: self._offer())
        self._offer()

    def _offer(self) -> None:
        """Only what this outcome needs is asked for."""
        outcome = self.field("outcome")
        assert isinstance(outcome, ChoiceField)
        is_lost = outcome.code in (Outcome.REFUSED, Outcome.DAMAGED)
        asked = {
            "reason": is_lost,
            "is_replaced": is_lost,
            "next_trip": outcome.code == Outcome.REDELIVER,
        }
        for name, is_asked in asked.items():
            block = self.field(name).parentWidget()
            if block is not None:
                block.setVisible(is_asked)

    def ask(self) -> None:
        super().ask()
        self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer()  # laying out anew shows every field

    def lines_back(self, values: dict[str, Any]) -> list[tuple[int, tuple[LineBack, ...]]]:
        """What is to be booked, shipment by shipment."""
        outcome = Outcome(values["outcome"])
        is_lost = outcome in (Outcome.REFUSED, Outcome.DAMAGED)
        replaced = bool(values["is_replaced"]) and is_lost

        def back(line: ShipmentLine, quantity: Decimal) -> LineBack:
            return LineBack(
                line.line_id,
                outcome,
                quantity,
                reason=values["reason"] if is_lost else "",
                lot=line.lot_id,
                is_replaced=replaced,
            )

        if self._line is not None:
            quantity = values["quantity"] or Decimal(0)
            return [(self._shipments[0].id, (back(self._line, quantity),))]
        return [
            (each.id, tuple(back(line, line.out) for line in each.lines if line.out > 0))
            for each in self._shipments
        ]
