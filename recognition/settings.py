"""The settings of recognition."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class RecognitionSettings(BaseModel):
    """What counts in the next unit, and how long what is handed out lives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    higher_accepts_lower: bool = Field(
        default=True,
        description="Whether a unit counts results of a lower level; same level and higher always count.",
    )
    reasons: Literal["national", "ten"] = Field(
        "national", description="Which list of cases a repeated examination is given a reason from: six, or ten."
    )
    reasons_file: Path | None = Field(
        None, description="TOML file with the county's own cases, in the form of recognition/reasons.toml."
    )
    share_days: int = Field(30, ge=1, le=90, description="The longest life of a patient's share link, in days.")
    ticket_minutes: int = Field(15, ge=1, le=120, description="Life of a hospital system's embedded page, in minutes.")
