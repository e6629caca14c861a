"""Somebody at a terminal with their own login, typing SQL."""

from __future__ import annotations

from sqlalchemy import Connection, text


def claim(connection: Connection) -> None:
    """Claim a command by hand, as the runner does; until the transaction ends."""
    connection.execute(
        text("SELECT claim_command(gen_random_uuid(), 'by hand', '{}', NULL, NULL, NULL, NULL)")
    )


def answer(connection: Connection) -> None:
    """Answer the claimed command, as every command is before its commit."""
    connection.execute(text("SELECT finish_command(current_command_id(), '{}', '[]')"))
