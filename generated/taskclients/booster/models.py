# Generated from booster.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Richemont Booster PublicApi: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.formats import GuidN, ServiceStackDate
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, OpenInt, OpenStr, Unset, wire, wire_member


class TaskStatus(OpenStr):
    """State of a task.

    Assumed: The page gives the four values as examples without a meaning; the meanings are read from the abbreviations.
    """

    REQUESTED = "REQ"
    """Accepted, not yet started."""

    IN_PROGRESS = "INP"
    """Being worked on."""

    COMPLETED = "COM"
    """Done."""

    ERROR = "ERR"
    """Ended with an error."""


class StockType(OpenStr):
    """Ownership of goods: owned or on consignment."""

    STANDARD = "standard"
    CONSIGNED = "consigned"


class MovementOrder(OpenStr):
    """Order of stock movements."""

    DATE_DESC = "DateDESC"
    """Newest first."""

    DATE_ASC = "DateASC"
    """Oldest first."""


class SelloutType(OpenStr):
    """Direction of a sell-out."""

    SELLOUT = "sellout"
    """Goods sold."""

    RETURN = "return"
    """Goods given back."""


class WarrantyExtensionStatus(OpenInt):
    """State of a warranty extension."""

    ACTIVATED = 1
    REQUESTED = 2
    REFUSED = 3
    ERROR = 4


class OrderStatus(OpenStr):
    """State of an order."""

    BACKORDER = "B"
    CREATED = "C"
    DRAFT = "D"
    IN_TRANSIT = "I"
    PENDING = "N"
    SHIPPED = "P"
    PARTIALLY_SHIPPED = "PS"
    RESERVED = "R"
    RP_SIMULATED = "X"
    DELETED = "Z"


@wire(rename="camel")
@define(kw_only=True)
class Task:
    """One background task."""

    async_task_id: GuidN
    """Id of the task."""

    type: str
    """Subject of the task, such as stock, sellout or crm.

    The values for orders, invoices, movements and imports are not documented.
    """

    request_date: str
    """Time of creation, as text; its format and time zone are not documented."""

    status: TaskStatus
    """State of the task."""

    percentage: int
    """Progress in percent."""

    brand: str
    """Brand trigram."""

    download_url: str | None = field(default=None, repr=False, metadata=wire_member(nullable=True))
    """URL of the files that the task produced.

    Assumed: Nullable because it is an optional .NET string.
    """

    signed_download_url: str | None = field(default=None, repr=False, metadata=wire_member(nullable=True))
    """Signed link to the produced files. It expires; after how long is not documented.

    Assumed: Nullable because it is an optional .NET string.
    """

    total_results: int | None = field(default=None, metadata=wire_member(nullable=True))
    """Number of operations."""

    total_succeeded: int | None = field(default=None, metadata=wire_member(nullable=True))
    """Number of operations that succeeded."""

    total_failed: int | None = field(default=None, metadata=wire_member(nullable=True))
    """Number of operations that failed."""


@wire(rename="camel")
@define(kw_only=True)
class ImportRequest:
    """An import of sell-outs and customers from a file."""

    brand: str
    """Brand trigram."""

    external_file_id: str
    """Public key of the file on the cloud file server."""

    type: str
    """Content of the file, such as SelloutAndCustomer or Sellout."""

    download_request_id: str | None = None
    """Reference of the Booster document that ties the file to a Salesforce record."""


@wire(rename="camel")
@define(kw_only=True)
class ImportRequestResponse:
    """Answer to an import request."""

    async_task_id: GuidN
    """Id of the task that imports the file."""


@wire(rename="camel")
@define(kw_only=True)
class SearchCustomer:
    """Which customers are meant; every filter that is given narrows the choice."""

    brand: str
    """Brand trigram."""

    pos_codes: list[str]
    """Legacy codes of the points of sale."""

    search_key: str | None = field(default=None, repr=False)
    """A name, e-mail address, phone number without prefix, Booster customer id or SAP CRM id."""

    phone_number: str | None = field(default=None, repr=False)
    """Phone number, matched exactly."""

    email: str | None = field(default=None, repr=False)
    """E-mail address, matched exactly."""

    location_country_ids: list[str] | None = None
    """Ids of countries, such as it or en."""

    client_spending_from: float | None | Unset = UNSET
    """Least amount spent."""

    client_spending_to: float | None | Unset = UNSET
    """Largest amount spent."""

    creation_date_from: ServiceStackDate | None | Unset = UNSET
    """Start of the period in which the customer was created."""

    creation_date_to: ServiceStackDate | None | Unset = UNSET
    """End of the period in which the customer was created."""

    transaction_date_from: ServiceStackDate | None | Unset = UNSET
    """Start of the period of the transactions."""

    transaction_date_to: ServiceStackDate | None | Unset = UNSET
    """End of the period of the transactions."""

    can_be_contacted_by_maison: bool | None | Unset = UNSET
    """True if the maison may contact the customer."""

    birthdate_months: list[int] | None = None
    """Months of birth, 1 for January to 12 for December."""

    interests: list[GetCustomerInterest] | None = None
    """Interests of the customer."""

    hobbies: list[GetCustomerHobby] | None = None
    """Hobbies of the customer."""

    product_collections: list[GetCustomerProductCollection] | None = None
    """Product collections the customer cares for."""

    customer_status: list[str] | None = None
    """Statuses of the customer, such as Prospect or Client."""

    booster_customer_ids: list[int] | None = None
    """Booster's ids of the customers."""

    has_sap_crm_error: bool | None | Unset = UNSET
    """True if the customer has an error in SAP CRM."""

    product_categories: list[ProductCategory] | None = None
    """Product categories."""

    sale_representative_emails: list[str] | None = field(default=None, repr=False)
    """E-mail addresses of the sales representatives.

    Assumed: Optional because the member of this name is so in ExportSellOut; every saved copy of the page ends before
    this row.
    """


