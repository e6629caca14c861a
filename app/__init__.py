"""Orderwright: order to truck, at the counter and on the floor."""

__version__ = "0.1.0"
