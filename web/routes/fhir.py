"""FHIR R4 in: a hospital system's ServiceRequest with its Patient, alone or in a Bundle; both can be read again."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from foundation.access import Actor
from foundation.catalogue import message
from foundation.errors import LianzhenError
from foundation.ids import new_id
from registry.api import (
    BadIncoming,
    FhirSource,
    Incoming,
    Known,
    Message,
    NewPatient,
    Order,
    Outcome,
    Patient,
    Taken,
    fhir_patient,
    fhir_service_request,
    read_patient,
    read_service_request,
)
from web import fhir
from web.deps import TheHouse
from web.errors import status_of
from web.fhir import Resource, System
from web.house import House

router = APIRouter(prefix="/fhir", tags=["fhir"])

ENTRIES_LIMIT = 100


class Sending:
    """One request of a system."""

    def __init__(self, house: House, actor: Actor, base: str) -> None:
        self.house = house
        self.actor = actor
        self.base = base

    def one(self, body: Resource, if_none_exist: str | None) -> Response:
        """A single ServiceRequest or Patient."""
        existing = self._existing(body, if_none_exist)
        if existing is not None:
            return self._answer(existing, Outcome.UNCHANGED)
        if body["resourceType"] == "Patient":
            new = read_patient(body, self.actor.unit_id)
            known = self.house.registry.patient_by_number(self.actor, new.patient_id)
            shown = fhir_patient(self.house.registry.register_patient(self.actor, new))
            return self._answer(shown, Outcome.UNCHANGED if known else Outcome.CREATED)
        (taken,) = self.house.registry.take(self.actor, [self.order(body, {})])
        return self._answer(self.shown(taken), taken.outcome)

    def transaction(self, entries: list[Resource]) -> Resource:
        """Every entry, or none of them."""
        sent = _sent(entries)
        orders = [self.order(body, sent, at) for at, body in _of_kind(entries, "ServiceRequest")]
        alone = [read_patient(body, self.actor.unit_id, at) for at, body in _of_kind(entries, "Patient")]
        taken, patients = self.house.registry.take_all(self.actor, orders, alone)
        results = {"ServiceRequest": iter(taken), "Patient": iter(patients)}
        return _bundle("transaction-response", [self._entry(body, results) for body in _bodies(entries)])

    def batch(self, entries: list[Resource]) -> Resource:
        """Each entry by itself; one that is refused says so in its place."""
        sent, answers = _sent(entries), []
        for index, body in enumerate(_bodies(entries)):
            try:
                answers.append(self._batched(body, sent, f"Bundle.entry[{index}].resource"))
            except LianzhenError as refusal:
                self.record(body, refusal)
                answers.append({"response": {"status": str(status_of(type(refusal))), "outcome": _outcome(refusal)}})
        return _bundle("batch-response", answers)

    def _batched(self, body: Resource, sent: Mapping[str, Resource], at: str) -> Resource:
        if body["resourceType"] == "Patient":
            made = self.house.registry.register_patient(self.actor, read_patient(body, self.actor.unit_id, at))
            return self._response(fhir_patient(made), Outcome.UNCHANGED)
        (taken,) = self.house.registry.take(self.actor, [self.order(body, sent, at)])
        return self._response(self.shown(taken), taken.outcome)

    def order(self, body: Resource, sent: Mapping[str, Resource], at: str = "ServiceRequest") -> Incoming:
        """A ServiceRequest with its patient, who came with it or is ours."""
        return read_service_request(body, self.actor.unit_id, FhirSource(sent, self._ours), at)

    def _ours(self, patient_uid: str) -> NewPatient:
        one = self.house.registry.seen_patient(self.actor, patient_uid)
        return NewPatient(one.issuer, one.name, one.patient_id, one.sex, one.birth_date, one.id_card, one.phone)

    def shown(self, taken: Taken) -> Resource:
        """The order that was taken, as it is here."""
        return fhir_service_request(*self.house.registry.known_order(self.actor, taken.order.id))

    def _entry(self, body: Resource, results: Mapping[str, Iterator[Any]]) -> Resource:
        one = next(results[body["resourceType"]])
        if isinstance(one, Patient):
            return self._response(fhir_patient(one), Outcome.UNCHANGED)
        return self._response(self.shown(one), one.outcome)

    def _response(self, shown: Resource, outcome: Outcome) -> Resource:
        said = {"status": "201 Created" if outcome is Outcome.CREATED else "200 OK", "location": _place(shown)}
        if "meta" in shown:
            said |= {"etag": f'W/"{shown["meta"]["versionId"]}"', "lastModified": shown["meta"]["lastUpdated"]}
        return {"fullUrl": f"{self.base}/{shown['resourceType']}/{shown['id']}", "resource": shown, "response": said}

    def _answer(self, shown: Resource, outcome: Outcome) -> Response:
        headers = {"Location": f"{self.base}/{_place(shown)}"}
        if "meta" in shown:
            headers["ETag"] = f'W/"{shown["meta"]["versionId"]}"'
        return fhir.resource(shown, 201 if outcome is Outcome.CREATED else 200, headers)

    def _existing(self, body: Resource, if_none_exist: str | None) -> Resource | None:
        """What If-None-Exist finds (R4 §3.1.0.8.1)."""
        if not if_none_exist:
            return None
        name, _, token = if_none_exist.lstrip("?").partition("=")
        if name != "identifier" or not token or "&" in token:
            raise BadIncoming(field="If-None-Exist", what="identifier=system|value", expression="")
        found = self.found(body["resourceType"], token)
        return found[0] if found else None

    def found(self, kind: str, token: str) -> list[Resource]:
        """The unit's resources with this identifier."""
        system, bar, value = token.rpartition("|")
        registry = self.house.registry
        if kind == "Patient":
            one = registry.patient_by_number(self.actor, value)
            return [fhir_patient(registry.shown_patient(self.actor, one.id))] if one else []
        pairs: list[tuple[Order, Known | None]] = registry.orders_by_number(self.actor, system if bar else None, value)
        return [fhir_service_request(*pair) for pair in pairs]

    def record(self, body: Resource, refusal: LianzhenError) -> None:
        """A refused resource is in the list of messages, without its content."""
        now = self.house.floor.now()
        number = next((str(one.get("value", ""))[:64] for one in _list(body.get("identifier"))), "")
        self.house.registry.keep_message(
            Message(
                id=new_id(), at=now, last_at=now, times=1, channel="fhir", unit_id=self.actor.unit_id,
                sender=self.actor.name[:64], address=(self.actor.address or "")[:64],
                kind=str(body.get("resourceType", ""))[:32], control_id=number,
                digest=hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest(),
                code=str(status_of(type(refusal))), error=refusal.code, field=str(refusal.facts.get("field", ""))[:64],
                zh=message(refusal, "zh"), en=message(refusal, "en"),
            )
        )  # fmt: skip


