"""Page of an invented operation with everything that Docusaurus's OpenAPI theme can express."""

from __future__ import annotations

from .writers.docusaurus import Member, Operation, Response

ERROR = (Member(name="code", type="integer", format="int32"), Member(name="reason"))
PAGE = Operation(
    parameters={
        "path": (Member(name="shop_id", format="uuid", required=True, prose="Number of the shop, as printed"),),
        "query": (
            Member(name="page_token", prose="Bad Token"),
            Member(name="since", format="date-time"),
            Member(name="state", title="CrateStates", values=("Open", "Sealed")),
            Member(name="kinds", title="CrateKinds", is_list=True, values=("Box", "Bag", "Barrel")),
        ),
        "header": (Member(name="X-Shop-Client", required=True, longest=64, prose="Name of the client"),),
    },
    request=(
        Member(name="note", longest=200, required=True),
        Member(name="limit", type="integer", format="int32", prose="Any integer"),
    ),
    responses={
        "200": Response(
            description="OK",
            members=(
                Member(
                    name="crates",
                    type="object",
                    is_list=True,
                    nullable=True,
                    required=True,
                    members=(
                        Member(name="crate_id", format="uuid", required=True),
                        Member(
                            name="contents",
                            type="object",
                            members=(
                                Member(name="weight", type="number", format="double"),
                                Member(name="unit", title="Units", values=("kg", "lb")),
                                Member(
                                    name="origin",
                                    type="object",
                                    nullable=True,
                                    members=(Member(name="country", longest=2), Member(name="harbour", nullable=True)),
                                ),
                            ),
                        ),
                        Member(name="sealed", type="boolean"),
                        Member(name="labels", is_list=True, prose="Read Only"),
                        Member(name="extra", type="object", map_of="string"),
                    ),
                ),
                Member(name="next_token", nullable=True),
                Member(name="total", type="integer", format="int64"),
            ),
        ),
        "400": Response(description="Bad Request", members=ERROR),
        "404": Response(description="Not Found", members=ERROR, media=("application/problem+json",)),
    },
)
