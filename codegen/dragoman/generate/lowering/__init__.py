"""Lowering of a spec and its models to an `ir.Client`: every decision about generated code other than models."""

from __future__ import annotations

from .client import lower

__all__ = ["lower"]
