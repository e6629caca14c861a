"""Going about the window: to a desk, to a document, until nothing is under way any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.tours.stage import Stage


class Walk:
    """What every part of the tour does between its own steps."""

    def __init__(self, stage: Stage, opening: Any) -> None:
        self.stage = stage
        self.opening = opening

    @property
    def window(self) -> Any:
        """The main window."""
        return self.opening.window

    def choose(self, desk: Any, number: str) -> None:
        """Filter a desk's list for a number, and open what is left."""
        self.stage.press("Ctrl+F")
        self.stage.type(number)
        self.stage.wait(lambda: self.title_of(desk) == number, number)
        self.settle()

    def title_of(self, desk: Any) -> str:
        """What the document of a desk is called."""
        return str(desk.document.model.title) if desk.document.model is not None else ""

    def find(self, text: str) -> None:
        """Open something through the finder."""
        self.stage.press("Ctrl+K")
        self.stage.type(text)
        self.settle()
        self.stage.press("Return")
        self.settle()

    def ask(self, question: str) -> Any:
        """One value from the database."""
        from sqlalchemy import text

        with self.opening.place.engine.connect() as connection:
            return connection.execute(text(question)).scalar_one()

    def open_desk(self, key: str) -> Any:
        """Go to a desk through the finder."""
        title = next(desk.title for desk in self.window.desks if desk.key == key)
        self.find(title)
        self.stage.wait(lambda: self.window.open_key == key, title)
        self.settle()
        return self.window.desk(key)

    def begin_order(self, customer: str) -> Any:
        """Begin to type an order for a customer; the orders desk."""
        desk = self.open_desk("orders")
        self.stage.press("N")
        self.stage.type(customer)
        self.stage.press("Return")
        self.settle()
        return desk

    def type_line(self, item: str, quantity: str, price: str = "") -> None:
        """Type a line of an order; Enter, which accepts it, is still to come."""
        self.stage.type(item)
        self.stage.press("Tab")
        self.settle()
        self.stage.type(quantity)
        if price:
            self.stage.press("Tab")
            self.stage.type(price)

    def settle(self) -> None:
        """Wait until nothing is being read or written."""
        self.stage.wait(lambda: not self.opening.place.tasks.is_busy, "the answers")

    def fill_cells(self, form: Any, name: str, cells: Sequence[str]) -> None:
        """Type into the cells of a form's grid, one after the other."""
        form.field(name).setFocus()
        for cell in cells:
            for key in cell:  # the first opens the cell, which has the focus then
                self.stage.type(key)
            self.stage.press("Return")
        self.settle()

    def fill(self, form: Any, name: str, text: str) -> None:
        """Type into a field of a form, in place of what is there, and leave it."""
        field = form.field(name)
        field.setFocus()
        self.stage.press("Ctrl+A")
        first, *more = text.splitlines()
        self.stage.type(first)
        for line in more:
            self.stage.press("Return")
            self.stage.type(line)
        self.settle()
        self.stage.press("Tab")
        self.settle()

    def asking(self, desk: Any) -> Any:
        """The form a desk has opened."""
        self.stage.wait(lambda: self.asking_now(desk) is not None, "the form")
        self.settle()
        return self.asking_now(desk)

    @staticmethod
    def asking_now(desk: Any) -> Any:
        """The form a desk has open, or None."""
        from app.views.widgets.asking import Asking

        return next((each for each in desk.findChildren(Asking) if each.isVisible()), None)
