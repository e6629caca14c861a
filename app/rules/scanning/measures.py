"""Variable-measure EAN-13: a weight or a price stands inside the number.

The patterns are settings of the company, because each country and shop arranges the digits
its own way. Source: GS1 General Specifications, sections 2.1.12 and 7.9.2-7.9.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from biip.checksums import gs1_price_weight_check_digit

from app.core.errors import BusinessError
from app.core.messages import N_
from app.rules.gs1 import check_digit
from app.rules.scanning.scan import Remark, remark

_SHAPE = re.compile(r"[0-9]{1,3}[0-9I]*I+(V?)([WP])\2*C\Z")

VERIFIER_WRONG = N_(
    "The {what} {digits} inside {value} does not fit its own check digit. "
    "Weigh and label the piece again."
)


class MeasurePatternWrong(BusinessError):
    """A pattern of the settings that describes no EAN-13 with a measure."""

    sentence = N_(
        "{pattern} is not a pattern for weighed goods. It has 13 characters: the fixed leading "
        "digits, I for each digit of the item, V for the check digit of the measure if there is "
        "one, W for weight or P for price, and C at the end, such as 21IIIIIWWWWWC; "
        "and 0 to 5 decimals, not {decimals}."
    )


@dataclass(frozen=True, slots=True)
class MeasurePattern:
    """How one kind of weighed article is numbered.

    `pattern`: 13 characters as in `21IIIIVWWWWWC`. `decimals`: how many digits of the measure
    stand behind the point; weights are kilograms, prices are in the company's currency.
    Raises: MeasurePatternWrong.
    """

    pattern: str
    decimals: int

    def __post_init__(self) -> None:
        """Refuse what could never match, when the setting is made."""
        if (
            len(self.pattern) != 13
            or not _SHAPE.match(self.pattern)
            or not 0 <= self.decimals <= 5
            or ("V" in self.pattern and self.pattern.count(self.letter) not in (4, 5))
        ):
            raise MeasurePatternWrong(pattern=self.pattern[:40], decimals=self.decimals)

    @property
    def letter(self) -> str:
        """`W` for a weight, `P` for a price."""
        return "P" if "P" in self.pattern else "W"

    def matches(self, digits: str) -> bool:
        """True for 13 digits that begin as the pattern does."""
        return len(digits) == 13 and all(
            wanted == found
            for wanted, found in zip(self.pattern, digits, strict=True)
            if wanted.isdigit()
        )

    def read(self, digits: str) -> Measured:
        """The article and the measure of 13 matching digits."""
        measure = self._those(digits, self.letter)
        article = "".join(
            "0" if sign in "WPV" else digit
            for sign, digit in zip(self.pattern[:-1], digits[:-1], strict=True)
        )
        amount = Decimal(measure).scaleb(-self.decimals)
        return Measured(
            gtin=f"{article}{check_digit(article)}".zfill(14),
            weight=amount if self.letter == "W" else None,
            amount=amount if self.letter == "P" else None,
            fault=self._verifier_fault(digits, measure),
        )

    def _those(self, digits: str, sign: str) -> str:
        return "".join(
            digit for each, digit in zip(self.pattern, digits, strict=True) if each == sign
        )

    def _verifier_fault(self, digits: str, measure: str) -> Remark | None:
        verifier = self._those(digits, "V")
        if not verifier or int(verifier) == gs1_price_weight_check_digit(measure):
            return None
        what = "price" if self.letter == "P" else "weight"
        return remark(VERIFIER_WRONG, what=what, digits=measure, value=digits)


@dataclass(frozen=True, slots=True)
class Measured:
    """The article (GTIN-14, measure zeroed, check digit recomputed) and what it measures."""

    gtin: str
    weight: Decimal | None
    amount: Decimal | None
    fault: Remark | None


def read_measure(digits: str, patterns: Iterable[MeasurePattern]) -> Measured | None:
    """The measure inside an EAN-13, by the first pattern that fits; None for other numbers."""
    for pattern in patterns:
        if pattern.matches(digits):
            return pattern.read(digits)
    return None
