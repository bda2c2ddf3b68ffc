"""Scripts of faults: which request is hit, and by what."""

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
    """What goes wrong with some requests."""

    request: str
    """Those to an operation id such as `tasks.listTasks`, or a path such as `/_files/*` or `GET /tasks*`."""

    name: str
    nth: int = 1
    """The first one that is hit."""

    times: int | None = None
    """How many are hit, from that one on; None: all."""

    after: float = 0.0
    """Seconds since the sandbox began; requests before count as none."""

    until: float | None = None
    options: Mapping[str, Any] = field(factory=dict[str, Any])
    where: Source | None = field(default=None, repr=False, eq=False)
    """Its place in a file."""


def fault(request: str, name: str, /, **more: Any) -> Fault:
    """Make a fault: `fault("tasks.listTasks", "status", status=503, nth=2, times=3)`.

    Args:
        request: Those to an operation id such as `tasks.listTasks`, or a path such as `/_files/*` or `GET /tasks*`.
        name: One of the names in `FAULTS`.
        more: `nth` (1), `times` (a number or `always`), `after` and `until` (seconds), and the options of the fault.

    Raises:
        ValueError: it cannot be; the message says what could.
    """
    entry = {"request": request, "fault": name, **more}
    for _, message, hint in _wrong(entry):
        raise ValueError(f"{message}; {hint}")
    return _made(entry, None)


def load(path: Path) -> tuple[Fault, ...]:
    """Read a script: a YAML list of faults, each with `request`, `fault`, and whatever `fault()` takes by name.

    Raises:
        SpecError: the file cannot be read, or does not say what it could; with all its problems.
    """
    document = yaml_document.load(path)
    if not isinstance(document.data, list):
        hint = "write: - {request: tasks.listTasks, fault: status, status: 503}"
        raise SpecError([Problem(document.where(""), _RULE, "", "a script is a list of faults", hint)])
    problems: list[Problem] = []
    made: list[Fault] = []
    for number, entry in enumerate(document.data):
        wrong = list(_wrong(entry))
        for member, message, hint in wrong:
            pointer = f"/{number}/{escape(member)}" if member else f"/{number}"
            problems.append(Problem(document.where(pointer), _RULE, _subject(entry), message, hint))
        if not wrong:
            made.append(_made(entry, document.where(f"/{number}")))
    if problems:
        raise SpecError(problems)
    return tuple(made)


@define
class _Armed:
    fault: Fault
    seen: int = 0


class Script:
    """Faults, and the requests that each has seen."""

    def __init__(self, faults: Iterable[Fault], operations: Mapping[str, Iterable[str]], began: float) -> None:
        """Take faults.

        Args:
            faults: In the order in which they are put into a request.
            operations: The phases that the tasks of each operation know, by operation id.
            began: Seconds since 1970.

        Raises:
            SpecError: a fault of a file is on an operation that there is not, or wants a phase that it has not.
            ValueError: another one does.
        """
        self._armed = [_Armed(each) for each in faults]
        self._began = began
        problems: list[Problem] = []
        for each in (armed.fault for armed in self._armed):
            if error := _misplaced(each, operations):
                if each.where is None:
                    raise ValueError(": ".join(error))
                problems.append(Problem(each.where, _RULE, each.name, *error))
        if problems:
            raise SpecError(problems)

    def case(self, call: Call, operation: str, path: str, now: float) -> RequestContext:
        """Return what shall become of a request.

        Args:
            call: The request.
            operation: The id of the operation that it means; empty if it means none.
            path: Its path within its spec.
            now: Seconds since 1970.
        """
        case = RequestContext(call=call, now=now)
        for armed in self._armed:
            if _is_on(armed.fault, call, operation, path) and self._is_time(armed.fault, now):
                armed.seen += 1
                count = armed.seen - armed.fault.nth
                if count >= 0 and (armed.fault.times is None or count < armed.fault.times):
                    apply(armed.fault.name, case, armed.fault.options)
        return case

    def _is_time(self, fault: Fault, now: float) -> bool:
        passed = now - self._began
        return fault.after <= passed and (fault.until is None or passed < fault.until)


def _is_on(fault: Fault, call: Call, operation: str, path: str) -> bool:
    if "/" not in fault.request and "*" not in fault.request:
        return fault.request == operation
    method, _, pattern = fault.request.rpartition(" ")
    return method in ("", call.method) and any(fnmatchcase(each, pattern) for each in (call.path, path))


def _misplaced(fault: Fault, operations: Mapping[str, Iterable[str]]) -> tuple[str, str] | None:
    """Return what is wrong about the place of a fault, and what to do."""
    if "/" in fault.request or "*" in fault.request:
        return None
    if fault.request not in operations:
        return f"there is no operation {fault.request}", _one_of(operations)
    phase, known = fault.options.get("phase"), operations[fault.request]
    if phase is not None and known and phase not in known:
        return f"its tasks are never {phase}", _one_of(known)
    return None


def _wrong(entry: Any) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with an entry: the member at fault, what is the matter, what to write."""
    if not isinstance(entry, Mapping):
        yield "", "a fault is a mapping", "write: {request: tasks.listTasks, fault: status, status: 503}"
        return
    if not isinstance(entry.get("request"), str) or not entry["request"]:
        yield (
            "request",
            "it does not say which requests are hit",
            "name an operation such as tasks.listTasks, or a path",
        )
    named = FAULTS.get(entry["fault"]) if isinstance(entry.get("fault"), str) else None
    if named is None:
        yield "fault", f"there is no fault {entry.get('fault')!r}", _one_of(FAULTS)
        return
    checks = {"nth": _at_least_one, "times": _times, "after": _seconds, "until": _seconds}
    for name, value in entry.items():
        expected = ""
        if name in checks:
            expected = checks[name](value)
        elif name in named.options:
            expected = named.options[name].error(value)
        elif name not in _TIMES:
            yield name, f"{entry['fault']} has no option {name!r}", _one_of((*named.options, *_TIMES[2:]))
        if expected:
            yield name, f"{name} is {value!r:.80}", f"give {expected}"
    for name, option in named.options.items():
        if option.default is REQUIRED and name not in entry:
            yield "fault", f"{entry['fault']} does not say its {name}", f"add {name}: {_expected(option)}"


def _expected(option: Any) -> str:
    return option.error(object()) or "a value"


def _made(entry: Mapping[str, Any], where: Source | None) -> Fault:
    named = FAULTS[entry["fault"]]
    times = entry.get("times", "always" if named.lasting else 1)
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
    named = entry.get("fault") if isinstance(entry, Mapping) else None
    return named if isinstance(named, str) else ""


def _one_of(names: Iterable[str]) -> str:
    return f"one of {', '.join(sorted(names))}"
