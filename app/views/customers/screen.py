"""What the customers desk shows and asks."""

from __future__ import annotations

from app.core.ids import Kind
from app.queries.customers import customer, customers
from app.views.customers.asking import FORMS
from app.views.customers.showing import card, customer_model
from app.views.records import RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView

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
