"""Agreements written into a file and read from it are the same agreements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.controllers.agreement_files import agreement_table
from app.controllers.list_files import write_table
from app.database.engine import reading
from app.operations.importing import import_files, read_files
from app.operations.pricing import NewAgreement, create_agreements
from app.rules.pricing.agreements import AgreementLevel, EffectKind, Side
from tests.factories.day import Day
from tests.factories.prices import Prices

D = Decimal
PRICE, PERCENT, OFF = EffectKind.PRICE, EffectKind.PERCENT, EffectKind.AMOUNT_OFF
ORDER = AgreementLevel.ORDER


def _agreed(day: Day) -> tuple[NewAgreement, ...]:
    """One of every shape, with the finest, greatest and strangest each may say."""
    pump, rope = day.item("PUMP"), day.item("ROPE")
    return (
        NewAgreement(
            PRICE,
            D("0.123456"),
            customer=1,
            item=pump,
            unit="case",
            from_quantity=D("0.0001"),
            valid_from=date(1900, 1, 1),
            valid_to=date(2199, 12, 31),
            priority=-5,
            stop=True,
            across_lines=True,
            any_unit=True,
            name="=SUM(A1)",
            reference="'-x",
        ),
        NewAgreement(PRICE, D("999999999999.999999"), item=pump, name='"quoted", ; x'),
        NewAgreement(PRICE, D(0), item=rope, name="'=a"),
        NewAgreement(PERCENT, D("33.333333"), account_group="G", item_group="DECK"),
        NewAgreement(PERCENT, D(0), account_group="=G", name="none off"),
        NewAgreement(PERCENT, D(5), item=pump, unit="pc", name="of pieces"),
        NewAgreement(PERCENT, D(4), unit="case", name="of cases"),
        NewAgreement(OFF, D("1.5"), customer=2, item=pump, unit="case", name="-5"),
        NewAgreement(PERCENT, D(2), level=ORDER, from_amount=D("500.05")),
        NewAgreement(OFF, D(20), level=ORDER, customer=1, from_amount=D(100)),
        NewAgreement(PRICE, D(7), side=Side.BUY, supplier=1, item=pump),
    )


def _kept(day: Day) -> list[dict[str, Any]]:
    rows = day.ask("SELECT to_jsonb(t) AS record FROM trade_agreement t ORDER BY id")
    return [{k: v for k, v in row.record.items() if k not in ("id", "created_at")} for row in rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_agreements_come_back_as_they_were(day: Day, tmp_path: Path, ending: str) -> None:
    prices = Prices(day)
    prices.account_group("G", "C-1")
    prices.account_group("=G")
    prices.item_group("DECK", "PUMP")
    prices.write(
        """INSERT INTO supplier (number, name, name_sort, currency)
           VALUES ('S-1', 'Yard', 'yard', 'USD') RETURNING id"""
    )
    agreed = _agreed(day)
    day.runner.do(create_agreements, agreements=agreed)
    draft = NewAgreement(PRICE, D(8), item=day.item("PUMP"), valid_from=date(2030, 1, 1))
    day.runner.do(create_agreements, agreements=(draft,), draft=True)
    before = _kept(day)
    file = tmp_path / f"agreements.{ending}"
    with reading(day.runner.engine) as session:
        write_table(file, "Agreements", agreement_table(session, view="all", filter=""))
    with day.owner.begin() as connection:
        connection.execute(text("DELETE FROM trade_agreement"))
    report = import_files(day.runner, read_files("agreements", file))
    assert (report.imported, report.unknown_columns) == (len(agreed) + 1, ())
    after = _kept(day)
    assert sorted(map(str, after)) == sorted(map(str, before))
