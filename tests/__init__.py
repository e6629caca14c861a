"""All tests of Orderwright."""
