"""How the national Platform is spoken to: by FHIR, or by files that people carry."""

from dataclasses import dataclass

import sqlalchemy as sa

from central.adapters.clock import SystemClock
from central.adapters.platform_fhir import FhirPlatform
from central.adapters.platform_fhir_certificates import FhirCertificates
from central.adapters.platform_fhir_doses import FhirDoses
from central.adapters.platform_fhir_reactions import FhirReactions
from central.adapters.platform_sheets_sql import SqlSheets
from central.adapters.platform_spreadsheet import (
    NoCertificates,
    SpreadsheetDoses,
    SpreadsheetPlatform,
    SpreadsheetReactions,
)
from central.adapters.sheet_xlsx import XlsxSheet
from central.config import CentralConfig
from central.ports.certificates import CertificatePlatform
from central.services.platform_sheets import PlatformSheets


@dataclass(frozen=True, slots=True)
class Platforms:
    """The one Platform, as each part of the centre asks it."""

    visits: FhirPlatform | SpreadsheetPlatform
    doses: FhirDoses | SpreadsheetDoses
    reactions: FhirReactions | SpreadsheetReactions

    def close(self) -> None:
        """Give the connections back."""
        self.visits.close()
        self.doses.close()
        self.reactions.close()


def open_platforms(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> Platforms:
    """Return the Platform that the settings name."""
    if config.platform.kind == "spreadsheet":
        store = SqlSheets(engine)
        return Platforms(
            SpreadsheetPlatform(store, clock),
            SpreadsheetDoses(store, clock),
            SpreadsheetReactions(store, clock),
        )
    url, timeout = config.platform.url, config.platform.timeout_seconds
    return Platforms(
        FhirPlatform(url, timeout), FhirDoses(url, timeout), FhirReactions(url, timeout)
    )


def certificate_platform(config: CentralConfig) -> CertificatePlatform:
    """Return who is asked for certificates; files bring none."""
    if config.platform.kind == "spreadsheet":
        return NoCertificates()
    return FhirCertificates(config.platform.url, config.platform.timeout_seconds)


def platform_sheets(engine: sa.Engine) -> PlatformSheets:
    """Return what makes files for the Platform and takes its own in."""
    return PlatformSheets(SqlSheets(engine), XlsxSheet(), SystemClock())
