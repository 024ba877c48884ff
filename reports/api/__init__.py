"""The reports room's door."""

from reports.api.issuing import Issuing
from reports.api.showing import Showing
from reports.events import ReportDelivered, ReportRead, ReportReturned, ReportSigned, ReportSubmitted
from reports.model import (
    Content,
    Delivery,
    DeliveryState,
    Draft,
    KeyImage,
    Opened,
    Rendition,
    Report,
    ReportRef,
    ReportStatus,
    SignatureStatus,
    Stray,
    Template,
    Verdict,
    Version,
)
from reports.settings import ReportsSettings

__all__ = [
    "Content",
    "Delivery",
    "DeliveryState",
    "Draft",
    "KeyImage",
    "Opened",
    "Rendition",
    "Report",
    "ReportDelivered",
    "ReportRead",
    "ReportRef",
    "ReportReturned",
    "ReportSigned",
    "ReportStatus",
    "ReportSubmitted",
    "Reports",
    "ReportsSettings",
    "SignatureStatus",
    "Stray",
    "Template",
    "Verdict",
    "Version",
]


class Reports(Issuing, Showing):
    """Drafts, versions, signatures, deliveries: `Reports(floor, registry, gateway, queue, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
