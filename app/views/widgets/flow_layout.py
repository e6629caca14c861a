"""Things side by side that go on in the next row when the width ends."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from app.views import theme


class FlowLayout(QLayout):
    """Lays out left to right and wraps, like words in a paragraph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, is_trial=False)

    def sizeHint(self) -> QSize:
        margins: QMargins = self.contentsMargins()
        shown = [each.sizeHint() for each in self._items if not each.isEmpty()]
        width = sum(each.width() for each in shown) + self.spacing() * max(0, len(shown) - 1)
        height = max((each.height() for each in shown), default=0)
        return QSize(
            width + margins.left() + margins.right(), height + margins.top() + margins.bottom()
        )

    def minimumSize(self) -> QSize:
        size = QSize()
        for each in self._items:
            size = size.expandedTo(each.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        margins = self.contentsMargins()
        area = rect.marginsRemoved(margins)
        gap = max(0, self.spacing())
        row_gap = min(gap, theme.px(8))
        left, top, row_height = area.x(), area.y(), 0
        for each in self._items:
            if each.isEmpty():
                continue
            size = each.sizeHint()
            size.setWidth(min(size.width(), max(area.width(), each.minimumSize().width())))
            if left + size.width() > area.right() + 1 and row_height:
                left, top, row_height = area.x(), top + row_height + row_gap, 0
            if not is_trial:
                each.setGeometry(QRect(QPoint(left, top), size))
            left += size.width() + gap
            row_height = max(row_height, size.height())
        return top + row_height - rect.y() + margins.bottom()
