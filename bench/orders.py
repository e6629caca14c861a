"""Orders by the hundred, written straight into the tables: what is measured comes after them."""

from __future__ import annotations

from sqlalchemy import Connection, text


def new_items(connection: Connection, prefix: str, many: int) -> list[int]:
    """Items at a list price of 10; their ids."""
    return list(
        connection.execute(
            text("""
                INSERT INTO item (number, name, name_sort, base_unit, list_price, tax_class_id)
                SELECT :prefix || '-' || n, :prefix || ' ' || n, lower(:prefix) || ' ' || n,
                       'pc', 10, 1
                  FROM generate_series(1, :many) n RETURNING id"""),
            {"prefix": prefix, "many": many},
        ).scalars()
    )


def draft_orders(
    connection: Connection, many: int, items: list[int], *, lines: int, quantity: int
) -> list[int]:
    """Draft orders of `lines` lines each, over the items in turn; their ids."""
    return list(
        connection.execute(
            text("""
                WITH made AS (
                  INSERT INTO sales_order (customer_id, warehouse_id, lane_id, delivery_mode_id,
                                           currency, order_date, requested_date)
                  SELECT 1, 1, p.id, 1, 'USD', current_date, current_date
                    FROM location p, generate_series(1, :orders) WHERE p.code = 'S-01'
                  RETURNING id),
                lines AS (
                  INSERT INTO sales_order_line (order_id, line_no, item_id, description, unit,
                           unit_quantity, ordered, price_unit, unit_price, price_source, amount)
                  SELECT o.id, k,
                         (CAST(:items AS bigint[]))[1 + (o.id * :lines + k - 1) % :many],
                         'Hot', 'pc', :quantity, :quantity, 'pc', 10, 'list', 10 * :quantity
                    FROM made o, generate_series(1, :lines) k)
                SELECT id FROM made ORDER BY id"""),
            {
                "orders": many,
                "items": items,
                "lines": lines,
                "many": len(items),
                "quantity": quantity,
            },
        ).scalars()
    )
