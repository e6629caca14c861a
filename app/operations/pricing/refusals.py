"""What can be wrong with agreements and price books, as sentences."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class PartyUnclear(BusinessError):
    """More than one party, or one of the other side."""

    sentence = N_(
        "An agreement of the {side} side is with one {party}, one account group, or everybody. "
        "Name at most one of them."
    )


class ItemSideUnclear(BusinessError):
    """An item and an item group."""

    sentence = N_("An agreement is about one item, one item group, or everything. Name one.")


class PriceNeedsItem(BusinessError):
    """A unit price for more than one item, or for an order."""

    sentence = N_("A price is for one item. Name the item, or agree a discount instead.")


class OrderLevelUnclear(BusinessError):
    """Item, unit or quantity on a discount for whole orders."""

    sentence = N_(
        "A discount on whole orders knows no item, unit or quantity, only an amount from which "
        "it counts. Leave those out, or make it a discount on lines."
    )


class AmountStepOfOrders(BusinessError):
    """An amount step on a line agreement."""

    sentence = N_("Steps of amounts are for whole orders. Give a quantity instead.")


class EndBeforeStart(BusinessError):
    """The last day before the first."""

    sentence = N_("The last day {valid_to} is before the first day {valid_from}. Exchange them.")


class UnitNotOfItem(BusinessError):
    """A unit the item does not have."""

    sentence = N_("{item} has no unit {unit}. Use one of: {units}.")


class AgreementsOverlap(BusinessError):
    """Two active records of the same key at the same time. `other` is the id of the other."""

    sentence = N_(
        "For {what} from {step} there is already an active record {name} ({period}) with the same "
        "priority. End that one first, or give this one a higher priority."
    )


class OverlapsInList(BusinessError):
    """Two records of one list that would overlap."""

    sentence = N_(
        "Records {one} and {other} of this list are for the same thing at the same time: {what} "
        "from {step}. Keep one of them, or give one a higher priority."
    )


class SellSideIsTheManagers(BusinessError):
    """Purchasing makes what we buy for, not what we sell for."""

    sentence = N_("What we sell for is agreed by a manager. Ask one to {verb}.")


class NotADraft(BusinessError):
    """Only drafts."""

    sentence = N_("Record {agreement} is {state}; this can be done to a draft only.")


class NoPercentage(BusinessError):
    """A mass change that changes nothing or takes everything."""

    about = ("percent",)
    sentence = N_(
        "A change of {percent} % is not possible: use more than -100 and at most {most}, not 0."
    )


class EndsBeforeItStarted(BusinessError):
    """An end before the record counts at all."""

    about = ("last_day",)
    sentence = N_(
        "Record {agreement} starts on {valid_from}, after {last_day}. "
        "Deactivate it instead of ending it."
    )


class NothingToCopyTo(BusinessError):
    """A copy that would be the same record again."""

    sentence = N_("A copy needs another party, item, first day or priority.")


class PricedTwice(BusinessError):
    """Two prices of one thing in what is written into a book together."""

    sentence = N_(
        "{book} is given two prices of {item} per {unit} in {currency}. Keep one of them."
    )


class BookAlreadyStandard(BusinessError):
    """A second standard book."""

    sentence = N_(
        "{book} is the standard price book already. Deactivate it first, or make a custom one."
    )
