"""Writing the parts of prices: one statement, however many lines and however they are priced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.pricing import PricePart

_INSERT = text("""
    INSERT INTO line_price_part (line_id, sequence, kind, source, label, base, effect, percent,
                                 amount)
    SELECT * FROM unnest(CAST(:line_id AS bigint[]), CAST(:sequence AS bigint[]),
                         CAST(:kind AS text[]), CAST(:source AS text[]), CAST(:label AS text[]),
                         CAST(:base AS numeric[]), CAST(:effect AS numeric[]),
                         CAST(:percent AS numeric[]), CAST(:amount AS numeric[]))
""")


def insert_parts(
    session: Session, lines: Iterable[tuple[int, Sequence[PricePart]]], *, first: int = 1
) -> None:
    """Write the parts of lines that have none numbered `first` or higher, in their order."""
    rows = [
        (line, sequence, part)
        for line, parts in lines
        for sequence, part in enumerate(parts, start=first)
    ]
    if rows:
        session.execute(
            _INSERT,
            {
                "line_id": [line for line, _, _ in rows],
                "sequence": [sequence for _, sequence, _ in rows],
                "kind": [part.kind.value for _, _, part in rows],
                "source": [part.source.value for _, _, part in rows],
                "label": [part.label for _, _, part in rows],
                "base": [part.base for _, _, part in rows],
                "effect": [part.effect for _, _, part in rows],
                "percent": [part.percent for _, _, part in rows],
                "amount": [part.amount for _, _, part in rows],
            },
        )
