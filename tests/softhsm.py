"""A PKCS#11 token in a folder: SoftHSM 2, the real driver; one token for a run of the tests."""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL, PIN = "lianzhen", "1234"


@cache
def token() -> Path:
    """Make the token; the file with its PIN. The driver reads its configuration once, from the environment."""
    folder = Path(tempfile.mkdtemp(prefix="lianzhen-token-"))
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    words = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "5678"]
    subprocess.run(words, check=True, capture_output=True)
    pin = folder / "pin"
    pin.write_text(PIN)
    return pin
