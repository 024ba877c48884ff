"""DICOMweb retrieval and search, each answer within the asker's reach (PS3.18 §10.4, §10.6)."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import orjson

from foundation.access import Actor, demand
from foundation.errors import NotFound
from foundation.floor import Floor
from foundation.log import Log
from foundation.tasks import Payload
from pacs_gateway import store
from pacs_gateway.api.receiving import PREPARE, Receiving
from pacs_gateway.dicom import json
from pacs_gateway.dicom.elements import Limits, Walk
from pacs_gateway.dicom.part10 import DEFLATED, EXPLICIT_BE, encoding_of, inflate, open_bytes, read_meta
from pacs_gateway.dicomweb import accept, multipart, query, rendered
from pacs_gateway.dicomweb.accept import Choice, Range
from pacs_gateway.errors import CannotGive, CannotRender, NoSuchFrame
from pacs_gateway.model import InstanceFile
from pacs_gateway.pictures import work
from pacs_gateway.pictures.frames import is_native, locate, opened
from pacs_gateway.pictures.rendering import Look
from pacs_gateway.pictures.shelf import Shelf
from pacs_gateway.settings import GatewaySettings
from registry.api import Registry

T = TypeVar("T")
Uids = tuple[str, str, str]
PREPARE_SECONDS = 600
PICTURE_SECONDS = 60

log = Log("pacs_gateway")


@dataclass(frozen=True, slots=True)
class Matches:
    """A QIDO-RS answer: DICOM JSON and what the client must be warned of."""

    body: bytes
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes to stream; `length` when it is known beforehand."""

    content_type: str
    chunks: Iterable[bytes]
    length: int | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One element's value."""

    content_type: str
    data: bytes
    multipart: bool = False


