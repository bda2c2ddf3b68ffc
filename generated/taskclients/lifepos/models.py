# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""LIFE POS API: models."""

from __future__ import annotations

from typing import Any, TypeAlias
from uuid import UUID

from attrs import field
from taskclients_core.formats import DateTimeMs
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire_member


class ClientType(OpenStr):
    """Kind of program that calls."""

    UNKNOWN = "Unknown"
    """Not known."""

    APP = "App"
    """An application."""

    WEB_APP = "WebApp"
    """A web application."""

    SERVICE = "Service"
    """A service."""

    ANDROID = "Android"
    """An Android application; only newer pages list it."""


class PresentationModes(OpenStr):
    """Level of detail of the items in a list; what compact leaves out is not documented."""

    COMPACT = "compact"
    FULL = "full"


class AsyncTaskOrdering(OpenStr):
    """Order of tasks."""

    CREATED_AT_ASC = "created_at_asc"
    """Oldest first."""

    CREATED_AT_DESC = "created_at_desc"
    """Newest first."""

    UPDATED_AT_ASC = "updated_at_asc"
    """Longest unchanged first."""

    UPDATED_AT_DESC = "updated_at_desc"
    """Last changed first."""


class AsyncTaskStatuses(OpenStr):
    """State of a task.

    Assumed: The pages list the values without a meaning; the meanings are read from the names and from is_confirmed.
    """

    IN_QUEUE = "InQueue"
    """Waits for its turn."""

    IN_PROGRESS = "InProgress"
    """Being worked on."""

    WAITING_FOR_FEEDBACK = "WaitingForFeedback"
    """Waits for the user to confirm."""

    COMPLETED = "Completed"
    """Done."""

    CANCELED = "Canceled"
    """Called off."""


class ResolutionTypes(OpenStr):
    """Severity of a remark."""

    INFORMATION = "Information"
    WARNING = "Warning"
    ERROR = "Error"


class NomenclatureImportStrategies(OpenStr):
    """Scope of an imported file: all goods or only changes.

    Assumed: The page lists the values without a meaning; the meanings are read from the names.
    """

    FULL_IMPORT = "FullImport"
    """The file holds all goods."""

    INCREMENTAL_IMPORT = "IncrementalImport"
    """The file holds changes."""


class ReportExportType(OpenStr):
    """A report and the format to which it is exported.

    Assumed: The list of version 5 is cut within its last value, so ReportCombinedCSV is a guess and more may follow;
    that report_export_type takes these values is read from the one that version 6 shows.
    """

    REVENUE_BY_PERIODS_EXCEL = "RevenueByPeriodsExcel"
    REVENUE_BY_OUTLETS_PERIODS_EXCEL = "RevenueByOutletsPeriodsExcel"
    REVENUE_BY_EMPLOEES_PERIODS_EXCEL = "RevenueByEmploeesPeriodsExcel"
    REVENUE_BY_PERIODS_CSV = "RevenueByPeriodsCSV"
    REVENUE_BY_OUTLETS_PERIODS_CSV = "RevenueByOutletsPeriodsCSV"
    REVENUE_BY_EMPLOEES_PERIODS_CSV = "RevenueByEmploeesPeriodsCSV"
    REPORT_TRANSACTION_EXCEL = "ReportTransactionExcel"
    REPORT_TRANSACTION_CSV = "ReportTransactionCSV"
    REPORT_FISCAL_DOCUMENT_EXCEL = "ReportFiscalDocumentExcel"
    REPORT_FISCAL_DOCUMENT_CSV = "ReportFiscalDocumentCSV"
    REPORT_MONEY_OPERATION_EXCEL = "ReportMoneyOperationExcel"
    REPORT_MONEY_OPERATION_CSV = "ReportMoneyOperationCSV"
    REPORT_PAYMENT_AND_REFUND_EXCEL = "ReportPaymentAndRefundExcel"
    REPORT_PAYMENT_AND_REFUND_CSV = "ReportPaymentAndRefundCSV"
    REPORT_COMBINED_EXCEL = "ReportCombinedExcel"
    REPORT_COMBINED_CSV = "ReportCombinedCSV"


