"""Mock server of specs (`dragoman sandbox`): it validates requests, and its tasks begin, progress and end.

    with running([Path("specs/booster.yaml")], speed=50) as url:
        client = BoosterClient(f"{url}/booster", auth=…)

A request passes `server`, `app`, `faults`, `routes` and `requests`; `tasks` and `task_views`, or `files`, make the
value; `responses` writes it.
"""

from __future__ import annotations

from .app import Sandbox, app
from .faults import FAULTS, Fault, fault, load
from .messages import Call, Reply
from .server import running, serve, serving

__all__ = ["FAULTS", "Call", "Fault", "Reply", "Sandbox", "app", "fault", "load", "running", "serve", "serving"]
