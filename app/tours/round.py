"""A round of the desks that the rest of the tour did not come by."""

from __future__ import annotations

from app.tours.walk import Walk

STATION = "packing"
"""Has the whole screen, and was at work at its own bench."""
ITEM = "AN-2830"


class Round(Walk):
    """Takes goods in and puts them away, then looks in at every desk that was not opened."""

    def live(self) -> None:
        """One picture of each."""
        self.take_in()
        for desk in self.window.desks:
            if self.window.desk(desk.key) is None and desk.key != STATION:
                self.open_desk(desk.key)
                self.stage.picture(desk.key)

    def take_in(self) -> None:
        """Goods come to the receiving place and go on to a bin."""
        from app.views.inventory.asking import MoveForm, ReceiptForm

        stage, desk = self.stage, self.open_desk("inventory")
        stage.press("N")
        stage.type(ITEM)
        stage.press("Return")
        stage.wait(lambda: isinstance(self.asking_now(desk), ReceiptForm), "what came in")
        stage.type("12")
        stage.picture("goods-come-in")
        stage.press("Ctrl+Return")
        stage.wait(lambda: self.asking_now(desk) is None, "the receipt")
        self.settle()
        stage.press("Ctrl+Return")
        stage.wait(lambda: isinstance(self.asking_now(desk), MoveForm), "where they go")
        bin = self.ask("""
            SELECT code FROM location WHERE kind = 'storage' AND warehouse_id =
              (SELECT warehouse_id FROM location WHERE kind = 'receiving' ORDER BY id LIMIT 1)
             ORDER BY code LIMIT 1""")
        stage.type(str(bin))
        self.settle()
        stage.press("Return")
        stage.press("Ctrl+Return")
        stage.wait(lambda: self.asking_now(desk) is None, "the goods in their bin")
        self.settle()
        stage.picture("goods-put-away")
