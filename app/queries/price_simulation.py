"""Drafts tried on the orders of a past period: what they would have changed, and for whom.

The orders are priced twice, as things are and with the drafts counted, and the difference is
put on what the orders really came to; nothing is stored. A draft counts on every day of the
period, in place of what it replaces and of what stands in its place in the ladder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import BusinessError, NotFound
from app.core.ids import AgreementRef
from app.core.messages import N_
from app.core.money import ZERO, round_amount
from app.queries.pricing.differences import KEPT, amount_of
from app.queries.pricing.facts import NO_ITEM, PricingFacts, Subject, Trial, gather
from app.queries.pricing.lookup import PriceRequest, TypedDiscount, answers, discount_on_whole
from app.rules.orders import PriceSource
from app.rules.pricing.agreements import Side

MOST_LINES = 50_000
"""Order lines that are tried at once."""


class NothingToTry(BusinessError):
    """No drafts."""

    sentence = N_("There is no draft to try. Make one, or raise or lower what counts.")


class PeriodBackwards(BusinessError):
    """The last day before the first."""

    about = ("since", "until")
    sentence = N_("The last day {until} is before the first day {since}. Exchange them.")


class OnlySellingIsTried(BusinessError):
    """Drafts of the buy side."""

    sentence = N_(
        "Record {agreement} is about buying, and there are no purchase orders to try it on. "
        "Only what we sell for can be tried: leave it out."
    )


class TooManyLines(BusinessError):
    """A period with more than can be tried at once."""

    sentence = N_("From {since} to {until} there are more than {most} lines. Try a shorter period.")


@dataclass(frozen=True, slots=True)
class TriedCustomer:
    """What the drafts would have changed for one customer, in the company's currency.

    Revenue is what the tried orders' lines come to after all discounts; `cost` is None for
    those who may not read costs.
    """

    customer_id: int
    number: str
    name: str
    orders: int
    lines: int
    before: Decimal
    after: Decimal
    cost: Decimal | None

    @property
    def difference(self) -> Decimal:
        """More (or, below 0, less) revenue with the drafts."""
        return self.after - self.before

    @property
    def margin_before(self) -> Decimal | None:
        """What was left of the revenue after cost."""
        return None if self.cost is None else self.before - self.cost

    @property
    def margin_after(self) -> Decimal | None:
        """What would have been left with the drafts."""
        return None if self.cost is None else self.after - self.cost


@dataclass(frozen=True, slots=True)
class PriceSimulation:
    """The trial: customers whose revenue would differ, the largest difference first.

    `total` sums them all; `orders` and `lines` say how many were looked at, `without_cost` how
    many lines count as if they cost nothing.
    """

    since: date
    until: date
    currency: str
    drafts: int
    orders: int
    lines: int
    without_cost: int
    customers: tuple[TriedCustomer, ...]
    total: TriedCustomer


_DRAFTS = text("""
    SELECT t.id, t.side,
           ARRAY(SELECT o.id FROM trade_agreement o
                  WHERE o.state = 'active' AND o.ladder_place = t.ladder_place
                    AND o.id <> t.id) || t.replaces_id AS left_out,
           (SELECT currency FROM company) AS currency,
           has_table_privilege('item_cost', 'SELECT') AS may_see_cost
      FROM trade_agreement t WHERE t.id = ANY (:drafts)
