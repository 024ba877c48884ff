"""The bytes of a version: JSON in the canonical form of RFC 8785, and their SHA-256.

`canonical(statement)` makes the bytes once, when somebody signs; from then on they are stored, never rebuilt, and
`statement(bytes)` reads them back. A later format stands beside this one under its own name.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import rfc8785

from foundation import clock
from reports.model import Content, Examination, KeyImage, ReportStatus, Signatory, Statement

FORMAT = "lianzhen-report-1"


def canonical(says: Statement) -> bytes:
    """UTF-8 JSON by RFC 8785. Raises ValueError for text that Unicode cannot encode."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "report_id": says.report_id,
        "number": says.number,
        "status": says.status.value,
        "examination": asdict(says.examination),
        "content": content_json(says.content),
        "writer": asdict(says.writer),
        "written_at": clock.iso(says.written_at),
        "reviewer": asdict(says.reviewer) if says.reviewer else None,
        "reviewed_at": clock.iso(says.reviewed_at) if says.reviewed_at else None,
        "replaces": says.replaces,
    }
    return dumps(document)


def dumps(document: dict[str, Any]) -> bytes:
    """RFC 8785. Raises ValueError for text that Unicode cannot encode."""
    return rfc8785.dumps(document)


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def statement(data: bytes) -> Statement:
    """What canonical bytes say. Raises ValueError for another format."""
    document = json.loads(data)
    if document["format"] != FORMAT:
        raise ValueError(f"unknown format {document['format']}")
    reviewer, reviewed_at = document["reviewer"], document["reviewed_at"]
    return Statement(
        report_id=document["report_id"],
        number=document["number"],
        status=ReportStatus(document["status"]),
        examination=Examination(**document["examination"]),
        content=content(document["content"]),
        writer=Signatory(**document["writer"]),
        written_at=clock.from_iso(document["written_at"]),
        reviewer=Signatory(**reviewer) if reviewer else None,
        reviewed_at=clock.from_iso(reviewed_at) if reviewed_at else None,
        replaces=document["replaces"],
    )


def content_json(value: Content) -> dict[str, Any]:
    """A content as the JSON that travels and is stored."""
    return {
        "findings": value.findings,
        "impression": value.impression,
        "positive": value.positive,
        "recommendation": value.recommendation,
        "key_images": [asdict(image) for image in value.key_images],
    }


def content(document: dict[str, Any]) -> Content:
    """The content of its JSON."""
    return Content(**{**document, "key_images": tuple(KeyImage(**image) for image in document["key_images"])})
