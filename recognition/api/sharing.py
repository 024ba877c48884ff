"""Outside the county: a link with a code for the patient, pictures with their mark, the report's own files."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.access import PRODUCT, Actor, demand
from foundation.audit import Entry
from foundation.database import Connection
from foundation.errors import NotFound
from foundation.ids import new_id
from pacs_gateway.api import StudySummary
from recognition.api.room import row
from recognition.api.telling import Telling
from recognition.errors import ShareCode, ShareExpired, ShareLocked, ShareNotFound
from recognition.model import Act, Share
from recognition.pictures import marked
from recognition.store import shares
from reports.api import Opened, Version

GUESSES = 20  # wrong codes after which a link opens no more
PICTURES = 60  # of one study that a link shows
WIDTH = 1200  # pixels of a picture that leaves the house
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class NewShare:
    """A link as it is made: its secret and its code are shown once."""

    share: Share
    token: str
    code: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link opens: the report's version in force and its study's pictures."""

    share: Share
    opened: Opened
    version: Version
    pictures: int


class Sharing(Telling):
    """What the patient takes along."""

    def share(self, actor: Actor, report_id: str, days: int) -> NewShare:
        """Make a link to a report of the own unit. Raises Forbidden, ReportNotFound, ShareNotFound."""
        demand(actor, "update", "recognition", actor.unit_id)
        opened = self._reports.report(actor, report_id)
        if actor.unit_id not in opened.report.unit_ids or opened.report.issued_number is None:
            raise ShareNotFound
        token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06}"
        now = self._now()
        until = now + timedelta(days=max(1, min(days, self._settings.share_days)))
        new = Share(
            new_id(), _digest(token), _digest(f"{token}/{code}"), report_id, actor.unit_id, actor.id, actor.name, now,
            until,
        )  # fmt: skip
        exam = opened.versions[-1].says.examination

        def work(conn: Connection) -> None:
            shares.insert_share(conn, new)
            about = row(
                actor.unit_id, order_id=opened.report.order_id, accession_number=exam.accession_number,
                item_code=exam.item_code, doctor_id=actor.id, doctor_name=actor.name, report_id=report_id,
                report_number=opened.report.issued_number, result_unit_id=opened.report.unit_id,
            )  # fmt: skip
            self._write_row(conn, actor, Act.SHARED, about)

        self._floor.db.write(work)
        return NewShare(new, token, code)

    def shares(self, actor: Actor, report_id: str) -> list[Share]:
        """The own unit's links to a report. Raises Forbidden."""
        demand(actor, "update", "recognition", actor.unit_id)
        with self._floor.db.read() as conn:
            return shares.of_report(conn, report_id, actor.unit_id)

    def end_share(self, actor: Actor, share_id: str) -> None:
        """Let a link of the own unit open no more. Raises Forbidden, ShareNotFound."""
        demand(actor, "update", "recognition", actor.unit_id)

        def work(conn: Connection) -> None:
            known = shares.by_id(conn, share_id)
            if known is None or known.unit_id != actor.unit_id:
                raise ShareNotFound
            shares.end_share(conn, share_id, self._now())
            self._floor.audit.record(conn, actor, Entry("recognition", "end-share", "U", "share", share_id))

        self._floor.db.write(work)

    def share_state(self, one: Share) -> str:
        """open, expired, locked or ended."""
        if one.ended_at is not None:
            return "ended"
        if one.wrong >= GUESSES:
            return "locked"
        return "expired" if one.until <= self._floor.now() else "open"

    # for whoever has the link

    def shared_until(self, token: str) -> datetime:
        """Until when a link opens. Raises ShareNotFound, ShareExpired, ShareLocked."""
        with self._floor.db.read() as conn:
            return self._standing(shares.by_token(conn, _digest(token))).until

    def opened_share(self, token: str, code: str, address: str | None = None) -> Shared:
        """What a link shows to whoever has its code. Raises ShareNotFound, ShareExpired, ShareLocked, ShareCode."""
        known = self._unlocked(token, code, address)
        opened = self._reports.report(PRODUCT, known.report_id)
        version = next(one for one in opened.versions if one.says.number == opened.report.issued_number)
        study = self._study(opened.report.study_instance_uid)
        return Shared(known, opened, version, len(_pictures(study)) if study else 0)

    def shared_pdf(self, token: str, code: str, address: str | None = None) -> tuple[bytes, int]:
        """The signed file of the version in force, and its number. Raises what `opened_share` raises."""
        shared = self.opened_share(token, code, address)
        number = shared.version.says.number
        return self._reports.pdf(PRODUCT, shared.share.report_id, number)[0], number

    def shared_picture(self, token: str, code: str, place: int, address: str | None = None) -> tuple[bytes, str]:
        """The n-th picture from 1 with its mark above it, and the mark. Raises also NotFound."""
        shared = self.opened_share(token, code, address)
        return self.picture(shared.version, place)

    def picture(self, version: Version, place: int) -> tuple[bytes, str]:
        """The n-th picture of a report's study, from 1, with the version's mark above it, and the mark's text.

        Raises NotFound.
        """
        study = self._study(version.says.examination.study_instance_uid)
        found = _pictures(study) if study else []
        if study is None or not 1 <= place <= len(found):
            raise NotFound
        png = self._gateway.rendered_png(study.study_instance_uid, *found[place - 1], 1, WIDTH)
        text = version.says.mark.text
        if text:
            png = self._floor.children.run(marked, png, text, self._reports.fonts, seconds=_SECONDS)
        return png, text

    def _study(self, study_instance_uid: str) -> StudySummary | None:
        with self._floor.db.read() as conn:
            return self._gateway.study_for(conn, study_instance_uid)

    def _standing(self, known: Share | None) -> Share:
        """A link that opens to its code. Raises ShareNotFound, ShareExpired, ShareLocked."""
        if known is None:
            raise ShareNotFound
        state = self.share_state(known)
        if state == "locked":
            raise ShareLocked
        if state != "open":
            raise ShareExpired
        return known

    def _unlocked(self, token: str, code: str, address: str | None) -> Share:
        """Count the guess in the write that judges it, so that twenty at once are twenty, too."""

        def work(conn: Connection) -> Callable[[], Share]:
            known = self._standing(shares.by_token(conn, _digest(token)))
            if hmac.compare_digest(known.code_digest, _digest(f"{token}/{code}")):
                shares.count_opened(conn, known.id)
                facts = {"address": address or ""}
                entry = Entry("recognition", "open-share", "R", "report", known.report_id, detail=facts)
                self._floor.audit.record(conn, _bearer_of(known), entry)
                return lambda: known
            shares.count_wrong(conn, known.id)
            left = GUESSES - known.wrong - 1

            def refuse() -> Share:
                if left <= 0:
                    raise ShareLocked
                raise ShareCode(left=left)

            return refuse

        return self._floor.db.write(work)()


def _bearer_of(known: Share) -> Actor:
    """Whoever holds a link, for the trail."""
    return Actor(f"share:{known.id}", "患者链接", known.unit_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _pictures(study: StudySummary) -> list[tuple[str, str]]:
    """Series and instance of every picture, in the study's order."""
    return [
        (series.series_instance_uid, one.sop_instance_uid)
        for series in study.series
        for one in series.instances
        if one.rows and one.columns
    ][:PICTURES]
