"""Synthetic films whose greys and lengths are known, and the DICOM JSON and frames a DICOMweb server would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom.data
from numpy.typing import NDArray
from pydicom import DataElement, Dataset, dcmread
from pydicom.uid import generate_uid

SIDE = 512
BLOCK = 32
HTJ2K_LOSSLESS_RPCL = "1.2.840.10008.1.2.4.202"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"

Pixels = NDArray[np.uint16] | NDArray[np.int16] | NDArray[np.uint8]


@dataclass
class Film:
    """One study of one or more instances, and how its frames are sent."""

    instances: list[tuple[Dataset, Pixels]]
    raw: bool = False
    """Frames as explicit little endian, not HTJ2K."""
    chunk_delay: float = 0.0
    """Seconds between the tenths of a frame."""
    frame_status: int = 200
    metadata_status: int = 200
    bulk: dict[str, bytes] | None = None
    """Long values by their address, when they are left out of the metadata."""
    uid: str = field(default_factory=generate_uid)

    def metadata(self) -> list[dict[str, Any]]:
        """DICOM JSON (PS3.18 Annex F), without pixels."""
        if self.bulk is None:
            return [dataset.to_json_dict(bulk_data_threshold=1 << 20) for dataset, _ in self.instances]
        return [dataset.to_json_dict(1024, self._put_aside) for dataset, _ in self.instances]

    def _put_aside(self, element: DataElement) -> str:
        assert self.bulk is not None
        address = f"/dicom-web/studies/{self.uid}/bulk/{len(self.bulk)}"
        self.bulk[address] = element.value
        return f"http://another-name.example{address}"

    def frame(self, sop_instance_uid: str) -> tuple[bytes, str, str]:
        """Bytes, media type and transfer syntax of an instance's only frame."""
        pixels = next(pixels for dataset, pixels in self.instances if dataset.SOPInstanceUID == sop_instance_uid)
        if self.raw:
            return pixels.tobytes(), "application/octet-stream", EXPLICIT_LITTLE_ENDIAN
        tiles = imagecodecs.HTJ2K.TILEPART.RESOLUTIONS
        frame = imagecodecs.htj2k_encode(pixels, reversible=True, tlm=True, tilepart=tiles)
        return bytes(frame), "image/jphc", HTJ2K_LOSSLESS_RPCL


def steps(least: int = 0, most: int = 4095) -> NDArray[np.uint16]:
    """A film of 16 x 16 flat blocks of 32 x 32 pixels, from `least` at the top left to `most` at the bottom right."""
    blocks = np.linspace(least, most, (SIDE // BLOCK) ** 2).round().astype(np.uint16).reshape(SIDE // BLOCK, -1)
    return np.kron(blocks, np.ones((BLOCK, BLOCK), dtype=np.uint16))


def header(pixels: Pixels, **attributes: Any) -> Dataset:
    """A DX header for presentation; `attributes` by DICOM keyword replace or add, and None leaves one out."""
    dataset = Dataset()
    usual: dict[str, Any] = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1",
        "SOPInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(),
        "Modality": "DX",
        "PatientName": "LI^SI=李^四",
        "PatientID": "D0001",
        "PatientSex": "M",
        "PatientAge": "056Y",
        "StudyDate": "20261101",
        "StudyTime": "083000",
        "InstitutionName": "清河镇卫生院",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "PatientOrientation": ["L", "F"],
        "SeriesNumber": 1,
        "InstanceNumber": 1,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": 16,
        "BitsStored": 16 if pixels.dtype == np.int16 else 12,
        "HighBit": 15 if pixels.dtype == np.int16 else 11,
        "PixelRepresentation": int(pixels.dtype == np.int16),
        "WindowCenter": 2048,
        "WindowWidth": 4096,
        "ImagerPixelSpacing": [0.2, 0.2],
        "PresentationLUTShape": "IDENTITY",
    }
    for keyword, value in (usual | attributes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def film(pixels: Pixels | None = None, **attributes: Any) -> Film:
    """One synthetic film; `attributes` as in `header`, `raw`, `chunk_delay` and the statuses as in `Film`."""
    own = {"raw", "bulk", "chunk_delay", "frame_status", "metadata_status"}
    shown = steps() if pixels is None else pixels
    rest = {keyword: value for keyword, value in attributes.items() if keyword not in own}
    return Film([(header(shown, **rest), shown)], **{key: value for key, value in attributes.items() if key in own})


def table(entries: NDArray[np.uint16], first: int, bits: int) -> Dataset:
    """An item of a VOI LUT Sequence or Modality LUT Sequence (PS3.3 §C.11.2.1.1)."""
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries) % 65536, first, bits])
    item.LUTExplanation = "S-curve"
    item.add_new(0x00283006, "OW", entries.astype("<u2").tobytes())
    return item


def real_chest() -> Film:
    """pydicom-data's Philips CR chest RG1_UNCR.dcm: MONOCHROME1, real. No network: the file is in the wheel."""
    path = pydicom.data.get_testdata_file("RG1_UNCR.dcm", download=False)
    assert isinstance(path, str), "pydicom-data is not installed"
    dataset = dcmread(Path(path))
    pixels: NDArray[np.uint16] = dataset.pixel_array
    del dataset.PixelData
    return Film([(dataset, pixels)])
