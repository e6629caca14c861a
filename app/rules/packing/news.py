"""What another person changed of an order while it is being packed, in sentences."""

from __future__ import annotations

from app.core.messages import N_
from app.rules.packing.picture import PackOrder
from app.rules.scanning import Remark
from app.rules.scanning.scan import remark

_WANTED = N_("{item}: {now} are wanted now, not {before}.")
_NEW = N_("{item} is new on the order: {now} wanted.")
_GONE = N_("{item} is no longer on the order.")
_HELD = N_("The order is on hold now ({hold}): {why}.")
_RELEASED = N_("The order is no longer on hold.")
_STATE = N_("The order is {state} now.")
_SHIP_TO = N_("It goes to {place} now.")
_DELIVERY = N_("It leaves by {delivery} now.")
_LANE = N_("Its lane is {lane} now.")
_COMPLETE = N_("It ships complete now.")
_STALE = N_("The label of carton {number} is wrong now: print it again with F9.")
_COMMENTS = N_("Its comment is now: {comment}")


def changes_between(before: PackOrder, after: PackOrder) -> tuple[Remark, ...]:
    """What changed of the order itself; goods that moved only change the counts."""
    news: list[Remark] = []
    old = {line.id: line for line in before.lines}
    for line in after.lines:
        item = after.items[line.item_id].number
        was = old.pop(line.id, None)
        if was is None:
            news.append(remark(_NEW, item=item, now=line.wanted))
        elif was.wanted != line.wanted:
            news.append(remark(_WANTED, item=item, now=line.wanted, before=was.wanted))
    news += [remark(_GONE, item=before.items[line.item_id].number) for line in old.values()]
    if after.is_stopped and not before.is_stopped:
        news.append(remark(_HELD, hold=after.hold or "", why=after.hold_reason or "?"))
    elif before.is_stopped and not after.is_stopped:
        news.append(remark(_RELEASED))
    if after.state != before.state and not after.is_all_gone:
        news.append(remark(_STATE, state=after.state))
    if after.ship_to != before.ship_to:
        news.append(remark(_SHIP_TO, place=after.ship_to))
    if after.delivery != before.delivery:
        news.append(remark(_DELIVERY, delivery=after.delivery))
    if after.lane != before.lane and after.delivery_kind == "own_truck":
        news.append(remark(_LANE, lane=after.lane or "?"))
    if after.ship_complete and not before.ship_complete:
        news.append(remark(_COMPLETE))
    if after.comments != before.comments:
        news.append(remark(_COMMENTS, comment=after.comments))
    known = {carton.id for carton in before.cartons if carton.is_label_stale}
    news += [
        remark(_STALE, number=carton.number)
        for carton in after.cartons
        if carton.is_label_stale and carton.id not in known
    ]
    return tuple(news)
