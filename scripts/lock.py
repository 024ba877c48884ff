"""Write the Python lock files from pyproject.toml: exact versions with hashes, no host names.

The tool that chooses lives in a throw-away environment, so that it is never part of what it locks.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = "pip-tools>=7.6,<8"
WORDS = (
    "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host",
    "--strip-extras", "--allow-unsafe", "--no-header",
)  # fmt: skip


def main() -> None:
    """Choose for the product first, then for development on top of exactly that choice."""
    home = ROOT / "build" / "lock"
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    python = str(home / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", TOOL], check=True)
    for output, words in (
        ("requirements.lock", ["--upgrade"]),
        ("requirements-dev.lock", ["--upgrade", "--extra", "dev", "--constraint", "requirements.lock"]),
    ):
        print(f"· {output}", flush=True)
        subprocess.run(
            [python, "-m", "piptools", "compile", *WORDS, *words, "--output-file", output, "pyproject.toml"],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
