"""Writing: drafts with revisions, templates, and the text that could not be saved."""

from collections.abc import Callable
from typing import TypeVar

from foundation.access import Actor, demand
from foundation.database import Connection
from foundation.errors import LeaseLost
from foundation.ids import new_id
from foundation.live import News
from reading_queue.api import Workitem, WorkitemReplaced
from reports.api.room import Room
from reports.errors import AlreadyIssued, DraftLeaseLost, StaleRevision
from reports.model import Content, Draft, Stray, Template
from reports.store import drafts, reports
from reports.templates import fitting

T = TypeVar("T")


class Writing(Room):
    """The reader's desk."""

    def draft(self, actor: Actor, workitem_uid: str) -> Draft:
        """The workitem's newest text. Raises WorkitemNotFound, Forbidden.

        Without a saved one it is revision 0 and holds what there is to begin with: the version under review, the
        version that came back, the version that late images put in question, or nothing.
        """
        workitem = self._queue.workitem(actor, workitem_uid)
        demand(actor, "read", "draft", workitem.unit_id)
        with self._floor.db.read() as conn:
            return self._newest(conn, workitem)

    def _newest(self, conn: Connection, workitem: Workitem) -> Draft:
        saved = drafts.read(conn, workitem.uid)
        if saved is not None:
            return saved
        known = reports.of_study(conn, workitem.study_instance_uid)
        base = reports.one_version(conn, known.id, known.number) if known else None
        if base is None:
            return Draft(workitem.uid, 0, Content())
        writer = base.says.writer
        return Draft(workitem.uid, 0, base.says.content, base.says.written_at, writer.id, writer.name)

    def save(self, actor: Actor, workitem_uid: str, transaction_uid: str, revision: int, content: Content) -> Draft:
        """Save the text as the revision after `revision`, if the actor still holds the workitem.

        Words that are there already make no new revision, and a repeated save (its answer was lost on the way)
        answers like the first. Raises StaleRevision or DraftLeaseLost; then the text is kept as an unsaved copy, so
        no word is lost.
        """
        workitem = self._queue.workitem(actor, workitem_uid)
        demand(actor, "update", "draft", workitem.unit_id)

        def work(conn: Connection) -> Draft:
            self._queue.hold(conn, actor, workitem_uid, transaction_uid)
            newest = self._newest(conn, workitem)
            if (newest.revision, newest.content) == (revision, content):
                return newest
            new = Draft(workitem_uid, revision + 1, content, self._now(), actor.id, actor.name)
            if drafts.save(conn, new):
                return new
            if newest.author_id == actor.id and newest.content == content:
                return newest
            raise StaleRevision(revision=newest.revision)

        return self._keeping(actor, workitem, content, lambda: self._floor.db.write(work))

    def _keeping(self, actor: Actor, workitem: Workitem, content: Content, act: Callable[[], T]) -> T:
        """Do `act`; when it refuses the text, keep the text."""
        try:
            return act()
        except LeaseLost:
            self._keep(actor, workitem, content, DraftLeaseLost.code)
            raise DraftLeaseLost from None
        except (StaleRevision, AlreadyIssued) as refusal:
            self._keep(actor, workitem, content, refusal.code)
            raise

    def _keep(self, actor: Actor, workitem: Workitem, content: Content, reason: str) -> None:
        if content == Content():
            return
        one = Stray(new_id(), workitem.uid, content, reason, self._now(), actor.id, actor.name)
        self._floor.db.write(lambda conn: drafts.keep_stray(conn, workitem.study_instance_uid, one))

    def unsaved(self, actor: Actor, workitem_uid: str) -> list[Stray]:
        """The unsaved copies of the workitem's study, the newest first. Raises WorkitemNotFound, Forbidden."""
        workitem = self._queue.workitem(actor, workitem_uid)
        demand(actor, "read", "draft", workitem.unit_id)
        with self._floor.db.read() as conn:
            return drafts.strays(conn, workitem.study_instance_uid)

    def on_workitem_replaced(self, conn: Connection, event: WorkitemReplaced) -> None:
        """The draft goes with the task, in the write that moves the task."""
        drafts.move(conn, event.uid, event.successor_uid)

    def templates(self, actor: Actor, modality: str = "", body_part: str = "") -> list[Template]:
        """The templates for a modality and a body part, the closest first. Raises Forbidden."""
        demand(actor, "read", "template")
        return fitting(modality, body_part)

    def _announce_study(self, conn: Connection, study_instance_uid: str, *unit_ids: str) -> None:
        self._floor.live.announce(conn, News("study", study_instance_uid, unit_ids))
