"""FHIR R4, read: DiagnosticReport with its versions, Provenance, DocumentReference, Binary, the signed document."""

import base64
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response

from foundation.access import Actor
from foundation.errors import NotFound
from reports.api import Opened, ReportPage, ReportSearch, Version, document_reference, provenance, resources
from web import fhir
from web.deps import TheHouse
from web.fhir import Resource, System
from web.fhir_search import cursor, found_search
from web.house import House

router = APIRouter(prefix="/fhir", tags=["fhir"])

INCLUDES = {
    "DiagnosticReport:result": "Observation/",
    "DiagnosticReport:subject": "Patient/",
    "DiagnosticReport:patient": "Patient/",
    "DiagnosticReport:performer": "Organization/",
    "DiagnosticReport:results-interpreter": "Practitioner/",
    "DiagnosticReport:based-on": "ServiceRequest/",
    "DiagnosticReport:media": "Media/",
}


@router.get("/DiagnosticReport", response_class=Response)
def search(request: Request, actor: System, house: TheHouse, prefer: Annotated[str, Header()] = "") -> Response:
    """A searchset of the issued reports within reach. `Prefer: handling=strict` refuses unknown parameters."""
    wanted, used = found_search(request.query_params.multi_items(), strict="handling=strict" in prefer)
    page = house.reports.search(actor, wanted)
    includes = [value for name, value in used if name == "_include" and value in INCLUDES]
    return fhir.resource(_searchset(str(request.url.replace(query="")), used, page, wanted, includes))


@router.post("/DiagnosticReport/_search", response_class=Response)
async def search_by_form(
    request: Request, actor: System, house: TheHouse, prefer: Annotated[str, Header()] = ""
) -> Response:
    """The same with the parameters in the body, so no name or number stands in an address."""
    form = [(name, str(value)) for name, value in (await request.form()).multi_items()]
    wanted, used = found_search(form, strict="handling=strict" in prefer)
    page = house.reports.search(actor, wanted)
    includes = [value for name, value in used if name == "_include" and value in INCLUDES]
    address = str(request.url.replace(query="")).removesuffix("/_search")
    return fhir.resource(_searchset(address, used, page, wanted, includes))


@router.get("/DiagnosticReport/{report_id}", response_class=Response)
def read(report_id: str, actor: System, house: TheHouse, if_none_match: Annotated[str, Header()] = "") -> Response:
    """The version in force."""
    opened = house.reports.report(actor, report_id)
    return _answer(_report(opened, _newest(opened)), if_none_match)


@router.get("/DiagnosticReport/{report_id}/_history", response_class=Response)
def history(report_id: str, request: Request, actor: System, house: TheHouse) -> Response:
    """Every version that was issued, the newest first."""
    opened = house.reports.report(actor, report_id)
    address = str(request.url).partition("/DiagnosticReport")[0]
    issued = [one for one in reversed(opened.versions) if one.says.issued]
    entries = [
        {
            "fullUrl": f"{address}/DiagnosticReport/{report_id}",
            "resource": _report(opened, one),
            "request": {"method": "PUT", "url": f"DiagnosticReport/{report_id}"},
            "response": {"status": "200", "etag": f'W/"{one.says.number}"'},
        }
        for one in issued
    ]
    return fhir.resource({"resourceType": "Bundle", "type": "history", "total": len(entries), "entry": entries})


@router.get("/DiagnosticReport/{report_id}/_history/{number}", response_class=Response)
def read_version(report_id: str, number: int, actor: System, house: TheHouse) -> Response:
    """One version as it was signed; a tag says when a later one is in force 已被修订."""
    opened, version = _version(house, actor, report_id, number)
    return _answer(_report(opened, version), "")


