"""An invented vendor: a spec, and a page of it as text copied from Docusaurus's OpenAPI theme."""

from __future__ import annotations

from typing import Final

SPEC: Final = """\
openapi: 3.1.0
info: {title: Parcels API, version: '1'}
servers: [{url: 'https://api.example.com/rest'}]
security: [{token: []}]
tags: [{name: parcels, description: Parcels.}]
paths:
  /parcels:
    get:
      operationId: parcels.listParcels
      tags: [parcels]
      externalDocs: {url: 'https://docs.example.com/list-parcels'}
      parameters:
        - {name: state, in: query, schema: {$ref: '#/components/schemas/ParcelState'}}
        - {name: note, in: query, schema: {type: string, maxLength: 40}}
      responses:
        '200':
          description: The parcels.
          content: {application/json: {schema: {$ref: '#/components/schemas/ParcelList'}}}
  /parcels/{id}:
    get:
      operationId: parcels.getParcel
      tags: [parcels]
      externalDocs: {url: 'https://docs.example.com/get-parcel'}
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
      responses:
        '200':
          description: One parcel.
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    ParcelList:
      description: A list of parcels.
      type: object
      required: [items]
      properties:
        items: {type: array, description: Parcels., items: {$ref: '#/components/schemas/Parcel'}}
    Parcel:
      description: A parcel.
      type: object
      required: [id, state]
      properties:
        id: {type: string, format: uuid, description: Id.}
        state: {$ref: '#/components/schemas/ParcelState'}
        weight: {type: [integer, 'null'], format: int32, description: Weight in grams.}
        label: {type: string, maxLength: 20, description: Text on the label.}
        sent_at: {type: [string, 'null'], format: date-time, description: Time of sending.}
    ParcelState:
      description: State of a parcel.
      type: string
      enum: [Packed, Sent]
      x-enum-descriptions: [It is packed., It is on its way.]
"""

PAGE: Final = """\
List parcels

GET

/rest/parcels

Request

Query Parameters

    state ParcelState

    Possible values: [Packed, Sent]

    note string

    Possible values: <= 40 characters

Responses

Success

Schema

    items

    object[]

    required

  • Array [

  • id uuidrequired
    state ParcelState (string)required

    Possible values: [Packed, Sent]

    weight int32nullable
    label string

    Possible values: <= 20 characters

    sent_at date-timenullable

  • ]
"""
