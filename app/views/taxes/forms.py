"""The forms of the taxes desk: places, classes, rates, certificates, last days."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.controllers.tasks import TaskRunner
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.taxes import NewJurisdiction, NewTaxRate
from app.queries.orders.entry import find_things
from app.queries.tax_desk import CustomerTaxes, TaxChoices, TaxClassWhole, TaxPlace
from app.queries.taxes import Exemption, RateRow
from app.views import theme
from app.views.taxes.showing import ACCOUNTS, percent_words
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.day_field import DayField
from app.views.widgets.found_list import FinderRow
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.number_field import NumberField
from app.views.widgets.wording import words

BUYERS = [(code, words.capitalize()) for code, words in ACCOUNTS.items()]


def _number(asking: Asking, name: str, what: str) -> Decimal:
    field = asking.field(name)
    assert isinstance(field, NumberField)
    return field.needed(what)


def _percent(now: Decimal | None = None) -> NumberField:
    field = NumberField(words(N_("Percent")), decimals=4, suffix="%")
    field.set_value(now)
    return field


class PlaceForm(Asking):
    """Asks for a jurisdiction: a country, a region of it, or a range of postal codes."""

    def __init__(self, choices: TaxChoices, now: TaxPlace | None, parent: QWidget) -> None:
        title = words(N_("New place")) if now is None else words(N_("Change {name}"), name=now.name)
        sentence = words(
            N_(
                "A country, a region of it, or a range of postal codes. "
                "What is left empty is all of it."
            )
        )
        super().__init__(title, words(N_("Save")), sentence, parent)
        self.setMinimumWidth(theme.px(560))
        self._now = now
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit(), is_wide=False)
        self.add(
            "name", words(N_("Name")), QLineEdit(now.name if now else ""), is_wide=now is not None
        )
        if now is None:
            self.add("country", words(N_("Country")), QLineEdit(choices.country), is_wide=False)
        region = QLineEdit(now.region if now else "")
        region.setPlaceholderText(words(N_("All of it")))
        self.add("region", words(N_("Region")), region, is_wide=now is not None)
        for name, label in (
            ("postal_from", words(N_("Postal codes from"))),
            ("postal_to", words(N_("to"))),
        ):
            field = QLineEdit(getattr(now, name, ""))
            field.setPlaceholderText(words(N_("All of them")))
            self.add(name, label, field, is_wide=False)

    def values(self) -> dict[str, Any]:
        """`place`, a new one; or what is changed, by the names of `change_jurisdiction`."""
        typed = super().values()
        if self._now is None:
            return {"place": NewJurisdiction(**typed)}
        return {name: value for name, value in typed.items() if value != getattr(self._now, name)}


class ClassForm(Asking):
    """Asks for a class of goods."""

    def __init__(self, now: TaxClassWhole | None, parent: QWidget) -> None:
        title = (
            words(N_("New class of goods"))
            if now is None
            else words(N_("Rename {code}"), code=now.code)
        )
        super().__init__(title, words(N_("Save")), "", parent)
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit())
        self.add("name", words(N_("Name")), QLineEdit(now.name if now else ""))


class RateForm(Asking):
    """Asks for a rate of a place: a new one, or how one is to be."""

    def __init__(
        self, place: TaxPlace, choices: TaxChoices, now: RateRow | None, parent: QWidget
    ) -> None:
        title = (
            words(N_("New rate in {name}"), name=place.name)
            if now is None
            else words(N_("Change {name}"), name=now.name)
        )
        sentence = ""
        if now is not None:
            sentence = words(
                N_(
                    "On goods of class {tax_class}, for {accounts}. When the law changes, do not "
                    "change the rate: take Another percent, from a day on."
                ),
                tax_class=now.tax_class,
                accounts=ACCOUNTS[now.account_tax_class],
            )
        super().__init__(title, words(N_("Save")), sentence, parent)
        self.setMinimumWidth(theme.px(600))
        self._place, self._now = place, now
        name = QLineEdit(now.name if now else _usual_name(place))
        self.add("name", words(N_("Name, as it is printed")), name, is_wide=False)
        self.add(
            "percent", words(N_("Percent")), _percent(now.percent if now else None), is_wide=False
        )
        if now is None:
            classes = ChoiceField(choices.classes)
            self.add("tax_class", words(N_("On goods of class")), classes, is_wide=False)
            self.add(
                "account_tax_class", words(N_("For")), ChoiceField(BUYERS, None), is_wide=False
            )
        sequence = NumberField(words(N_("Order")), decimals=0)
        sequence.set_value(Decimal(now.sequence if now else 1))
        self.add("sequence", words(N_("Order, when there are several")), sequence, is_wide=False)
        compound = QCheckBox(words(N_("Taken on the taxes before it too")))
        compound.setChecked(now.is_compound if now else False)
        self.add("is_compound", words(N_("Compound")), compound, is_wide=False)
        first = now.valid_from if now else None
        self.add(
            "valid_from",
            words(N_("First day")),
            DayField(words(N_("First day")), first),
            is_wide=False,
        )
        last = DayField(words(N_("Last day")), now.valid_to if now else None)
        self.add("valid_to", words(N_("Last day")), last, is_wide=False)

    def values(self) -> dict[str, Any]:
        """`rate`, a new one; or what is changed, by the names of `change_tax_rate`."""
        typed = super().values()
        typed["percent"] = _number(self, "percent", words(N_("the percent; 0 taxes nothing")))
        typed["sequence"] = int(_number(self, "sequence", words(N_("the order, 1 for the first"))))
        if self._now is None:
            return {"rate": NewTaxRate(jurisdiction=self._place.code, **typed)}
        return {name: value for name, value in typed.items() if value != getattr(self._now, name)}


def _usual_name(place: TaxPlace) -> str:
    """What the taxes of a place are called: as its last one is."""
    return place.rates[-1].name if place.rates else ""


class RenewForm(Asking):
    """Asks for the percent a rate has from a day on."""

    def __init__(self, rate: RateRow, choices: TaxChoices, parent: QWidget) -> None:
        super().__init__(
            words(N_("{name}: another percent"), name=rate.name),
            words(N_("Save")),
            words(
                N_("{percent} ends the day before; orders of before keep it."),
                percent=percent_words(rate.percent),
            ),
            parent,
        )
        percent = _percent()
        self.add("percent", words(N_("Percent from then on")), percent, is_wide=False)
        self._first = DayField(words(N_("First day")), choices.today + timedelta(days=1))
        self.add("valid_from", words(N_("First day")), self._first, is_wide=False)
        self._name, self._rate = QLineEdit(rate.name), rate
        self._offered = rate.name
        self.add("name", words(N_("Name, as it is printed")), self._name)
        percent.textChanged.connect(lambda _typed: self._rename(percent))

    def _rename(self, percent: NumberField) -> None:
        """A name that has the percent in it, `VAT 20 %`, follows what is typed; one's own stays."""
        if self._name.text() != self._offered:
            return
        try:
            typed = percent.value()
        except BusinessError:
            return
        new = self._rate.percent if typed is None else typed
        told = percent_words(self._rate.percent)
        self._offered = self._rate.name.replace(told, percent_words(new))
        self._name.setText(self._offered)

    def values(self) -> dict[str, Any]:
        """The arguments of `renew_tax_rate`."""
        return {
            "percent": _number(self, "percent", words(N_("the percent from then on"))),
            "valid_from": self._first.needed(words(N_("first day"))),
            "name": super().values()["name"],
        }


