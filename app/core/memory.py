"""Memory: where the collector of cyclic garbage may rest."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Make very many objects that hold no cycles, without the collector looking through them.

    Python looks through every object of the program each time a quarter more of them are alive:
    a tenth of a second in the midst of a thousand prices, with nothing found. What the block
    makes is looked at afterwards as usual. Blocks may overlap in threads: who came first ends it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def loading() -> Iterator[None]:
    """Load parts of the program, which stay as long as it runs: the collector need never see them.

    Else it looks through all of them again and again while more come: an eighth of the time the
    window takes to open.
    """
    with uncollected():
        yield
        gc.freeze()
