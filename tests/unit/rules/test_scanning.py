"""Scanned text to typed scan."""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.quantity import LARGEST
from app.rules import gs1
from app.rules.scanning import (
    LONGEST_SCAN,
    Candidate,
    CodeNotPrintable,
    Element,
    MeasurePattern,
    MeasurePatternWrong,
    OwnCode,
    PrefixWrong,
    Scan,
    ScanKind,
    StationCommand,
    carton_type_command,
    keyboard_fault,
    keyboard_test_code,
    own_code,
    parse,
    resolution_candidates,
)

calmly = settings(deadline=None)

TODAY = date(2026, 11, 24)
GS = "\x1d"
GTIN = "09506000134352"
SSCC = "006141411234567890"


def scanned(text: str) -> Scan:
    return parse(text, today=TODAY)


def elements(scan: Scan) -> list[tuple[str, str]]:
    return [(each.ai, each.value) for each in scan.elements]


# ---------------------------------------------------------------- own codes


@pytest.mark.parametrize(
    ("code", "kind", "value"),
    [
        ("OWOSO-1001", ScanKind.ORDER, "SO-1001"),
        ("OWPPL-7", ScanKind.PICKLIST, "PL-7"),
        ("OWKPL-7-3", ScanKind.PICKLIST, "PL-7-3"),
        ("OWTTR-12", ScanKind.TRIP, "TR-12"),
        ("OWBA-01-02", ScanKind.BIN, "A-01-02"),
        ("OWCC-55", ScanKind.CARTON, "C-55"),
        ("OWUANNA", ScanKind.BADGE, "ANNA"),
    ],
)
def test_an_own_code_names_one_thing_and_only_that_is_looked_up(
    code: str, kind: ScanKind, value: str
) -> None:
    scan = scanned(code)
    assert (scan.kind, scan.valid, scan.value, scan.reason) == (kind, True, value, None)
    assert resolution_candidates(scan) == (
        Candidate(kind, value, is_picklist_line=code.startswith("OWK")),
    )


@pytest.mark.parametrize("command", list(StationCommand))
def test_every_command_has_a_barcode_that_reads_back(command: StationCommand) -> None:
    code = own_code(OwnCode.COMMAND, command)
    scan = scanned(code)
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert (scan.kind, scan.valid, scan.command) == (ScanKind.COMMAND, True, command)
    assert resolution_candidates(scan) == ()


@pytest.mark.parametrize("type", ["BOX-L", "PALLET", "2", "TYPE"])
def test_the_command_for_a_carton_type_names_it(type: str) -> None:
    scan = scanned(own_code(OwnCode.COMMAND, carton_type_command(type)))
    assert (scan.valid, scan.command, scan.carton_type) == (True, StationCommand.CARTON_TYPE, type)


@pytest.mark.parametrize(("code", "valid"), [("OWXTYPE", True), ("OWXTYPE-", False)])
def test_a_carton_type_command_without_a_type_names_none(code: str, valid: bool) -> None:
    scan = scanned(code)
    assert (scan.valid, scan.carton_type) == (valid, None)


@calmly
@given(st.decimals(min_value=0, max_value=LARGEST, places=4))
def test_a_quantity_reads_back_exactly(quantity: Decimal) -> None:
    scan = scanned(own_code(OwnCode.QUANTITY, quantity))
    assert (scan.kind, scan.valid, scan.quantity) == (ScanKind.QUANTITY, True, quantity)


@pytest.mark.parametrize("text", ["12", "1", "0", "999999", "2.5", "-3"])
def test_a_bare_number_is_never_a_quantity(text: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.quantity) == (ScanKind.UNKNOWN, True, None)


