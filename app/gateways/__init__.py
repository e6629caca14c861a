"""The outside world: printers and sounds."""
