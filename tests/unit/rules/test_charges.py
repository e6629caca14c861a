"""Which charges stand on an order, and what they come to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.rules.charges import (
    Bracket,
    ChargeBilling,
    ChargedLine,
    ChargeKind,
    ChargeLevel,
    ChargeMethod,
    ChargeRule,
    ChargeSource,
    FittingCharge,
    StandingCharge,
    charges_now,
    fitting_charges,
)

D = Decimal
ROPE, PUMP = 1, 2
LINES = (ChargedLine(0, ROPE, D(10), D("21.00")), ChargedLine(1, PUMP, D(2), D("79.80")))


def rule(
    method: str = "fixed",
    rate: str | None = "7.90",
    *,
    id: int = 1,
    code: str = "SHIPPING",
    level: str = "header",
    kind: str = "shipping",
    billing: str = "prorated",
    items: tuple[int, ...] | None = None,
    rank: tuple[int, ...] = (0,),
    brackets: tuple[tuple[str, str], ...] = (),
) -> ChargeRule:
    """A rule that fits the account, the mode, the currency and the day."""
    return ChargeRule(
        id,
        code,
        f"{code} {id}",
        ChargeKind(kind),
        ChargeLevel(level),
        ChargeMethod(method),
        None if rate is None else D(rate),
        ChargeBilling(billing),
        brackets=tuple(Bracket(D(start), D(amount)) for start, amount in brackets),
        items=None if items is None else frozenset(items),
        rank=rank,
    )


def amounts(*rules: ChargeRule, currency: str = "USD") -> list[tuple[str, int | None, Decimal]]:
    found = fitting_charges(rules, LINES, currency)
    return [(each.rule.name, each.line_key, each.amount) for each in found]


@pytest.mark.parametrize(
    ("method", "rate", "amount"),
    [("fixed", "7.90", "7.90"), ("per_quantity", "0.25", "3.00"), ("percent", "1.5", "1.51")],
)
def test_a_charge_on_the_order_counts_all_its_lines(method: str, rate: str, amount: str) -> None:
    assert amounts(rule(method, rate)) == [("SHIPPING 1", None, D(amount))]


@pytest.mark.parametrize(
    ("method", "rate", "each"),
    [
        ("fixed", "1", ["1.00", "1.00"]),
        ("per_quantity", "0.25", ["2.50", "0.50"]),
        ("percent", "1.5", ["0.32", "1.20"]),
    ],
)
def test_a_charge_on_lines_counts_each_for_itself(method: str, rate: str, each: list[str]) -> None:
    found = amounts(rule(method, rate, level="line"))
    assert found == [("SHIPPING 1", key, D(amount)) for key, amount in enumerate(each)]


@pytest.mark.parametrize(
    ("start", "amount"),
    [("100.80", "4.90"), ("100.81", "9.90"), ("100.79", "4.90")],
)
def test_a_bracket_is_reached_exactly_on_its_amount(start: str, amount: str) -> None:
    assert amounts(rule("bracket", None, brackets=(("0", "9.90"), (start, "4.90")))) == [
        ("SHIPPING 1", None, D(amount))
    ]


def test_below_the_first_bracket_there_is_no_charge() -> None:
    assert amounts(rule("bracket", None, brackets=(("500", "4.90"),))) == [
        ("SHIPPING 1", None, D("0.00"))
    ]


def test_amounts_are_rounded_to_the_currency() -> None:
    assert amounts(rule("percent", "1.5"), currency="JPY") == [("SHIPPING 1", None, D(2))]
    assert amounts(rule("percent", "1.5"), currency="BHD") == [("SHIPPING 1", None, D("1.512"))]


def test_of_one_code_the_most_specific_stands_and_codes_add_up() -> None:
    general, group, own = (rule(rate=str(n), id=n, rank=(n - 1,)) for n in (1, 2, 3))
    pallet = rule(rate="15", id=4, code="PALLET", kind="special")
    assert amounts(general, group, own, pallet) == [
        ("PALLET 4", None, D("15.00")),
        ("SHIPPING 3", None, D("3.00")),
    ]


def test_of_two_as_specific_the_older_stands() -> None:
    rope, pump = rule(rate="1", id=3, items=(ROPE,)), rule(rate="2", id=2, items=(PUMP,))
    assert amounts(rope, pump) == amounts(pump, rope) == [("SHIPPING 2", None, D(2))]


def test_a_rule_about_an_item_counts_that_item_alone() -> None:
    assert amounts(rule("per_quantity", "1", items=(PUMP,))) == [("SHIPPING 1", None, D("2.00"))]
    assert amounts(rule(items=(99,))) == []


def test_a_line_takes_its_own_items_rule_and_the_others_the_general_one() -> None:
    general = rule(rate="1", level="line")
    pumps = rule(rate="5", id=2, level="line", items=(PUMP,), rank=(1,))
    assert amounts(general, pumps) == [
        ("SHIPPING 1", 0, D("1.00")),
        ("SHIPPING 2", 1, D("5.00")),
    ]


def test_charges_of_the_order_stand_before_those_of_its_lines() -> None:
    each = rule(rate="1", code="A", level="line")
    whole = rule(rate="2", id=2, code="Z")
    assert [(name, key) for name, key, _ in amounts(each, whole)] == [
        ("Z 2", None),
        ("A 1", 0),
        ("A 1", 1),
    ]


def test_a_cancelled_line_bears_nothing_and_an_empty_order_no_charge() -> None:
    cancelled = [ChargedLine(0, ROPE, D(0), D(0))]
    assert fitting_charges([rule(), rule(level="line", id=2)], cancelled, "USD") == []


def now(
    *standing: StandingCharge, waived: tuple[tuple[str, int | None], ...] = (), rate: str = "7.90"
) -> list[tuple[str, Decimal, int | None]]:
    fitting = [FittingCharge(rule(rate=rate), None, D(rate))]
    found = charges_now(standing, waived, fitting, D(100))
    return [(each.source.value, each.amount, each.id) for each in found]


def automatic(amount: str, **more: object) -> StandingCharge:
    return StandingCharge(
        "Freight",
        D(amount),
        source=ChargeSource.AUTOMATIC,
        code="SHIPPING",
        id=5,
        **more,  # type: ignore[arg-type]
    )


def test_an_automatic_charge_follows_its_rule_and_keeps_its_row() -> None:
    assert now() == [("automatic", D("7.90"), None)]
    assert now(automatic("6")) == [("automatic", D("7.90"), 5)]


def test_what_a_person_changed_took_off_or_typed_stands_against_the_rule() -> None:
    changed = StandingCharge("Freight", D(3), code="SHIPPING", id=5)
    assert now(changed) == [("manual", D(3), 5)]
    assert now(waived=(("SHIPPING", None),)) == []
    typed = StandingCharge("Courier", D(20), id=6)
    assert now(typed) == [("manual", D(20), 6)]
    assert now(automatic("6"), typed) == [("manual", D(20), 6)]


def test_freight_of_one_rule_that_a_person_changed_leaves_that_of_another_rule() -> None:
    changed = StandingCharge("Freight", D(3), code="EXPRESS", id=5)
    assert now(changed) == [("manual", D(3), 5), ("automatic", D("7.90"), None)]


def test_freight_typed_for_one_line_stands_beside_automatic_freight() -> None:
    typed = StandingCharge("Pallet", D(3), line_key=1)
    found = charges_now([typed], [], fitting_charges([rule()], LINES, "USD"), D(100))
    assert [each.description for each in found] == ["Pallet", "SHIPPING 1"]


def test_freight_typed_for_the_order_leaves_that_of_lines() -> None:
    typed = StandingCharge("Courier", D(20), id=6)
    by_line = fitting_charges([rule(level="line", items=(PUMP,))], LINES, "USD")
    found = charges_now([typed], [], by_line, D(100))
    assert [(each.description, each.line_key) for each in found] == [
        ("Courier", None),
        ("SHIPPING 1", 1),
    ]


def test_freight_that_a_person_changed_leaves_that_of_other_codes() -> None:
    changed = StandingCharge("Freight", D(3), code="SHIPPING", id=5)
    fitting = fitting_charges([rule(), rule(id=2, code="FUEL", rate="1")], LINES, "USD")
    found = charges_now([changed], [], fitting, D(100))
    assert [(each.code, each.amount) for each in found] == [("SHIPPING", D(3)), ("FUEL", D(1))]


def test_a_charge_per_shipment_stands_though_it_comes_to_nothing_yet() -> None:
    """Each shipment reckons it anew: only on an order's own charges is nothing no row."""
    per_shipment = rule("percent", "5", billing="per_shipment")
    (found,) = charges_now((), (), [FittingCharge(per_shipment, None, D(0))], D(0))
    assert (found.billing, found.rate) == (ChargeBilling.PER_SHIPMENT, D(5))


def test_a_typed_special_charge_stands_beside_automatic_freight() -> None:
    gift = StandingCharge("Gift wrap", D(2), ChargeKind.SPECIAL, id=7)
    assert now(gift) == [("manual", D(2), 7), ("automatic", D("7.90"), None)]


def test_a_charge_that_is_invoiced_is_not_reckoned_anew() -> None:
    assert now(automatic("6", is_invoiced=True)) == [("automatic", D(6), 5)]


def test_a_rule_that_comes_to_nothing_makes_no_row() -> None:
    assert now(automatic("6"), rate="0") == []


def test_a_charge_per_shipment_keeps_its_method_and_has_no_amount() -> None:
    per_shipment = rule("per_quantity", "0.50", billing="per_shipment")
    fitting = [FittingCharge(per_shipment, None, D(6))]
    (found,) = charges_now((), (), fitting, D(100))
    assert (found.amount, found.method, found.rate) == (D(0), ChargeMethod.PER_QUANTITY, D("0.50"))
