"""Drafts, versions, deliveries and the rules of a report. Plain Python."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

KEY_IMAGES_LIMIT = 6
REASON_LIMIT = 500
FORMAT = "urn:lianzhen:report-document:1"  # the profile that a canonical document names


class ReportStatus(StrEnum):
    """FHIR R4 DiagnosticReport.status."""

    REGISTERED = "registered"
    PARTIAL = "partial"
    PRELIMINARY = "preliminary"  # the writer has signed, the reviewer has not
    FINAL = "final"
    AMENDED = "amended"
    CORRECTED = "corrected"
    APPENDED = "appended"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


ISSUED = frozenset({ReportStatus.FINAL, ReportStatus.AMENDED, ReportStatus.CORRECTED, ReportStatus.APPENDED})
"""Reviewed and in force."""


class Revision(StrEnum):
    """What can be done to a report that was issued; each makes a version with a reason."""

    CORRECTION = "correction"  # 更正: the words change
    ADDENDUM = "addendum"  # 补充: the words stand, more is said
    WITHDRAWAL = "withdrawal"  # 撤销: it should not have been issued


REVISED = {
    Revision.CORRECTION: ReportStatus.CORRECTED,
    Revision.ADDENDUM: ReportStatus.APPENDED,
    Revision.WITHDRAWAL: ReportStatus.ENTERED_IN_ERROR,
}


class DeliveryState(StrEnum):
    """Whether a unit has a version: a question of its own, apart from the report's status."""

    NOT_OWED = "not-owed"
    PENDING = "pending"
    DELIVERED = "delivered"
    REFUSED = "refused"  # the receiver said no: a person must look
    UNDELIVERED = "undelivered"  # we cannot know: safe to send again under the same id


class SignatureRole(StrEnum):
    """As what somebody signed."""

    WRITER = "writer"  # 报告医师
    REVIEWER = "reviewer"  # 审核医师
    SEAL = "seal"  # 机构印章


@dataclass(frozen=True, slots=True)
class KeyImage:
    """One frame that the report shows."""

    series_instance_uid: str
    sop_instance_uid: str
    frame: int = 1


