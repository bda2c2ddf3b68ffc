"""Comparison of security: schemes, which of them operations accept, sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import define, field

from taskclients_core.json_pointer import from_names

from ...spec.model import Scheme
from .graph import Node, Spot
from .sides import Side

Alternatives: TypeAlias = tuple[tuple[str, ...], ...]


@define(eq=False)
class Schemes:
    """Schemes of both specs, matched by their names, or by what they are."""

    old: Side
    new: Side
    pairs: Mapping[str, str] = field(init=False)
    """Names of the old spec -> names of the new one."""

    def __attrs_post_init__(self) -> None:
        old, new = ({each.name: each for each in side.spec.schemes} for side in (self.old, self.new))
        pairs = {name: name for name in old if name in new}
        free = {_identity(each): name for name, each in new.items() if name not in pairs}
        for name, each in old.items():
            if name not in pairs and _identity(each) in free:
                pairs[name] = free.pop(_identity(each))
        self.pairs = pairs

    def compare(self, old: Alternatives | None, new: Alternatives | None) -> tuple[str, str, str]:
        """Return how the security of an operation varies ('' if it does not), and both sides in words.

        That of the API counts where an operation has none of its own.
        """
        before = {frozenset(self.pairs.get(name, f"old {name}") for name in each) for each in self._own(self.old, old)}
        after = {frozenset(each) for each in self._own(self.new, new)}
        if before == after:
            return "", "", ""
        suffices = all(any(wanted <= given for wanted in after) for given in before)
        words = _words(self._own(self.old, old)), _words(self._own(self.new, new))
        return ("widened" if suffices else "narrowed", *words)

    def report(self, node: Node) -> None:
        """Report changes of the schemes themselves."""
        before, after = ({each.name: each for each in side.spec.schemes} for side in (self.old, self.new))
        for name, scheme in before.items():
            if name in self.pairs:
                _compare(node, scheme, after[self.pairs[name]])
            else:
                node.report(_spot(name, name), "scheme", "removed", "removed", old=scheme.kind, gone=True)
        for name, scheme in after.items():
            if name not in self.pairs.values():
                node.report(_spot(name, name), "scheme", "added", f"added: {scheme.kind}", new=scheme.kind)

    def _own(self, side: Side, alternatives: Alternatives | None) -> Alternatives:
        return (side.spec.security if alternatives is None else alternatives) or ((),)


def _compare(node: Node, old: Scheme, new: Scheme) -> None:
    spot = _spot(old.name, new.name)
    if _carrier(old) != _carrier(new):
        a, b = _scheme_words(old), _scheme_words(new)
        node.report(spot, "scheme", "changed", f"changed from {a} to {b}", old=a, new=b)
    if old.kind == new.kind and old.token_url != new.token_url:
        summary = f"token URL changed from {old.token_url} to {new.token_url}"
        node.report(spot, "token-url", "changed", summary, old=old.token_url, new=new.token_url)
    if old.kind == new.kind and set(old.scopes) != set(new.scopes):
        a, b = ", ".join(old.scopes), ", ".join(new.scopes)
        node.report(spot, "scopes", "changed", f"scopes changed from {a or 'none'} to {b or 'none'}", old=a, new=b)
    before, after = (each.sign_in.operations if each.sign_in else () for each in (old, new))
    for each in before:
        if each not in after:
            node.report(spot, "sign-in", "removed", f"sign-in by {each} removed", old=each)
    for each in after:
        if each not in before:
            node.report(spot, "sign-in", "added", f"sign-in by {each} added", new=each)
    if old.sign_in and new.sign_in and old.sign_in.token != new.sign_in.token:
        a, b = old.sign_in.token, new.sign_in.token
        node.report(spot, "sign-in-token", "changed", f"token moved from {a} to {b}", old=a, new=b)


def _carrier(scheme: Scheme) -> object:
    """Return how the credential of a scheme is sent; all tokens are sent alike."""
    kind = "bearer" if scheme.kind in ("oauth2", "openIdConnect") else scheme.kind
    name = scheme.parameter.lower() if scheme.place == "header" else scheme.parameter
    return kind, scheme.place, name


def _identity(scheme: Scheme) -> object:
    return _carrier(scheme), scheme.kind, scheme.token_url, scheme.scopes, scheme.sign_in


def _scheme_words(scheme: Scheme) -> str:
    return f"{scheme.kind} in {scheme.place} {scheme.parameter}" if scheme.place else scheme.kind


def _words(alternatives: Alternatives) -> str:
    return " or ".join(" and ".join(each) or "none" for each in alternatives)


def _spot(old: str, new: str) -> Spot:
    return Spot(
        words=f"security scheme {new}",
        old=from_names(("components", "securitySchemes", old)),
        new=from_names(("components", "securitySchemes", new)),
        old_subject=("scheme", old),
        subject=("scheme", new),
    )
