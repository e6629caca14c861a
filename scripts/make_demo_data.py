"""Write the data of the demo company to `resources/demo`.

The catalogue and the partners are hand-written in the modules beside this one; here they become
numbered, coded, stocked and ordered. The seed is fixed: every run writes the same bytes.

    python -m scripts.make_demo_data [--to FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from scripts import demo_catalogue as catalogue
from scripts import demo_catalogue_workshop as workshop
from scripts import demo_partners as partners
from scripts import demo_prices as prices
from scripts.demo_orders import order_rows
from scripts.demo_stock import location_rows, stock_rows

Row = dict[str, str]

SEED = 9521473
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "demo"

FAMILIES = (
    *catalogue.DECK,
    *catalogue.MOORING,
    *catalogue.SAFETY,
    *catalogue.ELECTRICAL,
    *catalogue.WATER,
    *catalogue.ENGINE,
    *workshop.COATINGS,
    *workshop.FASTENERS,
    *workshop.WORKSHOP,
    *workshop.CABIN,
)

WAREHOUSES: list[Row] = [
    {
        "code": "QUAY",
        "name": "Gannet Quay",
        "street": "Unit 4, The Old Net Loft, Gannet Quay",
        "city": "Port Merrow",
        "post_code": "XM1 4QK",
        "country": "GB",
        "time_zone": "Europe/London",
        "cut_off": "15:30",
        "staging_location": "S-01",
    },
    {
        "code": "HILL",
        "name": "Hill Barn store",
        "street": "Hill Barn, Beacon Road",
        "city": "Port Merrow",
        "post_code": "XM1 9QV",
        "country": "GB",
        "time_zone": "Europe/London",
        "cut_off": "14:00",
        "staging_location": "S-11",
    },
]

TRUCKS: list[Row] = [
    # The age mark 00 was never issued, so these plates belong to nobody.
    {
        "code": "TRUCK-1",
        "name": "Bess, 7.5 t curtain-sider with tail lift",
        "registration": "WK00 GQA",
        "warehouse": "QUAY",
        "capacity_kg": "3200",
        "capacity_l": "32000",
        "capacity_pallets": "12",
    },
    {
        "code": "TRUCK-2",
        "name": "Dory, 3.5 t box van",
        "registration": "WK00 GQB",
        "warehouse": "QUAY",
        "capacity_kg": "1050",
        "capacity_l": "18000",
        "capacity_pallets": "4",
    },
    {
        "code": "TRUCK-3",
        "name": "Skiff, panel van",
        "registration": "WK00 GQC",
        "warehouse": "HILL",
        "capacity_kg": "780",
        "capacity_l": "9000",
        "capacity_pallets": "2",
    },
]

CREDIT_LIMITS = {
    "MARINA": ("15000", "25000", "40000"),
    "YARD": ("8000", "12000", "20000"),
    "SHOP": ("5000", "7500", "10000"),
    "FLEET": ("6000", "10000", "18000"),
    "CLUB": ("2000", "3000"),
}

NEAR_BY = ("TR", "PL", "XM", "TQ", "EX")
"""Post code areas that our own trucks serve."""


def check_digit(digits: str) -> str:
    """The GS1 check digit of `digits`: weights 3 and 1 from the right (General Specifications)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def decimal_text(number: Decimal) -> str:
    """Without exponent and without zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(number: Decimal, step: str) -> Decimal:
    return number.quantize(Decimal(step), rounding=ROUND_HALF_UP)


def slug(name: str) -> str:
    """The name as a domain label: plain letters and hyphens."""
    special = str.maketrans({"ø": "o", "Ø": "O", "þ": "th", "ð": "d", "æ": "ae", "ß": "ss"})
    plain = unicodedata.normalize("NFKD", name.translate(special).replace("ł", "l"))
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in plain if ord(c) < 0x300)
    return "-".join(words.lower().split())[:40].strip("-")


def invented_post_code(post_code: str, country: str, chance: random.Random) -> str:
    """A British district gets an ending that is never used: C, I, K, M, O and V do not occur
    in the last two letters of a real post code."""
    if country != "GB":
        return post_code
    return f"{post_code} {chance.randint(1, 9)}{chance.choice('CIKMOV')}{chance.choice('CIKMOV')}"


def item_rows(chance: random.Random) -> tuple[list[Row], list[Row]]:
    """The items, and their larger units."""
    items: list[Row] = []
    units: list[Row] = []
    for family in FAMILIES:
        entries = [entry.strip() for entry in family.rows.split(";")]
        step = 10 if len(entries) < 10 else 5
        for position, entry in enumerate(entries, start=1):
            label, figures = entry.rsplit("=", 1)
            price, weight = (Decimal(figure) for figure in figures.split("/"))
            reference = f"{len(items) + 1:05d}"
            gtin = partners.GS1_COMPANY_PREFIX + reference
            number = f"{family.code}{position * step:02d}"
            maker = f"{family.supplier:02d}{chance.randint(1000, 9999)}"
            share = Decimal(100 - family.margin + chance.randint(-3, 3)) / 100
            items.append(
                {
                    "number": number,
                    "name": family.name.replace("{}", label),
                    "description": family.description,
                    "group": family.group,
                    "base_unit": family.unit,
                    "quantity_decimals": str(family.decimals),
                    "tracking": family.tracking,
                    "shelf_days": str(family.shelf_days or ""),
                    "list_price": decimal_text(price.quantize(Decimal("0.01"))),
                    "cost": decimal_text(rounded(price * share, "0.01" if price > 2 else "0.0001")),
                    "weight_kg": decimal_text(weight),
                    "volume_l": decimal_text(
                        max(rounded(weight * Decimal(family.bulk), "0.001"), Decimal("0.001"))
                    ),
                    "gtin": gtin + check_digit(gtin),
                    "supplier": f"V-{100 + family.supplier}",
                    "supplier_item_number": f"{maker}-{reference}",
                    "tax_class": "standard",
                    "discontinued": "yes" if label in family.discontinued else "no",
                    "allow_drop_ship": "yes" if family.drop_ship else "no",
                }
            )
            for unit in filter(None, family.units.split(",")):
                name, factor = unit.split(":")
                packed = "1" + gtin
                units.append(
                    {
                        "item": number,
                        "unit": name,
                        "factor": factor,
                        "gtin": packed + check_digit(packed),
                    }
                )
    return items, units


def supplier_rows(chance: random.Random) -> list[Row]:
    rows = []
    for index, line in enumerate(partners.SUPPLIERS.strip().splitlines(), start=1):
        name, makes, country, city, post_code, street, lead_days = line.split("|")
        rows.append(
            {
                "number": f"V-{100 + index}",
                "name": name,
                "makes": makes,
                "street": street,
                "city": city,
                "post_code": invented_post_code(post_code, country, chance),
                "country": country,
                "phone": f"+44 1632 960{800 + index}" if country == "GB" else "",
                "email": f"orders@{slug(name)}.example",
                "currency": "GBP",
                "terms": chance.choice(("NET30", "NET30", "NET45", "NET60")),
                "lead_days": lead_days,
                "drop_ship_days": str(int(lead_days) + 2),
            }
        )
    return rows


def customer_rows(chance: random.Random) -> list[Row]:
    rows = []
    for index, line in enumerate(partners.CUSTOMERS.strip().splitlines(), start=1):
        name, group, country, city, post_code, street = line.split("|")
        area = post_code.rstrip("0123456789") if country == "GB" else ""
        if group == "CASH":
            terms, limit, mode = "CASH", "0", "COUNTER"
        elif group == "PUBLIC":
            terms, limit, mode = "NET30", "", "PALLET"
        elif country != "GB" and index % 9 == 0:
            terms, limit, mode = "PREPAID", "0", "EXPORT"
        else:
            terms = chance.choice(("NET14", "NET30", "NET30", "NET45"))
            limit = chance.choice(CREDIT_LIMITS[group])
            mode = chance.choice(("PARCEL", "PARCEL", "PALLET"))
        if country != "GB":
            mode = "EXPORT"
        elif group != "CASH" and area in NEAR_BY:
            mode = "PICKUP" if index % 7 == 0 else "VAN"
        counter = name == "Counter sale"
        rows.append(
            {
                "number": f"C-{1000 + index}",
                "name": name,
                "group": group,
                "street": street,
                "city": city,
                "post_code": invented_post_code(post_code, country, chance),
                "country": country,
                "phone": f"+44 1632 960{200 + index}" if country == "GB" and not counter else "",
                "email": "" if counter else f"office@{slug(name)}.example",
                "currency": "GBP",
                "terms": terms,
                "credit_limit": limit,
                "delivery_mode": mode,
                "backorder_policy": chance.choice(
                    ("keep", "keep", "keep", "keep", "ask", "cancel")
                ),
                "ship_complete": "yes" if index % 17 == 0 else "no",
                "tax_exempt": "no" if country == "GB" else "yes",
                "price_book": prices.TRADE_BOOK if country == "GB" and group == "SHOP" else "",
            }
        )
    return rows


def people_rows() -> list[Row]:
    columns = ("kind", "login", "name", "role", "badge_code", "demo_password", "warehouse")
    return [dict(zip(columns, person, strict=True)) for person in partners.PEOPLE]


def group_rows() -> list[Row]:
    return [
        {"code": code, "name": name, "parent": parent} for code, name, parent in catalogue.GROUPS
    ]


def as_csv(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def demo_files() -> dict[str, str]:
    """File name → text, of every generated file."""
    chance = random.Random(SEED)
    items, units = item_rows(chance)
    suppliers = supplier_rows(chance)
    customers = customer_rows(chance)
    locations = location_rows()
    stock = stock_rows(items, locations, chance)
    orders, lines = order_rows(items, units, customers, locations, stock, TRUCKS, chance)
    tables = {
        "people": people_rows(),
        "item_groups": group_rows(),
        "items": items,
        "item_units": units,
        "suppliers": suppliers,
        "customers": customers,
        "warehouses": WAREHOUSES,
        "locations": locations,
        "trucks": TRUCKS,
        "stock": stock,
        "orders": orders,
        "order_lines": lines,
        "agreements": prices.agreement_rows({code for code, _, _ in catalogue.GROUPS}),
        "price_rises": prices.RISES,
        "price_book_entries": prices.book_rows(items),
        "charge_rules": prices.CHARGES,
    }
    files = {f"{name}.csv": as_csv(rows) for name, rows in tables.items()}
    files["company.json"] = json.dumps(partners.COMPANY, ensure_ascii=False, indent=2) + "\n"
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the data of the demo company.")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder to write to")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in demo_files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
