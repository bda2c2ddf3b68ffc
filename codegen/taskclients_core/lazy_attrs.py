"""`define` and `frozen` of attrs, which make the methods of a class when one of them is first asked for.

attrs writes methods as source and compiles it, half a millisecond for each class, and a program uses few of the classes
that a client has. Here a class is laid out at once, with its slots; the first instance, comparison, pickle or look at
its fields has attrs make the rest. From then on it is what attrs would have made of it.

Methods of such classes cannot use `super()` without arguments: it would mean the class that attrs was given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import attrs

__all__ = ["define", "frozen"]

_ALWAYS: Final = (
    *("__attrs_attrs__", "__getstate__", "__init__", "__match_args__", "__repr__", "__setstate__"),
    *(("__attrs_props__",) if hasattr(attrs, "inspect") else ()),
    *(("__replace__",) if sys.version_info >= (3, 13) else ()),
)
_COMPARED: Final = ("__eq__", "__ne__")
_FROZEN: Final = ("__delattr__", "__setattr__")

_MAKING: Final = RLock()  # re-entrant, as the fields of a class are also those of its base


class LazyMethod:
    """What a class has instead of something that attrs has yet to make."""

    __slots__ = ("_keep", "_name")

    def __init__(self, name: str, keep: Callable[[], Mapping[str, Any]]) -> None:
        self._name = name
        self._keep = keep

    def __get__(self, instance: object, owner: type) -> Any:
        kept = self._keep()[self._name]
        return kept.__get__(instance, owner) if hasattr(kept, "__get__") else kept


def define_class(
    plain: type, /, *, frozen: bool = False, eq: bool | None = None, kw_only: bool = False, init: bool = True
) -> type:
    """The class that `attrs.define` makes of a plain one, with promises for what attrs would write."""
    fields = [name for name, hint in plain.__annotations__.items() if "ClassVar" not in str(hint)]
    taken = {slot for base in plain.__mro__[1:] for slot in vars(base).get("__slots__", ())}
    if not any(base.__weakrefoffset__ for base in plain.__bases__):
        fields.append("__weakref__")
    body = {name: value for name, value in vars(plain).items() if name not in {*fields, "__dict__", "__weakref__"}}
    body["__qualname__"] = plain.__qualname__
    body["__slots__"] = tuple(name for name in fields if name not in taken)
    compared = eq is not False and "__eq__" not in body

    def keep() -> Mapping[str, Any]:
        present = vars(cls)
        with _MAKING:
            if any(isinstance(value, LazyMethod) for value in present.values()):  # no other thread was faster
                made = attrs.define(plain, frozen=frozen, eq=eq, kw_only=kw_only, init=init)
                for name, value in vars(made).items():
                    if name not in present or isinstance(present[name], LazyMethod):
                        setattr(cls, name, value)
        return present

    promised = [*_ALWAYS, *(_FROZEN if frozen else ()), *(_COMPARED if compared else ())]
    if frozen and compared:
        promised.append("__hash__")
    body |= {name: LazyMethod(name, keep) for name in promised if name not in body}
    cls = type(plain)(plain.__name__, plain.__bases__, body)
    return cls


def decorate(plain: type | None = None, /, **options: Any) -> Any:
    """A decorator with or without arguments, as those of attrs are."""
    return partial(define_class, **options) if plain is None else define_class(plain, **options)


# To type checkers they are those of attrs, whose classes they know.
if TYPE_CHECKING:
    from attrs import define, frozen
else:
    define = decorate
    frozen = partial(decorate, frozen=True)
