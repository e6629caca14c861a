"""The figures of speed: one module a figure, measured on a server of its own, kept in results/.

A figure's module has a `TITLE`, and `measure(place)` that answers a `Measured`. All runs of a
figure are ratios taken side by side on the same machine; nothing here is a test.
"""
