"""Live news: after the commit, to whom it concerns, without a word about a patient."""

import json
from pathlib import Path

from foundation.access import Actor
from foundation.live import News
from foundation.vocabulary import Role
from tests.product import Product, running, until
from web.routes.events import concerns


def test_news_of_one_unit_is_not_told_to_another() -> None:
    news = News("inbox", "1", ("west",))
    assert concerns(Actor("a", "a", "west", frozenset({Role.CLINICIAN})), news)
    assert not concerns(Actor("b", "b", "east", frozenset({Role.CLINICIAN})), news)
    assert concerns(Actor("c", "c", "lead", frozenset({Role.RADIOLOGIST})), news)


def first_event(product: Product, film: Path) -> tuple[str, dict[str, str]]:
    with product.client("radiologist") as client, client.http.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry")
        assert product.dcmsend(film).returncode == 0
        topic = next(line for line in lines if line.startswith("event: worklist"))
        data = next(line for line in lines if line.startswith("data: "))
        return topic, json.loads(data.removeprefix("data: "))


def test_an_open_page_hears_of_a_new_film_and_learns_only_its_id(tmp_path: Path) -> None:
    with running(tmp_path / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as product:
        topic, data = first_event(product, tmp_path / "data" / "demo" / "film.dcm")
        assert topic == "event: worklist"
        assert set(data) == {"id"}
        with product.client("radiologist") as client:
            until(lambda: client.get("/api/worklist").json()["items"])
