"""What the command line answers with: one JSON value a line."""

from __future__ import annotations

import json


def say(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
