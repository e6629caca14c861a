"""The doctor: every derived number is rebuilt from the facts, and each difference is listed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.messages import plain
from app.core.money import decimals_of
from app.rules.stock import FAR_ENDS

FIRST_INVOICE = 1001
"""Where the series of invoice numbers begins (migrations/sql/0001/reference.sql)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored number that the facts do not bear out."""

    what: str
    id: str
    field: str
    stored: str
    derived: str


_FAR_ENDS = f"({', '.join(repr(kind.value) for kind in FAR_ENDS)})"

_REBUILT = """
    promised AS (
      SELECT a.order_line_id AS id, sum(a.quantity) AS allocated,
             coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'staging'), 0) AS staged,
             coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'truck'), 0) AS loaded,
             coalesce(sum(a.quantity) FILTER (WHERE p.kind = 'truck'
               OR a.carton_id IS NOT NULL), 0) AS boxed
        FROM allocation a JOIN location p ON p.id = a.location_id GROUP BY 1),
    left_us AS (
      SELECT m.order_line_id AS id,
             coalesce(sum(m.quantity) FILTER (WHERE m.reason IN ('pack', 'brought_forward')), 0)
             - coalesce(sum(m.quantity) FILTER (WHERE m.reason = 'unpack'), 0) AS packed,
             coalesce(sum(m.quantity) FILTER (WHERE m.reason = 'return'), 0)
             - coalesce(sum(m.quantity) FILTER (WHERE m.reason = 'unreturn'), 0) AS returned,
             coalesce(sum(m.quantity) FILTER (WHERE m.reason = 'drop_ship'
               AND t.kind = 'customer'), 0) AS drop_confirmed
        FROM stock_move m JOIN location t ON t.id = m.to_location_id
       WHERE m.order_line_id IS NOT NULL GROUP BY 1),
    billed AS (
      SELECT order_line_id AS id, sum(quantity) AS invoiced FROM invoice_line GROUP BY 1),
    facts AS (
      SELECT l.id, l.order_id, l.ordered - l.cancelled AS wanted,
             coalesce(p.allocated, 0) AS allocated, coalesce(p.staged, 0) AS staged,
             coalesce(p.loaded, 0) AS loaded, coalesce(p.boxed, 0) AS boxed,
             coalesce(s.packed, 0) AS packed, coalesce(s.returned, 0) AS returned,
             coalesce(s.drop_confirmed, 0) AS drop_confirmed,
             -- What is confirmed was ordered; nothing else orders, performs or credits yet.
             coalesce(s.drop_confirmed, 0) AS drop_ordered,
             0 AS performed, 0 AS credited, 0 AS rebillable,
             coalesce(b.invoiced, 0) AS invoiced
        FROM sales_order_line l
        LEFT JOIN promised p ON p.id = l.id
        LEFT JOIN left_us s ON s.id = l.id
        LEFT JOIN billed b ON b.id = l.id)"""
"""What every order line must say, from promises, moves and invoices; not from what it says."""

_CHECKS = {
    "balances": f"""
        WITH moved AS (
          SELECT item_id, lot_id, place, sum(quantity) AS on_hand
            FROM (SELECT item_id, lot_id, to_location_id AS place, quantity FROM stock_move
                  UNION ALL
                  SELECT item_id, lot_id, from_location_id, -quantity FROM stock_move) m
            JOIN location p ON p.id = place AND p.kind NOT IN {_FAR_ENDS}
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
    "conservation": f"""
        WITH moved AS (
          SELECT m.item_id,
                 sum(m.quantity) FILTER (WHERE f.kind IN {_FAR_ENDS}
                   AND t.kind NOT IN {_FAR_ENDS}) AS came,
                 sum(m.quantity) FILTER (WHERE t.kind IN {_FAR_ENDS}
                   AND f.kind NOT IN {_FAR_ENDS}) AS went
            FROM stock_move m
            JOIN location f ON f.id = m.from_location_id
            JOIN location t ON t.id = m.to_location_id GROUP BY 1),
        there AS (SELECT item_id, sum(on_hand) AS on_hand FROM stock_balance GROUP BY 1)
        SELECT 'item', i.number, 'came in less went out', coalesce(b.on_hand, 0),
               coalesce(m.came, 0) - coalesce(m.went, 0)
          FROM item i
          LEFT JOIN moved m ON m.item_id = i.id
          LEFT JOIN there b ON b.item_id = i.id
         WHERE coalesce(b.on_hand, 0) <> coalesce(m.came, 0) - coalesce(m.went, 0)""",
    "order lines": f"""
        WITH {_REBUILT}
        SELECT 'order line', o.number || ' line ' || l.line_no, v.field, v.stored, v.derived
          FROM facts f
          JOIN sales_order_line l ON l.id = f.id
          JOIN sales_order o ON o.id = l.order_id
          CROSS JOIN LATERAL (VALUES
            ('allocated', l.allocated, f.allocated),
            ('staged', l.staged, f.staged),
            ('loaded', l.loaded, f.loaded),
            ('boxed', l.boxed, f.boxed),
            ('packed', l.packed, f.packed),
            ('returned', l.returned, f.returned),
            ('performed', l.performed, f.performed),
            ('drop_ordered', l.drop_ordered, f.drop_ordered),
            ('drop_confirmed', l.drop_confirmed, f.drop_confirmed),
            ('invoiced', l.invoiced, f.invoiced),
            ('credited', l.credited, f.credited),
            ('rebillable', l.rebillable, f.rebillable)) AS v(field, stored, derived)
         WHERE v.stored <> v.derived""",
    # What a booking cancelled is told by its command: all that was refused or damaged and not
    # replaced, unless the line had been over-packed; then the sum alone is known. What somebody
    # booked at a terminal is told by nothing.
    "came back": """
        WITH booked AS (
          SELECT c.id, (b.line ->> 'line')::bigint AS line_id,
                 (c.result ->> 'cancelled')::numeric AS cancelled,
                 sum((b.line ->> 'quantity')::numeric) AS quantity
            FROM command c
            CROSS JOIN LATERAL jsonb_array_elements(
              CASE jsonb_typeof(c.arguments -> 'lines') WHEN 'array' THEN c.arguments -> 'lines'
                ELSE '[]' END) AS b(line)
           WHERE c.verb = 'come_back' AND b.line ->> 'outcome' IN ('refused', 'damaged')
             -- A command may be called anything: one that booked nothing tells nothing.
             AND EXISTS (SELECT FROM stock_move m
                          WHERE m.command_id = c.id AND m.reason = 'return'
                            AND m.order_line_id::text = b.line ->> 'line')
             AND coalesce(b.line ->> 'is_replaced', 'false') <> 'true'
             -- Taken back as a mistake, or with the whole order, which is wanted again.
             AND NOT EXISTS (SELECT FROM stock_move m JOIN stock_move r ON r.reverses_id = m.id
                              WHERE m.command_id = c.id AND m.reason = 'return')
             AND NOT EXISTS (SELECT FROM command o
                               JOIN sales_order_line l ON l.id::text = b.line ->> 'line'
                              WHERE o.verb = 'reopen_order' AND o.entered_at > c.entered_at
                                AND o.arguments ->> 'order' = l.order_id::text)
           GROUP BY 1, 2, 3),
        counted AS (
          SELECT line_id, least(quantity, cancelled) AS quantity,
                 count(*) OVER booking > 1 AND sum(quantity) OVER booking > cancelled AS is_vague
            FROM booked WINDOW booking AS (PARTITION BY id)),
        derived AS (
          SELECT line_id, sum(quantity) AS quantity, bool_or(is_vague) AS is_vague
            FROM counted GROUP BY 1)
        SELECT 'order line', o.number || ' line ' || l.line_no, 'came_back', l.came_back,
               coalesce(d.quantity, 0)
          FROM sales_order_line l
          JOIN sales_order o ON o.id = l.order_id
          LEFT JOIN derived d ON d.line_id = l.id
         WHERE l.came_back <> coalesce(d.quantity, 0) AND NOT coalesce(d.is_vague, false)
           AND NOT EXISTS (SELECT FROM stock_move m JOIN command c ON c.id = m.command_id
                            WHERE m.order_line_id = l.id AND m.reason = 'return'
                              AND c.verb <> 'come_back')""",
    "orders": f"""
        WITH {_REBUILT},
        sums AS (
          SELECT o.id, o.state, count(f.id) AS lines,
                 coalesce(sum(f.packed - f.returned), 0) AS packed,
                 coalesce(sum(f.loaded), 0) AS loaded, coalesce(sum(f.staged), 0) AS staged,
                 coalesce(sum(f.allocated), 0) AS allocated, coalesce(sum(n.open), 0) AS open,
                 coalesce(sum(greatest(0, n.open - f.allocated)), 0) AS backordered,
                 bool_and(n.open = 0 AND f.allocated = 0 AND f.drop_ordered = f.drop_confirmed
                          AND f.packed + f.drop_confirmed + f.performed - f.returned
                              <= f.invoiced - f.rebillable) AS finished
            FROM sales_order o
            LEFT JOIN facts f ON f.order_id = o.id
            LEFT JOIN LATERAL (SELECT greatest(0, f.wanted - (f.packed - f.returned)
                                - f.drop_ordered - f.performed) AS open) n ON true
           GROUP BY o.id),
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
              ELSE 'waiting' END AS status
            FROM sums s)
        SELECT 'order', o.number, v.field, v.stored, v.derived
          FROM derived d JOIN sales_order o ON o.id = d.id
          CROSS JOIN LATERAL (VALUES
            ('state', o.state, CASE WHEN d.status IN ('draft', 'cancelled', 'closed')
                                    THEN d.status ELSE 'confirmed' END),
            ('status', o.status, d.status),
            ('is_short', o.is_short::text,
             (d.status NOT IN ('draft', 'cancelled', 'closed') AND d.backordered > 0)::text)
          ) AS v(field, stored, derived)
         WHERE v.stored <> v.derived""",
    "amounts of orders": """
        SELECT 'order', o.number, v.field, v.stored, v.derived
          FROM sales_order o
          CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount - l.order_discount), 0) AS goods
                                FROM sales_order_line l WHERE l.order_id = o.id) g
          CROSS JOIN LATERAL (SELECT coalesce(sum(c.amount), 0) AS charges
                                FROM order_charge c WHERE c.order_id = o.id) c
          CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0) AS tax
                                FROM order_tax t WHERE t.order_id = o.id) x
          CROSS JOIN LATERAL (VALUES
            ('goods_amount', o.goods_amount, g.goods),
            ('charges_amount', o.charges_amount, c.charges),
            ('tax_amount', o.tax_amount, x.tax),
            ('total_amount', o.total_amount, g.goods + c.charges
               + CASE WHEN o.prices_include_tax THEN 0 ELSE x.tax END)
          ) AS v(field, stored, derived)
         WHERE v.stored <> v.derived""",
    # What is invoiced stays as it was then. A percentage of 100 has no logarithm.
    "prices of lines": """
        SELECT 'order line', o.number || ' line ' || l.line_no, v.field, v.stored, v.derived
          FROM sales_order_line l
          JOIN sales_order o ON o.id = l.order_id
          CROSS JOIN LATERAL (
            SELECT coalesce(sum(p.amount) FILTER (WHERE p.kind = 'amount_off'), 0) AS off,
                   CASE WHEN bool_or(p.percent = 100) THEN 0
                        ELSE exp(coalesce(sum(ln(1 - p.percent / 100)), 0)) END AS kept,
                   (array_agg(p.source ORDER BY p.sequence DESC)
                      FILTER (WHERE p.kind = 'price'))[1] AS source,
                   sum(p.effect) FILTER (WHERE p.kind = 'price') AS price
              FROM line_price_part p WHERE p.line_id = l.id) p
          CROSS JOIN LATERAL (
            SELECT (l.ordered - l.cancelled) * greatest(0, l.unit_price - p.off) * p.kept
                     / l.price_factor AS amount,
                   currency_decimals(o.currency) AS decimals) x
          CROSS JOIN LATERAL (VALUES
            ('unit_price', trim_scale(l.unit_price)::text, trim_scale(p.price)::text),
            ('price_source', l.price_source, p.source),
            ('amount', trim_scale(l.amount)::text,
             trim_scale(CASE WHEN abs(l.amount - x.amount) <= 0.51 * 10 ^ (-x.decimals::numeric)
                             THEN l.amount ELSE round(x.amount, x.decimals) END)::text)
          ) AS v(field, stored, derived)
         WHERE l.invoiced = 0 AND l.returned = 0 AND v.stored <> v.derived""",
    "taxes of lines": """
        SELECT 'order line', o.number || ' line ' || l.line_no, t.name || ' ' || v.field, v.stored,
               v.derived
          FROM order_tax t
          JOIN sales_order_line l ON l.id = t.line_id
          JOIN sales_order o ON o.id = t.order_id
          CROSS JOIN LATERAL (VALUES
            ('base', t.base, l.amount - l.order_discount),
            ('amount', t.amount,
             CASE WHEN t.is_compound OR o.tax_rounding <> 'line' THEN t.amount
                  ELSE round(t.base * t.percent / 100, currency_decimals(o.currency)) END)
          ) AS v(field, stored, derived)
         WHERE l.invoiced = 0 AND l.returned = 0 AND NOT o.prices_include_tax
           AND v.stored <> v.derived""",
    "untaxed lines": """
        SELECT 'order line', o.number || ' line ' || l.line_no, 'taxes', 'none',
               'those of ' || c.code
          FROM sales_order_line l
          JOIN sales_order o ON o.id = l.order_id
          JOIN tax_class c ON c.id = l.tax_class_id
         WHERE o.state IN ('draft', 'confirmed') AND o.tax_certificate = ''
           AND l.ordered > l.cancelled AND l.invoiced = 0 AND l.returned = 0
           AND NOT (SELECT untaxed_is_normal FROM company)
           AND NOT EXISTS (SELECT FROM order_tax t WHERE t.line_id = l.id)""",
    "amounts of invoices": """
        SELECT 'invoice', coalesce(i.number, 'draft ' || i.id), v.field, v.stored, v.derived
          FROM invoice i
          CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount - l.order_discount), 0) AS goods
                                FROM invoice_line l WHERE l.invoice_id = i.id) g
          CROSS JOIN LATERAL (SELECT coalesce(sum(c.amount), 0) AS charges
                                FROM invoice_charge c WHERE c.invoice_id = i.id) c
          CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0) AS tax
                                FROM invoice_tax t WHERE t.invoice_id = i.id) x
          CROSS JOIN LATERAL (SELECT g.goods + c.charges
                                + CASE WHEN i.prices_include_tax THEN 0 ELSE x.tax END AS total) s
          CROSS JOIN LATERAL (VALUES
            ('goods_amount', i.goods_amount, g.goods),
            ('charges_amount', i.charges_amount, c.charges),
            ('tax_amount', i.tax_amount, x.tax),
            ('total_amount', i.total_amount, s.total),
            ('base_total_amount', i.base_total_amount,
             round(s.total * i.exchange_rate, CAST(:decimals AS int)))
          ) AS v(field, stored, derived)
         WHERE i.kind = 'invoice' AND v.stored <> v.derived""",
    "invoiced charges": """
        SELECT 'order charge', o.number || ' ' || c.description, 'invoiced', c.invoiced, b.amount
          FROM order_charge c
          JOIN sales_order o ON o.id = c.order_id
          CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS amount
                                FROM invoice_charge x WHERE x.order_charge_id = c.id) b
         WHERE c.invoiced <> b.amount
        UNION ALL
        SELECT 'shipment charge', s.number || ' ' || c.description, 'invoiced',
               CASE WHEN c.is_invoiced THEN c.amount ELSE 0 END, b.amount
          FROM shipment_charge c
          JOIN shipment s ON s.id = c.shipment_id
          CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS amount
                                FROM invoice_charge x WHERE x.shipment_charge_id = c.id) b
         WHERE b.amount <> CASE WHEN c.is_invoiced THEN c.amount ELSE 0 END""",
    # A percentage was taken of the prices of its day, which may be others now: what went back
    # altogether bears nothing, and nothing more can be said of it.
    "charges of shipments": """
        SELECT 'shipment charge', s.number || ' ' || c.description, 'amount', c.amount, d.amount
          FROM shipment_charge c
          JOIN shipment s ON s.id = c.shipment_id
          JOIN sales_order o ON o.id = s.order_id
          CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE m.reason WHEN 'unpack' THEN -m.quantity
                                              ELSE m.quantity END), 0) AS quantity
              FROM stock_move m
             WHERE m.shipment_id = s.id AND m.reason IN ('pack', 'unpack')
               AND (c.item_ids IS NULL OR m.item_id = ANY (c.item_ids))) g
          CROSS JOIN LATERAL (
            SELECT CASE WHEN g.quantity = 0 THEN 0
                        WHEN c.method = 'percent' THEN c.amount
                        WHEN c.method = 'per_quantity'
                          THEN round(c.rate * g.quantity, currency_decimals(o.currency))
                        ELSE round(c.rate, currency_decimals(o.currency)) END AS amount) d
         WHERE c.amount <> d.amount""",
    "series": f"""
        WITH series AS (SELECT prefix, next FROM number_series WHERE code = 'invoice'),
        given AS (
          SELECT n FROM series, generate_series({FIRST_INVOICE}::bigint, next - 1) AS n)
        SELECT 'invoice series', s.prefix || g.n, 'given', 'once', 'never'
          FROM series s, given g
         WHERE NOT EXISTS (SELECT FROM invoice i WHERE i.number = s.prefix || g.n)
        UNION ALL
        SELECT 'invoice series', i.number, 'given', 'never', 'once'
          FROM series s, invoice i
         WHERE i.number IS NOT NULL
           AND NOT EXISTS (SELECT FROM given g WHERE i.number = s.prefix || g.n)""",
    "cartons": """
        WITH lying AS (
          SELECT a.carton_id, min(a.location_id) AS location_id,
                 count(DISTINCT a.location_id) AS places, min(t.trip_id) AS trip_id
            FROM allocation a
            JOIN location p ON p.id = a.location_id
            LEFT JOIN (SELECT truck_id, id AS trip_id FROM trip WHERE state = 'loading') t
              ON t.truck_id = p.id
           WHERE a.carton_id IS NOT NULL GROUP BY 1)
        SELECT 'carton', c.sscc, v.field, v.stored, v.derived
          FROM carton c
          LEFT JOIN lying g ON g.carton_id = c.id
          LEFT JOIN location stored ON stored.id = c.location_id
          LEFT JOIN location found ON found.id = g.location_id
          CROSS JOIN LATERAL (VALUES
            ('places', '1', coalesce(g.places, 1)::text),
            ('location', stored.code, coalesce(found.code, stored.code)),
            ('trip', CASE WHEN g.carton_id IS NOT NULL THEN coalesce(c.trip_id::text, 'none')
                          ELSE '' END,
             CASE WHEN g.carton_id IS NOT NULL THEN coalesce(g.trip_id::text, 'none')
                  ELSE '' END),
            ('state', CASE c.state WHEN 'packed' THEN 'packed' ELSE 'here' END,
             CASE WHEN c.shipment_id IS NOT NULL AND g.carton_id IS NULL THEN 'packed'
                  ELSE 'here' END)) AS v(field, stored, derived)
         WHERE v.stored <> v.derived""",
    "shipments": """
        SELECT 'shipment', s.number, 'state', s.state, d.state
          FROM shipment s
          CROSS JOIN LATERAL (
            SELECT CASE WHEN coalesce(sum(CASE m.reason WHEN 'unpack' THEN -m.quantity
                                           ELSE m.quantity END), 0) > 0
                        THEN 'packed' ELSE 'cancelled' END AS state
              FROM stock_move m WHERE m.shipment_id = s.id
               AND m.reason IN ('pack', 'brought_forward', 'drop_ship', 'unpack')) d
         WHERE s.state <> d.state""",
    "serials": """
        SELECT 'serial', t.code, 'in stock', '1', sum(b.on_hand)::text
          FROM stock_balance b JOIN lot t ON t.id = b.lot_id
         WHERE t.is_serial GROUP BY t.id, t.code HAVING sum(b.on_hand) > 1
        UNION ALL
        SELECT 'serial', m.serial, 'with customers', '1', count(*)::text
          FROM (SELECT item_id, serial,
                       CASE WHEN reason IN ('pack', 'unreturn') THEN 1 ELSE -1 END AS one
                  FROM stock_move
                 WHERE serial IS NOT NULL
                   AND reason IN ('pack', 'unpack', 'return', 'unreturn')) m
         GROUP BY m.item_id, m.serial HAVING sum(m.one) > 1""",
}
"""Each finds rows (what, id, field, stored, derived); apart from the triggers on purpose."""


def doctor(session: Session) -> tuple[Difference, ...]:
    """Every difference between stored and derived numbers; none is what everybody wants.

    Reads all facts, so it needs the owner of the data folder (embedded) or a database owner.
    """
    currency = session.execute(text("SELECT currency FROM company")).scalar_one_or_none()
    decimals = decimals_of(currency) if currency else 2
    found: list[Difference] = []
    for sql in _CHECKS.values():
        values = {"decimals": decimals} if ":decimals" in sql else {}
        for row in session.execute(text(sql), values):
            found.append(Difference(*(plain(value) for value in row)))
    return tuple(found)
