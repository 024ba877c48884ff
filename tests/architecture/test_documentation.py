"""What the documentation says is what the code does."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from foundation.catalogue import catalogue
from foundation.errors import every_error
from lianzhen.__main__ import COMMANDS
from lianzhen.settings import Settings, environment_names, load
from scripts.docs import events, import_product, pages, sentence
from tests.architecture.tree import PRODUCT, ROOT, files, place

DOCS = ROOT / "docs"
NAMES = {name for name, _, _ in environment_names()}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def written() -> Mapping[str, str]:
    """The generated pages as they should be now."""
    return pages()


@pytest.mark.parametrize("name", ["settings.md", "errors.md", "events.md", "tasks.md", "access.md"])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == written()[name], "run `make docs`"


def test_every_setting_says_what_it_is_for() -> None:
    assert not [name for name, meaning, _ in environment_names() if len(meaning) < 10]


def test_every_page_names_only_settings_that_exist() -> None:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *DOCS.rglob("*.md")]
    unknown = {
        place(page): names
        for page in pages
        if (names := set(re.findall(r"LIANZHEN_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8"))) - NAMES)
    }
    assert not unknown


def test_every_error_has_its_own_code_and_explanation() -> None:
    import_product()
    errors = [error for error in every_error() if error.__module__.split(".")[0] in PRODUCT]
    codes = [error.code for error in errors]
    assert sorted(codes) == sorted(set(codes))
    assert not [error.__qualname__ for error in errors if not sentence(error)]


def test_every_error_speaks_chinese_and_english() -> None:
    import_product()
    codes = {error.code for error in every_error() if error.__module__.split(".")[0] in PRODUCT}
    assert codes - catalogue().keys() == set()
    silent = [code for code in codes if not all(catalogue()[code].get(tongue, "").strip() for tongue in ("zh", "en"))]
    assert not silent


def facts(words: str) -> set[str]:
    """The placeholders of a message; `field_zh` is the Chinese word for `field`."""
    return {name.removesuffix("_zh") for name in PLACEHOLDER.findall(words)}


def test_both_languages_of_a_message_name_the_same_facts() -> None:
    assert not [code for code, words in catalogue().items() if facts(words["zh"]) != facts(words["en"])]


def test_every_event_and_task_says_what_it_is() -> None:
    import_product()
    assert not [event.__qualname__ for event in events() if not sentence(event)]
    assert not re.findall(r"^\| `[\w.-]+` \| \w+ \|\s+\|$", written()["tasks.md"], re.MULTILINE)


def test_the_glossary_gives_sixty_terms_in_three_columns() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and not line.startswith(("| 中文", "| ---"))
    ]
    assert len(rows) >= 60
    assert not [row for row in rows if len(row) < 3 or not all(row[:3])]
    assert len({row[0] for row in rows}) == len(rows)


def test_every_decision_has_a_number_of_its_own_and_says_what_was_decided() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert decisions
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers)
    for path in decisions:
        words = path.read_text(encoding="utf-8")
        assert re.match(rf"# {path.name[:4]}[:.]? \S", words), place(path)
        assert re.search(r"\*\*Decision|\n## Decision|\| Chosen", words), place(path)


class Strict(yaml.SafeLoader):
    """YAML as Docker reads it: a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Raises ValueError for a key that stands twice."""
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        if len(keys) != len(set(keys)):
            raise ValueError(f"a key stands twice among {keys}")
        return super().construct_mapping(node, deep)


@cache
def compose() -> Any:
    """docker-compose.yml."""
    return yaml.load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"), Strict)


def test_a_key_that_stands_twice_is_noticed() -> None:
    with pytest.raises(ValueError, match="twice"):
        yaml.load("a: {b: 1, b: 2}", Strict)


def test_docker_compose_sets_only_settings_that_exist() -> None:
    given = {name for service in compose()["services"].values() for name in service.get("environment", {})}
    assert given
    assert {name for name in given if name.startswith("LIANZHEN_")} <= NAMES
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"LIANZHEN_\w+", dockerfile)) <= NAMES


def test_docker_compose_describes_the_house_as_processes() -> None:
    services = compose()["services"]
    assert set(services) == {"postgres", "rabbitmq", "web", "gateway", "worker", "beat"}
    assert services["web"]["deploy"]["replicas"] == 2
    assert all(service["healthcheck"]["test"] for service in services.values())
    ours = {name: service for name, service in services.items() if name not in {"postgres", "rabbitmq"}}
    assert all(service["command"] == ["python", "-m", "lianzhen", name] for name, service in ours.items())
    assert set(ours) <= {name for name, _ in COMMANDS}


def test_docker_compose_gives_every_process_settings_that_agree() -> None:
    services = compose()["services"]
    for name in ("web", "gateway", "worker", "beat"):
        given = {key: re.sub(r"\$\{[^}]*\}", "demo", value) for key, value in services[name]["environment"].items()}
        chosen = load_from(given)
        assert chosen.tasks == "celery"
        assert (make_url(chosen.database).host, make_url(chosen.database).database) == ("postgres", "lianzhen")
        assert make_url(chosen.broker.get_secret_value()).host == "rabbitmq"
        assert any(volume.endswith(f":{chosen.data}") for volume in services[name]["volumes"])
    assert inside(services["web"]) == load_from(services["web"]["environment"], LIANZHEN_MODE="demo").web.port
    assert inside(services["gateway"]) == load_from(services["gateway"]["environment"]).pacs_gateway.port
    assert services["postgres"]["environment"]["POSTGRES_USER"] == "lianzhen"
    assert services["rabbitmq"]["environment"]["RABBITMQ_DEFAULT_VHOST"] == "lianzhen"


def load_from(environment: Mapping[str, str], **more: str) -> Settings:
    """The settings of a service."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**environment, "LIANZHEN_MODE": "demo", **more}.items():
            patch.setenv(name, value)
        return load()


def inside(service: Mapping[str, Any]) -> int:
    """The port inside the container."""
    (port,) = service["ports"]
    return int(str(port).rsplit(":", 1)[1])


def test_no_tracked_page_or_program_carries_a_path_of_somebodys_machine() -> None:
    foreign = re.compile(r"(?<![\w.-])/(?:" + "|".join(("work", "tmp/lz", "root/")) + r")/")
    texts = [*files(".py", ".ts", ".tsx", ".toml"), *DOCS.rglob("*.md"), ROOT / "Makefile", ROOT / "README.md"]
    assert not [place(path) for path in texts if foreign.search(path.read_text(encoding="utf-8"))]