@router.get("/DiagnosticReport/{report_id}/$document", response_class=Response)
def document(
    report_id: str, actor: System, house: TheHouse, version: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """The signed document: exactly the canonical bytes of the version, the one in force unless another is named."""
    opened = house.reports.report(actor, report_id)
    one = _newest(opened) if version is None else _version(house, actor, report_id, version)[1]
    headers = {"ETag": f'"{one.sha256}"'}
    return Response(one.canonical, headers=headers, media_type=f"{fhir.MEDIA_TYPE}; charset=utf-8")


@router.get("/DocumentReference/{place}", response_class=Response)
def read_document_reference(place: str, actor: System, house: TheHouse) -> Response:
    """The signed file of a version; the id is report id, dot, number."""
    opened, version = _placed(house, actor, place)
    return _answer(document_reference(opened, version), "")


@router.get("/Provenance/{place}", response_class=Response)
def read_provenance(place: str, actor: System, house: TheHouse) -> Response:
    """Who made a version, with the signatures over its canonical bytes."""
    opened, version = _placed(house, actor, place)
    return _answer(_provenance(house, actor, opened, version), "")


@router.get("/Provenance", response_class=Response)
def search_provenance(
    request: Request, actor: System, house: TheHouse, target: Annotated[str, Query(max_length=128)]
) -> Response:
    """`target=DiagnosticReport/{id}`: the provenance of every version that was issued."""
    report_id = target.removeprefix("DiagnosticReport/").partition("/")[0]
    opened = house.reports.report(actor, report_id)
    address = str(request.url).partition("/Provenance")[0]
    found = [_provenance(house, actor, opened, one) for one in opened.versions if one.says.issued]
    entries = [
        {"fullUrl": f"{address}/Provenance/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in found
    ]
    body = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
    return fhir.resource({name: value for name, value in body.items() if value != []})


@router.get("/Binary/{place}", response_class=Response)
def binary(place: str, actor: System, house: TheHouse, accept: Annotated[str, Header()] = "*/*") -> Response:
    """The signed PDF: raw, or as a Binary resource for a client that asks for FHIR JSON."""
    _, version = _placed(house, actor, place)
    data, _ = house.reports.pdf(actor, version.says.report_id, version.says.number)
    if "json" not in accept:
        return Response(data, media_type="application/pdf")
    packed = base64.b64encode(data).decode()
    return fhir.resource({"resourceType": "Binary", "id": place, "contentType": "application/pdf", "data": packed})


@router.get("/Observation/{place}", response_class=Response)
def observation(place: str, actor: System, house: TheHouse) -> Response:
    """A section of a version: findings, impression, recommendation, addendum."""
    return _part(house, actor, "Observation", place)


@router.get("/Media/{place}", response_class=Response)
def media(place: str, actor: System, house: TheHouse) -> Response:
    """A key image of a version."""
    return _part(house, actor, "Media", place)


def _part(house: House, actor: Actor, kind: str, place: str) -> Response:
    report_id, number, _ = _split(f"{place}.")
    opened, version = _version(house, actor, report_id, number)
    found = resources(opened, version).get(f"{kind}/{place}")
    if found is None:
        raise NotFound
    return _answer(found, "")


def _split(place: str) -> tuple[str, int, str]:
    report_id, _, rest = place.partition(".")
    number, _, name = rest.partition(".")
    if not number.isdecimal() or len(number) > 9:
        raise NotFound
    return report_id, int(number), name


def _placed(house: House, actor: Actor, place: str) -> tuple[Opened, Version]:
    report_id, number, name = _split(place)
    if name:
        raise NotFound
    return _version(house, actor, report_id, number)


def _version(house: House, actor: Actor, report_id: str, number: int) -> tuple[Opened, Version]:
    """An issued version; what waits for review is not for systems."""
    opened = house.reports.report(actor, report_id)
    for one in opened.versions:
        if one.says.number == number and one.says.issued:
            return opened, one
    raise NotFound


def _newest(opened: Opened) -> Version:
    issued = [one for one in opened.versions if one.says.issued]
    if not issued:
        raise NotFound
    return issued[-1]


def _report(opened: Opened, version: Version) -> Resource:
    return resources(opened, version)[f"DiagnosticReport/{version.says.report_id}"]


def _provenance(house: House, actor: Actor, opened: Opened, version: Version) -> Resource:
    says = version.says
    return provenance(opened, version, house.reports.signatures(actor, says.report_id, says.number))


def _answer(body: Resource, if_none_match: str) -> Response:
    etag = f'W/"{body["meta"]["versionId"]}"'
    if if_none_match.strip() == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return fhir.resource(body, headers={"ETag": etag})


def _searchset(
    address: str, used: list[tuple[str, str]], page: ReportPage, wanted: ReportSearch, includes: list[str]
) -> Resource:
    base = address.rpartition("/")[0]
    entries: dict[str, dict[str, Any]] = {}
    for opened in page.reports:
        version = _newest(opened)
        found = resources(opened, version)
        kinds = tuple(INCLUDES[one] for one in includes)
        for name, one in found.items():
            first = name == f"DiagnosticReport/{version.says.report_id}"
            if first or name.startswith(kinds or ("\0",)):
                mode = "match" if first else "include"
                entries.setdefault(name, {"fullUrl": f"{base}/{name}", "resource": one, "search": {"mode": mode}})
    links = [{"relation": "self", "url": _address(address, used)}]
    if page.after is not None:
        others = [(name, value) for name, value in used if name != "_cursor"]
        links.append({"relation": "next", "url": _address(address, [*others, ("_cursor", cursor(page.after))])})
    body = {"resourceType": "Bundle", "type": "searchset", "total": page.total, "link": links}
    matches = list(entries.values()) if wanted.limit else []
    return {**body, "entry": matches} if matches else body


def _address(address: str, used: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(used)}" if used else address
