"""A company made from nothing, by the command line alone, to its first posted invoice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.database.databases import drop_database
from app.database.embedded import EmbeddedServer
from tests.integration.test_command_line import door as door  # the fixture, by its name

SETTINGS = {
    "name": "New Company",
    "country": "US",
    "currency": "USD",
    "time_zone": "America/New_York",
    "gs1_company_prefix": "0614141",
}
ADDRESS = {"street": "1 Pier", "city": "Salem", "postal_code": "01970", "country": "US"}


@pytest.fixture
def new(door: Any, server: EmbeddedServer, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Knocks at the door of a company that was made a moment ago, as its founder."""
    from app.cli import run

    drop_database(server, "newly_made")
    assert run(["database", "create", "newly_made", "--admin", "founder"]) == 0
    capsys.readouterr()

    def knock(*arguments: str, **values: Any) -> tuple[int, Any]:
        more = ("--json", json.dumps(values)) if values else ()
        code, answers = door("--company", "newly_made", "--user", "founder", *arguments, *more)
        return code, answers[0]

    yield knock
    drop_database(server, "newly_made")


def test_what_was_set_up_is_enough_for_an_order_to_be_packed_and_invoiced(new: Any) -> None:
    def do(verb: str, **values: Any) -> Any:
        code, answer = new("do", verb, **values)
        assert code == 0, answer
        return answer

    do("set_company", settings=SETTINGS)
    do("create_warehouse", code="MAIN", name="Main")
    for kind, code in (("storage", "A-1"), ("packing", "P-1"), ("staging", "S-1")):
        do("create_location", kind=kind, code=code, warehouse="MAIN")
    do("create_item", item={"number": "LAMP", "name": "Lamp", "list_price": "12.50"})
    do("create_customer", customer={"number": "C-1", "name": "First", "addresses": [ADDRESS]})
    do("receive", receipts=[{"item": "LAMP", "quantity": "5", "location": "A-1"}])
    do("enter_order", customer="C-1", lines=[{"item": "LAMP", "quantity": "2"}])
    do("confirm_order", order="SO-1001")
    do("allocate_order", order="SO-1001")
    carton = do("open_carton", order="SO-1001", location="P-1")
    boxed = {"order": "SO-1001", "item": "LAMP", "quantity": "2", "location": "P-1"}
    do("box", **boxed, carton=carton["sscc"])
    invoice = do("invoice_order", order="SO-1001")
    posted = do("post_invoice", invoice=invoice["invoice_id"])
    assert (posted["number"], invoice["total"]) == ("INV-1001", "25.00")
    assert new("doctor", "--json") == (0, {"differences": []})


def test_set_up_again_it_keeps_the_delivery_modes_it_has(new: Any) -> None:
    new("do", "set_company", settings=SETTINGS)
    new("do", "change_delivery_mode", code="CARRIER", name="Parcel")
    assert new("do", "set_company", settings={"phone": "1"})[0] == 0
    code, answer = new("do", "create_delivery_mode", code="TRUCK", name="x", kind="own_truck")
    assert (code, answer["error"]) == (1, "NumberTaken")


def test_orders_of_a_file_come_into_a_new_company(new: Any, tmp_path: Path) -> None:
    new("do", "set_company", settings=SETTINGS)
    files = {
        "items": "number,name,list_price\nLAMP,Lamp,12.50\n",
        "customers": "number,name\nC-1,First\n",
        "stock": "item,warehouse,location,quantity\nLAMP,MAIN,A-1,5\n",
    }
    for kind, content in files.items():
        (tmp_path / f"{kind}.csv").write_text(content, encoding="utf-8")
        file = str(tmp_path / f"{kind}.csv")
        code, answer = new("import", kind, file, "--create-missing", "--json")
        assert (code, answer["rejects"]) == (0, [])
    orders, lines = tmp_path / "orders.csv", tmp_path / "lines.csv"
    orders.write_text(
        "number,customer,order_date,shipped_date\n"
        "A1,C-1,2026-01-05,2026-01-06\nA2,C-1,2026-01-07,\n",
        encoding="utf-8",
    )
    lines.write_text("order,item,quantity,unit_price\nA1,LAMP,1,11\nA2,LAMP,2,11\n")
    code, answer = new("import", "orders", str(orders), "--lines", str(lines), "--json")
    assert (code, answer["imported"], answer["rejects"]) == (0, 2, [])
