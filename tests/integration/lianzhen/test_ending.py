"""A signal to end is heard whenever it comes, also between the last look and the sleep."""

import subprocess
import sys

import pytest

from tests.product import ROOT

pytestmark = pytest.mark.one_database

ROUNDS = 500
CODE = f"""
import os, random, signal, threading, time
from lianzhen.server import Ending

ending, turn = Ending(), threading.Semaphore(0)

def send():
    while True:
        turn.acquire()
        at = time.perf_counter() + random.random() * 40e-6
        while time.perf_counter() < at:
            pass
        os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=send, daemon=True).start()
for _ in range({ROUNDS}):
    turn.release()
    ending.wait()
print("heard")
"""


def test_no_signal_is_slept_through() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "heard\n", done.stderr
