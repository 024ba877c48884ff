"""Time: stored in UTC, shown in Asia/Shanghai. The clock is passed in, so a test can set it."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

COUNTY_ZONE = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def shown(moment: datetime) -> str:
    """The way a moment stands on a Chinese report: to the minute, county time."""
    return moment.astimezone(COUNTY_ZONE).strftime("%Y-%m-%d %H:%M")


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z: sorts as text, the form of every stored time.

    Raises ValueError for a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The aware datetime of a stored time."""
    return datetime.fromisoformat(text)
