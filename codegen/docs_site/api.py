"""Pages about the API: each public name on one page, and none without a docstring.

The only module that imports griffe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from griffe import Alias, Class, Object, load

from .pages import SiteError

PUBLIC: Final = ("taskclients_core", "taskclients_core.tasks", "taskclients_core.otel")
"""Modules that programs import names from."""

SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "Clients": ("client", "paging"),
    "Options": ("config",),
    "Credentials": ("security",),
    "Tasks": ("tasks.collection", "tasks.handles", "tasks.snapshot", "tasks.definition"),
    "Journal and polling": ("tasks.journal.journal", "tasks.polling.policy"),
    "Downloads": ("tasks.download.links",),
    "Errors": ("errors",),
    "Errors of tasks": ("tasks.errors",),
    "Events": ("events", "otel"),
    "Requests and responses": ("http_messages",),
    "Models and codec": ("model", "codec"),
    "Operations and uploads": ("operation",),
}
"""Pages, and the modules of the core that define what they show."""


def api_pages(folder: Path) -> dict[str, str]:
    """Return the Markdown of each page about the API, by its place on the site; the core is in the folder.

    Raises:
        SiteError: a public name, or a public member of one, has no docstring, or no page shows it.
    """
    found = _public_names(folder)
    if missing := [path for name, target in found.items() for path in _undocumented(name, target)]:
        raise SiteError(f"public names have no docstring: {', '.join(missing)}")
    homes = {target.module.path.removeprefix("taskclients_core.") for target in found.values()}
    if homeless := sorted(homes.difference(*SUBJECTS.values())):
        raise SiteError(
            f"taskclients_core.{homeless[0]}: no page shows its names; add it to SUBJECTS in codegen/docs_site/api.py"
        )
    return {
        f"api/{title.lower().replace(' ', '-')}.md": _page(
            title, [f"taskclients_core.{each}" for each in modules], found
        )
        for title, modules in SUBJECTS.items()
    }


def _page(title: str, modules: list[str], found: dict[str, Object]) -> str:
    names = [name for name, target in found.items() if target.module.path in modules]
    names.sort(key=lambda name: (modules.index(found[name].module.path), found[name].lineno))
    packages = sorted({name.rpartition(".")[0] for name in names})
    intro = f"Import these names from {' and '.join(f'`{package}`' for package in packages)}."
    shown = {target.path for target in found.values()}
    return "\n\n".join((f"# {title}", intro, *(_entry(name, found[name], shown) for name in names)))


def _public_names(folder: Path) -> dict[str, Object]:
    core = load("taskclients_core", search_paths=[folder])
    modules = {path: core.modules_collection[path] for path in PUBLIC}
    members = {
        f"{path}.{name}": member
        for path, module in modules.items()
        for name, member in sorted(module.members.items())
        if member.is_public and not member.is_module and not (isinstance(member, Alias) and module.exports is None)
    }
    return {name: member.final_target if isinstance(member, Alias) else member for name, member in members.items()}


def _undocumented(path: str, found: Object) -> Iterator[str]:
    if not found.has_docstring:
        yield path
    for name, member in _members(found).items():
        overridden = (base.members[name] for base in _bases(found) if name in base.members)
        if not any(each.has_docstring for each in (member, *overridden)):
            yield f"{path}.{name}"


def _members(found: Object) -> dict[str, Object | Alias]:
    if not isinstance(found, Class):
        return {}
    return {name: member for name, member in found.all_members.items() if not name.startswith("_")}


def _bases(found: Object) -> list[Class]:
    return found.mro() if isinstance(found, Class) else []


def _entry(name: str, found: Object, shown: Collection[str]) -> str:
    """Show a name, with the members that it inherits from classes that have no entry."""
    inherited = [
        member
        for member in _members(found)
        if member not in found.members
        and any(member in base.members and base.path not in shown for base in _bases(found))
    ]
    return f"::: {name}\n    options:\n      inherited_members: {inherited}\n"
