"""The document frame: what it is, what to do next, and what stays when it is shown again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import NotFound
from app.views import theme
from app.views.theme import Tone
from app.views.widgets.action_button import Action, ActionButton, MoreButton, key_text
from app.views.widgets.document_frame import DocumentFrame, DocumentModel, Fact
from app.views.widgets.empty_state import EmptyState
from app.views.widgets.flow_box import FlowBox
from app.views.widgets.lines_table import LineHeads, LineRow, line_height
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.notice_panel import Notice
from app.views.widgets.quantity_bar import Bar, Part, QuantityBar, Segment, bar, paint_bar
from app.views.widgets.state_badge import Badge, StateBadge
from app.views.widgets.text import ElidedText
from app.views.widgets.timeline import Timeline, TimelineEntry

PATIENCE = 5000
D = Decimal

ORDER = DocumentModel(
    "SO-10482",
    badges=(Badge("Part staged", Tone.ATTENTION),),
    subline=("Brightwater Marine", "PO 77-1190"),
    facts=(Fact("Total", "4,218.59"), Fact("Tax", "312.49", why="tax")),
    action=Action("stage", "Stage the rest", "Ctrl+Return"),
    secondary=(Action("print", "Print"),),
    more=(Action("hold", "Hold"),),
    lines=(
        LineRow(1, "Rope", ("RP-4410",), "120", bar(D(120), packed=D(120)), amount="252.00"),
        LineRow(2, "Light", ("LT-0310",), "10", bar(D(10), staged=D(6), short=D(4)), amount="64.7"),
    ),
    notices=(Notice("Not moving: 4 are short.", Tone.WRONG, (Action("drop", "Drop ship"),)),),
    timeline=(TimelineEntry("10:42", "Ana", "packed 120"),),
)


@pytest.fixture
def frame(dressed: QApplication, qtbot: QtBot) -> DocumentFrame:
    made = DocumentFrame()
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=PATIENCE)
    return made


def buttons(frame: DocumentFrame, kind: str) -> list[ActionButton]:
    return [
        each
        for each in frame.findChildren(ActionButton)
        if each.isVisible() and (each.property("kind") or "") == kind
    ]


def test_before_anything_is_chosen_it_says_so(frame: DocumentFrame) -> None:
    nothing = frame.findChild(EmptyState)
    assert nothing is not None
    assert nothing.isVisible()
    frame.show(ORDER)
    assert not nothing.isVisible()
    frame.clear()
    assert nothing.isVisible()


def test_there_is_one_prominent_action_and_its_key_works(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    frame.show(ORDER)
    assert [each.text() for each in buttons(frame, "prominent")] == ["Stage the rest"]
    with qtbot.waitSignal(frame.action_chosen, timeout=PATIENCE) as chosen:
        qtbot.keyClick(frame, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == ["stage"]


def test_an_action_that_is_not_possible_now_says_why_and_cannot_be_taken(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    why = "Everything is staged."
    frame.show(replace(ORDER, action=Action("stage", "Stage the rest", "Ctrl+Return", why_not=why)))
    heard: list[str] = []
    frame.action_chosen.connect(heard.append)
    [button] = buttons(frame, "prominent")
    qtbot.keyClick(frame, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == []
    assert (button.toolTip(), button.accessibleDescription()) == (why, why)


def test_without_a_next_action_nothing_is_prominent_and_the_old_key_is_dead(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    frame.show(ORDER)
    heard: list[str] = []
    frame.action_chosen.connect(heard.append)
    frame.show(replace(ORDER, action=None))
    qtbot.keyClick(frame, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert buttons(frame, "prominent") == []
    assert heard == []


def test_the_ways_out_of_a_notice_are_actions(frame: DocumentFrame, qtbot: QtBot) -> None:
    frame.show(ORDER)
    [link] = buttons(frame, "link")
    with qtbot.waitSignal(frame.action_chosen, timeout=PATIENCE) as chosen:
        link.click()
    assert chosen.args == ["drop"]


def test_a_computed_fact_can_be_asked_why(frame: DocumentFrame, qtbot: QtBot) -> None:
    frame.show(ORDER)
    [ask] = [each for each in frame.findChildren(QPushButton) if "Why" in each.accessibleName()]
    assert ask.accessibleName() == "Why Tax 312.49"
    with qtbot.waitSignal(frame.why_asked, timeout=PATIENCE) as asked:
        ask.click()
    assert asked.args == ["tax"]


def test_showing_the_same_document_again_keeps_focus_and_line(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    frame.show(ORDER)
    chosen: list[int] = []
    frame.line_chosen.connect(lambda line: chosen.append(line.id))
    frame.lines_table.selectRow(1)
    [button] = buttons(frame, "prominent")
    button.setFocus()
    frame.show(replace(ORDER, badges=(Badge("Staged", Tone.GOOD),), action=Action("ship", "Ship")))
    assert button.hasFocus()
    assert button.text() == "Ship"
    line = frame.lines_table.current_line()
    assert line is not None
    assert line.id == 2
    assert chosen == [2]
    assert [each.badge.word for each in frame.findChildren(StateBadge) if each.isVisible()] == [
        "Staged"
    ]


def test_enter_opens_the_chosen_line(frame: DocumentFrame, qtbot: QtBot) -> None:
    frame.show(ORDER)
    frame.lines_table.selectRow(0)
    with qtbot.waitSignal(frame.line_opened, timeout=PATIENCE) as opened:
        qtbot.keyClick(frame.lines_table, Qt.Key.Key_Return)
    assert opened.args[0].id == 1


def test_columns_nobody_fills_are_not_shown(frame: DocumentFrame) -> None:
    frame.show(ORDER)
    heads = frame.lines_table.lines.heads.all()
    visible = [
        head for number, head in enumerate(heads) if not frame.lines_table.isColumnHidden(number)
    ]
    assert visible == ["Item", "Ordered", "", "Amount"]


def test_in_a_narrow_document_names_stay_and_what_stood_beside_them_goes_under_them(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    heads = LineHeads("From", extra=("First day", "Last day"), amount="Price")
    lines = (
        LineRow(1, "60 pc and more", ("no. 81",), extra=("8 May 2026", "8 May 2027"), amount="1.7"),
    )
    frame.show(replace(ORDER, lines=lines, heads=heads))
    table = frame.lines_table

    def shown() -> list[str]:
        names = table.lines.heads.all()
        return [name for n, name in enumerate(names) if not table.isColumnHidden(n)]

    assert shown() == ["From", "First day", "Last day", "Price"]
    frame.resize(380, 700)
    qtbot.waitUntil(lambda: shown() == ["From", "Price"], timeout=PATIENCE)
    assert table.has_extra_under_names
    assert table.columnWidth(0) > 160
    frame.resize(800, 700)
    qtbot.waitUntil(lambda: shown() == ["From", "First day", "Last day", "Price"], timeout=PATIENCE)


def test_the_last_figure_stands_under_its_head_when_the_columns_after_it_are_empty(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    lines = (LineRow(1, "Rope", quantity="WWW"),)
    frame.show(replace(ORDER, lines=lines, heads=LineHeads("Bin", "To pick")))
    table = frame.lines_table
    qtbot.waitUntil(lambda: table.viewport().width() > 700, timeout=PATIENCE)
    picture = table.viewport().grab().toImage()
    ground = theme.colour("panel").name()
    row = range(4, line_height() - 4)
    inked = [
        x
        for x in range(picture.width())
        if any(picture.pixelColor(x, y).name() != ground for y in row)
    ]
    assert picture.width() - inked[-1] <= 8 + 3


def test_the_page_of_a_long_document_follows_the_line_the_cursor_is_on(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    lines = tuple(LineRow(number, f"Item {number}", amount="1.00") for number in range(500))
    frame.show(replace(ORDER, lines=lines))
    table, page = frame.lines_table, frame._scroll
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() > 490 * line_height())
    assert not table.verticalScrollBar().isVisible()

    def is_seen(row: int) -> bool:
        box = table.visualRect(table.lines.index(row, 0))
        place = table.viewport().mapTo(page.viewport(), box.topLeft()).y()
        return place >= 0 and place + box.height() <= page.viewport().height()

    table.setFocus()
    table.selectRow(0)
    for _ in range(30):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert is_seen(30)
    qtbot.keyClick(table, Qt.Key.Key_PageDown)
    assert 30 < table.currentIndex().row() < 60
    assert is_seen(table.currentIndex().row())
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert is_seen(499)
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert is_seen(0)
    assert page.verticalScrollBar().value() < line_height()


def test_markup_in_names_is_text(frame: DocumentFrame) -> None:
    name = "<b>Bold</b> & <img src=x>"
    frame.show(replace(ORDER, subline=(name,), notices=(Notice(name),)))
    assert frame.head._subline.textFormat() == Qt.TextFormat.PlainText
    assert frame.head._subline.text() == name


def test_the_frame_follows_theme_and_scale(
    frame: DocumentFrame, qtbot: QtBot, dressed: QApplication
) -> None:
    frame.show(ORDER)
    before = line_height()
    theme.apply(dressed, "dark", 1.5)
    qtbot.waitUntil(lambda: frame.lines_table.rowHeight(0) == line_height(), timeout=PATIENCE)
    assert line_height() > before
    assert frame.isVisible()


THINGS = tuple(Action(f"do {n}", "Do a thing", f"F{n}") for n in range(2, 6))


def in_menu(frame: DocumentFrame) -> list[str]:
    return [each.key for each in frame.head._more.actions_shown]


@pytest.mark.parametrize(("width", "in_row"), [(1100, 4), (800, 2), (580, 0)])
def test_buttons_that_do_not_fit_beside_the_title_go_into_the_menu(
    frame: DocumentFrame, qtbot: QtBot, width: int, in_row: int
) -> None:
    frame.resize(width, 560)
    frame.show(replace(ORDER, secondary=THINGS))
    qtbot.waitUntil(lambda: len(buttons(frame, "")) == in_row, timeout=PATIENCE)
    assert in_menu(frame) == [*(f"do {n}" for n in range(2 + in_row, 6)), "hold"]
    heard: list[str] = []
    frame.action_chosen.connect(heard.append)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F5):
        qtbot.keyClick(frame, key)
    assert heard == ["do 2", "do 5"]  # by its key, wherever it stands
    row = [*buttons(frame, ""), frame.head._more, *buttons(frame, "prominent")]
    qtbot.waitUntil(lambda: len({each.y() for each in row}) == 1, timeout=PATIENCE)
    frame.resize(1400, 560)
    qtbot.waitUntil(lambda: in_menu(frame) == ["hold"], timeout=PATIENCE)


def test_in_a_narrow_window_the_buttons_stand_under_the_title_and_none_is_cut(
    frame: DocumentFrame, dressed: QApplication, qtbot: QtBot
) -> None:
    theme.apply(dressed, "light", 2.0)
    frame.resize(560, 560)
    frame.show(replace(ORDER, secondary=THINGS))

    def is_whole() -> bool:
        around = frame.head._buttons.rect()
        row = (frame.head._more, *buttons(frame, "prominent"))
        return all(around.contains(each.geometry()) for each in row)

    qtbot.waitUntil(is_whole, timeout=PATIENCE)
    assert in_menu(frame) == ["do 2", "do 3", "do 4", "do 5", "hold"]
    assert frame.head._buttons.y() > frame.head._title.geometry().bottom()
    assert frame.width() == 560
    assert frame.minimumSizeHint().width() < 560


def test_a_long_title_is_smaller_and_goes_on_in_a_second_line_beside_the_buttons(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    name = "Cylindrical fender 24 by 85 cm, white, from Sécurité du Large"
    frame.show(replace(ORDER, title=name))
    qtbot.waitUntil(lambda: frame.head._title.height() > 30, timeout=PATIENCE)
    frame.grab()
    assert frame.head._title.toolTip() == ""  # all of it is there to be read
    assert frame.head._title.font().pixelSize() == theme.font("title").pixelSize()
    assert [each.text() for each in buttons(frame, "prominent")] == ["Stage the rest"]
    frame.show(replace(ORDER, title=name * 20))
    frame.grab()
    assert frame.head._title.height() < 80  # three lines, and dots
    assert frame.head._title.toolTip() == name * 20
    frame.show(ORDER)
    assert frame.head._title.font().pixelSize() == theme.font("display").pixelSize()


def test_in_a_low_window_the_facts_scroll_with_the_lines(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    facts = tuple(Fact(f"Fact {number}", "1,234.00") for number in range(9))
    frame.show(replace(ORDER, facts=facts))
    head, page = frame.head, frame._scroll.widget()
    assert page is not None
    qtbot.waitUntil(lambda: frame.lines_table.isVisible(), timeout=PATIENCE)
    assert head.isAncestorOf(head._facts)
    frame.resize(560, 300)
    qtbot.waitUntil(lambda: page.isAncestorOf(head._facts), timeout=PATIENCE)
    qtbot.waitUntil(lambda: frame._scroll.height() > 120, timeout=PATIENCE)
    frame.show(replace(ORDER, facts=facts))
    QApplication.processEvents()
    assert page.isAncestorOf(head._facts)
    frame.resize(800, 700)
    qtbot.waitUntil(lambda: head.isAncestorOf(head._facts), timeout=PATIENCE)


def test_what_stands_under_the_title_goes_on_in_a_second_line(
    frame: DocumentFrame, qtbot: QtBot
) -> None:
    frame.show(replace(ORDER, subline=("Tenby Angling Trips", "Kiosk 3, Castle Steps, Tenby")))
    one_line = frame.head._subline.fontMetrics().height()
    qtbot.waitUntil(lambda: frame.head._subline.height() == one_line, timeout=PATIENCE)
    frame.show(replace(ORDER, subline=("Tenby Angling Trips", "Castle Steps " * 8, "30 days net")))
    # Of several lines each takes whole pixels, so that no letter of the last one is cut off.
    exact = QFontMetricsF(frame.head._subline.font())
    two_lines = 2 * (ceil(exact.ascent()) + ceil(exact.descent()))
    assert two_lines >= 2 * one_line
    qtbot.waitUntil(lambda: frame.head._subline.height() == two_lines, timeout=PATIENCE)
    frame.grab()
    assert frame.head._subline.toolTip() == ""


def test_the_bar_in_words_names_every_part() -> None:
    shown = bar(D(10), short=D(1), staged=D("2.50"), packed=D(6))
    assert shown.words() == "packed 6 · staged 2.5 · short 1"
    assert bar(D(10), staged=D(0)).segments == ()


def colours_across(shown: Bar, width: int = 100) -> list[str]:
    image = QImage(width, 6, QImage.Format.Format_RGB32)
    image.fill(theme.colour("panel"))
    painter = QPainter(image)
    paint_bar(painter, QRectF(0, 0, width, 6), shown)
    painter.end()
    names = {getattr(theme.tokens(), name): name for name in theme.token_names()}
    seen = [names.get(image.pixelColor(x, 3).name(), "mixed") for x in range(5, width - 5)]
    return list(dict.fromkeys(each for each in seen if each not in ("mixed", "panel", "field")))


def test_the_bar_shows_parts_in_order_and_the_rest_empty(dressed: QApplication) -> None:
    shown = bar(D(10), packed=D(3), staged=D(3), short=D(2))
    assert colours_across(shown) == ["good", "accent", "wrong", "track"]
    assert colours_across(bar(D(10))) == ["track"]


def test_a_tiny_part_is_still_seen(dressed: QApplication) -> None:
    shown = Bar(D(100000), (Segment(Part.PACKED, D(50000)), Segment(Part.SHORT, D(1))))
    assert "wrong" in colours_across(shown)


def test_more_than_the_whole_does_not_run_over(dressed: QApplication) -> None:
    assert colours_across(bar(D(10), packed=D(12))) == ["good"]


def test_painted_parts_have_names_for_those_who_cannot_see(
    dressed: QApplication, qtbot: QtBot
) -> None:
    for widget, name in (
        (QuantityBar(bar(D(2), loaded=D(2))), "loaded 2"),
        (StateBadge(Badge("On hold", Tone.WRONG)), "On hold"),
        (Timeline((TimelineEntry("10:42", "Ana", "packed"),)), "Timeline"),
    ):
        qtbot.addWidget(widget)
        assert widget.accessibleName() == name
    assert widget.accessibleDescription() == "10:42 Ana: packed"


class Block(QWidget):
    """Something 96 wide."""

    def sizeHint(self) -> QSize:
        return QSize(96, 40)


@pytest.mark.parametrize(
    ("width", "rows"),
    [(740, [[0, 1, 2, 3, 4, 5]]), (690, [[0, 1, 2, 3, 4, 5]]), (600, [[0, 1, 2, 3], [4, 5]])],
)
def test_facts_stand_closer_before_they_wrap_and_the_last_never_alone(
    dressed: QApplication, qtbot: QtBot, width: int, rows: list[list[int]]
) -> None:
    box = FlowBox(32)
    qtbot.addWidget(box)
    box.show()
    members = [Block() for _ in range(6)]
    for each in members:
        box.add(each)
    box.resize(width, box.heightForWidth(width))
    tops = sorted({each.y() for each in members})
    assert [[n for n, each in enumerate(members) if each.y() == top] for top in tops] == rows
    assert max(each.geometry().right() for each in members) < width


def test_facts_in_another_row_stand_under_those_above(dressed: QApplication, qtbot: QtBot) -> None:
    box = FlowBox(32, in_columns=True)
    qtbot.addWidget(box)
    box.show()
    members = [Block() for _ in range(7)]
    for each in members:
        box.add(each)
    box.resize(600, box.heightForWidth(600))
    places = [(each.x(), each.y()) for each in members]
    assert places == [*((x * 128, 0) for x in range(4)), *((x * 128, 48) for x in range(3))]
    box.resize(1000, 40)
    assert [each.x() for each in members] == [x * 128 for x in range(7)]


def test_a_word_longer_than_a_line_is_broken_and_still_read_whole(
    dressed: QApplication, qtbot: QtBot
) -> None:
    name = "X" * 80
    bar_ = MessageBar()
    qtbot.addWidget(bar_)
    bar_.show_wrong(f"Nothing is called {name}.")
    bar_.resize(400, 200)
    assert bar_.text == f"Nothing is called {name}."
    assert bar_.minimumSizeHint().width() <= 400
    assert bar_.heightForWidth(400) > bar_.heightForWidth(2000)


def test_a_fact_wider_than_the_document_ends_in_dots(frame: DocumentFrame, qtbot: QtBot) -> None:
    address = "Wolkenkratzer" * 12
    frame.show(replace(ORDER, facts=(Fact("Ship to", address), Fact("Total", "4.00"))))
    (value,) = [each for each in frame.findChildren(ElidedText) if each.text() == address]
    qtbot.waitUntil(lambda: value.width() <= frame.width(), timeout=PATIENCE)
    frame.grab()
    assert value.toolTip() == address


def test_what_is_true_for_a_moment_goes_by_itself(dressed: QApplication, qtbot: QtBot) -> None:
    bar_ = MessageBar()
    qtbot.addWidget(bar_)
    bar_.show_passing("Orders arrive.", 1)
    assert bar_.text == "Orders arrive."
    qtbot.waitUntil(lambda: bar_.text == "", timeout=PATIENCE)
    bar_.show_passing("Orders arrive.", 1)
    bar_.show_good("Saved.")
    later = MessageBar()
    qtbot.addWidget(later)
    later.show_passing("Stock arrives.", 1)
    qtbot.waitUntil(lambda: later.text == "", timeout=PATIENCE)
    assert bar_.text == "Saved."


def test_a_message_stays_until_it_is_dismissed(dressed: QApplication, qtbot: QtBot) -> None:
    bar_ = MessageBar()
    qtbot.addWidget(bar_)
    assert bar_.text == ""
    bar_.show_refusal(NotFound(what="order", value="SO-1"))
    assert bar_.tone == Tone.WRONG
    assert bar_.accessibleName() == bar_.text
    assert bar_.text == "There is no order SO-1. Check the number, or search with Ctrl+K."
    with qtbot.waitSignal(bar_.dismissed, timeout=PATIENCE):
        qtbot.keyClick(bar_, Qt.Key.Key_Escape)
    assert bar_.text == ""


def test_a_message_can_offer_the_way_back(dressed: QApplication, qtbot: QtBot) -> None:
    bar_ = MessageBar()
    qtbot.addWidget(bar_)
    bar_.show_good("Staged.", Action("undo", "Undo"))
    [offer] = bar_.findChildren(ActionButton)
    with qtbot.waitSignal(bar_.action_chosen, timeout=PATIENCE) as chosen:
        offer.click()
    assert chosen.args == ["undo"]


@pytest.mark.parametrize(
    ("shortcut", "text"), [("Ctrl+Return", "Ctrl ⏎"), ("F2", "F2"), ("N", "N"), ("+", "+")]
)
def test_keys_are_written_as_on_the_keyboard(
    dressed: QApplication, shortcut: str, text: str
) -> None:
    assert key_text(shortcut) == text


def test_an_ampersand_in_a_name_is_shown_and_underlines_nothing(
    dressed: QApplication, qtbot: QtBot
) -> None:
    action = Action("open", "Agreed with Hallett & Pascoe: 9.50")
    button, more = ActionButton(action, "link"), MoreButton()
    qtbot.addWidget(button)
    qtbot.addWidget(more)
    more.show_actions((action, Action("other", "Hallett & Pascoe", why_not="not yours")))
    assert button.text() == "Agreed with Hallett && Pascoe: 9.50"
    assert button.accessibleName() == action.title
    assert [each.text() for each in more.menu().actions()] == [
        "Agreed with Hallett && Pascoe: 9.50",
        "Hallett && Pascoe  (not yours)",
    ]
