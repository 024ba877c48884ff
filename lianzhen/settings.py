"""All settings of an installation, from the environment. Everything has a default that works on a laptop.

`LIANZHEN_DATA`, `LIANZHEN_DATABASE` and the like stand alone; a room's settings are `LIANZHEN_<ROOM>__<NAME>`.
An unknown `LIANZHEN_…` name is an error: a typing mistake must not run with a default.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.errors import Invalid
from foundation.settings import FoundationSettings
from pacs_gateway.settings import GatewaySettings
from reading_queue.settings import ReadingQueueSettings
from recognition.settings import RecognitionSettings
from registry.settings import RegistrySettings
from reports.settings import ReportsSettings
from web.settings import WebSettings

PREFIX = "LIANZHEN_"


class BadSetting(Invalid):
    """A setting of the environment is unknown or has a value that it cannot have."""

    code = "bad-setting"


class Settings(BaseSettings):
    """One installation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    mode: Literal["demo", "production"] = Field(
        "demo", description="`demo` makes a demonstration county on first start; `production` refuses demo data."
    )
    data: Path = Field(Path("data"), description="Folder that holds the database, the archive, the keys and the logs.")
    database: str = Field("", description="SQLAlchemy address of the database; empty means SQLite in the data folder.")
    tasks: Literal["embedded", "celery"] = Field(
        "embedded", description="Who runs background work: threads of the process, or Celery over a broker."
    )
    broker: SecretStr = Field(
        SecretStr(""),
        description="Address of Celery's broker, `amqp://user:password@host/vhost` (RabbitMQ) or `redis://host/0`.",
    )
    demo_password: SecretStr | None = Field(
        None, description="Password of the demonstration accounts; generated and printed when it is not set."
    )
    foundation: FoundationSettings = FoundationSettings()
    registry: RegistrySettings = RegistrySettings()
    pacs_gateway: GatewaySettings = GatewaySettings()
    reading_queue: ReadingQueueSettings = ReadingQueueSettings()
    reports: ReportsSettings = ReportsSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    web: WebSettings = WebSettings()

    @property
    def floor(self) -> FoundationSettings:
        """The foundation's settings with the installation's folder and database."""
        return self.foundation.model_copy(update={"data": self.data, "database": self.database})


def environment_names() -> Iterator[tuple[str, str, object]]:
    """Every environment name with its description and default, in the order of this file."""
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            for inner, inner_field in section.model_fields.items():
                if name != "foundation" or inner not in {"data", "database"}:
                    yield f"{PREFIX}{name}__{inner}".upper(), inner_field.description or "", inner_field.default
        else:
            yield f"{PREFIX}{name}".upper(), field.description or "", field.default


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this environment. Raises BadSetting with the name that is wrong."""
    known = {name for name, _, _ in environment_names()}
    for name in environment:
        if name.startswith(PREFIX) and name.upper() not in known:
            raise BadSetting(name=name, why="unknown name; docs/settings.md lists all")
    try:
        return Settings()
    except ValidationError as fault:
        first = fault.errors()[0]
        name = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(name=name, why=first["msg"]) from None
