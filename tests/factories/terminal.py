"""Somebody at a terminal with their own login, typing SQL."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError


def claim(connection: Connection) -> None:
    """Claim a command by hand, as the runner does; until the transaction ends."""
    connection.execute(
        text("SELECT claim_command(gen_random_uuid(), 'by hand', '{}', NULL, NULL, NULL, NULL)")
    )


def answer(connection: Connection) -> None:
    """Answer the claimed command, as every command is before its commit."""
    connection.execute(text("SELECT finish_command(current_command_id(), '{}', '[]')"))


def refused(connection: Connection, *statements: str) -> str:
    """With which code a command of these statements is refused, at the latest by its commit.

    Raises: AssertionError, when it is committed.
    """
    try:
        with connection.begin():
            claim(connection)
            for statement in statements:
                connection.execute(text(statement))
            answer(connection)
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", ""))
    raise AssertionError(f"committed: {statements}")
