"""DICOM objects for tests: good ones by pydicom, broken ones byte by byte."""

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

ROOT = Path(__file__).resolve().parents[4]
SAMPLES = ROOT / "shared" / "samples" / "dicom"
CR_STORAGE = "1.2.840.10008.5.1.4.1.1.1"


def samples() -> Path:
    """The shared sample folder; the test is skipped where a clone does not have it."""
    if not SAMPLES.is_dir():
        pytest.skip("the folder ../shared/samples/dicom is not on this machine")
    return SAMPLES


def film(**changes: Any) -> Dataset:
    """A small CR film of a Chinese patient; keywords replace attributes, None removes them."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CR_STORAGE, generate_uid()
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    dataset.PatientName, dataset.PatientID = "ZHANG^ZHIHONG=张智宏", "TW-0001"
    dataset.PatientBirthDate, dataset.PatientSex = "19680512", "M"
    dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "20240603", "081500", "1"
    dataset.AccessionNumber, dataset.ReferringPhysicianName = "A1", ""
    dataset.StudyDescription, dataset.Modality, dataset.BodyPartExamined = "胸部正位", "CR", "CHEST"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, 1
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 48, 64, 1
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.PhotometricInterpretation = "MONOCHROME1"
    dataset.WindowCenter, dataset.WindowWidth = "2048", "4096"
    dataset.PixelData = b"".join(struct.pack("<H", value % 4096) for value in range(48 * 64))
    for keyword, value in changes.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return dataset


def encoded(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A Part 10 file."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CR_STORAGE)
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
    meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta = meta
    target = BytesIO()
    little, implicit = syntax != "1.2.840.10008.1.2.2", syntax == "1.2.840.10008.1.2"
    dcmwrite(target, dataset, little_endian=little, implicit_vr=implicit, enforce_file_format=True)
    return target.getvalue()


def packaged(name: str) -> Path:
    """A file that pydicom ships, without asking the network."""
    found = get_testdata_file(name, download=False)
    assert found, name
    return Path(str(found))


def read(data: bytes) -> Any:
    """The dataset of a file."""
    return dcmread(BytesIO(data), force=True)


def element(tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    """One explicit VR little endian element; `length` may lie."""
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr
    size = len(value) if length is None else length
    if vr in (b"OB", b"OW", b"SQ", b"UN", b"UT"):
        return head + struct.pack("<HI", 0, size) + value
    return head + struct.pack("<H", size) + value


def nested(depth: int) -> bytes:
    """A file with sequences of undefined length inside each other."""
    head = element(0x00081140, b"SQ", b"", 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    tail = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    return with_meta(head * depth + tail * depth)


def with_meta(dataset: bytes, syntax: bytes = b"1.2.840.10008.1.2.1\0") -> bytes:
    """A Part 10 file around raw dataset bytes."""
    meta = element(0x00020002, b"UI", CR_STORAGE.encode() + b"\0") + element(0x00020003, b"UI", b"1.2.3\0")
    meta += element(0x00020010, b"UI", syntax + b"\0" * (len(syntax) % 2))
    return b"\0" * 128 + b"DICM" + element(0x00020000, b"UL", struct.pack("<I", len(meta))) + meta + dataset
