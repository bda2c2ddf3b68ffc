"""Submission of a task at most once: `submit` uses `send`, and `reconcile` after an unknown outcome."""
