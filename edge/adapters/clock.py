"""The machine's clocks and its random source; the only place where either is read."""

import ctypes
import os
import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STA_UNSYNC = 0x0040
_TIME_ERROR = 5


class SystemClock:
    """See the port.

    Source: adjtimex(2): the state is TIME_ERROR, or the status has STA_UNSYNC, while nothing keeps
    the clock in step.
    """

    def __init__(self, *, trusted: bool = False) -> None:
        """Take the library.

        Args:
            trusted: Somebody vouches for this machine's clock, whatever the kernel says of it.
        """
        self._trusted = trusted
        self._libc = ctypes.CDLL(None, use_errno=True)

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the one place

    def boottime_ns(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def boot_id(self) -> str:
        return self._boot_id

    @cached_property
    def _boot_id(self) -> str:
        return _BOOT_ID.read_text().strip()

    def clock_ok(self) -> bool:
        if self._trusted:
            return True
        timex = _Timex()  # modes = 0: read only, no privilege needed
        state = self._libc.adjtimex(ctypes.byref(timex))
        return 0 <= state < _TIME_ERROR and not timex.status & _STA_UNSYNC

    def entropy(self, count: int) -> bytes:
        return os.urandom(count)


class _Timex(ctypes.Structure):
    """The head of ``struct timex``; the rest is room that the kernel fills."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )
