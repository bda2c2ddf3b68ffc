"""Faults: what goes wrong with some requests to the sandbox, told by scripts.

    Sandbox(specs, faults=[fault("tasks.listTasks", "status", status=503, nth=2, times=3)])

or, in a file for `dragoman sandbox --faults`,

    - {request: tasks.listTasks, fault: status, status: 503, retry_after: 5, nth: 2, times: 3}
    - {request: exports.exportCustomer, fault: lost}
    - {request: /_files/*, fault: cut, at: 0.5}
    - {request: tasks.listTasks, fault: word, word: PAUSED, after: 60, until: 120}

`request` is an operation id or a path (`*` stands for anything, a method may come first). A fault hits the `nth` such
request (1), and so many `times` (1; `always`; lasting faults always), of those from `after` to `until`, in
seconds since the sandbox began. `FAULTS` has all of them; several may hit one request.
"""

from __future__ import annotations

# Each of these names its faults.
from . import contents, lists, tasks, transport_faults
from .registry import FAULTS, Named, Option
from .script import Fault, Script, fault, load

__all__ = ["FAULTS", "Fault", "Named", "Option", "Script", "fault", "load"]

_ = (contents, contents, lists, transport_faults, tasks, transport_faults)
