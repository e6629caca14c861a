"""Addresses as they are written on paper."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from app.core.countries import country_name
from app.documents.document import Letterhead, Paper
from app.queries.paper.sources import Company

COMPANY = Company(
    Letterhead("Gannet Quay Supply", ("Gannet Quay",), "", "", ""),
    Paper.A4,
    "en",
    "OW",
    ZoneInfo("Europe/London"),
    "GB",
)
STREET = {"street": "2 cale du Phare", "city": "Pleumeur-Bodou", "postal_code": "22560"}


@pytest.mark.parametrize(
    ("country", "last"),
    [
        ("FR", "FRANCE"),
        ("GB", "Pleumeur-Bodou 22560"),  # at home it is left out
        ("", "Pleumeur-Bodou 22560"),
        ("QQ", "QQ"),  # nobody's name is known: what was typed
    ],
)
def test_the_country_stands_last_in_capitals_and_only_abroad(country: str, last: str) -> None:
    lines = COMPANY.address({**STREET, "country": country}, "Coopérative")
    assert lines[:2] == ("Coopérative", "2 cale du Phare")
    assert lines[-1] == last


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Germany"), ("de", "Deutschland"), ("xx", "Germany")]
)
def test_a_country_is_called_as_the_paper_speaks(language: str, name: str) -> None:
    assert country_name("DE", language) == name
