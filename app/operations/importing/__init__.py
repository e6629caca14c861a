"""Importing: rows of a file become records, all of them or none, with a reason for every reject."""

from app.operations.importing.files import ImportFiles, import_files, preview, read_files
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.operations.importing.verb import DryRun, Imported, ImportRefused, import_rows, kind_of

__all__ = [
    "Cell",
    "Column",
    "DryRun",
    "ImportFiles",
    "ImportKind",
    "ImportRefused",
    "Imported",
    "Intake",
    "Row",
    "import_files",
    "import_rows",
    "kind_of",
    "preview",
    "read_files",
]
