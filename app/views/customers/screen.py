"""What the customers desk shows and asks."""

from __future__ import annotations

from app.core.ids import Kind
from app.core.messages import N_
from app.queries.customers import customer, customers
from app.views.agreements.asking_price import PRICE_FOR_CUSTOMER
from app.views.customers.asking import FORMS
from app.views.customers.showing import card, customer_model
from app.views.records import RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.wording import words

SCREEN = RecordScreen(
    Kind.CUSTOMER,
    words(N_("Customers")),
    (SavedView("active", words(N_("Active"))), SavedView("all", words(N_("All")))),
    customers,
    lambda session, id: customer(session, customer=id),
    card,
    customer_model,
    Empty(
        words(N_("No customers yet")),
        words(N_("Import them: orderwright import customers FILE")),
        "users",
    ),
    Empty(
        words(N_("Nothing chosen")),
        words(N_("Choose a customer to see addresses and open orders.")),
        "users",
    ),
    FORMS,
    touched_by=(Kind.ORDER, Kind.INVOICE, Kind.AGREEMENT),
    windows=(PRICE_FOR_CUSTOMER,),
)
