"""Drafts, versions, deliveries and the rules of a report. Plain Python."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

FINDINGS_LIMIT = 8000  # characters; about six pages
IMPRESSION_LIMIT = 2000
RECOMMENDATION_LIMIT = 2000
KEY_IMAGES_LIMIT = 6
REASON_LIMIT = 500


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
"""What a clinic may see."""


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


LIMITS = {"findings": FINDINGS_LIMIT, "impression": IMPRESSION_LIMIT, "recommendation": RECOMMENDATION_LIMIT}
FIELD_ZH = {"findings": "检查所见", "impression": "诊断意见", "recommendation": "建议"}


def cleaned(content: Content) -> Content:
    """The text as it will be signed: one kind of line end, no blanks at line ends, no invisible controls.

    Control characters and directional overrides (Unicode UAX #9 §2.1–2.3) show nothing, or show a text in an order
    in which it was not written; they never carry a doctor's word.
    """
    return replace(
        content,
        findings=_clean(content.findings),
        impression=_clean(content.impression),
        recommendation=_clean(content.recommendation),
    )


_INVISIBLE = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF} - {0x0A}
_DROP = dict.fromkeys(_INVISIBLE)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(_DROP)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """The fields in which two contents differ."""
    names = ("findings", "impression", "positive", "recommendation", "key_images")
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(Change(name, old, new) for name, old, new in pairs if old != new)


def changed_share(before: Content, after: Content) -> float:
    """修改率: edited characters by the length of the longer text, 0 to 1, over the three texts together."""
    old = "\n".join((before.findings, before.impression, before.recommendation))
    new = "\n".join((after.findings, after.impression, after.recommendation))
    return round(edits(old, new) / max(len(old), len(new)), 4)


def edits(old: str, new: str) -> int:
    """Levenshtein's distance: characters inserted, deleted or replaced.

    Bit-parallel after Myers (J. ACM 46, 1999) in the form of Hyyrö (2003): one step of long integers a character, so
    two texts of 12,000 characters take about a tenth of a second at worst.
    """
    places: dict[str, int] = {}
    for index, letter in enumerate(old):
        places[letter] = places.get(letter, 0) | 1 << index
    every = (1 << len(old)) - 1
    plus, minus, distance, last = every, 0, len(old), 1 << len(old) >> 1
    for letter in new:
        here = places.get(letter, 0)
        zero = ((((here & plus) + plus) ^ plus) | here | minus) & every
        up, down = (minus | ~(zero | plus)) & every, plus & zero
        distance += bool(up & last) - bool(down & last)
        up, down = (up << 1 | 1) & every, (down << 1) & every
        plus, minus = (down | ~(zero | up)) & every, up & zero
    return distance if old else len(new)


def age(birth_date: str, on: str) -> str:
    """An age as Chinese records write it: days to one month, months to three years, then years.

    Both dates are ISO 8601; an unknown or impossible pair gives empty text.
    """
    try:
        born, then = date.fromisoformat(birth_date[:10]), date.fromisoformat(on[:10])
    except ValueError:
        return ""
    months = (then.year - born.year) * 12 + then.month - born.month - (then.day < born.day)
    if then < born:
        return ""
    if months < 1:
        return f"{(then - born).days}天"
    return f"{months}月" if months < 36 else f"{months // 12}岁"
