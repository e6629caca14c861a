"""Before anything is installed: does this machine have what the wheels cannot bring?

Uses nothing but the standard library. Without options it checks and, when something is
missing, says which package brings it and ends with 1. `--packages` prints the missing
Debian packages only. `--display` ends with 0 when a window can be shown here.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import socket
import sys
from pathlib import Path

# Shared library → the Debian package that brings it. PySide6's wheel carries the rest of Qt.
ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
ON_A_SCREEN = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def loads(library: str) -> bool:
    """Whether the dynamic linker finds the library and everything it needs."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages() -> dict[str, str]:
    """What is missing on this machine: what it is → the package that brings it."""
    missing = {}
    if importlib.util.find_spec("ensurepip") is None and sys.prefix == sys.base_prefix:
        missing["the venv module of Python"] = "python3-venv"
    if sys.platform.startswith("linux"):
        wanted = dict(ALWAYS)
        if os.environ.get("DISPLAY"):
            wanted |= ON_A_SCREEN
        missing |= {lib: package for lib, package in wanted.items() if not loads(lib)}
    return missing


def x_server_answers() -> bool:
    """Whether the X server that DISPLAY names takes a connection."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def wayland_answers() -> bool:
    """Whether the Wayland compositor that WAYLAND_DISPLAY names takes a connection."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    address = Path(folder) / os.environ["WAYLAND_DISPLAY"]
    with socket.socket(socket.AF_UNIX) as knock:
        try:
            knock.connect(str(address))
        except OSError:
            return False
    return True


def has_display() -> bool:
    """Whether a window can be shown here."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal"}:
        return False
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("DISPLAY") and x_server_answers():
        return True
    return bool(os.environ.get("WAYLAND_DISPLAY")) and wayland_answers()


def main(arguments: list[str]) -> int:
    if "--display" in arguments:
        return 0 if has_display() else 1
    missing = missing_packages()
    if "--packages" in arguments:
        print(" ".join(sorted(set(missing.values()))))
        return 0
    for what, package in missing.items():
        print(
            f"This machine lacks {what}, which Orderwright's windows need. "
            f"Install the Debian package {package} "
            f"(apt install {package}), then give the same command again.",
            file=sys.stderr,
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
