"""The list and the document side by side: a row opens beside the list, not over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.views import theme


class ListAndDocument(QSplitter):
    """A list at the left (about 425 pixels at 100 %) and what is chosen at the right."""

    def __init__(self, rows: QWidget, document: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.addWidget(rows)
        self.addWidget(document)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self._was_moved = False
        self.setFocusProxy(rows)
        self.splitterMoved.connect(self._moved)

    def _moved(self) -> None:
        self._was_moved = True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_was_moved"):
            self._share()  # the scale is another, and so is the width that a list needs

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        if not self._was_moved:
            left = min(theme.px(425), round(self.width() * 0.38))
            self.setSizes([left, max(1, self.width() - left - 1)])
