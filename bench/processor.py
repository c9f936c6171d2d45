"""Processor time of programs: what a figure is worth on a machine that does other things, too."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    user, system, *_ = _times(pid)
    return (user + system) / _TICKS


def family_seconds(pid: int) -> float:
    """Return the processor time of a process and of its children, those that ended included."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_times(pid)) / _TICKS + sum(cpu_seconds(int(child)) for child in children)


def _times(pid: int) -> tuple[int, int, int, int]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, ended_user, ended_system = (int(field) for field in fields[11:15])
    return user, system, ended_user, ended_system
