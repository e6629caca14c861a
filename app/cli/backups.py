"""A company of this computer kept in a file, and brought back from it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.answers import say
from app.cli.company import company_name, open_server, settings_of
from app.core.errors import BusinessError
from app.core.messages import N_

if TYPE_CHECKING:
    from app.operations.backup import Kept


class NotOnThisComputer(BusinessError):
    """A database on a server of one's own."""

    sentence = N_(
        "Backups of a server of your own are its administrator's. Leave out --database to back "
        "up or bring back a company of this computer."
    )


def backup(options: argparse.Namespace) -> int:
    """Keep the company in a file, try it, and say what the doctor found in it."""
    from app.operations.backup import back_up

    _only_here(options)
    with open_server(options) as server:
        kept = back_up(server, company_name(server, options.company), Path(options.file))
    return _tell(kept)


def restore(options: argparse.Namespace) -> int:
    """Bring the company of a backup back, and say what the doctor finds in it."""
    from app.operations.backup import restore

    _only_here(options)
    with open_server(options) as server:
        return _tell(restore(server, Path(options.file)))


def _only_here(options: argparse.Namespace) -> None:
    if settings_of(options).database:
        raise NotOnThisComputer


def _tell(kept: Kept) -> int:
    from dataclasses import asdict

    differences = [asdict(each) for each in kept.differences]
    say(
        {
            "company": kept.company,
            "file": str(kept.file),
            "bytes": kept.bytes,
            "differences": differences,
        }
    )
    return 1 if differences else 0
