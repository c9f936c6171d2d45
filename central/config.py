"""The centre's settings: one TOML file, read once, frozen. Secrets are files, never values here."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from central.domain.certificate_lists import trustworthy
from central.domain.retention import DAYS, Kind

Port = Annotated[int, Field(ge=0, le=65535)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_SQLITE = "sqlite:///"
_PLACE = r"^[A-Za-z0-9.\-]+:[1-9]\d{0,4}$"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOCAL = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(/|\Z)")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?/?\Z")


class ConfigError(ValueError):
    """The file cannot be read, or a setting is wrong; the message names which."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerConfig(_Section):
    """Where devices publish; ``others`` are further, independent brokers, each as ``HOST:PORT``."""

    host: str = "127.0.0.1"
    port: Port = 8883
    others: tuple[Annotated[str, Field(pattern=_PLACE)], ...] = ()

    @property
    def places(self) -> list[tuple[str, int]]:
        """Host and port of every broker."""
        parts = (place.rpartition(":") for place in self.others)
        return [(self.host, self.port), *((host, int(port)) for host, _, port in parts)]


class WorkerConfig(_Section):
    """What this process does, and its name among the workers of one database.

    Attributes:
        name: No two that run may have the same; the machine's own name if left out.
    """

    name: Annotated[str, Field(max_length=80)] = ""
    roles: tuple[Literal["ingest", "project", "reconcile", "api"], ...] = (
        "ingest",
        "project",
        "reconcile",
        "api",
    )

    @field_validator("roles")
    @classmethod
    def _does_something(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if not roles or len(set(roles)) != len(roles):
            raise ValueError("name each role once, and at least one")
        return roles


class PlatformConfig(_Section):
    """Where the national Platform answers, or that it takes and gives spreadsheets alone."""

    kind: Literal["fhir", "spreadsheet"] = "fhir"
    url: str = "http://127.0.0.1:8090/fhir"
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10.0


class ApiConfig(_Section):
    """Where the pages listen; away from loopback a proxy that speaks https stands before them."""

    host: str = "127.0.0.1"
    port: Port = 8070
    public_url: str = ""
    time_zone: str = "Asia/Ho_Chi_Minh"

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("this machine does not know the zone; is tzdata installed?") from error
        return name

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        if url and not (_ORIGIN.match(url) and (url.startswith("https://") or _on_loopback(url))):
            raise ValueError("must be https://HOST without a path; http:// on loopback alone")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _passwords_stay_private(self) -> Self:
        if self.host not in _LOOPBACK and not self.public_url:
            raise ValueError(
                "away from loopback passwords need https: give public_url, the https address of "
                "the proxy before it"
            )
        return self


class AccountsConfig(_Section):
    """When log-ins end, and which sites belong to which commune."""

    session_hours: Annotated[float, Field(gt=0, le=24 * 7)] = 12.0
    idle_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 30.0
    communes: dict[str, tuple[str, ...]] = {}


class NamesConfig(_Section):
    """What people call sites and communes, by their ids; the registry names sites beside this."""

    sites: dict[str, _Name] = {}
    communes: dict[str, _Name] = {}


class OidcConfig(_Section):
    """An organisation's own log-in by OpenID Connect; without an issuer there is none.

    Attributes:
        client_secret_file: Holds the secret; empty for a public client.
        roles: From the organisation's words to ours.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    role_claim: str = "roles"
    sites_claim: str = "tram_sites"
    communes_claim: str = "tram_communes"
    roles: dict[str, Literal["site", "commune", "province", "police", "it"]] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.issuer:
            return self
        if not (self.issuer.startswith("https://") or _on_loopback(self.issuer)):
            raise ValueError("issuer must begin with https://")
        if not self.client_id or not self.roles:
            raise ValueError("an issuer needs client_id and roles")
        return self


class BulkConfig(_Section):
    """Where devices fetch their roster by https with their own certificate."""

    host: str = "0.0.0.0"  # noqa: S104 - kiosks are elsewhere; only their certificates are let in
    port: Port = 8443


class CertificatesConfig(_Section):
    """Lists of signers and of revoked certificates, and what the Platform issued for our doses.

    Attributes:
        trust_url: Where the list is published, like ``revocations_url``; empty: nowhere.
        issued_seconds: Between two looks for certificates of doses of the last ``issued_days``.
    """

    trust_url: str = ""
    revocations_url: str = ""
    refresh_minutes: Annotated[float, Field(gt=0, le=7 * 24 * 60)] = 60.0
    issued_seconds: Annotated[float, Field(gt=0, le=24 * 3600)] = 30.0
    issued_days: Annotated[int, Field(ge=0, le=365)] = 7

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


class SignOffConfig(_Section):
    """Whose signatures under a site's day count: a PEM file of authorities; empty: not checked."""

    authorities: str = ""


class MetricsConfig(_Section):
    """Where ``/metrics`` answers besides the pages' own address; port 0: nowhere."""

    host: str = "127.0.0.1"
    port: Port = 0


class BackupConfig(_Section):
    """Where ``backup`` writes unless it is told another place.

    Attributes:
        directory: Empty: nowhere; a place must be named.
        keep: So many are kept; older ones go once a newer one is whole.
        password_file: Its first line seals the backup, and the keys go into it; empty: neither.
    """

    directory: str = ""
    keep: Annotated[int, Field(ge=1, le=10_000)] = 14
    password_file: str = ""


_Days = Annotated[int, Field(ge=0, le=36_500)]


class RetentionConfig(_Section):
    """How many days what was needed of people for a while is kept; 0: for ever.

    Attributes:
        forms_days: The ministry's guidance has 15, so neither more nor for ever.
    """

    forms_days: Annotated[int, Field(ge=1, le=15)] = DAYS[Kind.FORMS]
    rosters_days: _Days = DAYS[Kind.ROSTERS]
    rounds_days: _Days = DAYS[Kind.ROUNDS]
    complaints_days: _Days = DAYS[Kind.COMPLAINTS]
    set_aside_days: _Days = DAYS[Kind.SET_ASIDE]
    sheets_days: _Days = DAYS[Kind.SHEETS]
    sessions_days: _Days = DAYS[Kind.SESSIONS]

    @property
    def days(self) -> dict[Kind, int]:
        """How long each kind is kept."""
        return {kind: getattr(self, f"{kind}_days") for kind in Kind}


class CentralConfig(_Section):
    """Everything that ``python -m central`` reads from its file."""

    database_url: str = f"{_SQLITE}central.db"
    data_directory: Path
    keys_directory: Path
    broker: BrokerConfig = BrokerConfig()
    worker: WorkerConfig = WorkerConfig()
    platform: PlatformConfig = PlatformConfig()
    api: ApiConfig = ApiConfig()
    accounts: AccountsConfig = AccountsConfig()
    names: NamesConfig = NamesConfig()
    oidc: OidcConfig = OidcConfig()
    bulk: BulkConfig = BulkConfig()
    certificates: CertificatesConfig = CertificatesConfig()
    reconcile: ReconcileConfig = ReconcileConfig()
    sign_off: SignOffConfig = SignOffConfig()
    metrics: MetricsConfig = MetricsConfig()
    backup: BackupConfig = BackupConfig()
    retention: RetentionConfig = RetentionConfig()

    @model_validator(mode="after")
    def _database_is_known(self) -> Self:
        if not self.database_url.startswith((_SQLITE, "postgresql+psycopg://")):
            raise ValueError("database_url must begin with sqlite:/// or postgresql+psycopg://")
        return self


def from_environment() -> str:
    """Return the file that ``TRAM_CENTRAL_CONFIG`` names, else the installed one."""
    return os.environ.get("TRAM_CENTRAL_CONFIG", "/etc/tram/centre/central.toml")


def load(
    path: Path,
    *,
    roles: str | None = None,
    worker: str | None = None,
    metrics_port: int | None = None,
) -> CentralConfig:
    """Return the settings in the file; relative directories are relative to it.

    Args:
        roles: What the process does instead of what the file says, separated by commas.
        worker: The process's name instead of that in the file.
        metrics_port: Likewise where its metrics answer.

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
        config = CentralConfig.model_validate(
            _with_metrics(_with_worker(settings, roles, worker), metrics_port)
        )
    except ValidationError as error:
        raise ConfigError(f"{path}: {_words(error)}") from error
    return _absolute(config, path.resolve().parent)


def _with_worker(
    settings: dict[str, object], roles: str | None, worker: str | None
) -> dict[str, object]:
    told: dict[str, object] = {}
    if roles is not None:
        told["roles"] = tuple(roles.split(","))
    if worker is not None:
        told["name"] = worker
    section = settings.get("worker", {})
    return settings | {"worker": section | told} if told and isinstance(section, dict) else settings


def _with_metrics(settings: dict[str, object], port: int | None) -> dict[str, object]:
    section = settings.get("metrics", {})
    if port is None or not isinstance(section, dict):
        return settings
    return settings | {"metrics": section | {"port": port}}


def shown(config: CentralConfig) -> str:
    """Return the effective settings as JSON, with any password in the database's URL masked."""
    masked = config.model_copy(update={"database_url": _masked(config.database_url)})
    return masked.model_dump_json(indent=2)


def _absolute(config: CentralConfig, base: Path) -> CentralConfig:
    data = base / config.data_directory
    secret = config.oidc.client_secret_file
    authorities = config.sign_off.authorities
    backups, password = config.backup.directory, config.backup.password_file
    url = config.database_url
    if url.startswith(_SQLITE):
        url = f"{_SQLITE}{data / url.removeprefix(_SQLITE)}"
    return config.model_copy(
        update={
            "data_directory": data,
            "keys_directory": base / config.keys_directory,
            "database_url": url,
            "sign_off": SignOffConfig(authorities=str(base / authorities) if authorities else ""),
            "backup": config.backup.model_copy(
                update={
                    "directory": str(base / backups) if backups else "",
                    "password_file": str(base / password) if password else "",
                }
            ),
            "oidc": config.oidc.model_copy(
                update={"client_secret_file": str(base / secret) if secret else ""}
            ),
        }
    )


def _masked(url: str) -> str:
    scheme, _, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    if not at or ":" not in credentials:
        return url
    return f"{scheme}://{credentials.partition(':')[0]}:***@{place}"


def _on_loopback(url: str) -> bool:
    return _LOCAL.match(url) is not None


def _words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'settings'}: {problem['msg']}"
        for problem in error.errors()
    )
