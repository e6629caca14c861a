"""`orderwright import`: a file becomes records, or a list of reasons why not."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.company import open_engine

if TYPE_CHECKING:
    from app.operations.importing import Imported, ImportFiles

SHOWN = 20
"""How many rejects and warnings are told; the rejects file has all of them."""


def add_parser(commands: Any) -> None:
    """The options of `import`."""
    parser = commands.add_parser("import", help="items, customers, stock, orders … from a file")
    parser.add_argument("kind", metavar="KIND", help="what is in it; --columns says what there is")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=".csv, .csv.gz, .xlsx")
    parser.add_argument(
        "--lines",
        "--items",
        type=Path,
        metavar="FILE",
        help="the second file: the lines of orders, the items of offers",
    )
    parser.add_argument("--columns", action="store_true", help="print the kind's columns, no more")
    parser.add_argument("--map", metavar="NAME", help="a mapping, by name or path")
    parser.add_argument("--dry-run", action="store_true", help="do it all and take it back")
    parser.add_argument(
        "--create-missing", action="store_true", help="make missing groups, warehouses, bins"
    )
    parser.add_argument(
        "--partly", action="store_true", help="import the good rows, reject the others"
    )
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="write rejected rows here")
    parser.add_argument("--json", action="store_true", help="answer with JSON")
    parser.set_defaults(act=import_file, wrong=parser.error)


def import_file(options: argparse.Namespace) -> int:
    from app.operations.importing import DryRun, ImportRefused, import_files, kind_of, read_files
    from app.operations.run import Runner

    if options.columns:
        return _columns(kind_of(options.kind), options.json)
    if options.file is None:
        options.wrong("name the file to import, or ask for --columns")
    files = read_files(options.kind, options.file, lines=options.lines, mapping=options.map)
    with open_engine(options) as engine:
        try:
            report = import_files(
                Runner(engine, station=options.station),
                files,
                create_missing=options.create_missing,
                partly=options.partly,
                dry_run=options.dry_run,
                rejects=options.rejects,
            )
        except DryRun as done:
            return _tell(options, files, done.report, done.message())
        except ImportRefused as refused:
            return _tell(options, files, refused.report, refused.heading(), code=1)
    return _tell(options, files, report, f"{report.imported} rows of {report.kind} are imported.")


def _columns(kind: Any, as_json: bool) -> int:
    parts = [("", kind.columns), ("of --lines", kind.line_columns)]
    if as_json:
        print(json.dumps({title or kind.name: _facts(each) for title, each in parts if each}))
        return 0
    for title, columns in parts:
        if not columns:
            continue
        print(f"{kind.name} {title}".strip() + (f": {kind.meaning}" if not title else ""))
        for each in columns:
            needed = "required" if each.required else ""
            words = f" ({', '.join(each.choices)})" if each.choices else ""
            print(f"  {each.name:<22} {each.cell.value:<13} {needed:<9} {each.meaning}{words}")
    return 0


def _facts(columns: Any) -> list[dict[str, object]]:
    return [
        {
            "name": each.name,
            "type": each.cell.value,
            "required": each.required,
            "meaning": each.meaning,
            "choices": list(each.choices),
        }
        for each in columns
    ]


def _tell(
    options: argparse.Namespace,
    files: ImportFiles,
    report: Imported,
    heading: str,
    *,
    code: int = 0,
) -> int:
    unread = {"file": files.rows.unread, "lines": files.lines.unread if files.lines else ()}
    if options.json:
        print(json.dumps(_as_json(report, unread), ensure_ascii=False))
        return code
    print(heading)
    for what, columns in unread.items():
        if columns:
            print(f"Columns of the {what} that were not read: {', '.join(columns)}.")
    for title, found in (("Rejected", report.rejects), ("Look at", report.warnings)):
        for each in found[:SHOWN]:
            place = f"{'line ' if each.is_of_lines else ''}row {each.row}"
            where = f", {each.column} {each.value!r}" if each.column else ""
            print(f"{title} {place}{where}: {each.reason}")
        if len(found) > SHOWN:
            print(f"… and {len(found) - SHOWN} more.")
    if options.rejects is not None and report.rejects:
        print(f"The rejected rows are in {options.rejects}.")
    return code


def _as_json(report: Imported, unread: dict[str, tuple[str, ...]]) -> dict[str, object]:
    def plain(found: Any) -> list[dict[str, object]]:
        return [
            {
                "row": each.row,
                "column": each.column,
                "value": each.value,
                "reason": each.reason,
                "is_of_lines": each.is_of_lines,
            }
            for each in found
        ]

    return {
        "kind": report.kind,
        "imported": report.imported,
        "rejects": plain(report.rejects),
        "warnings": plain(report.warnings),
        "unknown_columns": {what: list(columns) for what, columns in unread.items() if columns},
    }
