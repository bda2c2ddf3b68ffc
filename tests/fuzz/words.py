"""Names and texts of random specs: ordinary ones, and those that are something else in Python, YAML or our own code."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final


def _listed(text: str, *others: str) -> Sequence[str]:
    return (*text.split(), *others)


SCHEMAS: Final = _listed(
    """
    Order Pet Invoice Shipment Parcel Report Customer Address Money Basket order_line dealer-group X9 HTTPResult
    Kind Tree Item Note Level Color Status Price Label Batch2 Region Window Document Leaf Node Row
    """,
)
HOSTILE_SCHEMAS: Final = _listed(
    """
    Page Response Client Optional Task Error Request Operation Query Header Json Form Text Binary Upload Any
    Union List Dict Literal Annotated TypeAlias Decimal UUID OneOf OpenStr Unset Scope Type Enum Exception
    object datetime date list dict str type None True class async ApiClient AsyncClient Api Final TYPE_CHECKING
    Models Warning Ellipsis Path
    """,
)
MEMBERS: Final = _listed(
    """
    id name kind state createdAt total note parent child items next size color tags meta value_text posCODE
    price amount owner level ratio day until comment flag ref count first_name LastName e-mail zip2 IDs link
    token data
    """,
)
HOSTILE_MEMBERS: Final = _listed(
    """
    class from None self cls list dict str int float bool bytes date datetime field define extra wire
    wire_member type object property models Any Decimal uuid UUID UNSET Annotated annotations
    additional_properties __init__ __class__ _private __dict__ @type $id a.b is-known mro values keys items_
    import async match import_ print 2fa x_2fa ß_eszett body client key get isinstance super Exception
    __attrs_attrs__ repr eq hash copy it's %20 a/b a~b {braces} ends. true null ~ - #hash
    """,
    "with space",
    "x: y",
)
OPERATIONS: Final = _listed(
    """
    listThings getThing addThing putThing setName findAll exportRows cancelRun sendFile ask
    """,
)
HOSTILE_OPERATIONS: Final = _listed(
    """
    import class print list type async await call close pages response stream begin tasks object models client
    self withOptions api property cast final operation json query str date annotations typing
    """,
)
HOSTILE_TASK_OPERATIONS: Final = _listed(
    """
    import class print list type async await self object models property cast final operation json query str date
    """,
)
TAGS: Final = _listed(
    """
    things orders reports users
    """,
)
HOSTILE_TAGS: Final = _listed(
    """
    client models import typing datetime list core self Things a-b class
    """,
)
PARAMETERS: Final = _listed(
    """
    page size filter sort since until X-Trace q ids lang shop state limit mode
    """,
)
HOSTILE_PARAMETERS: Final = _listed(
    """
    body client self cls models from class list str None cast timeout deadline args kwargs type Accept-Language
    date datetime options operation Any User-Agent page[size] filter.name isinstance return UUID
    """,
)
VALUES: Final = _listed(
    """
    new done PENDING 2fa a-b x.y on No
    """,
    "in progress",
)
STATUSES: Final = _listed(
    """
    Requested queued RUNNING done failed cancelled waiting asking skipped in_progress Error2 ok
    """,
    "In Progress",
)
HOSTILE_VALUES: Final = _listed(
    """
    name value mro None True class is_known self __init__ _x import Enum str _value_ known __class__ +1 -1 é '
    null true 1 💥
    """,
    "",
    " ",
    '"',
    "\\",
    "{{ x }}",
)
SENTENCES: Final = (
    "Something.",
    "The state of the thing; it changes often.",
    "Uses e.g. a token, i.e. a text.",
    "A very long sentence " + "that goes on and on " * 12 + "until it ends.",
    "Two lines\nof one paragraph.",
    "First.\n\nSecond paragraph, with `code`.",
)
HOSTILE_SENTENCES: Final = (
    '""" + __import__("os").system("x") + """',
    "Ends with a backslash \\",
    'Ends with a quote "',
    "\\N{BULLET} \\x41 \\u0041 {0} %s {{ 7 * 7 }} {% raw %} {# no #}",
    "- a list\n- of two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "```python\nimport os\n```",
    "Args:\n    x: y\n\nReturns:\n    z",
    "# type: ignore",
    "noqa: E501  # pyright: ignore",
    "    indented\n\ttabs",
    "'''",
    "ünïcödé „quotes“ 💥 日本語",
    "* starred *emph* **bold** _under_",
    "",
    " ",
    "\n",
)


def pick(rng: random.Random, plain: Sequence[str], hostile: Sequence[str], share: float = 0.15) -> str:
    """Return a word of one of two lists; `share` is the probability of a hostile one."""
    return rng.choice(hostile if rng.random() < share else plain)


def distinct(
    rng: random.Random, plain: Sequence[str], hostile: Sequence[str], count: int, taken: set[str]
) -> list[str]:
    """Return words that rarely become the same name in Python, and add their letters to `taken`."""
    found: list[str] = []
    for _ in range(count * 3):
        word = pick(rng, plain, hostile)
        letters = "".join(c for c in word.lower() if c.isalnum())
        if len(found) < count and (letters not in taken or rng.random() < 0.002):
            taken.add(letters)
            found.append(word)
    return found


def described(rng: random.Random, share: float = 0.4) -> dict[str, str]:
    """Return a description, or nothing."""
    return {"description": pick(rng, SENTENCES, HOSTILE_SENTENCES, 0.3)} if rng.random() < share else {}
