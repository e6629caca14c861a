"""The demo company's data: complete, consistent, and written by its script."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "demo"
STATES = {
    *("draft", "confirmed", "on_hold", "part_allocated", "allocated", "picking", "part_staged"),
    *("staged", "loaded", "packing", "part_packed", "packed", "part_invoiced", "invoiced"),
    *("backordered", "drop_ship", "cancelled"),
}
KEYS = {
    "people": ("login",),
    "item_groups": ("code",),
    "items": ("number",),
    "item_units": ("item", "unit"),
    "suppliers": ("number",),
    "customers": ("number",),
    "warehouses": ("code",),
    "locations": ("code",),
    "trucks": ("code",),
    "stock": ("item", "location", "lot"),
    "orders": ("key",),
    "order_lines": ("order", "line"),
    "price_book_entries": ("book", "item"),
    "price_rises": ("agreement",),
    "charge_rules": ("name",),
}
REFERENCES = (
    ("item_groups", "parent", "item_groups", "code"),
    ("items", "group", "item_groups", "code"),
    ("items", "supplier", "suppliers", "number"),
    ("item_units", "item", "items", "number"),
    ("people", "warehouse", "warehouses", "code"),
    ("locations", "warehouse", "warehouses", "code"),
    ("warehouses", "staging_location", "locations", "code"),
    ("trucks", "warehouse", "warehouses", "code"),
    ("stock", "item", "items", "number"),
    ("stock", "location", "locations", "code"),
    ("orders", "customer", "customers", "number"),
    ("orders", "warehouse", "warehouses", "code"),
    ("orders", "staging_location", "locations", "code"),
    ("orders", "truck", "trucks", "code"),
    ("orders", "taken_by", "people", "login"),
    ("order_lines", "order", "orders", "key"),
    ("order_lines", "item", "items", "number"),
    ("agreements", "item", "items", "number"),
    ("agreements", "item_group", "item_groups", "code"),
    ("price_rises", "agreement", "agreements", "name"),
    ("price_book_entries", "item", "items", "number"),
    ("charge_rules", "item_group", "item_groups", "code"),
)


@cache
def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def company() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "company.json").read_text(encoding="utf-8"))
    return loaded


def by(name: str, column: str) -> dict[str, dict[str, str]]:
    return {row[column]: row for row in table(name)}


def codes(part: str) -> set[str]:
    return {entry["code"] for entry in company()[part]}


def has_right_check_digit(gtin: str) -> bool:
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(gtin))) % 10 == 0


def test_the_script_writes_exactly_these_files(tmp_path: Path) -> None:
    command = [sys.executable, "-B", "-m", "scripts.make_demo_data", "--to", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT)
    kept = {p.name: p.read_bytes() for p in FOLDER.iterdir() if p.suffix in (".csv", ".json")}
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == kept


def test_the_company_is_as_large_as_promised() -> None:
    kinds = Counter(place["kind"] for place in table("locations"))
    assert 780 <= len(table("items")) <= 830
    assert len(table("customers")) == 120
    assert len(table("suppliers")) == 15
    assert len(table("warehouses")) == 2
    assert kinds["storage"] == 400
    assert set(kinds) == {
        *("storage", "receiving", "counter", "cart", "staging", "packing", "quarantine")
    }
    assert len(table("trucks")) == 3


def test_it_says_that_it_is_invented() -> None:
    assert "invented" in company()["invented"]
    assert "invented" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(name: str) -> None:
    keys = Counter(tuple(row[column] for column in KEYS[name]) for row in table(name))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize(("name", "column", "target", "key"), REFERENCES)
def test_references_resolve(name: str, column: str, target: str, key: str) -> None:
    known = by(target, key)
    assert [row for row in table(name) if row[column] and row[column] not in known] == []


def test_references_to_the_company_file_resolve() -> None:
    terms, modes = codes("payment_terms"), codes("delivery_modes")
    for row in (*table("customers"), *table("orders")):
        assert row["terms"] in terms
        assert row["delivery_mode"] in modes
    assert {row["terms"] for row in table("suppliers")} <= terms
    assert {row["group"] for row in table("customers")} <= codes("customer_groups")
    assert {row["account_group"] for row in table("agreements")} <= codes("customer_groups") | {""}
    assert {row["delivery_mode"] for row in table("charge_rules")} <= modes | {""}
    books = {row["price_book"] for row in table("customers")} - {""}
    assert books == {company()["price_book"]["code"]}
    assert {row["book"] for row in table("price_book_entries")} == books
    assert {row["tax_class"] for row in table("items")} == {company()["tax_rate"]["tax_class"]}


def test_there_is_a_delivery_mode_of_every_kind() -> None:
    kinds = {mode["kind"] for mode in company()["delivery_modes"]}
    assert kinds == {"carrier", "pick-up", "own truck", "counter", "none"}


def test_there_is_one_login_for_each_role_and_two_stations() -> None:
    people = [row for row in table("people") if row["kind"] == "person"]
    assert [row["role"] for row in people] == [
        *("sales", "floor", "dispatch", "stock", "purchasing", "accounting", "manager", "admin")
    ]
    assert len({row["badge_code"] for row in people} - {""}) == len(people)
    assert [row["role"] for row in table("people") if row["kind"] == "station"] == [
        *("floor", "sales")
    ]
    assert all(len(row["demo_password"]) >= 12 for row in table("people"))


def test_item_names_are_unique_and_concrete() -> None:
    names = [row["name"] for row in table("items")]
    assert len(set(names)) == len(names)
    assert [name for name in names if re.search(r"[{}]|\bitem\b|lorem", name, re.I)] == []


def test_gtins_are_unique_in_the_demo_prefix_and_have_right_check_digits() -> None:
    prefix = company()["gs1_company_prefix"]
    assert prefix.startswith("952")
    items = [row["gtin"] for row in table("items")]
    units = [row["gtin"] for row in table("item_units")]
    assert {len(gtin) for gtin in items} == {13}
    assert {len(gtin) for gtin in units} == {14}
    assert len(set(items) | set(units)) == len(items) + len(units)
    assert [gtin for gtin in items + units if not has_right_check_digit(gtin)] == []
    assert [gtin for gtin in items if not gtin.startswith(prefix)] == []
    assert [gtin for gtin in units if not gtin.startswith("1" + prefix)] == []


def test_prices_costs_weights_and_volumes_are_positive_and_nothing_sells_below_cost() -> None:
    for item in table("items"):
        for column in ("list_price", "cost", "weight_kg", "volume_l"):
            assert Decimal(item[column]) > 0, item
        assert Decimal(item["cost"]) < Decimal(item["list_price"]), item


def test_agreements_are_with_somebody_known_and_nothing_agreed_sells_below_cost() -> None:
    items = by("items", "number")
    units = {(row["item"], row["unit"]): Decimal(row["factor"]) for row in table("item_units")}
    partners = {"sell": by("customers", "number"), "buy": by("suppliers", "number")}
    for row in table("agreements"):
        if row["account"]:
            assert row["account"] in partners[row["side"]], row
        assert not (row["account"] and row["account_group"]), row
        if row["unit"]:
            assert (row["item"], row["unit"]) in units, row
        if row["kind"] == "price":
            item, price = items[row["item"]], Decimal(row["value"])
            price /= units.get((row["item"], row["unit"]), Decimal(1))
            assert price < Decimal(item["list_price"]), row
            if row["side"] == "sell":
                assert price > Decimal(item["cost"]), row
            else:
                assert row["account"] == item["supplier"], row
    counts = Counter((row["side"], row["state"]) for row in table("agreements"))
    assert 55 <= counts["sell", "active"] <= 70
    assert 20 <= counts["buy", "active"] <= 25
    for row in table("price_book_entries"):
        item, price = items[row["item"]], Decimal(row["price"])
        assert Decimal(item["cost"]) < price < Decimal(item["list_price"]), row


def test_tracking_and_decimals_go_together() -> None:
    items = table("items")
    assert {row["tracking"] for row in items} == {"none", "lot", "serial", "serial_out"}
    for item in items:
        if item["tracking"].startswith("serial"):
            assert item["quantity_decimals"] == "0", item
        assert (item["tracking"] == "lot") == bool(item["shelf_days"]), item


def test_walk_sequences_are_unique_within_a_warehouse() -> None:
    bins = [row for row in table("locations") if row["kind"] == "storage"]
    walks = {(row["warehouse"], int(row["walk_sequence"])) for row in bins}
    assert len(walks) == len(bins)


def test_stock_is_positive_respects_the_decimals_and_has_the_lots_its_item_asks_for() -> None:
    items = by("items", "number")
    for row in table("stock"):
        item, quantity = items[row["item"]], Decimal(row["quantity"])
        assert quantity > 0
        assert quantity == round(quantity, int(item["quantity_decimals"])), row
        assert bool(row["lot"]) == (item["tracking"] in ("lot", "serial")), row
        assert bool(row["expires_day"]) == (item["tracking"] == "lot"), row
        if item["tracking"] == "serial":
            assert quantity == 1
    serials = [r["lot"] for r in table("stock") if items[r["item"]]["tracking"] == "serial"]
    assert len(set(serials)) == len(serials)


def test_some_items_are_out_of_stock_some_in_several_bins_some_expired_or_blocked() -> None:
    stock = table("stock")
    places = defaultdict(set)
    for row in stock:
        places[row["item"]].add(row["location"])
    assert len(by("items", "number").keys() - places.keys()) >= 20
    assert sum(len(where) > 1 for where in places.values()) >= 100
    assert any(int(row["expires_day"] or 1) < 0 for row in stock)
    assert any(row["blocked"] for row in stock)


def test_there_are_orders_in_every_state_with_lines() -> None:
    orders = table("orders")
    assert {row["target_state"] for row in orders} == STATES
    assert 55 <= len(orders) <= 70
    assert {row["order"] for row in table("order_lines")} == {row["key"] for row in orders}
    for row in orders:
        assert int(row["order_day"]) <= 0
        assert int(row["order_day"]) < int(row["requested_day"])
        assert (row["target_state"] == "loaded") == bool(row["truck"])
        assert (row["target_state"] == "on_hold") == bool(row["hold"])


def test_order_lines_are_exact_in_their_units_and_decimals() -> None:
    items = by("items", "number")
    factors = {(u["item"], u["unit"]): Decimal(u["factor"]) for u in table("item_units")}
    for line in table("order_lines"):
        item = items[line["item"]]
        base_unit = line["unit"] == item["base_unit"]
        factor = Decimal(1) if base_unit else factors[line["item"], line["unit"]]
        base = Decimal(line["base_quantity"])
        assert base == Decimal(line["quantity"]) * factor > 0
        assert base == round(base, int(item["quantity_decimals"])), line


def test_order_lines_reach_no_further_than_what_was_ordered() -> None:
    items = by("items", "number")
    states = {row["key"]: row["target_state"] for row in table("orders")}
    for line in table("order_lines"):
        names = ("cancelled", "allocated", "on_cart", "staged", "boxed", "loaded", "packed")
        done = {name: Decimal(line[name]) for name in (*names, "invoiced")}
        wanted = Decimal(line["base_quantity"]) - done["cancelled"]
        moved = done["on_cart"] + done["staged"] + done["boxed"] + done["loaded"]
        assert min(done.values()) >= 0
        assert done["allocated"] + done["packed"] <= wanted, line
        assert moved <= done["allocated"], line
        assert done["invoiced"] <= done["packed"], line
        if states[line["order"]] in ("draft", "confirmed", "on_hold", "drop_ship", "cancelled"):
            assert done["allocated"] == done["packed"] == 0, line
        if done["packed"]:
            assert not items[line["item"]]["tracking"].startswith("serial"), line


def test_usable_stock_of_each_warehouse_covers_all_orders_together() -> None:
    places = by("locations", "code")
    free: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table("stock"):
        place = places[row["location"]]
        usable = int(row["expires_day"] or 1) > 0 and not row["blocked"]
        if usable and place["kind"] == "storage":
            free[place["warehouse"], row["item"]] += Decimal(row["quantity"])
    orders = by("orders", "key")
    for line in table("order_lines"):
        taken = Decimal(line["allocated"]) + Decimal(line["packed"])
        free[orders[line["order"]]["warehouse"], line["item"]] -= taken
    assert {key: left for key, left in free.items() if left < 0} == {}
    for line in table("order_lines"):
        order = orders[line["order"]]
        if order["target_state"] == "backordered" and line["line"] == "1":
            assert Decimal(line["allocated"]) < Decimal(line["base_quantity"])
            assert free[order["warehouse"], line["item"]] == 0


def test_what_is_loaded_fits_its_truck() -> None:
    items, orders, trucks = by("items", "number"), by("orders", "key"), by("trucks", "code")
    loaded: dict[str, Decimal] = defaultdict(Decimal)
    litres: dict[str, Decimal] = defaultdict(Decimal)
    for line in table("order_lines"):
        if quantity := Decimal(line["loaded"]):
            order = orders[line["order"]]
            assert trucks[order["truck"]]["warehouse"] == order["warehouse"]
            loaded[order["truck"]] += quantity * Decimal(items[line["item"]]["weight_kg"])
            litres[order["truck"]] += quantity * Decimal(items[line["item"]]["volume_l"])
    assert len(loaded) == 2
    for code in loaded:
        assert loaded[code] <= Decimal(trucks[code]["capacity_kg"])
        assert litres[code] <= Decimal(trucks[code]["capacity_l"])


def test_drop_ship_lines_are_of_items_that_allow_it() -> None:
    items = by("items", "number")
    lines = [row for row in table("order_lines") if row["fulfilment"] == "drop ship"]
    assert len(lines) == 2
    assert {items[row["item"]]["allow_drop_ship"] for row in lines} == {"yes"}


def test_nobody_real_can_be_reached() -> None:
    for row in (*table("customers"), *table("suppliers"), company()):
        assert re.fullmatch(r"(\+44 1632 960\d{3})?", row["phone"])
        assert re.fullmatch(r"([a-z0-9-]+@[a-z0-9-]+\.example)?", row["email"])
    for row in (*table("customers"), *table("suppliers"), *table("warehouses")):
        if row["country"] == "GB":
            assert re.search(r" \d([CIKMOV]{2}|QK|QV)$", row["post_code"]), row


def test_customers_are_varied() -> None:
    customers = table("customers")
    names = [row["name"] for row in customers]
    assert len({row["country"] for row in customers}) >= 8
    assert sum(not name.isascii() for name in names) >= 20
    assert any("'" in name for name in names)
    assert max(map(len, names)) > 70
    assert {row["credit_limit"] for row in customers} >= {"", "0"}
    assert {row["backorder_policy"] for row in customers} == {"keep", "ask", "cancel"}
