"""Every kind that can be imported, by name."""

from __future__ import annotations

from app.operations.importing.kinds import ImportKind

_KINDS: tuple[ImportKind, ...] = ()

KINDS: dict[str, ImportKind] = {kind.name: kind for kind in _KINDS}
