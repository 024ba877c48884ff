"""The HTTP edge's table: which status a family of refusals gets, as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from foundation import errors
from foundation.catalogue import message, say
from foundation.log import Log
from web import fhir

log = Log("web")

STATUS: dict[type[errors.LianzhenError], int] = {
    errors.LianzhenError: 500,
    errors.Refused: 409,
    errors.Unavailable: 503,
    errors.Ambiguous: 500,
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.LeaseLost: 412,
    errors.TooLarge: 413,
    errors.Unsupported: 415,
    errors.TooMany: 429,
    errors.StorageFull: 507,
    errors.StorageFault: 507,
}


def status_of(kind: type[errors.LianzhenError]) -> int:
    """The status of the nearest family above an error."""
    return next(STATUS[family] for family in kind.__mro__ if family in STATUS)


def problem(status: int, code: str, zh: str, en: str, **extra: Any) -> Response:
    """One problem+json answer; `detail` is Chinese, `detail_en` English."""
    body = {
        "type": f"urn:lianzhen:error:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": zh,
        "detail_en": en,
        **extra,
    }
    return Response(orjson.dumps(body), status, media_type="application/problem+json")


def refused(request: Request, error: Exception) -> Response:
    """What a room refused, in the catalogue's words."""
    assert isinstance(error, errors.LianzhenError)
    status, zh, en = status_of(type(error)), message(error, "zh"), message(error, "en")
    if fhir.is_fhir(request.url.path):
        where = [str(error.facts["expression"])] if error.facts.get("expression") else []
        answer = fhir.resource(fhir.issue(error.code, fhir.issue_type(type(error)), zh, en, *where), status)
    else:
        answer = problem(status, error.code, zh, en, facts=error.facts)
    if isinstance(error, errors.TooMany):
        answer.headers["Retry-After"] = str(error.facts.get("seconds", 60))
    if isinstance(error, errors.Unauthenticated):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def malformed(request: Request, error: Exception) -> Response:
    """A body or parameter that does not fit its schema: which field and why, nothing of its content."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {"field": ".".join(str(part) for part in fault["loc"]), "rule": fault["type"]} for fault in error.errors()
    ]
    what = ", ".join(f"{fault['field']} ({fault['rule']})" for fault in fields[:5])
    zh, en = say("invalid", "zh", what=what), say("invalid", "en", what=what)
    if fhir.is_fhir(request.url.path):
        return fhir.resource(fhir.issue("invalid", "invalid", zh, en), 400)
    return problem(400, "invalid", zh, en, fields=fields)


def plain(request: Request, error: Exception) -> Response:
    """The framework's own refusals: no such path, wrong method."""
    assert isinstance(error, HTTPException)
    code = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}.get(error.status_code, "refused")
    if fhir.is_fhir(request.url.path):
        kind = "not-found" if error.status_code == 404 else "not-supported"
        answer = fhir.resource(fhir.issue(code, kind, say(code, "zh"), say(code, "en")), error.status_code)
    else:
        answer = problem(error.status_code, code, say(code, "zh"), say(code, "en"))
    answer.headers.update(error.headers or {})
    return answer


def fault(request: Request, error: Exception) -> Response:
    """A fault of ours: logged without a word of content, answered without a trace."""
    log.fault("request-fault", error, method=request.method, route=getattr(request.scope.get("route"), "path", ""))
    if fhir.is_fhir(request.url.path):
        return fhir.resource(fhir.issue("error", "exception", say("error", "zh"), say("error", "en")), 500)
    return problem(500, "error", say("error", "zh"), say("error", "en"))


def disk(request: Request, error: Exception) -> Response:
    """A disk that has no room for what is being received, or is broken."""
    assert isinstance(error, OSError)
    known = errors.of_disk(error)
    return refused(request, known) if known else fault(request, error)


def install(app: FastAPI) -> None:
    """Let every error leave through this table."""
    app.add_exception_handler(errors.LianzhenError, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(OSError, disk)
    app.add_exception_handler(Exception, fault)
