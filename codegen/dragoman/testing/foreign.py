"""What stands in for classes of packages that are not known here: httpx or httpx2, one generated package or another.

Type checkers take an instance of a class with such a base for whatever is asked for.
"""

from __future__ import annotations

from typing import Any

Foreign: Any = object
