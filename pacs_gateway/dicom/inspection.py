"""Is this an object we can keep? The only way from bytes to the index; nothing is decoded here."""

from dataclasses import dataclass, field
from pathlib import Path

from pydicom.uid import UID

from foundation.errors import LianzhenError
from pacs_gateway.dicom import json
from pacs_gateway.dicom.elements import PIXEL_DATA, Buffer, Element, Limits, Walk, find
from pacs_gateway.dicom.part10 import DEFLATED, FileMeta, clean_uid, encoding_of, inflate, open_bytes, read_meta
from pacs_gateway.errors import Dicomdir, Incomplete, Malformed, MissingUid, NotDicom, ObjectTooLarge

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
_VIDEO = "1.2.840.10008.1.2.4.10"  # MPEG-2, MPEG-4, HEVC: one stream for all frames
_MIB = 1 << 20
# Float and Double Float Pixel Data, Pixel Data Provider URL
_PIXELS_ELSEWHERE = frozenset((0x7FE00008, 0x7FE00009, 0x00287FE0))


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of an object is read before it is refused."""

    walk: Limits = field(default_factory=Limits)
    inflated: int = 1 << 30
    size: int = 2000 * _MIB
    spool: Path | None = None  # where a deflated object is inflated; None: the system's temporary folder


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the walk found. A `fault` means: keep the bytes in quarantine."""

    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    transfer_syntax_uid: str
    dataset_at: int
    header: json.Json
    has_pixels: bool
    fault: LianzhenError | None = None


def inspect(path: Path, bounds: Bounds) -> Inspected:
    """Read the structure and header of a file.

    Raises EmptyObject, NotDicom, Dicomdir, Malformed, TooDeep, TooManyElements, InflatesTooMuch, ObjectTooLarge.
    """
    if path.stat().st_size > bounds.size:
        raise ObjectTooLarge(limit=bounds.size // _MIB)
    with path.open("rb") as file:
        buffer = open_bytes(file)
        meta = _meta(buffer)
        if meta.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
            raise Dicomdir
        body, start = buffer, meta.dataset_at
        if meta.transfer_syntax_uid == DEFLATED:
            body, start = inflate(buffer, start, bounds.inflated, bounds.spool), 0
        return _inspected(body, start, meta, bounds.walk)


def _meta(buffer: Buffer) -> FileMeta:
    try:
        return read_meta(buffer)
    except Incomplete:
        raise NotDicom from None


def _inspected(body: Buffer, start: int, meta: FileMeta, limits: Limits) -> Inspected:
    encoding = encoding_of(meta.transfer_syntax_uid)
    walk = Walk(body, encoding, limits)
    fault: LianzhenError | None = None
    try:
        elements = walk.dataset(start, len(body))
    except (Incomplete, Malformed) as broken:
        elements, fault = walk.elements, Incomplete() if isinstance(broken, Incomplete) else broken
        if elements and isinstance(fault, Malformed):
            raise
    if not elements:
        raise NotDicom
    header = json.Writer(body, encoding).dataset(elements)
    sop_class = _uid(body, elements, 0x00080016) or meta.sop_class_uid
    if sop_class == MEDIA_STORAGE_DIRECTORY:
        raise Dicomdir
    uids = [_uid(body, elements, tag) for tag in (0x00080018, 0x0020000D, 0x0020000E)]
    pixels = find(elements, PIXEL_DATA)
    if fault is None:
        fault = (
            _pixel_fault(pixels, header, meta.transfer_syntax_uid) if pixels else _pixels_missing(elements, sop_class)
        )
    if fault is None and not all((sop_class, *uids)):
        fault = MissingUid()
    return Inspected(
        sop_class_uid=sop_class,
        sop_instance_uid=uids[0],
        study_instance_uid=uids[1],
        series_instance_uid=uids[2],
        transfer_syntax_uid=meta.transfer_syntax_uid,
        dataset_at=meta.dataset_at,
        header=header,
        has_pixels=pixels is not None,
        fault=fault,
    )


def _uid(body: Buffer, elements: list[Element], tag: int) -> str:
    element = find(elements, tag)
    if element is None or element.items is not None or element.length > 256:
        return ""
    return clean_uid(bytes(body[element.offset : element.offset + element.length]))


def frame_length_bits(header: json.Json) -> int:
    """Bits of one native frame: rows × columns × samples × Bits Allocated; 4:2:2 stores two samples for three."""
    samples = json.number(header, "00280002", 1)
    if json.text(header, "00280004").endswith("_422"):
        samples = 2
    return json.number(header, "00280010") * json.number(header, "00280011") * samples * json.number(header, "00280100")


def frames(header: json.Json) -> int:
    """Number of Frames (0028,0008); absent means one."""
    return max(1, json.number(header, "00280008", 1))


def _pixels_missing(elements: list[Element], sop_class_uid: str) -> LianzhenError | None:
    """Incomplete when this is an image and its pixels never came: a file cut between two elements looks whole."""
    tags = {element.tag for element in elements}
    described = {0x00280010, 0x00280011, 0x00280100} <= tags
    image = described or "Image Storage" in UID(sop_class_uid).name
    return Incomplete() if image and not tags & _PIXELS_ELSEWHERE else None


def _pixel_fault(pixels: Element, header: json.Json, transfer_syntax_uid: str) -> LianzhenError | None:
    """Incomplete when the pixel data are shorter than the header says."""
    count = frames(header)
    if pixels.fragments is None:
        return Incomplete() if pixels.length * 8 < frame_length_bits(header) * count else None
    fragments = len(pixels.fragments) - 1
    one_stream = transfer_syntax_uid.startswith(_VIDEO)
    return Incomplete() if fragments < (1 if one_stream else count) else None
