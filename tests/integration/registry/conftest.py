"""A desk for every test of the registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.api import RegistrySettings
from tests.integration.registry.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Over an empty database; five knocks of strangers are kept."""
    with open_desk(tmp_path, RegistrySettings(knocks_kept=5)) as opened:
        yield opened
