"""What people and programs send over HTTP: STOW-RS parts, single files, ZIPs."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from foundation.access import Actor, demand
from foundation.catalogue import message, say
from foundation.errors import LianzhenError, StorageFull
from pacs_gateway.api.retrieving import Retrieving
from pacs_gateway.dicomweb import multipart, stow
from pacs_gateway.dicomweb.multipart import Splitter
from pacs_gateway.errors import KEPT, ObjectTooLarge, ZipBroken, ZipUnsafe
from pacs_gateway.model import Channel, Outcome, Source, Stored

_MIB = 1 << 20
_CHUNK = 1 << 18
_KEPT = {kind.code: kind for kind in KEPT}
_BESIDE = frozenset(("thumbs.db", ".ds_store", "desktop.ini"))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one uploaded file. `outcome` is an Outcome or `refused`; `message` is Chinese."""

    name: str
    outcome: str
    code: str | None
    message: str
    message_en: str
    study_instance_uid: str | None


class Submitting(Retrieving):
    """What comes in over HTTP."""

    def source_for(self, actor: Actor, channel: Channel) -> Source:
        """A person or system as the one who sends, for their own unit. Raises Forbidden."""
        demand(actor, "create", "study", actor.unit_id)
        return Source("", actor.unit_id, actor.address, channel, actor)

    def check_size(self, declared: str | None) -> int:
        """The bytes that one request may bring. Raises ObjectTooLarge when it declares more, StorageFull."""
        limit = self._settings.object_mib * _MIB
        size = int(declared) if declared and declared.isdigit() else 0
        if size > limit:
            raise ObjectTooLarge(limit=self._settings.object_mib)
        self.archive.check_room(size)
        return limit

    def splitter(self, content_type: str) -> Splitter:
        """What takes a STOW-RS body apart. Raises BadMultipart."""
        boundary = multipart.boundary_of(content_type)
        return Splitter(boundary, self.new_spool_file, self._settings.object_mib * _MIB)

    def stow(self, actor: Actor, parts: list[Path], study: str | None, base: str) -> tuple[int, bytes]:
        """Store the parts, whatever their labels say; gives status and DICOM JSON."""
        source = self.source_for(actor, "stow")
        kept: list[Stored] = []
        failed: list[stow.Failed] = []
        for path in parts:
            try:
                stored = self.store_instance(source, path, study)
            except LianzhenError as refusal:
                failed.append(stow.Failed("", "", stow.reason_of(type(refusal))))
                continue
            if stored.outcome is Outcome.QUARANTINED and stored.code:
                reason = stow.reason_of(_KEPT[stored.code])
                failed.append(stow.Failed(stored.sop_class_uid, stored.sop_instance_uid, reason))
            else:
                kept.append(stored)
        return stow.answer(kept, failed, base)

    def upload(self, actor: Actor, name: str, path: Path) -> list[Result]:
        """Store an uploaded file, or every file of a ZIP. Raises Forbidden, ZipUnsafe, ZipBroken, StorageFull."""
        source = self.source_for(actor, "upload")
        if not zipfile.is_zipfile(path) or _has_prefix(path):
            return [self._upload_one(source, name, path)]
        try:
            with zipfile.ZipFile(path) as archive:
                self._check_zip(archive)
                return list(self._unpack(source, archive))
        except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError):
            raise ZipBroken from None

    def _upload_one(self, source: Source, name: str, path: Path) -> Result:
        try:
            stored = self.store_instance(source, path)
        except StorageFull:
            raise
        except LianzhenError as refusal:
            return Result(name, "refused", refusal.code, message(refusal), message(refusal, "en"), None)
        if stored.code:
            return Result(
                name, stored.outcome.value, stored.code, say(stored.code), say(stored.code, "en"),
                stored.study_instance_uid or None,
            )  # fmt: skip
        return Result(name, stored.outcome.value, None, "", "", stored.study_instance_uid)

    def _check_zip(self, archive: zipfile.ZipFile) -> None:
        """Refuse by the directory before a byte is inflated."""
        entries = archive.infolist()
        if len(entries) > self._settings.zip_entries:
            raise ZipUnsafe(what=f"> {self._settings.zip_entries} files")
        total = sum(entry.file_size for entry in entries)
        if total > self._settings.zip_inflated_mib * _MIB:
            raise ZipUnsafe(what=f"> {self._settings.zip_inflated_mib} MiB")
        packed = sum(entry.compress_size for entry in entries)
        if total > _MIB and total > packed * self._settings.zip_ratio:
            raise ZipUnsafe(what=f"> {self._settings.zip_ratio}:1")
        self.archive.check_room(total)

    def _unpack(self, source: Source, archive: zipfile.ZipFile) -> Iterator[Result]:
        """One file at a time; a ZIP inside the ZIP is not opened. What the directory hides is still bounded."""
        left = self._settings.zip_inflated_mib * _MIB
        for entry in archive.infolist():
            if entry.is_dir() or _is_beside(entry.filename):
                continue
            with self.spooled() as path:
                left -= self._inflate(archive, entry, path, left)
                yield self._upload_one(source, entry.filename, path)

    def _inflate(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, left: int) -> int:
        limit, size = min(left, self._settings.object_mib * _MIB), 0
        with archive.open(entry) as packed, path.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise ZipUnsafe(what=f"> {limit // _MIB} MiB")
                file.write(chunk)
        return size


def _is_beside(name: str) -> bool:
    """What operating systems put beside files. A DICOMDIR is reported like any other file."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.name.lower() in _BESIDE or "__MACOSX" in path.parts


def _has_prefix(path: Path) -> bool:
    """A DICOM object may end with a ZIP, but it begins with its own prefix."""
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"
