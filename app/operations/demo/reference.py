"""The demo company's reference data: written set by set, as the owner, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from app.models.base import Base
from app.models.catalog import Item, ItemCost, ItemGroup, ItemUnit
from app.models.company import Company, DeliveryMode, PaymentTerms
from app.models.packing import CartonType
from app.models.partners import AccountGroup, Address, Customer, Supplier
from app.models.stock import Location, Warehouse
from app.models.taxes import TaxClass, TaxExemption, TaxJurisdiction, TaxRate
from app.models.users import Person, Printer, Station, StationPrinter
from app.operations.demo.files import Row, company, number, rows_of, whole, yes
from app.rules.orders import BackorderPolicy, DeliveryKind
from app.rules.packing import CartonKind
from app.rules.printing import PrinterRole
from app.rules.stock import LocationKind, Tracking

CARTON_TYPES = (
    ("BOX-S", "Small box", "box", "0.2", "10", "12", False),
    ("BOX-M", "Medium box", "box", "0.4", "20", "40", True),
    ("BOX-L", "Large box", "box", "0.7", "25", "90", False),
    ("PALLET", "Euro pallet", "pallet", "22", "800", "1500", False),
)
"""Code, name, kind, tare in kg, greatest weight in kg, volume in litres, default or not."""

PACKING_PLACES = {"packing-1": ("P-01", "S-01"), "counter-1": ("C-01", "S-01")}
"""The bench (or the counter's shelves) and the lane of each station."""


@dataclass(frozen=True, slots=True)
class Known:
    """The ids behind the codes of the files."""

    items: dict[str, int]
    customers: dict[str, int]
    suppliers: dict[str, int]
    warehouses: dict[str, int]
    locations: dict[str, int]


def write_reference(owner: Engine) -> Known:
    """Write everything that is neither stock nor an order, into an empty company database."""
    with owner.begin() as connection:
        _write_company(connection)
        locations, warehouses = _write_places(connection)
        customers, suppliers = _write_partners(connection)
        items = _write_items(connection, suppliers)
        _write_people(connection, locations, warehouses)
    return Known(items, customers, suppliers, warehouses, locations)


def _add(
    connection: Connection, model: type[Base], rows: Sequence[dict[str, Any]], key: str = "code"
) -> dict[str, int]:
    """Insert the rows at once; the ids of all rows by their code."""
    connection.execute(insert(model), list(rows))
    found = connection.execute(text(f"SELECT {key}, id FROM {model.__tablename__}"))
    return {row[0]: row[1] for row in found}


def _write_company(connection: Connection) -> None:
    facts = company()
    address, tax = facts["address"], facts["tax_rate"]
    connection.execute(
        insert(Company).values(
            name=facts["name"],
            address="\n".join([*address["lines"], address["city"], address["post_code"]]),
            phone=facts["phone"],
            email=facts["email"],
            country=facts["country"],
            currency=facts["base_currency"],
            time_zone=facts["time_zone"],
            locale=facts["locale"],
            gs1_company_prefix=facts["gs1_company_prefix"],
            prices_include_tax=tax["included_in_prices"],
            is_demo=True,
        )
    )
    connection.execute(insert(PaymentTerms), facts["payment_terms"])
    modes = [
        {**mode, "kind": DeliveryKind(mode["kind"].replace("-", "_").replace(" ", "_"))}
        for mode in facts["delivery_modes"]
    ]
    connection.execute(insert(DeliveryMode), modes)
    classes = _add(
        connection, TaxClass, [{"code": tax["tax_class"], "name": tax["tax_class"].capitalize()}]
    )
    places = _add(
        connection,
        TaxJurisdiction,
        [{"code": facts["country"], "name": "United Kingdom", "country": facts["country"]}],
    )
    connection.execute(
        insert(TaxRate).values(
            jurisdiction_id=places[facts["country"]],
            tax_class_id=classes[tax["tax_class"]],
            name=tax["name"],
            percent=number(tax["percent"]),
        )
    )
    connection.execute(insert(AccountGroup), facts["customer_groups"])
    connection.execute(
        insert(CartonType),
        [
            {
                "code": code,
                "name": name,
                "kind": CartonKind(kind),
                "tare_kg": number(tare),
                "max_kg": number(greatest),
                "volume_l": number(volume),
                "is_default": is_default,
            }
            for code, name, kind, tare, greatest, volume, is_default in CARTON_TYPES
        ],
    )


def _write_places(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    warehouses = _add(
        connection,
        Warehouse,
        [
            {
                "code": row["code"],
                "name": row["name"],
                "address": "\n".join([row["street"], row["city"], row["post_code"]]),
                "time_zone": row["time_zone"],
            }
            for row in rows_of("warehouses")
        ],
    )
    connection.execute(
        insert(Location),
        [
            {
                "warehouse_id": warehouses[row["warehouse"]],
                "kind": LocationKind(row["kind"]),
                "code": row["code"],
                "name": row["name"],
                "is_pickable": yes(row["pickable"]),
                "walk_sequence": whole(row["walk_sequence"]) or 0,
            }
            for row in rows_of("locations")
        ],
    )
    locations = _add(
        connection,
        Location,
        [
            {
                "kind": LocationKind.TRUCK,
                "code": row["code"],
                "name": f"{row['name']} ({row['registration']})",
                "capacity_kg": number(row["capacity_kg"]),
                "capacity_l": number(row["capacity_l"]),
                "capacity_pallets": whole(row["capacity_pallets"]),
            }
            for row in rows_of("trucks")
        ],
    )
    return locations, warehouses


def _ids(connection: Connection, table: str) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(text(f"SELECT code, id FROM {table}"))}


def _write_partners(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    groups, terms, modes = (
        _ids(connection, table) for table in ("account_group", "payment_terms", "delivery_mode")
    )
    rows = rows_of("customers")
    customers = _add(
        connection,
        Customer,
        [
            {
                "number": row["number"],
                "name": row["name"],
                "name_sort": row["name"].casefold(),
                "group_id": groups[row["group"]],
                "phone": row["phone"],
                "email": row["email"],
                "currency": row["currency"],
                "terms_id": terms[row["terms"]],
                "delivery_mode_id": modes[row["delivery_mode"]],
                "credit_limit": number(row["credit_limit"]),
                "backorder_policy": BackorderPolicy(row["backorder_policy"]),
                "ship_complete": yes(row["ship_complete"]),
            }
            for row in rows
        ],
        "number",
    )
    connection.execute(
        insert(TaxExemption),
        [
            {"customer_id": customers[row["number"]], "certificate": f"EX-{row['number']}"}
            for row in rows
            if yes(row["tax_exempt"])
        ],
    )
    makers = rows_of("suppliers")
    suppliers = _add(
        connection,
        Supplier,
        [
            {
                "number": row["number"],
                "name": row["name"],
                "name_sort": row["name"].casefold(),
                "phone": row["phone"],
                "email": row["email"],
                "currency": row["currency"],
                "lead_time_days": whole(row["lead_days"]),
            }
            for row in makers
        ],
        "number",
    )
    connection.execute(
        insert(Address),
        [
            *(_address(row, customer=customers[row["number"]]) for row in rows),
            *(_address(row, supplier=suppliers[row["number"]]) for row in makers),
        ],
    )
    return customers, suppliers


def _address(row: Row, customer: int | None = None, supplier: int | None = None) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "supplier_id": supplier,
        "name": row["name"],
        "street": row["street"],
        "city": row["city"],
        "postal_code": row["post_code"],
        "country": row["country"],
        "is_bill_to": True,
        "is_ship_to": True,
    }


def _write_items(connection: Connection, suppliers: dict[str, int]) -> dict[str, int]:
    group_rows = rows_of("item_groups")
    groups = _add(
        connection, ItemGroup, [{"code": row["code"], "name": row["name"]} for row in group_rows]
    )
    connection.execute(
        text("UPDATE item_group SET parent_id = :parent WHERE id = :id"),
        [
            {"id": groups[row["code"]], "parent": groups[row["parent"]]}
            for row in group_rows
            if row["parent"]
        ],
    )
    tax_classes = _ids(connection, "tax_class")
    rows = rows_of("items")
    items = _add(
        connection, Item, [_item(row, groups, tax_classes, suppliers) for row in rows], "number"
    )
    connection.execute(
        insert(ItemCost),
        [{"item_id": items[row["number"]], "cost": number(row["cost"])} for row in rows],
    )
    base_units = [
        {
            "item_id": items[row["number"]],
            "name": row["base_unit"],
            "factor": number("1"),
            # A GTIN-13 in 14 digits: a nought in front.
            "gtin": row["gtin"].zfill(14),
        }
        for row in rows
    ]
    larger_units = [
        {
            "item_id": items[row["item"]],
            "name": row["unit"],
            "factor": number(row["factor"]),
            "gtin": row["gtin"] or None,
        }
        for row in rows_of("item_units")
    ]
    connection.execute(insert(ItemUnit), base_units + larger_units)
    return items


def _item(
    row: Row, groups: dict[str, int], tax_classes: dict[str, int], suppliers: dict[str, int]
) -> dict[str, Any]:
    return {
        "number": row["number"],
        "name": row["name"],
        "name_sort": row["name"].casefold(),
        "description": row["description"],
        "group_id": groups[row["group"]],
        "base_unit": row["base_unit"],
        "quantity_decimals": int(row["quantity_decimals"]),
        "tracking": Tracking(row["tracking"]),
        "list_price": number(row["list_price"]),
        "tax_class_id": tax_classes[row["tax_class"]],
        "weight_kg": number(row["weight_kg"]),
        "volume_l": number(row["volume_l"]),
        "supplier_id": suppliers[row["supplier"]],
        "supplier_item_number": row["supplier_item_number"],
        "allow_drop_ship": yes(row["allow_drop_ship"]),
        "is_discontinued": yes(row["discontinued"]),
    }


def _write_people(
    connection: Connection, locations: dict[str, int], warehouses: dict[str, int]
) -> None:
    rows = rows_of("people")
    connection.execute(
        insert(Person),
        [
            {"login": row["login"], "name": row["name"], "badge": row["badge_code"] or None}
            for row in rows
            if row["kind"] == "person"
        ],
    )
    connection.execute(
        insert(Station),
        [
            {
                "code": row["login"].upper(),
                "name": row["name"],
                "login": row["login"],
                "warehouse_id": warehouses[row["warehouse"]],
                "packing_location_id": locations[PACKING_PLACES[row["login"]][0]],
                "lane_id": locations[PACKING_PLACES[row["login"]][1]],
            }
            for row in rows
            if row["kind"] == "station"
        ],
    )
    connection.execute(
        text("SELECT create_login(:login, :demo_password, ARRAY[:role])"),
        [{key: row[key] for key in ("login", "demo_password", "role")} for row in rows],
    )
    printers = _add(
        connection,
        Printer,
        [
            {"code": "PAPER", "name": "Paper folder", "kind": "folder", "address": "paper"}
            | {"language": "pdf"},
            {"code": "LABELS", "name": "Label folder", "kind": "folder", "address": "labels"}
            | {"language": "zpl"},
        ],
    )
    printer_of = dict.fromkeys(PrinterRole, printers["PAPER"])
    printer_of[PrinterRole.LABELS] = printers["LABELS"]
    connection.execute(
        insert(StationPrinter),
        [{"role": role, "printer_id": printer} for role, printer in printer_of.items()],
    )
