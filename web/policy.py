"""What each address demands: one row for every method and path of the app.

A row is a thing and an action of `foundation/policy.py`; docs/access.md prints what follows for every role, and
tests/integration/access/test_matrix.py tries it for every role in two units. An address without a row fails there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from foundation.policy import Action, Thing

Door = Literal["open", "arriving", "signed-in", "person", "own", "policy"]


@dataclass(frozen=True, slots=True)
class Guard:
    """What an address demands.

    `door`: open to everybody; persons whose sign-in is not finished, too; signed-in persons and systems alike;
    persons only; only what is the asker's own (a lock, a session); or the policy, for the thing and the action.
    `systems`: only a hospital system's bearer token is let in, no person's session.
    """

    door: Door
    thing: Thing | None = None
    action: Action | None = None
    systems: bool = False


OPEN, ARRIVING, SIGNED_IN = Guard("open"), Guard("arriving"), Guard("signed-in")
PERSON, OWN = Guard("person"), Guard("own")


def _the(thing: Thing, action: Action = "read") -> Guard:
    return Guard("policy", thing, action)


def _fhir(thing: Thing, action: Action = "read") -> Guard:
    return Guard("policy", thing, action, systems=True)


_FHIR_REPORTS = (
    "/DiagnosticReport", "/DiagnosticReport/{report_id}", "/DiagnosticReport/{report_id}/_history",
    "/DiagnosticReport/{report_id}/_history/{number}", "/DiagnosticReport/{report_id}/$document",
    "/DocumentReference/{place}", "/Provenance/{place}", "/Provenance", "/Binary/{place}", "/Observation/{place}",
    "/Media/{place}",
)  # fmt: skip
_WADO = "/dicom-web/studies/{study}"
_DICOMWEB = (
    "/dicom-web/studies", "/dicom-web/series", "/dicom-web/instances", _WADO,
    *(_WADO + rest for rest in (
        "/series", "/instances", "/metadata", "/thumbnail", "/series/{series}", "/series/{series}/instances",
        "/series/{series}/metadata", "/series/{series}/thumbnail",
    )),
    *(_WADO + "/series/{series}/instances/{instance}" + rest for rest in (
        "", "/metadata", "/thumbnail", "/rendered", "/frames/{numbers}", "/frames/{number}/rendered",
        "/bulkdata/{path:path}",
    )),
)  # fmt: skip

GUARDS: Final[dict[str, Guard]] = {
    "GET /api/openapi.json": OPEN,
    "GET /api/settings": OPEN,
    "GET /api/health": OPEN,
    "GET /assets/{name:path}": OPEN,
    "GET /favicon.svg": OPEN,
    "GET /verify": OPEN,
    "GET /{path:path}": OPEN,
    "POST /api/session": OPEN,
    "GET /api/session": ARRIVING,
    "DELETE /api/session": ARRIVING,
    "POST /api/session/password": ARRIVING,
    "GET /api/session/factor": ARRIVING,
    "POST /api/session/factor": ARRIVING,
    "POST /api/session/factor/confirm": ARRIVING,
    "DELETE /api/admin/people/{person_id}/factor": _the("person", "manage"),
    "GET /api/events": SIGNED_IN,
    "GET /api/worklist": _the("workitem"),
    "GET /api/workitems/{uid}": _the("workitem"),
    "POST /api/workitems/{uid}/claim": _the("workitem", "claim"),
    "POST /api/workitems/{uid}/heartbeat": OWN,
    "POST /api/workitems/{uid}/give-back": OWN,
    "POST /api/workitems/{uid}/take-over": _the("workitem", "claim"),
    "GET /api/workitems/{uid}/draft": _the("draft"),
    "PUT /api/workitems/{uid}/draft": OWN,
    "GET /api/workitems/{uid}/unsaved": _the("draft"),
    "POST /api/workitems/{uid}/submit": OWN,
    "POST /api/workitems/{uid}/approve": _the("workitem", "review"),
    "POST /api/workitems/{uid}/return": _the("workitem", "review"),
    "POST /api/workitems/{uid}/issue-preliminary": OWN,
    "GET /api/templates": _the("template"),
    "GET /api/reports/{report_id}": _the("report"),
    "GET /api/reports/{report_id}/versions/{number}/pdf": _the("report"),
    "POST /api/reports/{report_id}/receipt": _the("delivery", "update"),
    "POST /api/reports/{report_id}/revisions": _the("draft", "update"),
    "DELETE /api/reports/{report_id}/revisions": _the("draft", "update"),
    "POST /api/reports/{report_id}/withdrawal": _the("report", "issue"),
    "GET /api/reports/standing/{sha256}": OPEN,
    "GET /api/keys/window": SIGNED_IN,
    "DELETE /api/keys/window": SIGNED_IN,
    "GET /api/keys/mine": _the("draft"),
    "POST /api/keys/mine/renew": _the("draft"),
    "POST /api/keys/mine/request": _the("draft"),
    "POST /api/keys/mine/certificate": _the("draft"),
    "POST /api/keys/mine/pkcs12": _the("draft"),
    "GET /api/keys/all": _the("person", "manage"),
    "POST /api/keys/all/{kid}/revoke": _the("person", "manage"),
    "POST /api/keys/people/{person_id}/reissue": _the("person", "manage"),
    "GET /api/keys/crl": OPEN,
    "GET /api/keys/roots": OPEN,
    "GET /api/keys/list": OPEN,
    "GET /api/inbox": _the("delivery"),
    "GET /api/items": SIGNED_IN,
    "GET /api/patients": _the("patient"),
    "POST /api/patients": _the("patient", "create"),
    "GET /api/patients/{uid}": _the("patient"),
    "PATCH /api/patients/{uid}": _the("patient", "update"),
    "GET /api/patients/{uid}/person": _the("patient"),
    "GET /api/patients/{uid}/results": _the("patient"),
    "GET /api/reports/{report_id}/results": _the("report"),
    "POST /api/patient-links": _the("patient", "manage"),
    "POST /api/patient-links/{link_id}/undo": _the("patient", "manage"),
    "GET /api/catalogue": _the("item"),
    "GET /api/catalogue.csv": _the("item"),
    "POST /api/catalogue/plan": _the("item", "manage"),
    "POST /api/catalogue/import": _the("item", "manage"),
    "GET /api/orders": _the("order"),
    "POST /api/orders": _the("order", "create"),
    "GET /api/orders/{order_id}": _the("order"),
    "PATCH /api/orders/{order_id}": _the("order", "update"),
    "GET /api/orders/{order_id}/barcode.svg": _the("order"),
    "POST /api/orders/{order_id}/cancel": _the("order", "update"),
    "GET /api/recognition/offers": _the("recognition"),
    "GET /api/recognition/orders/{order_id}": _the("recognition"),
    "GET /api/recognition/reasons": SIGNED_IN,
    "GET /api/recognition/marks/{report_id}": _the("report"),
    "POST /api/recognition/offers/{offer_id}/open": _the("recognition", "update"),
    "POST /api/recognition/offers/{offer_id}/recognise": _the("recognition", "update"),
    "POST /api/recognition/offers/{offer_id}/repeat": _the("recognition", "update"),
    "GET /api/recognition/notices": _the("recognition", "update"),
    "POST /api/recognition/notices/{notice_id}/acknowledge": _the("recognition", "update"),
    "GET /api/recognition/quality": _the("quality"),
    "POST /api/recognition/quality": _the("quality", "manage"),
    "POST /api/recognition/quality/{quality_id}/end": _the("quality", "manage"),
    "GET /api/recognition/devices": _the("quality"),
    "GET /api/recognition/shares": _the("recognition", "update"),
    "POST /api/recognition/shares": _the("recognition", "update"),
    "POST /api/recognition/shares/{share_id}/end": _the("recognition", "update"),
    # a link and its code open these, from anywhere
    "GET /api/share/{token}": OPEN,
    **{f"POST /api/share/{{token}}{rest}": OPEN for rest in ("", "/pdf", "/bundle", "/images/{place}")},
    # a hospital system's bearer token asks for the ticket; the ticket opens one order to one doctor
    "POST /api/recognition/embeds": Guard("own", systems=True),
    **{f"GET /api/embed/{{ticket}}{rest}": OPEN for rest in ("", "/reasons")},
    **{
        f"POST /api/embed/{{ticket}}/{act}": OPEN
        for act in ("open", "recognise", "repeat", "images/{report_id}/{place}")
    },
    "GET /fhir/ServiceRequest/{id_}/$recognition-candidates": _fhir("recognition"),
    "GET /api/recognition/export": _the("ledger", "review"),
    "GET /api/recognition/ledger": _the("ledger"),
    "GET /api/recognition/ledger.{kind}": _the("ledger"),
    "GET /api/recognition/sums": _the("ledger"),
    "GET /api/recognition/sums.{kind}": _the("ledger"),
    "POST /api/recognition/ledger/verify": _the("ledger", "review"),
    "GET /api/studies": _the("study"),
    "GET /api/unmatched": _the("study"),
    "GET /api/matched": _the("study"),
    "GET /api/studies/{uid}/orders": _the("order"),
    "POST /api/studies/{uid}/link": _the("order", "create"),
    "POST /api/studies/{uid}/unlink": _the("order", "create"),
    "POST /api/uploads": _the("upload", "create"),
    "GET /api/admin/units": _the("unit"),
    "POST /api/admin/units": _the("unit", "manage"),
    "PATCH /api/admin/units/{unit_id}": _the("unit", "manage"),
    "GET /api/admin/agreements": _the("unit"),
    "POST /api/admin/agreements": _the("unit", "manage"),
    "POST /api/admin/agreements/{agreement_id}/end": _the("unit", "manage"),
    "GET /api/admin/sessions": _the("person", "manage"),
    "DELETE /api/admin/sessions/{session_id}": _the("person", "manage"),
    "GET /api/sessions": PERSON,
    "DELETE /api/sessions/{session_id}": OWN,
    "POST /api/access/search": _the("access", "create"),
    "POST /api/access": _the("access", "create"),
    "GET /api/access": _the("access", "create"),
    "GET /api/access/patients/{uid}/records": _the("patient"),
    "GET /api/access/review": _the("access"),
    "POST /api/access/{grant_id}/review": _the("access", "review"),
    "GET /api/admin/devices": _the("device"),
    "POST /api/admin/devices": _the("device", "manage"),
    "PATCH /api/admin/devices/{device_id}": _the("device", "manage"),
    "GET /api/admin/knocks": _the("device", "manage"),
    "GET /api/admin/people": _the("person"),
    "POST /api/admin/people": _the("person", "manage"),
    "PATCH /api/admin/people/{person_id}": _the("person", "manage"),
    "GET /api/admin/audit": _the("audit"),
    "GET /api/admin/audit/export.csv": _the("audit"),
    "POST /api/admin/audit/verify": _the("audit"),
    "GET /api/admin/tasks": _the("system"),
    "POST /api/admin/tasks/{task_id}/retry": _the("system", "manage"),
    "GET /api/admin/messages": _the("system"),
    "GET /api/admin/messages/{message_id}": _the("system", "manage"),
    "POST /api/admin/messages/{message_id}/replay": _the("system", "manage"),
    "POST /api/admin/messages/{message_id}/settle": _the("system", "manage"),
    "GET /api/admin/senders": _the("system"),
    "POST /api/admin/senders": _the("system", "manage"),
    "DELETE /api/admin/senders/{address}/{unit_id}": _the("system", "manage"),
    "GET /api/admin/tokens": _the("system"),
    "POST /api/admin/tokens": _the("system", "manage"),
    "DELETE /api/admin/tokens/{token_id}": _the("system", "manage"),
    "GET /api/roster": _the("roster"),
    "GET /api/roster/now": _the("roster"),
    "POST /api/roster": _the("roster", "manage"),
    "POST /api/roster/import": _the("roster", "manage"),
    "PUT /api/roster/{duty_id}": _the("roster", "manage"),
    "DELETE /api/roster/{duty_id}": _the("roster", "manage"),
    "POST /api/roster/{duty_id}/phones": _the("roster"),
    **{f"GET {path}": _the("study") for path in _DICOMWEB},
    **{f"GET /fhir{path}": _fhir("report") for path in _FHIR_REPORTS},
    "POST /fhir/DiagnosticReport/_search": _fhir("report"),
    "GET /fhir/metadata": OPEN,
    "GET /fhir/OperationDefinition/{id_}": OPEN,
    # a hospital system's bearer token, with the roles that it was given, for its own unit
    "POST /fhir": _fhir("order", "create"),
    "POST /fhir/ServiceRequest": _fhir("order", "create"),
    "POST /fhir/Patient": _fhir("patient", "create"),
    "GET /fhir/ServiceRequest": _fhir("order"),
    "GET /fhir/ServiceRequest/{id_}": _fhir("order"),
    "GET /fhir/Patient": _fhir("patient"),
    "GET /fhir/Patient/{id_}": _fhir("patient"),
    "POST /dicom-web/studies": _the("study", "create"),
    "POST /dicom-web/studies/{study}": _the("study", "create"),
}


def addresses(routes: Iterable[Any]) -> Iterator[str]:
    """ "METHOD /path" of every route of an app or router, whatever it is nested in. HEAD goes with its GET."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from addresses(inner.routes)
            continue
        for method in sorted(getattr(route, "methods", None) or ("GET",)):
            if method != "HEAD":
                yield f"{method} {route.path}"
