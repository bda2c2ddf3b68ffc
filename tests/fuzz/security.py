"""Random security of a spec: schemes, alternatives, and operations with others."""

from __future__ import annotations

import random
from typing import Any, Final

from .schemas import Schema, ref

SIGN_IN: Final = "signInWithWord"
SIGNED_IN: Final = "checkSignedIn"
"""Names of the operations that sign in, and that need to be signed in."""

SIGN_IN_BODY: Final = "SignInBody"

_SCHEMES: Final[tuple[Schema, ...]] = (
    {"type": "http", "scheme": "bearer"},
    {"type": "http", "scheme": "basic"},
    {"type": "apiKey", "in": "header", "name": "X-Key"},
    {"type": "apiKey", "in": "query", "name": "api_key"},
    {"type": "apiKey", "in": "cookie", "name": "session"},
    {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/.well-known"},
    {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://id.example/token", "scopes": {}}}},
    {
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "https://id.example/authorize",
                "tokenUrl": "https://id.example/token",
                "scopes": {"read": "Read."},
            }
        },
    },
    {"type": "mutualTLS"},
)


class Security:
    """Security of one spec."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.schemes: Schema = {}
        """`securitySchemes`, as a part of `components`."""
        self.required: Schema = {}
        """`security`, as a part of the spec."""
        if rng.random() < 0.5:
            return
        count = rng.choice((1, 1, 2, 3))
        names: list[str] = rng.sample(("key", "user", "token", "class", "o-auth"), count)
        self.schemes = {
            "securitySchemes": {name: dict(each) for name, each in zip(names, rng.sample(_SCHEMES, count), strict=True)}
        }
        self.required = {"security": self._alternatives(names)}

    def _alternatives(self, names: list[str]) -> list[Schema]:
        if len(names) > 1 and self.rng.random() < 0.4:
            return [{name: [] for name in names}]
        return [{name: []} for name in names]

    def of_operation(self) -> dict[str, Any]:
        """Return the `security` of one operation, mostly none of its own."""
        if not self.required or self.rng.random() < 0.9:
            return {}
        return {"security": self.rng.choice(([], [{}], self.required["security"][:1]))}

    def sign_in(self, tag: str) -> tuple[dict[str, Any], dict[str, Schema]]:
        """Let one scheme obtain its secret by an operation; return the paths and schemas for that, mostly none."""
        several = self.schemes.get("securitySchemes", {})
        single = [name for name, each in several.items() if each["type"] == "apiKey" or each.get("scheme") == "bearer"]
        if not single or self.rng.random() < 0.6:
            return {}, {}
        name = self.rng.choice(single)
        several[name]["x-sign-in"] = {"operations": [f"{tag}.{SIGN_IN}"], "token": "/session/token"}
        password = {"type": "string", "format": "password"}
        secret = {"type": "string", "x-secret": True}
        schemas: dict[str, Schema] = {
            SIGN_IN_BODY: {"type": "object", "required": ["word"], "properties": {"word": password}},
            "SignedIn": {"type": "object", "required": ["token"], "properties": {"token": secret}},
            "SignInAnswer": {
                "type": "object",
                "required": ["session"],
                "properties": {"session": ref("SignedIn")},
            },
        }
        body = {"required": True, "content": {"application/json": {"schema": ref(SIGN_IN_BODY)}}}
        response = {"description": "In.", "content": {"application/json": {"schema": ref("SignInAnswer")}}}
        common: Schema = {"tags": [tag], "summary": "Something.", "externalDocs": {"url": "https://docs.example/page"}}
        paths = {
            "/sign-in": {
                "post": {
                    "operationId": f"{tag}.{SIGN_IN}",
                    **common,
                    "security": [],
                    "requestBody": body,
                    "responses": {"201": response},
                }
            },
            "/signed-in": {
                "get": {
                    "operationId": f"{tag}.{SIGNED_IN}",
                    **common,
                    "security": [{name: []}],
                    "responses": {"204": {"description": "In."}},
                }
            },
        }
        return paths, schemas


def credentials(document: Schema) -> dict[str, Any]:
    """Return the argument `auth` of a client that calls every operation of a spec; none if it needs none."""
    schemes = document["components"].get("securitySchemes", {})
    wanted = {name: schemes[name] for name in document.get("security", [{}])[0]}
    found = {
        name: ("user", "password") if each.get("scheme") == "basic" else "token"
        for name, each in wanted.items()
        if each["type"] != "mutualTLS"
    }
    return {"auth": found} if found else {}
