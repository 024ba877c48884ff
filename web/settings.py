"""The front desk's settings."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class WebSettings(BaseModel):
    """HTTP, sign-in and sessions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address of the HTTP door; any other than loopback requires TLS.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the HTTP door; 0 takes a free one.")
    tls_certificate: Path | None = Field(None, description="PEM file with the server's certificate chain.")
    tls_key: Path | None = Field(None, description="PEM file with the server's private key.")
    session_idle_minutes: float = Field(60, gt=0, description="A session ends after this long without a request.")
    session_hours: float = Field(12, gt=0, description="A session ends after this long in any case.")
    lock_after_failures: int = Field(10, gt=0, description="Wrong passwords in a row that lock an account.")
    lock_minutes: float = Field(15, gt=0, description="How long a locked account stays locked.")
    failures_per_address: int = Field(200, gt=0, description="Wrong passwords from one address within five minutes.")
    password_length: int = Field(8, ge=8, description="Shortest password that a person may choose.")
    second_factor_required: bool = Field(
        False,
        description="Signers and administrators must also enter an authenticator's code (TOTP); everybody else may.",
    )
    frame_ancestors: str = Field(
        "",
        pattern=r"^(https?://[A-Za-z0-9.*:\[\]-]+( https?://[A-Za-z0-9.*:\[\]-]+)*)?$",
        description="Origins of hospital systems that may show /embed/ in a frame, separated by blanks.",
    )
    json_limit_kib: int = Field(1024, gt=0, description="Largest JSON body in KiB.")
