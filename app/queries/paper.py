"""What stands on each paper, read from the database by the id of its subject.

Barcode texts come from the same tables the scanner's parser reads, so what is printed is what
is understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.messages import N_, plain
from app.documents.bin_label import BinLabelData
from app.documents.carton_label import CartonLabelData
from app.documents.document import Letterhead, Paper, percent
from app.documents.invoice import InvoiceData, InvoiceLine, TaxLine
from app.documents.manifest import LoadedPiece, ManifestData, ManifestStop
from app.documents.order_confirmation import ConfirmationLine, OrderConfirmationData
from app.documents.packing_slip import PackingSlipData, SlipCarton, SlipLine
from app.documents.pick_list import PickItem, PickLine, PickListData
from app.rules.printing import DocumentKind
from app.rules.scanning import OwnCode, own_code

PaperData = (
    PickListData
    | PackingSlipData
    | CartonLabelData
    | BinLabelData
    | ManifestData
    | InvoiceData
    | OrderConfirmationData
)


@dataclass(frozen=True, slots=True)
class PaperOf:
    """A paper's data and the language it is printed in."""

    data: PaperData
    language: str


@dataclass(frozen=True, slots=True)
class _Company:
    letterhead: Letterhead
    paper: Paper
    language: str
    prefix: str
    zone: ZoneInfo

    def code(self, kind: OwnCode, value: object) -> str:
        return own_code(kind, str(value), prefix=self.prefix)

    def at(self, value: datetime | None) -> datetime | None:
        return None if value is None else value.astimezone(self.zone)


def paper(session: Session, *, document: DocumentKind, subject: int) -> PaperOf:
    """The data of one paper.

    `subject` is the id of a picklist, shipment, carton, location, trip, invoice or order.
    Raises: NotFound.
    """
    company = _company(session)
    make = _PAPERS.get(document)
    if make is None:
        raise NotFound(what="paper", value=document.value)
    return make(session, company, subject)


def _company(session: Session) -> _Company:
    row = session.execute(
        text("""SELECT name, address, phone, email, tax_number, paper, locale, scan_prefix,
                       time_zone
                  FROM company""")
    ).one()
    address = tuple(part.strip() for part in row.address.splitlines() if part.strip())
    return _Company(
        Letterhead(row.name, address, row.phone, row.email, row.tax_number),
        Paper(row.paper) if row.paper in tuple(Paper) else Paper.A4,
        row.locale.replace("-", "_").split("_")[0],
        row.scan_prefix,
        ZoneInfo(row.time_zone),
    )


def _one(session: Session, sql: str, what: str, subject: int) -> Any:
    row = session.execute(text(sql), {"id": subject}).one_or_none()
    if row is None:
        raise NotFound(what=what, value=subject)
    return row


def _all(session: Session, sql: str, subject: int) -> list[Any]:
    return list(session.execute(text(sql), {"id": subject}))


def address_lines(address: Mapping[str, Any], name: str = "") -> tuple[str, ...]:
    """A stored address as it is printed, the name first."""
    first = str(address.get("name") or name)
    place = [str(address.get(key) or "") for key in ("city", "region")]
    town = ", ".join(part for part in place if part)
    town = " ".join(part for part in (town, str(address.get("postal_code") or "")) if part)
    street = str(address.get("street") or "").splitlines()
    lines = (first, *street, town, str(address.get("country") or ""))
    return tuple(line.strip() for line in lines if line.strip())


