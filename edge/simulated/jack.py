"""A headphone socket into which a test plugs."""

import threading

from edge.ports import JackUnavailable

LOOK_SECONDS = 0.1


class SimulatedJack:
    """Behaves as a real socket does; ``put_in`` and ``pull_out`` are the hand, ``there`` the card."""

    def __init__(self, *, headphones: bool = False) -> None:
        self.there = True
        self._in = headphones
        self._told: bool | None = None
        self._opened = False
        self._changed = threading.Condition()

    def open(self) -> None:
        self.close()
        if not self.there:
            raise JackUnavailable("no headphone switch")
        self._opened = True

    def plugged(self) -> bool:
        with self._changed:
            if self._told is self._in:
                self._changed.wait(LOOK_SECONDS)
            if not (self.there and self._opened):
                self._opened = False
                raise JackUnavailable("the headphone switch went away")
            self._told = self._in
            return self._in

    def close(self) -> None:
        self._opened, self._told = False, None

    def put_in(self) -> None:
        """Plug headphones in."""
        self._turn(headphones=True)

    def pull_out(self) -> None:
        """Pull them out."""
        self._turn(headphones=False)

    def _turn(self, *, headphones: bool) -> None:
        with self._changed:
            self._in = headphones
            self._changed.notify_all()
