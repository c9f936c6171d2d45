"""Composition root: the only module that names concrete classes."""

import getpass
from pathlib import Path

from provisioning.adapters.authority_x509 import X509Authority
from provisioning.adapters.clock import SystemClock
from provisioning.adapters.store_directory import DirectoryStore
from provisioning.services.provisioner import Provisioner


def open_provisioner(directory: Path) -> Provisioner:
    """Return the provisioner of a directory, which need not exist yet."""
    store = DirectoryStore(directory)
    return Provisioner(store, X509Authority(), SystemClock(), owner=getpass.getuser())
