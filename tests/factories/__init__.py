"""A small company to test in, and the shortest way to orders in it."""
