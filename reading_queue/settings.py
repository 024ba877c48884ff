"""The reading queue's settings."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from foundation.vocabulary import Priority


class ReadingQueueSettings(BaseModel):
    """Leases and deadlines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lease_seconds: float = Field(
        120, gt=0, description="How long a claim holds without a heartbeat before the examination is free again."
    )
    expiry_seconds: float = Field(10, gt=0, description="How often leases that ended are looked for.")
    deadline_minutes: dict[str, int] = Field(
        {"HIGH": 30, "MEDIUM": 120, "LOW": 120},
        description="Minutes from an examination's arrival to its report by priority, or by modality and priority "
        "as in `CT HIGH`.",
    )

    @field_validator("deadline_minutes")
    @classmethod
    def _known(cls, minutes: dict[str, int]) -> dict[str, int]:
        """Every key ends in a priority, every priority has an answer, every answer is a time to come."""
        priorities = {priority.value for priority in Priority}
        if any(key.split(" ")[-1] not in priorities or key.count(" ") > 1 for key in minutes):
            raise ValueError("a key is a priority (HIGH, MEDIUM, LOW), or a modality, a blank and a priority")
        if not priorities <= minutes.keys():
            raise ValueError("each of HIGH, MEDIUM and LOW needs its minutes")
        if any(value <= 0 for value in minutes.values()):
            raise ValueError("a deadline lies at least one minute ahead")
        return minutes
