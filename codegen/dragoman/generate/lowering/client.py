"""Lowering of a whole spec: the package, its client classes and its modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from taskclients_core.security import ServerVariable as CoreVariable

from ...spec import naming
from ...spec.model import Server, ServerVariable, Spec
from ...spec.schema import Enumeration
from .. import ir
from ..datamodel import Models
from ..fields import Model
from ..literals import alternatives, entries, literal, paragraphs, sentence, tuple_of
from ..spelling import Speller
from .operations import function_name, lower_operation, repeated_errors
from .page import lower_page
from .requests import argument, argument_doc, argument_name, declaration
from .responses import shared_media_types
from .security import scheme_doc, schemes, sign_in_types, with_assumption
from .struct_source import source
from .tasks import begins, lower_tasks


def lower(spec: Spec, models: Models, root: str) -> ir.Client:
    """Lower a spec to the client package that templates print; `root` is the package that contains it."""
    speller = Speller.of(spec, qualifier="models.")
    references = _module_references(spec)
    tasks = lower_tasks(spec, speller, references)
    modules = tuple(_modules(spec, speller, references))
    arguments = tuple(_arguments(spec, speller))
    name = client_prefix(spec)
    return ir.Client(
        package=spec.stem,
        file=spec.file,
        title=spec.title,
        name=name,
        doc=_doc(spec, speller),
        api=tuple(_api(spec, speller, references)),
        arguments=arguments,
        passed=", ".join(_passed(spec, speller)),
        argument_docs=_argument_docs(spec, speller),
        modules=modules,
        task_types=tasks.task_types,
        begin_functions=tasks.begin_functions,
        constants=tasks.constants,
        handle_classes=tasks.handle_classes,
        submissions=tuple_of(begin.constant for begin in tasks.begin_functions),
        hidden=models.hidden,
        enumerations=tuple(
            ir.Enumeration(name=each.name, base=_base(each, models.hidden), doc=each.doc, members=each.members)
            for each in models.enumerations
        ),
        models=models.text,
        page=lower_page(
            spec,
            root,
            name,
            speller,
            modules=modules,
            begin_functions=tasks.begin_functions,
            # `auth` is the last one, and in the table of all clients.
            arguments=tuple(zip(arguments[:-1], _argument_docs(spec, speller, assumed=False), strict=True)),
        ),
    )


def _argument_docs(spec: Spec, speller: Speller, *, assumed: bool = True) -> tuple[str, ...]:
    """Return the documentation of the arguments that not every client has, without `auth`."""
    parameters = (argument_doc(parameter, speller, assumed=assumed) for parameter in spec.client_parameters)
    return (*parameters, *map(_variable_doc, _variables(spec)))


def client_prefix(spec: Spec) -> str:
    """Return what the names of the client classes begin with."""
    return spec.spelling or naming.pascal(spec.title)


def _base(model: Model, hidden: frozenset[str]) -> str:
    shape = model.component.shape
    type_ = shape.type if isinstance(shape, Enumeration) else "string"
    base = {"string": "OpenStr", "integer": "OpenInt", "number": "OpenFloat"}[type_]
    return f"_{base}" if base in hidden else base


def _api(spec: Spec, speller: Speller, references: Mapping[str, str]) -> Iterator[str]:
    yield literal(spec.stem)
    server = _default_server(spec)
    yield "None" if server is None or server.url.startswith("/") else literal(server.url)
    servers = dict.fromkeys(operation.server for operation in spec.operations if operation.server)
    variables = {each.name: CoreVariable(each.default, each.enum) for each in _variables(spec)}
    yield from entries(
        test_urls=tuple_of(literal(each.url) for each in spec.servers) if server is None else "",
        template=literal(server.template) if server and (variables or server.url.startswith("/")) else "",
        variables=source(variables) if variables else "",
        servers=tuple_of(map(literal, servers)),
        schemes=schemes(spec, speller, references),
        security=alternatives(spec.security) if spec.security else "",
        media_types=tuple_of(map(literal, shared_media_types(spec))),
        parameters=tuple_of(declaration(parameter, speller) for parameter in spec.client_parameters),
    )


def _arguments(spec: Spec, speller: Speller) -> Iterator[ir.Argument]:
    """Yield the arguments of the constructor that not every client has; none if it needs no constructor."""
    types = sign_in_types(spec, speller)
    yield from (argument(parameter, speller) for parameter in spec.client_parameters)
    for variable in _variables(spec):
        type_ = f"Literal[{', '.join(map(literal, variable.enum))}]" if variable.enum else "str"
        yield ir.Argument(name=variable_name(variable), type=type_, default=literal(variable.default))
    if types or spec.client_parameters or _variables(spec):
        auth = f"AuthOr[{' | '.join(types)}]" if types else "Auth"
        yield ir.Argument(name="auth", type=f"{auth} | None", default="None")


def _passed(spec: Spec, speller: Speller) -> Iterator[str]:
    # The base class types `auth` for all clients; `credential` accepts the classes with which this one signs in.
    yield "credential=auth" if sign_in_types(spec, speller) else "auth=auth"
    variables = ", ".join(f"{literal(each.name)}: {variable_name(each)}" for each in _variables(spec))
    yield from entries(
        parameters=tuple_of(argument_name(parameter) for parameter in spec.client_parameters),
        variables=f"{{{variables}}}" if variables else "",
    )


def _variables(spec: Spec) -> tuple[ServerVariable, ...]:
    server = _default_server(spec)
    return server.variables if server is not None else ()


def _default_server(spec: Spec) -> Server | None:
    """Return the server that is used by default; None if all are for tests."""
    return next((each for each in spec.servers if each.environment != "test"), None)


def variable_name(variable: ServerVariable) -> str:
    """Return the argument of the constructor for a variable in the URL of the server."""
    return variable.spelling or naming.argument(variable.name)


def _variable_doc(variable: ServerVariable) -> str:
    described = sentence(variable.description) or f"`{variable.name}` in the URL of the server."
    return f"{variable_name(variable)}: {' '.join(described.split())} Without effect if you pass `base_url`."


def _modules(spec: Spec, speller: Speller, references: Mapping[str, str]) -> Iterator[ir.Module]:
    for tag in spec.tags:
        operations = [operation for operation in spec.operations if operation.tag == tag.name]
        shared = repeated_errors(operations, speller)
        yield ir.Module(
            name=naming.module(tag.name),
            reference=references[tag.name],
            doc=sentence(tag.description) or f"Operations of `{tag.name}`.",
            errors=shared,
            operations=tuple(
                lower_operation(spec.stem, each, speller, shared_errors=shared, begins=begins(each))
                for each in operations
            ),
        )


def _module_references(spec: Spec) -> Mapping[str, str]:
    """Return the name under which `client.py` and `async_tasks.py` import the module of each tag."""
    functions = {function_name(each) for each in spec.operations}
    begin = {naming.begin(function_name(each)) for each in spec.operations if each.submission}
    taken = functions | begin | set(map(naming.async_function, begin))
    return {tag.name: naming.module_reference(naming.module(tag.name), taken) for tag in spec.tags}


def _doc(spec: Spec, speller: Speller) -> str:
    return paragraphs(
        [
            sentence(spec.description) or f"{spec.title}.",
            _servers(spec.servers),
            _media_types(spec),
            *(f"Authentication (`{each.name}`): {scheme_doc(each, spec, speller)}" for each in spec.schemes),
            f"Assumed: {sentence(spec.assumed)}" if spec.assumed else "",
        ]
    )


def _media_types(spec: Spec) -> str:
    shared = shared_media_types(spec)
    if not shared:
        return ""
    refused = [each for each in spec.media_types if each not in shared]
    also = f" The service also supports {', '.join(refused)}, which this client does not read." if refused else ""
    return f"Media types (`media_type=`): {', '.join(shared)}.{also}"


def _servers(servers: tuple[Server, ...]) -> str:
    lines = (
        ": ".join(filter(None, [f"- {_url(each)}", with_assumption(each.description, each.assumed)]))
        for each in servers
    )
    return "Servers:\n" + "\n".join(lines) if servers else ""


def _url(server: Server) -> str:
    if server.environment == "test":
        return f"{server.url} (for tests: pass it as `base_url`)"
    return f"{server.url} (relative: pass `base_url`)" if server.url.startswith("/") else server.url
