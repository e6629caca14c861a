"""What other currencies are worth, day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.company import NewExchangeRate, set_exchange_rates
from app.queries.company import CurrencyRow, CurrencyWhole, KeptRate
from app.views import theme
from app.views.administration.topic import Topic, plain_heads
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.day_field import DayField
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.number_field import NumberField
from app.views.widgets.numbers import write_number
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import words, write_full_day

DECIMALS = 10
COUNTS = Badge(words(N_("Counts today")), Tone.GOOD)
COMING = Badge(words(N_("Coming")), Tone.INFO, "calendar-blank")


def _change(rate: KeptRate, before: KeptRate | None) -> str:
    """How a rate differs from the one before it."""
    if before is None:
        return words(N_("the first one"))
    percent = round((rate.rate / before.rate - 1) * 100, 2)
    if not percent:
        return words(N_("as before"))
    sentence = (
        N_("{percent} % more than before") if percent > 0 else N_("{percent} % less than before")
    )
    return words(sentence, percent=write_number(abs(percent)))


def worth(currency: str, rate: Decimal, own: str) -> str:
    """What one unit is worth: 1 EUR = 1.08 USD."""
    return words(
        N_("1 {currency} = {rate} {own}"), currency=currency, rate=write_number(rate), own=own
    )


class RateForm(Asking):
    """Asks for a rate: of a new currency, of another day, or how one day's is to be."""

    def __init__(
        self,
        own: str,
        today: date,
        currency: str,
        now: KeptRate | None,
        parent: QWidget,
    ) -> None:
        title = words(N_("Rate of a currency"))
        if now is not None:
            day = write_full_day(now.valid_from)
            title = words(N_("Rate of {currency} on {day}"), currency=currency, day=day)
        elif currency:
            title = words(N_("New rate of {currency}"), currency=currency)
        sentence = words(
            N_(
                "What one unit is worth in {own} from that day on. Orders and invoices keep the "
                "rate they were made with."
            ),
            own=own,
        )
        super().__init__(title, words(N_("Save")), sentence, parent)
        self.setMinimumWidth(theme.px(520))
        self._currency, self._now = currency, now
        if not currency:
            field = QLineEdit()
            field.setPlaceholderText("EUR")
            self.add("currency", words(N_("Currency")), field, is_wide=False)
        rate = NumberField(words(N_("Rate")), decimals=DECIMALS, suffix=own)
        rate.set_value(None if now is None else now.rate)
        self._rate = rate
        self.add("rate", words(N_("One unit is")), rate, is_wide=bool(currency and now))
        self._day = DayField(words(N_("From")), today if now is None else now.valid_from)
        if now is None:
            self.add("valid_from", words(N_("From")), self._day, is_wide=not currency)

    def values(self) -> dict[str, Any]:
        """`rate`, as it is to be kept. Raises: NothingTyped, DayMissing, NotADay …"""
        currency = self._currency
        if not currency:
            field = self.field("currency")
            assert isinstance(field, QLineEdit)
            currency = field.text().strip().upper()
        worth = self._rate.needed(words(N_("what one unit is worth")))
        day = self._day.needed(words(N_("first day")))
        return {"rate": NewExchangeRate(currency, worth, day)}


class RatesTopic(Topic):
    """Currencies with their rates."""

    kind = Kind.CURRENCY
    view = SavedView("rates", words(N_("Exchange rates")))
    seen_by = (Group.ADMIN, Group.ACCOUNTING)
    kept_by = (Group.ACCOUNTING,)
    nothing = Empty(
        words(N_("No other currency yet")),
        words(N_("A currency with a rate can be ordered and agreed in. N enters the first one.")),
        "coin",
    )
    new = words(N_("New currency"))

    def card(self, row: CurrencyRow) -> Card:
        since, amount = words(N_("not yet")), ""
        if row.rate is not None and row.valid_from is not None:
            amount = f"{write_number(row.rate)} {row.own}"
            since = words(N_("since {day}"), day=write_full_day(row.valid_from))
        badge = None
        if row.coming is not None:
            day = write_full_day(row.coming)
            badge = Badge(words(N_("From {day}"), day=day), Tone.INFO, "calendar-blank")
        return Card(row.id, amount, (since,), badge=badge)

    def model(self, shown: CurrencyWhole) -> DocumentModel:
        current = shown.current
        facts = [Fact(words(N_("Today")), words(N_("no rate yet")), Tone.ATTENTION)]
        if current is not None:
            back = round(1 / current.rate, 6)
            facts = [
                Fact(words(N_("Today")), worth(shown.currency, current.rate, shown.own)),
                Fact(words(N_("The other way")), worth(shown.own, back, shown.currency)),
                Fact(words(N_("Since")), write_full_day(current.valid_from)),
            ]
        notices: tuple[Notice, ...] = ()
        if current is None:
            sentence = words(
                N_("Orders in {currency} are refused until a rate counts."),
                currency=shown.currency,
            )
            notices = (Notice(sentence, Tone.ATTENTION),)
        return DocumentModel(
            shown.currency,
            subline=(words(N_("in {own}"), own=shown.own),),
            facts=tuple(facts),
            action=Action("rate", words(N_("New rate")), "Ctrl+Return", why_not=self.why_not),
            secondary=(Action("correct", words(N_("Correct a rate")), "E", why_not=self.why_not),),
            lines=tuple(
                self._line(each, before, shown)
                for each, before in zip_longest(shown.rates, shown.rates[1:])
            ),
            heads=plain_heads(
                words(N_("From")), words(N_("One {currency}"), currency=shown.currency)
            ),
            notices=notices,
        )

    def _line(self, rate: KeptRate, before: KeptRate | None, shown: CurrencyWhole) -> LineRow:
        badge = None
        if rate.valid_from > shown.today:
            badge = COMING
        elif rate is shown.current:
            badge = COUNTS
        return LineRow(
            rate.valid_from,
            write_full_day(rate.valid_from),
            (_change(rate, before),),
            amount=f"{write_number(rate.rate)} {shown.own}",
            badge=badge,
            source=rate,
        )

    def begin(self) -> None:
        self._ask(self.context.currency, "", None)

    def act(self, action: str, shown: CurrencyWhole) -> None:
        if action == "rate":
            self._ask(shown.own, shown.currency, None)
        elif action == "correct":
            line = self.desk.current_line()
            rate = line.source if line is not None else shown.rates[0]
            assert isinstance(rate, KeptRate)
            self._ask(shown.own, shown.currency, rate)

    def open_line(self, line: LineRow) -> None:
        if not self.why_not and isinstance(line.source, KeptRate):
            shown = self.desk.shown
            self._ask(shown.own, shown.currency, line.source)

    def _ask(self, own: str, currency: str, now: KeptRate | None) -> None:
        form = RateForm(own, self.desk.choices.today, currency, now, self.parent)

        def keep(values: dict[str, Any]) -> None:
            rate: NewExchangeRate = values["rate"]
            assert rate.valid_from is not None
            said = words(
                N_("{worth} from {day} on."),
                worth=worth(rate.currency, rate.rate, own),
                day=write_full_day(rate.valid_from),
            )
            self.control.carry_out(
                said,
                set_exchange_rates,
                goal=lambda saved: (Kind.CURRENCY, saved.currencies[0]),
                rates=(rate,),
            )

        self.desk.ask(form, keep)
