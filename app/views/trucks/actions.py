"""What can be done with a trip, by its state and by who is asking: buttons, keys, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.actor import Actor, Group
from app.core.messages import N_
from app.queries.trip_document import TripDocument
from app.views.papers import PREVIEW
from app.views.widgets.action_button import Action
from app.views.widgets.wording import needs, words

NEXT_STEP = "Ctrl+Return"


@dataclass(frozen=True, slots=True)
class Rights:
    """Why somebody may not do what a role does; empty when they may."""

    floor: str
    dispatch: str
    manager: str


def rights_of(actor: Actor) -> Rights:
    """The rights of who works here."""

    def why_not(group: Group) -> str:
        return "" if actor.is_any(group) else needs(group)

    return Rights(why_not(Group.FLOOR), why_not(Group.DISPATCH), why_not(Group.MANAGER))


def has_ready(document: TripDocument) -> bool:
    """True when something of the trip waits on the dock and no hold stops it."""
    return any(order.on_dock > 0 and not order.is_stopped for order in document.orders)


def main_action(document: TripDocument, rights: Rights) -> Action | None:
    """The next sensible step."""
    if document.state == "planned":
        return Action("start", words(N_("Start loading")), NEXT_STEP, why_not=rights.dispatch)
    if document.state == "loading":
        if has_ready(document):
            return Action(
                "load-ready", words(N_("Load what is ready")), NEXT_STEP, why_not=rights.floor
            )
        return _depart(document, rights, NEXT_STEP)
    if document.state == "departed":
        return Action("return", words(N_("Truck is back")), NEXT_STEP, why_not=rights.dispatch)
    return None


def _depart(document: TripDocument, rights: Rights, shortcut: str) -> Action:
    is_empty = not any(order.on_truck for order in document.orders)
    why_not = rights.dispatch or (words(N_("nothing is on the truck")) if is_empty else "")
    return Action("depart", words(N_("Depart")), shortcut, why_not=why_not)


def side_actions(document: TripDocument, rights: Rights) -> tuple[Action, ...]:
    """What stands beside it."""
    if document.state == "planned":
        return (
            Action("add", words(N_("Add orders")), "Ins", why_not=rights.dispatch),
            Action("load-sheet", words(N_("Load sheet")), "Ctrl+L"),
        )
    if document.state == "loading":
        loading = (
            Action("load", words(N_("Load")), "F3", why_not=rights.floor),
            Action("unload", words(N_("Unload")), "F4", why_not=rights.floor),
        )
        if has_ready(document):
            return (*loading, _depart(document, rights, "F7"))
        return loading
    if document.state in ("departed", "returned"):
        return (
            Action("came-back", words(N_("Goods back")), "F6", why_not=rights.dispatch),
            Action("manifest", words(N_("Manifest")), "Ctrl+P"),
        )
    return ()


def more_actions(document: TripDocument, rights: Rights) -> tuple[Action, ...]:
    """The rest, in the menu."""
    actions: list[Action] = []
    if document.state in ("planned", "loading"):
        actions += [
            Action("change", words(N_("Truck, driver, date, dock …")), why_not=rights.dispatch),
            Action("earlier", words(N_("Stop earlier (Ctrl+Up)")), why_not=rights.dispatch),
            Action("later", words(N_("Stop later (Ctrl+Down)")), why_not=rights.dispatch),
            Action("remove", words(N_("Take the order off (Del)")), why_not=rights.dispatch),
        ]
    if document.state == "loading":
        actions += [
            Action("add", words(N_("Add orders …")), why_not=rights.dispatch),
            Action("load-sheet", words(N_("Load sheet"))),
            Action("stop", words(N_("Stop loading")), why_not=rights.dispatch),
        ]
    if document.state in ("planned", "loading"):
        actions += [
            Action("preview-load-sheet", words(N_("Preview the load sheet")), PREVIEW.shortcut),
            Action("manifest", words(N_("Manifest"))),
            Action("preview-manifest", words(N_("Preview the manifest"))),
            Action("cancel", words(N_("Cancel the trip")), why_not=rights.dispatch),
        ]
    if document.state in ("departed", "returned"):
        back = document.state == "returned"
        why_not = rights.manager or (words(N_("the truck is back")) if back else "")
        actions += [
            Action("preview-manifest", words(N_("Preview the manifest")), PREVIEW.shortcut),
            Action("load-sheet", words(N_("Load sheet"))),
            Action("preview-load-sheet", words(N_("Preview the load sheet"))),
            Action("undo-back", words(N_("Take back what came back")), why_not=rights.manager),
            Action("undepart", words(N_("Take the departure back")), why_not=why_not),
        ]
    if document.orders:
        actions.append(Action("open-order", words(N_("Open the order"))))
    return tuple(actions)
