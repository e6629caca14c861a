"""Any unexpected warning, log line or Qt message fails the test it appears in.

A pytest plugin, named in pyproject.toml. Warnings are errors by `filterwarnings` there, Qt
messages by pytest-qt's `qt_log_level_fail`; this plugin adds the log lines (warnings and
worse, of any logger) and lets through what stands in `tests/expected_messages.py` or in the
test's own `@pytest.mark.expects_message("pattern")`, which fails when nothing matches.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Generator, Iterable

import pytest

from tests.expected_messages import patterns

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


class Listener(logging.Handler):
    """Keeps every log line that would worry a person, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


LISTENER = pytest.StashKey[Listener]()


def unexpected(lines: Iterable[str], expected: Iterable[str]) -> list[str]:
    """The lines that none of the patterns matches."""
    compiled = [re.compile(each) for each in expected]
    return [line for line in lines if not any(each.search(line) for each in compiled)]


def own_patterns(item: pytest.Item) -> list[str]:
    """What this test says it provokes."""
    return [str(pattern) for mark in item.iter_markers("expects_message") for pattern in mark.args]


def pytest_configure(config: pytest.Config) -> None:
    for pattern in patterns("qt"):
        config.addinivalue_line("qt_log_ignore", pattern)
    for pattern in patterns("warning"):
        config.addinivalue_line("filterwarnings", pattern)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if own := own_patterns(item):
            item.add_marker(pytest.mark.qt_log_ignore(*own, extend=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    listener = item.stash[LISTENER] = Listener()
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        return (yield)
    finally:
        root.removeHandler(listener)


def _judge(item: pytest.Item, *, last: bool) -> None:
    listener = item.stash[LISTENER]
    lines, own = list(listener.lines), own_patterns(item)
    surprises = unexpected(lines, [*patterns("log"), *own])
    listener.lines.clear()
    if surprises:
        pytest.fail("Unexpected log lines:\n" + "\n".join(surprises), pytrace=False)
    if not last:
        return
    qt = getattr(item, "qt_log_capture", None)
    said = [*lines, *(record.message for record in qt.records)] if qt else lines
    for pattern in own:
        if not any(re.search(pattern, line) for line in said):
            pytest.fail(f"The test expects a message {pattern!r}, none came.", pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    result = yield
    _judge(item, last=True)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    result = yield
    _judge(item, last=False)
    return result
