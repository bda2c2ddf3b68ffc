# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""LIFE POS API: clients and models."""

from . import models
from .client import AsyncLifePosClient, LifePosClient

__all__ = ["AsyncLifePosClient", "LifePosClient", "models"]
