"""The record of hospital systems' messages: what was refused is kept whole until it was taken or settled."""

from dataclasses import replace

from foundation.access import Actor, demand
from foundation.database import Connection
from registry.api.desk import reason_or_refuse
from registry.api.intake import Intake
from registry.errors import MessageNotFound, MessageSettled
from registry.intake import Message
from registry.store import incoming as store


class Messages(Intake):
    """What came, what became of it, and who settled what was refused."""

    def keep_message(self, message: Message) -> None:
        """Write down a message that was refused."""
        self._floor.db.write(lambda conn: self.keep_message_in(conn, message))

    def keep_message_in(self, conn: Connection, message: Message) -> None:
        """Write down a message in the write that takes it. What is taken, or too large, keeps no content."""
        whole = message.body is not None and len(message.body) <= self._settings.message_kept_kib << 10
        kept = message if message.error and whole else replace(message, body=None)
        store.keep_message(conn, kept, self._settings.messages_kept)

    def message_taken(self, channel: str, sender: str, digest: str) -> None:
        """What was refused with this content has been taken now: it waits for nobody, and its content is forgotten."""
        with self._floor.db.read() as conn:
            waits = store.refused_with(conn, channel, sender, digest)
        if waits:
            now = self._floor.now()
            self._floor.db.write(lambda conn: store.mark_taken(conn, channel, sender, digest, now))

    def messages(self, actor: Actor, *, refused: bool = True, limit: int = 100) -> list[Message]:
        """The newest messages of hospital systems, without their content: those that wait for a person, or all."""
        demand(actor, "read", "system")
        with self._floor.db.read() as conn:
            return store.messages(conn, refused=refused, limit=min(limit, 500))

    def message(self, actor: Actor, message_id: str) -> Message:
        """One message with its content, in which patients are named: the trail says who looked.

        Raises MessageNotFound.
        """
        demand(actor, "manage", "system")

        def work(conn: Connection) -> Message:
            found = self._message_or_refuse(conn, message_id)
            self._note(conn, actor, "R", "message.show", message_id, sender=found.sender, kind=found.kind)
            return found

        return self._floor.db.write(work)

    def refused_message(self, actor: Actor, message_id: str) -> Message:
        """A message that is to be taken again; the trail says by whom. Raises MessageNotFound, MessageSettled."""
        demand(actor, "manage", "system")

        def work(conn: Connection) -> Message:
            found = self._message_or_refuse(conn, message_id)
            if not found.waiting or found.body is None:
                raise MessageSettled
            self._note(conn, actor, "E", "message.replay", message_id, sender=found.sender, kind=found.kind)
            return found

        return self._floor.db.write(work)

    def settle_message(self, actor: Actor, message_id: str, note: str) -> None:
        """Nothing more is to be done about a refused message; its content is forgotten.

        Raises ReasonNeeded, MessageNotFound, MessageSettled.
        """
        demand(actor, "manage", "system")
        why = reason_or_refuse(note)

        def work(conn: Connection) -> None:
            if not self._message_or_refuse(conn, message_id).waiting:
                raise MessageSettled
            store.settle_message(conn, message_id, self._floor.now(), actor.name, why)
            self._note(conn, actor, "U", "message.settle", message_id, reason=why)

        self._floor.db.write(work)

    def _message_or_refuse(self, conn: Connection, message_id: str) -> Message:
        found = store.message_by_id(conn, message_id)
        if found is None:
            raise MessageNotFound
        return found
