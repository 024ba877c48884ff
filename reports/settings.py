"""The settings of reports."""

from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ReportsSettings(BaseModel):
    """Writing, signing and delivering reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    centre_name: str = Field(
        "", description="Name at the head of every report; empty means the lead hospital's name in the registry."
    )
    township_drafts: bool = Field(
        False, description="Let townships write the first draft of their own examinations; the centre reviews."
    )
    preliminary: Literal["night", "always", "never"] = Field(
        "night",
        description="When one doctor alone may issue an emergency preliminary report: `night` (and for urgent "
        "examinations at any hour), `always`, or `never`.",
    )
    night_begins: time = Field(time(17, 30), description="When the night begins, county time.")
    night_ends: time = Field(time(8, 0), description="When the night ends, county time.")
    final_by: time = Field(
        time(10, 0),
        description="County time by which the final report after a preliminary one is due: the next such time after "
        "the end of the night.",
    )
    paper: Literal["a4", "a5"] = Field("a4", description="Paper of the reports: `a4` or `a5`.")
    fonts: Path = Field(
        Path("/usr/share/fonts/opentype/noto"),
        description="Folder with the Noto CJK fonts of the report (Debian package fonts-noto-cjk).",
    )
    demo_keys: bool = Field(
        True,
        description="Make a demonstration county authority, seal and doctors' keys when they are first needed; "
        "they are worth nothing in law and a production start refuses them.",
    )
    clock_tolerance_seconds: float = Field(
        120,
        ge=0,
        description="By how much the clock may be behind the latest moment in the audit trail before nothing is signed "
        "any more. Raise it only to go on after a clock that ran ahead was corrected.",
    )
    signature_profile: Literal["ecdsa", "ecdsa+sm2"] = Field(
        "ecdsa",
        description="How reports are signed: `ecdsa` (P-256, SHA-256), or `ecdsa+sm2`: the same, and beside it each "
        "signer's SM2 signature with SM3 as a file inside the report (GM/T 0010).",
    )
    key_secret_file: Path | None = Field(
        None,
        description="File (mode 0600) with the secret that wraps the private keys; empty means `keys/secret` in the "
        "data folder, made on first use.",
    )
    signing_window_minutes: float = Field(
        5,
        ge=0,
        le=60,
        description="Minutes after a signature in which the same session signs without the password; 0 asks each time.",
    )
    token_module: Path | None = Field(
        None, description="Driver (shared library) of the PKCS#11 token that holds doctors' keys; empty means none."
    )
    token_label: str = Field("lianzhen", description="Label of that token.")
    token_pin_file: Path | None = Field(None, description="File (mode 0600) with the token's user PIN.")
    time_stamp_address: str = Field(
        "",
        description="RFC 3161 time stamp authority; empty means none, or the demonstration's own, worth nothing.",
    )
    time_stamp_seconds: float = Field(
        4, gt=0, description="How long to wait for it; then the report goes out with the time stamp pending."
    )
    public_address: str = Field(
        "",
        description="Address under which others reach this centre, such as `https://lianzhen.example`; goes into "
        "certificates and QR codes, so that the revocation list and the list of keys are found.",
    )
    key_image_width: int = Field(640, ge=128, le=2048, description="Width of a key image in the report, in pixels.")
    render_seconds: float = Field(30, gt=0, description="How long rendering and signing one report may take.")
