"""What something costs somebody on a day, and why: every candidate with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLineEdit,
    QWidget,
)

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.messages import N_
from app.queries.agreements import (
    AgreementSide,
    find_item_sides,
    find_parties,
)
from app.queries.orders.document import DocumentLine, OrderDocument
from app.queries.pricing import PriceExplained, PricePart, price
from app.rules.orders import PartKind
from app.rules.pricing.agreements import EffectKind, Side
from app.views.agreements.answer_window import AnswerWindow
from app.views.agreements.showing import SIDES, worth
from app.views.sides import SideField
from app.views.theme import Tone
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.number_field import QuantityField
from app.views.widgets.numbers import write_money, write_number, write_price
from app.views.widgets.screen import fit_screen
from app.views.widgets.state_badge import Badge
from app.views.widgets.text import Text
from app.views.widgets.wording import counted, words

PART_HEADS = LineHeads(
    item=words(N_("How it comes about")),
    quantity="",
    price=words(N_("Effect")),
    amount=words(N_("Then")),
)
CANDIDATE_HEADS = LineHeads(
    item=words(N_("Looked at")),
    quantity="",
    extra=(words(N_("For")), words(N_("From"))),
    price="",
    amount=words(N_("Gives")),
)
WINS = Badge(words(N_("Counts")), Tone.GOOD)
QUALIFIES = Badge(words(N_("Beaten")), Tone.NEUTRAL, "minus-circle")
FAILS = Badge(words(N_("Does not fit")), Tone.NEUTRAL, "x-circle")


class NothingAsked(BusinessError):
    """No item was chosen."""

    about = ("item",)
    sentence = N_("Choose the item whose price you want to know.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the inquiry starts with; no party is everybody.

    `told` is what is known already of what is asked about: a line keeps the price it has.
    """

    side: Side = Side.SELL
    party: AgreementSide | None = None
    item: AgreementSide | None = None
    quantity: Decimal = Decimal(1)
    unit: str = ""
    on: date | None = None
    currency: str = ""
    told: str = ""


