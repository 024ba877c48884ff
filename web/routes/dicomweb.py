"""The DICOMweb address, PS3.18 §10. Thin: what is found and how it is written is the gateway's."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from foundation.access import Actor
from pacs_gateway.api import Body, Gateway, Level, Matches, frame_numbers, range_of
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/dicom-web", tags=["DICOMweb"])

_JSON = "application/dicom+json"
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_PORT = re.compile(r":\d+$")
_STUDY = "/studies/{study}"
_SERIES = _STUDY + "/series/{series}"
_INSTANCE = _SERIES + "/instances/{instance}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One DICOMweb request: who asks whom for what."""

    request: Request
    gateway: Gateway
    actor: Actor

    @property
    def base(self) -> str:
        """The absolute address of this service as the client knows it: through a proxy, or by its own Host header.

        dicomweb-client sends a Host without the port; the socket's port stands in.
        """
        headers, url = self.request.headers, self.request.url
        host = headers.get("x-forwarded-host") or headers.get("host", "")
        scheme = headers.get("x-forwarded-proto") or url.scheme
        if not _HOST.fullmatch(host) or scheme not in ("http", "https"):
            host, scheme = str(url.hostname), url.scheme
        port = (self.request.scope.get("server") or ("", None))[1]
        direct = not any(name.startswith("x-forwarded-") for name in headers)
        if direct and not _PORT.search(host) and port not in (None, 80, 443):
            host = f"{host}:{port}"
        return f"{scheme}://{host}/dicom-web"

    @property
    def accept(self) -> str:
        """The Accept header, or the `accept` parameter for browsers (PS3.18 §8.3.3.1)."""
        return self.request.query_params.get("accept") or ", ".join(self.request.headers.getlist("accept"))

    @property
    def uids(self) -> tuple[str, str | None, str | None]:
        """Study, series and instance of the address."""
        found = self.request.path_params
        return found["study"], found.get("series"), found.get("instance")

    @property
    def instance(self) -> tuple[str, str, str]:
        """The address of an instance."""
        study, series, instance = self.uids
        return study, series or "", instance or ""


def asked(request: Request, house: TheHouse, actor: SignedIn) -> Asked:
    """What a request asks."""
    return Asked(request, house.gateway, actor)


Ask = Annotated[Asked, Depends(asked)]


def _matches(found: Matches) -> Response:
    answer = Response(found.body, media_type=_JSON)
    for warning in found.warnings:
        answer.headers.append("Warning", warning)
    return answer


def _streamed(body: Body) -> Response:
    answer = StreamingResponse(body.chunks, media_type=body.content_type)
    if body.length is not None:
        answer.headers["Content-Length"] = str(body.length)
    return answer


@router.get("/studies")
def search_studies(ask: Ask) -> Response:
    """QIDO-RS: studies."""
    return _search(ask, "studies")


@router.get("/series")
@router.get(_STUDY + "/series")
def search_series(ask: Ask) -> Response:
    """QIDO-RS: series, of all studies or of one."""
    return _search(ask, "series")


@router.get("/instances")
@router.get(_STUDY + "/instances")
@router.get(_SERIES + "/instances")
def search_instances(ask: Ask) -> Response:
    """QIDO-RS: instances, of all studies, a study or a series."""
    return _search(ask, "instances")


def _search(ask: Asked, level: Level) -> Response:
    parameters = parse_qsl(ask.request.url.query, keep_blank_values=True)
    scope = ask.request.path_params.get("study"), ask.request.path_params.get("series")
    return _matches(ask.gateway.search(ask.actor, level, parameters, ask.base, scope))


@router.get(_STUDY + "/metadata")
@router.get(_SERIES + "/metadata")
@router.get(_INSTANCE + "/metadata")
def metadata(ask: Ask) -> Response:
    """WADO-RS: metadata. `display=true` describes the display frames instead of the stored ones."""
    display = ask.request.query_params.get("display") == "true"
    body = ask.gateway.metadata(ask.actor, ask.uids, ask.base, display=display)
    headers = {"ETag": body.etag or "", "Cache-Control": "private, no-cache"}
    known = {mark.strip().removeprefix("W/") for mark in ask.request.headers.get("if-none-match", "").split(",")}
    if body.etag in known:
        return Response(status_code=304, headers=headers)
    return StreamingResponse(body.chunks, media_type=_JSON, headers=headers)


@router.get(_STUDY)
@router.get(_SERIES)
@router.get(_INSTANCE)
def objects(ask: Ask) -> Response:
    """WADO-RS: the objects themselves."""
    return _streamed(ask.gateway.objects(ask.actor, ask.uids, ask.accept, ask.base))


@router.get(_INSTANCE + "/frames/{numbers}")
def frames(ask: Ask, numbers: str) -> Response:
    """WADO-RS: frames, in the order asked."""
    return _streamed(ask.gateway.frames(ask.actor, ask.instance, frame_numbers(numbers), ask.accept, ask.base))


@router.get(_INSTANCE + "/rendered")
def rendered(ask: Ask) -> Response:
    """WADO-RS: an instance as PNG or JPEG, windowed and scaled as asked."""
    return _rendered(ask, None)


@router.get(_INSTANCE + "/frames/{number}/rendered")
def rendered_frame(ask: Ask, number: str) -> Response:
    """WADO-RS: a frame as PNG or JPEG."""
    return _rendered(ask, frame_numbers(number)[0])


def _rendered(ask: Asked, frame: int | None) -> Response:
    parameters = dict(ask.request.query_params)
    data, media_type = ask.gateway.rendered(ask.actor, ask.instance, frame, parameters, ask.accept)
    return Response(data, media_type=media_type, headers={"Cache-Control": "private, max-age=600"})


@router.get(_STUDY + "/thumbnail")
@router.get(_SERIES + "/thumbnail")
@router.get(_INSTANCE + "/thumbnail")
def thumbnail(ask: Ask) -> Response:
    """WADO-RS: a small PNG."""
    data = ask.gateway.thumbnail(ask.actor, ask.uids, dict(ask.request.query_params))
    return Response(data, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})


@router.get(_INSTANCE + "/bulkdata/{path:path}")
def bulkdata(ask: Ask, path: str) -> Response:
    """WADO-RS: the value of one element; single part with Range, or multipart/related."""
    body = ask.gateway.bulkdata(ask.actor, ask.instance, path, ask.accept, str(ask.request.url))
    data, headers = body.data, {"Accept-Ranges": "bytes"}
    span = range_of(ask.request.headers.get("range"), len(data))
    if span is None or body.multipart:
        return Response(data, headers=headers, media_type=body.content_type)
    first, last = span
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, headers, body.content_type)


@router.post("/studies")
@router.post(_STUDY)
async def store(ask: Ask) -> Response:
    """STOW-RS: the parts are spooled as they come and stored one by one."""
    gateway, request = ask.gateway, ask.request
    gateway.source_for(ask.actor, "stow")
    gateway.check_size(request.headers.get("content-length"))
    splitter = gateway.splitter(request.headers.get("content-type", ""))
    try:
        async for chunk in request.stream():
            splitter.feed(chunk)
        parts, study = splitter.close(), request.path_params.get("study")
        status, body = await run_in_threadpool(gateway.stow, ask.actor, parts, study, ask.base)
    finally:
        for path in splitter.parts:
            path.unlink(missing_ok=True)
    return Response(body, status, media_type=_JSON)
