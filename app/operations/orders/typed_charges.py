"""Charges as people type them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.errors import BusinessError, NotFound, raise_all
from app.core.money import ZERO, round_amount
from app.operations.charges import NotPerShipment
from app.operations.orders.refusals import ChargeNotPossible
from app.rules.charges import ChargeBilling, ChargeKind, ChargeMethod, StandingCharge
from app.rules.records import LARGEST_AMOUNT, check_text


@dataclass(frozen=True, slots=True)
class NewCharge:
    """Freight or a special charge, in the order's currency; no rule changes it afterwards.

    On the whole order, or on the line with this number on the order. Taxed like the lines it is
    spread on, or by its own tax class (a code).
    """

    description: str
    amount: Decimal
    kind: ChargeKind = ChargeKind.SHIPPING
    is_taxable: bool = True
    line_no: int | None = None
    billing: ChargeBilling = ChargeBilling.PRORATED
    tax_class: str | None = None


def typed_charges(
    charges: Sequence[NewCharge],
    currency: str,
    keys: Mapping[int, int],
    tax_classes: Mapping[int, str],
) -> list[StandingCharge]:
    """Charges as typed; `keys` are the keys of lines by their number on the order.

    Raises: ChargeNotPossible, NotPerShipment, TextMissing, NotFound; all problems at once.
    """
    problems: list[BusinessError] = []
    class_ids = {code: id for id, code in tax_classes.items()}
    found = []
    for charge in charges:
        if not (charge.amount.is_finite() and ZERO <= charge.amount <= LARGEST_AMOUNT):
            problems.append(ChargeNotPossible(description=charge.description, amount=charge.amount))
            continue
        try:
            check_text("description of the charge", charge.description, required=True)
        except BusinessError as problem:
            problems.append(problem.naming("description"))
        if charge.line_no is not None and charge.billing is ChargeBilling.PER_SHIPMENT:
            problems.append(NotPerShipment())
        if charge.line_no is not None and charge.line_no not in keys:
            problems.append(NotFound(what="line", value=charge.line_no))
        if charge.tax_class is not None and charge.tax_class not in class_ids:
            problems.append(NotFound(what="tax class", value=charge.tax_class))
        if problems:
            continue
        amount = round_amount(charge.amount, currency)
        is_per_shipment = charge.billing is ChargeBilling.PER_SHIPMENT
        found.append(
            StandingCharge(
                charge.description,
                ZERO if is_per_shipment else amount,
                charge.kind,
                charge.is_taxable,
                None if charge.tax_class is None else class_ids[charge.tax_class],
                None if charge.line_no is None else keys[charge.line_no],
                charge.billing,
                method=ChargeMethod.FIXED if is_per_shipment else None,
                rate=amount if is_per_shipment else None,
            )
        )
    raise_all(problems)
    return found
