"""What goes wrong around a signature: the clock, the time stamp authority, two who act at once, a process killed."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from foundation.access import PRODUCT, Actor
from foundation.errors import LianzhenError
from foundation.vocabulary import Role
from reading_queue.api import Kind
from reports.api import ReportRef
from reports.errors import ClockBehind
from reports.model import Verdict
from tests.integration.reports.authority import Authority
from tests.integration.reports.conftest import TEXT, County


def test_a_clock_that_was_stepped_back_signs_nothing_and_says_why(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    ref = county.submitted(writer, study)
    claim = county.claim(reviewer, study, Kind.REVIEW)
    right = county.reports._floor
    behind = right.now() - timedelta(minutes=10)
    county.reports._floor = replace(right, now=lambda: behind)
    typed = replace(TEXT, impression="右肺下野炎症。")
    with pytest.raises(ClockBehind) as refusal:
        county.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, 0, typed)
    assert set(refusal.value.facts) == {"now", "latest"}
    assert len(county.reports.report(reviewer, ref.report_id).versions) == 1
    draft = county.reports.draft(reviewer, claim.workitem_uid)
    assert draft.content == typed
    a_little = right.now() - timedelta(seconds=30)  # as a time server corrects it
    county.reports._floor = replace(right, now=lambda: a_little)
    ref = county.reports.approve(reviewer, claim.workitem_uid, claim.transaction_uid, draft.revision, typed)
    final = county.reports.report(reviewer, ref.report_id).versions[-1].says
    assert final.reviewed_at is not None
    assert final.reviewed_at >= final.written_at


# the time stamp authority


@pytest.fixture
def authority(county: County, tmp_path: Path) -> Iterator[Authority]:
    """One that the county accepts and asks; its revocation list is still to come."""
    other = Authority(tmp_path / "tsa")
    county.reports.trust(PRODUCT, other.root)
    chosen = {"time_stamp_address": other.address, "time_stamp_seconds": 10}
    county.reports._settings = county.reports._settings.model_copy(update=chosen)
    yield other
    other.close()


def know_revocations(county: County, authority: Authority) -> None:
    """Put the authority's list where the house looks for lists."""
    folder = county.floor.data / "keys" / "crls"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.crl").write_bytes(authority.revocations)


def issued(county: County, writer: Actor, reviewer: Actor) -> ReportRef:
    """One more film, read and approved."""
    study = county.film(county.order())
    county.submitted(writer, study)
    return county.approved(reviewer, study)


def profile(county: County, reviewer: Actor, ref: ReportRef) -> str:
    """The newest file's."""
    return county.reports.report(reviewer, ref.report_id).renditions[ref.number].profile


def verdict(county: County, reviewer: Actor, ref: ReportRef) -> Verdict:
    """Of the newest file."""
    return county.reports.verify(county.reports.pdf(reviewer, ref.report_id, ref.number)[0])


def test_the_authoritys_own_revocation_list_goes_into_the_report(
    county: County, authority: Authority, writer: Actor, reviewer: Actor
) -> None:
    know_revocations(county, authority)
    ref = issued(county, writer, reviewer)
    assert profile(county, reviewer, ref) == "B-LTA"
    assert authority.asked == 4  # who it is, once; then the doctor's, the seal's and the document's time
    said = verdict(county, reviewer, ref)
    assert said.trusted
    assert said.proved_at is not None
    authority.asked = 0
    issued(county, writer, reviewer)
    assert authority.asked == 3


def test_a_report_waits_for_its_time_stamp_while_the_authority_is_down_unproved_or_another(
    county: County, authority: Authority, writer: Actor, reviewer: Actor
) -> None:
    unproved = issued(county, writer, reviewer)  # its revocation list is not known
    know_revocations(county, authority)
    known = issued(county, writer, reviewer)
    authority.up = False
    down = issued(county, writer, reviewer)
    authority.up = True
    authority.renew()
    another = issued(county, writer, reviewer)
    assert [profile(county, reviewer, one) for one in (unproved, known, down, another)] == [
        "B-B",
        "B-LTA",
        "B-B",
        "B-B",
    ]
    assert verdict(county, reviewer, down).not_known[0] == "time"
    before = county.reports.report(reviewer, down.report_id).versions[-1].sha256
    county.run_tasks()
    for one in (unproved, down, another):
        said = verdict(county, reviewer, one)
        assert said.trusted
        assert said.proved_at is not None
    assert county.reports.report(reviewer, down.report_id).versions[-1].sha256 == before
    assert profile(county, reviewer, issued(county, writer, reviewer)) == "B-LTA"


# two at once


def test_of_two_reviewers_who_approve_at_once_one_wins_and_the_other_is_told(
    county: County, writer: Actor, reviewer: Actor, study: str
) -> None:
    ref = county.submitted(writer, study)
    second = county.person("second", "孙立", county.lead, Role.REVIEWER, Role.RADIOLOGIST, title="主任医师")
    lost = county.claim(reviewer, study, Kind.REVIEW)
    county.queue.give_back(reviewer, lost.workitem_uid, lost.transaction_uid, "去开会")
    held = county.claim(second, study, Kind.REVIEW)
    words = {reviewer: replace(TEXT, impression="右肺下野炎症。"), second: replace(TEXT, impression="右下肺炎。")}
    done: list[ReportRef] = []
    refused: list[LianzhenError] = []
    start = threading.Barrier(2)

    def approve(actor: Actor, lock: str) -> None:
        start.wait()
        try:
            done.append(county.reports.approve(actor, held.workitem_uid, lock, 0, words[actor]))
        except LianzhenError as refusal:
            refused.append(refusal)

    acts = ((reviewer, lost.transaction_uid), (second, held.transaction_uid))
    threads = [threading.Thread(target=approve, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert done == [replace(ref, number=2)]
    assert [one.code for one in refused] == ["draft-lease-lost"]
    final = county.reports.report(reviewer, ref.report_id).versions[-1].says
    assert final.reviewer is not None
    assert (final.reviewer.name, final.content.impression) == ("孙立", "右下肺炎。")
    assert [one.content for one in county.reports.unsaved(reviewer, held.workitem_uid)] == [words[reviewer]]


def test_reports_signed_in_parallel_are_signed_once_each(county: County, writer: Actor, reviewer: Actor) -> None:
    studies = [county.film(county.order()) for _ in range(6)]
    claims = [county.claim(writer, study) for study in studies]
    refs: list[ReportRef] = []

    def walk(number: int) -> None:
        reading = claims[number]
        county.reports.submit(writer, reading.workitem_uid, reading.transaction_uid, 0, TEXT)
        refs.append(county.approved(reviewer, studies[number]))

    threads = [threading.Thread(target=walk, args=(number,)) for number in range(len(studies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert {one.number for one in refs} == {2}
    assert len({one.report_id for one in refs}) == len(studies)
    for ref in refs:
        assert [one.says.number for one in county.reports.report(reviewer, ref.report_id).versions] == [1, 2]
    files = list((county.floor.data / "reports").rglob("*.pdf"))
    assert len(files) == len(studies)
