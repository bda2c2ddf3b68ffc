"""Specs: YAML with the place of every part, the typed model, and its reader."""
