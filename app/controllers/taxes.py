"""The state of the taxes desk: which place, class or customer is open, and what is done there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject

from app.controllers.document_desk import DocumentController
from app.controllers.tasks import RunsVerbs, TaskRunner
from app.core.ids import Kind
from app.core.messages import N_, render
from app.operations.taxes import (
    NewJurisdiction,
    NewTaxRate,
    change_jurisdiction,
    change_tax_class,
    change_tax_exemption,
    change_tax_rate,
    create_jurisdiction,
    create_tax_class,
    create_tax_exemption,
    create_tax_rate,
    renew_tax_rate,
    set_customer_tax_class,
)
from app.queries.tax_desk import customer_taxes, tax_choices, tax_class_whole, tax_place
from app.rules.taxes import AccountTaxClass

_DAYS = ("valid_from", "valid_to")


class TaxesController(DocumentController):
    """Loads places, classes and customers, and runs the verbs of taxes.

    `counted` tells what the forms offer. `goal` is what the last command made or changed as the
    list shows it, where that is known before it is done; `words` says what it does.
    """

    def __init__(self, tasks: TaskRunner, runner: RunsVerbs, parent: QObject | None = None) -> None:
        super().__init__(
            tasks,
            runner,
            name="taxes",
            loads={
                Kind.JURISDICTION: lambda session, id: tax_place(session, jurisdiction=id),
                Kind.TAX_CLASS: lambda session, id: tax_class_whole(session, tax_class=id),
                Kind.CUSTOMER: lambda session, id: customer_taxes(session, customer=id),
            },
            counts=tax_choices,
            touched_by=(Kind.JURISDICTION, Kind.TAX_RATE, Kind.TAX_CLASS, Kind.CUSTOMER),
            parent=parent,
        )
        self.words = ""
        self.goal: Kind | tuple[Kind, int] | None = None

    def _run(
        self,
        words: str,
        function: Any,
        goal: Kind | tuple[Kind, int] | None = None,
        **arguments: Any,
    ) -> None:
        self.words, self.goal = words, goal
        self.do(function, **arguments)

    def create_place(self, wanted: NewJurisdiction) -> None:
        """Make a jurisdiction, and open it."""
        self._run(
            render(N_("{name} is there. Give it its rates."), {"name": wanted.name}),
            create_jurisdiction,
            Kind.JURISDICTION,
            jurisdiction=wanted,
        )

    def change_place(self, code: str, values: Mapping[str, Any]) -> None:
        """Change what a jurisdiction is called or covers."""
        self._run(
            render(N_("{code} is changed."), {"code": code}),
            change_jurisdiction,
            code=code,
            **values,
        )

    def create_class(self, values: Mapping[str, Any]) -> None:
        """Make a class of goods, and open it."""
        words = render(N_("The class {code} is there."), {"code": values["code"]})
        self._run(words, create_tax_class, Kind.TAX_CLASS, **values)

    def rename_class(self, code: str, values: Mapping[str, Any]) -> None:
        """Give a class of goods another name."""
        self._run(
            render(N_("The class {code} is renamed."), {"code": code}),
            change_tax_class,
            code=code,
            **values,
        )

    def create_rate(self, rate: NewTaxRate) -> None:
        """Make a rate."""
        words = render(
            N_("The rate {name} is kept. Orders take it from their next change on."),
            {"name": rate.name},
        )
        self._run(words, create_tax_rate, rate=rate)

    def change_rate(self, rate: int, values: Mapping[str, Any]) -> None:
        """Change a rate; a day that is None becomes open."""
        self._run(
            render(N_("The rate is changed.")),
            change_tax_rate,
            rate=rate,
            **_with_open_days(values),
        )

    def renew_rate(self, rate: int, percent: Decimal, valid_from: date, name: str) -> None:
        """Let a rate be another from a day on."""
        self._run(
            render(
                N_("{name} is {percent} % from {day} on."),
                {"name": name, "percent": percent, "day": valid_from},
            ),
            renew_tax_rate,
            rate=rate,
            percent=percent,
            valid_from=valid_from,
            name=name,
        )

    def end_rate(self, rate: int, last_day: date) -> None:
        """Let a rate end on a day."""
        self._run(
            render(N_("The rate ends on {last_day}."), {"last_day": last_day}),
            change_tax_rate,
            rate=rate,
            valid_to=last_day,
        )

    def exempt(self, customer: int, values: Mapping[str, Any]) -> None:
        """Keep a certificate of a customer, and open the customer."""
        self._run(
            render(
                N_("The certificate {certificate} is kept."), {"certificate": values["certificate"]}
            ),
            create_tax_exemption,
            (Kind.CUSTOMER, customer),
            customer=customer,
            **values,
        )

    def change_exemption(self, exemption: int, values: Mapping[str, Any]) -> None:
        """Change a certificate; a day that is None becomes open."""
        self._run(
            render(N_("The certificate is changed.")),
            change_tax_exemption,
            exemption=exemption,
            **_with_open_days(values),
        )

    def end_exemption(self, exemption: int, last_day: date) -> None:
        """Let a certificate end on a day."""
        self._run(
            render(N_("The certificate ends on {last_day}."), {"last_day": last_day}),
            change_tax_exemption,
            exemption=exemption,
            valid_to=last_day,
        )

    def classify(self, customer: int, account: AccountTaxClass | None) -> None:
        """Say which kind of buyer a customer is for tax."""
        self._run(
            render(N_("The kind of buyer is kept.")),
            set_customer_tax_class,
            (Kind.CUSTOMER, customer),
            customer=customer,
            account_tax_class=account,
        )


def _with_open_days(values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a changing verb: days that were emptied are to be cleared."""
    emptied = tuple(day for day in _DAYS if day in values and values[day] is None)
    return {name: each for name, each in values.items() if name not in emptied} | {"clear": emptied}
