"""The registry's settings."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class RegistrySettings(BaseModel):
    """Units, devices, people, patients and orders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    knocks_kept: int = Field(
        200, gt=0, description="How many unknown AE titles that asked for an association are remembered."
    )
    patient_id_prefix: str = Field(
        "P", max_length=6, description="First characters of the patient ids that the registry issues itself."
    )
    remote_practice_years: int = Field(
        3, ge=0, description="Years of independent practice that writing or reviewing for another unit needs."
    )
    open_patient_hours: float = Field(
        4, gt=0, le=72, description="How long another unit's patient stays open after breaking the glass, in hours."
    )
    meeting_days: int = Field(
        1,
        ge=0,
        le=31,
        description="Days by which order and study may differ when they meet by patient alone.",
    )
    messages_kept: int = Field(
        10_000, gt=0, description="How many messages of hospital systems are remembered; taken ones without content."
    )
    message_kept_kib: int = Field(
        128, ge=0, description="Largest refused message that is kept whole until it is settled, in KiB."
    )
    mllp_host: str = Field(
        "127.0.0.1", description="Address of the HL7 port (MLLP); any other than loopback requires mutual TLS."
    )
    mllp_port: int = Field(2575, ge=0, le=65535, description="HL7 port; 0 lets the system choose one.")
    mllp_enabled: bool = Field(True, description="Open the HL7 port.")
    mllp_tls_certificate: Path | None = Field(None, description="PEM file with the HL7 port's certificate chain.")
    mllp_tls_key: Path | None = Field(None, description="PEM file with the HL7 port's private key.")
    mllp_tls_authority: Path | None = Field(
        None, description="PEM file with the authority whose certificates hospital systems must show on the HL7 port."
    )
    mllp_senders: dict[str, str] = Field(
        {},
        description="JSON: address of a hospital system to its unit's code; these may send HL7, as those admitted may.",
    )
    mllp_message_kib: int = Field(1024, gt=0, description="Largest HL7 message in KiB.")
    mllp_message_seconds: float = Field(30, gt=0, description="Seconds in which a begun HL7 message must be complete.")
    mllp_idle_seconds: float = Field(600, gt=0, description="Seconds of silence after which an HL7 link is closed.")
    mllp_connections: int = Field(50, gt=0, description="HL7 links at the same time.")
