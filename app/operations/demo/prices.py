"""The demo company's agreements, trade price book and charges, through the verbs for them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from app.operations.charges import NewBracket, NewChargeRule, create_charge_rules
from app.operations.demo.files import Row, company, number, rows_of, whole, yes
from app.operations.demo.reference import Known
from app.operations.pricing import (
    BookEntry,
    NewAgreement,
    create_agreements,
    create_price_book,
    end_agreement,
    give_price_book,
    mass_change_agreements,
    set_price_book_entries,
)
from app.operations.run import Runner
from app.rules.charges import ChargeBilling, ChargeKind, ChargeMethod
from app.rules.pricing.agreements import AgreementLevel, EffectKind, Side


def agree_prices(runner: Runner, known: Known, on: date) -> None:
    """Agree on everything the files say, before the first order is entered; a few commands."""
    _make_book(runner, known)
    _make_agreements(runner, known, on)
    runner.do(create_charge_rules, rules=tuple(map(_charge_rule, rows_of("charge_rules"))))


def _make_book(runner: Runner, known: Known) -> None:
    book = company()["price_book"]
    runner.do(create_price_book, code=book["code"], name=book["name"])
    runner.do(
        set_price_book_entries,
        book=book["code"],
        entries=tuple(
            BookEntry(known.items[row["item"]], number(row["price"]))
            for row in rows_of("price_book_entries")
        ),
    )
    has_it = [row["number"] for row in rows_of("customers") if row["price_book"] == book["code"]]
    runner.do(
        give_price_book,
        customers=tuple(known.customers[customer] for customer in has_it),
        book=book["code"],
    )


def _make_agreements(runner: Runner, known: Known, on: date) -> None:
    rows = rows_of("agreements")
    active = [row for row in rows if row["state"] == "active"]
    drafts = [row for row in rows if row["state"] == "draft"]
    made = runner.do(
        create_agreements, agreements=tuple(_agreement(row, known, on) for row in active)
    )
    runner.do(
        create_agreements,
        agreements=tuple(_agreement(row, known, on) for row in drafts),
        draft=True,
    )
    ids = dict(zip(made.agreement_ids, active, strict=True))
    for id, row in ids.items():
        if row["ended_day"]:
            runner.do(end_agreement, agreement=id, last_day=_day(row["ended_day"], on))
    for rise in rows_of("price_rises"):
        runner.do(
            mass_change_agreements,
            agreements=tuple(id for id, row in ids.items() if row["name"] == rise["agreement"]),
            percent=Decimal(rise["percent"]),
            valid_from=_day(rise["from_day"], on),
        )


def _agreement(row: Row, known: Known, on: date) -> NewAgreement:
    side = Side(row["side"])
    return NewAgreement(
        EffectKind(row["kind"]),
        Decimal(row["value"]),
        side,
        AgreementLevel(row["level"]),
        customer=known.customers[row["account"]] if row["account"] and side is Side.SELL else None,
        supplier=known.suppliers[row["account"]] if row["account"] and side is Side.BUY else None,
        account_group=row["account_group"] or None,
        item=known.items[row["item"]] if row["item"] else None,
        item_group=row["item_group"] or None,
        unit=row["unit"] or None,
        from_quantity=Decimal(row["from_quantity"]),
        from_amount=Decimal(row["from_amount"]),
        valid_from=_day(row["from_day"], on),
        valid_to=_day(row["to_day"], on),
        priority=whole(row["priority"]) or 0,
        stop=yes(row["stop"]),
        across_lines=yes(row["across_lines"]),
        any_unit=yes(row["any_unit"]),
        name=row["name"],
        reference=row["reference"],
    )


def _charge_rule(row: Row) -> NewChargeRule:
    brackets = (step.split("=") for step in row["brackets"].split())
    return NewChargeRule(
        row["name"],
        ChargeMethod(row["method"]),
        number(row["rate"]),
        tuple(NewBracket(Decimal(start), Decimal(amount)) for start, amount in brackets),
        ChargeKind(row["kind"]),
        row["code"],
        item_group=row["item_group"] or None,
        delivery_mode=row["delivery_mode"] or None,
        billing=ChargeBilling(row["billing"]),
    )


def _day(value: str, on: date) -> date | None:
    return on + timedelta(days=int(value)) if value else None
