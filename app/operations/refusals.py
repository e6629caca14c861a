"""What the database refuses, as sentences for people.

The constraints are the last word; operations check first and say it better. When two people
race, or somebody comes by another way, the refusal comes from here.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.core.errors import BusinessError, NotFound, NotPermitted
from app.core.messages import N_
from app.core.money import NumberTooLarge
from app.database.refusals import NotWriting

_RETRY = {"40001", "40P01"}


class RefusedByDatabase(BusinessError):
    """A rule held by the database itself said no."""

    sentence = N_("The database refused this: {reason}. Nothing was changed.")


class NotGranted(NotPermitted):
    """The login has no grant for what was to be written or read."""

    sentence = N_(
        "Your login has no right to do this ({reason}). Nothing was changed; "
        "ask a colleague with the role for it, or an administrator to grant it."
    )


class BreaksRule(BusinessError):
    """A rule of one table, known by its name alone."""

    sentence = N_(
        "This would break a rule of the records: {record}, {rule}. Nothing was changed; "
        "look for a value that cannot be meant."
    )


class StillNeeded(BusinessError):
    """Something else names it."""

    sentence = N_(
        "It cannot go while something else names it ({record}). Nothing was changed; "
        "change that first, or set this inactive."
    )


class AlreadyThere(BusinessError):
    """A number or code that must be used once."""

    sentence = N_(
        "{value} is in use already: somebody else has just taken it. Choose another, or look at "
        "what has it."
    )


class TookTooLong(BusinessError):
    """The statement ran into its time limit, or waited too long for somebody else."""

    sentence = N_(
        "This took too long because somebody else is working on the same goods. "
        "Nothing was changed; try again."
    )


class StockWasTaken(BusinessError):
    """Two people reached for the same goods."""

    about = ("quantity",)
    sentence = N_(
        "Somebody else took or promised these goods a moment ago. "
        "Nothing was changed; look at the stock again."
    )


class MoreThanWanted(BusinessError):
    """The sum of what is promised and packed would exceed what the line wants."""

    about = ("quantity",)
    sentence = N_(
        "This would be more than the order line wants. "
        "Raise the wanted quantity first, or take less."
    )


class InvoicedMoreThanDelivered(BusinessError):
    """What is invoiced must have been delivered."""

    sentence = N_(
        "This would leave more invoiced than delivered. Credit the invoice first, then un-pack."
    )


class GivesMoneyBack(BusinessError):
    """An invoice whose total is below nothing."""

    sentence = N_(
        "An invoice gives nothing back: its total cannot be below 0. What the customer is to get "
        "back is a credit."
    )


class PostedNeverChanges(BusinessError):
    """A posted invoice."""

    sentence = N_("A posted invoice never changes. Credit it instead.")


class AgreementMeanwhile(BusinessError):
    """Two people agreed on the same thing in the same moment."""

    about = ("valid_from",)
    sentence = N_(
        "There is an active agreement for the same party, item, unit, step and time already. "
        "Nothing was changed; look at the agreements again."
    )


class GroupInsideItself(BusinessError):
    """Groups that would stand inside each other."""

    about = ("parent",)
    sentence = N_("{reason}. Choose another group above it.")


class NothingThere(BusinessError):
    """A place with no such goods."""

    sentence = N_("There is nothing of this item to take there. Look at the stock again.")


class LotNotUsable(BusinessError):
    """Lot missing, wrong, blocked or expired."""

    sentence = N_("{reason}. Choose another lot, or unblock it first.")


class TaxRateMeanwhile(BusinessError):
    """Somebody else made a rate for the same jurisdiction, class and days."""

    about = ("valid_from",)
    sentence = N_(
        "The jurisdiction has a rate for this class, sequence or name on these days already. "
        "Look at its rates again, and end one before the other starts."
    )


class PlaceTaken(BusinessError):
    """Two jurisdictions of one level for the same place."""

    about = ("country", "region", "postal_from", "postal_to")
    sentence = N_(
        "Another jurisdiction of the same level covers this place already. "
        "Add the rate there, or choose another place."
    )


class ChargeRuleMeanwhile(BusinessError):
    """Somebody else made a rule for just the same."""

    about = ("valid_from",)
    sentence = N_(
        "There is a charge rule for just these and these days already. "
        "Look at the rules again, and end one before the other starts."
    )


class TextTooLarge(BusinessError):
    """A text that is looked up, and longer than any index holds."""

    sentence = N_(
        "A number, code or name here is far too long. Nothing was changed; look for what was "
        "pasted by mistake."
    )


class CommandGivenBefore(BusinessError):
    """A command's identity was used for something else before."""

    sentence = N_("This command's identity was used for something else before. Give it anew.")


class TruckBusyMeanwhile(BusinessError):
    """Two people opened the truck's doors for two trips in the same moment."""

    about = ("truck",)
    sentence = N_(
        "Somebody else has just begun to load this truck for another trip. "
        "Let that one depart or stop it first."
    )