@calmly
@given(
    st.sampled_from([each for each in OwnCode if each not in (OwnCode.COMMAND, OwnCode.QUANTITY)]),
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60),
    st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True),
)
def test_what_is_printed_is_what_is_read(kind: OwnCode, value: str, prefix: str) -> None:
    code = own_code(kind, value, prefix=prefix)
    for text in (code, f"]C0{code}", f"{code}\r\n"):
        scan = parse(text, prefix=prefix, today=TODAY)
        assert scan.valid
        assert scan.value == value
        assert scan.text == text
        assert scan.is_picklist_line is (kind is OwnCode.PICKLIST_LINE)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("OWO", ScanKind.ORDER),
        ("OWXDANCE", ScanKind.COMMAND),
        ("OWQ", ScanKind.QUANTITY),
        ("OWQ-1", ScanKind.QUANTITY),
        ("OWQ1E9", ScanKind.QUANTITY),
        ("OWQ1.23456", ScanKind.QUANTITY),
        ("OWQNaN", ScanKind.QUANTITY),
        ("OWQ٣", ScanKind.QUANTITY),
        ("OWQ9999999999999", ScanKind.QUANTITY),
        ("OWBé", ScanKind.BIN),
        ("OWBA\x00", ScanKind.BIN),
        ("OWB" + "A" * 61, ScanKind.BIN),
    ],
)
def test_a_spoilt_own_code_is_refused_with_its_kind_and_a_sentence(
    code: str, kind: ScanKind
) -> None:
    scan = scanned(code)
    assert (scan.kind, scan.valid, scan.quantity, scan.command) == (kind, False, None, None)
    assert str(scan.reason).endswith(".")
    assert resolution_candidates(scan) == ()


@pytest.mark.parametrize("value", ["", " A", "A ", "ÄÖ", "A\nB", "A" * 61, "😀"])
def test_what_no_barcode_carries_is_not_printed(value: str) -> None:
    with pytest.raises(CodeNotPrintable):
        own_code(OwnCode.BIN, value)


@pytest.mark.parametrize("prefix", ["", "ow", "O W", "ABCDEFGHI", "ß", "OW\n"])
def test_a_prefix_that_keyboards_would_spoil_is_refused(prefix: str) -> None:
    with pytest.raises(PrefixWrong):
        own_code(OwnCode.BIN, "A", prefix=prefix)


def test_another_prefix_makes_the_usual_one_ordinary_text() -> None:
    assert parse("OWOSO-1", prefix="ZZ", today=TODAY).kind is ScanKind.UNKNOWN
    assert parse("ZZOSO-1", prefix="ZZ", today=TODAY).kind is ScanKind.ORDER


def test_a_word_that_begins_like_an_own_code_but_has_no_type_is_ordinary_text() -> None:
    assert scanned("OWEN-CHAIR").kind is ScanKind.UNKNOWN
    assert scanned("OWL-LAMP").kind is ScanKind.UNKNOWN


def test_the_set_up_sheet_tells_a_wrong_layout_from_caps_lock() -> None:
    code = keyboard_test_code()
    assert keyboard_fault(code) is None
    assert "Caps Lock" in str(keyboard_fault(code.swapcase()))
    german = code.translate(str.maketrans("YZ-", "ZYß"))
    assert f"arrived as {german[:40]}" in str(keyboard_fault(german))


# ---------------------------------------------------------------- GTIN and SSCC


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("96385074", "00000096385074"),
        ("042100005264", "00042100005264"),
        ("4006381333931", "04006381333931"),
        ("09506000134352", "09506000134352"),
        ("]E04006381333931", "04006381333931"),
        ("]E0042100005264", "00042100005264"),
        ("]E004252614", "00042100005264"),  # UPC-E
        ("]E0425261", "00042100005264"),  # UPC-E without number system and check digit
        ("]E496385074", "00000096385074"),
        ("]E3400638133393112", "04006381333931"),  # with a two-digit add-on
        ("]I109506000134352", "09506000134352"),
        ("  4006381333931\r\n", "04006381333931"),
    ],
)
def test_a_trade_item_number_is_a_gtin_of_14_digits(text: str, gtin: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.gtin, scan.elements) == (ScanKind.GTIN, True, gtin, ())