""")

# Orders that a draft may concern: its party and its item side, with everything nested in them.
_LINES = text("""
    WITH draft AS MATERIALIZED (
      SELECT DISTINCT level, party_key, item_key, currency FROM trade_agreement
       WHERE id = ANY (:drafts)
    ), party AS MATERIALIZED (
      SELECT d.party_key, c.id AS customer_id
        FROM (SELECT DISTINCT party_key FROM draft WHERE party_key < 0) d
        JOIN account_group_above a ON a.above_id = -d.party_key
        JOIN customer c ON c.group_id = a.group_id
      UNION
      SELECT d.party_key, m.customer_id
        FROM (SELECT DISTINCT party_key FROM draft WHERE party_key < 0) d
        JOIN account_group_above a ON a.above_id = -d.party_key
        JOIN account_group_member m ON m.account_group_id = a.group_id
       WHERE m.customer_id IS NOT NULL
    ), thing AS MATERIALIZED (
      SELECT d.item_key, i.id AS item_id
        FROM (SELECT DISTINCT item_key FROM draft WHERE item_key < 0) d
        JOIN item_group_above a ON a.above_id = -d.item_key
        JOIN item i ON i.group_id = a.group_id
      UNION
      SELECT d.item_key, m.item_id
        FROM (SELECT DISTINCT item_key FROM draft WHERE item_key < 0) d
        JOIN item_group_above a ON a.above_id = -d.item_key
        JOIN item_group_member m ON m.item_group_id = a.group_id
    ), tried AS MATERIALIZED (
      SELECT o.id FROM sales_order o
       WHERE o.order_date BETWEEN :since AND :until AND o.state IN ('confirmed', 'closed')
         AND EXISTS (
           SELECT 1 FROM draft d
            WHERE d.currency = o.currency
              AND (d.party_key IN (0, o.customer_id)
                   OR (d.party_key, o.customer_id) IN (SELECT party_key, customer_id FROM party))
              AND (d.item_key = 0 OR EXISTS (
                     SELECT 1 FROM sales_order_line l
                      WHERE l.order_id = o.id AND l.parent_id IS NULL
                        AND (d.item_key = l.item_id
                             OR (d.item_key, l.item_id) IN (SELECT item_key, item_id FROM thing)))))
    )
    SELECT o.id AS order_id, o.customer_id, c.number, c.name, o.order_date, o.currency,
           o.exchange_rate, l.id, l.item_id, l.unit, l.wanted,
           l.wanted + l.came_back AS counted, l.price_source,
           (SELECT p.percent FROM line_price_part p
             WHERE p.line_id = l.id AND p.kind = 'percent_off' AND p.source = 'manual'
             LIMIT 1) AS typed_discount,
           l.amount - l.order_discount AS revenue, l.amount
      FROM tried
      JOIN sales_order o ON o.id = tried.id
      JOIN customer c ON c.id = o.customer_id
      JOIN sales_order_line l ON l.order_id = o.id AND l.parent_id IS NULL
     ORDER BY o.id, l.line_no LIMIT :limit
