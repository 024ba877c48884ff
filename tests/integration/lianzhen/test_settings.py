"""Settings: a typing mistake stops the start with a sentence."""

from pathlib import Path

import pytest

from lianzhen.settings import BadSetting, environment_names, load
from lianzhen.starting import HANDS, Begun
from tests.house import demo_settings, lay_schema

pytestmark = pytest.mark.one_database


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, _ in environment_names():
        monkeypatch.delenv(name, raising=False)
    chosen = load()
    assert (chosen.web.host, chosen.web.port, chosen.pacs_gateway.port) == ("127.0.0.1", 8000, 11112)
    assert chosen.pacs_gateway.ae_title == "LIANZHEN"
    assert chosen.data == Path("data")


def test_an_unknown_name_is_refused_by_its_name() -> None:
    with pytest.raises(BadSetting) as refusal:
        load({"LIANZHEN_WEB__PROT": "8001"})
    assert refusal.value.facts["name"] == "LIANZHEN_WEB__PROT"


def test_a_value_that_cannot_be_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANZHEN_WEB__PORT", "99999")
    with pytest.raises(BadSetting) as refusal:
        load()
    assert refusal.value.facts["name"] == "LIANZHEN_WEB__PORT"


def test_every_setting_can_be_set_by_its_environment_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANZHEN_DATA", "/srv/lianzhen")
    monkeypatch.setenv("LIANZHEN_PACS_GATEWAY__AE_TITLE", "COUNTY")
    chosen = load()
    assert (str(chosen.floor.data), chosen.pacs_gateway.ae_title) == ("/srv/lianzhen", "COUNTY")


def test_every_setting_has_a_sentence() -> None:
    for name, description, _ in environment_names():
        assert description.endswith("."), name


def test_a_process_that_does_one_thing_at_a_time_reads_with_few_connections(tmp_path: Path) -> None:
    lay_schema(tmp_path)
    opened = Begun(demo_settings(tmp_path), None).open_hands()
    try:
        assert opened.floor.settings.database_connections == HANDS == 4, "docs/operations.md has the sum"
        assert opened.floor.data == tmp_path
    finally:
        opened.floor.close()
