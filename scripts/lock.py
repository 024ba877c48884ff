"""Write the Python lock files from pyproject.toml: exact versions with hashes, no host names.

The tool that chooses lives in a throw-away environment, so that it is never part of what it locks.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = "pip-tools>=7.6,<8"
PEERS = (
    "ecgdatakit>=2.0.3,<3",
    "neurokit2>=0.2.13,<0.3",
    "sierraecg>=0.4,<0.5",
)  # measured beside ours by `make bench`
WORDS = (
    "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host",
    "--strip-extras", "--allow-unsafe", "--no-header",
)  # fmt: skip


def main() -> None:
    """The product first, then development on top of exactly that choice, then the peers of the benches, apart."""
    home = ROOT / "build" / "lock"
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    python = str(home / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", TOOL], check=True)

    def choose(output: str, *words: str, given: str | None = None) -> None:
        print(f"· {output}", flush=True)
        command = [python, "-m", "piptools", "compile", "--upgrade", *WORDS, "--output-file", output, *words]
        subprocess.run(command, cwd=ROOT, input=given, text=True, check=True)

    choose("requirements.lock", "pyproject.toml")
    choose("requirements-dev.lock", "--extra", "dev", "--constraint", "requirements.lock", "pyproject.toml")
    choose("requirements-bench.lock", "-", given="\n".join(PEERS))


if __name__ == "__main__":
    main()
