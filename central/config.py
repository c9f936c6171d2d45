"""The centre's settings: one TOML file, read once, frozen. Secrets are files, never values here."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from central.domain.certificate_lists import trustworthy

Port = Annotated[int, Field(ge=0, le=65535)]
_SQLITE = "sqlite:///"


class ConfigError(ValueError):
    """The file cannot be read, or a setting is wrong; the message names which."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerConfig(_Section):
    """Where devices publish."""

    host: str = "127.0.0.1"
    port: Port = 8883


class PlatformConfig(_Section):
    """Where the national Platform answers."""

    url: str = "http://127.0.0.1:8090/fhir"
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10.0


class ApiConfig(_Section):
    """Where the dashboard listens. It has no accounts yet: keep it on loopback."""

    host: str = "127.0.0.1"
    port: Port = 8070
    time_zone: str = "Asia/Ho_Chi_Minh"

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("this machine does not know the zone; is tzdata installed?") from error
        return name


class BulkConfig(_Section):
    """Where devices fetch their roster by https with their own certificate."""

    host: str = "0.0.0.0"  # noqa: S104 - kiosks are elsewhere; only their certificates are let in
    port: Port = 8443


class CertificatesConfig(_Section):
    """Where the lists of trusted signers and of revoked certificates are published; empty: nowhere."""

    trust_url: str = ""
    revocations_url: str = ""
    refresh_minutes: Annotated[float, Field(gt=0, le=7 * 24 * 60)] = 60.0

    @field_validator("trust_url", "revocations_url")
    @classmethod
    def _is_https(cls, url: str) -> str:
        if url and not trustworthy(url):
            raise ValueError("must begin with https://: anybody on the way could add signers")
        return url


class ReconcileConfig(_Section):
    """How the Platform is told and asked."""

    interval_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0
    overdue_hours: Annotated[float, Field(gt=0)] = 24.0
    look_again_minutes: Annotated[float, Field(gt=0)] = 60.0
    records_per_second: Annotated[float, Field(gt=0)] = 50.0
    compare_minutes: Annotated[float, Field(gt=0)] = 15.0
    least_days_between_doses: Annotated[int, Field(ge=0, le=3650)] = 14


class CentralConfig(_Section):
    """Everything that ``python -m central`` reads from its file."""

    database_url: str = f"{_SQLITE}central.db"
    data_directory: Path
    keys_directory: Path
    broker: BrokerConfig = BrokerConfig()
    platform: PlatformConfig = PlatformConfig()
    api: ApiConfig = ApiConfig()
    bulk: BulkConfig = BulkConfig()
    certificates: CertificatesConfig = CertificatesConfig()
    reconcile: ReconcileConfig = ReconcileConfig()

    @model_validator(mode="after")
    def _database_is_known(self) -> Self:
        if not self.database_url.startswith((_SQLITE, "postgresql+psycopg://")):
            raise ValueError("database_url must begin with sqlite:/// or postgresql+psycopg://")
        return self


def from_environment() -> str:
    """Return the file that ``TRAM_CENTRAL_CONFIG`` names, else the installed one."""
    return os.environ.get("TRAM_CENTRAL_CONFIG", "/etc/tram/centre/central.toml")


def load(path: Path) -> CentralConfig:
    """Return the settings in the file; relative directories are relative to it.

    Raises:
        ConfigError: The file is missing, is no TOML, or holds a wrong or unknown setting.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        config = CentralConfig.model_validate(settings)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_words(error)}") from error
    return _absolute(config, path.resolve().parent)


def shown(config: CentralConfig) -> str:
    """Return the effective settings as JSON, with any password in the database's URL masked."""
    masked = config.model_copy(update={"database_url": _masked(config.database_url)})
    return masked.model_dump_json(indent=2)


def _absolute(config: CentralConfig, base: Path) -> CentralConfig:
    data = base / config.data_directory
    url = config.database_url
    if url.startswith(_SQLITE):
        url = f"{_SQLITE}{data / url.removeprefix(_SQLITE)}"
    return config.model_copy(
        update={
            "data_directory": data,
            "keys_directory": base / config.keys_directory,
            "database_url": url,
        }
    )


def _masked(url: str) -> str:
    scheme, _, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    if not at or ":" not in credentials:
        return url
    return f"{scheme}://{credentials.partition(':')[0]}:***@{place}"


def _words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'settings'}: {problem['msg']}"
        for problem in error.errors()
    )
