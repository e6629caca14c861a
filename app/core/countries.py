"""Countries: ISO 3166 codes, and the names people write instead."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale, UnknownLocaleError

from app.core.errors import BusinessError
from app.core.messages import N_

_ALSO = {
    "UK": "GB",
    "Great Britain": "GB",
    "England": "GB",
    "Scotland": "GB",
    "Wales": "GB",
    "Northern Ireland": "GB",
    "USA": "US",
    "U.S.A.": "US",
    "United States of America": "US",
    "Holland": "NL",
    "The Netherlands": "NL",
    "Czech Republic": "CZ",
    "Republic of Ireland": "IE",
    "Korea": "KR",
    "Republic of Korea": "KR",
    "Russian Federation": "RU",
    "Viet Nam": "VN",
    "UAE": "AE",
}


class UnknownCountry(BusinessError):
    """Neither a code nor a name of a country."""

    sentence = N_("{country} is not a country. Use its two-letter ISO 3166 code, such as DE.")


def _key(name: str) -> str:
    """A name without accents, case and the fine print of spelling."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold().replace("&", "and")


@cache
def _codes() -> dict[str, str]:
    territories = {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB")
    }
    return {
        **{_key(name): code for code, name in territories.items()},
        **{_key(code): code for code in territories},
        **{_key(name): code for name, code in _ALSO.items()},
    }


def country_name(code: str, language: str = "en") -> str:
    """What a country is called in a language; the code itself where nothing is known.

    Source: the names of the Unicode CLDR.
    """
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return str(names.get(code.upper(), code))


def country_code(text: str) -> str:
    """The ISO 3166 code of a country given by code or English name; empty stays empty.

    Raises: UnknownCountry. Source: the names of the Unicode CLDR.
    """
    wanted = text.strip()
    if not wanted:
        return ""
    code = _codes().get(_key(wanted))
    if code is None:
        raise UnknownCountry(country=wanted[:40])
    return code
