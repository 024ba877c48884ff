"""Several processes of one house need a seal that nobody has made yet: there is one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.product import ROOT

pytestmark = pytest.mark.one_database

ASK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hashlib import sha256
from reports.signers.keys import KeyStore
sys.stdin.readline()
key = KeyStore(Path(sys.argv[1]), None, demo=True).seal("云溪县人民医院", datetime.now(UTC))
print(sha256(key.certificate).hexdigest(), len(key.issuers))
"""


def test_processes_that_make_the_seal_at_the_same_time_hold_the_same_one(tmp_path: Path) -> None:
    words = [sys.executable, "-c", ASK, str(tmp_path)]
    processes = [
        subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("now\n")
        one.stdin.flush()
    seals = {one.communicate(timeout=60)[0].strip() for one in processes}
    assert [one.returncode for one in processes] == [0] * 4
    assert len(seals) == 1, seals
    assert all(seals)
