"""What the charges desk shows and asks."""

from __future__ import annotations

from functools import partial

from app.controllers.tasks import TaskRunner
from app.core.ids import Kind
from app.queries.charge_desk import charge_rule_shown, charge_rules_shown
from app.views.charges.asking import deeds, forms
from app.views.charges.showing import card, rule_model
from app.views.records import RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView

VIEWS = (
    SavedView("counting", "Counting"),
    SavedView("ending", "Ending soon"),
    SavedView("over", "Over or off"),
    SavedView("all", "All"),
)


def screen(tasks: TaskRunner) -> RecordScreen:
    """The charges desk; its forms look customers and items up."""
    return RecordScreen(
        Kind.CHARGE_RULE,
        "Charges",
        VIEWS,
        charge_rules_shown,
        lambda session, id: charge_rule_shown(session, rule=id),
        card,
        rule_model,
        Empty(
            "No charges here",
            "Make one with N, or import them: orderwright import charges FILE",
            "coin",
        ),
        Empty("Nothing chosen", "Choose a charge to see who pays it, on what and when.", "coin"),
        forms(tasks),
        touched_by=(Kind.TAX_CLASS,),
        deeds=partial(deeds, tasks),
        filter_hint="Filter by code, name, customer or item",
    )
