"""Things side by side that go on in the next row when the width ends."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from shiboken6 import isValid

from app.views import theme

ROW_GAP = 8
TIGHTEST = 16
"""Wider gaps shrink to this before anything goes on in another row; pixels at 100 %."""


class FlowBox(QWidget):
    """Places its widgets left to right and wraps, like words in a paragraph.

    It places them itself instead of being a `QLayout`: a layout written in Python shares
    the ownership of its items with Qt, which ends in crashes when widgets come and go.
    """

    def __init__(
        self, gap: int = 8, parent: QWidget | None = None, *, in_columns: bool = False
    ) -> None:
        """`gap` is the distance between neighbours, in pixels at 100 %.

        `in_columns`: what goes on in another row stands under what is above it, unless that
        takes more rows.
        """
        super().__init__(parent)
        self._gap = gap
        self._in_columns = in_columns
        self._members: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        widget.setParent(self)
        self._members.append(widget)
        widget.setVisible(True)
        self._arrange(self.width())
        self.updateGeometry()

    def refill(self, widgets: Sequence[QWidget]) -> None:
        """Drop what is there and show these; with none the box hides itself."""
        for old in self._living():
            old.hide()
            old.deleteLater()
        self._members = []
        for each in widgets:
            self.add(each)
        self.setVisible(bool(widgets))
        self.updateGeometry()

    def arrange(self, widgets: Sequence[QWidget]) -> None:
        """Place exactly these children, in this order; hidden ones take no room."""
        self._members = list(widgets)
        self._arrange(self.width())
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width, is_trial=True)

    def sizeHint(self) -> QSize:
        sizes = [each.sizeHint() for each in self._living()]
        width = sum(each.width() for each in sizes) + theme.px(self._gap) * max(0, len(sizes) - 1)
        return QSize(width, max((each.height() for each in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        sizes = [each.minimumSizeHint() for each in self._living()]
        width = max((min(each.width(), theme.px(160)) for each in sizes), default=0)
        return QSize(width, max((each.height() for each in sizes), default=0))

    def _living(self) -> list[QWidget]:
        return [each for each in self._members if isValid(each) and not each.isHidden()]

    def _arrange(self, width: int, *, is_trial: bool = False) -> int:
        """Place everything within a width; the height that takes."""
        members = self._living()
        sizes = [each.sizeHint() for each in members]
        widths = [min(each.width(), max(width, 1)) for each in sizes]
        gap, row_gap = theme.px(self._gap), theme.px(min(self._gap, ROW_GAP))
        in_one_row = (width - sum(widths)) // max(1, len(widths) - 1)
        if theme.px(TIGHTEST) <= in_one_row < gap:
            gap = in_one_row
        rows = _rows(widths, width, gap)
        lefts = _lefts(rows, widths, gap)
        if self._in_columns and len(rows) > 1:
            aligned = _columns(widths, width, gap)
            if len(aligned[0]) <= len(rows):  # room for the lines below counts for more
                rows, lefts = aligned
        top, bottom = 0, 0
        for row in rows:
            top = bottom + (row_gap if bottom else 0)
            for number in row:
                if not is_trial:
                    box = QRect(lefts[number], top, widths[number], sizes[number].height())
                    members[number].setGeometry(box)
            bottom = top + max(sizes[number].height() for number in row)
        return bottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange(self.width())
            self.updateGeometry()
        return super().event(event)


def _rows(widths: Sequence[int], width: int, gap: int) -> list[list[int]]:
    """Which things stand in which row; the last of them never stands there alone."""
    rows: list[list[int]] = []
    left = 0
    for number, wide in enumerate(widths):
        if not rows or left + wide > width:
            rows.append([])
            left = 0
        rows[-1].append(number)
        left += wide + gap
    if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) > 2:
        moved = rows[-2][-1]
        if widths[moved] + gap + widths[rows[-1][0]] <= width:
            rows[-1].insert(0, rows[-2].pop())
    return rows


def _lefts(rows: Sequence[Sequence[int]], widths: Sequence[int], gap: int) -> list[int]:
    """Where each thing begins: after what stands before it in its row."""
    lefts = []
    for row in rows:
        left = 0
        for number in row:
            lefts.append(left)
            left += widths[number] + gap
    return lefts


def _columns(widths: Sequence[int], width: int, gap: int) -> tuple[list[list[int]], list[int]]:
    """Rows and beginnings in as few rows as columns allow.

    The last thing of a row stands over no neighbour, so it may be wider than its column.
    """
    count = len(widths)
    rows: list[list[int]] = []
    lefts: list[int] = []
    for row_count in range(2, count + 1):
        many = -(-count // row_count)
        rows = [list(range(at, min(at + many, count))) for at in range(0, count, many)]
        begins = [0]
        for column in range(many - 1):
            wide = max(widths[row[column]] for row in rows if column + 1 < len(row))
            begins.append(begins[-1] + wide + gap)
        lefts = [begins[number % many] for number in range(count)]
        if all(lefts[number] + widths[number] <= width for number in range(count)):
            break
    return rows, lefts
