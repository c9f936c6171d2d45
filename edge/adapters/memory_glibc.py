"""Keeps the process small on glibc: on a Pi with 1 GB the browser needs the memory more.

Other C libraries have no such calls; there nothing is done.

Source: mallopt(3), malloc_trim(3).
"""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BYTES = 128 * 1024


def keep_small() -> None:
    """Let all threads share one pool, and give what a frame took back when the frame is dropped.

    Else each thread's pool keeps what a frame once took, and the first freed frame teaches glibc
    to hold on to as much for ever.
    """
    with suppress(AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Give the system what lies free between things in use; takes a few milliseconds."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
