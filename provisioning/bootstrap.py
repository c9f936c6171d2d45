"""Composition root: the only module that names concrete classes."""

import getpass
import os
import shutil
import sys
from pathlib import Path

from provisioning.adapters.authority_x509 import X509Authority
from provisioning.adapters.clock import SystemClock
from provisioning.adapters.local_processes import LocalProcesses
from provisioning.adapters.store_directory import DirectoryStore
from provisioning.domain.local_site import LocalPorts
from provisioning.services.first_steps import FirstSteps
from provisioning.services.local_site import LocalSite, Machine
from provisioning.services.log_ins import LogIns
from provisioning.services.provisioner import Provisioner

DEMO_PORTS = LocalPorts(hub_screen=18081)
SAMPLE_ROSTER = Path(__file__).parent / "sample_roster.csv"


def open_provisioner(directory: Path) -> Provisioner:
    """Return the provisioner of a directory, which need not exist yet."""
    store = DirectoryStore(directory)
    return Provisioner(store, X509Authority(), SystemClock(), owner=getpass.getuser())


def open_local_site(
    directory: Path,
    ports: LocalPorts = DEMO_PORTS,
    database_url: str = "sqlite:///central.db",
) -> LocalSite:
    """Return a site with its centre on this machine; nothing is started yet.

    Args:
        directory: Absolute; keeps all that the programs store.
    """
    # The interpreter that runs this has the packages, the programs' included.
    machine = Machine(str(directory), sys.executable, _mosquitto(), str(SAMPLE_ROSTER), os.urandom)
    return LocalSite(
        open_provisioner(directory / "provisioned"),
        LocalProcesses(directory / "logs"),
        machine,
        ports,
        LogIns(DirectoryStore(directory), os.urandom),
        FirstSteps(DirectoryStore(directory)),
        database_url,
    )


def _mosquitto() -> str:
    # Debian puts it where an ordinary user's path does not look.
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin") or "mosquitto"
