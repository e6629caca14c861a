"""Every verb there is, by name: what the command line, the importers and the log call them."""

from __future__ import annotations

from app.operations import allocation, orders, packing, picking, staging, stock, trucks
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
    allocation.allocate_order,
    allocation.allocate_orders,
    allocation.release_order,
    allocation.release_line,
    picking.make_picklist,
    picking.pick_line,
    picking.pick_all,
    picking.pick_order,
    picking.short_pick,
    staging.stage,
    staging.stage_carton,
    staging.restage,
    staging.unstage,
    packing.open_carton,
    packing.box,
    packing.undo_box,
    packing.close_carton,
    packing.reopen_carton,
    packing.finish,
    packing.unpack,
    trucks.plan_trip,
    trucks.add_to_trip,
    trucks.start_loading,
    trucks.load,
    trucks.unload,
    trucks.depart,
    trucks.cancel_trip,
)

VERBS: dict[str, Verb] = {verb.name: verb for verb in map(verb_of, _OPERATIONS)}
