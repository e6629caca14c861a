"""The customers desk."""

from __future__ import annotations

from app.core.ids import Kind
from app.queries.customers import customer, customers
from app.views.customers.asking import FORMS
from app.views.customers.showing import card, customer_model
from app.views.desk_context import DeskContext
from app.views.records import RecordDesk, RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.rail import Desk

SCREEN = RecordScreen(
    Kind.CUSTOMER,
    "Customers",
    (SavedView("active", "Active"), SavedView("all", "All")),
    customers,
    lambda session, id: customer(session, customer=id),
    card,
    customer_model,
    Empty("No customers yet", "Import them: orderwright import customers FILE", "users"),
    Empty("Nothing chosen", "Choose a customer to see addresses and open orders.", "users"),
    FORMS,
    touched_by=(Kind.ORDER, Kind.INVOICE),
)


def desk(context: DeskContext) -> Desk:
    """The customers desk for the window's rail."""
    return Desk("customers", "Records", "Customers", "users", lambda: RecordDesk(context, SCREEN))
