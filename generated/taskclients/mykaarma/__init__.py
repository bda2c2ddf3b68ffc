# Generated from mykaarma.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""myKaarma Manage API: clients and models."""

from . import models
from .client import AsyncMyKaarmaClient, MyKaarmaClient

__all__ = ["AsyncMyKaarmaClient", "MyKaarmaClient", "models"]