class CertificateForm(Asking):
    """Asks for a certificate: of a customer, of one to be found, or how one is to be."""

    def __init__(
        self,
        tasks: TaskRunner,
        choices: TaxChoices,
        customer: CustomerTaxes | None,
        now: Exemption | None,
        parent: QWidget,
    ) -> None:
        title = (
            words(N_("Customer without tax"))
            if customer is None
            else words(N_("Certificate of {name}"), name=customer.name)
        )
        sentence = words(N_("Between these days the customer pays no tax; both days count."))
        super().__init__(title, words(N_("Save")), sentence, parent)
        self._customer, self._now = customer, now
        if customer is None:
            self.add("customer", words(N_("Customer")), _customer_field(tasks, self))
        certificate = QLineEdit(now.certificate if now else "")
        self.add("certificate", words(N_("Certificate")), certificate)
        first = now.valid_from if now else choices.today
        self.add(
            "valid_from",
            words(N_("First day")),
            DayField(words(N_("First day")), first),
            is_wide=False,
        )
        last = DayField(words(N_("Expires, last day")), now.valid_to if now else None)
        self.add("valid_to", words(N_("Expires, last day")), last, is_wide=False)

    def values(self) -> dict[str, Any]:
        """`customer` and what is typed; of a change only what is different."""
        typed = super().values()
        if self._now is not None:
            return {
                name: value for name, value in typed.items() if value != getattr(self._now, name)
            }
        chosen = typed.pop("customer", None)
        if self._customer is not None:
            chosen = self._customer.id
        elif chosen is None:
            raise NotFound(what="customer", value="without a number")
        return {"customer": chosen, "values": typed}


def _customer_field(tasks: TaskRunner, parent: QWidget) -> FormLookup:
    def look_up(session: Any, text: str) -> list[FinderRow]:
        return [
            FinderRow(
                words(N_("Customers")),
                each.name,
                code=each.code,
                icon="users",
                target=each.id,
                is_exact=each.is_exact,
            )
            for each in find_things(session, kind=Kind.CUSTOMER, wanted=text)
        ]

    field = FormLookup(
        tasks, look_up, words(N_("Customer")), hint=words(N_("Name or number")), parent=parent
    )
    field.what = "customer"
    return field


class BuyerForm(Asking):
    """Asks which kind of buyer a customer is for tax."""

    def __init__(self, customer: CustomerTaxes, parent: QWidget) -> None:
        super().__init__(
            words(N_("{name}: kind of buyer"), name=customer.name),
            words(N_("Save")),
            words(N_("Decides which rates are paid where a place has rates for one kind only.")),
            parent,
        )
        buyers = [(None, words(N_("Not told apart"))), *BUYERS[1:]]
        field = ChoiceField(buyers, customer.account_tax_class)
        self.add("account", words(N_("Kind of buyer")), field)
