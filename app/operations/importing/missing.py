"""What rows name and nobody made yet: made on request (`--create-missing`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.core.errors import BusinessError
from app.operations.groups import GroupTable
from app.operations.importing.kinds import Intake, Row
from app.rules.records import NUMBER_LENGTH, check_text


def usable_codes(intake: Intake, rows: Sequence[Row], column: str) -> list[str]:
    """The codes rows name in a column, each once; a row with one that cannot be is rejected."""
    codes: dict[str, None] = {}
    for row in rows:
        code = row[column]
        if code and code not in codes:
            try:
                codes[check_text("code", code, NUMBER_LENGTH)] = None
            except BusinessError as reason:
                intake.reject(row, column, reason)
    return list(codes)


def create_groups(
    intake: Intake, table: GroupTable, rows: Sequence[Row], column: str = "group"
) -> None:
    """Make the groups that are missing; the code is their name, too."""
    _insert(intake, table, "code, name", "c, c", usable_codes(intake, rows, column))


def create_books(intake: Intake, rows: Sequence[Row]) -> None:
    """Make the price books that are missing, as custom ones; the code is their name, too."""
    _insert(intake, "price_book", "code, name", "c, c", usable_codes(intake, rows, "book"))


def create_warehouses(intake: Intake, rows: Sequence[Row]) -> None:
    """Make the warehouses that are missing, each with the places goods pass on their way out."""
    codes = usable_codes(intake, rows, "warehouse")
    made = _insert(intake, "warehouse", "code, name", "c, c", codes)
    for code, id in made.items():
        create_floor(intake, id, code)


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    suffix: str
    name: str


_FLOOR = (
    _Place("receiving", "RECV", "Receiving"),
    _Place("staging", "S-01", "Lane 1"),
    _Place("packing", "P-01", "Bench 1"),
)


def create_floor(intake: Intake, warehouse: int, code: str) -> None:
    """A receiving place, a lane and a bench, named after the warehouse."""
    intake.session.execute(
        text("""
            INSERT INTO location (warehouse_id, kind, code, name)
            SELECT :warehouse, k, c, n FROM unnest(CAST(:kinds AS text[]), CAST(:codes AS text[]),
                                                   CAST(:names AS text[])) AS r(k, c, n)
            ON CONFLICT (code) DO NOTHING"""),
        {
            "warehouse": warehouse,
            "kinds": [each.kind for each in _FLOOR],
            "codes": [f"{code}-{each.suffix}" for each in _FLOOR],
            "names": [each.name for each in _FLOOR],
        },
    )


def create_bins(intake: Intake, bins: Iterable[tuple[str, int]]) -> None:
    """Make the bins (code, warehouse) that are missing: storage one picks from, walked by code."""
    wanted = sorted(set(bins))
    if wanted:
        intake.session.execute(
            text("""
                INSERT INTO location (warehouse_id, kind, code, is_pickable, walk_sequence)
                SELECT w, 'storage', c, true,
                       coalesce((SELECT max(walk_sequence) FROM location), 0)
                         + 10 * row_number() OVER (ORDER BY c)
                  FROM unnest(CAST(:codes AS text[]), CAST(:warehouses AS bigint[])) AS r(c, w)
                ON CONFLICT (code) DO NOTHING"""),
            {"codes": [code for code, _ in wanted], "warehouses": [w for _, w in wanted]},
        )


def _insert(
    intake: Intake, table: str, columns: str, values: str, codes: Sequence[str]
) -> dict[str, int]:
    if not codes:
        return {}
    rows = intake.session.execute(
        text(
            f"INSERT INTO {table} ({columns}) SELECT {values}"
            " FROM unnest(CAST(:codes AS text[])) c"
            f" WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.code = c) RETURNING code, id"
        ),
        {"codes": sorted(codes)},
    )
    return {row.code: row.id for row in rows}
