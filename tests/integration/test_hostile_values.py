"""Numbers, days, texts and ids that nobody means: every verb and noun answers with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.cli.doors import wrong_arguments
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.database.engine import reading, transaction
from app.operations.allocation import allocate_order
from app.operations.billing import invoice_order
from app.operations.picking import make_picklist
from app.operations.refusals import refusal
from app.operations.run import Command, Runner, Verb, arguments_model, hints_of
from app.operations.staging import stage
from app.operations.trucks import depart, load, plan_trip, start_loading
from app.operations.verbs import VERBS
from app.queries.doctor import doctor
from app.queries.nouns import NOUNS
from app.queries.references import resolve
from tests.conftest import RunAs
from tests.factories.audit import broken
from tests.factories.day import Day
from tests.factories.hostile import Arguments
from tests.factories.prices import Prices

OF_THE_SERVER = re.compile(
    r"\b(ck|fk|uq|ex|pk)_|violates|\brelation\b|syntax|psycopg|sqlalchemy|Traceback|NoneType"
)
"""Words that mean something to whoever wrote the database."""

USUAL: dict[str, dict[str, Any]] = {
    "texts": {"country": "US", "currency": "USD", "code": "NEW", "reason": "damaged"},
    "NewLine": {"item": "PUMP", "quantity": "2"},
    "NewAgreement": {"kind": "price", "value": "5", "item": "ROPE", "customer": "C-2"},
    "NewTaxRate": {"jurisdiction": "US", "tax_class": "STD", "sequence": 2},
    "NewBracket": {"from_amount": "1", "amount": "2"},
    "NewChargeRule": {"code": "FREIGHT", "name": "Freight", "method": "fixed", "rate": "5"},
    "NewJurisdiction": {"code": "CA", "name": "Canada", "country": "CA"},
    "NewItem": {"number": "NEW", "name": "New", "base_unit": "pc"},
    "NewCustomer": {"number": "NEW", "name": "New"},
    "InGroup": {"group": "LOYAL"},
    "BookEntry": {"item": "PUMP", "price": "5"},
    "NewExchangeRate": {"currency": "EUR", "rate": "1.1"},
    "set_item_groups": {"groups": [{"group": "DECK"}]},
    "rest_group": {"kind": "item_group", "code": "DECK"},
    "change_item_group": {"code": "DECK"},
    "change_account_group": {"code": "LOYAL"},
    "set_price_book_entries": {"book": "FLEET"},
    "give_price_book": {"book": "FLEET"},
    "renew_tax_rate": {"percent": "9", "valid_from": "2100-01-01"},
    "mass_change_agreements": {"percent": "5"},
    "copy_agreements": {"customer": "C-2"},
    "change_tax_class": {"code": "STD"},
    "change_jurisdiction": {"code": "US"},
    "import_rows": {"kind": "items"},
}


@pytest.fixture
def arguments(day: Day) -> Arguments:
    """Arguments that fit a company at work: goods, orders, a trip under way, what is agreed."""
    day.stock("PUMP", 50)
    day.stock("ANCHOR", 20)
    picked = day.order(("PUMP", 4), customer="C-2")
    day.runner.do(allocate_order, order=picked)
    picklist = day.runner.do(make_picklist, orders=(picked,)).picklist_id
    gone = day.order(("ANCHOR", 3), customer="C-2")
    day.runner.do(allocate_order, order=gone)
    trip = day.runner.do(plan_trip, truck=day.place("TRUCK-1"), orders=(gone,)).trip_id
    day.runner.do(start_loading, trip=trip)
    day.runner.do(stage, order=gone)
    day.runner.do(load, trip=trip, order=gone)
    day.runner.do(depart, trip=trip)
    planned = day.runner.do(plan_trip, truck=day.place("TRUCK-2"), orders=(picked,)).trip_id
    prices = Prices(day)
    prices.account_group("LOYAL", "C-1")
    prices.item_group("DECK", "PUMP")
    prices.book("FLEET", "custom", PUMP="30")
    order = day.draft(("PUMP", 2))
    ids = {
        Kind.ITEM: day.item("PUMP"),
        Kind.LOCATION: day.place("A-01"),
        Kind.ORDER: order,
        Kind.ORDER_LINE: day.lines(order)[0].id,
        Kind.PICKLIST: picklist,
        Kind.TRIP: planned,
        Kind.INVOICE: day.runner.do(invoice_order, order=gone).invoice_id,
        Kind.AGREEMENT: prices.agree("price", 30, item="PUMP", customer="C-1", state="draft"),
    }
    return Arguments(ids, USUAL)


class _Undone(Exception):
    """Ends a transaction that is given up."""


def _given(engine: Engine, model: type[BaseModel], values: dict[str, Any]) -> BaseModel:
    """Arguments as they come in at the command line."""
    with reading(engine) as session:
        try:
            return model.model_validate(
                values, context={"resolve": lambda kind, code: resolve(session, kind, code)}
            )
        except ValidationError as error:
            raise wrong_arguments(error, "do", model.__name__) from error


def _tried(verb: Verb, runner: Runner, arguments: BaseModel) -> None:
    """The verb to its last check, and back: each stands for itself."""

    def function(session: Any, actor: Any, **values: Any) -> Any:
        verb.result.dump_python(verb.function(session, actor, **values), mode="json")
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        raise _Undone

    tried = Verb.__new__(Verb)
    vars(tried).update(vars(verb), function=function)
    with suppress(_Undone):
        runner.run(Command(tried, arguments))


def _answer(attempt: Callable[[], object]) -> str | None:
    """What is said where something is refused."""
    try:
        attempt()
    except BusinessError as refused:
        return refused.message()
    except DBAPIError as error:
        if known := refusal(error):
            return known.message()
        raise
    return None


def _all_answered(cases: Iterator[tuple[str, Any, dict[str, Any]]], attempt: Any) -> int:
    tried = 0
    for path, value, values in cases:
        try:
            said = _answer(partial(attempt, values))
        except Exception as fault:
            raise AssertionError(f"{path} = {value!r:.60}: {fault!r:.300}") from fault
        assert said is None or not OF_THE_SERVER.search(said), (path, value, said)
        tried += 1
    return tried


def test_every_verb_answers_what_nobody_means_with_a_sentence(
    day: Day, run_as: RunAs, arguments: Arguments
) -> None:
    before = day.ask("SELECT count(*), max(entered_at) FROM command")
    for name, verb in VERBS.items():
        login = "adam" if "person" in name or "station" in name else "maria"
        runner = run_as(login)
        tried = _all_answered(
            arguments.each_unmeant(verb.arguments, name),
            lambda values, verb=verb, runner=runner: _tried(
                verb, runner, _given(runner.engine, verb.arguments, values)
            ),
        )
        assert tried, name
    assert day.ask("SELECT count(*), max(entered_at) FROM command") == before
    with transaction(day.owner) as session:
        assert doctor(session) == ()
        assert broken(session.connection()) == []


def test_every_noun_answers_what_nobody_means_with_a_sentence(
    day: Day, arguments: Arguments
) -> None:
    for name, noun in NOUNS.items():
        model = arguments_model(noun)
        result: TypeAdapter[Any] = TypeAdapter(hints_of(noun)["return"])

        def ask(
            values: dict[str, Any], noun: Any = noun, model: Any = model, result: Any = result
        ) -> None:
            given = _given(day.runner.engine, model, values)
            with reading(day.runner.engine) as session:
                answer = noun(
                    session, **{each: getattr(given, each) for each in model.model_fields}
                )
                result.dump_python(answer, mode="json")

        _all_answered(arguments.each_unmeant(model, name), ask)
