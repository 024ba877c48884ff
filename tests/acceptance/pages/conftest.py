"""One running product for the tests of its pages, and films that arrive in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.acceptance.conftest import SignIn
from tests.product import Product, running

Arrive = Callable[[str], str]
OpenFilm = Callable[[str], Page]


@pytest.fixture(scope="session")
def product(house_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with its demonstration county, another one in each turn."""
    with running(tmp_path_factory.mktemp("pages") / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as started:
        yield started


@pytest.fixture
def arrive(product: Product, tmp_path: Path) -> Arrive:
    """A film of a patient of this name is sent by the township's DR; its accession number."""

    def sent(name: str) -> str:
        film = tmp_path / "film.dcm"
        accession_number = product.film(film, name=name)
        assert product.dcmsend(film).returncode == 0
        return accession_number

    return sent


@pytest.fixture
def open_film(product: Product, arrive: Arrive, sign_in: SignIn) -> OpenFilm:
    """The radiologist opens the film of a patient of this name."""

    def opened(name: str) -> Page:
        accession_number = arrive(name)
        page = sign_in(product, "radiologist")
        page.get_by_role("row").filter(has_text=accession_number).dblclick(timeout=15_000)
        page.get_by_label("检查所见").wait_for()
        return page

    return opened
