"""Why a price is what it is: the decision as plain data, and its reasons as sentences.

The data are stored with an order line as JSON. `version` is raised when their shape changes;
whoever reads them looks at it first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.core.messages import N_, plain, render
from app.core.money import round_half_away
from app.rules.pricing.agreements import Agreement, EffectKind
from app.rules.pricing.choosing import PRICE_DECIMALS, missing, obstacle
from app.rules.pricing.decision import Decision, decide
from app.rules.pricing.question import Asked, Reason, Verdict

VERSION = 2
MISSES_TRIED = 8
"""How many steps not reached are looked at for the nearest one that would help."""

SENTENCES: dict[Reason | None, str] = {
    None: N_("This is what the line gets."),
    Reason.NOT_CONCERNED: N_("It is for another account or another item."),
    Reason.NOT_ACTIVE: N_("It is not active: {state}."),
    Reason.GROUP_INACTIVE: N_("Its group is not active."),
    Reason.NOT_YET: N_("It starts on {valid_from}."),
    Reason.EXPIRED: N_("It ended on {valid_to}."),
    Reason.OTHER_CURRENCY: N_("It is in {currency}."),
    Reason.OTHER_UNIT: N_("It counts for lines in {unit} only."),
    Reason.BELOW_STEP: N_("It starts at {from_quantity} {unit}: {missing} more reach it."),
    Reason.LOWER_PRIORITY: N_("Another record of its cell has a higher priority."),
    Reason.HIGHER_STEP: N_("A higher step of the ladder is reached."),
    Reason.OTHER_UNIT_FIRST: N_("Another record is in the line's own unit."),
    Reason.NEARER_GROUP: N_("Another group is nearer."),
    Reason.BETTER_GROUP: N_("Another group's record is better."),
    Reason.OLDER_RECORD: N_("An older record says the same."),
    Reason.EARLIER_CELL: N_("A more specific agreement was found."),
    Reason.LARGER_DISCOUNT: N_("Another discount is larger."),
    Reason.STOPPED: N_("A more specific agreement says stop."),
    Reason.ITEM_FLOOR: N_("The item's own list price is lower."),
    Reason.NO_PRICE: N_("There is no price to take it off."),
}
"""What became of a candidate, for people."""


def explanation_of(decision: Decision) -> dict[str, Any]:
    """The whole story of a price as JSON-able data; numbers are text, so none is rounded."""
    winner = decision.winner
    found: dict[str, Any] = {
        "version": VERSION,
        "source": decision.source.value,
        "label": decision.label,
        "price": _number(decision.price),
        "price_unit": decision.price_unit,
        "list_price": _number(decision.list_price),
        "net_price": _number(decision.net),
        "rule": list(decision.rule),
        "agreement": winner.id if winner else None,
        "cell": winner.cell.word if winner else None,
        "beaten_by_item_floor": decision.beaten.id if decision.beaten else None,
        "candidates": [_candidate(each) for each in in_order(decision)],
        "discounts": [
            {
                "agreement": each.agreement.id,
                "label": each.agreement.name,
                "cell": each.agreement.cell.word,
                "percent": _number(each.percent),
                "amount": _number(each.amount),
                "base": _number(each.base),
                "effect": _number(each.effect),
            }
            for each in decision.discounts
        ],
        "nearest_miss": nearest_miss(decision),
    }
    return found


def in_order(decision: Decision) -> list[Verdict]:
    """The verdicts as they are read: prices before discounts, cell by cell, step by step."""
    return sorted(
        decision.verdicts,
        key=lambda v: (
            v.agreement.kind is not EffectKind.PRICE,
            v.agreement.cell,
            not v.won,
            v.agreement.from_quantity,
            v.agreement.id,
        ),
    )


def nearest_miss(decision: Decision) -> dict[str, Any] | None:
    """The fewest more base units that would make the price better, and what it would be then."""
    if decision.net is None:
        return None
    asked, known = decision.asked, decision.candidates
    missed = [each for each in known if obstacle(asked, each) is Reason.BELOW_STEP]
    missed.sort(key=lambda each: (missing(asked, each), each.cell, each.id))
    for each in missed[:MISSES_TRIED]:
        more = missing(asked, each)
        then = decide(asked.and_more(more), known)
        # Prices may be per different units: compared per base unit.
        net, now = then.net, decision.net
        if net is not None and net * decision.price_factor < now * then.price_factor:
            return {
                "agreement": each.id,
                "label": each.name,
                "more": _number(more),
                "unit": asked.item.base_unit,
                "price": _number(net),
                "price_unit": then.price_unit,
            }
    return None


def sentence_of(asked: Asked, verdict: Verdict, language: str | None = None) -> str:
    """Why a candidate did or did not price the line, as a sentence."""
    agreement = verdict.agreement
    values = {
        **agreement._asdict(),
        "unit": agreement.unit or asked.item.base_unit,
        "missing": verdict.missing,
        "state": agreement.state.value,
    }
    return render(SENTENCES[verdict.reason], values, language)


def _candidate(verdict: Verdict) -> dict[str, Any]:
    return {
        **_record(verdict.agreement),
        "qualified": verdict.qualified,
        "won": verdict.won,
        "reason": verdict.reason.value if verdict.reason else None,
        "missing": _number(verdict.missing) if verdict.reason is Reason.BELOW_STEP else None,
    }


def _record(agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement": agreement.id,
        "label": agreement.name,
        "reference": agreement.reference,
        "kind": agreement.kind.value,
        "cell": agreement.cell.word,
        "value": plain(agreement.value),
        "currency": agreement.currency,
        "unit": agreement.unit,
        "from_quantity": plain(agreement.from_quantity),
        "from_amount": plain(agreement.from_amount),
        "valid_from": agreement.valid_from.isoformat() if agreement.valid_from else None,
        "valid_to": agreement.valid_to.isoformat() if agreement.valid_to else None,
        "priority": agreement.priority,
        "state": agreement.state.value,
    }


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    return plain(round_half_away(value, PRICE_DECIMALS))
