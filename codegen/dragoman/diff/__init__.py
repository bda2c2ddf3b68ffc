"""Consequences of a changed spec, for the server's wire format and for Python callers."""
