"""When is a study complete: after a quiet time, told once, and told again when something comes late."""

from collections.abc import Callable

import pytest

from foundation.runner import EmbeddedRunner
from foundation.tasks import NotYet
from tests.integration.pacs_gateway.conftest import County
from tests.product import until
from tests.unit.pacs_gateway.objects import encoded, film


def sent(county: County, count: int = 1, **changes: object) -> str:
    first = film(**changes)
    for number in range(1, count + 1):
        one = film(StudyInstanceUID=first.StudyInstanceUID, SeriesInstanceUID=first.SeriesInstanceUID,
                   InstanceNumber=number, **changes)  # fmt: skip
        county.store(encoded(one))
    return str(first.StudyInstanceUID)


def test_a_study_is_ready_after_the_quiet_time_and_not_before(county: County) -> None:
    uid = sent(county, 2)
    county.clock.pass_(4)
    with pytest.raises(NotYet):
        county.gateway.close_study(uid)
    assert county.gateway.study(county.technician, uid).state == "receiving"
    county.clock.pass_(1.1)
    county.gateway.close_study(uid)
    assert county.gateway.study(county.technician, uid).state == "ready"
    (event,) = county.ready
    assert (event.study_instance_uid, event.instances, event.modality) == (uid, 2, "CR")
    assert (event.unit_id, event.description, event.body_part) == (county.east, "胸部正位", "CHEST")


def test_every_new_image_begins_the_quiet_time_again(county: County) -> None:
    uid = sent(county)
    county.clock.pass_(4)
    more = film(StudyInstanceUID=uid)
    county.store(encoded(more))
    county.clock.pass_(4)
    with pytest.raises(NotYet):
        county.gateway.close_study(uid)


def test_a_modality_of_many_images_waits_longer(county: County) -> None:
    uid = sent(county, Modality="CT")
    county.clock.pass_(6)
    with pytest.raises(NotYet) as wait:
        county.gateway.close_study(uid)
    assert wait.value.in_seconds == pytest.approx(24)


def test_closing_twice_tells_once(county: County) -> None:
    uid = sent(county)
    county.clock.pass_(10)
    county.gateway.close_study(uid)
    county.gateway.close_study(uid)
    assert len(county.ready) == 1
    assert county.reopened == []


def test_a_late_image_tells_again_and_never_takes_the_study_away(county: County) -> None:
    uid = sent(county)
    county.clock.pass_(10)
    county.gateway.close_study(uid)
    county.store(encoded(film(StudyInstanceUID=uid)))
    assert county.gateway.study(county.technician, uid).state == "ready"
    county.clock.pass_(10)
    county.gateway.close_study(uid)
    assert len(county.ready) == 1
    assert [(event.study_instance_uid, event.instances) for event in county.reopened] == [(uid, 2)]


def test_a_duplicate_tells_nobody(county: County) -> None:
    data = encoded(film())
    uid = county.store(data).study_instance_uid
    county.clock.pass_(10)
    county.gateway.close_study(uid)
    county.store(data)
    county.clock.pass_(10)
    county.gateway.close_study(uid)
    assert county.reopened == []


def test_a_study_of_companions_alone_is_nothing_to_read(county: County) -> None:
    uid = sent(county, Modality="PR")
    county.clock.pass_(60)
    county.gateway.close_study(uid)
    assert county.gateway.study(county.technician, uid).state == "ready"
    assert county.ready == []


def test_a_fault_of_a_must_subscriber_leaves_the_study_open(county: County) -> None:
    uid = sent(county)
    county.clock.pass_(10)

    def fail(_conn: object, _event: object) -> None:
        raise RuntimeError("the queue cannot take it")

    from pacs_gateway.api import ExaminationReady

    county.floor.bus.must(ExaminationReady, fail)
    with pytest.raises(RuntimeError):
        county.gateway.close_study(uid)
    assert county.gateway.study(county.technician, uid).state == "receiving"


def test_the_runner_closes_within_two_seconds_of_the_quiet_time(open_county: Callable[..., County]) -> None:
    from foundation import clock

    county = open_county(quiet_seconds=0.3, display_frames=False)
    object.__setattr__(county.floor, "now", clock.now)
    county.floor.tasks._now = clock.now
    runner = EmbeddedRunner(county.floor.tasks, 0.5)
    runner.start()
    try:
        sent(county, 3)
        until(lambda: county.ready, seconds=2.3)
    finally:
        runner.stop()
