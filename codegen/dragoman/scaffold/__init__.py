"""First files of a user's own: a spec (`dragoman init`), and the project around a package (`generate --project`).

They are written once, and belong to the user from then on.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path, PurePosixPath
from typing import Final

from ..generate.file_tree import FileTree
from ..spec import naming

_FIRST_SPEC: Final = Path(__file__).with_name("first_spec.yaml")
_DISTRIBUTION: Final = "taskclients"
_EXTRA: Final = re.compile(r"(?P<requirement>[^;]+?)\s*;\s*extra == ['\"](?P<extra>[\w-]+)['\"]")


def first_spec(vendor: str) -> str:
    """Return a commented spec of a vendor that has no problems in `dragoman lint`.

    Raises:
        ValueError: The name cannot be that of a package.
    """
    allowed = naming.package(vendor)
    if allowed != vendor:
        hint = f"; write {allowed}" if allowed else "; write it in small letters, digits and underscores"
        raise ValueError(f"{vendor!r} cannot be the name of a vendor's package{hint}")
    words = vendor.strip("_").split("_")
    title = " ".join(word.capitalize() for word in words)
    text = _FIRST_SPEC.read_text(encoding="utf-8")
    text = text.replace("Acme API", f"{title} API").replace("acme.example.com", f"{'-'.join(words)}.example.com")
    # Comments stand at their column, whatever the length of the name.
    named = title.replace(" ", "")
    return re.sub(r"  x-name: Acme +", f"{f'  x-name: {named}':<35} ", text).replace("AcmeClient", f"{named}Client")


def project_files(package: str, tree: FileTree, *, vendor_core: bool) -> FileTree:
    """Return the files of a project that contains a generated package in `src`.

    Args:
        package: Name of the package.
        tree: Files of the package.
        vendor_core: The package contains a copy of the core.
    """
    vendors = {path.parts[0]: _client(text) for path, text in tree.items() if _is_vendor(path)}
    vendor, client = min((name, client) for name, client in vendors.items() if client)
    project = package.strip("_").replace("_", "-")
    names = ", ".join(sorted(vendors))
    return {
        PurePosixPath("pyproject.toml"): _pyproject(project, package, names, vendor_core=vendor_core),
        PurePosixPath("README.md"): _README.format(project=project, package=package, vendor=vendor, client=client),
        PurePosixPath("CHANGELOG.md"): _CHANGELOG,
    }


def write_new(files: FileTree, folder: Path) -> list[Path]:
    """Write the files that do not exist yet and return their paths.

    Raises:
        OSError: A file cannot be written.
    """
    written: list[Path] = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue
        written.append(path)
    return written


def _is_vendor(path: PurePosixPath) -> bool:
    return len(path.parts) == 2 and path.name == "__init__.py" and path.parts[0] not in naming.RESERVED_PACKAGES


def _client(source: str) -> str:
    """Return the synchronous client class that a vendor's package exports."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return next((name for name in names if name.endswith("Client") and f"Async{name}" in names), "")
    return ""


def _requirements(extra: str | None = None) -> Iterator[str]:
    """Yield the requirements of our own distribution: those of the core, or those of an extra."""
    for requirement in requires(_DISTRIBUTION) or ():
        found = _EXTRA.fullmatch(requirement)
        if (found is None and extra is None) or (found is not None and found["extra"] == extra):
            yield requirement if found is None else found["requirement"]


def _pyproject(project: str, package: str, vendors: str, *, vendor_core: bool) -> str:
    if vendor_core:
        needed, cli = sorted(_requirements()), sorted(_requirements("cli"))
    else:
        # The core of the next minor version may have another interface.
        from taskclients_core.version import VERSION

        major, minor, *_ = VERSION.split(".")
        needed = [f"{_DISTRIBUTION}>={VERSION},<{major}.{int(minor) + 1}"]
        cli = [f"{_DISTRIBUTION}[cli]"]
    return _PYPROJECT.format(project=project, package=package, vendors=vendors, needed=_array(needed), cli=_array(cli))


def _array(items: list[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"


_PYPROJECT: Final = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "{project}"
version = "0.1.0"
description = "Typed clients: {vendors}."
readme = "README.md"
requires-python = ">=3.11"
classifiers = ["Typing :: Typed"]
dependencies = {needed}

[project.optional-dependencies]
cli = {cli}

[project.scripts]
{project} = "{package}.__main__:main"

[tool.hatch.build.targets.wheel]
packages = ["src/{package}"]
exclude = [".dragoman"]
"""
_README: Final = """\
# {project}

Typed clients, sync and async, generated from OpenAPI specs by `dragoman`.

    pip install .

```python
from {package}.{vendor} import {client}

with {client}(auth="token") as client:
    ...  # help({client}) lists its methods and options
```

`src/{package}/{vendor}/README.md` lists the methods, each with an example; every vendor has such a page.

`pip install '.[cli]'` adds the command `{project}`, which begins tasks, follows them and downloads their files.

The package in `src/{package}` is generated: change the spec and generate it again. The other files are yours. Record
what a change of the spec means for callers in `CHANGELOG.md`; `dragoman changelog` drafts it.
"""
_CHANGELOG: Final = """\
# Change log

## 0.1.0 (unreleased)

* The first clients.
"""
