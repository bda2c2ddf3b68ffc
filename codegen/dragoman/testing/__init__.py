"""For the tests of whoever uses a client: a vendor that lives in the test's own process, and a clock that never waits.

    twin = VendorTwin("booster")
    with twin.client(BoosterClient) as client:
        task = client.start_export_customer(ExportCustomer(…))
        task.wait(timeout=3600)                     # takes no time at all

With pytest, the fixtures `taskclients_twin`, `taskclients_client` and `taskclients_clock` are there by themselves.

Names are imported when they are first used: pytest loads this package whenever it starts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taskclients_core.tasks.crash import POINTS

    from ..sandbox import FAULTS, Call, Fault, Reply, Sandbox, fault
    from .clock import VirtualClock
    from .crashes import Crashed, crashing
    from .specs import spec_of, vendors
    from .transport import SandboxTransport
    from .twin import VendorTwin

_HOMES = {
    "FAULTS": "..sandbox",
    "Call": "..sandbox",
    "Fault": "..sandbox",
    "Reply": "..sandbox",
    "Sandbox": "..sandbox",
    "fault": "..sandbox",
    "POINTS": ".crashes",
    "Crashed": ".crashes",
    "crashing": ".crashes",
    "SandboxTransport": ".transport",
    "VendorTwin": ".twin",
    "VirtualClock": ".clock",
    "spec_of": ".specs",
    "vendors": ".specs",
}

__all__ = [
    "FAULTS",
    "POINTS",
    "Call",
    "Crashed",
    "Fault",
    "Reply",
    "Sandbox",
    "SandboxTransport",
    "VendorTwin",
    "VirtualClock",
    "crashing",
    "fault",
    "spec_of",
    "vendors",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(home, __name__), name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("dragoman"):
            raise
        message = f"{error.name} is missing; run: pip install 'taskclients[sandbox]'"
        raise ModuleNotFoundError(message, name=error.name) from None