""")

_COSTS = text("SELECT item_id, cost FROM item_cost WHERE item_id = ANY (:items)")


def price_simulation(
    session: Session, *, drafts: tuple[AgreementRef, ...], since: date, until: date
) -> PriceSimulation:
    """What drafts would have changed in the orders of a period. Five statements at most.

    Prices that a person typed or promised stay. Raises: NothingToTry, NotFound,
    OnlySellingIsTried, PeriodBackwards, TooManyLines.
    """
    if until < since:
        raise PeriodBackwards(since=since, until=until)
    if not drafts:
        raise NothingToTry()
    found = session.execute(_DRAFTS, {"drafts": list(drafts)}).all()
    missing = set(drafts) - {row.id for row in found}
    if missing:
        raise NotFound(what="agreement", value=min(missing))
    for row in found:
        if row.side != Side.SELL:
            raise OnlySellingIsTried(agreement=row.id)
    lines = session.execute(
        _LINES,
        {"drafts": list(drafts), "since": since, "until": until, "limit": MOST_LINES + 1},
    ).all()
    if len(lines) > MOST_LINES:
        raise TooManyLines(since=since, until=until, most=MOST_LINES)
    left_out = {id for row in found for id in row.left_out if id is not None}
    trial = Trial(frozenset(drafts), frozenset(left_out) - frozenset(drafts))
    costs: dict[int, Decimal] | None = None
    if found[0].may_see_cost:
        items = sorted({line.item_id for line in lines})
        costs = {row.item_id: row.cost for row in session.execute(_COSTS, {"items": items})}
    differences = _differences(session, lines, trial)
    return _summed(lines, differences, costs, found[0].currency, since, until, len(drafts))


@dataclass(slots=True)
class _OrderDifference:
    """What the drafts change in an order, in its currency, and on how many lines."""

    amount: Decimal = ZERO
    lines: int = 0


def _differences(
    session: Session, lines: Sequence[Any], trial: Trial
) -> dict[int, _OrderDifference]:
    """The difference of each order: of its lines, then of the discount on the whole."""
    if not lines:
        return {}
    requests = [
        PriceRequest(
            line.id,
            line.customer_id,
            line.item_id,
            line.counted,
            line.order_date,
            line.currency,
            line.unit,
            document=line.order_id,
        )
        for line in lines
    ]
    orders = {line.order_id: line for line in lines}
    wholes = {
        id: Subject(Side.SELL, one.customer_id, NO_ITEM, one.currency, one.order_date)
        for id, one in orders.items()
    }
    subjects = [*(request.subject for request in requests), *wholes.values()]
    now = gather(session, subjects)
    then = gather(session, subjects, trial=trial)
    found: dict[int, _OrderDifference] = {id: _OrderDifference() for id in orders}
    sums: dict[int, Decimal] = dict.fromkeys(orders, ZERO)
    for line, one, other in zip(
        lines, answers(now, requests), answers(then, requests), strict=True
    ):
        sums[line.order_id] += line.amount
        if PriceSource(line.price_source) in KEPT or None in (one.unit_price, other.unit_price):
            continue
        typed = None if line.typed_discount is None else TypedDiscount(line.typed_discount, "")
        changed = amount_of(line.wanted, replace(other, typed=typed), line.currency) - amount_of(
            line.wanted, replace(one, typed=typed), line.currency
        )
        if changed:
            found[line.order_id].amount += changed
            found[line.order_id].lines += 1
    for id, subject in wholes.items():
        after = sums[id] + found[id].amount
        found[id].amount -= _discount(then, subject, after) - _discount(now, subject, sums[id])
    return found


def _discount(facts: PricingFacts, whole: Subject, amount: Decimal) -> Decimal:
    """The discount on a whole order whose lines come to `amount`."""
    decision = discount_on_whole(facts, whole, amount)
    return round_amount(-sum((each.effect for each in decision.discounts), ZERO), whole.currency)


def _summed(
    lines: Sequence[Any],
    differences: dict[int, _OrderDifference],
    costs: dict[int, Decimal] | None,
    currency: str,
    since: date,
    until: date,
    drafts: int,
) -> PriceSimulation:
    """The customers, in the company's currency at each order's own rate."""
    by_customer: dict[int, list[Any]] = {}
    for line in lines:
        by_customer.setdefault(line.customer_id, []).append(line)
    tried = []
    for id, those in by_customer.items():
        before = sum((line.revenue * line.exchange_rate for line in those), ZERO)
        rates = {line.order_id: line.exchange_rate for line in those}
        changed = sum((differences[each].amount * rate for each, rate in rates.items()), ZERO)
        cost = None
        if costs is not None:
            cost = sum((costs.get(line.item_id, ZERO) * line.wanted for line in those), ZERO)
        tried.append(
            TriedCustomer(
                id,
                those[0].number,
                those[0].name,
                sum(1 for each in rates if differences[each].amount),
                sum(differences[each].lines for each in rates),
                round_amount(before, currency),
                round_amount(before, currency) + round_amount(changed, currency),
                None if cost is None else round_amount(cost, currency),
            )
        )
    concerned = [each for each in tried if each.difference]
    total = TriedCustomer(
        0,
        "",
        "",
        sum(each.orders for each in concerned),
        sum(each.lines for each in concerned),
        sum((each.before for each in concerned), ZERO),
        sum((each.after for each in concerned), ZERO),
        None if costs is None else sum((each.cost or ZERO for each in concerned), ZERO),
    )
    without = 0
    if costs is not None:
        shown = {each.customer_id for each in concerned}
        without = sum(
            1 for line in lines if line.customer_id in shown and line.item_id not in costs
        )
    return PriceSimulation(
        since,
        until,
        currency,
        drafts,
        len({line.order_id for line in lines}),
        len(lines),
        without,
        tuple(sorted(concerned, key=lambda each: (-abs(each.difference), each.number))),
        total,
    )
