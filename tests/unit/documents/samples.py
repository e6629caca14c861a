"""Data for every paper, with the names that go wrong elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from app.documents.barcode import check_digit
from app.documents.bin_label import BinLabelData
from app.documents.carton_label import CartonLabelData
from app.documents.command_sheet import Command, CommandSheetData
from app.documents.document import Letterhead
from app.documents.invoice import InvoiceData, InvoiceLine
from app.documents.load_sheet import LoadSheetData, PieceToLoad, StopToLoad
from app.documents.manifest import LoadedPiece, ManifestData, ManifestStop
from app.documents.order_confirmation import ConfirmationLine, OrderConfirmationData
from app.documents.packing_slip import PackingSlipData, SlipCarton, SlipLine
from app.documents.pick_list import PickItem, PickLine, PickListData
from app.documents.priced import TaxLine

LETTERHEAD = Letterhead(
    "Northgate Supply Company",
    ("1200 Harbour Road", "Portland, OR 97201"),
    "+1 503 555 0100",
    "orders@northgate.example",
    "US-99-1234567",
)

LONG_NAME = "Cordless drill with two batteries, charger, case and forty bits " * 40

NAMES = (
    "Hex bolt M8 × 40",
    "<b>Bold & Sons</b> <para>special</para>",
    "日本語の商品名",
    "مضخة مياه كهربائية",
    "משאבת מים",
    "Насос водяной",
    "Πλυντήριο ρούχων",
    "ปั๊มน้ำ",
    "Emoji 😀 and \x00 NUL \u202e override",
    LONG_NAME,
)

SSCC = "00614141123456789" + check_digit("00614141123456789")


def name(n: int) -> str:
    return NAMES[n % len(NAMES)]


def pick_list(lines: int = 3) -> PickListData:
    return PickListData(
        LETTERHEAD,
        "PL-1001",
        "OWP1001",
        "Main warehouse",
        tuple(PickItem(f"AB-{n}", name(n), Decimal(10 + n), "pcs") for n in range(min(lines, 10))),
        tuple(
            PickLine(
                f"OWL{5000 + n}",
                f"A-{n:02}-01",
                f"OWBA-{n:02}-01",
                f"AB-{n}",
                name(n),
                Decimal(n + 1),
                "pcs",
                lot="LOT-7" if n == 0 else "",
                order_number=f"SO-{n}",
            )
            for n in range(lines)
        ),
        about="Order SO-1001",
        destination="Lane S-03",
        needed_by=date(2026, 3, 10),
        printed_at=datetime(2026, 3, 9, 14, 5, tzinfo=UTC),
    )


def packing_slip(lines: int = 3) -> PackingSlipData:
    return PackingSlipData(
        LETTERHEAD,
        "SH-2001",
        "OWS2001",
        ("Fairmont Lakeside", "Dock 4", "1 Pier Road", "Chicago, IL 60605"),
        "SO-1001",
        tuple(
            SlipLine(
                str(n + 1),
                f"AB-{n}",
                name(n),
                Decimal(20),
                Decimal(15),
                Decimal(5),
                "pcs",
                lots=("SN-1", "SN-2") if n == 0 else (),
                part_of_kit=n == 1,
            )
            for n in range(lines)
        ),
        ship_date=date(2026, 3, 9),
        customer_po="PO 4711",
        cartons=(SlipCarton("1 of 1", SSCC, "12.4 kg", "1Z999"),),
        comments="Please count on receipt.",
    )


def carton() -> CartonLabelData:
    return CartonLabelData(
        SSCC,
        ("Fairmont Lakeside", "1 Pier Road", "Chicago, IL 60605"),
        "SO-1001",
        2,
        3,
        ("Northgate Supply Company", "1200 Harbour Road"),
        "PO 4711",
        "DHL Freight",
        "S-03",
        "D2",
        "12.4 kg",
    )


def bin_label() -> BinLabelData:
    return BinLabelData("A-01-02-03", "OWBA-01-02-03", "Main warehouse", "Aisle A")


def manifest(stops: int = 2) -> ManifestData:
    return ManifestData(
        LETTERHEAD,
        "TR-3001",
        "OWT3001",
        "Truck 7",
        date(2026, 3, 9),
        tuple(
            ManifestStop(
                n + 1,
                name(n),
                ("1 Pier Road", "Chicago"),
                f"SO-{n}",
                f"SH-{n}",
                (LoadedPiece(SSCC, "Carton 1 of 1", Decimal(1), "ctn", "12.4 kg"),),
                "Ring the bell",
            )
            for n in range(stops)
        ),
        driver="Jon Berg",
        dock="D2",
    )


def load_sheet(stops: int = 2) -> LoadSheetData:
    return LoadSheetData(
        LETTERHEAD,
        "TR-3001",
        "OWTTR-3001",
        "Truck 7",
        date(2026, 3, 9),
        tuple(
            StopToLoad(
                n + 1,
                name(n),
                "Chicago",
                f"SO-{n}",
                f"OWOSO-{n}",
                (
                    PieceToLoad(SSCC, "#1", Decimal(1), "", "S-03", "12.4 kg"),
                    PieceToLoad("AB-1", name(n + 1), Decimal(12), "pcs", "", "3 kg"),
                    PieceToLoad("AB-2", "Loaded goods", Decimal(2), "pcs", "", "1 kg", True),
                ),
                "Ring the bell",
            )
            for n in reversed(range(stops))
        ),
        driver="Jon Berg",
        dock="D2",
        weight="32.8 kg",
        capacity="1200 kg",
    )


def invoice(lines: int = 3) -> InvoiceData:
    return InvoiceData(
        LETTERHEAD,
        "INV-10021",
        date(2026, 3, 9),
        "USD",
        ("Fairmont Hotels", "Accounts Payable", "88 Lakeshore Boulevard", "Chicago, IL 60601"),
        tuple(
            InvoiceLine(
                str(n + 1),
                f"AB-{n}",
                name(n),
                Decimal("1234.5"),
                "pcs",
                Decimal("12.5"),
                Decimal("1234.50"),
                "10% + 5%",
            )
            for n in range(lines)
        ),
        Decimal("3703.50"),
        Decimal("4056.04"),
        due_date=date(2026, 4, 8),
        customer_po="PO 4711",
        order_number="SO-1001",
        charges=(("Freight", Decimal("49")),),
        taxes=(TaxLine("Sales tax", Decimal("8.25"), Decimal("3752.50"), Decimal("309.58")),),
    )


def confirmation(lines: int = 3) -> OrderConfirmationData:
    return OrderConfirmationData(
        LETTERHEAD,
        "SO-1001",
        date(2026, 3, 1),
        "JPY",
        ("Fairmont Hotels", "Chicago, IL 60601"),
        tuple(
            ConfirmationLine(
                str(n + 1),
                f"AB-{n}",
                name(n),
                Decimal(3),
                "pcs",
                Decimal("1234.5"),
                Decimal(3704),
                date(2026, 3, 12),
            )
            for n in range(lines)
        ),
        Decimal(11112),
        Decimal(12223),
        ship_to=("Fairmont Lakeside", "Dock 4"),
        customer_po="PO 4711",
    )


def command_sheet() -> CommandSheetData:
    return CommandSheetData(
        LETTERHEAD,
        (
            Command("OWC-UNDO", "Undo last", "Takes back the last scan"),
            Command("OWC-NEW", "New carton", "Opens the next carton"),
            Command("OWC-FINISH", "Finish", "The shipment is complete"),
        ),
        station="Packing 1",
    )
