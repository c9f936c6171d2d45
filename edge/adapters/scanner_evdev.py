"""A scan engine that types like a keyboard (USB HID): its keys, taken so that nobody else gets them.

Read from the kernel's input device directly: the one package for it has no wheels and would need a
compiler on every Pi. Keys mean what they mean on a US keyboard, which engines are set to when they
leave the factory. Such an engine can't type Vietnamese letters, unless it is told to send other
letters as Alt codes (each byte as Alt+0nnn, or each letter by its Unicode number); both are
understood. Without that they are lost: use the engine's USB-COM mode and ``scanner_serial``.

Source: Linux kernel, Documentation/input/input.rst and include/uapi/linux/input.h.
"""

import fcntl
import os
import select
import struct
import time
from collections.abc import Callable
from contextlib import suppress

from edge.adapters.scanner_keys import Typed
from edge.ports import ScannerUnavailable

LOOK_SECONDS = 0.5
SILENCE_SECONDS = 0.3
"""Engines type a key every few milliseconds; what stops in the middle is a torn code."""
EVENT = struct.Struct("@llHHi")
_EVIOCGRAB = 0x40044590
_EV_SYN, _EV_KEY, _SYN_DROPPED = 0, 1, 3


def grab(descriptor: int) -> None:
    """Take the device for ourselves until it is closed: no other program sees its keys."""
    fcntl.ioctl(descriptor, _EVIOCGRAB, 1)


class EvdevScanner:
    """Reads one engine.

    Args:
        device: Its device file; one below ``/dev/input/by-id`` stays the same over reboots.
        take: Takes the opened device exclusively.
    """

    def __init__(self, device: str, *, take: Callable[[int], None] = grab) -> None:
        self._device = device
        self._take = take
        self._descriptor: int | None = None
        self._typed = Typed()
        self._events = b""
        self._last_key = 0.0

    def open(self) -> None:
        self.close()
        try:
            self._descriptor = os.open(self._device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._take(self._descriptor)
        except OSError as error:
            self.close()
            raise ScannerUnavailable(f"no scan engine at {self._device}") from error

    def read(self) -> bytes:
        if self._descriptor is None:
            raise ScannerUnavailable("the scan engine is not open")
        until = time.monotonic() + LOOK_SECONDS
        while True:
            code = self._next_code()
            if code:
                return code
            left = until - time.monotonic()
            if left <= 0:
                return b""
            self._wait(self._descriptor, left)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        self._typed, self._events = Typed(), b""
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def _wait(self, descriptor: int, seconds: float) -> None:
        try:
            ready, _, _ = select.select([descriptor], [], [], seconds)
            if not ready:
                return
            data = os.read(descriptor, EVENT.size * 64)
        except BlockingIOError:
            return
        except OSError as error:
            self.close()
            raise ScannerUnavailable(f"the scan engine at {self._device} went away") from error
        if not data:
            self.close()
            raise ScannerUnavailable(f"the scan engine at {self._device} went away")
        self._events += data

    def _next_code(self) -> bytes:
        """Take in what the device said, up to the end of a code."""
        while len(self._events) >= EVENT.size:
            seconds, micros, kind, key, value = EVENT.unpack_from(self._events)
            self._events = self._events[EVENT.size :]
            if kind == _EV_SYN and key == _SYN_DROPPED:
                self._typed = Typed()
            elif kind == _EV_KEY:
                code = self._key(seconds + micros / 1e6, key, value)
                if code:
                    return code
        return b""

    def _key(self, at: float, key: int, value: int) -> bytes:
        if at - self._last_key > SILENCE_SECONDS:
            self._typed.drop()
        self._last_key = at
        return self._typed.key(key, value)
