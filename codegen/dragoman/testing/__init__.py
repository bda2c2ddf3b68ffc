"""Testing kit for programs that use a client: a fake vendor in the test's own process, and a virtual clock.

    vendor = FakeVendor("booster")
    with vendor.client(BoosterClient) as client:
        task = client.begin_export_customer(ExportCustomer(…))
        task.wait(timeout=3600)                     # returns immediately

`dragoman.testing.plugin` has the pytest fixtures `taskclients_fake`, `taskclients_client` and `taskclients_clock`.

Names are imported at first use, because pytest loads this package with the plugin, in tests that use none of them too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taskclients_core.tasks.failpoints import FAILPOINTS

    from ..bundled import spec_of, vendors
    from ..mock_server import FAULTS, Call, Fault, Reply, Sandbox, fault
    from .clock import VirtualClock
    from .failpoints import Crashed, crashing
    from .fake_vendor import FakeVendor
    from .transport import SandboxTransport

_HOMES = {
    "FAULTS": "..mock_server",
    "Call": "..mock_server",
    "Fault": "..mock_server",
    "Reply": "..mock_server",
    "Sandbox": "..mock_server",
    "fault": "..mock_server",
    "FAILPOINTS": "taskclients_core.tasks.failpoints",
    "Crashed": ".failpoints",
    "crashing": ".failpoints",
    "SandboxTransport": ".transport",
    "FakeVendor": ".fake_vendor",
    "VirtualClock": ".clock",
    "spec_of": "..bundled",
    "vendors": "..bundled",
}

__all__ = [
    "FAILPOINTS",
    "FAULTS",
    "Call",
    "Crashed",
    "FakeVendor",
    "Fault",
    "Reply",
    "Sandbox",
    "SandboxTransport",
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
