"""Scripts of faults: parsing, validation, and selection of the faults that apply to a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from attrs import define, field, frozen

from taskclients_core.json_pointer import escape

from ...diagnostics import Problem, Source, SpecError
from ...spec import yaml_document
from ..messages import Call
from ..request_context import RequestContext
from .registry import FAULTS, REQUIRED, apply

_TIMES: Final = ("request", "fault", "nth", "times", "after", "until")
_RULE: Final = "fault"


@frozen(kw_only=True)
class Fault:
    """Fault of a script: the requests it applies to, and its options."""

    request: str
    """Operation id such as `tasks.listTasks`, or a path such as `/_files/*` or `GET /tasks*`."""

    name: str
    nth: int = 1
    """Number of the first matching request that it applies to, from 1."""

    times: int | None = None
    """Number of requests that it applies to, from that one on; None for all."""

    after: float = 0.0
    """Seconds since the start of the sandbox; earlier requests are not counted."""

    until: float | None = None
    """Seconds since the start of the sandbox; later requests are not counted. None for no end."""

    options: Mapping[str, Any] = field(factory=dict[str, Any])
    where: Source | None = field(default=None, repr=False, eq=False)
    """Location in a file."""


def fault(request: str, name: str, /, **more: Any) -> Fault:
    """Create a fault: `fault("tasks.listTasks", "status", status=503, nth=2, times=3)`.

    Args:
        request: Operation id such as `tasks.listTasks`, or a path such as `/_files/*` or `GET /tasks*`.
        name: One of the names in `FAULTS`.
        more: `nth` (1), `times` (a number or `always`), `after` and `until` (seconds), and the options of the fault.

    Raises:
        ValueError: An argument is invalid; the message contains the valid values.
    """
    entry = {"request": request, "fault": name, **more}
    for _, message, hint in _errors(entry):
        raise ValueError(f"{message}; {hint}")
    return _build(entry, None)


def load(path: Path) -> tuple[Fault, ...]:
    """Load a script: a YAML list of faults, each with `request`, `fault` and the keyword arguments of `fault()`.

    Raises:
        SpecError: The file cannot be read or is invalid. It contains all problems of the file.
    """
    document = yaml_document.load(path)
    if not isinstance(document.data, list):
        hint = "write: - {request: tasks.listTasks, fault: status, status: 503}"
        raise SpecError([Problem(document.where(""), _RULE, "", "a script must be a list of faults", hint)])
    problems: list[Problem] = []
    faults: list[Fault] = []
    for number, entry in enumerate(document.data):
        errors = list(_errors(entry))
        for member, message, hint in errors:
            pointer = f"/{number}/{escape(member)}" if member else f"/{number}"
            problems.append(Problem(document.where(pointer), _RULE, _subject(entry), message, hint))
        if not errors:
            faults.append(_build(entry, document.where(f"/{number}")))
    if problems:
        raise SpecError(problems)
    return tuple(faults)


@define
class _Armed:
    fault: Fault
    seen: int = 0


class Script:
    """Faults of a sandbox, with the number of matching requests of each."""

    def __init__(self, faults: Iterable[Fault], operations: Mapping[str, Iterable[str]], began: float) -> None:
        """Check the faults against the operations.

        Args:
            faults: Faults in the order in which they are applied.
            operations: Phases of each operation's tasks, by operation id.
            began: Start of the sandbox, in seconds since 1970.

        Raises:
            SpecError: A fault of a file names an operation that does not exist, or a phase that its tasks never have.
            ValueError: The same for a fault that is not from a file.
        """
        self._armed = [_Armed(each) for each in faults]
        self._began = began
        problems: list[Problem] = []
        for each in (armed.fault for armed in self._armed):
            if error := _target_error(each, operations):
                if each.where is None:
                    raise ValueError("; ".join(error))
                problems.append(Problem(each.where, _RULE, each.name, *error))
        if problems:
            raise SpecError(problems)

    def context_for(self, call: Call, operation: str, path: str, now: float) -> RequestContext:
        """Return the context of a request, with the faults that apply to it.

        Args:
            call: The request.
            operation: Id of its operation; empty if it matches none.
            path: Its path within its spec.
            now: Seconds since 1970.
        """
        context = RequestContext(call=call, now=now)
        for armed in self._armed:
            if _matches(armed.fault, call, operation, path) and self._in_window(armed.fault, now):
                armed.seen += 1
                count = armed.seen - armed.fault.nth
                if count >= 0 and (armed.fault.times is None or count < armed.fault.times):
                    apply(armed.fault.name, context, armed.fault.options)
        return context

    def _in_window(self, fault: Fault, now: float) -> bool:
        passed = now - self._began
        return fault.after <= passed and (fault.until is None or passed < fault.until)


def _matches(fault: Fault, call: Call, operation: str, path: str) -> bool:
    if "/" not in fault.request and "*" not in fault.request:
        return fault.request == operation
    method, _, pattern = fault.request.rpartition(" ")
    return method in ("", call.method) and any(fnmatchcase(each, pattern) for each in (call.path, path))


def _target_error(fault: Fault, operations: Mapping[str, Iterable[str]]) -> tuple[str, str] | None:
    """Return the problem of a fault's operation or phase, and the remedy; None if it is valid."""
    if "/" in fault.request or "*" in fault.request:
        return None
    if fault.request not in operations:
        return f"unknown operation: {fault.request}", _one_of(operations)
    phase, known = fault.options.get("phase"), operations[fault.request]
    if phase is not None and known and phase not in known:
        return f"the tasks of {fault.request} never have the phase {phase}", _one_of(known)
    return None


