"""Asking for a price from the desk of a record: of this item, or for this customer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.actor import Group
from app.core.messages import N_
from app.queries.agreements import AgreementSide
from app.queries.customers import CustomerDocument
from app.queries.items import ItemDocument
from app.views.desk_context import DeskContext
from app.views.records import RecordWindow
from app.views.widgets.action_button import Action
from app.views.widgets.wording import words

_ASK = Action("price", words(N_("Ask for a price")), "F9")
_READERS = (Group.SALES, Group.PURCHASING, Group.ACCOUNTING)


def _ask_price_of(context: DeskContext, item: ItemDocument, parent: QWidget) -> None:
    """Open the price inquiry with an item: for whom, and how many, is still to be typed."""
    _ask(context, None, AgreementSide("item", item.id, item.number, item.name, True), parent)


def _ask_price_for(context: DeskContext, customer: CustomerDocument, parent: QWidget) -> None:
    """Open the price inquiry with a customer: of what is still to be typed."""
    party = AgreementSide("customer", customer.id, customer.number, customer.name, True)
    _ask(context, party, None, parent)


def _ask(
    context: DeskContext, party: AgreementSide | None, item: AgreementSide | None, parent: QWidget
) -> None:
    # Loaded when it is first asked for: it brings the agreements desk's parts with it.
    from app.views.agreements.inquiry import Asked, PriceInquiry
    from app.views.agreements.showing import readable_sides

    start = Asked(party=party, item=item)
    sides = readable_sides(context.actor)
    PriceInquiry(context.tasks, (context.currency,), sides, start, parent).open()


PRICE_OF_ITEM = RecordWindow(_ASK, _READERS, _ask_price_of)
PRICE_FOR_CUSTOMER = RecordWindow(_ASK, _READERS, _ask_price_for)
