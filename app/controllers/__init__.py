"""QtCore only: screen state, signals, background tasks."""
