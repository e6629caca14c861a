"""The finder: one field for customers, items, orders, cartons and commands. Exact first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.controllers.tasks import TaskRunner
from app.views import theme
from app.views.widgets.action_button import key_text
from app.views.widgets.row_painting import LEFT, RIGHT
from app.views.widgets.text import Text, shortened

Index = QModelIndex | QPersistentModelIndex
EntryRole = Qt.ItemDataRole.UserRole
EXACT = "Exact match"
MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class FinderRow:
    """One thing found. `target` is handed back when it is chosen."""

    section: str
    title: str
    sub: str = ""
    code: str = ""
    icon: str = "circle"
    target: Any = None
    is_exact: bool = False


Search = Callable[[Any, str], Sequence[FinderRow]]
"""(session, text) → rows; runs on a reader thread."""


def in_sections(rows: Sequence[FinderRow]) -> list[str | FinderRow]:
    """Rows under their section names: exact ones first, then in the order they came."""
    entries: list[str | FinderRow] = []
    exact = [each for each in rows if each.is_exact]
    if exact:
        entries.extend((EXACT, *exact))
    sections = dict.fromkeys(each.section for each in rows if not each.is_exact)
    for section in sections:
        entries.append(section)
        entries.extend(each for each in rows if each.section == section and not each.is_exact)
    return entries


class _Found(QAbstractListModel):
    """Section names and what was found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[str | FinderRow] = []

    def show(self, rows: Sequence[FinderRow]) -> None:
        self.beginResetModel()
        self.entries = in_sections(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.entries[index.row()], FinderRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == EntryRole:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(entry, str):
                return entry
            return ", ".join(each for each in (entry.title, entry.code, entry.sub) if each)
        return None


class _FoundDelegate(QStyledItemDelegate):
    """Paints what was found."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        is_row = isinstance(index.data(EntryRole), FinderRow)
        return QSize(theme.px(100), theme.px(34 if is_row else 26))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(EntryRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, str):
            painter.setFont(theme.font("badge"))
            painter.setPen(theme.colour("muted"))
            box = option.rect.adjusted(theme.px(12), theme.px(4), -theme.px(12), 0)
            painter.drawText(box, int(LEFT), entry)
        else:
            self._paint_row(painter, option, entry)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: FinderRow) -> None:
        box = option.rect.adjusted(theme.px(4), 0, -theme.px(4), 0)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if is_chosen else "hover"))
            painter.drawRoundedRect(QRectF(box), theme.px(5), theme.px(5))
        side = theme.px(16)
        top = box.center().y() - side // 2
        ink = "accent" if is_chosen else "muted"
        painter.drawPixmap(box.left() + theme.px(8), top, theme.pixmap(row.icon, ink, side))
        words = box.adjusted(theme.px(34), 0, -theme.px(10), 0)
        strong, small = theme.font("strong"), theme.font("small")
        metrics, small_metrics = QFontMetrics(strong), QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        code = shortened(row.code, small_metrics, words.width() * 0.4)
        painter.drawText(words, int(RIGHT), code)
        room = words.width() - small_metrics.horizontalAdvance(code) - theme.px(16)
        title = shortened(row.title, metrics, room * (0.7 if row.sub else 1.0))
        painter.setFont(strong)
        painter.setPen(QColor(theme.colour("text")))
        painter.drawText(words, int(LEFT), title)
        used = metrics.horizontalAdvance(title) + theme.px(10)
        rest = words.adjusted(used, 0, 0, 0)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        painter.drawText(rest, int(LEFT), shortened(row.sub, small_metrics, room - used))


class FinderField(QLineEdit):
    """The field at the top of the window; shows its key while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "finder")
        self.setMaxLength(MOST_TEXT)
        self.setPlaceholderText("Find customers, items, orders, cartons, commands")
        self.setAccessibleName("Find customers, items, orders, cartons, commands (Ctrl+K)")
        self._picture = QLabel(self)
        self._picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._key = Text(key_text("Ctrl+K"), "small", "muted", self)
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(lambda text: self._key.setVisible(not text))
        self._redress()

    def _redress(self) -> None:
        side = theme.px(14)
        self._picture.setPixmap(theme.pixmap("magnifying-glass", "muted", side))
        room = self._key.sizeHint().width() + theme.px(8)
        self.setTextMargins(theme.px(22), 0, room, 0)
        self._place()

    def _place(self) -> None:
        side = theme.px(14)
        middle = (self.height() - side) // 2
        self._picture.setGeometry(theme.px(11), middle, side, side)
        size = self._key.sizeHint()
        self._key.setGeometry(
            self.width() - size.width() - theme.px(12),
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_key"):
            self._redress()


class Finder(QFrame):
    """What drops down under a `FinderField`. Typing stays in the field.

    Up and Down move, Enter chooses, Esc puts it away and gives the focus back. An answer
    that comes after newer typing is not shown; Enter pressed before the answer has come
    chooses from that answer when it does, if it holds an exact match or a single row.

    Signals:
        chosen: a row was chosen; arg: its target.
    """

    chosen = Signal(object)

    def __init__(
        self,
        field: FinderField,
        tasks: TaskRunner,
        search: Search,
        commands: Callable[[], Sequence[FinderRow]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._field, self._tasks, self._search = field, tasks, search
        self._commands = commands
        self._answered_text = ""
        self._is_enter_waiting = False
        self._focus_before: QWidget | None = None
        self.setProperty("surface", "popup")
        self.setAccessibleName("Found")
        self._found = _Found(self)
        self._list = QListView()
        self._list.setModel(self._found)
        self._list.setItemDelegate(_FoundDelegate(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName("Found")
        self._list.clicked.connect(self._choose_index)
        self._status = Text("", "small", "muted")
        foot = QHBoxLayout()
        theme.pad(foot, 12, 4, 12, 6)
        foot.addWidget(self._status)
        foot.addStretch(1)
        foot.addWidget(Text("↑ ↓ move    ⏎ open    Esc close", "small", "muted"))
        layout = QVBoxLayout(self)
        theme.pad(layout, 1, 5, 1, 1)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)
        field.textEdited.connect(self._ask)
        field.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Go to the field, remembering where the focus was."""
        before = self.window().focusWidget()
        if before is not self._field:
            self._focus_before = before
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        if self._field.text():
            self._ask(self._field.text())

    def close_up(self) -> None:
        """Put it away and give the focus back to where it was."""
        self._tasks.forget("finder")
        self._is_enter_waiting = False
        self._field.clear()
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)

    def rows(self) -> list[FinderRow]:
        """What is shown, in order."""
        return [each for each in self._found.entries if isinstance(each, FinderRow)]

    def _ask(self, text: str) -> None:
        wanted = text.strip()
        self._is_enter_waiting = False
        if not wanted:
            self._tasks.forget("finder")
            self.hide()
            return
        self._status.setText("Searching …")
        self._tasks.read(
            lambda session: self._search(session, wanted),
            done=lambda rows: self._show(wanted, rows),
            failed=self._gave_up,
            key="finder",
            owner=self,
        )

    def _show(self, text: str, rows: Sequence[FinderRow]) -> None:
        words = text.casefold()
        commands = [each for each in self._commands() if words in each.title.casefold()]
        self._answered_text = text
        self._found.show([*rows, *commands])
        count = len(rows) + len(commands)
        self._status.setText("" if count else f"Nothing found for {text}. Check the spelling.")
        self._move(0, 1)
        self._place()
        self.show()
        self.raise_()
        if self._is_enter_waiting:
            self._is_enter_waiting = False
            shown = self.rows()
            if shown and (shown[0].is_exact or len(shown) == 1):
                self._choose(shown[0])

    def _gave_up(self, error: Exception) -> None:
        self._found.show([])
        self._status.setText(str(error) or "The search did not work.")
        self._place()
        self.show()

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        where = host.mapFromGlobal(self._field.mapToGlobal(self._field.rect().bottomLeft()))
        delegate_heights = sum(
            theme.px(34 if isinstance(each, FinderRow) else 26) for each in self._found.entries
        )
        room = host.height() - where.y() - theme.px(24)
        high = min(delegate_heights + theme.px(44), room, theme.px(520))
        wide = min(max(self._field.width(), theme.px(560)), host.width() - where.x() - theme.px(8))
        self.setGeometry(where.x(), where.y() + theme.px(4), wide, max(high, theme.px(44)))

    def _move(self, start: int, step: int) -> None:
        number = start
        while 0 <= number < len(self._found.entries):
            if isinstance(self._found.entries[number], FinderRow):
                self._list.setCurrentIndex(self._found.index(number))
                return
            number += step

    def _choose_index(self, index: QModelIndex) -> None:
        entry = index.data(EntryRole)
        if isinstance(entry, FinderRow):
            self._choose(entry)

    def _choose(self, row: FinderRow) -> None:
        self.close_up()
        self.chosen.emit(row.target)

    def _enter(self) -> None:
        if self._field.text().strip() == self._answered_text and self.isVisible():
            self._choose_index(self._list.currentIndex())
        else:
            self._is_enter_waiting = bool(self._field.text().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if self._take_key(event.key()):
                return True
        if watched is self._field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _take_key(self, key: int) -> bool:
        at = self._list.currentIndex().row()
        if key == Qt.Key.Key_Down:
            self._move(at + 1, 1)
        elif key == Qt.Key.Key_Up:
            self._move(at - 1, -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape:
            self.close_up()
        else:
            return False
        return True
