"""Paper: data in, bytes out."""
