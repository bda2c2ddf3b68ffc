"""Two versions of a spec, and the changes between them, written by hand."""

from __future__ import annotations

from typing import Final

from dragoman.diff.change import CallerEffect, Change, Direction, Place, WireEffect
from dragoman.diff.comparison import Comparison, SpecFile, spec_diffs

OLD: Final = """\
openapi: 3.1.0
info: {title: Parcels, version: '1'}
servers: [{url: 'https://api.example.com', x-assumed: The page names no host.}]
tags: [{name: parcels, description: Parcels.}]
paths:
  /parcels/{id}:
    get:
      operationId: parcels.getParcel
      summary: Get a parcel.
      tags: [parcels]
      externalDocs: {url: 'https://example.com/docs'}
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The parcel.
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
components:
  schemas:
    Parcel:
      type: object
      description: A parcel.
      required: [id, brand]
      properties:
        id: {type: string, description: Id.}
        brand: {type: string, description: Brand of the sender.}
        weight: {type: integer, description: Weight in grams.}
"""
NEW: Final = (
    OLD.replace("      required: [id, brand]\n", "      required: [id]\n")
    .replace("        brand: {type: string, description: Brand of the sender.}\n", "")
    .replace(
        "Weight in grams.}\n", "Weight in grams.}\n        fragile: {type: boolean, description: Handle with care.}\n"
    )
    .replace("Get a parcel.", "Get one parcel.")
)
GET: Final = ("parcels.getParcel",)
REMOVED: Final = Change(
    id="member-removed",
    place=Place(words="Parcel.brand", pointer="/components/schemas/Parcel/properties/brand", gone=True),
    direction=Direction.RESPONSE,
    old="string",
    new="",
    summary="removed",
    wire=WireEffect(misread="brand was always sent"),
    callers=(
        CallerEffect(
            name="Parcel.brand",
            text="removed: reading it raises AttributeError, mypy reports it",
            type_check=True,
            run_time=True,
        ),
    ),
    operations=GET,
)
ADDED: Final = Change(
    id="member-added",
    place=Place(words="Parcel.fragile", pointer="/components/schemas/Parcel/properties/fragile"),
    direction=Direction.RESPONSE,
    old="",
    new="boolean",
    summary="added: boolean",
    operations=GET,
)
DESCRIBED: Final = Change(
    id="documentation-changed",
    place=Place(words="documentation", pointer="/paths/~1parcels~1{id}/get/summary"),
    direction=Direction.NONE,
    old="",
    new="",
    summary="1 description changed: GET /parcels/{id}",
)
CHANGES: Final = (DESCRIBED, ADDED, REMOVED)


def comparison(*changes: Change, old: str = OLD, new: str = NEW) -> Comparison:
    """Return a comparison of two texts in which given changes were found."""
    pair = (
        SpecFile("v1:parcels.yaml", "parcels.yaml", old.encode()),
        SpecFile("parcels.yaml", "parcels.yaml", new.encode()),
    )
    return Comparison(old="v1 (0123456789)", new="working tree", specs=spec_diffs([pair], lambda *_: changes))
