"""What happened to an order, in the words of the business: from the command log and the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.messages import N_, plain
from app.queries.orders.progress import Said

NEWEST = 200
"""How many happenings a document shows; the log has them all."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, newest first; `station` is empty for a person's own desk."""

    at: datetime
    who: str
    station: str
    verb: str
    said: Said


_PLAIN: Mapping[str, str] = {
    "enter_order": N_("entered the order"),
    "import_rows": N_("brought the order in from a file"),
    "add_lines": N_("added lines"),
    "change_line": N_("changed a line"),
    "remove_line": N_("took a line off"),
    "add_charge": N_("added a charge"),
    "remove_charge": N_("took a charge off"),
    "change_charge": N_("changed a charge"),
    "reprice_order": N_("found the prices anew"),
    "change_order": N_("changed how the order is handled"),
    "confirm_order": N_("confirmed the order"),
    "cancel_order": N_("cancelled what was open"),
    "cancel_line": N_("cancelled the rest of a line"),
    "reopen_order": N_("brought the order back as a draft"),
    "hold_order": N_("put the order on hold"),
    "release_hold": N_("released the hold"),
    "allocate_order": N_("allocated what was available"),
    "allocate_orders": N_("allocated what was available"),
    "allocate_wave": N_("allocated what was available"),
    "release_order": N_("released what was allocated"),
    "release_line": N_("released what was allocated to a line"),
    "reallocate": N_("moved allocated goods between orders"),
    "adjust": N_("corrected the stock; what was allocated there is free again"),
    "count_bin": N_("counted a bin; what was allocated there and is missing is free again"),
    "block_lots": N_("blocked a lot of which some is allocated here: nobody picks or packs it"),
    "unblock_lots": N_("let a blocked lot go of which some is allocated here"),
    "make_picklist": N_("made picklist {document}"),
    "short_pick": N_("found less in the bin than was to be picked"),
    "say_short": N_("said at the bench that goods are missing"),
    "open_carton": N_("opened a carton"),
    "change_carton_type": N_("took another kind of carton"),
    "close_carton": N_("closed a carton"),
    "reopen_carton": N_("opened a closed carton again"),
    "plan_trip": N_("planned the order on trip {document}"),
    "add_to_trip": N_("put the order on trip {document}"),
    "remove_from_trip": N_("took the order off trip {document}"),
    "cancel_trip": N_("cancelled trip {document}"),
    "start_loading": N_("began to load trip {document}"),
    "stop_loading": N_("stopped loading trip {document}"),
    "invoice_order": N_("made invoice {document}"),
    "invoice_orders": N_("made invoice {document}"),
    "post_invoice": N_("posted invoice {document}"),
    "delete_draft_invoice": N_("threw a draft invoice away"),
}
_UNNAMED: Mapping[str, str] = {
    "make_picklist": N_("made a picklist"),
    "plan_trip": N_("planned the order on a trip"),
    "add_to_trip": N_("put the order on a trip"),
    "remove_from_trip": N_("took the order off a trip"),
    "cancel_trip": N_("cancelled a trip"),
    "start_loading": N_("began to load a trip"),
    "stop_loading": N_("stopped loading a trip"),
    "undo_come_back": N_("took back that {goods} came back from the customer"),
    "depart": N_("sent {goods} off on a trip"),
    "undepart": N_("took a departure back: {goods}"),
    "unpack": N_("un-packed {goods}"),
    "invoice_order": N_("made an invoice"),
    "invoice_orders": N_("made an invoice"),
    "post_invoice": N_("posted an invoice"),
}
"""Where the document has no number yet, is gone, or is not for this person to read."""
_MOVED: Mapping[str, str] = {
    "pick_line": N_("picked {goods} to {place}"),
    "pick_order": N_("picked {goods} to {place}"),
    "pick_all": N_("picked {goods} to {place}"),
    "short_pick": N_("picked {goods} to {place}; there was no more in the bin"),
    "stage": N_("staged {goods} in {place}"),
    "stage_carton": N_("staged a carton with {goods} in {place}"),
    "restage": N_("moved {goods} to {place}"),
    "undo_stage": N_("took a staging back: {goods} to {place}"),
    "unstage": N_("brought {goods} back to {place}"),
    "box": N_("put {goods} into a carton"),
    "undo_box": N_("took {goods} out of a carton"),
    "load": N_("loaded {goods} on {place}"),
    "unload": N_("unloaded {goods} to {place}"),
    "undepart": N_("took the departure of trip {document} back: {goods}"),
    "come_back": N_("took {goods} back from the customer to {place}"),
    "depart": N_("sent {goods} off on trip {document}"),
    "finish": N_("brought {goods} to {place}"),
    "unpack": N_("un-packed {goods} of shipment {document}"),
}
_NOTED: Mapping[str, str] = {
    "add_note": N_("noted: {note}"),
    "cancel_order": N_("cancelled what was open: {note}"),
    "cancel_line": N_("cancelled {note}"),
    "add_lines": N_("added {note}"),
    "change_line": N_("changed {note}"),
    "remove_line": N_("took {note} off"),
    "change_order": N_("changed {note}"),
    "add_charge": N_("added {note}"),
    "change_charge": N_("changed {note}"),
    "remove_charge": N_("took {note} off"),
    "hold_order": N_("put the order on hold: {note}"),
    "release_hold": N_("released the hold: {note}"),
}
"""These leave words that say of what, or why."""
_TOLD = ("release_order", "release_line", "reallocate", "say_short")
"""These leave a sentence that says it all; what other verbs leave stands beside what they did."""
_DOCUMENT: Mapping[str, tuple[str, ...]] = {
    "make_picklist": ("picklist",),
    "plan_trip": ("trip",),
    "add_to_trip": ("trip",),
    "cancel_trip": ("trip",),
    "remove_from_trip": ("trip",),
    "undepart": ("trip",),
    "start_loading": ("trip",),
    "stop_loading": ("trip",),
    "depart": ("trip",),
    "finish": ("shipment",),
    "unpack": ("shipment",),
    "invoice_order": ("invoice",),
    "invoice_orders": ("invoice",),
    "post_invoice": ("invoice",),
}

