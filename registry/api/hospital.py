"""HL7 messages of hospital systems: taken and durable, or refused in words, before they are answered."""

import hashlib

from foundation import errors
from foundation.access import Actor
from foundation.catalogue import message as words
from foundation.database import Connection
from foundation.ids import new_id
from foundation.log import Log
from foundation.vocabulary import Role
from registry.api.messages import Messages
from registry.api.senders import Senders
from registry.errors import BadIncoming, MessageTooLarge, MessageUnsupported, SamePatient
from registry.hl7 import answers, codec, reading
from registry.hl7.codec import Received
from registry.intake import Message
from registry.model import PatientChange
from registry.store import incoming as store

log = Log("registry")

ORDER, CORRECTION, MERGE = "ORM^O01", "ADT^A08", "ADT^A40"
_LINKED = "医院系统 ADT^A40 合并通知 merge notice of the hospital system"
_CORRECTED = "医院系统 ADT^A08 更新 update of the hospital system"


class Hospital(Messages, Senders):
    """The other end of the HL7 port."""

    def hl7(self, data: bytes, address: str) -> bytes:
        """Take one message; the acknowledgement. What is accepted is durable; a repetition gets the same answer."""
        now, reply = self._floor.now(), new_id()[-20:]
        try:
            got = codec.read(data)
        except errors.LianzhenError as refusal:
            self._record(None, data, address, refusal, b"")
            return answers.garbled(now, reply, refusal)
        before = self._before(got, data)
        if before is not None:
            return before
        try:
            return self._act(got, data, address, reply)
        except errors.LianzhenError as refusal:
            said = answers.answer(got, now, reply, refusal)
            self._record(got, data, address, refusal, said)
            log.warn("hl7-refused", code=refusal.code, address=address)
            return said
        except Exception as fault:  # noqa: BLE001 - the edge of the HL7 port: the sender is told, others go on
            log.fault("hl7-fault", fault, address=address)
            ours = errors.LianzhenError()
            said = answers.answer(got, now, reply, ours)
            self._record(got, data, address, ours, said)
            return said

    def hl7_too_large(self, head: bytes, address: str) -> bytes:
        """The acknowledgement of a message that is longer than the port takes; `head` is how it begins."""
        refusal = MessageTooLarge(limit=self._settings.mllp_message_kib)
        first = head.replace(b"\n", b"\r").partition(b"\r")[0]
        try:
            got = codec.read(first)
        except errors.LianzhenError:
            got = None
        said = answers.answer(got, self._floor.now(), new_id()[-20:], refusal)
        self._record(got, first, address, refusal, said)
        log.warn("hl7-refused", code=refusal.code, address=address)
        return said

    def replay_hl7(self, message: Message) -> None:
        """Take a refused message again as it came; the record says what became of it."""
        self.hl7(message.body or b"", message.address)

    def _before(self, got: Received, data: bytes) -> bytes | None:
        """The answer to this very message, when it was taken before."""
        sender, digest = _sender(got), _digest(data)
        with self._floor.db.read() as conn:
            answer = store.accepted(conn, "hl7", sender, got.control_id, digest)
        if answer is not None:
            now = self._floor.now()
            self._floor.db.write(lambda conn: store.count_message(conn, sender, got.control_id, digest, now))
        return answer

    def _act(self, got: Received, data: bytes, address: str, reply: str) -> bytes:
        if got.kind.removesuffix("^ORM_O01").removesuffix("^ADT_A01").removesuffix("^ADT_A39") not in _KINDS:
            raise MessageUnsupported(kind=got.kind or "?")
        if not got.control_id:
            raise BadIncoming(field="MSH-10", what="缺少消息编号", what_en="message control id is missing")
        actor = self._actor(got, address)
        said = answers.answer(got, self._floor.now(), reply)
        taken = self._message(got, data, address, None, said, actor.unit_id)
        if got.kind.startswith(ORDER):
            prepared = self.prepared(actor, reading.incoming(got, actor.unit_id))

            def work(conn: Connection) -> None:
                self.take_in(conn, actor, prepared)
                self.keep_message_in(conn, taken)

            self._floor.db.write(work)
            return said
        if got.kind.startswith(CORRECTION):
            self._correct(actor, got)
        else:
            self._link_two(actor, got)
        self.keep_message(taken)
        return said

    def _actor(self, got: Received, address: str) -> Actor:
        """The system as an actor of the unit for which it was admitted. Raises SenderUnknown, SenderNotAdmitted."""
        with self._floor.db.read() as conn:
            unit_id = self.sending_unit(conn, got.field("MSH", 4), address)
        name = got.field("MSH", 3)[:48] or "HIS"
        return Actor(f"hl7:{name}", name, unit_id, frozenset({Role.TECHNICIAN, Role.SYSTEM}), address=address)

    def _correct(self, actor: Actor, got: Received) -> None:
        """ADT^A08: the registration as it should be. Raises PatientNotFound and what correcting raises."""
        who = reading.person(got)
        known = self.unit_patient(actor, who.patient_id)
        wanted = PatientChange(who.name, who.sex, who.birth_date, who.id_card, who.phone)
        facts = ("name", "sex", "birth_date", "id_card", "phone")
        if any(getattr(wanted, name) not in (None, getattr(known, name)) for name in facts):
            self.correct_patient(actor, known.id, wanted, _CORRECTED)

    def _link_two(self, actor: Actor, got: Received) -> None:
        """ADT^A40: two ids of one person become a link that can be undone; nothing is merged."""
        who, prior = reading.person(got), got.field("MRG", 1)
        if not prior:
            raise BadIncoming(field="MRG-1", what="缺少被合并的患者编号", what_en="prior patient id is missing")
        one, other = self.unit_patient(actor, who.patient_id), self.unit_patient(actor, prior)
        try:
            self.link_patients(actor, one.id, other.id, _LINKED)
        except SamePatient:
            return  # linked already: the notice says nothing new

    def _record(
        self, got: Received | None, data: bytes, address: str, refusal: errors.LianzhenError, said: bytes
    ) -> None:
        try:
            self.keep_message(self._message(got, data, address, refusal, said, ""))
        except errors.LianzhenError as fault:
            log.fault("hl7-record", fault, address=address)

    def _message(
        self,
        got: Received | None,
        data: bytes,
        address: str,
        refusal: errors.LianzhenError | None,
        said: bytes,
        unit_id: str,
    ) -> Message:
        now = self._floor.now()
        return Message(
            id=new_id(),
            at=now,
            last_at=now,
            times=1,
            channel="hl7",
            unit_id=unit_id,
            sender=_sender(got) if got else "",
            address=address[:64],
            kind=got.kind if got else "",
            control_id=got.control_id if got else "",
            digest=_digest(data),
            code=answers.code_of(refusal) if refusal else answers.ACCEPTED,
            error=refusal.code if refusal else "",
            field=answers.field_of(refusal) if refusal else "",
            zh=words(refusal, "zh") if refusal else "",
            en=words(refusal, "en") if refusal else "",
            answer=said,
            body=data,
        )


_KINDS = frozenset((ORDER, CORRECTION, MERGE))


def _sender(got: Received) -> str:
    return f"{got.field('MSH', 3)}|{got.field('MSH', 4)}"[:64]


def _digest(data: bytes) -> str:
    """The content without MSH, whose time differs when a system sends the same message again."""
    body = data.strip(b"\r\n \x00").replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    return hashlib.sha256(body.partition(b"\r")[2]).hexdigest()
