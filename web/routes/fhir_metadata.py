"""What the FHIR door can do: its CapabilityStatement, made from the routes that there are."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from foundation.errors import NotFound
from web import fhir
from web.fhir_search import READERS
from web.routes import about

router = APIRouter(prefix="/fhir", tags=["fhir"])

SEARCH_TYPES = {
    "_id": "token", "patient": "reference", "subject": "reference", "identifier": "token", "status": "token",
    "date": "date", "issued": "date", "_lastUpdated": "date", "target": "reference",
}  # fmt: skip
PARAMETERS = {
    "DiagnosticReport": [name for name in READERS if name in SEARCH_TYPES],
    "Provenance": ["target"],
    "ServiceRequest": ["identifier"],
    "Patient": ["identifier"],
}
OPERATION = "$recognition-candidates"  # what the house does beyond R4's own interactions, on one kind of resource
OPERATION_ON = "ServiceRequest"
ANSWER = """A collection Bundle: Parameters with the state of the decision; for each result that counts an ImagingStudy
or Observation (tag `recognised`) and a DiagnosticReport without conclusion (tag `reference`); an OperationOutcome with
the reasons of those that do not count."""
STARTED = datetime.now(UTC).date().isoformat()


@router.get("/metadata", response_class=Response)
def metadata(request: Request) -> Response:
    """The CapabilityStatement; anybody may read it."""
    base = _base(request)
    found: dict[str, set[str]] = {}
    for path, methods in request.app.openapi()["paths"].items():
        if path.startswith("/fhir/"):
            _note(found, path.removeprefix("/fhir/"), {one.upper() for one in methods})
    return fhir.resource(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": STARTED,
            "kind": "instance",
            "software": {"name": "Lianzhen 联诊", "version": about.VERSION},
            "implementation": {"description": "County remote diagnosis centre", "url": base},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [
                {
                    "mode": "server",
                    "security": {"description": "Bearer token of a system; the access policy of its unit applies."},
                    "interaction": [{"code": "transaction"}, {"code": "batch"}],
                    "resource": [_resource(kind, sorted(acts), base) for kind, acts in sorted(found.items())],
                }
            ],
        }
    )


def _note(found: dict[str, set[str]], path: str, methods: set[str]) -> None:
    """Name the interaction of one route (R4 §3.1.0)."""
    kind, *rest = path.split("/")
    if not kind[:1].isupper():
        return
    acts = found.setdefault(kind, set())
    if not rest:
        acts |= {{"GET": "search-type", "POST": "create"}[one] for one in methods if one in {"GET", "POST"}}
    elif len(rest) == 1 and rest[0].startswith("{"):
        acts |= {{"GET": "read", "PUT": "update"}[one] for one in methods if one in {"GET", "PUT"}}
    elif rest[1:2] == ["_history"]:
        acts.add("vread" if len(rest) == 3 else "history-instance")


@router.get("/OperationDefinition/{id_}", response_class=Response)
def operation(id_: str, request: Request) -> Response:
    """What `$recognition-candidates` takes and answers; anybody may read it."""
    if id_ != OPERATION.removeprefix("$"):
        raise NotFound
    out = {"name": "return", "use": "out", "min": 1, "max": "1", "documentation": ANSWER, "type": "Bundle"}
    return fhir.resource(
        {
            "resourceType": "OperationDefinition",
            "id": id_,
            "url": _definition(_base(request)),
            "name": "RecognitionCandidates",
            "title": "Earlier results that count for an order (检查检验结果互认)",
            "status": "active",
            "kind": "operation",
            "date": STARTED,
            "affectsState": False,
            "code": id_,
            "resource": [OPERATION_ON],
            "system": False,
            "type": False,
            "instance": True,
            "parameter": [out],
        }
    )


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/") + router.prefix


def _definition(base: str) -> str:
    return f"{base}/OperationDefinition/{OPERATION.removeprefix('$')}"


def _resource(kind: str, acts: list[str], base: str) -> dict[str, Any]:
    parameters = [{"name": name, "type": SEARCH_TYPES[name]} for name in PARAMETERS.get(kind, [])]
    one: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": act} for act in acts],
        "versioning": "versioned" if "vread" in acts else "no-version",
    }
    if kind == OPERATION_ON:
        one["operation"] = [{"name": OPERATION.removeprefix("$"), "definition": _definition(base)}]
    return {**one, "searchParam": parameters} if parameters else one
