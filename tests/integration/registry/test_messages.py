"""The record of hospital systems' messages keeps what waits for a person longer than what was taken."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from foundation.access import PRODUCT
from registry.api import Message, RegistrySettings
from tests.integration.registry.desk import open_desk


def came(number: int, error: str) -> Message:
    at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Message(
        id=f"m{number}", at=at, last_at=at, times=1, channel="hl7", unit_id="", sender="HIS|YXHK", address="10.0.0.9",
        kind="ORM^O01", control_id=str(number), digest=f"{number}", code="AE" if error else "AA", error=error, field="",
        zh="", en="", body=b"MSH|...",
    )  # fmt: skip


def test_what_waits_is_kept_and_the_oldest_that_was_taken_goes_first(tmp_path: Path) -> None:
    with open_desk(tmp_path, RegistrySettings(messages_kept=3)) as desk:
        for number, error in enumerate(("bad-incoming", "", "", "", "item-not-found")):
            desk.registry.keep_message(came(number, error))
        kept = [one.id for one in desk.registry.messages(PRODUCT, refused=False)]
        assert kept == ["m4", "m3", "m0"]
        assert [one.id for one in desk.registry.messages(PRODUCT)] == ["m4", "m0"]
        assert desk.registry.message(PRODUCT, "m0").body == b"MSH|..."
        assert desk.registry.message(PRODUCT, "m3").body is None