def _without_name(lines: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The address where the name stands above it already."""
    return lines[1:] if lines and lines[0] == name else lines


def _kg(weight: Decimal | None) -> str:
    return f"{plain(weight)} kg" if weight else ""


# ---------------------------------------------------------------- the floor


def _pick_list(session: Session, company: _Company, subject: int) -> PaperOf:
    head = _one(
        session,
        """
        SELECT p.number, w.name AS warehouse, p.created_by, p.created_at,
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
    rows = _all(
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


def _packing_slip(session: Session, company: _Company, subject: int) -> PaperOf:
    head = _one(
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
    rows = _all(
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
    cartons = _all(
        session,
        """
        SELECT number_in_order, sscc, weight_kg, tracking_number,
               count(*) OVER () AS cartons, sum(weight_kg) OVER () AS weight
          FROM carton WHERE shipment_id = :id ORDER BY number_in_order""",
        subject,
    )
    data = PackingSlipData(
        company.letterhead,
        head.number,
        company.code(OwnCode.ORDER, head.order_number),
        address_lines(head.ship_to, head.customer),
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
            SlipCarton(str(row.number_in_order), row.sscc, _kg(row.weight_kg), row.tracking_number)
            for row in cartons
        ),
        _kg(cartons[0].weight) if cartons else "",
        head.comments,
    )
    return PaperOf(data, head.language or company.language)


def _carton_label(session: Session, company: _Company, subject: int) -> PaperOf:
    row = _one(
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
        address_lines(row.ship_to, row.customer),
        row.number,
        row.number_in_order,
        row.cartons if row.is_complete else None,
        (letterhead.name, *letterhead.address_lines),
        row.customer_po,
        "\n".join(part for part in (row.delivery, row.tracking_number) if part),
        row.lane,
        row.dock,
        _kg(row.weight_kg),
    )
    return PaperOf(data, company.language)


def _bin_label(session: Session, company: _Company, subject: int) -> PaperOf:
    row = _one(
        session,
        """SELECT p.code, p.name, coalesce(w.name, '') AS warehouse
             FROM location p LEFT JOIN warehouse w ON w.id = p.warehouse_id WHERE p.id = :id""",
        "location",
        subject,
    )
    data = BinLabelData(row.code, company.code(OwnCode.BIN, row.code), row.warehouse, row.name)
    return PaperOf(data, company.language)


# ---------------------------------------------------------------- trucks

_PIECES = """
    SELECT k.order_id, k.sscc AS number, k.number_in_order, '' AS name, 1 AS quantity,
           '' AS unit, k.weight_kg AS weight
      FROM carton k WHERE k.trip_id = :id
    UNION ALL
    SELECT l.order_id, i.number, NULL, i.name, sum(g.quantity), i.base_unit,
           sum(g.quantity) * i.weight_kg
      FROM (
        SELECT m.order_line_id, m.quantity
          FROM shipment s JOIN stock_move m ON m.shipment_id = s.id
         WHERE s.trip_id = :id AND m.carton_id IS NULL AND m.reason = 'pack'
        UNION ALL
        SELECT a.order_line_id, a.quantity
          FROM trip t
          JOIN trip_order r ON r.trip_id = t.id
          JOIN sales_order_line o ON o.order_id = r.order_id
          JOIN allocation a ON a.order_line_id = o.id AND a.location_id = t.truck_id
         WHERE t.id = :id AND t.state = 'loading' AND a.carton_id IS NULL) g
      JOIN sales_order_line l ON l.id = g.order_line_id
      JOIN item i ON i.id = l.item_id
     GROUP BY l.order_id, i.id
     ORDER BY 1, 3 NULLS LAST, 2
"""


def _manifest(session: Session, company: _Company, subject: int) -> PaperOf:
    head = _one(
        session,
        """
        SELECT t.number, t.driver, t.dock, t.planned_date, t.departed_at,
               coalesce(nullif(p.name, ''), p.code) AS truck, w.name AS origin
          FROM trip t JOIN location p ON p.id = t.truck_id JOIN warehouse w ON w.id = t.warehouse_id
         WHERE t.id = :id""",
        "trip",
        subject,
    )
    stops = _all(
        session,
        """
        SELECT s.sequence, c.name AS customer, o.ship_to, o.id AS order_id, o.number, o.comments,
               coalesce((SELECT string_agg(h.number, ', ' ORDER BY h.id) FROM shipment h
                          WHERE h.trip_id = r.trip_id AND h.order_id = o.id
                            AND h.state = 'packed'), '') AS shipments
          FROM trip_order r
          JOIN trip_stop s ON s.id = r.stop_id
          JOIN sales_order o ON o.id = r.order_id
          JOIN customer c ON c.id = o.customer_id
         WHERE r.trip_id = :id ORDER BY s.sequence, o.id""",
        subject,
    )
    pieces: dict[int, list[LoadedPiece]] = {}
    cartons, weight = 0, Decimal(0)
    for row in _all(session, _PIECES, subject):
        is_carton = row.number_in_order is not None
        cartons += is_carton
        weight += row.weight or 0
        pieces.setdefault(row.order_id, []).append(
            LoadedPiece(
                row.number,
                f"#{row.number_in_order}" if is_carton else row.name,
                Decimal(row.quantity),
                row.unit,
                _kg(row.weight),
            )
        )
    data = ManifestData(
        company.letterhead,
        head.number,
        company.code(OwnCode.TRIP, head.number),
        head.truck,
        head.planned_date,
        tuple(
            ManifestStop(
                row.sequence,
                row.customer,
                _without_name(address_lines(row.ship_to, row.customer), row.customer),
                row.number,
                row.shipments,
                tuple(pieces.get(row.order_id, ())),
                row.comments,
            )
            for row in stops
        ),
        company.paper,
        head.driver,
        head.origin,
        head.dock,
        cartons,
        _kg(weight),
    )
    return PaperOf(data, company.language)


# ---------------------------------------------------------------- priced papers


def _discount(value: Decimal, language: str) -> str:
    return percent(value, language) if value else ""


def _invoice(session: Session, company: _Company, subject: int) -> PaperOf:
    head = _one(
        session,
        """
        SELECT n.*, c.number AS customer_number, c.name AS customer, c.language,
               o.number AS order_number,
               coalesce((SELECT string_agg(s.number, ', ' ORDER BY s.id) FROM shipment s
                          WHERE s.order_id = o.id AND s.state = 'packed'
                         HAVING count(*) <= 3), '') AS shipments
          FROM invoice n
          JOIN customer c ON c.id = n.customer_id
          JOIN sales_order o ON o.id = n.order_id
         WHERE n.id = :id""",
        "invoice",
        subject,
    )
    language = head.language or company.language
    lines = _all(
        session,
        """SELECT l.line_no, i.number AS item, l.description, l.unit_quantity, l.unit, l.unit_price,
                  l.discount_percent, l.amount, l.order_discount
             FROM invoice_line l JOIN item i ON i.id = l.item_id
            WHERE l.invoice_id = :id ORDER BY l.line_no, l.id""",
        subject,
    )
    discount = sum((row.order_discount for row in lines), Decimal(0))
    charges = [("Order discount", -discount)] if discount else []
    charges += [
        (row.description, row.amount)
        for row in _all(
            session,
            "SELECT description, amount FROM invoice_charge WHERE invoice_id = :id ORDER BY id",
            subject,
        )
    ]
    taxes = _all(
        session,
        "SELECT name, percent, base, amount FROM invoice_tax WHERE invoice_id = :id ORDER BY id",
        subject,
    )
    bill_to = address_lines(head.bill_to, head.customer)
    is_posted = head.number is not None
    data = InvoiceData(
        company.letterhead,
        head.number or f"{head.order_number}-{subject}",
        head.invoice_date,
        head.currency,
        bill_to,
        tuple(
            InvoiceLine(
                str(row.line_no),
                row.item,
                row.description,
                row.unit_quantity,
                row.unit,
                row.unit_price,
                row.amount,
                _discount(row.discount_percent, language),
            )
            for row in lines
        ),
        sum((row.amount for row in lines), Decimal(0)),
        head.total_amount,
        company.paper,
        N_("Invoice") if is_posted else N_("Draft invoice"),
        address_lines(head.ship_to, head.customer),
        head.customer_number,
        customer_po=head.customer_po,
        order_number=head.order_number,
        shipment_number=head.shipments,
        due_date=head.due_date,
        terms=head.terms,
        charges=tuple(charges),
        taxes=tuple(TaxLine(row.name, row.percent, row.base, row.amount) for row in taxes),
        prices_include_tax=head.prices_include_tax,
    )
    return PaperOf(data, language)


def _order_confirmation(session: Session, company: _Company, subject: int) -> PaperOf:
    head = _one(
        session,
        """
        SELECT o.*, c.number AS customer_number, c.name AS customer, c.language,
               d.name AS delivery, coalesce(t.name, '') AS terms
          FROM sales_order o
          JOIN customer c ON c.id = o.customer_id
          JOIN delivery_mode d ON d.id = o.delivery_mode_id
          LEFT JOIN payment_terms t ON t.id = coalesce(o.terms_id, c.terms_id)
         WHERE o.id = :id""",
        "order",
        subject,
    )
    language = head.language or company.language
    lines = _all(
        session,
        """
        SELECT l.line_no, i.number AS item, l.description, l.wanted, i.base_unit, l.unit_price,
               l.amount, l.order_discount, coalesce(l.promised_date, o.promised_date) AS promised,
               coalesce((SELECT 100 * (1 - exp(sum(ln(1 - p.percent / 100))))
                           FROM line_price_part p
                          WHERE p.line_id = l.id AND p.percent BETWEEN 0 AND 99.9999), 0)
                 AS discount
          FROM sales_order_line l
          JOIN sales_order o ON o.id = l.order_id
          JOIN item i ON i.id = l.item_id
         WHERE l.order_id = :id AND l.wanted > 0 ORDER BY l.line_no""",
        subject,
    )
    discount = sum((row.order_discount for row in lines), Decimal(0))
    charges = [("Order discount", -discount)] if discount else []
    charges += [
        (row.description, row.amount)
        for row in _all(
            session,
            "SELECT description, amount FROM order_charge WHERE order_id = :id ORDER BY id",
            subject,
        )
    ]
    taxes = _all(
        session,
        """SELECT name, percent, sum(base) AS base, sum(amount) AS amount FROM order_tax
            WHERE order_id = :id GROUP BY 1, 2 ORDER BY 1, 2""",
        subject,
    )
    data = OrderConfirmationData(
        company.letterhead,
        head.number,
        head.order_date,
        head.currency,
        address_lines(head.bill_to, head.customer),
        tuple(
            ConfirmationLine(
                str(row.line_no),
                row.item,
                row.description,
                row.wanted,
                row.base_unit,
                row.unit_price,
                row.amount,
                row.promised,
                _discount(round(row.discount, 2), language),
            )
            for row in lines
        ),
        sum((row.amount for row in lines), Decimal(0)),
        head.total_amount,
        company.paper,
        address_lines(head.ship_to, head.customer),
        head.customer_number,
        head.customer_po,
        head.contact,
        head.delivery,
        head.terms,
        tuple(charges),
        tuple(TaxLine(row.name, row.percent, row.base, row.amount) for row in taxes),
        head.comments,
    )
    return PaperOf(data, language)


_PAPERS: dict[DocumentKind, Callable[[Session, _Company, int], PaperOf]] = {
    DocumentKind.PICK_LIST: _pick_list,
    DocumentKind.PACKING_SLIP: _packing_slip,
    DocumentKind.CARTON_LABEL: _carton_label,
    DocumentKind.BIN_LABEL: _bin_label,
    DocumentKind.MANIFEST: _manifest,
    DocumentKind.INVOICE: _invoice,
    DocumentKind.ORDER_CONFIRMATION: _order_confirmation,
}
