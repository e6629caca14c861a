"""Items, written as they are to be read."""

from __future__ import annotations

from app.core.ids import Kind
from app.core.messages import N_
from app.queries.items import ItemDemand, ItemDocument, ItemPlace, ItemRow
from app.views.agreements.showing import agreed_with
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number, write_price
from app.views.widgets.quantity_bar import Bar, Part, Segment
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import state_words, words, write_full_day

HEADS = LineHeads(
    item=words(N_("Place")),
    quantity=words(N_("On hand")),
    price=words(N_("Allocated")),
    amount=words(N_("Available")),
)
TRACKING = {
    "none": "",
    "lot": words(N_("by lot")),
    "serial": words(N_("by serial")),
    "serial_out": words(N_("serial when packed")),
}


def card(row: ItemRow) -> Card:
    """A row of the list."""
    price = "" if row.list_price is None else write_price(row.list_price, row.currency)
    free = words(N_("{many} {unit} available"), many=write_number(row.free), unit=row.base_unit)
    badge = None
    if not row.is_sold:
        badge = Badge(words(N_("Not sold")), Tone.NEUTRAL)
    elif not row.free:
        badge = Badge(words(N_("None available")), Tone.ATTENTION)
    return Card(
        row.name,
        price,
        (row.number, row.group),
        badge=badge,
        note="" if badge else free,
    )


def item_model(item: ItemDocument) -> DocumentModel:
    """One item: units and codes, where it lies, who wants it."""
    unit = item.base_unit
    price = (
        words(N_("none"))
        if item.list_price is None
        else f"{write_price(item.list_price, item.currency)} {item.currency}"
    )
    facts = [
        Fact(
            words(N_("Available now")),
            f"{write_number(item.free)} {unit}",
            Tone.GOOD if item.free else Tone.WRONG,
        ),
        Fact(words(N_("On hand")), f"{write_number(item.on_hand)} {unit}"),
        Fact(words(N_("Allocated")), f"{write_number(item.allocated)} {unit}"),
        Fact(words(N_("List price")), price),
    ]
    if item.backordered:
        is_short = item.backordered > item.free
        facts.insert(
            1,
            Fact(
                words(N_("Short")) if is_short else words(N_("To be allocated")),
                f"{write_number(item.backordered - item.free if is_short else item.backordered)}"
                f" {unit}",
                Tone.WRONG if is_short else Tone.NEUTRAL,
            ),
        )
    facts += [
        Fact(
            words(N_("{name} of {factor}"), name=each.name, factor=write_number(each.factor))
            if each.factor != 1
            else words(N_("GTIN, {unit}"), unit=each.name),
            each.gtin or words(N_("no GTIN")),
        )
        for each in item.units
    ]
    if item.aliases:
        facts.append(Fact(words(N_("Also called")), ", ".join(item.aliases)))
    if item.weight_kg:
        facts.append(
            Fact(
                words(N_("Weight")),
                words(N_("{weight} kg"), weight=write_number(item.weight_kg)),
            )
        )
    if item.supplier:
        number = f" ({item.supplier_item_number})" if item.supplier_item_number else ""
        facts.append(Fact(words(N_("Supplier")), f"{item.supplier}{number}"))
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
        no_lines=words(
            N_("None of it is anywhere: it was not received yet, or all of it was sold.")
        ),
        notices=_demand(item),
        related=tuple(
            Action(f"{Kind.ORDER}:{each.order_id}", words(N_("Order {number}"), number=each.order))
            for each in item.demand
        )
        + tuple(
            Action(f"{Kind.AGREEMENT}:{each.id}", agreed_with(each)) for each in item.agreements
        ),
    )


def _badges(item: ItemDocument) -> tuple[Badge, ...]:
    if not item.is_active:
        return (Badge(words(N_("Not used")), Tone.NEUTRAL),)
    if item.is_discontinued:
        return (Badge(words(N_("Discontinued")), Tone.ATTENTION),)
    return ()


def _place(place: ItemPlace, number: int, unit: str) -> LineRow:
    expiry = (
        words(N_("expires {day}"), day=write_full_day(place.expires_on)) if place.expires_on else ""
    )
    lot = words(N_("lot {lot}"), lot=place.lot) if place.lot else ""
    blocked = place.on_hand - place.allocated - place.free
    return LineRow(
        number,
        place.location,
        tuple(each for each in (place.warehouse, state_words(place.kind), lot, expiry) if each),
        f"{write_number(place.on_hand)} {unit}",
        bar=Bar(
            place.on_hand,
            (Segment(Part.ALLOCATED, place.allocated), Segment(Part.PACKED, place.free)),
        ),
        bar_words=words(N_("not available: {why}"), why=state_words(place.why_not))
        if blocked and place.why_not
        else " ",
        price=write_number(place.allocated),
        amount=write_number(place.free),
    )


def _demand(item: ItemDocument) -> tuple[Notice, ...]:
    if not item.demand:
        return ()
    orders = "; ".join(_wanted(each) for each in item.demand[:5])
    sentence = N_("Wanted by: {orders}")
    if not item.is_all_demand or len(item.demand) > 5:
        sentence = N_("Wanted by: {orders} …")
    tone = Tone.ATTENTION if item.backordered else Tone.INFO
    return (Notice(words(sentence, orders=orders), tone),)


def _wanted(demand: ItemDemand) -> str:
    """An order line that still wants some, and how much of it is short."""
    sentence = N_("{order} {customer} {open}")
    if demand.backordered:
        sentence = N_("{order} {customer} {open}, {missing} short")
    return words(
        sentence,
        order=demand.order,
        customer=demand.customer,
        open=write_number(demand.open),
        missing=write_number(demand.backordered),
    )
