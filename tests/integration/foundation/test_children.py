"""Child processes: a fault ends a child and never the product; no child outlives the product."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.children import ChildFailed, Children
from tests.product import until

pytestmark = pytest.mark.one_database


@pytest.fixture
def children() -> Iterator[Children]:
    made = Children(idle_seconds=0.2, memory_mib=1024, count=1)
    yield made
    made.close()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def allocate(mebibytes: int) -> int:
    return len(bytearray(mebibytes << 20))


def test_what_a_function_returns_or_raises_comes_back(children: Children) -> None:
    assert children.run(len, "abc") == 3
    with pytest.raises(ValueError, match="invalid literal"):
        children.run(int, "x")


def test_a_child_that_crashes_is_a_refusal_and_the_next_call_works(children: Children) -> None:
    with pytest.raises(ChildFailed):
        children.run(os._exit, 3)
    assert children.run(len, "abc") == 3


def test_a_child_that_hangs_is_ended(children: Children) -> None:
    pid = children.run(os.getpid)
    with pytest.raises(ChildFailed):
        children.run(time.sleep, 60, seconds=0.5)
    until(lambda: not alive(pid), 5)
    assert children.run(len, "abc") == 3


def test_a_child_cannot_eat_the_machines_memory(children: Children) -> None:
    with pytest.raises(MemoryError):
        children.run(allocate, 2000)


def test_an_idle_child_goes_away(children: Children) -> None:
    pid = children.run(os.getpid)
    until(lambda: not alive(pid), 10)


PARENT = """
import os, time
from foundation.children import Children
if __name__ == "__main__":
    print(Children(60, 1024, 1).run(os.getpid), flush=True)
    time.sleep(60)
"""


def test_no_child_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = Path(__file__).resolve().parents[3]
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until(lambda: not alive(child), 10)
