# Generated from mykaarma.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""myKaarma Manage API: models."""

from __future__ import annotations

from typing import Any

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire


class ProcessStatus(OpenStr):
    """State of a process or of one of its steps.

    Assumed: The page lists the values without a meaning; the meanings are read from the names.
    """

    NOT_STARTED = "NOT_STARTED"
    """Waits for its turn."""

    COMPLETED = "COMPLETED"
    """Done."""

    FAILED = "FAILED"
    """Ended with an error."""

    IN_PROGRESS = "IN_PROGRESS"
    """Being worked on."""

    NOT_NEEDED = "NOT_NEEDED"
    """Left out, as there is nothing to do."""


class AsyncTaskType(OpenStr):
    """Kind of a process."""

    CREATE_DEALER = "CREATE_DEALER"
    """Sets up a new dealer."""

    UPDATE_DEALER_PRODUCTS = "UPDATE_DEALER_PRODUCTS"
    """Changes the products of a dealer; the operation that starts it is not documented."""


class BusinessType(OpenStr):
    """Kind of thing that a process works on."""

    DEALER = "DEALER"
    PRODUCT = "PRODUCT"


class RequesterUserType(OpenStr):
    """Kind of user."""

    ADMIN_USER = "ADMIN_USER"
    MYKAARMA_USER = "MYKAARMA_USER"
    EXTERNAL_USER = "EXTERNAL_USER"


@wire(rename="camel")
@define(kw_only=True)
class ResponseEnvelope:
    """Members of every response, also of one that reports an error."""

    errors: list[ErrorDetail] | None = None
    """Description of the error."""

    warnings: list[WarningDetail] | None = None
    """Text of the remark."""

    api_request_id: str | None = None
    """Id of this call, for questions to the vendor."""


@wire(rename="camel")
@define(kw_only=True)
class ErrorDetail:
    """One error."""

    error_code: int | None = None
    """Number of the error.

    Assumed: The Manage API's own pages show 100004 only; the other numbers are those of the Payments API, whose 100004
    has the same title.
    """

    error_title: str | None = None
    """Name of the error, one for each number.

    Assumed: The Manage API's own pages show REQUEST_NOT_AUTHORIZED only; the other titles are those of the Payments
    API, in the order of the numbers.
    """

    error_message: str | None = None
    """The error in words."""


@wire(rename="camel")
@define(kw_only=True)
class WarningDetail:
    """One warning."""

    warning_code: int | None = None
    """Number of the warning."""

    warning_title: str | None = None
    """Name of the warning."""

    warning_message: str | None = None
    """The warning in words."""


@wire(rename="camel")
@define(kw_only=True)
class AsyncProcess(ResponseEnvelope):
    """One background process."""

    uuid: str | None = None
    """Id of the process."""

    status: ProcessStatus | None = None
    """State of the process."""

    async_task_type: AsyncTaskType | None = None
    """Kind of the process."""

    name: str | None = None
    """Name of the process."""

    start_time: str | None = None
    """Start of the process, as text; the format is not documented."""

    end_time: str | None = None
    """End of the process, as text; the format is not documented."""

    task_details: str | None = None
    """More about the process, as text without a documented form."""

    steps: list[ProcessStep] | None = None
    """The steps of the process."""

    service_subscriber: ServiceSubscriber | None = None
    """The subscriber for whom the process runs."""

    business: Business | None = None
    """Object that the process works on."""

    requester_user: RequesterUser | None = None
    """User who requested the process."""


@wire(rename="camel")
@define(kw_only=True)
class ProcessStep:
    """One step of a process."""

    uuid: str | None = None
    """Id of the step."""

    order: int | None = None
    """Place of the step among its siblings."""

    key: str | None = None
    """Key of the step; the values are not documented."""

    detail: str | None = None
    """More about the step, as text without a documented form."""

    name: str | None = None
    """Name of the step."""

    start_time: str | None = None
    """Start of the step, as text; the format is not documented."""

    end_time: str | None = None
    """End of the step, as text; the format is not documented."""

    status: ProcessStatus | None = None
    """State of the step."""


@define(kw_only=True)
class ServiceSubscriber:
    """An account that may use the API."""

    name: str | None = None
    """Name of the subscriber."""

    uuid: str | None = None
    """Id of the subscriber."""


@define(kw_only=True)
class Business:
    """A dealer or a product."""

    type: BusinessType | None = None
    """Which of the two it is."""

    uuid: str | None = None
    """Id of the dealer or product."""

    name: str | None = None
    """Name of the dealer or product."""


@define(kw_only=True)
class RequesterUser:
    """User who requested a process."""

    type: RequesterUserType | None = None
    """Kind of user."""

    name: str | None = None
    """Name of the user."""

    uuid: str | None = None
    """Id of the user."""


@wire(rename="camel")
@define(kw_only=True)
class CreateDealerRequest:
    """A dealer to be created. The page marks no member as required."""

    name: str | None = None
    """Name of the dealer."""

    comment: str | None = None
    """Remark on the dealer."""

    phone_number: str | None = field(default=None, repr=False)
    """Phone number of the dealer."""

    email: str | None = field(default=None, repr=False)
    """E-mail address of the dealer."""

    website: str | None = None
    """Web site of the dealer."""

    nick_name: str | None = None
    """Short name of the dealer."""

    is_test_dealer: bool | None = None
    """True if the dealer exists for tests only."""

    dealer_group_uuids: list[str] | None = None
    """Ids of the dealer's groups."""

    brand_uuids: list[str] | None = None
    """Ids of the brands that the dealer sells."""

    dms_name: str | None = None
    """Name of the dealer management system."""

    product_uuids: list[str] | None = None
    """Ids of the products that the dealer uses."""

    skin: str | None = None
    """Look of the dealer's pages."""

    scheduler_time_interval_in_mins: str | None = None
    """Length of a slot in the scheduler, in minutes, as text."""

    status_call_back_url: str | None = field(default=None, repr=False)
    """URL that receives the state; what is sent there is not documented."""

    time_zone: str | None = None
    """Time zone of the dealer, such as US/Central.

    Assumed: The page gives no values; another page of the product writes a dealer's time zone in this style.
    """

    hours_of_operation: dict[str, Any] | None = None
    """Opening hours of the dealer.

    Assumed: The saved page does not show the members, so any are allowed.
    """

    address: dict[str, Any] | None = None
    """Address of the dealer.

    Assumed: The saved page does not show the members, so any are allowed.
    """


@wire(rename="camel")
@define(kw_only=True)
class CreateDealerResponse(ResponseEnvelope):
    """Answer to the creation of a dealer."""

    request_uuid: str | None = None
    """Id of the process that sets the dealer up.

    Assumed: The page does not say what this id names; it is the only one in the answer.
    """
