"""From a spec and its models to a client: every decision about generated code that is not a model's is made here."""

from __future__ import annotations

from .client import plan

__all__ = ["plan"]
