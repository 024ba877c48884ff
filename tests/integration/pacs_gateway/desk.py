"""A client of the gateway's HTTP doors whose person can be changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient
from pydicom import Dataset

from foundation.access import Actor
from pacs_gateway.api import Gateway
from pacs_gateway.dicomweb.multipart import boundary_of
from tests.unit.pacs_gateway.objects import encoded

HTJ2K = 'multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202'
STORED = "multipart/related; type=application/octet-stream; transfer-syntax=*"


@dataclass
class Desk:
    """A client whose person can be changed."""

    http: TestClient
    gateway: Gateway
    data: Path
    east: Actor
    west: Actor
    reader: Actor
    clerk: Actor
    actor: Actor

    def get(self, path: str, accept: str = "*/*", **parameters: Any) -> httpx.Response:
        answer: httpx.Response = self.http.get(f"/dicom-web{path}", params=parameters, headers={"Accept": accept})
        return answer

    def stow(self, *objects: bytes, path: str = "/studies", head: str | None = None) -> httpx.Response:
        parts = b"".join(b"--BB\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n" for data in objects)
        kind = head or 'multipart/related; type="application/dicom"; boundary=BB'
        headers = {"Content-Type": kind, "Accept": "application/dicom+json"}
        body = parts + b"--BB--\r\n"
        answer: httpx.Response = self.http.post(f"/dicom-web{path}", content=body, headers=headers)
        return answer

    def upload(self, name: str, data: bytes) -> httpx.Response:
        answer: httpx.Response = self.http.post("/api/uploads", content=data, headers={"X-File-Name": name})
        return answer

    def sent(self, dataset: Dataset) -> str:
        assert self.stow(encoded(dataset)).status_code == 200
        return (
            f"/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}/instances/{dataset.SOPInstanceUID}"
        )


def parts(answer: httpx.Response) -> list[tuple[str, bytes]]:
    """Content-Type and bytes of every part."""
    boundary = boundary_of(answer.headers["content-type"]).encode()
    found = []
    pieces = answer.content.split(b"--" + boundary)
    assert pieces[-1] == b"--\r\n"
    for piece in pieces[1:-1]:
        head, _, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        assert b"Content-Location: http" in head
        kind = next(line for line in head.decode().split("\r\n") if line.startswith("Content-Type: "))
        found.append((kind.removeprefix("Content-Type: "), body.removesuffix(b"\r\n")))
    return found
