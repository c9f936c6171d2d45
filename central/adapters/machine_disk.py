"""How the centre's own machine stands: its disk, and the newest backup that lies on it."""

import shutil
from pathlib import Path

from central.adapters.backup_directory import newest
from central.ports.standing import MachineFigures


def machine_figures(data: Path, backups: Path | None) -> MachineFigures:
    """Return the figures of this moment.

    Args:
        backups: Where backups are written; None: nowhere on this machine.
    """
    disk = shutil.disk_usage(data)
    last = newest(backups) if backups is not None else None
    if last is None:
        return MachineFigures(disk.free, disk.total)
    return MachineFigures(disk.free, disk.total, last.made_at, last.size_bytes)
