"""Paper read back: words from the PDF, barcodes from the picture of each page."""

from __future__ import annotations

import io
import re

import pypdfium2
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from app.documents.document import Document

PER_MM = 16
"""Dots per millimetre of the pictures that barcodes are read from."""


CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)


def zpl_of(document: Document) -> str:
    """The label in the printer's language."""
    assert document.zpl is not None
    return document.zpl


def pages_as_words(document: Document) -> list[str]:
    """The text of each page in its order, white space made single."""
    reader = PdfReader(io.BytesIO(document.pdf))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def in_order(text: str, *expected: str) -> bool:
    """Whether the expected words follow one another in the text."""
    at = 0
    for each in expected:
        found = text.find(each, at)
        if found < 0:
            return False
        at = found + len(each)
    return True


def pictures(document: Document, per_mm: float = PER_MM) -> list[Image.Image]:
    """Each page as a grey picture."""
    opened = pypdfium2.PdfDocument(document.pdf)
    try:
        return [page.render(scale=per_mm * 25.4 / 72).to_pil().convert("L") for page in opened]
    finally:
        opened.close()


def barcodes(document: Document) -> list[zxingcpp.Barcode]:
    """Every barcode of the document, page by page, from top to bottom."""
    found = []
    for picture in pictures(document):
        on_page = zxingcpp.read_barcodes(picture, formats=CODE_128)
        found += sorted(
            on_page, key=lambda each: (each.position.top_left.y, each.position.top_left.x)
        )
    return found


def texts(document: Document) -> list[str]:
    """What a scanner reads from the document, sorted."""
    return sorted(plain(each) for each in barcodes(document))


def plain(code: zxingcpp.Barcode) -> str:
    """A barcode's text without the brackets around GS1 identifiers."""
    return re.sub(r"[()]", "", code.text) if code.symbology_identifier == "]C1" else code.text


def size_mm(document: Document) -> tuple[float, float]:
    """Width and height of the first page."""
    box = PdfReader(io.BytesIO(document.pdf)).pages[0].mediabox
    return round(float(box.width) * 25.4 / 72, 1), round(float(box.height) * 25.4 / 72, 1)


def read_bc(zpl: str) -> list[tuple[str, int]]:
    """Every ^BC of a ZPL label as a printer would draw it: (text read back, dots a module).

    Understands what the program sends: ^BY, ^BCN in mode N, ^FH, and the invocation characters.
    """
    found = []
    for dots, data in re.findall(r"\^BY(\d+)\^BCN,\d+,N,N,N,N\^FH\^FD(.*?)\^FS", zpl):
        bytes_of = re.sub(r"_([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), data)
        modules = _modules(_code_words(bytes_of))
        picture = Image.new("L", (len(modules) * 3 + 60, 60), 255)
        for place, sign in enumerate(modules):
            if sign == "1":
                picture.paste(0, (30 + place * 3, 0, 33 + place * 3, 60))
        (code,) = zxingcpp.read_barcodes(picture, formats=CODE_128)
        found.append((plain(code), int(dots)))
    return found


_SIGNS = {"<": "^", "0": ">", "=": "~"}


def _code_words(data: str) -> list[int]:
    subset = {">9": "A", ">:": "B", ">;": "C"}[data[:2]]
    words = [103 + "ABC".index(subset)]
    at = 2
    while at < len(data):
        pair = data[at : at + 2]
        if pair in (">5", ">6", ">7"):
            subset = {">5": "C", ">6": "B", ">7": "A"}[pair]
            words.append({"C": 99, "B": 100, "A": 101}[subset])
            at += 2
        elif pair == ">8":
            words.append(102)
            at += 2
        elif subset == "C":
            words.append(int(pair))
            at += 2
        elif data[at] == ">":
            words.append(ord(_SIGNS[data[at + 1]]) - 32)
            at += 2
        else:
            words.append(ord(data[at]) - 32)
            at += 1
    return words


def _modules(words: list[int]) -> str:
    from barcode.charsets.code128 import CODES, STOP

    check = (words[0] + sum(n * word for n, word in enumerate(words[1:], 1))) % 103
    return "".join(CODES[word] for word in [*words, check]) + STOP + "11"
