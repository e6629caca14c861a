"""What the search found, as rows of the finder."""

from __future__ import annotations

from app.core.ids import Kind
from app.core.messages import N_
from app.queries.search import Found
from app.views.widgets.found_list import FinderRow
from app.views.widgets.wording import words

_SECTION: dict[Kind, tuple[str, str]] = {
    Kind.CUSTOMER: (words(N_("Customers")), "users"),
    Kind.ITEM: (words(N_("Items")), "package"),
    Kind.ORDER: (words(N_("Orders")), "shopping-cart"),
    Kind.CARTON: (words(N_("Cartons")), "cube"),
    Kind.INVOICE: (words(N_("Invoices")), "receipt"),
    Kind.TRIP: (words(N_("Trips")), "truck"),
    Kind.PICKLIST: (words(N_("Picklists")), "hand-grabbing"),
}


def as_finder_row(found: Found) -> FinderRow:
    """One thing found, under its section; its target is what was found."""
    section, icon = _SECTION.get(found.kind, (found.kind.value.capitalize(), "circle"))
    is_known_by_number = found.kind in (Kind.ORDER, Kind.CARTON)
    title, sub = (found.code, found.name) if is_known_by_number else (found.name, "")
    return FinderRow(
        section,
        title,
        sub,
        "" if is_known_by_number else found.code,
        icon,
        found,
        found.is_exact,
    )