class SignInResponseType(OpenStr):
    """Kind of response to signing in.

    Assumed: The page lists the values without a meaning; the meanings are read from the names, as the token may be
    null.
    """

    SESSION = "Session"
    """A session, probably in a cookie."""

    TOKEN = "Token"
    """A token in the body."""


@define(kw_only=True)
class TaskBase:
    """Members that tasks of every kind have in common. The pages mark no member as required."""

    file: UUID | None = None
    """Id of the file; how a file is sent or fetched is not documented."""

    status: AsyncTaskStatuses | None = None
    """State of the task."""

    progress: int | None = None
    """Progress of the task; the range is not documented."""

    resolutions: list[Resolution] | None = field(default=None, metadata=wire_member(nullable=True))
    """Remarks of the server on the task."""

    organization: OrganizationReference | None = None
    """The organization to which the task belongs."""

    created_at: DateTimeMs | None = None
    """Time of creation."""

    updated_at: DateTimeMs | None = None
    """Time of the last change."""

    deleted_at: DateTimeMs | None = field(default=None, metadata=wire_member(nullable=True))
    """Time of archiving, if it was archived."""

    meta: str | None = field(default=None, metadata=wire_member(nullable=True))
    """Free text, at most 128 characters."""

    meta_data: MetaData | None = field(default=None, metadata=wire_member(nullable=True))
    """Free text by name."""

    guid: UUID | None = None
    """Id of the task."""

    type_of: str | None = field(default=None, metadata=wire_member(nullable=True))
    """Kind of model; the values are not documented."""


MetaData: TypeAlias = dict[str, str]
"""Free text by name."""


@define(kw_only=True)
class Resolution:
    """A remark of the server on a task."""

    message: str | None = field(default=None, metadata=wire_member(nullable=True))
    """The remark in words."""

    type: ResolutionTypes | None = None
    """Severity of the remark."""


@define(kw_only=True)
class OrganizationReference:
    """Names an organization."""

    guid: UUID | None = None
    """Id of the organization."""

    type_of: str | None = field(default=None, metadata=wire_member(nullable=True))
    """Kind of model; the values are not documented."""


@define(kw_only=True)
class ListEnvelope:
    """Members of every page of a list besides its items. The pages mark no member as required."""

    next_page_token: str | None = field(default=None, metadata=wire_member(nullable=True))
    """Names the next page; null on the last one.

    Assumed: The page does not say what null means; there is no other sign of the last page.
    """

    page_number: int | None = None
    """Number of the page."""

    pages_total: int | None = None
    """Number of pages."""

    items_per_page: int | None = None
    """Number of items on a page."""

    items_total: int | None = None
    """Number of items on all pages."""

    type_of: str | None = field(default=None, metadata=wire_member(nullable=True))
    """Kind of model; the values are not documented."""


@define(kw_only=True)
class NomenclatureImportTaskList(ListEnvelope):
    """One page of imports of goods."""

    items: list[NomenclatureImportTask] | None = field(default=None, metadata=wire_member(nullable=True))
    """The tasks on this page."""


@define(kw_only=True)
class NomenclatureImportTask(TaskBase):
    """An import of goods."""

    parameters: NomenclatureImportParameters | None = None
    """Parameters of the import of goods."""

    is_confirmed: bool | None = None
    """True if the user has confirmed the import."""


@define(kw_only=True)
class NomenclatureImportParameters:
    """Parameters of an import of goods."""

    import_strategy: NomenclatureImportStrategies | None = None
    """Scope of the file: all goods or only changes."""

    attributes_for_matching: MatchingAttributes | None = None
    """By what goods are recognized."""


@define(kw_only=True)
class MatchingAttributes:
    """By what imported goods are recognized."""

    use_good_name: bool | None = None
    """By their name."""

    use_barcodes_ean13: bool | None = None
    """By their EAN-13 bar code."""

    use_barcodes_local: bool | None = None
    """By their own bar code."""


