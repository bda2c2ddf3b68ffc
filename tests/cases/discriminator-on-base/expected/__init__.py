# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: clients and models."""

from . import models
from .client import ApiClient, AsyncApiClient

__all__ = ["AsyncApiClient", "ApiClient", "models"]
