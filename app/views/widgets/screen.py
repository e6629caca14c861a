"""Windows that are never larger than the screen they open on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.views import theme

FRAME = 48
"""Pixels of the screen that the frame of a window may take."""


def room_on_screen(window: QWidget) -> int:
    """How high a window may be, in pixels."""
    return window.screen().availableGeometry().height() - FRAME


def keep_on_screen(window: QWidget) -> None:
    """Move a window up when it has grown over the lower end of the screen."""
    free, frame = window.screen().availableGeometry(), window.frameGeometry()
    wanted = frame.height() - window.height() + max(window.height(), window.minimumHeight())
    if frame.top() + wanted > free.bottom():
        window.move(frame.left(), max(free.top(), free.bottom() - wanted))


def fit_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window a size, in pixels at 100 %, or what the screen has of it."""
    widest = window.screen().availableGeometry().width()
    window.resize(min(theme.px(width), widest), min(theme.px(height), room_on_screen(window)))
