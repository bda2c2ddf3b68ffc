# Generated from booster.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Richemont Booster PublicApi: clients and models."""

from . import models
from .client import AsyncBoosterClient, BoosterClient

__all__ = ["AsyncBoosterClient", "BoosterClient", "models"]