class PriceInquiry(AnswerWindow):
    """Asks and answers, again and again: Enter asks, Esc closes."""

    def __init__(
        self,
        tasks: TaskRunner,
        currencies: Sequence[str],
        sides: tuple[Side, ...],
        start: Asked,
        parent: QWidget,
    ) -> None:
        """`sides` are those the person may read."""
        super().__init__(words(N_("Ask for a price")), words(N_("Ask")), parent)
        self._tasks = tasks
        self.answer: PriceExplained | None = None
        self.headline = Text("", "display")
        self.how = Text("", "body", "muted", wraps=True)
        self.miss = Text("", "strong", "good", wraps=True)
        self.parts, self.candidates = LinesTable(), LinesTable()
        self.parts.setAccessibleName(words(N_("How the price comes about")))
        self.candidates.setAccessibleName(words(N_("Agreements that were looked at")))
        self._candidates_title = Text("", "strong")
        self._build_fields(tasks, currencies, sides, start)
        answers = (self.headline, self.how, self.miss, self.parts, self._candidates_title)
        self.lay_out(start.told, (*answers, self.candidates))
        fit_screen(self, 760, 820)
        first: QWidget = self.item if start.item is None else self.quantity
        if start.party is None:
            first = self.party
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        if start.item is not None:
            self.ask()

    def _build_fields(
        self,
        tasks: TaskRunner,
        currencies: Sequence[str],
        sides: tuple[Side, ...],
        start: Asked,
    ) -> None:
        offered = [each for each in SIDES if each[0] in sides]
        self.side = ChoiceField(offered, start.side)

        def find_account(session: Any, text: str) -> tuple[AgreementSide, ...]:
            return _ones(find_parties(session, wanted=text, side=self.side.code))

        def find_item(session: Any, text: str) -> tuple[AgreementSide, ...]:
            return _ones(find_item_sides(session, wanted=text))

        hint = words(N_("Name or number; empty is everybody"))
        self.party = SideField(tasks, words(N_("Party")), "party", find_account, hint=hint)
        self.item = SideField(
            tasks, words(N_("Item")), "item", find_item, hint=words(N_("Name or number"))
        )
        self.quantity = QuantityField(words(N_("Quantity")))
        self.unit = QLineEdit(start.unit)
        self.unit.setPlaceholderText(words(N_("The base unit")))
        self.on = DayField(words(N_("Day")), start.on)
        self.on.setPlaceholderText(words(N_("Today")))
        own = [("", words(N_("Their own"))), *((each, each) for each in currencies)]
        self.currency = ChoiceField(own, start.currency)
        self.party.start_with(start.party)
        self.item.start_with(start.item)
        self.quantity.set_value(start.quantity)
        for name, label, field in (
            ("side", words(N_("Side")), self.side),
            ("party", words(N_("Who")), self.party),
            ("item", words(N_("Item")), self.item),
            ("quantity", words(N_("Quantity")), self.quantity),
            ("unit", words(N_("Unit")), self.unit),
            ("on", words(N_("On the day")), self.on),
            ("currency", words(N_("Currency")), self.currency),
        ):
            field.setObjectName(name)
            self.form.add(name, label, field)
        self.side.currentIndexChanged.connect(lambda _index: self.party.start_with(None))

    def ask(self) -> None:
        """Read the price of what is typed."""
        self.begin()
        try:
            wanted = self._wanted()
        except BusinessError as error:
            self.refuse(error)
            return
        self._tasks.read(
            lambda session: price(session, **wanted),
            done=self._show,
            failed=self.refuse,
            key="price-inquiry",
            owner=self,
        )

    def _wanted(self) -> dict[str, Any]:
        """The arguments of the question. Raises: NothingAsked, NotFound, NotADay, NotANumber."""
        item, party = self.item.side, self.party.side
        if item is None:
            raise NothingAsked()
        wanted: dict[str, Any] = {
            "item": item.id,
            "side": self.side.code,
            "quantity": self.quantity.value() or Decimal(1),
            "unit": self.unit.text().strip() or None,
            "date": self.on.day(),
            "currency": self.currency.code or None,
        }
        if party is not None:
            wanted[party.kind] = party.id
        return wanted

    def _show(self, answer: PriceExplained) -> None:
        self.answer = answer
        self.headline.setText(headline(answer))
        self.how.setText(how(answer))
        self.miss.setText(miss(answer))
        parts = part_lines(answer)
        self.parts.show_lines(parts, PART_HEADS)
        candidates = candidate_lines(answer)
        self.candidates.show_lines(candidates, CANDIDATE_HEADS)
        many = counted(len(candidates), "agreement", "agreements")
        found = words(N_("There is no agreement about it."))
        if not self.party.text():
            found = words(N_("No agreement counts for everybody. Say who asks, to see theirs."))
        if candidates:
            found = words(N_("{agreements} looked at"), agreements=many)
        self._candidates_title.setText(found)
        for each, is_shown in (
            (self.headline, True),
            (self.how, True),
            (self.miss, bool(self.miss.text())),
            (self.parts, len(parts) > 1),
            (self._candidates_title, True),
            (self.candidates, bool(candidates)),
        ):
            each.setVisible(is_shown)


def asked_by_line(order: OrderDocument, line: DocumentLine) -> Asked:
    """The question that a line of an order asks: its customer, its quantity, its order's day."""
    return Asked(
        Side.SELL,
        AgreementSide("customer", order.customer_id, order.customer_number, order.customer, True),
        AgreementSide("item", line.item_id, line.item, line.name, True),
        line.unit_quantity,
        "" if line.unit == line.base_unit else line.unit,
        order.order_date,
        order.currency,
        words(
            N_(
                "The line comes to {amount} {currency}: {source}. Here is what it costs by the "
                "agreements as they are now."
            ),
            amount=write_money(line.amount, order.currency),
            currency=order.currency,
            source=", ".join(each.message() for each in line.price_words),
        ),
    )


def one_of(side: AgreementSide | None) -> AgreementSide | None:
    """An account or item to start with; a group is none."""
    return None if side is None or side.kind == "group" else side


def _ones(found: tuple[AgreementSide, ...]) -> tuple[AgreementSide, ...]:
    """Without groups: a price is asked for one account and one item."""
    return tuple(each for each in found if each.kind != "group")


# ---------------------------------------------------------------- as it is to be read


def headline(answer: PriceExplained) -> str:
    """The price: `36.00 USD per pc`."""
    if answer.net_price is None:
        return words(N_("No price"))
    net = write_price(_rounded(answer.net_price), answer.currency)
    return words(
        N_("{price} {currency} per {unit}"),
        price=net,
        currency=answer.currency,
        unit=answer.price_unit,
    )


