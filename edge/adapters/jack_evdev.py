"""The headphone socket as the kernel's sound drivers report it: a switch of an input device.

The switch says that a plug is in; that the loudspeaker is silent then, the sound card or its mixer
has to see to. Codecs that can sense a plug have such a device ("... Headphone Jack"); the socket of a
bare Raspberry Pi and most USB adapters have none.

Source: Linux kernel, Documentation/input/event-codes.rst, "EV_SW"; include/uapi/linux/input.h
(EVIOCGBIT, EVIOCGSW); Documentation/sound/designs/jack-injection.rst.
"""

import fcntl
import os
import select
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from edge.ports import JackUnavailable

LOOK_SECONDS = 0.5
EVENT = struct.Struct("@llHHi")
_EV_SYN, _EV_SW, _SYN_DROPPED = 0, 5, 3
HEADPHONE_INSERT = 2
_BYTES = 8
_READ_SWITCHES = 0x80004500 | _BYTES << 16 | 0x1B
_READ_WHICH_SWITCHES = 0x80004500 | _BYTES << 16 | (0x20 + _EV_SW)

Look = Callable[[int], bool]
"""File descriptor of an input device -> one bit about its headphone switch."""


def _bit(descriptor: int, request: int) -> bool:
    answer = bytearray(_BYTES)
    fcntl.ioctl(descriptor, request, answer)
    return bool(answer[0] >> HEADPHONE_INSERT & 1)


def has_switch(descriptor: int) -> bool:
    """Return whether the device has a headphone switch."""
    return _bit(descriptor, _READ_WHICH_SWITCHES)


def is_in(descriptor: int) -> bool:
    """Return where the headphone switch stands now."""
    return _bit(descriptor, _READ_SWITCHES)


class EvdevJack:
    """Reads one switch.

    Args:
        device: Its device file; empty for the first below ``/dev/input`` that has such a switch.
        has, state: Ask the kernel about the opened device.
    """

    def __init__(
        self,
        device: str = "",
        *,
        has: Look = has_switch,
        state: Look = is_in,
        folder: Path = Path("/dev/input"),
    ) -> None:
        self._device = device
        self._has = has
        self._state = state
        self._folder = folder
        self._descriptor: int | None = None
        self._in: bool | None = None
        self._events = b""

    def open(self) -> None:
        self.close()
        for path in (
            [self._device] if self._device else sorted(map(str, self._folder.glob("event*")))
        ):
            if self._opened(path):
                return
        raise JackUnavailable(f"no headphone switch at {self._device or self._folder}")

    def plugged(self) -> bool:
        if self._descriptor is None:
            raise JackUnavailable("the headphone switch is not open")
        try:
            if self._in is None:
                self._in = self._state(self._descriptor)
            else:
                self._wait(self._descriptor)
        except OSError as error:
            self.close()
            raise JackUnavailable("the headphone switch went away") from error
        return self._in

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        self._in, self._events = None, b""
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def _opened(self, path: str) -> bool:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            found = self._has(descriptor)
        except OSError:
            found = False
        if found:
            self._descriptor = descriptor
        else:
            os.close(descriptor)
        return found

    def _wait(self, descriptor: int) -> None:
        ready, _, _ = select.select([descriptor], [], [], LOOK_SECONDS)
        if not ready:
            return
        data = os.read(descriptor, EVENT.size * 64)
        if not data:
            raise OSError("end of the device")
        self._events += data
        while len(self._events) >= EVENT.size:
            _, _, kind, code, value = EVENT.unpack_from(self._events)
            self._events = self._events[EVENT.size :]
            if kind == _EV_SW and code == HEADPHONE_INSERT:
                self._in = bool(value)
            elif kind == _EV_SYN and code == _SYN_DROPPED:
                self._in = self._state(descriptor)
