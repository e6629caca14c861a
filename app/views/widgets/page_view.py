"""The pages of a paper under each other, each drawn as sharp as the screen shows it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.core.messages import N_
from app.views import theme
from app.views.widgets.wording import words

ZOOMS = (0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
"""Of the paper's real size."""
WIDEST_FIT = 2.0
"""A label fitted to the width is no larger than this."""
SHARPEST = 300.0
"""Dots per inch of a drawn page at most: an A4 page of 35 MB."""
MM_PER_INCH = 25.4
GAP = 16
"""Pixels at 100 % around and between pages."""
STEP = 48
"""Pixels at 100 % that an arrow key moves the paper."""


class Fit(StrEnum):
    """What the size of the pages follows."""

    NONE = "none"
    WIDTH = "width"
    PAGE = "page"


class PageView(QAbstractScrollArea):
    """Shows pages of given sizes; what is to be drawn is asked for.

    PgDn goes on by what is in view, and to the top of the next page where a page ends.

    Signals:
        wanted: a page comes into view; args: the page (the first is 0), dots per inch.
        page_changed: the pages were moved; arg: the number of the one on top (the first is 1).
        zoom_changed: arg: the zoom, 1.0 for the paper's real size.
    """

    wanted = Signal(int, float)
    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes: tuple[tuple[float, float], ...] = ()
        self._rects: list[QRect] = []
        self._drawn: dict[int, tuple[float, QImage]] = {}
        self._asked: dict[int, float] = {}
        self._fit = Fit.NONE
        self._zoom = 1.0
        self._page = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words(N_("Pages")))
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)

    # What a window calls

    @property
    def zoom(self) -> float:
        """The size of the pages; 1.0 is the paper's real size."""
        return self._zoom

    @property
    def page(self) -> int:
        """The page on top; the first is 1."""
        return self._page + 1

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height of each page in millimetres."""
        return self._sizes

    @property
    def is_drawn(self) -> bool:
        """Whether every page in view is drawn as sharp as it is shown."""
        wanted = self._wanted()
        return bool(wanted) and all(
            page in self._drawn and self._drawn[page][0] == self._dots() for page in wanted
        )

    def picture(self, page: int) -> QImage | None:
        """The page as it was drawn last; the first is 0."""
        return self._drawn[page][1] if page in self._drawn else None

    def show_pages(self, sizes: Sequence[tuple[float, float]]) -> None:
        """Show pages of these sizes in millimetres: whole where that is readable, else in width."""
        self._sizes = tuple(sizes)
        self._drawn, self._asked = {}, {}
        is_small = bool(sizes) and self._whole() >= 1.0
        self.fit(Fit.PAGE if is_small else Fit.WIDTH)

    def put_picture(self, page: int, dots_per_inch: float, picture: QImage) -> None:
        """A page that was asked for is drawn."""
        if page in self._wanted():
            self._drawn[page] = (dots_per_inch, picture)
            self.viewport().update()

    def fit(self, fit: Fit) -> None:
        """Let the size follow the window."""
        self._fit = fit
        self._lay_out(self._fitting())

    def step_zoom(self, by: int) -> None:
        """The next larger or smaller size."""
        if by > 0:
            zoom = min((each for each in ZOOMS if each > self._zoom + 0.005), default=ZOOMS[-1])
        else:
            zoom = max((each for each in ZOOMS if each < self._zoom - 0.005), default=ZOOMS[0])
        self._fit = Fit.NONE
        self._lay_out(zoom)

    def go_to(self, page: int) -> None:
        """Put a page on top; the first is 1."""
        if self._rects:
            number = min(max(page, 1), len(self._rects)) - 1
            self.verticalScrollBar().setValue(self._rects[number].top() - theme.px(GAP))

    # Sizes

    def _per_mm(self) -> float:
        """Pixels of a millimetre at its real size."""
        return self.logicalDpiX() / MM_PER_INCH

    def _room(self) -> tuple[int, int]:
        """What the window has for a page, whether scroll bars are there or not."""
        bar, around = self.verticalScrollBar().sizeHint().width(), 2 * theme.px(GAP)
        return max(self.width() - bar - around, 40), max(self.height() - around, 40)

    def _width_fit(self) -> float:
        widest = max(wide for wide, _high in self._sizes) * self._per_mm()
        return self._room()[0] / widest

    def _whole(self) -> float:
        """The zoom at which the highest page is in view whole."""
        highest = max(high for _wide, high in self._sizes) * self._per_mm()
        return min(self._width_fit(), self._room()[1] / highest)

    def _fitting(self) -> float:
        if not self._sizes or self._fit is Fit.NONE:
            return self._zoom
        zoom = self._whole() if self._fit is Fit.PAGE else self._width_fit()
        return min(max(zoom, ZOOMS[0]), WIDEST_FIT)

    def _lay_out(self, zoom: float) -> None:
        """Place the pages at a zoom; what is in the middle of the window stays there."""
        middle = self._middle()
        is_other, self._zoom = abs(zoom - self._zoom) > 0.001, zoom
        per_mm, gap = self._per_mm() * zoom, theme.px(GAP)
        sizes = [(round(wide * per_mm), round(high * per_mm)) for wide, high in self._sizes]
        broad = max([self.viewport().width(), *(wide + 2 * gap for wide, _high in sizes)])
        self._rects, top = [], gap
        for wide, high in sizes:
            self._rects.append(QRect((broad - wide) // 2, top, wide, high))
            top += high + gap
        room = self.viewport().size()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setRange(0, max(0, top - room.height()))
        down.setPageStep(room.height())
        across.setRange(0, max(0, broad - room.width()))
        across.setPageStep(room.width())
        if middle is not None:
            page, part = middle
            rect = self._rects[page]
            down.setValue(round(rect.top() + part * rect.height() - room.height() / 2))
        if is_other:
            across.setValue(across.maximum() // 2)
        self.zoom_changed.emit(self._zoom)
        self._scrolled()

    def _middle(self) -> tuple[int, float] | None:
        """The page in the middle of the window, and which part of it; None at the very top."""
        if not self._rects or self.verticalScrollBar().value() == 0:
            return None
        y = self.verticalScrollBar().value() + self.viewport().height() // 2
        page = max(bisect_right([each.top() for each in self._rects], y) - 1, 0)
        rect = self._rects[page]
        return page, (y - rect.top()) / max(rect.height(), 1)

    # Drawing

    def _dots(self) -> float:
        dots = self.logicalDpiX() * self._zoom * self.devicePixelRatioF()
        return round(min(dots, SHARPEST), 1)

    def _wanted(self) -> tuple[int, ...]:
        """The pages in view."""
        top = self.verticalScrollBar().value()
        seen = QRect(0, top, 1, self.viewport().height())
        return tuple(
            page
            for page, rect in enumerate(self._rects)
            if rect.bottom() >= seen.top() and rect.top() <= seen.bottom()
        )

    def _scrolled(self) -> None:
        wanted, dots = self._wanted(), self._dots()
        self._drawn = {page: each for page, each in self._drawn.items() if page in wanted}
        self._asked = {page: each for page, each in self._asked.items() if page in wanted}
        for page in wanted:
            if self._asked.get(page) != dots:
                self._asked[page] = dots
                self.wanted.emit(page, dots)
        self._page = self._on_top()
        self.page_changed.emit(self._page + 1)
        self.viewport().update()

    def _on_top(self) -> int:
        """The first page of which a good part is in view."""
        line = self.verticalScrollBar().value() + self.viewport().height() // 3
        return max(bisect_right([each.top() for each in self._rects], line) - 1, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("track"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        at = QPoint(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        for page in self._wanted():
            rect = self._rects[page].translated(at)
            painter.fillRect(rect, QColor("white"))
            if page in self._drawn:
                painter.drawImage(rect, self._drawn[page][1])
            painter.setPen(theme.colour("line"))
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.end()

    # Moving

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out(self._fitting())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rects"):
            self._lay_out(self._fitting())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, down, across = event.key(), self.verticalScrollBar(), self.horizontalScrollBar()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key == Qt.Key.Key_PageDown:
            self._page_down()
        elif key == Qt.Key.Key_PageUp:
            self._page_up()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            down.setValue(down.value() + theme.px(STEP) * (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = theme.px(STEP) * (1 if key == Qt.Key.Key_Right else -1)
            across.setValue(across.value() + step)
        elif key == Qt.Key.Key_Home:
            self.go_to(1)
        elif key == Qt.Key.Key_End:
            self.go_to(len(self._rects))
        else:
            event.ignore()

    def _page_down(self) -> None:
        """On by what is in view, but no further than the top of the next page."""
        bar, gap = self.verticalScrollBar(), theme.px(GAP)
        goal = bar.value() + self.viewport().height() - gap
        tops = [rect.top() - gap for rect in self._rects]
        bar.setValue(min([goal, *(top for top in tops if bar.value() < top)]))

    def _page_up(self) -> None:
        """Back by what is in view, but no further than the top of this page."""
        bar, gap = self.verticalScrollBar(), theme.px(GAP)
        goal = bar.value() - self.viewport().height() + gap
        tops = [rect.top() - gap for rect in self._rects]
        bar.setValue(max([goal, *(top for top in tops if top < bar.value())]))
