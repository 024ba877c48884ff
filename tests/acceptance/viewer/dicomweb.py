"""A DICOMweb server of a few films and the built test page, under the workstation's Content-Security-Policy."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.acceptance.viewer.films import Film

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'"
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm"}
BOUNDARY = "frame-boundary"


class Web(ThreadingHTTPServer):
    """Films by study UID; `broken_off` counts the answers that nobody waited for."""

    daemon_threads = True

    def __init__(self, pages: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = pages
        self.films: dict[str, Film] = {}
        self.broken_off = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def show(self, film: Film) -> str:
        """Serve a film; gives the address of the test page that opens it."""
        self.films[film.uid] = film
        return f"{self.address}/viewer-test.html#study={film.uid}"


class Handler(BaseHTTPRequestHandler):
    """GET of pages, metadata and frames."""

    protocol_version = "HTTP/1.1"
    server: Web

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        parts = path.strip("/").split("/")
        if parts[:2] == ["dicom-web", "studies"]:
            film = self.server.films.get(parts[2])
            if film is None:
                self.send_error(HTTPStatus.NOT_FOUND)
            elif parts[-1] == "metadata":
                self._metadata(film)
            elif film.bulk is not None and path in film.bulk:
                self._answer(film.bulk[path], "application/octet-stream")
            else:
                self._frame(film, parts[6])
        else:
            self._page(path)

    def _metadata(self, film: Film) -> None:
        if film.metadata_status != HTTPStatus.OK:
            self.send_error(film.metadata_status)
            return
        self._answer(json.dumps(film.metadata()).encode(), "application/dicom+json")

    def _frame(self, film: Film, sop_instance_uid: str) -> None:
        if film.frame_status != HTTPStatus.OK:
            self.send_error(film.frame_status)
            return
        frame, media, syntax = film.frame(sop_instance_uid)
        head = f"--{BOUNDARY}\r\nContent-Type: {media}; transfer-syntax={syntax}\r\n\r\n".encode()
        body = head + frame + f"\r\n--{BOUNDARY}--\r\n".encode()
        self._answer(body, f'multipart/related; type="{media}"; boundary={BOUNDARY}', film.chunk_delay)

    def _page(self, path: str) -> None:
        file = (self.server.pages / path.lstrip("/")).resolve()
        if path == "/favicon.ico":
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return
        if not file.is_relative_to(self.server.pages) or not file.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._answer(file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))

    def _answer(self, body: bytes, media: str, delay: float = 0.0) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        size = -(-len(body) // 10) if delay else len(body)
        try:
            for start in range(0, len(body), max(size, 1)):
                self.wfile.write(body[start : start + size])
                self.wfile.flush()
                time.sleep(delay)
        except ConnectionError:  # the page went away before the frame was sent
            self.server.broken_off += 1
            self.close_connection = True

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@contextmanager
def serving(pages: Path) -> Iterator[Web]:
    """A server for a while, on a port the system chose."""
    web = Web(pages)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
