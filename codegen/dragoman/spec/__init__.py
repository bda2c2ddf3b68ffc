"""Specs: YAML with positions, the typed model and its reader."""
