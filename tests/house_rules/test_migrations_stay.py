"""Migrations that were handed out stay as they are: companies were made by them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

import app.database.migrate

_SQL = Path(app.database.migrate.__file__).parent / "migrations" / "sql"

HANDED_OUT = {
    "0001/billing.sql": "03a6b47dab8bfc7a",
    "0001/commands.sql": "86bb5e0a74633608",
    "0001/grants.sql": "965a5d978eaf9ff9",
    "0001/orders.sql": "d6ae175bc350d738",
    "0001/packing.sql": "0d7e96523da2dca6",
    "0001/people.sql": "46fe560cd4f8bf69",
    "0001/records.sql": "8a4d3f40b42cfc7a",
    "0001/reference.sql": "97500908679b4f29",
    "0001/stock.sql": "f328a658d444ed71",
    "0001/tables.sql": "da4a897590a8f5dc",
    "0001/trips.sql": "07008270e1f5d0ce",
    "0002/grants.sql": "041a00e3dc196fbd",
    "0002/groups.sql": "503b70d2b38a7299",
    "0002/prices.sql": "f93e43e4343a726f",
    "0003/charges.sql": "c5e42bd90f855949",
    "0003/documents.sql": "f945f2c2f62f33ba",
    "0003/grants.sql": "34fe7e42c8dafeb5",
    "0003/lookups.sql": "07e5152aa48e86ac",
    "0003/taxes.sql": "483e87aa541e6fca",
}
"""File and the beginning of its SHA-256. What is to change in it comes in a later migration."""


@pytest.mark.parametrize("name", HANDED_OUT)
def test_a_migration_that_was_handed_out_is_not_changed(name: str) -> None:
    text = (_SQL / name).read_bytes().replace(b"\r\n", b"\n")
    assert sha256(text).hexdigest().startswith(HANDED_OUT[name])


def test_nothing_joins_the_files_of_a_migration_that_was_handed_out() -> None:
    folders = {name.split("/")[0] for name in HANDED_OUT}
    there = {f"{folder}/{each.name}" for folder in folders for each in (_SQL / folder).iterdir()}
    assert there == set(HANDED_OUT)
