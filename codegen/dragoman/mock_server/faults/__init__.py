"""Faults that the sandbox injects into requests, by scripts.

    Sandbox(specs, faults=[fault("tasks.listTasks", "status", status=503, nth=2, times=3)])

or as a YAML file for `dragoman sandbox --faults`:

    - {request: tasks.listTasks, fault: status, status: 503, retry_after: 5, nth: 2, times: 3}
    - {request: exports.exportCustomer, fault: lost}
    - {request: /_files/*, fault: cut, at: 0.5}
    - {request: tasks.listTasks, fault: word, word: PAUSED, after: 60, until: 120}

`request` is an operation id or a path, which may contain `*` and follow a method (`GET /tasks*`). A fault applies from
the `nth` matching request (default 1), `times` times (default 1, or `always` for lasting faults). Only requests between
`after` and `until` count, in seconds since the start of the sandbox. `FAULTS` lists all faults. Several faults may
apply to one request.
"""

from __future__ import annotations

# Importing these modules registers their faults.
from . import contents, lists, tasks, transport_faults
from .registry import FAULTS, FaultType, Option, Role
from .script import Fault, Script, ServedRequest, fault, load

__all__ = ["FAULTS", "Fault", "FaultType", "Option", "Role", "Script", "ServedRequest", "fault", "load"]

_ = (contents, lists, tasks, transport_faults)
