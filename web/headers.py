"""Headers of every answer, the size limit of JSON bodies, one log line a request (without its query)."""

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foundation.catalogue import say
from foundation.log import Log
from web.errors import problem
from web.fhir import is_fhir

log = Log("web")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
STRICT_POLICY = "default-src 'none'; frame-ancestors 'self'"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, *, json_limit: int, tls: bool, framed_by: str = "") -> None:
        self._app = app
        self._framed_by = framed_by
        self._json_limit = json_limit
        self._tls = tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(MutableHeaders(scope=message), scope["path"])
            await send(message)

        if self._too_large(scope):
            what = f"{self._json_limit // 1024} KiB"
            answer = problem(413, "too-large", say("too-large", "zh", what=what), say("too-large", "en", what=what))
            await answer(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)
        log.info("request", **_facts(scope, status, time.perf_counter() - started))

    def _too_large(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if not headers.get("content-type", "").startswith("application/json") or is_fhir(scope["path"]):
            return False
        length = headers.get("content-length", "")
        return not length.isdigit() or int(length) > self._json_limit

    def _dress(self, headers: MutableHeaders, path: str) -> None:
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", STRICT_POLICY)
        if self._framed_by and path.startswith("/embed/"):
            # the policy's frame-ancestors says more than this header can, and newer browsers go by it alone
            del headers["X-Frame-Options"]
            own = "frame-ancestors 'self'"
            policy = headers["Content-Security-Policy"]
            headers["Content-Security-Policy"] = policy.replace(own, f"{own} {self._framed_by}")
        if self._tls:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if path.startswith(("/api/", "/dicom-web/", "/fhir/")):
            headers.setdefault("Cache-Control", "no-store")


def _facts(scope: Scope, status: int, seconds: float) -> dict[str, str | int | float]:
    route = getattr(scope.get("route"), "path", "") or ("/assets" if scope["path"].startswith("/assets") else "")
    return {"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)}
