"""Lowering of security schemes and sign-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from taskclients_core.auth.environment import secret_names
from taskclients_core.security import ApiKey, ClientCredentials, HttpBasic, HttpBearer, MutualTls, OAuth2Token
from taskclients_core.security import Scheme as CoreScheme

from ...spec.model import Operation, Scheme, Spec
from ...spec.schema import MISSING, Const, Ref
from ..literals import call, entries, entry, literal, sentence, tuple_of
from ..spelling import Speller
from .operations import constant
from .responses import attribute_path, success_shape


def schemes(spec: Spec, speller: Speller, references: Mapping[str, str]) -> str:
    """Return the security schemes by name as source, '' for none; `references` names the modules of tags."""
    found = [f"{literal(scheme.name)}: {_scheme(scheme, spec, speller, references)}" for scheme in spec.schemes]
    return "{" + ", ".join(found) + "}" if found else ""


def sign_in_types(spec: Spec, speller: Speller) -> list[str]:
    """Return the models that `auth=` accepts for sign-in."""
    found = (_body(each, speller) for scheme in spec.schemes for each in _ways(scheme, spec))
    return list(dict.fromkeys(found))


def secrets(spec: Spec) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the values that environment variables hold for each scheme, without those to sign in with."""
    return secret_names({scheme.name: _core_scheme(scheme) for scheme in spec.schemes})


def sign_in_values(scheme: Scheme, spec: Spec, speller: Speller) -> Iterator[tuple[str, ...]]:
    """Yield the names of the required values of each way to sign in that environment variables can hold."""
    for operation in _ways(scheme, spec):
        body = operation.bodies[0].shape
        required = [
            each
            for each in speller.properties(body.name if isinstance(body, Ref) else "").values()
            if each.required and each.default is MISSING and not isinstance(each.shape, Const)
        ]
        if all(speller.is_scalar(each.shape) for each in required):
            yield tuple(map(speller.attribute, required))


def scheme_doc(scheme: Scheme, spec: Spec, speller: Speller, *, assumed: bool = True) -> str:
    """Return the documentation of a scheme; with its assumption if `assumed`."""
    classes = [f"a `{_body(each, speller)}`" for each in _ways(scheme, spec)]
    signing = f"Given {' or '.join(classes)}, the client signs in automatically." if classes else ""
    return entry([with_assumption(_way(scheme), ""), signing, with_assumption("", scheme.assumed if assumed else "")])


def with_assumption(description: str, assumed: str) -> str:
    """Return a description followed by its assumption."""
    return entry([sentence(description), f"Assumed: {sentence(assumed)}" if assumed else ""])


def _scheme(scheme: Scheme, spec: Spec, speller: Speller, references: Mapping[str, str]) -> str:
    sign_in = tuple_of(
        _sign_in(scheme, operation, speller, references[operation.tag]) for operation in _ways(scheme, spec)
    )
    match scheme.kind:
        case "basic":
            return "HttpBasic()"
        case "bearer":
            return call("HttpBearer", *entries(sign_in=sign_in))
        case "clientCredentials":
            scopes = tuple_of(map(literal, scheme.scopes))
            return call("ClientCredentials", literal(scheme.token_url), *entries(scopes=scopes))
        case "oauth2" | "openIdConnect":
            return "OAuth2Token()"
        case "mutualTLS":
            return "MutualTls()"
        case _:
            return call("ApiKey", literal(scheme.place), literal(scheme.parameter), *entries(sign_in=sign_in))


def _core_scheme(scheme: Scheme) -> CoreScheme:
    match scheme.kind:
        case "basic":
            return HttpBasic()
        case "bearer":
            return HttpBearer()
        case "clientCredentials":
            return ClientCredentials(scheme.token_url)
        case "oauth2" | "openIdConnect":
            return OAuth2Token()
        case "mutualTLS":
            return MutualTls()
        case _:
            return ApiKey(cast("Literal['header', 'query', 'cookie']", scheme.place), scheme.parameter)


def _ways(scheme: Scheme, spec: Spec) -> list[Operation]:
    """Return the operations whose response contains the secret of a scheme."""
    by_id = {operation.id: operation for operation in spec.operations}
    return [by_id[each] for each in scheme.sign_in.operations] if scheme.sign_in else []


def _sign_in(scheme: Scheme, operation: Operation, speller: Speller, module: str) -> str:
    pointer = scheme.sign_in.token if scheme.sign_in else ""
    token = attribute_path(success_shape(operation), pointer, speller)
    return call("SignIn", f"{module}.{constant(operation)}", *entries(token=literal(token)))


def _body(operation: Operation, speller: Speller) -> str:
    return speller.annotation(operation.bodies[0].shape)


def _way(scheme: Scheme) -> str:
    if scheme.description:
        return scheme.description
    return {
        "basic": "user and password.",
        "bearer": "a bearer token.",
        "clientCredentials": "OAuth 2 client credentials.",
        "oauth2": "an OAuth 2 access token.",
        "openIdConnect": "an OpenID Connect access token.",
        "mutualTLS": "a client certificate (`http_client=`).",
    }.get(scheme.kind, f"a key in the {scheme.place} `{scheme.parameter}`.")