def _place(shown: Resource) -> str:
    place = f"{shown['resourceType']}/{shown['id']}"
    return f"{place}/_history/{shown['meta']['versionId']}" if "meta" in shown else place


def _bundle(kind: str, entries: list[Resource]) -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def _outcome(refusal: LianzhenError) -> Resource:
    where = [str(refusal.facts["expression"])] if refusal.facts.get("expression") else []
    words = message(refusal, "zh"), message(refusal, "en")
    return fhir.issue(refusal.code, fhir.issue_type(type(refusal)), *words, *where)


def _list(value: Any) -> list[Resource]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _bodies(entries: list[Resource]) -> list[Resource]:
    """The resources, each of which must be one that is taken here."""
    found = []
    for index, entry in enumerate(entries):
        at, body, request = f"Bundle.entry[{index}]", entry.get("resource"), entry.get("request")
        if not isinstance(body, dict) or body.get("resourceType") not in {"ServiceRequest", "Patient"}:
            raise BadIncoming(field=f"{at}.resource", what="ServiceRequest, Patient", expression=f"{at}.resource")
        if isinstance(request, dict) and request.get("method") != "POST":
            where = f"{at}.request.method"
            raise BadIncoming(field=where, what="POST", expression=where)
        found.append(body)
    return found


def _of_kind(entries: list[Resource], kind: str) -> list[tuple[str, Resource]]:
    named = enumerate(_bodies(entries))
    return [(f"Bundle.entry[{index}].resource", body) for index, body in named if body["resourceType"] == kind]


