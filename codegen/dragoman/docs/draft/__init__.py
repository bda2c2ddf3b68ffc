"""Drafts: a first version of a spec, from the facts of pages."""

from .spec import draft as draft
