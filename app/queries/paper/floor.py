"""The papers of the floor: picklists, packing slips, labels of cartons and bins."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app.documents.bin_label import BinLabelData
from app.documents.carton_label import CartonLabelData
from app.documents.packing_slip import PackingSlipData, SlipCarton, SlipLine
from app.documents.pick_list import PickItem, PickLine, PickListData
from app.queries.paper.sources import Company, PaperOf, kg, one, rows_of
from app.rules.scanning import OwnCode


def pick_list(session: Session, company: Company, subject: int) -> PaperOf[PickListData]:
    """Everything on a picklist: what to pick, and which bins hold it. Raises: NotFound."""
    head = one(
        session,
        """
        SELECT p.number, w.name AS warehouse, p.created_at,
               coalesce((SELECT e.name FROM person e WHERE e.login = p.created_by),
                        p.created_by) AS created_by,
               (SELECT count(DISTINCT o.id) FROM picklist_line k
                  JOIN sales_order_line l ON l.id = k.order_line_id
                  JOIN sales_order o ON o.id = l.order_id WHERE k.picklist_id = p.id) AS orders,
               t.number AS trip, f.number AS order_number, f.customer, f.requested_date, f.lane
          FROM picklist p
          JOIN warehouse w ON w.id = p.warehouse_id
          LEFT JOIN trip t ON t.id = p.trip_id
          LEFT JOIN LATERAL (
            SELECT o.number, c.name AS customer, o.requested_date, s.code AS lane
              FROM picklist_line k
              JOIN sales_order_line l ON l.id = k.order_line_id
              JOIN sales_order o ON o.id = l.order_id
              JOIN customer c ON c.id = o.customer_id
              LEFT JOIN location s ON s.id = o.lane_id
             WHERE k.picklist_id = p.id ORDER BY o.requested_date, o.id LIMIT 1) f ON true
         WHERE p.id = :id""",
        "picklist",
        subject,
    )
    rows = rows_of(
        session,
        """
        SELECT k.id, k.quantity, p.code AS bin, i.number AS item, i.name, i.base_unit,
               coalesce(t.code, '') AS lot, o.number AS order_number
          FROM picklist_line k
          JOIN location p ON p.id = k.location_id
          JOIN item i ON i.id = k.item_id
          JOIN sales_order_line l ON l.id = k.order_line_id
          JOIN sales_order o ON o.id = l.order_id
          LEFT JOIN lot t ON t.id = k.lot_id
         WHERE k.picklist_id = :id AND k.state <> 'cancelled'
         ORDER BY k.sequence, k.id""",
        subject,
    )
    items: dict[str, PickItem] = {}
    for row in rows:
        before = items[row.item].quantity if row.item in items else Decimal(0)
        items[row.item] = PickItem(row.item, row.name, before + row.quantity, row.base_unit)
    is_single = head.orders == 1
    data = PickListData(
        company.letterhead,
        head.number,
        company.code(OwnCode.PICKLIST, head.number),
        head.warehouse,
        tuple(items.values()),
        tuple(
            PickLine(
                company.code(OwnCode.PICKLIST_LINE, row.id),
                row.bin,
                company.code(OwnCode.BIN, row.bin),
                row.item,
                row.name,
                row.quantity,
                row.base_unit,
                row.lot,
                row.order_number,
            )
            for row in rows
        ),
        company.paper,
        about=head.trip or (head.order_number if is_single else "") or "",
        customer=head.customer if is_single else "",
        destination=(head.lane or "") if is_single else "",
        needed_by=head.requested_date,
        picker=head.created_by,
        printed_at=company.at(head.created_at),
    )
    return PaperOf(data, company.language)


def packing_slip(session: Session, company: Company, subject: int) -> PaperOf[PackingSlipData]:
    """What left with one shipment, without prices. Raises: NotFound."""
    head = one(
        session,
        """
        SELECT s.number, s.ship_to, s.shipped_on, o.number AS order_number, o.order_date,
               o.customer_po, o.comments, c.number AS customer_number, c.name AS customer,
               c.language, d.name AS delivery
          FROM shipment s
          JOIN sales_order o ON o.id = s.order_id
          JOIN customer c ON c.id = o.customer_id
          JOIN delivery_mode d ON d.id = s.delivery_mode_id
         WHERE s.id = :id""",
        "shipment",
        subject,
    )
    rows = rows_of(
        session,
        """
        SELECT l.line_no, i.number AS item, l.description, i.base_unit, l.wanted, l.open,
               l.parent_id, m.quantity,
               coalesce((SELECT min(a.code) FROM item_alias a
                          WHERE a.item_id = i.id AND a.customer_id = o.customer_id), '') AS alias,
               m.lots
          FROM (SELECT v.order_line_id,
                       sum(CASE WHEN v.reason = 'unpack' THEN -v.quantity ELSE v.quantity END)
                         AS quantity,
                       array_remove(array_agg(DISTINCT coalesce(v.serial, t.code)), NULL) AS lots
                  FROM stock_move v LEFT JOIN lot t ON t.id = v.lot_id
                 WHERE v.shipment_id = :id AND v.reason IN ('pack', 'unpack', 'brought_forward')
                 GROUP BY 1) m
          JOIN sales_order_line l ON l.id = m.order_line_id
          JOIN sales_order o ON o.id = l.order_id
          JOIN item i ON i.id = l.item_id
         WHERE m.quantity > 0
         ORDER BY l.line_no""",
        subject,
    )
    cartons = rows_of(
        session,
        """
        SELECT k.number_in_order, k.sscc, k.weight_kg, k.tracking_number, t.name AS type,
               sum(k.weight_kg) OVER () AS weight
          FROM carton k JOIN carton_type t ON t.id = k.type_id
         WHERE k.shipment_id = :id ORDER BY k.number_in_order""",
        subject,
    )
    data = PackingSlipData(
        company.letterhead,
        head.number,
        company.code(OwnCode.ORDER, head.order_number),
        company.address(head.ship_to, head.customer),
        head.order_number,
        tuple(
            SlipLine(
                str(row.line_no),
                row.item,
                row.description,
                row.wanted,
                row.quantity,
                row.open,
                row.base_unit,
                row.alias,
                tuple(row.lots),
                row.parent_id is not None,
            )
            for row in rows
        ),
        company.paper,
        head.shipped_on,
        head.order_date,
        head.customer_number,
        head.customer_po,
        head.delivery,
        tuple(
            SlipCarton(
                str(row.number_in_order),
                row.sscc,
                kg(row.weight_kg),
                row.tracking_number,
                row.type,
            )
            for row in cartons
        ),
        kg(cartons[0].weight) if cartons else "",
        head.comments,
    )
    return PaperOf(data, head.language or company.language)


def carton_label(session: Session, company: Company, subject: int) -> PaperOf[CartonLabelData]:
    """One carton, for the carrier and the customer. Raises: NotFound."""
    row = one(
        session,
        """
        SELECT k.sscc, k.number_in_order, k.weight_kg, k.tracking_number, o.number, o.ship_to,
               o.customer_po, c.name AS customer, d.name AS delivery,
               coalesce(s.code, '') AS lane, coalesce(t.dock, '') AS dock,
               (SELECT count(*) FROM carton x WHERE x.order_id = o.id) AS cartons,
               NOT EXISTS (SELECT FROM carton x WHERE x.order_id = o.id AND x.state = 'open')
                 AND NOT EXISTS (SELECT FROM sales_order_line l
                                  WHERE l.order_id = o.id AND l.open > l.boxed) AS is_complete
          FROM carton k
          JOIN sales_order o ON o.id = k.order_id
          JOIN customer c ON c.id = o.customer_id
          JOIN delivery_mode d ON d.id = o.delivery_mode_id
          LEFT JOIN location s ON s.id = o.lane_id
          LEFT JOIN trip t ON t.id = k.trip_id
         WHERE k.id = :id""",
        "carton",
        subject,
    )
    letterhead = company.letterhead
    data = CartonLabelData(
        row.sscc,
        company.address(row.ship_to, row.customer),
        row.number,
        row.number_in_order,
        row.cartons if row.is_complete else None,
        (letterhead.name, *letterhead.address_lines),
        row.customer_po,
        "\n".join(part for part in (row.delivery, row.tracking_number) if part),
        row.lane,
        row.dock,
        kg(row.weight_kg),
    )
    return PaperOf(data, company.language)


def bin_label(session: Session, company: Company, subject: int) -> PaperOf[BinLabelData]:
    """One place. Raises: NotFound."""
    row = one(
        session,
        """SELECT p.code, p.name, coalesce(w.name, '') AS warehouse
             FROM location p LEFT JOIN warehouse w ON w.id = p.warehouse_id WHERE p.id = :id""",
        "location",
        subject,
    )
    data = BinLabelData(row.code, company.code(OwnCode.BIN, row.code), row.warehouse, row.name)
    return PaperOf(data, company.language)