@wire(rename="camel")
@define(kw_only=True)
class GetCustomerInterest:
    """An interest of a customer."""

    interest: str
    """Name of the interest."""

    sap_interest_id: str
    """SAP's id of the interest, such as CA-1."""


@wire(rename="camel")
@define(kw_only=True)
class GetCustomerHobby:
    """A hobby of a customer."""

    hobby: str | None = None
    """Name of the hobby."""

    sap_hobby_id: str | None = None
    """SAP's id of the hobby, such as ART."""


@wire(rename="camel")
@define(kw_only=True)
class GetCustomerProductCollection:
    """A product collection that a customer cares for."""

    product_collection: str
    """Name of the collection."""

    sap_product_collection_id: str
    """SAP's id of the collection, such as CA-1."""


@wire(rename="camel")
@define(kw_only=True)
class ProductCategory:
    """A place in the tree of product categories."""

    brand_category_id: str | None = None
    """Id of the brand's category."""

    grand_category_id: str
    """Id of the grand category."""

    master_category_id: str | None = None
    """Id of the master category."""

    category_id: str | None = None
    """Id of the category."""

    sub_category_id: str | None = None
    """Id of the subcategory."""


@wire(rename="camel")
@define(kw_only=True)
class ExportCustomer(SearchCustomer):
    """An export of customers."""

    download_request_id: str
    """The caller's own id of this export."""


@wire(rename="camel")
@define(kw_only=True)
class ExportCustomerResponse:
    """Answer to an export of customers."""

    async_task_id: GuidN
    """Id of the task that writes the file.

    Assumed: Required because it is so in every sibling; the saved copies end before the flag.
    """


@wire(rename="camel")
@define(kw_only=True)
class StockRequest:
    """Which stock is meant."""

    brand: str
    """Brand trigram."""

    pos_codes: list[str] | None = None
    """Legacy codes of the points of sale."""

    article_codes: list[str] | None = None
    """Codes of the articles."""

    include_extra_info: bool | None = None
    """True to add extra information; left out, it counts as false.

    Assumed: The page names no default; a .NET bool is false unless it is set.
    """

    cluster_ids: list[str] | None = None
    """Ids of the clusters."""

    include_consignment_not_authorized_pos: bool | None = field(
        default=None, metadata=wire_member("includeConsignmentNotAuthorizedPOS")
    )
    """True to include points of sale that are not authorized for consignment; left out, it counts as false.

    Assumed: The page names no default; a .NET bool is false unless it is set.
    """

    include_rsp: bool | None = field(default=None, metadata=wire_member("includeRSP"))
    """True to add the retail sales price.

    If omitted, the server uses False.
    """

    date_from: ServiceStackDate | None | Unset = UNSET
    """Earliest day since which an article is in stock."""

    date_to: ServiceStackDate | None | Unset = UNSET
    """Latest day since which an article is in stock."""

    type: StockType | None = None
    """Which kind of stock; leave out for all."""


@wire(rename="camel")
@define(kw_only=True)
class ExportStock(StockRequest):
    """An export of the stock.

    Assumed: That it extends StockRequest follows from the page's separate tables of members.
    """

    product_categories: list[ProductCategory] | None = None
    """Product categories."""

    download_request_id: str
    """The caller's own id of this export."""


@wire(rename="camel")
@define(kw_only=True)
class ExportStockResponse:
    """Answer to an export of the stock."""

    async_task_id: GuidN
    """Id of the task that writes the file."""


@wire(rename="camel")
@define(kw_only=True)
class MovementsRequest:
    """Which stock movements are meant."""

    brand: str
    """Brand trigram."""

    pos_codes: list[str]
    """Legacy codes of the points of sale."""

    movement_type_ids: list[int] | None = None
    """Ids of the movement types; their values are not documented."""

    search_key: str | None = None
    """An article code or serial number."""

    date_from: ServiceStackDate | None | Unset = UNSET
    """Start of the period."""

    date_to: ServiceStackDate | None | Unset = UNSET
    """End of the period."""

    sort_by: MovementOrder | None = None
    """Order of the movements.

    If omitted, the server uses 'DateDESC'.
    """


