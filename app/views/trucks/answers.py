"""What a verb on a trip came to, as a sentence. Several lines have no sum: units differ."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.controllers.document_desk import Together
from app.core.messages import N_
from app.operations.floor import Moved
from app.operations.printing import PrintAsked
from app.operations.trucks import (
    CameBack,
    Departed,
    ReturnTakenBack,
    TripChanged,
    add_to_trip,
    cancel_trip,
    load,
    move_stop,
    remove_from_trip,
    return_trip,
    start_loading,
    stop_loading,
    undepart,
)
from app.views.widgets.numbers import write_number
from app.views.widgets.wording import counted, words

_CHANGED: dict[Callable[..., Any], str] = {
    start_loading: N_("{trip} is being loaded."),
    stop_loading: N_("{trip} is no longer being loaded."),
    add_to_trip: N_("The orders are on {trip}."),
    move_stop: N_("A stop of {trip} is moved."),
    remove_from_trip: N_("The order is off {trip}. It can go on another trip."),
    undepart: N_("{trip} has not departed: its goods are on the truck again."),
    return_trip: N_("The truck of {trip} is back."),
    cancel_trip: N_("{trip} does not take place."),
}


def size(quantity: Decimal, lines: int) -> str:
    """How much: of one line its quantity, of several how many lines they are."""
    return write_number(quantity) if lines == 1 else counted(lines, "line", "lines")


def sentence(result: Any, did: Callable[[Callable[..., Any]], bool]) -> str:
    """What came of it; `did` says whether a verb was the one asked for."""
    if isinstance(result, Together):
        moved = [each for each in result.results if isinstance(each, Moved)]
        if moved:
            orders = counted(len({id for each in moved for id in each.orders}), "order", "orders")
            return words(N_("{orders} loaded."), orders=orders)
        return " ".join(sentence(each, did) for each in result.results)
    if isinstance(result, Moved):
        goods = size(result.quantity, result.lines)
        if did(load):
            return words(N_("{goods} loaded."), goods=goods)
        return words(N_("{goods} unloaded, to {place}."), goods=goods, place=result.place)
    if isinstance(result, Departed):
        return _departed(result)
    if isinstance(result, CameBack):
        goods = size(result.returned, result.lines)
        if not result.cancelled:
            back = N_("{shipment}: {goods} came back.")
        elif result.cancelled == result.returned:
            back = N_("{shipment}: {goods} came back and is no longer wanted.")
        else:
            back = N_("{shipment}: {goods} came back; part of it is no longer wanted.")
        return words(back, shipment=result.shipment, goods=goods)
    if isinstance(result, ReturnTakenBack):
        goods = size(result.quantity, result.lines)
        return words(
            N_("{shipment}: {goods} did not come back."), shipment=result.shipment, goods=goods
        )
    if isinstance(result, PrintAsked):
        return words(N_("It is being printed."))
    assert isinstance(result, TripChanged)
    changed = next((said for verb, said in _CHANGED.items() if did(verb)), N_("{trip} is changed."))
    return words(changed, trip=result.number)


def _departed(result: Departed) -> str:
    shipments = counted(len(result.shipments), "shipment", "shipments")
    behind = len({each.order for each in result.left_behind})
    if not behind:
        return words(
            N_("{trip} departed with {shipments}."), trip=result.number, shipments=shipments
        )
    return words(
        N_("{trip} departed with {shipments}. Something of {orders} stayed behind, see below."),
        trip=result.number,
        shipments=shipments,
        orders=counted(behind, "order", "orders"),
    )
