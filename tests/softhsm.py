"""A PKCS#11 token in a folder: SoftHSM 2, the real driver, one token of its own."""

import os
import subprocess
from pathlib import Path

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL, PIN = "lianzhen", "1234"


def new_token(folder: Path) -> Path:
    """Make the token; the file with its PIN. The driver reads its configuration from the environment, once a process."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    words = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "5678"]
    subprocess.run(words, check=True, capture_output=True)
    pin = folder / "pin"
    pin.write_text(PIN)
    return pin
