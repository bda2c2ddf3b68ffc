"""Lowering of a spec to its reference page (`README.md`), in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from taskclients_core.auth.environment import environment_variable
from taskclients_core.config import ClientOptions

from ...spec.model import Operation, Spec, TaskTypeDeclaration
from .. import ir
from ..literals import sentence
from ..markdown import Anchors, block, code, link, text
from ..spelling import Speller
from .examples import call_example, constructor_example
from .operations import argument_docs, function_name, statuses, summary
from .responses import page_doc, page_item, returned
from .security import scheme_doc, secrets, sign_in_values
from .task_page import diagram, task_facts
from .tasks import task_type_constant

_MODELS: Final = "models.py"
_MODEL: Final = re.compile(r"\bmodels\.(\w+)")


def lower_page(
    spec: Spec,
    root: str,
    name: str,
    speller: Speller,
    *,
    modules: Sequence[ir.Module],
    begin_functions: Sequence[ir.BeginFunction],
    arguments: Sequence[tuple[ir.Argument, str]],
) -> ir.Page:
    """Lower the reference page of a spec.

    Args:
        spec: The spec.
        root: Name of the package that contains the vendor's package.
        name: Prefix of the names of the client classes.
        speller: Names of models, as modules import them.
        modules: Lowered modules of its tags.
        begin_functions: Lowered functions that begin tasks.
        arguments: Arguments of the client that not every client has, with their documentation.
    """
    anchors = Anchors()
    title = f"Reference of {spec.title}"
    anchors.add(title)
    client = _heading(anchors, f"Client `{name}Client`")
    groups = [[each for each in spec.operations if each.tag == tag.name] for tag in spec.tags]
    headings: list[ir.Heading] = []
    operations: dict[str, ir.Heading] = {}
    for module, group in zip(modules, groups, strict=True):
        headings.append(_heading(anchors, f"Module `{module.name}`"))
        operations |= {each.id: _heading(anchors, f"`{function_name(each)}`") for each in group}
    starts = [each.id for each in spec.operations if each.submission]
    lowering = _PageLowering(
        spec=spec,
        root=root,
        name=name,
        speller=speller,
        operations=operations,
        types={
            each.definition.name: _heading(anchors, f"Task type `{task_type_constant(each.definition)}`")
            for each in spec.task_types
        },
        begins=dict(zip(starts, begin_functions, strict=True)),
    )
    return ir.Page(
        title=text(title),
        doc=text(sentence(spec.description.partition("\n\n")[0]) or f"{spec.title}."),
        client=client,
        example=block(constructor_example(spec, f"{name}Client", f"{root}.{spec.stem}", speller), "python"),
        options=tuple(lowering.options(arguments)),
        modules=tuple(
            ir.PageModule(
                heading=heading,
                doc=text(module.doc.partition("\n\n")[0]),
                operations=tuple(map(lowering.operation, group, module.operations)),
            )
            for heading, group, module in zip(headings, groups, modules, strict=True)
        ),
        task_types=tuple(map(lowering.task_type, spec.task_types)),
        assumptions=tuple(lowering.assumptions()),
        assumed=_heading(anchors, "Assumptions of the spec"),
    )


@frozen(kw_only=True)
class _PageLowering:
    """Lowering of the parts of a reference page."""

    spec: Spec
    root: str
    name: str
    speller: Speller
    operations: Mapping[str, ir.Heading]
    """Headings of operations, by id."""

    types: Mapping[str, ir.Heading]
    """Headings of task types, by name."""

    begins: Mapping[str, ir.BeginFunction]
    """Functions that begin tasks, by the id of the operation."""

    def operation(self, operation: Operation, lowered: ir.Operation) -> ir.PageOperation:
        heading, begin = self.operations[operation.id], self.begins.get(operation.id)
        first, described = summary(operation), operation.description.partition("\n\n")[0]
        request = f"{operation.method} {operation.path}"
        example = call_example(operation, lowered, begin, self.speller)
        return ir.PageOperation(
            heading=heading,
            row=_row(_linked(heading), code(request, cell=True), text(first, cell=True)),
            doc=text(first if described == operation.summary else f"{first} {sentence(described)}"),
            source=" · ".join(
                [code(request), *([link("documentation", operation.source)] if operation.source else [])]
            ),
            signatures=block("\n".join(_stubs(lowered, begin)), "py"),
            facts=tuple(self._facts(operation, lowered)),
            example=block(example, "python") if example else "",
        )

    def task_type(self, declared: TaskTypeDeclaration) -> ir.PageTaskType:
        task_type = declared.definition
        begins = [
            (self.begins[each.id], self.operations[each.id])
            for each in self.spec.operations
            if each.submission and each.submission.definition.task_type is task_type
        ]
        return ir.PageTaskType(
            heading=self.types[task_type.name],
            doc=text(sentence(declared.description) or f"Tasks of the type `{task_type.name}`."),
            diagram=diagram(task_type),
            facts=tuple(
                task_facts(
                    task_type,
                    begins=[f"[{code(begin.function)}](#{heading.anchor})" for begin, heading in begins],
                    handles=list(dict.fromkeys(_plain(begin.handle) for begin, _ in begins)),
                    operations={key: _linked(heading) for key, heading in self.operations.items()},
                )
            ),
        )

    def options(self, arguments: Sequence[tuple[ir.Argument, str]]) -> Iterator[str]:
        """Yield the rows of the table of options."""
        servers = [
            " ".join(
                filter(
                    None,
                    [
                        code(each.url, cell=True),
                        "(for tests)" if each.environment == "test" else "",
                        text(sentence(each.description), cell=True),
                    ],
                )
            )
            for each in self.spec.servers
        ]
        yield _row("`base_url`", code(self._variable("base_url")), "<br>".join(servers))
        names = secrets(self.spec)
        for scheme in self.spec.schemes:
            forms = [names.get(scheme.name, ()), *sign_in_values(scheme, self.spec, self.speller)]
            variables = [" and ".join(code(self._variable(each)) for each in form) for form in forms if form]
            described = scheme_doc(scheme, self.spec, self.speller, assumed=False)
            described = described[:1].upper() + described[1:]
            yield _row("`auth`", ", or ".join(variables), text(described, cell=True))
        if self.spec.schemes:
            file = code(environment_variable(self.root, "credentials"))
            yield _row("`auth`", file, "Path of a file with these values, in JSON or TOML, that only you can read.")
        for argument, doc in arguments:
            yield _row(
                code(f"{argument.name}: {argument.type}", cell=True), "", text(doc.partition(": ")[2], cell=True)
            )
        common = ", ".join(code(each) for each in ClientOptions.__annotations__)
        yield _row("others", "", f"{common}: see `help({self.name}Client)`.")

    def assumptions(self) -> Iterator[str]:
        """Yield the rows of the table of assumptions."""
        for each in self.spec.assumptions:
            about = [_linked(self.operations[each.operation])] if each.operation else []
            about += [code(each.part, cell=True)] if each.part else []
            yield _row(" ".join(about) or "the API", text(each.reason, cell=True))

    def _variable(self, name: str) -> str:
        return environment_variable(self.root, self.spec.stem, name)

    def _facts(self, operation: Operation, lowered: ir.Operation) -> Iterator[str]:
        arguments = (*lowered.positional, *lowered.keyword)
        for each, doc in zip(arguments, argument_docs(operation, arguments, self.speller, assumed=False), strict=True):
            yield f"{code(each.name)}{_models(each.type)}: {text(doc.partition(': ')[2])}"
        if lowered.returns != "None":
            doc = page_doc(operation, self.speller) or returned(operation, self.speller).doc
            models = _models(page_item(operation, self.speller) or lowered.returns)
            yield f"Returns{models}: {text(doc)}" if doc else f"Returns{models or f' {code(lowered.returns)}'}."
        if raised := statuses(operation):
            yield f"Raises `ApiError`: {raised}."
        if operation.pagination:
            yield f"Pages: {_paging(operation)}."
        if operation.submission:
            task_type = operation.submission.definition.task_type
            yield f"Task: [{code(task_type_constant(task_type))}](#{self.types[task_type.name].anchor})."
        if operation.server:
            yield f"Server: {code(operation.server)}."
        if operation.deprecated:
            yield "Deprecated."


def _paging(operation: Operation) -> str:
    """Return how the pages of a list follow each other."""
    pages = operation.pagination
    if pages is None or pages.link:
        return "by the `Link` header"
    if pages.token is not None:
        return f"by the token {code(pages.token)}, sent as {code(pages.parameter or '')}"
    if pages.page is not None:
        return f"by their number, sent as {code(pages.page)}"
    if pages.offset is not None:
        return f"by the offset, sent as {code(pages.offset)}"
    return f"by the URL at {code(pages.url or '')}"


def _stubs(operation: ir.Operation, begin: ir.BeginFunction | None) -> Iterator[str]:
    yield _stub(operation, f"Pages[{operation.paged}]" if operation.paged else operation.returns)
    if begin:
        yield _stub(begin, _plain(begin.handle))


def _stub(endpoint: ir.Endpoint, returns: str) -> str:
    parts = [_argument(each) for each in endpoint.positional]
    if endpoint.keyword:
        parts += ["*", *map(_argument, endpoint.keyword)]
    comma = "," if len(parts) > 1 else ""  # one argument a line
    return f"def {endpoint.function}({', '.join(parts)}{comma}) -> {returns}: ..."


def _argument(argument: ir.Argument) -> str:
    return (
        f"{argument.name}: {argument.type} = {argument.default}"
        if argument.default
        else f"{argument.name}: {argument.type}"
    )


def _plain(handle: str) -> str:
    return handle.removeprefix("handles.")


def _models(annotation: str) -> str:
    """Return links to the models in a type, with a space before them."""
    return "".join(f" [{code(name)}]({_MODELS})" for name in dict.fromkeys(_MODEL.findall(annotation)))


def _heading(anchors: Anchors, title: str) -> ir.Heading:
    return ir.Heading(title=title, anchor=anchors.add(title))


def _linked(heading: ir.Heading) -> str:
    return f"[{heading.title}](#{heading.anchor})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
