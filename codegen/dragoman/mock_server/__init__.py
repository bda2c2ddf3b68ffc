"""A real HTTP server that behaves as specs say: it checks requests, and tasks begin, move and end.

with running([Path("specs/booster.yaml")], speed=50) as url:
    client = BoosterClient(f"{url}/booster", auth=…)
"""

from __future__ import annotations

from .app import Sandbox, app
from .faults import FAULTS, Fault, fault, load
from .messages import Call, Reply
from .server import running, serve, serving

__all__ = ["FAULTS", "Call", "Fault", "Reply", "Sandbox", "app", "fault", "load", "running", "serve", "serving"]
