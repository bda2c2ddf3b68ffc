"""Pages of the documentation: examples run against fake vendors, and links lead somewhere.

`tests/typing` checks the types in the examples; `tests/e2e/test_testing_plugin.py` runs those about testing.
"""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.documentation import GUIDE, PAGES, README, REFERENCE, ROOT, examples, page_name

from dragoman.testing import FakeVendor, VirtualClock, vendors

LINKED = (*PAGES, ROOT / "specs" / "README.md", ROOT / "codegen" / "README.md")
RUN = [page for page in PAGES if examples(page) and page.name != "testing.md"]
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:codegen|specs|tests)/[\w/.-]+\.\w+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("page", RUN, ids=page_name)
def test_examples_run_against_fake_vendors(
    page: Path,
    taskclients_fake: Callable[..., FakeVendor],
    taskclients_clock: VirtualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.NOTSET, "taskclients.request")  # restored after the page that sets it
    (tmp_path / "goods.xlsx").write_bytes(b"an Excel file")
    with _fake_clients(taskclients_fake, monkeypatch):
        names: dict[str, Any] = {"__name__": page.stem}
        for number, text in enumerate(examples(page), start=1):
            exec(compile(text, f"{page_name(page)}-{number}", "exec"), names)  # noqa: S102 - our own pages
        if inspect.iscoroutinefunction(main := names.get("main")):
            taskclients_clock.run(main())


@contextmanager
def _fake_clients(make: Callable[..., FakeVendor], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the vendors' packages return clients of fake vendors.

    Sync clients stay open until the page ends, because later examples belong inside the `with` block of an earlier one.
    """
    with ExitStack() as opened:
        for vendor in vendors():
            package, fake = import_module(f"taskclients.{vendor}"), make(vendor)
            for name in package.__all__:
                if name.endswith("Client"):
                    monkeypatch.setattr(package, name, _factory(getattr(package, name), fake, opened))
        yield


def _factory(client_class: type[Any], fake: FakeVendor, opened: ExitStack) -> Callable[..., Any]:
    members = {"__module__": client_class.__module__, "__exit__": _stay_open}
    lasting = client_class if hasattr(client_class, "aclose") else type(client_class.__name__, (client_class,), members)

    def client(*, download_hosts: object = None, **options: Any) -> Any:  # files come from the fake vendor's own host
        made = fake.client(lasting, **options)
        if hasattr(made, "close"):
            opened.callback(made.close)
        return made

    return client


def _stay_open(*_: object) -> None:
    """Leave a client open at the end of its `with` block."""


def test_each_vendor_has_an_example() -> None:
    shown = "".join(text for page in PAGES for text in examples(page))
    assert all(f"{name}Client(" in shown for name in ("Booster", "MyKaarma", "LifePos"))


def test_readme_is_one_page() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def test_each_page_of_the_guide_is_in_its_index() -> None:
    linked = {(GUIDE / target.partition("#")[0]).resolve() for target in _links(GUIDE / "README.md")}
    assert {page for page in PAGES if page.parent == GUIDE and page.name != "README.md"} <= linked


def test_readme_names_pages_by_path_because_a_package_index_breaks_relative_links() -> None:
    assert _links(README) == []
    named = set(PATH.findall(README.read_text(encoding="utf-8")))
    pages = {page_name(page) for page in LINKED if page not in {README, GUIDE / "README.md"}}
    assert pages <= named
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("page", [*LINKED, *REFERENCE], ids=page_name)
def test_relative_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for target in _links(page):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.is_file() or (anchor and anchor not in _anchors(path)):
            broken.append(target)
    assert broken == []


def _links(page: Path) -> list[str]:
    text = CODE.sub("code", page.read_text(encoding="utf-8"))
    return [target for target in LINK.findall(text) if "://" not in target]


def _anchors(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
