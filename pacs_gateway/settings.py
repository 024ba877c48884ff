"""The gateway's settings."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class GatewaySettings(BaseModel):
    """DICOM services, archive, completeness and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ae_title: str = Field("LIANZHEN", max_length=16, description="Our AE title.")
    host: str = Field(
        "127.0.0.1", description="Address that the DICOM port is bound to; 0.0.0.0 lets the townships' devices in."
    )
    port: int = Field(11112, ge=0, le=65535, description="DICOM port; 0 lets the system choose one.")
    tls_host: str = Field("127.0.0.1", description="Address that the DICOM TLS port is bound to.")
    tls_port: int = Field(
        2762, ge=0, le=65535, description="DICOM TLS port, open when certificate, key and authority are given."
    )
    tls_certificate: Path | None = Field(None, description="PEM file with the DICOM TLS port's certificate chain.")
    tls_key: Path | None = Field(None, description="PEM file with the DICOM TLS port's private key.")
    tls_authority: Path | None = Field(
        None, description="PEM file with the authority whose certificates devices must show on the DICOM TLS port."
    )
    check_called_ae_title: bool = Field(
        False, description="Refuse an association that calls another AE title than ours."
    )
    maximum_associations: int = Field(100, ge=1, description="Associations served at the same time.")
    acse_timeout: float = Field(8, gt=0, description="Seconds that a connection may take to ask for an association.")
    dimse_timeout: float = Field(60, gt=0, description="Seconds to wait for the rest of a DICOM message.")
    network_timeout: float = Field(120, gt=0, description="Seconds of silence after which an association is ended.")
    quiet_seconds: float = Field(
        5, ge=0, description="A study is complete when nothing arrived for it for so many seconds."
    )
    quiet_seconds_many: float = Field(
        30, ge=0, description="The same for modalities that send many images: CT, MR, PT, NM, XA, US, SM."
    )
    refuse_when_full_percent: float = Field(
        95, gt=0, le=100, description="Refuse new objects when the disk is fuller than this."
    )
    warn_when_full_percent: float = Field(
        80, gt=0, le=100, description="Write a warning to the log when the disk is fuller than this."
    )
    conflict_status: Literal["warning", "failure"] = Field(
        "warning",
        description="DIMSE answer when a study arrives under another patient: kept in quarantine either way.",
    )
    sequence_depth: int = Field(64, ge=1, le=200, description="Deepest nesting of sequences that is read.")
    elements: int = Field(300_000, ge=1000, description="Most data elements that one object may have.")
    inflated_mib: int = Field(1024, ge=1, description="Largest size of a deflated object once inflated.")
    object_mib: int = Field(2000, ge=1, description="Largest object or upload in mebibytes.")
    zip_entries: int = Field(20_000, ge=1, description="Most files in one uploaded ZIP.")
    zip_inflated_mib: int = Field(8000, ge=1, description="Largest total size of a ZIP's files.")
    zip_ratio: int = Field(200, ge=2, description="Largest ratio of a ZIP file's size to its compressed size.")
    query_limit: int = Field(500, ge=1, description="Most matches in one QIDO-RS answer.")
    worklist_limit: int = Field(200, ge=1, description="Most entries in one answer of the modality worklist.")
    worklist_days: int = Field(30, ge=1, le=366, description="Days for which an order stays on the modality worklist.")
    worklist_date_tolerance_days: int = Field(
        1, ge=0, le=31, description="Days by which a device's date may differ from an order's and still find it."
    )
    display_frames: bool = Field(True, description="Prepare HTJ2K display frames after an image was stored.")
