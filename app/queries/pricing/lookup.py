"""What things cost a customer, and what we pay a supplier: the question every line asks.

`price_lines` answers one request or ten thousand in one statement. Found among: trade agreements,
the customer's price book, the standard book, the item's list price; when buying: trade agreements,
then what the item costs (docs/money.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.memory import uncollected
from app.core.money import HUNDRED, round_half_away
from app.queries.pricing.facts import NO_ITEM, PricingFacts, Subject, gather
from app.rules.orders import PartKind, PriceSource
from app.rules.pricing.agreements import Side
from app.rules.pricing.choosing import PRICE_DECIMALS
from app.rules.pricing.decision import Decision, decide
from app.rules.pricing.explaining import explanation_of
from app.rules.pricing.order_discount import decide_order_discount
from app.rules.pricing.question import Asked, basket_of


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """One question: what does so much of this item cost that party on that day?

    `quantity` is in base units and judges the steps; `unit` is the line's (None: the base unit);
    the date is the document's, not today's. Requests with the same `document` are its lines:
    their quantities count together for agreements across lines.
    """

    key: int
    party_id: int
    item_id: int
    quantity: Decimal
    on: date
    currency: str
    unit: str | None = None
    side: Side = Side.SELL
    document: int | None = None

    @property
    def subject(self) -> Subject:
        """Whom and what it asks about."""
        return Subject(self.side, self.party_id, self.item_id, self.currency, self.on)


@dataclass(frozen=True, slots=True)
class PricePart:
    """One step of how a price came about, per price unit."""

    kind: PartKind
    source: PriceSource
    label: str
    base: Decimal
    effect: Decimal
    percent: Decimal | None = None
    amount: Decimal | None = None


def reductions(parts: Sequence[PricePart]) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """The amounts off and the percentages off among the parts of a price, in their order."""
    amounts = (part.amount for part in parts if part.kind is PartKind.AMOUNT_OFF)
    return (
        tuple(amount for amount in amounts if amount is not None),
        tuple(part.percent for part in parts if part.percent is not None),
    )


@dataclass(frozen=True, slots=True)
class TypedDiscount:
    """A percentage off that a person typed; it stands in place of the discounts that are found."""

    percent: Decimal
    person: str

    def part(self, base: Decimal) -> PricePart:
        """As the last part of a price of `base` per price unit."""
        return PricePart(
            PartKind.PERCENT_OFF,
            PriceSource.MANUAL,
            self.person,
            base,
            round_half_away(-base * self.percent / HUNDRED, PRICE_DECIMALS),
            percent=self.percent,
        )


@dataclass(frozen=True, slots=True)
class PriceResult:
    """The answer: price per price unit before discounts, the steps, and why.

    `unit_price` is None where there is no price: somebody has to type one. With `typed` the price
    is as it was found, and only the discount is a person's.
    """

    key: int
    decision: Decision
    typed: TypedDiscount | None = None

    @property
    def price_unit(self) -> str:
        """The unit the price is for."""
        return self.decision.price_unit

    @property
    def price_factor(self) -> Decimal:
        """Base units in one price unit."""
        return self.decision.price_factor

    @property
    def list_price(self) -> Decimal | None:
        """What it started from, per price unit."""
        return self.decision.list_price

    @property
    def unit_price(self) -> Decimal | None:
        """Per price unit, before discounts."""
        return self.decision.price

    @property
    def source(self) -> PriceSource:
        """Where the price came from."""
        return self.decision.source

    @property
    def parts(self) -> tuple[PricePart, ...]:
        """The price in parts: what was found, then each discount."""
        found = parts_of(self.decision)
        if self.typed is None:
            return found
        return tuple(
            each
            for price in found
            if price.kind is PartKind.PRICE
            for each in (price, self.typed.part(price.base))
        )

    @property
    def net(self) -> Decimal | None:
        """Per price unit after discounts, not rounded."""
        price = self.decision.price
        if self.typed is None or price is None:
            return self.decision.net
        return price * (1 - self.typed.percent / HUNDRED)

    @property
    def rule(self) -> list[str]:
        """What it rests on: the price, and the agreements that give discounts."""
        return list(self.decision.rule[:1] if self.typed is not None else self.decision.rule)

    @property
    def across_lines(self) -> frozenset[int]:
        """The agreements for whose steps the quantities of other lines count as well."""
        return frozenset(each.id for each in self.decision.candidates if each.across_lines)

    @property
    def explanation(self) -> dict[str, Any]:
        """The whole story, as it is stored with a line."""
        return explanation_of(self.decision)


def price_lines(session: Session, requests: Sequence[PriceRequest]) -> list[PriceResult]:
    """The price of each request, in the order asked. One statement, however many."""
    if not requests:
        return []
    with uncollected():
        return answers(gather(session, [request.subject for request in requests]), requests)


@dataclass(frozen=True, slots=True)
class DocumentPrices:
    """The prices of a document's lines, and what decides its order discount.

    `beside` are the prices of the other lines that count together with these.
    """

    lines: list[PriceResult]
    beside: list[PriceResult]
    _subject: Subject
    _facts: PricingFacts

    def order_discount(self, amount: Decimal) -> Decision:
        """The discount on the whole, when the line amounts sum to `amount`."""
        return discount_on_whole(self._facts, self._subject, amount)


def price_document(
    session: Session,
    requests: Sequence[PriceRequest],
    *,
    party_id: int,
    on: date,
    currency: str,
    side: Side = Side.SELL,
    beside: Callable[[], Sequence[PriceRequest]] = tuple,
) -> DocumentPrices:
    """The lines of one document, which count together, and the discount on it as a whole.

    One statement. `beside` reads the lines that are there already; it is asked only when an
    agreement counts them together with `requests`, and then it takes one statement more.
    """
    asked = [replace(request, document=0) for request in requests]
    whole = Subject(side, party_id, NO_ITEM, currency, on)
    with uncollected():
        facts = gather(session, [whole, *(request.subject for request in asked)])
        lines = answers(facts, asked)
        across = frozenset().union(*(each.across_lines for each in lines))
        others = [replace(request, document=0) for request in beside()] if across else []
        if others:
            asked += others
            facts = gather(session, [whole, *(request.subject for request in asked)])
            lines = answers(facts, asked)
        together = [each for each in lines[len(requests) :] if each.across_lines & across]
        return DocumentPrices(lines[: len(requests)], together, whole, facts)


def discount_on_whole(facts: PricingFacts, whole: Subject, amount: Decimal) -> Decision:
    """The discount on a document (of `NO_ITEM`) whose line amounts sum to `amount`."""
    return decide_order_discount(
        whole.side,
        facts.party(whole),
        amount,
        whole.on,
        whole.currency,
        facts.candidates(whole),
    )


def answers(facts: PricingFacts, requests: Sequence[PriceRequest]) -> list[PriceResult]:
    """The price of each request, out of facts that were gathered about them all."""
    return [
        PriceResult(request.key, decide(asked, facts.candidates(request.subject)))
        for request, asked in zip(requests, questions(facts, requests), strict=True)
    ]


def questions(facts: PricingFacts, requests: Sequence[PriceRequest]) -> list[Asked]:
    """The requests as the rules want them, with the lines of each document summed."""
    documents: dict[int, list[PriceRequest]] = {}
    for request in requests:
        if request.document is not None:
            documents.setdefault(request.document, []).append(request)
    baskets = {
        document: basket_of((facts.item(line.subject), line.quantity) for line in lines)
        for document, lines in documents.items()
    }
    asked = []
    for request in requests:
        subject = request.subject
        item = facts.item(subject)
        unit = "" if request.unit in (None, item.base_unit) else str(request.unit)
        own = facts.list_prices.get(item.id) if request.currency == facts.currency else None
        basket = {} if request.document is None else baskets[request.document]
        asked.append(
            Asked(
                request.side,
                facts.party(subject),
                item,
                request.quantity,
                request.on,
                request.currency,
                unit,
                basket,
                facts.listed(subject, unit),
                own,
                facts.discount_rule,
                facts.has_item_floor,
            )
        )
    return asked


def order_discount(
    session: Session,
    *,
    party_id: int,
    amount: Decimal,
    on: date,
    currency: str,
    side: Side = Side.SELL,
) -> Decision:
    """The discount on a whole order whose line amounts sum to `amount`. One statement."""
    document = price_document(session, (), party_id=party_id, on=on, currency=currency, side=side)
    return document.order_discount(amount)


def parts_of(decision: Decision) -> tuple[PricePart, ...]:
    """A decision as price parts: what a line stores and a paper shows."""
    price = decision.price
    if price is None:
        return ()
    label = decision.label or decision.source.value.replace("_", " ")
    if decision.beaten is not None:
        label = "own list price"
    parts = [PricePart(PartKind.PRICE, decision.source, label, price, price)]
    for each in decision.discounts:
        kind = PartKind.PERCENT_OFF if each.percent is not None else PartKind.AMOUNT_OFF
        parts.append(
            PricePart(
                kind,
                PriceSource.AGREEMENT,
                each.agreement.name or "agreement",
                round_half_away(each.base, PRICE_DECIMALS),
                round_half_away(each.effect, PRICE_DECIMALS),
                each.percent,
                each.amount,
            )
        )
    return tuple(parts)
