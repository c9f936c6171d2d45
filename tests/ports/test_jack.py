"""What every headphone socket promises, run on each kind."""

import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge.adapters.jack_evdev import EVENT, HEADPHONE_INSERT, EvdevJack, has_switch, is_in
from edge.ports import Jack, JackUnavailable
from edge.simulated.jack import SimulatedJack

SWITCH, SYNC, DROPPED = 5, 0, 3


@dataclass
class Socket:
    """A socket, and the hand that plugs."""

    jack: Jack

    def put_in(self) -> None: ...

    def pull_out(self) -> None: ...

    def go_away(self) -> None: ...


class Simulated(Socket):
    jack: SimulatedJack

    def put_in(self) -> None:
        self.jack.put_in()

    def pull_out(self) -> None:
        self.jack.pull_out()

    def go_away(self) -> None:
        self.jack.there = False


class Kernel(Socket):
    """A pipe that says what the kernel's input device would; its ioctls are answered here."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "event3"
        os.mkfifo(self.path)
        (folder / "event1").write_bytes(b"")  # A keyboard: no such switch.
        self.inserted = False
        self.asked = 0
        self.jack = EvdevJack(has=self._has, state=self._state, folder=folder)
        self._line = os.open(self.path, os.O_RDWR)

    def _has(self, descriptor: int) -> bool:
        return os.fstat(descriptor).st_ino == self.path.stat().st_ino

    def _state(self, _: int) -> bool:
        self.asked += 1
        return self.inserted

    def say(self, kind: int, code: int, value: int) -> None:
        os.write(self._line, EVENT.pack(0, 0, kind, code, value))

    def put_in(self) -> None:
        self.inserted = True
        self.say(SWITCH, HEADPHONE_INSERT, 1)

    def pull_out(self) -> None:
        self.inserted = False
        self.say(SWITCH, HEADPHONE_INSERT, 0)

    def go_away(self) -> None:
        os.close(self._line)
        self.path.unlink()

    def close(self) -> None:
        if self.path.exists():
            os.close(self._line)


@pytest.fixture
def kernel(tmp_path) -> Iterator[Kernel]:
    made = Kernel(tmp_path)
    yield made
    made.jack.close()
    made.close()


@pytest.fixture(params=["simulated", "evdev"])
def socket(request) -> Socket:
    if request.param == "simulated":
        return Simulated(SimulatedJack())
    return request.getfixturevalue("kernel")


def until(socket: Socket, headphones: bool) -> None:
    deadline = time.monotonic() + 30
    while socket.jack.plugged() is not headphones:
        assert time.monotonic() < deadline


def test_what_is_in_at_the_start_is_known_at_once(socket) -> None:
    socket.put_in()
    socket.jack.open()

    assert socket.jack.plugged()


def test_plugging_in_and_pulling_out_are_noticed(socket) -> None:
    socket.jack.open()
    assert not socket.jack.plugged()

    socket.put_in()
    until(socket, True)
    socket.pull_out()
    until(socket, False)


def test_when_nothing_changes_the_answer_comes_soon(socket) -> None:
    socket.jack.open()
    socket.jack.plugged()
    begun = time.monotonic()

    assert not socket.jack.plugged()
    assert time.monotonic() - begun < 2


def test_a_socket_that_went_away_is_unavailable(socket) -> None:
    socket.jack.open()
    socket.jack.plugged()

    socket.go_away()

    with pytest.raises(JackUnavailable):
        socket.jack.plugged()
    with pytest.raises(JackUnavailable):
        socket.jack.open()


def test_a_socket_that_was_not_opened_is_unavailable(socket) -> None:
    with pytest.raises(JackUnavailable):
        socket.jack.plugged()


def test_closing_twice_is_safe(socket) -> None:
    socket.jack.open()
    socket.jack.close()
    socket.jack.close()


def test_other_switches_say_nothing_of_headphones(kernel) -> None:
    kernel.jack.open()
    kernel.jack.plugged()

    kernel.say(SWITCH, 0, 1)  # The lid.

    assert not kernel.jack.plugged()


def test_after_events_were_lost_the_kernel_is_asked_anew(kernel) -> None:
    kernel.jack.open()
    kernel.jack.plugged()
    kernel.inserted = True

    kernel.say(SYNC, DROPPED, 0)

    assert kernel.jack.plugged()
    assert kernel.asked == 2


def test_a_device_that_was_named_is_the_one_that_is_used(kernel) -> None:
    named = EvdevJack(str(kernel.path), has=lambda _: True, state=lambda _: True)
    named.open()

    assert named.plugged()
    named.close()


def test_what_is_no_input_device_has_no_switch(tmp_path) -> None:
    (tmp_path / "event0").write_bytes(b"")

    with pytest.raises(JackUnavailable):
        EvdevJack(folder=tmp_path).open()


@pytest.mark.parametrize("inserted", [True, False])
def test_the_kernel_s_answer_is_read_as_its_headers_say(monkeypatch, inserted: bool) -> None:
    asked = []

    def ioctl(_: int, request: int, answer: bytearray) -> None:
        asked.append(request)
        answer[:] = struct.pack("<Q", 4 if inserted else 0xFB)

    monkeypatch.setattr("fcntl.ioctl", ioctl)

    assert is_in(7) is has_switch(7) is inserted
    assert asked == [0x8008451B, 0x80084525]