@define(kw_only=True)
class RevenueExportTaskList(ListEnvelope):
    """One page of exports of revenue reports."""

    items: list[RevenueExportTask] | None = field(default=None, metadata=wire_member(nullable=True))
    """The tasks on this page."""


@define(kw_only=True)
class RevenueExportTask(TaskBase):
    """An export of a revenue report.

    Assumed: The saved pages end within the parameters; that the members of every task follow is taken from the imports.
    """

    mime_type: str | None = None
    """Media type of the file."""

    report_export_type: ReportExportType | None = None
    """Which report is exported, and to what."""

    parameters: RevenueExportParameters | None = None
    """Scope and columns of the report."""


@define(kw_only=True)
class RevenueExportParameters:
    """Scope and columns of a revenue report."""

    attributes_for_export: RevenueExportAttributes | None = None
    """Which columns the report has."""

    filters_for_export: RevenueExportFilters | None = None
    """Scope of the report."""


@define(kw_only=True)
class RevenueExportAttributes:
    """Which columns a revenue report has."""

    include_outlet_name: bool | None = None
    """Name of the outlet."""

    include_employee_name: bool | None = None
    """Name of the employee."""

    include_period_column: bool | None = None
    """The period."""

    include_start_column: bool | None = None
    """Start of the period."""

    include_end_column: bool | None = None
    """End of the period."""

    include_selection_points_column: bool | None = None
    """The selected points."""

    include_comparison_period_column: bool | None = None
    """The period to compare with."""

    include_revenue_column: bool | None = None
    """Revenue."""

    include_average_column: bool | None = None
    """Average."""

    include_refunds_column: bool | None = None
    """Refunds."""

    include_payments_column: bool | None = None
    """Payments."""

    include_number_of_payments_column: bool | None = None
    """Number of payments."""

    include_number_of_refunds_column: bool | None = None
    """Number of refunds."""

    include_number_of_transactions_column: bool | None = None
    """Number of transactions."""

    include_median_payments_column: bool | None = None
    """Median of the payments."""


@define(kw_only=True)
class RevenueExportFilters:
    """Scope of a revenue report."""

    processed_at_from: DateTimeMs | None = None
    """Start of the period."""

    processed_at_to: DateTimeMs | None = None
    """End of the period."""

    comparison_processed_at_from: DateTimeMs | None = None
    """Start of the period to compare with."""

    comparison_processed_at_to: DateTimeMs | None = None
    """End of the period to compare with."""

    revenue_by_periods_type: str | None = field(default=None, metadata=wire_member("revenueByPeriodsType"))
    """Length of the periods, such as Year; the other values are not documented."""

    outlet_guid: UUID | None = None
    """Only this outlet."""

    outlet_guids: list[UUID] | None = None
    """Only these outlets."""

    employee_guid: UUID | None = None
    """Only this employee."""

    employee_guids: list[UUID] | None = None
    """Only these employees."""


@define(kw_only=True)
class SignInRequest:
    """Credentials with a user name."""

    full_username: str
    """User name, 2 to 49 characters."""

    password: str = field(repr=False)
    """Password, 6 to 32 characters."""

    response_type: SignInResponseType | None = None
    """Kind of response to signing in."""


@define(kw_only=True)
class SignInByPhoneRequest:
    """Credentials with a phone number."""

    phone: str = field(repr=False)
    """Phone number, 10 to 18 characters."""

    password: str = field(repr=False)
    """Password, 6 to 32 characters."""


@define(kw_only=True)
class SignInResult:
    """Answer to signing in."""

    token: str | None = field(default=None, repr=False, metadata=wire_member(nullable=True))
    """Token for the other operations; null when a session was asked for.

    Assumed: The page does not say when the token is null.
    """


ErrorBody: TypeAlias = dict[str, Any]
"""Body of an answer that reports an error; its members are not documented.

Assumed: Every saved page ends before the members, so any are allowed.
"""
