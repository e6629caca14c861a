"""The task runner: what runs where, in which order, and who hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread
from pytestqt.qtbot import QtBot

from app.controllers.tasks import TaskRunner
from app.core.changes import Changes, changed
from app.core.errors import BusinessError, NotFound
from app.core.ids import Kind

PATIENCE = 5000


@dataclass(frozen=True)
class Result:
    changes: Changes


class Screen(QObject):
    """Stands for a widget that may be gone when the answer comes."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def hear(self, value: object) -> None:
        self.heard.append(value)


def wait_idle(qtbot: QtBot, tasks: TaskRunner) -> None:
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=PATIENCE)


def test_a_read_gets_a_session_of_its_own_and_answers_on_the_window_s_thread(qtbot: QtBot) -> None:
    opened: list[str] = []

    @contextmanager
    def reading() -> Iterator[str]:
        opened.append("open")
        yield "the session"
        opened.append("closed")

    tasks = TaskRunner(reading)  # type: ignore[arg-type]
    worked_on: list[object] = []
    heard: list[tuple[object, object]] = []

    def work(session: object) -> object:
        worked_on.append(threading.current_thread())
        return session

    here = threading.current_thread()
    tasks.read(work, done=lambda value: heard.append((value, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    assert heard == [("the session", here)]
    assert worked_on[0] is not here
    assert opened == ["open", "closed"]
    tasks.close()


def test_writes_run_one_after_the_other_in_the_order_given(qtbot: QtBot, tasks: TaskRunner) -> None:
    gate = threading.Event()
    ran: list[int] = []

    def first() -> None:
        gate.wait(PATIENCE / 1000)
        ran.append(0)

    tasks.write(first)
    for number in range(1, 20):
        tasks.write(lambda number=number: ran.append(number))  # type: ignore[misc]
    assert ran == []
    gate.set()
    wait_idle(qtbot, tasks)
    assert ran == list(range(20))


def test_a_late_answer_never_overwrites_a_newer_one(qtbot: QtBot, tasks: TaskRunner) -> None:
    gate, started = threading.Event(), threading.Event()
    heard: list[str] = []

    def slow(_session: object) -> str:
        started.set()
        gate.wait(PATIENCE / 1000)
        return "old"

    tasks.read(slow, done=heard.append, key="item")
    assert started.wait(PATIENCE / 1000)
    tasks.read(lambda _: "new", done=heard.append, key="item")
    qtbot.waitUntil(lambda: heard == ["new"], timeout=PATIENCE)
    gate.set()
    wait_idle(qtbot, tasks)
    assert heard == ["new"]


def test_a_superseded_read_that_still_waits_never_runs(qtbot: QtBot, tasks: TaskRunner) -> None:
    gate = threading.Event()
    ran: list[str] = []
    for _ in range(3):  # all readers busy
        tasks.read(lambda _session: gate.wait(PATIENCE / 1000), done=lambda _: None)
    for text in ("b", "bi", "bil"):
        tasks.read(lambda _session, text=text: ran.append(text), done=lambda _: None, key="finder")  # type: ignore[misc]
    gate.set()
    wait_idle(qtbot, tasks)
    assert ran == ["bil"]


def test_reads_with_different_keys_do_not_disturb_each_other(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    heard: list[int] = []
    for number in range(10):
        tasks.read(lambda _s, n=number: n, done=heard.append, key=f"list {number}")  # type: ignore[misc]
    wait_idle(qtbot, tasks)
    assert sorted(heard) == list(range(10))


def test_a_refused_write_tells_its_caller_and_nobody_else(qtbot: QtBot, tasks: TaskRunner) -> None:
    refusals: list[BusinessError] = []
    others: list[object] = []
    tasks.refused.connect(others.append)
    tasks.failed.connect(others.append)
    tasks.changed.connect(others.append)

    def work() -> None:
        raise NotFound(what="order", value="SO-1")

    tasks.write(work, done=others.append, refused=refusals.append)
    wait_idle(qtbot, tasks)
    assert [each.name for each in refusals] == ["NotFound"]
    assert others == []


def test_a_refusal_nobody_takes_goes_to_the_message_bar(qtbot: QtBot, tasks: TaskRunner) -> None:
    told: list[str] = []
    tasks.refused.connect(lambda error: told.append(error.message()))

    def work(_session: object = None) -> None:
        raise NotFound(what="order", value="SO-1")

    tasks.write(work)
    tasks.read(work, done=lambda _: None)
    wait_idle(qtbot, tasks)
    assert told == ["There is no order SO-1. Check the number, or search with Ctrl+K."] * 2


def test_a_fault_goes_to_the_crash_report_even_when_the_screen_hears_of_it(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    faults: list[str] = []
    heard: list[str] = []
    refusals: list[object] = []
    tasks.failed.connect(lambda error: faults.append(str(error)))

    def work(_session: object = None) -> str:
        raise ZeroDivisionError("a fault")

    tasks.read(work, done=heard.append, failed=lambda error: heard.append(str(error)))
    tasks.write(work, done=heard.append, refused=refusals.append)
    wait_idle(qtbot, tasks)
    assert faults == ["a fault", "a fault"]
    assert heard == ["a fault"]
    assert refusals == []


def test_changes_are_told_after_the_caller_was_answered(qtbot: QtBot, tasks: TaskRunner) -> None:
    order: list[str] = []
    touched: list[Changes] = []
    tasks.changed.connect(touched.append)
    tasks.changed.connect(lambda _: order.append("changed"))
    tasks.write(lambda: Result(changed(Kind.ORDER, 7)), done=lambda _: order.append("done"))
    wait_idle(qtbot, tasks)
    assert order == ["done", "changed"]
    assert touched == [changed(Kind.ORDER, 7)]


def test_nothing_is_said_to_have_changed_when_nothing_did(qtbot: QtBot, tasks: TaskRunner) -> None:
    touched: list[Changes] = []
    tasks.changed.connect(touched.append)
    tasks.write(lambda: Result(Changes()))
    tasks.write(lambda: "no changes at all")
    tasks.read(lambda _: Result(changed(Kind.ORDER, 7)), done=lambda _: None)
    wait_idle(qtbot, tasks)
    assert touched == []


@pytest.mark.parametrize("how", ["bound", "closure", "owner"])
def test_a_widget_that_is_gone_is_not_called(qtbot: QtBot, tasks: TaskRunner, how: str) -> None:
    import shiboken6

    gate = threading.Event()
    screen = Screen()
    heard = screen.heard
    done: Callable[[object], None]
    owner: QObject | None
    if how == "bound":
        done, owner = screen.hear, None
    elif how == "closure":
        done, owner = (lambda value: screen.hear(value)), None
    else:
        done, owner = heard.append, screen
    tasks.read(lambda _: gate.wait(PATIENCE / 1000), done=done, owner=owner)
    shiboken6.delete(screen)
    gate.set()
    wait_idle(qtbot, tasks)
    assert heard == []


def test_busy_is_told_once_at_the_start_and_once_at_the_end(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    told: list[bool] = []
    tasks.busy.connect(told.append)
    for _ in range(5):
        tasks.read(lambda _: None, done=lambda _: None)
    wait_idle(qtbot, tasks)
    assert told == [True, False]


def test_closing_finishes_the_writes_and_calls_nobody_back(qtbot: QtBot) -> None:
    from contextlib import nullcontext

    tasks = TaskRunner(lambda: nullcontext(None))  # type: ignore[arg-type]
    written: list[int] = []
    heard: list[object] = []
    for number in range(10):
        tasks.write(lambda number=number: written.append(number), done=heard.append)  # type: ignore[misc]
    tasks.close()
    assert written == list(range(10))
    tasks.write(lambda: written.insert(0, 99))
    tasks.read(lambda _: written.insert(0, 99), done=heard.append)
    QThread.yieldCurrentThread()
    QCoreApplication.processEvents()
    assert written == list(range(10))
    assert heard == []


def test_a_callback_that_fails_does_not_leave_the_runner_busy(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    def done(_value: object) -> None:
        raise RuntimeError("in the screen")

    with qtbot.captureExceptions() as caught:
        tasks.read(lambda _: None, done=done)
        wait_idle(qtbot, tasks)
    assert [str(each[1]) for each in caught] == ["in the screen"]
