"""The form of a customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.actor import Group
from app.core.messages import N_
from app.operations.partners import (
    ChangedAddress,
    CustomerChange,
    NewCustomer,
    PartnerAddress,
    change_customer,
    create_customer,
)
from app.queries.customers import (
    CustomerAddress,
    CustomerChoices,
    CustomerDocument,
    customer_choices,
)
from app.rules.orders import BackorderPolicy
from app.views import theme
from app.views.customers.showing import POLICY
from app.views.records import RecordForms
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.wording import words

NONE = (None, words(N_("none")))
WORDS = {
    "contact": words(N_("Contact")),
    "phone": words(N_("Phone")),
    "email": words(N_("Email")),
}
CHOSEN = ("group", "terms", "delivery_mode")
ADDRESS = {
    "street": words(N_("Street")),
    "city": words(N_("City")),
    "region": words(N_("Region")),
    "postal_code": words(N_("Postal code")),
    "country": words(N_("Country")),
}


def ask(parent: QWidget, choices: CustomerChoices, now: CustomerDocument | None) -> Asking:
    """Asks for a customer: a new one, or how one is to be."""
    title = words(N_("New customer")) if now is None else words(N_("Change {name}"), name=now.name)
    asking = Asking(title, words(N_("Save")), parent=parent)
    asking.setMinimumWidth(theme.px(620))
    if now is None:
        asking.add("number", words(N_("Number")), QLineEdit(), is_wide=False)
    asking.add("name", words(N_("Name")), QLineEdit(now.name if now else ""), is_wide=False)
    for name, label in WORDS.items():
        asking.add(name, label, QLineEdit(getattr(now, name, "")), is_wide=False)
    offers = (choices.groups, choices.terms, choices.delivery_modes)
    labels = (words(N_("Group")), words(N_("Terms")), words(N_("Delivery")))
    for name, label, offer in zip(CHOSEN, labels, offers, strict=True):
        code = getattr(now, f"{name}_code", None) or None
        asking.add(name, label, ChoiceField([NONE, *offer], code), is_wide=False)
    policies = [(BackorderPolicy(code), policy) for code, policy in POLICY.items()]
    policy = BackorderPolicy(now.backorder_policy) if now else BackorderPolicy.KEEP
    asking.add(
        "backorder_policy",
        words(N_("What is short is")),
        ChoiceField(policies, policy),
        is_wide=False,
    )
    address = _main_address(now)
    for name, label in ADDRESS.items():
        asking.add(name, label, QLineEdit(getattr(address, name, "")), is_wide=False)
    return asking


def _main_address(now: CustomerDocument | None) -> CustomerAddress | None:
    return now.addresses[0] if now is not None and now.addresses else None


def verb(
    values: dict[str, Any], now: CustomerDocument | None
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """What is to be done with what was typed."""
    typed = {name: values[name] for name in ("name", *WORDS, *CHOSEN, "backorder_policy")}
    lines: dict[str, Any] = {name: values[name] for name in ADDRESS}
    if now is None:
        addresses = (PartnerAddress(**lines),) if any(lines.values()) else ()
        new = NewCustomer(number=values["number"], **typed, addresses=addresses)
        return create_customer, {"customer": new}
    arguments: dict[str, Any] = {
        "customer": now.id,
        "change": CustomerChange(**{name: value or None for name, value in typed.items()}),
        "clear": tuple(name for name in (*WORDS, *CHOSEN) if not typed[name]),
    }
    old = _main_address(now)
    if old is None:
        if any(lines.values()):
            arguments["add_addresses"] = (PartnerAddress(**lines),)
    elif any(lines[name] != getattr(old, name) for name in ADDRESS):
        kept: dict[str, Any] = {
            "name": old.name,
            "is_bill_to": old.is_bill_to,
            "is_ship_to": old.is_ship_to,
        }
        changed = ChangedAddress(old.id, PartnerAddress(**lines, **kept))
        arguments["change_addresses_to"] = (changed,)
    return change_customer, arguments


FORMS = RecordForms(Group.SALES, customer_choices, ask, verb, lambda saved: int(saved.customer_id))
