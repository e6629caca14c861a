"""Modules say what they are for, stay short, and do not wait for the clock."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.house_rules.tree import ROOT, files, parsed, python_files, short, text_of

LONGEST_MODULE = 500
LONGEST_TEST = 800  # tables of cases may be longer than code

TO_BE_SPLIT: dict[str, int] = {}
"""Modules that grew past the limit: they may not grow further, and go from here when split."""

BROUGHT_ALONG = {
    "shiboken6": "pyside6-essentials",
    "pydantic_core": "pydantic",
    "serial": "pyserial",
}


def test_every_module_says_what_it_is_for():
    assert [
        short(path)
        for path in python_files()
        if path.stat().st_size and not ast.get_docstring(parsed(path))
    ] == []


def test_no_module_is_too_long_to_be_read_in_one_go():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {
        short(path): lines
        for path, lines in lengths.items()
        if lines
        > (
            LONGEST_TEST
            if short(path).startswith("tests/")
            else TO_BE_SPLIT.get(short(path), LONGEST_MODULE)
        )
        and not short(path).startswith("scripts/demo_")  # tables of demo data
    } == {}


def test_every_public_verb_and_noun_is_explained():
    silent = [
        f"{short(path)}: {node.name}"
        for path in python_files("app/operations", "app/queries")
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_postpones_its_annotations():
    assert [
        short(path)
        for path in python_files("app")
        if path.name != "__init__.py"
        and len(body := parsed(path).body) > 1
        and not any(
            isinstance(each, ast.ImportFrom) and each.module == "__future__" for each in body
        )
    ] == []


def _sleeps(tree: ast.Module) -> list[int]:
    """The lines that wait a fixed time."""
    plain = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"time", "asyncio"}
        for alias in node.names
        if alias.name == "sleep"
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if (
            called in plain
            or re.search(r"(^|\.)(time\.sleep|asyncio\.sleep|qSleep|QThread\.m?sleep)$", called)
            or called in {"qtbot.wait", "QTest.qWait"}
        ):
            found.append(node.lineno)
    return found


def test_the_search_for_sleeping_finds_its_spellings():
    sample = "import time\nfrom time import sleep as nap\ntime.sleep(1)\nnap(1)\nqtbot.wait(5)\n"
    assert _sleeps(ast.parse(sample)) == [3, 4, 5]
    assert _sleeps(ast.parse("qtbot.waitUntil(lambda: True)\nevent.wait(5)")) == []


def test_no_test_sleeps():
    assert [
        f"{short(path)}:{line}" for path in python_files("tests") for line in _sleeps(parsed(path))
    ] == []


def test_everything_the_program_imports_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {
        re.split(r"[\[<>=!~; ]", each)[0].lower().replace("_", "-")
        for each in project["dependencies"]
    }
    provided = packages_distributions()
    undeclared = set()
    for path in python_files("app"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in {each.split(".")[0] for each in names}:
                if name == "app" or name in sys.stdlib_module_names:
                    continue
                makers = {each.lower().replace("_", "-") for each in provided.get(name, [name])}
                makers.add(BROUGHT_ALONG.get(name, name))
                if not makers & declared:
                    undeclared.add(f"{short(path)}: {name}")
    assert undeclared == set()


def test_every_error_that_a_docstring_promises_exists():
    trees = {path: parsed(path) for path in python_files("app")}
    known = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    } | set(dir(builtins))
    assert [
        f"{short(path)}: {node.name}: {name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for promise in re.findall(
            r"Raises:(.*?)(?:\n\s*\n|\Z)", ast.get_docstring(node) or "", re.S
        )
        for name in re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", promise)
        if name not in known
    ] == []


def test_the_map_points_at_what_is_there():
    """`rooms/module.py`, `rooms/module`, `rooms/folder` and `rooms/module.function`."""
    named = re.findall(r"`([\w/]+/[\w/.]*\w)`", (ROOT / "docs/map.md").read_text(encoding="utf-8"))
    there = {short(path): path for path in files()}
    gone = []
    for name in named:
        place, _, word = re.sub(r"\.(py|sql)$", "", name).partition(".")
        found = [
            path for known, path in there.items() if re.search(rf"(^|/){place}(\.\w+$|/)", known)
        ]
        said = [path for path in found if not word or f"def {word}(" in (text_of(path) or "")]
        if "X" not in name and not said:
            gone.append(name)
    assert len(named) > 30
    assert gone == []
