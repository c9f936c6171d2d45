"""Who works at which desk: whoever opened its page or did something there of late. In memory alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

GONE_MS: Final = 20 * 60_000
"""A page that is open asks at each change of the queue; whoever did not for so long is not there."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody at a desk, and when they were last heard of, on the site's timeline."""

    login: str
    station: str
    desk: str
    heard_ms: int


class AtWork:
    """Remembers the newest word of each desk and person."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str, str], int] = {}

    def note(self, login: str, station: str, desk: str, now_ms: int) -> None:
        """Note that somebody is at a desk."""
        self._heard[login, station, desk] = now_ms

    def places(self, now_ms: int) -> set[tuple[str, str]]:
        """Return the stations and desks at which somebody is."""
        return {(each.station, each.desk) for each in self.now(now_ms)}

    def now(self, now_ms: int) -> Sequence[Worker]:
        """Return who is where, by station and desk; whoever was not heard of for long is forgotten."""
        self._heard = {key: at for key, at in self._heard.items() if now_ms - at < GONE_MS}
        found = (Worker(*key, at) for key, at in self._heard.items())
        return sorted(found, key=lambda each: (each.station, each.desk, each.login))
