"""Importing: rows of a file become records, all of them or none, with a reason for every reject."""
