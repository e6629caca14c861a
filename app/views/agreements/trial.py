"""Drafts tried on the orders of a past period: the difference for each customer, and in sum."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from PySide6.QtWidgets import (
    QWidget,
)

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError
from app.core.messages import N_
from app.queries.agreements import AgreementChoices
from app.queries.price_simulation import PriceSimulation, TriedCustomer, price_simulation
from app.views.agreements.answer_window import AnswerWindow
from app.views.widgets.day_field import DayField
from app.views.widgets.lines_table import LineHeads, LineRow, LinesTable
from app.views.widgets.numbers import write_money, write_number
from app.views.widgets.screen import fit_screen
from app.views.widgets.text import Text
from app.views.widgets.wording import counted, words, write_full_day

DAYS_TRIED = 90


class TrialWindow(AnswerWindow):
    """Asks for a period and shows what the drafts would have changed: Enter tries, Esc closes."""

    def __init__(
        self,
        tasks: TaskRunner,
        choices: AgreementChoices,
        drafts: tuple[int, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(words(N_("Try drafts on past orders")), words(N_("Try")), parent)
        self._tasks, self._drafts = tasks, drafts
        self.answer: PriceSimulation | None = None
        self.since = DayField(words(N_("First day")), choices.today - timedelta(days=DAYS_TRIED))
        self.until = DayField(words(N_("Last day")), choices.today)
        self.form.add("since", words(N_("Orders from")), self.since)
        self.form.add("until", words(N_("To")), self.until)
        self.headline = Text("", "title")
        self.about = Text("", "body", "muted", wraps=True)
        self.table = LinesTable()
        self.table.setAccessibleName(words(N_("Difference by customer")))
        many = counted(len(drafts), "draft", "drafts")
        self.lay_out(
            words(
                N_(
                    "{drafts} counted on every day of the period, in place of what would be "
                    "replaced. Prices that somebody typed stay. Nothing is changed by trying."
                ),
                drafts=many,
            ),
            (self.headline, self.about, self.table),
        )
        fit_screen(self, 820, 640)
        self.ask()

    def ask(self) -> None:
        """Try the drafts on the period that is typed; an open end is today."""
        self.begin()
        try:
            since, until = self.since.day(), self.until.day()
        except BusinessError as error:
            self.refuse(error)
            return
        if since is None or until is None:
            self.messages.show_wrong(words(N_("Type the first and the last day of the period.")))
            return
        drafts = self._drafts
        self.headline.setText(words(N_("Trying …")))
        self.headline.show()
        self._tasks.read(
            lambda session: price_simulation(session, drafts=drafts, since=since, until=until),
            done=self._show,
            failed=self.refuse,
            key="price-trial",
            owner=self,
        )

    def refuse(self, error: Exception) -> None:
        self.headline.setText("")
        super().refuse(error)

    def _show(self, answer: PriceSimulation) -> None:
        self.answer = answer
        self.headline.setText(headline(answer))
        self.about.setText(about(answer))
        lines = table_lines(answer)
        self.table.show_lines(lines, heads(answer))
        self.about.show()
        self.table.setVisible(bool(lines))


def headline(answer: PriceSimulation) -> str:
    """What it comes to in sum."""
    difference = answer.total.difference
    if not answer.customers:
        return words(N_("No order would have cost anything else."))
    money = f"{write_money(abs(difference), answer.currency)} {answer.currency}"
    if not difference:
        return words(N_("Some pay more, others less; in sum it is the same."))
    sentence = N_("{money} less revenue")
    if difference > 0:
        sentence = N_("{money} more revenue")
    return words(sentence, money=money)


def about(answer: PriceSimulation) -> str:
    """How much was looked at."""
    orders = counted(answer.orders, "order", "orders")
    lines = counted(answer.lines, "line", "lines")
    said = words(
        N_(
            "{orders} with {lines} from {since} to {until} looked at; "
            "{others} would have had another price."
        ),
        orders=orders,
        lines=lines,
        since=write_full_day(answer.since),
        until=write_full_day(answer.until),
        others=counted(answer.total.lines, "line", "lines"),
    )
    if answer.without_cost:
        unknown = counted(
            answer.without_cost, "line has no cost known.", "lines have no cost known."
        )
        said = f"{said} {unknown}"
    return said


def heads(answer: PriceSimulation) -> LineHeads:
    """The heads of the table; margins only for those who may read costs."""
    margins: tuple[str, ...] = ()
    if answer.total.cost is not None:
        margins = (words(N_("Margin before")), words(N_("Margin after")))
    return LineHeads(
        item=words(N_("Customer")),
        quantity="",
        extra=(words(N_("Before")), words(N_("After")), *margins),
        price="",
        amount=words(N_("Difference")),
    )


def table_lines(answer: PriceSimulation) -> tuple[LineRow, ...]:
    """One line a customer, the sum first."""
    if not answer.customers:
        return ()
    many = counted(len(answer.customers), "customer", "customers")
    total = _line(answer, answer.total, words(N_("Together, {customers}"), customers=many))
    return (total, *(_line(answer, each, each.name) for each in answer.customers))


def _line(answer: PriceSimulation, one: TriedCustomer, title: str) -> LineRow:
    currency = answer.currency
    margins: tuple[str, ...] = ()
    if one.margin_before is not None and one.margin_after is not None:
        margins = tuple(
            _margin(margin, revenue)
            for margin, revenue in (
                (one.margin_before, one.before),
                (one.margin_after, one.after),
            )
        )
    sign = "+" if one.difference > 0 else ""
    return LineRow(
        one.customer_id,
        title,
        (one.number, counted(one.orders, "order", "orders"), counted(one.lines, "line", "lines")),
        extra=(write_money(one.before, currency), write_money(one.after, currency), *margins),
        amount=f"{sign}{write_money(one.difference, currency)}",
    )


def _margin(margin: Decimal, revenue: Decimal) -> str:
    """The margin as a share of the revenue."""
    return f"{write_number(round(margin / revenue * 100, 1))} %" if revenue else "–"