@pytest.mark.parametrize("text", ["4006381333932", "04252614", "1234567", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_digits_without_a_right_check_digit_may_be_an_item_or_a_serial(text: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.gtin) == (ScanKind.UNKNOWN, True, None)
    assert [each.kind for each in resolution_candidates(scan)] == [
        ScanKind.SERIAL,
        ScanKind.LOT,
        ScanKind.ITEM,
        ScanKind.ALIAS,
    ]


@pytest.mark.parametrize(
    "text", ["]E04006381333932", "]E004252615", "]E41234567", "]I14006381333931", "]E0ABC"]
)
def test_a_misread_trade_item_is_refused_when_the_scanner_says_it_is_one(text: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.gtin) == (ScanKind.GTIN, False, None)
    assert str(scan.reason).endswith("Scan it again.")
    assert resolution_candidates(scan) == ()


def test_a_bare_gtin_is_looked_up_in_the_order_serial_lot_gtin_item_alias() -> None:
    assert [(each.kind, each.value) for each in resolution_candidates(scanned("96385074"))] == [
        (ScanKind.SERIAL, "96385074"),
        (ScanKind.LOT, "96385074"),
        (ScanKind.GTIN, "00000096385074"),
        (ScanKind.ITEM, "96385074"),
        (ScanKind.ALIAS, "96385074"),
    ]


def test_a_gtin_the_scanner_marked_is_no_serial_and_no_lot() -> None:
    kinds = [each.kind for each in resolution_candidates(scanned("]E04006381333931"))]
    assert kinds == [ScanKind.GTIN, ScanKind.ITEM, ScanKind.ALIAS]


@pytest.mark.parametrize("text", [SSCC, f"00{SSCC}", f"]C100{SSCC}", f"{GS}00{SSCC}"])
def test_an_sscc_reads_with_and_without_its_identifier(text: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.value, scan.sscc) == (ScanKind.SSCC, True, SSCC, SSCC)
    assert resolution_candidates(scan)[0] == Candidate(ScanKind.SSCC, SSCC)


def test_an_sscc_with_a_wrong_check_digit_is_not_one() -> None:
    wrong = f"{SSCC[:-1]}1"
    assert scanned(wrong).kind is ScanKind.UNKNOWN
    assert scanned(f"00{wrong}").kind is ScanKind.UNKNOWN
    marked = scanned(f"]C100{wrong}")
    assert (marked.kind, marked.valid, marked.sscc) == (ScanKind.GS1, False, None)
    assert "should end in 0" in str(marked.reason)


def test_our_own_ssccs_are_told_from_other_peoples() -> None:
    ours = gs1.sscc("9506000", 77)
    assert parse(ours, today=TODAY, company_prefix="9506000").sscc_is_ours
    assert not parse(SSCC, today=TODAY, company_prefix="9506000").sscc_is_ours
    assert not parse(ours, today=TODAY).sscc_is_ours


# ---------------------------------------------------------------- GS1 elements


@pytest.mark.parametrize("symbology", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
def test_a_gs1_code_gives_article_lot_serial_and_expiry(symbology: str) -> None:
    scan = scanned(f"{symbology}01{GTIN}10A7{GS}21S-9{GS}17261231")
    assert (scan.kind, scan.valid, scan.reason, scan.warnings) == (ScanKind.GS1, True, None, ())
    assert elements(scan) == [("01", GTIN), ("10", "A7"), ("21", "S-9"), ("17", "261231")]
    assert (scan.gtin, scan.lot, scan.serial) == (GTIN, "A7", "S-9")
    assert scan.expiry == date(2026, 12, 31)
    assert resolution_candidates(scan) == (
        Candidate(ScanKind.SERIAL, "S-9", GTIN),
        Candidate(ScanKind.LOT, "A7", GTIN),
        Candidate(ScanKind.GTIN, GTIN),
    )


@pytest.mark.parametrize("separator", [GS, "↔", "␝", "{GS}", "^]", "|"])
def test_fnc1_is_understood_in_every_guise(separator: str) -> None:
    text = f"]C101{GTIN}10A7{separator}17261231"
    scan = parse(text, gs_stand_in="|", today=TODAY)
    assert elements(scan) == [("01", GTIN), ("10", "A7"), ("17", "261231")]
    assert scan.text == text


def test_a_stand_in_that_is_not_configured_is_no_separator() -> None:
    assert not scanned(f"]C101{GTIN}10A7|17261231").valid


def test_extra_separators_are_harmless() -> None:
    scan = scanned(f"]C1{GS}01{GTIN}{GS}17261231{GS}{GS}10A7{GS}")
    assert elements(scan) == [("01", GTIN), ("17", "261231"), ("10", "A7")]


def test_gs1_data_is_recognised_without_symbology_identifier() -> None:
    assert scanned(f"01{GTIN}10A7{GS}17261231").kind is ScanKind.GS1
    assert scanned(f"01{GTIN}17261231").expiry == date(2026, 12, 31)
    assert scanned(f"(01) {GTIN} (10) A(7)").lot == "A(7)"
    assert scanned(f"(01){GTIN}").gtin == GTIN


def test_digits_that_only_begin_like_gs1_data_are_ordinary_text() -> None:
    assert scanned("0112345678901234").kind is ScanKind.UNKNOWN
    assert scanned(f"01{GTIN}ZZZ").kind is ScanKind.UNKNOWN
    assert scanned("(01)").kind is ScanKind.UNKNOWN


@pytest.mark.parametrize(
    ("digits", "today", "expiry"),
    [
        ("270200", TODAY, date(2027, 2, 28)),
        ("280200", TODAY, date(2028, 2, 29)),
        ("261200", TODAY, date(2026, 12, 31)),
        ("760101", TODAY, date(2076, 1, 1)),
        ("770101", TODAY, date(1977, 1, 1)),
        ("000101", date(1999, 6, 1), date(2000, 1, 1)),
        ("990101", date(2001, 6, 1), date(1999, 1, 1)),
        ("490101", date(1999, 6, 1), date(2049, 1, 1)),
        ("500101", date(1999, 6, 1), date(1950, 1, 1)),
    ],
)
def test_day_00_is_the_last_of_the_month_and_the_century_slides(
    digits: str, today: date, expiry: date
) -> None:
    scan = parse(f"]C101{GTIN}17{digits}", today=today)
    assert scan.expiry == expiry


@pytest.mark.parametrize("digits", ["261301", "260230", "000000", "260031"])
def test_a_day_that_does_not_exist_is_refused(digits: str) -> None:
    scan = scanned(f"]C101{GTIN}17{digits}")
    assert (scan.kind, scan.valid, scan.expiry) == (ScanKind.GS1, False, None)
    assert f"(17) {digits} is not a date" in str(scan.reason)


def test_a_missing_fnc1_is_caught_when_the_value_becomes_too_long() -> None:
    scan = scanned(f"]C101{GTIN}10ABCDEFGHIJKL21SERIAL-77")
    assert (scan.valid, scan.lot, scan.serial) == (False, None, None)
    assert "The separator (FNC1) behind it is missing" in str(scan.reason)
    assert "at most 20 characters" in str(scan.reason)


def test_a_missing_fnc1_is_caught_when_letters_follow_digits() -> None:
    scan = scanned(f"]C102{GTIN}371210LOT")
    assert not scan.valid
    assert "a separator (FNC1) is missing" in str(scan.reason)


def test_a_value_of_maximum_length_ends_there_with_a_warning() -> None:
    scan = scanned(f"]C101{GTIN}10ABCDEFGHIJKLMNOPQRST17261231")
    assert (scan.valid, scan.lot) == (True, "ABCDEFGHIJKLMNOPQRST")
    assert scan.expiry == date(2026, 12, 31)
    assert [str(each) for each in scan.warnings] == [
        "No separator (FNC1) follows (10) ABCDEFGHIJKLMNOPQRST; "
        "it was taken to end at its maximum length."
    ]


@pytest.mark.parametrize(
    "body",
    [
        "05999",
        "5512",
        "01123",
        "10",
        f"01{GTIN[:-1]}3",
        f"01{GTIN}10A7{GS}10B8",
        "30",
        "3929" + "1",
        f"01{GTIN}10Ä7",
        f"01{GTIN}10A\x007",
        f"01{GTIN}10A 7",
        "01٠٩٥٠٦٠٠٠١٣٤٣٥٢",
        GS,
    ],
)
def test_broken_gs1_data_is_refused_with_a_sentence_and_nothing_is_used(body: str) -> None:
    scan = scanned(f"]C1{body}")
    assert not scan.valid
    assert str(scan.reason).endswith(".")
    assert (scan.gtin, scan.lot, scan.quantity, scan.amount) == (None, None, None, None)
    assert resolution_candidates(scan) == ()


def test_the_same_element_twice_is_counted_once() -> None:
    assert elements(scanned(f"]C101{GTIN}10A7{GS}10A7")) == [("01", GTIN), ("10", "A7")]


def test_missing_companions_are_warnings_not_refusals() -> None:
    scan = scanned("]C110A7")
    assert (scan.valid, scan.lot) == (True, "A7")
    assert [str(each) for each in scan.warnings] == [
        "(10) should come with (01) / (02) / (03) / (8006) / (8026), which this code does not have."
    ]
    both = scanned(f"]C101{GTIN}3712")
    assert both.valid
    assert "(01) and (37) should not stand in one code." in [str(each) for each in both.warnings]


def test_weights_prices_and_counts_are_exact() -> None:
    scan = scanned(f"]C101{GTIN}3103001250{GS}392219990{GS}3012")
    assert (scan.weight, scan.amount) == (Decimal("1.250"), Decimal("199.90"))
    assert (scan.quantity, scan.currency) == (Decimal(12), None)
    euro = scanned(f"]C101{GTIN}3932978{1999}")
    assert (euro.amount, euro.currency) == (Decimal("19.99"), "978")
    pounds = scanned(f"]C101{GTIN}3201000010")
    assert pounds.weight == Decimal("0.45359237")


def test_a_pallet_label_gives_sscc_contents_and_count() -> None:
    scan = scanned(f"]C100{SSCC}02{GTIN}3724{GS}10L1")
    assert (scan.kind, scan.sscc, scan.gtin) == (ScanKind.GS1, SSCC, GTIN)
    assert (scan.quantity, scan.lot, scan.warnings) == (Decimal(24), "L1", ())
    assert resolution_candidates(scan)[0] == Candidate(ScanKind.SSCC, SSCC)


@pytest.mark.parametrize(
    "address",
    [
        f"https://id.gs1.org/01/{GTIN}/10/A7?17=261231",
        "HTTP://SHOP.EXAMPLE/p/01/9506000134352/10/A7?17=261231&lang=en",
        f"]Q1https://id.gs1.org/01/{GTIN}/10/A7?17=261231",
        f"]Q3https://id.gs1.org/01/{GTIN}/10/A7?17=261231",
    ],
)
def test_a_gs1_digital_link_reads_like_the_label_it_stands_for(address: str) -> None:
    scan = scanned(address)
    assert (scan.kind, scan.valid) == (ScanKind.GS1, True)
    assert elements(scan) == [("01", GTIN), ("10", "A7"), ("17", "261231")]
    assert (scan.gtin, scan.lot, scan.expiry) == (GTIN, "A7", date(2026, 12, 31))


def test_a_digital_link_with_a_wrong_check_digit_is_refused() -> None:
    scan = scanned(f"https://id.gs1.org/01/{GTIN[:-1]}3")
    assert (scan.kind, scan.valid, scan.gtin) == (ScanKind.GS1, False, None)


@pytest.mark.parametrize("address", ["https://shop.example/lamp", "http://[", "https://"])
def test_any_other_address_has_no_form_of_its_own(address: str) -> None:
    scan = scanned(address)
    assert (scan.kind, scan.valid) == (ScanKind.UNKNOWN, True)


# ---------------------------------------------------------------- variable measure

WEIGHT = MeasurePattern("21IIIIIWWWWWC", 3)
PRICE = MeasurePattern("23IIIIVPPPPPC", 2)


def ean13(payload: str) -> str:
    return f"{payload}{gs1.check_digit(payload)}"


def test_an_embedded_weight_finds_the_article_with_the_measure_zeroed() -> None:
    scan = parse(ean13("211234501250"), today=TODAY, measure_patterns=(PRICE, WEIGHT))
    assert (scan.kind, scan.valid, scan.weight) == (ScanKind.GTIN, True, Decimal("1.250"))
    assert scan.gtin == "0" + ean13("211234500000")
    assert (scan.amount, scan.quantity) == (None, None)


def test_an_embedded_price_is_an_amount_and_its_check_digit_is_verified() -> None:
    right = parse(ean13("231234614685"), today=TODAY, measure_patterns=(WEIGHT, PRICE))
    assert (right.valid, right.amount, right.weight) == (True, Decimal("146.85"), None)
    assert right.gtin == "0" + ean13("231234000000")
    wrong = parse(ean13("231234514685"), today=TODAY, measure_patterns=(WEIGHT, PRICE))
    assert (wrong.kind, wrong.valid) == (ScanKind.GTIN, False)
    assert "The price 14685" in str(wrong.reason)


def test_without_a_pattern_the_number_is_an_ordinary_gtin() -> None:
    scan = parse(ean13("221234501250"), today=TODAY, measure_patterns=(WEIGHT,))
    assert (scan.gtin, scan.weight) == ("0" + ean13("221234501250"), None)


@pytest.mark.parametrize(
    ("pattern", "decimals"),
    [
        ("", 0),
        ("21IIIIIWWWWW", 3),
        ("21IIIIIWWWWWX", 3),
        ("IIIIIIIWWWWWC", 3),
        ("21IIIIIWWPPPC", 3),
        ("21IIIIIWWWWWC", 6),
        ("21IIIIIWWWWWC", -1),
        ("21IIIIIIIVWWC", 3),
    ],
)
def test_a_pattern_that_could_never_match_is_refused(pattern: str, decimals: int) -> None:
    with pytest.raises(MeasurePatternWrong):
        MeasurePattern(pattern, decimals)


# ---------------------------------------------------------------- everything else


@pytest.mark.parametrize("text", ["LAMP-1", "Стул 12", "№ 5", "椅子", "a", "' OR 1=1 --", "]"])
def test_text_without_a_form_of_its_own_is_unknown_and_valid(text: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.value) == (ScanKind.UNKNOWN, True, text)
    assert scan.reason is None
    assert [(each.kind, each.value) for each in resolution_candidates(scan)] == [
        (kind, text) for kind in (ScanKind.SERIAL, ScanKind.LOT, ScanKind.ITEM, ScanKind.ALIAS)
    ]


def test_a_plain_code_128_is_read_without_its_symbology_identifier() -> None:
    scan = scanned("]C0LAMP-1")
    assert (scan.kind, scan.value, scan.symbology) == (ScanKind.UNKNOWN, "LAMP-1", "]C0")


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\r\n", "\t", "\x00", "A\x00B", "A\x07", "A\nB", "A\u202eB", "\ufeffA", "😀", "A😀"]
    + ["]C1", "]E0", "\ud800", "\ue000"],
)
def test_what_no_code_holds_is_refused_with_a_printable_sentence(text: str) -> None:
    scan = scanned(text)
    assert (scan.kind, scan.valid, scan.text) == (ScanKind.UNKNOWN, False, text)
    assert str(scan.reason).isprintable()
    assert str(scan.reason).endswith(".")
    assert resolution_candidates(scan) == ()


@pytest.mark.parametrize("unit", ["x", "1", GS, "\x00", "(01)", f"01{GTIN}", "]C1", "😀"])
def test_ten_megabytes_of_text_are_refused_and_not_kept(unit: str) -> None:
    scan = scanned(unit * (10_000_000 // len(unit)))
    assert (scan.kind, scan.valid) == (ScanKind.UNKNOWN, False)
    assert len(scan.text) <= 80
    assert str(LONGEST_SCAN) in str(scan.reason)


def test_the_longest_allowed_scan_is_still_read() -> None:
    text = "(01" * 2000
    assert scanned(text[:LONGEST_SCAN]).kind is ScanKind.UNKNOWN
    assert scanned("A" * LONGEST_SCAN).valid


def test_the_printed_form_is_plain_json() -> None:
    scan = scanned(f"]C101{GTIN}10A7")
    assert json.loads(json.dumps(scan.as_json())) == {
        "text": f"]C101{GTIN}10A7",
        "kind": "gs1",
        "valid": True,
        "elements": [{"ai": "01", "value": GTIN}, {"ai": "10", "value": "A7"}],
    }
    assert scanned("").as_json()["reason"] == "The scan is empty. Scan the code again."


ANYTHING = st.text() | st.text(
    alphabet="01237]CEQdeIOWX()/.-A\x1d\x00 ↔{}GS^|:htps?=&", max_size=80
)


@calmly
@given(ANYTHING, st.sampled_from(["", "]C1", "]E0", "]d2", "01" + GTIN, "OW", "https://a/01/"]))
@example("1:", "]C1")
@example("[", "https://a/01/")
def test_no_text_ever_raises_and_every_refusal_has_a_reason(text: str, start: str) -> None:
    scan = parse(
        start + text,
        today=TODAY,
        gs_stand_in="|",
        company_prefix="9506000",
        measure_patterns=(WEIGHT, PRICE),
    )
    assert scan.valid is (scan.reason is None)
    assert json.dumps(scan.as_json())
    assert all(isinstance(each, Element) for each in scan.elements)
    candidates = resolution_candidates(scan)
    assert scan.valid or candidates == ()


@calmly
@given(st.dates(), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_no_date_ever_raises_in_any_year(today: date, digits: str) -> None:
    scan = parse(f"]C101{GTIN}17{digits}", today=today)
    assert scan.valid is (scan.expiry is not None)
    if scan.expiry is not None:
        assert -50 <= scan.expiry.year - today.year <= 50


def test_naughty_strings_never_raise() -> None:
    folder = os.environ.get("ORDERWRIGHT_SAMPLE_DATA")
    source = Path(folder or ".") / "naughty-strings" / "blns.json"
    if not folder or not source.is_file():
        pytest.skip("ORDERWRIGHT_SAMPLE_DATA names no folder with naughty-strings/blns.json")
    texts = json.loads(source.read_text(encoding="utf-8"))
    assert len(texts) > 400
    for text in texts:
        scan = scanned(text)
        assert scan.valid is (scan.reason is None)
        assert scan.kind in (ScanKind.UNKNOWN, ScanKind.GTIN, ScanKind.GS1)
