"""What goes into a version: the checked text, the examination's facts, the signature over the canonical bytes."""

from datetime import datetime
from typing import Literal

from foundation import clock
from foundation.access import Actor
from foundation.catalogue import say
from pacs_gateway.api import StudySummary
from reading_queue.api import Workitem
from registry.api import Order, UnitKind
from reports import canonical
from reports.api.proving import Proving
from reports.api.second import Pens
from reports.errors import (
    BlankLeft,
    FindingsEmpty,
    ForeignKeyImage,
    ImpressionEmpty,
    PositiveUndecided,
    ReviewAtCentre,
    TextTooLong,
    TooManyKeyImages,
    TownshipDraft,
    Unqualified,
)
from reports.model import (
    KEY_IMAGES_LIMIT,
    Content,
    Examination,
    KeyImage,
    Signatory,
    Signature,
    SignatureRole,
    Statement,
    Version,
)
from reports.templates import blanks
from reports.wording import FIELD_ZH, LIMITS, changed_share, changes, cleaned


def checked(content: Content) -> Content:
    """The text as it will be signed.

    Raises FindingsEmpty, ImpressionEmpty, PositiveUndecided, TextTooLong, BlankLeft, TooManyKeyImages.
    """
    content = cleaned(content)
    if not content.findings.strip():
        raise FindingsEmpty
    if not content.impression.strip():
        raise ImpressionEmpty
    if content.positive is None:
        raise PositiveUndecided
    for name, limit in LIMITS.items():
        text = getattr(content, name)
        if len(text) > limit:
            raise TextTooLong(field=name, field_zh=FIELD_ZH[name], length=len(text), limit=limit)
        left = blanks(text)
        if left:
            raise BlankLeft(field=name, field_zh=FIELD_ZH[name], blank=left[0])
    if len(content.key_images) > KEY_IMAGES_LIMIT:
        raise TooManyKeyImages(count=len(content.key_images), limit=KEY_IMAGES_LIMIT)
    return content


def check_images(images: tuple[KeyImage, ...], study: StudySummary) -> None:
    """Raises ForeignKeyImage for a frame that is not the study's."""
    frames = {
        (series.series_instance_uid, instance.sop_instance_uid): instance.frames
        for series in study.series
        for instance in series.instances
    }
    for image in images:
        known = frames.get((image.series_instance_uid, image.sop_instance_uid), 0)
        if not 1 <= image.frame <= max(known, 0):
            raise ForeignKeyImage


def study_at(study: StudySummary) -> str:
    """Study Date and Time (0008,0020), (0008,0030) as ISO 8601, local to the unit; the arrival when absent."""
    day, time = study.study_date, study.study_time
    if len(day) != 8 or not day.isdigit():
        return clock.shown(study.received_at).replace(" ", "T")
    text = f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    return f"{text}T{time[:2]}:{time[2:4]}" if time[:4].isdigit() and len(time) >= 4 else text


class Composing(Proving):
    """Facts and signatures of a version."""

    def _examination(self, actor: Actor, workitem: Workitem, study: StudySummary) -> Examination:
        order: Order | None = self._registry.order(actor, workitem.order_id) if workitem.order_id else None
        requesting = order.requesting_unit_id if order else workitem.unit_id
        item = order.item_name if order else workitem.description
        return Examination(
            study_instance_uid=workitem.study_instance_uid,
            accession_number=workitem.accession_number,
            modality=workitem.modality,
            body_part=workitem.body_part,
            item_name=item or f"{workitem.modality} {workitem.body_part}".strip(),
            history=order.history if order else "",
            study_at=study_at(study),
            unit_id=workitem.unit_id,
            unit_name=workitem.unit_name,
            requesting_unit_id=requesting,
            requesting_unit_name=self._registry.unit(requesting).name,
            order_id=workitem.order_id,
            patient_uid=workitem.patient_uid,
            patient_id=workitem.patient_id,
            patient_name=workitem.patient_name,
            patient_sex=workitem.patient_sex.value if workitem.patient_sex else "",
            patient_birth_date=workitem.patient_birth_date.isoformat() if workitem.patient_birth_date else "",
            item_code=order.item_code if order else "",
        )

    def _demand_qualified(self, actor: Actor, act: Literal["write", "review"], exam: Examination) -> None:
        """The signer's licence, title, years and the units' agreement fit this report, now.

        Raises Unqualified with every reason, TownshipDraft, ReviewAtCentre.
        """
        person = self._registry.person(actor.id)
        centre = self._registry.unit(person.unit_id).kind is UnitKind.LEAD
        if not centre and act == "write" and not self._settings.township_drafts:
            raise TownshipDraft
        if not centre and act == "review":
            raise ReviewAtCentre
        faults = self._registry.qualification(
            person.id,
            act,
            self._now(),
            remote=person.unit_id != exam.unit_id,
            item_code=exam.item_code,
            unit_id=exam.unit_id,
        )
        if faults:
            zh, en = ("、".join(say(one.value) for one in faults), "; ".join(say(one.value, "en") for one in faults))
            raise Unqualified(name=person.name, reasons_zh=zh, reasons=en, faults=",".join(faults))

    def _signatory(self, actor: Actor) -> Signatory:
        person = self._registry.person(actor.id)
        return Signatory(person.id, person.name, person.title, person.licence_number)


def version_of(says: Statement, base: Version | None) -> Version:
    """The version that says this, with its canonical bytes and what it changed of `base`."""
    data = canonical.canonical(says)
    if base is None:
        return Version(says, data, canonical.digest(data))
    before, after = base.says.content, says.content
    return Version(
        says, data, canonical.digest(data), base.says.number, changes(before, after), changed_share(before, after)
    )


def signed(version: Version, role: SignatureRole, person: Signatory, pens: Pens, at: datetime) -> Signature:
    """The person's detached signature over the version's bytes, in one profile or in both."""
    key, data = pens.first, version.canonical
    value, beside = key.sign(data), pens.beside(data, at)
    return Signature(role, person.id, person.name, key.algorithm, value, key.certificate, at, beside)
