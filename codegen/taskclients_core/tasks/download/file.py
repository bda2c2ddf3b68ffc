"""A file that a task results in, and what became of fetching it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self, TypeAlias

from attrs import field, frozen

Verified: TypeAlias = Literal["sha256", "md5", "size", "none"]


@frozen(kw_only=True)
class DownloadableFile:
    """A file behind a link. `task.download` fetches it, and asks for another link where this one has expired."""

    url: str = field(repr=False)
    """Whoever has it can often read the file without any other secret, so no repr shows it, and a pickle leaves it
    behind: there it is ''."""

    api_credentials: bool = False
    """Whether it takes the API's credentials to fetch it."""

    expires: datetime | None = None
    """When the link stops working, if that can be told."""

    size: int | None = None
    """In bytes, as the task says."""

    sha256: str | None = None
    """In hexadecimal, as the task says."""

    md5: str | None = None
    """In hexadecimal, as the task says."""

    media_type: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (
            self.api_credentials,
            self.expires,
            self.size,
            self.sha256,
            self.md5,
            self.media_type,
        )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def _restored(
    api_credentials: bool,
    expires: datetime | None,
    size: int | None,
    sha256: str | None,
    md5: str | None,
    media_type: str | None,
) -> DownloadableFile:
    return DownloadableFile(
        url="",
        api_credentials=api_credentials,
        expires=expires,
        size=size,
        sha256=sha256,
        md5=md5,
        media_type=media_type,
    )


@frozen(kw_only=True)
class Download:
    """A file that was fetched."""

    path: str | None
    """Where it is; None if it went into an open file."""

    bytes: int
    sha256: str
    """Of what was written, in hexadecimal."""

    etag: str | None
    """The server's name for this version of it."""

    resumed_from: int
    """How many bytes were there from an earlier call; 0 if all were fetched by this one."""

    refreshes: int
    """How often another link was asked for, as the last one had expired."""

    verified: Verified
    """The best of what it was compared with: a digest that the caller, the task or the server named, or a length."""
