"""Every noun there is, by name: what can be shown from the command line.

A noun is a query function `(session, *, arguments by name) -> frozen rows`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.queries.agreements import agreement_ladder, agreement_rows, ladder, ladders
from app.queries.allocation import allocation
from app.queries.billing import invoice, invoices, order_to_invoice, orders_to_invoice
from app.queries.carton_types import carton_types
from app.queries.charges import kept_charge_rules
from app.queries.company import company, exchange_rates
from app.queries.counting import bin_to_count, counts
from app.queries.customers import customer, customers
from app.queries.departure import departure_checks
from app.queries.inventory import inventory
from app.queries.inventory_document import item_stock, place_stock
from app.queries.items import item, items
from app.queries.orders.document import order_document
from app.queries.orders.listing import order_rows
from app.queries.orders.price_changes import price_differences
from app.queries.orders.taxes import order_taxes_explained
from app.queries.packing import backorders_to_ask, packing_queue
from app.queries.paper import scanner_commands
from app.queries.people import people, stations
from app.queries.picking import picklist, picklists
from app.queries.places import places, warehouses
from app.queries.price_simulation import price_simulation
from app.queries.pricing import price
from app.queries.printers import print_jobs, printers
from app.queries.scans import station_scanner, wrong_scans
from app.queries.search import search
from app.queries.session import whoami
from app.queries.staging import lane, lanes
from app.queries.stock import stock
from app.queries.taxes import tax_exemptions, tax_rates
from app.queries.terms import delivery_modes, payment_terms
from app.queries.totals import totals
from app.queries.trip_document import trip
from app.queries.trips import trips, trucks

_QUERIES: tuple[Callable[..., Any], ...] = (
    whoami,
    search,
    customer,
    customers,
    item,
    items,
    stock,
    inventory,
    item_stock,
    place_stock,
    company,
    exchange_rates,
    invoice,
    invoices,
    order_to_invoice,
    orders_to_invoice,
    price,
    price_differences,
    price_simulation,
    ladder,
    ladders,
    totals,
    tax_rates,
    tax_exemptions,
    allocation,
    picklist,
    picklists,
    lane,
    lanes,
    packing_queue,
    scanner_commands,
    backorders_to_ask,
    counts,
    wrong_scans,
    station_scanner,
    bin_to_count,
    printers,
    print_jobs,
    carton_types,
    people,
    stations,
    payment_terms,
    delivery_modes,
    warehouses,
    places,
    trip,
    trips,
    trucks,
    departure_checks,
)

NOUNS: dict[str, Callable[..., Any]] = {query.__name__: query for query in _QUERIES} | {
    "charge_rules": kept_charge_rules,
    "agreement": agreement_ladder,
    "agreements": agreement_rows,
    "order": order_document,
    "order_taxes": order_taxes_explained,
    "orders": order_rows,
}
