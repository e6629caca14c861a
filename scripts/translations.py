"""Gathers every sentence people read, and brings the translations up to date.

Usage: `make messages`, or `make messages ARGS="--begin de"` for a new language.

`resources/translations/orderwright.pot` gets all sentences of the program. Each language's
`LC_MESSAGES/orderwright.po` gets the new ones, and is compiled beside it to the `.mo` that the
program reads. A translation with other fields than its English sentence is named and left out.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.core.messages import DOMAIN, TRANSLATIONS

MARKERS = {"N_": (0,), "counted": (1, 2), "render_count": (1, 2)}
"""Which arguments of a marker are sentences; two are the singular and the plural."""

HEADER = "# What people read in Orderwright."

Sentence = str | tuple[str, str]


class NotWrittenOut(Exception):
    """A marked sentence that is not a literal cannot be gathered."""


def gathered(tree: ast.Module) -> Iterator[tuple[int, Sentence]]:
    """The sentences of a module with their lines. Raises: NotWrittenOut."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        marker = ast.unparse(node.func).rpartition(".")[2]
        places = MARKERS.get(marker)
        if places is None or len(node.args) <= places[-1]:
            continue
        sentences = [_literal(node.args[place]) for place in places]
        if None not in sentences:
            one, *several = (str(each) for each in sentences)
            yield node.lineno, (one, several[0]) if several else one
        elif marker != "render_count":  # `counted` itself hands on what it was given
            raise NotWrittenOut(f"line {node.lineno}: {ast.unparse(node)}")


def _literal(node: ast.expr) -> str | None:
    """A sentence as it is written, also through its own marker; None when it is a variable."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "N_":
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template() -> Catalog:
    """Every sentence of the program, with where it is written."""
    catalog = _catalog()
    for path in sorted((ROOT / "app").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        for line, sentence in gathered(ast.parse(path.read_text(encoding="utf-8"))):
            if sentence:
                catalog.add(sentence, locations=[(place, line)])
    return catalog


def _catalog(language: str | None = None) -> Catalog:
    return Catalog(
        locale=language, project=DOMAIN, version="", header_comment=HEADER, charset="utf-8"
    )


def fields_of(text: str) -> set[str]:
    """The named fields of a sentence."""
    return {name for _words, name, _spec, _way in Formatter().parse(text) if name is not None}


def wrong_fields(message: Message) -> bool:
    """Whether a translation asks for a field its English sentence does not have."""
    known = set().union(*(fields_of(each) for each in _forms(message.id)))
    try:
        return any(not fields_of(each) <= known for each in _forms(message.string))
    except ValueError:  # a brace that is never closed
        return True


def _forms(said: object) -> tuple[str, ...]:
    """The sentence, or its singular and plurals."""
    return tuple(map(str, said)) if isinstance(said, list | tuple) else (str(said),)


def bring_up_to_date(path: Path, sentences: Catalog) -> None:
    """A language's sentences: the new ones added, then compiled for the program."""
    language = path.parent.parent.name
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(sentences)
    _write(path, catalog)
    said = [each for each in catalog if each.id and any(_forms(each.string)) and not each.fuzzy]
    wrong = [each for each in said if wrong_fields(each)]
    for each in wrong:
        print(f"{language}: left out, its fields are others: {each.id}")
        catalog.delete(each.id)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    many = len(said) - len(wrong)
    print(f"{language}: {many} of {len(sentences)} sentences are translated")


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, catalog, width=100, sort_output=True)
    path.write_bytes(written.getvalue())


def main() -> int:
    """Gather, update, compile; 1 when a sentence cannot be gathered."""
    parser = argparse.ArgumentParser(description="Gathers sentences, updates translations.")
    parser.add_argument("--begin", metavar="CODE", help="begin a language: de, pt_BR")
    parser.add_argument("--folder", type=Path, default=TRANSLATIONS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sentences = template()
    _write(asked.folder / f"{DOMAIN}.pot", sentences)
    print(f"{len(sentences)} sentences are gathered in {asked.folder / DOMAIN}.pot")
    if asked.begin:
        begun = asked.folder / asked.begin / "LC_MESSAGES" / f"{DOMAIN}.po"
        if not begun.exists():
            _write(begun, _catalog(asked.begin))
    for path in sorted(asked.folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        bring_up_to_date(path, sentences)
    return 0


if __name__ == "__main__":
    sys.exit(main())
