"""The specs of the vendors whose clients are installed."""

from __future__ import annotations

from pathlib import Path

_HOME = Path(__file__).parents[1]


def vendors() -> tuple[str, ...]:
    """Return the names of the vendors."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def spec_of(vendor: str) -> Path:
    """Return the spec of a vendor.

    Raises:
        ValueError: there is no such vendor.
    """
    path = _folder() / f"{vendor}.yaml"
    if vendor not in vendors():
        raise ValueError(f"there is no vendor {vendor!r}: one of {', '.join(vendors())}, or give the path of a spec")
    return path


def _folder() -> Path:
    # Wheels have the specs beside the code; a checkout has them at its top.
    installed = _HOME / "specs"
    return installed if installed.is_dir() else _HOME.parents[1] / "specs"
