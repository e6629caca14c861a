"""The outside world: printers, mail, sound."""
