"""The demo company's orders: every state there is, each within the stock it needs."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

Row = dict[str, str]
ZERO = Decimal(0)
QUANTITIES = (
    "cancelled",
    "allocated",
    "on_cart",
    "staged",
    "boxed",
    "loaded",
    "packed",
    "invoiced",
)


@dataclass(frozen=True)
class Story:
    """How far the orders of one kind have come: `target` state, how many, and the days."""

    target: str
    count: int
    ordered: tuple[int, int]
    requested: tuple[int, int]
    modes: tuple[str, ...] = ()


STORIES = (
    Story("invoiced", 5, (-24, -12), (-14, -7)),
    Story("part_invoiced", 2, (-16, -11), (-9, -4)),
    Story("packed", 5, (-8, -4), (-3, -1), ("PARCEL", "PALLET", "EXPORT", "PICKUP")),
    Story("part_packed", 3, (-9, -5), (-2, 1), ("PARCEL", "PALLET", "EXPORT")),
    Story("loaded", 4, (-4, -2), (0, 0), ("VAN",)),
    Story("packing", 2, (-3, -2), (0, 0), ("PARCEL", "PALLET")),
    Story("staged", 4, (-4, -2), (0, 1), ("VAN", "PALLET")),
    Story("part_staged", 3, (-3, -1), (0, 1), ("VAN", "PALLET")),
    Story("picking", 4, (-2, -1), (0, 1)),
    Story("allocated", 5, (-2, -1), (1, 3)),
    Story("part_allocated", 5, (-3, -1), (1, 5)),
    Story("backordered", 4, (-12, -5), (-3, 2)),
    Story("on_hold", 2, (-3, -1), (2, 6)),
    Story("drop_ship", 2, (-2, -1), (8, 16)),
    Story("confirmed", 5, (-1, 0), (2, 9)),
    Story("draft", 5, (0, 0), (3, 14)),
    Story("cancelled", 3, (-10, -6), (-4, 3)),
    Story("packed", 2, (-4, -3), (-2, -1), ("VAN",)),
)

COMMENTS = (
    "",
    "",
    "",
    "",
    "Please ring before delivery, the gate is locked after four.",
    "Leave with the harbour office if the yard is closed.",
    "Mark every carton with our order number.",
    "Crane on the quay from nine to twelve only.",
)
NOTES = (
    "",
    "",
    "",
    "",
    "",
    "Asks for the oldest invoice again with every order.",
    "Haul-out week.",
)


class Book:
    """Writes the orders and keeps count of what stock is still free for the next one."""

    def __init__(
        self,
        items: list[Row],
        units: list[Row],
        locations: list[Row],
        stock: list[Row],
        chance: random.Random,
    ) -> None:
        self.items = {item["number"]: item for item in items}
        self.units = {unit["item"]: unit for unit in units}
        self.chance = chance
        self.orders: list[Row] = []
        self.lines: list[Row] = []
        self.free: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        places = {place["code"]: place for place in locations}
        for row in stock:
            place = places[row["location"]]
            expired = row["expires_day"] != "" and int(row["expires_day"]) <= 0
            # Counter shelves are left alone: they are for people who walk in.
            if place["kind"] == "storage" and not expired and not row["blocked"]:
                self.free[place["warehouse"], row["item"]] += Decimal(row["quantity"])

    def basket(self, warehouse: str, size: int, limit: Decimal, packs: bool) -> list[Row]:
        """Lines of goods that are free in the warehouse and together stay within the limit."""
        chosen: list[Row] = []
        names = sorted(self.items)
        value = ZERO
        while len(chosen) < size:
            item = self.items[self.chance.choice(names)]
            number = item["number"]
            taken = any(line["item"] == number for line in chosen)
            bookkept = packs and item["tracking"] in ("serial", "serial_out")
            if taken or bookkept or item["discontinued"] == "yes":
                continue
            line = self.line(item, self.free[warehouse, number])
            price = Decimal(item["list_price"]) * Decimal(line["base_quantity"] or 0)
            if not line["base_quantity"] or value + price > limit:
                continue
            value += price
            chosen.append(line)
        return chosen

    def line(self, item: Row, free: Decimal) -> Row:
        """A line for a part of what is free; sometimes in the larger unit. Empty if none is."""
        unit = self.units.get(item["number"])
        most = min(free * Decimal("0.4"), Decimal(600) / Decimal(item["list_price"]))
        whole = int(min(most, Decimal(240)))
        line = {"item": item["number"], "unit": item["base_unit"], "quantity": ""}
        line["base_quantity"] = ""
        if whole < 1:
            return line
        if unit is not None and whole >= int(unit["factor"]) and self.chance.random() < 0.4:
            count = self.chance.randint(1, whole // int(unit["factor"]))
            line |= {"unit": unit["unit"], "quantity": str(count)}
            line["base_quantity"] = str(count * int(unit["factor"]))
            return line
        quantity = Decimal(self.chance.randint(1, whole))
        if item["quantity_decimals"] != "0" and quantity < most - 1:
            quantity += self.chance.choice((ZERO, Decimal("0.5")))
        line["quantity"] = line["base_quantity"] = format(quantity, "f")
        return line

    def reach(self, target: str, position: int, warehouse: str, line: Row) -> dict[str, Decimal]:
        """The quantities of the line that belong to the target state."""
        quantity = Decimal(line["base_quantity"])
        first = position == 0
        part = Decimal(max(int(quantity) // 2, 1)) if quantity > 1 else quantity
        done: dict[str, Decimal] = dict.fromkeys(QUANTITIES, ZERO)
        if target == "cancelled":
            done["cancelled"] = quantity
        elif target == "invoiced":
            done["packed"] = done["invoiced"] = quantity
        elif target == "packed":
            done["packed"] = quantity
        elif target == "part_invoiced":
            done["packed"] = quantity
            done["invoiced"] = quantity if first else ZERO
        elif target == "part_packed":
            done["packed"] = quantity if first else ZERO
            done["allocated"] = ZERO if first else part
        elif target == "part_allocated":
            done["allocated"] = (quantity, part, ZERO)[position % 3]
        elif target == "backordered":
            done["allocated"] = self.free[warehouse, line["item"]] if first else quantity
        elif target in ("allocated", "picking", "staged", "part_staged", "loaded", "packing"):
            done["allocated"] = quantity
            place = {"picking": "on_cart", "part_staged": "staged", "packing": "boxed"}
            if target in ("staged", "loaded") or (target in place and first):
                done[place.get(target, target)] = quantity
        self.free[warehouse, line["item"]] -= done["allocated"] + done["packed"]
        return done

    def make_short(self, line: Row, warehouse: str) -> None:
        """Ask for more of the line's item than there is, whole units of the base unit."""
        free = self.free[warehouse, line["item"]]
        wanted = Decimal(int(free) + self.chance.randint(2, 12))
        line["unit"] = self.items[line["item"]]["base_unit"]
        line["quantity"] = line["base_quantity"] = format(wanted, "f")

    def write(self, story: Story, customer: Row, lane: str, truck: str, number: int) -> None:
        warehouse = "HILL" if number % 6 == 5 and story.modes != ("VAN",) else "QUAY"
        size = self.chance.randint(2, 7)
        limit = Decimal(customer["credit_limit"] or "20000") * Decimal("0.6")
        packs = story.target in ("invoiced", "part_invoiced", "packed", "part_packed", "packing")
        basket = self.basket(warehouse, size, limit or Decimal(900), packs)
        if story.target == "backordered":
            basket.sort(key=lambda line: self.worth(line, warehouse))
            self.make_short(basket[0], warehouse)
        if story.target == "drop_ship":
            basket[0] = self.drop_ship_line()
        key = f"D{number:02d}"
        for position, line in enumerate(basket):
            done = self.reach(story.target, position, warehouse, line)
            self.lines.append(
                {"order": key, "line": str(position + 1), **line, **self.price(line, position)}
                | {"fulfilment": "stock"}
                | {name: format(amount, "f") for name, amount in done.items()}
            )
            if story.target == "drop_ship" and position == 0:
                self.lines[-1]["fulfilment"] = "drop ship"
        ordered = self.chance.randint(*story.ordered)
        requested = max(self.chance.randint(*story.requested), ordered + 1)
        in_parts = story.target.startswith("part_") or story.target == "backordered"
        self.orders.append(
            {
                "key": key,
                "target_state": story.target,
                "customer": customer["number"],
                "customer_po": self.purchase_number(),
                "warehouse": warehouse,
                "order_day": str(ordered),
                "requested_day": str(requested),
                "delivery_mode": customer["delivery_mode"],
                "terms": customer["terms"],
                "currency": "GBP",
                "ship_complete": "no" if in_parts else customer["ship_complete"],
                "backorder_policy": "keep" if in_parts else customer["backorder_policy"],
                "priority": str(self.chance.choice((0, 0, 0, 0, 1, 2))),
                "hold": ("CREDIT", "ADDRESS")[number % 2] if story.target == "on_hold" else "",
                "cancel_reason": "customer changed plans" if story.target == "cancelled" else "",
                "staging_location": lane,
                "truck": truck,
                "taken_by": "sales" if number % 4 else "manager",
                "comment": self.chance.choice(COMMENTS),
                "internal_note": self.chance.choice(NOTES),
            }
        )

    def worth(self, line: Row, warehouse: str) -> Decimal:
        """The value of all that is free of the line's item."""
        item = self.items[line["item"]]
        return self.free[warehouse, line["item"]] * Decimal(item["list_price"])

    def drop_ship_line(self) -> Row:
        """One large item that its supplier sends straight to the customer."""
        able = [i for i in self.items.values() if i["allow_drop_ship"] == "yes"]
        able = [i for i in able if 150 < Decimal(i["list_price"]) < 900]
        item = self.chance.choice(able)
        return {
            "item": item["number"],
            "unit": item["base_unit"],
            "quantity": "1",
            "base_quantity": "1",
        }

    def price(self, line: Row, position: int) -> Row:
        """Mostly none (the list decides), now and then a typed price or a discount."""
        typed, discount = "", ""
        list_price = Decimal(self.items[line["item"]]["list_price"])
        chance = self.chance.random()
        if chance < 0.06 and list_price > 5 and line["quantity"] == line["base_quantity"]:
            typed = format((list_price * Decimal("0.93")).quantize(Decimal("0.01")), "f")
        elif chance < 0.14 and position > 0:
            discount = self.chance.choice(("5", "7.5", "10"))
        return {"typed_price": typed, "discount_percent": discount}

    def purchase_number(self) -> str:
        form = self.chance.choice(("PO {}", "77-{}", "{}/B", "WO-{}", ""))
        return form.format(self.chance.randint(1040, 9870))


def order_rows(
    items: list[Row],
    units: list[Row],
    customers: list[Row],
    locations: list[Row],
    stock: list[Row],
    trucks: list[Row],
    chance: random.Random,
) -> tuple[list[Row], list[Row]]:
    """The orders and their lines, the furthest first, so that they have first call on stock."""
    book = Book(items, units, locations, stock, chance)
    able = [c for c in customers if c["group"] != "CASH" and c["terms"] != "PREPAID"]
    chance.shuffle(able)
    number = 0
    for story in STORIES:
        for turn in range(story.count):
            number += 1
            fits = [c for c in able if not story.modes or c["delivery_mode"] in story.modes]
            customer = fits[0]
            # Back to the end of the queue: nobody orders twice before everybody else has once.
            able.remove(customer)
            able.append(customer)
            hill = number % 6 == 5 and story.modes != ("VAN",)
            lane = f"S-{11 + number % 4}" if hill else f"S-{1 + number % 8:02d}"
            on_floor = story.target in ("staged", "part_staged", "loaded", "packing", "picking")
            truck = trucks[turn % 2]["code"] if story.target == "loaded" else ""
            book.write(story, customer, lane if on_floor else "", truck, number)
    return book.orders, book.lines
