"""A day in the small company: the shortest readable way to stock, orders and their numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from app.operations.orders import NewLine, confirm_order, enter_order
from app.operations.run import Runner
from app.operations.stock import Receipt, ToMove, receive, transfer


class Day:
    """What happens in the small company; numbers may be given as str, int or Decimal."""

    def __init__(self, runner: Runner, owner: Engine) -> None:
        self.runner = runner
        self.owner = owner

    def ask(self, sql: str, **values: Any) -> list[Any]:
        """Rows straight from the database, as its owner."""
        with self.owner.connect() as connection:
            return list(connection.execute(text(sql), values))

    def one(self, sql: str, **values: Any) -> Any:
        """One value straight from the database."""
        return self.ask(sql, **values)[0][0]

    def id_of(self, table: str, code: str) -> int:
        """The id behind a number or code."""
        column = "number" if table in ("item", "customer", "sales_order") else "code"
        return int(self.one(f"SELECT id FROM {table} WHERE {column} = :code", code=code))

    def item(self, number: str) -> int:
        return self.id_of("item", number)

    def place(self, code: str) -> int:
        return self.id_of("location", code)

    def stock(self, item: str, quantity: object, place: str = "A-01", **more: Any) -> None:
        """Receive goods straight into a bin."""
        self.runner.do(
            receive,
            receipts=(Receipt(self.item(item), Decimal(str(quantity)), self.place(place), **more),),
        )

    def move(self, item: str, quantity: object, origin: str, target: str, **more: Any) -> None:
        """Put free goods away from one place to another."""
        goods = ToMove(
            self.item(item),
            Decimal(str(quantity)),
            self.place(origin),
            self.place(target),
            **more,
        )
        self.runner.do(transfer, goods=(goods,))

    def order(self, *lines: tuple[str, object], customer: str = "C-1", **more: Any) -> int:
        """A confirmed order of (item, quantity) lines; its id."""
        order = self.draft(*lines, customer=customer, **more)
        self.runner.do(confirm_order, order=order)
        return order

    def draft(self, *lines: tuple[str, object], customer: str = "C-1", **more: Any) -> int:
        """A draft order of (item, quantity) lines; its id."""
        entered = self.runner.do(
            enter_order,
            customer=self.id_of("customer", customer),
            lines=tuple(NewLine(self.item(item), Decimal(str(q))) for item, q in lines),
            **more,
        )
        return entered.order_id

    def lines(self, order: int) -> list[Any]:
        """The order's lines as they are now."""
        return self.ask(
            "SELECT * FROM sales_order_line WHERE order_id = :order ORDER BY line_no", order=order
        )

    def status(self, order: int) -> str:
        """The order's derived status."""
        return str(self.one("SELECT status FROM sales_order WHERE id = :order", order=order))

    def on_hand(self, item: str, place: str) -> Decimal:
        """What the books say lies there."""
        return self._sum_of("b.on_hand", item, place)

    def free(self, item: str, place: str) -> Decimal:
        """What of it is promised to nobody."""
        return self._sum_of("b.on_hand - b.allocated", item, place)

    def _sum_of(self, what: str, item: str, place: str) -> Decimal:
        return Decimal(
            self.one(
                f"""SELECT coalesce(sum({what}), 0) FROM stock_balance b
                     JOIN item i ON i.id = b.item_id JOIN location p ON p.id = b.location_id
                    WHERE i.number = :item AND p.code = :place""",
                item=item,
                place=place,
            )
        )
