"""The bytes of a version: a FHIR R4 document Bundle in the canonical form of RFC 8785, and their SHA-256.

`canonical(statement)` makes the bytes once, when somebody signs; from then on they are stored, never rebuilt, and
`statement(bytes)` reads them back. A later format stands beside this one under its own profile.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import rfc8785

from reports.encodings.document import document
from reports.encodings.reading import statement_of
from reports.model import Content, KeyImage, Statement


def canonical(says: Statement) -> bytes:
    """UTF-8 JSON by RFC 8785. Raises ValueError for text that Unicode cannot encode."""
    return dumps(document(says))


def dumps(value: dict[str, Any]) -> bytes:
    """RFC 8785. Raises ValueError for text that Unicode cannot encode."""
    return rfc8785.dumps(value)


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def statement(data: bytes) -> Statement:
    """What canonical bytes say. Raises ValueError for another format."""
    return statement_of(json.loads(data))


def content_json(value: Content) -> dict[str, Any]:
    """A content as the JSON that travels and is stored."""
    return {
        "findings": value.findings,
        "impression": value.impression,
        "positive": value.positive,
        "recommendation": value.recommendation,
        "addendum": value.addendum,
        "key_images": [asdict(image) for image in value.key_images],
    }


def content(document: dict[str, Any]) -> Content:
    """The content of its JSON."""
    return Content(**{**document, "key_images": tuple(KeyImage(**image) for image in document["key_images"])})
