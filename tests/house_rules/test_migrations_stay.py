"""Migrations that were handed out stay as they are: companies were made by them."""

from __future__ import annotations

import re
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
    "0004/billing.sql": "cbdbfcb924df988e",
    "0004/charge_rules.sql": "f77731c55fec64fc",
    "0004/claims.sql": "5330f056241c5b1c",
    "0004/commands.sql": "16c434b28fbab9c3",
    "0004/numbers.sql": "845979ae2cf45b77",
    "0004/orders.sql": "7509e9a04d673787",
    "0004/packing.sql": "9a3b6da13981f579",
    "0004/people.sql": "4d66c31e17526193",
    "0004/prices.sql": "2cceeea24221c16c",
    "0004/steps.sql": "9c0c843faa33840c",
    "0004/stock.sql": "b0c2c0121b989783",
    "0004/trips.sql": "b1197d572367d2b8",
    "0005/scans_counts.sql": "b234dae967f1c393",
    "0006/came_back.sql": "a938bec0c2e336be",
    "0007/unreturn.sql": "e90a55be0b10a59c",
    "0008/days.sql": "f265e8952d4ede44",
    "0008/figures.sql": "4345ae311dfab68f",
    "0008/ids.sql": "3da2f9617e4241fa",
    "0008/items.sql": "dceaafcbfb482e4a",
    "0008/orders.sql": "143d5091d7f565a2",
    "0009/shipment_charges.sql": "3794151e6dfc3642",
    "0010/charges_by_rule.sql": "256eaadb2bbe5849",
    "0011/discount_rule.sql": "cc7be9a2ed678af7",
    "0012/first_settings.sql": "66c35f4564cf2259",
    "0013/commands.sql": "c231ca1a3a006e9c",
    "0013/figures.sql": "d801a060fe628920",
    "0013/floor.sql": "07e7efe0a60dd03b",
    "0013/orders.sql": "0e770d5c9b734130",
    "0013/papers.sql": "2d6a1252c020d7a2",
    "0014/locks.sql": "32331d614e4fec27",
    "0016/administration.sql": "18cb31066f81a855",
    "0017/words_of_names.sql": "76f783b9a86c1566",
    "0018/opening_invoices.sql": "f5f886635b00ad15",
    "0019/floor.sql": "6bc6c5acce8e653a",
    "0019/totals_of_orders.sql": "ce50638a9f823cb1",
    "0021/inventory.sql": "90d74b1e9756a605",
}
"""File and the beginning of its SHA-256. What is to change in it comes in a later migration."""


@pytest.mark.parametrize("name", HANDED_OUT)
def test_a_migration_that_was_handed_out_is_not_changed(name: str) -> None:
    text = (_SQL / name).read_bytes().replace(b"\r\n", b"\n")
    assert sha256(text).hexdigest().startswith(HANDED_OUT[name])


def test_each_migration_comes_after_the_one_numbered_before_it() -> None:
    """Two that come after the same one leave it open which of them a company is at."""
    versions = sorted((_SQL.parent / "versions").glob("[0-9]*.py"))
    said = {
        each.name[:4]: dict(
            re.findall(r'^(revision|down_revision) = "(\d+)"', each.read_text("utf-8"), re.M)
        )
        for each in versions
    }
    numbers = list(said)
    assert len(numbers) == len(versions), "two migrations have the same number"
    assert [said[number]["revision"] for number in numbers] == numbers
    assert [said[number].get("down_revision") for number in numbers] == [None, *numbers[:-1]]


def test_nothing_joins_the_files_of_a_migration_that_was_handed_out() -> None:
    folders = {name.split("/")[0] for name in HANDED_OUT}
    there = {f"{folder}/{each.name}" for folder in folders for each in (_SQL / folder).iterdir()}
    assert there == set(HANDED_OUT)
