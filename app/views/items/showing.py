"""Items, written as they are to be read."""

from __future__ import annotations

from app.core.ids import Kind
from app.queries.items import ItemDocument, ItemPlace, ItemRow
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number, write_price
from app.views.widgets.quantity_bar import Bar, Part, Segment
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import write_full_day

HEADS = LineHeads(item="Place", quantity="On hand", price="Allocated", amount="Free")
TRACKING = {"none": "", "lot": "by lot", "serial": "by serial", "serial_out": "serial when packed"}


def card(row: ItemRow) -> Card:
    """A row of the list."""
    price = "" if row.list_price is None else write_price(row.list_price, row.currency)
    free = f"{write_number(row.free)} {row.base_unit} free"
    return Card(
        row.name,
        price,
        (row.number, row.group),
        badge=Badge(free, Tone.GOOD if row.free else Tone.ATTENTION)
        if row.is_sold
        else Badge("Not sold", Tone.NEUTRAL),
    )


def item_model(item: ItemDocument) -> DocumentModel:
    """One item: units and codes, where it lies, who wants it."""
    unit = item.base_unit
    price = (
        "none"
        if item.list_price is None
        else f"{write_price(item.list_price, item.currency)} {item.currency}"
    )
    facts = [
        Fact(
            "Free now", f"{write_number(item.free)} {unit}", Tone.GOOD if item.free else Tone.WRONG
        ),
        Fact("On hand", f"{write_number(item.on_hand)} {unit}"),
        Fact("Allocated", f"{write_number(item.allocated)} {unit}"),
        Fact("List price", price),
    ]
    if item.backordered:
        facts.insert(1, Fact("Short", f"{write_number(item.backordered)} {unit}", Tone.WRONG))
    facts += [
        Fact(
            f"{each.name} of {write_number(each.factor)}" if each.factor != 1 else each.name,
            each.gtin or "no GTIN",
        )
        for each in item.units
    ]
    if item.aliases:
        facts.append(Fact("Also called", ", ".join(item.aliases)))
    if item.weight_kg:
        facts.append(Fact("Weight", f"{write_number(item.weight_kg)} kg"))
    if item.supplier:
        number = f" ({item.supplier_item_number})" if item.supplier_item_number else ""
        facts.append(Fact("Supplier", f"{item.supplier}{number}"))
    return DocumentModel(
        item.name,
        badges=_badges(item),
        subline=tuple(
            each
            for each in (item.number, item.group, TRACKING[item.tracking], item.description)
            if each
        ),
        facts=tuple(facts),
        lines=tuple(_place(place, number, unit) for number, place in enumerate(item.places)),
        heads=HEADS,
        no_lines="None of it is anywhere: it was not received yet, or all of it was sold.",
        notices=_demand(item),
        related=tuple(
            Action(f"{Kind.ORDER}:{each.order_id}", f"Order {each.order}") for each in item.demand
        ),
    )


def _badges(item: ItemDocument) -> tuple[Badge, ...]:
    if not item.is_active:
        return (Badge("Not used", Tone.NEUTRAL),)
    if item.is_discontinued:
        return (Badge("Discontinued", Tone.ATTENTION),)
    return ()


def _place(place: ItemPlace, number: int, unit: str) -> LineRow:
    expiry = f"expires {write_full_day(place.expires_on)}" if place.expires_on else ""
    lot = f"lot {place.lot}" if place.lot else ""
    blocked = place.on_hand - place.allocated - place.free
    return LineRow(
        number,
        place.location,
        tuple(each for each in (place.warehouse, place.kind, lot, expiry) if each),
        f"{write_number(place.on_hand)} {unit}",
        bar=Bar(
            place.on_hand,
            (Segment(Part.ALLOCATED, place.allocated), Segment(Part.PACKED, place.free)),
        ),
        bar_words=f"not free: {place.why_not}" if blocked and place.why_not else " ",
        price=write_number(place.allocated),
        amount=write_number(place.free),
    )


def _demand(item: ItemDocument) -> tuple[Notice, ...]:
    if not item.demand:
        return ()
    words = "; ".join(
        f"{each.order} {each.customer} {write_number(each.open)}"
        + (f", {write_number(each.backordered)} short" if each.backordered else "")
        for each in item.demand[:5]
    )
    more = "" if item.is_all_demand and len(item.demand) <= 5 else " …"
    tone = Tone.ATTENTION if item.backordered else Tone.INFO
    return (Notice(f"Wanted by: {words}{more}", tone),)
