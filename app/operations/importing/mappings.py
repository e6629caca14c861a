"""Mappings: how the columns of somebody else's file become the columns of a kind.

A mapping is a TOML file in resources/mappings, or one of your own. One table per kind, one entry
per column of the kind, each of them

    name = "product_name"                            the column of the file
    base_unit = {value = "pc"}                       always the same
    discount_percent = {from = "discount", times = 100}
    location = {template = "{hall}-{shelf}"}         put together from columns
    tracking = {from = "kind", values = {B = "lot"}, default = "none"}
    is_discontinued = {from = "sell_end", given = "yes", default = "no"}

`times` multiplies what is a number, `values` translates words, `given` replaces whatever is
there, `default` stands in for an empty cell. The second file of a kind (`--lines`) has its own
table, such as `[orders.lines]`. Columns that no entry takes keep their own names. Rows that are
none of the kind are not read where a column of the file says so, word for word:

    leave_out = {status = "deleted"}
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from app.core.errors import BusinessError
from app.core.messages import N_, plain
from app.operations.importing.tables import LeftOut, Table, header_key

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "mappings"

_FIELD = re.compile(r"\{([a-z0-9_]+)\}")
_ENTRY = frozenset({"from", "value", "template", "times", "values", "given", "default"})
_LEAVE_OUT = "leave_out"


class UnknownMapping(BusinessError):
    """No mapping of that name."""

    sentence = N_("There is no mapping {mapping}. There are: {known}; or give the path of a file.")


class MappingUnclear(BusinessError):
    """A mapping file that cannot be read as one."""

    sentence = N_("The mapping {mapping} cannot be used: {reason}.")


class MappedColumnMissing(BusinessError):
    """The file lacks a column that the mapping takes."""

    sentence = N_(
        "The mapping {mapping} takes the column {columns}, which the file does not have. "
        "It has: {found}."
    )


def load_mapping(name: str) -> Mapping[str, Any]:
    """The tables of a mapping, by the kind they are for. `name` may be the path of a file.

    Raises: UnknownMapping, MappingUnclear.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        known = sorted(each.stem for each in FOLDER.glob("*.toml"))
        raise UnknownMapping(mapping=name, known=known)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingUnclear(mapping=name, reason=error) from error


def mapped(table: Table, entries: Mapping[str, Any], name: str) -> tuple[Table, tuple[str, ...]]:
    """The table in the columns of the kind, and the columns of the file that nothing took.

    Raises: MappedColumnMissing, MappingUnclear.
    """
    place = {column: index for index, column in enumerate(table.columns) if column}
    makers: dict[str, Callable[[tuple[str, ...]], str]] = {}
    taken: set[str] = set()
    for column, entry in entries.items():
        if column == _LEAVE_OUT:
            continue
        if isinstance(entry, dict) and set(entry) <= _ENTRY:
            rule: dict[str, Any] = entry
        elif isinstance(entry, str):
            rule = {"from": entry}
        elif isinstance(entry, dict) and column == "lines":
            continue
        else:
            raise MappingUnclear(mapping=name, reason=f"{column} is not an entry")
        needed = _sources(rule)
        _check_there(needed, place, name)
        taken.update(needed)
        makers[column] = _maker(rule, place)
    kept = [each for each in place if each not in taken and each not in makers]
    width = len(table.columns)
    read, left_out = _left_out(table, entries.get(_LEAVE_OUT, {}), place, name)
    rows = tuple(
        (
            *(make(cells) for make in makers.values()),
            *(_cell(cells, place[each]) for each in kept),
            *cells[width:],
        )
        for _, cells in read
    )
    numbers = tuple(number for number, _ in read)
    return Table((*makers, *kept), rows, numbers, left_out), tuple(kept)


def _check_there(needed: Sequence[str], place: Mapping[str, int], name: str) -> None:
    """Raises: MappedColumnMissing."""
    missing = [each for each in needed if each not in place]
    if missing:
        raise MappedColumnMissing(mapping=name, columns=missing, found=list(place))


def _left_out(
    table: Table, entry: Any, place: Mapping[str, int], name: str
) -> tuple[list[tuple[int, tuple[str, ...]]], tuple[LeftOut, ...]]:
    """The rows that are read, with their numbers, and those that the mapping leaves out."""
    if not isinstance(entry, dict):
        raise MappingUnclear(mapping=name, reason=f"{_LEAVE_OUT} names no columns")
    told = {header_key(column): str(value) for column, value in entry.items()}
    _check_there(list(told), place, name)
    read: list[tuple[int, tuple[str, ...]]] = []
    left_out: list[LeftOut] = []
    for number, cells in table.numbered():
        why = next(
            (each for each, value in told.items() if _cell(cells, place[each]).strip() == value),
            None,
        )
        if why is None:
            read.append((number, cells))
        else:
            left_out.append(LeftOut(number, why, told[why], name))
    return read, tuple(left_out)


def _sources(rule: Mapping[str, Any]) -> list[str]:
    if "template" in rule:
        return _FIELD.findall(rule["template"])
    return [header_key(rule["from"])] if "from" in rule else []


def _cell(cells: tuple[str, ...], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _maker(rule: Mapping[str, Any], place: Mapping[str, int]) -> Callable[[tuple[str, ...]], str]:
    """What makes the new cell of a row."""
    if "value" in rule:
        constant = str(rule["value"])
        return lambda _cells: constant
    if "template" in rule:
        template: str = rule["template"]
        return lambda cells: _FIELD.sub(
            lambda field: _cell(cells, place[field[1]]).strip(), template
        )
    index = place[header_key(rule["from"])]
    if set(rule) == {"from"}:
        return lambda cells: _cell(cells, index)
    values = {str(key): str(value) for key, value in rule.get("values", {}).items()}
    times, default, given = rule.get("times"), str(rule.get("default", "")), rule.get("given")

    def make(cells: tuple[str, ...]) -> str:
        cell = _cell(cells, index).strip()
        if not cell:
            return default
        if given is not None:
            return str(given)
        return _times(values.get(cell, cell), times)

    return make


def _times(cell: str, factor: object) -> str:
    """The number multiplied; what is no number stays, for the cell's reader to refuse."""
    if factor is None:
        return cell
    try:
        return plain(Decimal(cell) * Decimal(str(factor)))
    except InvalidOperation:
        return cell
