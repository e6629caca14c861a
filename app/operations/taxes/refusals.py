"""What can be wrong with taxes, as sentences."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class TaxRateTwice(BusinessError):
    """Two rates for one jurisdiction, class of goods, class of account and day."""

    sentence = N_(
        "{jurisdiction} has a rate for class {tax_class} ({account}) already: {name} {percent} %, "
        "{period}. End that one first; or, when both are to be taken, give this one another name "
        "and sequence number."
    )


class PlaceTwice(BusinessError):
    """Two jurisdictions of one level for the same place."""

    about = ("country", "region", "postal_from", "postal_to")
    sentence = N_(
        "{place} belongs to the jurisdiction {code} ({name}) already. "
        "Add the rate there, or choose another place."
    )


class PostalRangeUnclear(BusinessError):
    """A range of postal codes with one end, or with its ends exchanged."""

    about = ("postal_from", "postal_to")
    sentence = N_(
        "The postal codes from {postal_from} to {postal_to} are no range: "
        "give both ends, the lower one first."
    )
