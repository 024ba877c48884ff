"""multipart/related in and out (RFC 2387, PS3.18 §8.6.1.2), part by part, never whole in memory."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pacs_gateway.errors import BadMultipart, ObjectTooLarge

CHUNK = 256 * 1024
_HEAD_LIMIT = 16 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer."""

    content_type: str
    location: str
    chunks: Iterable[bytes]


def new_boundary() -> str:
    """A boundary that no object contains."""
    return f"lianzhen-{secrets.token_hex(16)}"


def write(parts: Iterable[Part], boundary: str) -> Iterator[bytes]:
    """The body: CRLF everywhere, every part with its own Content-Type and Content-Location, `--boundary--` last."""
    for part in parts:
        yield (
            f"--{boundary}\r\nContent-Type: {part.content_type}\r\nContent-Location: {part.location}\r\n\r\n"
        ).encode("ascii", "replace")
        yield from part.chunks
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


class Splitter:
    """Feeds on the chunks of a request and spools each part to a file of its own.

    Lenient like the field: LF-only line ends, parts without a Content-Type, a preamble before the first boundary.
    """

    def __init__(self, boundary: str, new_file: Callable[[], Path], limit: int) -> None:
        if not boundary or len(boundary) > 200:
            raise BadMultipart
        self._mark = b"--" + boundary.encode("latin-1")
        self._new_file = new_file
        self._limit = limit
        self._buffer = b"\n"
        self._total = 0
        self._file: BinaryIO | None = None
        self._state = "preamble"
        self.parts: list[Path] = []

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises ObjectTooLarge, BadMultipart."""
        self._total += len(chunk)
        if self._total > self._limit:
            raise ObjectTooLarge(limit=self._limit >> 20)
        self._buffer += chunk
        while self._step():
            pass

    def close(self) -> list[Path]:
        """The parts' files. Raises BadMultipart when the closing boundary never came."""
        if self._file is not None:
            self._file.close()
        if self._state != "end":
            raise BadMultipart
        return self.parts

    def _step(self) -> bool:
        if self._state == "end":
            self._buffer = b""
            return False
        if self._state == "head":
            return self._head()
        return self._body()

    def _head(self) -> bool:
        """The headers of a part end with an empty line. What they claim is not believed: the bytes are read."""
        if self._buffer.startswith(b"--"):
            self._state = "end"
            return True
        end = _HEAD_END.search(self._buffer)
        if end is None:
            if len(self._buffer) >= _HEAD_LIMIT:
                raise BadMultipart
            return False
        path = self._new_file()
        self.parts.append(path)
        self._file = path.open("wb")
        self._buffer = self._buffer[end.end() :]
        if self._buffer.startswith(self._mark):  # a part without a byte
            self._buffer = b"\n" + self._buffer
        self._state = "body"
        return True

    def _body(self) -> bool:
        """Bytes up to a boundary at the beginning of a line."""
        at = self._buffer.find(b"\n" + self._mark)
        if at < 0:
            keep = len(self._mark) + 2
            self._write(self._buffer[:-keep])
            self._buffer = self._buffer[-keep:]
            return False
        body = self._buffer[:at]
        self._write(body[:-1] if body.endswith(b"\r") else body)
        if self._file is not None:
            self._file.close()
            self._file = None
        self._buffer = self._buffer[at + 1 + len(self._mark) :]
        self._state = "head"
        return True

    def _write(self, data: bytes) -> None:
        if self._file is not None and data:
            self._file.write(data)


def boundary_of(content_type: str) -> str:
    """The boundary parameter, quoted or not. Raises BadMultipart."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "boundary" and value:
            return value.strip().strip('"')
    raise BadMultipart
