"""Every resource that the reports' FHIR door answers with is valid for every R4 validator that runs here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from foundation.access import PRODUCT, Actor
from foundation.vocabulary import Role
from lianzhen import demo, schema
from lianzhen.wiring import Opened, open_house
from pacs_gateway.api import Source
from reading_queue.api import Kind
from reports.api import Content, KeyImage, Revision
from tests.conformance.fhir.validators import complaints
from tests.house import PASSWORD, quick_settings
from web.app import create_app

TEXT = Content(
    findings="右肺下野见斑片状密度增高影。\n<b>心影</b> & 不大。",
    impression="右肺下野炎症。",
    positive=True,
    recommendation="治疗后复查。",
)
Resource = dict[str, Any]


class Desk:
    """An open house whose doctors act."""

    def __init__(self, opened: Opened, film: Path) -> None:
        self.house, self.floor = opened.house, opened.floor
        device = self.house.registry.device_of(demo.SENDER)
        assert device is not None
        self.unit_id = device.unit_id
        source = Source(demo.SENDER, device.unit_id, None, "dimse", PRODUCT)
        self.study = self.house.gateway.store_instance(source, film).study_instance_uid
        self.house.gateway.close_study(self.study)

    def actor(self, account: str) -> Actor:
        """Somebody of the demonstration county."""
        person = self.house.registry.person_by_account(account)
        assert person is not None
        return self.house.registry.actor_of(person)

    def act(self, account: str, kind: Kind, how: str, text: Content, revision: int = 0) -> str:
        """Claim the open workitem and do it; the report's id."""
        actor = self.actor(account)
        (uid,) = (
            one.uid
            for one in self.house.queue.history(actor, self.study)
            if one.kind is kind and one.state.value == "SCHEDULED"
        )
        claim = self.house.queue.claim(actor, uid)
        made = getattr(self.house.reports, how)(actor, uid, claim.transaction_uid, revision, text)
        report_id: str = made.report_id
        return report_id


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A report with its whole life: preliminary in the night, final, corrected, appended, withdrawn."""
    base = quick_settings(tmp_path_factory.mktemp("county"))
    chosen = base.model_copy(update={"reports": base.reports.model_copy(update={"preliminary": "always"})})
    schema.migrate(chosen.floor.database_url)
    opened = open_house(chosen, demo=True)
    yield Desk(opened, demo.create(chosen, opened.house).film)
    opened.floor.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    """The township's system."""
    token = desk.house.auth.add_token("his", desk.unit_id, frozenset({Role.CLINICIAN}))
    return TestClient(create_app(desk.house), headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def report_id(desk: Desk) -> str:
    """The report after everything."""
    series = desk.house.gateway.study(desk.actor("radiologist"), desk.study).series[0]
    image = KeyImage(series.series_instance_uid, series.instances[0].sop_instance_uid)
    text = Content(TEXT.findings, TEXT.impression, TEXT.positive, TEXT.recommendation, "", (image,))
    for account in ("radiologist", "reviewer"):
        desk.house.reports.unlock(desk.actor(account), PASSWORD)
    found = desk.act("radiologist", Kind.READING, "issue_preliminary", text)
    desk.act("reviewer", Kind.REVIEW, "approve", text)
    for kind, words in ((Revision.CORRECTION, "左肺下野炎症。"), (Revision.ADDENDUM, "")):
        desk.house.reports.start_revision(desk.actor("radiologist"), found, kind, "补充与更正")
        changed = Content(text.findings, words or text.impression, True, text.recommendation, "", (image,))
        if kind is Revision.ADDENDUM:
            changed = Content(
                text.findings, "左肺下野炎症。", True, text.recommendation, "侧位片见少量积液。", (image,)
            )
        desk.act("radiologist", Kind.READING, "submit", changed, 1)
        desk.act("reviewer", Kind.REVIEW, "approve", changed)
    desk.house.reports.withdraw(desk.actor("reviewer"), found, "患者身份错误")
    return found


def get(client: TestClient, address: str, **parameters: str) -> Resource:
    """A resource that must be there."""
    answer = client.get(address, params=parameters or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/fhir+json")
    body: Resource = json.loads(answer.content)
    return body


def test_every_state_of_a_report_is_valid(client: TestClient, report_id: str) -> None:
    history = get(client, f"/fhir/DiagnosticReport/{report_id}/_history")
    reports = [one["resource"] for one in history["entry"]]
    assert [one["status"] for one in reversed(reports)] == [
        "preliminary", "final", "corrected", "appended", "entered-in-error",
    ]  # fmt: skip
    assert [("tag" in one["meta"]) for one in reports] == [False, True, True, True, True]
    given = [history, *reports, get(client, "/fhir/Provenance", target=f"DiagnosticReport/{report_id}")]
    for one in reports:
        number = one["meta"]["versionId"]
        place = f"{report_id}.{number}"
        given += [
            get(client, f"/fhir/DocumentReference/{place}"),
            get(client, f"/fhir/Provenance/{place}"),
            get(client, f"/fhir/DiagnosticReport/{report_id}/$document", version=number),
            *(get(client, f"/fhir/{result['reference']}") for result in one["result"]),
            *(get(client, f"/fhir/{image['link']['reference']}") for image in one["media"]),
        ]
    given.append(
        get(client, "/fhir/DiagnosticReport", _include="DiagnosticReport:result", patient=_patient(reports[0]))
    )
    assert complaints(given) == []


def _patient(report: Resource) -> str:
    reference: str = report["subject"]["reference"]
    return reference


def test_every_reference_of_a_document_leads_to_an_entry_of_its_kind(client: TestClient, report_id: str) -> None:
    bundle = get(client, f"/fhir/DiagnosticReport/{report_id}/$document")
    entries = {one["fullUrl"]: one["resource"]["resourceType"] for one in bundle["entry"]}
    assert len(entries) == len(bundle["entry"])
    kinds = {
        "subject": "Patient", "author": "Practitioner", "party": "Practitioner", "custodian": "Organization",
        "performer": "Organization", "requester": "Organization", "basedOn": "ServiceRequest",
        "imagingStudy": "ImagingStudy", "result": "Observation", "link": "Media", "resultsInterpreter": "Practitioner",
        "partOf": "ImagingStudy",
    }  # fmt: skip
    for name, reference in _references(bundle):
        assert entries[reference] == kinds.get(name, entries[reference]), (name, reference)


def _references(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "reference" in value:
            yield name, value["reference"]
        for member, one in value.items():
            yield from _references(one, member)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one, name)


def test_the_union_of_validators_finds_planted_faults(client: TestClient, report_id: str) -> None:
    report = get(client, f"/fhir/DiagnosticReport/{report_id}")
    for fault in ({"status": "done"}, {"code": None}, {"colour": "red"}, {"issued": "yesterday"}):
        planted = {name: value for name, value in {**report, **fault}.items() if value is not None}
        assert complaints([planted]), fault


def test_the_file_is_the_signed_pdf_raw_and_as_a_resource(client: TestClient, report_id: str) -> None:
    report = get(client, f"/fhir/DiagnosticReport/{report_id}/_history/2")
    address = f"/fhir/{report['presentedForm'][0]['url']}"
    raw = client.get(address, headers={"Accept": "application/pdf"})
    assert raw.content.startswith(b"%PDF")
    assert len(raw.content) == report["presentedForm"][0]["size"]
    packed = client.get(address, headers={"Accept": "application/fhir+json"}).json()
    assert complaints([packed]) == []


def test_what_another_unit_asks_for_does_not_exist(desk: Desk, client: TestClient, report_id: str) -> None:
    other = next(one for one in desk.house.registry.units() if one.code == "YXQS")
    token = desk.house.auth.add_token("elsewhere", other.id, frozenset({Role.CLINICIAN}))
    stranger = TestClient(create_app(desk.house), headers={"Authorization": f"Bearer {token}"})
    place = f"{report_id}.2"
    for address in (
        f"DiagnosticReport/{report_id}", f"DiagnosticReport/{report_id}/_history", f"Provenance/{place}",
        f"DiagnosticReport/{report_id}/$document", f"DocumentReference/{place}", f"Binary/{place}",
        f"Observation/{place}.19005-8", f"Provenance?target=DiagnosticReport/{report_id}",
    ):  # fmt: skip
        answer = stranger.get(f"/fhir/{address}")
        assert answer.status_code == 404, address
        assert answer.json()["resourceType"] == "OperationOutcome"
    assert stranger.get("/fhir/DiagnosticReport").json()["total"] == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1), ("status=final", 0), ("status=entered-in-error,final", 1), ("date=ge2026-01-01", 1),
        ("date=lt2026-01-01", 0), ("date=2026", 1), ("_lastUpdated=gt2026-01-01T00:00:00Z", 1),
        ("_lastUpdated=le2020", 0), ("patient=Patient/nobody", 0), ("identifier=urn:x|nothing", 0), ("unknown=1", 1),
    ],
)  # fmt: skip
def test_a_search_finds_what_fits(client: TestClient, report_id: str, query: str, count: int) -> None:
    assert get(client, f"/fhir/DiagnosticReport?{query}")["total"] == count
    form = client.post(
        "/fhir/DiagnosticReport/_search",
        content=query,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert form.json()["total"] == count


@pytest.mark.parametrize(
    "query", ["status=done", "date=yesterday", "_count=0", "_cursor=x", "_sort=name", "date=2026-13"]
)
def test_a_value_that_cannot_be_read_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/fhir/DiagnosticReport?{query}")
    assert answer.status_code == 400
    assert complaints([answer.json()]) == []


def test_a_strict_client_is_told_of_unknown_parameters(client: TestClient) -> None:
    assert client.get("/fhir/DiagnosticReport?colour=red", headers={"Prefer": "handling=strict"}).status_code == 400


def test_the_capability_statement_is_valid_and_names_what_there_is(client: TestClient) -> None:
    statement = get(client, "/fhir/metadata")
    assert complaints([statement]) == []
    kinds = {one["type"]: {act["code"] for act in one["interaction"]} for one in statement["rest"][0]["resource"]}
    assert kinds["DiagnosticReport"] == {"read", "vread", "history-instance", "search-type"}
    (order,) = [one for one in statement["rest"][0]["resource"] if one["type"] == "ServiceRequest"]
    (operation,) = order["operation"]
    defined = get(client, operation["definition"])
    assert complaints([defined]) == []
    assert (defined["url"], defined["code"], defined["resource"]) == (
        operation["definition"], operation["name"], ["ServiceRequest"],
    )  # fmt: skip
    assert client.get("/fhir/OperationDefinition/none").status_code == 404