@dataclass(frozen=True, slots=True)
class Content:
    """What a doctor writes. Every text is data: no markup is read in it anywhere."""

    findings: str = ""  # 检查所见
    impression: str = ""  # 诊断意见
    positive: bool | None = None  # 阳性; None is undecided
    recommendation: str = ""  # 建议
    addendum: str = ""  # 补充说明: what an addendum says beyond the words that stand
    key_images: tuple[KeyImage, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest saved text of a workitem; revision 0 was never saved."""

    workitem_uid: str
    revision: int
    content: Content
    saved_at: datetime | None = None
    author_id: str = ""
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """Text that could not be saved into its draft and is kept all the same."""

    id: str
    workitem_uid: str
    content: Content
    reason: str  # the refusal's code
    kept_at: datetime
    author_id: str
    author_name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text to begin with. Empty `body_parts` fit every part."""

    id: str
    name: str
    modalities: tuple[str, ...]
    body_parts: tuple[str, ...]
    findings: str
    impression: str
    positive: bool
    recommendation: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """A doctor as the report names them."""

    id: str
    name: str
    title: str
    licence_number: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What the report is about, as it was known when the version was signed. Absent facts are empty text."""

    study_instance_uid: str
    accession_number: str
    modality: str
    body_part: str
    item_name: str
    history: str
    study_at: str  # ISO 8601 local date, or date and minute, of the study
    unit_id: str
    unit_name: str
    requesting_unit_id: str
    requesting_unit_name: str
    order_id: str
    patient_uid: str
    patient_id: str
    patient_name: str
    patient_sex: str  # Patient's Sex (0010,0040)
    patient_birth_date: str  # ISO 8601
    item_code: str = ""  # of the catalogue, when the examination was ordered


@dataclass(frozen=True, slots=True)
class Change:
    """One field that the reviewer changed."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Signature:
    """A detached signature over a version's canonical bytes, with the certificate that it verifies with."""

    role: SignatureRole
    signer_id: str
    signer_name: str
    algorithm: str  # "ecdsa-with-SHA256"
    value: bytes  # DER, ECDSA-Sig-Value (RFC 3279 §2.2.3)
    certificate: bytes  # DER
    signed_at: datetime
    sm2: bytes = b""  # the second profile's message over the same bytes (GM/T 0010, DER), where the county wants one


@dataclass(frozen=True, slots=True)
class SignatureStatus:
    """What can be said of one signature. The facts stand apart, so that an answer can be explained years later."""

    field: str  # the PDF's field, or the role of a detached signature
    signer: str
    intact: bool  # the bytes are the bytes that were signed, and nothing was added that changes what one sees
    trusted: bool  # the certificate chains to a root that this county accepts
    demo: bool  # the certificate is a demonstration's: worth nothing in law
    signed_at: datetime | None  # as the signer said it
    algorithm: str
    revoked_at: datetime | None = None
    proved_at: datetime | None = None  # the signature existed then, as a time stamp authority has confirmed
    role: SignatureRole | None = None
    kid: str = ""  # names the key in the county's list

    @property
    def acceptable(self) -> bool:
        """Whether one may rely on it. A demonstration's never is."""
        return self.intact and self.trusted and self.revoked_at is None and not self.demo


@dataclass(frozen=True, slots=True)
class Superseded:
    """By which version of the same report, what it is now, and since when."""

    number: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a signed file."""

    signatures: tuple[SignatureStatus, ...]
    whole: bool  # the last signature covers the file to its end
    not_known: tuple[str, ...]  # "time", "revocation", "later-revocation", "superseded": what could not be found out
    fault: str = ""  # why the file could not be checked at all
    proved_at: datetime | None = None  # by the time stamp
    content_sha256: str = ""  # of the version that travels inside
    superseded_by: Superseded | None = None

    @property
    def intact(self) -> bool:
        """Every signature holds and nothing was added after the last."""
        return self.whole and bool(self.signatures) and all(one.intact for one in self.signatures)

    @property
    def trusted(self) -> bool:
        """Intact, and every signer is known to the county."""
        return self.intact and all(one.trusted for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file that shows a version. A later one (a time stamp added) stands beside it, never in its place."""

    id: str
    kind: str  # "pdf"
    profile: str  # "B-B": ETSI EN 319 142-1 baseline level
    sha256: str
    size: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of mutual recognition as it is printed (全国HR, 鄂HR …) and its level; without a text, why not.

    `missing` is a reason's code; all are empty for a version that was signed before marks were decided.
    """

    text: str = ""
    level: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a version says: everything that its canonical bytes hold, and nothing else."""

    report_id: str
    number: int
    status: ReportStatus
    examination: Examination
    content: Content
    writer: Signatory
    written_at: datetime
    reviewer: Signatory | None = None
    reviewed_at: datetime | None = None
    replaces: str = ""  # SHA-256 of the version that it was made from; empty for the first
    centre_id: str = ""  # the unit that issues it
    centre_name: str = ""
    emergency: bool = False  # 急诊报告: one doctor's preliminary report that a clinic sees
    reason: str = ""  # why it was revised
    mark: Mark = Mark()

    @property
    def issued(self) -> bool:
        """Whether a clinic sees it."""
        return self.emergency or self.status in ISSUED or self.status is ReportStatus.ENTERED_IN_ERROR


@dataclass(frozen=True, slots=True)
class Version:
    """One signed state of a report. It never changes: the canonical bytes are kept, not rebuilt."""

    says: Statement
    canonical: bytes
    sha256: str
    base_number: int | None = None
    changes: tuple[Change, ...] = ()
    changed_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """A report and where it stands; its texts are its versions'."""

    id: str
    study_instance_uid: str
    order_id: str
    patient_uid: str
    unit_id: str
    requesting_unit_id: str
    status: ReportStatus
    number: int  # the newest version
    created_at: datetime
    issued_number: int | None = None  # the newest version that a clinic may see
    issued_at: datetime | None = None
    revision: Revision | None = None  # what is being done to it now
    revision_reason: str = ""

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """The units that it belongs to or is addressed to."""
        return tuple(dict.fromkeys(unit for unit in (self.unit_id, self.requesting_unit_id) if unit))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One unit's copy of one version."""

    id: str
    report_id: str
    number: int
    unit_id: str
    target: str
    state: DeliveryState
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    read_by: str = ""
    read_by_name: str = ""


@dataclass(frozen=True, slots=True)
class ReportRef:
    """Which version an act has made."""

    report_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A report with everything the asker may see of it."""

    report: Report
    versions: tuple[Version, ...]
    deliveries: tuple[Delivery, ...]
    renditions: dict[int, Rendition] = field(default_factory=dict)

    def superseded_by(self, number: int) -> Version | None:
        """The issued version in force, when it has taken the place of `number` 已被修订."""
        newest = self.report.issued_number
        if newest is None or number >= newest:
            return None
        return next((one for one in self.versions if one.says.number == newest), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a version stands, for whoever holds its content hash; it names nobody."""

    report_id: str
    number: int
    status: ReportStatus
    issued_at: datetime
    superseded_by: int | None = None
    superseded_status: ReportStatus | None = None
    superseded_at: datetime | None = None


def is_night(at: time, begins: time, ends: time) -> bool:
    """Whether a time of day lies in a night that may pass midnight."""
    return begins <= at or at < ends if begins > ends else begins <= at < ends


def final_due(issued: datetime, ends: time, due: time) -> datetime:
    """When the final report is due after a preliminary one: `due` of the morning in which the night ends.

    `issued` is local time; issued by day, it is due the next morning.
    """
    morning = issued if issued.time() < ends else issued + timedelta(days=1)
    return morning.replace(hour=due.hour, minute=due.minute, second=0, microsecond=0)


def next_status(report: Report) -> ReportStatus:
    """What the version that a reviewer approves now is, after what the clinic has."""
    if report.revision is not None:
        return REVISED[report.revision]
    if report.issued_number is None or report.status is ReportStatus.PRELIMINARY:
        return ReportStatus.FINAL
    return ReportStatus.CORRECTED if report.status is ReportStatus.ENTERED_IN_ERROR else ReportStatus.AMENDED
