"""The parts of a vendor's package."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir, names
from ..fields import Model
from ..models import Models
from ..quoting import literal, paragraphs, sentence
from ..schema import Enumeration
from ..spec import Scheme, Server, Spec
from ..spelling import Speller
from .operation import plan_operation, repeated_errors
from .parameter import argument, argument_doc, declaration
from .source import call, entries, tuple_of


def plan(spec: Spec, models: Models) -> ir.Client:
    """Return the client of a spec."""
    speller = Speller({component.name: component for component in spec.components})
    return ir.Client(
        package=names.module(spec.stem),
        file=spec.file,
        title=spec.title,
        name=spec.spelling or names.pascal(spec.title),
        doc=_doc(spec),
        api=tuple(_api(spec, speller)),
        arguments=tuple(argument(parameter, speller) for parameter in spec.client_parameters),
        argument_docs=tuple(argument_doc(parameter, speller) for parameter in spec.client_parameters),
        modules=tuple(_modules(spec, speller)),
        enumerations=tuple(
            ir.Enumeration(name=each.name, base=_base(each), doc=each.doc, members=each.members)
            for each in models.enumerations
        ),
        models=models.text,
        model_names=tuple(sorted(models.names.values())),
    )


def _base(model: Model) -> str:
    shape = model.component.shape
    return "OpenInt" if isinstance(shape, Enumeration) and shape.type == "integer" else "OpenStr"


def _api(spec: Spec, speller: Speller) -> Iterator[str]:
    yield literal(names.module(spec.stem))
    yield literal(spec.servers[0].url if spec.servers else "")
    schemes = {scheme.name: _scheme(scheme) for scheme in spec.schemes}
    yield from entries(
        schemes="{" + ", ".join(f"{literal(name)}: {each}" for name, each in schemes.items()) + "}" if schemes else "",
        security=security(spec.security) if spec.security else "",
        parameters=tuple_of(declaration(parameter, speller) for parameter in spec.client_parameters),
    )


def security(alternatives: tuple[tuple[str, ...], ...]) -> str:
    """Return alternatives, each a set of schemes, as source."""
    return tuple_of(tuple_of(map(literal, alternative)) or "()" for alternative in alternatives) or "()"


def _scheme(scheme: Scheme) -> str:
    match scheme.kind:
        case "basic":
            return "HttpBasic()"
        case "bearer":
            return "HttpBearer()"
        case "clientCredentials":
            scopes = tuple_of(map(literal, scheme.scopes))
            return call("ClientCredentials", literal(scheme.token_url), *entries(scopes=scopes))
        case _:
            return call("ApiKey", literal(scheme.place), literal(scheme.parameter))


def _modules(spec: Spec, speller: Speller) -> Iterator[ir.Module]:
    package = names.module(spec.stem)
    for tag in spec.tags:
        mine = [operation for operation in spec.operations if operation.tag == tag.name]
        shared = repeated_errors(mine, speller)
        yield ir.Module(
            name=names.module(tag.name),
            doc=sentence(tag.description) or f"Operations of `{tag.name}`.",
            errors=shared,
            operations=tuple(plan_operation(package, operation, speller, shared) for operation in mine),
        )


def _doc(spec: Spec) -> str:
    return paragraphs(
        [
            sentence(spec.description) or f"{spec.title}.",
            _servers(spec.servers),
            *(f"Authentication (`{each.name}`): {_about(_way(each), each.assumed)}" for each in spec.schemes),
            f"Assumed: {sentence(spec.assumed)}" if spec.assumed else "",
        ]
    )


def _way(scheme: Scheme) -> str:
    if scheme.description:
        return scheme.description
    return {
        "basic": "user and password.",
        "bearer": "a bearer token.",
        "clientCredentials": "OAuth 2 client credentials.",
    }.get(scheme.kind, f"a key in the {scheme.place} `{scheme.parameter}`.")


def _servers(servers: tuple[Server, ...]) -> str:
    lines = (": ".join(filter(None, [f"- {each.url}", _about(each.description, each.assumed)])) for each in servers)
    return "Servers:\n" + "\n".join(lines) if servers else ""


def _about(description: str, assumed: str) -> str:
    return " ".join(
        part for part in (sentence(description), f"Assumed: {sentence(assumed)}" if assumed else "") if part
    )
