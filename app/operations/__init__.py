"""Every change is a verb here, run in one transaction somebody else opens and commits."""
