"""The tour: one day at the demo company, driven with keys and scans through the real windows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine

from app.database.databases import drop_database
from app.database.door import Door, Tell
from app.database.embedded import EmbeddedServer
from app.operations.demo import build_demo
from app.tours import run_tour
from app.tours.stage import Stage
from app.views import theme
from tests.conftest import WORKER, NetworkedServer

PRICES = {
    "agreement-typed",
    "agreement-kept",
    "drafts-tried",
    "prices-of-an-order",
    "price-explained",
    "prices-before-and-after",
    "taxes-explained",
    "taxes",
    "charges",
}
"""What things cost has its pictures too."""


@pytest.fixture
def demo(server: EmbeddedServer | NetworkedServer) -> Iterator[str]:
    """The demo company's database."""
    name = f"tour_{WORKER}"
    drop_database(server.url("postgres"), name)
    admin = create_engine(server.url("postgres"))
    build_demo(admin, name)
    admin.dispose()
    yield name
    drop_database(server.url("postgres"), name)


def test_a_day_from_the_typed_order_to_the_posted_invoice_leaves_the_books_right(
    server: EmbeddedServer | NetworkedServer,
    demo: str,
    qtbot: QtBot,
    dressed: QApplication,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @contextmanager
    def way_in(_tell: Tell) -> Iterator[Door]:
        yield Door(server.url(demo), needs_password=True, papers=tmp_path)

    assert run_tour(way_in, tmp_path, looks=("light",)) == 0
    assert "every derived number agrees" in capsys.readouterr().out

    owner = create_engine(server.url(demo))
    with owner.connect() as connection:
        agreed = connection.exec_driver_sql("""
            SELECT l.unit_price, p.source, p.label FROM sales_order_line l
              JOIN line_price_part p ON p.line_id = l.id
              JOIN sales_order o ON o.id = l.order_id JOIN customer c ON c.id = o.customer_id
              JOIN item i ON i.id = l.item_id
             WHERE c.number = 'C-1001' AND i.number = 'AN-2820'""").all()
        given_away = connection.exec_driver_sql("""
            SELECT c.number, l.unit_price, l.price_source FROM sales_order_line l
              JOIN sales_order o ON o.id = l.order_id JOIN customer c ON c.id = o.customer_id
             WHERE o.number = (SELECT number FROM sales_order ORDER BY id DESC LIMIT 1)
             ORDER BY l.line_no""").all()
    owner.dispose()
    assert given_away == [
        ("C-1061", Decimal("18.40"), "list"),  # of its own price, no more the other's agreement
        ("C-1061", Decimal("60.00"), "manual"),  # as it was typed
    ]
    assert agreed == [(Decimal("47.90"), "agreement", "Brightwater moorings")]

    pictures = sorted(each.name for each in tmp_path.glob("*.png"))
    assert [name.split("-", 1)[0] for name in pictures] == [
        f"{number:02d}" for number in range(1, len(pictures) + 1)
    ]
    shown = {name.split("-", 1)[1].removesuffix("-light.png") for name in pictures}
    goods = {"sign-in", "order-typed", "picked", "loaded", "station-stop", "departed"}
    goods |= {"goods-come-in", "goods-put-away"}
    assert (goods | PRICES) - shown == set()
    papers = sorted(each.name.split("-")[0] for each in (tmp_path / "paper").glob("*.pdf"))
    assert papers == ["INV", "INV", "PL", "SH", "SH", "TR"]
    assert [each.suffix for each in (tmp_path / "labels").iterdir()] == [".zpl"]
    for each in (tmp_path / "paper").glob("INV*.pdf"):
        assert "Invoice" in PdfReader(each).pages[0].extract_text()


def test_a_picture_is_taken_in_each_look_and_the_last_one_stays(
    qtbot: QtBot, dressed: QApplication, tmp_path: Path
) -> None:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    shown.activateWindow()
    stage = Stage(tmp_path, ("dark", "light"))
    for name in ("first", "second"):
        stage.picture(name)
    assert [each.name for each in stage.pictures] == [
        "01-first-dark.png",
        "01-first-light.png",
        "02-second-dark.png",
        "02-second-light.png",
    ]
    dark, light, again, last = (QImage(str(each)).pixelColor(2, 2) for each in stage.pictures)
    assert (dark, light) == (again, last)
    assert dark.lightness() < 100 < light.lightness()
    assert theme.name() == "light"
