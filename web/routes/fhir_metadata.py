"""What the FHIR door can do: its CapabilityStatement, made from the routes that there are."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

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
STARTED = datetime.now(UTC).date().isoformat()


@router.get("/metadata", response_class=Response)
def metadata(request: Request) -> Response:
    """The CapabilityStatement; anybody may read it."""
    base = str(request.url).partition("/metadata")[0]
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
                    "resource": [_resource(kind, sorted(acts)) for kind, acts in sorted(found.items())],
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


def _resource(kind: str, acts: list[str]) -> dict[str, Any]:
    parameters = [{"name": name, "type": SEARCH_TYPES[name]} for name in PARAMETERS.get(kind, [])]
    one: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": act} for act in acts],
        "versioning": "versioned" if "vread" in acts else "no-version",
    }
    return {**one, "searchParam": parameters} if parameters else one
