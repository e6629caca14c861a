"""The plugin that turns unexpected messages into failures, tried on small test files."""

from __future__ import annotations

import pytest

from tests.house_rules.strict_messages import unexpected
from tests.house_rules.tree import ROOT

pytest_plugins = ["pytester"]

INI = """
[pytest]
filterwarnings = error
qt_api = pyside6
qt_log_level_fail = DEBUG
addopts = -p tests.house_rules.strict_messages -p no:cacheprovider -p no:xdist
markers = expects_message(pattern)
"""


@pytest.fixture
def outcome(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run one small test file and say how it ended: (passed, failed, errors, output)."""

    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(body: str) -> tuple[int, int, int, str]:
        pytester.makeini(INI)
        pytester.makepyfile(body)
        result = pytester.runpytest_subprocess()
        counted = result.parseoutcomes()
        return (
            counted.get("passed", 0),
            counted.get("failed", 0),
            counted.get("errors", 0),
            result.stdout.str(),
        )

    return run


def test_a_quiet_test_passes(outcome):
    assert outcome("import logging\ndef test_it(): logging.getLogger('a').info('x')")[:3] == (
        1,
        0,
        0,
    )


def test_a_logged_warning_fails_the_test_and_is_shown(outcome):
    passed, failed, _, output = outcome(
        "import logging\ndef test_it(): logging.getLogger('a').warning('the belt is stuck')"
    )
    assert (passed, failed) == (0, 1)
    assert "WARNING a: the belt is stuck" in output


def test_a_warning_logged_while_a_fixture_ends_is_an_error(outcome):
    passed, failed, errors, output = outcome(
        "import logging, pytest\n"
        "@pytest.fixture\n"
        "def late():\n"
        "    yield\n"
        "    logging.getLogger('a').error('left open')\n"
        "def test_it(late): pass"
    )
    assert (passed, failed, errors) == (1, 0, 1)
    assert "ERROR a: left open" in output


def test_a_python_warning_fails_the_test(outcome):
    assert outcome("import warnings\ndef test_it(): warnings.warn('old')")[:2] == (0, 1)


def test_a_qt_message_fails_the_test(outcome):
    passed, failed, _, output = outcome(
        "from PySide6.QtCore import qWarning\ndef test_it(): qWarning('no such signal')"
    )
    assert (passed, failed) == (0, 1)
    assert "no such signal" in output


def test_what_the_offscreen_platform_says_is_let_through(outcome):
    assert outcome(
        "from PySide6.QtCore import qWarning\n"
        "def test_it(): qWarning('This plugin does not support propagateSizeHints()')"
    )[:2] == (1, 0)


def test_a_test_may_provoke_what_it_names(outcome):
    assert outcome(
        "import logging, pytest\nfrom PySide6.QtCore import qWarning\n"
        "@pytest.mark.expects_message('belt .* stuck')\n"
        "def test_log(): logging.getLogger('a').warning('the belt is stuck')\n"
        "@pytest.mark.expects_message('no such')\n"
        "def test_qt(): qWarning('no such signal')\n"
    )[:2] == (2, 0)


def test_a_named_message_that_never_comes_fails_the_test(outcome):
    passed, failed, _, output = outcome(
        "import pytest\n@pytest.mark.expects_message('belt')\ndef test_it(): pass"
    )
    assert (passed, failed) == (0, 1)
    assert "expects a message 'belt', none came" in output


def test_only_lines_that_no_pattern_matches_are_unexpected():
    assert unexpected(["a 1", "b 2"], [r"a \d"]) == ["b 2"]
