"""The doctor: every derived number is rebuilt from the facts, and each difference is listed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored number that the facts do not bear out."""

    what: str
    id: str
    field: str
    stored: str
    derived: str


_VIRTUAL = "('supplier', 'customer', 'adjustment', 'dropship', 'scrap')"

_CHECKS = {
    "balances": f"""
        WITH moved AS (
          SELECT item_id, lot_id, place, sum(quantity) AS on_hand
            FROM (SELECT item_id, lot_id, to_location_id AS place, quantity FROM stock_move
                  UNION ALL
                  SELECT item_id, lot_id, from_location_id, -quantity FROM stock_move) m
            JOIN location p ON p.id = place AND p.kind NOT IN {_VIRTUAL}
           GROUP BY 1, 2, 3),
        promised AS (
          SELECT item_id, lot_id, location_id AS place, sum(quantity) AS allocated
            FROM allocation GROUP BY 1, 2, 3),
        keys AS (
          SELECT item_id, lot_id, place FROM moved UNION SELECT item_id, lot_id, place
            FROM promised UNION SELECT item_id, lot_id, location_id FROM stock_balance),
        compared AS (
          SELECT i.number || ' at ' || p.code || coalesce(' lot ' || t.code, '') AS id,
                 coalesce(b.on_hand, 0) AS on_hand, coalesce(m.on_hand, 0) AS moved,
                 coalesce(b.allocated, 0) AS allocated, coalesce(a.allocated, 0) AS promised
            FROM keys k
            JOIN item i ON i.id = k.item_id
            JOIN location p ON p.id = k.place
            LEFT JOIN lot t ON t.id = k.lot_id
            LEFT JOIN stock_balance b ON b.item_id = k.item_id AND b.location_id = k.place
             AND b.lot_id IS NOT DISTINCT FROM k.lot_id
            LEFT JOIN moved m ON m.item_id = k.item_id AND m.place = k.place
             AND m.lot_id IS NOT DISTINCT FROM k.lot_id
            LEFT JOIN promised a ON a.item_id = k.item_id AND a.place = k.place
             AND a.lot_id IS NOT DISTINCT FROM k.lot_id)
        SELECT 'stock balance', id, 'on_hand', on_hand, moved FROM compared
         WHERE on_hand <> moved
        UNION ALL
        SELECT 'stock balance', id, 'allocated', allocated, promised FROM compared
         WHERE allocated <> promised""",
    "order lines": """
        WITH promised AS (
          SELECT a.order_line_id AS id, sum(a.quantity) AS allocated,
                 coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'staging'), 0) AS staged,
                 coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'truck'), 0) AS loaded,
                 coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'truck'
                   OR a.carton_id IS NOT NULL), 0) AS boxed
            FROM allocation a JOIN location p ON p.id = a.location_id GROUP BY 1),
        left_us AS (
          SELECT order_line_id AS id,
                 coalesce(sum(quantity) FILTER (WHERE reason IN ('pack', 'brought_forward')), 0)
                 - coalesce(sum(quantity) FILTER (WHERE reason = 'unpack'), 0) AS packed,
                 coalesce(sum(quantity) FILTER (WHERE reason = 'return'), 0) AS returned
            FROM stock_move WHERE order_line_id IS NOT NULL GROUP BY 1),
        billed AS (
          SELECT order_line_id AS id, sum(quantity) AS invoiced FROM invoice_line GROUP BY 1)
        SELECT 'order line', o.number || ' line ' || l.line_no, v.field, v.stored, v.derived
          FROM sales_order_line l
          JOIN sales_order o ON o.id = l.order_id
          LEFT JOIN promised p ON p.id = l.id
          LEFT JOIN left_us s ON s.id = l.id
          LEFT JOIN billed b ON b.id = l.id
          CROSS JOIN LATERAL (VALUES
            ('allocated', l.allocated, coalesce(p.allocated, 0)),
            ('staged', l.staged, coalesce(p.staged, 0)),
            ('loaded', l.loaded, coalesce(p.loaded, 0)),
            ('boxed', l.boxed, coalesce(p.boxed, 0)),
            ('packed', l.packed, coalesce(s.packed, 0)),
            ('returned', l.returned, coalesce(s.returned, 0)),
            ('invoiced', l.invoiced, coalesce(b.invoiced, 0))) AS v(field, stored, derived)
         WHERE v.stored <> v.derived""",
    "orders": """
        WITH sums AS (
          SELECT o.id, o.number, o.state, o.status, o.is_short, o.goods_amount, o.tax_amount,
                 o.charges_amount, o.total_amount, o.prices_include_tax, count(l.id) AS lines,
                 bool_and(l.open = 0 AND l.allocated = 0 AND l.invoiceable = 0
                          AND l.drop_ordered = l.drop_confirmed) AS finished,
                 coalesce(sum(l.open), 0) AS open,
                 coalesce(sum(l.packed - l.returned), 0) AS packed,
                 coalesce(sum(l.loaded), 0) AS loaded, coalesce(sum(l.staged), 0) AS staged,
                 coalesce(sum(l.allocated), 0) AS allocated,
                 coalesce(sum(l.backordered), 0) AS backordered,
                 coalesce(sum(l.amount - l.order_discount), 0) AS goods
            FROM sales_order o LEFT JOIN sales_order_line l ON l.order_id = o.id GROUP BY o.id),
        derived AS (
          SELECT s.*, CASE
              WHEN state IN ('draft', 'cancelled') THEN state
              WHEN lines > 0 AND finished THEN 'closed'
              WHEN open = 0 THEN 'packed'
              WHEN packed > 0 THEN 'part_packed'
              WHEN loaded > 0 THEN CASE WHEN loaded < open THEN 'part_loaded' ELSE 'loaded' END
              WHEN staged > 0 THEN CASE WHEN staged < open THEN 'part_staged' ELSE 'staged' END
              WHEN allocated > 0 THEN
                CASE WHEN allocated < open THEN 'part_allocated' ELSE 'allocated' END
              ELSE 'waiting' END AS status_now,
            (SELECT coalesce(sum(t.amount), 0) FROM order_tax t WHERE t.order_id = s.id) AS tax,
            (SELECT coalesce(sum(c.amount), 0) FROM order_charge c WHERE c.order_id = s.id)
              AS charges
            FROM sums s)
        SELECT 'order', number, v.field, v.stored, v.derived
          FROM derived d
          CROSS JOIN LATERAL (VALUES
            ('state', d.state, CASE WHEN d.state IN ('draft', 'cancelled') THEN d.state
                                    WHEN d.status_now = 'closed' THEN 'closed'
                                    ELSE 'confirmed' END),
            ('status', d.status, d.status_now),
            ('is_short', d.is_short::text,
             (d.state = 'confirmed' AND d.status_now <> 'closed' AND d.backordered > 0)::text),
            ('goods_amount', d.goods_amount::text, d.goods::numeric(18, 4)::text),
            ('tax_amount', d.tax_amount::text, d.tax::numeric(18, 4)::text),
            ('charges_amount', d.charges_amount::text, d.charges::numeric(18, 4)::text),
            ('total_amount', d.total_amount::text,
             (d.goods + d.charges + CASE WHEN d.prices_include_tax THEN 0 ELSE d.tax END
             )::numeric(18, 4)::text)
          ) AS v(field, stored, derived)
         WHERE v.stored <> v.derived""",
    "places": """
        SELECT 'carton', c.sscc, 'places', '1', count(DISTINCT a.location_id)::text
          FROM allocation a JOIN carton c ON c.id = a.carton_id
         GROUP BY c.sscc HAVING count(DISTINCT a.location_id) > 1
        UNION ALL
        SELECT 'serial', t.code, 'in stock', '1', sum(b.on_hand)::text
          FROM stock_balance b JOIN lot t ON t.id = b.lot_id
         WHERE t.is_serial GROUP BY t.id, t.code HAVING sum(b.on_hand) > 1""",
}
"""Each finds rows (what, id, field, stored, derived); apart from the triggers on purpose."""

