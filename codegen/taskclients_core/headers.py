"""Headers of a response: a read-only, case-insensitive mapping whose repr shows no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

REQUEST_ID_HEADERS: Final = (
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-ms-request-id",
    "x-trace-id",
    "cf-ray",
)

_PICKLED: Final = frozenset(REQUEST_ID_HEADERS) | {
    "allow",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "server",
}


class Headers(Mapping[str, str]):
    """Case-insensitive mapping of headers; `[]` joins repeated headers with a comma, `get_list` returns each value.

    The repr lists names only, because values may be session cookies or signed URLs. For the same reason a pickle
    contains only the values of a few harmless headers; the others are empty.
    """

    __slots__ = ("_raw",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._raw = tuple(raw)

    def get_list(self, name: str) -> list[str]:
        """Return every value of a header, in the order received."""
        wanted = name.lower().encode("latin-1", "replace")
        return [value.decode("latin-1") for key, value in self._raw if key.lower() == wanted]

    def __getitem__(self, name: str) -> str:
        values = self.get_list(name)
        if not values:
            raise KeyError(name)
        return values[0] if len(values) == 1 else ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key.lower().decode("latin-1") for key, _ in self._raw))

    def __len__(self) -> int:
        return len({key.lower() for key, _ in self._raw})

    def __reduce__(self) -> tuple[Any, ...]:
        kept = [(name, value if name.lower().decode("latin-1") in _PICKLED else b"") for name, value in self._raw]
        return Headers, (kept,)

    def __copy__(self) -> Headers:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Headers:
        return self

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"
