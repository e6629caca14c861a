"""Every sentence a person reads in a window is marked for translation, where it is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house_rules.tree import parsed, python_files, short

ROOMS = ("app/views", "app/controllers", "app/main.py")

NO_SENTENCES = {"app/views/theme.py"}
"""Names of colours and fonts alone."""

MARKERS = {"N_", "counted"}
"""`N_` marks a sentence, `counted` the singular and plural of what it counts."""

KEYED = {"SavedView", "Action", "cast"}
"""What is first given a name by which the program knows it, then what a person reads."""

WORDS = re.compile(
    r"^[A-Z][a-z]+|[a-z]{2}[,.:;]? [a-z(]|^[,.] [a-z]|^ [a-z]{2}|[a-z]{2}[.!?]$"
    r"|^[a-z] [a-z]{2}|[a-z]{2}[.,:;]? $"
)
"""What reads like a sentence, a title or a piece of one."""

NO_WORDS = re.compile(
    r"^(Orderwright|English) ?$"
    r"|^(Ctrl|Shift|Alt|Return|Enter|Esc|Escape|Space|Del|Delete|Ins|Tab|PgUp|PgDown|Up|Down)\b[A-Z0-9a-z+=.-]*$"
    r"|^(SELECT|WITH|INSERT|UPDATE)\b"
    r"|^no words for "
    r"|^(to pack|done today|to invoice|in use)$"  # views by their names
    r"|[{}#]|%[a-zA-Z]|^\["  # style sheets and patterns
)
"""The program's name, keys, SQL, and what only a programmer ever reads."""


def unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts that read like words and are not given to a marker, with their lines."""
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.rpartition(".")[2] in MARKERS:
                passed |= {id(each) for given in node.args for each in ast.walk(given)}
            elif called in KEYED and node.args:
                passed |= {id(each) for each in ast.walk(node.args[0])}
        elif isinstance(node, ast.Raise | ast.Assert):
            passed |= {id(each) for each in ast.walk(node)}
        elif isinstance(node, ast.Subscript):
            passed |= {id(each) for each in ast.walk(node.slice)}
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            passed |= {id(each) for each in ast.walk(node.annotation)}
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            passed |= {id(each) for each in ast.walk(node.returns)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))  # what explains the code
        elif isinstance(node, ast.Dict):
            passed |= {id(each) for each in node.keys}
        elif isinstance(node, ast.Compare) or _is_list_of_names(node):
            passed |= {id(each) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in passed
            and WORDS.search(node.value)
            and not NO_WORDS.search(node.value)
        ):
            yield node.lineno, node.value


def _is_list_of_names(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _with_unmarked() -> dict[str, list[str]]:
    return {
        short(path): [f"{short(path)}:{line}: {words}" for line, words in found]
        for path in python_files(*ROOMS)
        if short(path) not in NO_SENTENCES and (found := list(unmarked(parsed(path))))
    }


def test_every_sentence_of_a_window_is_marked_for_translation():
    assert [line for lines in _with_unmarked().values() for line in lines] == []


def test_the_search_for_unmarked_words_finds_them_and_leaves_keys_and_names():
    sample = """
Badge("Counted")
Text(f"Count in {place}")
Action("count", "Count more", "Ctrl+Return")
words(N_("Count in {place}"), place=place)
counted(2, "item of them", "items of them")
Action("to-count", words(N_("Count")), "F8", icon="clipboard-text")
raise TypeError("This is for programmers")
"""
    assert [words for _line, words in unmarked(ast.parse(sample))] == [
        "Counted",
        "Count more",
        "Count in ",
    ]
