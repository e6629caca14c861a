"""The files of the project, as the house rules see them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {".git", ".venv", "build", "dist", "tour", "node_modules"}


@cache
def files() -> tuple[Path, ...]:
    """Every file under version control; in an unpacked archive, every file that would be."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        named = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
        return tuple(path for path in named if path.is_file())
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and not OUTSIDE & set(path.relative_to(ROOT).parts)
        and "__pycache__" not in path.parts
    )


def python_files(*folders: str) -> list[Path]:
    """The Python files below these folders, or all of them."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and (not folders or path.relative_to(ROOT).as_posix().startswith(folders))
    ]


def text_of(path: Path) -> str | None:
    """The file as text, or None for a picture, sound or font."""
    content = path.read_bytes()
    return None if b"\0" in content else content.decode("utf-8")


def parsed(path: Path) -> ast.Module:
    """The module as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def short(path: Path) -> str:
    """The path as a person names it, from the root of the project."""
    return path.relative_to(ROOT).as_posix()
