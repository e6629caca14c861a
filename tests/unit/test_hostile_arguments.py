"""Whatever is given for an argument of a verb or noun, it means what it says or is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.cli.doors import wrong_arguments
from app.core.messages import LONGEST_VALUE
from app.operations.run import arguments_model
from app.operations.verbs import VERBS
from app.queries.nouns import NOUNS
from tests.factories.hostile import Arguments

MODELS: dict[str, type[BaseModel]] = {
    **{f"do {name}": verb.arguments for name, verb in VERBS.items()},
    **{f"show {name}": arguments_model(noun) for name, noun in NOUNS.items()},
}
OF_THE_PROGRAM = re.compile(
    r"tuple|Decimal|dataclass|instance|dictionary|NoneType|pydantic|parse|syntax|Traceback|Error\b"
)
"""Words that mean something to whoever wrote the program."""


def _refusal(model: type[BaseModel], arguments: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(arguments)
    return wrong_arguments(refused.value, "do", model.__name__).message()


@pytest.mark.parametrize("name", MODELS)
def test_what_is_no_number_day_truth_text_or_list_is_refused(name: str) -> None:
    for path, value, arguments in Arguments().each_wrong(MODELS[name]):
        said = _refusal(MODELS[name], arguments)
        assert re.match(rf"{path.split('.')[0]}\b", said), (path, value, said)
        assert not OF_THE_PROGRAM.search(said), (path, value, said)
        assert len(said) < LONGEST_VALUE, (path, value)


@pytest.mark.parametrize("name", MODELS)
def test_what_fits_is_taken(name: str) -> None:
    MODELS[name].model_validate(Arguments().usual(MODELS[name]))


@pytest.mark.parametrize(
    ("name", "argument", "value", "said"),
    [
        ("end_agreement", "last_day", 0, 'last_day: a day is written as "2026-03-16", not 0'),
        (
            "mass_change_agreements",
            "percent",
            "1_0",
            'percent: a number is written with digits and a point, as "1250.5", not "1_0"',
        ),
        ("rest_group", "resting", "yes", 'resting: true or false belongs here, not "yes"'),
        ("activate_agreements", "agreements", 5, "agreements: a list in [ ] belongs here, not 5"),
        ("end_agreement", "agreement", None, "agreement: a whole number belongs here, not null"),
        ("end_agreement", "surprise", 1, "surprise: there is no such argument"),
    ],
)
def test_the_sentence_says_where_what_is_wanted_and_what_stands_there(
    name: str, argument: str, value: object, said: str
) -> None:
    model = VERBS[name].arguments
    given = {**Arguments().usual(model), argument: value}
    assert _refusal(model, given).startswith(f"{said}. See: orderwright do {name} --schema")


def test_numbers_and_days_are_taken_as_people_write_them() -> None:
    model = VERBS["create_agreements"].arguments
    for value in ("12", "+12", "12.", ".5", "-0", "1e2", 12, 0.5):
        given = {"kind": "price", "value": value, "valid_from": "2026-02-28"}
        model.model_validate({"agreements": [given]})
