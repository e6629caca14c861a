"""Widgets; they show rows and call controllers."""