class Retrieving(Receiving):
    """What goes out."""

    def __init__(self, floor: Floor, registry: Registry, settings: GatewaySettings) -> None:
        super().__init__(floor, registry, settings)
        self._shelf = Shelf(floor.data / "display")
        self._walk = Limits(settings.sequence_depth, settings.elements)
        floor.tasks.register(PREPARE, self._prepare_task)

    # -- search and metadata

    def search(
        self, actor: Actor, level: store.Level, parameters: Iterable[tuple[str, str]], base: str,
        scope: tuple[str | None, str | None] = (None, None),
    ) -> Matches:  # fmt: skip
        """QIDO-RS. `base` is the absolute address of the service. Raises BadQuery, Forbidden, NotFound."""
        demand(actor, "read", "study", actor.unit_id)
        wanted = query.parse(level, parameters, self._settings.query_limit, scope)
        with self._floor.db.read() as conn:
            if scope[0]:
                self._reachable(store.study_row(conn, query.check_uid(scope[0])), actor)
            found = store.search(conn, actor, wanted.search, base)
        warnings = wanted.warnings
        if found.remaining > 0:
            more = f'{query.SERVICE}: "There are {found.remaining} additional results that can be requested"'
            warnings = (*warnings, more)
        return Matches(orjson.dumps(found.rows), warnings)

    def metadata(
        self, actor: Actor, uids: tuple[str, str | None, str | None], base: str, *, display: bool = False
    ) -> Body:
        """RetrieveMetadata as DICOM JSON, streamed, with an ETag. `display` describes the display frames.

        Raises NotFound.
        """
        for uid in uids:
            if uid is not None:
                query.check_uid(uid)
        with self._floor.db.read() as conn:
            row = self._reachable(store.study_row(conn, uids[0]), actor)
            files = {one.sop_instance_uid: one for one in store.instance_files(conn, uids[0], uids[1])}
            found = list(store.metadata_of(conn, uids))
        if not found:
            raise NotFound
        mark = hashlib.sha256(f"{uids}{row.revision}{display}{base}".encode()).hexdigest()[:32]
        chunks = self._metadata(found, uids[0], base, files if display else {})
        return Body("application/dicom+json", chunks, etag=f'"{mark}"')

    def _metadata(
        self, found: list[tuple[str, str, bytes]], study: str, base: str, shown: dict[str, InstanceFile]
    ) -> Iterator[bytes]:
        comma = b"["
        for series, sop, text in found:
            address = f'"BulkDataURI":"{base}/studies/{study}/series/{series}/instances/{sop}/bulkdata/'.encode()
            made = text.replace(b'"BulkDataURI":"@bulk/', address)
            display = self._shelf.display(shown[sop].digest) if sop in shown else None
            yield comma
            yield orjson.dumps(orjson.loads(made) | display.facts) if display else made
            comma = b","
        yield b"]"

    # -- objects

    def objects(self, actor: Actor, uids: tuple[str, str | None, str | None], header: str, base: str) -> Body:
        """RetrieveStudy, RetrieveSeries, RetrieveInstance. Raises NotFound, CannotGive."""
        files, ranges = self._files(actor, uids), accept.parse(header)
        chosen = [(one, self._object_choice(ranges, one)) for one in files]
        if uids[2] and not chosen[0][1].multipart:
            one, choice = chosen[0]
            chunks = _begun(self._object_bytes(one, choice))
            return Body("application/dicom", chunks, one.size if choice.stored else None)
        boundary = multipart.new_boundary()
        parts = _begun(self._object_parts(chosen, base))
        head = f'multipart/related; type="application/dicom"; boundary={boundary}'
        return Body(head, multipart.write(parts, boundary))

    def _object_choice(self, ranges: list[Range], one: InstanceFile) -> Choice:
        transcodable = not one.has_pixels or one.transfer_syntax_uid in accept.DECODABLE
        choice = accept.choose_object(ranges, one.transfer_syntax_uid, transcodable=transcodable)
        if choice is None:
            raise CannotGive(what=f"application/dicom; transfer-syntax={one.transfer_syntax_uid}")
        return choice

    def _object_parts(self, chosen: list[tuple[InstanceFile, Choice]], base: str) -> Iterator[multipart.Part]:
        """One part after the other; the first bytes of a part are made before its head is written."""
        for one, choice in chosen:
            chunks = _begun(self._object_bytes(one, choice))
            kind = f"application/dicom; transfer-syntax={choice.syntax}"
            yield multipart.Part(kind, _address(base, one), chunks)

    def _object_bytes(self, one: InstanceFile, choice: Choice) -> Iterator[bytes]:
        if choice.stored:
            with self.archive.open(one.digest) as file:
                while chunk := file.read(multipart.CHUNK):
                    yield chunk
            return
        with self.spooled() as target:
            source = str(self.archive.path(one.digest))
            self._child(work.explicit_little_endian, source, str(target), seconds=PREPARE_SECONDS)
            with target.open("rb") as file:
                while chunk := file.read(multipart.CHUNK):
                    yield chunk

    def _child(self, function: Callable[..., T], *args: object, seconds: float) -> T:
        """Call a function of `pictures.work` in a child. Raises CannotRender, NoSuchFrame, ChildFailed."""
        try:
            return self._floor.children.run(function, *args, seconds=seconds)
        except work.Refusal as refusal:
            log.info("picture-refused", code=refusal.code, fault=refusal.where)
            raise (NoSuchFrame if refusal.code == NoSuchFrame.code else CannotRender) from None

    # -- frames

    def frames(self, actor: Actor, uids: Uids, numbers: list[int], header: str, base: str) -> Body:
        """RetrieveFrames, in the order asked. Raises NotFound, NoSuchFrame, CannotGive, CannotRender."""
        one = self._file(actor, uids)
        if not one.has_pixels:
            raise CannotRender
        for number in numbers:
            if not 1 <= number <= one.frames:
                raise NoSuchFrame(frame=number)
        native = is_native(one.transfer_syntax_uid)
        decodable = one.transfer_syntax_uid in accept.DECODABLE
        choice = accept.choose_frame(accept.parse(header), one.transfer_syntax_uid, native, decodable)
        if choice is None:
            raise CannotGive(what=f"transfer-syntax={one.transfer_syntax_uid}")
        made = self._frame_bytes(one, numbers, choice)
        kind = f"{choice.media_type}; transfer-syntax={choice.syntax}"
        boundary = multipart.new_boundary()
        address = _address(base, one)
        parts = (
            multipart.Part(kind, f"{address}/frames/{number}", (data,))
            for number, data in zip(numbers, made, strict=True)
        )
        head = f'multipart/related; type="{choice.media_type}"; boundary={boundary}; transfer-syntax={choice.syntax}'
        return Body(head, multipart.write(parts, boundary))

    def _frame_bytes(self, one: InstanceFile, numbers: list[int], choice: Choice) -> Iterator[bytes]:
        """The first frame is made at once, so that a refusal comes before the answer begins."""
        if choice.stored:
            source = self._stored_frames(one, numbers)
        elif choice.syntax == accept.HTJ2K_RPCL:
            source = self._display_frames(one, numbers)
        else:
            source = self._made(work.plain_frames, one, numbers)
        return _begun(source)

    def _stored_frames(self, one: InstanceFile, numbers: list[int]) -> Iterator[bytes]:
        limit = self._settings.inflated_mib << 20
        with opened(self.archive.path(one.digest), self._walk, limit, self.spool) as pixels:
            for number in numbers:
                yield pixels.frame(number)

    def _display_frames(self, one: InstanceFile, numbers: list[int]) -> Iterator[bytes]:
        display = self._shelf.display(one.digest)
        if display is None:
            yield from self._made(work.display_frames, one, numbers)
            return
        for number in numbers:
            yield display.frame(number)

    def _made(
        self, make: Callable[[str, list[int]], list[bytes]], one: InstanceFile, numbers: list[int]
    ) -> Iterator[bytes]:
        """Frames made in a child, a few at a time. Raises CannotRender."""
        source = str(self.archive.path(one.digest))
        for at in range(0, len(numbers), 4):
            yield from self._child(make, source, numbers[at : at + 4], seconds=PICTURE_SECONDS)

    # -- pictures

    def rendered(
        self, actor: Actor, uids: Uids, frame: int | None, parameters: Mapping[str, str], header: str
    ) -> tuple[bytes, str]:
        """A frame (the middle one without a number) as PNG or JPEG, and its media type.

        Raises NotFound, NoSuchFrame, BadQuery, CannotGive, CannotRender.
        """
        look = rendered.look(parameters, header)
        one = self._file(actor, uids)
        return self._rendered(one, frame or (one.frames + 1) // 2, look), look.media_type

    def rendered_png(self, study: str, series: str, instance: str, frame: int, width: int) -> bytes:
        """The same for other rooms, which have checked who asks: `width` pixels wide, PNG.

        Raises NotFound, NoSuchFrame, CannotRender.
        """
        with self._floor.db.read() as conn:
            one = store.instance_file(conn, (study, series, instance))
        if one is None:
            raise NotFound
        return self._rendered(one, frame, Look(size=(width, 4 * width)))

    def _rendered(self, one: InstanceFile, frame: int, look: Look) -> bytes:
        if not one.has_pixels or one.transfer_syntax_uid not in accept.DECODABLE:
            raise CannotRender
        if not 1 <= frame <= one.frames:
            raise NoSuchFrame(frame=frame)
        source = str(self.archive.path(one.digest))
        return self._child(work.rendered, source, frame, look, seconds=PICTURE_SECONDS)

    def thumbnail(self, actor: Actor, uids: tuple[str, str | None, str | None], parameters: Mapping[str, str]) -> bytes:
        """A small PNG of an object, or of the first one with pixels of a series or study.

        Raises NotFound, BadQuery, CannotRender.
        """
        size = rendered.size_of(parameters, work.THUMBNAIL)
        one = next((one for one in self._files(actor, uids) if one.has_pixels), None)
        if one is None:
            raise CannotRender
        kept = self._shelf.thumbnail(one.digest) if max(size) <= work.THUMBNAIL else None
        return kept or self._rendered(one, (one.frames + 1) // 2, Look(size=size))

    # -- bulk data

    def bulkdata(self, actor: Actor, uids: Uids, path: str, header: str, address: str) -> Value:
        """The value of one element, little endian: single part, or multipart when that is accepted. Raises NotFound."""
        one = self._file(actor, uids)
        data, media_type = self._bulk(one, path)
        wanted = accept.parse(header)[0]
        if not wanted.multipart:
            return Value(media_type, data)
        boundary = multipart.new_boundary()
        body = b"".join(multipart.write([multipart.Part(media_type, address, (data,))], boundary))
        return Value(f'multipart/related; type="{media_type}"; boundary={boundary}', body, multipart=True)

    def _bulk(self, one: InstanceFile, path: str) -> tuple[bytes, str]:
        with self.archive.open(one.digest) as file:
            buffer = open_bytes(file)
            meta = read_meta(buffer)
            body, start = buffer, meta.dataset_at
            if meta.transfer_syntax_uid == DEFLATED:
                body, start = inflate(buffer, start, self._settings.inflated_mib << 20, self.spool), 0
            walk = Walk(body, encoding_of(meta.transfer_syntax_uid), self._walk)
            found = locate(walk.dataset(start, len(body)), path)
            if found is None or found.items is not None:
                raise NotFound
            if found.fragments is not None:
                whole = b"".join(bytes(body[at : at + length]) for at, length in found.fragments[1:])
                return whole, accept.media_type_of(one.transfer_syntax_uid)
            raw = bytes(body[found.offset : found.offset + found.length])
        if meta.transfer_syntax_uid == EXPLICIT_BE:
            raw = json.little(raw, found.vr)
        return raw, "application/octet-stream"

    # -- preparation

    def _prepare_task(self, payload: Payload) -> None:
        """Make display frames and thumbnail of an object; what was stored is never touched."""
        digest = str(payload["digest"])
        if self._shelf.display(digest) is not None or not self.archive.exists(digest):
            return
        targets = [str(self._shelf.path(digest, suffix)) for suffix in ("frames", "png")]
        source = str(self.archive.path(digest))
        with suppress(CannotRender):  # noted in the log; what was stored is as it was
            self._child(work.prepare, source, *targets, seconds=PREPARE_SECONDS)

    # -- who may

    def _reachable(self, row: store.StudyRow | None, actor: Actor) -> store.StudyRow:
        if row is None:
            raise NotFound
        demand(actor, "read", "study", row.unit_id, row.requesting_unit_id, patient=row.patient_uid)
        return row

    def _files(self, actor: Actor, uids: tuple[str, str | None, str | None]) -> list[InstanceFile]:
        for uid in uids:
            if uid is not None:
                query.check_uid(uid)
        with self._floor.db.read() as conn:
            self._reachable(store.study_row(conn, uids[0]), actor)
            files = store.instance_files(conn, uids[0], uids[1])
        found = [one for one in files if uids[2] in (None, one.sop_instance_uid)]
        if not found:
            raise NotFound
        return found

    def _file(self, actor: Actor, uids: Uids) -> InstanceFile:
        for uid in uids:
            query.check_uid(uid)
        with self._floor.db.read() as conn:
            self._reachable(store.study_row(conn, uids[0]), actor)
            one = store.instance_file(conn, uids)
        if one is None:
            raise NotFound
        return one


def _address(base: str, one: InstanceFile) -> str:
    return f"{base}/studies/{one.study_instance_uid}/series/{one.series_instance_uid}/instances/{one.sop_instance_uid}"


def _begun(source: Iterator[T]) -> Iterator[T]:
    """The same values, the first one made already: a refusal comes before the answer begins."""
    first = next(source)

    def rest() -> Iterator[T]:
        yield first
        yield from source

    return rest()
