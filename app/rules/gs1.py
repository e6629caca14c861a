"""Numbers of the GS1 system: check digits, GTIN, SSCC. Making them and reading them.

Source: GS1 General Specifications, sections 2.2 (SSCC), 3.2-3.3 and 7.9.1 (check digit).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import BusinessError
from app.core.messages import N_

GTIN_LENGTHS = (8, 12, 13, 14)
SSCC_LENGTH = 18
SHORTEST_COMPANY_PREFIX = 4
LONGEST_COMPANY_PREFIX = 12

_DIGITS = frozenset("0123456789")


class NotDigits(BusinessError):
    """Something other than the digits 0 to 9 where GS1 allows digits alone."""

    sentence = N_("{value} must be made of the digits 0 to 9 only.")


class CheckDigitWrong(BusinessError):
    """The last digit does not follow from those before it."""

    sentence = N_(
        "{value} ends in the check digit {found}, but it should end in {expected}. "
        "Scan it again, or type it from the label."
    )


class NotAGtin(BusinessError):
    """Digits, but not as many as a GTIN has."""

    sentence = N_("{value} is not a GTIN: a GTIN has 8, 12, 13 or 14 digits, this has {length}.")


class NotAnSscc(BusinessError):
    """Digits, but not as many as an SSCC has."""

    sentence = N_("{value} is not an SSCC: an SSCC has 18 digits, this has {length}.")


class CompanyPrefixWrong(BusinessError):
    """A GS1 company prefix of impossible length or with other characters than digits."""

    sentence = N_(
        "{value} is not a GS1 company prefix, which has 4 to 12 digits. "
        "Enter the one your GS1 organisation gave you in the company settings."
    )


class NumberRangeUsedUp(BusinessError):
    """The company prefix leaves too few digits for this serial or item reference."""

    sentence = N_(
        "The number {number} does not fit behind the GS1 company prefix {prefix}, which leaves "
        "{digits} digits. Use another extension digit, or ask GS1 for another prefix."
    )


@dataclass(frozen=True, slots=True)
class SsccParts:
    """An SSCC taken apart. `rest` is company prefix and serial, 16 digits together."""

    value: str
    extension: int
    rest: str
    check: int

    def is_of(self, company_prefix: str | None) -> bool:
        """True when this company prefix numbered it."""
        return bool(company_prefix) and self.rest.startswith(str(company_prefix))


def is_digits(text: str) -> bool:
    """True for one or more of the digits 0 to 9; other scripts' digits are not GS1's."""
    return bool(text) and _DIGITS.issuperset(text)


def check_digit(payload: str) -> int:
    """The GS1 check digit that belongs behind `payload` (weights 3, 1, … from the right).

    Raises: NotDigits. Source: GS1 General Specifications, section 7.9.1.
    """
    if not is_digits(payload):
        raise NotDigits(value=payload)
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload))
    )
    return -total % 10


def has_right_check_digit(number: str) -> bool:
    """True when `number` is digits alone and the last one is the check digit of the others."""
    return len(number) > 1 and is_digits(number) and check_digit(number[:-1]) == int(number[-1])


def require_check_digit(number: str) -> str:
    """The number itself. Raises: NotDigits, CheckDigitWrong."""
    expected = check_digit(number[:-1])
    if not is_digits(number):
        raise NotDigits(value=number)
    if int(number[-1]) != expected:
        raise CheckDigitWrong(value=number, found=number[-1], expected=expected)
    return number


def is_gtin(text: str) -> bool:
    """True for 8, 12, 13 or 14 digits with a right check digit."""
    return len(text) in GTIN_LENGTHS and has_right_check_digit(text)


def normal_gtin(text: str) -> str:
    """A GTIN of any length as the 14 digits it is stored and compared with.

    Raises: NotDigits, NotAGtin, CheckDigitWrong.
    """
    if not is_digits(text):
        raise NotDigits(value=text)
    if len(text) not in GTIN_LENGTHS:
        raise NotAGtin(value=text, length=len(text))
    return require_check_digit(text).zfill(14)


def sscc(company_prefix: str, serial: int, extension: int = 0) -> str:
    """The 18 digits of a Serial Shipping Container Code.

    `extension` (0 to 9) is free for the company and widens the range tenfold.
    Raises: CompanyPrefixWrong, NumberRangeUsedUp.
    """
    if not is_digits(company_prefix) or not (
        SHORTEST_COMPANY_PREFIX <= len(company_prefix) <= LONGEST_COMPANY_PREFIX
    ):
        raise CompanyPrefixWrong(value=company_prefix)
    digits = SSCC_LENGTH - 2 - len(company_prefix)
    if not 0 <= extension <= 9 or serial < 0 or len(str(serial)) > digits:
        raise NumberRangeUsedUp(number=serial, prefix=company_prefix, digits=max(digits, 0))
    payload = f"{extension}{company_prefix}{serial:0{digits}d}"
    return f"{payload}{check_digit(payload)}"


def is_sscc(text: str) -> bool:
    """True for 18 digits with a right check digit, without the application identifier 00."""
    return len(text) == SSCC_LENGTH and has_right_check_digit(text)


def parse_sscc(text: str) -> SsccParts:
    """An SSCC, as 18 digits or with 00 before them, taken apart.

    Raises: NotDigits, NotAnSscc, CheckDigitWrong.
    """
    if not is_digits(text):
        raise NotDigits(value=text)
    number = text[2:] if len(text) == SSCC_LENGTH + 2 and text.startswith("00") else text
    if len(number) != SSCC_LENGTH:
        raise NotAnSscc(value=text, length=len(number))
    require_check_digit(number)
    return SsccParts(number, int(number[0]), number[1:-1], int(number[-1]))
