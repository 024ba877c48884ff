"""The workstation's files: hashed assets for ever, pages with a fresh style nonce each time."""

import mimetypes
import secrets
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from foundation.errors import NotFound
from web.headers import CONTENT_SECURITY_POLICY

router = APIRouter(include_in_schema=False)

STATIC = Path(__file__).parent / "static"
NONCE = "__CSP_NONCE__"
# A worker lives under the policy of its own file: the decoders load and compile their .wasm there.
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>联诊</title><p>工作站尚未构建，请运行 make run。"
    "<p>The workstation has not been built: run <code>make run</code>."
)


@lru_cache
def _page(index: Path, _stamp: float) -> str:
    return index.read_text(encoding="utf-8")


@router.get("/assets/{name:path}")
def asset(name: str, request: Request) -> Response:
    """A file whose name carries its hash; the gzipped sibling when the browser takes it."""
    path = (STATIC / "assets" / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        raise NotFound
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": WORKER_POLICY,
    }
    media_type = "application/wasm" if path.suffix == ".wasm" else mimetypes.guess_type(path.name)[0]
    packed = path.with_name(path.name + ".gz")
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return FileResponse(path, media_type=media_type, headers=headers)


@router.get("/favicon.svg")
def favicon() -> Response:
    """The product's mark."""
    path = STATIC / "favicon.svg"
    if not path.is_file():
        raise NotFound
    return FileResponse(path, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/{path:path}")
def page(path: str) -> Response:
    """The workstation; every address that is not an API's belongs to it."""
    if path.startswith(("api/", "dicom-web/", "fhir/", "assets/")):
        raise NotFound
    index = STATIC / ("reading.html" if path.startswith("read/") else "index.html")
    if not index.is_file():
        return HTMLResponse(NOT_BUILT, status_code=503)
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(
        _page(index, index.stat().st_mtime).replace(NONCE, nonce),
        headers={
            "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(nonce=nonce),
            "Cache-Control": "no-store",
        },
    )
