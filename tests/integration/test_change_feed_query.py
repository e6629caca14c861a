"""What others changed: told once, in whatever order it became visible."""

from __future__ import annotations

from sqlalchemy import Engine, text

from app.core.changes import Changes
from app.core.ids import Kind
from app.database.engine import reading, transaction
from app.database.notices import NoticeListener, NoticeSender
from app.operations.run import Runner
from app.queries.changes import FeedMark, changes_since
from tests.conftest import EngineAs
from tests.factories.day import Day
from tests.factories.terminal import claim

_TAKE_A_TRANSACTION_ID = text("SELECT pg_current_xact_id()")


def _look(engine: Engine, mark: FeedMark) -> tuple[FeedMark, Changes]:
    with reading(engine) as session:
        return changes_since(session, mark)


def test_the_first_look_tells_nothing_and_later_ones_tell_each_change_once(
    day: Day, engine_as: EngineAs
) -> None:
    engine = engine_as("fritz")
    day.draft(("PUMP", 1))
    mark, changes = _look(engine, FeedMark())
    assert changes == Changes()
    order = day.draft(("PUMP", 2))
    mark, changes = _look(engine, mark)
    assert changes.mentions(Kind.ORDER, order)
    mark, changes = _look(engine, mark)
    assert changes == Changes()


def test_a_change_is_told_once_although_an_older_transaction_is_still_running(
    day: Day, engine_as: EngineAs, owner: Engine
) -> None:
    engine = engine_as("fritz")
    with transaction(owner) as older:
        older.execute(_TAKE_A_TRANSACTION_ID)
        mark, _ = _look(engine, FeedMark())
        order = day.draft(("PUMP", 2))
        mark, changes = _look(engine, mark)
        assert changes.mentions(Kind.ORDER, order)
        mark, changes = _look(engine, mark)
        assert changes == Changes()
    assert _look(engine, mark)[1] == Changes()


def test_news_of_a_kind_only_newer_programs_know_are_passed_over(
    day: Day, engine_as: EngineAs
) -> None:
    engine = engine_as("fritz")
    mark, _ = _look(engine, FeedMark())
    with engine_as("anna").begin() as newer:
        claim(newer)
        newer.execute(
            text("""SELECT finish_command(current_command_id(), '{}',
                                          '[["hovercraft", 1], ["order", 7]]')""")
        )
    _, changes = _look(engine, mark)
    assert changes == Changes(frozenset({(Kind.ORDER, 7)}))


def test_a_commit_wakes_whoever_listens(day: Day, engine_as: EngineAs) -> None:
    engine = engine_as("maria")
    sender = NoticeSender(engine)
    try:
        with NoticeListener(engine_as("fritz")) as listener:
            assert listener.wait(0) is False
            sender.send(17)
            assert listener.wait(10) is True
    finally:
        sender.close()


def test_the_runner_tells_the_event_it_committed(day: Day, engine_as: EngineAs) -> None:
    told: list[int] = []
    runner = Runner(engine_as("maria"), committed=lambda event, _changes: told.append(event))
    Day(runner, day.owner).draft(("PUMP", 1))
    assert told == [day.one("SELECT max(id) FROM event")]
