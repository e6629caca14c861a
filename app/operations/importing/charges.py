"""Importing charge rules: who pays freight and special charges for what."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.actor import Group
from app.core.changes import Changes, changed
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.charges import (
    NewBracket,
    NewChargeRule,
    check_charge_rules,
    write_charge_rules,
)
from app.operations.importing.cells import NotANumber, read_number
from app.operations.importing.kinds import Cell, Column, ImportKind, Intake, Row
from app.rules.charges import ChargeBilling, ChargeKind, ChargeLevel, ChargeMethod
from app.rules.orders import DeliveryKind


class BracketsUnclear(BusinessError):
    """Brackets that cannot be read as amounts."""

    sentence = N_(
        "{brackets} are no brackets. Write from which order amount on which charge is due, "
        "such as 0:9.90; 100:4.90; 250:0."
    )


COLUMNS = (
    Column("name", Cell.TEXT, "as it is printed", required=True),
    Column("code", Cell.TEXT, "rules with one code are one charge; empty: the kind", default=""),
    Column(
        "kind",
        Cell.TEXT,
        "what it is for",
        default="shipping",
        choices=tuple(each.value for each in ChargeKind),
    ),
    Column(
        "level",
        Cell.TEXT,
        "once for the order, or for each line",
        default="header",
        choices=tuple(each.value for each in ChargeLevel),
    ),
    Column(
        "method",
        Cell.TEXT,
        "how it is reckoned",
        required=True,
        choices=tuple(each.value for each in ChargeMethod),
    ),
    Column("rate", Cell.PRICE, "the amount, amount per base unit, or percent"),
    Column("brackets", Cell.TEXT, "by order amount: 0:9.90; 100:4.90", default=""),
    Column("customer", Cell.TEXT, "its number; empty with its group: everybody"),
    Column("account_group", Cell.TEXT, "code of a group of customers"),
    Column("item", Cell.TEXT, "its number; empty with its group: everything"),
    Column("item_group", Cell.TEXT, "code of a group of items"),
    Column("delivery_mode", Cell.TEXT, "its code; empty with its kind: every mode"),
    Column(
        "delivery_kind",
        Cell.TEXT,
        "a kind of delivery",
        choices=tuple(each.value for each in DeliveryKind),
    ),
    Column("currency", Cell.CURRENCY, "empty: the company's, a percentage: any"),
    Column("valid_from", Cell.DATE, "first day; empty: open"),
    Column("valid_to", Cell.DATE, "last day; empty: open"),
    Column("is_taxable", Cell.YES_NO, "bears tax", default=True),
    Column("tax_class", Cell.TEXT, "its own kind of goods; empty: that of the lines"),
    Column(
        "billing",
        Cell.TEXT,
        "on partial invoices",
        default="prorated",
        choices=tuple(each.value for each in ChargeBilling),
    ),
)


def import_charges(intake: Intake, rows: Sequence[Row]) -> Changes:
    """Make the rules, with their brackets."""
    problems, ready = check_charge_rules(intake.session, [_rule(intake, row) for row in rows])
    unread = {(each.line, each.column) for each in intake.rejects}
    for each in problems.found:
        # Brackets that cannot be read also look like none.
        if (rows[each.index].line, each.field) not in unread:
            intake.reject(rows[each.index], each.field, each.reason)
    good = {row.line for row in intake.accepted(rows)}
    ids = write_charge_rules(
        intake.session, [new for row, new in zip(rows, ready, strict=True) if row.line in good]
    )
    return changed(Kind.CHARGE_RULE, ids)


def _rule(intake: Intake, row: Row) -> NewChargeRule:
    return NewChargeRule(
        row["name"],
        ChargeMethod(row["method"]),
        row["rate"],
        _brackets(intake, row),
        ChargeKind(row["kind"]),
        row["code"],
        ChargeLevel(row["level"]),
        row["customer"],
        row["account_group"],
        row["item"],
        row["item_group"],
        row["delivery_mode"],
        DeliveryKind(row["delivery_kind"]) if row["delivery_kind"] else None,
        row["currency"],
        row["valid_from"],
        row["valid_to"],
        row["is_taxable"],
        row["tax_class"],
        ChargeBilling(row["billing"]),
    )


def _brackets(intake: Intake, row: Row) -> tuple[NewBracket, ...]:
    try:
        pairs = [part.split(":") for part in row["brackets"].split(";") if part.strip()]
        return tuple(
            NewBracket(read_number(start.strip()), read_number(amount.strip()))
            for start, amount in pairs
        )
    except (ValueError, NotANumber):
        intake.reject(row, "brackets", BracketsUnclear(brackets=row["brackets"][:40]))
        return ()


CHARGES = ImportKind(
    name="charges",
    meaning="freight and special charges by customer, item and delivery mode",
    groups=(Group.ACCOUNTING,),
    columns=COLUMNS,
    write=import_charges,
)
