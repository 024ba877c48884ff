"""The peers that our figures stand beside: installed apart in build/peers, called as another process.

Their packages may need other versions than ours, and some must not share an address space with what they are compared
with. `make bench` prepares them from requirements-bench.lock.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

PYTHON = Path(__file__).resolve().parent.parent / "build" / "peers" / "bin" / "python"


def ask(program: str, *words: str, seconds: float = 600) -> Any:
    """Run `program` (source text that prints one JSON value last) in the peers' Python and return that value.

    Raises FileNotFoundError when the peers are not installed, CalledProcessError when the program fails, and
    TimeoutExpired after `seconds`.
    """
    if not PYTHON.is_file():
        raise FileNotFoundError(f"{PYTHON}: the peers are not installed; `make bench` installs them")
    done = subprocess.run(
        [str(PYTHON), "-W", "ignore", "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