def _sent(entries: list[Resource]) -> dict[str, Resource]:
    """The patients of a bundle by every reference that may name them."""
    sent: dict[str, Resource] = {}
    for entry, body in zip(entries, _bodies(entries), strict=True):
        if isinstance(entry.get("fullUrl"), str):
            sent[entry["fullUrl"]] = body
        if isinstance(body.get("id"), str):
            sent[f"{body['resourceType']}/{body['id']}"] = body
    return sent


async def _body(request: Request, house: House, actor: Actor, *kinds: str) -> tuple[Sending, Resource]:
    body = await fhir.read_resource(request)
    if body["resourceType"] not in kinds:
        raise fhir.BadResource(what=f"resourceType: {', '.join(kinds)}", expression="")
    return Sending(house, actor, _base(request)), body


async def _recorded(sending: Sending, body: Resource, act: Any, *arguments: Any) -> Any:
    def work() -> Any:
        try:
            return act(*arguments)
        except LianzhenError as refusal:
            sending.record(body, refusal)
            raise

    return await run_in_threadpool(work)


@router.post("", response_class=Response)
async def submit(
    request: Request, house: TheHouse, actor: System, if_none_exist: Annotated[str | None, Header()] = None
) -> Response:
    """A transaction or batch Bundle, or one ServiceRequest or Patient."""
    sending, body = await _body(request, house, actor, "Bundle", "ServiceRequest", "Patient")
    if body["resourceType"] != "Bundle":
        answer: Response = await _recorded(sending, body, sending.one, body, if_none_exist)
        return answer
    entries = _list(body.get("entry"))
    if body.get("type") not in {"transaction", "batch"} or not 0 < len(entries) <= ENTRIES_LIMIT:
        raise BadIncoming(field="Bundle", what=f"transaction, batch; 1–{ENTRIES_LIMIT} entry", expression="Bundle.type")
    act = sending.transaction if body["type"] == "transaction" else sending.batch
    return fhir.resource(await _recorded(sending, body, act, entries))


@router.post("/ServiceRequest", response_class=Response)
async def create_order(
    request: Request, house: TheHouse, actor: System, if_none_exist: Annotated[str | None, Header()] = None
) -> Response:
    """One ServiceRequest; the same identifier and content again answer 200 with the same id."""
    sending, body = await _body(request, house, actor, "ServiceRequest")
    answer: Response = await _recorded(sending, body, sending.one, body, if_none_exist)
    return answer


@router.post("/Patient", response_class=Response)
async def create_patient(
    request: Request, house: TheHouse, actor: System, if_none_exist: Annotated[str | None, Header()] = None
) -> Response:
    """One Patient of the system's unit."""
    sending, body = await _body(request, house, actor, "Patient")
    answer: Response = await _recorded(sending, body, sending.one, body, if_none_exist)
    return answer


@router.get("/ServiceRequest/{id_}", response_class=Response)
def read_order(id_: str, house: TheHouse, actor: System) -> Response:
    """One order of the system's unit."""
    shown = fhir_service_request(*house.registry.known_order(actor, id_))
    return fhir.resource(shown, headers={"ETag": f'W/"{shown["meta"]["versionId"]}"'})


@router.get("/Patient/{id_}", response_class=Response)
def read_one_patient(id_: str, house: TheHouse, actor: System) -> Response:
    """One patient of the system's unit, in full; the audit trail says who looked."""
    return fhir.resource(fhir_patient(house.registry.shown_patient(actor, id_)))


@router.get("/ServiceRequest", response_class=Response)
def search_orders(
    request: Request, house: TheHouse, actor: System, identifier: Annotated[str, Query(max_length=256)] = ""
) -> Response:
    """Orders of the system's unit by identifier: `system|value` or `value`."""
    return _searched("ServiceRequest", identifier, Sending(house, actor, _base(request)))


@router.get("/Patient", response_class=Response)
def search_patients(
    request: Request, house: TheHouse, actor: System, identifier: Annotated[str, Query(max_length=256)] = ""
) -> Response:
    """A patient of the system's unit by the unit's id."""
    return _searched("Patient", identifier, Sending(house, actor, _base(request)))


def _searched(kind: str, identifier: str, sending: Sending) -> Response:
    if not identifier:
        raise BadIncoming(field="identifier", what="identifier=system|value", expression="")
    found = sending.found(kind, identifier)
    entries = [{"fullUrl": f"{sending.base}/{kind}/{one['id']}", "resource": one} for one in found]
    return fhir.resource({"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries})


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}/fhir"
