"""Display frames beside the archive, by the object's digest. Everything here can be made again at any time.

One file for an object: a magic, the length of a JSON description, the description, then the frames.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from foundation.ids import new_id

_MAGIC = b"LZFRAME1"


@dataclass(frozen=True, slots=True)
class Display:
    """What the display frames of an object are: `facts` replace the attributes of Image Pixel in display metadata."""

    path: Path
    start: int
    spans: list[tuple[int, int]]
    facts: dict[str, Any]

    def frame(self, number: int) -> bytes:
        """The bytes of a frame, numbers from 1."""
        offset, length = self.spans[number - 1]
        with self.path.open("rb") as file:
            file.seek(self.start + offset)
            return file.read(length)


class Shelf:
    """Where prepared pictures lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str, suffix: str) -> Path:
        """`suffix` is `frames` or `png`. The folder is made."""
        folder = self._folder / digest[:2]
        folder.mkdir(exist_ok=True)
        return folder / f"{digest}.{suffix}"

    def display(self, digest: str) -> Display | None:
        """The display frames of an object; None when they are not there or not whole."""
        path = self.path(digest, "frames")
        try:
            with path.open("rb") as file:
                head = file.read(12)
                size = int.from_bytes(head[8:12], "little")
                about = orjson.loads(file.read(size)) if head[:8] == _MAGIC else None
            if about is None or path.stat().st_size != 12 + size + sum(length for _, length in about["spans"]):
                return None
        except (OSError, orjson.JSONDecodeError):
            return None
        return Display(path, 12 + size, [tuple(span) for span in about["spans"]], about["facts"])

    def thumbnail(self, digest: str) -> bytes | None:
        """The thumbnail of an object as PNG."""
        with suppress(OSError):
            return self.path(digest, "png").read_bytes() or None
        return None


def write_frames(target: Path, frames: list[bytes], facts: dict[str, Any]) -> None:
    """Write a display file under a temporary name, then rename it."""
    spans, at = [], 0
    for frame in frames:
        spans.append((at, len(frame)))
        at += len(frame)
    about = orjson.dumps({"spans": spans, "facts": facts})
    write_whole(target, _MAGIC + len(about).to_bytes(4, "little") + about + b"".join(frames))


def write_whole(target: Path, data: bytes) -> None:
    """All of it or nothing under the name."""
    temporary = target.with_name(f"{target.name}.{new_id()}")
    temporary.write_bytes(data)
    temporary.replace(target)
