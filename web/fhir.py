"""FHIR R4 at the front desk: the media type, OperationOutcome for every refusal, a system's bearer token.

Routes under `/fhir` take `System` as who asks, read with `read_body` and `parse`, answer with `resource`; whatever
they raise leaves as an OperationOutcome (`web/errors.py`).
"""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from starlette.responses import Response

from foundation import errors
from foundation.access import Actor
from web.deps import TheHouse, address_of

MEDIA_TYPE = "application/fhir+json"
_READ = frozenset((MEDIA_TYPE, "application/json", "application/json+fhir"))
_PREFIX = "/fhir"

# FHIR R4 value set issue-type
_ISSUE: dict[type[errors.LianzhenError], str] = {
    errors.LianzhenError: "exception",
    errors.Refused: "business-rule",
    errors.Unavailable: "transient",
    errors.Invalid: "invalid",
    errors.Unauthenticated: "login",
    errors.Forbidden: "forbidden",
    errors.NotFound: "not-found",
    errors.Conflict: "conflict",
    errors.Gone: "deleted",
    errors.TooLarge: "too-long",
    errors.Unsupported: "not-supported",
    errors.NotAcceptable: "not-supported",
    errors.TooMany: "throttled",
}

Resource = dict[str, Any]


class BadResource(errors.Invalid):
    """A body that is no JSON object with a resource type."""

    code = "bad-resource"


class BadMediaType(errors.Unsupported):
    """A body in another format than FHIR JSON."""

    code = "bad-media-type"


def is_fhir(path: str) -> bool:
    """Whether an address belongs to the FHIR door."""
    return path == _PREFIX or path.startswith(_PREFIX + "/")


def issue_type(kind: type[errors.LianzhenError]) -> str:
    """The issue type of the nearest family above an error."""
    return next(_ISSUE[family] for family in kind.__mro__ if family in _ISSUE)


def issue(code: str, kind: str, zh: str, en: str, *expressions: str) -> Resource:
    """An OperationOutcome with one error: Chinese in `details.text`, English in `diagnostics`."""
    one: Resource = {
        "severity": "error",
        "code": kind,
        "details": {"coding": [{"system": "urn:lianzhen:error", "code": code}], "text": zh},
        "diagnostics": en,
    }
    if expressions:
        one["expression"] = list(expressions)
    return {"resourceType": "OperationOutcome", "issue": [one]}


def resource(body: Resource, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """One resource as the answer; its version and time of change become ETag and Last-Modified by the caller."""
    return Response(orjson.dumps(body), status, headers, f"{MEDIA_TYPE}; charset=utf-8")


def system(request: Request, house: TheHouse) -> Actor:
    """The system behind the bearer token; a browser's cookie opens nothing here. Raises Unauthenticated."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise errors.Unauthenticated
    return house.auth.bearer(secret.strip(), address_of(request))


System = Annotated[Actor, Depends(system)]


async def read_body(request: Request) -> bytes:
    """The body, read no farther than the limit. Raises BadMediaType, TooLarge."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _READ:
        raise BadMediaType(media_type=media_type[:64])
    limit = request.app.state.house.settings.json_limit_kib * 1024
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise errors.TooLarge(what=f"{limit // 1024} KiB")
    return bytes(body)


def parse(body: bytes) -> Resource:
    """A body as a resource. Raises BadResource."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise BadResource(what=f"JSON: {fault.msg}", expression="") from None
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise BadResource(what="resourceType", expression="")
    return value
