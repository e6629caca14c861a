"""In another language nothing of the window is left in English."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tests.factories.day import Day
from tests.house_rules.tree import ROOT

NAMED_IN = {
    "company": ("name", "currency"),
    "person": ("login", "name"),
    "customer": ("number", "name"),
    "address": ("street", "city", "region", "postal_code", "country"),
    "item": ("number", "name"),
    "item_unit": ("name",),
    "warehouse": ("code", "name"),
    "location": ("code", "name"),
    "station": ("login", "code", "name"),
    "carton_type": ("code", "name"),
    "printer": ("code", "name", "address"),
    "payment_terms": ("code", "name"),
    "delivery_mode": ("code", "name"),
    "tax_class": ("code", "name"),
    "tax_rate": ("name",),
    "tax_jurisdiction": ("code", "name"),
    "sales_order": ("number",),
}
"""What the company itself has named; it is the same in every language."""

THE_SAME = re.compile(
    r"\b(kg|mm|Ctrl|Alt|Shift|Return|Enter|Esc|Del|Delete|Ins|Space|Tab|PgUp|PgDown|Up|Down)\b"
)
"""Units and keys have one sign in every language."""
WORD = re.compile(r"[^\W\d_]{2,}")


def _outside(text: str) -> str:
    """What of a text stands in no sentence of the program."""
    depth, left = 0, ""
    for each in text:
        depth += (each == "⟦") - (each == "⟧")
        left += " " if depth or each == "⟧" else each
    return left


def _names(day: Day) -> list[str]:
    found = {
        str(value)
        for table, columns in NAMED_IN.items()
        for row in day.ask(f"SELECT DISTINCT {', '.join(columns)} FROM {table}")
        for value in row
        if value
    }
    return sorted(found | {"Orderwright"}, key=len, reverse=True)


def _raw(text: str, names: list[str]) -> str:
    """The words of a text that are neither marked, nor a name, nor a key."""
    left = _outside(text)
    for each in names:
        left = left.replace(each, " ")
    return " ".join(WORD.findall(THE_SAME.sub(" ", left)))


def test_every_text_at_every_desk_is_a_sentence_that_can_be_translated(day: Day) -> None:
    day.stock("PUMP", 10)
    day.order(("PUMP", 3))
    day.order(("PUMP", 30))
    day.draft(("PUMP", 3))
    told = subprocess.run(
        [sys.executable, "-m", "tests.ui.pseudo_language"]
        + [day.owner.url.render_as_string(hide_password=False), "maria"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found: dict[str, list[str]] = json.loads(told.stdout)
    names = _names(day)
    raw = {
        f"{desk}: {text}": words
        for desk, texts in found.items()
        for text in texts
        if (words := _raw(text, names))
    }
    assert raw == {}
    # The window was there, with what the day made of it.
    assert {"orders", "allocation", "picking", "trips", "packing", "invoices"} <= found.keys()
    assert {"⟦Orders⟧", "⟦Draft⟧", "⟦Allocate⟧", "⟦Filter by number or customer⟧"} <= set(
        found["orders"]
    )
    assert "⟦Total USD⟧" in found["orders"]


def test_the_search_for_raw_words_finds_them_beside_sentences_and_names() -> None:
    names = ["Bilge pump"]
    assert _raw("⟦lot ⟦4⟧⟧ Bilge pump Ctrl+F", names) == ""
    assert _raw("Bilge pump, line 1, ⟦lot⟧", names) == "line"
