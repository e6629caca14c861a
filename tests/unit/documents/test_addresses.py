"""An address as it is printed: the name first, the country in capitals on a line of its own."""

from __future__ import annotations

import pytest

from app.queries.paper import address_lines


@pytest.mark.parametrize(
    ("country", "printed"),
    [("SE", "SWEDEN"), ("GB", "UNITED KINGDOM"), ("QQ", "QQ"), ("", None), (None, None)],
)
def test_a_country_is_printed_by_its_name(country: str | None, printed: str | None) -> None:
    address = {"street": "Slipvägen 11", "city": "Lysekil", "postal_code": "45330"}
    shown = address_lines({**address, "country": country}, "Båtvarv Sågskär AB")
    wanted = ("Båtvarv Sågskär AB", "Slipvägen 11", "Lysekil 45330")
    assert shown == (wanted if printed is None else (*wanted, printed))
