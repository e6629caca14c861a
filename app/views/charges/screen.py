"""What the charges desk shows and asks."""

from __future__ import annotations

from functools import partial

from app.controllers.tasks import TaskRunner
from app.core.ids import Kind
from app.core.messages import N_
from app.queries.charge_desk import charge_rule_shown, charge_rules_shown
from app.views.charges.asking import deeds, forms
from app.views.charges.showing import card, rule_model
from app.views.records import RecordScreen
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.wording import words

VIEWS = (
    SavedView("counting", words(N_("Counting"))),
    SavedView("ending", words(N_("Ending soon"))),
    SavedView("over", words(N_("Over or off"))),
    SavedView("all", words(N_("All"))),
)


def screen(tasks: TaskRunner) -> RecordScreen:
    """The charges desk; its forms look customers and items up."""
    return RecordScreen(
        Kind.CHARGE_RULE,
        words(N_("Charges")),
        VIEWS,
        charge_rules_shown,
        lambda session, id: charge_rule_shown(session, rule=id),
        card,
        rule_model,
        Empty(
            words(N_("No charges here")),
            words(N_("Make one with N, or import them: orderwright import charges FILE")),
            "coin",
        ),
        Empty(
            words(N_("Nothing chosen")),
            words(N_("Choose a charge to see who pays it, on what and when.")),
            "coin",
        ),
        forms(tasks),
        touched_by=(Kind.TAX_CLASS,),
        deeds=partial(deeds, tasks),
        filter_hint=words(N_("Filter by code, name, customer or item")),
    )
