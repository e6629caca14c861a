"""Agreements, groups and books of the small company, written straight into its database."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from tests.factories.day import Day


class Prices:
    """What the small company has agreed; numbers may be given as str, int or Decimal."""

    def __init__(self, day: Day) -> None:
        self.day = day

    def write(self, sql: str, **values: Any) -> int:
        """Run one INSERT … RETURNING id as the database's owner."""
        with self.day.owner.begin() as connection:
            return int(connection.execute(text(sql), values).scalar_one())

    def agree(self, kind: str, value: object, **more: Any) -> int:
        """One record; `customer`, `item` … by number, groups by code."""
        values: dict[str, Any] = {"kind": kind, "value": Decimal(str(value)), "currency": "USD"}
        columns = {
            "customer": ("customer_id", "customer"),
            "supplier": ("supplier_id", "supplier"),
            "account_group": ("account_group_id", "account_group"),
            "item": ("item_id", "item"),
            "item_group": ("item_group_id", "item_group"),
        }
        for name, given in more.items():
            if name in columns:
                column, table = columns[name]
                key = "code" if table.endswith("_group") else "number"
                values[column] = self.day.one(
                    f"SELECT id FROM {table} WHERE {key} = :key", key=given
                )
            else:
                values[name] = given
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        return self.write(
            f"INSERT INTO trade_agreement ({names}) VALUES ({places}) RETURNING id", **values
        )

    def account_group(self, code: str, *members: str, parent: str | None = None) -> int:
        """A group of customers; those named are put in it beside their other groups."""
        return self._group("account_group", "customer", code, members, parent)

    def item_group(self, code: str, *members: str, parent: str | None = None) -> int:
        """A group of items; those named are put in it beside their other groups."""
        return self._group("item_group", "item", code, members, parent)

    def _group(
        self, table: str, of: str, code: str, members: Sequence[str], parent: str | None
    ) -> int:
        id = self.write(
            f"""INSERT INTO {table} (code, name, parent_id) VALUES (:code, :code,
                 (SELECT id FROM {table} WHERE code = :parent)) RETURNING id""",
            code=code,
            parent=parent,
        )
        for member in members:
            self.write(
                f"""INSERT INTO {table}_member ({table}_id, {of}_id)
                   SELECT :id, id FROM {of} WHERE number = :member RETURNING id""",
                id=id,
                member=member,
            )
        return id

    def book(self, code: str, kind: str, **prices: object) -> int:
        """A price book with base-unit prices in USD by item number."""
        id = self.write(
            """INSERT INTO price_book (code, name, kind) VALUES (:code, :code, :kind)
               RETURNING id""",
            code=code,
            kind=kind,
        )
        for number, price in prices.items():
            self.write(
                """INSERT INTO price_book_entry (price_book_id, item_id, currency, price)
                   SELECT :id, id, 'USD', :price FROM item WHERE number = :number
                   RETURNING item_id""",
                id=id,
                price=Decimal(str(price)),
                number=number,
            )
        return id
