"""Another unit's patient: found exactly or not at all, opened with a reason for a time, reviewed by somebody else."""

from datetime import date, timedelta

import pytest

from foundation.access import PRODUCT, Actor, Basis
from foundation.errors import Forbidden, NotFound
from foundation.vocabulary import Role
from registry.api import NewPatient, NewPerson, Patient, Registry, RegistrySettings, Sought, UnitKind
from registry.errors import GrantReviewed, NotExaminedHere, OwnGrant, ReasonTooShort, SearchTooWide
from tests.integration.registry.desk import CARD, Desk

REASON = "急诊胸痛，需比对既往胸片"


@pytest.fixture
def patient(desk: Desk) -> Patient:
    """A patient of Shanqian."""
    return desk.registry.register_patient(PRODUCT, NewPatient(desk.shanqian.id, "王小芬", "P1", id_card=CARD))


def clinician(desk: Desk, *roles: Role) -> Actor:
    new = NewPerson("zhao", "赵敏", desk.hekou.id, frozenset(roles or {Role.CLINICIAN}))
    known = desk.registry.person_by_account("zhao")
    return desk.registry.actor_of(known or desk.registry.add_person(PRODUCT, new))


def test_breaking_the_glass_opens_this_patient_to_this_person_until_it_ends(desk: Desk, patient: Patient) -> None:
    with pytest.raises(NotFound):
        desk.registry.shown_patient(clinician(desk), patient.id)
    grant = desk.registry.open_patient(clinician(desk), patient.id, Basis.BREAK_GLASS, f"  {REASON} ")
    assert (grant.reason, grant.until - grant.opened_at) == (REASON, timedelta(hours=4))
    assert desk.registry.shown_patient(clinician(desk), patient.id) == patient
    assert desk.registry.patients(clinician(desk)) == [patient]
    with pytest.raises(NotFound):
        desk.registry.shown_patient(desk.actor(Role.CLINICIAN), patient.id)
    short = Registry(desk.floor, RegistrySettings.model_validate({"open_patient_hours": 1e-9}))
    other = desk.registry.register_patient(PRODUCT, NewPatient(desk.shanqian.id, "李四", "P2"))
    short.open_patient(clinician(desk), other.id, Basis.BREAK_GLASS, REASON)
    with pytest.raises(NotFound):
        desk.registry.shown_patient(clinician(desk), other.id)


@pytest.mark.parametrize("reason", ["", "急", " . . . ", "看一下" + " " * 20])
def test_a_reason_is_words(desk: Desk, patient: Patient, reason: str) -> None:
    with pytest.raises(ReasonTooShort):
        desk.registry.open_patient(clinician(desk), patient.id, Basis.BREAK_GLASS, reason)
    assert desk.registry.own_grants(clinician(desk)) == []


def test_recognition_needs_the_same_person_among_the_own_units_patients(desk: Desk, patient: Patient) -> None:
    desk.registry.register_patient(PRODUCT, NewPatient(desk.hekou.id, "王芬芬", "H1", id_card=CARD))
    with pytest.raises(NotExaminedHere):
        desk.registry.open_patient(clinician(desk), patient.id, Basis.RECOGNITION)
    desk.registry.register_patient(PRODUCT, NewPatient(desk.hekou.id, "王 小芬", "H2", id_card=CARD))
    desk.registry.open_patient(clinician(desk), patient.id, Basis.RECOGNITION)
    assert desk.registry.shown_patient(clinician(desk), patient.id) == patient


def test_only_roles_with_this_basis_may_use_it(desk: Desk, patient: Patient) -> None:
    with pytest.raises(Forbidden):
        desk.registry.open_patient(desk.actor(Role.TECHNICIAN), patient.id, Basis.BREAK_GLASS, REASON)
    with pytest.raises(Forbidden):
        desk.registry.open_patient(desk.actor(Role.QUALITY_OFFICER), patient.id, Basis.BREAK_GLASS, REASON)


def test_a_search_in_other_units_names_one_person_exactly_and_is_audited(desk: Desk, patient: Patient) -> None:
    search = desk.registry.patients_elsewhere
    assert search(clinician(desk), Sought(CARD.lower())) == [patient]
    assert search(clinician(desk), Sought(name="王小芬", birth_date=date(1949, 12, 31))) == [patient]
    assert search(clinician(desk), Sought(name="王小", birth_date=date(1949, 12, 31))) == []
    for wide in (Sought(), Sought(name="王小芬"), Sought(birth_date=date(1949, 12, 31))):
        with pytest.raises(SearchTooWide):
            search(clinician(desk), wide)
    assert [row["subtype"] for row in desk.floor.audit.entries()].count("search-elsewhere") == 3


def test_somebody_else_reviews_it_once(desk: Desk, patient: Patient) -> None:
    both = clinician(desk, Role.CLINICIAN, Role.QUALITY_OFFICER)
    grant = desk.registry.open_patient(both, patient.id, Basis.BREAK_GLASS, REASON)
    officer = desk.actor(Role.QUALITY_OFFICER, unit=desk.lead)
    waiting, count = desk.registry.grants(officer, waiting=True)
    assert ([one.id for one in waiting], count) == ([grant.id], 1)
    with pytest.raises(OwnGrant):
        desk.registry.review_grant(both, grant.id, justified=True)
    with pytest.raises(Forbidden):
        desk.registry.review_grant(desk.actor(Role.CLINICIAN), grant.id, justified=True)
    reviewed = desk.registry.review_grant(officer, grant.id, justified=False, note="无急诊记录")
    assert (reviewed.justified, reviewed.reviewed_by, reviewed.note) == (False, officer.name, "无急诊记录")
    with pytest.raises(GrantReviewed):
        desk.registry.review_grant(officer, grant.id, justified=True)
    assert desk.registry.grants(officer, waiting=True) == ([], 0)
    (kept,), _ = desk.registry.grants(officer)
    assert (kept.justified, kept.reviewed_by, kept.note) == (False, officer.name, "无急诊记录")


def test_a_unit_serves_those_below_it_and_the_lead_hospital_the_county(desk: Desk) -> None:
    village = desk.registry.add_unit(PRODUCT, "东岭村卫生室", UnitKind.COMMUNITY, "DL", desk.hekou.id)
    assert desk.registry.senders_of(desk.lead.id) is None
    assert desk.registry.senders_of(desk.hekou.id) == frozenset({village.id})
    assert desk.registry.senders_of(desk.shanqian.id) == frozenset()
    alone = desk.registry.add_unit(PRODUCT, "独立门诊", UnitKind.COMMUNITY, "DM")
    assert desk.registry.senders_of(alone.id) == frozenset()