def _errors(entry: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the problems of an entry: the invalid member, the problem and the remedy."""
    if not isinstance(entry, Mapping):
        yield "", "a fault must be a mapping", "write: {request: tasks.listTasks, fault: status, status: 503}"
        return
    if not isinstance(entry.get("request"), str) or not entry["request"]:
        yield (
            "request",
            "`request` is required",
            "name an operation such as tasks.listTasks, or a path",
        )
    fault_type = FAULTS.get(entry["fault"]) if isinstance(entry.get("fault"), str) else None
    if fault_type is None:
        yield "fault", f"unknown fault: {entry.get('fault')!r}", _one_of(FAULTS)
        return
    checks = {"nth": _at_least_one, "times": _times, "after": _seconds, "until": _seconds}
    for name, value in entry.items():
        expected = ""
        if name in checks:
            expected = checks[name](value)
        elif name in fault_type.options:
            expected = fault_type.options[name].error(value)
        elif name not in _TIMES:
            yield name, f"unknown option of {entry['fault']}: {name!r}", _one_of((*fault_type.options, *_TIMES[2:]))
        if expected:
            yield name, f"{name} is invalid: {value!r:.80}", f"use {expected}"
    for name, option in fault_type.options.items():
        if option.default is REQUIRED and name not in entry:
            yield "fault", f"the option {name} of {entry['fault']} is required", f"add {name}: {_expected(option)}"


def _expected(option: Any) -> str:
    return option.error(object()) or "a value"


def _build(entry: Mapping[str, Any], where: Source | None) -> Fault:
    fault_type = FAULTS[entry["fault"]]
    times = entry.get("times", "always" if fault_type.lasting else 1)
    return Fault(
        request=entry["request"],
        name=entry["fault"],
        nth=entry.get("nth", 1),
        times=None if times == "always" else times,
        after=entry.get("after", 0.0),
        until=entry.get("until"),
        options={name: value for name, value in entry.items() if name not in _TIMES},
        where=where,
    )


def _at_least_one(value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return "" if whole else "a whole number from 1"


def _times(value: Any) -> str:
    return "" if value == "always" or not _at_least_one(value) else "a whole number from 1, or always"


def _seconds(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
    return "" if number else "a number of seconds, 0 or more"


def _subject(entry: Any) -> str:
    name = entry.get("fault") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else ""


def _one_of(names: Iterable[str]) -> str:
    return f"use one of {', '.join(sorted(names))}"
