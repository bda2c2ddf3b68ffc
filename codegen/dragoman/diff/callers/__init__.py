"""Consequences of a changed spec for Python callers: surfaces, effects, and the changes from which they follow."""
