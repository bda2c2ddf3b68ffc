"""Comparison of what holds for a whole API: servers and media types."""

from __future__ import annotations

from typing import Final

from ...spec.model import Server, Spec
from .graph import Node, Spot

_API: Final = ("api",)


def compare_api(node: Node, old: Spec, new: Spec) -> None:
    """Compare servers and media types of two specs."""
    _servers(node, old.servers, new.servers)
    spot = Spot(
        words="media types of responses", old="/x-media-types", new="/x-media-types", old_subject=_API, subject=_API
    )
    for each in old.media_types:
        if each not in new.media_types:
            node.report(spot, "api-media-type", "removed", f"{each} removed", old=each, gone=not new.media_types)
    for each in new.media_types:
        if each not in old.media_types:
            node.report(spot, "api-media-type", "added", f"{each} added", new=each)


def _servers(node: Node, old: tuple[Server, ...], new: tuple[Server, ...]) -> None:
    before, after = ({each.template: each for each in servers} for servers in (old, new))
    first, second = _default(old), _default(new)
    spot = Spot(words="default server", old="/servers", new="/servers", old_subject=_API, subject=_API)
    changed = first != second
    if changed:
        listed = "listed" if first in {each.url for each in new} or not first else ""
        summary = f"changed from {first or 'none'} to {second or 'none'}"
        node.report(spot, "default-server", "changed", summary, promise=listed, old=first, new=second)
    for index, server in enumerate(old):
        if server.template not in after and not (changed and server.url == first):
            place = _spot(server, index, index)
            node.report(place, "server", "removed", "removed", old=server.url, gone=True)
    positions = {each.template: index for index, each in enumerate(old)}
    for index, server in enumerate(new):
        if server.template in before:
            _server(node, _spot(server, positions[server.template], index), before[server.template], server)
        elif not (changed and server.url == second):
            node.report(_spot(server, index, index), "server", "added", "added", new=server.url)


def _server(node: Node, spot: Spot, old: Server, new: Server) -> None:
    if old.environment != new.environment:
        a, b = old.environment, new.environment
        summary = f"environment changed from {a or 'none'} to {b or 'none'}"
        node.report(spot, "environment", "changed", summary, old=a, new=b)
    before, after = ({each.name: each for each in server.variables} for server in (old, new))
    for name, variable in after.items():
        # The names are those of the URL, which is the same.
        values, known = variable.enum, before[name].enum
        if known and not values:
            node.report(spot, "server-variable-value", "added", f"{name} may have any value")
        elif values and not known:
            text = f"{name} is one of {', '.join(values)}"
            node.report(spot, "server-variable-value", "removed", text, new=", ".join(values))
        for each in known:
            if values and each not in values:
                node.report(spot, "server-variable-value", "removed", f"{name}: {each} removed", old=each)
        for each in values:
            if known and each not in known:
                node.report(spot, "server-variable-value", "added", f"{name}: {each} added", new=each)


def _default(servers: tuple[Server, ...]) -> str:
    """Return the URL that clients call by default; '' if there is none."""
    return next((each.url for each in servers if each.environment != "test"), "")


def _spot(server: Server, old: int, new: int) -> Spot:
    return Spot(
        words=f"server {server.template}",
        old=f"/servers/{old}",
        new=f"/servers/{new}",
        old_subject=("server", server.url),
        subject=("server", server.url),
    )
