"""Scripts of faults: parsing, validation, and selection of the faults that apply to a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

from attrs import define, field, frozen

from taskclients_core.errors import closest
from taskclients_core.json_pointer import escape

from ...diagnostics import Problem, Source, SpecError
from ...spec import yaml_document
from ..messages import Call
from ..request_context import RequestContext
from .registry import FAULTS, REQUIRED, ROLES, Role, apply

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


@frozen
class ServedRequest:
    """Kind of request that the sandbox serves: an operation, or the files of a mount."""

    operation: str
    """Id of the operation, '' for files."""

    method: str
    paths: tuple[str, ...]
    """Path templates: with the prefix of the mount, and without."""

    roles: frozenset[Role]
    phases: tuple[str, ...] = ()
    """Phases of its tasks."""


@define
class _Armed:
    fault: Fault
    seen: int = 0


class Script:
    """Faults of a sandbox, with the number of matching requests of each."""

    def __init__(self, faults: Iterable[Fault], targets: Sequence[ServedRequest], began: float) -> None:
        """Check the faults against the requests that the sandbox serves.

        Args:
            faults: Faults in the order in which they are applied.
            targets: Kinds of requests.
            began: Start of the sandbox, in seconds since 1970.

        Raises:
            SpecError: A fault of a file can never apply: it names an operation, a path or a phase that does not exist,
                or has no effect on such requests.
            ValueError: The same for a fault that is not from a file.
        """
        self._armed = [_Armed(each) for each in faults]
        self._began = began
        problems: list[Problem] = []
        for each in (armed.fault for armed in self._armed):
            if error := _target_error(each, targets):
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
    if _is_operation(fault.request):
        return fault.request == operation
    method, _, pattern = fault.request.rpartition(" ")
    return method in ("", call.method) and any(fnmatchcase(each, pattern) for each in (call.path, path))


def _is_operation(request: str) -> bool:
    return "/" not in request and "*" not in request


def _target_error(fault: Fault, targets: Sequence[ServedRequest]) -> tuple[str, str] | None:
    """Return the reason why a fault never applies, and the remedy; None if it can apply."""
    if _is_operation(fault.request):
        found = [target for target in targets if target.operation == fault.request]
        if not found:
            return f"unknown operation: {fault.request}", _hint(fault.request, (each.operation for each in targets))
    else:
        found = [target for target in targets if _can_match(fault.request, target)]
        if not found:
            method, _, pattern = fault.request.rpartition(" ")
            served = [path for each in targets for path in each.paths]
            hint = _hint(pattern, served) if pattern not in served else f"remove the method {method}"
            return f"no request matches {fault.request}", hint
    needs = FAULTS[fault.name].needs
    if needs is not None and not any(needs in target.roles for target in found):
        others = [target.operation or target.paths[0] for target in targets if needs in target.roles]
        problem = f"{fault.name} has no effect on {fault.request}: it needs a request that {ROLES[needs]}"
        return problem, _one_of(others) if others else "remove it"
    phase, known = fault.options.get("phase"), [each for target in found for each in target.phases]
    if phase is not None and known and phase not in known:
        return f"the tasks of {fault.request} never have the phase {phase}", _one_of(set(known))
    return None


_PARAMETER: Final = "\0"


def _can_match(request: str, target: ServedRequest) -> bool:
    """Return True if some request of a target matches `GET /tasks*` or the like."""
    method, _, pattern = request.rpartition(" ")
    return method in ("", target.method) and any(_intersect(pattern, each) for each in target.paths)


def _intersect(pattern: str, template: str) -> bool:
    """Return True if a path of the template `/tasks/{id}` matches a pattern of `fnmatch`."""
    left = re.sub(r"\[!?\]?[^\]]*\]", "?", pattern)
    right = re.sub(r"\{[^{}]*\}", _PARAMETER, template)

    @cache
    def match(i: int, j: int) -> bool:
        if i == len(left):
            return j == len(right)
        if left[i] == "*":
            return match(i + 1, j) or (j < len(right) and match(i, j + 1))
        if j == len(right):
            return False
        if right[j] == _PARAMETER:  # one character of its value, which may have more
            return left[i] != "/" and (match(i + 1, j) or match(i + 1, j + 1))
        return left[i] in ("?", right[j]) and match(i + 1, j + 1)

    return match(0, 0)


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
    if "fault" not in entry:
        misspelt = next((str(name) for name in entry if closest(str(name), ("fault",))), None)
        yield (misspelt or "", "`fault` is required", "did you mean fault?" if misspelt else _one_of(FAULTS))
        return
    if fault_type is None:
        yield "fault", f"unknown fault: {entry.get('fault')!r}", _hint(str(entry.get("fault")), FAULTS)
        return
    checks = {"nth": _at_least_one, "times": _times, "after": _seconds, "until": _seconds}
    for name, value in entry.items():
        expected = ""
        if name in checks:
            expected = checks[name](value)
        elif name in fault_type.options:
            expected = fault_type.options[name].error(value)
        elif name not in _TIMES:
            known = (*fault_type.options, *_TIMES)
            yield name, f"unknown option of {entry['fault']}: {name!r}", _hint(str(name), known)
        if expected:
            yield name, f"{name} is invalid: {value!r:.80}", f"use {expected}"
    after, until = entry.get("after", 0.0), entry.get("until")
    if until is not None and not _seconds(after) and not _seconds(until) and until <= after:
        yield "until", f"it never applies: until {until} is not later than after {after}", "use a later `until`"
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


def _hint(name: str, known: Iterable[str]) -> str:
    names = {each for each in known if each}
    close = closest(name, names)
    return f"did you mean {close}?" if close else _one_of(names)


def _one_of(names: Iterable[str]) -> str:
    return f"use one of {', '.join(sorted(names))}"
