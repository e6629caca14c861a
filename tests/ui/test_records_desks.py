"""The desks of records: found by typing, shown whole, with the way to what belongs to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.ids import Kind
from app.database.door import Door
from app.main import Workplace, build_window, enter
from app.operations.partners import CustomerChange, change_customer
from app.views import customers, items
from app.views.agreements.inquiry import PriceInquiry
from app.views.main_window import MainWindow
from app.views.records import RecordDesk
from app.views.widgets.action_button import ActionButton
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.row_painting import Card, CardDelegate
from tests.factories.day import Day
from tests.factories.prices import Prices

PATIENCE = 10_000


@pytest.fixture
def place(day: Day, tmp_path: Path) -> Iterator[Workplace]:
    """Anna's workplace."""
    made = Workplace(enter(Door(day.owner.url, login="anna", papers=tmp_path)))
    broken: list[object] = []
    made.tasks.failed.connect(broken.append)
    yield made
    assert broken == []
    made.close()


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication, place: Workplace) -> MainWindow:
    """Anna's window with the desks of records."""
    made = build_window(place, [customers.rail_desk, items.rail_desk])
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def _desk(window: MainWindow, key: str) -> RecordDesk:
    page = window.open_desk(key)
    assert isinstance(page, RecordDesk)
    return page


def cards(desk: RecordDesk) -> list[Card]:
    """The rows of the list as they are painted."""
    delegate, model = desk.list.rows.itemDelegate(), desk.list.model
    assert isinstance(delegate, CardDelegate)
    painted = (delegate.card_of(model.index(row, 0)) for row in range(model.rowCount()))
    return [each for each in painted if each is not None]


def test_an_item_is_found_by_typing_and_shown_whole(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    day.stock("PUMP", 7)
    desk = _desk(window, "items")
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 6, timeout=PATIENCE)
    said = {card.title: (card.note, card.badge and card.badge.word) for card in cards(desk)}
    assert said["Bilge pump"] == ("7 pc available", None)  # quietly: nothing calls for a badge
    assert said["Mooring rope"] == ("", "None available")
    desk.list.focus_filter()
    qtbot.keyClicks(QApplication.focusWidget(), "bilge")
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 1, timeout=PATIENCE)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    model = desk.document.model
    assert model is not None
    assert model.title == "Bilge pump"
    assert ("Available now", "7 pc") in [(fact.label, fact.value) for fact in model.facts]
    assert [(line.title, line.amount) for line in model.lines] == [("A-01", "7")]


@pytest.mark.parametrize(
    ("key", "starts", "types"),
    [("customers", ("party", "C-1"), ("item", "PUMP")), ("items", ("item", "PUMP"), None)],
)
def test_f9_asks_what_something_costs_where_the_question_comes_up(
    qtbot: QtBot,
    window: MainWindow,
    day: Day,
    key: str,
    starts: tuple[str, str],
    types: tuple[str, str] | None,
) -> None:
    Prices(day).agree("price", 36, customer="C-1", item="PUMP")
    desk = _desk(window, key)
    desk.show_thing(day.id_of("customer" if key == "customers" else "item", starts[1]))
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F9)
    asking = desk.findChild(PriceInquiry)
    assert isinstance(asking, PriceInquiry)
    assert asking.form.field(starts[0]).property("text") == starts[1]
    if types is not None:
        qtbot.waitUntil(asking.item.hasFocus, timeout=PATIENCE)
        qtbot.keyClicks(asking.item, types[1])
        qtbot.keyClick(asking.item, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not asking.item.hasFocus(), timeout=PATIENCE)
        asking.ask()
    price = "36.00 USD per pc" if types is not None else "39.90 USD per pc"
    qtbot.waitUntil(lambda: asking.headline.text() == price, timeout=PATIENCE)
    asking.reject()


