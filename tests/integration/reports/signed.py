"""A county's keys and one report, signed by writer, reviewer and seal: what a verifier gets, without a house."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reports.api.composing import signed as detached
from reports.api.composing import version_of
from reports.api.second import Pens
from reports.encodings.attachments import attachments
from reports.encodings.pdf import Beside, Letterhead, sheet
from reports.model import ReportStatus, SignatureRole, Version
from reports.settings import ReportsSettings
from reports.signers.keys import KeyStore
from reports.signers.pdf import Job, issue
from reports.signers.timestamps import demonstration
from reports.signers.x509 import Key
from tests.unit.reports.signers import doctor_key, proofs
from tests.unit.reports.statements import CONTENT, REVIEWER, WRITER, final

CENTRE = "云溪县人民医院"
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
PLAIN = replace(CONTENT, key_images=())


@dataclass(frozen=True)
class Signed:
    """Keys in hand, and the report."""

    keys: KeyStore
    writer: Key
    reviewer: Key
    seal: Key
    version: Version
    job: Job
    pdf: bytes

    @property
    def roots(self) -> tuple[bytes, ...]:
        return self.keys.roots()


def sign_one(folder: Path) -> Signed:
    """Make the keys in a folder, and the report."""
    keys = KeyStore(folder, None, demo=True)
    writer, reviewer = (doctor_key(keys, one, CENTRE, AT) for one in (WRITER, REVIEWER))
    says = replace(final(PLAIN), written_at=AT, reviewed_at=AT)
    written = replace(says, number=1, status=ReportStatus.PRELIMINARY, reviewer=None, reviewed_at=None, replaces="")
    before = version_of(written, None)
    version = version_of(replace(says, replaces=before.sha256), before)
    inside = attachments(version, before, detached(before, SignatureRole.WRITER, WRITER, Pens(writer), AT))
    page = sheet(version, Letterhead(CENTRE, demo=True), Beside(attachments=inside), ReportsSettings().fonts)
    stamps = demonstration(keys.time_stamps(CENTRE, AT))
    seal = keys.seal(CENTRE, AT)
    job = Job(page, reviewer, seal, AT, CENTRE, proofs=proofs(keys, AT), stamps=stamps)
    return Signed(keys, writer, reviewer, seal, version, job, issue(job).pdf)
