"""`define` and `frozen` of attrs that generate the methods of a class on first use.

attrs generates methods as source and compiles them, which takes 0.5 ms for each class, and a program uses few of a
client's classes. Here the class and its slots are created immediately; the first instance, comparison, pickle or access
to `__attrs_attrs__` makes attrs generate the methods. From then on the class equals one made by attrs.

Methods of these classes cannot use `super()` without arguments: it would refer to the class that attrs was given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from .forks import ForkLock

__all__ = ["define", "frozen"]

_ALWAYS: Final = (
    *("__attrs_attrs__", "__getstate__", "__init__", "__match_args__", "__repr__", "__setstate__"),
    *(("__attrs_props__",) if hasattr(attrs, "inspect") else ()),
    *(("__replace__",) if sys.version_info >= (3, 13) else ()),
)
_COMPARED: Final = ("__eq__", "__ne__")
_FROZEN: Final = ("__delattr__", "__setattr__")

_LOCK: Final = ForkLock(reentrant=True)  # re-entrant: generating a class also generates its bases


class LazyMethod:
    """Placeholder for a method or attribute that attrs has not generated yet."""

    __slots__ = ("_generate", "_name")

    def __init__(self, name: str, generate: Callable[[], Mapping[str, Any]]) -> None:
        self._name = name
        self._generate = generate

    def __get__(self, instance: object, owner: type) -> Any:
        found = self._generate()[self._name]
        return found.__get__(instance, owner) if hasattr(found, "__get__") else found


def define_class(
    plain: type, /, *, frozen: bool = False, eq: bool | None = None, kw_only: bool = False, init: bool = True
) -> type:
    """Return the class that `attrs.define` makes of a plain class, with placeholders for the generated methods."""
    fields = [name for name, hint in plain.__annotations__.items() if "ClassVar" not in str(hint)]
    taken = {slot for base in plain.__mro__[1:] for slot in vars(base).get("__slots__", ())}
    if not any(base.__weakrefoffset__ for base in plain.__bases__):
        fields.append("__weakref__")
    body = {name: value for name, value in vars(plain).items() if name not in {*fields, "__dict__", "__weakref__"}}
    body["__qualname__"] = plain.__qualname__
    body["__slots__"] = tuple(name for name in fields if name not in taken)
    compared = eq is not False and "__eq__" not in body

    def generate() -> Mapping[str, Any]:
        present = vars(cls)
        with _LOCK:
            if any(isinstance(value, LazyMethod) for value in present.values()):  # another thread may have done it
                made = attrs.define(plain, frozen=frozen, eq=eq, kw_only=kw_only, init=init)
                for name, value in vars(made).items():
                    if name not in present or isinstance(present[name], LazyMethod):
                        setattr(cls, name, value)
        return present

    placeholders = [*_ALWAYS, *(_FROZEN if frozen else ()), *(_COMPARED if compared else ())]
    if frozen and compared:
        placeholders.append("__hash__")
    body |= {name: LazyMethod(name, generate) for name in placeholders if name not in body}
    cls = type(plain)(plain.__name__, plain.__bases__, body)
    return cls


def decorate(plain: type | None = None, /, **options: Any) -> Any:
    """Decorate a class, with or without arguments, as the decorators of attrs do."""
    return partial(define_class, **options) if plain is None else define_class(plain, **options)


# Type checkers see the decorators of attrs, which they support.
if TYPE_CHECKING:
    from attrs import define, frozen
else:
    define = decorate
    frozen = partial(decorate, frozen=True)
