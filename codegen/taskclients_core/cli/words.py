"""Names of Python and of the wire, as words of a command line and of the environment."""

from __future__ import annotations

import re
import unicodedata


def kebab(name: str) -> str:
    """`pos_codes` and `posCodes` as `pos-codes`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return re.sub(r"[^A-Za-z0-9]+", "-", parted).strip("-").lower()


def screaming(*parts: str) -> str:
    """`TASKCLIENTS_LIFEPOS_TOKEN`."""
    return "_".join(kebab(part).replace("-", "_").upper() for part in parts)


def singular(word: str) -> str:
    """What one of several is called: `pos-codes` are given as `--pos-code`."""
    stem, dash, last = word.rpartition("-")
    for ending, becomes in (("ies", "y"), ("sses", "ss"), ("uses", "us"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if last.endswith(ending) and len(last) > len(ending) + 1:
            return f"{stem}{dash}{last.removesuffix(ending)}{becomes}"
    if last.endswith("s") and not last.endswith(("ss", "us", "is")) and len(last) > 2:
        last = last.removesuffix("s")
    return f"{stem}{dash}{last}"


def printable(text: str) -> str:
    """A text from a server or a caller, without what would make a terminal do things."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each)[0] == "C" else " " if each.isspace() else each
        for each in text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    )
