"""Documentation pages as facts: read a page, compare it with the spec, and notice when it changes."""
