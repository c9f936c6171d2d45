"""People at a day's kiosks: each holds a card before the scan engine and waits for a number."""

import http.client
import json
import os
import pty
import queue
import threading
import time
import tty
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from factories.day_book import DayBook
from factories.day_people import card, number

_LOOK_SECONDS = 0.02
_AGAIN_SECONDS = 2.5
_SETTLE_SECONDS = 1.0
PATIENCE_SECONDS = 90


class Engine:
    """A scan engine at a serial line: what it reads, it sends, ended by CR."""

    def __init__(self) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.device = os.ttyname(self._theirs)

    def scan(self, text: str) -> None:
        os.write(self._ours, text.encode() + b"\r")

    def close(self) -> None:
        os.close(self._ours)
        os.close(self._theirs)


@dataclass
class KioskQueue:
    """The people before one kiosk, one after the other."""

    device: str
    host: str
    port: int
    engine: Engine
    book: DayBook
    following: Callable[[], int | None]
    pause_seconds: float = 0.0
    typed_one_in: int = 9
    also: "queue.SimpleQueue[int]" = field(default_factory=queue.SimpleQueue)
    last: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    _line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Serve who comes, and who was sent here besides, until the ``last`` one went or all is ``over``."""
        while not self.over.is_set():
            person = self._next()
            if person is None and self.last.is_set():
                break
            if person is not None:
                self.serve(person)
            self.over.wait(self.pause_seconds if person is not None else _LOOK_SECONDS)
        self.close()

    def _next(self) -> int | None:
        try:
            return self.also.get_nowait()
        except queue.Empty:
            return self.following()

    def serve(self, person: int) -> str:
        """Let somebody check in; they try again until they have a number."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        began = time.perf_counter()
        self._home()
        shown, tries = 0.0, 0
        while time.monotonic() < deadline:
            if time.monotonic() - shown > _AGAIN_SECONDS:
                self._show(person)
                shown, tries = time.monotonic(), tries + 1
            screen = self._state()
            if screen is not None and screen["screen"] == "done":
                if tries == 1:
                    self.book.took("check_in", time.perf_counter() - began)
                self.book.shown(number(person), screen["ticket"], self.device)
                self._leave(shown_again=tries > 1)
                return str(screen["ticket"])
            time.sleep(_LOOK_SECONDS)
        raise AssertionError(f"{self.device} gave nobody a number for {PATIENCE_SECONDS} s")

    def _leave(self, *, shown_again: bool) -> None:
        self._post("/touch/back")
        if shown_again:
            # A card that was held up twice may be answered twice; the next one's answer is not that.
            time.sleep(_SETTLE_SECONDS)
            self._post("/touch/back")

    def _show(self, person: int) -> None:
        if person % self.typed_one_in:
            self.engine.scan(card(person))
        else:
            self._post("/number", number(person))

    def _home(self) -> None:
        """Wait until the screen belongs to nobody."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            screen = self._state()
            if screen is not None and screen["screen"] == "attract":
                return
            if screen is not None:
                self._post("/touch/back")
            time.sleep(_LOOK_SECONDS)
        raise AssertionError(f"{self.device} does not come back to its beginning")

    def _state(self) -> dict[str, Any] | None:
        told = self._ask("GET", "/state")
        return json.loads(told) if told else None

    def _post(self, path: str, text: str = "") -> None:
        self._ask("POST", path, text)

    def _ask(self, method: str, path: str, text: str | None = None) -> bytes:
        """Return what the kiosk's page is told; nothing while it is away."""
        try:
            if self._line is None:
                self._line = http.client.HTTPConnection(self.host, self.port, timeout=5)
            self._line.request(method, path, text)
            return self._line.getresponse().read()
        except (OSError, http.client.HTTPException):
            self.close()
            time.sleep(0.1)
            return b""

    def close(self) -> None:
        with suppress(OSError):
            if self._line is not None:
                self._line.close()
        self._line = None
