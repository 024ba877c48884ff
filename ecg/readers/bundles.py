"""What arrived, made ready for the readers: size limits, and a ZIP unpacked within limits."""

import hashlib
import io
import zipfile
import zlib
from pathlib import PurePosixPath

from ecg.model import Bundle, Part, UnreadableEcg

MAX_BYTES = 128 * 1024 * 1024  # of a bundle, before and after unpacking
MAX_PARTS = 64
_MAX_RATIO = 400  # deflate of a flat line reaches about 200; a bomb starts at 1,000
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def digest(bundle: Bundle) -> str:
    """The SHA-256 of the parts' bytes, in the bundle's order, as hexadecimal digits."""
    sha256 = hashlib.sha256()
    for part in bundle:
        sha256.update(part.data)
    return sha256.hexdigest()


def unpacked(bundle: Bundle) -> Bundle:
    """The bundle itself, or the members of the one ZIP it consists of. A ZIP inside the ZIP stays closed.

    Raises UnreadableEcg: `empty`, `too-large`, `too-many-parts`, `zip-corrupt`, `zip-encrypted`, `zip-bomb`.
    """
    if not any(part.data for part in bundle):
        raise UnreadableEcg("empty", "nothing arrived: the file holds no byte", "bundle")
    _within_limits(sum(len(part.data) for part in bundle), len(bundle))
    if len(bundle) == 1 and bundle[0].data.startswith(b"PK\x03\x04"):
        return _members(bundle[0].data)
    return bundle


def _within_limits(size: int, parts: int) -> None:
    if size > MAX_BYTES:
        raise UnreadableEcg("too-large", f"{size:,} bytes; at most {MAX_BYTES:,} are read", "bundle")
    if parts > MAX_PARTS:
        raise UnreadableEcg("too-many-parts", f"{parts} files; at most {MAX_PARTS} are one recording", "bundle")


def _members(data: bytes) -> Bundle:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [
                info
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith(_JUNK) and not info.filename.endswith(_JUNK)
            ]
            _within_limits(sum(info.file_size for info in infos), len(infos))
            parts = tuple(
                Part(PurePosixPath(info.filename.replace("\\", "/")).name, _content(archive, info)) for info in infos
            )
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        raise UnreadableEcg("zip-corrupt", f"the ZIP cannot be unpacked ({error})", "bundle") from error
    if not any(part.data for part in parts):
        raise UnreadableEcg("empty", "the ZIP holds no file", "bundle")
    return parts


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & 1:
        raise UnreadableEcg("zip-encrypted", "the ZIP is encrypted; send it without a password", "bundle")
    if info.file_size > _MAX_RATIO * max(info.compress_size, 1024):
        raise UnreadableEcg("zip-bomb", "a member of the ZIP swells beyond any recording", "bundle")
    with archive.open(info) as member:
        return member.read(info.file_size + 1)
