"""The registry's settings."""

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
    meeting_days: int = Field(
        1,
        ge=0,
        le=31,
        description="Days by which order and study may differ when they meet by patient alone.",
    )