@wire(rename="camel")
@define(kw_only=True)
class ExportMovement(MovementsRequest):
    """An export of stock movements.

    Assumed: That it extends MovementsRequest follows from the page's separate tables of members.
    """

    download_request_id: str
    """The caller's own id of this export."""


@wire(rename="camel")
@define(kw_only=True)
class ExportMovementResponse:
    """Answer to an export of stock movements."""

    async_task_id: GuidN
    """Id of the task that writes the file."""


@wire(rename="camel")
@define(kw_only=True)
class ExportSellOut:
    """An export of sell-outs."""

    brand: str
    """Brand trigram."""

    pos_codes: list[str]
    """Legacy codes of the points of sale."""

    date_to: ServiceStackDate | None | Unset = UNSET
    """End of the period."""

    date_from: ServiceStackDate | None | Unset = UNSET
    """Start of the period."""

    article_codes: list[str] | None = None
    """Global and local codes of the articles."""

    product_categories: list[ProductCategory] | None = None
    """Product categories."""

    sale_representative_emails: list[str] | None = field(default=None, repr=False)
    """E-mail addresses of the sales representatives."""

    sellout_type: SelloutType | None | Unset = UNSET
    """Sales or returns; null for both."""

    type: StockType | None | Unset = UNSET
    """Which kind of stock; null for both."""

    warranty_extension_status_ids: list[WarrantyExtensionStatus] | None = None
    """States of the warranty extension."""

    download_request_id: str
    """The caller's own id of this export."""


@wire(rename="camel")
@define(kw_only=True)
class ExportSellOutResponse:
    """Answer to an export of sell-outs."""

    async_task_id: GuidN
    """Id of the task that writes the file."""


@wire(rename="camel")
@define(kw_only=True)
class ExportOrder:
    """An export of orders."""

    brand: str
    """Brand trigram."""

    pos_codes: list[str]
    """Legacy codes of the points of sale."""

    date_to: ServiceStackDate | None | Unset = UNSET
    """End of the period."""

    date_from: ServiceStackDate | None | Unset = UNSET
    """Start of the period."""

    status: list[OrderStatus] | None = None
    """States of the orders."""

    reason_code: list[str] | None = None
    """Reason codes, such as Y00 or Y06."""

    product_categories: list[ProductCategory] | None = None
    """Product categories."""

    final_ship_to: list[str] | None = None
    """Codes of the points of sale to which the goods finally go."""

    download_request_id: str
    """The caller's own id of this export."""


@wire(rename="camel")
@define(kw_only=True)
class ExportOrderResponse:
    """Answer to an export of orders."""

    async_task_id: GuidN
    """Id of the task that writes the file."""


@wire(rename="camel")
@define(kw_only=True)
class ExportInvoice:
    """An export of invoices."""

    brand: str
    """Brand trigram."""

    pos_codes: list[str]
    """Legacy codes of the points of sale."""

    date_to: ServiceStackDate | None | Unset = UNSET
    """End of the period."""

    date_from: ServiceStackDate | None | Unset = UNSET
    """Start of the period."""

    reason_codes: list[str] | None = None
    """Reason codes, such as Y00 or Y06."""

    product_categories: list[ProductCategory] | None = None
    """Product categories."""

    download_request_id: str
    """The caller's own id of this export."""


@wire(rename="camel")
@define(kw_only=True)
class ExportInvoiceResponse:
    """Answer to an export of invoices."""

    async_task_id: GuidN
    """Id of the task that writes the file."""


@wire(rename="camel")
@define(kw_only=True)
class ErrorResponse:
    """Body of an answer that reports an error.

    Assumed: The generic error body of the framework; the vendor's pages show neither an error nor a responseStatus
    member.
    """

    response_status: ResponseStatus | None = None
    """Description of the error."""


@wire(rename="camel")
@define(kw_only=True)
class ResponseStatus:
    """Description of the error."""

    error_code: str | None = None
    """Code of the failed check, or else the name of the error's type."""

    message: str | None = None
    """The error in words."""

    stack_trace: str | None = None
    """Stack trace of the service; sent in debug mode only."""

    errors: list[ResponseError] | None = None
    """The errors of single fields."""

    meta: dict[str, str] | None = None
    """More about the error."""


@wire(rename="camel")
@define(kw_only=True)
class ResponseError:
    """Error in one field."""

    error_code: str | None = None
    """Code of the failed check."""

    field_name: str | None = None
    """Name of the field."""

    message: str | None = None
    """The error in words."""

    meta: dict[str, str] | None = None
    """More about the error."""
