"""One running county for the stories of recognition."""

from collections.abc import Iterator

import pytest

from tests.acceptance.recognition.county import Desk
from tests.product import running


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, house_kind: str) -> Iterator[Desk]:
    """The product with its demonstration county, and everybody's hands."""
    folder = tmp_path_factory.mktemp(f"recognition-{house_kind[:6]}")
    with running(folder / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as product:
        yield Desk(product, folder)
