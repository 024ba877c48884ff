"""A county grown large: two web processes, a gateway, a worker and a beat over PostgreSQL and RabbitMQ."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from sqlalchemy import text

from foundation.database import engine_for
from scripts.service import free_port
from scripts.services import RabbitMq
from tests import databases
from tests.acceptance.test_film_over_http import CONTENT, approve, send, waiting, write
from tests.processes import Household, Process
from tests.product import until


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    folder = tmp_path_factory.mktemp("household")
    broker = RabbitMq(folder / "rabbitmq")
    broker.start()
    environment = {
        "LIANZHEN_DATABASE": databases.empty("household"),
        "LIANZHEN_TASKS": "celery",
        "LIANZHEN_BROKER": broker.address,
        "LIANZHEN_PACS_GATEWAY__QUIET_SECONDS": "1",
    }
    try:
        with Household(folder / "data", environment, (free_port(), free_port())) as started:
            yield started
    finally:
        broker.stop()


def test_a_film_walks_through_all_processes_to_the_clinic(household: Household, tmp_path: Path) -> None:
    product = household.product()
    number = send(product, tmp_path, name="大户一")
    with product.client("radiologist") as reader:
        report = write(reader, waiting(reader, number))
    with product.client("reviewer") as reviewer:
        approve(reviewer, waiting(reviewer, number, "review"), CONTENT)
    with product.client("clinician") as clinic:
        (item,) = until(lambda: clinic.get("/api/inbox", q=number).json()["items"], 30)
        assert item["report_id"] == report["report_id"]
        pdf = clinic.get(f"/api/reports/{item['report_id']}/versions/{item['number']}/pdf")
        assert pdf.content.startswith(b"%PDF")


def test_a_session_counts_in_every_web_process_and_ends_in_every_one(household: Household) -> None:
    client = household.client("admin")
    cookies, csrf = dict(client.http.cookies), client.http.headers["X-CSRF-Token"]

    def answers() -> set[int]:
        """Each request on a connection of its own: the system spreads them over both processes."""
        seen = set()
        for _ in range(20):
            with httpx.Client(base_url=household.url, cookies=cookies) as fresh:
                seen.add(fresh.get("/api/session").status_code)
        return seen

    assert answers() == {200}
    assert client.http.delete("/api/session", headers={"X-CSRF-Token": csrf}).status_code < 300
    assert answers() == {401}


def test_news_reach_the_browsers_of_every_web_process(household: Household, tmp_path: Path) -> None:
    heard: list[list[str]] = []

    def listen(cookies: dict[str, str]) -> None:
        topics: list[str] = []
        heard.append(topics)
        with (
            httpx.Client(base_url=household.url, cookies=cookies, timeout=30) as fresh,
            fresh.stream("GET", "/api/events") as stream,
        ):
            for line in stream.iter_lines():
                topics += [line.removeprefix("event: ")] if line.startswith("event: ") else []
                if "study" in topics:
                    return

    client = household.client("radiologist")
    listeners = [Thread(target=listen, args=(dict(client.http.cookies),), daemon=True) for _ in range(8)]
    for one in listeners:
        one.start()
    until(lambda: len(heard) == 8)
    time.sleep(1)  # the eight are connected
    send(household.product(), tmp_path, name="大户二")
    for one in listeners:
        one.join(20)
    assert all("study" in topics for topics in heard)


def test_the_processes_keep_the_connections_that_operations_md_says(household: Household, tmp_path: Path) -> None:
    """Many look at their worklist while a film arrives: 14 a web process, 13 the gateway, 5 each pair of hands."""
    cookies = dict(household.client("radiologist").http.cookies)
    sent = Event()

    def look(_number: int) -> None:
        with httpx.Client(base_url=household.url, cookies=cookies, timeout=30) as fresh:
            while not sent.is_set():
                assert fresh.get("/api/worklist").status_code == 200

    engine = engine_for(household.environment["LIANZHEN_DATABASE"])
    query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lianzhen' AND datname = 'household'")
    with ThreadPoolExecutor(25) as crowd, engine.connect() as conn:
        looks = [crowd.submit(look, number) for number in range(24)]
        film = crowd.submit(send, household.product(), tmp_path, name="大户三")
        film.add_done_callback(lambda _film: sent.set())
        counts = [conn.execute(query).scalar_one() for _ in iter(lambda: sent.wait(0.05), True)]
        film.result()
        for one in looks:
            one.result()
    engine.dispose()
    threads = int(household.environment["LIANZHEN_FOUNDATION__TASK_THREADS"])
    assert 5 <= max(counts) <= 2 * 14 + 13 + threads * 5 + 5


def test_two_gateways_share_the_dicom_port_and_one_may_die(household: Household, tmp_path: Path) -> None:
    (first,) = household.named("gateway")
    second = Process("gateway", household.environment).start()
    try:
        for name in ("双门一", "双门二"):
            send(household.product(), tmp_path, name=name)
        first.kill()
        send(household.product(), tmp_path, name="双门三")
        first.start()
    finally:
        assert second.stop() == 0


def test_both_processes_of_a_door_are_one_port(household: Household) -> None:
    web = [one for one in household.named("web") if one.process is not None]
    assert len(web) == 2
    web[0].kill()
    until(lambda: httpx.get(f"{household.url}/api/health").status_code == 200)
    web[0].start()
