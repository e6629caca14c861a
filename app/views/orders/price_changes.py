"""What an order costs line by line, and what it would cost: a person decides which it is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.messages import N_
from app.operations.orders.prices import PriceAnswer
from app.queries.orders.price_changes import (
    DiscountDifference,
    DiscountRate,
    PriceDifferences,
)
from app.queries.pricing import PriceDifference
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.numbers import write_money, write_number, write_price
from app.views.widgets.over_desk import OverDesk
from app.views.widgets.screen import fit_screen
from app.views.widgets.state_badge import Badge
from app.views.widgets.text import Text
from app.views.widgets.wording import counted, words


class PriceChanges(OverDesk):
    """Before and after of all that would change; nothing changes until it is answered.

    Signals:
        answered: what to do with the prices; arg: PriceAnswer.
    """

    answered = Signal(object)

    def __init__(
        self,
        title: str,
        changes: PriceDifferences,
        currency: str,
        parent: QWidget,
        *,
        may_keep: bool,
    ) -> None:
        """`may_keep` offers to go on with the prices as they are."""
        super().__init__(title, parent)
        self.setObjectName("price-changes")
        self.table = LinesTable()
        self.table.setAccessibleName(title)
        self.table.show_lines(
            [
                *(_row(each, currency) for each in changes.lines),
                *([] if changes.discount is None else [_discount(changes.discount, currency)]),
            ],
            LineHeads(
                extra=(words(N_("Price now")), words(N_("Would be"))),
                price=words(N_("Amount now")),
                amount=words(N_("Would be")),
            ),
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.table)
        typed = sum(each.is_typed for each in changes.lines)
        self.take = ActionButton(
            Action(
                PriceAnswer.REPRICE,
                words(N_("Take the new prices")),
                "Ctrl+Return",
                why_not=words(N_("every one of these prices was typed"))
                if typed == len(changes.lines) and changes.discount is None
                else "",
            ),
            "prominent",
        )
        buttons = QHBoxLayout()
        theme.pad(buttons, gap=10)
        leave = ActionButton(Action("leave", words(N_("Not now")), "Esc"))
        leave.clicked.connect(self.reject)
        leave.setAutoDefault(False)
        buttons.addWidget(leave)
        buttons.addStretch(1)
        if may_keep:
            keep = words(N_("Keep the prices"))
            buttons.addWidget(self._button(Action(PriceAnswer.KEEP, keep, "K")))
        if typed:
            too = words(N_("Typed ones too"))
            buttons.addWidget(self._button(Action(PriceAnswer.REPRICE_TYPED_TOO, too, "T")))
        self._connect(self.take, PriceAnswer.REPRICE)
        buttons.addWidget(self.take)
        layout = QVBoxLayout(self)
        theme.pad(layout, 24, 20, 24, 16, 12)
        layout.addWidget(Text(title, "title"))
        layout.addWidget(Text(_sentence(changes, currency), "body", "muted", wraps=True))
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        fit_screen(self, 760, 480)
        first = self.take if self.take.isEnabled() else self.table
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _button(self, action: Action) -> ActionButton:
        button = ActionButton(action)
        self._connect(button, PriceAnswer(action.key))
        return button

    def _connect(self, button: ActionButton, answer: PriceAnswer) -> None:
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._answer(answer))

    def _answer(self, answer: PriceAnswer) -> None:
        self.accept()
        self.answered.emit(answer)

    def do_deed(self) -> None:
        self.take.click()


def repriced_words(changes: Sequence[PriceDifference], currency: str) -> str:
    """What costs something else by what was done, and which step was crossed."""
    first = changes[0]
    if first.after is None:
        said = words(N_("There is no price for {item} any more."), item=first.item)
    else:
        after = _price(first.after, first.after_unit, currency)
        before = write_price(first.before, currency)
        said = words(
            N_("{item} costs {after} now, not {before}"),
            item=first.item,
            after=after,
            before=before,
        )
        why = ", ".join(each for each in (first.label, _step(first)) if each)
        said += f" ({why})." if why else "."
    if len(changes) > 1:
        more = counted(len(changes) - 1, "more line", "more lines")
        said += " " + words(N_("So it is with {more}."), more=more)
    return said


def _sentence(changes: PriceDifferences, currency: str) -> str:
    """How many, and what it comes to where every line has a price."""
    typed = sum(each.is_typed for each in changes.lines)
    after = [each.after_amount for each in changes.lines if not each.is_typed]
    before = [each.before_amount for each in changes.lines if not each.is_typed]
    said = []
    if after:
        said.append(
            counted(
                len(after), "line would cost something else.", "lines would cost something else."
            )
        )
    if changes.discount is not None:
        said.append(words(N_("The discount on the order would come to something else.")))
    if said and None not in after:
        more = sum((each for each in after if each is not None), Decimal(0)) - sum(
            before, Decimal(0)
        )
        more += Decimal(0) if changes.discount is None else changes.discount.more
        sentence = N_("Together {amount} more.") if more >= 0 else N_("Together {amount} less.")
        said.append(words(sentence, amount=f"{write_money(abs(more), currency)} {currency}"))
    if typed:
        stays = counted(typed, "price that was typed stays", "prices that were typed stay")
        said.append(words(N_("{prices}, unless you take the typed ones too."), prices=stays))
    return " ".join(said)


def _row(change: PriceDifference, currency: str) -> LineRow:
    none = words(N_("no price"))
    return LineRow(
        change.line_id,
        change.name,
        tuple(each for each in (change.item, change.label, _step(change)) if each),
        extra=(
            _price(change.before, change.before_unit, currency),
            none if change.after is None else _price(change.after, change.after_unit, currency),
        ),
        price=write_money(change.before_amount, currency),
        amount="" if change.after_amount is None else write_money(change.after_amount, currency),
        badge=Badge(words(N_("Typed")), Tone.ATTENTION) if change.is_typed else None,
        source=change,
    )


def _discount(change: DiscountDifference, currency: str) -> LineRow:
    """The discount on the whole order, under the lines it is taken off."""
    return LineRow(
        0,
        words(N_("Order discount")),
        (change.after.label,) if change.after.label else (),
        extra=(_rate(change.before, currency), _rate(change.after, currency)),
        price=write_money(-change.before.amount, currency),
        amount=write_money(-change.after.amount, currency),
        source=change,
    )


def _rate(rate: DiscountRate, currency: str) -> str:
    if rate.percent:
        return words(N_("{percent} %"), percent=write_number(rate.percent))
    if rate.amount_off:
        return words(
            N_("{amount} {currency}"),
            amount=write_money(rate.amount_off, currency),
            currency=currency,
        )
    return words(N_("none"))


def _price(price: Decimal, unit: str, currency: str) -> str:
    return words(N_("{price} per {unit}"), price=write_price(price, currency), unit=unit)


def _step(change: PriceDifference) -> str:
    """The step of the ladder that it stands on then; nothing where it needs no quantity."""
    if not change.to_step:
        return ""
    return words(N_("from {quantity} on"), quantity=write_number(change.to_step))