_INVOICES = """
    SELECT 'invoice', coalesce(i.number, 'draft ' || i.id), v.field, v.stored, v.derived
      FROM invoice i
      CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount - l.order_discount), 0) AS goods
                            FROM invoice_line l WHERE l.invoice_id = i.id) g
      CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0) AS tax
                            FROM invoice_tax t WHERE t.invoice_id = i.id) x
      CROSS JOIN LATERAL (VALUES ('goods_amount', i.goods_amount, g.goods),
                                 ('tax_amount', i.tax_amount, x.tax)) AS v(field, stored, derived)
     WHERE v.stored <> v.derived
    UNION ALL
    SELECT 'invoice series', s.code, 'numbers given', (s.next - 1001)::numeric, count(i.id)
      FROM number_series s LEFT JOIN invoice i ON i.number IS NOT NULL
     WHERE s.code = 'invoice' GROUP BY s.code, s.next HAVING s.next - 1001 <> count(i.id)
"""


def doctor(session: Session) -> tuple[Difference, ...]:
    """Every difference between stored and derived numbers; none is what everybody wants.

    Reads all facts, so it needs the owner of the data folder (embedded) or a database owner.
    """
    found: list[Difference] = []
    for sql in (*_CHECKS.values(), _INVOICES):
        for row in session.execute(text(sql)):
            found.append(Difference(*(str(value) for value in row)))
    return tuple(found)
