"""The life of an order and of its lines: states, derived quantities, what is allowed when."""

from __future__ import annotations

from enum import StrEnum

from app.core.states import Transitions


class OrderState(StrEnum):
    """Where an order stands. `closed` is set and taken back by the database alone."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_S = OrderState
ORDER_TRANSITIONS: Transitions = frozenset(
    {
        (_S.DRAFT, _S.CONFIRMED),
        (_S.DRAFT, _S.CANCELLED),
        (_S.CONFIRMED, _S.CANCELLED),
        (_S.CANCELLED, _S.DRAFT),
    }
)
"""What a person may do; confirmed ↔ closed belongs to the database."""


class OrderStatus(StrEnum):
    """How far an order is, derived by the database from its lines (function `refresh_orders`)."""

    DRAFT = "draft"
    WAITING = "waiting"
    PART_ALLOCATED = "part_allocated"
    ALLOCATED = "allocated"
    PART_STAGED = "part_staged"
    STAGED = "staged"
    PART_LOADED = "part_loaded"
    LOADED = "loaded"
    PART_PACKED = "part_packed"
    PACKED = "packed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Fulfilment(StrEnum):
    """Where a line's goods come from."""

    STOCK = "stock"
    DROP_SHIP = "drop_ship"
    SERVICE = "service"


class PriceSource(StrEnum):
    """Where a line's price came from."""

    AGREEMENT = "agreement"
    QUOTED = "quoted"
    MANUAL = "manual"
    PRICE_BOOK = "price_book"
    LIST = "list"
    CONFIGURED = "configured"


class PartKind(StrEnum):
    """What one part of a price is."""

    PRICE = "price"
    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    EXTRA = "extra"


class DeliveryKind(StrEnum):
    """How goods reach the customer."""

    CARRIER = "carrier"
    PICK_UP = "pick_up"
    OWN_TRUCK = "own_truck"
    COUNTER = "counter"
    NONE = "none"


class BackorderPolicy(StrEnum):
    """What happens to the open rest when a shipment of the order is packed."""

    KEEP = "keep"
    CANCEL = "cancel"
    ASK = "ask"


class AccountKind(StrEnum):
    """A prospect has no terms, no credit and no confirmed orders."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"
