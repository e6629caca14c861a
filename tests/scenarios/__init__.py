"""Days of whole companies, from the first file to the last invoice."""
