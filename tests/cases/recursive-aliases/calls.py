"""Calls that strict type checkers accept."""

from __future__ import annotations

from cases.recursive_aliases import ApiClient, models


def recursive_aliases(client: ApiClient) -> None:
    document: models.Json = {"a": [1, None, "x"], "b": {"c": [[True]]}}
    answer = client.add_document(document)
    client.add_document(None)
    if isinstance(answer, dict):
        client.add_document(answer.get("a"))
    leaf = models.Leaf(color="red", below=None)
    holder = client.add_forest([{"oaks": [leaf, 3, {"young": None}], "none": None}])
    for tree in holder.trees or ():
        if isinstance(tree, models.Leaf):
            tree.below = [tree, 1]
    holder.chain = {"a": {"b": None}}
    holder.endless = [[], [[]]]
