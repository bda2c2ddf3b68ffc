"""Writer of saved HTML of Docusaurus's OpenAPI theme with unions, from the schema of a response."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]


def page(schema: Schema, *, lazy: bool = False, extra: str = "", below: str = "") -> str:
    """Return the page of an operation.

    Args:
        schema: Schema of its response.
        lazy: Write the selected alternatives only, as builds since 2025 do.
        extra: HTML inside of the schema.
        below: HTML behind the article.
    """
    body = (
        '<details class="openapi-markdown__details response" open><summary><strong>Schema</strong></summary>\n'
        f"<div><ul>\n{_node(schema, lazy=lazy)}{extra}</ul></div></details>"
    )
    responses = _tabs(["200"], [f"<div><p>OK</p></div>\n{_tabs(['application/json'], [body])}"])
    return (
        "<!doctype html><html><head><title>Carts</title></head><body><main><article>\n"
        '<h1 class="openapi__heading">Read a cart</h1>\n<pre class="openapi__method-endpoint"><span class="badge">GET'
        '</span> <h2 class="openapi__method-endpoint-path">/carts</h2></pre>\n<p>All about carts.</p>\n'
        f"<div>{responses}</div></article>{below}</main></body></html>\n"
    )


def _tabs(labels: list[str], panels: list[str], *, lazy: bool = False, kind: str = "schema") -> str:
    items = "".join(
        f'<li role="tab" aria-selected="{str(not index).lower()}"><span>{escape(label)}</span></li>'
        for index, label in enumerate(labels)
    )
    shown = "".join(
        f'<div role="tabpanel"{" hidden" * bool(index)}>\n{each}</div>\n'
        for index, each in enumerate(panels[:1] if lazy else panels)
    )
    return (
        f'<div class="openapi-tabs__{kind}-list-container"><ul role="tablist">{items}</ul></div>\n<div>{shown}</div>\n'
    )


def _node(schema: Schema, *, lazy: bool) -> str:
    text = ""
    for word in ("oneOf", "anyOf"):
        if word in schema:
            labels = [each.get("title", _name(each)) for each in schema[word]]
            panels = [_alternative(each, lazy=lazy) for each in schema[word]]
            text += f'<span class="badge badge--info">{word}</span>\n{_tabs(labels, panels, lazy=lazy)}'
    required = schema.get("required", ())
    tag = schema.get("discriminator", {}).get("propertyName")
    for name, each in schema.get("properties", {}).items():
        text += _member(name, each, required=name in required, lazy=lazy)
        if name == tag:
            mapping = schema["discriminator"]["mapping"]
            panels = [_node(child, lazy=lazy) for child in mapping.values()]
            tabs = _tabs(list(mapping), panels, kind="discriminator")
            text += tabs.replace('role="tablist"', 'role="tablist" class="openapi-tabs__discriminator-list-container"')
    if "items" in schema:
        inner = _node(schema["items"], lazy=lazy)
        text += f"<li><div>Array [</div></li>\n{inner}<li><div>]</div></li>\n"
    return text


def _alternative(schema: Schema, *, lazy: bool) -> str:
    inner = _node(schema, lazy=lazy)
    return inner or f'<div class="openapi-schema__list-item"><div>{_row("", schema, required=False)}</div></div>\n'


def _member(name: str, schema: Schema, *, required: bool, lazy: bool) -> str:
    inner = _node(schema, lazy=lazy)
    row = _row(name, schema, required=required)
    if not inner:
        return f'<div class="openapi-schema__list-item"><div>{row}</div></div>\n'
    return (
        '<div class="openapi-schema__list-item"><details class="openapi-markdown__details">'
        f"<summary>{row}</summary>\n<div>{inner}</div></details></div>\n"
    )


def _row(name: str, schema: Schema, *, required: bool) -> str:
    flag = '<span class="openapi-schema__required">required</span>' * required
    values = f"<p>Possible values: [{', '.join(schema['enum'])}]</p>\n" if "enum" in schema else ""
    if "const" in schema:
        values = f"<div><strong>Constant value: </strong><span><code>{schema['const']}</code></span></div>\n"
    return (
        f'<span class="openapi-schema__container"><strong class="openapi-schema__property">{escape(name)}</strong>'
        f'<span class="openapi-schema__name"> {escape(_name(schema))}</span>{flag}</span>\n{values}'
    )


def _name(schema: Schema) -> str:
    if "items" in schema:
        return f"{_name(schema['items'])}[]"
    if "format" in schema:
        return f"{schema['type']}<{schema['format']}>"
    return str(schema.get("type", "object"))
