"""Every verb there is, by name: what the command line, the importers and the log call them."""

from __future__ import annotations

from app.operations import orders, stock
from app.operations.run import Verb, verb_of

_OPERATIONS = (
    orders.enter_order,
    orders.add_lines,
    orders.change_line,
    orders.remove_line,
    orders.add_charge,
    orders.remove_charge,
    orders.change_order,
    orders.add_note,
    orders.confirm_order,
    orders.cancel_order,
    orders.cancel_line,
    orders.reopen_order,
    orders.hold_order,
    orders.release_hold,
    stock.receive,
    stock.open_stock,
    stock.adjust,
    stock.transfer,
)

VERBS: dict[str, Verb] = {verb.name: verb for verb in map(verb_of, _OPERATIONS)}
