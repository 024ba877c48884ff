"""A hospital system's resources: taken, or refused and kept whole with the reason until they are taken or settled."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from foundation.access import Actor
from foundation.catalogue import message
from foundation.errors import LianzhenError
from foundation.ids import new_id
from registry.api import (
    BadIncoming,
    FhirSource,
    Incoming,
    IncomingConflict,
    Known,
    Message,
    NewPatient,
    Order,
    Outcome,
    Taken,
    fhir_patient,
    fhir_service_request,
    read_patient,
    read_service_request,
)
from web import fhir
from web.errors import status_of
from web.fhir import Resource
from web.house import House

ENTRIES_LIMIT = 100
KINDS = ("Bundle", "ServiceRequest", "Patient")


class Sending:
    """One request of a system, for the unit of its token."""

    def __init__(self, house: House, actor: Actor, base: str) -> None:
        self.house = house
        self.actor = actor
        self.base = base

    def take(self, raw: bytes, if_none_exist: str | None = None, kinds: Sequence[str] = KINDS) -> Response:
        """A body of one of these kinds; what is refused is in the list of messages."""
        body: Resource = {}
        try:
            body = fhir.parse(raw)
            if body["resourceType"] not in kinds:
                raise fhir.BadResource(what=f"resourceType: {', '.join(kinds)}", expression="")
            answer = self.bundle(body) if body["resourceType"] == "Bundle" else self.one(body, if_none_exist)
        except LianzhenError as refusal:
            self.record(raw, body, refusal)
            raise
        if body.get("type") != "batch":
            self._taken(body)
        return answer

    def bundle(self, body: Resource) -> Response:
        """A transaction or a batch."""
        entries = _list(body.get("entry"))
        if body.get("type") not in {"transaction", "batch"} or not 0 < len(entries) <= ENTRIES_LIMIT:
            what = f"transaction, batch; 1–{ENTRIES_LIMIT} entry"
            raise BadIncoming(field="Bundle", what=what, expression="Bundle.type")
        act = self.transaction if body["type"] == "transaction" else self.batch
        return fhir.resource(act(entries))

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
        sent, bodies = _sent(entries), _bodies(entries)
        there = {at: one for at, entry in enumerate(entries) if (one := self._existing(bodies[at], _condition(entry)))}
        named = [(f"Bundle.entry[{at}].resource", body) for at, body in enumerate(bodies) if at not in there]
        orders = [self.order(body, sent, at) for at, body in named if body["resourceType"] == "ServiceRequest"]
        unit = self.actor.unit_id
        alone = [read_patient(body, unit, at) for at, body in named if body["resourceType"] == "Patient"]
        fresh = [self.house.registry.patient_by_number(self.actor, one.patient_id) is None for one in alone]
        taken, patients = self.house.registry.take_all(self.actor, orders, alone)
        results = {"ServiceRequest": iter(taken), "Patient": iter(zip(patients, fresh, strict=True))}
        return _bundle(
            "transaction-response",
            [
                self._response(there[at], Outcome.UNCHANGED) if at in there else self._entry(body, results)
                for at, body in enumerate(bodies)
            ],
        )

    def batch(self, entries: list[Resource]) -> Resource:
        """Each entry by itself; one that is refused says so in its place."""
        sent, answers = _sent(entries), []
        for index, body in enumerate(_bodies(entries)):
            alone = _alone(entries, index)
            try:
                answers.append(self._batched(entries[index], sent, f"Bundle.entry[{index}].resource"))
                self._taken(alone)
            except LianzhenError as refusal:
                self.record(orjson.dumps(alone), alone, refusal, body)
                answers.append({"response": {"status": str(status_of(type(refusal))), "outcome": _outcome(refusal)}})
        return _bundle("batch-response", answers)

    def _batched(self, entry: Resource, sent: Mapping[str, Resource], at: str) -> Resource:
        body: Resource = entry["resource"]
        existing = self._existing(body, _condition(entry))
        if existing is not None:
            return self._response(existing, Outcome.UNCHANGED)
        if body["resourceType"] == "Patient":
            new = read_patient(body, self.actor.unit_id, at)
            known = self.house.registry.patient_by_number(self.actor, new.patient_id)
            made = self.house.registry.register_patient(self.actor, new)
            return self._response(fhir_patient(made), Outcome.UNCHANGED if known else Outcome.CREATED)
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
        if isinstance(one, Taken):
            return self._response(self.shown(one), one.outcome)
        made, fresh = one
        return self._response(fhir_patient(made), Outcome.CREATED if fresh else Outcome.UNCHANGED)

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
        if len(found) > 1:
            raise IncomingConflict(number=token[:64])
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

    def record(self, raw: bytes, body: Resource, refusal: LianzhenError, said: Resource | None = None) -> None:
        """A refusal goes into the list of messages with what was sent; `said` is the entry of a batch that it is of."""
        now, resource = self.house.floor.now(), said or body
        number = next((str(one.get("value", ""))[:64] for one in _list(resource.get("identifier"))), "")
        self.house.registry.keep_message(
            Message(
                id=new_id(), at=now, last_at=now, times=1, channel="fhir", unit_id=self.actor.unit_id,
                sender=self.actor.name[:64], address=(self.actor.address or "")[:64],
                kind=str(resource.get("resourceType", ""))[:32], control_id=number, digest=_digest(raw, body),
                code=str(status_of(type(refusal))), error=refusal.code, field=str(refusal.facts.get("field", ""))[:64],
                zh=message(refusal, "zh"), en=message(refusal, "en"), body=raw,
            )
        )  # fmt: skip

    def _taken(self, body: Resource) -> None:
        """What was refused before and is taken now waits for nobody."""
        self.house.registry.message_taken("fhir", self.actor.name[:64], _digest(b"", body))


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


def _condition(entry: Resource) -> str | None:
    """An entry's If-None-Exist."""
    request = entry.get("request")
    wanted = request.get("ifNoneExist") if isinstance(request, dict) else None
    return wanted if isinstance(wanted, str) else None


def _alone(entries: list[Resource], index: int) -> Resource:
    """One entry of a batch as a batch of its own, with the patients that it may name."""
    patients = [one for one in entries if one["resource"].get("resourceType") == "Patient" and one != entries[index]]
    rest = patients if entries[index]["resource"].get("resourceType") == "ServiceRequest" else []
    return {"resourceType": "Bundle", "type": "batch", "entry": [entries[index], *rest]}


def _digest(raw: bytes, body: Resource) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS) if body else raw).hexdigest()


def _sent(entries: list[Resource]) -> dict[str, Resource]:
    """The patients of a bundle by every reference that may name them."""
    sent: dict[str, Resource] = {}
    for entry, body in zip(entries, _bodies(entries), strict=True):
        if isinstance(entry.get("fullUrl"), str):
            sent[entry["fullUrl"]] = body
        if isinstance(body.get("id"), str):
            sent[f"{body['resourceType']}/{body['id']}"] = body
    return sent
