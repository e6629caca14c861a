"""Where the demo company's goods lie: its locations and its opening stock."""

from __future__ import annotations

import random
from decimal import Decimal

Row = dict[str, str]

AISLES = {"QUAY": "ABCDEFG", "HILL": "KLM"}
BAYS, LEVELS = 10, 4

OTHER_PLACES: tuple[tuple[str, str, str, str], ...] = (
    # warehouse, code, name, kind
    ("QUAY", "R-01", "Receiving, quay door", "receiving"),
    ("QUAY", "R-02", "Receiving, street door", "receiving"),
    ("QUAY", "C-01", "Counter shelves", "counter"),
    *(("QUAY", f"CART-{n}", f"Picking cart {n}", "cart") for n in range(1, 5)),
    *(("QUAY", f"S-{n:02d}", f"Staging lane {n}", "staging") for n in range(1, 9)),
    *(("QUAY", f"P-{n:02d}", f"Packing bench {n}", "packing") for n in range(1, 4)),
    ("QUAY", "Q-01", "Quarantine cage", "quarantine"),
    ("HILL", "R-11", "Receiving, yard door", "receiving"),
    *(("HILL", f"CART-{n}", f"Picking cart {n}", "cart") for n in range(5, 7)),
    *(("HILL", f"S-{n}", f"Staging lane {n}", "staging") for n in range(11, 15)),
    ("HILL", "P-11", "Packing bench 11", "packing"),
    ("HILL", "Q-11", "Quarantine shelf", "quarantine"),
)

KEPT_AT_HILL = {"ROPE", "ANCHOR", "FENDER", "POWER", "ENGINE", "LIFE", "PAINT", "CABIN", "HOSE"}
"""Groups that are bulky or heavy enough to have a reserve in the second warehouse."""

BIN_HOLDS: tuple[tuple[Decimal, int, int], ...] = (
    # list price below, at least, at most
    (Decimal(1), 400, 1800),
    (Decimal(10), 60, 260),
    (Decimal(50), 16, 70),
    (Decimal(200), 6, 24),
    (Decimal("Infinity"), 2, 6),
)

BLOCK_REASONS = ("supplier recall", "damaged labels", "waiting for test certificate")


def location_rows() -> list[Row]:
    """400 bins in walk order (up one aisle, down the next), then the other places."""
    rows: list[Row] = []
    for warehouse, aisles in AISLES.items():
        walk = 0
        for index, aisle in enumerate(aisles):
            bays = range(1, BAYS + 1) if index % 2 == 0 else range(BAYS, 0, -1)
            for bay in bays:
                for level in range(1, LEVELS + 1):
                    walk += 10
                    rows.append(
                        {
                            "code": f"{aisle}-{bay:02d}-{level}",
                            "name": f"Aisle {aisle}, bay {bay}, level {level}",
                            "warehouse": warehouse,
                            "kind": "storage",
                            "pickable": "yes",
                            "walk_sequence": str(walk),
                        }
                    )
    for warehouse, code, name, kind in OTHER_PLACES:
        rows.append(
            {
                "code": code,
                "name": name,
                "warehouse": warehouse,
                "kind": kind,
                "pickable": "yes" if kind == "counter" else "no",
                "walk_sequence": "",
            }
        )
    return rows


def usual_quantity(item: Row, chance: random.Random) -> Decimal:
    """What a bin of this item holds: many of the cheap, few of the dear, by its own decimals."""
    price = Decimal(item["list_price"])
    low, high = next((low, high) for limit, low, high in BIN_HOLDS if price < limit)
    quantity = Decimal(chance.randint(low, high))
    if item["quantity_decimals"] != "0" and chance.random() < 0.6:
        quantity += Decimal(chance.randint(1, 9)) / 10
    return quantity


class Opening:
    """Collects stock rows; a serial gets a row for each unit, a lot a number and an expiry."""

    def __init__(self, chance: random.Random) -> None:
        self.rows: list[Row] = []
        self._chance = chance
        self._serial = 40817
        self._lot = 3051

    def put(
        self,
        item: Row,
        location: str,
        quantity: Decimal,
        expires: int | None = None,
        blocked: str = "",
    ) -> None:
        if item["tracking"] == "serial":
            for _ in range(int(quantity)):
                self._serial += self._chance.randint(3, 17)
                self._add(item, location, f"{item['number'][:2]}{self._serial}", None, "1", "")
            return
        lot = ""
        if item["tracking"] == "lot":
            self._lot += self._chance.randint(1, 9)
            lot = f"{item['number'][:2]}-{self._lot}"
            if expires is None:
                expires = round(int(item["shelf_days"]) * self._chance.uniform(0.25, 0.95))
        self._add(item, location, lot, expires, format(quantity, "f"), blocked)

    def _add(
        self,
        item: Row,
        location: str,
        lot: str,
        expires: int | None,
        quantity: str,
        blocked: str,
    ) -> None:
        self.rows.append(
            {
                "item": item["number"],
                "location": location,
                "lot": lot,
                "expires_day": "" if expires is None else str(expires),
                "quantity": quantity,
                "blocked": blocked,
            }
        )


def stock_rows(items: list[Row], locations: list[Row], chance: random.Random) -> list[Row]:
    """The opening stock: some items out of stock, some in several bins and lots."""
    bins = {
        warehouse: [
            place["code"]
            for place in locations
            if place["warehouse"] == warehouse and place["kind"] == "storage"
        ]
        for warehouse in AISLES
    }
    opening = Opening(chance)
    for index, item in enumerate(items):
        home = bins["QUAY"][index * len(bins["QUAY"]) // len(items)]
        reserve = bins["HILL"][index * len(bins["HILL"]) // len(items)]
        if item["discontinued"] == "yes":
            opening.put(item, home, Decimal(chance.randint(1, 3)))
            continue
        if chance.random() < 0.06:
            continue
        opening.put(item, home, usual_quantity(item, chance))
        if chance.random() < 0.22:
            opening.put(item, chance.choice(bins["QUAY"]), usual_quantity(item, chance))
        if item["group"] in KEPT_AT_HILL and chance.random() < 0.75:
            opening.put(item, reserve, usual_quantity(item, chance) * 2)
        if Decimal(item["list_price"]) < 20 and item["tracking"] == "none" and index % 9 == 0:
            opening.put(item, "C-01", Decimal(chance.randint(4, 20)))
    with_lots = [item for item in items if item["tracking"] == "lot"]
    for item in with_lots[3::17]:
        opening.put(item, chance.choice(bins["QUAY"]), Decimal(chance.randint(2, 9)), expires=-11)
    for item, reason in zip(with_lots[5::23], BLOCK_REASONS, strict=False):
        opening.put(item, chance.choice(bins["QUAY"]), Decimal(6), blocked=reason)
    for item in items[40::160]:
        opening.put(item, "Q-01", Decimal(chance.randint(1, 3)))
    return sorted(opening.rows, key=lambda row: (row["item"], row["location"], row["lot"]))
