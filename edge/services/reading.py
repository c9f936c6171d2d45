"""From what was held up or typed to what the conversation may know of it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from edge.domain.dose_hint import dose_hint
from edge.domain.facts import Seen
from edge.domain.minors import is_minor
from edge.domain.priority import by_rule
from edge.domain.queue.policy import CHILD
from edge.domain.roster import Match
from edge.ports import Clock, Keys
from protocol.documents.model import Claim, DocumentClass, Reading
from protocol.documents.names import masked_name
from protocol.documents.passport import mistyped, read_passport
from protocol.documents.reader import read_code, read_typed_number


class Reader:
    """Reads codes and typed numbers. Quick; keeps nothing."""

    def __init__(
        self,
        *,
        keys: Keys,
        clock: Clock,
        zone: ZoneInfo,
        guardian_under_years: int = 16,
        elderly_years: int = 65,
        ask_roster: Callable[[Claim], Match] | None = None,
    ) -> None:
        """Take the parts.

        Args:
            guardian_under_years: The age below which a guardian is wanted.
            elderly_years: The age from which people go before the usual ones.
            ask_roster: Says what the site's roster says of a claim; None where the site has none.
        """
        self._ask_roster = ask_roster
        self._guardian_under = guardian_under_years
        self._elderly = elderly_years
        self._keys = keys
        self._clock = clock
        self._zone = zone
        # Without it a digest of a payload could be guessed from a list of people.
        self._salt = clock.entropy(16)

    def code(self, payload: bytes) -> Seen:
        """Return what a code's exact bytes say."""
        return self._seen(payload, read_code(payload, self._today()))

    def typed(self, text: str) -> Seen:
        """Return what a number typed on the keypad says."""
        return self._seen(text.encode(), read_typed_number(text, self._today()))

    def passport(self, text: str) -> Seen:
        """Return what the typed lines at the foot of a passport say."""
        seen = self._seen(text.encode(), read_passport(text, self._today()))
        return replace(seen, mistyped=mistyped(text))

    def _seen(self, what: bytes, reading: Reading) -> Seen:
        code = hashlib.blake2b(what, key=self._salt, digest_size=16).hexdigest()
        if not isinstance(reading, Claim):
            held_up = reading.document is DocumentClass.VACCINATION_CERTIFICATE
            return Seen(code, reading, certificate=what if held_up else None)
        shown = masked_name(reading.name) or None
        today = self._today()
        minor = is_minor(reading, today, self._guardian_under)
        person = self._keys.person(reading.number)
        listed = self._ask_roster(reading) if self._ask_roster else None
        believed = today if self._clock.clock_ok() else None
        doses = dose_hint(listed, believed)
        return Seen(
            code,
            reading,
            person,
            shown,
            listed,
            minor=minor,
            priority=CHILD if minor else by_rule(reading, today, self._elderly),
            doses=doses,
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()
