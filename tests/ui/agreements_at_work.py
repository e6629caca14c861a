"""What the tests of the agreements desk share."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication

from app.core.actor import Group
from app.views.agreements.desk import AgreementsDesk
from app.views.widgets.steps_field import StepsField
from tests.factories.day import Day
from tests.factories.prices import Prices
from tests.ui.floor_stage import FloorStage


def open_desk(stage_: FloorStage, *groups: Group) -> AgreementsDesk:
    """The desk, for a manager unless groups are named."""
    return stage_.open(AgreementsDesk, *(groups or (Group.MANAGER,)))


def opened(stage_: FloorStage, *groups: Group) -> AgreementsDesk:
    """The desk with its first ladder open."""
    desk = open_desk(stage_, *groups)
    stage_.wait(lambda: desk.document.model is not None)
    return desk


def agree_ladder(day: Day) -> list[int]:
    """Three steps of one price; their ids."""
    prices = Prices(day)
    terms = {"customer": "C-1", "item": "PUMP", "name": "Contract"}
    return [
        prices.agree("price", 38, **terms),
        prices.agree("price", 36, from_quantity=10, **terms),
        prices.agree("price", 33, from_quantity=100, **terms),
    ]


def type_into(stage_: FloorStage, name: str, text: str) -> None:
    """Type over what a field of the open form holds; rows are pasted."""
    field = stage_.asking.field(name)
    field.setFocus()
    field.selectAll()
    if isinstance(field, StepsField):
        QApplication.clipboard().setText(text)
        stage_.press("Ctrl+V")
    else:
        stage_.type(text)


def records(day: Day) -> list[Any]:
    """Every record as it is stored."""
    return day.ask(
        """SELECT kind, state, from_quantity, value, valid_from, valid_to FROM trade_agreement
            ORDER BY id"""
    )
