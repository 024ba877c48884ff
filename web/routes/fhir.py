"""FHIR R4 in: a hospital system's ServiceRequest with its Patient, alone or in a Bundle; both can be read again."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from registry.api import BadIncoming, fhir_patient, fhir_service_request
from web import fhir
from web.deps import TheHouse
from web.fhir import System
from web.fhir_orders import KINDS, Sending

router = APIRouter(prefix="/fhir", tags=["fhir"])
Condition = Annotated[str | None, Header()]


@router.post("", response_class=Response)
async def submit(request: Request, house: TheHouse, actor: System, if_none_exist: Condition = None) -> Response:
    """A transaction or batch Bundle, or one ServiceRequest or Patient."""
    sending = Sending(house, actor, _base(request))
    return await run_in_threadpool(sending.take, await fhir.read_body(request), if_none_exist, KINDS)


@router.post("/ServiceRequest", response_class=Response)
async def create_order(request: Request, house: TheHouse, actor: System, if_none_exist: Condition = None) -> Response:
    """One ServiceRequest; the same identifier and content again answer 200 with the same id."""
    sending = Sending(house, actor, _base(request))
    return await run_in_threadpool(sending.take, await fhir.read_body(request), if_none_exist, KINDS[1:2])


@router.post("/Patient", response_class=Response)
async def create_patient(request: Request, house: TheHouse, actor: System, if_none_exist: Condition = None) -> Response:
    """One Patient of the system's unit."""
    sending = Sending(house, actor, _base(request))
    return await run_in_threadpool(sending.take, await fhir.read_body(request), if_none_exist, KINDS[2:])


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