_MOVED_BY_TRUCK = ("depart", "undepart", "come_back")
_PACKED = N_("packed {goods}, shipment {document}")
_PACKED_UNNAMED = N_("packed {goods}")
"""What any command at the bench did that let goods leave, by whatever key it was given."""

_HAPPENED = text("""
    WITH happened AS MATERIALIZED (
        SELECT e.id, e.command_id, e.touched, c.verb, c.happened_at, c.entered_at, c.operator,
               coalesce(s.name, c.station, '') AS station
          FROM event_touch t JOIN event e ON e.id = t.event_id
          JOIN command c ON c.id = e.command_id
          LEFT JOIN station s ON s.code = c.station
         WHERE t.kind = 'order' AND t.subject_id = :order
         ORDER BY e.id DESC LIMIT :newest),
    moved AS (
        SELECT DISTINCT ON (g.command_id) g.command_id, g.reason = 'pack' AS is_packed,
               sum(g.quantity) AS quantity, count(DISTINCT g.item) AS items,
               min(g.item) AS item, min(g.unit) AS unit, string_agg(DISTINCT g.place, ', ') AS place
          FROM (SELECT m.command_id, m.reason, i.number AS item, i.base_unit AS unit,
                       p.code AS place, m.quantity
                  FROM happened h
                  JOIN stock_move m ON m.command_id = h.command_id
                  JOIN sales_order_line l ON l.id = m.order_line_id AND l.order_id = :order
                  JOIN item i ON i.id = m.item_id
                  JOIN location p ON p.id = m.to_location_id) g
         GROUP BY g.command_id, g.reason
         ORDER BY g.command_id, g.reason = 'pack' DESC, g.reason)
    SELECT h.happened_at AS at, coalesce(o.name, h.operator) AS who, h.station, h.verb,
           NULL AS note,
           m.is_packed, m.quantity, m.items, m.item, m.unit, m.place,
           (SELECT jsonb_agg(x) FROM jsonb_array_elements(h.touched) x
             WHERE x ->> 0 IN ('picklist', 'trip', 'shipment', 'invoice')) AS touched, h.id
      FROM happened h
      LEFT JOIN person o ON o.login = h.operator
      LEFT JOIN moved m ON m.command_id = h.command_id
     WHERE h.verb <> ALL (:noted)
        OR NOT EXISTS (SELECT FROM order_note n
                        WHERE n.order_id = :order AND n.written_at = h.entered_at)
    UNION ALL
    -- A command's note was written in its transaction, at the moment the command was entered.
    SELECT coalesce(h.happened_at, n.written_at), coalesce(o.name, n.written_by),
           coalesce(h.station, ''), coalesce(h.verb, 'add_note'), n.text,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, n.id
      FROM order_note n
      LEFT JOIN happened h ON h.entered_at = n.written_at
      LEFT JOIN person o ON o.login = n.written_by
     WHERE n.order_id = :order
     ORDER BY 1 DESC, 13 DESC""")


def timeline(
    session: Session, order: int, numbers: Mapping[tuple[str, int], str]
) -> tuple[Happening, ...]:
    """What happened to an order, newest first. One statement.

    `numbers` are its related documents by kind and id: those this person may read.
    """
    rows = session.execute(
        _HAPPENED, {"order": order, "newest": NEWEST, "noted": [*_NOTED, *_TOLD]}
    )
    return tuple(
        Happening(row.at, row.who, row.station, row.verb, _said(row, numbers)) for row in rows
    )


def _said(row: Any, numbers: Mapping[tuple[str, int], str]) -> Said:
    if row.note is not None:
        if row.verb in _NOTED:
            return Said(_NOTED[row.verb], {"note": row.note})
        return Said(N_("{note}"), {"note": row.note[:1].lower() + row.note[1:]})
    is_packed = bool(row.is_packed) and row.verb not in _MOVED_BY_TRUCK
    kinds = ("shipment",) if is_packed else _DOCUMENT.get(row.verb, ())
    document = _document(kinds, row.touched or (), numbers)
    fields: dict[str, str | Decimal] = {"document": document}
    if row.quantity is not None:
        fields |= {"goods": _goods(row), "place": row.place}
    if is_packed:
        return Said(_PACKED if document else _PACKED_UNNAMED, fields)
    moved = row.quantity is not None and row.verb in _MOVED
    if not document and row.verb in _UNNAMED and (moved or row.verb not in _MOVED):
        return Said(_UNNAMED[row.verb], fields)
    if moved:
        return Said(_MOVED[row.verb], fields)
    if row.verb in _PLAIN:
        return Said(_PLAIN[row.verb], fields)
    return Said(N_("{verb}"), {"verb": row.verb.replace("_", " ")})


def _goods(row: Any) -> str:
    """How much of what; different items are only counted: their units do not add up."""
    if row.items > 1:
        return f"{row.items} items"
    return f"{plain(row.quantity)} {row.unit} of {row.item}"


def _document(
    kinds: Sequence[str], touched: Iterable[Any], numbers: Mapping[tuple[str, int], str]
) -> str:
    """The numbers of the documents a command made of or for this order."""
    found = [numbers.get((kind, id)) for kind, id in touched if kind in kinds]
    return ", ".join(sorted({each for each in found if each}))
