"""Scanned text to typed scan: our own codes, GTIN, SSCC and GS1 in one parser.

`parse` reads, `own_code` makes; both use the same table of letters.
"""

from app.rules.scanning.commands import COMMAND_WORDS, SHEET_QUANTITIES, CommandWords
from app.rules.scanning.measures import MeasurePattern, MeasurePatternWrong
from app.rules.scanning.own_codes import (
    DEFAULT_PREFIX,
    CodeNotPrintable,
    OwnCode,
    PrefixWrong,
    carton_type_command,
    check_prefix,
    keyboard_fault,
    keyboard_test_code,
    own_code,
)
from app.rules.scanning.parser import LONGEST_SCAN, parse
from app.rules.scanning.scan import (
    Candidate,
    Element,
    Remark,
    Scan,
    ScanKind,
    StationCommand,
    resolution_candidates,
)

__all__ = [
    "COMMAND_WORDS",
    "DEFAULT_PREFIX",
    "LONGEST_SCAN",
    "SHEET_QUANTITIES",
    "Candidate",
    "CodeNotPrintable",
    "CommandWords",
    "Element",
    "MeasurePattern",
    "MeasurePatternWrong",
    "OwnCode",
    "PrefixWrong",
    "Remark",
    "Scan",
    "ScanKind",
    "StationCommand",
    "carton_type_command",
    "check_prefix",
    "keyboard_fault",
    "keyboard_test_code",
    "own_code",
    "parse",
    "resolution_candidates",
]