_BY_STATE: dict[str, type[BusinessError]] = {
    "OW004": CommandGivenBefore,
    "OW012": StockWasTaken,
    "OW013": NothingThere,
    "OW030": PostedNeverChanges,
    "22003": NumberTooLarge,
    "22021": NotWriting,
    "22P05": NotWriting,
    "54000": TextTooLarge,
    "57014": TookTooLong,
    "55P03": TookTooLong,
}
_OTHERS = {"23514", "2201W", "2201X"}
"""Checks without a sentence of their own, read or not; less than no rows of a list."""
_KEY = re.compile(r"\((?P<columns>[^()]*)\)=\((?P<values>.*)\)")
"""What a detail says of a key, in any language of the server: (number)=(C-7)."""
_NOT_THERE = re.compile(
    r"Key (\(.*\)=\((?P<value>.*)\) )?is not present in table \"(?P<table>\w+)\""
)
"""The value is left out for those who may not read all of the row."""
_BY_CONSTRAINT: dict[str, type[BusinessError]] = {
    "ck_stock_balance_allocated_within_on_hand": StockWasTaken,
    "ck_stock_balance_allocated_not_negative": StockWasTaken,
    "ck_sales_order_line_not_more_than_wanted_and_tolerance": MoreThanWanted,
    "ck_sales_order_line_not_more_than_wanted_unless_boxed": MoreThanWanted,
    "ck_sales_order_line_invoiced_within_delivered": InvoicedMoreThanDelivered,
    "ck_invoice_asks_for_money": GivesMoneyBack,
    "ex_trade_agreement_overlap": AgreementMeanwhile,
    "ex_tax_rate_one_a_day": TaxRateMeanwhile,
    "ex_tax_rate_once_by_name": TaxRateMeanwhile,
    "ex_tax_jurisdiction_postal": PlaceTaken,
    "uq_tax_jurisdiction_country_region": PlaceTaken,
    "uq_trip_one_loading": TruckBusyMeanwhile,
    "ex_charge_rule_one_a_day": ChargeRuleMeanwhile,
}


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def is_worth_retrying(error: DBAPIError) -> bool:
    """True for serialization failures and deadlocks; never for refusals."""
    return _sqlstate(error) in _RETRY


def is_number_of_station_taken(error: DBAPIError) -> bool:
    """Another program at the same station has counted on meanwhile."""
    diagnostic = getattr(error.orig, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    return bool(name == "uq_command_station_station_sequence")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _of_reference(diagnostic: Any) -> BusinessError:
    """An id of nothing, or something that cannot go because something else names it."""
    detail = getattr(diagnostic, "message_detail", None) or ""
    absent = _NOT_THERE.search(detail)
    if absent:
        nothing = NotFound(what=_words(absent["table"]), value=absent["value"] or "of that number")
        nothing.about += _arguments(diagnostic)
        return nothing
    return StillNeeded(record=_words(getattr(diagnostic, "table_name", None) or ""))


def _arguments(diagnostic: Any) -> tuple[str, ...]:
    """What a key of one column is called as an argument of verbs.

    Who may not read all of the row is not told its columns; then the name of the key says it.
    """
    key = _KEY.search(getattr(diagnostic, "message_detail", None) or "")
    table = getattr(diagnostic, "table_name", None) or ""
    name = getattr(diagnostic, "constraint_name", None) or ""
    column = key["columns"] if key else re.sub(rf"^(uq|fk)_{table}_", "", name)
    return (column.removesuffix("_id"),) if column.isidentifier() else ()


def _taken(diagnostic: Any) -> BusinessError:
    """A number, code or the like that somebody else took in the same moment."""
    key = _KEY.search(getattr(diagnostic, "message_detail", None) or "")
    value = key["values"] if key else "That number or code"
    return AlreadyThere(value=value).naming(*_arguments(diagnostic))


def refusal(error: DBAPIError) -> BusinessError | None:
    """The sentence for a refusal by the database; None when it is a fault of the program."""
    state = _sqlstate(error)
    diagnostic = getattr(error.orig, "diag", None)
    reason = getattr(diagnostic, "message_primary", None) or str(error.orig)
    constraint = getattr(diagnostic, "constraint_name", None)
    if constraint in _BY_CONSTRAINT:
        return _BY_CONSTRAINT[constraint]()
    if state in _BY_STATE:
        return _BY_STATE[state]()
    if state == "42501":
        return NotGranted(reason=reason)
    if state == "23505":
        return _taken(diagnostic)
    if state == "23503":
        return _of_reference(diagnostic)
    if state == "23514" and constraint and constraint.startswith("ck_"):
        table = getattr(diagnostic, "table_name", None) or ""
        rule = constraint.removeprefix(f"ck_{table}_")
        return BreaksRule(record=_words(table), rule=_words(rule))
    if state == "OW050":
        return GroupInsideItself(reason=reason)
    if state == "OW011":
        return LotNotUsable(reason=reason)
    if state is not None and (state.startswith("OW") or state in _OTHERS):
        return RefusedByDatabase(reason=reason)
    return None
