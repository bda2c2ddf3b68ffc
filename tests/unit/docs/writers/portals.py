"""Writers of pages of Stoplight Elements, Mintlify and Postman, from an OpenAPI document or from a list of requests."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from attrs import field, frozen

HEAD = "<!DOCTYPE html>\n<html><head><title>Parcels</title></head><body>\n"


def stoplight_attribute(data: object) -> str:
    return f'{HEAD}<elements-api id="docs" apiDescriptionDocument="{html.escape(json.dumps(data, indent=1))}"/></body>'


def stoplight_saved(data: object) -> str:
    """Return the page as a browser saves it, with attributes in lower case; the document is in YAML."""
    written = html.escape(yaml.safe_dump(data, sort_keys=False))
    return f'{HEAD}<elements-api router="hash"\n apidescriptiondocument="{written}"></elements-api></body>'


def stoplight_script(data: object) -> str:
    written = json.dumps(data, indent=2).replace("</", "<\\/")
    return f"{HEAD}<elements-api id='docs'/>\n<script>\ndocs.apiDescriptionDocument = {written};\n</script></body>"


def stoplight_text(data: object) -> str:
    text = json.dumps(yaml.safe_dump(data, sort_keys=False)).replace("</", "<\\/")
    return f"{HEAD}<elements-api id='docs'/>\n<script>docs.apiDescriptionDocument = {text};</script></body>"


def stoplight_parsed(data: object) -> str:
    text = json.dumps(json.dumps(data)).replace("</", "<\\/")
    return f"{HEAD}<elements-api id='docs'/><script>docs.apiDescriptionDocument = JSON.parse({text})</script></body>"


def mintlify(data: Mapping[str, Any], title: str = "Read a parcel", file: str = "openapi.json ") -> str:
    """Return a page in Markdown with an OpenAPI document, whose first operation it shows."""
    (path, item), *_ = data["paths"].items()
    method = next(iter(item))
    document = yaml.safe_dump({**data, "security": []}, sort_keys=False)
    return (
        f"> ## Documentation Index\n> Fetch it.\n\n# {title}\n\n> All about it.\n\n\n"
        f"## OpenAPI\n\n````yaml {file}{method} {path}\n{document}\n````\n"
    )


def mintlify_before(data: Mapping[str, Any]) -> str:
    """Return the page as it was built before 2025: schemas in lists, and words of its own."""
    (path, item), *_ = data["paths"].items()
    (method, operation), *_ = item.items()
    parameters: dict[str, Any] = {place: {} for place in ("path", "query", "header", "cookie")}
    for each in operation.get("parameters", ()):
        schema = {**_before(each["schema"]), "required": each.get("required", False)}
        parameters[each["in"]][each["name"]] = {"schema": [schema]}
    body = operation.get("requestBody")
    request = {
        "security": [{"title": "token", "parameters": {}}] if operation.get("security") else [],
        "parameters": parameters,
        "body": _bodies(body["content"], required=body.get("required", False)) if body else {},
    }
    responses = {
        status: _bodies(each["content"])
        if "content" in each
        else {"_mintlify/placeholder": {"schemaArray": [{"type": "any"}], "description": ""}}
        for status, each in operation["responses"].items()
    }
    paths = {"path": path, "method": method, "request": request, "response": responses, "type": "path"}
    document = yaml.safe_dump({"paths": paths, "components": data.get("components", {"schemas": {}})}, sort_keys=False)
    return f"# Read a parcel\n\n## OpenAPI\n\n````yaml {method.upper()} {path}\n{document}\n````\n"


def _bodies(content: Mapping[str, Any], *, required: bool | None = None) -> dict[str, Any]:
    flag = {} if required is None else {"required": required}
    return {
        key: {"schemaArray": [{**_before(each["schema"]), **flag}], "examples": {}} for key, each in content.items()
    }


def _before(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(schema)
    if "enum" in schema:
        found["type"] = f"enum<{schema['type']}>"
    if "required" in schema:
        found["requiredProperties"] = found.pop("required")
    if "properties" in schema:
        found["properties"] = {key: {"allOf": [each]} for key, each in schema["properties"].items()}
    return found


@frozen(kw_only=True)
class Request:
    """Request of a Postman collection."""

    name: str = "Send a parcel"
    method: str = "POST"
    url: str = "{{baseUrl}}/shops/:shop_id/parcels"
    query: tuple[str, ...] = ("dry_run",)
    headers: tuple[str, ...] = ("X-Trace",)
    body: Mapping[str, Any] | None = field(factory=lambda: {"mode": "raw", "raw": '{"a": 1}'})
    media_type: str = "application/json"
    statuses: Mapping[int, str] = field(factory=lambda: {201: "application/json", 404: ""})
    auth: str = ""


def postman(requests: Iterable[Request], *, auth: str = "bearer", version: str = "2.1.0", plain: bool = False) -> str:
    """Return a collection; `plain` writes URLs as texts, as version 2.0 does."""
    return json.dumps(
        {
            "info": {
                "_postman_id": "16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e",
                "name": "Parcels",
                "schema": f"https://schema.getpostman.com/json/collection/v{version}/collection.json",
            },
            "item": [{"name": "Folder", "item": [_item(each, plain=plain) for each in requests]}],
            **({"auth": {"type": auth}} if auth else {}),
        },
        indent=2,
    )


def _item(each: Request, *, plain: bool) -> dict[str, Any]:
    path = each.url.split("//")[-1].split("/")[1:]
    query = [{"key": key, "value": "1"} for key in each.query]
    content_type = [{"key": "Content-Type", "value": each.media_type}] if each.media_type else []
    headers = [{"key": key, "value": "x"} for key in each.headers]
    url = {"raw": each.url, "host": ["{{baseUrl}}"], "path": path, "query": query}
    return {
        "name": each.name,
        "request": {
            "method": each.method,
            "header": [*content_type, {"key": "Accept", "value": "*/*"}, *headers],
            "url": each.url if plain else url,
            **({"body": each.body} if each.body else {}),
            **({"auth": {"type": each.auth}} if each.auth else {}),
        },
        "response": [
            {
                "name": "Example",
                "code": status,
                "header": [{"key": "content-type", "value": f"{media_type}; charset=utf-8"}] if media_type else [],
                "body": "{}" if media_type else None,
            }
            for status, media_type in each.statuses.items()
        ],
    }
