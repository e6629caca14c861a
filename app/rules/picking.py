"""Picklists: states, and the order in which to walk."""

from __future__ import annotations

from enum import StrEnum


class PicklistState(StrEnum):
    """A picklist is open until each of its lines is picked, short or cancelled."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class PicklistLineState(StrEnum):
    """One bin to visit for one order line."""

    OPEN = "open"
    PICKED = "picked"
    SHORT = "short"
    CANCELLED = "cancelled"