def how(answer: PriceExplained) -> str:
    """Where it came from, in a sentence or two."""
    if answer.price is None:
        return words(
            N_("There is no agreement, no price book and no list price. Somebody has to type one.")
        )
    story = answer.explanation
    if story["agreement"] is not None:
        sentence = N_("The price is agreed: (no. {number}, {cell}).")
        if story["label"]:
            sentence = N_("The price is agreed: {label} (no. {number}, {cell}).")
        cell = cell_words(story["cell"], answer.side)
        said = [words(sentence, label=story["label"], number=story["agreement"], cell=cell)]
    elif answer.source == "price_book":
        said = [words(N_("It starts from the price book {name}."), name=story["label"])]
    else:
        said = [words(N_("It starts from the list price."))]
    if story["beaten_by_item_floor"] is not None:
        sentence = N_("The item's own list price is lower than no. {number}.")
        said.append(words(sentence, number=story["beaten_by_item_floor"]))
    if answer.list_price is not None and story["agreement"] is not None:
        price = write_price(answer.list_price, answer.currency)
        said.append(words(N_("The list price is {price}."), price=price))
    return " ".join(said)


def miss(answer: PriceExplained) -> str:
    """The nearest step that would make it better."""
    near = answer.explanation["nearest_miss"]
    if near is None:
        return ""
    better = write_price(Decimal(near["price"]), answer.currency)
    return words(
        N_("{more} {unit} more reach {better}."),
        more=write_number(Decimal(near["more"])),
        unit=near["unit"],
        better=better,
    )


def part_lines(answer: PriceExplained) -> tuple[LineRow, ...]:
    """The price in parts, each with what it takes off and what is left then."""
    left = Decimal(0)
    lines = []
    for number, part in enumerate(answer.parts):
        left += part.effect
        lines.append(
            LineRow(
                number,
                _part_title(part, answer.currency),
                (part.label, "" if part.kind is PartKind.PRICE else _on(part, answer.currency)),
                price="" if not number else write_price(part.effect, answer.currency),
                amount=write_price(_rounded(left), answer.currency),
            )
        )
    return tuple(lines)


def _part_title(part: PricePart, currency: str) -> str:
    if part.kind is PartKind.PRICE:
        return words(N_("Price"))
    if part.percent is not None:
        return words(N_("{percent} % off"), percent=write_number(part.percent))
    return words(N_("{amount} off"), amount=write_price(part.amount or Decimal(0), currency))


def _on(part: PricePart, currency: str) -> str:
    return words(N_("on {amount}"), amount=write_price(part.base, currency))


def candidate_lines(answer: PriceExplained) -> tuple[LineRow, ...]:
    """Every agreement that was looked at, with the reason it did or did not count."""
    lines = []
    for each, reason in zip(answer.explanation["candidates"], answer.reasons, strict=True):
        step = Decimal(each["from_quantity"])
        unit = each["unit"]
        lines.append(
            LineRow(
                each["agreement"],
                each["label"] or words(N_("no. {number}"), number=each["agreement"]),
                (reason,),
                extra=(
                    cell_words(each["cell"], answer.side),
                    f"{write_number(step)} {unit}".strip() if step else words(N_("any")),
                ),
                amount=worth(EffectKind(each["kind"]), Decimal(each["value"]), each["currency"]),
                badge=WINS if each["won"] else QUALIFIES if each["qualified"] else FAILS,
                source=each,
            )
        )
    return tuple(lines)


_PARTIES = {
    "account": {Side.SELL: N_("this customer"), Side.BUY: N_("this supplier")},
    "group": {Side.SELL: N_("its group"), Side.BUY: N_("its group")},
    "all": {Side.SELL: N_("everybody"), Side.BUY: N_("every supplier")},
}
_ITEMS = {"item": N_("this item"), "item group": N_("its group"), "all": N_("everything")}


def cell_words(word: str, side: Side) -> str:
    """The party and the item side a cell is for: `this customer, its group`."""
    party, item = word.split("+")
    return f"{words(_PARTIES[party][side])}, {words(_ITEMS[item])}"


def _rounded(value: Decimal) -> Decimal:
    return round(value, 6)
