"""A paper looked at before it is printed: made, drawn page by page, kept as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.files import write_whole
from app.core.errors import BusinessError
from app.core.messages import N_
from app.rules.printing import DocumentKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.controllers.tasks import TaskRunner
    from app.documents.page_picture import PagePicture
    from app.queries.paper.printed import PaperPreview


class PaperNotMade(BusinessError):
    """Something nobody expected; the crash report has it."""

    sentence = N_("This paper could not be made. Nothing was printed.")


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """Which paper, of which station, on which printer where it is not the station's own."""

    document: DocumentKind
    subject: int
    station: str | None = None
    printer: int | None = None


class PaperAtHand(QObject):
    """One paper, its pages drawn off the window's thread. Looking at it asks for no print.

    Signals:
        made: the paper is there; args: PaperPreview, its pages' sizes in millimetres.
        failed: there is no paper; arg: BusinessError.
        drawn: args: the page (the first is 0), its dots per inch, PagePicture.
        saved: arg: the file.
        refused: it could not be drawn or saved; arg: BusinessError.
    """

    made = Signal(object, object)
    failed = Signal(object)
    drawn = Signal(int, float, object)
    saved = Signal(object)
    refused = Signal(object)

    def __init__(self, tasks: TaskRunner, asked: PaperAsked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._asked = tasks, asked
        self.paper: PaperPreview | None = None

    def make(self) -> None:
        """Make the paper as a print job would."""
        self._tasks.read(self._make, done=self._made, failed=self._fail, owner=self)

    def draw(self, page: int, dots_per_inch: float) -> None:
        """Draw one page; asked for again meanwhile, only the newer one comes."""
        paper = self.paper
        assert paper is not None

        def work(_session: object) -> PagePicture:
            from app.documents.page_picture import draw_page

            return draw_page(paper.pdf, paper.name, page, dots_per_inch)

        self._tasks.read(
            work,
            done=lambda picture: self.drawn.emit(page, dots_per_inch, picture),
            failed=self._refuse,
            key=f"paper-page-{page}",
            owner=self,
        )

    def save(self, path: Path) -> None:
        """Keep the PDF as a file."""
        paper = self.paper
        assert paper is not None
        self._tasks.read(
            lambda _session: write_whole(path, paper.pdf),
            done=lambda _nothing: self.saved.emit(path),
            failed=self._refuse,
            owner=self,
        )

    # Within

    def _make(self, session: Session) -> tuple[PaperPreview, tuple[tuple[float, float], ...]]:
        # What draws paper loads slowly, so it comes with the first paper.
        from sqlalchemy.exc import DBAPIError

        from app.documents.page_picture import page_sizes
        from app.operations.refusals import refusal
        from app.queries.paper.printed import paper_preview

        asked = self._asked
        try:
            paper = paper_preview(
                session,
                document=asked.document,
                subject=asked.subject,
                station=asked.station,
                printer=asked.printer,
            )
        except DBAPIError as error:
            raise refusal(error) or error from error
        return paper, page_sizes(paper.pdf, paper.name)

    def _made(self, made: tuple[PaperPreview, tuple[tuple[float, float], ...]]) -> None:
        self.paper, sizes = made
        self.made.emit(self.paper, sizes)

    def _fail(self, error: Exception) -> None:
        self.failed.emit(error if isinstance(error, BusinessError) else PaperNotMade())

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(error if isinstance(error, BusinessError) else PaperNotMade())
