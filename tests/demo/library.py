"""httpx, or its successor httpx2 where only that is installed: the clients accept either."""

from __future__ import annotations

try:
    import httpx
except ModuleNotFoundError:
    import httpx2 as httpx  # type: ignore[no-redef]

__all__ = ["httpx"]
