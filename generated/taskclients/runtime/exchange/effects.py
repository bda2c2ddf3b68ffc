"""What a flow can ask for. A flow is a generator that yields effects; a driver (see `transport`) does them.

The driver sends back an effect's result or throws its error. So sync and async share every decision.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from ..messages import Request

T = TypeVar("T")


@frozen(eq=False)
class Send:
    """Send a request; the result is an Answer, the error a TransportError."""

    request: Request


@frozen(eq=False)
class Sleep:
    """Wait; there is no result."""

    seconds: float


@frozen(eq=False)
class Alone:
    """Run another flow while no other such flow of this client runs; its result or error is this one's."""

    flow: Flow[Any]


Effect: TypeAlias = Send | Sleep | Alone
Flow: TypeAlias = Generator[Effect, Any, T]
