"""Files that a person asks for."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import BusinessError
from app.core.messages import N_


class FileNotWritten(BusinessError):
    """A folder that is full, gone, or not ours."""

    sentence = N_("{file} could not be written: {reason}. Choose another folder or name.")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, in place of one that is there. Raises: FileNotWritten."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FileNotWritten(file=str(path), reason=error.strerror or str(error)) from error
