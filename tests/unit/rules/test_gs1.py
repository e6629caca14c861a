"""GS1 numbers: made, checked and taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import BusinessError
from app.rules import gs1

calmly = settings(deadline=None)

DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("payload", "digit"),
    [
        ("400638133393", 1),  # an EAN-13
        ("04210000526", 4),  # a UPC-A
        ("9638507", 4),  # an EAN-8
        ("0950600013435", 2),  # a GTIN-14
        ("00614141123456789", 0),  # an SSCC
    ],
)
def test_the_check_digit_is_the_one_printed_on_real_labels(payload: str, digit: int) -> None:
    assert gs1.check_digit(payload) == digit
    assert gs1.has_right_check_digit(f"{payload}{digit}")
    assert not gs1.has_right_check_digit(f"{payload}{(digit + 1) % 10}")


@calmly
@given(DIGITS, st.integers(0, 29), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(payload: str, place: int, shift: int) -> None:
    number = f"{payload}{gs1.check_digit(payload)}"
    at = place % len(number)
    wrong = f"{number[:at]}{(int(number[at]) + shift) % 10}{number[at + 1 :]}"
    assert not gs1.has_right_check_digit(wrong)


@pytest.mark.parametrize("text", ["", "12a4", "١٢٣٤", "12 4", "-124", "1²3"])
def test_only_the_digits_0_to_9_are_digits(text: str) -> None:
    assert not gs1.is_digits(text)
    with pytest.raises(gs1.NotDigits) as refused:
        gs1.check_digit(text)
    assert refused.value.message() == f"{text} must be made of the digits 0 to 9 only."


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("96385074", "00000096385074"),
        ("042100005264", "00042100005264"),
        ("4006381333931", "04006381333931"),
        ("09506000134352", "09506000134352"),
    ],
)
def test_every_gtin_is_stored_with_14_digits(text: str, stored: str) -> None:
    assert gs1.is_gtin(text)
    assert gs1.normal_gtin(text) == stored


def test_a_number_of_the_wrong_length_is_no_gtin() -> None:
    with pytest.raises(gs1.NotAGtin) as refused:
        gs1.normal_gtin("12345")
    assert "this has 5" in refused.value.message()
    assert not gs1.is_gtin("12345")


def test_a_wrong_check_digit_is_refused_with_the_right_one() -> None:
    with pytest.raises(gs1.CheckDigitWrong) as refused:
        gs1.normal_gtin("4006381333932")
    assert refused.value.data == {"value": "4006381333932", "found": "2", "expected": 1}


@calmly
@given(
    st.text(alphabet="0123456789", min_size=4, max_size=12),
    st.integers(0, 9999),
    st.integers(0, 9),
)
def test_an_sscc_reads_back_as_it_was_made(prefix: str, serial: int, extension: int) -> None:
    number = gs1.sscc(prefix, serial, extension)
    assert len(number) == 18
    assert gs1.is_sscc(number)
    for text in (number, f"00{number}"):
        parts = gs1.parse_sscc(text)
        assert parts.value == number
        assert parts.extension == extension
        assert parts.is_of(prefix)
        assert parts.rest == number[1:17]


def test_an_sscc_of_another_company_is_not_ours() -> None:
    parts = gs1.parse_sscc(gs1.sscc("9506000", 1))
    assert not parts.is_of("4006381")
    assert not parts.is_of(None)
    assert not parts.is_of("")


@pytest.mark.parametrize(
    ("prefix", "serial", "extension"),
    [("9506000", 10**9, 0), ("950600013435", 10**4, 0), ("9506000", -1, 0), ("9506000", 1, 10)],
)
def test_a_used_up_range_is_refused_and_never_wraps_around(
    prefix: str, serial: int, extension: int
) -> None:
    with pytest.raises(gs1.NumberRangeUsedUp):
        gs1.sscc(prefix, serial, extension)


@pytest.mark.parametrize("prefix", ["", "123", "1234567890123", "95O6000", "٩٥٠٦٠٠٠"])
def test_a_company_prefix_is_4_to_12_digits(prefix: str) -> None:
    with pytest.raises(gs1.CompanyPrefixWrong):
        gs1.sscc(prefix, 1)


@pytest.mark.parametrize("text", ["", "123", "006141411234567891", "x" * 18, "0" * 10_000])
def test_what_is_no_sscc_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BusinessError) as refused:
        gs1.parse_sscc(text)
    assert refused.value.message().endswith(".")
