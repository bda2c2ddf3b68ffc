"""Rendering of an `ir.Client` to files. The only module that imports jinja2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from textwrap import indent
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..diagnostics import printable
from . import ir
from .literals import docstring, literal, paragraphs

TEMPLATES: Final = Path(__file__).parent / "templates" / "client"


def render(client: ir.Client) -> Mapping[PurePosixPath, str]:
    """Return the files of a client's package, before `file_tree.polish` formats them."""
    folder = PurePosixPath(client.package)
    page = {
        "client": client,
        "page": client.page,
        "header": header(client.file),
        "notice": header(client.file).removeprefix("# "),
        "title_doc": f"{client.title}: clients and models.",
        "models_doc": f"{client.title}: models.",
        "tasks_doc": _tasks_doc(client),
        "client_doc": f"{client.title}: clients.",
        "client_class_doc": paragraphs([client.doc, _argument_docs(client)]),
        "async_class_doc": paragraphs(
            [
                f"Async twin of `{client.name}Client`: the same methods, to be awaited.",
                _argument_docs(client),
            ]
        ),
    }
    files = {
        folder / "__init__.py": _TEMPLATES.get_template("package.py.jinja").render(page),
        folder / "client.py": _TEMPLATES.get_template("client.py.jinja").render(page),
        folder / "models.py": _TEMPLATES.get_template("models.py.jinja").render(page),
    }
    files[folder / "README.md"] = _TEMPLATES.get_template("README.md.jinja").render(page)
    if client.begin_functions:
        files[folder / "async_tasks.py"] = _TEMPLATES.get_template("async_tasks.py.jinja").render(page)
    tag = _TEMPLATES.get_template("tag.py.jinja")
    for module in client.modules:
        files[folder / f"{module.name}.py"] = tag.render(page, module=module)
    return files


def header(file: str) -> str:
    """Return the first line of every file generated from the spec `file`. It has no version and no time."""
    return f"# Generated from {printable(file)} by dragoman; edit the spec, then run `dragoman generate`."


def _tasks_doc(client: ir.Client) -> str:
    return paragraphs(
        [
            f"{client.title}: asynchronous tasks.",
            "Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides "
            "the errors of the operation, it raises `SubmissionUnknownError` when it is not known whether the task "
            "was begun (nothing is sent twice), and `JournalError` when the journal cannot be written.",
        ]
    )


def _argument_docs(client: ir.Client) -> str:
    return "Args:\n" + indent("\n".join(client.argument_docs), "    ") if client.argument_docs else ""


def _arguments(arguments: Iterable[ir.Argument]) -> str:
    return ", ".join(
        f"{each.name}: {each.type} = {each.default}" if each.default else f"{each.name}: {each.type}"
        for each in arguments
    )


def _beside(names: str, hidden: frozenset[str]) -> str:
    """Return names to import, each as `_Any` if the module defines a model with that name."""
    return ", ".join(f"{each} as _{each}" if each in hidden else each for each in names.split(", "))


def _imports(modules: Iterable[ir.Module]) -> str:
    return ", ".join(
        each.name if each.name == each.reference else f"{each.name} as {each.reference}" for each in modules
    )


def _signature(endpoint: ir.Endpoint, client: str) -> str:
    parts = [f"client: {client}", _arguments(endpoint.positional)]
    if endpoint.keyword:
        parts += ["*", _arguments(endpoint.keyword)]
    return ", ".join(filter(None, parts))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  the output is Python; `literals` quotes text of specs
    )
    environment.filters.update(
        arguments=_arguments,
        beside=_beside,
        docstring=docstring,
        imports=_imports,
        literal=literal,
        signature=_signature,
    )
    return environment


_TEMPLATES: Final = _environment()
