"""A person's results through the years, and the inbox found by patient: each only as far as the asker sees."""

from collections.abc import Iterator

import pytest

from foundation.vocabulary import Role
from tests.integration.access.county import EAST, LEAD, WEST, County, open_county


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("results")) as opened:
        yield opened


def test_the_timeline_of_a_person_ends_where_the_askers_reach_ends(county: County) -> None:
    east = county.things[EAST]
    path = f"/api/patients/{east['patient']}/results"
    (row,) = county.client(Role.CLINICIAN, EAST).get(path).json()["items"]
    assert (row["report_id"], row["own"], row["impression"]) == (east["report_id"], True, "右肺下野炎症。")
    assert (row["study_instance_uid"], row["unit"]) == (east["study"], "河口镇卫生院（演示）")
    assert county.client(Role.CLINICIAN, WEST).get(path).status_code == 404
    # any registration of the person will do, and so will the report
    reader = county.client(Role.RADIOLOGIST, LEAD)
    for other in (f"/api/patients/{east['other']}/results", f"/api/reports/{east['report_id']}/results"):
        assert [one["report_id"] for one in reader.get(other).json()["items"]] == [east["report_id"]]


def test_an_emergency_opens_the_timeline_of_one_patient_and_not_the_inbox(county: County) -> None:
    east, west = county.things[EAST], county.client(Role.CLINICIAN, WEST)
    body = {"patient_uid": east["patient"], "basis": "break-glass", "reason": "昏迷送来，无法询问病史"}
    assert west.post("/api/access", json=body).status_code == 201
    (row,) = west.get(f"/api/patients/{east['patient']}/results").json()["items"]
    assert (row["report_id"], row["own"]) == (east["report_id"], False)
    found = west.get("/api/inbox", params={"q": "演示YXHK"}).json()["items"]
    assert found == []


@pytest.mark.parametrize("q", ["演示YX", "yanshiyx", "ysyx", "演示"])
def test_the_inbox_finds_a_patient_as_the_registry_does(county: County, q: str) -> None:
    client = county.client(Role.CLINICIAN, EAST)
    assert [one["report_id"] for one in client.get("/api/inbox", params={"q": q}).json()["items"]] == [
        county.things[EAST]["report_id"]
    ]
    assert client.get("/api/inbox", params={"q": "zhaoliu"}).json()["items"] == []
