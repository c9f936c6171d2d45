"""What stands behind the pages: accounts, complaints, persons, closing and signatures.

Drivers that are slow to import are imported where they are used: most commands need none of them.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from central.adapters.accounts_sql import SqlAccounts, SqlJourneys, SqlSessions
from central.adapters.audit_sql import SqlAudit
from central.adapters.clock import SystemClock
from central.adapters.closing_sql import SqlDays
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.journeys_sealed import SealedJourneys
from central.adapters.passwords_argon2 import Argon2Passwords
from central.adapters.persons_sql import SqlPersons
from central.adapters.requests_sql import SqlRequests
from central.adapters.retention_sql import SqlRetention
from central.adapters.roster_sql import SqlRosters
from central.adapters.seal_key import load_seal_key
from central.adapters.sign_off_sql import SqlSignOffs
from central.adapters.verification_sql import SqlRounds
from central.cli.sign_off import Tools
from central.config import CentralConfig
from central.domain.sessions import Limits
from central.ports import KeysError
from central.services.accounts import AccountKeeping
from central.services.audit import Audit, Note, at_terminal
from central.services.claims import Claims
from central.services.closing import ClosingDesk
from central.services.complaints import Complaints
from central.services.door import Door
from central.services.overdue_rounds import OverdueRounds
from central.services.persons import Persons
from central.services.place_names import PlaceNames
from central.services.requests import Requests
from central.services.retention import Retention
from central.services.sign_off import SignOffDesk
from central.services.verification import VerificationDesk

if TYPE_CHECKING:
    from central.adapters.oidc_http import HttpOidc


def account_keeping(engine: sa.Engine) -> AccountKeeping:
    """Return what makes accounts, for the terminal."""
    return keeping(engine, SystemClock(), Argon2Passwords())


def noted_at_terminal(engine: sa.Engine) -> Note:
    """Return what writes down what a command does with records."""
    return at_terminal(Audit(SqlAudit(engine), SystemClock()))


def sign_off_desk(
    config: CentralConfig, engine: sa.Engine, names: PlaceNames | None = None
) -> SignOffDesk:
    """Return what makes a site's day ready to be signed and takes signatures.

    Raises:
        KeysError: The authorities cannot be read.
    """
    from central.adapters.minutes_typst import TypstMinutes
    from central.adapters.signature_checker import CmsChecker

    clock, authorities = SystemClock(), config.sign_off.authorities
    titles = names or PlaceNames(sites=config.names.sites)
    return SignOffDesk(
        days=SqlDays(engine),
        store=SqlSignOffs(engine),
        checker=CmsChecker(Path(authorities) if authorities else None),
        minutes=TypstMinutes(ZoneInfo(config.api.time_zone), titles.site_with_id),
        closings=closing_desk(config, engine, clock),
        clock=clock,
    )


def verification_desk(engine: sa.Engine, names: PlaceNames | None = None) -> VerificationDesk:
    """Return what makes verification rounds and takes them back."""
    from central.adapters.sheet_xlsx import XlsxSheet

    called = (names or PlaceNames()).site
    return VerificationDesk(
        SqlRounds(engine), SqlRosters(engine), XlsxSheet(), SystemClock(), called
    )


def overdue_rounds(engine: sa.Engine, clock: SystemClock) -> OverdueRounds:
    """Return what keeps the clock of verification rounds."""
    return OverdueRounds(SqlRounds(engine), clock)


def signing_tools() -> Tools:
    """Return what signs and looks at signatures on this machine."""
    from central.adapters.signature_checker import CmsChecker
    from central.adapters.signature_cms import Pkcs11Signer, Pkcs12Signer

    return Tools(Pkcs12Signer, Pkcs11Signer, CmsChecker)


def complaints_desk(
    config: CentralConfig, engine: sa.Engine, clock: SystemClock, names: PlaceNames
) -> Complaints:
    """Return what keeps the clock of complaints."""
    communes = config.accounts.communes
    return Complaints(
        SqlComplaints(engine), SqlAccounts(engine), clock, os.urandom, communes, names.has_site
    )


def requests_desk(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> Requests:
    """Return what answers persons' requests about their data.

    Raises:
        KeysError: The centre's sealing key cannot be read.
    """
    key = load_seal_key(config.keys_directory / "seal.key")
    return Requests(SqlRequests(engine), Persons(SqlPersons(engine), clock), clock, key)


def retention_desk(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> Retention:
    """Return what erases what was kept long enough."""
    return Retention(SqlRetention(engine), clock, config.retention.days)


def keeping(engine: sa.Engine, clock: SystemClock, passwords: Argon2Passwords) -> AccountKeeping:
    """Return what makes and changes accounts."""
    return AccountKeeping(
        SqlAccounts(engine), SqlSessions(engine), passwords, SqlAudit(engine), clock
    )


def build_door(
    config: CentralConfig, engine: sa.Engine, clock: SystemClock, passwords: Argon2Passwords
) -> Door:
    """Return what logs people in."""
    settings, oidc = config.accounts, config.oidc
    return Door(
        accounts=SqlAccounts(engine),
        journeys=SqlJourneys(engine),
        seal=SealedJourneys(load_seal_key(config.keys_directory / "seal.key")),
        sessions=SqlSessions(engine),
        passwords=passwords,
        audit=SqlAudit(engine),
        clock=clock,
        limits=Limits(
            whole=timedelta(hours=settings.session_hours),
            idle=timedelta(minutes=settings.idle_minutes),
        ),
        communes=settings.communes,
        provider=_provider(config) if oidc.issuer else None,
        claims=Claims(oidc.role_claim, oidc.sites_claim, oidc.communes_claim, dict(oidc.roles)),
    )


def _provider(config: CentralConfig) -> "HttpOidc":
    from central.adapters.oidc_http import HttpOidc, OidcSettings

    oidc, api = config.oidc, config.api
    own = api.public_url or f"http://{api.host}:{api.port}"
    back = f"{own}/login/oidc/callback"
    secret = _secret(oidc.client_secret_file)
    return HttpOidc(OidcSettings(oidc.issuer, oidc.client_id, secret, back))


def _secret(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"cannot use oidc.client_secret_file: {error}") from error


def closing_desk(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> ClosingDesk:
    """Return what reckons a site's day."""
    return ClosingDesk(SqlDays(engine), clock, ZoneInfo(config.api.time_zone))
