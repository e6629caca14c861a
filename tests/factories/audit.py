"""The books, audited apart from the program: what must never be found, each by its sentence.

Written against the design (the invariants of orders, stock and invoices), not against triggers
or the doctor. One statement asks all of it.
"""

from __future__ import annotations

from sqlalchemy import Connection

_OUTSIDE = "('supplier', 'customer', 'adjustment', 'dropship', 'scrap')"

NEVER = {
    "balances equal the sum of moves": f"""
        SELECT 1 FROM (
          SELECT item_id, lot_id, location_id, sum(quantity) AS quantity FROM (
            SELECT item_id, lot_id, to_location_id AS location_id, quantity FROM stock_move
            UNION ALL SELECT item_id, lot_id, from_location_id, -quantity FROM stock_move) x
           JOIN location p ON p.id = x.location_id AND p.kind NOT IN {_OUTSIDE}
           GROUP BY 1, 2, 3) m
          FULL JOIN stock_balance b ON b.item_id = m.item_id AND b.location_id = m.location_id
           AND coalesce(b.lot_id, 0) = coalesce(m.lot_id, 0)
         WHERE coalesce(b.on_hand, 0) <> coalesce(m.quantity, 0)""",
    "0 <= allocated <= on hand": """
        SELECT 1 FROM stock_balance WHERE allocated < 0 OR allocated > on_hand""",
    "allocated equals the sum of promises": """
        SELECT 1 FROM stock_balance b LEFT JOIN allocation a ON a.item_id = b.item_id
           AND a.location_id = b.location_id AND a.lot_id IS NOT DISTINCT FROM b.lot_id
         GROUP BY b.id HAVING b.allocated <> coalesce(sum(a.quantity), 0)""",
    "every promise stands on a balance": """
        SELECT 1 FROM allocation a WHERE NOT EXISTS (
          SELECT FROM stock_balance b WHERE b.item_id = a.item_id
             AND b.location_id = a.location_id AND b.lot_id IS NOT DISTINCT FROM a.lot_id)""",
    "what came in is what went out and what is there": f"""
        SELECT 1 FROM item i WHERE
          (SELECT coalesce(sum(on_hand), 0) FROM stock_balance WHERE item_id = i.id) <>
          (SELECT coalesce(sum(m.quantity * (
              (f.kind IN {_OUTSIDE})::int - (t.kind IN {_OUTSIDE})::int)), 0)
             FROM stock_move m JOIN location f ON f.id = m.from_location_id
             JOIN location t ON t.id = m.to_location_id WHERE m.item_id = i.id)""",
    "promises belong to confirmed lines of their item": """
        SELECT 1 FROM allocation a JOIN sales_order_line l ON l.id = a.order_line_id
          JOIN sales_order o ON o.id = l.order_id
         WHERE o.state <> 'confirmed' OR l.item_id <> a.item_id""",
    "no more is promised and packed than wanted": """
        SELECT 1 FROM sales_order_line l
         CROSS JOIN LATERAL (
           SELECT coalesce(sum(a.quantity), 0) AS every,
                  coalesce(sum(a.quantity) FILTER (
                    WHERE a.carton_id IS NULL AND p.kind <> 'truck'), 0) AS loose
             FROM allocation a JOIN location p ON p.id = a.location_id
            WHERE a.order_line_id = l.id) a
         WHERE a.every + l.packed - l.returned + l.drop_ordered + l.performed
                 > l.ordered - l.cancelled + l.tolerance
            OR (a.loose > 0 AND a.loose + l.packed - l.returned + l.drop_ordered + l.performed
                 > l.ordered - l.cancelled)""",
    "what is packed left by moves": """
        SELECT 1 FROM sales_order_line l
         WHERE l.packed <> (
           SELECT coalesce(sum(CASE m.reason WHEN 'pack' THEN m.quantity
                                             WHEN 'unpack' THEN -m.quantity ELSE 0 END), 0)
             FROM stock_move m WHERE m.order_line_id = l.id)
            OR l.returned <> (
           SELECT coalesce(sum(CASE m.reason WHEN 'return' THEN m.quantity
                                             WHEN 'unreturn' THEN -m.quantity ELSE 0 END), 0)
             FROM stock_move m WHERE m.order_line_id = l.id)""",
    "nothing is invoiced that was not delivered, nor twice": """
        SELECT 1 FROM sales_order_line l
         WHERE l.invoiced - l.rebillable > l.packed + l.drop_confirmed + l.performed
            OR l.credited > l.invoiced
            OR l.invoiced <> (SELECT coalesce(sum(i.quantity), 0) FROM invoice_line i
                               WHERE i.order_line_id = l.id)""",
    "invoices sum, and never to more than their order": """
        SELECT 1 FROM invoice i
         WHERE i.goods_amount <> (SELECT sum(l.amount - l.order_discount) FROM invoice_line l
                                   WHERE l.invoice_id = i.id)
        UNION ALL
        SELECT 1 FROM sales_order o
          JOIN (SELECT order_id, sum(total_amount) AS total FROM invoice GROUP BY 1) i
            ON i.order_id = o.id
         CROSS JOIN LATERAL (  -- in no total of the order: what its shipments bear
           SELECT coalesce(sum(x.amount), 0) + coalesce((
                    SELECT sum(y.amount) FROM invoice_tax y JOIN invoice n ON n.id = y.invoice_id
                     WHERE n.order_id = o.id AND y.shipment_id IS NOT NULL), 0) AS amount
             FROM invoice_charge x JOIN invoice n ON n.id = x.invoice_id
            WHERE n.order_id = o.id AND x.shipment_charge_id IS NOT NULL) b
         WHERE i.total > o.total_amount + b.amount
           AND NOT EXISTS (SELECT FROM sales_order_line l
                            WHERE l.order_id = o.id AND l.returned > 0)""",
    "a shipment bears its charges while it is away, and each is billed once as agreed": """
        SELECT 1 FROM shipment_charge c JOIN shipment s ON s.id = c.shipment_id
         WHERE s.state <> 'packed'
            OR c.is_invoiced <> EXISTS (SELECT FROM invoice_charge x
                                         WHERE x.shipment_charge_id = c.id)
            OR (c.method = 'fixed' AND c.amount <> c.rate)
        UNION ALL
        SELECT 1 FROM invoice_charge x JOIN shipment_charge c ON c.id = x.shipment_charge_id
          JOIN shipment s ON s.id = c.shipment_id JOIN invoice i ON i.id = x.invoice_id
         WHERE x.amount <> c.amount OR s.order_id <> i.order_id
        UNION ALL
        SELECT 1 FROM invoice_charge WHERE shipment_charge_id IS NOT NULL
         GROUP BY shipment_charge_id HAVING count(*) > 1""",
    "invoice numbers have no gap and no double": """
        SELECT 1 FROM number_series s
         WHERE s.code = 'invoice' AND s.next - 1001 <>
               (SELECT count(DISTINCT i.number) FROM invoice i WHERE i.state = 'posted')
        UNION ALL
        SELECT 1 FROM number_series s, generate_series(1001, s.next - 1) n
         WHERE s.code = 'invoice'
           AND NOT EXISTS (SELECT FROM invoice i WHERE i.number = s.prefix || n)""",
    "one trip at most loads a truck, and goods are on it only then": """
        SELECT 1 FROM trip WHERE state = 'loading' GROUP BY truck_id HAVING count(*) > 1
        UNION ALL
        SELECT 1 FROM allocation a JOIN location p ON p.id = a.location_id AND p.kind = 'truck'
         WHERE NOT EXISTS (SELECT FROM trip t WHERE t.truck_id = p.id AND t.state = 'loading')""",
    "a serial is in one place": """
        SELECT 1 FROM stock_balance b JOIN lot t ON t.id = b.lot_id AND t.is_serial
         GROUP BY b.lot_id HAVING sum(b.on_hand) > 1""",
    "a carton is in one place, holds one order, and its number is used once": """
        SELECT 1 FROM carton GROUP BY sscc HAVING count(*) > 1
        UNION ALL
        SELECT 1 FROM allocation a WHERE a.carton_id IS NOT NULL
         GROUP BY a.carton_id HAVING count(DISTINCT a.location_id) > 1
        UNION ALL
        SELECT 1 FROM allocation a JOIN carton c ON c.id = a.carton_id
          JOIN sales_order_line l ON l.id = a.order_line_id WHERE l.order_id <> c.order_id""",
    "what is in a packed carton is promised to nobody": """
        SELECT 1 FROM carton c JOIN allocation a ON a.carton_id = c.id WHERE c.state = 'packed'""",
    "an open picklist line is backed by a promise": """
        SELECT 1 FROM picklist_line k
         WHERE k.state = 'open' AND k.quantity - k.picked > (
           SELECT coalesce(sum(a.quantity), 0) FROM allocation a
            WHERE a.order_line_id = k.order_line_id AND a.location_id = k.location_id
              AND a.lot_id IS NOT DISTINCT FROM k.lot_id)""",
    "every command has its answer and one event": """
        SELECT 1 FROM command c LEFT JOIN event e ON e.command_id = c.id
         GROUP BY c.id HAVING c.result IS NULL OR count(e.id) <> 1""",
    "every fact was made by a command": """
        SELECT 1 FROM stock_move m LEFT JOIN command c ON c.id = m.command_id WHERE c.id IS NULL""",
}

_ASK = "\nUNION ALL ".join(
    f"SELECT '{sentence}' WHERE EXISTS ({query})" for sentence, query in NEVER.items()
)


def broken(connection: Connection) -> list[str]:
    """The sentences that do not hold; none is what must be."""
    return [row[0] for row in connection.exec_driver_sql(_ASK)]
