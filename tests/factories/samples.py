"""Sample data of other companies, read where it lies; the project carries none of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.operations.importing import Imported, import_files, read_files
from app.operations.run import Runner


class Sample:
    """The files of one sample company; without them the test is skipped, and says so."""

    def __init__(self, name: str) -> None:
        folder = os.environ.get("ORDERWRIGHT_SAMPLE_DATA")
        if not folder or not (Path(folder) / name).is_dir():
            pytest.skip(f"no sample data: ORDERWRIGHT_SAMPLE_DATA names no folder with {name}")
        self.name = name
        self.folder = Path(folder) / name
        self.cut: dict[str, Path] = {}

    def file(self, kind: str) -> Path:
        """The file of a kind, zipped or not, cut or whole."""
        if kind in self.cut:
            return self.cut[kind]
        path = self.folder / f"{kind}.csv"
        return path if path.exists() else path.with_suffix(".csv.gz")

    def rows(self, kind: str) -> list[dict[str, str]]:
        """The rows of a file, read apart from the importer on purpose."""
        path = self.file(kind)
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def keep_every(self, nth: int, folder: Path) -> None:
        """Go on with every nth order of the sample and its lines, written to `folder`."""
        orders = self.rows("orders")[::nth]
        kept = {row["order_id"] for row in orders}
        lines = [row for row in self.rows("order_lines") if row["order_id"] in kept]
        for kind, rows in (("orders", orders), ("order_lines", lines)):
            path = folder / f"{kind}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            self.cut[kind] = path

    def expected(self) -> dict[str, Any]:
        """The control totals, computed independently."""
        found: dict[str, Any] = json.loads((self.folder / "expected.json").read_text("utf-8"))
        return found

    def bring_in(self, runner: Runner, *kinds: str) -> dict[str, Imported]:
        """Import files as the command line does, with the sample's own mapping."""
        return {
            kind: import_files(
                runner,
                read_files(
                    kind,
                    self.file(kind),
                    mapping=self.name,
                    lines=self.file("order_lines") if kind == "orders" else None,
                ),
                create_missing=True,
            )
            for kind in kinds
        }
