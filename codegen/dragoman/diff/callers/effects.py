"""Consequences of a changed surface for Python code that was written for the old one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from attrs import frozen

from ..change import CallerEffect, renames
from .python_types import MODELS, NONE, Fit, Type, union, words
from .surface import Enumeration, Function, Model, Parameter, Surface

_T = TypeVar("_T")
_WORD: Final = re.compile(r"\w+")
_LEFT_OUT: Final = frozenset({"None", "UNSET"})
"""Defaults that send nothing."""


def effects(old: Surface, new: Surface) -> tuple[CallerEffect, ...]:
    """Return all consequences for callers, in the order of the old surface; what is new comes last in its part.

    Code passes what requests contain, and reads what responses contain: an object of which nothing but the opposite can
    be said has no effect. Effects that neither fail at type-check time nor at run time are additions, and changes that
    accept more.
    """
    comparison = _Comparison(old, new, _Fits.of(old, new))
    return (*comparison.clients(), *comparison.functions(), *comparison.models(), *comparison.task_types())


@frozen
class _Fits:
    """Checks of types, for each use of a value and each judge."""

    passed: Fit
    passed_at_run_time: Fit
    read: Fit
    read_at_run_time: Fit
    renamed: Mapping[str, str]
    """New names of models, by the old one."""

    @staticmethod
    def of(old: Surface, new: Surface) -> _Fits:
        """Return the checks for code of the old surface."""
        renamed = _renames(old.classes, new.classes, _shape)
        same = frozenset((f"{MODELS}{before}", f"{MODELS}{after}") for before, after in renamed.items())
        passed = partial(Fit, old.scope, new.scope, new.scope, same, reading=False)
        read = partial(Fit, new.scope, old.scope, new.scope, frozenset((b, a) for a, b in same), reading=True)
        return _Fits(
            passed(at_run_time=False),
            passed(at_run_time=True),
            read(at_run_time=False),
            read(at_run_time=True),
            renamed,
        )

    def passing(self, name: str, old: Type, new: Type) -> Iterator[CallerEffect]:
        """Yield the effect on code that passes a value."""
        if old == new:
            return
        yield _retyped(
            name,
            f"type changed from `{words(old)}` to `{words(new)}`",
            self.passed.refused(old, new),
            self.passed_at_run_time.refused(old, new),
            fails=lambda kinds: f"passing `{kinds}` raises InvalidArgumentError",
            reported=lambda kinds: f"variables of the type `{kinds}`, whose values are sent as before",
        )

    def reading(self, name: str, old: Type, new: Type, *, verb: str = "type changed") -> Iterator[CallerEffect]:
        """Yield the effect on code that gets a value."""
        if old == new:
            return
        yield _retyped(
            name,
            f"{verb} from `{words(old)}` to `{words(new)}`",
            self.read.refused(new, old),
            self.read_at_run_time.refused(new, old),
            fails=lambda kinds: f"code that gets `{kinds}` fails",
            reported=lambda _: f"code that expects `{words(old)}`",
        )


def _retyped(
    name: str,
    changed: str,
    checked: Sequence[Type],
    unexpected: Sequence[Type],
    *,
    fails: Callable[[str], str],
    reported: Callable[[str], str],
) -> CallerEffect:
    """Return the effect of a changed type.

    Args:
        name: Name that callers write.
        changed: The change in words.
        checked: Types that mypy refuses.
        unexpected: Types that fail at run time.
        fails: Returns what fails at run time, of the types in words.
        reported: Returns what mypy reports of code that does not fail.
    """
    text = changed
    if checked or unexpected:
        kinds = words(union(checked or unexpected))
        report = "mypy reports it" if checked else "mypy does not report it"
        text += f": {fails(kinds)}, {report}" if unexpected else f": mypy reports {reported(kinds)}"
    return CallerEffect(name=name, text=text, type_check=bool(checked), run_time=bool(unexpected))


@frozen
class _Comparison:
    """Comparison of two surfaces."""

    old: Surface
    new: Surface
    fits: _Fits

    def clients(self) -> Iterator[CallerEffect]:
        """Yield effects on the client classes and their constructors."""
        old, new = self.old, self.new
        if old.client != new.client:
            yield _gone(old.client, f"renamed to `{new.client}`", "importing it raises ImportError")
        yield from self._parameters(old.client, old.constructor, new.constructor)
        if new.needs_base_url and not old.needs_base_url:
            yield _unchecked(f"{old.client}(base_url=)", "now required: clients without it raise InvalidArgumentError")
        if lost := sorted(old.credentials - new.credentials):
            yield _unchecked(
                f"{old.client}(auth=)", f"{' and '.join(lost)} removed: its credentials raise InvalidArgumentError"
            )
        for each in sorted(old.media_types - new.media_types - {"application/json"}):  # which every client takes
            yield _unchecked(f"{old.client}(media_type=)", f"{each} removed: passing it raises InvalidArgumentError")

    def functions(self) -> Iterator[CallerEffect]:
        """Yield effects on methods of the clients and on functions of modules."""
        old = {each.name: each for each in self.old.functions}
        new = {each.name: each for each in self.new.functions}
        renamed = _renames(
            old, new, lambda function: (function.module == "async_tasks", function.parameters, function.returns)
        )
        modules = {each.module for each in self.new.functions}
        for module in dict.fromkeys(each.module for each in self.old.functions):
            if module not in modules:
                yield _gone(module, "removed", "importing it raises ImportError")
        for name, function in old.items():
            path = f"{self.old.client}.{name}"
            if name not in new:
                yield _gone(path, _removed(renamed.get(name)), "calling it raises AttributeError")
                continue
            other = new[name]
            if other.module != function.module:
                yield _gone(
                    f"{function.module}.{name}", f"moved to `{other.module}`", "importing it raises ImportError"
                )
            yield from self._parameters(path, function.parameters, other.parameters)
            if function.returns != NONE:  # no code uses a result that is None
                yield from self.fits.reading(path, function.returns, other.returns, verb="result changed")
            yield from self._errors(path, function, other)
        for name in new:
            if name not in old and name not in renamed.values():
                yield CallerEffect(name=f"{self.old.client}.{name}", text="added")

    def _errors(self, path: str, old: Function, new: Function) -> Iterator[CallerEffect]:
        """Yield the effect on code that tests the class of `error.body`."""
        changed: dict[tuple[str, str], list[str]] = {}
        for status, type_ in old.errors.items():
            other = new.errors.get(status)
            if other is None or self.fits.read_at_run_time.refused(other, type_):
                kinds = (words(type_), "not decoded" if other is None else f"`{words(other)}`")
                changed.setdefault(kinds, []).append(status)
        for (before, after), statuses in changed.items():
            yield _unchecked(
                path,
                f"`error.body` of status {', '.join(statuses)} is {after} instead of `{before}`: "
                "code that tests for its class does not find it",
            )

    def _parameters(self, path: str, old: Iterable[Parameter], new: Iterable[Parameter]) -> Iterator[CallerEffect]:
        """Yield effects on the parameters of a function or constructor."""
        before = {each.name: each for each in old}
        after = {each.name: each for each in new}
        renamed = _renames(before, after, lambda each: (each.type, each.default, each.positional))
        common = [name for name, each in before.items() if each.positional and name in after and after[name].positional]
        order = [name for name in after if name in common]
        for name, parameter in before.items():
            here = f"{path}({name}=)"
            other = after.get(name)
            if other is None:
                yield _gone(here, _removed(renamed.get(name)), "passing it raises TypeError")
                continue
            if parameter.positional and not other.positional:
                yield _gone(here, "keyword-only", "passing it by position raises TypeError")
            elif name in common and common.index(name) != order.index(name):
                yield self._moved(here, parameter, before[order[common.index(name)]], common, order)
            yield from self._required(here, parameter, other)
            yield from self.fits.passing(here, parameter.type, other.type)
        for name, parameter in after.items():
            if name not in before and name not in renamed.values():
                yield from self._added(f"{path}({name}=)", parameter)

    def _moved(
        self, here: str, parameter: Parameter, other: Parameter, common: list[str], order: list[str]
    ) -> CallerEffect:
        """Return the effect on positional calls, which now pass the value of `parameter` as `other`."""
        checked = bool(self.fits.passed.refused(parameter.type, other.type))
        position = f"moved from position {common.index(parameter.name) + 1} to {order.index(parameter.name) + 1}"
        report = "mypy reports it" if checked else "mypy does not report it"
        return CallerEffect(
            name=here,
            text=f"{position}: calls by position pass it as `{other.name}`, {report}",
            type_check=checked,
            run_time=True,
        )

    def _required(self, here: str, old: Parameter, new: Parameter) -> Iterator[CallerEffect]:
        """Yield the effect on calls without an argument."""
        if old.default and not new.default:
            yield _gone(here, "now required", "calls without it raise TypeError")
        elif (
            not self._is_same(old.default, new.default) and old.default and not {old.default, new.default} <= _LEFT_OUT
        ):
            yield _unchecked(here, f"{_changed_default(old.default, new.default)}: calls without it mean another value")
        elif old.default == "None" and new.default == "UNSET":
            yield _unchecked(here, "default changed from None to UNSET: None, which was left out, is sent as null")

    def _is_same(self, old: str, new: str) -> bool:
        """Return True if defaults differ by new names of models at most."""
        return old == new or _WORD.sub(lambda word: self.fits.renamed.get(word[0], word[0]), old) == new

    @staticmethod
    def _added(here: str, parameter: Parameter) -> Iterator[CallerEffect]:
        if parameter.default:
            yield CallerEffect(name=here, text="added, optional")
        else:
            yield _gone(here, "added, required", "calls without it raise TypeError")

    def models(self) -> Iterator[CallerEffect]:
        """Yield effects on models, enumerations and aliases."""
        old, new = self.old.classes, self.new.classes
        renamed = self.fits.renamed
        for name, one in old.items():
            other = new.get(name)
            if other is None:
                yield _gone(name, _removed(renamed.get(name)), "importing it raises ImportError")
            elif isinstance(one, Model) and isinstance(other, Model):
                yield from self._model(one, other)
            elif isinstance(one, Enumeration) and isinstance(other, Enumeration):
                yield from self._enumeration(one, other)
            elif isinstance(one, Model | Enumeration) or isinstance(other, Model | Enumeration):
                yield _gone(name, f"{_kind(other)} instead of {_kind(one)}", "code that uses it as such fails")
            else:
                yield from self._alias(name, one, other)
        for name in new:
            if name not in old and name not in renamed.values():
                yield CallerEffect(name=name, text="added")

    def _alias(self, name: str, old: Type, new: Type) -> Iterator[CallerEffect]:
        found = [
            *(self.fits.passing(name, old, new) if self._is_sent(name) else ()),
            *(self.fits.reading(name, old, new) if self._is_received(name) else ()),
        ]
        # The one that fails says what the other one says.
        yield from [each for each in found if each.type_check or each.run_time] or found[:1]

    def _model(self, old: Model, new: Model) -> Iterator[CallerEffect]:
        for base in old.bases:
            if base not in new.bases and any(each.name == base for each in self.new.models):
                yield _gone(old.name, f"no longer extends `{base}`", "isinstance returns False")
        before = {each.name: each for each in old.fields}
        after = {each.name: each for each in new.fields}
        renamed = _renames(before, after, lambda each: (each.type, each.default))
        sent, received = self._is_sent(old.name), self._is_received(old.name)
        inherited = self._inherited(old, new)
        for name, one in before.items():
            if inherited.get(name) == (one, after.get(name)):
                continue
            attribute, argument = f"{old.name}.{name}", f"{old.name}({name}=)"
            other = after.get(name)
            if other is None:
                uses = [*(["reading it raises AttributeError"] if received else [])]
                uses += ["passing it raises TypeError"] if sent else []
                yield _gone(attribute, _removed(renamed.get(name)), " and ".join(uses))
                continue
            if sent:
                yield from self._required(argument, one, other)
                yield from self.fits.passing(argument, one.type, other.type)
            elif not self._is_same(one.default, other.default) and not {one.default, other.default} & {"", *_LEFT_OUT}:
                yield _unchecked(
                    attribute, f"{_changed_default(one.default, other.default)}: absent, it means another value"
                )
            if received:
                yield from self.fits.reading(attribute, one.type, other.type)
        for name, other in after.items():
            if name in before or name in renamed.values() or inherited.get(name) == (None, other):
                continue
            if sent:
                yield from self._added(f"{old.name}({name}=)", other)
            else:
                yield CallerEffect(name=f"{old.name}.{name}", text="added")

    def _inherited(self, old: Model, new: Model) -> Mapping[str, tuple[Parameter | None, Parameter | None]]:
        """Return the old and new fields of the bases that both classes have: effects on them are said there."""
        found: dict[str, tuple[Parameter | None, Parameter | None]] = {}
        for name in old.bases:
            one, other = self.old.classes[name], self.new.classes.get(name)
            if name in new.bases and isinstance(one, Model) and isinstance(other, Model):
                before = {each.name: each for each in one.fields}
                after = {each.name: each for each in other.fields}
                found |= {each: (before.get(each), after.get(each)) for each in (*before, *after)}
        return found

    def _enumeration(self, old: Enumeration, new: Enumeration) -> Iterator[CallerEffect]:
        if old.base != new.base:
            yield _gone(old.name, f"extends `{new.base}` instead of `{old.base}`", f"its members are no `{old.base}`")
        names = {value: name for name, value in new.members.items()}
        for name, value in old.members.items():
            path = f"{old.name}.{name}"
            if name not in new.members:
                again = names.get(value)
                yield _gone(path, f"renamed to `{again}`" if again else "removed", "reading it raises AttributeError")
            elif new.members[name] != value:
                yield _unchecked(
                    path,
                    f"value changed from {value} to {new.members[name]}: comparing and sending it means another value",
                )
        known = old.members.values()
        for name, value in new.members.items():
            if name not in old.members and value not in known:
                yield CallerEffect(
                    name=f"{old.name}.{name}", text="added: mypy reports a `match` that ends in `assert_never`"
                )

    def task_types(self) -> Iterator[CallerEffect]:
        """Yield effects on the constants of task types and on handle classes."""
        renamed = _renames(self.old.task_types, self.new.task_types, lambda type_: type_)
        for name, type_ in self.old.task_types.items():
            path = f"async_tasks.{name}"
            other = self.new.task_types.get(name)
            if other is None:
                yield _gone(
                    path, _removed(renamed.get(name)), "reading it raises AttributeError, its resume tokens are invalid"
                )
            else:
                yield from self.fits.reading(path, type_, other)
        for name in self.old.handle_classes:
            if name not in self.new.handle_classes:
                yield _gone(f"async_tasks.{name}", "removed", "importing it raises ImportError")

    def _is_sent(self, name: str) -> bool:
        return name in self.old.sent

    def _is_received(self, name: str) -> bool:
        return name in self.old.received or name not in self.old.sent


def _gone(name: str, what: str, how: str) -> CallerEffect:
    """Return an effect that fails when the code is checked and when it runs."""
    return CallerEffect(name=name, text=f"{what}: {how}, mypy reports it", type_check=True, run_time=True)


def _unchecked(name: str, text: str) -> CallerEffect:
    """Return an effect that fails only when the code runs."""
    return CallerEffect(name=name, text=f"{text}, mypy does not report it", run_time=True)


def _changed_default(old: str, new: str) -> str:
    return f"default changed from {old.replace(MODELS, '')} to {new.replace(MODELS, '')}"


def _removed(renamed: str | None) -> str:
    return f"removed, probably renamed to `{renamed}`" if renamed else "removed"


def _kind(value: Model | Enumeration | Type) -> str:
    match value:
        case Model():
            return "a class"
        case Enumeration():
            return "an enumeration"
        case _:
            return f"an alias of `{words(value)}`"


def _shape(value: Model | Enumeration | Type) -> object:
    """Return everything but the name."""
    match value:
        case Model():
            return value.bases, value.fields
        case Enumeration():
            return value.base, tuple(value.members.items())
        case _:
            return value


def _renames(old: Mapping[str, _T], new: Mapping[str, _T], shape: Callable[[_T], object]) -> dict[str, str]:
    """Return the new names of what is gone, where exactly one new thing, and one that is gone, have the same shape."""
    return renames(
        {name: shape(each) for name, each in old.items() if name not in new},
        {name: shape(each) for name, each in new.items() if name not in old},
    )
