"""The reports room's door."""

from reports.api.revising import Revising
from reports.api.showing import Showing
from reports.events import ReportDelivered, ReportRead, ReportReturned, ReportRevised, ReportSigned, ReportSubmitted
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
    Revision,
    SignatureStatus,
    Standing,
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
    "ReportRevised",
    "ReportSigned",
    "ReportStatus",
    "ReportSubmitted",
    "Reports",
    "ReportsSettings",
    "Revision",
    "SignatureStatus",
    "Standing",
    "Stray",
    "Template",
    "Verdict",
    "Version",
]


class Reports(Revising, Showing):
    """Drafts, versions, signatures, deliveries: `Reports(floor, registry, gateway, queue, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
