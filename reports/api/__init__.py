"""The reports room's door."""

from reports.api.county import County, CountyCertificate
from reports.api.revising import Revising
from reports.api.showing import Showing
from reports.encodings.resources import document_reference, provenance, resources
from reports.events import ReportDelivered, ReportRead, ReportReturned, ReportRevised, ReportSigned, ReportSubmitted
from reports.model import (
    Content,
    Delivery,
    DeliveryState,
    Draft,
    Examination,
    KeyImage,
    Mark,
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
from reports.search import ReportPage, ReportSearch
from reports.settings import ReportsSettings
from reports.signers.records import KeyRecord

__all__ = [
    "Content",
    "CountyCertificate",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Examination",
    "KeyImage",
    "KeyRecord",
    "Mark",
    "Opened",
    "Rendition",
    "Report",
    "ReportDelivered",
    "ReportPage",
    "ReportRead",
    "ReportRef",
    "ReportReturned",
    "ReportRevised",
    "ReportSearch",
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
    "document_reference",
    "provenance",
    "resources",
]


class Reports(Revising, Showing, County):
    """Drafts, versions, signatures, deliveries: `Reports(floor, registry, gateway, queue, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
