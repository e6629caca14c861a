"""What tests share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database.embedded import EmbeddedServer


def _short_folder() -> Path:
    """A short-named folder that the server's user can enter even when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="ow-"))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        folder.chmod(0o755)
    return folder


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder for a data folder of the test's own; removed afterwards."""
    folder = _short_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded server of this test process (one per xdist worker), without durability."""
    folder = _short_folder()
    try:
        with EmbeddedServer.start(folder / "home", for_tests=True) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)