@pytest.mark.parametrize(
    ("key", "number", "title"),
    [
        ("customers", "C-1", "Agreed: Bilge pump 33.00 – 36.00"),
        ("items", "PUMP", "Agreed with Brightwater Marine: 33.00 – 36.00"),
    ],
)
def test_what_is_agreed_stands_beside_customer_and_item(
    qtbot: QtBot, window: MainWindow, day: Day, key: str, number: str, title: str
) -> None:
    prices = Prices(day)
    prices.agree("price", 36, customer="C-1", item="PUMP")
    newest = prices.agree("price", 33, customer="C-1", item="PUMP", from_quantity=10)
    prices.agree("price", 30, customer="C-2", item="ROPE")
    desk = _desk(window, key)
    desk.show_thing(day.id_of("customer" if key == "customers" else "item", number))
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    assert desk.document.model is not None
    assert [(each.key, each.title) for each in desk.document.model.related] == [
        (f"agreement:{newest}", title)
    ]


def test_the_finder_opens_a_customer_at_their_desk(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    window.open_desk("items")
    window.finder.open()
    qtbot.keyClicks(window.finder_field, "C-2")
    qtbot.keyClick(window.finder_field, Qt.Key.Key_Return)

    def is_shown() -> bool:
        desk = window.desk("customers")
        model = desk.document.model if isinstance(desk, RecordDesk) else None
        return model is not None and model.title == "Harbour Stores"

    qtbot.waitUntil(is_shown, timeout=PATIENCE)
    assert window.open_key == "customers"


def test_an_open_customer_stays_true_when_an_order_comes_in(
    qtbot: QtBot, window: MainWindow, place: Workplace, day: Day
) -> None:
    desk = _desk(window, "customers")
    desk.show_thing(day.id_of("customer", "C-1"))
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    assert desk.document.model is not None
    assert desk.document.model.lines == ()
    order = day.order(("PUMP", 1))
    place.notices.send(1)

    def is_shown() -> bool:
        model = desk.document.model
        return model is not None and [line.id for line in model.lines] == [order]

    qtbot.waitUntil(is_shown, timeout=20_000)
    assert desk.document.model is not None
    assert desk.document.model.related[0].key == f"{Kind.ORDER}:{order}"


def _picture(widget: QWidget, name: str) -> None:
    folder = os.environ.get("ORDERWRIGHT_PICTURES")
    if folder:
        widget.grab().save(str(Path(folder) / f"{name}.png"))


def _type(qtbot: QtBot, asking: Asking, name: str, text: str) -> None:
    field = asking.field(name)
    field.setFocus()
    qtbot.keyClicks(field, text)


def test_a_customer_is_made_by_typing_and_a_taken_number_loses_nothing(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    desk = _desk(window, "customers")
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 2, timeout=PATIENCE)
    desk.list.rows.setFocus()
    qtbot.keyClick(desk.list.rows, Qt.Key.Key_N)
    asking = desk.findChild(Asking)
    assert asking is not None
    _type(qtbot, asking, "number", "C-2")
    _type(qtbot, asking, "name", "Lantern Quay Ltd")
    _type(qtbot, asking, "city", "Falmouth")
    _type(qtbot, asking, "country", "US")
    qtbot.keyClick(asking.field("city"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "C-2" in asking.form.problem("number"), timeout=PATIENCE)
    assert day.one("SELECT count(*) FROM customer") == 2
    assert asking.values()["name"] == "Lantern Quay Ltd"
    number = asking.field("number")
    assert isinstance(number, QLineEdit)
    number.selectAll()
    _type(qtbot, asking, "number", "C-3")
    qtbot.keyClick(number, Qt.Key.Key_Return)

    def is_there() -> bool:
        model = desk.document.model
        return model is not None and model.title == "Lantern Quay Ltd"

    qtbot.waitUntil(is_there, timeout=PATIENCE)
    assert day.ask(
        "SELECT c.number, a.city, a.country FROM customer c JOIN address a ON a.customer_id = c.id"
        " WHERE c.number = 'C-3'"
    ) == [("C-3", "Falmouth", "US")]


def test_a_number_taken_at_the_same_moment_is_said_beside_its_field(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    desk = _desk(window, "customers")
    qtbot.waitUntil(lambda: desk.list.model.rowCount() == 2, timeout=PATIENCE)
    desk.list.rows.setFocus()
    qtbot.keyClick(desk.list.rows, Qt.Key.Key_N)
    asking = desk.findChild(Asking)
    assert asking is not None
    _type(qtbot, asking, "number", "C-9")
    _type(qtbot, asking, "name", "Lantern Quay Ltd")
    with day.owner.begin() as other:
        other.exec_driver_sql(
            "INSERT INTO customer (number, name, name_sort, currency)"
            " VALUES ('C-9', 'Night Quay', 'night quay', 'USD')"
        )
        qtbot.keyClick(asking.field("name"), Qt.Key.Key_Return)
        qtbot.waitUntil(
            lambda: (
                day.one(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
                == 1
            ),
            timeout=PATIENCE,
        )
    qtbot.waitUntil(lambda: bool(asking.form.problems), timeout=PATIENCE)
    assert list(asking.form.problems) == ["number"]
    assert asking.form.problem("number").startswith("C-9 is in use already:")
    assert asking.messages.text == ""
    assert asking.values()["name"] == "Lantern Quay Ltd"


def test_a_customer_is_changed_and_what_was_emptied_is_empty(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    desk = _desk(window, "customers")
    desk.show_thing(day.id_of("customer", "C-1"))
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    qtbot.keyClick(desk, Qt.Key.Key_E)
    asking = desk.findChild(Asking)
    assert asking is not None
    _type(qtbot, asking, "phone", "+1 555 0100")
    terms = asking.field("terms")
    assert isinstance(terms, ChoiceField)
    terms.choose(None)
    qtbot.keyClick(asking.field("phone"), Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: day.one("SELECT phone FROM customer WHERE number = 'C-1'") == "+1 555 0100",
        timeout=PATIENCE,
    )
    assert day.one("SELECT terms_id FROM customer WHERE number = 'C-1'") is None
    assert day.one("SELECT name FROM customer WHERE number = 'C-1'") == "Brightwater Marine"


def test_two_people_change_a_customer_and_neither_undoes_the_other(
    qtbot: QtBot, window: MainWindow, day: Day
) -> None:
    desk = _desk(window, "customers")
    customer = day.id_of("customer", "C-1")
    desk.show_thing(customer)
    qtbot.waitUntil(lambda: desk.document.model is not None, timeout=PATIENCE)
    qtbot.keyClick(desk, Qt.Key.Key_E)
    asking = desk.findChild(Asking)
    assert asking is not None
    meanwhile = CustomerChange(contact="Mr Hill", phone="555 1")
    day.runner.do(change_customer, customer=customer, change=meanwhile)
    _type(qtbot, asking, "phone", "555 2")
    qtbot.keyClick(asking.field("phone"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asking.form.problem("phone")), timeout=PATIENCE)
    told = asking.form.problem("phone")
    assert told.startswith("Brightwater Marine was changed by Maria at ")
    assert "while you had it open: phone: 555 1." in told
    assert list(asking.form.problems) == ["phone"]
    assert asking.values()["phone"] == "555 2"
    _picture(asking, "record-changed-meanwhile")
    qtbot.keyClick(asking.field("phone"), Qt.Key.Key_Return)  # it is to count
    qtbot.waitUntil(
        lambda: (
            day.ask("SELECT contact, phone FROM customer WHERE number = 'C-1'")
            == [("Mr Hill", "555 2")]
        ),
        timeout=PATIENCE,
    )


def test_sales_may_not_make_items_and_is_told_who_may(window: MainWindow) -> None:
    desk = _desk(window, "items")
    (button,) = [each for each in desk.findChildren(ActionButton) if each.action.key == "new"]
    assert not button.isEnabled()
    assert button.action.why_not == "this needs the role stock"
