"""Specs that the package contains, by the names of their vendors."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HOME: Final = Path(__file__).parent


def vendors() -> tuple[str, ...]:
    """Return the names of the vendors."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def spec_of(spec: str | Path) -> Path:
    """Return the path of a spec.

    Args:
        spec: Name of a vendor, such as `booster`, or the path of a spec of your own.

    Raises:
        ValueError: The text is neither the name of a vendor nor a path.
    """
    path = Path(spec)
    if isinstance(spec, Path) or "." in path.name or path.is_file():
        return path
    if spec in vendors():
        return _folder() / f"{spec}.yaml"
    from taskclients_core.errors import did_you_mean  # not loaded by `dragoman check`

    raise ValueError(f"unknown vendor: {spec!r}, and no path of a spec{did_you_mean(spec, vendors())}")


def manual() -> Path:
    """Return the page that explains how to write a spec; a wheel contains it, too."""
    return _folder() / "README.md"


def _folder() -> Path:
    # A wheel contains the specs beside the code; a checkout has them in its top folder.
    installed = _HOME / "specs"
    return installed if installed.is_dir() else _HOME.parents[1] / "specs"
