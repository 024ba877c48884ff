"""One county for a file of tests: everybody in it is examined once."""

from collections.abc import Iterator

import pytest

from tests.integration.recognition.county import County, open_county


@pytest.fixture(scope="module")
def county(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as opened:
        yield opened
