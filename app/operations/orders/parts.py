"""Writing the parts of prices: one statement, however many lines and however they are priced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.pricing import PricePart

_COLUMNS = {
    "line_id": "bigint",
    "sequence": "bigint",
    "kind": "text",
    "source": "text",
    "label": "text",
    "base": "numeric",
    "effect": "numeric",
    "percent": "numeric",
    "amount": "numeric",
}
INSERT_PARTS = f"""
    INSERT INTO line_price_part ({", ".join(_COLUMNS)})
    SELECT * FROM unnest({", ".join(f"CAST(:{n} AS {kind}[])" for n, kind in _COLUMNS.items())}) p
"""
"""Writes the parts in the arrays of `part_values`."""
_INSERT = text(INSERT_PARTS)


def part_values(
    lines: Iterable[tuple[int, Sequence[PricePart]]], *, first: int = 1
) -> dict[str, list[Any]]:
    """The parts of lines in their order, numbered from `first`, a list a column."""
    rows = [
        (line, sequence, part)
        for line, parts in lines
        for sequence, part in enumerate(parts, start=first)
    ]
    return {
        "line_id": [line for line, _, _ in rows],
        "sequence": [sequence for _, sequence, _ in rows],
        "kind": [part.kind.value for _, _, part in rows],
        "source": [part.source.value for _, _, part in rows],
        "label": [part.label for _, _, part in rows],
        "base": [part.base for _, _, part in rows],
        "effect": [part.effect for _, _, part in rows],
        "percent": [part.percent for _, _, part in rows],
        "amount": [part.amount for _, _, part in rows],
    }


def insert_parts(
    session: Session, lines: Iterable[tuple[int, Sequence[PricePart]]], *, first: int = 1
) -> None:
    """Write the parts of lines that have none numbered `first` or higher, in their order."""
    values = part_values(lines, first=first)
    if values["line_id"]:
        session.execute(_INSERT, values)
