"""The discount on a whole order, as the order stores it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.money import ZERO
from app.rules.pricing.decision import Decision
from app.rules.pricing.explaining import explanation_of


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """A percentage or an amount off the sum of line amounts, and why."""

    percent: Decimal = ZERO
    amount: Decimal = ZERO
    explanation: dict[str, Any] | None = None

    @classmethod
    def of(cls, decision: Decision) -> OrderDiscount:
        """The discount an order gets by a decision."""
        explanation = explanation_of(decision) if decision.candidates else None
        if not decision.discounts:
            return cls(explanation=explanation)
        found = decision.discounts[0]
        return cls(found.percent or ZERO, found.amount or ZERO, explanation)

    @classmethod
    def none_ever(cls) -> OrderDiscount:
        """None, whatever agreements say, until the order is re-priced: its prices were brought."""
        return cls(explanation={"prices_stand": True})

    @property
    def is_fixed(self) -> bool:
        """Whether only re-pricing the order brings another."""
        return bool((self.explanation or {}).get("prices_stand"))

    @property
    def rule(self) -> list[str]:
        """What it rests on; while it stays the same, a stored discount stays as it is."""
        return list((self.explanation or {}).get("rule", ()))[1:]

    def columns(self) -> dict[str, Any]:
        """As the order's columns hold it."""
        return {
            "discount_percent": self.percent,
            "discount_amount": self.amount,
            "discount_explanation": self.explanation or {},
        }
