"""What things cost, on the tour: agreed, raised and tried, asked for, explained, taxed, charged."""

from __future__ import annotations

from app.tours.walk import Walk

CUSTOMER, ANOTHER, ITEM = "C-1001", "C-1061", "TL-1545"


class Prices(Walk):
    """From a new agreement to an order that changes hands."""

    def live(self) -> None:
        """All of it."""
        self.agree()
        self.raise_prices()
        order = self.enter_order()
        self.explain()
        self.change_hands(order)
        self.taxes()
        self.charges()

    def agree(self) -> None:
        """A ladder is agreed with a customer, in one grid."""
        stage = self.stage
        desk = self.open_desk("agreements")
        stage.picture("agreements")
        stage.press("N")
        form = self.asking(desk)
        self.fill(form, "party", CUSTOMER)
        self.fill(form, "item", ITEM)
        self.fill_cells(form, "steps", ("1", "17.90", "10", "17", "50", "16"))
        self.fill(form, "name", "Workshop tools")
        stage.picture("agreement-typed")
        stage.press("Ctrl+Return")
        stage.wait(lambda: self.asking_now(desk) is None, "the agreement")
        self.settle()
        stage.picture("agreement-kept")

    def raise_prices(self) -> None:
        """Its prices are raised as drafts, and tried on past orders before they count."""
        from app.views.agreements.trial import TrialWindow

        stage = self.stage
        desk = self.window.desk("agreements")
        stage.press("M")
        self.fill(self.asking(desk), "percent", "5")
        stage.press("Ctrl+Return")
        stage.wait(lambda: self.asking_now(desk) is None, "the drafts")
        self.settle()
        stage.press("F8")
        stage.wait(lambda: desk.findChild(TrialWindow) is not None, "the trial")
        trial = desk.findChild(TrialWindow)
        stage.wait(lambda: trial.answer is not None, "what the drafts would have changed")
        self.settle()
        stage.picture("drafts-tried")
        stage.press("Esc")
        self.settle()

    def enter_order(self) -> str:
        """A draft with an agreed price and a typed one; its number."""
        stage = self.stage
        desk = self.begin_order(CUSTOMER)
        for item, quantity, price in ((ITEM, "12", ""), ("AN-2830", "2", "60")):
            self.type_line(item, quantity, price)
            stage.press("Return")
            self.settle()
        stage.press("Esc")
        stage.wait(lambda: not desk.is_entering, "the draft")
        self.settle()
        stage.picture("prices-of-an-order")
        return str(desk.controller.document.number)

    def explain(self) -> None:
        """Why its first line costs what it does, and what would make it cheaper."""
        from app.views.agreements.inquiry import PriceInquiry

        stage = self.stage
        desk = self.window.desk("orders")
        desk.document.lines_table.setFocus()
        desk.document.lines_table.selectRow(0)
        stage.press("F9")
        stage.wait(lambda: desk.findChild(PriceInquiry) is not None, "the price inquiry")
        inquiry = desk.findChild(PriceInquiry)
        stage.wait(lambda: inquiry.answer is not None, "why it costs that")
        self.settle()
        stage.picture("price-explained")
        stage.press("Esc")
        self.settle()

    def change_hands(self, order: str) -> None:
        """The order is another customer's: before and after of its prices, and nothing lost."""
        from app.views.orders.price_changes import PriceChanges

        stage = self.stage
        desk = self.window.desk("orders")
        desk.document.setFocus()
        stage.press("E")
        stage.wait(lambda: desk.is_entering, order)
        self.settle()
        stage.press("F2")
        form = self.asking(desk)
        self.settle()
        self.fill(form, "customer", ANOTHER)
        stage.press("Ctrl+Return")
        stage.wait(lambda: form.findChild(PriceChanges) is not None, "before and after")
        self.settle()
        stage.picture("prices-before-and-after")
        stage.press("Ctrl+Return")
        stage.wait(lambda: self.asking_now(desk) is None, "the changed order")
        self.settle()
        stage.press("Esc")
        stage.wait(lambda: not desk.is_entering, "the draft")
        self.settle()
        stage.picture("order-of-another")

    def taxes(self) -> None:
        """Where each tax of the order comes from, and the desk where rates are kept."""
        from app.views.orders.extras import WhyTaxes

        stage = self.stage
        desk = self.window.desk("orders")
        desk.extras.table.setFocus()
        stage.press("F9")
        stage.wait(lambda: desk.findChild(WhyTaxes) is not None, "why the taxes are so")
        self.settle()
        stage.picture("taxes-explained")
        stage.press("Esc")
        self.open_desk("taxes")
        stage.picture("taxes")

    def charges(self) -> None:
        """What is charged beside the goods, by rule."""
        self.open_desk("charges")
        self.stage.picture("charges")
