"""Ctrl+S at a list: what it holds as it is filtered, in a file that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog

from app.controllers.list_files import ListFiles, Table, Written, table_of
from app.controllers.tasks import TaskRunner
from app.core.messages import N_
from app.views.widgets.list_screen import ListScreen
from app.views.widgets.message_bar import MessageBar
from app.views.widgets.row_table_model import Fetch, PageRequest
from app.views.widgets.wording import counted, words

PAGE_WRITTEN = 1_000

KEY = ("Ctrl+S", words(N_("Write the list into a file")))
LIST_KEYS = (
    ("Ctrl+F", words(N_("Filter the list"))),
    ("Ctrl+PgDown", words(N_("Next view of the list"))),
    KEY,
)
"""The keys of every list that stand on no button."""

TABLES = words(N_("Tables (*.xlsx *.csv)"))

ReadTable = Callable[[Any, PageRequest], Table]
"""(session, what the list is asked for) → table; runs on a reader thread."""


class ListIntoFile(QObject):
    """Asks where, writes what the list is asked for now, and says so in the desk's bar."""

    def __init__(
        self,
        tasks: TaskRunner,
        list_screen: ListScreen,
        messages: MessageBar,
        read: ReadTable | None = None,
    ) -> None:
        """`read` is for a list whose file has columns of its own."""
        super().__init__(list_screen)
        self._list, self._messages = list_screen, messages
        self._read = read or _rows_as_they_are(list_screen.model.fetch)
        self._files = ListFiles(tasks, self)
        self._files.written.connect(self._written)
        self._files.refused.connect(messages.show_refusal)
        QShortcut(QKeySequence(KEY[0]), list_screen).activated.connect(self.ask)

    def ask(self) -> None:
        """Ask for the file and write it."""
        title = self._list.title
        name, _kind = QFileDialog.getSaveFileName(
            self._list, KEY[1], f"{title}.xlsx".lower(), TABLES
        )
        if not name:
            return
        asked, read = self._list.model.request, self._read
        path = Path(name)
        self._messages.show_info(words(N_("{file} is being written …"), file=path.name))
        self._files.write(path, title, lambda session: read(session, asked))

    def _written(self, written: Written) -> None:
        many = counted(written.rows, "row is", "rows are")
        said = words(N_("{many} written into {file}."), many=many, file=written.path.name)
        if written.is_cut:
            said += " " + words(N_("There are more; filter the list to write them."))
        self._messages.show_good(said)


def _rows_as_they_are(fetch: Fetch) -> ReadTable:
    def rows(session: Any, asked: PageRequest) -> Iterator[Any]:
        request = replace(asked, after=None, limit=PAGE_WRITTEN)
        while True:
            page = fetch(session, request)
            yield from page.rows
            if page.next_key is None:
                return
            request = replace(request, after=page.next_key)

    return lambda session, asked: table_of(rows(session, asked))
