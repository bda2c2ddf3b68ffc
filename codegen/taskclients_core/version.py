"""Version of the core, and the number that generated packages are checked against."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
"""Version of the distribution, as a constant because a vendored copy is not an installed distribution."""

CORE_API: Final = 1
"""Number of the interface between generated code and the core; raised only on an incompatible change."""


class CoreMismatchError(ImportError):
    """A generated package and the core that it imports have different interfaces."""


def require_core_api(package: str, generated: int) -> None:
    """Check that a generated package fits this core.

    Args:
        package: Name of the generated package.
        generated: The `CORE_API` that it was generated for.

    Raises:
        CoreMismatchError: the numbers differ.
    """
    if generated != CORE_API:
        remedy = "upgrade taskclients" if generated > CORE_API else "generate the package again"
        raise CoreMismatchError(
            f"{package}: generated for core API {generated}, but the core {VERSION} has core API {CORE_API}; {remedy}"
        )


def package_version(package: str) -> str:
    """Return the version of the installed distribution that has the name of a package, or else that of the core."""
    from importlib.metadata import PackageNotFoundError, version  # imported late: it takes 10 ms

    try:
        return version(package)
    except PackageNotFoundError:
        return VERSION
