"""The demo company's orders, each taken as far as its target says, with real commands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Engine, text

from app.database.engine import reading
from app.operations.allocation import allocate_orders, release_line
from app.operations.billing import invoice_order, post_invoice
from app.operations.demo.files import Row, number, rows_of
from app.operations.demo.reference import Known
from app.operations.orders import (
    NewLine,
    cancel_order,
    change_line,
    confirm_order,
    enter_order,
    hold_order,
)
from app.operations.packing import box, close_carton, finish, open_carton
from app.operations.picking import make_picklist, pick_line, pick_order
from app.operations.run import Runner
from app.operations.staging import stage
from app.operations.stock import block_lots
from app.operations.trucks import depart, load, plan_trip, start_loading

HOLD_CODES = {"CREDIT": "CREDIT", "ADDRESS": "CHECK"}
"""The holds of the file as hold codes of the database."""

UNTOUCHED = {"draft", "confirmed", "on_hold", "drop_ship", "cancelled"}
"""Targets for which nothing is promised."""

SHIPPED = {"part_packed", "packed", "part_invoiced", "invoiced"}
"""Targets of which something has left for the customer."""

BENCHES = {"QUAY": ("P-01", "P-02", "P-03"), "HILL": ("P-11",)}
LINES_A_CARTON = 4
DEPARTED_WITH, NEXT_TRIP_OF = "TRUCK-1", "TRUCK-2"
"""The truck that left yesterday, and the one that takes the staged orders tomorrow."""


class DemoOrder:
    """An order of the files and, once it is entered, its ids."""

    def __init__(self, row: Row, lines: Sequence[Row]) -> None:
        self.row = row
        self.lines = lines
        self.target = row["target_state"]
        self.order_id = 0
        self.line_ids: tuple[int, ...] = ()

    @property
    def goes_by_truck(self) -> bool:
        """Whether our own truck takes it from the quay."""
        return self.row["delivery_mode"] == "VAN" and self.row["warehouse"] == "QUAY"

    def lines_with(self, column: str) -> tuple[int, ...]:
        """The ids of the lines of which something is to be there (on a cart, staged, boxed)."""
        return tuple(
            id
            for id, row in zip(self.line_ids, self.lines, strict=True)
            if Decimal(row[column]) > 0
        )

    def promised(self, line: Row) -> Decimal:
        """What is promised of a line in the end: the part meant to be packed as well."""
        return Decimal(line["allocated"]) + Decimal(line["packed"])

    def is_entered_small(self, line: Row) -> bool:
        """Whether a line is entered with the promised part only and raised afterwards.

        So a line is promised in part although there is enough for all of it.
        """
        if self.target in UNTOUCHED or self.target == "backordered":
            return False
        return 0 < self.promised(line) < Decimal(line["base_quantity"])


class DemoOrders:
    """Enters the orders as the manager and brings each to its target."""

    def __init__(self, runner: Runner, known: Known, today: date) -> None:
        self.runner = runner
        self.known = known
        self.today = today
        lines: dict[str, list[Row]] = defaultdict(list)
        for row in rows_of("order_lines"):
            lines[row["order"]].append(row)
        self.orders = [DemoOrder(row, lines[row["key"]]) for row in rows_of("orders")]

    def build(self) -> dict[str, int]:
        """Enter, confirm, promise and move; the order ids by the keys of the file."""
        for order in self.orders:
            self._enter(order)
        self._promise()
        self._depart()
        for order in self.orders:
            self._move(order)
        self._load_trucks()
        for order in self._of(lambda target: target in ("invoiced", "part_invoiced")):
            self._invoice(order)
        return {order.row["key"]: order.order_id for order in self.orders}

    def _of(self, chosen: Callable[[str], bool]) -> list[DemoOrder]:
        return [order for order in self.orders if chosen(order.target)]

    def _day(self, value: str) -> date:
        return self.today + timedelta(days=int(value))

    def _enter(self, order: DemoOrder) -> None:
        row = order.row
        entered = self.runner.do(
            enter_order,
            customer=self.known.customers[row["customer"]],
            lines=tuple(self._line(order, line) for line in order.lines),
            warehouse=self.known.warehouses[row["warehouse"]],
            lane=self.known.locations.get(row["staging_location"]),
            delivery_mode=row["delivery_mode"],
            order_date=self._day(row["order_day"]),
            requested_date=self._day(row["requested_day"]),
            customer_po=row["customer_po"],
            ship_complete=row["ship_complete"] == "yes",
            priority=int(row["priority"]),
            comments=row["comment"],
            internal_notes=row["internal_note"],
            allow_discontinued=True,
        )
        order.order_id, order.line_ids = entered.order_id, entered.line_ids
        if order.target == "draft":
            return
        self.runner.do(confirm_order, order=order.order_id)
        if row["cancel_reason"]:
            self.runner.do(cancel_order, order=order.order_id, reason=row["cancel_reason"])
        if row["hold"]:
            self.runner.do(
                hold_order,
                order=order.order_id,
                code=HOLD_CODES[row["hold"]],
                reason="Credit limit reached" if row["hold"] == "CREDIT" else "Address unclear",
            )

    def _line(self, order: DemoOrder, line: Row) -> NewLine:
        small = order.is_entered_small(line)
        return NewLine(
            self.known.items[line["item"]],
            order.promised(line) if small else Decimal(line["quantity"]),
            unit=None if small else line["unit"],
            unit_price=number(line["typed_price"]),
            discount_percent=number(line["discount_percent"]),
        )

    def _promise(self) -> None:
        """Promise stock; those that take all there is and stay short come last."""
        promised = self._of(lambda target: target not in UNTOUCHED and target != "backordered")
        short = self._of(lambda target: target == "backordered")
        by_warehouse: dict[str, list[DemoOrder]] = defaultdict(list)
        for order in promised:
            by_warehouse[order.row["warehouse"]].append(order)
        for orders in by_warehouse.values():
            self.runner.do(allocate_orders, orders=tuple(order.order_id for order in orders))
        for order in promised:
            for id, line in zip(order.line_ids, order.lines, strict=True):
                if not order.promised(line):
                    self.runner.do(release_line, line=id)
                elif order.is_entered_small(line):
                    self.runner.do(
                        change_line, line=id, quantity=Decimal(line["quantity"]), unit=line["unit"]
                    )
        for order in short:
            self.runner.do(allocate_orders, orders=(order.order_id,))

    def _move(self, order: DemoOrder) -> None:
        if order.target in ("staged", "loaded"):
            self.runner.do(pick_order, order=order.order_id)
        elif order.target == "part_staged":
            self.runner.do(stage, order=order.order_id, lines=order.lines_with("staged"))
        elif order.target == "packing":
            self._box(order, "boxed")
        elif order.target in SHIPPED and not order.goes_by_truck:
            self._ship(order)
        elif order.target == "picking":
            self._pick_to_cart(order)

    def _pick_to_cart(self, order: DemoOrder) -> None:
        """A picklist under way: what is to be on a cart is picked, the rest still to do."""
        made = self.runner.do(make_picklist, orders=(order.order_id,), print_it=False)
        with reading(self.runner.engine) as session:
            lines = session.scalars(
                text("""SELECT id FROM picklist_line
                         WHERE picklist_id = :list AND order_line_id = ANY (:lines)
                         ORDER BY sequence"""),
                {"list": made.picklist_id, "lines": list(order.lines_with("on_cart"))},
            ).all()
        cart = self.known.locations["CART-5" if order.row["warehouse"] == "HILL" else "CART-1"]
        for line in lines:
            self.runner.do(pick_line, line=line, to=cart)

    def _box(self, order: DemoOrder, column: str) -> list[int]:
        """Box what the file says, a few lines a carton, at one of the benches; the cartons."""
        benches = BENCHES[order.row["warehouse"]]
        bench = self.known.locations[benches[order.order_id % len(benches)]]
        cartons: list[int] = []
        rows = [row for row in order.lines if Decimal(row[column]) > 0]
        for index, row in enumerate(rows):
            if index % LINES_A_CARTON == 0:
                opened = self.runner.do(open_carton, order=order.order_id, location=bench)
                cartons.append(opened.carton_id)
            self.runner.do(
                box,
                order=order.order_id,
                item=self.known.items[row["item"]],
                carton=cartons[-1],
                location=bench,
                quantity=Decimal(row[column]),
            )
        return cartons

    def _ship(self, order: DemoOrder) -> None:
        """Box and pack; where nothing is left open the last scan has packed it already."""
        cartons = self._box(order, "packed")
        if order.target == "part_packed":
            for carton in cartons:
                self.runner.do(close_carton, carton=carton)
            self.runner.do(finish, order=order.order_id)

    def _invoice(self, order: DemoOrder) -> None:
        """Invoice what the file says; of those invoiced in part every second stays a draft."""
        lines = {
            id: Decimal(row["invoiced"])
            for id, row in zip(order.line_ids, order.lines, strict=True)
            if Decimal(row["invoiced"]) > 0
        }
        invoice = self.runner.do(invoice_order, order=order.order_id, lines=lines).invoice_id
        if order.target == "invoiced" or order.order_id % 2 == 0:
            self.runner.do(post_invoice, invoice=invoice)

    def _trip(self, truck: str, orders: Sequence[DemoOrder], days: int) -> int:
        return self.runner.do(
            plan_trip,
            truck=self.known.locations[truck],
            orders=tuple(order.order_id for order in orders),
            planned_date=self.today + timedelta(days=days),
        ).trip_id

    def _load(self, trip: int, orders: Sequence[DemoOrder]) -> None:
        """Load for a trip, the last stop first."""
        self.runner.do(start_loading, trip=trip)
        for order in reversed(orders):
            self.runner.do(load, trip=trip, order=order.order_id)

    def _depart(self) -> None:
        """Yesterday's trip: what went by our own truck and is with the customers."""
        gone = [order for order in self._of(SHIPPED.__contains__) if order.goes_by_truck]
        for order in gone:
            self.runner.do(pick_order, order=order.order_id)
        trip = self._trip(DEPARTED_WITH, gone, -1)
        self._load(trip, gone)
        self.runner.do(depart, trip=trip)

    def _load_trucks(self) -> None:
        """Today's trips stand loaded at the dock, tomorrow's is planned."""
        loads: dict[str, list[DemoOrder]] = defaultdict(list)
        for order in self._of(lambda target: target == "loaded"):
            loads[order.row["truck"]].append(order)
        for truck, orders in sorted(loads.items()):
            self._load(self._trip(truck, orders, 0), orders)
        staged = self._of(lambda target: target in ("staged", "part_staged"))
        self._trip(NEXT_TRIP_OF, [order for order in staged if order.goes_by_truck], 1)


def block_bad_lots(runner: Runner, owner: Engine) -> None:
    """Block the lots that must not be sold, each for its reason."""
    for row in rows_of("stock"):
        if not row["blocked"]:
            continue
        with owner.connect() as connection:
            lot = connection.execute(
                text("""SELECT t.id FROM lot t JOIN item i ON i.id = t.item_id
                         WHERE i.number = :item AND t.code = :lot"""),
                {key: row[key] for key in ("item", "lot")},
            ).scalar_one()
        runner.do(block_lots, lots=(lot,), reason=row["blocked"])
