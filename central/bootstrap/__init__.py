"""Joins the parts of the centre; the only place that knows them all."""

from central.bootstrap.backups import backup, restore
from central.bootstrap.core import build_projector, open_database
from central.bootstrap.imports import import_batches, import_list, import_roster
from central.bootstrap.people import (
    SIGNING_TOOLS,
    account_keeping,
    sign_off_desk,
    verification_desk,
)
from central.bootstrap.platforms import platform_sheets
from central.bootstrap.program import Centre, build, run

__all__ = [
    "SIGNING_TOOLS",
    "Centre",
    "account_keeping",
    "backup",
    "build",
    "build_projector",
    "import_batches",
    "import_list",
    "import_roster",
    "open_database",
    "platform_sheets",
    "restore",
    "run",
    "sign_off_desk",
    "verification_desk",
]
